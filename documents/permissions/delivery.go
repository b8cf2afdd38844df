package permissions

import "slices"

// codePipeline: aws_codepipeline, aws_codebuild_project and what belongs to them, as far as they can be seen. Who could
// change a build could run what they like with its role, past the approval; who could start it or write its artifacts, too.
func codePipeline() part {
	return part{
		service: CodePipeline, needs: []Service{Notifications, Encryption, Logs},
		grants: func(s Scope) []grant {
			roles := s.pipelineRoles()
			return []grant{
				{name: "Pipelines", on: s.named("codepipeline", ""), read: of("codepipeline", "GetPipeline ListTagsForResource")},
				{name: "PipelineBuilds", on: s.named("codebuild", "project/"), read: of("codebuild", "BatchGetProjects")},
				{name: "PipelineRules", on: s.named("events", "rule/"), read: of("events", "DescribeRule ListTagsForResource ListTargetsByRule")},
				{name: "PipelineBuckets", on: []string{s.Bucket(s.Prefix + "-*")}, read: bucketReads()},
				{name: "PipelineRoles", on: roles[:1], read: roleReads()},
				{name: "PipelinePolicies", on: []string{roles[1], s.Boundary}, read: policyReads()},
			}
		},
	}
}

// runners: aws_codebuild_project, aws_codebuild_webhook. Jobs that run there have the roles that trust them already, so that whoever
// changes a project gains nothing. Builds of a pipeline have other names.
func runners() part {
	return part{
		service: Runners, needs: []Service{SecurityGroups, Logs}, passedOnce: []string{"codebuild"},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "Runners", on: []string{s.Regional("codebuild", "project/"+s.Prefix+"-runner")}, read: of("codebuild", "BatchGetProjects"),
				write: of("codebuild", "CreateProject CreateWebhook DeleteProject DeleteWebhook UpdateProject UpdateWebhook"),
			}}
		},
		// CodeBuild puts each machine into the network.
		workloads: of("ec2", "*NetworkInterface* Describe*"),
	}
}

// pipelineNames are what the names of roles and policies of pipelines and builds begin with: -codebuild- and
// -codepipeline-, in one pattern because the boundary has little room.
func (s Scope) pipelineNames() string { return s.Prefix + "-code*" }

// pipelineRoles are the roles and the policies of a pipeline and its builds.
func (s Scope) pipelineRoles() []string {
	return []string{s.Role(s.pipelineNames()), s.policy(s.pipelineNames())}
}

// has reports whether a service is among the parts.
func has(parts []part, service Service) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return p.service == service })
}
