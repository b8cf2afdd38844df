package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/githuboidc"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/s3"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// signImages makes the key that signs images, in the stack that administrators apply, and lets the role that builds them sign. The
// accounts of the environments may verify.
func (b builder) signImages(deployment deployed, publish *githuboidc.Role, scope arn.Scope) error {
	trust := b.platform.TrustedImages()
	if trust == nil {
		return nil
	}
	o := &b.platform.Operations
	accounts, organization := b.platform.SharedWith()
	verify := policy.Statement{Sid: "Verify", Actions: []string{"kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"}, Resources: []string{"*"}}
	var verifiers []policy.Statement
	if len(accounts) > 0 {
		var roots []string
		for _, account := range accounts {
			roots = append(roots, arn.Scope{Partition: scope.Partition, Account: account}.Root())
		}
		verify.Principals = []policy.Principal{policy.AWS(roots...)}
		verifiers = append(verifiers, verify)
	}
	if organization.Given() {
		verify.Sid, verify.Principals, verify.Conditions = "OrganizationVerify", []policy.Principal{policy.Everyone()}, organization.Principals()
		verifiers = append(verifiers, verify)
	}
	key, err := kms.NewKey(deployment.access.Stack, "image-key", kms.KeyProps{
		Alias: o.ImageKey(), Description: "Signs what is known of the images of " + o.Prefix(), Signs: true, Statements: verifiers, AllowDestroy: !o.Protect,
	})
	if err != nil {
		return err
	}
	tf.Output(deployment.access.Stack, "image_key_arn", key.ARN(), "Key that signs what is known of images")
	artifacts := s3.Bucket{ARN: scope.Bucket(trust.Bucket), Scope: scope}
	return publish.Grant("images-sign",
		policy.Statement{Sid: "Sign", Actions: []string{"kms:Sign"}, Resources: []string{key.ARN()}},
		policy.Statement{
			Sid: "Scan", Actions: []string{"ecr:DescribeImageScanFindings", "ecr:StartImageScan"},
			Resources: []string{scope.Regional("ecr", "repository/"+config.RepositoryName(o.Prefix(), "*"))},
		},
		policy.Statement{Sid: "KeepAttestations", Actions: []string{"s3:PutObject"}, Resources: artifacts.Objects([]string{attestation.Folder})},
		useKeyOf(artifacts.ARN, true, scope),
	)
}

// verifyImages lets a role that plans see whether images are what the workflow built.
func (b builder) verifyImages() []policy.Statement {
	trust := b.platform.TrustedImages()
	if trust == nil {
		return nil
	}
	o := &b.platform.Operations
	scope := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	bucket := scope.Bucket(trust.Bucket)
	key := useKeyOf(bucket, false, scope)
	key.Sid = "AttestationKey"
	return []policy.Statement{
		{Sid: "Attestations", Actions: []string{"s3:GetObject"}, Resources: []string{bucket + "/" + attestation.Folder + "/*"}},
		key,
		{
			// Nobody knows the id of the key here.
			Sid: "VerifyImages", Actions: []string{"kms:Verify"}, Resources: []string{scope.Regional("kms", "key/*")},
			Conditions: []policy.Condition{policy.StringEquals("kms:RequestAlias", "alias/"+o.ImageKey())},
		},
	}
}

// tellImages writes down which images the environment runs, for what verifies them before it is deployed.
func (e *environmentStack) tellImages() {
	if images := e.env.Images(); e.platform.Operations.ImageTrust != nil && len(images) > 0 {
		tf.MapOutput(e.made, attestation.Output, images, "Images of the operations account that the environment runs, by the section that names them")
	}
}
