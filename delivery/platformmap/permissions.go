package platformmap

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/drawing"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// A right is what a role may do with something that drawings show.
type right struct {
	action string // begins so
	label  string
	kind   drawing.EdgeKind
	// takes is true where what it acts on comes to the actor, and not the other way round.
	takes bool
}

// rights are the actions that make something flow. From what a role may do follows what goes where: a platform gives its roles no
// more than they need. The first that fits counts.
var rights = []right{
	{"s3:GetObject", "reads", drawing.Moves, true},
	{"s3:PutObject", "writes", drawing.Moves, false},
	{"ecr:BatchGetImage", "image", drawing.Moves, true},
	{"ecr:PutImage", "pushes", drawing.Moves, false},
	{"sagemaker:CreateModelPackage", "registers", drawing.Moves, false},
	{"sagemaker:DescribeModelPackage", "reads", drawing.Moves, true},
	{"sagemaker:ListModelPackages", "reads", drawing.Moves, true},
	{"sagemaker:GetRecord", "reads", drawing.Moves, true},
	{"sagemaker:PutRecord", "writes", drawing.Moves, false},
	{"dynamodb:GetItem", "reads", drawing.Moves, true},
	{"dynamodb:PutItem", "writes", drawing.Moves, false},
	{"sagemaker-mlflow:", "records", drawing.Moves, false},
	{"states:StartExecution", "starts", drawing.Starts, false},
	{"states:StartSyncExecution", "starts", drawing.Starts, false},
	{"sagemaker:StartPipelineExecution", "starts", drawing.Starts, false},
	{"codepipeline:StartPipelineExecution", "starts", drawing.Starts, false},
	{"codebuild:StartBuild", "starts", drawing.Starts, false},
	{"lambda:InvokeFunction", "calls", drawing.Starts, false},
	{"sagemaker:InvokeEndpoint", "calls", drawing.Starts, false},
	{"iam:PassRole", "runs", drawing.Starts, false},
	{"sns:Publish", "tells", drawing.Tells, false},
}

type statement struct {
	Effect            string
	Action, Resource  any
	Principal         any
	Condition         map[string]map[string]any
	Actions, Patterns []string `json:"-"`
}

// takes reports whether the statement lets something come to the actor.
func (s statement) takes() bool {
	return s.Effect == "Allow" && slices.ContainsFunc(rights, func(right right) bool { return right.takes && right.in(s.Actions) })
}

// in reports whether the right is among the actions.
func (r right) in(actions []string) bool {
	return slices.ContainsFunc(actions, func(action string) bool { return strings.HasPrefix(action, r.action) })
}

func statements(text string) []statement {
	var document struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(text), &document) != nil {
		return nil
	}
	var all []statement
	if json.Unmarshal(document.Statement, &all) != nil {
		var one statement
		if json.Unmarshal(document.Statement, &one) != nil {
			return nil
		}
		all = []statement{one}
	}
	for i := range all {
		all[i].Actions, all[i].Patterns = texts(all[i].Action), texts(all[i].Resource)
	}
	return all
}

// policies are the permissions of a role that stand in its stack.
func (t *stackJSON) policies(role *resource) []statement {
	var all []statement
	for _, each := range t.of("aws_iam_role_policy") {
		if slices.Contains(t.references(each.body.text("role")), role) {
			all = append(all, statements(each.body.text("policy"))...)
		}
	}
	for _, each := range t.of("aws_iam_role_policy_attachment") {
		if !slices.Contains(t.references(each.body.text("role")), role) {
			continue
		}
		for _, managed := range t.references(each.body.text("policy_arn")) {
			all = append(all, statements(managed.body.text("policy"))...)
		}
	}
	return all
}

// trustedService reports whether a service may use the role.
func trustedService(role *resource, service string) bool {
	for _, each := range statements(role.body.text("assume_role_policy")) {
		principal, _ := each.Principal.(map[string]any)
		if slices.Contains(texts(principal["Service"]), service) {
			return true
		}
	}
	return false
}

// deploys reports whether the role is for those who deploy: people and builds from outside, not what runs.
func deploys(role *resource) bool {
	for _, each := range statements(role.body.text("assume_role_policy")) {
		principal, _ := each.Principal.(map[string]any)
		if principal["Federated"] != nil || principal["AWS"] != nil {
			return true
		}
	}
	return trustedService(role, "codebuild.amazonaws.com")
}

// named reports whether an ARN, or a pattern of ARNs, is that of a resource or of what is in it.
func (k kind) named(name, arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != k.service || name == "" {
		return false
	}
	for _, begin := range k.begins {
		rest, fits := strings.CutPrefix(parts[5], begin+name)
		if fits && (rest == "" || rest[0] == '/' || rest[0] == ':') {
			return true
		}
		// A pattern that says nothing of the name means all that there are, and none of them.
		literal, _, pattern := strings.Cut(parts[5], "*")
		if pattern && len(literal) > len(begin) && policy.Match(parts[5], begin+name) {
			return true
		}
	}
	return false
}
