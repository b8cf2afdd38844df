package inferenceservice

import (
	"maps"
	"net/url"
	"slices"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// An InferenceGraph leads a request through several models.
// https://kserve.github.io/website/docs/concepts/resources/inferencegraph
type InferenceGraph struct {
	kubernetes.Metadata `json:"-"`
	// Mode is required.
	Mode Mode `json:"-"`
	// Nodes by name. The one named root is the first.
	Nodes map[string]Router `json:"nodes"`
	// Resources of the router. Default: those of KServe's configuration.
	Resources kubernetes.Requirements `json:"resources,omitzero"`
	// MinReplicas and MaxReplicas of the router. Default: 1, and MinReplicas.
	MinReplicas *int `json:"minReplicas,omitempty"`
	MaxReplicas int  `json:"maxReplicas,omitempty"`
	// Timeout of a request in seconds. Default: that of the mode.
	Timeout int `json:"timeout,omitempty"`
	// ServiceAccountName is who the router is. Default: the service account default.
	ServiceAccountName string `json:"serviceAccountName,omitempty"`
}

// A Router is a node of a graph.
type Router struct {
	// RouterType is Sequence, Splitter, Ensemble or Switch.
	RouterType string `json:"routerType"`
	// Steps are one or more.
	Steps []Step `json:"steps"`
}

// A Step asks a model, or goes on with a node: exactly one of ServiceName, ServiceURL and NodeName.
type Step struct {
	// Name of the step, unique in the node. Default: none.
	Name string `json:"name,omitempty"`
	// ServiceName is an InferenceService of the namespace, ServiceURL any address, NodeName a node of the graph.
	ServiceName string `json:"serviceName,omitempty"`
	ServiceURL  string `json:"serviceUrl,omitempty"`
	NodeName    string `json:"nodeName,omitempty"`
	// Data is $request or $response, of the step before. Default: $request.
	Data string `json:"data,omitempty"`
	// Weight in a Splitter; all of its weights are 100 together.
	Weight *int `json:"weight,omitempty"`
	// Condition in a Switch, in GJSON. https://github.com/tidwall/gjson
	Condition string `json:"condition,omitempty"`
	// Dependency is Soft or Hard: whether the graph goes on where the step failed. Default: Soft.
	Dependency string `json:"dependency,omitempty"`
}

// Describe is serving.kserve.io/v1alpha1 InferenceGraph.
func (InferenceGraph) Describe() kubernetes.Kind {
	return kubernetes.Kind{APIVersion: servingAlpha, Kind: "InferenceGraph"}
}

// Meta is the metadata with the annotation of the mode.
func (g InferenceGraph) Meta() kubernetes.Metadata {
	m := g.Metadata
	m.Annotations = maps.Clone(m.Annotations)
	if m.Annotations == nil {
		m.Annotations = map[string]string{}
	}
	m.Annotations[modeAnnotation] = string(g.Mode)
	return m
}

// Validate reports everything that is wrong.
func (g InferenceGraph) Validate() error {
	var problems problem.List
	problems.Add("", kubernetes.Begin(g))
	if !namePattern.MatchString(g.Name) || len(g.Name) > maxName {
		problems.Addf("name", "%q is no name of an InferenceGraph; use up to %d lower-case letters, digits and -, and begin with a letter", g.Name, maxName)
	}
	if g.Mode != Standard && g.Mode != Knative {
		problems.Addf("mode", "%q is unknown; use Standard or Knative", g.Mode)
	}
	low := 1
	if g.MinReplicas != nil {
		low = *g.MinReplicas
	}
	if low < 0 || low == 0 && g.Mode == Standard {
		problems.Addf("minReplicas", "%d is too little; use 1 or more, or 0 in the mode Knative", low)
	}
	if g.MaxReplicas < 0 || g.MaxReplicas > 0 && g.MaxReplicas < low {
		problems.Addf("maxReplicas", "%d is less than minReplicas, %d; raise it", g.MaxReplicas, low)
	}
	if g.Timeout < 0 {
		problems.Addf("timeout", "%d is negative; use seconds", g.Timeout)
	}
	problems.Add("", g.Resources.Check("resources"))
	if _, found := g.Nodes["root"]; !found {
		problems.Addf("nodes", "have no root, with which the graph begins; name one so")
	}
	for _, name := range slices.Sorted(maps.Keys(g.Nodes)) {
		g.checkNode(&problems, problem.Key("nodes", name), g.Nodes[name])
	}
	if circle := g.circle("root", nil); circle != "" {
		problems.Addf(problem.Key("nodes", circle), "leads back to itself, so that a request never ends; let the steps lead on")
	}
	return problems.Err()
}

// circle is a node that is reached from itself, or "".
func (g InferenceGraph) circle(node string, above []string) string {
	if slices.Contains(above, node) {
		return node
	}
	for _, step := range g.Nodes[node].Steps {
		if step.NodeName != "" {
			if found := g.circle(step.NodeName, append(slices.Clone(above), node)); found != "" {
				return found
			}
		}
	}
	return ""
}

func (g InferenceGraph) checkNode(problems *problem.List, path string, node Router) {
	types := []string{"Sequence", "Splitter", "Ensemble", "Switch"}
	if !slices.Contains(types, node.RouterType) {
		problems.Addf(path+".routerType", "%q is unknown; use Sequence, Splitter, Ensemble or Switch", node.RouterType)
	}
	if len(node.Steps) == 0 {
		problems.Addf(path+".steps", "are missing; give at least one")
	}
	names, sum := map[string]bool{}, 0
	for i, each := range node.Steps {
		at := problem.Index(path+".steps", i)
		targets := 0
		for _, target := range []string{each.ServiceName, each.ServiceURL, each.NodeName} {
			if target != "" {
				targets++
			}
		}
		if targets != 1 {
			problems.Addf(at, "leads to %d places; give one of serviceName, serviceUrl and nodeName", targets)
		}
		if each.Name != "" && names[each.Name] {
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		names[each.Name] = true
		if _, found := g.Nodes[each.NodeName]; each.NodeName != "" && !found {
			problems.Addf(at+".nodeName", "%q is no node of the graph; add it, or correct the name", each.NodeName)
		}
		if each.ServiceURL != "" && !token.Is(each.ServiceURL) {
			if target, err := url.Parse(each.ServiceURL); err != nil || target.Host == "" {
				problems.Addf(at+".serviceUrl", "%q is no URL; write it like http://model.models.svc.cluster.local/v2/models/model/infer", each.ServiceURL)
			}
		}
		if each.Data != "" && each.Data != "$request" && each.Data != "$response" {
			problems.Addf(at+".data", "%q is unknown; use $request or $response", each.Data)
		}
		if each.Dependency != "" && each.Dependency != "Soft" && each.Dependency != "Hard" {
			problems.Addf(at+".dependency", "%q is unknown; use Soft or Hard", each.Dependency)
		}
		switch {
		case node.RouterType == "Splitter" && each.Weight == nil:
			problems.Addf(at+".weight", "is missing; give the share of a Splitter's step")
		case node.RouterType != "Splitter" && each.Weight != nil:
			problems.Addf(at+".weight", "%d means nothing in a %s; drop it, or use a Splitter", *each.Weight, node.RouterType)
		case each.Weight != nil:
			sum += *each.Weight
		}
		if node.RouterType == "Switch" && each.Condition == "" {
			problems.Addf(at+".condition", "is missing; give the condition of a Switch's step")
		}
	}
	if node.RouterType == "Splitter" && len(node.Steps) > 0 && sum != 100 {
		problems.Addf(path+".steps", "have weights of %d together; make them 100", sum)
	}
}
