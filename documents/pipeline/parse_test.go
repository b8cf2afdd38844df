package pipeline_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// definitions are all definitions under testdata, by their path.
func definitions(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	published, err := filepath.Glob("testdata/published/*.json")
	require.NoError(t, err)
	require.Greater(t, len(published), 3)
	files = append(files, published...)
	out := map[string][]byte{"a step that waits for a later one": []byte(waitsForLater), "what is left out": []byte(leftOut)}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "permissions") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		out[file] = text
	}
	require.Greater(t, len(out), 30)
	return out
}

const (
	// waitsForLater has a step that waits for one further on, and steps inside of conditions that wait.
	waitsForLater = `{"Version":"2020-12-01","Metadata":{"Team":"wine","Numbers":[1,2.5]},"Parameters":[],"PipelineExperimentConfig":null,"Steps":[
		{"Name":"first","Type":"Lambda","Arguments":{"n":1},"DependsOn":["last"],"FunctionArn":"arn:aws:lambda:us-west-2:111111111111:function:a","OutputParameters":[]},
		{"Name":"last","Type":"Lambda","Arguments":{},"FunctionArn":"arn:aws:lambda:us-west-2:111111111111:function:a","OutputParameters":[],"Anything":{"x":[true,null]}},
		{"Name":"of","Type":"Condition","DependsOn":["first","last"],"Arguments":{"Conditions":[{"Type":"Not","Condition":{"Type":"Equals","LeftValue":1,"RightValue":2.0}}],
			"IfSteps":[{"Name":"stop","Type":"Fail","DependsOn":["first"],"Arguments":{"ErrorMessage":"no"}}]}}]}`
	// leftOut leaves defaults to SageMaker, some of them in one element of a list alone.
	leftOut = `{"Version":"2020-12-01","Metadata":{},"Parameters":[{"Name":"depth","Type":"Integer","DefaultValue":3}],"PipelineExperimentConfig":{"ExperimentName":"wine","TrialName":"one"},"Steps":[
		{"Name":"train","Type":"Training","Arguments":{"AlgorithmSpecification":{"TrainingImage":"image","TrainingInputMode":"File"},"RoleArn":"arn:aws:iam::111111111111:role/train",
			"InputDataConfig":[{"ChannelName":"a","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://a/b"}}},
				{"ChannelName":"b","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://a/b","S3DataDistributionType":"FullyReplicated","AttributeNames":["x"]}}},
				{"ChannelName":"c","DataSource":{"FileSystemDataSource":{"FileSystemId":"fs-0a1b2c3d4e5f"}},"ShuffleConfig":{"Seed":1}}],
			"OutputDataConfig":{"S3OutputPath":"s3://a/out"},"ResourceConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":30},
			"StoppingCondition":{"MaxRuntimeInSeconds":60},"HyperParameters":{"depth":{"Get":"Parameters.depth"}},"Tags":[{"Key":"b","Value":"1"},{"Key":"a","Value":"2"}]},
			"CacheConfig":{"Enabled":true,"ExpireAfter":"30d"},"RetryPolicies":[{"ExceptionType":["Step.THROTTLING"],"MaxAttempts":3}]},
		{"Name":"prepare","Type":"Processing","Arguments":{"AppSpecification":{"ImageUri":"image"},"RoleArn":"arn:aws:iam::111111111111:role/train",
			"ProcessingInputs":[{"InputName":"a","S3Input":{"S3Uri":"s3://a/b","LocalPath":"/opt/ml/processing/a","S3DataType":"S3Prefix"}},
				{"InputName":"b","S3Input":{"S3Uri":"s3://a/b","LocalPath":"/opt/ml/processing/b","S3DataType":"S3Prefix","S3InputMode":"File"}},
				{"InputName":"c","DatasetDefinition":{"LocalPath":"/opt/ml/processing/c","AthenaDatasetDefinition":{"Catalog":"c","Database":"d","QueryString":"q","OutputS3Uri":"s3://a/q","OutputFormat":"PARQUET"}}}],
			"ProcessingResources":{"ClusterConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":30}}}}]}`
)

// TestParse reads every definition under testdata and writes it again, which gives the same JSON. All steps become typed but the one that is raw there.
func TestParse(t *testing.T) {
	for file, text := range definitions(t) {
		t.Run(file, func(t *testing.T) {
			p, err := pipeline.Parse("sample", text)
			require.NoError(t, err)
			if filepath.Base(file) == "raw.json" {
				require.Equal(t, []string{`Steps[1].configName: is missing; give a name that is new for each execution, such as "wine-" + pipeline.ExecutionID`}, p.Untyped())
			} else {
				require.Empty(t, p.Untyped())
			}
			again, err := p.JSON()
			require.NoError(t, err)
			require.JSONEq(t, string(text), again)
		})
	}
}

// TestParsePermissions compares the permissions of the pipelines of which the goldens are, with those of the pipelines that Parse makes of the goldens.
func TestParsePermissions(t *testing.T) {
	scope := arn.Scope{Region: "us-west-2", Account: "111111111111"}
	for _, sample := range samples.All() {
		if sample.Name == "raw" {
			continue
		}
		t.Run(sample.Name, func(t *testing.T) {
			definition, err := sample.Pipeline.JSON()
			require.NoError(t, err)
			parsed, err := pipeline.Parse(sample.Pipeline.Name(), []byte(definition))
			require.NoError(t, err)
			for _, permissions := range []func(p *pipeline.Pipeline) ([]policy.Statement, error){
				func(p *pipeline.Pipeline) ([]policy.Statement, error) { return p.Permissions(scope) },
				func(p *pipeline.Pipeline) ([]policy.Statement, error) { return p.JobPermissions(scope) },
			} {
				want, err := permissions(sample.Pipeline)
				require.NoError(t, err)
				got, err := permissions(parsed)
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
		})
	}
}

// TestParseLosesNothing changes the definitions in many places, one at a time. What is still a pipeline comes back as it was.
func TestParseLosesNothing(t *testing.T) {
	tried, same, turn := 0, 0, 0
	for _, file := range slices.Sorted(maps.Keys(definitions(t))) {
		text := definitions(t)[file]
		var whole map[string]any
		require.NoError(t, json.Unmarshal(text, &whole))
		change(whole["Steps"], func() {
			if turn++; turn%61 != 0 { // there are 35,000
				return
			}
			changed, err := json.Marshal(whole)
			require.NoError(t, err)
			tried++
			p, err := pipeline.Parse("sample", changed)
			if err != nil {
				return
			}
			if again, err := p.JSON(); err == nil {
				same++
				var got map[string]any
				require.NoError(t, json.Unmarshal([]byte(again), &got))
				meant(got)
				var want map[string]any
				require.NoError(t, json.Unmarshal(changed, &want))
				meant(want)
				require.Equal(t, want, got, file)
			}
		})
	}
	t.Logf("%d changes, of which %d are pipelines", tried, same)
	require.Greater(t, same, tried/4)
}

// meant leaves out of steps what is empty and means nothing so.
func meant(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, step := v["Type"]; step {
			for _, key := range []string{"DependsOn", "DisplayName", "Description"} {
				if list, _ := v[key].([]any); v[key] == nil || v[key] == "" || v[key] != nil && list != nil && len(list) == 0 {
					delete(v, key)
				}
			}
			if v["Arguments"] == nil {
				v["Arguments"] = map[string]any{}
			}
		}
		for _, each := range v {
			meant(each)
		}
	case []any:
		for _, each := range v {
			meant(each)
		}
	}
}

// change visits all changes of one place below v, of which each is undone again.
func change(v any, visit func()) {
	replacements := []any{nil, "x", "", 1.0, true, []any{}, map[string]any{}, map[string]any{"Get": "Execution.PipelineName"}}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			old := v[key]
			for _, each := range replacements {
				v[key] = each
				visit()
			}
			delete(v, key)
			visit()
			v[key] = old
			change(old, visit)
		}
		v["Another"] = "x"
		visit()
		delete(v, "Another")
	case []any:
		for n, old := range v {
			for _, each := range replacements {
				v[n] = each
				visit()
			}
			v[n] = old
			change(old, visit)
		}
	}
}

// TestUntyped has steps that no typed step gives back as they are, with the reasons.
func TestUntyped(t *testing.T) {
	training := func(change string) string {
		parts := map[string]string{
			"AlgorithmSpecification": `{"TrainingImage":"image","TrainingInputMode":"File"}`, "RoleArn": `"arn:aws:iam::111111111111:role/train"`,
			"OutputDataConfig": `{"S3OutputPath":"s3://a/out"}`, "ResourceConfig": `{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":30}`,
			"StoppingCondition": `{"MaxRuntimeInSeconds":60}`,
		}
		key, value, _ := strings.Cut(change, "=")
		parts[key] = value
		var members []string
		for _, each := range slices.Sorted(maps.Keys(parts)) {
			members = append(members, fmt.Sprintf("%q:%s", each, parts[each]))
		}
		return `"Type":"Training","Arguments":{` + strings.Join(members, ",") + `}`
	}
	for step, want := range map[string]string{
		`"Type":"BedrockCustomModel","Arguments":{}`:      `Steps[0].Type: "BedrockCustomModel" has no method in this package`,
		`"Type":"QuantumAnnealing","Arguments":{"A":"x"}`: `Steps[0].Type: "QuantumAnnealing" has no method in this package`,
		forEachStep:                      `Steps[0].Type: "ForEach" has no method in this package`,
		`"Type":"Lambda","Arguments":{}`: `Steps[0].FunctionArn: is missing, which the step would write`,
		`"Type":"EMR","Arguments":{"ClusterId":"j-1","StepConfig":{"Name":"x","HadoopJarStep":{"Jar":"a.jar"}}}`: `Steps[0].Arguments.StepConfig: has no field`,
		training(`StoppingCondition={"MaxRuntimeInSeconds":{"Get":"Parameters.time"}}`):                          `Steps[0].Arguments.StoppingCondition.MaxRuntimeInSeconds: is a reference, which no field of the step can hold`,
		training(`ResourceConfig={"InstanceType":"ml.m5.large","InstanceCount":1}`):                              `Steps[0].Arguments.ResourceConfig.VolumeSizeInGB: is missing, and the step would say 30`,
		training(`ResourceConfig={"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":20000}`):       `Steps[0].compute.volumeGB: 20000 is out of range; use 1 to 16384`,
		training(`EnableNetworkIsolation="yes"`):                                                                 `Steps[0].Arguments.EnableNetworkIsolation: has a value that no field of the step can hold`,
	} {
		text := `{"Version":"2020-12-01","Metadata":{},"Parameters":[{"Name":"time","Type":"Integer","DefaultValue":60}],"Steps":[{"Name":"a",` + step + `}]}`
		p, err := pipeline.Parse("sample", []byte(text))
		require.NoError(t, err)
		require.Equal(t, []string{want}, p.Untyped())
		code, err := pipeline.GoCode("sample", []byte(text))
		require.NoError(t, err)
		require.Contains(t, code, "// "+want+"\n\tp.Raw(")
		again, err := p.JSON()
		if strings.Contains(step, `"yes"`) {
			require.EqualError(t, err, `steps["a"].arguments.EnableNetworkIsolation: is the text "yes", and the API takes true or false; give that`)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, again, `"Type":`)
		require.Equal(t, strings.Contains(step, "Quantum"), strings.Contains(code, "Unchecked: true"), "types that are known here, and misspelt ones, are compared")
	}
}

// forEachStep is what the main branch of the SDK writes: sagemaker-mlops/tests/unit/workflow/test_for_each_step.py
// test_pipeline_definition_wire_format, commit 0c7beb9f81f73046308bc0d6f8ac05912ddfcfbb.
const forEachStep = `"Type":"ForEach","Arguments":{"IterableItems":{"Get":"Parameters.time"},"MaxConcurrency":2,` +
	`"Selector":{"Pick":"MaxBy","Field":{"Get":"ChildOutput.item.OutputParameters['score']"}},"ForEachBody":[{"Name":"item","Type":"Lambda",` +
	`"Arguments":{"item_name":{"Get":"ForEach.CurrentItem.name"},"whole":{"Get":"ForEach.CurrentItem"}},"OutputParameters":[{"OutputName":"score","OutputType":"Integer"}]}]}`

// TestForEachIsWrittenAgain as it was read.
func TestForEachIsWrittenAgain(t *testing.T) {
	text := `{"Version":"2020-12-01","Metadata":{},"Parameters":[{"Name":"time","Type":"String"}],"PipelineExperimentConfig":null,"Steps":[{"Name":"a",` + forEachStep + `}]}`
	p, err := pipeline.Parse("sample", []byte(text))
	require.NoError(t, err)
	again, err := p.JSON()
	require.NoError(t, err)
	require.JSONEq(t, text, again)
	p.Fail("b", pipeline.FailArgs{Message: pipeline.Reference("ForEach.CurrentItem.name")})
	require.EqualError(t, p.Validate(), `steps["b"]: refers to "ForEach.CurrentItem.name", which only a step of type ForEach knows; use it in the arguments of such a step`)
}

func TestOmit(t *testing.T) {
	train := func(omit ...string) error {
		p := pipeline.New("sample", pipeline.Props{Defaults: pipeline.Defaults{Role: testRole, OutputURI: "s3://models"}})
		p.Training("train", pipeline.TrainingArgs{StepOptions: pipeline.StepOptions{Omit: omit}, Image: testImage, Inputs: []pipeline.Channel{{Name: "a", S3URI: "s3://a/b"}}})
		return p.Validate()
	}
	require.NoError(t, train("EnableNetworkIsolation", "StoppingCondition", "InputDataConfig[].DataSource.S3DataSource.S3DataDistributionType"))
	require.EqualError(t, train("EnableInterContainerTrafficEncryption", "ResourceConfig.VolumeSizeInGB", "InputDataConfig[1].ChannelName", "Enviroment", "InputDataConfig[0]"),
		`steps["train"].omit[0]: EnableInterContainerTrafficEncryption is not what SageMaker takes where it is not given; remove it from omit
steps["train"].omit[1]: ResourceConfig.VolumeSizeInGB is not what SageMaker takes where it is not given; remove it from omit
steps["train"].omit[2]: "InputDataConfig[1].ChannelName" is no argument that the step writes; remove it
steps["train"].omit[3]: "Enviroment" is no argument that the step writes; remove it
steps["train"].omit[4]: "InputDataConfig[0]" is no argument that the step writes; remove it`)
}

// TestGoCode compiles the Go code of every definition under testdata and runs it, which gives the same JSON again.
func TestGoCode(t *testing.T) {
	if testing.Short() {
		t.Skip("the Go code of definitions was not compiled; run the tests without -short")
	}
	folder, err := os.MkdirTemp("testdata", "gocode-")
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	var program strings.Builder
	program.WriteString("package main\n\nimport (\n\"encoding/json\"\n\"os\"\n\"time\"\n\"github.com/mlplatform/mlplatform/documents/pipeline\"\n)\n\nvar _ = time.Second\n\nfunc main() {\nout := map[string]string{}\n")
	want := definitions(t)
	for file, text := range want {
		code, err := pipeline.GoCode("sample", text)
		require.NoError(t, err)
		fmt.Fprintf(&program, "func() {\n%s\ntext, err := p.JSON()\nif err != nil {\ntext = err.Error()\n}\nout[%q] = text\n}()\n", code, file)
	}
	program.WriteString("_ = json.NewEncoder(os.Stdout).Encode(out)\n}\n")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program.String()), 0o600))
	command := exec.Command("go", "run", "./"+folder)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, problems.String())
	var got map[string]string
	require.NoError(t, json.Unmarshal(output, &got))
	require.Len(t, got, len(want))
	for file, text := range want {
		require.True(t, json.Valid([]byte(got[file])), "%s: %s", file, got[file])
		require.JSONEq(t, string(text), got[file], file)
	}
}

func TestParseErrors(t *testing.T) {
	with := func(rest string) string { return `{"Version":"2020-12-01","Metadata":{},"Parameters":[],` + rest + `}` }
	for definition, want := range map[string]string{
		`{`:                  "is no definition of a pipeline: unexpected EOF",
		`{"Versoin": "x"}`:   `is no definition of a pipeline: json: unknown field "Versoin"`,
		`{"Version":"2019"}`: `Version: "2019" is not "2020-12-01", the version of definitions that is known`,
		with(`"Steps":[{"Name":"a","Type":"Fail","Arguments":{"ErrorMessage":{"Get":"Parameters.x"}}}]`):                    `Steps[0].Arguments.ErrorMessage: refers to the parameter "x", which the definition does not declare`,
		with(`"Steps":[{"Name":"a","Type":"Lambda","DependsOn":["b"]}]`):                                                    `Steps[0].DependsOn[0]: "b" is no step`,
		with(`"Steps":[{"Name":"a","Type":"Lambda"},{"Name":"a","Type":"Lambda"}]`):                                         `Steps[1].Name: "a" is the name of two steps`,
		with(`"Steps":[{"Name":"a","Type":"Condition","Arguments":{"Conditions":[{"Type":"Like"}]}}]`):                      `Steps[0].Arguments.Conditions[0].Type: "Like" is no condition`,
		`{"Version":"2020-12-01","Parameters":[{"Name":"n","Type":"Integer","DefaultValue":"1"}],"Metadata":{},"Steps":[]}`: `Parameters[0]: "n" has the default 1, which is no Integer`,
	} {
		_, err := pipeline.Parse("sample", []byte(definition))
		require.EqualError(t, err, want, definition)
	}
}
