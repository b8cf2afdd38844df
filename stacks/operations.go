package stacks

import (
	"slices"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/registry"
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
	var github deployed
	if o.GitHub != nil {
		github, err = b.deployment(made, deploymentOf{
			stack: stack, owner: config.OperationsName, prefix: o.Prefix(), github: *o.GitHub, promotion: o.Promotion,
			services:     []permissions.Service{permissions.GitHub, permissions.Storage, permissions.Registry},
			destroysData: !o.Protect,
		})
		problems.Add("github", err)
	}
	accounts := b.otherAccounts(stack.Account)
	uris := map[string]string{}
	for _, image := range o.Images {
		repository, err := registry.New(tf.Group(made, "images"), image, registry.Props{
			Name: config.RepositoryName(o.Prefix(), image), Scope: scopeOf(stack),
			PullAccounts: accounts, PullServices: []registry.Service{registry.Lambda, registry.SageMaker},
			AllowDestroy: !o.Protect, DeleteImagesOnDestroy: !o.Protect,
		})
		if err != nil {
			problems.Add(problem.Key("images", image), err)
			continue
		}
		uris[image] = repository.URL()
	}
	if len(uris) > 0 {
		tf.MapOutput(made, "ecr_repository_uri", uris, "Shared container repositories by name")
	}
	for _, each := range []struct{ part, output, description string }{
		{config.ArtifactsBucket, "artifacts_bucket_name", "Bucket of what builds make"},
		{config.PipelinesBucket, "pipelines_bucket_name", "Bucket of pipeline definitions, by commit"},
	} {
		props := bucket.Props{
			Name: o.BucketName(each.part), Scope: scopeOf(stack), AllowDestroy: !o.Protect, DeleteObjectsOnDestroy: !o.Protect,
			Lifecycle: []bucket.LifecycleRule{{Name: "old-versions", NoncurrentExpireAfterDays: oldVersionsDays}},
		}
		if len(accounts) > 0 {
			props.Shares = []bucket.Share{{Accounts: accounts}}
		}
		kept, err := bucket.New(made, each.part, props)
		if err != nil {
			problems.Add(each.part, err)
			continue
		}
		tf.Output(made, each.output, kept.Name(), each.description)
		if each.part == config.PipelinesBucket && github.provider != nil {
			problems.Add("publish", b.publish(made, github.provider, kept))
		}
	}
	return problems.Err()
}

// oldVersionsDays is for how long the shared buckets keep what was overwritten.
const oldVersionsDays = 90

// otherAccounts are the accounts of the environments, each once, without the one given.
func (b builder) otherAccounts(own string) []string {
	var accounts []string
	for _, env := range b.platform.Environments {
		if env.Account != own {
			accounts = append(accounts, env.Account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}
