package stacks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/helmschema"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// servingFiles is the first example set with models on the cluster of its first environment, and replacements in that one's file.
func servingFiles(t *testing.T, replace ...string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/serving.yaml")
	require.NoError(t, err)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, string(text), replace[i])
	}
	return map[string]string{"environments/dev.yaml": strings.NewReplacer(replace...).Replace(string(text))}
}

// servingOf are the stacks of the environment and of its software, and the folder with the charts of the latter.
func servingOf(t *testing.T, replace ...string) (environment, software synthtest.Template, charts string) {
	t.Helper()
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, stacks.BuildOnly(app, load(t, configurations[0], servingFiles(t, replace...)), stacks.Options{}, "dev"))
	require.NoError(t, tf.Synth(app))
	read := func(stack string) synthtest.Template {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", stack, "cdk.tf.json"))
		require.NoError(t, err)
		return synthtest.Parse(t, string(text))
	}
	software = read("dev-serving")
	helmschema.Check(t, software.Root())
	return read("dev"), software, filepath.Join(dir, "stacks", "dev-serving", "charts")
}

// data are the data sources of a type.
func data(of synthtest.Template, kind string) (all []map[string]any) {
	types, _ := of.Root()["data"].(map[string]any)
	named, _ := types[kind].(map[string]any)
	for _, each := range named {
		all = append(all, each.(map[string]any))
	}
	return all
}

func TestServing(t *testing.T) {
	environment, software, charts := servingOf(t)
	software.Golden("dev-serving")
	folders, err := os.ReadDir(charts)
	require.NoError(t, err)
	var names []string
	for _, each := range folders {
		names = append(names, each.Name())
		require.NoError(t, chart.Verify(filepath.Join(charts, each.Name())))
		release := software.Where("helm_release", "chart", "charts/"+each.Name())
		text, err := os.ReadFile(filepath.Join(charts, each.Name(), "Chart.yaml"))
		require.NoError(t, err)
		require.Contains(t, string(text), release["version"].(string))
	}
	require.Equal(t, []string{"gateway", "mlflow-access", "model-wine", "models", "namespaces", "nodes"}, names)

	// What is looked up is there under these names.
	require.Equal(t, environment.One("aws_eks_cluster")["name"], data(software, "aws_eks_cluster")[0]["name"])
	require.Equal(t, environment.One("aws_db_instance")["identifier"], data(software, "aws_db_instance")[0]["db_instance_identifier"])
	var made, sought []string
	for _, group := range environment.Resources("aws_lb_target_group") {
		made = append(made, group["tags"].(map[string]any)["Name"].(string))
	}
	for _, group := range data(software, "aws_lb_target_group") {
		sought = append(sought, group["tags"].(map[string]any)["Name"].(string))
	}
	require.ElementsMatch(t, made, sought)
	karpenter := software.Where("helm_release", "name", "karpenter")["values"].([]any)[0].(string)
	require.Contains(t, karpenter, `"interruptionQueue":"`+environment.One("aws_sqs_queue")["name"].(string)+`"`)
	nodes, err := os.ReadFile(filepath.Join(charts, "nodes", "templates", "ec2nodeclass.general.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(nodes), "role: "+environment.Where("aws_iam_role", "name", "wine-dev-cluster-karpenter-node")["name"].(string))
}

// Each service account that has a role has the namespace and the name that its pods have.
func TestServingIdentities(t *testing.T) {
	environment, _, _ := servingOf(t)
	var accounts []string
	for _, each := range environment.Resources("aws_eks_pod_identity_association") {
		accounts = append(accounts, each["namespace"].(string)+"/"+each["service_account"].(string))
	}
	slices.Sort(accounts)
	require.Equal(t, []string{
		"external-secrets/external-secrets", "kube-system/aws-load-balancer-controller", "kube-system/karpenter", "mlflow/mlflow", "models/wine",
	}, accounts)
	// The model reads its folder and nothing else, with the key of the bucket.
	policies := 0
	for _, each := range environment.Resources("aws_iam_role_policy") {
		text := each["policy"].(string)
		if !strings.Contains(text, "m-0f1e2d3c") {
			continue
		}
		policies++
		iamcheck.Check{}.Policy(t, policy.Identity, text)
		objects := environment.Allowing(text, "s3:GetObject")[0].Resources
		require.Len(t, objects, 1)
		require.True(t, strings.HasSuffix(objects[0], "/mlflow/1/models/m-0f1e2d3c/artifacts/*"), objects[0])
		require.NotEmpty(t, environment.Allowing(text, "kms:Decrypt"))
	}
	require.Equal(t, 1, policies)
	// KServe asks for the bucket itself, without a prefix, before it lists the folder.
	lists := 0
	for _, each := range environment.Resources("aws_iam_role_policy") {
		if text := each["policy"].(string); strings.Contains(each["role"].(string), "pod-models_wine") {
			for _, statement := range environment.Allowing(text, "s3:ListBucket") {
				if statement.Condition == nil {
					lists++
				}
			}
		}
	}
	require.Equal(t, 1, lists)
	// The controller registers pods, and makes no load balancers that would outlive the cluster.
	controller := environment.Where("aws_iam_role", "name", "wine-dev-serving-aws-load-balancer-controller")
	require.NotEmpty(t, controller["permissions_boundary"])
	for _, each := range environment.Resources("aws_iam_role_policy") {
		require.NotContains(t, each["policy"], "elasticloadbalancing:Create")
	}
	// Who applies administers the cluster, who plans reads it.
	entries := map[string]string{}
	for _, each := range environment.Resources("aws_eks_access_policy_association") {
		_, name, _ := strings.Cut(each["policy_arn"].(string), "cluster-access-policy/")
		entries[name] += "x"
	}
	require.Equal(t, map[string]string{"AmazonEKSClusterAdminPolicy": "xx", "AmazonEKSAdminViewPolicy": "x"}, entries)
}

// Jobs of GitHub run in the private subnets, and reach the Kubernetes API and nothing of the nodes.
func TestServingRunner(t *testing.T) {
	environment, _, _ := servingOf(t)
	project := environment.One("aws_codebuild_project")
	require.Equal(t, "wine-dev-runner", project["name"])
	require.Equal(t, "https://github.com/acme/wine-ml.git", project["source"].(map[string]any)["location"])
	network := project["vpc_config"].(map[string]any)
	group := network["security_group_ids"].([]any)[0]
	require.Len(t, network["subnets"], 2)
	cluster := environment.One("aws_eks_cluster")["vpc_config"].(map[string]any)
	rule := environment.Where("aws_vpc_security_group_ingress_rule", "description", "Kubernetes API from wine-dev-runner")
	require.Equal(t, group, rule["referenced_security_group_id"])
	require.Contains(t, cluster["security_group_ids"], rule["security_group_id"])
	require.EqualValues(t, 443, rule["from_port"])
	role := environment.Where("aws_iam_role", "name", "wine-dev-runner")
	require.Equal(t, "arn:aws:iam::222222222222:policy/wine-dev-boundary", role["permissions_boundary"])

	without, _, _ := servingOf(t, "  runner: {}", "  publicAccessCidrs: [203.0.113.0/24]")
	require.Empty(t, without.Resources("aws_codebuild_project"))
}

// A changed model changes its own release, by the version of its chart, and no other.
func TestServingModelsAreReleasedAlone(t *testing.T) {
	_, before, _ := servingOf(t)
	_, after, _ := servingOf(t, "m-0f1e2d3c", "m-99999999")
	changed := 0
	for name, release := range before.Resources("helm_release") {
		if version := after.Resources("helm_release")[name]["version"]; version != release["version"] {
			require.Equal(t, "model-wine", release["name"])
			changed++
		}
	}
	require.Equal(t, 1, changed)
}

func TestServingChoices(t *testing.T) {
	_, software, charts := servingOf(t, "  mlflow: {}", `  mode: knative
  chartRegistry: 222222222222.dkr.ecr.us-west-2.amazonaws.com/charts
  charts: { kserve-crd: { version: v0.21.0, digest: "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
  mlflow: { authentication: none, replicas: 1 }`, "  version:", "  identity: irsa\n  version:", "      question:", "      minReplicas: 0\n      canaryPercent: 20\n      question:")
	for _, each := range software.Resources("helm_release") {
		if repository, ok := each["repository"].(string); ok {
			require.Equal(t, "oci://222222222222.dkr.ecr.us-west-2.amazonaws.com/charts", repository)
		}
	}
	require.Contains(t, software.Where("helm_release", "name", "kserve-crd")["chart"], "/kserve-crd@sha256:")
	require.NotEmpty(t, software.Where("helm_release", "name", "knative-operator"))
	require.Contains(t, software.Where("helm_release", "name", "kserve-resources")["values"].([]any)[0], `"deploymentMode":"Knative"`)
	require.NotContains(t, software.Where("helm_release", "name", "mlflow")["values"].([]any)[0], "basic-auth")
	require.Contains(t, software.Where("helm_release", "name", "external-secrets")["values"].([]any)[0], "arn:aws:iam::222222222222:role/wine-dev-serving-external-secrets")
	service, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "inferenceservice.models.wine.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(service), "canaryTrafficPercent: 20")
	require.Contains(t, string(service), "minReplicas: 0")
	account, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "serviceaccount.models.wine.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(account), "arn:aws:iam::222222222222:role/wine-dev-serving-model-wine")
}

// A next version is an InferenceService of its own behind the model's route, in the same release: both are asked the question, and if one of
// them fails, Helm takes both back.
func TestServingNextVersion(t *testing.T) {
	environment, software, charts := servingOf(t, "      question:", "      next: { run: { experiment: \"1\", model: m-0123456789abcdef0123456789abcdef }, percent: 20 }\n      question:")
	templates := filepath.Join(charts, "model-wine", "templates")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(templates, name))
		require.NoError(t, err)
		return string(text)
	}
	next := "mlflow/1/models/m-0123456789abcdef0123456789abcdef/artifacts"
	require.Contains(t, read("inferenceservice.models.wine.yaml"), "m-0f1e2d3c/artifacts")
	require.Contains(t, read("inferenceservice.models.wine-next.yaml"), next)
	route := read("httproute.models.wine-route.yaml")
	require.Contains(t, route, "name: wine-predictor\n          port: 80\n          weight: 80")
	require.Contains(t, route, "name: wine-next-predictor\n          port: 80\n          weight: 20")
	require.Contains(t, route, "wine-models.serving.dev.example.com")
	for _, each := range []string{"wine-verify", "wine-next-verify"} {
		require.FileExists(t, filepath.Join(templates, "job.models."+each+".yaml"))
	}
	release := software.Where("helm_release", "name", "model-wine")
	require.Equal(t, true, release["atomic"])
	// One role reads both folders, and no others.
	var folders []string
	for _, each := range environment.Resources("aws_iam_role_policy") {
		if text := each["policy"].(string); strings.Contains(text, next) {
			for _, statement := range environment.Allowing(text, "s3:GetObject") {
				folders = append(folders, statement.Resources...)
			}
		}
	}
	require.Len(t, folders, 2)
}

// A model in an image needs no folder, no runtime and no role.
func TestServingModelInAnImage(t *testing.T) {
	const image = "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-dev/wine@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	environment, _, charts := servingOf(t, "      path: mlflow/1/models/m-0f1e2d3c/artifacts", "      image: "+image, "  version:", "  identity: irsa\n  version:")
	service, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "inferenceservice.models.wine.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(service), image)
	require.NotContains(t, string(service), "storageUri")
	account, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "serviceaccount.models.wine.yaml"))
	require.NoError(t, err)
	require.NotContains(t, string(account), "role-arn")
	for _, each := range environment.Resources("aws_iam_role") {
		require.NotContains(t, each["name"], "model-wine")
	}
}

// A model with hours has a release of its own for them, which comes after KEDA and the model: before, KEDA would refuse it.
func TestServingHours(t *testing.T) {
	_, software, charts := servingOf(t, "      question:", `      minReplicas: 2
      hours: { from: "cron(0 7 ? * MON-FRI *)", until: "cron(0 20 ? * MON-FRI *)", timeZone: Europe/Berlin }
      next: { path: wine/2, percent: 20 }
      question:`)
	release := software.Where("helm_release", "name", "hours-wine")
	var after []string
	for _, each := range release["depends_on"].([]any) {
		name := software.Resources("helm_release")[strings.TrimPrefix(each.(string), "helm_release.")]["name"].(string)
		after = append(after, name)
	}
	require.ElementsMatch(t, []string{"namespaces", "keda", "model-wine"}, after)
	read := func(path string) string {
		text, err := os.ReadFile(filepath.Join(charts, path))
		require.NoError(t, err)
		return string(text)
	}
	for name, deployment := range map[string]string{"wine": "wine-predictor", "wine-next": "wine-next-predictor"} {
		require.Contains(t, read("model-wine/templates/inferenceservice.models."+name+".yaml"), "serving.kserve.io/autoscalerClass: external")
		object := read("hours-wine/templates/scaledobject.models." + name + ".yaml")
		for _, each := range []string{
			"name: " + deployment, "minReplicaCount: 0", "maxReplicaCount: 3", `desiredReplicas: "2"`, "start: 0 7 * * 1,2,3,4,5", "end: 0 20 * * 1,2,3,4,5", "timezone: Europe/Berlin", `value: "70"`,
		} {
			require.Contains(t, object, each)
		}
	}
}

// A model package runs as SageMaker would run it, is asked so, and reads the folder of its files.
func TestServingPackage(t *testing.T) {
	const bucket = "s3://wine-dev-models-222222222222-us-west-2/"
	written := func(version string) string {
		return `{ arn: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/` + version + `", image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", data: "` +
			bucket + "training/" + version + `/output/model.tar.gz", environment: { SAGEMAKER_PROGRAM: inference.py } }`
	}
	environment, _, charts := servingOf(t, "      path: mlflow/1/models/m-0f1e2d3c/artifacts\n", "      package: "+written("7")+"\n      next: { percent: 10, package: "+written("8")+" }\n",
		"inputs: { alcohol: 13.2, malic_acid: 1.78 }", `body: "13.2,1.78"`)
	for name, version := range map[string]string{"wine": "7", "wine-next": "8"} {
		text, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "inferenceservice.models."+name+".yaml"))
		require.NoError(t, err)
		for _, each := range []string{
			"uri: " + bucket + "training/" + version + "/output/model.tar.gz", "mountPath: /opt/ml/model", "- serve", "path: /ping", "containerPort: 8080", "sagemaker-scikit-learn@sha256:", "name: SAGEMAKER_PROGRAM",
			"name: AWS_REGION",
		} {
			require.Contains(t, string(text), each)
		}
		require.NotContains(t, string(text), "modelFormat")
		text, err = os.ReadFile(filepath.Join(charts, "model-wine", "templates", "job.models."+name+"-verify.yaml"))
		require.NoError(t, err)
		require.Contains(t, string(text), `"invocation":{"body":"13.2,1.78","contentType":"text/csv"}`)
	}
	var reads []string
	for _, each := range environment.Resources("aws_iam_role_policy") {
		if strings.Contains(each["role"].(string), "pod-models_wine") {
			for _, statement := range environment.Allowing(each["policy"], "s3:GetObject") {
				reads = append(reads, statement.Resources...)
			}
		}
	}
	require.ElementsMatch(t, []string{"arn:aws:s3:::wine-dev-models-222222222222-us-west-2/training/7/output/*", "arn:aws:s3:::wine-dev-models-222222222222-us-west-2/training/8/output/*"}, reads)
}

// Without a token nobody gets from the load balancer to a model, in either mode.
func TestServingTokens(t *testing.T) {
	const tokens = "  mlflow: {}\n  tokens: { issuer: https://login.example.com/, scopes: [models/ask, models/all], audiences: [models] }"
	read := func(charts, name string) string {
		text, err := os.ReadFile(filepath.Join(charts, "gateway", "templates", name))
		require.NoError(t, err)
		return string(text)
	}
	_, _, charts := servingOf(t, "  mlflow: {}", tokens)
	policy := read(charts, "securitypolicy.gateway.tokens.yaml")
	for _, each := range []string{
		"kind: Gateway", "name: models", "issuer: https://login.example.com/", "uri: https://login.example.com/.well-known/jwks.json", "- models\n", "defaultAction: Deny", "- models/ask", "- models/all",
	} {
		require.Contains(t, policy, each)
	}
	_, _, charts = servingOf(t, "  mlflow: {}", tokens+"\n  mode: knative")
	require.Contains(t, read(charts, "requestauthentication.istio-system.tokens.yaml"), "jwksUri: https://login.example.com/.well-known/jwks.json")
	rules := read(charts, "authorizationpolicy.istio-system.tokens.yaml")
	require.Contains(t, rules, "action: DENY")
	require.Equal(t, 3, strings.Count(rules, "- /healthz"), "no token, and either scope")
	require.Equal(t, 3, strings.Count(rules, "- \"8080\""), "the cluster's own requests come by another port")
	require.Equal(t, 2, strings.Count(rules, "key: request.auth.claims[scope]"))

	_, _, charts = servingOf(t)
	require.NoFileExists(t, filepath.Join(charts, "gateway", "templates", "securitypolicy.gateway.tokens.yaml"))
}

// Where nodes have GPUs, Kubernetes finds them, and Prometheus their metrics.
func TestServingGPUs(t *testing.T) {
	const group = "  nodePools: { general: { instanceTypes: [m6i.large], min: 2, max: 4 }, gpu: { instanceTypes: [g5.xlarge, g6.xlarge], max: 1 } }"
	const general = "  nodePools: { general: { instanceTypes: [m6i.large], min: 2, max: 4 } }"
	releases := func(software synthtest.Template) (plugin, exporter string) {
		for _, each := range software.Resources("helm_release") {
			switch each["name"] {
			case "nvidia-device-plugin":
				plugin = each["values"].([]any)[0].(string)
			case "dcgm-exporter":
				exporter = each["values"].([]any)[0].(string)
			}
		}
		return plugin, exporter
	}
	_, software, _ := servingOf(t)
	plugin, exporter := releases(software)
	require.Empty(t, plugin+exporter)
	_, software, _ = servingOf(t, general, group)
	plugin, exporter = releases(software)
	require.Contains(t, plugin, `"values":["g5.xlarge","g6.xlarge"]`)
	require.Empty(t, exporter, "nobody would read it")
	_, software, _ = servingOf(t, "notifications: {}", "notifications: {}\nmonitoring: {}", "  keda: {}", "  nodePools: { gpu: { gpu: true } }")
	plugin, exporter = releases(software)
	require.Contains(t, plugin, "karpenter.k8s.aws/instance-gpu-manufacturer")
	require.Equal(t, strings.Count(plugin, "matchExpressions"), strings.Count(exporter, "matchExpressions"))
	_, software, _ = servingOf(t, general, group, "  keda: {}", "  gpus: { enabled: false }")
	plugin, _ = releases(software)
	require.Empty(t, plugin)
}

// The script beside the stack copies the charts of others that the stack has, from their makers, in the versions that it takes.
func TestServingCopiesCharts(t *testing.T) {
	const registry = "222222222222.dkr.ecr.us-west-2.amazonaws.com/charts"
	_, software, charts := servingOf(t, "  mlflow: {}", "  mlflow: {}\n  chartRegistry: "+registry+"\n  charts: { karpenter: { version: 1.15.2 } }")
	path := filepath.Join(filepath.Dir(charts), "scripts", "copy-charts.sh")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	shellcheck.Check(t, map[string]string{"copy-charts.sh": string(text)})
	for _, each := range []string{
		"aws ecr get-login-password --region us-west-2 | helm registry login --username AWS --password-stdin 222222222222.dkr.ecr.us-west-2.amazonaws.com\n",
		"  helm pull oci://public.ecr.aws/karpenter/karpenter --version 1.15.2\n  helm push karpenter-1.15.2.tgz oci://" + registry + "\n",
		"  helm pull keda --repo https://kedacore.github.io/charts --version 2.18.0\n",
	} {
		require.Contains(t, string(text), each)
	}
	others := 0
	for _, each := range software.Resources("helm_release") {
		if each["repository"] != nil {
			others++
		}
	}
	require.Equal(t, others, strings.Count(string(text), "helm push"))
	_, _, charts = servingOf(t)
	require.NoFileExists(t, filepath.Join(filepath.Dir(charts), "scripts", "copy-charts.sh"))
}

// The roles with which GitHub deploys may take charts from copies in ECR, and no others.
func TestServingRolesTakeCharts(t *testing.T) {
	roles := builtWithRoles(t, configurations[0], servingFiles(t, "  mlflow: {}", "  mlflow: {}\n  chartRegistry: 888888888888.dkr.ecr.eu-west-1.amazonaws.com"), "dev")
	for name, statements := range map[string][]policy.Statement{"plan": planStatements(t, roles), "apply": applyStatements(t, roles)} {
		for resource, allowed := range map[string]bool{"kserve-crd": true, "others": false} {
			request := iamcheck.Request{Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:eu-west-1:888888888888:repository/" + resource}
			require.Equal(t, allowed, iamcheck.Allows(statements, request), "%s: %s", name, resource)
		}
	}
}

// A model may ask for more than the one processor to which KServe's runtimes are limited.
func TestServingProcessors(t *testing.T) {
	for written, limit := range map[string]string{"      milliCpus: 4000\n      question:": "cpu: 4000m", "      question:": "cpu: 1000m"} {
		_, _, charts := servingOf(t, "      question:", written)
		text, err := os.ReadFile(filepath.Join(charts, "model-wine", "templates", "inferenceservice.models.wine.yaml"))
		require.NoError(t, err)
		_, limits, found := strings.Cut(string(text), "limits:")
		require.True(t, found)
		require.Contains(t, limits[:60], limit)
	}
}
