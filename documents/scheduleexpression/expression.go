// Package scheduleexpression checks the expressions with which EventBridge Scheduler is told when to run something:
// rate(12 hours), cron(0 1 ? * SAT *), at(2030-01-31T08:00:00), and the time zones beside them.
//
// Reference: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
package scheduleexpression

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	formPattern = lazyregexp.New(`^(rate|cron|at)\((.*)\)$`)
	ratePattern = lazyregexp.New(`^([0-9]+) ([a-z]+)$`)
)

const examples = "rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)"

// Validate reports everything that is wrong with the expression. What only Terraform knows passes.
func Validate(expression string) error {
	if token.Is(expression) {
		return nil
	}
	parts := formPattern.FindStringSubmatch(expression)
	if parts == nil {
		return fmt.Errorf("%q is no schedule expression; write it like %s", expression, examples)
	}
	switch parts[1] {
	case "rate":
		return validateRate(expression, parts[2])
	case "at":
		if _, err := time.Parse("2006-01-02T15:04:05", parts[2]); err != nil {
			return fmt.Errorf("%q is no point in time; write it like at(2030-01-31T08:00:00), the time zone is given beside it", expression)
		}
		return nil
	}
	return validateCron(expression, strings.Fields(parts[2]))
}

func validateRate(expression, text string) error {
	parts := ratePattern.FindStringSubmatch(text)
	if parts == nil {
		return fmt.Errorf("%q is no rate; write a number and minutes, hours or days, such as rate(12 hours)", expression)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 1 {
		return fmt.Errorf("%q never passes; use a number from 1", expression)
	}
	unit := strings.TrimSuffix(parts[2], "s")
	if unit != "minute" && unit != "hour" && unit != "day" {
		return fmt.Errorf("%q has the unknown unit %q; use minutes, hours or days", expression, parts[2])
	}
	if right := plural(n, unit); right != parts[2] {
		return fmt.Errorf("%q is refused by AWS; write rate(%d %s)", expression, n, right)
	}
	return nil
}

func plural(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return unit + "s"
}

// OneTime reports whether the expression names one point in time.
func OneTime(expression string) bool { return strings.HasPrefix(expression, "at(") }

func validateCron(expression string, fields []string) error {
	if len(fields) != 6 {
		return fmt.Errorf("%q has %d fields, 6 are needed: minutes, hours, day of month, month, day of week, year; write it like cron(0 1 ? * SAT *)", expression, len(fields))
	}
	var problems problem.List
	for i, f := range cronFields {
		if err := f.validate(fields[i]); err != nil {
			problems.Addf("", "%q: %v", expression, err)
		}
	}
	days, weekdays := fields[2], fields[4]
	switch {
	case days == "?" && weekdays == "?":
		problems.Addf("", "%q: neither day of month nor day of week is set; replace one ? by * or by days", expression)
	case days != "?" && weekdays != "?":
		problems.Addf("", "%q: day of month and day of week are both set, and AWS takes one of them; write ? for the other", expression)
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return neverComes(expression, days, fields[3])
}

// neverComes reports a day that none of the months has.
func neverComes(expression, days, months string) error {
	lowest := cronFields[2].lowest(days)
	longest := 0
	for _, month := range cronFields[3].values(months) {
		longest = max(longest, daysOf[month])
	}
	if lowest > longest {
		return errors.New(strconv.Quote(expression) + ": none of the months has that many days; use a day that comes, or L for the last")
	}
	return nil
}

var daysOf = map[int]int{1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
