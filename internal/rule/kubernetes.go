package rule

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	labelNamePattern  = lazyregexp.New(`^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	labelValuePattern = lazyregexp.New(`^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)
	subdomainPattern  = lazyregexp.New(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$`)
)

// What EKS takes of a managed node group.
// https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html
// https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
const (
	maxLabelKey = 63
	maxTaints   = 50
)

// labelKey says what is wrong with the key of a label or taint, or "". Kubernetes takes prefixes of 253 characters; EKS
// takes keys of 63 with their prefix.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
func labelKey(key string) string {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		prefix, name = "x", key
	}
	switch {
	case !subdomainPattern.MatchString(prefix) || !labelNamePattern.MatchString(name):
		return "is no Kubernetes label key; write it like team or example.com/team"
	case len(key) > maxLabelKey:
		return "is longer than the 63 characters that EKS takes, the part before the slash included; shorten it"
	}
	return ""
}

const labelValueRule = "is no Kubernetes label value; use up to 63 letters, digits and .-_ between letters or digits"

// NodeLabels reports labels that a node cannot have, or may not give itself.
// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
func NodeLabels(problems *problem.List, path string, labels map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := problem.Key(path, key)
		if wrong := labelKey(key); wrong != "" {
			problems.Addf(at, "%q %s", key, wrong)
		} else if domain, _, found := strings.Cut(key, "/"); found && reservedDomain(domain) {
			problems.Addf(at, "%q is in a domain in which nodes may not label themselves; use one of your own, such as example.com/team", key)
		}
		if value := labels[key]; value == "" {
			problems.Addf(at, "has no value, which EKS does not take; write one, such as \"true\"")
		} else if !labelValuePattern.MatchString(value) {
			problems.Addf(at, "%q %s", value, labelValueRule)
		}
	}
}

func reservedDomain(domain string) bool {
	within := func(parent string) bool { return domain == parent || strings.HasSuffix(domain, "."+parent) }
	if within("node.kubernetes.io") || within("kubelet.kubernetes.io") {
		return false
	}
	return within("kubernetes.io") || within("k8s.io") || within("eks.amazonaws.com")
}

// A Taint keeps pods away from a node.
type Taint struct{ Key, Value, Effect string }

// Taints reports taints that EKS refuses.
func Taints(problems *problem.List, path string, taints []Taint) {
	if len(taints) > maxTaints {
		problems.Addf(path, "has %d taints; EKS allows %d", len(taints), maxTaints)
	}
	first := map[string]int{}
	for i, taint := range taints {
		at := problem.Index(path, i)
		if wrong := labelKey(taint.Key); wrong != "" {
			problems.Addf(at+".key", "%q %s", taint.Key, wrong)
		}
		if !labelValuePattern.MatchString(taint.Value) {
			problems.Addf(at+".value", "%q %s", taint.Value, labelValueRule)
		}
		id := taint.Key + ":" + taint.Effect
		if earlier, twice := first[id]; twice {
			problems.Addf(at+".key", "%q has the effect %s already; keep one of the two, the first is %s", taint.Key, taint.Effect, problem.Index(path, earlier))
			continue
		}
		first[id] = i
	}
}
