package helmschema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/npm"
)

func TestCheck(t *testing.T) {
	b, err := load()
	npm.Skip(t, "it is not tried whether the check finds what the Helm provider refuses", err)
	problems := func(text string) []string {
		var template map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &template))
		return b.check(template)
	}
	const provider = `"provider": {"helm": [{"kubernetes": {"host": "https://a", "exec": {"api_version": "v1", "command": "aws", "args": ["a"]}}}]}`
	require.Empty(t, problems(`{`+provider+`, "resource": {"helm_release": {"a": {
		"name": "a", "chart": "b", "values": ["{}"], "timeout": 60, "wait": true, "set_wo": [{"name": "x", "value": "${y}"}], "depends_on": ["c"], "timeouts": {"create": "1m"}}}}}`))
	require.Equal(t, []string{"helm_release.a: lacks chart", "provider.helm: there are 0"}, problems(`{"resource": {"helm_release": {"a": {"name": "a"}}}}`))
	for change, want := range map[string]string{
		`"names": "x"`:                    "helm_release.a: has no argument names",
		`"values": "x"`:                   "helm_release.a.values: x is no array",
		`"values": [{}]`:                  "helm_release.a.values[0]: map[] is no string",
		`"wait": "true"`:                  "helm_release.a.wait: true is no boolean",
		`"timeout": "60"`:                 "helm_release.a.timeout: 60 is no number",
		`"set_wo": [{"name": "x"}]`:       "helm_release.a.set_wo[0]: lacks value",
		`"set": {"name": "x"}`:            "helm_release.a.set: map[name:x] is no array",
		`"timeouts": {"lifecycle": "1m"}`: "helm_release.a.timeouts: has no argument lifecycle",
	} {
		require.Contains(t, problems(`{`+provider+`, "resource": {"helm_release": {"a": {"name": "a", "chart": "b", `+change+`}}}}`), want, change)
	}
	require.Equal(t, []string{"provider.helm.kubernetes.exec: lacks api_version", "provider.helm: has no argument lifecycle"},
		problems(`{"provider": {"helm": [{"lifecycle": {}, "kubernetes": {"exec": {"command": "aws"}}}]}}`))
}
