package asl

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Condition is a test on data. The functions below make conditions that both query languages can express, under the
// names that the States Language gives them. When takes any JSONata expression.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
type Condition interface {
	// jsonPath is the rule, without Next.
	jsonPath(r *renderer, path string) object
	// jsonata is the expression.
	jsonata(r *renderer, path string) string
	// shown is for drawings.
	shown() string
}

// When is a condition in JSONata, such as "$states.input.f1 >= 0.8".
func When(jsonata string) Condition { return when{Expr(jsonata)} }

type when struct{ expr Text }

func (c when) jsonPath(r *renderer, path string) object {
	r.expression(path, c.expr.inline(), ofInput)
	return object{}
}
func (c when) jsonata(r *renderer, path string) string {
	return r.expression(path, c.expr.inline(), ofInput)
}
func (c when) shown() string { return strings.Trim(c.expr.String(), "<>") }

// comparison is a test of a variable against a value. The JSONata text has %1 for the variable and %2 for the value.
type comparison struct {
	operator string
	format   string
	symbol   string
	variable Text
	value    Value
}

func (c comparison) jsonPath(r *renderer, path string) object {
	c.checkMoment(r, path)
	o := object{}
	variable := r.expression(path, c.variable.inline(), ofInput)
	if c.variable.literal() || !strings.HasPrefix(variable, "$") {
		r.addf(path, "%s compares %s, but JSONPath compares a path; use asl.Input, asl.Var or asl.Path", c.operator, c.variable.inline().Shown)
	}
	o.set("Variable", variable)
	if c.operator == matches {
		return append(o, object{{matches, c.literalPattern(r, path)}}...)
	}
	rendered, evaluated := r.value(path, c.value, ofInput)
	operator := c.operator
	if evaluated {
		operator += "Path"
		if text, ok := rendered.(string); ok {
			r.onlyPath(path, text)
		}
	}
	o.set(operator, rendered)
	return o
}

// checkMoment refuses to compare moments with text that is none.
func (c comparison) checkMoment(r *renderer, path string) {
	if to, isText := c.value.(Text); isText && strings.HasPrefix(c.operator, "Timestamp") {
		r.moment(path, to)
	}
}

func (c comparison) jsonata(r *renderer, path string) string {
	c.checkMoment(r, path)
	variable := r.expression(path, c.variable.inline(), ofInput)
	value := inline(c.value)
	if c.operator == matches {
		value = c.regexp(r, path)
	}
	return fill(c.format, []string{variable, r.expression(path, value, ofInput)}, operand)
}

func (c comparison) shown() string {
	return c.variable.inline().Shown + " " + c.symbol + " " + inline(c.value).Shown
}

// matches is the operator that compares with a pattern. It is the only one without a twin for paths.
const matches = "StringMatches"

// literalPattern is the pattern, which cannot be filled in at run time.
func (c comparison) literalPattern(r *renderer, path string) string {
	pattern, _ := c.value.(Text)
	if !pattern.literal() {
		r.addf(path, "%s takes a literal pattern, and %s is filled in at run time; use asl.StringEquals, or asl.When", matches, pattern)
	}
	r.directive(path, string(pattern))
	return string(pattern)
}

// regexp is the pattern as JSONata knows it.
func (c comparison) regexp(r *renderer, path string) expression {
	pattern := c.literalPattern(r, path)
	if token.Is(pattern) {
		r.addf(path, "%s makes a regular expression of %q in JSONata, in which text that only Terraform knows could mean anything; use asl.StringEquals, or assign that text to a variable before and compare with asl.When, such as $contains($states.input.name, $text)", matches, pattern)
	}
	return expression{JSONata: wildcards(pattern)}
}

// wildcards is the regular expression of a pattern in which * stands for anything and \* for itself.
func wildcards(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			out.WriteString(quoteRegexp(pattern[i]))
		case c == '*':
			out.WriteString(".*")
		default:
			out.WriteString(quoteRegexp(c))
		}
	}
	return "/^" + out.String() + "$/"
}

func quoteRegexp(c byte) string {
	if c == '/' {
		return `\/`
	}
	return regexp.QuoteMeta(string(c))
}

// StringEquals holds when the text is the same.
func StringEquals(variable, value Text) Condition {
	return comparison{"StringEquals", "%1 = %2", "=", variable, value}
}

// StringLessThan holds when the text sorts before the value.
func StringLessThan(variable, value Text) Condition {
	return comparison{"StringLessThan", "%1 < %2", "<", variable, value}
}

// StringGreaterThan holds when the text sorts after the value.
func StringGreaterThan(variable, value Text) Condition {
	return comparison{"StringGreaterThan", "%1 > %2", ">", variable, value}
}

// StringLessThanEquals holds when the text sorts before the value or is the same.
func StringLessThanEquals(variable, value Text) Condition {
	return comparison{"StringLessThanEquals", "%1 <= %2", "<=", variable, value}
}

// StringGreaterThanEquals holds when the text sorts after the value or is the same.
func StringGreaterThanEquals(variable, value Text) Condition {
	return comparison{"StringGreaterThanEquals", "%1 >= %2", ">=", variable, value}
}

// StringMatches holds when the text matches a literal pattern in which * stands for any characters, \* for itself.
// Terraform references can stand in the pattern with JSONPath only: with JSONata it becomes a regular expression.
func StringMatches(variable Text, pattern string) Condition {
	return comparison{matches, "$contains(%1, %2)", "matches", variable, Text(pattern)}
}

// NumericEquals holds when the number is the same. Values are Int, Float, or Text that is filled in at run time.
func NumericEquals(variable Text, value Value) Condition {
	return comparison{"NumericEquals", "%1 = %2", "=", variable, value}
}

// NumericLessThan holds when the number is less than the value.
func NumericLessThan(variable Text, value Value) Condition {
	return comparison{"NumericLessThan", "%1 < %2", "<", variable, value}
}

// NumericGreaterThan holds when the number is greater than the value.
func NumericGreaterThan(variable Text, value Value) Condition {
	return comparison{"NumericGreaterThan", "%1 > %2", ">", variable, value}
}

// NumericLessThanEquals holds when the number is at most the value.
func NumericLessThanEquals(variable Text, value Value) Condition {
	return comparison{"NumericLessThanEquals", "%1 <= %2", "<=", variable, value}
}

// NumericGreaterThanEquals holds when the number is at least the value.
func NumericGreaterThanEquals(variable Text, value Value) Condition {
	return comparison{"NumericGreaterThanEquals", "%1 >= %2", ">=", variable, value}
}

// BooleanEquals holds when the truth value is the same.
func BooleanEquals(variable Text, value bool) Condition {
	return comparison{"BooleanEquals", "%1 = %2", "=", variable, Bool(value)}
}

// TimestampEquals holds when both are the same moment. Moments are written like 2026-01-02T15:04:05Z.
func TimestampEquals(variable, value Text) Condition {
	return comparison{"TimestampEquals", "$toMillis(%1) = $toMillis(%2)", "=", variable, value}
}

// TimestampLessThan holds when the moment is before the value.
func TimestampLessThan(variable, value Text) Condition {
	return comparison{"TimestampLessThan", "$toMillis(%1) < $toMillis(%2)", "before", variable, value}
}

// TimestampGreaterThan holds when the moment is after the value.
func TimestampGreaterThan(variable, value Text) Condition {
	return comparison{"TimestampGreaterThan", "$toMillis(%1) > $toMillis(%2)", "after", variable, value}
}

// TimestampLessThanEquals holds when the moment is before the value or the same.
func TimestampLessThanEquals(variable, value Text) Condition {
	return comparison{"TimestampLessThanEquals", "$toMillis(%1) <= $toMillis(%2)", "not after", variable, value}
}

// TimestampGreaterThanEquals holds when the moment is after the value or the same.
func TimestampGreaterThanEquals(variable, value Text) Condition {
	return comparison{"TimestampGreaterThanEquals", "$toMillis(%1) >= $toMillis(%2)", "not before", variable, value}
}

// BooleanEqualsPath holds when two truth values of the execution are the same.
func BooleanEqualsPath(variable, other Text) Condition {
	return comparison{"BooleanEquals", "%1 = %2", "=", variable, other}
}

// IsTimestamp holds when the field is text that is a moment, such as 2026-01-02T15:04:05Z.
func IsTimestamp(variable Text) Condition {
	return is("IsTimestamp", `$type(%1) = "string" and $contains(%1, /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$/)`, "is a moment", variable)
}

// IsPresent holds when the field exists.
func IsPresent(variable Text) Condition {
	return is("IsPresent", "$exists(%1)", "is present", variable)
}

// IsNull holds when the field exists and is null.
func IsNull(variable Text) Condition { return is("IsNull", `$type(%1) = "null"`, "is null", variable) }

// IsString holds when the field is text.
func IsString(variable Text) Condition {
	return is("IsString", `$type(%1) = "string"`, "is text", variable)
}

// IsNumeric holds when the field is a number.
func IsNumeric(variable Text) Condition {
	return is("IsNumeric", `$type(%1) = "number"`, "is a number", variable)
}

// IsBoolean holds when the field is true or false.
func IsBoolean(variable Text) Condition {
	return is("IsBoolean", `$type(%1) = "boolean"`, "is true or false", variable)
}

// is tests the kind of a value.
func is(operator, format, shown string, variable Text) Condition {
	return kind{comparison{operator, format, shown, variable, Bool(true)}}
}

type kind struct{ comparison }

func (c kind) shown() string { return c.variable.inline().Shown + " " + c.symbol }

type logical struct {
	operator string
	word     string
	inner    []Condition
}

// And holds when all conditions hold.
func And(conditions ...Condition) Condition { return logical{"And", "and", conditions} }

// Or holds when one of the conditions holds.
func Or(conditions ...Condition) Condition { return logical{"Or", "or", conditions} }

func (c logical) check(r *renderer, path string) bool {
	if len(c.inner) == 0 {
		r.addf(path, "%s has no conditions; give at least one", c.operator)
	}
	for i, each := range c.inner {
		if each == nil {
			r.addf(problem.Index(path, i), "is nil; give a condition")
			return false
		}
	}
	return true
}

func (c logical) jsonPath(r *renderer, path string) object {
	var rules []any
	if c.check(r, path) {
		for i, each := range c.inner {
			rules = append(rules, each.jsonPath(r, problem.Index(path, i)))
		}
	}
	return object{{c.operator, rules}}
}

func (c logical) jsonata(r *renderer, path string) string {
	var terms []string
	if c.check(r, path) {
		for i, each := range c.inner {
			terms = append(terms, "("+each.jsonata(r, problem.Index(path, i))+")")
		}
	}
	return strings.Join(terms, " "+c.word+" ")
}

func (c logical) shown() string {
	var terms []string
	for _, each := range c.inner {
		if each != nil {
			terms = append(terms, each.shown())
		}
	}
	return strings.Join(terms, " "+c.word+" ")
}

// Not holds when the condition does not.
func Not(condition Condition) Condition { return not{condition} }

type not struct{ inner Condition }

func (c not) jsonPath(r *renderer, path string) object {
	if c.inner == nil {
		r.addf(path, "Not has no condition; give one")
		return object{}
	}
	return object{{"Not", c.inner.jsonPath(r, path)}}
}

func (c not) jsonata(r *renderer, path string) string {
	if c.inner == nil {
		r.addf(path, "Not has no condition; give one")
		return "true"
	}
	return "$not(" + c.inner.jsonata(r, path) + ")"
}

func (c not) shown() string {
	if c.inner == nil {
		return "not"
	}
	return fmt.Sprintf("not (%s)", c.inner.shown())
}
