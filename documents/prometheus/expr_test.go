package prometheus_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/prometheus"
)

func TestCheckExpr(t *testing.T) {
	for _, expr := range []string{
		"up", "up == 0", "1 - 5m", "vector(1)", `sum by (job) (rate(http_requests_total{code=~"5..|\"(", path='a)'}[5m])) > bool 0.5`,
		"sum(x) by (job) / on (job) group_left (a) sum by (job) (y) # all of (it", "x offset 5m or y unless z", "x AND ON (a) y", "a:b:c > 1e3",
		"max_over_time(x[1h:5m] @ end())", "{`my.metric`}", "sum(x)\n  > 0.1 and\n  sum(y) > 0",
	} {
		require.NoError(t, prometheus.CheckExpr(expr), expr)
	}
	for expr, want := range map[string]string{
		"sum(rate(x[5m])": `"sum(rate(x[5m])" has a ( that does not end; close it`,
		"sum(x))":         `"sum(x))" has a ) without its (; write both`,
		"x[5m)":           `"x[5m)" has a ) without its (; write both`,
		`x{a="b}`:         `"x{a=\"b}" has a " that does not end; close it`,
		"hello world":     `"hello world" has hello and world side by side; write an operator between them`,
		"up ==":           `"up ==" ends with =; write what follows`,
		"# nothing":       `"# nothing" says nothing; write an expression of PromQL`,
	} {
		require.EqualError(t, prometheus.CheckExpr(expr), want)
	}
}
