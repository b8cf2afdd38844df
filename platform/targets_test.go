package platform_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTargets(t *testing.T) {
	for _, test := range []struct {
		args          []string
		code          int
		out, problems string
	}{
		{[]string{"--ref", "refs/heads/main"}, 0, "[\"operations\",\"dev\"]\n", ""},
		{[]string{"--ref", "refs/heads/x", "--stack", ""}, 0, "[]\n", ""},
		{[]string{"--ref", "refs/tags/prod", "--stack", "prod"}, 0, "[\"prod\"]\n", ""},
		{[]string{"--ref", "refs/heads/main", "--stack", "dev", "--destroy"}, 0, "[\"dev\"]\n", ""},
		{[]string{"--ref", "refs/tags/prod", "--stack", "prod", "--destroy"}, 1, "", "prod is protected; set protect: false in its file and deploy that first\n"},
		{nil, 1, "", "\"\" is no branch or tag; give a whole ref, such as refs/heads/main or refs/tags/v1\n"},
	} {
		code, out, problems := run(append([]string{"targets", "--config", example}, test.args...)...)
		require.Equal(t, test.code, code, test.args)
		require.Equal(t, test.out, out, test.args)
		require.Equal(t, test.problems, problems, test.args)
	}
	code, _, _ := run("targets", "--config", "nowhere")
	require.Equal(t, 1, code)
}
