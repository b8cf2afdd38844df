package dashboard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/dashboard"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/grafanaschema"
)

func names() dashboard.Names {
	return dashboard.Names{Prefix: "wine-dev", Endpoint: "wine-dev-models", ECSCluster: "wine-dev", Database: "wine-dev-mlflow", Kubernetes: true,
		Databases: []string{"wine-dev-mlflow", "wine-dev-prefect"}, LoadBalancer: true, API: "wine-dev-api", Stage: "live"}
}

func TestPlatform(t *testing.T) {
	seen, texts := map[string]bool{}, map[string]string{}
	for _, each := range dashboard.Platform(names()) {
		text, err := each.JSON()
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+each.UID+".json", []byte(text))
		require.False(t, seen[each.UID])
		seen[each.UID] = true
		panelsDoNotOverlap(t, text)
		texts[each.UID] = text
	}
	require.Len(t, seen, 9)
	require.Empty(t, dashboard.Platform(dashboard.Names{Prefix: "wine-dev"}))
	long := dashboard.Cluster(strings.Repeat("p", 40))
	require.NoError(t, long.Validate())
	require.LessOrEqual(t, len(long.UID), 40)
	grafanaschema.Check(t, texts)
}

func panelsDoNotOverlap(t *testing.T, text string) {
	var board struct {
		Panels []struct {
			ID      int
			GridPos struct{ X, Y, W, H int }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &board))
	taken, ids := map[[2]int]int{}, map[int]bool{}
	for _, panel := range board.Panels {
		require.False(t, ids[panel.ID])
		ids[panel.ID] = true
		require.LessOrEqual(t, panel.GridPos.X+panel.GridPos.W, 24)
		for x := range panel.GridPos.W {
			for y := range panel.GridPos.H {
				at := [2]int{panel.GridPos.X + x, panel.GridPos.Y + y}
				require.Zero(t, taken[at], "panels %d and %d", taken[at], panel.ID)
				taken[at] = panel.ID
			}
		}
	}
}

func TestProblems(t *testing.T) {
	bad := dashboard.Dashboard{UID: "a b", Variables: []dashboard.Variable{{Name: "prometheus"}}, Rows: []dashboard.Row{
		{"none", nil},
		{"some", []dashboard.Panel{
			{Kind: "pie", Prometheus: []dashboard.Query{{}}},
			{Title: "a"},
			{Title: "b", Prometheus: []dashboard.Query{{Expr: "up"}}, CloudWatch: []dashboard.Metric{{}}},
		}},
	}}
	require.EqualError(t, bad.Validate(), `uid: "a b" is no id; use up to 40 letters, digits, - and _
title: is missing; name the dashboard
variables[0].name: "prometheus" is no name; use letters, digits and _, other than prometheus and cloudwatch
variables[0]: lacks a metric or its label; give both
rows[0].panels: are 0; give 1 to 4
rows[1].panels[0].title: is missing; say what the panel shows
rows[1].panels[0].kind: "pie" is unknown; use timeseries, stat or table
rows[1].panels[0].prometheus[0]: has no expression; write one of PromQL
rows[1].panels[1]: needs queries of Prometheus or of CloudWatch; give those of one of them
rows[1].panels[2]: needs queries of Prometheus or of CloudWatch; give those of one of them
rows[1].panels[2].cloudWatch[0]: has no namespace or no name; give both, such as AWS/RDS and CPUUtilization`)
	require.ErrorContains(t, dashboard.Dashboard{UID: "a", Title: "a"}.Validate(), "rows: are missing; give at least one")
}
