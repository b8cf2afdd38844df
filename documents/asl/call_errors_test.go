package asl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// TestCallErrors has what each task refuses. Paths are below states["Work"].call.
func TestCallErrors(t *testing.T) {
	good := asl.Training{RoleARN: jobRole, Image: image, InstanceType: "ml.m5.large", OutputPath: "s3://models"}
	tuning := func(change func(*asl.SageMakerCreateHyperParameterTuningJob)) asl.Action {
		c := asl.SageMakerCreateHyperParameterTuningJob{Objective: asl.Objective{Metric: "m"}, MaxJobs: 4, Integers: []asl.IntegerRange{{Name: "depth", Min: 1, Max: 9}}, Training: good}
		change(&c)
		return c
	}
	named := func(name asl.Text) asl.Action { return asl.SageMakerCreateTrainingJob{Name: name, Training: good} }
	tests := map[string]struct {
		call asl.Action
		want []string
	}{
		"processing": {asl.SageMakerCreateProcessingJob{InstanceCount: 101, VolumeGB: -1, MaxRuntime: 300 * time.Hour, Inputs: []asl.ProcessingInput{{}}, Outputs: []asl.ProcessingOutput{{}}, Network: asl.SageMakerNetwork{Subnets: make([]string, 17)}}, []string{
			`roleARN: "" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`,
			`image: is missing; give the image of the container`,
			`network: needs subnets and security groups, or neither`,
			`instanceCount: 101 is out of range; use 1 to 100`,
			`volumeGB: -1 is out of range; use 1 to 16384`,
			`inputs[0].name: is missing; give a name`,
			`inputs[0].s3URI: is missing; give where the data is, such as s3://bucket/prefix`,
			`outputs[0].name: is missing; give a name`,
			`outputs[0].s3URI: is missing; give where the data goes, such as s3://bucket/prefix`,
			`maxRuntime: 300h0m0s is out of range; use 1s to 216h in whole seconds`,
			`network.subnets: has 17 elements, 16 are allowed; remove some`,
		}},
		"training": {asl.SageMakerCreateTrainingJob{Training: asl.Training{InputMode: "Slow", MaxWait: time.Hour, Metrics: []asl.MetricDefinition{{}}, Channels: []asl.Channel{{InputMode: "Slow"}}}}, []string{
			`training.roleARN: "" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`,
			`training.outputPath: is missing; give where models go, such as s3://bucket/models`,
			`training.image: exactly one of Image and AlgorithmARN is needed`,
			`training.inputMode: "Slow" is unknown; use File, Pipe or FastFile`,
			`training.metrics[0].name: is missing; give a name, such as validation:f1`,
			`training.metrics[0].regex: is missing; give a regular expression with a group`,
			`training.channels[0].name: is missing; give a name, such as train`,
			`training.channels[0].s3URI: is missing; give where the data is, such as s3://bucket/train`,
			`training.channels[0].inputMode: "Slow" is unknown; use File, Pipe or FastFile`,
			`training.maxWait: is for spot training; set Spot, or remove it`,
		}},
		"spot":                   {asl.SageMakerCreateTrainingJob{Training: func() asl.Training { g := good; g.Spot, g.MaxWait = true, time.Hour; return g }()}, []string{`training.maxWait: 1h0m0s is less than the runtime of 24h0m0s; make it longer`}},
		"name with underscore":   {named("my_job"), []string{`name: "my_job" is no valid name; use 1 to 63 letters, digits and hyphens, no hyphen at either end`}},
		"name too long":          {named(asl.Text(strings.Repeat("x", 64))), []string{`name: "` + strings.Repeat("x", 64) + `" is no valid name; use 1 to 63 letters, digits and hyphens, no hyphen at either end`}},
		"name of the execution":  {named("train-" + asl.ExecutionName()), []string{`name: <train-<context Execution.Name> may be 86 characters long, 63 are allowed; use asl.JobName, which shortens and stays unique`}},
		"name with a slash":      {named("a/" + asl.Input("x")), []string{`name: "a/" cannot stand in a name; use letters, digits and hyphens`}},
		"prefix too long":        {named(asl.JobName(strings.Repeat("x", 50), asl.MaxJobName)), []string{`TrainingJobName: the prefix "` + strings.Repeat("x", 50) + `" is too long for a name of 63 characters; it can have 46`}},
		"prefix with underscore": {named(asl.JobName("my_job", asl.MaxJobName)), []string{`TrainingJobName: "my_job" cannot begin a name; use letters, digits and hyphens, and begin with a letter or digit`}},
		"long name for tuning":   {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) { c.Name = asl.JobName("wine", asl.MaxJobName) }), []string{`name: <name of 63 characters from "wine"> may be 45 characters long, 32 are allowed; use asl.JobName, which shortens and stays unique`}},
		"date as a name":         {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) { c.Name = "model-2026-01-02-00-00-00-nightly" }), []string{`name: "model-2026-01-02-00-00-00-nightly" is no valid name; use 1 to 32 letters, digits and hyphens, no hyphen at either end`}},
		"tuning": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.Strategy, c.MaxJobs, c.MaxParallelJobs, c.Objective.Metric = "Luck", 0, 101, ""
		}), []string{
			`objective.metric: is missing; give the name of a metric, such as validation:error`,
			`maxJobs: 0 is out of range; use 1 to 750`,
			`maxParallelJobs: 101 is out of range; use 1 to 100`,
			`strategy: "Luck" is unknown; use Bayesian, Random, Hyperband or Grid`,
		}},
		"ranges": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.StaticHyperParameters = map[string]asl.Text{"eta": "1"}
			c.Integers = append(c.Integers, asl.IntegerRange{Name: "depth", Min: 3, Max: 3})
			c.Continuous = []asl.ContinuousRange{{Name: "eta", Min: 0, Max: 2, Scaling: asl.Logarithmic}, {Name: "", Min: 0, Max: 1, Scaling: asl.ReverseLogarithmic}}
			c.Categorical = []asl.CategoricalRange{{Name: "kind"}}
		}), []string{
			`integers[1].name: "depth" is given twice; search it or set it, once`,
			`integers[1]: the range from 3 to 3 is empty; make the end larger than the beginning`,
			`continuous[0].name: "eta" is given twice; search it or set it, once`,
			`continuous[0].scaling: Logarithmic needs a range above 0, and this one begins at 0; raise the beginning, or use another scaling`,
			`continuous[1].name: is missing; give the name of the hyperparameter`,
			`continuous[1].scaling: ReverseLogarithmic needs a range from 0 to below 1, and this one goes from 0 to 1; change the range, or use another scaling`,
			`categorical[0].values: are missing; give at least one`,
		}},
		"grid": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) { c.Strategy = asl.Grid }), []string{
			`integers[0]: is a range of numbers, and Grid tries the values of lists only; write the numbers as values of a category, or use another strategy`,
		}},
		"jobs of a grid": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.Strategy, c.Integers, c.Categorical = asl.Grid, nil, []asl.CategoricalRange{{Name: "a", Values: []string{"1", "2"}}, {Name: "b", Values: []string{"x", "y", "z"}}}
		}), []string{
			`maxJobs: 4 is not the number of combinations, 6, all of which Grid tries; remove it`,
		}},
		"no ranges": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.Integers, c.Strategy, c.EarlyStopping = nil, asl.Hyperband, true
		}), []string{
			`earlyStopping: is not possible with Hyperband, which stops jobs itself; remove it`,
			`integers: 0 hyperparameters are searched; give 1 to 30 in all`,
		}},
		"transform": {asl.SageMakerCreateTransformJob{Split: "Page", MaxPayloadMB: 101}, []string{
			`modelName: is missing; give the name of a model`,
			`inputURI: is missing; give where the data is, such as s3://bucket/test`,
			`outputURI: is missing; give where predictions go, such as s3://bucket/predictions`,
			`split: "Page" is unknown; use Line, RecordIO, TFRecord or None`,
			`maxPayloadMB: 101 is out of range; use 0 to 100`,
		}},
		"model": {asl.SageMakerCreateModel{RoleARN: "role", Containers: []asl.ModelContainer{{}, {ModelPackage: "arn:x", ModelDataURL: "s3://m"}}}, []string{
			`name: is missing; give a name, such as asl.NamePerExecution("model", asl.MaxJobName)`,
			`roleARN: "role" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`,
			`containers[0].image: exactly one of Image and ModelPackage is needed`,
			`containers[1].modelDataURL: comes with the model package; remove it`,
		}},
		"model without containers": {asl.SageMakerCreateModel{Name: "m", RoleARN: jobRole}, []string{`containers: are 0; give 1 to 15`}},
		"endpoint config": {asl.SageMakerCreateEndpointConfig{Name: "e", Variants: []asl.EndpointVariant{{Name: "a", ModelName: "m", InstanceType: "ml.m5.large", Weight: -1}, {Name: "a", Serverless: &asl.Serverless{MemoryMB: 1000, MaxConcurrency: 300, ProvisionedConcurrency: 301}}, {ModelName: "m"}}, DataCapture: &asl.DataCapture{Percent: 101}, Async: &asl.AsyncInference{}}, []string{
			`variants[0].weight: -1 is out of range; use 1 to 1000000`,
			`variants[1].name: "a" is used twice; rename one`,
			`variants[1].modelName: is missing; give the name of a model`,
			`variants[1].serverless.memoryMB: 1000 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144`,
			`variants[1].serverless.maxConcurrency: 300 is out of range; use 1 to 200`,
			`variants[1].serverless.provisionedConcurrency: 301 is more than maxConcurrency, 300; make it smaller, or maxConcurrency larger`,
			`variants[2].name: is missing; give a name, because there are several variants`,
			`variants[2].instanceType: exactly one of InstanceType and Serverless is needed`,
			`dataCapture.s3URI: is missing; give where captured data goes, such as s3://bucket/capture`,
			`dataCapture.percent: 101 is out of range; use 1 to 100`,
			`async.outputURI: is missing; give where answers go, such as s3://bucket/answers`,
		}},
		"endpoint update": {asl.SageMakerUpdateEndpoint{Name: "e", ConfigName: "c", Deployment: &asl.BlueGreen{Traffic: "JUMP", StepPercent: 5, Baking: 2 * time.Hour, MaxDuration: time.Minute, Alarms: make([]string, 11)}}, []string{
			`deployment.traffic: "JUMP" is unknown; use ALL_AT_ONCE, CANARY or LINEAR`,
			`deployment.baking: 2h0m0s is not allowed; use whole seconds, from 1s to 1h0m0s`,
			`deployment.stepPercent: is for Canary and LinearTraffic; remove it, or set Traffic`,
			`deployment.maxDuration: 1m0s is less than 10m; make it longer`,
			`alarms: has 11 elements, 10 are allowed; remove some`,
		}},
		"rolling": {asl.SageMakerUpdateEndpoint{Name: "e", ConfigName: "c", Rolling: &asl.Rolling{StepPercent: 51, Baking: 2 * time.Hour, RollbackPercent: 4, MaxDuration: time.Minute, Alarms: make([]string, 11)}}, []string{
			`rolling.stepPercent: 51 is out of range; use 5 to 50`,
			`rolling.baking: 2h0m0s is not allowed; use whole seconds, from 1s to 1h0m0s`,
			`rolling.rollbackPercent: 4 is out of range; use 5 to 100`,
			`rolling.maxDuration: 1m0s is less than 10m; make it longer`,
			`alarms: has 11 elements, 10 are allowed; remove some`,
		}},
		"rolling and blue/green": {asl.SageMakerUpdateEndpoint{Name: "e", ConfigName: "c", Deployment: &asl.BlueGreen{}, Rolling: &asl.Rolling{}}, []string{
			`rolling: stands beside Deployment, and an update is one of them; remove one`,
		}},
		"linear": {asl.SageMakerUpdateEndpoint{Name: "e", ConfigName: "c", Deployment: &asl.BlueGreen{Traffic: asl.LinearTraffic, StepPercent: 5}}, []string{`deployment.stepPercent: 5 is out of range; use 10 to 50`}},
		"model package": {asl.SageMakerCreateModelPackage{Approval: "Yes"}, []string{
			`groupName: is missing; give the name of a model package group`,
			`image: is missing; give the image of the model`,
			`modelDataURL: is missing; give where the model is, such as asl.Result("ModelArtifacts.S3ModelArtifacts")`,
			`approval: "Yes" is unknown; use Approved, Rejected or PendingManualApproval`,
		}},
		"model somewhere": {asl.SageMakerCreateModelPackage{GroupName: "wine", Image: image, ModelDataURL: asl.Input("model")}, []string{
			`modelFolder: is missing, and modelDataURL is known at run time only; give the folder of the models, which the role may then read`,
		}},
		"model folder": {asl.SageMakerCreateModelPackage{GroupName: "wine", Image: image, ModelDataURL: asl.Input("model"), ModelFolder: "models"}, []string{
			`modelFolder: "models" is no S3 URI; write it like s3://bucket/folder/`,
		}},
		"key of a disk": {asl.SageMakerCreateTransformJob{ModelName: "m", InputURI: "s3://b/in", OutputURI: "s3://b/out", InstanceType: "ml.g5.xlarge", VolumeKeyARN: key}, []string{
			`volumeKeyARN: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
		}},
		"instances that are kept, and taken back": {asl.SageMakerCreateTrainingJob{Training: func() asl.Training { g := good; g.Spot = true; return g }(), Extra: asl.Object{"ResourceConfig": asl.Object{"KeepAlivePeriodInSeconds": asl.Int(600)}}}, []string{
			`training.keepAlive: is not possible with spot, whose instances AWS takes back; remove one of them`,
		}},
		"instances that are kept for a search": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.Extra = asl.Object{"TrainingJobDefinition": asl.Object{"ResourceConfig": asl.Object{"KeepAlivePeriodInSeconds": asl.Int(600)}}}
		}), []string{
			`training.keepAlive: is not known to the training jobs of tuning; remove it`,
		}},
		"instances that are kept too long": {asl.SageMakerCreateTrainingJob{Training: func() asl.Training { g := good; g.KeepAlive, g.JobAttempts = 7*time.Hour, 31; return g }()}, []string{
			`training.keepAlive: 7h0m0s is out of range; use 1s to 6h in whole seconds`,
			`training.jobAttempts: 31 is out of range; use 0 to 30`,
		}},
		"program of a container": {asl.SageMakerCreateTrainingJob{Training: func() asl.Training {
			g := good
			g.Spot, g.KeepAlive, g.JobAttempts, g.EntryPoint, g.Arguments = true, time.Minute, -1, []asl.Text{"a\nb"}, []asl.Text{asl.Text(strings.Repeat("x", 257))}
			return g
		}()}, []string{
			`training.jobAttempts: -1 is out of range; use 0 to 30`,
			`training.entryPoint[0]: has more than one line; write it on one`,
			`training.arguments[0]: has 257 characters, 256 are allowed; shorten it`,
			`training.keepAlive: is not possible with spot, whose instances AWS takes back; remove one of them`,
		}},
		"program of a search": {tuning(func(c *asl.SageMakerCreateHyperParameterTuningJob) {
			c.Training.EntryPoint, c.Training.Arguments, c.Training.KeepAlive, c.Training.JobAttempts = []asl.Text{"train"}, []asl.Text{"--fast"}, time.Minute, 3
		}), []string{
			`training.entryPoint: is not known to the training jobs of tuning; remove it`,
			`training.arguments: is not known to the training jobs of tuning; remove it`,
			`training.keepAlive: is not known to the training jobs of tuning; remove it`,
		}},
		"key of a disk beside the typed fields": {asl.SageMakerCreateTrainingJob{Training: func() asl.Training { g := good; g.InstanceType = "ml.g5.xlarge"; return g }(), Extra: asl.Object{"ResourceConfig": asl.Object{"VolumeKmsKeyId": asl.Text("k")}}}, []string{
			`training.volumeKeyARN: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
		}},
		"key of a variant with disks": {asl.SageMakerCreateEndpointConfig{Name: "c", KeyARN: key, Variants: []asl.EndpointVariant{{Name: "a", ModelName: "m", InstanceType: "ml.m5.large"}}, Shadows: []asl.EndpointVariant{{ModelName: "m", InstanceType: "ml.g5.xlarge"}}}, []string{
			`keyARN: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
		}},
		"key of a variant without instances": {asl.SageMakerCreateEndpointConfig{Name: "c", KeyARN: key, Variants: []asl.EndpointVariant{{ModelName: "m", Serverless: &asl.Serverless{}}}}, []string{
			`keyARN: is given, but a serverless variant has no volume that takes a key; remove it`,
		}},
		"key of a variant of any type": {asl.SageMakerCreateEndpointConfig{Name: "c", KeyARN: key, Variants: []asl.EndpointVariant{{ModelName: "m", InstanceType: asl.Input("type")}}}, []string{
			`keyARN: is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; give the type itself, or remove the key`,
		}},
		"update package":    {asl.SageMakerUpdateModelPackage{}, []string{`modelPackage: is missing; give the ARN of a model package`}},
		"list packages":     {asl.SageMakerListModelPackages{MaxResults: 101}, []string{`groupName: is missing; give the name of a model package group`, `maxResults: 101 is out of range; use 1 to 100`}},
		"pipeline":          {asl.SageMakerStartPipelineExecution{}, []string{`pipelineName: is missing; give the name of a pipeline`}},
		"describe pipeline": {asl.SageMakerDescribePipelineExecution{PipelineName: "p"}, []string{`execution: is missing; give the ARN of an execution, such as asl.Input("PipelineExecutionArn")`}},
		"describe training": {asl.SageMakerDescribeTrainingJob{}, []string{`name: is missing; give the name of a training job`}},
		"lambda":            {asl.LambdaInvoke{FunctionARN: "notify"}, []string{`functionARN: "notify" is no ARN of a function; write it like arn:aws:lambda:us-west-2:111111111111:function:name`}},
		"ecs": {asl.ECSRunTask{LaunchType: "MOON", Containers: []asl.ContainerOverride{{}}}, []string{
			`clusterARN: "" is no ARN of a cluster; write it like arn:aws:ecs:us-west-2:111111111111:cluster/name`,
			`taskDefinitionARN: "" is no ARN of a task definition; write it like arn:aws:ecs:us-west-2:111111111111:task-definition/name:1`,
			`launchType: "MOON" is unknown; use FARGATE or EC2`,
			`containers[0].name: is missing; give the name of the container`,
		}},
		"fargate":   {asl.ECSRunTask{ClusterARN: "arn:aws:ecs:r:1:cluster/c", TaskDefinitionARN: "arn:aws:ecs:r:1:task-definition/t"}, []string{`subnets: are missing; a task on Fargate needs at least one`}},
		"sns":       {asl.SNSPublish{TopicARN: "alerts.fifo", Subject: asl.Text(strings.Repeat("x", 101))}, []string{`topicARN: "alerts.fifo" is no ARN of a topic; write it like arn:aws:sns:us-west-2:111111111111:name`, `message: is missing; give text or an object`, `subject: has 101 characters, 100 are allowed`, `groupID: is missing; messages of a FIFO topic or queue need one`}},
		"sqs":       {asl.SQSSendMessage{QueueURL: "q", QueueARN: "q"}, []string{`queueURL: "q" is no URL of a queue; write it like https://sqs.us-west-2.amazonaws.com/111111111111/name`, `queueARN: "q" is no ARN of a queue; write it like arn:aws:sqs:us-west-2:111111111111:name`, `message: is missing; give text or an object`}},
		"events":    {asl.EventBridgePutEvents{Events: []asl.Event{{Source: "aws.wine", BusARN: "bus"}}}, []string{`events[0].source: "aws.wine" begins with aws., which only AWS may use; use the name of your system`, `events[0].detailType: is missing; give what happened`, `events[0].busARN: "bus" is no ARN of an event bus; write it like arn:aws:events:us-west-2:111111111111:event-bus/name`}},
		"no events": {asl.EventBridgePutEvents{}, []string{`events: are 0; give 1 to 10`}},
		"dynamodb":  {asl.DynamoDBPutItem{TableARN: "runs"}, []string{`item: is missing; give at least the key`, `tableARN: "runs" is no ARN of a table; write it like arn:aws:dynamodb:us-west-2:111111111111:table/name`}},
		"dynamodb key": {asl.DynamoDBUpdateItem{TableARN: "arn:aws:dynamodb:r:1:table/t", Key: asl.Attributes{"a": {}, "b": asl.StringAttribute("x"), "c": asl.StringAttribute("x")}}, []string{
			`update: is missing; give an expression, such as SET f1 = :f1`,
			`key: has 3 attributes; give the partition key, and the sort key where the table has one`,
			`key.a: has no value; use asl.StringAttribute, asl.NumberAttribute or asl.BoolAttribute`,
		}},
		"s3":                     {asl.S3CopyObject{}, []string{`bucket: is missing; give the name of a bucket`, `key: is missing; give the key of an object`, `sourceBucket: is missing; give the name of a bucket`, `sourceKey: is missing; give the key of an object`}},
		"s3 put":                 {asl.S3PutObject{Bucket: "b", Key: "k"}, []string{`body: is missing; give text or an object`}},
		"s3 list":                {asl.S3ListObjects{Bucket: "b", MaxKeys: 1001}, []string{`maxKeys: 1001 is out of range; use 1 to 1000`}},
		"state machine":          {asl.StartExecution{StateMachineARN: "deploy"}, []string{`stateMachineARN: "deploy" is no ARN of a state machine; write it like arn:aws:states:us-west-2:111111111111:stateMachine:name`}},
		"glue":                   {asl.GlueStartJobRun{Arguments: map[string]asl.Text{"day": "1"}}, []string{`jobName: is missing; give the name of a job`, `arguments: "day" does not begin with two hyphens; write --day`}},
		"batch":                  {asl.BatchSubmitJob{ArraySize: 1, Attempts: 11}, []string{`name: is missing; give a name`, `queueARN: "" is no ARN of a job queue; write it like arn:aws:batch:us-west-2:111111111111:job-queue/name`, `definitionARN: "" is no ARN of a job definition; write it like arn:aws:batch:us-west-2:111111111111:job-definition/name:1`, `arraySize: 1 is out of range; use 2 to 10000`, `attempts: 11 is out of range; use 1 to 10`}},
		"sdk":                    {asl.SDKCall{Service: "SageMaker", Action: "DescribeModel", Arguments: asl.Object{"modelName": asl.Text("m")}}, []string{`service: "SageMaker" is no service; write it in lower case, such as sagemaker`, `action: "DescribeModel" is no operation; begin with a small letter, such as describeTrainingJob`, `arguments["modelName"]: begins with a small letter; Step Functions writes names of arguments with a capital`, `permissions: are missing; say what the role needs for this call, or set NoPermissions`}},
		"misspelt operation":     {asl.SDKCall{Service: "sagemaker", Action: "describeTraningJob", NoPermissions: true}, []string{`action: "describeTraningJob" is no operation of sagemaker; did you mean "describeTrainingJob"?`}},
		"misspelt service":       {asl.SDKCall{Service: "rekognitoin", Action: "detectLabels", NoPermissions: true}, []string{`service: "rekognitoin" is no service of Step Functions; did you mean "rekognition"?`}},
		"service of the AWS CLI": {asl.SDKCall{Service: "stepfunctions", Action: "startExecution", NoPermissions: true}, []string{`service: "stepfunctions" is no service of Step Functions, which calls it "sfn"`}},
		"misspelt operation of a service whose arguments are not compared": {asl.SDKCall{Service: "rekognition", Action: "detectLabel", NoPermissions: true}, []string{`action: "detectLabel" is no operation of rekognition; did you mean "detectLabels"?`}},
		"misspelt arguments": {asl.SDKCall{Service: "applicationautoscaling", Action: "putScalingPolicy", NoPermissions: true, Arguments: asl.Object{
			"ResourceID": asl.Text("r"), "StepScalingPolicyConfiguration": asl.Object{"StepAdjustments": asl.List{asl.Object{"Scaling": asl.Int(1)}}},
		}}, []string{
			`arguments.ResourceID: is no field of PutScalingPolicyRequest; did you mean "ResourceId"?`,
			`arguments.StepScalingPolicyConfiguration.StepAdjustments[0].Scaling: is no field of StepAdjustment; use one of MetricIntervalLowerBound, MetricIntervalUpperBound, ScalingAdjustment`,
		}},
		"misspelt extra": {asl.LambdaInvoke{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Extra: asl.Object{"Qualifer": asl.Text("1")}}, []string{
			`extra.Qualifer: is no field of InvocationRequest; did you mean "Qualifier"?`,
		}},
		"misspelt event": {asl.Integration{Resource: "events:putEvents", NoPermissions: true, Arguments: asl.Object{"Entries": asl.List{asl.Object{"Sources": asl.Text("s")}}}}, []string{
			`arguments.Entries[0].Sources: is no field of PutEventsRequestEntry; did you mean "Source"?`,
		}},
		"sdk permission":            {asl.SDKCall{Service: "s3", Action: "listBuckets", Permissions: []policy.Statement{{Actions: []string{"s3:*"}, Resources: []string{"*"}}}}, []string{`permissions.statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`}},
		"both":                      {asl.SDKCall{Service: "sts", Action: "getCallerIdentity", NoPermissions: true, Permissions: []policy.Statement{{}}}, []string{`permissions: are given although NoPermissions is set; keep one of them`}},
		"misspelt integration":      {asl.Integration{Resource: "elasticmapreduce:addSteps", NoPermissions: true}, []string{`resource: "elasticmapreduce:addSteps" is no integration: Step Functions has no addSteps of elasticmapreduce; did you mean "addStep"?; SDKCall calls any operation of an API`}},
		"service of no integration": {asl.Integration{Resource: "emrserverless:startJobRun", NoPermissions: true}, []string{`resource: "emrserverless:startJobRun" is no integration: Step Functions has no service emrserverless; did you mean "emr-serverless"?; SDKCall calls any operation of an API`}},
		"integration":               {asl.Integration{Resource: "arn:aws:states:::athena", NoPermissions: true}, []string{`resource: "arn:aws:states:::athena" is no integration; write service:operation, such as athena:startQueryExecution`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := `states["Work"].call.` + strings.Join(test.want, "\n"+`states["Work"].call.`)
			require.EqualError(t, calling(test.call).Validate(), want)
		})
	}
}

// TestAComputedStrategy is known when the job starts.
func TestAComputedStrategy(t *testing.T) {
	require.NoError(t, calling(asl.SageMakerCreateHyperParameterTuningJob{
		Strategy: asl.TuningStrategy(asl.Input("strategy")), Objective: asl.Objective{Metric: "m"}, MaxJobs: 4, Integers: []asl.IntegerRange{{Name: "depth", Min: 1, Max: 9}},
		Training: asl.Training{RoleARN: jobRole, Image: image, InstanceType: "ml.m5.large", OutputPath: "s3://models"},
	}).Validate())
}

// TestAComputedInstanceTypeNeedsAnExpression: what has disks of its own takes no key, which JSONPath cannot decide by.
func TestAComputedInstanceTypeNeedsAnExpression(t *testing.T) {
	training := asl.Training{RoleARN: jobRole, Image: image, InstanceType: asl.Input("type"), OutputPath: "s3://models", VolumeKeyARN: key}
	for field, call := range map[string]asl.Action{
		"volumeKeyARN":          asl.SageMakerCreateProcessingJob{RoleARN: jobRole, Image: image, InstanceType: asl.Input("type"), VolumeKeyARN: key},
		"training.volumeKeyARN": asl.SageMakerCreateTrainingJob{Training: training},
	} {
		d := calling(call)
		d.QueryLanguage = asl.JSONata
		require.NoError(t, d.Validate())
		d.QueryLanguage = asl.JSONPath
		require.EqualError(t, d.Validate(), `states["Work"].call.`+field+`: is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; `+
			`use JSONata, in which the state gives the key to the types that take it, give the type itself, or remove the key`)
	}
}
