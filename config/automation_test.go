package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// learns is an environment with the smallest automation, and lines at its end.
func learns(lines string) files {
	return dev(`
storage: {}
automation:
  image: { tag: a }
  tuning:
    image: ` + xgboost + `
    objective: { metric: "validation:f1" }
    integers: { depth: { min: 2, max: 10 } }
  register: { threshold: 0.8 }
` + lines)
}

const xgboost = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"

func TestAutomation(t *testing.T) {
	env := learns("").must(t).Environment("dev")
	job := func(program string) config.AutomationJob {
		return config.AutomationJob{EntryPoint: []string{"python3", "/opt/ml/code/learning/" + program}, InstanceType: "ml.m5.large", VolumeSizeGiB: 30, MaxRuntimeMinutes: 120}
	}
	require.Equal(t, &config.Automation{
		Enabled: true, Image: config.TrainingImage{Repository: "training-image", Tag: "a"}, Prepare: job("prepare.py"), Evaluate: job("evaluate.py"),
		Tuning: config.AutomationTuning{
			Image: xgboost, Objective: config.TuningObjective{Metric: "validation:f1", Goal: config.Maximize}, Strategy: config.TuningBayesian, MaxJobs: 20, MaxParallelJobs: 5,
			Integers:     map[string]config.IntegerRange{"depth": {Min: 2, Max: 10, Scaling: config.ScalingAuto}},
			InstanceType: "ml.m5.xlarge", VolumeSizeGiB: 30, MaxRuntimeMinutes: 1440,
		},
		Transform:  config.AutomationTransform{InstanceType: "ml.m5.large"},
		Register:   config.AutomationRegister{ModelPackageGroup: "wine-dev-models", Metric: "accuracy", Threshold: 0.8, Goal: config.GoalAtLeast, Approval: config.ApprovalManual},
		DataPrefix: "raw", Folder: "learning",
	}, env.Automation)
	require.True(t, env.NotificationsEnabled(), "someone has to hear of it")
	require.False(t, env.Storage.Data.EventNotifications)

	env = learns(`
  prepare: { entryPoint: [prepare], arguments: [--fast] }
  newData: {}
  schedule: { expression: rate(7 days), enabled: false }
network: { cidr: 10.10.0.0/16 }
training: { image: { tag: a }, metric: { threshold: 1 }, modelPackageGroup: wine-dev-reds }
`).must(t).Environment("dev")
	require.Equal(t, []string{"prepare"}, env.Automation.Prepare.EntryPoint)
	require.True(t, env.Automation.Network)
	require.True(t, env.Storage.Data.EventNotifications, "new data is heard of")
	require.Nil(t, env.Automation.Schedule)
	require.Equal(t, []string{"wine-dev-reds"}, env.ModelPackageGroups(), "that of training is shared")

	env = learns("  newData: { enabled: false }\n").must(t).Environment("dev")
	require.Nil(t, env.Automation.NewData)
	require.False(t, env.Storage.Data.EventNotifications)

	few := dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: f1 }, metrics: { f1: "f1=(.*)" }, maxJobs: 3, categorical: { booster: [a, b] } }
  register: { threshold: 0, modelPackageGroup: wine-dev-learned }
training: { image: { tag: a }, metric: { threshold: 1 } }
`).must(t).Environment("dev")
	require.Equal(t, 3, few.Automation.Tuning.MaxParallelJobs, "not more than there are")
	require.Equal(t, []string{"wine-dev-models", "wine-dev-learned"}, few.ModelPackageGroups())

	off := dev("automation: { enabled: false }\nendpoint: { enabled: false }\n").must(t).Environment("dev")
	require.False(t, off.AutomationEnabled() || off.EndpointEnabled() || off.NotificationsEnabled())
	require.True(t, dev("notifications: { emails: [a@example.com] }\n").must(t).Environment("dev").NotificationsEnabled())
}

func TestEndpoint(t *testing.T) {
	env := learns("endpoint: {}\n").must(t).Environment("dev")
	require.Equal(t, &config.Endpoint{
		Enabled: true, Name: "wine-dev-models", ModelPackageGroup: "wine-dev-models", InstanceType: "ml.m5.large", InstanceCount: 1,
		Deployment: config.EndpointDeployment{Traffic: config.TrafficAllAtOnce, BakingMinutes: 5},
		Alarms:     config.EndpointAlarms{ErrorPercent: 5, LatencyMilliseconds: 5000}, LogRetentionDays: 90, NotifySuccess: true,
	}, env.Endpoint)

	env = learns(`
endpoint:
  autoscaling: { min: 2, max: 4, invocationsPerInstance: 100 }
  deployment: { traffic: linear }
  dataCapture: { prefix: seen/ }
network: { cidr: 10.10.0.0/16 }
`).must(t).Environment("dev")
	require.Equal(t, 2, env.Endpoint.InstanceCount)
	require.Equal(t, &config.EndpointAutoscaling{Min: 2, Max: 4, InvocationsPerInstance: 100, ScaleOutCooldownSeconds: 60, ScaleInCooldownSeconds: 300}, env.Endpoint.Autoscaling)
	require.Equal(t, 20, env.Endpoint.Deployment.StepPercent)
	require.Equal(t, &config.EndpointDataCapture{Percent: 100, Prefix: "seen"}, env.Endpoint.DataCapture)
	require.True(t, env.Endpoint.Network)

	for instances, percent := range map[string]int{"2": 50, "3": 34, "4": 25, "20": 20} {
		env = learns("endpoint: { instanceCount: " + instances + ", deployment: { traffic: rolling } }\n").must(t).Environment("dev")
		require.Equal(t, percent, env.Endpoint.Deployment.StepPercent, instances)
	}
	env = learns("endpoint: { serverless: {}, deployment: { traffic: canary } }\nnetwork: { cidr: 10.10.0.0/16 }\n").must(t).Environment("dev")
	require.Equal(t, &config.EndpointServerless{MemoryMB: 2048, MaxConcurrency: 5}, env.Endpoint.Serverless)
	require.Empty(t, env.Endpoint.InstanceType)
	require.Zero(t, env.Endpoint.InstanceCount)
	require.Equal(t, 10, env.Endpoint.Deployment.StepPercent)
	require.False(t, env.Endpoint.Network)
}

func TestLearningProblems(t *testing.T) {
	tests := map[string]struct {
		files files
		want  string
	}{
		"nothing": {dev("automation: {}\n"), `environments/dev.yaml:3:13: automation: needs storage; add storage: {}, for the data that it reads and all that it makes
environments/dev.yaml:3:13: automation.image: is missing; add image: and its keys below it, indented
environments/dev.yaml:3:13: automation.register: is missing; add register: and its keys below it, indented
environments/dev.yaml:3:13: automation.tuning: is missing; add tuning: and its keys below it, indented`},
		"needs": {dev(`
region: eu-west-1
automation:
  image: { repository: trainig-image }
  tuning: { objective: {} }
  register: {}
`), `environments/dev.yaml:4:1: automation: needs storage; add storage: {}, for the data that it reads and all that it makes
environments/dev.yaml:4:1: automation: runs in eu-west-1, and its image lies in the operations account's region, us-west-2, from which SageMaker cannot pull; train in that region, or remove automation
environments/dev.yaml:5:10: automation.image: has neither tag nor digest; add tag: with the commit that the image was built from, or digest:
environments/dev.yaml:5:24: automation.image.repository: "trainig-image" is no repository of the operations account; use lambda-image or training-image (did you mean training-image?), or add it to operations.images
environments/dev.yaml:6:24: automation.tuning.objective.metric: is missing; add metric: validation:auc
environments/dev.yaml:7:13: automation.register.threshold: is missing; add threshold: 0.8`},
		"instances": {learns(`
  prepare: { instanceType: m5.large, volumeSizeGiB: 0, maxRuntimeMinutes: 12961 }
  evaluate: { instanceType: large }
  transform: { instanceType: ml.m5, inputFilter: "[1:]" }
`), `environments/dev.yaml:12:28: automation.prepare.instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large
environments/dev.yaml:12:53: automation.prepare.volumeSizeGiB: 0 is not allowed; use 1 to 16384
environments/dev.yaml:12:75: automation.prepare.maxRuntimeMinutes: 12961 is not allowed; use 1 to 12960
environments/dev.yaml:13:29: automation.evaluate.instanceType: "large" is no SageMaker instance type; write it like ml.m5.large
environments/dev.yaml:14:30: automation.transform.instanceType: "ml.m5" is no SageMaker instance type; use a size that ml.m5 has: large, xlarge, 2xlarge, 4xlarge, 12xlarge, 24xlarge
environments/dev.yaml:14:50: automation.transform.inputFilter: "[1:]" is no filter of SageMaker; write a JSONPath of up to 63 characters, such as $[1:]`},
		"tuning": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning:
    image: acme/xgboost:latest
    objective: { metric: "validation:f1", goal: most }
    strategy: bayes
    maxJobs: 4
    maxParallelJobs: 5
    integers:
      depth: { min: 10, max: 2 }
      leaves: { min: 0, max: 8, scaling: logarithmic }
      rounds: { min: 1 }
    continuous:
      depth: { min: 0.1, max: 0.1 }
      eta: { min: 0, max: 1, scaling: reverseLogarithmic }
    categorical: { booster: [] }
    static: { eta: "0.3", rounds: 50 }
    metrics: { loss: "loss=[0-9.]+", other: "(" }
    instanceType: m5
  register: { threshold: 0.8 }
`), `environments/dev.yaml:7:12: automation.tuning.image: "acme/xgboost:latest" is no image in ECR; write it like 123456789012.dkr.ecr.us-west-2.amazonaws.com/name:1.0
environments/dev.yaml:8:26: automation.tuning.objective.metric: "validation:f1" is none of the metrics; use loss or other, or add it to automation.tuning.metrics
environments/dev.yaml:8:49: automation.tuning.objective.goal: "most" is not allowed; use maximize or minimize
environments/dev.yaml:9:15: automation.tuning.strategy: "bayes" is not allowed; use bayesian, random, hyperband or grid
environments/dev.yaml:11:22: automation.tuning.maxParallelJobs: 5 is more than the 4 jobs; make it smaller, or maxJobs larger
environments/dev.yaml:13:14: automation.tuning.integers.depth: the range from 10 to 2 is empty; make the end larger than the beginning
environments/dev.yaml:14:42: automation.tuning.integers.leaves.scaling: logarithmic needs a range above 0, and this one begins at 0; raise the beginning, or use another scaling
environments/dev.yaml:15:15: automation.tuning.integers.rounds.max: is missing; add max: 10
environments/dev.yaml:17:14: automation.tuning.continuous.depth: the range from 0.1 to 0.1 is empty; make the end larger than the beginning
environments/dev.yaml:17:14: automation.tuning.continuous.depth: "depth" stands under integers too; search it or set it, once
environments/dev.yaml:18:39: automation.tuning.continuous.eta.scaling: reverseLogarithmic needs a range from 0 to below 1, and this one goes from 0 to 1; change the range, or use another scaling
environments/dev.yaml:19:29: automation.tuning.categorical.booster: has 0 elements, and at least 1 are needed; add some
environments/dev.yaml:20:20: automation.tuning.static.eta: "eta" stands under continuous too; search it or set it, once
environments/dev.yaml:20:35: automation.tuning.static.rounds: 50 without quotes is a number where a text is needed; quote it: "50"
environments/dev.yaml:21:22: automation.tuning.metrics.loss: "loss=[0-9.]+" finds no value; write a regular expression of up to 500 characters with the value in parentheses, such as f1=([0-9.]+)
environments/dev.yaml:21:45: automation.tuning.metrics.other: "(" finds no value; write a regular expression of up to 500 characters with the value in parentheses, such as f1=([0-9.]+)
environments/dev.yaml:22:19: automation.tuning.instanceType: "m5" is no SageMaker instance type; write it like ml.m5.large`},
		"an image that changes, and one of another region": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:latest", objective: { metric: m }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
training: { image: { tag: a }, metric: { threshold: 1 }, definition: { commit: 4f2a9c1 } }
`), `environments/dev.yaml:6:20: automation.tuning.image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:latest" has the tag latest, which changes unseen; use a digest or another tag
environments/dev.yaml:8:80: training.definition.commit: "4f2a9c1" is no whole commit; write its 40 hexadecimal digits in lower case, git rev-parse shows them`},
		"an image of another region": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { image: "246618743249.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1", objective: { metric: m }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:20: automation.tuning.image: "246618743249.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1" is in eu-west-1, and SageMaker pulls from its own region; use a copy in us-west-2`},
		"a grid": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { strategy: grid, maxJobs: 3, objective: { metric: m }, metrics: { m: "m=(.*)" }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:108: automation.tuning.integers.a: is a range of numbers, and grid tries the values of lists only; write the numbers as values of a category, or use another strategy`},
		"nothing to search": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:11: automation.tuning: 0 hyperparameters are searched; give 1 to 30 in all, under integers, continuous and categorical`},
		"metrics of one's own": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:34: automation.tuning.objective.metric: "m" is known to built-in algorithms only, and the automation's own image trains; add automation.tuning.metrics with a regular expression that finds it in the log, or the image of a built-in algorithm`},
		"register": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: "0.8", metric: F1, goal: more, approval: nobody, modelPackageGroup: models }
`), `environments/dev.yaml:7:26: automation.register.threshold: is the text "0.8" where a number is needed; write it like 0.7, without quotes
environments/dev.yaml:7:41: automation.register.metric: "F1" is no name of a metric here; use up to 63 lower-case letters, digits and underscores, a letter first, such as f1
environments/dev.yaml:7:51: automation.register.goal: "more" is not allowed; use atLeast or atMost
environments/dev.yaml:7:67: automation.register.approval: "nobody" is not allowed; use manual or automatic
environments/dev.yaml:7:94: automation.register.modelPackageGroup: "models" is no name of a model package group here; use up to 63 lower-case letters, digits and hyphens, beginning with wine-dev-, which is what the environment's deployment may make`},
		"folders in each other":         {learns("  dataPrefix: learning/raw/\n"), `environments/dev.yaml:11:15: automation.dataPrefix: "learning/raw", from which is read, and "learning", where all goes that is made, lie in each other; use different folders`},
		"folders that are none":         {learns("  folder: a b\n"), `environments/dev.yaml:11:11: automation.folder: "a b" is no folder here; use letters, digits and _.=- with slashes between, but none at an end`},
		"data in a folder above":        {learns("  dataPrefix: ../raw\n"), `environments/dev.yaml:11:15: automation.dataPrefix: "../raw" is no folder of a bucket; write it like raw or wine/red, without wildcards and without a slash at the front`},
		"data in a folder that is none": {learns("  dataPrefix: /raw\n"), `environments/dev.yaml:11:15: automation.dataPrefix: "/raw" is no folder of a bucket; write it like raw or wine/red, without wildcards and without a slash at the front`},
		"the folder of training":        {learns("  folder: prepared/a\ntraining: { image: { tag: a }, metric: { threshold: 1 } }\n"), `environments/dev.yaml:11:11: automation.folder: "prepared/a" is where training keeps what it makes of the raw data; use another folder`},
		"starts": {learns(`
  schedule: { expression: rate(7 day), timeZone: Berlin }
  newData: { suffix: "*.csv" }
  network: true
`), `environments/dev.yaml:12:27: automation.schedule.expression: "rate(7 day)" is refused by AWS; write rate(7 days)
environments/dev.yaml:12:50: automation.schedule.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin
environments/dev.yaml:13:22: automation.newData.suffix: "*.csv" is no end of names; write it as it stands in the names, such as _SUCCESS or .csv, without wildcards and "\<>{
environments/dev.yaml:14:12: automation.network: needs a network; add network: and its keys, or remove this line`},
		"texts that would be evaluated": {dev(`
storage: {}
notifications: { emails: ["a${b}@example.com"] }
automation:
  image: { tag: a }
  prepare: { entryPoint: ["$.run"], arguments: [--price=$5, "%{a}"] }
  evaluate: { arguments: ["{% $now() %}", "100 %", $, "\x01"] }
  tuning:
    objective: { metric: m }
    metrics: { m: "m=${x}(.*)" }
    integers: { "${p}": { min: 1, max: 2 } }
    categorical: { c: [a, "States.Format('b')"] }
    static: { s: "$[0]" }
  transform: { inputFilter: "${x}" }
  register: { threshold: 0.8 }
  newData: { suffix: "${x}" }
endpoint: { environment: { FORMAT: "${time} ${text}" } }
`), `environments/dev.yaml:4:27: notifications.emails[0]: "a${b}@example.com" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:7:27: automation.prepare.entryPoint[0]: "$.run" would be evaluated, for its "$."; write it otherwise, or keep it in a file of the image
environments/dev.yaml:7:61: automation.prepare.arguments[1]: "%{a}" would be evaluated, for its "%{"; write the value itself
environments/dev.yaml:8:27: automation.evaluate.arguments[0]: "{% $now() %}" would be evaluated, for its "{%"; write it otherwise, or keep it in a file of the image
environments/dev.yaml:8:55: automation.evaluate.arguments[3]: "\x01" holds the control character "\x01"; leave it out
environments/dev.yaml:11:19: automation.tuning.metrics.m: "m=${x}(.*)" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:12:17: automation.tuning.integers.${p}: "${p}" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:13:27: automation.tuning.categorical.c[1]: "States.Format('b')" would be evaluated, for its "States.Format("; write it otherwise, or keep it in a file of the image
environments/dev.yaml:14:18: automation.tuning.static.s: "$[0]" would be evaluated, for its "$["; write it otherwise, or keep it in a file of the image
environments/dev.yaml:15:29: automation.transform.inputFilter: "${x}" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:17:22: automation.newData.suffix: "${x}" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:18:36: endpoint.environment.FORMAT: "${time} ${text}" would be evaluated, for its "${"; write the value itself`},
		"training that nobody starts": {map[string]string{
			"platform.yaml":         dev("")["platform.yaml"],
			"environments/dev.yaml": "account: \"222222222222\"\ngithub: { enabled: false }\nstorage: {}\ntraining: { image: { tag: a }, metric: { threshold: 1 }, runAfterDeploy: true }\n",
		}, `environments/dev.yaml:4:74: training.runAfterDeploy: starts the pipeline after deployments by GitHub Actions, which do not deploy here; remove it, or switch github on`},
		"expiration of what is served": {dev(`
storage: { models: { expirationDays: 30 }, data: { expirationDays: 60 } }
training: { image: { tag: a }, metric: { threshold: 1 } }
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
endpoint: {}
`), `environments/dev.yaml:3:38: storage.models.expirationDays: would delete the model that endpoint serves after 30 days; remove it
environments/dev.yaml:3:68: storage.data.expirationDays: would delete the model that endpoint serves after 60 days; remove it`},
		"events switched off": {dev(`
storage: { data: { eventNotifications: false } }
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 0.8 }
  newData: {}
`), `environments/dev.yaml:3:40: storage.data.eventNotifications: is false, so that automation.newData would never hear of new data; remove it, or remove automation.newData`},
		"endpoint without models": {dev("endpoint: {}\n"), `environments/dev.yaml:3:11: endpoint: needs training or automation, whose models it serves; add one of them, or remove endpoint`},
		"endpoint of another group": {learns("endpoint: { name: models, modelPackageGroup: wine-dev-model, logRetentionDays: 8, environment: { 1A: b } }\n"), `environments/dev.yaml:11:19: endpoint.name: "models" is no name of an endpoint here; use up to 63 lower-case letters, digits and hyphens, beginning with wine-dev-, which is what the environment's deployment may make
environments/dev.yaml:11:46: endpoint.modelPackageGroup: "wine-dev-model" is no model package group of this environment; use wine-dev-models (did you mean wine-dev-models?)
environments/dev.yaml:11:80: endpoint.logRetentionDays: 8 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653
environments/dev.yaml:11:102: endpoint.environment.1A: "1A" is not allowed; use letters, digits and underscores, no digit first`},
		"serverless with what it has not": {learns(`
endpoint:
  serverless: { memoryMB: 2000, maxConcurrency: 5, provisionedConcurrency: 6 }
  instanceType: ml.m5.large
  instanceCount: 2
  autoscaling: { max: 2, invocationsPerInstance: 10 }
  dataCapture: {}
  network: true
`), `environments/dev.yaml:13:27: endpoint.serverless.memoryMB: 2000 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144
environments/dev.yaml:13:76: endpoint.serverless.provisionedConcurrency: 6 is more than maxConcurrency, 5; make it smaller, or maxConcurrency larger
environments/dev.yaml:14:17: endpoint.instanceType: does not go with serverless; remove one of them
environments/dev.yaml:15:18: endpoint.instanceCount: does not go with serverless; remove one of them
environments/dev.yaml:16:16: endpoint.autoscaling: does not go with serverless; remove one of them
environments/dev.yaml:17:16: endpoint.dataCapture: does not go with serverless; remove one of them
environments/dev.yaml:18:12: endpoint.network: does not go with serverless, which SageMaker runs in its own network; remove one of them`},
		"endpoint with values out of range": {learns(`
endpoint:
  instanceType: m5.large
  instanceCount: 9
  autoscaling: { min: 2, max: 4, invocationsPerInstance: 0 }
  deployment: { stepPercent: 20, bakingMinutes: 0 }
  alarms: { errorPercent: 100 }
  dataCapture: { percent: 0, prefix: learning/seen }
`), `environments/dev.yaml:13:17: endpoint.instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large
environments/dev.yaml:15:58: endpoint.autoscaling.invocationsPerInstance: 0 is not allowed; use 1 to 1000000
environments/dev.yaml:16:49: endpoint.deployment.bakingMinutes: 0 is not allowed; use 1 to 60
environments/dev.yaml:17:27: endpoint.alarms.errorPercent: 100 is not allowed; use 1 to 99
environments/dev.yaml:18:27: endpoint.dataCapture.percent: 0 is not allowed; use 1 to 100
environments/dev.yaml:18:38: endpoint.dataCapture.prefix: "learning/seen" and automation.folder, "learning", lie in each other; keep requests in a folder of their own`},
		"endpoint with too many instances": {learns(`
endpoint:
  instanceCount: 9
  autoscaling: { min: 2, max: 4, invocationsPerInstance: 10 }
  deployment: { traffic: linear, stepPercent: 5 }
`), `environments/dev.yaml:13:18: endpoint.instanceCount: 9 is outside of autoscaling, 2 to 4; remove it for autoscaling's min
environments/dev.yaml:15:47: endpoint.deployment.stepPercent: 5 is too small for linear; use 10 to 50`},
		"endpoint that shrinks":       {learns("endpoint: { autoscaling: { min: 2, max: 1, invocationsPerInstance: 10 } }\n"), `environments/dev.yaml:11:41: endpoint.autoscaling.max: 1 is less than min, 2; make it larger, or min smaller`},
		"endpoint that is not scaled": {learns("endpoint: { instanceType: ml.t2.medium, autoscaling: { max: 2, invocationsPerInstance: 10 } }\n"), `environments/dev.yaml:11:54: endpoint.autoscaling: ml.t2.medium cannot be scaled; remove autoscaling, or use another instance type`},
		"endpoint in batches": {learns(`
endpoint:
  deployment: { traffic: rolling, stepPercent: 4, keepOldMinutes: 5 }
`), `environments/dev.yaml:13:26: endpoint.deployment.traffic: rolling replaces half of the instances at most, and there may be only one; set endpoint.instanceCount to 2 or more, or use another traffic
environments/dev.yaml:13:48: endpoint.deployment.stepPercent: 4 is too small for rolling; use 5 to 50
environments/dev.yaml:13:67: endpoint.deployment.keepOldMinutes: has no meaning with rolling, in which old instances go batch by batch; remove it`},
		"endpoint in batches that may be one": {learns(`
endpoint:
  instanceCount: 4
  autoscaling: { max: 4, invocationsPerInstance: 10 }
  deployment: { traffic: rolling }
`), `environments/dev.yaml:15:26: endpoint.deployment.traffic: rolling replaces half of the instances at most, and there may be only one; set endpoint.autoscaling.min to 2 or more, or use another traffic`},
		"endpoint in batches of less than one": {learns(`
endpoint:
  instanceCount: 3
  deployment: { traffic: rolling, stepPercent: 30 }
`), `environments/dev.yaml:14:48: endpoint.deployment.stepPercent: 30 % of 3 instances is less than one; use 34 or more`},
		"serverless endpoint in batches": {learns(`
endpoint:
  serverless: {}
  deployment: { traffic: rolling }
`), `environments/dev.yaml:14:26: endpoint.deployment.traffic: rolling does not go with serverless, which has no instances; remove one of them`},
		"endpoint that is deployed for days": {learns(`
endpoint:
  instanceCount: 20
  deployment: { traffic: rolling, stepPercent: 5, bakingMinutes: 25 }
`), `environments/dev.yaml:14:66: endpoint.deployment.bakingMinutes: 25 makes a deployment last 500 minutes, SageMaker allows 480; make it shorter, or stepPercent larger`},
		"endpoint that is moved for days": {learns(`
endpoint:
  deployment: { traffic: linear, stepPercent: 10, bakingMinutes: 60 }
`), `environments/dev.yaml:13:66: endpoint.deployment.bakingMinutes: 60 makes a deployment last 600 minutes, SageMaker allows 480; make it shorter, or stepPercent larger`},
		"endpoint without deployments": {learns("endpoint: { instanceType: ml.inf1.xlarge }\n"), `environments/dev.yaml:11:27: endpoint.instanceType: "ml.inf1.xlarge" has no deployment that goes back; use another instance type, such as ml.inf2.xlarge`},
		"too much to search": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" }, categorical: { a0: [a], a1: [a], a2: [a], a3: [a], a4: [a], a5: [a], a6: [a], a7: [a], a8: [a], a9: [a], a10: [a], a11: [a], a12: [a], a13: [a], a14: [a], a15: [a], a16: [a], a17: [a], a18: [a], a19: [a], a20: [a], a21: [a], a22: [a], a23: [a], a24: [a], a25: [a], a26: [a], a27: [a], a28: [a], a29: [a], a30: [a], "\ue000": [a] } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:11: automation.tuning: 32 hyperparameters are searched; give 1 to 30 in all, under integers, continuous and categorical
environments/dev.yaml:6:390: automation.tuning.categorical.\ue000: "\ue000" is no name of a hyperparameter; use 1 to 256 printable characters`},
		"too many values": {dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: m }, metrics: { m: "m=(.*)" }, categorical: { a: [v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v20, v21, v22, v23, v24, v25, v26, v27, v28, v29, v30] } }
  register: { threshold: 0.8 }
`), `environments/dev.yaml:6:83: automation.tuning.categorical.a: has 31 elements, 30 are allowed; remove some`},
		"endpoint in China": {small(files{"platform.yaml": strings.Replace(smallPlatform, "us-west-2", "cn-north-1", 1), "environments/dev.yaml": smallDev +
			"storage: {}\ntraining: { image: { tag: a }, metric: { threshold: 1 } }\nendpoint: { serverless: {} }\n"}), `environments/dev.yaml:5:25: endpoint.serverless: is not offered in the regions of China; remove it, and give an instanceType`},
		"endpoint in a network that is not there": {learns("endpoint: { network: true, dataCapture: { prefix: /a } }\n"), `environments/dev.yaml:11:22: endpoint.network: needs a network; add network: and its keys, or remove this line
environments/dev.yaml:11:51: endpoint.dataCapture.prefix: "/a" is no folder of a bucket; write it like raw or wine/red, without wildcards and without a slash at the front`},
		"e-mails": {dev("notifications: { emails: [ml-team, a@b, \"Ann <ann@example.com>\", ann@example.com] }\n"), `environments/dev.yaml:3:27: notifications.emails[0]: "ml-team" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:3:36: notifications.emails[1]: "a@b" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:3:41: notifications.emails[2]: "Ann <ann@example.com>" is no e-mail address; write it like ml-team@example.com`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := test.files.load()
			require.EqualError(t, err, test.want)
		})
	}
}
