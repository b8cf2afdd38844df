package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// operations makes what the environments share: container images, artifacts, definitions of pipelines.
func (b builder) operations(stack config.Stack) error {
	made, err := b.newStack(stack)
	if err != nil {
		return err
	}
	o := b.platform.Operations
	var problems problem.List
	github := deployed{boundary: b.boundaryOf(scopeOf(stack))}
	of := deploymentOf{
		stack: stack, owner: config.OperationsName, prefix: o.Prefix(), promotion: o.Promotion,
		services:     []permissions.Service{permissions.Access, permissions.Storage, permissions.Registry},
		destroysData: !o.Protect,
	}
	if o.GitHub != nil {
		of.github = *o.GitHub
		github, err = b.deployment(of)
		problems.Add("github", err)
		if err == nil {
			problems.Add("publish", b.publish(github))
		}
	}
	accounts, organization := b.platform.SharedWith()
	parts := OperationsParts{Images: map[string]*registry.Repository{}}
	uris := map[string]string{}
	for _, image := range o.Images {
		repository, err := registry.New(tf.Group(made, "images"), image, registry.Props{
			Name:         config.RepositoryName(o.Prefix(), image),
			PullAccounts: accounts, PullOrganization: organization, PullServices: ecr.Services(),
			AllowDestroy: !o.Protect, DeleteImagesOnDestroy: !o.Protect,
		})
		if err != nil {
			problems.Add(problem.Key("images", image), err)
			continue
		}
		parts.Images[image], uris[image] = repository, repository.URL()
	}
	if len(uris) > 0 {
		tf.MapOutput(made, "ecr_repository_uri", uris, "Shared container repositories by name")
	}
	for _, each := range []struct {
		part, output, description string
		into                      **bucket.Bucket
	}{
		{config.ArtifactsBucket, "artifacts_bucket_name", "Bucket of what builds make", &parts.Artifacts},
		{config.PipelinesBucket, "pipelines_bucket_name", "Bucket of pipeline definitions, by commit", &parts.Definitions},
	} {
		props := bucket.Props{
			Name: o.BucketName(each.part), AllowDestroy: !o.Protect, DeleteObjectsOnDestroy: !o.Protect,
			Lifecycle: []bucket.LifecycleRule{{Name: "old-versions", NoncurrentExpireAfterDays: oldVersionsDays}},
		}
		if len(accounts) > 0 || organization.Given() {
			props.Shares = []bucket.Share{{Accounts: accounts, Organization: organization}}
		}
		kept, err := bucket.New(made, each.part, props)
		if err != nil {
			problems.Add(each.part, err)
			continue
		}
		*each.into = kept
		tf.Output(made, each.output, kept.Name(), each.description)
	}
	problems.Add("extensions", b.extendOperations(made, stack, of, github, parts))
	return problems.Err()
}

// OperationsParts are what the platform made in the operations stack.
type OperationsParts struct {
	// Images are the shared container repositories by name.
	Images map[string]*registry.Repository
	// Artifacts and Definitions are the buckets of what builds make, and of definitions of pipelines.
	Artifacts, Definitions *bucket.Bucket
}

func (b builder) extendOperations(made tf.Stack, stack config.Stack, of deploymentOf, github deployed, parts OperationsParts) error {
	if len(b.options.Extensions.Operations) == 0 {
		return nil
	}
	var problems problem.List
	var extra permissions.Extra
	own := Extension{
		builder: b, stack: stack, root: made, scope: tf.Group(made, "extensions"), prefix: of.prefix,
		boundary: github.boundary, allowed: b.permissionScope(of), extra: &extra,
	}
	for _, extend := range b.options.Extensions.Operations {
		problems.Add("", guarded(func() error { return extend(&OperationsStack{Extension: own, OperationsParts: parts}) }))
	}
	if github.allow != nil && !extra.Empty() {
		problems.Add("allow", github.allow(extra))
	}
	return problems.Err()
}

// oldVersionsDays is for how long the shared buckets keep what was overwritten.
const oldVersionsDays = 90
