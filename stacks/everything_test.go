package stacks_test

import (
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/stacks"
)

// everything is an environment that has all parts, with names as long as they may be.
const everything = `account: "222222222222"
administrators: ["arn:PARTITION:iam::222222222222:role/platform-admin"]
promotion: { branches: [main] }
github: {}
network: { cidr: 10.1.0.0/16, endpoints: [s3, dynamodb, ecr, sts, logs, sagemaker, eks] }
cluster: { version: "1.35", nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }, karpenter: {} }
storage: { keyArn: "arn:PARTITION:kms:REGION:222222222222:key/01234567-89ab-4def-8123-456789abcdef", accessLogs: {}, models: { name: MODELS }, data: { name: DATA } }
registry: { keyArn: "arn:PARTITION:kms:REGION:333333333333:key/01234567-89ab-4def-8123-456789abcdef", repositories: { wine-model: {} } }
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

// onECS are the parts on ECS, with names as long as they may be.
const onECS = `loadBalancer: { hostedZoneId: Z0123456789ABCDEFGHIJ, validationZoneId: Z0123456789ABCDEFGHIK, names: ["*.example.com"], firewall: true }
services:
  abcdefghijklmnopqrst:
    image: { repository: serving-image, tag: a }
    port: 8000
    tasks: { min: 2, max: 9, requestsPerMinute: 600, spotPercent: 50 }
    hours: { from: "cron(0 6 ? * MON-FRI *)", until: "cron(0 20 ? * MON-FRI *)" }
    route: { priority: 100, hosts: [a.example.com], cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: churn }, clientCidrs: [10.1.0.0/16] }
    secrets:
      TOKEN: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:abcdefghijklmnopqrs-abcd-a-a1b2c3", keyArn: "arn:aws:kms:us-west-2:222222222222:key/01234567-89ab-4def-8123-456789abcdef" }
    readModels: true
mlflow:
  server: ecs
  ecs:
    image: { repository: mlflow-image, tag: a }
    host: mlflow.example.com
    secret: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:abcdefghijklmnopqrs-abcd-mlflow-a1b2c3" }
    clientSecret: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:abcdefghijklmnopqrs-abcd-client-a1b2c3" }
workers:
  server: { image: { repository: prefect-image, tag: a }, host: prefect.example.com }
  authString: { arn: "arn:aws:ssm:us-west-2:222222222222:parameter/abcdefghijklmnopqrs-abcd/prefect" }
  pools:
    abcdefghijklmnopqrsv: { image: { repository: flows-image, tag: a }, hours: { from: "cron(0 6 ? * MON-FRI *)", until: "cron(0 20 ? * MON-FRI *)" }, writeModels: true, writeData: true }
    abcdefghijklmnopqrsu: { image: { repository: flows-image, tag: a }, type: process }
`

// TestEverythingWithContainers: the same with all that runs on ECS. The names of target groups leave less room for those of project and
// environment.
func TestEverythingWithContainers(t *testing.T) {
	fill := strings.NewReplacer("PARTITION", "aws", "REGION", "us-west-2", "MODELS", strings.Repeat("m", 63), "DATA", strings.Repeat("d", 63), "MONITORING", "grafana: {}, budget: { monthlyUsd: 500 }")
	platform := load(t, configurations[0], map[string]string{
		"platform.yaml": "project: abcdefghijklmnopqrs\nrepository: acme/wine-ml\nregion: us-west-2\n" +
			"operations: { account: \"222222222222\", images: [flows-image, mlflow-image, prefect-image, serving-image, training-image] }\n" +
			"state: { scope: environment, lock: both, bucket: " + strings.Repeat("s", 20) + "-<environment>-<account>-<region> }\n",
		"environments/dev.yaml": "", "environments/staging.yaml": "", "environments/prod.yaml": "", "environments/abcd.yaml": fill.Replace(everything) + onECS,
	})
	made := synthesise(t, platform, stacks.Options{})
	for name, text := range made {
		requireLimits(t, name, synthtest.Parse(t, string(text)))
	}
	planTogether(t, terraform.Stack{Name: "abcd", JSON: made["abcd"]}, terraform.Stack{Name: "abcd-access", JSON: made["abcd-access"]})
}

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
