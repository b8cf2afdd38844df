package asl

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// This file holds what several tasks of SageMaker share.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html

const sageMakerService = "sagemaker.amazonaws.com"

// SageMakerNetwork puts the containers of a job or model into a VPC.
type SageMakerNetwork struct {
	// Subnets and SecurityGroups are ids: 1 to 16 and 1 to 5, both or neither. Default: outside of any VPC.
	Subnets        []string
	SecurityGroups []string
	// Isolation cuts the containers off from every network. SageMaker still brings data in and out. Default: false.
	Isolation bool
	// PlainTrafficBetweenContainers gives up the encryption of what the instances of one job tell each other. Default:
	// false, so that jobs of more than one instance are encrypted, which may slow down distributed training.
	PlainTrafficBetweenContainers bool
}

func (n SageMakerNetwork) check(r *renderer, path string) {
	if (len(n.Subnets) == 0) != (len(n.SecurityGroups) == 0) {
		r.addf(path, "needs subnets and security groups, or neither")
	}
}

func (n SageMakerNetwork) vpc() fields {
	var f fields
	f.strings("SecurityGroupIds", n.SecurityGroups)
	f.strings("Subnets", n.Subnets)
	return f
}

func (n SageMakerNetwork) encrypt(instances int) bool {
	return instances > 1 && !n.PlainTrafficBetweenContainers
}

// jobName is the given name or, by default, one that no other attempt has.
func jobName(r *renderer, given Text, max int) Text {
	if given == "" {
		lead := max - shortestHash - 1
		if r.language == JSONPath {
			lead = max - 41
		}
		return JobName(slug(r.state, lead), max)
	}
	r.name(r.path("call.name"), given, max)
	return given
}

// nameOf checks the given name, which has no default because other states use it too.
func nameOf(r *renderer, path string, given Text) Text {
	r.required(path, given, "a name, such as asl.NamePerExecution(\"model\", asl.MaxJobName)")
	if given != "" {
		r.name(path, given, MaxJobName)
	}
	return given
}

func roleARN(r *renderer, path, role string) {
	if !arn.Is(role, "iam", "role/") {
		r.addf(path, "%q is no ARN of a role; write it like arn:aws:iam::111111111111:role/name", role)
	}
}

// runtime fills in and checks a limit of time of a job.
func runtime(r *renderer, path string, given time.Duration, limit sagemaker.TimeLimit) int {
	given = cmp.Or(given, sagemaker.DefaultRuntime)
	r.wrong(path, limit.Check(given))
	return int(given / time.Second)
}

// wrong reports what another check says, if it says something.
func (r *renderer) wrong(path, text string) {
	if text != "" {
		r.addf(path, "%s", text)
	}
}

// sageMakerJob is the integration of a job: its permissions are those of AWS's templates, on the jobs that the name
// allows to know, with AddTags because Step Functions tags what it starts.
func sageMakerJob(pattern Pattern, operation, kind, rule string, name Text, roles []string, arguments fields, extra Object) integration {
	return integration{
		resource: "sagemaker:create" + operation, arguments: arguments, extra: extra, patterns: []Pattern{Sync},
		permissions: func(scope arn.Scope) []policy.Statement {
			actions := []string{"sagemaker:AddTags", "sagemaker:Create" + operation}
			if pattern == Sync {
				actions = append(actions, "sagemaker:Describe"+operation, "sagemaker:ListTags", "sagemaker:Stop"+operation)
			}
			statements := []policy.Statement{{Actions: actions, Resources: named(scope, kind, name)}}
			statements = append(statements, passRoles(sageMakerService, roles...)...)
			if pattern == Sync {
				statements = append(statements, managedRule(scope, rule))
			}
			return statements
		},
	}
}

// sageMakerCall is the integration of an operation that ends at once.
func sageMakerCall(resource string, arguments fields, extra Object, permissions func(scope arn.Scope) []policy.Statement) integration {
	called := integration{resource: resource, arguments: arguments, extra: extra, permissions: permissions}
	if len(resource) > 8 && resource[:8] == "aws-sdk:" {
		called.patterns = []Pattern{WaitForToken}
	}
	return called
}

// byName is a call of the AWS SDK that takes the name of a resource and nothing else.
func byName(r *renderer, action, argument, resource string, given Text) integration {
	name := nameOf(r, r.path("call.name"), given)
	return sageMakerCall("aws-sdk:sagemaker:"+strings.ToLower(action[:1])+action[1:], fields{{argument, name}}, nil, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{allow(named(scope, resource, name), "sagemaker:"+action)}
	})
}

// allow is a statement on resources of SageMaker.
func allow(resources []string, actions ...string) policy.Statement {
	return policy.Statement{Actions: actions, Resources: resources}
}

func at(path string, i int) string { return problem.Index(path, i) }
