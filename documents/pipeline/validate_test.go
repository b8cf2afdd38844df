package pipeline_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

const (
	testRole  = "arn:aws:iam::111111111111:role/train"
	testImage = "111111111111.dkr.ecr.us-west-2.amazonaws.com/training:1"
)

func newPipeline() *Pipeline {
	return New("wine", Props{Defaults: Defaults{Role: testRole, OutputURI: "s3://models"}})
}

// fine is a step about which there is nothing to say.
func fine(p *Pipeline, name string) *ProcessingStep {
	return p.Processing(name, ProcessingArgs{Image: testImage, Outputs: []ProcessingOutput{{Name: "data"}}})
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 5000)
	tests := []struct {
		name  string
		build func(p *Pipeline)
		want  []string
	}{
		{"text against a number", func(p *Pipeline) {
			p.Condition("c", ConditionArgs{Then: []Step{fine(p, "a")}, If: []Condition{GreaterThan(StartDateTime, Int(2026)), LessThan(p.Float("f", 1), String("x"))}})
		}, []string{
			`steps["c"].if[0]: GreaterThan compares text with a number; give two numbers or two texts`,
			`steps["c"].if[1]: LessThan compares text with a number; give two numbers or two texts`}},

		{"key of a disk", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Compute: Compute{InstanceType: "ml.g5.xlarge", VolumeKMSKey: "k"}})
			p.Transform("b", TransformArgs{Model: "m", Input: "s3://in/x", InstanceType: p.String("type", "ml.m5.large", "ml.m5.large", "ml.g5.xlarge"), VolumeKMSKey: "k"})
		}, []string{
			`steps["a"].compute.volumeKMSKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
			`steps["b"].volumeKMSKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`}},
		{"fields that do not go together, wherever they come from", func(p *Pipeline) {
			p.Training("a", TrainingArgs{Image: testImage, Spot: &Spot{}, KeepAlive: time.Hour})
			p.Training("b", TrainingArgs{Image: testImage, Spot: &Spot{}, Extra: Fields{"ResourceConfig": Fields{"KeepAlivePeriodInSeconds": Int(600)}}})
			p.Training("c", TrainingArgs{Image: testImage, Compute: Compute{InstanceType: "ml.g5.xlarge"}, Extra: Fields{"ResourceConfig": Fields{"VolumeKmsKeyId": String("k")}}})
			p.Transform("d", TransformArgs{Model: "m", Input: "s3://in/x", InstanceType: "ml.g5.xlarge", Extra: Fields{"TransformResources": Fields{"VolumeKmsKeyId": String("k")}}})
			p.EndpointConfig("e", EndpointConfigArgs{ConfigName: "e", Variants: []EndpointVariant{{Model: "m", InstanceType: "ml.g5.xlarge"}}, Extra: Fields{"KmsKeyId": String("k")}})
			p.Training("fine", TrainingArgs{Image: testImage, Extra: Fields{"ResourceConfig": Fields{"KeepAlivePeriodInSeconds": Int(600)}}})
		}, []string{
			`steps["a"].keepAlive: is not possible with spot, whose instances AWS takes back; remove one of them`,
			`steps["b"].keepAlive: is not possible with spot, whose instances AWS takes back; remove one of them`,
			`steps["c"].compute.volumeKMSKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
			`steps["d"].volumeKMSKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`,
			`steps["e"].kmsKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`}},
		{"key of an instance that an execution chooses", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Compute: Compute{InstanceType: p.String("type", "ml.m5.large"), VolumeKMSKey: "k"}})
			p.Transform("b", TransformArgs{Model: "m", Input: "s3://in/x", InstanceType: "ml." + p.RequiredString("family", "m5", "g5") + ".xlarge", VolumeKMSKey: "k"})
			p.EndpointConfig("c", EndpointConfigArgs{ConfigName: "c", Variants: []EndpointVariant{{Model: "m", InstanceType: p.RequiredString("serving")}}, KMSKey: "k"})
			p.EndpointConfig("d", EndpointConfigArgs{ConfigName: "d", Variants: []EndpointVariant{{Model: "m"}, {Name: "b", Model: "m", InstanceType: "ml.g5.xlarge"}}, KMSKey: "k"})
		}, []string{
			`steps["a"].compute.volumeKMSKey: is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; ` + limitTypes + `, or remove the key`,
			`steps["b"].volumeKMSKey: is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; ` + limitTypes + `, or remove the key`,
			`steps["c"].kmsKey: is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; ` + limitTypes + `, or remove the key`,
			`steps["d"].kmsKey: is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it`}},

		{"more inputs than a job takes", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Inputs: []ProcessingInput{
				{Name: "a", S3URI: "s3://b/a"}, {Name: "b", S3URI: "s3://b/b"}, {Name: "c", S3URI: "s3://b/c"}, {Name: "d", S3URI: "s3://b/d"}, {Name: "e", S3URI: "s3://b/e"}, {Name: "f", S3URI: "s3://b/f"},
				{Name: "g", S3URI: "s3://b/g"}, {Name: "h", S3URI: "s3://b/h"}, {Name: "i", S3URI: "s3://b/i"}, {Name: "j", S3URI: "s3://b/j"}, {Name: "k", S3URI: "s3://b/k"},
			}})
		}, []string{`steps["a"].inputs: has 11 elements, 10 are allowed; remove some`}},
		// Names and limits.
		{"no steps", func(p *Pipeline) {}, []string{
			"pipeline.steps: are missing; a pipeline needs at least one"}},
		{"step name", func(p *Pipeline) { fine(p, "a.b") }, []string{
			`steps["a.b"]: has a name that is not allowed; use 1 to 64 letters, digits, hyphens and underscores`}},
		{"long step name", func(p *Pipeline) { fine(p, strings.Repeat("a", 65)) }, []string{
			`steps["` + strings.Repeat("a", 65) + `"]: has a name that is not allowed; use 1 to 64 letters, digits, hyphens and underscores`}},
		{"same name nested", func(p *Pipeline) {
			fine(p, "a")
			p.Condition("c", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{fine(p, "a")}})
		}, []string{`steps["a"]: is the name of two steps; names are unique within the pipeline, nested steps included`}},
		{"long texts", func(p *Pipeline) {
			p.Fail("f", FailArgs{StepOptions: StepOptions{DisplayName: long, Description: long}})
		}, []string{
			`steps["f"].displayName: has 5000 characters; at most 256 are allowed`,
			`steps["f"].description: has 5000 characters; at most 3072 are allowed`}},
		{"too many steps", func(p *Pipeline) {
			for i := range 51 {
				fine(p, "s"+strings.Repeat("x", i))
			}
		}, []string{"pipeline.steps: are 51 with the nested ones, and the quota is 50; join steps, split the pipeline, or have the quota raised and set stepQuota"}},

		// Parameters.
		{"parameter name", func(p *Pipeline) { fine(p, "a"); p.Integer("a b", 1) }, []string{
			`parameters["a b"]: has a name that is not allowed; use 1 to 64 letters, digits, hyphens and underscores`}},
		{"parameter twice", func(p *Pipeline) { fine(p, "a"); p.Integer("n", 1); p.Integer("n", 2) }, []string{
			`parameters["n"]: is declared twice; parameters need different names`}},
		{"default not allowed", func(p *Pipeline) { fine(p, "a"); p.String("s", "c", "a", "b") }, []string{
			`parameters["s"]: has the default "c", which is not among its allowed values a, b`}},
		{"long default", func(p *Pipeline) { fine(p, "a"); p.String("s", long) }, []string{
			`parameters["s"]: has a default of 5000 characters, at most 4096 are allowed; pass long text as a file in S3`}},
		{"undefined default", func(p *Pipeline) { fine(p, "a"); p.Float("f", math.NaN()) }, []string{
			`parameters["f"]: has as its default a number that is infinite or undefined; give a finite number`}},
		{"too many parameters", func(p *Pipeline) {
			fine(p, "a")
			for i := range 201 {
				p.Integer("p"+strings.Repeat("x", i%50)+strings.Repeat("y", i/50), 1)
			}
		}, []string{"parameters: are 201, and SageMaker takes 200; drop some or put them into one file in S3"}},
		{"parameter of another pipeline", func(p *Pipeline) {
			other := newPipeline().String("bucket", "b")
			p.Training("t", TrainingArgs{Image: testImage, Inputs: []Channel{{Name: "x", S3URI: "s3://" + other}}})
		}, []string{`steps["t"]: refers to parameter "bucket", which this pipeline does not have; declare it with a method of the pipeline`}},
		{"parameter of another type", func(p *Pipeline) {
			p.String("n", "1")
			p.Processing("a", ProcessingArgs{Image: testImage, Arguments: []String{newPipeline().Integer("n", 1).Text()}})
		}, []string{`steps["a"]: refers to parameter "n" as Integer, but it is declared as String`}},

		// References.
		{"step of another pipeline", func(p *Pipeline) {
			p.Fail("f", FailArgs{Message: fine(newPipeline(), "x").Output("data")})
		}, []string{`steps["f"]: refers to property ProcessingOutputConfig.Outputs['data'].S3Output.S3Uri of step "x", which this pipeline does not have`}},
		{"unknown output", func(p *Pipeline) {
			p.Fail("f", FailArgs{Message: fine(p, "a").Output("dta")})
		}, []string{`steps["f"]: refers to step "a", for its output "dta", but it has data`}},
		{"unknown property file", func(p *Pipeline) {
			p.Fail("f", FailArgs{Message: fine(p, "a").JSONGet("metrics", "a.b").Text()})
		}, []string{`steps["f"]: reads property file "metrics" of step "a", which has none`}},
		{"no path in property file", func(p *Pipeline) {
			a := p.Processing("a", ProcessingArgs{Image: testImage, Outputs: []ProcessingOutput{{Name: "o"}}, PropertyFiles: []PropertyFile{{Name: "m", Output: "o", Path: "m.json"}}})
			p.Fail("f", FailArgs{Message: a.JSONGet("m", "").Text()})
		}, []string{`steps["f"]: reads property file "m" of step "a" without a path; say which value, such as metrics.accuracy.value`}},
		{"property file of no output", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, PropertyFiles: []PropertyFile{{Name: "m", Output: "o"}}})
		}, []string{
			`steps["a"].propertyFiles[0].output: "o" is no output of the step, which has none`,
			`steps["a"].propertyFiles[0].path: is missing; give the file within the output, such as "evaluation.json"`}},
		{"lambda output of another type", func(p *Pipeline) {
			l := p.Lambda("l", LambdaArgs{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Outputs: []OutputParameter{{Name: "n", Type: TypeFloat}}})
			p.Fail("f", FailArgs{Message: l.OutputString("n") + l.OutputString("m") + l.Property("Duration")})
		}, []string{
			`steps["f"]: refers to step "l", for its output "n" as String, but it is declared as Float`,
			`steps["f"]: refers to step "l", for its output "m", but it has n`,
			`steps["f"]: refers to step "l", a Lambda step, for its Duration; it has only its declared outputs`}},
		{"property of a condition", func(p *Pipeline) {
			c := p.Condition("c", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{fine(p, "a")}})
			p.Fail("f", FailArgs{Message: c.Property("Result")})
		}, []string{`steps["f"]: refers to step "c", a Condition step, for its Result; it has only the Outcome`}},
		{"output of a fail step", func(p *Pipeline) {
			f := p.Fail("f", FailArgs{})
			p.Fail("g", FailArgs{Message: f.Property("ErrorMessage")})
		}, []string{`steps["g"]: refers to property ErrorMessage of step "f", which ends the execution; a Fail step has no outputs`}},
		{"after a fail step", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, StepOptions: StepOptions{DependsOn: []Step{p.Fail("f", FailArgs{})}}})
		}, []string{`steps["a"].dependsOn: names step "f", which ends the execution; nothing runs after a Fail step`}},
		{"after a step of another pipeline", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, StepOptions: StepOptions{DependsOn: []Step{fine(New("other", Props{}), "b"), nil}}})
		}, []string{
			`steps["a"].dependsOn: names step "b" of pipeline "other"; name steps of this pipeline`,
			`steps["a"].dependsOn[1]: is nil; give the step that a method of the pipeline returned`}},
		{"damaged reference", func(p *Pipeline) {
			out := fine(p, "a").Output("data")
			p.Fail("f", FailArgs{Message: "x " + out[:len(out)-1]})
		}, []string{`steps["f"]: holds a damaged reference in "x {Steps.a.ProcessingOutputConfig.Outputs['data'].S3Output.S3Uri}"; pass references on whole, and every value set`}},
		{"reference where none can stand", func(p *Pipeline) {
			bucket := p.String("bucket", "b")
			a := p.Processing("a", ProcessingArgs{Image: testImage, Environment: map[string]String{string(bucket): "x"}, StepOptions: StepOptions{DisplayName: "in " + string(bucket)}})
			p.Fail("f", FailArgs{Message: Join(bucket, "x", "y") + a.Property(string(bucket))})
			p.Condition("c", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{fine(p, "g")}, StepOptions: StepOptions{Description: string(bucket)}})
			p.String("other", string(bucket))
		}, []string{
			`steps["a"]: has a reference in "{Parameters.bucket}", where only fixed text can stand`,
			`steps["a"]: has a reference in "in {Parameters.bucket}", where only fixed text can stand`,
			`steps["f"]: has a reference in "{Parameters.bucket}", where only fixed text can stand`,
			`steps["f"]: has a reference in the path "Steps.a.{Parameters.bucket}", where only fixed text can stand`,
			`steps["c"]: has a reference in "{Parameters.bucket}", where only fixed text can stand`,
			`parameters: has a reference in "{Parameters.bucket}", where only fixed text can stand`}},
		{"nil in the escape hatch", func(p *Pipeline) {
			p.Lambda("l", LambdaArgs{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Inputs: Fields{"a": nil, "b": List{nil}, "c": Float(math.Inf(1))}})
		}, []string{
			`steps["l"]: holds nil; pass references on whole, and every value set`,
			`steps["l"]: holds nil; pass references on whole, and every value set`,
			`steps["l"]: holds a number that is infinite or undefined; pass references on whole, and every value set`}},
		{"unknown root", func(p *Pipeline) {
			p.Fail("f", FailArgs{Message: "\x02gString\x1fSecrets.x\x03" + "\x02gString\x1fExecution.User\x03"})
		}, []string{
			`steps["f"]: refers to "Secrets.x", which is nothing that SageMaker knows; use Parameters, Execution or Steps`,
			`steps["f"]: refers to execution variable "User", which does not exist; use one of StartDateTime, CurrentDateTime, PipelineName, PipelineArn, PipelineExecutionId, PipelineExecutionArn, TrainingJobName, ProcessingJobName`}},
		{"rank of a tuning job", func(p *Pipeline) {
			tune := p.Tuning("t", TuningArgs{
				Training: TrainingArgs{Image: testImage}, Objective: Objective{Metric: "f1", Direction: Maximize}, Integers: []IntegerRange{{Name: "n", Min: 1, Max: 2}},
			})
			p.Fail("f", FailArgs{Message: tune.TopJobName(50) + tune.BestHyperParameter("m")})
		}, []string{
			`steps["f"]: refers to step "t", for the training job at rank 50, but ranks are 0 to 49`,
			`steps["f"]: refers to step "t", for its tuned hyperparameter "m", but it has n`}},

		// The graph.
		{"circle", func(p *Pipeline) {
			// Only names can be used before their steps exist.
			p.Fail("f", FailArgs{Message: "\x02gString\x1fSteps.b.ProcessingJobArn\x03"})
			p.Processing("a", ProcessingArgs{Image: testImage, Arguments: []String{"\x02gString\x1fSteps.b.ProcessingJobName\x03"}})
			p.Processing("b", ProcessingArgs{Image: testImage, Arguments: []String{"\x02gString\x1fSteps.a.ProcessingJobName\x03"}})
		}, []string{`pipeline: has steps that wait for each other: b -> a -> b; break the circle`}},
		{"properties that no answer has", func(p *Pipeline) {
			train := p.Training("train", TrainingArgs{Image: testImage})
			tune := p.Tuning("tune", TuningArgs{
				Training: TrainingArgs{Image: testImage}, Objective: Objective{Metric: "f1", Direction: Maximize}, Integers: []IntegerRange{{Name: "n", Max: 9}},
			})
			p.Fail("a", FailArgs{Message: train.Property("ModelArtifact.S3ModelArtifacts")})
			p.Fail("b", FailArgs{Message: train.Property("ModelArtifacts.S3Model")})
			p.Fail("c", FailArgs{Message: train.Property("TrainingJobName[0]")})
			p.Fail("d", FailArgs{Message: train.Property("TrainingJobStatus.Text")})
			p.Fail("e", FailArgs{Message: tune.Property("BestTrainingJobs.TrainingJobName") + tune.Property("TrainingJobSummaries[0].Name")})
		}, []string{
			`steps["a"]: refers to step "train", for its ModelArtifact.S3ModelArtifacts, but the answer of DescribeTrainingJob has no ModelArtifact; did you mean "ModelArtifacts"?`,
			`steps["b"]: refers to step "train", for its ModelArtifacts.S3Model, but ModelArtifacts has no S3Model; use one of S3ModelArtifacts`,
			`steps["c"]: refers to step "train", for its TrainingJobName[0], but TrainingJobName has no elements [0]`,
			`steps["d"]: refers to step "train", for its TrainingJobStatus.Text, but TrainingJobStatus has no Text, nor any other field`,
			`steps["e"]: refers to step "tune", for its BestTrainingJobs.TrainingJobName, but the answer of DescribeHyperParameterTuningJob or ListTrainingJobsForHyperParameterTuningJob has no BestTrainingJobs; did you mean "BestTrainingJob"?`,
			`steps["e"]: refers to step "tune", for its TrainingJobSummaries[0].Name, but TrainingJobSummaries[0] has no Name; use one of CreationTime, FailureReason, FinalHyperParameterTuningJobObjectiveMetric, ObjectiveStatus, TrainingEndTime, TrainingJobArn, TrainingJobDefinitionName, TrainingJobName, TrainingJobStatus, TrainingStartTime, TunedHyperParameters, TuningJobName`}},
		{"properties of steps that SageMaker describes nowhere", func(p *Pipeline) {
			emr := p.EMR("emr", EMRArgs{ClusterID: "j-1", Jar: "command-runner.jar"})
			spark := p.EMRServerless("spark", EMRServerlessArgs{ApplicationID: "00f1", Spark: SparkSubmit{EntryPoint: "s3://code/job.py"}})
			quality := p.QualityCheck("quality", QualityCheckArgs{CheckOptions: CheckOptions{Image: testImage}, Dataset: "s3://data/train"})
			clarify := p.ClarifyCheck("clarify", ClarifyCheckArgs{CheckOptions: CheckOptions{Image: testImage}, Kind: ClarifyDataBias, Dataset: "s3://data/train", AnalysisConfig: "s3://code/config.json"})
			lineage := p.Lineage("lineage", LineageArgs{Artifacts: []LineageEntity{{Name: "m", Type: "Model", SourceURI: "s3://models/m"}}})
			automl := p.AutoML("automl", AutoMLArgs{Input: "s3://data/train", Target: "quality"})
			raw := p.Raw("raw", "Callback", RawArgs{StepOptions: StepOptions{Members: Fields{"OutputParameters": List{Fields{"OutputName": String("url"), "OutputType": String("String")}}}}})
			for i, each := range []String{
				emr.StepID() + emr.Property("Config.Args[1]") + spark.JobRunID() + quality.NewStatistics() + quality.DriftStatistics() + clarify.NewConstraints() +
					lineage.ArtifactARN("m") + lineage.Property("Associations") + automl.Insights() + raw.Property("OutputParameters['url']"),
				emr.Property("ClusterId"), emr.Property("Status.Stat"), spark.Property("jobRunId"), spark.Property("jobRun.stat"), quality.Property("CalculatedBaselineConstraint"),
				clarify.Property("CalculatedBaselineStatistics"), lineage.Property("ArtifactArn['m']"), lineage.Property("ArtifactArns"),
				automl.Property("BestCandidateProperties.ModelInsights"), raw.Property("OutputParameters['uri']"), raw.Property("Token"),
			} {
				p.Fail(string(rune('a'+i)), FailArgs{Message: each})
			}
		}, []string{
			`steps["b"]: refers to step "emr", for its ClusterId, but the answer of DescribeStep has no ClusterId; use one of ActionOnFailure, Config, EncryptionKeyArn, ExecutionRoleArn, Id, LogUri, Name, Status`,
			`steps["c"]: refers to step "emr", for its Status.Stat, but Status has no Stat; did you mean "State"?`,
			`steps["d"]: refers to step "spark", for its jobRunId, but the answer of GetJobRun has no jobRunId; did you mean "jobRun"?`,
			`steps["e"]: refers to step "spark", for its jobRun.stat, but jobRun has no stat; did you mean "state"?`,
			`steps["f"]: refers to step "quality", for its CalculatedBaselineConstraint, but QualityCheck steps have no such property; did you mean "CalculatedBaselineConstraints"?`,
			`steps["g"]: refers to step "clarify", for its CalculatedBaselineStatistics, but ClarifyCheck steps have no such property; did you mean "CalculatedBaselineConstraints"?`,
			`steps["h"]: refers to step "lineage", for its ArtifactArn['m'], but Lineage steps have no such property; did you mean "ArtifactArns['name']"?`,
			`steps["i"]: refers to step "lineage", for its ArtifactArns, but Lineage steps have no such property; use one of ActionArns['name'], ArtifactArns['name'], Associations, ContextArns['name']`,
			`steps["j"]: refers to step "automl", for its BestCandidateProperties.ModelInsights, but AutoML steps have no such property; use one of BestCandidateProperties.ExplainabilityJsonReportPath, BestCandidateProperties.ModelInsightsJsonReportPath`,
			`steps["k"]: refers to step "raw", for its output "uri", but it has url`,
			`steps["l"]: refers to step "raw", for its Token, but Callback steps have no such property; use one of OutputParameters['name']`}},
		{"values of files in S3", func(p *Pipeline) {
			get := func(uri String, path string) Condition { return Equals(JSONGetS3(uri, path), Int(1)) }
			p.Condition("c", ConditionArgs{Then: []Step{fine(p, "a")}, If: []Condition{
				get("report.json", "x"), get("s3://b/"+p.String("name", "n"), ""), get("", "x"), get("s3://b/"+newPipeline().String("other", "n"), "x"),
				get("s3://b/"+Join("-", "a", ExecutionID), "x"),
			}})
		}, []string{
			`steps["c"]: "report.json" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["c"]: reads the file "s3://b/{Parameters.name}" without a fixed path; say which value, such as metrics.accuracy.value`,
			`steps["c"]: reads a JSON value of no file; give JSONGetS3 its URI, or JSONGet the name of a property file`,
			`steps["c"]: refers to parameter "other", which this pipeline does not have; declare it with a method of the pipeline`,
			// The SDK refuses the same: test_functions.py/test_json_get_invalid_s3_uri_with_invalid_pipeline_variable, commit 38c4f3d04014.
			`steps["c"]: reads a file whose URI has a Join or a JSON value within a Join; join only texts, parameters, properties and execution variables, once`}},
		{"fields beside the typed ones", func(p *Pipeline) {
			p.Training("a", TrainingArgs{
				Image: testImage, Extra: Fields{"ResourcConfig": Fields{"X": Int(1)}, "DebugHookConfig": String("x"), "SessionChainingConfig": Fields{"EnableSessionTagChaining": String("yes")}},
				Inputs: []Channel{{Name: "data", S3URI: "s3://a/b", Extra: Fields{"ShufleConfig": Fields{}, "RecordWrapperType": String("Recordio")}}},
			})
			p.Processing("b", ProcessingArgs{
				Image: testImage, Inputs: []ProcessingInput{{Name: "a", S3URI: "s3://a/b", Extra: Fields{"AppManged": Bool(true)}}},
				Outputs: []ProcessingOutput{{Name: "a", Extra: Fields{"FeatureStoreOutput": String("group")}}}, Extra: Fields{"ExperimentConfig": Fields{"Experiment": String("x")}},
			})
			p.Model("c", ModelArgs{Containers: []Container{{Image: testImage, Extra: Fields{"ContainerHostName": String("x")}}}})
			p.Register("d", RegisterArgs{
				Group: "g", ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"},
				Containers: []Container{{Image: testImage, ModelData: "s3://a/model.tar.gz", Extra: Fields{"Mode": String("MultiModel")}}}, Extra: Fields{"SkipModelValidation": String("Everything")},
			})
			p.Tuning("e", TuningArgs{
				Training:  TrainingArgs{Image: testImage, Metrics: []Metric{{Name: "m", Regex: "(x)"}}, Extra: Fields{"TuningObjectiv": Fields{}}},
				Objective: Objective{Metric: "m", Direction: Minimize}, Integers: []IntegerRange{{Name: "a", Min: 1, Max: 3}}, Extra: Fields{"Autotune": Fields{"Mode": String("On")}},
			})
			p.EndpointConfig("f", EndpointConfigArgs{ConfigName: "f", Variants: []EndpointVariant{{Model: "m", Extra: Fields{"EnableSSMAccess": Int(1)}}}})
			p.Training("of-tomorrow", TrainingArgs{StepOptions: StepOptions{Unchecked: true}, Image: testImage, Extra: Fields{"Qubits": Int(3)}, Inputs: []Channel{{Name: "data", S3URI: "s3://a/b", Extra: Fields{"Qubits": Int(3)}}}})
		}, []string{
			`steps["a"].inputs[0].extra.RecordWrapperType: "Recordio" is no RecordWrapper; did you mean "RecordIO"?`,
			`steps["a"].inputs[0].extra.ShufleConfig: is no field of Channel; did you mean "ShuffleConfig"?`,
			`steps["a"].extra.DebugHookConfig: is the text "x", and the API takes an object with S3OutputPath; give that`,
			`steps["a"].extra.ResourcConfig: is no field of CreateTrainingJobRequest; did you mean "ResourceConfig"?`,
			`steps["a"].extra.SessionChainingConfig.EnableSessionTagChaining: is the text "yes", and the API takes true or false; give that`,
			`steps["b"].inputs[0].extra.AppManged: is no field of ProcessingInput; did you mean "AppManaged"?`,
			`steps["b"].outputs[0].extra.FeatureStoreOutput: is the text "group", and the API takes an object with FeatureGroupName; give that`,
			`steps["b"].extra.ExperimentConfig.Experiment: is no field of ExperimentConfig; use one of ExperimentName, RunName, TrialComponentDisplayName, TrialName`,
			`steps["c"].containers[0].extra.ContainerHostName: is no field of ContainerDefinition; did you mean "ContainerHostname"?`,
			`steps["d"].containers[0].extra.Mode: is no field of ModelPackageContainerDefinition; look it up in the API reference`,
			`steps["d"].extra.SkipModelValidation: "Everything" is no SkipModelValidation; use one of All, None`,
			`steps["e"].training.extra.TuningObjectiv: is no field of HyperParameterTrainingJobDefinition; did you mean "TuningObjective"?`,
			`steps["e"].extra.Autotune.Mode: "On" is no AutotuneMode; use one of Enabled`,
			`steps["f"].variants[0].extra.EnableSSMAccess: is the number 1, and the API takes true or false; give that`}},
		{"raw steps of types with methods", func(p *Pipeline) {
			p.Raw("a", "Training", RawArgs{Arguments: Fields{"HyperParameters": Fields{"lr": Float(0.1)}, "AlgorithmSpecification": Fields{"TrainingInputMode": String("Fle")}, "OutputDataConfig": Fields{}}})
			p.Raw("b", "Processing", RawArgs{Arguments: Fields{"AppSpecificatoin": Fields{}}})
			p.Raw("c", "Trainig", RawArgs{Arguments: Fields{"X": Int(1)}})
			p.Raw("d", "Quantum", RawArgs{})
			p.Raw("of-tomorrow", "Quantum", RawArgs{StepOptions: StepOptions{Unchecked: true}})
			p.Raw("with-tomorrow", "Training", RawArgs{StepOptions: StepOptions{Unchecked: true}, Arguments: Fields{"Qubits": Int(3)}})
		}, []string{
			`steps["a"].arguments.AlgorithmSpecification.TrainingInputMode: "Fle" is no TrainingInputMode; did you mean "File"?`,
			`steps["a"].arguments.HyperParameters["lr"]: is the number 0.1, and the API takes text; write "0.1"`,
			`steps["a"].arguments.OutputDataConfig.S3OutputPath: is missing, and the API needs it; give text`,
			`steps["a"].arguments.RoleArn: is missing, and the API needs it; give text`,
			`steps["b"].arguments.AppSpecificatoin: is no field of CreateProcessingJobRequest; did you mean "AppSpecification"?`,
			`steps["c"].type: "Trainig" is no type of steps that is known here; did you mean "Training"?; Unchecked lets a newer one pass`,
			`steps["d"].type: "Quantum" is no type of steps that is known here; look it up in the API reference; Unchecked lets a newer one pass`}},
		{"paths of JSON values", func(p *Pipeline) {
			a := p.Processing("a", ProcessingArgs{Image: testImage, Outputs: []ProcessingOutput{{Name: "o"}}, PropertyFiles: []PropertyFile{{Name: "f", Output: "o", Path: "f.json"}}})
			read := func(name string, paths ...string) {
				var all []String
				for _, each := range paths {
					all = append(all, a.JSONGet("f", each).Text())
				}
				p.Fail(name, FailArgs{Message: Join(" ", all...)})
			}
			read("fine", "m.acc", "list[0].v", "m['a.b[']", `["x"][-1]`, "$.m.acc", "a[*].b", "a[1:3]", "a..b", "a[?(@.b > 1)].c", "with-dash.and_more")
			read("broken", "m.acc[", ".m", "m.", "m..", "a[x]", "a[]", "a['b]", "a]b", "a[0]b", "a.[0]")
			p.Fail("s3", FailArgs{Message: JSONGetS3("s3://b/f.json", "m.acc[").Text()})
		}, func() (want []string) {
			for _, each := range [][2]string{
				{"m.acc[", "whose bracket is not closed"}, {".m", "which begins with a dot"}, {"m.", "which has a dot without a name after it"}, {"m..", "which has a dot without a name after it"},
				{"a[x]", "in which [x] is neither a position nor a name in quotes"}, {"a[]", "in which [] is neither a position nor a name in quotes"}, {"a['b]", "whose bracket is not closed"},
				{"a]b", "in which a]b is no name; write such a name in brackets and quotes"}, {"a[0]b", "which goes on after ] without a dot"}, {"a.[0]", "which has a dot without a name after it"},
			} {
				want = append(want, fmt.Sprintf(`steps["broken"]: reads a JSON value at the path %q, %s; write it like metrics.accuracy.value, list[0].value or metrics['a.b']`, each[0], each[1]))
			}
			return append(want, `steps["s3"]: reads a JSON value at the path "m.acc[", whose bracket is not closed; write it like metrics.accuracy.value, list[0].value or metrics['a.b']`)
		}()},
		{"metrics that are not declared", func(p *Pipeline) {
			a := p.Training("a", TrainingArgs{Image: testImage, Metrics: []Metric{{Name: "loss", Regex: "(x)"}}})
			builtIn := p.Training("b", TrainingArgs{Image: testImage})
			later := p.Training("c", TrainingArgs{Image: testImage, Metrics: []Metric{{Name: p.String("metric", "loss"), Regex: "(x)"}}})
			p.Fail("d", FailArgs{Message: Join(" ", a.FinalMetric("lss").Text(), a.FinalMetric("loss").Text(), builtIn.FinalMetric("any").Text(), later.FinalMetric("any").Text())})
		}, []string{`steps["d"]: refers to step "a", for its metric "lss", but it has loss`}},
		{"objects in place of single values", func(p *Pipeline) {
			a := p.Training("a", TrainingArgs{Image: testImage})
			b := p.Processing("b", ProcessingArgs{Image: testImage})
			p.Fail("c", FailArgs{Message: a.Property("ModelArtifacts")})
			p.Fail("d", FailArgs{Message: "inputs " + b.Property("ProcessingInputs")})
			p.Condition("e", ConditionArgs{If: []Condition{Equals(a.Property("OutputDataConfig"), String("x"))}, Then: []Step{p.Fail("f", FailArgs{Message: "x"})}})
			p.Model("g", ModelArgs{Containers: []Container{{Image: testImage, ModelData: a.Property("ModelArtifacts")}}})
			p.Training("h", TrainingArgs{Image: testImage, HyperParameters: map[string]String{"x": a.Property("HyperParameters")}, Environment: map[string]String{"Y": a.Property("HyperParameters['x']")}})
			p.Training("fine", TrainingArgs{Image: testImage, Extra: Fields{"DebugHookConfig": a.Property("DebugHookConfig"), "ProfilerRuleConfigurations": a.Property("ProfilerRuleConfigurations")}})
			p.Lambda("l", LambdaArgs{FunctionARN: "arn:aws:lambda:us-west-2:111111111111:function:f", Inputs: Fields{"all": a.Property("ModelArtifacts")}})
		}, []string{
			`steps["c"]: refers to step "a", for its ModelArtifacts, which is an object and no single value; go on to one of its values, such as ModelArtifacts.S3ModelArtifacts`,
			`steps["d"]: refers to step "b", for its ProcessingInputs, which is a list and no single value; go on to one of its values, such as ProcessingInputs[0].AppManaged`,
			`steps["e"]: refers to step "a", for its OutputDataConfig, which is an object and no single value; go on to one of its values, such as OutputDataConfig.CompressionType`,
			`steps["g"].arguments.PrimaryContainer.ModelDataUrl: refers to step "a", for its ModelArtifacts, which is an object and no single value; go on to one of its values, such as ModelArtifacts.S3ModelArtifacts`,
			`steps["h"].arguments.HyperParameters["x"]: refers to step "a", for its HyperParameters, which is an object and no single value; go on to one of its values, such as HyperParameters['key']`}},
		{"the best model below a parameter that ends in a slash", func(p *Pipeline) {
			tune := func(name string, uri String) *TuningStep {
				return p.Tuning(name, TuningArgs{
					Training:  TrainingArgs{Image: testImage, OutputURI: uri, Metrics: []Metric{{Name: "m", Regex: "(x)"}}},
					Objective: Objective{Metric: "m", Direction: Minimize}, Integers: []IntegerRange{{Name: "a", Min: 1, Max: 3}},
				})
			}
			one, two := tune("one", p.String("out", "s3://b/x/")), tune("two", "s3://b/"+p.String("choice", "x", "x", "y/"))
			fine, unread := tune("fine", p.String("good", "s3://b/x")+"/"), tune("unread", p.String("slash", "s3://b/x/"))
			p.Fail("a", FailArgs{Message: Join(" ", one.BestModel(), one.TopModel(2), fine.BestModel(), unread.BestJobName())})
			p.Fail("b", FailArgs{Message: two.TopModel(1)})
		}, []string{
			`steps["a"]: reads a model of step "one" below parameter "out", which may be "s3://b/x/": the URI would have // before the name of the job, where SageMaker writes nothing; let no value of the parameter end in /`,
			`steps["b"]: reads a model of step "two" below parameter "choice", which may be "y/": the URI would have // before the name of the job, where SageMaker writes nothing; let no value of the parameter end in /`}},
		// The SDK refuses the same: test_inference_lineage_steps.py, commit 6480ed18658d.
		{"raw steps of known types", func(p *Pipeline) {
			p.Raw("a", "EndpointConfig", RawArgs{Arguments: Fields{"EndpointConfigName": String("c"), "DataCaptureConfig": Fields{}, "ExplainerConfig": Fields{}}})
			p.Raw("b", "Endpoint", RawArgs{Arguments: Fields{"EndpointName": String("e"), "DeploymentConfig": Fields{}}})
			p.Raw("c", "InferenceComponent", RawArgs{Arguments: Fields{"InferenceComponentName": String("i"), "Bogus": Int(1)}})
			p.Raw("d", "Lineage", RawArgs{Arguments: Fields{"Actions": List{}, "Bogus": List{}}})
			p.Raw("e", "Endpoint", RawArgs{})
			p.Raw("f", "EndpointConfig", RawArgs{Arguments: Fields{"ProductionVariants": List{Fields{"ModelNam": String("m")}}, "EndpointConfigName": p.String("n", "c")}})
		}, []string{
			`steps["a"].arguments.DataCaptureConfig: is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline`,
			`steps["a"].arguments.ExplainerConfig: is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline`,
			`steps["a"].arguments.ProductionVariants: is missing, and the API needs it; give a list`,
			`steps["b"].arguments.DeploymentConfig: is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline`,
			`steps["b"].arguments.EndpointConfigName: is missing, and the API needs it; give text`,
			`steps["c"].arguments.Bogus: is no field of CreateInferenceComponentInput; use one of EndpointName, InferenceComponentName, RuntimeConfig, Specification, Specifications, Tags, VariantName`,
			`steps["d"].arguments.Bogus: is unknown; use Actions, Artifacts, Associations, Contexts`,
			`steps["e"].arguments: are missing; Endpoint steps need some`,
			`steps["f"].arguments.ProductionVariants[0].ModelNam: is no field of ProductionVariant; did you mean "ModelName"?`}},
		{"endpoints", func(p *Pipeline) {
			p.EndpointConfig("a", EndpointConfigArgs{})
			p.EndpointConfig("b", EndpointConfigArgs{
				ConfigName: "b", KMSKey: "0a1b", Extra: Fields{"DataCaptureConfig": Fields{}},
				Variants: []EndpointVariant{
					{Model: "m", InstanceType: "ml.g5.xlarge", InstanceCount: Int(0)},
					{Model: "m", Serverless: &ServerlessVariant{MemoryMB: Int(512)}, InstanceType: "ml.m5.large"},
				},
				Shadows: []EndpointVariant{{Name: "x", Model: "m"}},
			})
			p.Endpoint("c", EndpointArgs{Extra: Fields{"DeploymentConfig": Fields{}}})
			p.InferenceComponent("d", InferenceComponentArgs{Copies: Int(-1)})
			e := p.Endpoint("e", EndpointArgs{EndpointName: "e", ConfigName: "b"})
			p.Fail("f", FailArgs{Message: e.Property("EndpointNam")})
		}, []string{
			`steps["a"].variants: are missing; give at least one`,
			`steps["a"].configName: is missing; give a name that is new for each execution, such as "wine-" + pipeline.ExecutionID`,
			`steps["b"].shadows: are 1 beside 2 variants; a shadow stands alone beside one variant`,
			`steps["b"].kmsKey: is given, but a serverless variant has no volume that takes a key; remove it`,
			`steps["b"].variants[0].instanceCount: 0 is too small; use 1 or more`,
			`steps["b"].variants[1].name: "AllTraffic" is used twice; names are unique within the step`,
			`steps["b"].variants[1].instanceType: is for instances, and the variant is serverless; remove it`,
			`steps["b"].variants[1].serverless: lacks memoryMB or maxConcurrency; give both`,
			`steps["b"].variants[1].serverless.memoryMB: 512 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144`,
			`steps["b"].extra.DataCaptureConfig: is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline`,
			`steps["c"].endpointName: is missing; give the name of the endpoint`,
			`steps["c"].configName: is missing; give the ConfigName of an endpoint configuration step`,
			`steps["c"].extra.DeploymentConfig: is refused in a pipeline, although the API has it; remove it, and set it outside of the pipeline`,
			`steps["d"].memoryMB: is missing; give what each copy of the model needs, from 128`,
			`steps["d"].componentName: is missing; give the name of the component`,
			`steps["d"].endpoint: is missing; give the name of the endpoint`,
			`steps["d"].model: is missing; give the ModelName of a model step, or the name of a model`,
			`steps["d"].copies: -1 is too small; use 0 or more`,
			`steps["f"]: refers to step "e", for its EndpointNam, but the answer of DescribeEndpoint has no EndpointNam; did you mean "EndpointName"?`}},
		{"lineage", func(p *Pipeline) {
			p.Lineage("a", LineageArgs{})
			b := p.Lineage("b", LineageArgs{
				Actions:   []LineageEntity{{Status: "Done", SourceURI: "s3://a"}},
				Artifacts: []LineageEntity{{Name: "m", Type: "Model", SourceURI: "s3://m", SourceType: "x", Description: "y", Status: "Completed"}},
				Associations: []LineageAssociation{
					{From: LineageEnd{Kind: LineageAction, Name: "z"}, To: LineageEnd{}, Type: "Made"},
					{From: LineageEnd{Kind: "Thing", Name: "z"}, To: LineageEnd{ARN: "arn", Name: "m"}},
				},
			})
			p.Fail("f", FailArgs{Message: b.ArtifactARN("n")})
		}, []string{
			`steps["a"]: records nothing; give actions, artifacts, contexts or associations`,
			`steps["b"].actions[0].name: is missing; give a name that is unique in the account and region`,
			`steps["b"].actions[0].type: is missing; say what it is, such as "Model"`,
			`steps["b"].actions[0].status: "Done" is unknown; use one of Unknown, InProgress, Completed, Failed, Stopping, Stopped`,
			`steps["b"].artifacts[0].status: is for actions; remove it`,
			`steps["b"].artifacts[0].sourceType: is not known of artifacts; remove it`,
			`steps["b"].artifacts[0].description: is not known of artifacts; remove it`,
			`steps["b"].associations[0].from.name: "z" is no action of this step; name one, or give the arn`,
			`steps["b"].associations[0].to: has neither or both of arn and name; give one of them`,
			`steps["b"].associations[0].type: "Made" is unknown; use one of ContributedTo, AssociatedWith, DerivedFrom, Produced, SameAs`,
			`steps["b"].associations[1].from.kind: "Thing" is unknown; use one of Action, Artifact, Context`,
			`steps["b"].associations[1].to: has neither or both of arn and name; give one of them`,
			`steps["f"]: refers to step "b", for its entity "n", but it has m`}},
		{"algorithms of tuning", func(p *Pipeline) {
			one := TuningAlgorithm{
				Name: "a", Objective: Objective{Metric: "f1", Direction: Maximize}, Integers: []IntegerRange{{Name: "x", Min: 1, Max: 2}},
				Training: TrainingArgs{Image: testImage, Metrics: []Metric{{Name: "f1", Regex: "(x)"}}},
			}
			other := one
			other.Objective, other.Integers = Objective{Metric: "f2", Direction: Minimize}, nil
			other.Training.OutputURI = "s3://elsewhere"
			other.Training.CacheFor = time.Minute
			p.Tuning("t", TuningArgs{Algorithms: []TuningAlgorithm{one, other}, Integers: one.Integers, Objective: one.Objective})
			p.Tuning("u", TuningArgs{Algorithms: []TuningAlgorithm{one}})
		}, []string{
			`steps["t"].objective: is for a single algorithm; give it in algorithms`,
			`steps["t"].integers: is for a single algorithm; give it in algorithms`,
			`steps["t"].algorithms[1].name: "a" is used twice; names are unique within the step`,
			`steps["t"].algorithms[1].training.outputURI: is another than that of the first algorithm, so that the place of the best model is not known; give all the same`,
			`steps["t"].algorithms[1].objective.direction: is another than that of the first algorithm; their results are compared, so give all the same`,
			`steps["t"].algorithms[1].integers: 0 hyperparameters are searched; give 1 to 30 in all`,
			`steps["t"].algorithms[1].objective.metric: "f2" is no metric of the training job, which has f1`,
			`steps["t"].algorithms[1].training.cacheFor: belongs to the tuning step; set it there`,
			`steps["u"].algorithms: are 1; give 2 to 10, or one in training`}},
		{"functions", func(p *Pipeline) {
			p.Function("a", FunctionArgs{Image: testImage, Function: "measure", Arguments: map[string]Value{"list": List{Int(1)}, "infinite": Float(math.Inf(1))}})
			p.Function("b", FunctionArgs{Image: testImage, Function: "other:measure", Code: "s3://code/quality.py"})
		}, []string{
			`steps["a"].function: "measure" is no function; give its module and name, such as "wine.quality:evaluate"`,
			`steps["a"].arguments["infinite"]: is neither text, nor a finite number, nor a truth value; put other data into a file among the inputs`,
			`steps["a"].arguments["list"]: is neither text, nor a finite number, nor a truth value; put other data into a file among the inputs`,
			`steps["b"].function: is in the module "other", and code is "quality.py"; give the module of the file, or the folder around it`}},
		{"types of reports", func(p *Pipeline) {
			p.Register("r", RegisterArgs{
				Group: "g", Containers: []Container{{Image: testImage}}, ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"},
				Metrics: ModelMetrics{QualityStatistics: "s3://m/q", ContentTypes: map[string]String{"qualityStatistics": "text/csv", "biasReport": "text/html", "quality": "text/csv"}},
			})
		}, []string{
			`steps["r"].metrics.contentTypes.biasReport: is the type of a file that is not given; give it or remove the type`,
			`steps["r"].metrics.contentTypes.quality: is unknown; use one of qualityStatistics, qualityConstraints, dataStatistics, dataConstraints, biasReport, preTrainingBiasReport, postTrainingReport, explainabilityReport`}},
		{"itself", func(p *Pipeline) {
			p.Fail("f", FailArgs{Message: "\x02gString\x1fSteps.f.X\x03"})
		}, []string{`steps["f"]: refers to property X of itself`}},
		{"condition on its own branch", func(p *Pipeline) {
			a := fine(p, "a")
			p.Condition("c", ConditionArgs{If: []Condition{Equals(a.Output("data"), String("x"))}, Then: []Step{a}})
		}, []string{`pipeline: has steps that wait for each other: a -> c -> a; break the circle`}},
		{"other branch", func(p *Pipeline) {
			a := fine(p, "a")
			b := p.Processing("b", ProcessingArgs{Image: testImage, Arguments: []String{a.Output("data")}})
			p.Condition("c", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{a}, Else: []Step{b}})
		}, []string{`steps["b"]: under else of step "c" waits for step "a" under then of it, and only one of the two branches runs`}},
		{"in two places", func(p *Pipeline) {
			a := fine(p, "a")
			p.Condition("c", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{a}, Else: []Step{a}})
			p.Condition("d", ConditionArgs{If: []Condition{Equals(Int(1), Int(1))}, Then: []Step{a, nil, fine(New("other", Props{}), "x")}})
		}, []string{
			`steps["c"].else[0]: is step "a", which is already under then of step "c"; a step stands in one place`,
			`steps["d"].then[0]: is step "a", which is already under then of step "c"; a step stands in one place`,
			`steps["d"].then[1]: is nil; give the step that a method of the pipeline returned`,
			`steps["d"].then[2]: is step "x" of pipeline "other"; add the step to this pipeline`}},

		// Conditions.
		{"empty condition", func(p *Pipeline) { p.Condition("c", ConditionArgs{}) }, []string{
			`steps["c"].if: is empty; give at least one condition`,
			`steps["c"].then: and else are both empty, and no step reads the outcome; give the steps that the condition decides about`}},
		{"operands", func(p *Pipeline) {
			p.Condition("c", ConditionArgs{
				If:   []Condition{{}, GreaterThan(nil, Int(1)), LessThan(Int(1), nil), In(String("a")), Or(Equals(Int(1), Int(1))), Not(Condition{}), Equals(nil, nil)},
				Then: []Step{fine(p, "a")},
			})
		}, []string{
			`steps["c"].if[0]: is empty; make conditions with Equals, GreaterThan, In, Not, Or and their like`,
			`steps["c"].if[1]: GreaterThan has no left value; give a value or a reference`,
			`steps["c"].if[2]: LessThan has no right value; give a value or a reference`,
			`steps["c"].if[3]: In has no values to look among; give at least one`,
			`steps["c"].if[4]: Or has 1 conditions; give at least two`,
			`steps["c"].if[5].not: is empty; make conditions with Equals, GreaterThan, In, Not, Or and their like`,
			`steps["c"].if[6]: Equals has no left value; give a value or a reference`,
			`steps["c"].if[6]: Equals has no right value; give a value or a reference`}},

		// Retries and caching.
		{"retries", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, CacheFor: -time.Hour, Retry: []RetryPolicy{
				{}, {On: []RetryError{"Step.OTHER"}}, {On: []RetryError{RetryThrottling}, Interval: 13 * time.Hour, BackoffRate: -1, MaxAttempts: 21},
				{On: []RetryError{RetryThrottling}, MaxAttempts: 1, ExpireAfter: 90 * time.Second},
			}})
		}, []string{
			`steps["a"].retry[0].on: is empty; list the failures to retry on, of Step.SERVICE_FAULT, Step.THROTTLING, SageMaker.JOB_INTERNAL_ERROR, SageMaker.CAPACITY_ERROR, SageMaker.RESOURCE_LIMIT`,
			`steps["a"].retry[1].on: "Step.OTHER" is no failure on which this kind of step is retried; use one of Step.SERVICE_FAULT, Step.THROTTLING, SageMaker.JOB_INTERNAL_ERROR, SageMaker.CAPACITY_ERROR, SageMaker.RESOURCE_LIMIT`,
			`steps["a"].retry[2].interval: is 13h0m0s; give whole seconds up to 12h0m0s`,
			`steps["a"].retry[2].backoffRate: is -1; give a number from 0, such as 2`,
			`steps["a"].retry[2].maxAttempts: is 21; give 1 to 20`,
			`steps["a"].retry[3].on: "Step.THROTTLING" is covered twice; name each failure in one policy only`,
			`steps["a"].retry[3]: has both maxAttempts and expireAfter; give one of them`,
			`steps["a"].retry[3].expireAfter: is 1m30s; give whole minutes up to 240h0m0s`,
			`steps["a"].cacheFor: is -1h0m0s; give whole minutes, such as 30*24*time.Hour, or 0 for no caching`}},
		{"job failure of a step without a job", func(p *Pipeline) {
			p.Model("m", ModelArgs{Containers: []Container{{Image: testImage}}, Retry: []RetryPolicy{{On: []RetryError{RetryCapacityError}}}})
		}, []string{`steps["m"].retry[0].on: "SageMaker.CAPACITY_ERROR" is no failure on which this kind of step is retried; use one of Step.SERVICE_FAULT, Step.THROTTLING`}},

		// Jobs.
		{"processing", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{
				Role:   "train",
				Script: Script{URI: p.String("code", "s3://c")}, Entrypoint: []String{"sh"},
				Inputs:  []ProcessingInput{{Name: "i", S3URI: "/local", Gzip: true, LocalPath: "/tmp"}, {Name: "i", S3URI: "s3://b", DataType: "Prefix", Mode: ModeFastFile}, {}},
				Outputs: []ProcessingOutput{{}, {Name: "o", S3URI: "b"}},
				Compute: Compute{InstanceType: "m5.large", InstanceCount: Int(0), VolumeGB: Int(20000), MaxRuntime: 10 * 24 * time.Hour},
				Network: &Network{Subnets: []String{"subnet-1"}}, JobNamePrefix: "a_b",
			})
		}, []string{
			`steps["a"].inputs[0].localPath: "/tmp" is outside of /opt/ml/processing, where SageMaker mounts data; choose a path below it`,
			`steps["a"].inputs[0].gzip: needs mode Pipe; set it, or let the code expand the files`,
			`steps["a"].inputs[0].s3URI: "/local" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["a"].inputs[1].name: "i" is used twice; names are unique within the step`,
			`steps["a"].inputs[1].dataType: "Prefix" is unknown; use one of S3Prefix, ManifestFile`,
			`steps["a"].inputs[1].mode: "FastFile" is unknown; use one of File, Pipe`,
			`steps["a"].inputs[2].name: is missing; give a name that is unique within the step`,
			`steps["a"].inputs[2].s3URI: is missing; give an S3 URI such as "s3://bucket/prefix"`,
			`steps["a"].network: has 1 subnets and 0 security groups; give both or neither`,
			`steps["a"].compute.instanceCount: 0 is out of range; use 1 to 100`,
			`steps["a"].compute.volumeGB: 20000 is out of range; use 1 to 16384`,
			`steps["a"].jobNamePrefix: "a_b" is not allowed; use at most 32 letters, digits and hyphens, with a letter or digit first and last`,
			`steps["a"].image: is missing; give the URI of the container image`,
			`steps["a"].entrypoint: is given together with script; give one of them`,
			`steps["a"].script.uri: "{Parameters.code}" holds a reference, and the name of the file must be known; give a fixed URI`,
			`steps["a"].role: "train" is no role ARN; write it like "arn:aws:iam::111111111111:role/name"`,
			`steps["a"].outputs[0].name: is missing; give a name that is unique within the step`,
			`steps["a"].outputs[1].s3URI: "b" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["a"].compute.maxRuntime: 240h0m0s is out of range; use 1s to 216h in whole seconds`,
			`steps["a"].compute.instanceType: "m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large`}},
		{"escape hatch against typed arguments", func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Extra: Fields{"RoleArn": String("r"), "StoppingCondition": Fields{"MaxRuntimeInSeconds": Int(1)}}})
		}, []string{
			`steps["a"].extra.RoleArn: is set by a typed argument already; remove it here`,
			`steps["a"].extra.StoppingCondition.MaxRuntimeInSeconds: is set by a typed argument already; remove it here`}},
		{"training", func(p *Pipeline) {
			p.Training("t", TrainingArgs{
				Image: testImage, Algorithm: "a", Script: TrainingScript{SourceURI: "code"}, HyperParameters: map[string]String{"sagemaker_program": "x"},
				Metrics: []Metric{{}}, Inputs: []Channel{{Name: "a b", S3URI: "s3://b", Gzip: true}}, InputMode: "Slow",
				Spot: &Spot{MaxWait: time.Minute}, KeepAlive: 7 * time.Hour, JobAttempts: 31, Checkpoints: "c", OutputURI: "o",
			})
		}, []string{
			`steps["t"].algorithm: is given together with image; give one of them`,
			`steps["t"].metrics[0].name: is missing; give the name of the metric`,
			`steps["t"].metrics[0].regex: is missing; give an expression with one group that finds the value in the log`,
			`steps["t"].inputMode: "Slow" is unknown; use one of File, Pipe, FastFile`,
			`steps["t"].inputs[0]: is gzip or recordIO, which need mode Pipe; set it, or let the code expand the files`,
			`steps["t"].outputURI: "o" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["t"].spot.maxWait: is shorter than the maximal run time of 24h0m0s; make it at least as long`,
			`steps["t"].checkpoints: "c" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["t"].jobAttempts: 31 is out of range; use 0 to 30`,
			`steps["t"].keepAlive: 7h0m0s is out of range; use 1s to 6h in whole seconds`,
			`steps["t"].script.sourceURI: "code" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["t"].script.program: is missing; give the file to run, such as "train.py"`,
			`steps["t"].hyperParameters.sagemaker_program: is set by script; remove it here`,
			`steps["t"].inputs[0].name: "a b" is not allowed; use letters, digits, dots, hyphens and underscores`}},
		{"tuning", func(p *Pipeline) {
			seed := -1
			p.Tuning("t", TuningArgs{
				Training: TrainingArgs{
					Image: testImage, CacheFor: time.Hour, Entrypoint: []String{"sh"}, HyperParameters: map[string]String{"eta": "1"}, Metrics: []Metric{{Name: "f1", Regex: "f"}},
				},
				Objective: Objective{Metric: "accuracy", Direction: "Best"}, Strategy: "Guess", MaxJobs: Int(0), MaxParallelJobs: Int(101), RandomSeed: &seed,
				Integers:    []IntegerRange{{Name: "n", Min: 2, Max: 1}, {}},
				Continuous:  []ContinuousRange{{Name: "eta", Min: math.NaN()}, {Name: "x", Min: 0.5, Max: 2, Scaling: ScalingReverseLogarithmic}},
				Categorical: []CategoricalRange{{Name: "n"}}, WarmStart: &WarmStart{},
				Retry: []RetryPolicy{{On: []RetryError{RetryJobInternalError}}},
			})
		}, []string{
			`steps["t"].objective.metric: "accuracy" is no metric of the training job, which has f1`,
			`steps["t"].objective.direction: "Best" is unknown; use one of Minimize, Maximize`,
			`steps["t"].maxJobs: 0 is out of range; use 1 to 750`,
			`steps["t"].maxParallelJobs: 101 is out of range; use 1 to 100`,
			`steps["t"].strategy: "Guess" is unknown; use Bayesian, Random, Hyperband or Grid`,
			`steps["t"].integers[0]: the range from 2 to 1 is empty; make the end larger than the beginning`,
			`steps["t"].integers[1].name: is missing; give the name of the hyperparameter`,
			`steps["t"].integers[1]: the range from 0 to 0 is empty; make the end larger than the beginning`,
			`steps["t"].continuous[0].name: "eta" is given twice; search it or set it, once`,
			`steps["t"].continuous[0]: the range from NaN to 0 is empty; make the end larger than the beginning`,
			`steps["t"].continuous[1].scaling: ReverseLogarithmic needs a range from 0 to below 1, and this one goes from 0.5 to 2; change the range, or use another scaling`,
			`steps["t"].categorical[0].name: "n" is given twice; search it or set it, once`,
			`steps["t"].categorical[0].values: are missing; give at least one`,
			`steps["t"].randomSeed: -1 is out of range; use 0 to 2147483647`,
			`steps["t"].training.cacheFor: belongs to the tuning step; set it there`,
			`steps["t"].training.entrypoint: is not known to the training jobs of tuning; remove it`,
			`steps["t"].warmStart.parents: are 0; give 1 to 5 names of tuning jobs`,
			`steps["t"].retry[0].on: "SageMaker.JOB_INTERNAL_ERROR" is no failure on which this kind of step is retried; use one of Step.SERVICE_FAULT, Step.THROTTLING, SageMaker.CAPACITY_ERROR, SageMaker.RESOURCE_LIMIT`}},
		{"tuning for nothing", func(p *Pipeline) { p.Tuning("t", TuningArgs{Training: TrainingArgs{Image: testImage}}) }, []string{
			`steps["t"].objective.metric: is missing; give the name of the metric to optimise`,
			`steps["t"].objective.direction: is missing; use Minimize or Maximize`,
			`steps["t"].integers: 0 hyperparameters are searched; give 1 to 30 in all`}},
		{"tuning that does not go together", func(p *Pipeline) {
			tune := func(name string, args TuningArgs) {
				args.Training, args.Objective = TrainingArgs{Image: testImage}, Objective{Metric: "f1", Direction: Maximize}
				p.Tuning(name, args)
			}
			integers := []IntegerRange{{Name: "n", Min: 0, Max: 9}}
			tune("a", TuningArgs{Strategy: StrategyGrid, Integers: integers})
			tune("b", TuningArgs{MaxJobs: Int(4), MaxParallelJobs: Int(5), Integers: []IntegerRange{{Name: "n", Max: 9, Scaling: ScalingReverseLogarithmic}}})
			tune("c", TuningArgs{Strategy: StrategyHyperband, EarlyStopping: true, Integers: []IntegerRange{{Name: "n", Max: 9, Scaling: ScalingLogarithmic}}})
			tune("d", TuningArgs{MaxParallelJobs: Int(11), Integers: integers})
		}, []string{
			`steps["a"].integers[0]: is a range of numbers, and Grid tries the values of lists only; write the numbers as values of a category, or use another strategy`,
			`steps["b"].maxParallelJobs: 5 is more than the 4 jobs; make it smaller, or maxJobs larger`,
			`steps["b"].integers[0].scaling: ReverseLogarithmic is for ranges of any numbers, and this one has whole ones; use another scaling`,
			`steps["c"].earlyStopping: is not possible with Hyperband, which stops jobs itself; remove it`,
			`steps["c"].integers[0].scaling: Logarithmic needs a range above 0, and this one begins at 0; raise the beginning, or use another scaling`,
			`steps["d"].maxParallelJobs: 11 is more than the 10 jobs; make it smaller, or maxJobs larger`}},
		{"model", func(p *Pipeline) {
			p.Model("none", ModelArgs{})
			p.Model("m", ModelArgs{Containers: []Container{{}, {Image: testImage, ModelPackage: "p"}, {Image: testImage, ModelData: "model.tar.gz"}}})
		}, []string{
			`steps["none"].containers: are 0; give 1 to 15`,
			`steps["m"].containers[0].image: is missing; give the URI of the inference image`,
			`steps["m"].containers[1].modelPackage: is given together with image or modelData; give one of them`,
			`steps["m"].containers[1].modelPackage: "p" is no ARN of sagemaker model-package`,
			`steps["m"].containers[2].modelData: "model.tar.gz" is no S3 URI; write it like "s3://bucket/prefix"`}},
		{"register", func(p *Pipeline) {
			p.Register("r", RegisterArgs{
				Approval: "Maybe", InferenceInstances: []String{"m5"}, Containers: []Container{{ModelPackage: "arn:aws:sagemaker:us-west-2:111111111111:model-package/a/1"}},
				Metrics: ModelMetrics{BiasReport: "x"}, Baselines: DriftBaselines{BiasConfig: "y"},
			})
		}, []string{
			`steps["r"].approval: "Maybe" is unknown; use one of PendingManualApproval, Approved, Rejected`,
			`steps["r"].contentTypes: is empty; list MIME types, such as "text/csv"`,
			`steps["r"].responseTypes: is empty; list MIME types, such as "text/csv"`,
			`steps["r"].group: is missing; give the name or ARN of the model package group`,
			`steps["r"].metrics.biasReport: "x" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["r"].baselines.biasConfig: "y" is no S3 URI; write it like "s3://bucket/prefix"`,
			`steps["r"].containers[0].modelPackage: is not known here; give image and modelData`,
			`steps["r"].inferenceInstances[0]: "m5" is no SageMaker instance type; write it like ml.m5.large`}},
		{"transform", func(p *Pipeline) {
			p.Transform("t", TransformArgs{Split: "Word", InstanceCount: Int(0), MaxPayloadMB: Int(101), RequestTimeout: 2 * time.Hour})
		}, []string{
			`steps["t"].model: is missing; give the ModelName of a model step, or the name of a model`,
			`steps["t"].input: is missing; give an S3 URI such as "s3://bucket/prefix"`,
			`steps["t"].split: "Word" is unknown; use one of None, Line, RecordIO, TFRecord`,
			`steps["t"].instanceCount: 0 is too small; use 1 or more`,
			`steps["t"].maxPayloadMB: 101 is out of range; use 0 to 100`,
			`steps["t"].requestTimeout: 2h0m0s is out of range; use 1s to 1h in whole seconds`}},
		{"automl", func(p *Pipeline) {
			p.AutoML("a", AutoMLArgs{Validation: "s3://v", ValidationFraction: Float(1), Problem: ProblemBinary, MaxCandidates: Int(0)})
		}, []string{
			`steps["a"].problem: and metric are given together or not at all; Autopilot refuses one without the other`,
			`steps["a"].target: is missing; give the column to predict`,
			`steps["a"].input: is missing; give an S3 URI such as "s3://bucket/prefix"`,
			`steps["a"].validationFraction: is given together with validation; give one of them`,
			`steps["a"].maxCandidates: 0 is out of range; use 1 to 750`,
			`steps["a"].validationFraction: is 1; give a number over 0 and under 1`}},
		{"lambda and callback", func(p *Pipeline) {
			p.Lambda("l", LambdaArgs{FunctionARN: "f", Outputs: []OutputParameter{{Name: "a"}, {Name: "a", Type: "Text"}}})
			p.Lambda("m", LambdaArgs{})
			p.Callback("c", CallbackArgs{QueueURL: "arn:aws:sqs:us-west-2:111111111111:q"})
			p.Callback("d", CallbackArgs{})
		}, []string{
			`steps["l"].functionARN: "f" is no ARN of lambda function`,
			`steps["l"].outputs[1].name: "a" is used twice; names are unique within the step`,
			`steps["l"].outputs[1].type: "Text" is unknown; use one of String, Integer, Float, Boolean`,
			`steps["m"].functionARN: is missing; give the ARN of the function`,
			`steps["c"].queueURL: "arn:aws:sqs:us-west-2:111111111111:q" is no URL of a queue; write it like "https://sqs.us-west-2.amazonaws.com/111111111111/name"`,
			`steps["d"].queueURL: is missing; give the URL of the SQS queue`}},
		{"checks", func(p *Pipeline) {
			p.QualityCheck("q", QualityCheckArgs{
				CheckOptions: CheckOptions{Environment: map[string]String{"output_path": "/x"}}, Format: "xml", Preprocessor: "s3://p.py", ModelQuality: &ModelQuality{Problem: "Ranking"},
			})
			p.ClarifyCheck("c", ClarifyCheckArgs{CheckOptions: CheckOptions{Image: testImage}, Kind: ClarifyModelBias, Dataset: "s3://d"})
			p.ClarifyCheck("d", ClarifyCheckArgs{CheckOptions: CheckOptions{Image: testImage}, Kind: ClarifyDataBias, Model: "m", Dataset: "s3://d", AnalysisConfig: "s3://a"})
			p.ClarifyCheck("e", ClarifyCheckArgs{CheckOptions: CheckOptions{Image: testImage}, Dataset: "s3://d", AnalysisConfig: "s3://a"})
		}, []string{
			`steps["q"].dataset: is missing; give an S3 URI such as "s3://bucket/prefix"`,
			`steps["q"].format: "xml" is unknown; use one of {"csv": {"header": true, "output_columns_position": "START"}}, {"csv": {"header": false, "output_columns_position": "START"}}, {"json": {"lines": true}}, {"parquet": {}}`,
			`steps["q"].preprocessor: is for checks of data; remove it or modelQuality`,
			`steps["q"].modelQuality.problem: "Ranking" is unknown; use one of Regression, BinaryClassification, MulticlassClassification`,
			`steps["q"].modelQuality.groundTruth: is missing; give the column with the actual label`,
			`steps["q"].environment.output_path: is set by the check; remove it here`,
			`steps["q"].image: is missing; give the URI of the container image`,
			`steps["c"].model: is missing; a check of kind MODEL_BIAS needs the name of the model`,
			`steps["c"].analysisConfig: is missing; give an S3 URI such as "s3://bucket/prefix"`,
			`steps["d"].model: means nothing to a check of data bias; remove it`,
			`steps["e"].kind: is missing; use one of DATA_BIAS, MODEL_BIAS, MODEL_EXPLAINABILITY`}},
		{"emr", func(p *Pipeline) {
			p.EMR("e", EMRArgs{RuntimeRole: "r"})
			p.EMR("f", EMRArgs{Cluster: Fields{"Name": String("n")}, ClusterID: "j-1", Jar: "j"})
			p.EMR("g", EMRArgs{Jar: "j", Cluster: Fields{"AutoTerminationPolicy": Fields{}, "Instances": Fields{"InstanceGroups": List{}, "InstanceFleets": List{}, "TerminationProtected": Bool(true)}}})
			p.EMRServerless("s", EMRServerlessArgs{Timeout: time.Second})
		}, []string{
			`steps["e"].clusterID: and cluster: give exactly one of them, the id of a running cluster or the request for a new one`,
			`steps["e"].runtimeRole: is for steps on running clusters, EMR knows none when it starts one; remove it, or give clusterID`,
			`steps["e"].jar: is missing; give an S3 URI or a name such as "command-runner.jar"`,
			`steps["e"].runtimeRole: "r" is no ARN of iam role`,
			`steps["f"].clusterID: and cluster: give exactly one of them, the id of a running cluster or the request for a new one`,
			`steps["f"].cluster.Name: is set by SageMaker; remove it`,
			`steps["f"].cluster.Instances: are missing; give them with InstanceGroups or InstanceFleets`,
			`steps["g"].cluster.AutoTerminationPolicy: is set by SageMaker; remove it`,
			`steps["g"].cluster.Instances.TerminationProtected: is set by SageMaker; remove it`,
			`steps["g"].cluster.Instances: have neither or both of InstanceGroups and InstanceFleets; give one of them`,
			`steps["s"].applicationID: and application: give exactly one of them, the id of an application or the request for a new one`,
			`steps["s"].spark: and driver: give exactly one of them`,
			`steps["s"].timeout: is 1s; give whole minutes`}},
		{"notebook", func(p *Pipeline) {
			p.Notebook("n", NotebookArgs{Notebook: "dir/a.py", Image: testImage, Compute: Compute{InstanceCount: Int(2)}, Environment: map[string]String{"SM_KERNEL_NAME": "x"}})
		}, []string{
			`steps["n"].notebook: "dir/a.py" is no name of a notebook; give the file under inputURI, such as "train.ipynb"`,
			`steps["n"].compute.instanceCount: is not 1, but a notebook runs on one instance; remove it`,
			`steps["n"].region: is missing; give the region of the job, such as "us-west-2"`,
			`steps["n"].kernel: is missing; give the name of the kernel, such as "python3"`,
			`steps["n"].environment.SM_KERNEL_NAME: is set by the step; remove it here`,
			`steps["n"].inputURI: is missing; give an S3 URI such as "s3://bucket/prefix"`}},
		{"raw", func(p *Pipeline) {
			p.Raw("r", "", RawArgs{StepOptions: StepOptions{Members: Fields{"Name": String("x")}}})
		}, []string{
			`steps["r"].type: is missing; give the type of the step, such as "EndpointConfig"`,
			`steps["r"].members.Name: is set by a typed argument already; remove it here`}},
	}
	problems := 0
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPipeline()
			test.build(p)
			err := p.Validate()
			require.EqualError(t, err, strings.Join(test.want, "\n"))
			_, err = p.JSON()
			require.EqualError(t, err, strings.Join(test.want, "\n"), "JSON says what Validate says")
		})
		problems += len(test.want)
	}
	t.Logf("%d invalid pipelines with %d problems", len(tests), problems)
}

func TestValidateProps(t *testing.T) {
	tests := map[string]struct {
		name  string
		props Props
		want  string
	}{
		"name": {"-wine", Props{}, `pipeline.name: "-wine" is not allowed; use at most 256 letters, digits and hyphens, with a letter or digit first and last`},
		"display name": {"wine", Props{DisplayName: "Wine!"},
			`pipeline.displayName: "Wine!" is not allowed; use at most 256 letters, digits and hyphens, with a letter or digit first and last`},
		"description": {"wine", Props{Description: strings.Repeat("x", 3073)}, "pipeline.description: has 3073 characters; at most 3072 are allowed"},
		"parallelism": {"wine", Props{MaxParallelSteps: -1}, "pipeline.maxParallelSteps: is -1; give a number from 1, or 0 for no limit"},
		"experiment":  {"wine", Props{Experiment: Experiment{Disabled: true, Name: "x"}}, "experiment: is disabled, so that its name and trial mean nothing; remove them or disabled"},
		"experiment of a step": {"wine", Props{Experiment: Experiment{Name: "\x02gString\x1fSteps.stop.X\x03"}},
			`experiment: refers to property X of step "stop", but only steps can refer to steps`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := New(test.name, test.props)
			p.Fail("stop", FailArgs{})
			require.EqualError(t, p.Validate(), test.want)
		})
	}
}

func TestValidateDefaults(t *testing.T) {
	p := New("wine", Props{Experiment: Experiment{Disabled: true}})
	p.Processing("a", ProcessingArgs{Image: testImage, Outputs: []ProcessingOutput{{Name: "o"}}, Arguments: []String{TrialName}})
	require.EqualError(t, p.Validate(), strings.Join([]string{
		`steps["a"].role: is missing; give the ARN of the role of the job, here or as the pipeline's default`,
		`steps["a"].outputs[0].s3URI: is missing; give an S3 URI here, or defaults.outputURI to the pipeline`,
		`steps["a"]: refers to the PipelineExperimentConfig.TrialName, but the pipeline's experiment is disabled`,
	}, "\n"))
}

func TestSize(t *testing.T) {
	p := newPipeline()
	p.Fail("stop", FailArgs{Message: String(strings.Repeat("x", 1<<20))})
	require.EqualError(t, p.Validate(), "pipeline: has a definition of 1048833 bytes, and SageMaker takes 1048576; move long arguments into files in S3")
}

// TestTokens: what only Terraform knows is accepted wherever an ARN, a URI or a name goes.
func TestTokens(t *testing.T) {
	const token = "${TfToken[TOKEN.1]}"
	p := New(token, Props{Defaults: Defaults{Role: token, OutputURI: token, OutputKMSKey: token, VolumeKMSKey: token,
		Network: Network{Subnets: []String{token}, SecurityGroups: []String{token}}}})
	p.Processing("a", ProcessingArgs{Image: token, Script: Script{URI: "s3://" + token + "/run.py"}, Inputs: []ProcessingInput{{Name: "i", S3URI: token}}})
	p.Training("t", TrainingArgs{Image: token, Inputs: []Channel{{Name: "i", S3URI: token + "/train"}}, Compute: Compute{InstanceType: token}})
	p.Model("m", ModelArgs{Containers: []Container{{ModelPackage: token}}})
	p.Lambda("l", LambdaArgs{FunctionARN: token})
	p.Callback("c", CallbackArgs{QueueURL: token})
	text, err := p.JSON()
	require.NoError(t, err)
	require.Contains(t, text, `"FunctionArn":"`+token+`"`)
	require.Contains(t, text, `"S3Uri":"`+token+`/train"`)
}

const limitTypes = `make it a parameter with the values that it may have, such as p.String("instance_type", "ml.m5.large", "ml.m5.large", "ml.m5.xlarge")`
