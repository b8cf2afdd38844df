// Package registry makes ECR repositories for container images: tags that never move, scanned, encrypted, cleaned up by
// rules that cannot delete what is protected, and open to other accounts only as far as they need it. Pull-through
// caches and the account's scanning configuration are constructs of their own.
package registry

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrlifecyclepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepositorypolicy"

	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Encryption is how ECR encrypts images. It cannot be changed without replacing the repository.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
type Encryption string

// The encryptions of a repository.
const (
	// KMS encrypts with a KMS key of yours. ECR decrypts by a grant of its own: who pulls needs no permission on the
	// key, in this account or another.
	KMS Encryption = "KMS"
	// AES256 encrypts with keys that AWS manages. It costs nothing and gives up control over the key.
	AES256 Encryption = "AES256"
)

// A Service is an AWS service that pulls images itself.
type Service = ecr.Service

// The services that pull images themselves.
const (
	Lambda    = ecr.Lambda
	SageMaker = ecr.SageMaker
)

// Props configures a repository. Name is required.
type Props struct {
	// Name of the repository: 2 to 256 lower-case letters, digits, and . _ - / between them.
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
	Name string
	// Scope is where the repository lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the repository, beside those of the stack. Default: none.
	Tags map[string]string

	// MutableTags lets a push move a tag to another image. It gives up that a tag names one image for ever.
	// Default: tags are immutable.
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
	MutableTags bool
	// SkipScanOnPush leaves new images unscanned. It has no effect where the account's scanning configuration decides,
	// see NewScanning. Default: images are scanned.
	SkipScanOnPush bool
	// Encryption of the images. Default: KMS.
	Encryption Encryption
	// KeyARN is an existing KMS key for Encryption KMS. Default: a key is made, with the alias of the
	// repository's name, in which dots become hyphens.
	KeyARN string

	// Lifecycle says which images are deleted. Default: untagged ones after 7 days.
	Lifecycle Lifecycle

	// PullAccounts are the 12-digit ids of other accounts that may pull. Their own IAM policies say which of their
	// roles do. Default: none.
	PullAccounts []string
	// PullOrganization is an organisation, or some of its units, all of whose accounts may pull as PullAccounts do. Default: none.
	PullOrganization policy.Organization
	// PullServices are services that may pull on behalf of resources in this account, in PullAccounts and in PullOrganization.
	// Default: none.
	PullServices []Service
	// PushRoleARNs are roles of other accounts that may push. They must exist, ECR refuses unknown ones. Roles of this
	// account get GrantPush instead. Default: none.
	PushRoleARNs []string
	// Statements are added to the repository policy. They name no resources. Default: none.
	Statements []policy.Statement

	// AllowDestroy lets Terraform destroy the repository and the key that was made for it. Default: Terraform refuses.
	AllowDestroy bool
	// DeleteImagesOnDestroy deletes all images when Terraform destroys the repository, which otherwise fails until it
	// is empty. Needs AllowDestroy. Default: false.
	DeleteImagesOnDestroy bool
}

// A Repository is an ECR repository, made here or existing.
type Repository struct {
	construct  tf.Construct
	id         string
	literalARN string
	name, arn  string
	url        string
	registryID string
	keyARN     string
}

// New makes a repository with its key, lifecycle policy and repository policy.
func New(scope constructs.Construct, id string, props Props) (*Repository, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Repository, error) {
		made := &Repository{construct: scope, id: id, literalARN: props.literalARN()}
		encryption := &ecrrepository.EcrRepositoryEncryptionConfiguration{EncryptionType: tf.Str(string(props.Encryption))}
		if err := made.addKey(props); err != nil {
			return nil, err
		}
		encryption.KmsKey = tf.OptStr(made.keyARN)
		mutability := "IMMUTABLE"
		if props.MutableTags {
			mutability = "MUTABLE"
		}
		repository := ecrrepository.NewEcrRepository(scope, tf.Str("repository"), &ecrrepository.EcrRepositoryConfig{
			Name: tf.Str(props.Name), ImageTagMutability: tf.Str(mutability), ForceDelete: props.DeleteImagesOnDestroy,
			ImageScanningConfiguration: &ecrrepository.EcrRepositoryImageScanningConfiguration{ScanOnPush: !props.SkipScanOnPush},
			EncryptionConfiguration:    []*ecrrepository.EcrRepositoryEncryptionConfiguration{encryption},
			Tags:                       tf.StrMap(props.Tags), Lifecycle: tf.Protect(!props.AllowDestroy),
		})
		made.name, made.arn = tf.Attr(repository, "name"), tf.Attr(repository, "arn")
		made.url, made.registryID = tf.Attr(repository, "repositoryUrl"), tf.Attr(repository, "registryId")
		made.addLifecycle(props)
		return made, made.addPolicy(props)
	})
}

// ExistingProps names a repository that was made elsewhere. Name is required.
type ExistingProps struct {
	// Name of the repository.
	Name string
	// Scope is where the repository lives. Its account is that of the repository's owner. Default: where the stack is, see package site.
	Scope arn.Scope
}

// FromName is an existing repository, with the same grants and outputs as one that New made. Nothing is created, and
// the repository's own policy stays as it is: in another account, it must admit the account of the grantee.
func FromName(scope constructs.Construct, id string, props ExistingProps) (*Repository, error) {
	props.Scope = site.Of(scope, props.Scope)
	var problems problem.List
	checkName(&problems, "name", props.Name, true)
	problems.Add("", site.Check(props.Scope))
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Repository, error) {
		repositoryARN := props.Scope.Regional("ecr", "repository/"+props.Name)
		return &Repository{
			construct: scope, id: id, literalARN: repositoryARN, arn: repositoryARN, name: props.Name, registryID: props.Scope.Account,
			url: fmt.Sprintf("%s/%s", props.Scope.Registry(), props.Name),
		}, nil
	})
}

func (p Props) withDefaults() Props {
	p.Encryption = cmp.Or(p.Encryption, KMS)
	p.Lifecycle = p.Lifecycle.withDefaults()
	return p
}

func (p Props) literalARN() string { return p.Scope.Regional("ecr", "repository/"+p.Name) }

func (r *Repository) addKey(props Props) error {
	r.keyARN = props.KeyARN
	if props.Encryption != KMS || r.keyARN != "" {
		return nil
	}
	key, err := kms.NewKey(r.construct, "key", kms.KeyProps{
		Scope: props.Scope, Alias: strings.ReplaceAll(props.Name, ".", "-"), Description: "Images of the repository " + props.Name,
		AllowDestroy: props.AllowDestroy,
	})
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	r.keyARN = key.ARN()
	return nil
}

func (r *Repository) addLifecycle(props Props) {
	document := props.Lifecycle.document()
	if document == "" {
		return
	}
	ecrlifecyclepolicy.NewEcrLifecyclePolicy(r.construct, tf.Str("lifecycle"), &ecrlifecyclepolicy.EcrLifecyclePolicyConfig{
		Repository: tf.Str(r.name), Policy: tf.Str(document),
	})
}

func (r *Repository) addPolicy(props Props) error {
	statements := props.policyStatements()
	if len(statements) == 0 {
		return nil
	}
	text, err := policy.New(statements...).JSON(policy.Repository)
	if err != nil {
		return err
	}
	ecrrepositorypolicy.NewEcrRepositoryPolicy(r.construct, tf.Str("policy"), &ecrrepositorypolicy.EcrRepositoryPolicyConfig{
		Repository: tf.Str(r.name), Policy: tf.Str(text),
	})
	return nil
}

// Name of the repository.
func (r *Repository) Name() string { return r.name }

// ARN of the repository.
func (r *Repository) ARN() string { return r.arn }

// URL is what images are pushed to and pulled from, without tag: 111111111111.dkr.ecr.us-west-2.amazonaws.com/train.
func (r *Repository) URL() string { return r.url }

// RegistryID is the account that the repository is in.
func (r *Repository) RegistryID() string { return r.registryID }

// KeyARN is the KMS key of the images, empty for AES256 and for existing repositories.
func (r *Repository) KeyARN() string { return r.keyARN }

// Construct holds the repository's resources.
func (r *Repository) Construct() constructs.Construct { return r.construct }
