package permissions

import "slices"

// sageMaker: aws_sagemaker_domain, aws_sagemaker_user_profile, aws_sagemaker_model_package_group and its policy,
// aws_sagemaker_pipeline, aws_sagemaker_model, aws_sagemaker_endpoint_configuration, aws_sagemaker_endpoint,
// aws_sagemaker_feature_group, aws_sagemaker_monitoring_schedule, aws_sagemaker_data_quality_job_definition,
// aws_sagemaker_mlflow_tracking_server, aws_appautoscaling_target, aws_appautoscaling_policy,
// aws_appautoscaling_scheduled_action.
func sageMaker() part {
	return part{
		service: SageMaker, needs: []Service{SecurityGroups, Logs, Encryption}, passTo: []string{"sagemaker"},
		linked: []string{"sagemaker.application-autoscaling.amazonaws.com"},
		grants: func(s Scope) []grant {
			domains, targets := []string{s.Regional("sagemaker", "domain/*")}, []string{s.Regional("application-autoscaling", "scalable-target/*")}
			return []grant{
				{
					name: "SageMakerAll", on: []string{"*"}, when: s.inRegion(),
					read: append(of("sagemaker", "ListDomains ListUserProfiles"),
						of("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions")...),
				},
				{
					// A name begins with the prefix, of whatever type the resource is.
					name: "SageMaker", on: []string{s.Regional("sagemaker", "*/"+s.Prefix+"-*")},
					read: of("sagemaker", `DescribeDataQualityJobDefinition DescribeEndpoint DescribeEndpointConfig DescribeFeatureGroup
						DescribeMlflowTrackingServer DescribeModel DescribeModelPackageGroup DescribeMonitoringSchedule DescribePipeline DescribeUserProfile
						GetModelPackageGroupPolicy ListModelPackages ListTags`),
					write: of("sagemaker", `AddTags CreateDataQualityJobDefinition CreateEndpoint CreateEndpointConfig CreateFeatureGroup
						CreateMlflowTrackingServer CreateModel CreateModelPackageGroup CreateMonitoringSchedule CreatePipeline CreateUserProfile
						DeleteDataQualityJobDefinition DeleteEndpoint DeleteEndpointConfig DeleteFeatureGroup DeleteMlflowTrackingServer DeleteModel
						DeleteModelPackageGroup DeleteModelPackageGroupPolicy DeleteMonitoringSchedule DeletePipeline DeleteTags DeleteUserProfile
						PutModelPackageGroupPolicy UpdateEndpoint UpdateEndpointWeightsAndCapacities UpdateFeatureGroup UpdateMlflowTrackingServer
						UpdateMonitoringSchedule UpdatePipeline UpdateUserProfile`),
				},
				// A domain is named by a random id.
				{name: "Domains", on: domains, read: of("sagemaker", "DescribeDomain ListTags"), write: of("sagemaker", "CreateDomain"), whenWriting: s.asOurs()},
				{name: "DomainsChange", on: domains, write: of("sagemaker", "AddTags DeleteDomain DeleteTags UpdateDomain"), whenWriting: s.ours()},
				{
					// So is what Application Auto Scaling keeps of an endpoint.
					name: "Scaling", on: targets, read: of("application-autoscaling", "ListTagsForResource"),
					write: of("application-autoscaling", `DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction
						RegisterScalableTarget TagResource UntagResource`),
				},
			}
		},
		workloads: slices.Concat(useKeys(), imageReads(),
			[]string{"application-autoscaling:*", "cloudwatch:*", "ec2:*NetworkInterface*", "ec2:Describe*", "sagemaker:*"}),
		own: []string{"ecr:*", "s3:*", "sagemaker-mlflow:*"},
		ownOn: func(s Scope) []string {
			return slices.Concat(s.repositories(), ownBuckets(s), []string{s.Regional("sagemaker", "*/"+s.Prefix+"-*")})
		},
	}
}

// stepFunctions: aws_sfn_state_machine, aws_sfn_alias.
func stepFunctions() part {
	return part{
		service: StepFunctions, needs: []Service{Logs, Encryption}, passTo: []string{"states"},
		grants: func(s Scope) []grant {
			return []grant{
				{name: "StateMachinesAll", on: []string{"*"}, when: s.inRegion(), read: of("states", "ValidateStateMachineDefinition")},
				{
					name: "StateMachines", on: s.named("states", "stateMachine:"),
					read: of("states", "DescribeStateMachine DescribeStateMachineAlias ListStateMachineAliases ListStateMachineVersions ListTagsForResource"),
					write: of("states", `CreateStateMachine CreateStateMachineAlias DeleteStateMachine DeleteStateMachineAlias DeleteStateMachineVersion
						PublishStateMachineVersion TagResource UntagResource UpdateStateMachine UpdateStateMachineAlias`),
				},
			}
		},
		workloads: slices.Concat(useKeys(), []string{"cloudwatch:*", "events:PutEvents", "states:SendTask*", "xray:Get*", "xray:Put*"}),
		own:       []string{"events:*", "states:*"},
		// Executions are named behind their state machine, and the rules by which Step Functions sees the ends of jobs by itself.
		ownOn: func(s Scope) []string {
			return []string{s.Regional("events", "rule/StepFunctions*"), s.Regional("states", "*:"+s.Prefix+"-*")}
		},
	}
}
