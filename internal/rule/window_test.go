package rule_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func TestWindows(t *testing.T) {
	tests := []struct{ backup, maintenance, want string }{
		{"", "", ""},
		{"03:00-03:30", "", ""},
		{"23:45-00:15", "sun:04:00-sun:05:00", ""},
		{"03:00-04:00", "sun:04:00-sun:05:00", ""},
		{"04:30-05:00", "sat:23:30-sun:04:30", ""},
		{"03:00-03:29", "", `b: "03:00-03:29" is shorter than half an hour, which RDS needs; widen it`},
		{"24:00-01:00", "", `b: "24:00-01:00" is no daily window; write it like 03:00-03:30, in UTC`},
		{"", "sun:04:00-sun:04:10", `m: "sun:04:00-sun:04:10" lasts 10 minutes; use half an hour to a day`},
		{"", "sun:04:00-mon:04:00", `m: "sun:04:00-mon:04:00" lasts 1440 minutes; use half an hour to a day`},
		{"", "sun:04:00", `m: "sun:04:00" is no weekly window; write it like sun:04:00-sun:05:00, in UTC`},
		{"04:29-05:00", "sat:23:30-sun:04:30", `m: "sat:23:30-sun:04:30" overlaps with the backups at 04:29-05:00, which RDS refuses; move one of them`},
		{"23:00-00:01", "wed:00:00-wed:01:00", `m: "wed:00:00-wed:01:00" overlaps with the backups at 23:00-00:01, which RDS refuses; move one of them`},
	}
	for _, test := range tests {
		var problems problem.List
		rule.Windows(&problems, "b", test.backup, "m", test.maintenance)
		if test.want == "" {
			require.NoError(t, problems.Err(), test)
			continue
		}
		require.EqualError(t, problems.Err(), test.want)
	}
}
