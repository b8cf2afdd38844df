package registry

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Lifecycle says which images are deleted. The rules get their priorities here, in the only order in which they mean
// what they say: protected tags, then tag rules, narrow patterns before wide ones, then untagged images, then all
// others. ECR lets the first rule that an image's tags match decide about it alone.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
type Lifecycle struct {
	// Protect are patterns of tags whose images are never deleted, such as "prod-*". Default: none.
	Protect []string
	// Tagged are the rules about images with certain tags. Default: none.
	Tagged []TagRule
	// ExpireUntaggedAfterDays is how many days after their push images without a tag go. ECR keeps those that belong
	// to a tagged multi-platform image. Default: 7.
	ExpireUntaggedAfterDays int
	// KeepUntagged keeps images without a tag for ever. It gives up storage. Default: false.
	KeepUntagged bool
	// OthersKeepLast deletes images that no rule above is about and that are not among this many newest ones of the
	// whole repository: ECR counts all images, also those that other rules keep. Default: all stay.
	OthersKeepLast int
	// OthersExpireAfterDays is how many days after their push all images go that no rule above is about. It does not go
	// with OthersKeepLast. Default: never.
	OthersExpireAfterDays int
}

// A TagRule is about the images with a tag that matches a pattern. Exactly one of KeepLast and ExpireAfterDays is given.
type TagRule struct {
	// Pattern of the tag, with up to four *: "v*" for a prefix, "*-dev" for a suffix.
	Pattern string
	// KeepLast is how many images stay, the newest ones of all that match the pattern.
	KeepLast int
	// ExpireAfterDays is how many days after their push the images go.
	ExpireAfterDays int
}

// maxRules is ECR's limit for one policy.
const maxRules = 50

// protectedCount is more images than a repository can hold, so that a rule to keep them never deletes one.
const protectedCount = 1000000

var patternPattern = lazyregexp.New(`^[A-Za-z0-9_*][A-Za-z0-9._*-]{0,127}$`)

func (l Lifecycle) withDefaults() Lifecycle {
	if l.ExpireUntaggedAfterDays == 0 && !l.KeepUntagged {
		l.ExpireUntaggedAfterDays = 7
	}
	return l
}

func (l Lifecycle) validate(problems *problem.List) {
	seen := map[string]string{}
	check := func(at, pattern string) {
		if !patternPattern.MatchString(pattern) || strings.Count(pattern, "*") > 4 {
			problems.Addf(at, `%q is no pattern of a tag; use letters, digits and . _ - with up to four *, such as "prod-*"`, pattern)
		}
		if other, taken := seen[pattern]; taken {
			problems.Addf(at, "%q is used in %s already; use each pattern once", pattern, other)
		}
		seen[pattern] = at
	}
	for i, pattern := range l.Protect {
		check(problem.Index("lifecycle.protect", i), pattern)
	}
	for i, rule := range l.Tagged {
		at := problem.Index("lifecycle.tagged", i)
		check(at+".pattern", rule.Pattern)
		if rule.KeepLast < 0 || rule.ExpireAfterDays < 0 || (rule.KeepLast == 0) == (rule.ExpireAfterDays == 0) {
			problems.Addf(at, "needs either keepLast or expireAfterDays, 1 or more, and not both")
		}
		for _, protected := range l.Protect {
			if protected != rule.Pattern && covers(protected, rule.Pattern) {
				problems.Addf(at+".pattern", "%q never deletes an image, all that match it are protected by %q; remove one of them", rule.Pattern, protected)
			}
		}
	}
	l.validateRest(problems)
	if n := len(l.rules()); n > maxRules {
		problems.Addf("lifecycle", "has %d rules, %d are allowed; join some patterns", n, maxRules)
	}
}

func (l Lifecycle) validateRest(problems *problem.List) {
	if l.KeepUntagged && l.ExpireUntaggedAfterDays != 0 {
		problems.Addf("lifecycle.expireUntaggedAfterDays", "does not go with keepUntagged; drop one of them")
	}
	if l.ExpireUntaggedAfterDays < 0 {
		problems.Addf("lifecycle.expireUntaggedAfterDays", "%d is out of range; use 1 or more", l.ExpireUntaggedAfterDays)
	}
	if l.OthersKeepLast < 0 {
		problems.Addf("lifecycle.othersKeepLast", "%d is out of range; use 1 or more", l.OthersKeepLast)
	}
	if l.OthersExpireAfterDays < 0 {
		problems.Addf("lifecycle.othersExpireAfterDays", "%d is out of range; use 1 or more", l.OthersExpireAfterDays)
	}
	if l.OthersKeepLast > 0 && l.OthersExpireAfterDays > 0 {
		problems.Addf("lifecycle.othersExpireAfterDays", "does not go with othersKeepLast, ECR takes one rule about all images; drop one of them")
	}
	if l.KeepUntagged && (l.OthersKeepLast > 0 || l.OthersExpireAfterDays > 0) {
		problems.Addf("lifecycle.keepUntagged", "does not go with a rule about all other images, untagged ones are among them; drop one of them")
	}
}

// covers reports whether every tag that matches narrow also matches wide: wide, as a pattern, matches narrow as a text.
func covers(wide, narrow string) bool {
	parts := strings.Split(wide, "*")
	if len(parts) == 1 {
		return wide == narrow
	}
	if !strings.HasPrefix(narrow, parts[0]) {
		return false
	}
	rest := narrow[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// narrowFirst puts each rule before the rules that cover it and keeps the given order otherwise.
func narrowFirst(rules []TagRule) []TagRule {
	var out []TagRule
	for _, rule := range rules {
		at := len(out)
		for i, placed := range out {
			if covers(placed.Pattern, rule.Pattern) {
				at = i
				break
			}
		}
		out = append(out[:at], append([]TagRule{rule}, out[at:]...)...)
	}
	return out
}

type rule struct {
	Priority    int       `json:"rulePriority"`
	Description string    `json:"description"`
	Selection   selection `json:"selection"`
	Action      action    `json:"action"`
}

type selection struct {
	TagStatus   string   `json:"tagStatus"`
	Patterns    []string `json:"tagPatternList,omitempty"`
	CountType   string   `json:"countType"`
	CountUnit   string   `json:"countUnit,omitempty"`
	CountNumber int      `json:"countNumber"`
}

type action struct {
	Type string `json:"type"`
}

// rules are the policy's rules in the order of their priority.
func (l Lifecycle) rules() []rule {
	var rules []rule
	add := func(description string, s selection) {
		rules = append(rules, rule{Priority: len(rules) + 1, Description: description, Selection: s, Action: action{"expire"}})
	}
	for _, pattern := range l.Protect {
		add("Keep all images tagged "+pattern, keep(protectedCount).of(pattern))
	}
	for _, r := range narrowFirst(l.Tagged) {
		if r.KeepLast > 0 {
			add(fmt.Sprintf("Keep the last %s tagged %s", count(r.KeepLast, "image"), r.Pattern), keep(r.KeepLast).of(r.Pattern))
		} else {
			add(fmt.Sprintf("Delete images tagged %s after %s", r.Pattern, count(r.ExpireAfterDays, "day")), expire(r.ExpireAfterDays).of(r.Pattern))
		}
	}
	if l.ExpireUntaggedAfterDays > 0 {
		s := expire(l.ExpireUntaggedAfterDays)
		s.TagStatus = "untagged"
		add("Delete untagged images after "+count(l.ExpireUntaggedAfterDays, "day"), s)
	}
	switch {
	case l.OthersKeepLast > 0:
		add(fmt.Sprintf("Delete other images that are not among the newest %d", l.OthersKeepLast), keep(l.OthersKeepLast))
	case l.OthersExpireAfterDays > 0:
		add("Delete all other images after "+count(l.OthersExpireAfterDays, "day"), expire(l.OthersExpireAfterDays))
	}
	return rules
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func keep(images int) selection {
	return selection{TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: images}
}

func expire(days int) selection {
	return selection{TagStatus: "any", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: days}
}

func (s selection) of(pattern string) selection {
	s.TagStatus, s.Patterns = "tagged", []string{pattern}
	return s
}

// document is the lifecycle policy as JSON, empty where there is no rule.
func (l Lifecycle) document() string {
	rules := l.rules()
	if len(rules) == 0 {
		return ""
	}
	return jsontext.Compact(struct {
		Rules []rule `json:"rules"`
	}{rules})
}
