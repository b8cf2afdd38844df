package grafanaschema

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/npm"
)

func TestCheck(t *testing.T) {
	if testing.Short() {
		t.Skip("the TypeScript compiler does not run under -short")
	}
	problems, err := check(t.TempDir(), map[string]string{
		"good":    `{"title": "a", "schemaVersion": 39, "panels": [{"type": "stat", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}]}`,
		"version": `{"title": "a", "schemaVersion": "39"}`,
		"rows":    `{"title": "a", "schemaVersion": 39, "rows": []}`,
		"grid":    `{"title": "a", "schemaVersion": 39, "panels": [{"type": "stat", "gridPos": {"x": 0}}]}`,
	})
	npm.Skip(t, "it is not tried whether the check finds what Grafana's types refuse", err)
	require.NotContains(t, problems, "good.ts")
	require.Regexp(t, `version\.ts.*Type 'string' is not assignable to type 'number'`, problems)
	require.Regexp(t, `rows\.ts.*"rows"' does not exist in type`, problems)
	require.Regexp(t, `grid\.ts`, problems)
}
