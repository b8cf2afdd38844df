package asl

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Permissions are the statements that the role of the state machine needs to make every call of the definition, and no
// other: resources named as far as the definition knows them, the events rule of each waiting integration, and passing
// of exactly the given roles to exactly the services that take them. Calls made with another role (Task.RoleARN) need
// that role to be assumed instead. The order is that of the states; statements that repeat are merged.
//
// The definition must be valid, and Definition.Partition must be the scope's.
func (d Definition) Permissions(scope arn.Scope) ([]policy.Statement, error) {
	made, err := d.Document()
	if err != nil {
		var problems problem.List
		problems.Add("", d.withDefaults().checkScope(scope))
		problems.Add("", err)
		return nil, problems.Err()
	}
	return made.Permissions(scope)
}

// Permissions are those of Definition.Permissions.
func (d Document) Permissions(scope arn.Scope) ([]policy.Statement, error) {
	scope = scope.WithDefaults()
	if err := d.definition.checkScope(scope); err != nil {
		return nil, err
	}
	w := permissionWalk{scope: scope, definition: d.definition}
	w.level(d.definition.top(), d.definition.QueryLanguage)
	return policy.Merge(w.statements...), nil
}

func (d Definition) checkScope(scope arn.Scope) error {
	scope = scope.WithDefaults()
	var problems problem.List
	problems.Add("scope", scope.Validate())
	if d.Partition != scope.Partition {
		problems.Addf("partition", "%q is not the %q of the scope; set Definition.Partition", d.Partition, scope.Partition)
	}
	return problems.Err()
}

type permissionWalk struct {
	scope      arn.Scope
	definition Definition
	statements []policy.Statement
}

func (w *permissionWalk) level(l level, language QueryLanguage) {
	for _, s := range l.states {
		m := s.meta()
		own := language
		if m.language != "" {
			own = m.language
		}
		switch s := s.(type) {
		case Task:
			w.task(s, own)
		case *Task:
			w.task(*s, own)
		case Map:
			w.distributed(s.Distributed)
		case *Map:
			w.distributed(s.Distributed)
		}
		for _, inner := range s.levels() {
			w.level(inner, own)
		}
	}
}

func (w *permissionWalk) task(s Task, language QueryLanguage) {
	if s.RoleARN != "" {
		w.add(policy.Statement{Actions: []string{"sts:AssumeRole"}, Resources: []string{s.RoleARN}})
		return
	}
	if s.RoleARNFrom != "" {
		if !s.PermissionsElsewhere {
			w.add(policy.Statement{Actions: []string{"sts:AssumeRole"}, Resources: s.Roles})
		}
		return
	}
	r := &renderer{problems: &problem.List{}, language: language, partition: w.scope.Partition, state: s.Name}
	w.add(s.Call.integration(r, s.pattern()).permissions(w.scope)...)
}

// distributed is what a machine needs to run the items of a Map as executions of itself. Express ones have ARNs of their
// own kind, which DescribeExecution knows; StopExecution and RedriveExecution do not exist for them.
// https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
func (w *permissionWalk) distributed(d *Distributed) {
	if d == nil {
		return
	}
	name := w.definition.Name
	w.add(
		policy.Statement{Actions: []string{"states:StartExecution"}, Resources: []string{w.scope.Regional("states", "stateMachine:"+name)}},
		policy.Statement{
			Actions:   []string{"states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"},
			Resources: []string{w.scope.Regional("states", "execution:"+name+":*"), w.scope.Regional("states", "execution:"+name+"/*")},
		},
	)
	if d.ExecutionType == Express {
		w.add(policy.Statement{Actions: []string{"states:DescribeExecution"}, Resources: []string{w.scope.Regional("states", "express:"+name+"/*")}})
	}
	if d.Reader != nil {
		w.add(d.Reader.permissions(w.scope)...)
	}
	if d.Writer != nil {
		w.add(d.Writer.permissions(w.scope)...)
	}
}

func (w *permissionWalk) add(statements ...policy.Statement) {
	w.statements = append(w.statements, statements...)
}

func listBucket(bucket string, prefix Text) policy.Statement {
	s := policy.Statement{Actions: []string{"s3:ListBucket"}, Resources: []string{bucket}}
	if known, _ := prefix.knownPrefix(); known != "" {
		s.Conditions = []policy.Condition{policy.StringLike("s3:prefix", known+"*")}
	}
	return s
}

// pattern is the text as a pattern of IAM: what is not known before run time is a wildcard.
func pattern(t Text) string {
	if known, all := t.knownPrefix(); all {
		return known
	} else {
		return known + "*"
	}
}

// named are the ARNs of the resources of SageMaker with this name. SageMaker writes some names in lower case in ARNs,
// so that a name with capitals is given both ways.
func named(scope arn.Scope, kind string, name Text) []string {
	written := pattern(name)
	arns := []string{scope.Regional("sagemaker", kind+"/"+written)}
	if lower := strings.ToLower(written); lower != written && !token.Is(written) {
		arns = append(arns, scope.Regional("sagemaker", kind+"/"+lower))
	}
	return arns
}

// managedRule is what Step Functions needs to hear of the end of a job: a rule under a name that it chooses, once per
// account and region. https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
func managedRule(scope arn.Scope, name string) policy.Statement {
	return policy.Statement{
		Actions:   []string{"events:DescribeRule", "events:PutRule", "events:PutTargets"},
		Resources: []string{scope.Regional("events", "rule/StepFunctionsGetEventsFor"+name+"Rule")},
	}
}

// passRoles passes the given roles to the service. Empty ones are left out.
func passRoles(service string, roleARNs ...string) []policy.Statement {
	var given []string
	for _, each := range roleARNs {
		if each != "" {
			given = append(given, each)
		}
	}
	if len(given) == 0 {
		return nil
	}
	return []policy.Statement{policy.PassRole([]string{service}, given...)}
}
