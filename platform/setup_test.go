package platform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/setup"
)

func TestSetupGitHub(t *testing.T) {
	code, out, problems := run("setup", "github", "--config", example)
	require.Zero(t, code, problems)
	platform, err := config.Load(example)
	require.NoError(t, err)
	require.Equal(t, setup.Script(platform), out)

	code, out, _ = run("setup", "github", "--config", "nowhere")
	require.Equal(t, 1, code)
	require.Empty(t, out)

	code, out, _ = run("setup")
	require.Zero(t, code)
	require.Contains(t, out, "\n  github  ")

	code, _, problems = run("setup", "gitlab")
	require.Equal(t, 1, code)
	require.Equal(t, "\"gitlab\" is no command of mlplatform setup; see mlplatform setup --help (did you mean github?)\n", problems)
}
