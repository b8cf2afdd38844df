package workflows_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Just enough of GitHub's expressions to evaluate those of the generated files. What is not known is an error.
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions

// scope is what expressions see: contexts by name, and how the jobs before ended.
type scope struct {
	contexts          map[string]any
	failed, cancelled bool
}

// condition evaluates an if. Without a function that asks how others ended, success() is meant beside it.
func (s *scope) condition(text string) (bool, error) {
	if text == "" {
		return !s.failed && !s.cancelled, nil
	}
	inner, found := strings.CutPrefix(text, "${{ ")
	inner, closed := strings.CutSuffix(inner, " }}")
	if !found || !closed {
		return false, fmt.Errorf("%q is not one expression", text)
	}
	asks := regexp.MustCompile(`\b(success|failure|always|cancelled)\(`).MatchString(inner)
	value, err := s.evaluate(inner)
	if err != nil {
		return false, err
	}
	return truth(value) && (asks || !s.failed && !s.cancelled), nil
}

var placeholder = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// text replaces all expressions in a text.
func (s *scope) text(value string) (string, error) {
	var problem error
	out := placeholder.ReplaceAllStringFunc(value, func(match string) string {
		result, err := s.evaluate(placeholder.FindStringSubmatch(match)[1])
		if err != nil {
			problem = fmt.Errorf("%s: %w", match, err)
		}
		return written(result)
	})
	return out, problem
}

func (s *scope) evaluate(expression string) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %v", expression, r)
		}
	}()
	p := parser{scope: s, tokens: tokens(expression)}
	value = p.or(true)
	if p.at < len(p.tokens) {
		panic("unexpected " + p.tokens[p.at])
	}
	return value, nil
}

var token = regexp.MustCompile(`^\s*('(?:[^']|'')*'|[0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_-]*|&&|\|\||==|!=|[!().,*\[\]])`)

func tokens(expression string) []string {
	var out []string
	for rest := expression; strings.TrimSpace(rest) != ""; {
		match := token.FindStringSubmatch(rest)
		if match == nil {
			panic("cannot read " + rest)
		}
		out = append(out, match[1])
		rest = rest[len(match[0]):]
	}
	return out
}

type parser struct {
	scope  *scope
	tokens []string
	at     int
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *parser) take(want string) bool {
	if p.peek() == want {
		p.at++
		return true
	}
	return false
}

// or and and skip what need not be evaluated: it is read all the same, with live false.
func (p *parser) or(live bool) any {
	left := p.and(live)
	for p.take("||") {
		right := p.and(live && !truth(left))
		if !truth(left) {
			left = right
		}
	}
	return left
}

func (p *parser) and(live bool) any {
	left := p.equality(live)
	for p.take("&&") {
		right := p.equality(live && truth(left))
		if truth(left) {
			left = right
		}
	}
	return left
}

func (p *parser) equality(live bool) any {
	left := p.not(live)
	for {
		switch {
		case p.take("=="):
			left = same(left, p.not(live))
		case p.take("!="):
			left = !same(left, p.not(live))
		default:
			return left
		}
	}
}

func (p *parser) not(live bool) any {
	if p.take("!") {
		return !truth(p.not(live))
	}
	return p.primary(live)
}

func (p *parser) primary(live bool) any {
	next := p.peek()
	p.at++
	switch {
	case next == "(":
		value := p.or(live)
		if !p.take(")") {
			panic("a bracket is not closed")
		}
		return value
	case strings.HasPrefix(next, "'"):
		return strings.ReplaceAll(next[1:len(next)-1], "''", "'")
	case next == "true" || next == "false":
		return next == "true"
	case next != "" && next[0] >= '0' && next[0] <= '9':
		number, _ := strconv.ParseFloat(next, 64)
		return number
	case p.peek() == "(":
		return p.call(next, live)
	case next == "" || !(next[0] == '_' || next[0] >= 'A' && next[0] <= 'Z' || next[0] >= 'a' && next[0] <= 'z'):
		panic("unexpected " + next)
	}
	value, known := p.scope.contexts[next]
	if !known {
		panic("there is no context " + next)
	}
	for p.take(".") {
		key := p.peek()
		p.at++
		value = field(value, key)
	}
	return value
}

// field is a property, or with * that property of all.
func field(value any, key string) any {
	switch each := value.(type) {
	case map[string]any:
		if key != "*" {
			return each[key]
		}
		var all []any
		for _, one := range each {
			all = append(all, one)
		}
		return all
	case []any:
		var all []any
		for _, one := range each {
			all = append(all, field(one, key))
		}
		return all
	}
	return nil
}

func (p *parser) call(name string, live bool) any {
	p.take("(")
	var arguments []any
	for !p.take(")") {
		arguments = append(arguments, p.or(live))
		if !p.take(",") && p.peek() != ")" {
			panic("a call is not closed")
		}
	}
	if !live {
		return nil
	}
	switch name {
	case "cancelled":
		return p.scope.cancelled
	case "failure":
		return p.scope.failed
	case "contains":
		if all, ok := arguments[0].([]any); ok {
			for _, each := range all {
				if same(each, arguments[1]) {
					return true
				}
			}
			return false
		}
		return strings.Contains(strings.ToLower(written(arguments[0])), strings.ToLower(written(arguments[1])))
	case "fromJSON":
		var value any
		if err := json.Unmarshal([]byte(written(arguments[0])), &value); err != nil {
			panic(err)
		}
		return value
	case "toJSON":
		out, err := json.Marshal(arguments[0])
		if err != nil {
			panic(err)
		}
		return string(out)
	}
	panic("there is no function " + name)
}

func truth(value any) bool {
	switch each := value.(type) {
	case nil:
		return false
	case bool:
		return each
	case string:
		return each != ""
	case float64:
		return each != 0
	}
	return true
}

// same compares as GitHub does: texts without regard to upper and lower case.
func same(a, b any) bool {
	left, isText := a.(string)
	right, areTexts := b.(string)
	if isText && areTexts {
		return strings.EqualFold(left, right)
	}
	if a == nil {
		a = ""
	}
	if b == nil {
		b = ""
	}
	return a == b
}

func written(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func TestExpressions(t *testing.T) {
	s := &scope{contexts: map[string]any{
		"github": map[string]any{"ref": "refs/heads/main", "event": map[string]any{"deleted": true}},
		"inputs": map[string]any{}, "needs": map[string]any{"a": map[string]any{"result": "success", "outputs": map[string]any{"stacks": `["dev"]`}}, "b": map[string]any{"result": "failure"}},
	}}
	for expression, want := range map[string]any{
		"github.ref == 'refs/heads/MAIN'": true, "!github.event.deleted": false, "inputs.stack || 'all'": "all", "github.event.no.where": nil,
		"contains(needs.*.result, 'failure')": true, "contains(needs.*.result, 'cancelled')": false, "contains(fromJSON(needs.a.outputs.stacks), 'dev')": true,
		"false && fromJSON('') || 'x'": "x", "(true || fromJSON('')) && !cancelled()": true, "inputs.a == ''": true, "1 != 2": true, "'it''s'": "it's",
		"contains('feature', 'EAT')": true, "github.ref != 'x' && inputs.a": nil,
	} {
		got, err := s.evaluate(expression)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for _, wrong := range []string{"secrets.x", "fromJSON('')", "hashFiles('x')", "(true", "true true", "a b", "#"} {
		_, err := s.evaluate(wrong)
		require.Error(t, err, wrong)
	}
	for condition, want := range map[string]bool{"": false, "${{ true }}": false, "${{ !cancelled() }}": true} {
		failed := &scope{contexts: s.contexts, failed: true}
		got, err := failed.condition(condition)
		require.NoError(t, err)
		require.Equal(t, want, got, condition)
	}
}
