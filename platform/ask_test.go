package platform

import (
	"bufio"
	"bytes"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAsk(t *testing.T) {
	var i initial
	var out bytes.Buffer
	answers := "wine\n\nacme/wine-ml\nus-west-2\n111111111111\ndev prod\n222222222222\n\n\ntag=v*\nnetwork, storage\n"
	asked, err := i.askAll(questions{bufio.NewReader(strings.NewReader(answers)), &out})
	require.NoError(t, err)
	require.True(t, asked)
	require.Equal(t, []string{"dev:222222222222:branch=dev", "prod:111111111111:tag=v*"}, i.environments)
	require.Equal(t, []string{"network", "storage"}, i.parts)
	require.Contains(t, out.String(), "Environments, in the order in which a change passes through them [dev staging prod]: ")
	require.Equal(t, 2, strings.Count(out.String(), "Repository on GitHub (owner/name): "), "no answer is no repository")
	require.Equal(t, "go run . init --project wine --repository acme/wine-ml --region us-west-2 --account 111111111111 "+
		"--environment dev:222222222222:branch=dev --environment 'prod:111111111111:tag=v*' --parts network,storage", i.asCommand())

	asked, err = i.askAll(questions{bufio.NewReader(strings.NewReader("")), &out})
	require.NoError(t, err)
	require.False(t, asked, "everything is known")

	_, err = (&initial{}).askAll(questions{bufio.NewReader(strings.NewReader("wine\n")), &out})
	require.EqualError(t, err, "the questions were not answered; nothing was written")
}

func TestOrigin(t *testing.T) {
	const path = "github.com/mlplatform/mlplatform"
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":                  {Main: debug.Module{Path: "example.com/x"}, Deps: []*debug.Module{{Path: path, Version: "v1.2.3"}}},
		"v1.3.0":                  {Main: debug.Module{Path: path, Version: "v1.3.0"}},
		"of a checkout":           {Main: debug.Module{Path: path, Version: "(devel)"}},
		"replaced by ../checkout": {Main: debug.Module{Path: "example.com/x"}, Deps: []*debug.Module{{Path: path, Version: "v1.2.3", Replace: &debug.Module{Path: "../checkout"}}}},
	} {
		require.Equal(t, want, originOf(info).String())
	}
	require.Equal(t, "of a checkout", originOf(&debug.BuildInfo{Main: debug.Module{Path: path, Version: "v0.0.0-20260101000000-0123456789ab+dirty"}}).String())
	var out, problems bytes.Buffer
	require.Zero(t, Run([]string{"version"}, &out, &problems), problems.String())
	require.Regexp(t, `^github\.com/mlplatform/mlplatform +of a checkout\nregistry\.terraform\.io/hashicorp/aws +5\.99\.1\nterraform +>= 1\.11\.0\n$`, out.String())
}
