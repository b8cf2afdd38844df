package permissions

import "github.com/mlplatform/mlplatform/documents/policy"

// Functions are the permissions of Lambda functions under the scope's prefix, as constructs/function makes them in extensions:
// aws_lambda_function, aws_lambda_function_event_invoke_config, aws_lambda_permission, aws_lambda_event_source_mapping. They are no service,
// because no part of an environment has functions, and the boundary has no room for what nobody uses. What a function's code may do
// beyond that is added to Workloads.
func Functions(scope Scope) Extra {
	s := scope.WithDefaults()
	functions := s.named("lambda", "function:")
	// Mappings have random ids; the role of the function decides what they read.
	mappings := []string{s.Regional("lambda", "event-source-mapping:*")}
	return Extra{
		Services: []Service{SecurityGroups, Logs, Monitoring, Queues, Events},
		Plan: []policy.Statement{
			{
				Sid: "FunctionsRead", Resources: functions,
				Actions: of("lambda", "GetFunction GetFunctionCodeSigningConfig GetFunctionEventInvokeConfig GetPolicy ListTags ListVersionsByFunction"),
			},
			{Sid: "FunctionSourcesRead", Resources: mappings, Actions: of("lambda", "GetEventSourceMapping ListTags")},
		},
		Apply: []policy.Statement{
			{
				Sid: "Functions", Resources: functions,
				Actions: of("lambda", `AddPermission CreateFunction DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig PutFunctionConcurrency
					PutFunctionEventInvokeConfig RemovePermission TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration`),
			},
			{Sid: "FunctionSources", Resources: mappings, Actions: of("lambda", "DeleteEventSourceMapping TagResource UntagResource UpdateEventSourceMapping")},
			// A mapping has no ARN before it is there: the function that it calls is a condition.
			{
				Sid: "FunctionSourcesCreate", Resources: []string{"*"}, Actions: of("lambda", "CreateEventSourceMapping"),
				Conditions: []policy.Condition{policy.ARNLike("lambda:FunctionArn", functions...)},
			},
			{Sid: "FunctionLayers", Resources: []string{s.Regional("lambda", "layer:*:*")}, Actions: of("lambda", "GetLayerVersion")},
			// Lambda fetches images and looks at the network with the permission of who makes the function. Code in S3 is read with that of
			// the bucket.
			{Sid: "FunctionImages", Resources: []string{"arn:" + s.Partition + ":ecr:" + s.Region + ":*:repository/*"}, Actions: of("ecr", "BatchGetImage GetDownloadUrlForLayer")},
			{Sid: "FunctionNetwork", Resources: []string{"*"}, Conditions: s.inRegion(), Actions: of("ec2", "DescribeSecurityGroups DescribeSubnets DescribeVpcs")},
			policy.PassRole([]string{"lambda.amazonaws.com"}, s.Role(s.Prefix+"-*")),
		},
		Workloads: []policy.Statement{
			{
				Sid: "FunctionsAndTheirNetwork", Resources: []string{"*"}, Conditions: s.inRegion(),
				Actions: []string{"ec2:*NetworkInterface*", "ec2:*PrivateIpAddresses", "ec2:DescribeSubnets", "xray:Put*"},
			},
			{Sid: "FunctionCalls", Resources: functions, Actions: []string{"lambda:Invoke*"}},
		},
	}
}
