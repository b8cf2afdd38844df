package stacks_test

import (
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/stacks"
)

// everything is an environment that has all parts, with names as long as they may be.
const everything = `account: "222222222222"
administrators: ["arn:PARTITION:iam::222222222222:role/platform-admin"]
promotion: { branches: [main] }
github: {}
network: { cidr: 10.1.0.0/16, endpoints: [s3, dynamodb, ecr, sts, logs, sagemaker, eks] }
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }, karpenter: {} }
storage: { models: { name: MODELS }, data: { name: DATA } }
registry: { repositories: { wine-model: {} } }
training: { image: { tag: a }, metric: { threshold: 0.5 }, schedule: { expression: rate(1 day) }, runAfterDeploy: true }
automation:
  image: { tag: a }
  tuning: { objective: { metric: f1 }, metrics: { f1: "f1=([0-9.]+)" }, integers: { depth: { min: 1, max: 3 } } }
  register: { threshold: 0.5 }
  newData: {}
  schedule: { expression: rate(7 days) }
endpoint: { autoscaling: { max: 3, invocationsPerInstance: 100 }, dashboard: true, dataCapture: {} }
api: { privateDns: true, quota: { requests: 1000 }, logs: { accountRole: true } }
monitoring: { MONITORING }
notifications: { emails: [ml-team@example.com] }
codePipeline:
  source: { connectionArn: "arn:PARTITION:codeconnections:REGION:222222222222:connection/01234567-89ab-4def-8123-456789abcdef" }
  network: true
`

// TestEverythingAtOnce: policies have room for all parts together, with long names and with state and operations in the
// same account, which they must leave alone.
func TestEverythingAtOnce(t *testing.T) {
	for region, names := range map[string]struct{ project, partition, models, data, monitoring string }{
		"us-west-2":     {"abcdefghijklmnopqrs", "aws", strings.Repeat("m", 63), strings.Repeat("d", 63), "grafana: {}, budget: { monthlyUsd: 500 }"},
		"us-gov-west-1": {"abcdefghijklmno", "aws-us-gov", "abcdefghijklmno-abcdefghijkl-models", "abcdefghijklmno-abcdefghijkl-data", "grafana: {}"},
		"cn-north-1":    {"abcdefghijklmnopq", "aws-cn", "acme-wine-models", "acme-wine-data", "metrics: cloudWatch, budget: { monthlyUsd: 500 }"},
	} {
		t.Run(region, func(t *testing.T) {
			fill := strings.NewReplacer("PARTITION", names.partition, "REGION", region, "MODELS", names.models, "DATA", names.data, "MONITORING", names.monitoring)
			platform := load(t, configurations[0], map[string]string{
				"platform.yaml": "project: " + names.project + "\nrepository: acme/wine-ml\nregion: " + region +
					"\noperations: { account: \"222222222222\" }\nstate: { scope: environment, lock: both, bucket: " + strings.Repeat("s", 20) + "-<environment>-<account>-<region> }\n",
				"environments/dev.yaml": "", "environments/staging.yaml": "", "environments/prod.yaml": "", "environments/abcdefghijkl.yaml": fill.Replace(everything),
			})
			for name, text := range synthesise(t, platform, stacks.Options{}) {
				requireLimits(t, name, synthtest.Parse(t, string(text)))
			}
		})
	}
}
