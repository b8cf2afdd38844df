package config

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/documents/github"
)

// ImageTrust signs what is known of each image of operations.images where it is built: by which workflow and commit, what is in it, and what
// is known to be vulnerable in it. Environments deploy no other images, and name them by digest.
type ImageTrust struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// FailOn is the severity from which on a finding of ECR's scan keeps an image from being signed and deployed: critical, high, medium, low, or none for all passes. Default: high.
	FailOn attestation.Severity `yaml:"failOn"`
	// Exceptions let single findings pass until a day. Default: none.
	Exceptions []ImageException `yaml:"exceptions"`
}

// ImageException lets one finding pass.
type ImageException struct {
	// ID of the finding, as the scan calls it.
	ID string `yaml:"id" jsonschema:"required,example=CVE-2026-12345"`
	// Image is the one of operations.images that it is for. Default: all.
	Image string `yaml:"image"`
	// Until is the last day on which it holds, in UTC, in quotes.
	Until string `yaml:"until" jsonschema:"required,pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}$,example=2026-12-31"`
	// Reason says why it may pass.
	Reason string `yaml:"reason" jsonschema:"required,example=not reachable from outside"`
}

func (t *ImageTrust) setDefaults() { *t = ImageTrust{Enabled: true, FailOn: attestation.High} }

// ImageKey is the alias of the key that signs images, without the prefix alias/.
func (o *Operations) ImageKey() string { return o.Prefix() + "-images" }

// TrustedImages says which images environments may deploy, or is nil where nothing is signed.
func (p *Platform) TrustedImages() *attestation.Trust {
	o := &p.Operations
	if o.ImageTrust == nil {
		return nil
	}
	scope := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	trust := attestation.Trust{
		KeyARN: scope.Regional("kms", "alias/"+o.ImageKey()), Bucket: o.BucketName(ArtifactsBucket), Region: o.Region, FailOn: o.ImageTrust.FailOn,
		Builder: "https://github.com/" + github.WorkflowOn(p.Repository, github.ImagesWorkflow, p.DefaultBranch),
	}
	for _, each := range o.ImageTrust.Exceptions {
		trust.Exceptions = append(trust.Exceptions, attestation.Exception{ID: each.ID, Image: each.Image, Until: each.Until})
	}
	return &trust
}

// Images are the images of the operations account that the environment runs, <repository>@<digest>, by the section that names them.
// Those that are named by a tag are left out.
func (e *Environment) Images() map[string]string {
	images := map[string]string{}
	for _, use := range e.ImageUses() {
		if use.Image.Digest != "" {
			images[use.Section] = RepositoryName(e.platform.Operations.Prefix(), use.Image.Repository) + "@" + use.Image.Digest
		}
	}
	return images
}
