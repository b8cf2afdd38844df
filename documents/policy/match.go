package policy

import "strings"

// Match reports whether value fits the pattern as IAM's StringLike sees it: * is any number of characters of any kind,
// ? is one, and letters count as written.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func Match(pattern, value string) bool {
	// Where the last * stood and how much of value it has taken so far: the only place to come back to.
	star, taken := -1, 0
	p, v := 0, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, taken = p, v
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == value[v]):
			p++
			v++
		case star >= 0:
			taken++
			p, v = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
