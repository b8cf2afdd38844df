package workflows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/workflow"
)

// images builds what changed in the folders of container images. Runs do not replace each other, because a run only looks
// at the commits of its own push.
func (g generator) images() *workflow.Workflow {
	if g.publisher == nil || len(g.publisher.Images) == 0 {
		return nil
	}
	var jobs []workflow.Job
	for _, image := range g.platform.Operations.Images {
		machine, platform := g.platform.RunsOn, "linux/amd64"
		if g.platform.ImageArchitecture(image) == config.ArchitectureARM64 {
			machine, platform = g.platform.RunsOnARM64, "linux/arm64"
		}
		env := []workflow.Variable{
			{Name: "IMAGE", Value: image}, {Name: "PLATFORM", Value: platform},
			{Name: "REPOSITORY", Value: g.publisher.Images[image]}, {Name: "REGISTRY", Value: g.publisher.Registry},
		}
		changed := run("Has it changed", "image-changed", workflow.Variable{Name: "BEFORE", Value: expression("github.event.before")})
		changed.ID = "changed"
		minutes := min(buildMinutes, g.publisher.MaxSessionMinutes)
		login := credentials(g.publisher.RoleARN, g.publisher.Account, g.publisher.Region, strconv.Itoa(minutes*60))
		push := run("Build and push", "image-push")
		push.ID = "push"
		steps := append([]workflow.Step{login, push}, g.attest()...)
		for i := range steps {
			steps[i].If = "steps.changed.outputs.build == 'true'"
		}
		jobs = append(jobs, workflow.Job{
			ID: jobID("image-", image), Name: image, If: g.onDefaultBranch(), RunsOn: machine, TimeoutMinutes: minutes,
			Permissions: workflow.Permissions{Contents: workflow.Read, IDToken: workflow.Write}, Env: env,
			Steps: append([]workflow.Step{checkout(0, ""), changed}, steps...),
		})
	}
	return &workflow.Workflow{
		Comment: "Builds the container images whose folders changed, and pushes them by commit. Never latest, never from a pull request.",
		Name:    github.ImagesWorkflow, On: workflow.Triggers{
			Push:     &workflow.Push{Branches: []string{workflow.RefFilter(g.platform.DefaultBranch)}, Paths: []string{"images/**"}},
			Dispatch: &workflow.Dispatch{},
		},
		Jobs: jobs,
	}
}

// attest signs what is known of an image, where the configuration asks for it: last who built it, and only if nothing found in it stops it.
func (g generator) attest() []workflow.Step {
	trust := g.platform.TrustedImages()
	if trust == nil {
		return nil
	}
	digest := workflow.Variable{Name: "DIGEST", Value: expression("steps.push.outputs.digest")}
	scan := run("Scan", "image-scan", digest, workflow.Variable{Name: "NEW", Value: expression("steps.push.outputs.new")},
		workflow.Variable{Name: "FAIL_ON", Value: string(trust.FailOn)}, workflow.Variable{Name: "EXCEPTIONS", Value: trust.ExceptionsJSON()})
	sign := run("Sign", "image-sign", digest, runLink, workflow.Variable{Name: "KEY", Value: trust.KeyARN}, workflow.Variable{Name: "BUCKET", Value: trust.Bucket},
		workflow.Variable{Name: "BUILDER", Value: trust.Builder})
	scan.Run, sign.Run = attestation.Helpers()+scan.Run, attestation.Helpers()+sign.Run
	return []workflow.Step{
		scan, {Uses: goAction, With: variables{{Name: "go-version", Value: "stable"}, {Name: "cache", Value: "false"}}},
		run("List what is in it", "image-sbom", digest), sign,
	}
}

// verifyImages is the step that lets a stack with other images not be planned.
func (g generator) verifyImages() []workflow.Step {
	trust := g.platform.TrustedImages()
	if trust == nil {
		return nil
	}
	return []workflow.Step{{Name: "Are the images those that were built here", Run: attestation.VerifyScript(), Env: variables{
		{Name: "STACK_FILE", Value: stacksName + "/" + input("stack") + "/cdk.tf.json"}, {Name: "KEY", Value: trust.KeyARN}, {Name: "BUCKET", Value: trust.Bucket},
		{Name: "REGION", Value: trust.Region}, {Name: "BUILDER", Value: trust.Builder}, {Name: "FAIL_ON", Value: string(trust.FailOn)},
		{Name: "EXCEPTIONS", Value: trust.ExceptionsJSON()},
	}}}
}

// jobID makes an id of the name of an image, which is unique because names have no two signs in a row.
func jobID(prefix, name string) string {
	return prefix + strings.NewReplacer("/", "--", ".", "__").Replace(name)
}

// definitions stores the definitions of pipelines. Runs do not replace each other: each stores its own commit.
func (g generator) definitions() *workflow.Workflow {
	if g.publisher == nil || !g.hasPipelines() {
		return nil
	}
	return &workflow.Workflow{
		Comment: "Stores the definitions of all pipelines by commit, in the operations account.",
		Name:    github.DefinitionsWorkflow, On: workflow.Triggers{
			Push:     &workflow.Push{Branches: []string{workflow.RefFilter(g.platform.DefaultBranch)}},
			Dispatch: &workflow.Dispatch{},
		},
		Jobs: []workflow.Job{
			{
				ID: "write", If: g.onDefaultBranch(), RunsOn: g.platform.RunsOn, TimeoutMinutes: synthMinutes, Permissions: workflow.Permissions{Contents: workflow.Read},
				Steps: []workflow.Step{
					checkout(1, ""), setup(), {Name: "Write the definitions", Run: "go run . definitions --output definitions"}, upload("definitions", "definitions"),
				},
			},
			{
				ID: "store", Needs: []string{"write"}, RunsOn: g.platform.RunsOn, TimeoutMinutes: quickMinutes, Permissions: workflow.Permissions{IDToken: workflow.Write},
				Steps: []workflow.Step{
					download("definitions", "definitions"), credentials(g.publisher.RoleARN, g.publisher.Account, g.publisher.Region, ""),
					run("Store them", "definitions-publish", workflow.Variable{Name: "BUCKET", Value: g.publisher.DefinitionsBucket}),
				},
			},
		},
	}
}

func (g generator) hasPipelines() bool {
	return slices.ContainsFunc(g.platform.Environments, func(environment *config.Environment) bool { return environment.TrainingEnabled() })
}
