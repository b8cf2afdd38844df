// Package filterpattern writes filter patterns of CloudWatch Logs for events that are JSON, such as those of CloudTrail. It is pure Go.
//
// A field that an event lacks decides every comparison here in one way, whatever CloudWatch makes of it: Is says no, and Not says yes.
//
// Reference: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package filterpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// MaxLength is how many characters a pattern may have.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
const MaxLength = 1024

// A Condition holds for some events.
type Condition struct {
	joint string // "&&" or "||" of several
	parts []Condition
	field string
	value string
	not   bool
}

// Is holds for events whose field, such as userIdentity.type, has one of the values. A value may begin or end with a *.
func Is(field string, values ...string) Condition {
	var any []Condition
	for _, each := range values {
		any = append(any, Condition{field: field, value: each})
	}
	return Any(any...)
}

// Not holds for events whose field is missing or has none of the values. A value may begin or end with a *.
func Not(field string, values ...string) Condition {
	var all []Condition
	for _, each := range values {
		if each == "" {
			each = "**" // no value, and no Missing
		}
		all = append(all, Condition{field: field, value: each, not: true})
	}
	return All(all...)
}

// Missing holds for events without the field.
func Missing(field string) Condition { return Condition{field: field, not: true} }

// All holds where all conditions do.
func All(conditions ...Condition) Condition { return join("&&", conditions) }

// Any holds where one of the conditions does.
func Any(conditions ...Condition) Condition { return join("||", conditions) }

func join(joint string, conditions []Condition) Condition {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return Condition{joint: joint, parts: conditions}
}

var (
	fieldPattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$`)
	valuePattern = lazyregexp.New(`^\*?[^*"\\\x00-\x1f]+\*?$`)
)

// Pattern is the condition as CloudWatch Logs reads it. The error tells of all that it could not read.
func (c Condition) Pattern() (string, error) {
	var problems problem.List
	c.check(&problems)
	text := "{ " + c.text() + " }"
	if length := utf8.RuneCountInString(text); length > MaxLength {
		problems.Addf("pattern", "has %d characters, where CloudWatch Logs takes %d; use fewer conditions, or values with a *", length, MaxLength)
	}
	if err := problems.Err(); err != nil {
		return "", err
	}
	return text, nil
}

func (c Condition) check(problems *problem.List) {
	switch {
	case c.field == "" && len(c.parts) == 0:
		problems.Addf("condition", "is empty; give it a field with a value, or other conditions")
	case c.field != "":
		if !fieldPattern.MatchString(c.field) {
			problems.Addf(c.field, "is no field of an event; write it like userIdentity.type")
		}
		if !c.missing() && !valuePattern.MatchString(c.value) {
			problems.Addf(c.field, "%q is no value to compare with; use 1 or more characters other than quotes and backslashes, with * at the beginning or end at most", c.value)
		}
	}
	for _, each := range c.parts {
		each.check(problems)
	}
}

func (c Condition) missing() bool { return c.not && c.value == "" }

func (c Condition) text() string {
	switch {
	case c.missing():
		return fmt.Sprintf("$.%s NOT EXISTS", c.field)
	case c.joint != "":
		var texts []string
		for _, each := range c.parts {
			texts = append(texts, "("+each.text()+")")
		}
		return strings.Join(texts, " "+c.joint+" ")
	case c.not:
		return fmt.Sprintf(`($.%s NOT EXISTS) || ($.%s != "%s")`, c.field, c.field, c.value)
	}
	return fmt.Sprintf(`$.%s = "%s"`, c.field, c.value)
}

// Matches reports whether the condition holds for an event, as encoding/json reads it. It is for tests of one's own conditions.
func (c Condition) Matches(event map[string]any) bool {
	if c.joint != "" {
		for _, each := range c.parts {
			if each.Matches(event) == (c.joint == "||") {
				return c.joint == "||"
			}
		}
		return c.joint == "&&"
	}
	var value any = event
	for _, name := range strings.Split(c.field, ".") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	if c.missing() {
		return value == nil
	}
	text, found := value.(string)
	return found && fits(c.value, text) != c.not || !found && c.not
}

func fits(pattern, value string) bool {
	inner := strings.Trim(pattern, "*")
	switch begins, ends := !strings.HasPrefix(pattern, "*"), !strings.HasSuffix(pattern, "*"); {
	case begins && ends:
		return value == inner
	case begins:
		return strings.HasPrefix(value, inner)
	case ends:
		return strings.HasSuffix(value, inner)
	}
	return strings.Contains(value, inner)
}
