package config_test

import (
	"fmt"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/systems/approval"
	"github.com/mlplatform/mlplatform/systems/automation"
	"github.com/mlplatform/mlplatform/systems/training"
)

// TestTheFileHasTheLimitsOfTheJobs: those of its schema, which stand in tags, are those that all others have.
func TestTheFileHasTheLimitsOfTheJobs(t *testing.T) {
	minutes := func(l sagemaker.TimeLimit) sagemaker.NumberLimit {
		return sagemaker.NumberLimit{Min: max(1, int(l.Min.Minutes())), Max: int(l.Max.Minutes())}
	}
	search := sagemaker.TimeLimit{Min: sagemaker.TuningRuntime.Min, Max: sagemaker.TrainingRuntime.Max}
	for _, each := range []struct {
		of    any
		field string
		limit sagemaker.NumberLimit
	}{
		{config.AutomationJob{}, "VolumeSizeGiB", sagemaker.VolumeGB},
		{config.AutomationTuning{}, "VolumeSizeGiB", sagemaker.VolumeGB},
		{config.Training{}, "VolumeSizeGiB", sagemaker.VolumeGB},
		{config.AutomationTuning{}, "MaxJobs", sagemaker.TuningJobs},
		{config.AutomationTuning{}, "MaxParallelJobs", sagemaker.ParallelTuningJobs},
		{config.AutomationJob{}, "MaxRuntimeMinutes", minutes(sagemaker.ProcessingRuntime)},
		{config.AutomationTuning{}, "MaxRuntimeMinutes", minutes(search)},
		{config.Training{}, "MaxRuntimeMinutes", minutes(sagemaker.ProcessingRuntime)}, // two of its jobs are processing jobs
		{config.EndpointServerless{}, "MaxConcurrency", sagemaker.ServerlessConcurrency},
	} {
		field, ok := reflect.TypeOf(each.of).FieldByName(each.field)
		require.True(t, ok, each.field)
		require.Equal(t, fmt.Sprintf("minimum=%d,maximum=%d", each.limit.Min, each.limit.Max), field.Tag.Get("jsonschema"), "%T.%s", each.of, each.field)
	}
	for _, strategy := range config.TuningStrategy("").Values() {
		require.Empty(t, sagemaker.Search{Strategy: config.TuningStrategy(strategy).API(), Ranges: sagemaker.Ranges{Categorical: []sagemaker.CategoricalRange{{Name: "a", Values: []string{"b"}}}}}.Refusals())
	}
	for _, scaling := range config.Scaling("").Values() {
		tuning := config.AutomationTuning{Continuous: map[string]config.ContinuousRange{"a": {Min: 0.1, Max: 0.5, Scaling: config.Scaling(scaling)}}}
		require.Empty(t, sagemaker.Search{Ranges: tuning.Ranges()}.Refusals())
	}
}

const (
	jobRole  = "arn:aws:iam::222222222222:role/jobs"
	jobKey   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	jobImage = "111111111111.dkr.ecr.us-west-2.amazonaws.com/training:1"
)

// A fault is one wrong value, as all that take it are given it.
type fault struct {
	ranges  sagemaker.Ranges
	maxJobs int
	volume  int
	runtime time.Duration
	memory  int
}

// right has nothing wrong.
var right = fault{ranges: sagemaker.Ranges{Integers: []sagemaker.IntegerRange{{Name: "depth", Min: 2, Max: 10}}}, maxJobs: 20, volume: 30, runtime: time.Hour, memory: 2048}

// surfaces are all that take settings of jobs, without those that need Terraform.
var surfaces = map[string]func(f fault) error{
	"pipeline": func(f fault) error {
		p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: jobRole, OutputURI: "s3://models/out"}})
		compute := pipeline.Compute{VolumeGB: pipeline.Int(f.volume), MaxRuntime: f.runtime}
		p.Tuning("tune", pipeline.TuningArgs{
			Training: pipeline.TrainingArgs{Image: jobImage}, Objective: pipeline.Objective{Metric: "f1", Direction: pipeline.Maximize}, MaxJobs: pipeline.Int(f.maxJobs),
			Integers: f.ranges.Integers, Continuous: f.ranges.Continuous, Categorical: f.ranges.Categorical,
		})
		p.Processing("prepare", pipeline.ProcessingArgs{Image: jobImage, Compute: compute})
		p.EndpointConfig("serve", pipeline.EndpointConfigArgs{ConfigName: "c", Variants: []pipeline.EndpointVariant{{
			Model: "m", Serverless: &pipeline.ServerlessVariant{MemoryMB: pipeline.Int(f.memory), MaxConcurrency: pipeline.Int(5)},
		}}})
		return p.Validate()
	},
	"states": func(f fault) error {
		return asl.Definition{States: []asl.State{
			asl.Task{Name: "tune", Next: "prepare", Call: asl.SageMakerCreateHyperParameterTuningJob{
				Objective: asl.Objective{Metric: "f1"}, MaxJobs: f.maxJobs, Integers: f.ranges.Integers, Continuous: f.ranges.Continuous, Categorical: f.ranges.Categorical,
				Training: asl.Training{RoleARN: jobRole, Image: jobImage, OutputPath: "s3://models/out", InstanceType: "ml.m5.large"},
			}},
			asl.Task{Name: "prepare", Next: "serve", Call: asl.SageMakerCreateProcessingJob{RoleARN: jobRole, Image: jobImage, InstanceType: "ml.m5.large", VolumeGB: f.volume, MaxRuntime: f.runtime}},
			asl.Task{Name: "serve", End: true, Call: asl.SageMakerCreateEndpointConfig{Name: "c", Variants: []asl.EndpointVariant{{ModelName: "m", Serverless: &asl.Serverless{MemoryMB: f.memory}}}}},
		}}.Validate()
	},
	"automation": func(f fault) error {
		_, err := automation.Learning{
			Prefix: "wine", RoleARN: jobRole, Bucket: "wine-data", TopicARN: "arn:aws:sns:us-west-2:222222222222:alerts", Register: automation.Register{GroupName: "wine", Metric: "f1"},
			Prepare: automation.Job{Image: jobImage, VolumeGB: f.volume, Timeout: f.runtime}, Evaluate: automation.Job{Image: jobImage},
			Tuning: automation.Tuning{
				Image: jobImage, Objective: asl.Objective{Metric: "f1"}, MaxJobs: f.maxJobs, Integers: f.ranges.Integers, Continuous: f.ranges.Continuous, Categorical: f.ranges.Categorical,
			},
		}.Definition()
		return err
	},
	"training": func(f fault) error {
		threshold := 0.8
		_, err := training.New(training.Settings{
			Name: "wine", Image: jobImage, Role: jobRole, Group: "wine", Data: "s3://data/raw", Prepared: "s3://data/prepared", Models: "s3://models", Metric: training.Metric{Threshold: &threshold},
			Compute: training.Compute{VolumeGB: f.volume, MaxRuntime: f.runtime},
		})
		return err
	},
	"approval": func(f fault) error {
		_, err := approval.Settings{
			Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Group: "wine", Endpoint: "wine", RoleARN: jobRole, TopicARN: "arn:aws:sns:us-west-2:222222222222:alerts",
			Serverless: &asl.Serverless{MemoryMB: f.memory},
		}.Definition()
		return err
	},
	"file": func(f fault) error {
		ranges := ""
		for _, each := range f.ranges.Integers {
			ranges += fmt.Sprintf("    integers: { %s: { min: %d, max: %d } }\n", each.Name, each.Min, each.Max)
		}
		for _, each := range f.ranges.Continuous {
			scaling := map[sagemaker.Scaling]config.Scaling{sagemaker.ScalingLogarithmic: config.ScalingLogarithmic}[each.Scaling]
			ranges += fmt.Sprintf("    continuous: { %s: { min: %g, max: %g, scaling: %s } }\n", each.Name, each.Min, each.Max, scaling)
		}
		_, err := dev(fmt.Sprintf(`
storage: {}
automation:
  image: { tag: a }
  prepare: { volumeSizeGiB: %d, maxRuntimeMinutes: %d }
  tuning:
    image: %s
    objective: { metric: "validation:f1" }
    maxJobs: %d
%s  register: { threshold: 0.8 }
endpoint: { serverless: { memoryMB: %d } }
`, f.volume, int(f.runtime.Minutes()), xgboost, f.maxJobs, ranges, f.memory)).load()
		return err
	},
}

// TestEverySurfaceTellsAFaultOnce and at its own field, in the words that all have for it. The file says of the limits of its
// schema that a value is not allowed.
func TestEverySurfaceTellsAFaultOnce(t *testing.T) {
	for name, validate := range surfaces {
		require.NoError(t, validate(right), name)
	}
	line := regexp.MustCompile(`^environments/dev\.yaml:[0-9]+:[0-9]+: `)
	for name, test := range map[string]struct {
		wrong  func(f *fault)
		want   string
		inFile string
		fields map[string]string
	}{
		"an empty range": {
			wrong: func(f *fault) { f.ranges.Integers = []sagemaker.IntegerRange{{Name: "depth", Min: 3, Max: 3}} },
			want:  "the range from 3 to 3 is empty; make the end larger than the beginning",
			fields: map[string]string{
				"pipeline": `steps["tune"].integers[0]`, "states": `states["tune"].call.integers[0]`, "automation": "tuning.integers[0]", "file": "automation.tuning.integers.depth",
			},
		},
		"a scaling that the range does not allow": {
			wrong: func(f *fault) {
				f.ranges = sagemaker.Ranges{Continuous: []sagemaker.ContinuousRange{{Name: "eta", Min: 0, Max: 1, Scaling: sagemaker.ScalingLogarithmic}}}
			},
			want:   "Logarithmic needs a range above 0, and this one begins at 0; raise the beginning, or use another scaling",
			inFile: "logarithmic needs a range above 0, and this one begins at 0; raise the beginning, or use another scaling",
			fields: map[string]string{
				"pipeline": `steps["tune"].continuous[0].scaling`, "states": `states["tune"].call.continuous[0].scaling`, "automation": "tuning.continuous[0].scaling", "file": "automation.tuning.continuous.eta.scaling",
			},
		},
		"too many jobs": {
			wrong: func(f *fault) { f.maxJobs = 751 }, want: "751 is out of range; use 1 to 750", inFile: "751 is not allowed; use 1 to 750",
			fields: map[string]string{"pipeline": `steps["tune"].maxJobs`, "states": `states["tune"].call.maxJobs`, "automation": "tuning.maxJobs", "file": "automation.tuning.maxJobs"},
		},
		"too large a volume": {
			wrong: func(f *fault) { f.volume = 20000 }, want: "20000 is out of range; use 1 to 16384", inFile: "20000 is not allowed; use 1 to 16384",
			fields: map[string]string{
				"pipeline": `steps["prepare"].compute.volumeGB`, "states": `states["prepare"].call.volumeGB`, "automation": "prepare.volumeGB", "training": "compute.volumeGB", "file": "automation.prepare.volumeSizeGiB",
			},
		},
		"too long a job": {
			wrong: func(f *fault) { f.runtime = 217 * time.Hour }, want: "217h0m0s is out of range; use 1s to 216h in whole seconds", inFile: "13020 is not allowed; use 1 to 12960",
			fields: map[string]string{
				"pipeline": `steps["prepare"].compute.maxRuntime`, "states": `states["prepare"].call.maxRuntime`, "automation": "prepare.timeout", "training": "compute.maxRuntime", "file": "automation.prepare.maxRuntimeMinutes",
			},
		},
		"a size that there is not": {
			wrong: func(f *fault) { f.memory = 2000 }, want: "2000 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144",
			fields: map[string]string{
				"pipeline": `steps["serve"].variants[0].serverless.memoryMB`, "states": `states["serve"].call.variants[0].serverless.memoryMB`, "approval": "serverless.memoryMB", "file": "endpoint.serverless.memoryMB",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := right
			test.wrong(&f)
			for surface, field := range test.fields {
				want := test.want
				if surface == "file" && test.inFile != "" {
					want = test.inFile
				}
				told := problem.Split(surfaces[surface](f))
				require.Len(t, told, 1, surface)
				require.Equal(t, field+": "+want, line.ReplaceAllString(told[0].Error(), ""), surface)
			}
		})
	}
}

// TestEverySurfaceRefusesTheKeyOfADisk once and at its own field. Settings whose key is for more than volumes leave it out.
func TestEverySurfaceRefusesTheKeyOfADisk(t *testing.T) {
	newPipeline := func() *pipeline.Pipeline {
		return pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: jobRole, OutputURI: "s3://models/out"}})
	}
	call := func(c asl.Action) error {
		return asl.Definition{States: []asl.State{asl.Task{Name: "work", Call: c, End: true}}}.Validate()
	}
	const disk, without = "is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it", "is given, but a serverless variant has no volume that takes a key; remove it"
	for want, validate := range map[string]func() error{
		`steps["a"].compute.volumeKMSKey: ` + disk: func() error {
			p := newPipeline()
			p.Training("a", pipeline.TrainingArgs{Image: jobImage, Compute: pipeline.Compute{InstanceType: "ml.g5.xlarge", VolumeKMSKey: jobKey}})
			return p.Validate()
		},
		`steps["a"].kmsKey: ` + disk: func() error {
			p := newPipeline()
			p.EndpointConfig("a", pipeline.EndpointConfigArgs{ConfigName: "c", KMSKey: jobKey, Variants: []pipeline.EndpointVariant{{Model: "m", InstanceType: "ml.g5.xlarge"}}})
			return p.Validate()
		},
		`steps["a"].kmsKey: ` + without: func() error {
			p := newPipeline()
			p.EndpointConfig("a", pipeline.EndpointConfigArgs{ConfigName: "c", KMSKey: jobKey, Variants: []pipeline.EndpointVariant{{
				Model: "m", Serverless: &pipeline.ServerlessVariant{MemoryMB: pipeline.Int(2048), MaxConcurrency: pipeline.Int(5)},
			}}})
			return p.Validate()
		},
		`states["work"].call.volumeKeyARN: ` + disk: func() error {
			return call(asl.SageMakerCreateProcessingJob{RoleARN: jobRole, Image: jobImage, InstanceType: "ml.g5.xlarge", VolumeKeyARN: jobKey})
		},
		`states["work"].call.training.volumeKeyARN: ` + disk: func() error {
			return call(asl.SageMakerCreateTrainingJob{Training: asl.Training{RoleARN: jobRole, Image: jobImage, OutputPath: "s3://models", InstanceType: "ml.g5.xlarge", VolumeKeyARN: jobKey}})
		},
		`states["work"].call.keyARN: ` + disk: func() error {
			return call(asl.SageMakerCreateEndpointConfig{Name: "c", KeyARN: jobKey, Variants: []asl.EndpointVariant{{ModelName: "m", InstanceType: "ml.g5.xlarge"}}})
		},
		`states["work"].call.keyARN: ` + without: func() error {
			return call(asl.SageMakerCreateEndpointConfig{Name: "c", KeyARN: jobKey, Variants: []asl.EndpointVariant{{ModelName: "m", Serverless: &asl.Serverless{}}}})
		},
		`states["work"].call.arguments.kmsKeyId: ` + disk: func() error {
			return call(asl.SDKCall{Service: "sagemaker", Action: "createEndpointConfig", NoPermissions: true, Arguments: asl.Object{
				"EndpointConfigName": asl.Text("c"), "KmsKeyId": asl.Text(jobKey),
				"ProductionVariants": asl.List{asl.Object{"VariantName": asl.Text("a"), "ModelName": asl.Text("m"), "InstanceType": asl.Text("ml.g5.xlarge"), "InitialInstanceCount": asl.Int(1)}},
			}})
		},
		"keyARN: " + without: func() error {
			_, err := approval.Settings{
				Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Group: "wine", Endpoint: "wine", RoleARN: jobRole, TopicARN: "arn:aws:sns:us-west-2:222222222222:alerts",
				Serverless: &asl.Serverless{}, KeyARN: jobKey,
			}.Definition()
			return err
		},
	} {
		require.EqualError(t, validate(), want)
	}
}
