package setup

import "strings"

// gitHubPatterns writes a pattern of the configuration, which IAM reads, in the words of GitHub. In IAM * is any
// characters and ? is any one, slashes included; GitHub matches like Ruby's File.fnmatch with FNM_PATHNAME, where neither
// is a slash and **/ is any number of folders. So a wildcard within a part of a name needs a second pattern for the names
// in which it stands for slashes too.
// https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
func gitHubPatterns(pattern string) []string {
	written := []string{""}
	each := func(alternatives ...string) {
		var longer []string
		for _, alternative := range alternatives {
			for _, begin := range written {
				longer = append(longer, begin+alternative)
			}
		}
		written = longer
	}
	for i, c := range pattern {
		switch c {
		case '*':
			if wholePart(pattern, i) {
				each("**/*")
			} else {
				each("*", "*/**/*")
			}
		case '?':
			if i == 0 || i == len(pattern)-1 || pattern[i-1] == '/' || pattern[i+1] == '/' {
				each("?") // git allows no slash here
			} else {
				each("?", "/")
			}
		default:
			each(string(c))
		}
	}
	return written
}

// wholePart reports whether the character at i stands alone between slashes or the ends of the pattern.
func wholePart(pattern string, i int) bool {
	return (i == 0 || pattern[i-1] == '/') && (i == len(pattern)-1 || pattern[i+1] == '/')
}

// exact reports whether the pattern is a name.
func exact(pattern string) bool { return !strings.ContainsAny(pattern, "*?") }
