package platform_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/platform"
)

func TestMapCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "map.html")
	run := func(arguments ...string) (code int, out, problems string) {
		var stdout, stderr bytes.Buffer
		code = platform.Run(append([]string{"map", "--config", "../examples/configurations/branches"}, arguments...), &stdout, &stderr)
		return code, stdout.String(), stderr.String()
	}
	code, out, problems := run("-o", file)
	require.Zero(t, code, problems)
	require.Equal(t, filepath.ToSlash(file)+"\n", out)
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(page, []byte("<!doctype html>")))

	code, out, problems = run("--format", "json", "--output", "-")
	require.Zero(t, code, problems)
	var data struct{ Project string }
	require.NoError(t, json.Unmarshal([]byte(out), &data))
	require.Equal(t, "mlopspltf", data.Project)

	code, _, problems = run("--format", "pdf")
	require.Equal(t, 1, code)
	require.Equal(t, "--format \"pdf\" is none; use html or json\n", problems)
	code, _, problems = run("-o", filepath.Join(file, "below"))
	require.Equal(t, 1, code)
	require.Contains(t, problems, "not a directory")
}
