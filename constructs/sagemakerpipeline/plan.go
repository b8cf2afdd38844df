package sagemakerpipeline

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A plan is what follows from valid props.
type plan struct {
	definition string
	role       iam.RoleProps
	jobs       []policy.Statement
}

// plan checks everything and derives the permissions.
func (p Props) plan() (plan, error) {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	problems.Add("", p.choice().Validate())
	if p.RoleARN != "" && len(p.Statements) > 0 {
		problems.Addf("statements", "are for a role to make, but roleARN gives an existing one; keep one of them")
	}
	if p.Object != nil {
		p.Object.validate(&problems)
	}
	if p.Definition == nil {
		problems.Addf("definition", "is missing; give a pipeline of documents/pipeline")
		return plan{}, problems.Err()
	}
	definition, err := p.Definition.JSON()
	if err != nil {
		problems.Add("definition", err)
		return plan{}, problems.Err()
	}
	if name := p.Definition.Name(); token.Is(name) && p.RoleARN == "" && p.RoleName == "" {
		problems.Addf("roleName", "is missing, and the name of the pipeline, from which it would follow, is known to Terraform only; give a name")
	}
	// The definition is valid, and so these have no errors of their own.
	access, _ := p.Definition.Access()
	steps, _ := p.Definition.Permissions(p.Scope)
	out := plan{definition: definition, jobs: p.jobs(&problems, access)}
	out.role = iam.RoleProps{
		Name: p.choice().NameFor(p.Definition.Name(), "-pipeline"), Description: "Runs the steps of the pipeline " + p.Definition.Name(),
		Trust: policy.TrustService(p.Scope.Account, "sagemaker.amazonaws.com"), PermissionsBoundary: p.PermissionsBoundary,
		Statements: append(p.inRepositories(steps, access), p.Statements...),
	}
	if len(p.Statements) > 0 {
		problems.Add("", policy.New(p.Statements...).Validate(policy.Identity))
	}
	return out, problems.Err()
}

func (p Props) choice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

func (o Object) validate(problems *problem.List) {
	if !token.Is(o.Bucket) && !awsfacts.IsBucketName(o.Bucket) {
		problems.Addf("object.bucket", "%q is no bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens", o.Bucket)
	}
	if n := len(o.Key); n < 1 || n > 1024 && !token.Is(o.Key) {
		problems.Addf("object.key", "has %d characters, 1 to 1,024 are allowed; give the key of the definition", n)
	}
	if n := len(o.VersionID); n > 1024 && !token.Is(o.VersionID) {
		problems.Addf("object.versionID", "has %d characters, 1,024 are allowed; give an id that S3 shows", n)
	}
}

// jobs is what the role of the jobs is granted.
func (p Props) jobs(problems *problem.List, access pipeline.Access) []policy.Statement {
	if p.JobRole == nil {
		if len(p.Buckets) > 0 {
			problems.Addf("buckets", "say what jobRole is granted, which is missing; give the role of the jobs, or drop them")
		}
		if len(p.Repositories) > 0 {
			problems.Addf("repositories", "say what jobRole is granted, which is missing; give the role of the jobs, or drop them")
		}
		return nil
	}
	if len(access.Roles) == 0 {
		problems.Addf("jobRole", "has no use, because the definition has no jobs; drop it")
		return nil
	}
	statements, _ := p.Definition.JobPermissions(p.Scope)
	statements = append(p.inRepositories(statements, access), p.keys(problems, access)...)
	for i, each := range p.Repositories {
		if !slices.ContainsFunc(access.Images, func(image string) bool { return lies(image, each) }) {
			problems.Addf(problem.Index("repositories", i), "%q holds no image of the definition; drop it", each.URL())
		}
	}
	return statements
}

// keys lets S3 use the keys of the buckets for the jobs, those that the definition does not name itself.
func (p Props) keys(problems *problem.List, access pipeline.Access) []policy.Statement {
	var statements []policy.Statement
	service := "s3." + p.Scope.Region + "." + p.Scope.DNSSuffix()
	for i, each := range p.Buckets {
		in := func(uri string) bool {
			rest, ok := strings.CutPrefix(uri, "s3://"+each.Name())
			return ok && (rest == "" || rest[0] == '/')
		}
		write := slices.ContainsFunc(access.Writes, in)
		if !write && !slices.ContainsFunc(access.Reads, in) {
			at := problem.Index("buckets", i)
			if uri := literal(append(slices.Clone(access.Reads), access.Writes...)); token.Is(each.Name()) && uri != "" {
				problems.Addf(at, "%q is neither read nor written by a step, and %q has its bucket's name written out; if it is this one, use its Name() in the definition, so that Terraform makes it first, or else drop it", each.Name(), uri)
			} else {
				problems.Addf(at, "%q is neither read nor written by a step; drop it", each.Name())
			}
			continue
		}
		if key := each.KeyARN(); key != "" && !slices.Contains(access.OutputKeys, key) {
			statements = append(statements, policy.UseKey(write, service, key))
		}
	}
	return policy.Merge(statements...)
}

// literal is the first of the URIs whose bucket is written out, or "".
func literal(uris []string) string {
	for _, uri := range uris {
		if bucket, _, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/"); bucket != "" && !token.Is(bucket) {
			return uri
		}
	}
	return ""
}

// inRepositories narrows pulling: documents/pipeline allows all repositories of the account for images whose address
// only Terraform knows, and the repositories given here say which they are.
func (p Props) inRepositories(statements []policy.Statement, access pipeline.Access) []policy.Statement {
	var repositories []string
	unknown := false
	for _, image := range access.Images {
		i := slices.IndexFunc(p.Repositories, func(r Repository) bool { return lies(image, r) })
		switch {
		case i < 0:
			unknown = unknown || token.Is(image) && !namesRepository(image)
		case !slices.Contains(repositories, p.Repositories[i].ARN()):
			repositories = append(repositories, p.Repositories[i].ARN())
		}
	}
	if len(repositories) == 0 {
		return statements
	}
	all := p.Scope.Regional("ecr", "repository/*")
	out := slices.Clone(statements)
	for i, each := range out {
		if !slices.Contains(each.Actions, "ecr:BatchGetImage") {
			continue
		}
		resources := slices.Clone(repositories)
		for _, resource := range each.Resources {
			if (resource != all || unknown) && !slices.Contains(resources, resource) {
				resources = append(resources, resource)
			}
		}
		out[i].Resources = resources
	}
	return out
}

// namesRepository reports whether the repository of an image is known, although its tag may not be.
func namesRepository(image string) bool {
	found, ok := ecr.ParseImage(image)
	return ok && !token.Is(found.Repository) && found.Tag+found.Digest != ""
}

// lies reports whether the image is in the repository.
func lies(image string, repository Repository) bool {
	rest, ok := strings.CutPrefix(image, repository.URL())
	return ok && (rest == "" || rest[0] == ':' || rest[0] == '@')
}
