package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// reachable is an environment with models on its cluster, and further lines of the cluster.
func reachable(cluster, more string) files {
	return dev(strings.NewReplacer("CLUSTER", cluster, "MORE", more).Replace(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }CLUSTER }
serving: { domain: serving.example.com, hostedZone: Z0123456789ABCDEFGHIJ }
MORE
`))
}

// What deploys the software of a cluster must reach the Kubernetes API.
func TestServingIsReached(t *testing.T) {
	const (
		github = `environments/dev.yaml:7:10: serving: is deployed by jobs on ubuntu-24.04, which do not reach the Kubernetes API: it has no public address; add runner: {} to cluster, name the addresses of your machines in cluster.publicAccessCidrs, or machines in the network in runsOn of platform.yaml`
		builds = `environments/dev.yaml:7:10: serving: is deployed by builds of CodePipeline, which do not reach the Kubernetes API from outside of the network; set codePipeline.network: true, with which its builds run in the network`
	)
	for name, test := range map[string]struct{ cluster, more, want string }{
		"nobody is in the network":     {"", "", github},
		"a runner":                     {", runner: {}", "", ""},
		"a runner that is off":         {", runner: { enabled: false }", "", github},
		"named addresses":              {", publicAccessCidrs: [203.0.113.0/24]", "", ""},
		"people deploy":                {"", "github: { enabled: false }", ""},
		"builds outside":               {"", "codePipeline: { source: { codeCommit: a } }", builds},
		"builds have no addresses":     {", publicAccessCidrs: [203.0.113.0/24]", "codePipeline: { source: { codeCommit: a } }", builds},
		"builds inside":                {"", "codePipeline: { source: { codeCommit: a }, network: true }", ""},
		"an API for everybody":         {", publicAccessCidrs: [0.0.0.0/0], allowPublicAccessFromAnywhere: true", "codePipeline: { source: { codeCommit: a } }", ""},
		"a runner that GitHub has not": {", runner: {}", "codePipeline: { source: { codeCommit: a }, network: true }", `environments/dev.yaml:6:101: cluster.runner: runs jobs of GitHub, which does not deploy the environment; remove it, or set codePipeline.network: true, with which its builds run in the network`},
		"a runner with a strange log":  {", runner: { logRetentionDays: 2 }", "", `environments/dev.yaml:6:121: cluster.runner.logRetentionDays: 2 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653`},
		"a runner of an unknown size":  {", runner: { computeType: huge }", "", `environments/dev.yaml:6:116: cluster.runner.computeType: "huge" is not allowed; use small, medium or large`},
	} {
		t.Run(name, func(t *testing.T) {
			if test.want != "" {
				_, err := reachable(test.cluster, test.more).load()
				require.EqualError(t, err, test.want)
				return
			}
			reachable(test.cluster, test.more).must(t)
		})
	}
}

// Machines of one's own are where nobody here knows.
func TestServingOnOwnMachines(t *testing.T) {
	made := reachable("", "")
	made["platform.yaml"] += "runsOn: [self-hosted, linux]\n"
	require.Empty(t, made.must(t).Environment("dev").Runner())
}

func TestRunner(t *testing.T) {
	env := reachable(", runner: {}", "").must(t).Environment("dev")
	require.Equal(t, "wine-dev-runner", env.Runner())
	require.Equal(t, &config.ClusterRunner{Enabled: true, ComputeType: config.ComputeSmall, LogRetentionDays: 90}, env.Cluster.Runner)
}

// A network without NAT has no way to GitHub.
func TestRunnerReachesGitHub(t *testing.T) {
	made := reachable(", runner: {}", "")
	made["environments/dev.yaml"] = strings.Replace(made["environments/dev.yaml"], "10.10.0.0/16 }", "10.10.0.0/16, nat: none, endpoints: [s3, ecr, sts, eks] }", 1)
	_, err := made.load()
	require.EqualError(t, err, `environments/dev.yaml:6:101: cluster.runner: has no way to GitHub, from which its machines take jobs; set network.nat to single or perZone`)
}
