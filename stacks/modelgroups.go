package stacks

import (
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// modelGroups makes the groups of the model registry. They belong to no part, because training
// and automation may share one, which stays when either goes.
func (e *environmentStack) modelGroups() error {
	var problems problem.List
	groups := map[string]*modelregistry.Group{}
	scope := tf.Group(e.made, "model-groups")
	for _, name := range e.env.ModelPackageGroups() {
		group, err := modelregistry.New(scope, strings.TrimPrefix(name, e.env.Prefix()+"-"), modelregistry.Props{
			Name: name, AllowDestroy: !e.env.Protect, AllowAutomaticApproval: e.approvesAutomatically(name),
		})
		if err != nil {
			problems.Add(name, err)
			continue
		}
		groups[name] = group
		output, description := "model_package_group_name", "Group of the model registry with the trained models"
		if len(groups) > 1 {
			output, description = "learning_"+output, "Group of the model registry with the models of the automatic learning"
		}
		tf.Output(e.made, output, group.Name(), description)
	}
	e.parts.ModelGroups = groups
	return problems.Err()
}

// approvesAutomatically reports whether some part registers approved models in the group.
func (e *environmentStack) approvesAutomatically(group string) bool {
	t, a := e.env.Training, e.env.Automation
	return t != nil && t.ModelPackageGroup == group && t.Approval == config.ApprovalAutomatic ||
		a != nil && a.Register.ModelPackageGroup == group && a.Register.Approval == config.ApprovalAutomatic
}

// peopleApprove denies a role to approve models of the group.
func peopleApprove(group *modelregistry.Group, action string) policy.Statement {
	return policy.Statement{
		Sid: "PeopleApprove", Effect: policy.Deny, Actions: []string{action}, Resources: group.PackageARNs(),
		Conditions: []policy.Condition{policy.StringEquals("sagemaker:ModelApprovalStatus", "Approved")},
	}
}

// approvals deny a role that registers models to approve them where people do.
func approvals(approval config.Approval, group *modelregistry.Group) []policy.Statement {
	if approval == config.ApprovalAutomatic {
		return nil
	}
	return []policy.Statement{peopleApprove(group, "sagemaker:CreateModelPackage")}
}
