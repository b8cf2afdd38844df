package pipeline_test

import (
	"time"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

// sdkPipelines are the cases of the SDK's tests of whole pipelines, parameters, variables, functions, conditions and retries.
func sdkPipelines() []sdkCase {
	const parameters, retry, steps = "f733a35ebb84416fc92c46b5402dd8e9c5f653b9", "5a9e6542648ddcbcfd801647bf857e20119278b1", "fe97782eb17e4e284acb91add744545a7c20cc56"
	const condition, properties, pipelines = "ab8dd53d5bbc44bb49c44a17355610a77e08b06b", "132fb947714c46c40e71163a39bcc15668c327c4", "90166ea0edd4794395cb975d329e9ca24ba40341"
	const functions = "38c4f3d040140d81086a4deeb4551333ecbf257b"
	var cases []sdkCase
	add := func(each sdkCase) { cases = append(cases, each) }
	custom := func(p *Pipeline, name string, options StepOptions, data ...Value) *RawStep {
		arguments := Fields{}
		if len(data) == 1 {
			arguments["input_data"] = data[0]
		} else if len(data) > 1 {
			arguments["input_data"] = List(data)
		}
		options.Unchecked = true // the SDK's CustomStep has an argument that no training job has
		return p.Raw(name, "Training", RawArgs{StepOptions: options, Arguments: arguments})
	}
	message := []any{"Steps", 1, "Arguments", "ErrorMessage"}
	const changedText = "the expression in the message of a Fail step"

	parameter := func(test, want, reference string, declare func(p *Pipeline) Value) {
		build := func(p *Pipeline) {
			custom(p, "MyStep", StepOptions{}, declare(p))
		}
		add(sdkCase{test: "test_parameters.py/" + test, commit: parameters, pick: []any{"Parameters", 0}, build: build, want: want})
		add(sdkCase{test: "test_parameters.py/" + test, commit: parameters, pick: []any{"Steps", 0, "Arguments", "input_data"}, build: build, want: reference})
	}
	parameter("test_parameter", `{"Name": "MyBool", "Type": "Boolean"}`, `{"Get": "Parameters.MyBool"}`, func(p *Pipeline) Value { return p.RequiredBoolean("MyBool") })
	parameter("test_parameter_with_default", `{"Name": "MyFloat", "Type": "Float", "DefaultValue": 1.2}`, `{"Get": "Parameters.MyFloat"}`, func(p *Pipeline) Value { return p.Float("MyFloat", 1.2) })
	parameter("test_parameter_with_default_value_zero", `{"Name": "MyInteger", "Type": "Integer", "DefaultValue": 0}`, `{"Get": "Parameters.MyInteger"}`,
		func(p *Pipeline) Value { return p.Integer("MyInteger", 0) })
	parameter("test_parameter_string_with_enum_values", `{"Name": "MyString", "Type": "String", "EnumValues": ["a", "b"]}`, `{"Get": "Parameters.MyString"}`,
		func(p *Pipeline) Value { return p.RequiredString("MyString", "a", "b") })
	parameter("test_parameter_string_with_enum_values", `{"Name": "MyString", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]}`, `{"Get": "Parameters.MyString"}`,
		func(p *Pipeline) Value { return p.String("MyString", "a", "a", "b") })

	retries := func(test, commit, changed, want string, policies ...RetryPolicy) {
		add(sdkCase{
			test: test, commit: commit, pick: []any{"Steps", 0, "RetryPolicies"}, changed: changed, want: want,
			build: func(p *Pipeline) { p.Training("MyStep", TrainingArgs{Image: testImage, Retry: policies}) },
		})
	}
	step := []RetryError{RetryServiceFault, RetryThrottling}
	retries("test_retry.py/test_valid_step_retry_policy", retry, "", `[{"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"], "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 3}]`,
		RetryPolicy{On: step, Interval: 5 * time.Second, MaxAttempts: 3})
	retries("test_retry.py/test_valid_step_retry_policy", retry, "", `[{"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"], "IntervalSeconds": 5, "BackoffRate": 2.0, "ExpireAfterMin": 30}]`,
		RetryPolicy{On: step, Interval: 5 * time.Second, BackoffRate: 2, ExpireAfter: 30 * time.Minute})
	retries("test_retry.py/test_valid_sagemaker_job_step_retry_policy", retry, "",
		`[{"ExceptionType": ["SageMaker.RESOURCE_LIMIT", "SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 3}]`,
		RetryPolicy{On: []RetryError{RetryResourceLimit, RetryJobInternalError, RetryCapacityError}, Interval: 5 * time.Second, MaxAttempts: 3})
	retries("test_steps.py/test_custom_step_with_retry_policy", steps, "on a training step with arguments",
		`[{"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"], "IntervalSeconds": 1, "BackoffRate": 2.0, "ExpireAfterMin": 1},
			{"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 1, "BackoffRate": 2.0, "MaxAttempts": 3},
			{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 5, "BackoffRate": 2.0, "ExpireAfterMin": 5}]`,
		RetryPolicy{On: step, ExpireAfter: time.Minute}, RetryPolicy{On: []RetryError{RetryCapacityError}, MaxAttempts: 3},
		RetryPolicy{On: []RetryError{RetryJobInternalError}, Interval: 5 * time.Second, ExpireAfter: 5 * time.Minute})

	for _, each := range []struct {
		test, want string
		options    StepOptions
	}{
		{"test_custom_step", `"DisplayName": "CustomStepDisplayName", "Description": "CustomStepDescription", `, StepOptions{DisplayName: "CustomStepDisplayName", Description: "CustomStepDescription"}},
		{"test_custom_step_without_display_name", `"Description": "CustomStepDescription", `, StepOptions{Description: "CustomStepDescription"}},
		{"test_custom_step_without_description", `"DisplayName": "CustomStepDisplayName", `, StepOptions{DisplayName: "CustomStepDisplayName"}},
	} {
		add(sdkCase{
			test: "test_steps.py/" + each.test, commit: steps, build: func(p *Pipeline) { custom(p, "MyStep", each.options) },
			want: `{"Name": "MyStep", ` + each.want + `"Type": "Training", "Arguments": {}}`,
		})
	}

	conditions := func(p *Pipeline) {
		first, second, text := p.RequiredInteger("MyInt1"), p.RequiredInteger("MyInt2"), p.RequiredString("MyStr")
		zero := custom(p, "MyStep0", StepOptions{})
		equal, later, in := Equals(first, second), GreaterThan(StartDateTime, String("2020-12-01")), In(text, String("abc"), String("def"))
		p.Condition("MyConditionStep", ConditionArgs{
			If: []Condition{
				equal, later, GreaterThanOrEqualTo(StartDateTime, text), LessThan(StartDateTime, String("2020-12-01")), LessThanOrEqualTo(StartDateTime, text), in,
				In(text, String("abc"), zero.Property("TrainingJobName"), StartDateTime), Not(equal), Not(in), Or(later, in),
			},
			Then: []Step{custom(p, "MyStep1", StepOptions{})}, Else: []Step{custom(p, "MyStep2", StepOptions{})},
		})
	}
	const equalJSON = `{"Type": "Equals", "LeftValue": {"Get": "Parameters.MyInt1"}, "RightValue": {"Get": "Parameters.MyInt2"}}`
	const laterJSON = `{"Type": "GreaterThan", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": "2020-12-01"}`
	const inJSON = `{"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", "def"]}`
	const experimentJSON = `"PipelineExperimentConfig": {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": {"Get": "Execution.PipelineExecutionId"}}`
	compare := func(p *Pipeline) *ConditionStep {
		before, second := custom(p, "TestStep", StepOptions{}), custom(p, "SecondTestStep", StepOptions{})
		s := p.Condition("MyConditionStep", ConditionArgs{
			StepOptions: StepOptions{DependsOn: []Step{before}}, If: []Condition{Equals(p.RequiredInteger("MyInt"), Int(1))},
			Then: []Step{custom(p, "MyStep1", StepOptions{})}, Else: []Step{custom(p, "MyStep2", StepOptions{})},
		})
		s.After(second)
		return s
	}
	add(sdkCase{
		test: "test_condition_step.py/test_condition_step", commit: condition, pick: []any{"Steps", 2}, build: func(p *Pipeline) { compare(p) },
		want: `{"Name": "MyConditionStep", "Type": "Condition", "DependsOn": ["TestStep", "SecondTestStep"], "Arguments": {
			"Conditions": [{"Type": "Equals", "LeftValue": {"Get": "Parameters.MyInt"}, "RightValue": 1}],
			"IfSteps": [{"Name": "MyStep1", "Type": "Training", "Arguments": {}}], "ElseSteps": [{"Name": "MyStep2", "Type": "Training", "Arguments": {}}]}}`,
	})
	add(sdkCase{
		test: "test_condition_step.py/test_condition_step", commit: condition, pick: []any{"Steps", 3, "Arguments", "ErrorMessage"}, changed: changedText,
		build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: compare(p).Outcome()}) }, want: `{"Get": "Steps.MyConditionStep.Outcome"}`,
	})
	add(sdkCase{
		test: "test_condition_step.py/test_pipeline_condition_step_interpolated", commit: condition, pick: []any{}, build: conditions, changed: "the step that is read comes first",
		want: `{"Version": "2020-12-01", "Metadata": {}, "Parameters": [{"Name": "MyInt1", "Type": "Integer"}, {"Name": "MyInt2", "Type": "Integer"}, {"Name": "MyStr", "Type": "String"}],
			` + experimentJSON + `, "Steps": [{"Name": "MyStep0", "Type": "Training", "Arguments": {}}, {"Name": "MyConditionStep", "Type": "Condition", "Arguments": {"Conditions": [
				` + equalJSON + `, ` + laterJSON + `, {"Type": "GreaterThanOrEqualTo", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": {"Get": "Parameters.MyStr"}},
				{"Type": "LessThan", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": "2020-12-01"},
				{"Type": "LessThanOrEqualTo", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": {"Get": "Parameters.MyStr"}}, ` + inJSON + `,
				{"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", {"Get": "Steps.MyStep0.TrainingJobName"}, {"Get": "Execution.StartDateTime"}]},
				{"Type": "Not", "Condition": ` + equalJSON + `}, {"Type": "Not", "Condition": ` + inJSON + `}, {"Type": "Or", "Conditions": [` + laterJSON + `, ` + inJSON + `]}],
				"IfSteps": [{"Name": "MyStep1", "Type": "Training", "Arguments": {}}], "ElseSteps": [{"Name": "MyStep2", "Type": "Training", "Arguments": {}}]}}]}`,
	})

	fail := func(test, commit, changed, want string, build func(p *Pipeline) String) {
		add(sdkCase{
			test: test, commit: commit, pick: message, changed: changed, want: want,
			build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: build(p)}) },
		})
	}
	add(sdkCase{
		test: "test_execution_variables.py/test_execution_variable", commit: "c3b8495bd2aa3e4c0006ce3c876c246d7dbb95e0", pick: []any{"Steps", 0, "Arguments", "ErrorMessage"}, changed: changedText,
		build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: StartDateTime}) }, want: `{"Get": "Execution.StartDateTime"}`,
	})
	get := func(paths ...string) string {
		out := ""
		for _, path := range paths {
			out += `, {"Get": "Steps.MyStep.` + path + `"}`
		}
		return `{"Std:Join": {"On": " ", "Values": [` + out[2:] + `]}}`
	}
	const changedProperties = "the properties in the message of a Fail step"
	fail("test_properties.py/test_properties_describe_training_job_response", properties, changedProperties+", without the map of hyperparameters", get("CreationTime", "OutputDataConfig.S3OutputPath"),
		func(p *Pipeline) String {
			s := p.Training("MyStep", TrainingArgs{Image: testImage})
			return Join(" ", s.Property("CreationTime"), s.Property("OutputDataConfig.S3OutputPath"))
		})
	fail("test_properties.py/test_properties_describe_processing_job_response", properties, changedProperties,
		get("ProcessingJobName", "ProcessingOutputConfig.Outputs['MyOutputName'].S3Output.S3Uri"), func(p *Pipeline) String {
			s := p.Processing("MyStep", ProcessingArgs{Image: testImage, Outputs: []ProcessingOutput{{Name: "MyOutputName"}}})
			return Join(" ", s.Property("ProcessingJobName"), s.Output("MyOutputName"))
		})
	fail("test_properties.py/test_properties_tuning_job", properties, changedProperties, get("HyperParameterTuningJobName", "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.Type",
		"ObjectiveStatusCounters.Succeeded", "TrainingJobSummaries[0].TrainingJobName"), func(p *Pipeline) String {
		s := p.Tuning("MyStep", TuningArgs{
			Objective: Objective{Metric: "val:accuracy", Direction: Maximize}, Continuous: []ContinuousRange{{Name: "rate", Min: 0.1, Max: 0.2}}, Training: TrainingArgs{Image: testImage},
		})
		return Join(" ", s.Property("HyperParameterTuningJobName"), s.Property("HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.Type"),
			s.Property("ObjectiveStatusCounters.Succeeded"), s.Property("TrainingJobSummaries[0].TrainingJobName"))
	})
	fail("test_properties.py/test_properties_emr_step", properties, changedProperties, get("Id", "Name", "ActionOnFailure", "Config.Jar", "Status.State"), func(p *Pipeline) String {
		s := p.EMR("MyStep", EMRArgs{ClusterID: "MyClusterID", Jar: "command-runner.jar"})
		return Join(" ", s.StepID(), s.Property("Name"), s.Property("ActionOnFailure"), s.Property("Config.Jar"), s.Property("Status.State"))
	})
	fail("test_properties.py/test_properties_describe_model_package_output", properties, changedProperties, get("ModelPackageName", "ValidationSpecification.ValidationRole"), func(p *Pipeline) String {
		s := p.Register("MyStep", RegisterArgs{Group: "mpg", Containers: []Container{{Image: testImage}}, ContentTypes: []String{"text/csv"}, ResponseTypes: []String{"text/csv"}})
		return Join(" ", s.Property("ModelPackageName"), s.Property("ValidationSpecification.ValidationRole"))
	})
	fail("test_properties.py/test_to_string", properties, "a number is made a text here, as times are texts", `{"Std:Join": {"On": "", "Values": [{"Get": "Steps.MyStep.FinalMetricDataList['accuracy'].Value"}]}}`,
		func(p *Pipeline) String {
			return p.Training("MyStep", TrainingArgs{Image: testImage}).FinalMetric("accuracy").Text()
		})
	fail("test_functions.py/test_join_expressions", functions, "numbers and truth values that are fixed are written as texts",
		`{"Std:Join": {"On": "", "Values": ["foo", {"Get": "Parameters.MyFloat"}, {"Get": "Parameters.MyInt"}, {"Get": "Parameters.MyStr"}, {"Get": "Steps.foo.OutputDataConfig.S3OutputPath"},
			{"Get": "Execution.PipelineExecutionId"}, {"Std:Join": {"On": ",", "Values": ["1", "a", "False", "1.1"]}}]}}`, func(p *Pipeline) String {
			s := p.Training("foo", TrainingArgs{Image: testImage})
			return Join("", "foo", p.RequiredFloat("MyFloat").Text(), p.RequiredInteger("MyInt").Text(), p.RequiredString("MyStr"), s.Property("OutputDataConfig.S3OutputPath"), ExecutionID,
				Join(",", "1", "a", "False", "1.1"))
		})
	add(sdkCase{
		test: "test_entities.py/test_pipeline_variable_in_pipeline_definition", commit: "b76191db13e0006ea94c1233e36c52b6524d2ebb", pick: []any{"Steps", 1},
		changed: "values in a Join need no Join of their own",
		build: func(p *Pipeline) {
			text, number := p.String("MyString", "1"), p.Integer("MyInteger", 3)
			s := p.Processing("MyStep", ProcessingArgs{
				Image: testImage, Outputs: []ProcessingOutput{{Name: "result"}}, PropertyFiles: []PropertyFile{{Name: "name", Output: "result", Path: "output"}},
			})
			stop := p.Fail("MyFailStep", FailArgs{Message: Join(" ", "Execution failed due to condition check fails, see:", s.JSONGet("name", "my-json-path").Text(), s.Property("ProcessingJobName"), number.Text())})
			p.Condition("MyCondStep", ConditionArgs{If: []Condition{GreaterThan(text, number.Text())}, Else: []Step{stop}})
		},
		want: `{"Name": "MyCondStep", "Type": "Condition", "Arguments": {"Conditions": [{"Type": "GreaterThan", "LeftValue": {"Get": "Parameters.MyString"},
				"RightValue": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.MyInteger"}]}}}], "IfSteps": [],
			"ElseSteps": [{"Name": "MyFailStep", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": ["Execution failed due to condition check fails, see:",
				{"Std:JsonGet": {"PropertyFile": {"Get": "Steps.MyStep.PropertyFiles.name"}, "Path": "my-json-path"}}, {"Get": "Steps.MyStep.ProcessingJobName"}, {"Get": "Parameters.MyInteger"}]}}}}]}}`,
	})

	add(sdkCase{
		test: "test_pipeline.py/test_pipeline_basic", commit: pipelines, pick: []any{},
		build: func(p *Pipeline) { custom(p, "MyStep", StepOptions{}, p.RequiredString("MyStr")) },
		want: `{"Version": "2020-12-01", "Metadata": {}, "Parameters": [{"Name": "MyStr", "Type": "String"}], ` + experimentJSON + `,
			"Steps": [{"Name": "MyStep", "Type": "Training", "Arguments": {"input_data": {"Get": "Parameters.MyStr"}}}]}`,
	})
	add(sdkCase{
		test: "test_pipeline.py/test_pipeline_two_step", commit: pipelines, pick: []any{"Steps"},
		build: func(p *Pipeline) {
			first := custom(p, "MyStep1", StepOptions{}, p.RequiredString("MyStr"), ExecutionID, ExperimentName)
			p.Raw("MyStep2", "Training", RawArgs{StepOptions: StepOptions{Unchecked: true}, Arguments: Fields{"input_data": List{first.Property("ModelArtifacts.S3ModelArtifacts")}}})
		},
		want: `[{"Name": "MyStep1", "Type": "Training", "Arguments": {"input_data": [{"Get": "Parameters.MyStr"}, {"Get": "Execution.PipelineExecutionId"},
				{"Get": "PipelineExperimentConfig.ExperimentName"}]}},
			{"Name": "MyStep2", "Type": "Training", "Arguments": {"input_data": [{"Get": "Steps.MyStep1.ModelArtifacts.S3ModelArtifacts"}]}}]`,
	})
	add(sdkCase{
		test: "test_pipeline.py/test_pipeline_override_experiment_config", commit: pipelines, pick: []any{}, experiment: Experiment{Name: "MyExperiment", Trial: "MyTrial"},
		build: func(p *Pipeline) { custom(p, "MyStep", StepOptions{}, String("input")) },
		want: `{"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "PipelineExperimentConfig": {"ExperimentName": "MyExperiment", "TrialName": "MyTrial"},
			"Steps": [{"Name": "MyStep", "Type": "Training", "Arguments": {"input_data": "input"}}]}`,
	})
	add(sdkCase{
		test: "test_pipeline.py/test_pipeline_disable_experiment_config", commit: pipelines, pick: []any{}, experiment: Experiment{Disabled: true},
		build: func(p *Pipeline) { custom(p, "MyStep", StepOptions{}, String("input")) },
		want: `{"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "PipelineExperimentConfig": null,
			"Steps": [{"Name": "MyStep", "Type": "Training", "Arguments": {"input_data": "input"}}]}`,
	})
	add(sdkCase{
		test: "test_pipeline_experiment_config.py/test_pipeline_experiment_config", commit: properties, pick: []any{"PipelineExperimentConfig"},
		experiment: Experiment{Name: "experiment-name", Trial: "trial-name"}, build: func(p *Pipeline) { fine(p, "MyStep") },
		want: `{"ExperimentName": "experiment-name", "TrialName": "trial-name"}`,
	})
	add(sdkCase{
		test: "test_pipeline_experiment_config.py/test_pipeline_experiment_config_property", commit: properties, pick: []any{"Steps", 0, "Arguments", "ErrorMessage"}, changed: changedText,
		build: func(p *Pipeline) { p.Fail("stop", FailArgs{Message: ExperimentName}) }, want: `{"Get": "PipelineExperimentConfig.ExperimentName"}`,
	})
	return cases
}
