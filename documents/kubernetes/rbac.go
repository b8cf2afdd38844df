package kubernetes

import (
	"slices"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Role is what may be done in a namespace, and a ClusterRole what may be done in all of them, and with what is in none.
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/
type Role struct {
	Metadata `json:"-"`
	// Rules are what is allowed: one or more.
	Rules []Rule `json:"rules"`
}

// A ClusterRole is a Role for the whole cluster.
type ClusterRole struct {
	Metadata `json:"-"`
	// Rules are what is allowed: one or more.
	Rules []Rule `json:"rules"`
}

// A Rule allows verbs on resources.
type Rule struct {
	// APIGroups such as apps, serving.kserve.io, and "" for pods, services and config maps.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources in the plural, such as inferenceservices or pods/log.
	Resources []string `json:"resources,omitempty"`
	// ResourceNames are the only objects meant. create, list and watch know no names of objects. Default: all.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// NonResourceURLs are paths such as /metrics. In cluster roles only. Default: none.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
	// Verbs such as get, list and watch. No wildcard.
	Verbs []string `json:"verbs"`
}

// A RoleBinding gives subjects a role in its namespace, and a ClusterRoleBinding everywhere.
type RoleBinding struct {
	Metadata `json:"-"`
	// RoleRef is the role. A ClusterRole bound by a RoleBinding holds in the namespace alone.
	RoleRef RoleRef `json:"roleRef"`
	// Subjects are one or more.
	Subjects []Subject `json:"subjects"`
}

// A ClusterRoleBinding gives subjects a ClusterRole in the whole cluster.
type ClusterRoleBinding struct {
	Metadata `json:"-"`
	// RoleRef is a ClusterRole.
	RoleRef RoleRef `json:"roleRef"`
	// Subjects are one or more.
	Subjects []Subject `json:"subjects"`
}

// A RoleRef names a role. Its kind is Role or ClusterRole.
type RoleRef struct {
	Kind string
	Name string
}

// MarshalJSON adds the API group, which is the same for both kinds.
func (r RoleRef) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		APIGroup string `json:"apiGroup"`
		Kind     string `json:"kind"`
		Name     string `json:"name"`
	}{rbacGroup, r.Kind, r.Name})
}

// A Subject is who gets a role: a ServiceAccount of a namespace, or a Group or User, such as the group of an EKS access entry. Without a
// namespace a service account is in that of the RoleBinding.
type Subject struct {
	Kind      string
	Name      string
	Namespace string
}

// MarshalJSON adds the API group of groups and users.
func (s Subject) MarshalJSON() ([]byte, error) {
	group := rbacGroup
	if s.Kind == "ServiceAccount" {
		group = ""
	}
	return marshal(struct {
		APIGroup  string `json:"apiGroup,omitempty"`
		Kind      string `json:"kind"`
		Name      string `json:"name"`
		Namespace string `json:"namespace,omitempty"`
	}{group, s.Kind, s.Name, s.Namespace})
}

const rbacGroup = "rbac.authorization.k8s.io"

// Describe is rbac.authorization.k8s.io/v1 Role.
func (Role) Describe() Kind { return Kind{APIVersion: rbacGroup + "/v1", Kind: "Role", Bare: true} }

// Describe is rbac.authorization.k8s.io/v1 ClusterRole.
func (ClusterRole) Describe() Kind {
	return Kind{APIVersion: rbacGroup + "/v1", Kind: "ClusterRole", Cluster: true, Bare: true}
}

// Describe is rbac.authorization.k8s.io/v1 RoleBinding.
func (RoleBinding) Describe() Kind {
	return Kind{APIVersion: rbacGroup + "/v1", Kind: "RoleBinding", Bare: true}
}

// Describe is rbac.authorization.k8s.io/v1 ClusterRoleBinding.
func (ClusterRoleBinding) Describe() Kind {
	return Kind{APIVersion: rbacGroup + "/v1", Kind: "ClusterRoleBinding", Cluster: true, Bare: true}
}

// Validate reports everything that is wrong.
func (r Role) Validate() error {
	problems := begin(r)
	checkRules(problems, r.Rules, false)
	return problems.Err()
}

// Validate reports everything that is wrong.
func (r ClusterRole) Validate() error {
	problems := begin(r)
	checkRules(problems, r.Rules, true)
	return problems.Err()
}

// verbs: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
var verbs = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "escalate", "impersonate", "approve", "sign"}

func checkRules(problems *problem.List, rules []Rule, cluster bool) {
	if len(rules) == 0 {
		problems.Addf("rules", "are missing; give at least one")
	}
	for i, each := range rules {
		at := problem.Index("rules", i)
		if len(each.Verbs) == 0 {
			problems.Addf(at+".verbs", "are missing; give at least one")
		}
		for j, verb := range each.Verbs {
			if !slices.Contains(verbs, verb) {
				problems.Addf(problem.Index(at+".verbs", j), "%q is unknown; use verbs such as get, list, watch, create, update, patch or delete, and no wildcard", verb)
			}
			if len(each.ResourceNames) > 0 && slices.Contains([]string{"create", "deletecollection"}, verb) {
				problems.Addf(problem.Index(at+".verbs", j), "%q knows no names of objects, so that resourceNames allow nothing; put it into a rule of its own", verb)
			}
		}
		switch {
		case len(each.NonResourceURLs) > 0 && !cluster:
			problems.Addf(at+".nonResourceURLs", "are in no namespace; use a ClusterRole")
		case len(each.NonResourceURLs) > 0 && len(each.Resources)+len(each.APIGroups) > 0:
			problems.Addf(at+".nonResourceURLs", "are given beside resources; use a rule for each")
		case len(each.NonResourceURLs) == 0 && (len(each.Resources) == 0 || len(each.APIGroups) == 0):
			problems.Addf(at+".resources", "are missing, or apiGroups are; give both, with \"\" for the group of pods and services")
		}
		for j, name := range append(slices.Clone(each.Resources), each.APIGroups...) {
			if name == "*" {
				field, at2 := "resources", j
				if j >= len(each.Resources) {
					field, at2 = "apiGroups", j-len(each.Resources)
				}
				problems.Addf(problem.Index(at+"."+field, at2), "%q is everything; name what is needed", name)
			}
		}
	}
}

// Validate reports everything that is wrong.
func (b RoleBinding) Validate() error {
	problems := begin(b)
	checkBinding(problems, false, b.RoleRef, b.Subjects, "Role", "ClusterRole")
	return problems.Err()
}

// Validate reports everything that is wrong.
func (b ClusterRoleBinding) Validate() error {
	problems := begin(b)
	checkBinding(problems, true, b.RoleRef, b.Subjects, "ClusterRole")
	return problems.Err()
}

func checkBinding(problems *problem.List, cluster bool, role RoleRef, subjects []Subject, kinds ...string) {
	if !slices.Contains(kinds, role.Kind) {
		problems.Addf("roleRef.kind", "%q is not for this binding; use %s", role.Kind, problem.Choices(kinds))
	}
	if role.Name == "" {
		problems.Addf("roleRef.name", "is missing; name the role")
	}
	if len(subjects) == 0 {
		problems.Addf("subjects", "are missing; give at least one")
	}
	for i, each := range subjects {
		at := problem.Index("subjects", i)
		if each.Name == "" {
			problems.Addf(at+".name", "is missing; give a name")
		}
		switch {
		case !slices.Contains([]string{"ServiceAccount", "Group", "User"}, each.Kind):
			problems.Addf(at+".kind", "%q is unknown; use ServiceAccount, Group or User", each.Kind)
		case each.Kind == "ServiceAccount" && each.Namespace == "" && cluster:
			problems.Addf(at+".namespace", "is missing; say where the service account is")
		case each.Kind != "ServiceAccount" && each.Namespace != "":
			problems.Addf(at+".namespace", "%q is given, but a %s is in no namespace; leave it out", each.Namespace, each.Kind)
		}
		if each.Kind == "Group" && slices.Contains([]string{"system:unauthenticated", "system:authenticated", "system:anonymous"}, each.Name) {
			problems.Addf(at+".name", "%q is everybody; name a group of your own", each.Name)
		}
	}
}
