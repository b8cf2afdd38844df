package permissions

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Neighbours tells the deployments of one project apart that may share an account. Neither the deployment nor the roles
// that it makes can touch what has the tags or, in S3, the name of another one.
type Neighbours struct {
	// Prefix begins the names of all deployments of the project, followed by a hyphen, such as "wine"; Scope.Prefix
	// continues it. Default: none, the deployment has no neighbours and the other fields must be empty.
	Prefix string
	// ProjectTag is the key of the tag, one of Scope.Tags, that all deployments of the project have with the same
	// value. Default: Project.
	ProjectTag string
	// DeploymentTag is the key of the tag, one of Scope.Tags, whose value is another for each deployment.
	// Default: Environment.
	DeploymentTag string
	// Shared is the value of DeploymentTag on what the roles of all deployments may read, such as "operations": objects
	// in buckets whose names begin with <Prefix>-<Shared>-, images, the keys of both. Default: none.
	Shared string
}

func (n Neighbours) withDefaults() Neighbours {
	if n.Prefix == "" {
		return n
	}
	n.ProjectTag = cmp.Or(n.ProjectTag, "Project")
	n.DeploymentTag = cmp.Or(n.DeploymentTag, "Environment")
	return n
}

func (s Scope) validateNeighbours(problems *problem.List) {
	n := s.Neighbours
	if n.Prefix == "" {
		if n != (Neighbours{}) {
			problems.Addf("neighbours.prefix", "is missing; give the beginning of all names of the project, such as wine")
		}
		return
	}
	if !strings.HasPrefix(s.Prefix, n.Prefix+"-") {
		problems.Addf("neighbours.prefix", "%q does not begin %q; give the beginning that all names of the project have, without the hyphen behind it", n.Prefix, s.Prefix)
	}
	for _, each := range []struct{ path, key string }{{"neighbours.projectTag", n.ProjectTag}, {"neighbours.deploymentTag", n.DeploymentTag}} {
		if s.Tags[each.key] == "" {
			problems.Addf(each.path, "%q is not among the tags; add it to them or name another", each.key)
		}
	}
	if n.ProjectTag == n.DeploymentTag {
		problems.Addf("neighbours.deploymentTag", "%q is the tag of the project too; name the one whose value is another for each deployment", n.DeploymentTag)
	}
}

// byTag are the actions of an apply role on what AWS names by random ids, where only tags tell whose it is. Roles of
// the state, which have tags as well, must stay reachable.
func byTag() []string {
	return sorted(append(byTagBut(), "kms:*"))
}

// byTagBut are the same but for KMS.
func byTagBut() []string {
	return []string{"application-autoscaling:*", "ec2:*", "iam:*OpenIDConnectProvider*", "sagemaker:*"}
}

// guardNeighbours denies an apply role what belongs to neighbours. What all share it may decrypt, as far as a statement
// of the caller allows that: definitions of pipelines lie there.
func (s Scope) guardNeighbours() []policy.Statement {
	var shared []string
	if s.shared() != "" {
		shared = []string{s.shared()}
	}
	return append(s.notNeighbours("GuardNeighbours", sorted(append(byTagBut(), allKMSButDecrypt()...))),
		s.notNeighbours("GuardNeighboursData", []string{"kms:Decrypt"}, shared...)...)
}

// allKMSButDecrypt are all actions of KMS but Decrypt and what only looks.
func allKMSButDecrypt() []string {
	return of("kms", "C* Del* Der* Dis* E* G* I* P* R* S* T* U* V*")
}

// notNeighbours denies the actions on what belongs to a deployment of the project other than this and those given.
func (s Scope) notNeighbours(sid string, actions []string, except ...string) []policy.Statement {
	n := s.Neighbours
	if n.Prefix == "" {
		return nil
	}
	key := "aws:ResourceTag/" + n.DeploymentTag
	return []policy.Statement{{
		Sid: sid, Effect: policy.Deny, Actions: actions, Resources: []string{"*"},
		Conditions: []policy.Condition{
			policy.StringEquals("aws:ResourceTag/"+n.ProjectTag, s.Tags[n.ProjectTag]),
			policy.StringNotEquals(key, append([]string{s.Tags[n.DeploymentTag]}, except...)...),
			// Without it, this would also hold for what has only the tag of the project.
			policy.Present(key),
		},
	}}
}

// notTagged denies the actions on what the scope protects by its tags.
func (s Scope) notTagged(sid string, actions []string) []policy.Statement {
	if len(s.ProtectedTags) == 0 {
		return nil
	}
	var conditions []policy.Condition
	for _, key := range slices.Sorted(maps.Keys(s.ProtectedTags)) {
		conditions = append(conditions, policy.StringEquals("aws:ResourceTag/"+key, s.ProtectedTags[key]...))
	}
	return []policy.Statement{{Sid: sid, Effect: policy.Deny, Actions: actions, Resources: []string{"*"}, Conditions: conditions}}
}

// shared is the tag value of what may only be read. Empty where there is none, or where the deployment itself owns it.
func (s Scope) shared() string {
	if n := s.Neighbours; n.Shared != s.Tags[n.DeploymentTag] {
		return n.Shared
	}
	return ""
}

// onlyReadShared denies everything but reading on what all deployments share.
func (s Scope) onlyReadShared() []policy.Statement {
	n := s.Neighbours
	if s.shared() == "" {
		return nil
	}
	return []policy.Statement{{
		Sid: "OnlyReadShared", Effect: policy.Deny, Resources: []string{"*"},
		NotActions: sorted(append(imageReads(), "kms:Decrypt", "kms:DescribeKey", "s3:Get*", "s3:List*", "sagemaker:Describe*", "sagemaker:List*")),
		Conditions: []policy.Condition{
			policy.StringEquals("aws:ResourceTag/"+n.ProjectTag, s.Tags[n.ProjectTag]),
			policy.StringEquals("aws:ResourceTag/"+n.DeploymentTag, n.Shared),
		},
	}}
}

// sharedBuckets lets workloads read the buckets that all deployments of the project share.
func (s Scope) sharedBuckets() []policy.Statement {
	if s.shared() == "" {
		return nil
	}
	return []policy.Statement{{
		Sid: "SharedBuckets", Actions: []string{"s3:Get*", "s3:List*"}, Resources: []string{s.Bucket(s.Neighbours.Prefix + "-" + s.shared() + "-*")},
	}}
}
