package rule

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	dailyPattern  = lazyregexp.New(`^([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])$`)
	weeklyPattern = lazyregexp.New(`^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):([0-5][0-9])-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):([0-5][0-9])$`)
)

const (
	day = 24 * 60
	// shortest is what RDS takes of a window, in minutes.
	shortest = 30
)

// Windows reports a daily window of backups and a weekly one of maintenance that RDS refuses, or that overlap. Empty ones are those
// that RDS chooses.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
func Windows(problems *problem.List, backupPath, backup, maintenancePath, maintenance string) {
	begin, length, ok := daily(backup)
	switch {
	case backup != "" && !ok:
		problems.Addf(backupPath, "%q is no daily window; write it like 03:00-03:30, in UTC", backup)
	case ok && length < shortest:
		problems.Addf(backupPath, "%q is shorter than half an hour, which RDS needs; widen it", backup)
	}
	weekBegin, weekLength, weekOK := weekly(maintenance)
	switch {
	case maintenance != "" && !weekOK:
		problems.Addf(maintenancePath, "%q is no weekly window; write it like sun:04:00-sun:05:00, in UTC", maintenance)
	case weekOK && (weekLength < shortest || weekLength >= day):
		problems.Addf(maintenancePath, "%q lasts %s; use half an hour to a day", maintenance, minutes(weekLength))
	case ok && weekOK && overlap(begin, length, weekBegin%day, weekLength):
		problems.Addf(maintenancePath, "%q overlaps with the backups at %s, which RDS refuses; move one of them", maintenance, backup)
	}
}

// overlap compares two times of day that both may pass midnight.
func overlap(begin, length, otherBegin, otherLength int) bool {
	return (otherBegin-begin+day)%day < length || (begin-otherBegin+day)%day < otherLength
}

func minutes(n int) string { return fmt.Sprintf("%d minutes", n) }

func daily(text string) (begin, length int, ok bool) {
	m := dailyPattern.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	begin = clock(m[1], m[2])
	return begin, (clock(m[3], m[4]) - begin + day) % day, true
}

func weekly(text string) (begin, length int, ok bool) {
	m := weeklyPattern.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	begin = weekday(m[1])*day + clock(m[2], m[3])
	return begin, (weekday(m[4])*day + clock(m[5], m[6]) - begin + 7*day) % (7 * day), true
}

func weekday(name string) int { return strings.Index("montuewedthufrisatsun", name) / 3 }

func clock(hours, minutes string) int {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	return h*60 + m
}
