package endpoint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/endpoint"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestErrors(t *testing.T) {
	scaling := func(s endpoint.Autoscaling) func(*endpoint.Props) {
		return func(p *endpoint.Props) { p.Variants[0].Autoscaling = &s }
	}
	schedule := func(s endpoint.ScheduledScaling) func(*endpoint.Props) {
		return scaling(endpoint.Autoscaling{Max: 2, InvocationsPerInstance: 1, Schedules: []endpoint.ScheduledScaling{s}})
	}
	tests := map[string]struct {
		base func() endpoint.Props
		set  func(*endpoint.Props)
		want string
	}{
		"nothing": {func() endpoint.Props { return endpoint.Props{Scope: arn.Scope{Account: "2"}} }, func(*endpoint.Props) {}, `name: "" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
scope.account: "2" is no AWS account id; write its 12 digits as a string
variants: are 0, 1 to 10 are allowed; give at least one model`},
		"name": {plain, func(p *endpoint.Props) { p.Name = "wine_dev"; p.RoleName = "r" }, `name: "wine_dev" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them`},
		"unknown name": {plain, func(p *endpoint.Props) { p.Name = "${var.name}"; p.RoleName = "r" },
			`name: "${var.name}" is known to Terraform only, and names of alarms and permissions are built from it; write the name out`},

		"variant without anything": {plain, func(p *endpoint.Props) { p.Variants[0] = endpoint.Variant{} }, `variants[0].model: has neither packageARN nor image; give one of them
variants[0]: has neither instanceType nor serverless; give one of them`},
		"variants without names": {plain, func(p *endpoint.Props) { p.Variants = append(p.Variants, answering()) }, `variants[0].name: "" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
variants[1].name: "" is no SageMaker name; use 1 to 63 letters, digits and single or repeated hyphens between them
variants[1].name: "" is used twice; give each variant its own name`},
		"weights": {plain, func(p *endpoint.Props) { p.Variants[0].Weight = integer(-1) }, `variants[0].weight: -1 is negative; use 0 or more
variants: have no weight, so that no request would be answered; give one of them a weight`},
		"instance": {plain, func(p *endpoint.Props) {
			p.Variants[0].InstanceType, p.Variants[0].InstanceCount, p.Variants[0].VolumeGB = "m5.large", -1, 600
			p.Variants[0].StartupTimeout, p.Variants[0].DownloadTimeout = time.Second, 2*time.Hour
			p.Variants[0].Routing, p.Variants[0].InferenceAMI = "STICKY", "ami-123"
		}, `variants[0].instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large
variants[0].instanceCount: -1 is out of range; use 1 or more
variants[0].volumeGB: 600 is out of range; use 1 to 512
variants[0].startupTimeout: 1s is out of range; use 1m to 1h in whole seconds
variants[0].downloadTimeout: 2h0m0s is out of range; use 1m to 1h in whole seconds
variants[0].routing: "STICKY" is unknown; use RANDOM or LEAST_OUTSTANDING_REQUESTS
variants[0].inferenceAMI: "ami-123" is no image of SageMaker; write it like al2-ami-sagemaker-inference-gpu-2`},
		"instance that serves nothing": {plain, func(p *endpoint.Props) { p.Variants[0].InstanceType = "ml.t3.medium" },
			`variants[0].instanceType: "ml.t3.medium" serves no endpoint; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		"size that there is not": {plain, func(p *endpoint.Props) { p.Variants[0].InstanceType = "ml.g5.large" },
			`variants[0].instanceType: "ml.g5.large" is no SageMaker instance type; use a size that ml.g5 has: xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, 48xlarge, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		"volume of local disks": {plain, func(p *endpoint.Props) { p.Variants[0].InstanceType, p.Variants[0].VolumeGB = "ml.g5.xlarge", 100 },
			`variants[0].volumeGB: ml.g5.xlarge has disks of its own, whose size is fixed; remove it`},

		"package and image": {plain, func(p *endpoint.Props) { p.Variants[0].Model.PackageARN = "wine/7" }, `variants[0].model.packageARN: "wine/7" is no ARN of a model package; write it like arn:aws:sagemaker:us-west-2:123456789012:model-package/group/1
variants[0].model: has a packageARN, which brings its own image and data; remove image and dataURI, or the packageARN
access: is missing: the role must read the data and pull the image of the package of variants[0]; name them, or give a roleARN`},
		"image elsewhere": {plain, func(p *endpoint.Props) { p.Variants[0].Model.Image = "docker.io/library/python:3.12" },
			`variants[0].model.image: "docker.io/library/python:3.12" is no image in ECR; write it like 123456789012.dkr.ecr.us-west-2.amazonaws.com/name:1.0`},
		"image of another region": {plain, func(p *endpoint.Props) {
			p.Variants[0].Model.Image = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/wine:1"
		},
			`variants[0].model.image: "222222222222.dkr.ecr.eu-west-1.amazonaws.com/wine:1" is in eu-west-1, and SageMaker pulls from its own region; use a copy in us-west-2`},
		"latest": {plain, func(p *endpoint.Props) { p.Variants[0].Model.Image = strings.Replace(image, "1.4", "latest", 1) },
			`variants[0].model.image: "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-dev-serving:latest" has the tag latest, which changes unseen; use a digest or another tag`},
		"no tag": {plain, func(p *endpoint.Props) { p.Variants[0].Model.Image = strings.TrimSuffix(image, ":1.4") },
			`variants[0].model.image: "222222222222.dkr.ecr.us-west-2.amazonaws.com/wine-dev-serving" has neither tag nor digest and would mean latest, which changes unseen; add one`},
		"unknown image and data": {plain, func(p *endpoint.Props) {
			p.Variants[0].Model.Image, p.Variants[0].Model.DataURI = "${local.image}:latest", "${local.data}"
		}, `variants[0].model.image: "${local.image}:latest" ends with :latest, which changes unseen; use a digest or another tag
variants[0].model.image: "${local.image}:latest" is known to Terraform only, and the role must pull it; name its repository in access.repositoryARNs, or give a roleARN
variants[0].model.dataURI: "${local.data}" is known to Terraform only, and the role must read it; name its folder in access.modelDataURIs, or give a roleARN`},
		"data": {plain, func(p *endpoint.Props) { p.Variants[0].Model.DataURI = "s3://wine-dev-models/model.pkl" },
			`variants[0].model.dataURI: "s3://wine-dev-models/model.pkl" is neither an archive, which ends with .tar.gz, nor a folder, which ends with a slash; name one of them`},
		"whole bucket": {plain, func(p *endpoint.Props) { p.Variants[0].Model.DataURI = "s3://wine-dev-models" }, `variants[0].model.dataURI: "s3://wine-dev-models" is a whole bucket; name a folder in it, such as s3://wine-dev-models/folder/
variants[0].model.dataURI: "s3://wine-dev-models" is neither an archive, which ends with .tar.gz, nor a folder, which ends with a slash; name one of them`},
		"no URI": {plain, func(p *endpoint.Props) { p.Variants[0].Model.DataURI = "/opt/model.tar.gz" },
			`variants[0].model.dataURI: "/opt/model.tar.gz" is no S3 URI; write it like s3://bucket/folder/`},
		"environment": {plain, func(p *endpoint.Props) {
			p.Variants[0].Model.Environment = map[string]string{"1ST": "", "LONG": strings.Repeat("x", 1025)}
		}, `variants[0].model.environment["1ST"]: "1ST" is not allowed; use letters, digits and underscores, no digit first
variants[0].model.environment["LONG"]: has 1025 characters, 1024 are allowed; shorten it`},

		"shadow": {plain, func(p *endpoint.Props) {
			other := answering()
			p.Variants[0].Name, other.Name = "a", "b"
			p.Variants = append(p.Variants, other)
			shadow := answering()
			shadow.Weight, shadow.InstanceType, shadow.Autoscaling = integer(0), "ml.inf1.xlarge", &endpoint.Autoscaling{Max: 2}
			p.Shadow = &shadow
		}, `shadow: needs an endpoint with one variant, and there are 2; remove the shadow or the other variants
shadow.weight: 0 copies no requests; give a weight or remove the shadow
shadow.autoscaling: shadows are not scaled; remove it and give an instanceCount
shadow: endpoints with Inf1 instances have none; remove it or use other instances`},
		"shadow of the same name": {asynchronous, func(p *endpoint.Props) {
			shadow := answering()
			shadow.Name, shadow.InstanceType, shadow.Serverless = "AllTraffic", "", &endpoint.Serverless{}
			p.Shadow = &shadow
		}, `shadow.name: "AllTraffic" is the name of the variant; give the shadow its own
shadow.serverless: shadows run on instances; give an instanceType
shadow: asynchronous endpoints have none; remove it`},

		"serverless": {serverless, func(p *endpoint.Props) {
			p.Scope = arn.Scope{Region: "cn-north-1", Account: synthtest.Account}
			p.Variants[0].Model.Image = "222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn/wine:1"
			p.Variants[0].Serverless = &endpoint.Serverless{MemoryMB: 1000, MaxConcurrency: 201, ProvisionedConcurrency: 300}
			p.Variants[0].InstanceType, p.Variants[0].VolumeGB = "ml.m5.large", 5
			p.VPC = &endpoint.VPC{SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"}}
			p.DataCapture = &endpoint.DataCapture{DestinationURI: "s3://wine-dev-capture/a/"}
			p.Deployment.Strategy = endpoint.Rolling
		}, `variants[0].instanceType: is for instances, and the variant is serverless; remove one of them
variants[0].volumeGB: is for instances, and the variant is serverless; remove one of them
variants[0].serverless.memoryMB: 1000 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144
variants[0].serverless.maxConcurrency: 201 is out of range; use 1 to 200
variants[0].serverless.provisionedConcurrency: 300 is more than maxConcurrency, 201; make it smaller, or maxConcurrency larger
vpc: serverless endpoints have none; remove it or use instances
dataCapture: serverless endpoints have none; remove it or use instances
variants[0].serverless: the regions of China have no serverless endpoints; use instances
deployment.strategy: "rolling" does not work with serverless variants; use all-at-once, canary or linear`},
		"serverless variants": {serverless, func(p *endpoint.Props) {
			p.Variants[0].Name = "a"
			other := answering()
			other.Name = "b"
			p.Variants = append(p.Variants, other)
		}, `variants: are 2, and a serverless endpoint has one; make an endpoint for each`},

		"async": {plain, func(p *endpoint.Props) {
			p.Async = &endpoint.Async{OutputURI: "wine", FailureURI: "s3://b", SuccessTopicARN: "alerts", AnswerInTopics: true, MaxConcurrentPerInstance: 2000, KeyARN: "alias/a"}
			p.Alarms = endpoint.Alarms{NoLatency: true, Errors: -1}
		}, `async.outputURI: "wine" is no S3 URI; write it like s3://bucket/folder/
async.failureURI: "s3://b" is no S3 URI; write it like s3://bucket/folder/
async.inputURIs: are missing, and the role could not read any request; name the S3 folders of the requests, or give a roleARN
async.successTopicARN: "alerts" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
async.maxConcurrentPerInstance: 2000 is out of range; use 1 to 1000
async.keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
alarms: has errorPercent, latencyP99 or noLatency, which asynchronous endpoints do not have; use errors
alarms.errors: -1 is out of range; use 1 or more`},
		"answers without topics": {asynchronous, func(p *endpoint.Props) { p.Async.AnswerInTopics, p.Async.ErrorTopicARN = true, "" },
			`async.answerInTopics: has no effect without a topic; give successTopicARN or errorTopicARN`},
		"capture": {plain, func(p *endpoint.Props) {
			p.DataCapture = &endpoint.DataCapture{DestinationURI: "", Percent: 101, Modes: []endpoint.CaptureMode{"Both", "Input", "Input"}, CSVContentTypes: []string{"csv"},
				JSONContentTypes: strings.Split(strings.Repeat("a/b ", 10)+"a/b", " ")}
		}, `dataCapture.destinationURI: "" is no S3 URI; write it like s3://bucket/folder/
dataCapture.percent: 101 is out of range; use 1 to 100
dataCapture.modes[0]: "Both" is unknown; use Input or Output
dataCapture.modes[2]: "Input" is given twice; remove one
dataCapture.csvContentTypes[0]: "csv" is no content type that SageMaker takes; write it like text/csv
dataCapture.jsonContentTypes: are 11, 10 are allowed; remove some`},
		"useless key": {plain, func(p *endpoint.Props) { p.Variants[0].InstanceType, p.KeyARN = "ml.g5.xlarge", keyARN },
			`keyARN: would encrypt nothing: nothing is stored in S3, and serverless variants and instances with their own disks take no key; remove it`},
		"vpc": {plain, func(p *endpoint.Props) { p.VPC = &endpoint.VPC{SubnetIDs: []string{"subnet-1"}} }, `vpc.subnetIDs[0]: "subnet-1" is no id; write it like subnet-0123456789abcdef0
vpc.securityGroupIDs: has 0 security groups, 1 to 5 are allowed; give at least one`},

		"role": {plain, func(p *endpoint.Props) {
			p.RoleName, p.PermissionsBoundary = "my role", "boundary"
			p.Access = endpoint.Access{ModelDataURIs: []string{"models"}, RepositoryARNs: []string{"wine"}, KeyARNs: []string{"", "key"}}
		}, `access.modelDataURIs[0]: "models" is no S3 URI; write it like s3://bucket/folder/
access.repositoryARNs[0]: "wine" is no ARN of an ECR repository; write it like arn:aws:ecr:us-west-2:123456789012:repository/name
access.keyARNs[0]: is empty; give the ARN of a KMS key
access.keyARNs[1]: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
roleName: "my role" is no role name; use 1 to 64 letters, digits and +=,.@_-
permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},
		"two roles": {plain, func(p *endpoint.Props) {
			p.RoleARN, p.RoleName, p.PermissionsBoundary = "serving", "r", "b"
			p.Access.KeyARNs = []string{keyARN}
		}, `roleARN: "serving" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "r" names a role to make, but roleARN gives an existing one; keep one of them
permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them
access: is for a role that is made, and roleARN gives an existing one; remove one of them`},

		"strategy": {plain, func(p *endpoint.Props) { p.Deployment.Strategy = "blue" },
			`deployment.strategy: "blue" is unknown; use all-at-once, canary, linear, rolling or unguarded`},
		"unguarded with alarms": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Unguarded, RollbackAlarms: []string{"a"}}
		},
			`deployment: has settings that the strategy unguarded does not use; remove them or choose another strategy`},
		"inf1": {plain, func(p *endpoint.Props) {
			p.Variants[0].InstanceType, p.Deployment.Strategy = "ml.inf1.xlarge", endpoint.Canary
		}, `deployment.strategy: "canary" does not work with Inf1 instances; use unguarded or other instances`},
		"step of all at once": {plain, func(p *endpoint.Props) { p.Deployment.StepPercent = 10 },
			`deployment: has a step, and the strategy all-at-once has none; remove it, or use canary, linear or rolling`},
		"two steps": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Canary, StepPercent: 10, StepInstances: 1}
		}, `deployment: has stepPercent and stepInstances; keep one of them`},
		"small step": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Linear, StepPercent: 5, Wait: time.Minute}
		}, `deployment.stepPercent: 5 is out of range; use 10 to 50 with the strategy linear`},
		"large step": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Rolling, StepPercent: 60}
		}, `deployment.stepPercent: 60 is out of range; use 5 to 50 with the strategy rolling`},
		"one instance": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Canary, StepInstances: 1}
		},
			`deployment.stepInstances: 1 of the 1 instances of the variant AllTraffic is 100%, 1% to 50% are allowed with the strategy canary; change one of the numbers`},
		"negative step": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Canary, StepInstances: -1}
		}, `deployment.stepInstances: -1 is out of range; use 1 or more`},
		"instances of memory": {serverless, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Canary, StepInstances: 1}
		}, `deployment.stepInstances: has no meaning for a serverless variant; use stepPercent`},
		"times": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Rolling, Wait: time.Millisecond, KeepOld: time.Minute, Timeout: time.Minute}
		}, `deployment.wait: 1ms is out of range; use 1s to 1h0m0s in whole seconds
deployment.timeout: 1m0s is out of range; use 10m0s to 4h0m0s in whole seconds
deployment.keepOld: has no effect with the strategy rolling, which has no old fleet; remove it`},
		"long": {plain, func(p *endpoint.Props) {
			p.Deployment = endpoint.Deployment{Strategy: endpoint.Linear, StepPercent: 15, Wait: 10 * time.Minute}
		},
			`deployment: waits 1h10m0s in all, and Terraform gives up after 1h0m0s; use larger steps or a shorter wait`},
		"alarms": {plain, func(p *endpoint.Props) {
			p.Deployment.RollbackAlarms = []string{"", "arn:aws:cloudwatch:us-west-2:222222222222:alarm:a", "3", "4", "5", "6", "7", "8", "9"}
		}, `deployment.rollbackAlarms: would be 11 with those of the variants, 10 are allowed; set alarms.noLatency or alarms.off, or name fewer
deployment.rollbackAlarms[0]: "" is no name of an alarm; use 1 to 255 characters, and no ARN
deployment.rollbackAlarms[1]: "arn:aws:cloudwatch:us-west-2:222222222222:alarm:a" is an ARN; give the alarm's name`},
		"rolling variants": {plain, func(p *endpoint.Props) {
			other := answering()
			p.Variants[0].Name, other.Name = "a", "b"
			p.Variants = append(p.Variants, other)
			p.Deployment.Strategy = endpoint.Rolling
		}, `deployment.strategy: "rolling" works with one variant, and there are 2; use all-at-once, canary or linear`},
		"alarms off": {plain, func(p *endpoint.Props) { p.Alarms = endpoint.Alarms{Disabled: true, ErrorPercent: 3} }, `alarms: has settings although it is disabled; remove disabled or the settings`},
		"alarm limits": {plain, func(p *endpoint.Props) {
			p.Alarms = endpoint.Alarms{ErrorPercent: 100, Errors: 5, LatencyP99: 2 * time.Minute, TopicARNs: []string{"alerts"}}
		}, `alarms.errors: is for asynchronous endpoints; use errorPercent
alarms.errorPercent: 100 is out of range; use 1 to 99
alarms.latencyP99: 2m0s is out of range; use 1ms to 1m, after which SageMaker ends a request
alarms.topicARNs[0]: "alerts" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`},
		"no latency": {plain, func(p *endpoint.Props) { p.Alarms = endpoint.Alarms{NoLatency: true, LatencyP99: time.Second} }, `alarms.latencyP99: 1s has no effect with noLatency; remove one of them`},
		"logs": {plain, func(p *endpoint.Props) { p.LogRetentionDays, p.LogKeyARN = 10, "key" }, `logRetentionDays: 10 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
logKeyARN: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},

		"scaling": {plain, scaling(endpoint.Autoscaling{ToZero: true, Min: -1, BacklogPerInstance: 5, ScaleInCooldown: 2 * time.Hour}), `variants[0].autoscaling.max: 0 is out of range; use the min of -1 or more
variants[0].autoscaling.min: -1 is negative; use 1 or more, or toZero
variants[0].autoscaling.toZero: works with asynchronous endpoints only; use async, or serverless, which scales to zero by itself
variants[0].autoscaling.invocationsPerInstance: 0 is out of range; give the requests per minute that one instance answers well
variants[0].autoscaling.backlogPerInstance: is not what this endpoint scales by; use invocationsPerInstance
variants[0].autoscaling.scaleInCooldown: 2h0m0s is out of range; use 1s to 1h in whole seconds`},
		"burstable": {plain, func(p *endpoint.Props) {
			p.Variants[0].InstanceType, p.Variants[0].InstanceCount = "ml.t2.medium", 5
			p.Variants[0].Autoscaling = &endpoint.Autoscaling{Max: 2, InvocationsPerInstance: 10}
		}, `variants[0].autoscaling: does not work with burstable instances such as ml.t2.medium; use another type
variants[0].instanceCount: 5 is not between the min of 1 and the max of 2 of autoscaling; leave it out or change it`},
		"to zero and one": {asynchronous, scaling(endpoint.Autoscaling{ToZero: true, Min: 1, Max: 2, BacklogPerInstance: -1}), `variants[0].autoscaling.min: 1 and toZero contradict each other; remove one of them
variants[0].autoscaling.backlogPerInstance: -1 is out of range; use 1 or more`},
		"serverless scaling": {serverless, scaling(endpoint.Autoscaling{Max: 20, UtilizationPercent: 95}), `variants[0].autoscaling: changes the provisioned concurrency, and there is none; give serverless.provisionedConcurrency, or remove it: serverless variants scale by themselves
variants[0].autoscaling.utilizationPercent: 95 is out of range; use 10 to 90
variants[0].autoscaling.max: 20 is more than the maxConcurrency of 10; lower one or raise the other`},
		"schedule": {plain, schedule(endpoint.ScheduledScaling{Name: "at night", Expression: "0 22 * * *", TimeZone: "CEST+2!"}), `variants[0].autoscaling.schedules[0].name: "at night" is no name; use 1 to 256 letters, digits, hyphens and underscores
variants[0].autoscaling.schedules[0].expression: "0 22 * * *" is no schedule; write it like cron(0 7 ? * MON-FRI *), rate(1 hour) or at(2026-01-31T07:00:00)
variants[0].autoscaling.schedules[0].timeZone: "CEST+2!" is no time zone for this expression; write it like Europe/Berlin, with cron or at
variants[0].autoscaling.schedules[0]: changes neither min nor max; give at least one of them`},
		"schedule limits": {plain, schedule(endpoint.ScheduledScaling{Name: "night", Expression: "rate(1 day)", Min: integer(0), Max: integer(-1)}), `variants[0].autoscaling.schedules[0].min: 0 is out of range; use 1 or more
variants[0].autoscaling.schedules[0].max: -1 is out of range; use 1 or more
variants[0].autoscaling.schedules[0].max: -1 is less than the min of 0; swap them`},
		"schedules of the same name": {plain, scaling(endpoint.Autoscaling{Max: 2, InvocationsPerInstance: 1, Schedules: []endpoint.ScheduledScaling{
			{Name: "a", Expression: "at(2026-01-31T07:00:00)", Min: integer(1)}, {Name: "a", Expression: "rate(2 hours)", Max: integer(1)},
		}}), `variants[0].autoscaling.schedules[1].name: "a" is used twice; give each schedule its own name`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := test.base()
			test.set(&props)
			_, err := endpoint.New(synthtest.Stack(t), "quality", props)
			require.EqualError(t, err, test.want)
		})
	}
}
