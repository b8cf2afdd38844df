package pipeline_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

var scope = arn.Scope{Region: "us-west-2", Account: "111111111111"}

// TestPermissions: the statements of every sample are a valid identity policy of actions that exist.
func TestPermissions(t *testing.T) {
	for _, sample := range samples.All() {
		t.Run(sample.Name, func(t *testing.T) {
			steps, err := sample.Pipeline.Permissions(scope)
			require.NoError(t, err)
			jobs, err := sample.Pipeline.JobPermissions(scope)
			require.NoError(t, err)
			for _, statements := range [][]policy.Statement{steps, jobs} {
				if len(statements) == 0 {
					continue
				}
				_, err := policy.New(statements...).JSON(policy.Identity)
				require.NoError(t, err)
				// The condition on the namespace limits metrics; a resource would be a CloudWatch data set.
				iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Statements(t, statements...)
			}
		})
	}
}

func TestPermissionsOfWine(t *testing.T) {
	p := samples.Wine(pipeline.Defaults{
		Role: "arn:aws-cn:iam::111111111111:role/train", OutputURI: "s3://models/out", OutputKMSKey: "0a1b2c3d",
		Network: pipeline.Network{Subnets: []pipeline.String{"subnet-0a"}, SecurityGroups: []pipeline.String{"sg-0a"}},
	})
	china := arn.Scope{Region: "cn-north-1", Account: "111111111111"}
	for name, statements := range map[string]func(arn.Scope) ([]policy.Statement, error){"steps": p.Permissions, "jobs": p.JobPermissions} {
		list, err := statements(china)
		require.NoError(t, err)
		text := policy.New(list...).MustJSON(policy.Identity)
		require.NotContains(t, text, "arn:aws:")
		golden.Assert(t, filepath.Join("testdata", "permissions-"+name+".json"), []byte(strings.ReplaceAll(text, `{"Effect"`, "\n"+`{"Effect"`)+"\n"))
	}
}

func TestAccess(t *testing.T) {
	p := samples.Wine(pipeline.Defaults{Role: "${aws_iam_role.train.arn}", OutputURI: "s3://${aws_s3_bucket.models.bucket}"})
	access, err := p.Access()
	require.NoError(t, err)
	require.Equal(t, pipeline.Access{
		Reads: []string{"s3://data/wine/wine.csv", "s3://code/preprocess.py", "s3://code/evaluate.py"},
		Writes: []string{
			"s3://${aws_s3_bucket.models.bucket}/wine-training/*/preprocess/output/train",
			"s3://${aws_s3_bucket.models.bucket}/wine-training/*/preprocess/output/validation",
			"s3://${aws_s3_bucket.models.bucket}/wine-training/*/preprocess/output/test",
			"s3://${aws_s3_bucket.models.bucket}/wine-training/*/train",
			"s3://${aws_s3_bucket.models.bucket}/wine-training/*/evaluate/output/evaluation",
		},
		Images: []string{"111111111111.dkr.ecr.us-west-2.amazonaws.com/training@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"},
		Roles:  []string{"${aws_iam_role.train.arn}"},
	}, access)

	_, err = pipeline.New("wine", pipeline.Props{}).Access()
	require.EqualError(t, err, "pipeline.steps: are missing; a pipeline needs at least one")
}

func TestPermissionsAreScoped(t *testing.T) {
	const queue, function = "https://sqs.eu-west-1.amazonaws.com/222222222222/ask", "arn:aws:lambda:us-west-2:111111111111:function:f"
	p := newPipeline()
	p.Training("t", pipeline.TrainingArgs{Image: testImage, JobNamePrefix: "wine"})
	p.Register("r", pipeline.RegisterArgs{
		Group:      "arn:aws:sagemaker:us-west-2:222222222222:model-package-group/wine",
		Containers: []pipeline.Container{{Image: testImage}}, ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
	})
	p.Callback("c", pipeline.CallbackArgs{QueueURL: queue})
	p.Callback("d", pipeline.CallbackArgs{QueueURL: "${aws_sqs_queue.q.url}"})
	p.Lambda("l", pipeline.LambdaArgs{FunctionARN: function})
	p.EMRServerless("s", pipeline.EMRServerlessArgs{ApplicationID: "00f1", Spark: pipeline.SparkSubmit{EntryPoint: "s3://code/job.py"}, Role: "arn:aws:iam::111111111111:role/spark"})
	statements, err := p.Permissions(scope)
	require.NoError(t, err)
	resources := map[string][]string{}
	for _, each := range statements {
		for _, action := range each.Actions {
			resources[action] = append(resources[action], each.Resources...)
		}
	}
	require.Equal(t, []string{"arn:aws:sagemaker:us-west-2:111111111111:training-job/wine-*"}, resources["sagemaker:CreateTrainingJob"])
	require.Equal(t, []string{"arn:aws:sagemaker:us-west-2:222222222222:model-package/wine/*"}, resources["sagemaker:CreateModelPackage"])
	require.Equal(t, []string{"arn:aws:sqs:eu-west-1:222222222222:ask", "arn:aws:sqs:us-west-2:111111111111:*"}, resources["sqs:SendMessage"])
	require.Equal(t, []string{function}, resources["lambda:InvokeFunction"])
	require.Equal(t, []string{testRole, "arn:aws:iam::111111111111:role/spark"}, resources["iam:PassRole"])
	last := statements[len(statements)-1]
	require.Equal(t, policy.PassRole([]string{"emr-serverless.amazonaws.com"}, "arn:aws:iam::111111111111:role/spark"), last)
}

// TestRuntimeRolesOfEMR: a step with a role of its own is added with that one and no other, and what starts a cluster passes its
// service role.
func TestRuntimeRolesOfEMR(t *testing.T) {
	const role, service = "arn:aws:iam::111111111111:role/spark", "arn:aws:iam::111111111111:role/service"
	p := newPipeline()
	p.EMR("e", pipeline.EMRArgs{ClusterID: "j-1", RuntimeRole: role, Jar: "command-runner.jar"})
	p.EMR("f", pipeline.EMRArgs{Jar: "command-runner.jar", Cluster: pipeline.Fields{
		"ServiceRole": pipeline.String(service), "Instances": pipeline.Fields{"InstanceFleets": pipeline.List{}},
	}})
	statements, err := p.Permissions(scope)
	require.NoError(t, err)
	require.Contains(t, statements, policy.Statement{
		Actions: []string{"elasticmapreduce:AddJobFlowSteps"}, Resources: []string{"arn:aws:elasticmapreduce:us-west-2:111111111111:cluster/j-1"},
		Conditions: []policy.Condition{policy.StringEquals("elasticmapreduce:ExecutionRoleArn", role)},
	})
	require.Contains(t, statements, policy.PassRole([]string{"elasticmapreduce.amazonaws.com"}, service))
}

// TestThePipelineReadsWhatItRegisters: the artifacts of a training step, a model that lies elsewhere, and for what only
// an execution knows everything that the steps write.
func TestThePipelineReadsWhatItRegisters(t *testing.T) {
	read := func(model func(p *pipeline.Pipeline) pipeline.String) []string {
		p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models/out", OutputKMSKey: "0a1b"}})
		p.Register("register", pipeline.RegisterArgs{
			Group: "wine", Containers: []pipeline.Container{{Image: testImage, ModelData: model(p)}},
			ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
		})
		statements, err := p.Permissions(scope)
		require.NoError(t, err)
		var out []string
		for _, s := range statements {
			if s.Actions[0] == "s3:GetObject" || s.Actions[0] == "kms:Decrypt" {
				out = append(out, s.Resources...)
			}
		}
		return out
	}
	const key = "arn:aws:kms:us-west-2:111111111111:key/0a1b"
	train := func(p *pipeline.Pipeline, name string) *pipeline.TrainingStep {
		return p.Training(name, pipeline.TrainingArgs{Image: testImage})
	}
	require.Equal(t, []string{"arn:aws:s3:::models/out/wine/*/second/*", key}, read(func(p *pipeline.Pipeline) pipeline.String {
		train(p, "first")
		return train(p, "second").ModelArtifacts()
	}))
	require.Equal(t, []string{"arn:aws:s3:::old/model.tar.gz"}, read(func(*pipeline.Pipeline) pipeline.String { return "s3://old/model.tar.gz" }))
	require.Equal(t, []string{"arn:aws:s3:::models/out/wine/*/first/*", key}, read(func(p *pipeline.Pipeline) pipeline.String {
		return pipeline.String("s3://models/") + train(p, "first").JobName() + "/model.tar.gz"
	}))
}

// TestASlashAtTheEnd: SageMaker puts one slash after an output path, whether it ends with one or not.
func TestASlashAtTheEnd(t *testing.T) {
	var definitions []string
	for _, slash := range []pipeline.String{"", "/"} {
		p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models/out" + slash}})
		fine(p, "prepare")
		tune := p.Tuning("tune", pipeline.TuningArgs{
			Training: pipeline.TrainingArgs{Image: testImage, OutputURI: "s3://models/tuned" + slash}, Objective: pipeline.Objective{Metric: "f1", Direction: pipeline.Maximize},
			Integers: []pipeline.IntegerRange{{Name: "depth", Min: 2, Max: 8}},
		})
		p.Model("best", pipeline.ModelArgs{Containers: []pipeline.Container{{Image: testImage, ModelData: tune.BestModel()}}})
		definition, err := p.JSON()
		require.NoError(t, err)
		definitions = append(definitions, strings.Replace(definition, `"S3OutputPath":"s3://models/tuned/"`, `"S3OutputPath":"s3://models/tuned"`, 1))
	}
	require.Contains(t, definitions[0], `{"Std:Join":{"On":"/","Values":["s3://models/tuned",{"Get":"Steps.tune.TrainingJobSummaries[0].TrainingJobName"},"output/model.tar.gz"]}}`)
	require.Equal(t, definitions[0], definitions[1])
}

// TestTheDefaultKeyIsForVolumes: steps on instances with disks of their own leave it out.
func TestTheDefaultKeyIsForVolumes(t *testing.T) {
	const key = "arn:aws:kms:us-west-2:111111111111:key/1"
	keyed := func(instanceType func(p *pipeline.Pipeline) pipeline.String) (bool, error) {
		p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models", VolumeKMSKey: key}})
		p.Training("train", pipeline.TrainingArgs{Image: testImage, Compute: pipeline.Compute{InstanceType: instanceType(p)}})
		definition, err := p.JSON()
		access, _ := p.Access()
		require.Equal(t, strings.Contains(definition, key), slices.Contains(access.VolumeKeys, key))
		return strings.Contains(definition, `"VolumeKmsKeyId":"`+key+`"`), err
	}
	for _, test := range []struct {
		types []string
		want  bool
	}{{[]string{"ml.m5.large"}, true}, {[]string{"ml.g5.xlarge"}, false}, {[]string{"ml.g5.xlarge", "ml.p4d.24xlarge"}, false}, {[]string{"ml.m5.large", "ml.c5.large"}, true}} {
		for _, asParameter := range []bool{true, len(test.types) > 1} {
			got, err := keyed(func(p *pipeline.Pipeline) pipeline.String {
				if asParameter {
					return p.String("type", test.types[0], test.types...)
				}
				return pipeline.String(test.types[0])
			})
			require.NoError(t, err)
			require.Equal(t, test.want, got, test.types)
		}
	}
	_, err := keyed(func(p *pipeline.Pipeline) pipeline.String {
		return p.String("type", "ml.m5.large", "ml.m5.large", "ml.g5.xlarge")
	})
	require.EqualError(t, err, `steps["train"].compute.instanceType: may be ml.m5.large, which takes the key of volumes, or ml.g5.xlarge, which has disks of its own and refuses it; allow one kind`)
	// The default says nothing about what an execution gives.
	for _, value := range []string{"ml.m5.large", "ml.g5.xlarge"} {
		_, err = keyed(func(p *pipeline.Pipeline) pipeline.String { return p.String("type", value) })
		require.EqualError(t, err, `steps["train"].compute.instanceType: is chosen at run time, and whether it takes the key of volumes is not: one with disks of its own, such as ml.g5.xlarge, refuses it; `+
			`make it a parameter with the values that it may have, such as p.String("instance_type", "ml.m5.large", "ml.m5.large", "ml.m5.xlarge")`)
	}
}

// TestTheDefaultKeyOfEndpoints: one variant that takes no key is enough for the whole endpoint.
func TestTheDefaultKeyOfEndpoints(t *testing.T) {
	const key = "arn:aws:kms:us-west-2:111111111111:key/1"
	p := func(variants ...pipeline.EndpointVariant) (bool, error) {
		p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{VolumeKMSKey: key}})
		for i := range variants {
			if variants[i].InstanceType == "either" {
				variants[i].InstanceType = p.String("type", "ml.m5.large", "ml.m5.large", "ml.g5.xlarge")
			}
			variants[i].Name, variants[i].Model = pipeline.String("v"+string(rune('0'+i))), "m"
		}
		p.EndpointConfig("serve", pipeline.EndpointConfigArgs{ConfigName: "c", Variants: variants})
		definition, err := p.JSON()
		return strings.Contains(definition, key), err
	}
	serverless := pipeline.EndpointVariant{Serverless: &pipeline.ServerlessVariant{MemoryMB: pipeline.Int(2048), MaxConcurrency: pipeline.Int(5)}}
	for _, test := range []struct {
		variants []pipeline.EndpointVariant
		want     bool
	}{
		{[]pipeline.EndpointVariant{{InstanceType: "either"}, {InstanceType: "ml.g5.xlarge"}}, false},
		{[]pipeline.EndpointVariant{{}, {InstanceType: "ml.c5.large"}}, true}, {[]pipeline.EndpointVariant{{}, {InstanceType: "ml.g5.xlarge"}}, false}, {[]pipeline.EndpointVariant{{}, serverless}, false},
	} {
		got, err := p(test.variants...)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
	_, err := p(pipeline.EndpointVariant{}, pipeline.EndpointVariant{InstanceType: "either"})
	require.EqualError(t, err, `steps["serve"].variants[1].instanceType: may be ml.m5.large, which takes the key of volumes, or ml.g5.xlarge, which has disks of its own and refuses it; allow one kind`)
}

// TestKeysAreForWhatTheyEncrypt: S3 uses those of outputs, and the service makes grants on those of volumes, for the role of the
// jobs and, of endpoints, for that of the pipeline too.
func TestKeysAreForWhatTheyEncrypt(t *testing.T) {
	const output, volume, auto, serving = "key/output", "key/volume", "key/auto", "key/serving"
	at := func(key string) string { return "arn:aws:kms:us-west-2:111111111111:" + key }
	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models", OutputKMSKey: pipeline.String(at(output))}})
	p.Training("train", pipeline.TrainingArgs{Image: testImage, Compute: pipeline.Compute{VolumeKMSKey: pipeline.String(at(volume))}})
	p.AutoML("auto", pipeline.AutoMLArgs{Input: "s3://data/wine", Target: "quality", VolumeKMSKey: pipeline.String(at(auto))})
	config := p.EndpointConfig("config", pipeline.EndpointConfigArgs{ConfigName: "c", Variants: []pipeline.EndpointVariant{{Model: "m"}}, KMSKey: "serving"})
	p.Endpoint("serve", pipeline.EndpointArgs{EndpointName: "e", ConfigName: config.ConfigName()})
	jobs, err := p.JobPermissions(scope)
	require.NoError(t, err)
	steps, err := p.Permissions(scope)
	require.NoError(t, err)
	viaS3, forAWS := map[string]string{"kms:ViaService": "s3.us-west-2.amazonaws.com"}, map[string]string{"kms:GrantIsForAWSResource": "true"}
	for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
		require.True(t, iamcheck.Allows(jobs, iamcheck.Request{Action: action, Resource: at(output), Keys: viaS3}))
		require.False(t, iamcheck.Allows(jobs, iamcheck.Request{Action: action, Resource: at(output)}), "without S3")
		require.False(t, iamcheck.Allows(jobs, iamcheck.Request{Action: action, Resource: at(volume), Keys: viaS3}))
	}
	for _, key := range []string{volume, auto, serving} {
		require.True(t, iamcheck.Allows(jobs, iamcheck.Request{Action: "kms:CreateGrant", Resource: at(key), Keys: forAWS}), key)
		require.Equal(t, key == serving, iamcheck.Allows(steps, iamcheck.Request{Action: "kms:CreateGrant", Resource: at(key), Keys: forAWS}), key)
	}
	require.False(t, iamcheck.Allows(jobs, iamcheck.Request{Action: "kms:CreateGrant", Resource: at(output), Keys: forAWS}))
}

// TestThePipelineReadsFilesOfS3 that it takes values from.
func TestThePipelineReadsFilesOfS3(t *testing.T) {
	p := newPipeline()
	p.Condition("check", pipeline.ConditionArgs{
		If:   []pipeline.Condition{pipeline.GreaterThan(pipeline.JSONGetS3("s3://reports/"+pipeline.ExecutionID+"/report.json", "f1"), pipeline.Float(0.5))},
		Then: []pipeline.Step{fine(p, "next")},
	})
	statements, err := p.Permissions(scope)
	require.NoError(t, err)
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/abc/report.json"}))
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/abc/other.json"}))
}
