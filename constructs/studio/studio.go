// Package studio makes SageMaker Studio domains: in private subnets, encrypted with a key of yours, one private space per
// user, notebooks that shut down when nobody works, and roles that reach what they were granted.
package studio

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerdomain"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// AuthMode is how users sign in.
type AuthMode string

// The ways to sign in.
// https://docs.aws.amazon.com/sagemaker/latest/dg/onboard-custom.html
const (
	// IAM opens Studio from the AWS console, or with a URL from someone who has GrantOpen.
	IAM AuthMode = "IAM"
	// SSO opens Studio from the access portal of IAM Identity Center, which must be in the same region.
	SSO AuthMode = "SSO"
)

// Props configures a domain. Name, VPCID and SubnetIDs are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_domain
type Props struct {
	// Name of the domain: 1 to 63 letters, digits and hyphens, with a letter or digit at both ends.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html
	Name string
	// Scope is where the domain lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the domain, beside those of the stack. Default: none.
	Tags map[string]string
	// AuthMode is how users sign in. It cannot be changed later. Default: IAM.
	AuthMode AuthMode

	// VPCID is the VPC of the notebooks and of the file system with the homes.
	VPCID string
	// SubnetIDs are 1 to 16 private subnets. They need either a NAT gateway or VPC endpoints for sagemaker.api,
	// sagemaker.runtime, sts, logs and S3. Studio does not work in public subnets, because notebooks get no public
	// address.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
	SubnetIDs []string
	// AllowDirectInternet lets notebooks reach the internet through a network of AWS's, past the VPC's routes, logs and
	// endpoints. It cannot be changed later. Default: false, all traffic goes through the VPC.
	AllowDirectInternet bool
	// SecurityGroupIDs are 1 to 4 existing groups for the notebooks. Default: one is made, which admits what the
	// notebooks of the domain say to each other.
	SecurityGroupIDs []string
	// Egress is where the group that is made lets notebooks connect to. An empty list, unlike none, means nowhere but to
	// each other. Default: HTTPS to anywhere.
	Egress []Egress

	// KeyARN is an existing KMS key for the homes and the volumes of spaces. It cannot be changed later. Default: a key
	// is made, with the alias of the domain's name and "-studio".
	KeyARN string
	// RoleARN is an existing execution role for users who have none of their own. It is not changed: Permissions says
	// what it needs for Studio itself. Default: a role is made.
	RoleARN string
	// RoleName is the name of the role that is made. Default: the domain's name and "-studio".
	RoleName string
	// Statements are further permissions of the role that is made. Grants of other constructs take Role. Default: none.
	Statements []policy.Statement
	// PermissionsBoundary is the ARN of the managed policy that limits the roles that are made. Default: none.
	PermissionsBoundary string

	// Settings of spaces and apps for all users. Default: that of each field.
	Settings Settings
	// Users are the people with a profile. Default: none, profiles are made elsewhere.
	Users []User
	// AllowSharedSpaces lets users make spaces in which all users of the domain work together. It gives up that nobody
	// sees another's files and processes. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/domain-space.html
	AllowSharedSpaces bool
	// AllowDocker lets users build and run containers in their spaces. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local.html
	AllowDocker bool
	// DockerAccounts are the accounts whose ECR images Docker may pull, beside the own one, at most 20. Needs
	// AllowDocker. Default: none.
	DockerAccounts []string
	// UserInCloudTrail writes the user's profile name as the source identity of everything done in Studio. Existing
	// roles, and the roles of jobs, must trust sts:SetSourceIdentity for it. Default: false.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access.html
	UserInCloudTrail bool
	// PropagateTags puts the tags of the domain and of the user's profile on their spaces and apps. Default: false.
	PropagateTags bool
	// HiddenApps and HiddenTools do not show in Studio. That forbids nothing. Default: all show.
	HiddenApps  []App
	HiddenTools []Tool

	// AllowDestroy lets Terraform destroy the domain and the key that was made for it, or replace the domain after a
	// change. Apps and spaces must be gone before. Needs DeleteHomesOnDestroy or KeyARN, because homes without their key
	// are lost. Default: Terraform refuses.
	AllowDestroy bool
	// DeleteHomesOnDestroy deletes the file system with the homes together with the domain. Needs AllowDestroy. Default:
	// false, the file system stays, and its key must stay with it.
	DeleteHomesOnDestroy bool
}

// A Studio is a domain with its users.
type Studio struct {
	construct tf.Construct
	id        string
	props     Props

	domainID, arn, url, homesID string
	securityGroupIDs            []string
	keyARN, roleARN             string
	role                        *iam.Role
	profiles                    map[string]*profile
}

// New makes a domain.
func New(scope constructs.Construct, id string, props Props) (*Studio, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Studio, error) {
		made := &Studio{
			construct: scope, id: id, props: props, securityGroupIDs: props.SecurityGroupIDs,
			keyARN: props.KeyARN, roleARN: props.RoleARN, profiles: map[string]*profile{},
		}
		if err := made.addKey(); err != nil {
			return nil, err
		}
		if len(made.securityGroupIDs) == 0 {
			made.addSecurityGroup()
		}
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.executionRole())
			if err != nil {
				return nil, fmt.Errorf("role: %w", err)
			}
			made.role, made.roleARN = role, role.ARN()
		}
		domain := sagemakerdomain.NewSagemakerDomain(scope, tf.Str("domain"), made.config())
		made.domainID, made.arn, made.url, made.homesID = tf.Attr(domain, "id"), tf.Attr(domain, "arn"), tf.Attr(domain, "url"), tf.Attr(domain, "homeEfsFileSystemId")
		if made.role != nil {
			if err := made.role.Grant("studio", made.Permissions()...); err != nil {
				return nil, err
			}
		}
		return made, made.addUsers()
	})
}

func (s *Studio) addKey() error {
	if s.keyARN != "" {
		return nil
	}
	key, err := kms.NewKey(s.construct, "key", kms.KeyProps{
		Scope: s.props.Scope, Alias: s.props.Name + "-studio", Description: "Homes and volumes of the Studio domain " + s.props.Name,
		AllowDestroy: s.props.AllowDestroy,
	})
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	s.keyARN = key.ARN()
	return nil
}

// config is the domain's resource.
func (s *Studio) config() *sagemakerdomain.SagemakerDomainConfig {
	p := s.props
	config := &sagemakerdomain.SagemakerDomainConfig{
		DomainName: tf.Str(p.Name), AuthMode: tf.Str(string(p.AuthMode)), VpcId: tf.Str(p.VPCID), SubnetIds: tf.Strs(p.SubnetIDs),
		AppNetworkAccessType: tf.Str(choose(p.AllowDirectInternet, "PublicInternetOnly", "VpcOnly")), KmsKeyId: tf.Str(s.keyARN),
		TagPropagation: tf.Str(enabled(p.PropagateTags)), Tags: tf.StrMap(p.Tags), Lifecycle: tf.Protect(!p.AllowDestroy),
		DefaultUserSettings: s.domainSettings(),
		DomainSettings: &sagemakerdomain.SagemakerDomainDomainSettings{
			ExecutionRoleIdentityConfig: tf.Str(choose(p.UserInCloudTrail, "USER_PROFILE_NAME", "DISABLED")),
			DockerSettings: &sagemakerdomain.SagemakerDomainDomainSettingsDockerSettings{
				EnableDockerAccess: tf.Str(enabled(p.AllowDocker)), VpcOnlyTrustedAccounts: tf.Strs(p.DockerAccounts),
			},
		},
		RetentionPolicy: &sagemakerdomain.SagemakerDomainRetentionPolicy{HomeEfsFileSystem: tf.Str(choose(p.DeleteHomesOnDestroy, "Delete", "Retain"))},
	}
	if p.AllowSharedSpaces {
		config.DefaultSpaceSettings = s.sharedSpaceSettings()
	}
	return config
}

func choose(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

func enabled(condition bool) string { return choose(condition, "ENABLED", "DISABLED") }

// ID of the domain, such as d-abcdef123456.
func (s *Studio) ID() string { return s.domainID }

// ARN of the domain.
func (s *Studio) ARN() string { return s.arn }

// URL of the domain, for users of IAM Identity Center.
func (s *Studio) URL() string { return s.url }

// HomesID is the id of the EFS file system with the homes.
func (s *Studio) HomesID() string { return s.homesID }

// SecurityGroupIDs are the groups of the notebooks.
func (s *Studio) SecurityGroupIDs() []string { return append([]string(nil), s.securityGroupIDs...) }

// KeyARN is the KMS key of homes and volumes.
func (s *Studio) KeyARN() string { return s.keyARN }

// RoleARN is the execution role of users who have none of their own.
func (s *Studio) RoleARN() string { return s.roleARN }

// Role is the execution role that was made, for grants. It is nil for an existing one.
func (s *Studio) Role() *iam.Role { return s.role }

// Construct holds the domain's resources.
func (s *Studio) Construct() constructs.Construct { return s.construct }
