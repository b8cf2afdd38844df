package scheduleexpression_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for machines that have no time zones

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
)

func TestValid(t *testing.T) {
	for _, expression := range []string{
		"rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(12 hours)", "rate(1 day)", "rate(3 days)",
		"at(2030-01-31T08:00:00)",
		"cron(0 1 ? * SAT *)", "cron(0 10 * * ? *)", "cron(15 12 * * ? *)", "cron(0 18 ? * MON-FRI *)", "cron(0 8 1 * ? *)",
		"cron(0/15 * * * ? *)", "cron(0/10 * ? * MON-FRI *)", "cron(0/5 8-17 ? * MON-FRI *)", "cron(15 10 ? * 6L 2022-2023)",
		"cron(0 0 ? * 3#2 *)", "cron(0 0 ? * TUE#2 *)", "cron(0 0 ? * L *)", "cron(0 0 L * ? *)", "cron(0 0 15W * ? *)",
		"cron(0 0 ? JAN,JUL 2,4,6 *)", "cron(0 0 1/7 * ? 2026/2)", "cron(0 0 */2 * ? *)", "cron(0 0 29 2 ? *)", "cron(0 0 31 1-2 ? *)",
		"cron(0 0 30,31 4 ? *)", "${var.schedule}",
	} {
		require.NoError(t, scheduleexpression.Validate(expression), expression)
	}
}

func TestInvalid(t *testing.T) {
	for expression, want := range map[string]string{
		"":                        `"" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`,
		"daily":                   `"daily" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`,
		"0 1 * * *":               `"0 1 * * *" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`,
		"rate(12)":                `"rate(12)" is no rate; write a number and minutes, hours or days, such as rate(12 hours)`,
		"rate(0 days)":            `"rate(0 days)" never passes; use a number from 1`,
		"rate(2 weeks)":           `"rate(2 weeks)" has the unknown unit "weeks"; use minutes, hours or days`,
		"rate(1 days)":            `"rate(1 days)" is refused by AWS; write rate(1 day)`,
		"rate(3 day)":             `"rate(3 day)" is refused by AWS; write rate(3 days)`,
		"at(2030-01-31)":          `"at(2030-01-31)" is no point in time; write it like at(2030-01-31T08:00:00), the time zone is given beside it`,
		"at(2030-02-30T08:00:00)": `"at(2030-02-30T08:00:00)" is no point in time; write it like at(2030-01-31T08:00:00), the time zone is given beside it`,
		"cron(0 1 * * SAT)":       `"cron(0 1 * * SAT)" has 5 fields, 6 are needed: minutes, hours, day of month, month, day of week, year; write it like cron(0 1 ? * SAT *)`,
		"cron(0 1 * * * *)":       `"cron(0 1 * * * *)": day of month and day of week are both set, and AWS takes one of them; write ? for the other`,
		"cron(0 1 ? * ? *)":       `"cron(0 1 ? * ? *)": neither day of month nor day of week is set; replace one ? by * or by days`,
		"cron(0 24 ? * SUNDAY *)": `"cron(0 24 ? * SUNDAY *)": hours "24" is not allowed; use 0 to 23
"cron(0 24 ? * SUNDAY *)": day of week "SUNDAY" is not allowed; use 1 to 7 or SUN to SAT`,
		"cron(60 1 ? * SAT *)":      `"cron(60 1 ? * SAT *)": minutes "60" is not allowed; use 0 to 59`,
		"cron(0/0 1 ? * SAT *)":     `"cron(0/0 1 ? * SAT *)": minutes "0/0" has the step "0"; use a number from 1`,
		"cron(0 1 ? * FRI-MON *)":   `"cron(0 1 ? * FRI-MON *)": day of week "FRI-MON" goes backwards; write the lower value first`,
		"cron(0 1 ? * 1/2 *)":       `"cron(0 1 ? * 1/2 *)": day of week "1/2" has a step, which is not allowed there; list the days`,
		"cron(0 1 32W * ? *)":       `"cron(0 1 32W * ? *)": day of month "32W" is not allowed; use 1 to 31`,
		"cron(0 1 1 13 ? *)":        `"cron(0 1 1 13 ? *)": month "13" is not allowed; use 1 to 12 or JAN to DEC`,
		"cron(0 1 1-40 * ? *)":      `"cron(0 1 1-40 * ? *)": day of month "40" is not allowed; use 1 to 31`,
		"cron(0 1 ? * SAT 1066)":    `"cron(0 1 ? * SAT 1066)": year "1066" is not allowed; use 1970 to 2199`,
		"cron(0 1 30 FEB ? *)":      `"cron(0 1 30 FEB ? *)": none of the months has that many days; use a day that comes, or L for the last`,
		"cron(0 1 31 4,6,9,11 ? *)": `"cron(0 1 31 4,6,9,11 ? *)": none of the months has that many days; use a day that comes, or L for the last`,
	} {
		require.EqualError(t, scheduleexpression.Validate(expression), want, expression)
	}
}

func TestTimeZone(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "${var.zone}"} {
		require.NoError(t, scheduleexpression.ValidateTimeZone(name), name)
	}
	for _, name := range []string{
		"", "Local", "CEST", "Europe/Berln", "../etc", "Factory", "localtime", "posixrules", "posix/Europe/Berlin", "right/UTC", "europe/berlin", "Europe", "zone.tab",
	} {
		require.EqualError(t, scheduleexpression.ValidateTimeZone(name), fmt.Sprintf("%q is no time zone; use a name of the IANA database, such as Europe/Berlin", name))
	}
}

// Each name of the list is a time zone to Go's own copy of the database too.
func TestTimeZonesAreKnown(t *testing.T) {
	text, err := os.ReadFile("zones.txt")
	require.NoError(t, err)
	names := strings.Fields(string(text))
	require.Greater(t, len(names), 590)
	require.True(t, slices.IsSorted(names))
	for _, name := range names {
		_, err := time.LoadLocation(name)
		require.NoError(t, err, name)
		require.NoError(t, scheduleexpression.ValidateTimeZone(name))
	}
}

func TestOneTime(t *testing.T) {
	require.True(t, scheduleexpression.OneTime("at(2030-01-31T08:00:00)"))
	require.False(t, scheduleexpression.OneTime("rate(1 day)"))
}

// FuzzValidate looks for expressions that break the checks.
func FuzzValidate(f *testing.F) {
	for _, seed := range []string{"rate(1 day)", "cron(0 1 ? * SAT *)", "cron(0 0 1/7 * ? 2026/2)", "at(2030-01-31T08:00:00)", "cron(,,, - / # L W)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if err := scheduleexpression.Validate(expression); err != nil {
			require.NotEmpty(t, err.Error())
		}
	})
}

func ExampleValidate() {
	fmt.Println(scheduleexpression.Validate("cron(0 1 * * SAT *)"))
	// Output:
	// "cron(0 1 * * SAT *)": day of month and day of week are both set, and AWS takes one of them; write ? for the other
}

func TestCrontab(t *testing.T) {
	for expression, want := range map[string]string{
		"cron(0 6 ? * MON-FRI *)": "0 6 * * 1,2,3,4,5", "cron(0/15 8-17 ? JAN,JUL 1,7 *)": "0/15 8-17 * JAN,JUL 0,6", "cron(30 20 1 * ? *)": "30 20 1 * *", "cron(0 0 * * ? *)": "0 0 * * *",
	} {
		got, err := scheduleexpression.Crontab(expression)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for expression, want := range map[string]string{
		"cron(0 6 ? * MON *":         `"cron(0 6 ? * MON *" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`,
		"rate(1 day)":                `"rate(1 day)" is no time that comes back; write it like cron(0 6 ? * MON-FRI *)`,
		"${var.hours}":               `"${var.hours}" is no time that comes back; write it like cron(0 6 ? * MON-FRI *)`,
		"cron(0 6 ? * MON-FRI 2030)": `"cron(0 6 ? * MON-FRI 2030)" is for the years 2030, and only AWS counts years; write * for the year`,
		"cron(0 6 L * ? *)":          `"cron(0 6 L * ? *)" has the day of month "L", which only AWS knows; list the days`,
		"cron(0 6 ? * TUE#2 *)":      `"cron(0 6 ? * TUE#2 *)" has the day of week "TUE#2", which only AWS knows; list the days`,
	} {
		_, err := scheduleexpression.Crontab(expression)
		require.EqualError(t, err, want, expression)
	}
}
