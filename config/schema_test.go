package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/config"
)

// examples are the folders with configurations that must load.
var examples = []string{".", "../examples/configurations/branches", "../examples/configurations/one-account", "../examples/configurations/services", "../examples/configurations/serving"}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return schema
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	return value
}

func TestSchemaAcceptsTheExamples(t *testing.T) {
	schema := compiledSchema(t)
	count := 0
	for _, dir := range examples {
		names, err := filepath.Glob(dir + "/environments/*.yaml")
		require.NoError(t, err)
		for _, name := range append(names, dir+"/platform.yaml") {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			require.NoError(t, schema.Validate(decoded(t, string(text))), name)
			count++

			// The first line leads editors to the schema.
			line, _, _ := strings.Cut(string(text), "\n")
			link, found := strings.CutPrefix(line, "# yaml-language-server: $schema=")
			require.True(t, found, "%s has no modeline", name)
			require.Equal(t, "schema.json", relative(t, filepath.Join(filepath.Dir(name), link)))
		}
	}
	require.Equal(t, 18, count)
}

func relative(t *testing.T, name string) string {
	t.Helper()
	here, err := os.Getwd()
	require.NoError(t, err)
	absolute, err := filepath.Abs(name)
	require.NoError(t, err)
	found, err := filepath.Rel(here, absolute)
	require.NoError(t, err)
	return found
}

func TestSchemaRefuses(t *testing.T) {
	schema := compiledSchema(t)
	require.NoError(t, schema.Validate(decoded(t, smallPlatform)))
	require.NoError(t, schema.Validate(decoded(t, smallDev)))
	for _, text := range []string{
		smallPlatform + "colour: red",
		smallPlatform + "state: { lock: file }",
		smallPlatform + "state: { noncurrentVersionDays: 0 }",
		strings.Replace(smallPlatform, "wine\n", "Wine\n", 1),
		strings.Replace(smallPlatform, `"111111111111"`, "111111111111", 1),
		strings.Replace(smallPlatform, "acme/wine-ml", "acme/*", 1),
		"promotion: { branches: [main] }",
		smallDev + "netwrok: {}",
		smallDev + "network: { cidr: 10.10.0.0/16, nat: two }",
		smallDev + "network: { availabilityZones: 7 }",
		smallDev + "network: { tiers: [private, private] }",
		smallDev + "cluster: {}",
		smallDev + "cluster: { version: 1.35 }",
		smallDev + `cluster: { version: "1.35", nodePools: { general: { max: 3 } } }`,
		smallDev + `cluster: { version: "1.35", nodePools: { general: { instanceTypes: m6i.large, max: 3 } } }`,
		smallDev + "github: { maxSessionMinutes: 30 }",
		smallDev + "storage:",
		smallDev + "training: {}",
		smallDev + "codePipeline: {}",
		smallDev + "codePipeline: { source: { codeCommit: a }, computeType: huge }",
		smallDev + "codePipeline: { source: { codeCommit: a }, approval: { timeoutHours: 0 } }",
		smallDev + "training: { image: { tag: a }, metric: {} }",
		smallDev + "training: { image: { tag: a }, metric: { threshold: high } }",
		smallDev + "training: { image: { tag: a }, metric: { threshold: 0.7 }, parameters: { learningRate: 0 } }",
		smallDev + "training: { image: { tag: a }, metric: { threshold: 0.7 }, approval: none }",
		smallDev + "training: { image: { tag: a }, metric: { threshold: 0.7 }, schedule: {} }",
	} {
		require.Error(t, schema.Validate(decoded(t, text)), text)
	}
	require.NoError(t, schema.Validate(decoded(t, smallDev+"cluster: { enabled: false }")), "a part that is off needs no key")
	require.NoError(t, schema.Validate(decoded(t, smallDev+"training: { enabled: false }")))
	require.NoError(t, schema.Validate(decoded(t, smallDev+"codePipeline: { enabled: false }")))
}

// What the schema refuses, the loader must refuse too: an editor must not mark what is right.
func TestSchemaIsNoStricterThanTheLoader(t *testing.T) {
	schema := compiledSchema(t)
	for _, all := range goodInputs {
		all.must(t)
		for name, text := range all {
			require.NoError(t, schema.Validate(decoded(t, text)), "%s: %s", name, text)
		}
	}
}

var goodInputs = []files{
	platform(`
repositoryIds: { owner: "1", repository: "2" }
state: { scope: environment, lock: dynamodb, encryption: aes256, bucket: "<project>-<environment>-state", table: "<project>-<environment>", accessLogBucket: logs-of-all, noncurrentVersionDays: 3650 }
permissionsBoundary: security/acme-boundary
promotionOrder: [dev]
tags: { CostCenter: "", "a:b": "c d" }
`),
	platform("  region: us-east-1\n  profile: ops@acme\n  promotion: { tags: [\"v?\"] }\n  images: []\n  github: { enabled: false }\n"),
	dev(`
region: us-west-1
network: { cidr: 172.16.0.0/24, zones: [us-west-1b, us-west-1c], tiers: [isolated], ipv6: true, endpoints: [], flowLogs: { enabled: false } }
`),
	dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 192.168.0.0/20, nat: none, endpoints: [s3, ecr, sts, eks] }
cluster:
  version: "1.34"
  publicAccessCidrs: [0.0.0.0/0]
  allowPublicAccessFromAnywhere: true
  logTypes: []
  logRetentionDays: 1
  identity: irsa
  karpenter: { enabled: false }
  nodePools:
    a: { ami: neuron, instanceTypes: [inf2.xlarge, trn1.2xlarge], min: 0, desired: 1, max: 1, diskSizeGiB: 20, labels: { example.com/team: "true" }, taints: [{ key: a, effect: PreferNoSchedule }] }
`),
	dev(`
network: { endpoints: [s3, sts], existing: { vpcId: vpc-01234567, cidr: 100.64.0.0/10, isolatedSubnetIds: [subnet-01234567], privateRouteTableIds: [rtb-01234567] } }
`),
	dev(`
network: { cidr: 10.10.0.0/16 }
storage: { accessLogs: { retentionDays: 3650 } }
training:
  image: { repository: lambda-image, digest: "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" }
  instanceType: ml.g5.xlarge
  processingInstanceType: ml.m5.2xlarge
  volumeSizeGiB: 16384
  maxRuntimeMinutes: 12960
  network: false
  dataPrefix: wine/red
  modelPackageGroup: wine-dev-red
  approval: automatic
  metric: { name: rmse, path: regression_metrics.rmse.value, threshold: 0, goal: atMost }
  parameters: { epochs: 100000, batchSize: 1, learningRate: 1e-5 }
  schedule: { expression: "cron(0 1 ? * SAT *)", timeZone: Europe/Berlin }
`),
	dev(`
network: { cidr: 10.10.0.0/16 }
codePipeline:
  source:
    connectionArn: arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef
    paths: { include: ["**/*.go", config/**], exclude: [docs/**] }
  approval: { required: false, emails: [ml@example.com], timeoutHours: 1440 }
  executionMode: queued
  computeType: large
  network: true
  logRetentionDays: 1
`),
	dev(`
github: {}
codePipeline:
  source: { codeCommit: wine-ml }
  approval: { topicArn: "arn:aws:sns:us-west-2:222222222222:delivery", topicKeyArn: "arn:aws:kms:us-west-2:222222222222:key/01234567-89ab-4def-8123-456789abcdef" }
`),
	dev(`
storage:
  keyArn: arn:aws:kms:us-west-2:222222222222:key/01234567-89ab-4def-8123-456789abcdef
  accessLogs: { bucket: acme-access-logs }
  models: { name: my-models, encryption: aes256, transitionToInfrequentAccessDays: 30, expirationDays: 31, objectLockDays: 1 }
registry: { keyArn: "arn:aws:kms:us-west-2:333333333333:key/01234567-89ab-4def-8123-456789abcdef", repositories: { team/wine_model: { keepLast: 1, untaggedDays: 1, pullAccounts: ["000000000001"] } }, pullThrough: [quay] }
github: { environment: Development, pullRequests: false, maxSessionMinutes: 720, provider: existing }
administrators: [arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef]
`),
}
