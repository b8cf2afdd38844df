package stacks

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// The builds and what they hand on.
const (
	testBuild, planBuild, applyBuild = config.TestBuild, config.PlanBuild, config.ApplyBuild
	stackArtifact, planArtifact      = "stack", "plan"
	// servingArtifact is the plan of the further stack.
	servingArtifact = "serving"
)

// A deliveredStack is one that the pipeline delivers.
type deliveredStack struct {
	terraform buildspec.Terraform
	// stage is the name of its stage, suffix what stands behind the names of its builds, artifact its plan.
	stage, suffix, artifact string
	// plan, apply and drift are what these builds may do.
	plan, apply, drift []policy.Statement
}

// deliveryStages are what the pipeline does with a commit: test and synthesis, then each stack in a stage of its own, in which no other
// execution comes between a plan and its application; and the looks for drift beside it.
func (e *environmentStack) deliveryStages() (stages []codepipeline.Stage, watches []codepipeline.Watch, err error) {
	terraform, err := e.terraform()
	if err != nil {
		return nil, nil, err
	}
	stacks, err := e.deliveredStacks(terraform)
	if err != nil {
		return nil, nil, err
	}
	stages = []codepipeline.Stage{{Name: "Test", Actions: []codepipeline.Action{
		e.runBuild(codepipeline.Build{Name: testBuild, Tests: true, Spec: terraform.TestSpec(), Output: stackArtifact}),
	}}}
	for _, each := range stacks {
		stages = append(stages, e.deliveryStage(each))
		if e.env.CodePipeline.Drift {
			watches = append(watches, e.driftWatch(each))
		}
	}
	return stages, watches, nil
}

// runBuild is the action of a build, whose role has a name that is known before.
func (e *environmentStack) runBuild(build codepipeline.Build) codepipeline.Action {
	build.RoleName = config.CodeBuildRole(e.env.Prefix(), build.Name)
	return codepipeline.Run(build)
}

// deliveryStage plans, waits and applies.
func (e *environmentStack) deliveryStage(of deliveredStack) codepipeline.Stage {
	approval := e.env.CodePipeline.Approval
	planned := codepipeline.Build{
		Name: planBuild + of.suffix, Spec: of.terraform.PlanSpec(), Inputs: []string{stackArtifact}, Output: of.artifact, Statements: of.plan,
	}
	if of.terraform.After != nil {
		planned.Variables = []buildspec.Variable{{Name: buildspec.CommitVariable, Value: codepipeline.Variable(codepipeline.SourceArtifact, "CommitId")}}
	}
	actions := []codepipeline.Action{e.runBuild(planned)}
	if approval.Required {
		actions = append(actions, codepipeline.Approve(codepipeline.Approval{
			Name: "approve" + of.suffix, Link: codepipeline.Variable(planned.Name, buildspec.PlanURL), Timeout: time.Duration(approval.TimeoutHours) * time.Hour,
			Message: "Stack " + of.terraform.Stack + ", commit " + codepipeline.Variable(codepipeline.SourceArtifact, "CommitId") + ". " + codepipeline.Variable(planned.Name, buildspec.PlanSummary),
		}))
	}
	return codepipeline.Stage{Name: of.stage, Actions: append(actions, e.runBuild(codepipeline.Build{
		Name: applyBuild + of.suffix, Spec: of.terraform.ApplySpec(), Inputs: []string{of.artifact}, Statements: of.apply,
		// Clusters, endpoints and charts take their time.
		Timeout: 2 * time.Hour,
	}))}
}

// driftWatch plans every night what was applied last.
func (e *environmentStack) driftWatch(of deliveredStack) codepipeline.Watch {
	name, pipeline := config.DriftBuild+of.suffix, e.name(deliveryPart)
	return codepipeline.Watch{
		Build: codepipeline.Build{
			Name: name, Spec: of.terraform.DriftSpec(pipeline, applyBuild+of.suffix), Inputs: []string{of.artifact}, Statements: of.drift,
			RoleName: config.CodeBuildRole(e.env.Prefix(), name),
		},
		Schedule: nightly(pipeline), StartRoleName: config.CodePipelineRole(e.env.Prefix(), name),
	}
}

// nightly is a time between 1 and 6 in the morning of UTC that follows from the name, so that not all plan in the same minute.
func nightly(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("cron(%d %d * * ? *)", sum[0]%60, 1+sum[1]%5)
}

// deliveredStacks are the environment, and the software in its cluster.
func (e *environmentStack) deliveredStacks(terraform buildspec.Terraform) ([]deliveredStack, error) {
	scope, services := e.permissionScope(), services(e.env)
	if err := permissions.Validate(scope, services...); err != nil {
		return nil, err
	}
	read, err := e.stateStatements(e.env.Name, e.env.Name+config.PlanAccess)
	if err != nil {
		return nil, err
	}
	write, err := e.stateStatements(e.env.Name, e.env.Name)
	if err != nil {
		return nil, err
	}
	look, change := append(permissions.Plan(scope, services...), e.extra.Plan...), append(permissions.Apply(scope, services...), e.extra.Apply...)
	stacks := []deliveredStack{{
		terraform: terraform, stage: "Deploy", artifact: planArtifact,
		plan: slices.Concat(look, read, e.verifyImages(), e.askPredecessor()), apply: slices.Concat(change, write, e.readDefinition(), e.lendKey()), drift: slices.Concat(look, read),
	}}
	if e.env.ServingEnabled() {
		find := append(e.findServing(), e.readCharts()...)
		further := terraform.Of(e.servingStackName())
		further.Charts, _, _ = config.ECRHost(e.env.Serving.ChartRegistry)
		stacks = append(stacks, deliveredStack{
			terraform: further, stage: "Serving", suffix: config.ServingBuilds, artifact: servingArtifact,
			plan: slices.Concat(find, read, e.verifyImages()), apply: slices.Concat(find, write), drift: slices.Concat(find, read),
		})
	}
	return stacks, nil
}

// findServing is what the stack with the software in the cluster looks up by name. All else its builds do by the Kubernetes API, as the
// cluster lets them.
func (e *environmentStack) findServing() []policy.Statement {
	find := []policy.Statement{
		{Sid: "FindCluster", Actions: []string{"eks:DescribeCluster"}, Resources: []string{e.scope.Regional("eks", "cluster/"+e.clusterName())}},
		{
			Sid: "FindTargets", Resources: []string{"*"}, Conditions: []policy.Condition{policy.StringEquals("aws:RequestedRegion", e.Region)},
			Actions: []string{"elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups"},
		},
	}
	if e.env.Serving.MLflow != nil {
		find = append(find, policy.Statement{Sid: "FindDatabase", Actions: []string{"rds:DescribeDBInstances"}, Resources: []string{e.scope.Regional("rds", "db:"+mlflowDatabase(e.env))}})
	}
	return find
}
