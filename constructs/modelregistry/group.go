// Package modelregistry makes SageMaker model package groups: the versions of one model, who may register, read, approve
// and deploy them, in this account and in others.
package modelregistry

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermodelpackagegroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermodelpackagegrouppolicy"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures a model package group. Name is required.
type Props struct {
	// Name of the group: 1 to 63 letters, digits and hyphens between them.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
	Name string
	// Scope is where the group lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description says what the model is for, at most 1,024 characters. Changing it replaces the group, which Terraform
	// refuses unless AllowDestroy is set. Default: none.
	Description string
	// Tags of the group, beside those of the stack. Default: none.
	Tags map[string]string

	// ReadAccounts are other accounts that may list and describe the versions. Their own IAM policies then say which of
	// their roles do. Default: none.
	ReadAccounts []string
	// DeployAccounts are other accounts that may read the versions and make models of them. They also need to read the
	// artifacts in S3, the images in ECR and their KMS keys. Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html#model-registry-deploy-xaccount
	DeployAccounts []string
	// RegisterAccounts are other accounts that may read the versions and register new ones, for approval here.
	// Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html#model-registry-version-xaccount
	RegisterAccounts []string
	// Statements are added to the group's resource policy, about the group and its versions only. Default: none.
	Statements []policy.Statement

	// AllowAutomaticApproval gives up that somebody else than who registers a model approves it: who may register may
	// register as Approved. Default: false, versions are registered as PendingManualApproval or Rejected only.
	AllowAutomaticApproval bool
	// AllowDestroy lets Terraform destroy the group, which AWS does only when it is empty. Default: Terraform refuses.
	AllowDestroy bool
}

// A Group is a model package group, made here or existing.
type Group struct {
	construct         tf.Construct
	id                string
	name, arn         string
	scope             arn.Scope
	groups, packages  []string
	automaticApproval bool
}

// maxPolicy is the limit of the resource policy.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html
const maxPolicy = 20480

var namePattern = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)

// New makes a model package group.
func New(scope constructs.Construct, id string, props Props) (*Group, error) {
	props.Scope = site.Of(scope, props.Scope)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Group, error) {
		made := describe(scope, id, props.Name, props.Scope)
		made.automaticApproval = props.AllowAutomaticApproval
		group := sagemakermodelpackagegroup.NewSagemakerModelPackageGroup(scope, tf.Str("group"), &sagemakermodelpackagegroup.SagemakerModelPackageGroupConfig{
			ModelPackageGroupName: tf.Str(props.Name), ModelPackageGroupDescription: tf.OptStr(props.Description),
			Tags: tf.StrMap(props.Tags), Lifecycle: tf.Protect(!props.AllowDestroy),
		})
		made.name, made.arn = tf.Attr(group, "modelPackageGroupName"), tf.Attr(group, "arn")
		statements := append(made.shares(props), props.Statements...)
		if len(statements) == 0 {
			return made, nil
		}
		document := policy.New(statements...)
		text, err := document.JSON(policy.Resource)
		if err != nil {
			return nil, err
		}
		if size := document.Size(); size > maxPolicy {
			return nil, fmt.Errorf("statements: make a resource policy of %d characters, %d are allowed; use fewer statements or accounts", size, maxPolicy)
		}
		sagemakermodelpackagegrouppolicy.NewSagemakerModelPackageGroupPolicy(scope, tf.Str("policy"), &sagemakermodelpackagegrouppolicy.SagemakerModelPackageGroupPolicyConfig{
			ModelPackageGroupName: tf.Str(made.name), ResourcePolicy: tf.Str(text),
		})
		return made, nil
	})
}

// ExistingProps names a group that was made elsewhere. Name is required.
type ExistingProps struct {
	// Name of the group.
	Name string
	// Scope is where the group lives. Its account is that of the group's owner. Default: where the stack is, see package site.
	Scope arn.Scope
	// AllowAutomaticApproval is that of Props. Default: false.
	AllowAutomaticApproval bool
}

// FromName is an existing group, with the same grants and outputs as one that New made. Nothing is created. A group of
// another account must admit the account of the grantee.
func FromName(scope constructs.Construct, id string, props ExistingProps) (*Group, error) {
	props.Scope = site.Of(scope, props.Scope)
	var problems problem.List
	checkName(&problems, props.Name)
	problems.Add("", site.Check(props.Scope))
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Group, error) {
		made := describe(scope, id, props.Name, props.Scope)
		made.automaticApproval = props.AllowAutomaticApproval
		return made, nil
	})
}

// describe fills in what policies need. SageMaker writes some names in lower case in ARNs, so that a name with capitals
// is given both ways.
func describe(scope constructs.Construct, id, name string, place arn.Scope) *Group {
	g := &Group{construct: scope, id: id, name: name, scope: place, arn: place.Regional("sagemaker", "model-package-group/"+name)}
	names := []string{name}
	if lower := strings.ToLower(name); lower != name {
		names = append(names, lower)
	}
	for _, each := range names {
		g.groups = append(g.groups, place.Regional("sagemaker", "model-package-group/"+each))
		g.packages = append(g.packages, place.Regional("sagemaker", "model-package/"+each+"/*"))
	}
	return g
}

func (p Props) validate() error {
	var problems problem.List
	rule.Tags(&problems, "tags", p.Tags)
	checkName(&problems, p.Name)
	problems.Add("", site.Check(p.Scope))
	if n := utf8.RuneCountInString(p.Description); n > 1024 {
		problems.Addf("description", "has %d characters, 1,024 are allowed; shorten it", n)
	}
	seen := map[string]string{}
	for _, list := range []struct {
		path     string
		accounts []string
	}{{"readAccounts", p.ReadAccounts}, {"deployAccounts", p.DeployAccounts}, {"registerAccounts", p.RegisterAccounts}} {
		for i, account := range list.accounts {
			at := problem.Index(list.path, i)
			switch {
			case !arn.IsAccount(account):
				problems.Addf(at, "%q is no AWS account id; write its 12 digits as a string", account)
			case account == p.Scope.Account:
				problems.Addf(at, "%q is the group's own account; use GrantRead, GrantRegister or GrantApprove for its roles", account)
			case seen[account] == list.path:
				problems.Addf(at, "%q is given twice; drop one", account)
			case list.path != "readAccounts" && seen[account] == "readAccounts":
				problems.Addf(at, "%q is among readAccounts, and %s read anyway; drop it there", account, list.path)
			}
			seen[account] = list.path
		}
	}
	if len(p.Statements) > 0 {
		problems.Add("", policy.New(p.Statements...).Validate(policy.Resource))
	}
	return problems.Err()
}

func checkName(problems *problem.List, name string) {
	switch {
	case token.Is(name):
		problems.Addf("name", "%q is known to Terraform only, and policies are built from it; write the name out", name)
	case !namePattern.MatchString(name):
		problems.Addf("name", "%q is no name of a model package group; use 1 to 63 letters, digits and hyphens between them", name)
	}
}

// Name of the group.
func (g *Group) Name() string { return g.name }

// ARN of the group.
func (g *Group) ARN() string { return g.arn }

// PackageARNs are patterns for the ARNs of the versions, for policies.
func (g *Group) PackageARNs() []string { return append([]string(nil), g.packages...) }

// Construct holds the group's resources.
func (g *Group) Construct() constructs.Construct { return g.construct }
