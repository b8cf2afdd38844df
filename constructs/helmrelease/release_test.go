package helmrelease_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/helmrelease"
	"github.com/mlplatform/mlplatform/internal/helmschema"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const digest = "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

func connected(t *testing.T) tf.Stack {
	stack := synthtest.Stack(t)
	require.NoError(t, helmrelease.Connect(stack, helmrelease.ProviderProps{
		ClusterName: "wine-dev-cluster", Region: synthtest.Region, Endpoint: "${data.aws_eks_cluster.cluster.endpoint}",
		CAData: "${data.aws_eks_cluster.cluster.certificate_authority[0].data}",
	}))
	return stack
}

func small() helmrelease.Props {
	return helmrelease.Props{
		Name: "keda", Namespace: "keda", CreateNamespace: true,
		Chart: helmrelease.Chart{Repository: "https://kedacore.github.io/charts", Name: "keda", Version: "2.18.0"},
	}
}

func TestDefaults(t *testing.T) {
	stack := connected(t)
	_, err := helmrelease.New(stack, "keda", small())
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	template.Golden("defaults")
	helmschema.Check(t, template.Root())
	release := template.One("helm_release")
	require.Equal(t, true, release["atomic"])
	require.Equal(t, true, release["wait"])
	require.NotContains(t, release, "values", "without values, those of the chart hold")
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	require.NoError(t, helmrelease.Connect(stack, helmrelease.ProviderProps{
		ClusterName: "wine-dev-cluster", Region: synthtest.Region, Endpoint: "https://localhost:8443", CAData: "TElORQo=",
		TLSServerName: "0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com", RoleARN: "arn:aws:iam::222222222222:role/deploy", Profile: "dev", Registries: "registries.json",
	}))
	first, err := helmrelease.New(stack, "first", helmrelease.Props{
		Name: "platform", Namespace: "kube-system", Chart: helmrelease.Chart{Path: "charts/platform", Version: "0.1.0-0f1e2d3c"},
		NoWait: true, SkipCRDs: true, TakeOwnership: true, History: 1, Timeout: time.Minute,
	})
	require.NoError(t, err)
	_, err = helmrelease.New(stack, "mlflow", helmrelease.Props{
		Name: "mlflow", Namespace: "mlflow",
		Chart:      helmrelease.Chart{Repository: "oci://ghcr.io/mlflow/charts", Name: "mlflow", Version: "0.1.1", Digest: digest},
		Values:     map[string]any{"z": 1, "a": map[string]any{"list": []string{"<b>", "${x}"}, "on": true, "nothing": nil}},
		Secrets:    map[string]string{"z.password": "${ephemeral.aws_secretsmanager_secret_version.z.secret_string}", "a": "${ephemeral.random_password.a.result}"},
		KeepFailed: true, SecretsRevision: 3, After: []tf.Dependable{first.Dependable()},
	})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	helmschema.Check(t, template.Root())
	mlflow := template.Where("helm_release", "name", "mlflow")
	require.Equal(t, []any{`{"a":{"list":["<b>","${x}"],"nothing":null,"on":true},"z":1}`}, mlflow["values"])
	require.Equal(t, "oci://ghcr.io/mlflow/charts/mlflow@"+digest, mlflow["chart"])
	require.NotContains(t, mlflow, "repository")
	require.Equal(t, []any{"helm_release." + template.Names("helm_release")[0]}, mlflow["depends_on"])
	require.Equal(t, float64(3), mlflow["set_wo_revision"])
}

func TestSameBytesEachTime(t *testing.T) {
	text := func() string {
		stack := connected(t)
		props := small()
		props.Values = map[string]any{"b": 1, "a": 2, "c": map[string]any{"z": 1, "y": 2}}
		_, err := helmrelease.New(stack, "keda", props)
		require.NoError(t, err)
		return synthtest.Synth(t, stack).Text()
	}
	first := text()
	for range 5 {
		require.Equal(t, first, text())
	}
	require.NotContains(t, first, `"overrides"`)
}

func TestMirror(t *testing.T) {
	chart := small().Chart
	require.Equal(t, "oci://222222222222.dkr.ecr.us-west-2.amazonaws.com/charts", chart.From("222222222222.dkr.ecr.us-west-2.amazonaws.com/charts").Repository)
	require.Equal(t, []string{
		"helm pull keda --repo https://kedacore.github.io/charts --version 2.18.0",
		"helm push keda-2.18.0.tgz oci://222222222222.dkr.ecr.us-west-2.amazonaws.com/charts",
	}, chart.MirrorCommands("222222222222.dkr.ecr.us-west-2.amazonaws.com/charts"))
	oci := helmrelease.Chart{Repository: "oci://ghcr.io/kserve/charts", Name: "kserve-crd", Version: "v0.20.0"}
	require.Equal(t, "helm pull oci://ghcr.io/kserve/charts/kserve-crd --version v0.20.0", oci.MirrorCommands("mirror/charts")[0])
	require.Equal(t, oci, oci.From(""))
	local := helmrelease.Chart{Path: "charts/x", Version: "1.0.0"}
	require.Equal(t, local, local.From("mirror"))
	require.Empty(t, local.MirrorCommands("mirror"))
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, connected(t), small, helmrelease.New, map[string]synthtest.Refusal[helmrelease.Props]{
		"names": {func(p *helmrelease.Props) { p.Name, p.Namespace = "KEDA", "ke_da" },
			"name: \"KEDA\" is no name of a release; use up to 53 lower-case letters, digits and hyphens\n" +
				`namespace: "ke_da" is no Kubernetes namespace; use 1 to 63 lower-case letters, digits and hyphens`},
		"range":      {func(p *helmrelease.Props) { p.Chart.Version = "~2.18" }, `chart.version: "~2.18" is no exact version; write it like 1.2.3, as the chart does`},
		"latest":     {func(p *helmrelease.Props) { p.Chart.Version = "" }, `chart.version: "" is no exact version; write it like 1.2.3, as the chart does`},
		"nowhere":    {func(p *helmrelease.Props) { p.Chart.Repository = "" }, "chart.repository: is missing; name where the chart is, or give path"},
		"http":       {func(p *helmrelease.Props) { p.Chart.Repository = "http://example.com" }, `chart.repository: "http://example.com" is no repository; write it like oci://ghcr.io/kserve/charts or https://aws.github.io/eks-charts`},
		"chart name": {func(p *helmrelease.Props) { p.Chart.Name = "a/b" }, `chart.name: "a/b" is no name of a chart; use lower-case letters, digits, hyphens, dots and underscores`},
		"digest of a repository": {func(p *helmrelease.Props) { p.Chart.Digest = digest },
			`chart.digest: "` + digest + `" has no meaning for https://kedacore.github.io/charts; remove it, or take the chart from a registry, oci://`},
		"digest": {func(p *helmrelease.Props) { p.Chart.Repository, p.Chart.Digest = "oci://ghcr.io/charts", "sha256:1" },
			`chart.digest: "sha256:1" is no digest; write it like sha256: and 64 hexadecimal digits`},
		"path": {func(p *helmrelease.Props) { p.Chart.Path = "charts/keda" }, `chart.path: "charts/keda" stands beside repository or digest, which a folder has none of; give one of them`},
		"secret": {func(p *helmrelease.Props) { p.Secrets = map[string]string{"auth.password": "hunter2"} },
			`secrets["auth.password"]: is a text of its own, which the stack's files would hold; give a reference that only Terraform knows`},
		"secret path": {func(p *helmrelease.Props) { p.Secrets = map[string]string{"a,b": "${x.y.z}"} }, `secrets["a,b"]: is no path of a value; write it like auth.password`},
		"revision":    {func(p *helmrelease.Props) { p.SecretsRevision = 2 }, "secretsRevision: 2 stands without secrets; remove it"},
		"timeout":     {func(p *helmrelease.Props) { p.Timeout = time.Second }, "timeout: 1s is out of range; use 1m to 1h, in whole seconds"},
		"history":     {func(p *helmrelease.Props) { p.History = 51 }, "history: 51 is out of range; use 1 to 50"},
		"values": {func(p *helmrelease.Props) { p.Values = map[string]any{"a": make(chan int)} },
			"values: hold what JSON cannot: json: unsupported type: chan int; use texts, numbers, booleans, lists and maps"},
	})
}

func TestProviderProblems(t *testing.T) {
	stack := synthtest.Stack(t)
	require.EqualError(t, helmrelease.Connect(stack, helmrelease.ProviderProps{ClusterName: "-", Region: "west", Endpoint: "10.0.0.1"}),
		`clusterName: "-" is no name of an EKS cluster; use 1 to 100 letters, digits, _ and -
region: "west" is no region; write it like us-west-2
endpoint: "10.0.0.1" is no address of a Kubernetes API; write it like https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com
caData: is missing; give the certificate authority of the cluster in base64`)
	require.EqualError(t, helmrelease.Connect(stack, helmrelease.ProviderProps{ClusterName: "a", Region: "us-west-2", Endpoint: "https://a", CAData: "%"}),
		"caData: is no base64; give certificateAuthority.data as EKS describes it")
}
