package stacks

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/constructs/codepipeline"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/jobnetwork"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// deliveryPart is in the names of the pipeline that delivers and of its builds.
const deliveryPart = "delivery"

// administered begins the names of all that the roles which deploy may see but not change: the pipeline, those roles, their
// boundary.
const administered = "deployment_"

// pipelineBoundary makes the boundary of all roles of the stack where GitHub's deployment, which has one, is not there.
// It is the same policy at the same address, so that an environment can go from one to the other.
func (e *environmentStack) pipelineBoundary() error {
	scope, services := e.permissionScope(), services(e.env)
	if err := permissions.Validate(scope, services...); err != nil {
		return err
	}
	made, err := e.newAccess(e.Stack, e.env.Prefix())
	if err != nil {
		return err
	}
	e.deployed.access = made
	if e.boundary != "" {
		tf.Output(made.Stack, "permissions_boundary_arn", e.boundary, "Permissions boundary of every role of the stack "+e.Name)
		e.tellDenials(made, scope, services)
		return nil
	}
	boundary, err := iam.NewBoundary(tf.Group(made.Stack, "deployment"), "boundary", e.env.Prefix(), permissions.Boundary(scope, services...))
	if err != nil {
		return err
	}
	e.boundary = scope.WithDefaults().Boundary
	tf.Output(made.Stack, "permissions_boundary_arn", boundary.ARN(), "Permissions boundary of every role of the stack "+e.Name)
	e.allow = func(extra permissions.Extra) error {
		return boundary.Replace(permissions.Add(scope, services, extra).Boundary)
	}
	return nil
}

// permissionScope is what the environment's deployment may touch.
func (e *environmentStack) permissionScope() permissions.Scope {
	return e.builder.permissionScope(deploymentOf{
		stack: e.Stack, owner: e.env.Name, prefix: e.env.Prefix(), buckets: e.bucketNames(), destroysData: !e.env.Protect,
	})
}

// codePipeline makes the pipeline that delivers the environment: test and synthesis without any rights, then plan,
// approval and apply as one unit, so that no other execution comes between a plan and its application.
func (e *environmentStack) codePipeline() error {
	c := e.env.CodePipeline
	scope := tf.Group(e.made, "deployment")
	stages, watches, err := e.deliveryStages()
	if err != nil {
		return err
	}
	props := codepipeline.Props{
		Name: e.name(deliveryPart), Source: e.source(),
		Stages: stages, Watches: watches,
		Mode:      map[config.ExecutionMode]codepipeline.Mode{config.ExecutionSuperseded: codepipeline.Superseded, config.ExecutionQueued: codepipeline.Queued}[c.ExecutionMode],
		Compute:   computes[c.ComputeType],
		Artifacts: codepipeline.Artifacts{Bucket: e.env.BucketName(config.BuildsBucket)}, LogRetentionDays: c.LogRetentionDays,
		RoleName:     config.CodePipelineRole(e.env.Prefix(), "service"),
		AllowDestroy: !e.env.Protect, PermissionsBoundary: e.boundaryOf(e.scope),
	}
	if props.Source.CodeCommit != nil {
		props.StartRoleName = config.CodePipelineRole(e.env.Prefix(), "start")
	}
	if c.Network {
		group, err := jobnetwork.New(scope, "builds-network", jobnetwork.Props{Name: e.name("builds"), Description: "Builds of " + props.Name, VPCID: e.parts.Network.ID()})
		if err != nil {
			return err
		}
		if e.env.ServingEnabled() {
			reachAPI(scope, "api", e.parts.Cluster, group.SecurityGroupID(), e.name("builds"))
		}
		props.Network = &codepipeline.Network{VPCID: e.parts.Network.ID(), SubnetIDs: e.parts.Network.PrivateSubnetIDs(), SecurityGroupIDs: []string{group.SecurityGroupID()}}
	}
	topic, err := e.deliveryTopic(scope)
	if err != nil {
		return err
	}
	if topic != nil {
		props.Topic = topic
		tf.Output(e.made, "codepipeline_topic_arn", topic.ARN(), "SNS topic that hears of plans that wait and of failures")
	}
	made, err := codepipeline.New(scope, "codepipeline", props)
	if err != nil {
		return err
	}
	tf.Output(e.made, "codepipeline_name", made.Name(), "Pipeline that delivers the environment")
	if e.env.ServingEnabled() {
		if err := e.clusterAccess("codepipeline", made.BuildRoleARN(planBuild+config.ServingBuilds), made.BuildRoleARN(applyBuild+config.ServingBuilds)); err != nil {
			return err
		}
		if c.Drift {
			if err := e.parts.Cluster.GrantAccess("codepipeline-drift", cluster.AccessEntry{
				PrincipalARN: made.BuildRoleARN(config.DriftBuild + config.ServingBuilds), Policies: []cluster.AccessPolicy{{Name: cluster.AdminViewPolicy}},
			}); err != nil {
				return err
			}
		}
	}
	return e.witness(scope)
}

// witness makes the role by which the pipelines of the environments behind this one ask what was deployed here.
func (e *environmentStack) witness(scope tf.Construct) error {
	var asking []string
	for _, other := range e.platform.Environments {
		if after := other.PipelineAfter(); after != nil && after.Name == e.env.Name {
			asking = append(asking, arn.Scope{Region: other.Region, Account: other.Account}.WithDefaults().Role(config.CodeBuildRole(other.Prefix(), planBuild)))
		}
	}
	if len(asking) == 0 {
		return nil
	}
	_, err := iam.NewRole(scope, "witness", iam.RoleProps{
		Name: witnessRole(e.env), Description: "Tells the pipelines of the next environments what was deployed here",
		Trust: policy.TrustPrincipals(e.scope.Partition, asking...), PermissionsBoundary: e.boundaryOf(e.scope),
		Statements: []policy.Statement{{Actions: []string{"codepipeline:ListPipelineExecutions"}, Resources: []string{e.scope.Regional("codepipeline", e.name(deliveryPart))}}},
	})
	return err
}

func witnessRole(of *config.Environment) string {
	return config.CodePipelineRole(of.Prefix(), "witness")
}

// predecessor is the pipeline that must have deployed a commit before, or nil.
func (e *environmentStack) predecessor() *buildspec.Predecessor {
	after := e.env.PipelineAfter()
	if after == nil {
		return nil
	}
	scope := arn.Scope{Region: after.Region, Account: after.Account}.WithDefaults()
	return &buildspec.Predecessor{Environment: after.Name, Pipeline: after.Prefix() + "-" + deliveryPart, Region: after.Region, RoleARN: scope.Role(witnessRole(after))}
}

// askPredecessor lets the build that plans ask it.
func (e *environmentStack) askPredecessor() []policy.Statement {
	before := e.predecessor()
	if before == nil {
		return nil
	}
	return []policy.Statement{{Sid: "AskPredecessor", Actions: []string{"sts:AssumeRole"}, Resources: []string{before.RoleARN}}}
}

// terraform says how the stack is tested, planned and applied.
func (e *environmentStack) terraform() (buildspec.Terraform, error) {
	read, err := e.reference(e.env.Name, e.env.Name+config.PlanAccess, "")
	if err != nil {
		return buildspec.Terraform{}, err
	}
	write, err := e.reference(e.env.Name, e.env.Name, "")
	if err != nil {
		return buildspec.Terraform{}, err
	}
	var further []string
	if e.env.ServingEnabled() {
		further = []string{e.servingStackName()}
	}
	made := buildspec.Terraform{Further: further, Dashboards: e.env.MonitoringEnabled() && e.env.Monitoring.Grafana != nil, Stack: e.Name, StateRegion: write.Region, StatePlanRoleARN: read.RoleARN, StateRoleARN: write.RoleARN, Administered: administered, Access: e.Access().Name, Images: e.platform.TrustedImages(), After: e.predecessor()}
	return made, made.Validate()
}

// source is where the commits come from: the branches and tags that are deployed to the environment.
func (e *environmentStack) source() codepipeline.Source {
	c, promotion := e.env.CodePipeline.Source, e.env.Promotion
	if c.CodeCommit != "" {
		return codepipeline.Source{CodeCommit: &codepipeline.CodeCommit{Repository: c.CodeCommit, Branch: promotion.Branches[0]}}
	}
	connection := &codepipeline.Connection{
		ARN: c.ConnectionARN, Repository: e.platform.Repository,
		Branches: codepipeline.Filter{Include: globs(promotion.Branches)}, Tags: codepipeline.Filter{Include: globs(promotion.Tags)},
		Paths: codepipeline.Filter{Include: c.Paths.Include, Exclude: c.Paths.Exclude},
	}
	if exact := slices.IndexFunc(promotion.Branches, func(name string) bool { return !strings.ContainsAny(name, "*?") }); exact >= 0 {
		connection.DefaultBranch = promotion.Branches[exact]
	} else {
		connection.DefaultBranch = e.platform.DefaultBranch
	}
	return codepipeline.Source{Connection: connection}
}

// globs writes patterns of promotion, in which * is any characters, as CodePipeline reads them.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
func globs(patterns []string) []string {
	var out []string
	for _, each := range patterns {
		out = append(out, strings.NewReplacer("*", "**", "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`).Replace(each))
	}
	return out
}

// deliveryTopic is who hears of the pipeline, or nil.
func (e *environmentStack) deliveryTopic(scope tf.Construct) (*notification.Topic, error) {
	c := e.env.CodePipeline.Approval
	switch {
	case c.TopicARN != "":
		return notification.FromARN(scope, "topic", notification.ExistingProps{ARN: c.TopicARN, KeyARN: c.TopicKeyARN})
	case len(c.Emails) == 0:
		return nil, nil
	}
	props := notification.Props{
		Name: e.name("delivery-notices"), DisplayName: e.name(deliveryPart), Publishers: []notification.Publisher{notification.EventBridge},
	}
	named := map[string]bool{}
	for _, each := range c.Emails {
		name := addressName(each)
		if named[name] {
			hash := fmt.Sprintf("-%x", sha256.Sum256([]byte(each)))[:9]
			name = name[:min(len(name), maxAddressName-len(hash))] + hash
		}
		named[name] = true
		props.Subscriptions = append(props.Subscriptions, notification.Subscription{Name: name, Endpoint: each, Protocol: notification.Email})
	}
	return notification.New(scope, "topic", props)
}

const maxAddressName = 64

// addressName makes a part of a Terraform address from an e-mail address. It may be that of another one.
func addressName(email string) string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, email)
	name = strings.TrimLeft(name, "-")
	return name[:min(len(name), maxAddressName)]
}
