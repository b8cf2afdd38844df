package kubernetes

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Namespace holds the objects of one purpose.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
type Namespace struct {
	Metadata `json:"-"`
}

// Describe is v1 Namespace.
func (Namespace) Describe() Kind {
	return Kind{APIVersion: "v1", Kind: "Namespace", Cluster: true, Bare: true}
}

// A PodSecurity is what pods of a namespace may ask of the node.
// https://kubernetes.io/docs/concepts/security/pod-security-standards/
type PodSecurity string

const (
	// Privileged allows everything.
	Privileged PodSecurity = "privileged"
	// Baseline refuses known ways out of the container: host networks, host paths, privileged containers.
	Baseline PodSecurity = "baseline"
	// Restricted also wants users that are not root, no capabilities and a seccomp profile.
	Restricted PodSecurity = "restricted"
)

// PodSecurityLabels are the labels of a namespace whose pods must meet the standard. Pods that do not meet the restricted one,
// where it is not enforced, are warned of.
// https://kubernetes.io/docs/concepts/security/pod-security-admission/
func PodSecurityLabels(enforce PodSecurity) map[string]string {
	return map[string]string{
		podSecurityLabel + "enforce": string(enforce),
		podSecurityLabel + "warn":    string(Restricted),
	}
}

const podSecurityLabel = "pod-security.kubernetes.io/"

// Validate reports everything that is wrong.
func (n Namespace) Validate() error {
	problems := begin(n)
	for _, key := range slices.Sorted(maps.Keys(n.Labels)) {
		if rest, found := strings.CutPrefix(key, podSecurityLabel); found && !strings.HasSuffix(rest, "-version") {
			oneOf(problems, problem.Key("labels", key), PodSecurity(n.Labels[key]), Privileged, Baseline, Restricted)
		}
	}
	return problems.Err()
}

// A ServiceAccount is who a pod is: for the API server, and for AWS where Pod Identity or IRSA gives it a role.
// https://kubernetes.io/docs/concepts/security/service-accounts/
type ServiceAccount struct {
	Metadata `json:"-"`
	// AutomountServiceAccountToken gives the pods a token for the API server. Default: true, as in Kubernetes; pods that do not
	// speak to the API server need none, and neither Pod Identity nor IRSA uses this one.
	AutomountServiceAccountToken *bool `json:"automountServiceAccountToken,omitempty"`
}

// RoleARN is the annotation of a service account that lets its pods take on an IAM role, by IRSA. Pod Identity needs none.
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
const RoleARN = "eks.amazonaws.com/role-arn"

// Describe is v1 ServiceAccount.
func (ServiceAccount) Describe() Kind {
	return Kind{APIVersion: "v1", Kind: "ServiceAccount", Bare: true}
}

// Validate reports everything that is wrong.
func (a ServiceAccount) Validate() error { return begin(a).Err() }

// A ResourceQuota is the most that the objects of a namespace use together.
// https://kubernetes.io/docs/concepts/policy/resource-quotas/
type ResourceQuota struct {
	Metadata `json:"-"`
	// Hard are the limits: requests.cpu, limits.memory, requests.nvidia.com/gpu, pods, count/jobs.batch.
	Hard map[string]Quantity `json:"hard"`
}

// Describe is v1 ResourceQuota.
func (ResourceQuota) Describe() Kind { return Kind{APIVersion: "v1", Kind: "ResourceQuota"} }

// Validate reports everything that is wrong.
func (q ResourceQuota) Validate() error {
	problems := begin(q)
	if len(q.Hard) == 0 {
		problems.Addf("hard", "is empty; give at least one limit, such as requests.cpu")
	}
	for _, name := range slices.Sorted(maps.Keys(q.Hard)) {
		at := problem.Key("hard", name)
		if _, ok := q.Hard[name].amount(); !ok {
			problems.Addf(at, "%q is no quantity; write it like 20, 500m or 64Gi", q.Hard[name])
		}
		of, bounded := strings.CutPrefix(name, "limits.")
		if bounded && strings.Contains(of, "/") {
			problems.Addf(at, "is no quota of Kubernetes; limit requests.%s, which equal the limits", of)
		}
		if !slices.Contains(quotaNames, name) && !strings.Contains(name, "/") && !strings.HasPrefix(name, "requests.") && !bounded {
			problems.Addf(at, "is no quota of Kubernetes; use one such as requests.cpu, limits.memory, pods or count/jobs.batch")
		}
	}
	return problems.Err()
}

// https://kubernetes.io/docs/concepts/policy/resource-quotas/#types-of-resource-quota
var quotaNames = []string{
	"cpu", "memory", "ephemeral-storage", "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
	"persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
}

// A LimitRange is what one container or volume of a namespace gets if it asks for nothing, and the most and least it may ask for.
// https://kubernetes.io/docs/concepts/policy/limit-range/
type LimitRange struct {
	Metadata `json:"-"`
	// Limits are one or more.
	Limits []Limit `json:"limits"`
}

// A Limit is for objects of one type.
type Limit struct {
	// Type is Container, Pod or PersistentVolumeClaim.
	Type string `json:"type"`
	// Max and Min are bounds. Default: none. A Max on a resource also gives that much of it to containers that ask for nothing, so
	// leave GPUs out.
	Max Resources `json:"max,omitempty"`
	Min Resources `json:"min,omitempty"`
	// Default are limits, and DefaultRequest requests of containers that have none. For Container only.
	Default        Resources `json:"default,omitempty"`
	DefaultRequest Resources `json:"defaultRequest,omitempty"`
}

// Describe is v1 LimitRange.
func (LimitRange) Describe() Kind { return Kind{APIVersion: "v1", Kind: "LimitRange"} }

// Validate reports everything that is wrong.
func (r LimitRange) Validate() error {
	problems := begin(r)
	if len(r.Limits) == 0 {
		problems.Addf("limits", "are missing; give at least one")
	}
	for i, each := range r.Limits {
		at := problem.Index("limits", i)
		if each.Type == "" {
			problems.Addf(at+".type", "is missing; use Container, Pod or PersistentVolumeClaim")
		}
		oneOf(problems, at+".type", each.Type, "Container", "Pod", "PersistentVolumeClaim")
		if each.Type != "Container" && len(each.Default)+len(each.DefaultRequest) > 0 {
			problems.Addf(at+".default", "is for containers only; drop it, or use the type Container")
		}
		each.Max.check(problems, at+".max")
		if each.Max[GPU] != "" {
			problems.Addf(problem.Key(at+".max", GPU), "gives a GPU to every container that asks for none; limit GPUs by a ResourceQuota")
		}
		each.Min.check(problems, at+".min")
		each.Default.check(problems, at+".default")
		each.DefaultRequest.check(problems, at+".defaultRequest")
		for _, order := range []struct {
			low, high         Resources
			lowName, highName string
		}{
			{each.Min, each.Max, "min", "max"}, {each.Default, each.Max, "default", "max"}, {each.DefaultRequest, each.Default, "defaultRequest", "default"},
			{each.DefaultRequest, each.Max, "defaultRequest", "max"}, {each.Min, each.Default, "min", "default"}, {each.Min, each.DefaultRequest, "min", "defaultRequest"},
		} {
			for _, name := range slices.Sorted(maps.Keys(order.low)) {
				low, ok := order.low[name].amount()
				high, also := order.high[name].amount()
				if ok && also && low.Cmp(high) > 0 {
					problems.Addf(problem.Key(at+"."+order.lowName, name), "%q is more than %s, which is %q; lower it", order.low[name], order.highName, order.high[name])
				}
			}
		}
	}
	return problems.Err()
}

// A ConfigMap is text for pods that is no secret.
// https://kubernetes.io/docs/concepts/configuration/configmap/
type ConfigMap struct {
	Metadata `json:"-"`
	// Data are texts by name, 1 MiB together.
	Data map[string]string `json:"data,omitempty"`
	// Immutable keeps the data from being changed. Default: false.
	Immutable bool `json:"immutable,omitempty"`
}

// Describe is v1 ConfigMap.
func (ConfigMap) Describe() Kind { return Kind{APIVersion: "v1", Kind: "ConfigMap", Bare: true} }

// Validate reports everything that is wrong.
func (c ConfigMap) Validate() error {
	problems := begin(c)
	size := 0
	for _, key := range slices.Sorted(maps.Keys(c.Data)) {
		if !dataKeyPattern.MatchString(key) || key == "." || key == ".." {
			problems.Addf(problem.Key("data", key), "is no key; use up to 253 letters, digits and .-_")
		}
		size += len(c.Data[key])
	}
	if size > 1<<20 {
		problems.Addf("data", "are %d bytes together; a ConfigMap takes %d", size, 1<<20)
	}
	return problems.Err()
}

// A Service gives the pods that it chooses one name and address within the cluster. Load balancers are made by Terraform and bound
// with a TargetGroupBinding, so that none is left when the cluster goes.
// https://kubernetes.io/docs/concepts/services-networking/service/
type Service struct {
	Metadata `json:"-"`
	// Selector are labels of the pods.
	Selector map[string]string `json:"selector"`
	// Ports are one or more.
	Ports []ServicePort `json:"ports"`
	// ClusterIP is None for a service without an address of its own, whose name is the addresses of the pods. Default: an address.
	ClusterIP string `json:"clusterIP,omitempty"`
}

// A ServicePort is a port of a service.
type ServicePort struct {
	// Name is required where there are several.
	Name string `json:"name,omitempty"`
	// Port is the service's.
	Port int `json:"port"`
	// TargetPort is that of the pods. Default: Port.
	TargetPort IntOrString `json:"targetPort,omitempty"`
	// Protocol is TCP or UDP. Default: TCP.
	Protocol string `json:"protocol,omitempty"`
	// AppProtocol is what is spoken, such as http, grpc or kubernetes.io/h2c. Default: none.
	AppProtocol string `json:"appProtocol,omitempty"`
}

// Describe is v1 Service.
func (Service) Describe() Kind { return Kind{APIVersion: "v1", Kind: "Service"} }

// Validate reports everything that is wrong.
func (s Service) Validate() error {
	problems := begin(s)
	if len(s.Selector) == 0 {
		problems.Addf("selector", "is missing; give labels of the pods")
	}
	checkLabels(problems, "selector", s.Selector)
	oneOf(problems, "clusterIP", s.ClusterIP, "None")
	if len(s.Ports) == 0 {
		problems.Addf("ports", "are missing; give at least one")
	}
	seen := map[string]bool{}
	for i, each := range s.Ports {
		at := problem.Index("ports", i)
		between(problems, at+".port", each.Port, 1, 65535)
		if each.TargetPort != "" {
			checkPort(problems, at+".targetPort", each.TargetPort)
		}
		oneOf(problems, at+".protocol", each.Protocol, "TCP", "UDP")
		if each.Name != "" || len(s.Ports) > 1 {
			checkLabelName(problems, at+".name", each.Name)
		}
		if seen[each.Name] && each.Name != "" {
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		seen[each.Name] = true
	}
	return problems.Err()
}

// A PodDisruptionBudget keeps some pods alive while nodes are drained.
// https://kubernetes.io/docs/tasks/run-application/configure-pdb/
type PodDisruptionBudget struct {
	Metadata `json:"-"`
	// Selector chooses the pods.
	Selector Selector `json:"selector"`
	// MinAvailable pods, or share of them, stay; or MaxUnavailable may be away. One of the two. No node can be drained where
	// nothing may be away: MinAvailable of one for one replica, or 100%.
	MinAvailable   IntOrString `json:"minAvailable,omitempty"`
	MaxUnavailable IntOrString `json:"maxUnavailable,omitempty"`
	// UnhealthyPodEvictionPolicy is AlwaysAllow or IfHealthyBudget. Default: IfHealthyBudget, with which pods that never become
	// ready keep their node.
	UnhealthyPodEvictionPolicy string `json:"unhealthyPodEvictionPolicy,omitempty"`
}

// Describe is policy/v1 PodDisruptionBudget.
func (PodDisruptionBudget) Describe() Kind {
	return Kind{APIVersion: "policy/v1", Kind: "PodDisruptionBudget"}
}

// Validate reports everything that is wrong.
func (b PodDisruptionBudget) Validate() error {
	problems := begin(b)
	b.Selector.check(problems, "selector")
	if b.Selector.empty() {
		problems.Addf("selector", "is empty, which chooses all pods of the namespace; give labels")
	}
	switch {
	case b.MinAvailable == "" && b.MaxUnavailable == "":
		problems.Addf("minAvailable", "is missing, and so is maxUnavailable; give one of the two")
	case b.MinAvailable != "" && b.MaxUnavailable != "":
		problems.Addf("maxUnavailable", "is given beside minAvailable; drop one of the two")
	case b.MinAvailable != "":
		checkShare(problems, "minAvailable", b.MinAvailable)
		if b.MinAvailable == "100%" {
			problems.Addf("minAvailable", "\"100%%\" keeps nodes from ever being drained; lower it")
		}
	default:
		checkShare(problems, "maxUnavailable", b.MaxUnavailable)
		if b.MaxUnavailable == "0" || b.MaxUnavailable == "0%" {
			problems.Addf("maxUnavailable", "%q keeps nodes from ever being drained; raise it", b.MaxUnavailable)
		}
	}
	oneOf(problems, "unhealthyPodEvictionPolicy", b.UnhealthyPodEvictionPolicy, "AlwaysAllow", "IfHealthyBudget")
	return problems.Err()
}
