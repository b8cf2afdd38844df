package github

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A Subject says what a job must run for. Make one with Branch, Tag, Environment, PullRequest, BranchPattern or
// TagPattern; the zero value is refused.
//
// A job has exactly one subject, and an environment comes first: a job that names a GitHub environment has the subject
// of that environment, whatever branch, tag or pull request it runs for. A role that trusts only a branch refuses it.
type Subject struct {
	kind    kind
	value   string
	pattern bool
}

type kind string

const (
	branch      kind = "branch"
	tag         kind = "tag"
	environment kind = "environment"
	pullRequest kind = "pull request"
)

// Branch is a branch of exactly this name, such as "main".
func Branch(name string) Subject { return Subject{kind: branch, value: name} }

// BranchPattern is every branch that fits the pattern, such as "feature/*": * stands for any characters, slashes
// included, and ? for one. Whoever can push such a branch can act as the role.
func BranchPattern(pattern string) Subject {
	return Subject{kind: branch, value: pattern, pattern: true}
}

// Tag is a tag of exactly this name, such as "staging".
func Tag(name string) Subject { return Subject{kind: tag, value: name} }

// TagPattern is every tag that fits the pattern, such as "v*": * stands for any characters and ? for one.
func TagPattern(pattern string) Subject { return Subject{kind: tag, value: pattern, pattern: true} }

// Branches are branches as configuration lists them: a name with * or ?, which git allows in none, is a pattern.
func Branches(names ...string) []Subject { return listed(Branch, BranchPattern, names) }

// Tags are tags as configuration lists them: a name with * or ?, which git allows in none, is a pattern.
func Tags(names ...string) []Subject { return listed(Tag, TagPattern, names) }

func listed(exact, pattern func(string) Subject, names []string) []Subject {
	var subjects []Subject
	for _, name := range names {
		if strings.ContainsAny(name, "*?") {
			subjects = append(subjects, pattern(name))
		} else {
			subjects = append(subjects, exact(name))
		}
	}
	return subjects
}

// Environment is a job that names this GitHub environment, whose protection rules decide who and what gets there.
// https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
func Environment(name string) Subject { return Subject{kind: environment, value: name} }

// PullRequest is every job that a pull request starts and that names no environment. Such a job runs code that nobody
// has reviewed yet, so its role must not be able to change anything.
func PullRequest() Subject { return Subject{kind: pullRequest} }

// IsPullRequest reports whether the subject is that of pull requests.
func (s Subject) IsPullRequest() bool { return s.kind == pullRequest }

// String describes the subject for people, such as: branch "main".
func (s Subject) String() string {
	switch {
	case s.kind == pullRequest:
		return string(s.kind)
	case s.pattern:
		return fmt.Sprintf("%s pattern %q", s.kind, s.value)
	}
	return fmt.Sprintf("%s %q", s.kind, s.value)
}

// Git's own rules for the names of branches and tags: https://git-scm.com/docs/git-check-ref-format
var badRef = lazyregexp.New(`^[/-]|[/.]$|//|\.\.|@\{|\.lock$|\.lock/|/\.|^\.|[\x00-\x20\x7f~^:\\\[]`)

// maxRef is the longest name of a branch or tag that GitHub takes: 255 bytes with refs/heads/ before it.
const maxRef = 244

// Validate reports what is wrong with the subject.
func (s Subject) Validate() error {
	switch s.kind {
	case pullRequest:
		return nil
	case environment:
		return s.validateEnvironment()
	case branch, tag:
		return s.validateRef()
	}
	return errors.New("is empty; use github.Branch, Tag, Environment or PullRequest")
}

func (s Subject) validateEnvironment() error {
	switch {
	case s.value == "" || len(s.value) > 255:
		return fmt.Errorf("environment %q is no name of a GitHub environment; use 1 to 255 characters", s.value)
	case strings.ContainsAny(s.value, "*?"):
		return fmt.Errorf("environment %q has a wildcard; name each environment", s.value)
	case strings.TrimSpace(s.value) != s.value:
		return fmt.Errorf("environment %q begins or ends with a blank; leave it out", s.value)
	case s.value == "." || s.value == "..":
		return fmt.Errorf("environment %q stands for another place in addresses; use letters and digits", s.value)
	case strings.ContainsFunc(s.value, unicode.IsControl):
		return fmt.Errorf("environment %q has a line break or another control character; leave it out", s.value)
	case isExpression(s.value):
		return fmt.Errorf("environment %q holds an expression; write the name itself", s.value)
	}
	return nil
}

func (s Subject) validateRef() error {
	wild := strings.ContainsAny(s.value, "*?")
	switch {
	case s.value == "":
		return fmt.Errorf("%s has no name; give one, such as %q", s.kind, s.example())
	case strings.HasPrefix(s.value, "refs/"):
		return fmt.Errorf("%s is a whole ref; write the name alone, without refs/heads/ or refs/tags/", s)
	case !s.pattern && wild:
		return fmt.Errorf("%s has a wildcard and would match nothing; use github.%sPattern if every %s like it is meant", s, s.constructor(), s.kind)
	case s.pattern && !wild:
		return fmt.Errorf("%s has no wildcard; use github.%s", s, s.constructor())
	case s.pattern && (s.value[0] == '*' || s.value[0] == '?'):
		return fmt.Errorf("%s fits every %s of the repository; begin it with the characters that the trusted ones share, such as %q", s, s.kind, s.patternExample())
	case strings.Contains(s.value, "**"):
		return fmt.Errorf("%s has **, which IAM does not know; one * fits slashes too", s)
	case isExpression(s.value):
		return fmt.Errorf("%s holds an expression; write the name itself", s)
	case len(s.value) > maxRef:
		return fmt.Errorf("%s %.20q... has %d characters, GitHub allows %d; shorten it", s.kind, s.value, len(s.value), maxRef)
	case s.value == "HEAD" || s.value == "@":
		return fmt.Errorf("%s means the commit that is checked out, and git allows no %s of that name; write the name itself", s, s.kind)
	case badRef.MatchString(strings.ReplaceAll(s.value, "*", "x")):
		return fmt.Errorf("%s is no name that git allows for a %s; use letters, digits, - and _, with single . and / between them, see git check-ref-format", s, s.kind)
	}
	return nil
}

// isExpression reports whether Terraform or IAM would replace a part of the value. A trust policy must not depend on
// what only Terraform knows, because nobody could review it.
func isExpression(value string) bool {
	return strings.Contains(value, "${") || strings.Contains(value, "%{")
}

func (s Subject) constructor() string {
	if s.kind == tag {
		return "Tag"
	}
	return "Branch"
}

func (s Subject) example() string {
	if s.kind == tag {
		return "staging"
	}
	return "main"
}

func (s Subject) patternExample() string {
	if s.kind == tag {
		return "v*"
	}
	return "feature/*"
}

// context is the part of the token's subject behind the repository.
func (s Subject) context() string {
	// GitHub writes colons inside of names so, which is why no name can pass itself off as another subject.
	value := strings.ReplaceAll(s.value, ":", "%3A")
	switch s.kind {
	case branch:
		return ":ref:refs/heads/" + value
	case tag:
		return ":ref:refs/tags/" + value
	case environment:
		return ":environment:" + value
	}
	return ":pull_request"
}
