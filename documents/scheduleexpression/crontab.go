package scheduleexpression

import (
	"fmt"
	"strconv"
	"strings"
)

// Crontab writes cron(...) as the five fields that everybody but AWS takes: without the year, with * for ?, and with Sunday as day 0 of the week.
// What five fields cannot say is an error, and so is everything that Validate reports.
//
// Reference: https://man7.org/linux/man-pages/man5/crontab.5.html
func Crontab(expression string) (string, error) {
	if err := Validate(expression); err != nil {
		return "", err
	}
	parts := formPattern.FindStringSubmatch(expression)
	if parts == nil || parts[1] != "cron" {
		return "", fmt.Errorf("%q is no time that comes back; write it like cron(0 6 ? * MON-FRI *)", expression)
	}
	fields := strings.Fields(parts[2])
	if fields[5] != "*" {
		return "", fmt.Errorf("%q is for the years %s, and only AWS counts years; write * for the year", expression, fields[5])
	}
	for _, i := range []int{2, 4} {
		switch special := cronFields[i].special.MatchString(fields[i]); {
		case fields[i] == "?":
			fields[i] = "*"
		case special:
			return "", fmt.Errorf("%q has the %s %q, which only AWS knows; list the days", expression, cronFields[i].name, fields[i])
		}
	}
	if weekdays := fields[4]; weekdays != "*" {
		var days []string
		for _, day := range cronFields[4].values(weekdays) {
			days = append(days, strconv.Itoa(day-1))
		}
		fields[4] = strings.Join(days, ",")
	}
	return strings.Join(fields[:5], " "), nil
}
