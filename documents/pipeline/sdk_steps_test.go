package pipeline_test

import . "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program

// sdkSteps are the cases of the SDK's test_callback_step.py, test_fail_step.py, test_emr_serverless_step.py and, of
// test_functions.py, those of JsonGet.
func sdkSteps() []sdkCase {
	const queue, callback = "https://sqs.us-east-2.amazonaws.com/123456789012/MyQueue", "4785e4a1d6f833ce622a4ec843ae545b77339614"
	const fail, serverless = "132fb947714c46c40e71163a39bcc15668c327c4", "ce56c53be04cc27fa9cbe0dd92516a603c368fdc"
	const sparkRole = "arn:aws:iam::123456789012:role/EMRServerlessRole"
	after := func(p *Pipeline) StepOptions {
		return StepOptions{DependsOn: []Step{fine(p, "TestStep"), fine(p, "SecondTestStep")}}
	}
	inputs := func(p *Pipeline) Fields {
		return Fields{"arg1": String("foo"), "arg2": Int(5), "arg3": p.Integer("MyInt", 1)}
	}
	third := []any{"Steps", 2}
	return []sdkCase{
		{
			test: "test_callback_step.py/test_callback_step", commit: callback, pick: third,
			build: func(p *Pipeline) {
				p.Callback("MyCallbackStep", CallbackArgs{
					StepOptions: after(p), QueueURL: queue, Inputs: inputs(p), Outputs: []OutputParameter{{Name: "output1"}, {Name: "output2", Type: TypeBoolean}},
				})
			},
			want: `{"Name": "MyCallbackStep", "Type": "Callback", "DependsOn": ["TestStep", "SecondTestStep"], "SqsQueueUrl": "` + queue + `",
				"OutputParameters": [{"OutputName": "output1", "OutputType": "String"}, {"OutputName": "output2", "OutputType": "Boolean"}],
				"Arguments": {"arg1": "foo", "arg2": 5, "arg3": {"Get": "Parameters.MyInt"}}}`,
		},
		{
			test: "test_callback_step.py/test_callback_step_default_values", commit: callback, pick: third,
			build: func(p *Pipeline) {
				p.Callback("MyCallbackStep", CallbackArgs{StepOptions: after(p), QueueURL: queue, Inputs: inputs(p), Outputs: []OutputParameter{{Name: "output1"}}})
			},
			want: `{"Name": "MyCallbackStep", "Type": "Callback", "DependsOn": ["TestStep", "SecondTestStep"], "SqsQueueUrl": "` + queue + `",
				"OutputParameters": [{"OutputName": "output1", "OutputType": "String"}],
				"Arguments": {"arg1": "foo", "arg2": 5, "arg3": {"Get": "Parameters.MyInt"}}}`,
		},
		{
			test: "test_callback_step.py/test_pipeline_interpolates_callback_outputs", commit: callback, pick: []any{"Steps", 2},
			build: func(p *Pipeline) {
				first := p.Callback("MyCallbackStep1", CallbackArgs{QueueURL: queue, Inputs: Fields{"arg1": String("foo")}, Outputs: []OutputParameter{{Name: "output1"}}})
				before := fine(p, "TestStep")
				p.Callback("MyCallbackStep2", CallbackArgs{
					StepOptions: StepOptions{DependsOn: []Step{before}}, QueueURL: queue,
					Inputs: Fields{"arg1": first.OutputString("output1")}, Outputs: []OutputParameter{{Name: "output2"}},
				})
			},
			want: `{"Name": "MyCallbackStep2", "Type": "Callback", "DependsOn": ["TestStep"], "SqsQueueUrl": "` + queue + `",
				"OutputParameters": [{"OutputName": "output2", "OutputType": "String"}],
				"Arguments": {"arg1": {"Get": "Steps.MyCallbackStep1.OutputParameters['output1']"}}}`,
		},
		{
			test: "test_fail_step.py/test_fail_step", commit: fail, pick: third,
			build: func(p *Pipeline) {
				p.Fail("MyFailStep", FailArgs{StepOptions: after(p), Message: "Test error message"})
			},
			want: `{"Name": "MyFailStep", "Type": "Fail", "DependsOn": ["TestStep", "SecondTestStep"], "Arguments": {"ErrorMessage": "Test error message"}}`,
		},
		{
			test: "test_fail_step.py/test_fail_step_with_no_error_message", commit: fail, pick: third,
			build: func(p *Pipeline) { p.Fail("MyFailStep", FailArgs{StepOptions: after(p)}) },
			want:  `{"Name": "MyFailStep", "Type": "Fail", "DependsOn": ["TestStep", "SecondTestStep"], "Arguments": {"ErrorMessage": ""}}`,
		},
		{
			test: "test_fail_step.py/test_fail_step_with_join_fn_in_error_message", commit: fail, pick: []any{"Steps"},
			build: func(p *Pipeline) {
				check := p.Condition("CondStep", ConditionArgs{If: []Condition{Equals(p.Integer("MyInt", 2), Int(1))}})
				p.Fail("FailStep", FailArgs{Message: Join(": ", "Failed due to xxx == yyy returns", check.Outcome())})
			},
			want: `[
				{"Name": "CondStep", "Type": "Condition", "Arguments": {
					"Conditions": [{"Type": "Equals", "LeftValue": {"Get": "Parameters.MyInt"}, "RightValue": 1}], "IfSteps": [], "ElseSteps": []}},
				{"Name": "FailStep", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": ": ", "Values": [
					"Failed due to xxx == yyy returns", {"Get": "Steps.CondStep.Outcome"}]}}}}]`,
		},
		{
			test: "test_emr_serverless_step.py/test_existing_application_step", commit: serverless, pick: []any{"Steps", 0, "Arguments"},
			build: func(p *Pipeline) {
				p.EMRServerless("test-step", EMRServerlessArgs{Role: sparkRole, ApplicationID: "app-123", Spark: SparkSubmit{EntryPoint: "s3://bucket/script.py"}})
			},
			want: `{"ExecutionRoleArn": "` + sparkRole + `", "ApplicationId": "app-123", "JobConfig": {
				"applicationId": "app-123", "executionRoleArn": "` + sparkRole + `", "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/script.py"}}}}`,
		},
		{
			test: "test_emr_serverless_step.py/test_new_application_step", commit: serverless, pick: []any{"Steps", 0, "Arguments"},
			build: func(p *Pipeline) {
				p.EMRServerless("test-step", EMRServerlessArgs{
					Role: sparkRole, Application: Fields{"name": String("test-application"), "releaseLabel": String("emr-6.15.0"), "type": String("SPARK")},
					Spark: SparkSubmit{EntryPoint: "s3://bucket/script.py"},
				})
			},
			want: `{"ExecutionRoleArn": "` + sparkRole + `", "ApplicationConfig": {"name": "test-application", "releaseLabel": "emr-6.15.0", "type": "SPARK"},
				"JobConfig": {"executionRoleArn": "` + sparkRole + `", "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/script.py"}}}}`,
		},
		{
			test: "test_functions.py/test_json_get_expressions", commit: "38c4f3d040140d81086a4deeb4551333ecbf257b", pick: []any{"Steps", 0, "Arguments", "Conditions"},
			build: func(p *Pipeline) {
				step := p.Processing("my-step", ProcessingArgs{
					Image: testImage, Outputs: []ProcessingOutput{{Name: "result"}}, PropertyFiles: []PropertyFile{{Name: "name", Output: "result", Path: "output"}},
				})
				uri := Join("/", "s3:/", "test-bucket", PipelineName, ExecutionID, "my-step-name")
				p.Condition("check", ConditionArgs{Then: []Step{step}, If: []Condition{
					Equals(JSONGetS3(uri, "my-json-path"), Int(1)),
				}})
			},
			want: `[{"Type": "Equals", "RightValue": 1, "LeftValue": {"Std:JsonGet": {"Path": "my-json-path", "S3Uri": {"Std:Join": {"On": "/", "Values": [
				"s3:/", "test-bucket", {"Get": "Execution.PipelineName"}, {"Get": "Execution.PipelineExecutionId"}, "my-step-name"]}}}}}]`,
		},
		{
			test: "test_functions.py/test_to_string_on_json_get", commit: "38c4f3d040140d81086a4deeb4551333ecbf257b", pick: []any{"Steps", 1, "Arguments", "ErrorMessage"},
			build: func(p *Pipeline) {
				step := p.Processing("my-step", ProcessingArgs{
					Image: testImage, Outputs: []ProcessingOutput{{Name: "result"}},
					PropertyFiles: []PropertyFile{{Name: "my-property-file", Output: "result", Path: "output"}},
				})
				p.Fail("stop", FailArgs{Message: "" + step.JSONGet("my-property-file", "my-json-path").Text()})
			},
			want: `{"Std:Join": {"On": "", "Values": [
				{"Std:JsonGet": {"Path": "my-json-path", "PropertyFile": {"Get": "Steps.my-step.PropertyFiles.my-property-file"}}}]}}`,
		},
	}
}
