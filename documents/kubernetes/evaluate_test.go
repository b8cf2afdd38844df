package kubernetes_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// TestAllows: who may speak to whom, by the rules of https://kubernetes.io/docs/concepts/services-networking/network-policies/
func TestAllows(t *testing.T) {
	model := kubernetes.Party{Namespace: "models", Labels: map[string]string{"component": "predictor"}, Ports: map[string]int{"http": 8080}}
	other := kubernetes.Party{Namespace: "models", Labels: map[string]string{"app": "other"}}
	gateway := kubernetes.Party{Namespace: "gateway", Labels: map[string]string{"app": "envoy"}}
	stranger := kubernetes.Party{Namespace: "default"}
	dns := kubernetes.Party{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}}
	outside := kubernetes.Party{Address: netip.MustParseAddr("52.1.2.3")}
	inside := kubernetes.Party{Address: netip.MustParseAddr("10.1.2.3")}

	open := kubernetes.Network{}
	require.True(t, open.Allows(stranger, model, "TCP", 8080), "what no policy chooses may do everything")

	named := func(name string) kubernetes.Metadata { return kubernetes.Metadata{Name: name, Namespace: "models"} }
	network := kubernetes.Network{
		Namespaces: map[string]map[string]string{"gateway": {"part": "entrance"}},
		Policies: []kubernetes.NetworkPolicy{
			kubernetes.DefaultDeny("models"), kubernetes.AllowDNS("models"),
			{
				Metadata: named("entrance"), PodSelector: kubernetes.Selector{MatchLabels: map[string]string{"component": "predictor"}}, PolicyTypes: []string{"Ingress"},
				Ingress: []kubernetes.IngressRule{{
					From:  []kubernetes.Peer{{NamespaceSelector: &kubernetes.Selector{MatchLabels: map[string]string{"part": "entrance"}}, PodSelector: &kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{{Key: "app", Operator: "In", Values: []string{"envoy"}}}}}},
					Ports: []kubernetes.PolicyPort{{Port: "http"}, {Port: "9000", EndPort: 9010}},
				}},
			},
			{
				Metadata: named("internet"), PodSelector: kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{{Key: "component", Operator: "Exists"}}}, PolicyTypes: []string{"Egress"},
				Egress: []kubernetes.EgressRule{{To: []kubernetes.Peer{kubernetes.Addresses("0.0.0.0/0", "10.0.0.0/8")}, Ports: kubernetes.TCP("443")}},
			},
		},
	}
	for _, each := range []struct {
		name     string
		from, to kubernetes.Party
		protocol string
		port     int
		allowed  bool
	}{
		{"the gateway to the model", gateway, model, "TCP", 8080, true},
		{"by another port", gateway, model, "TCP", 8082, false},
		{"by another protocol", gateway, model, "UDP", 8080, false},
		{"in the range", gateway, model, "TCP", 9005, true},
		{"behind the range", gateway, model, "TCP", 9011, false},
		{"a stranger to the model", stranger, model, "TCP", 8080, false},
		{"a neighbour to the model", other, model, "TCP", 8080, false},
		{"the gateway to a neighbour", gateway, other, "TCP", 8080, false},
		{"the model asks for names", model, dns, "UDP", 53, true},
		{"the model asks for more", model, dns, "TCP", 9153, false},
		{"the model to the internet", model, outside, "TCP", 443, true},
		{"a neighbour to the internet", other, outside, "TCP", 443, false},
		{"the model to the network", model, inside, "TCP", 443, false},
		{"addresses mean no pods", model, stranger, "TCP", 443, false},
	} {
		require.Equal(t, each.allowed, network.Allows(each.from, each.to, each.protocol, each.port), each.name)
	}
}

func TestMatches(t *testing.T) {
	labels := map[string]string{"a": "b"}
	for _, each := range []struct {
		requirement kubernetes.Requirement
		matches     bool
	}{
		{kubernetes.Requirement{Key: "a", Operator: "In", Values: []string{"b"}}, true}, {kubernetes.Requirement{Key: "a", Operator: "In", Values: []string{"c"}}, false},
		{kubernetes.Requirement{Key: "a", Operator: "NotIn", Values: []string{"b"}}, false}, {kubernetes.Requirement{Key: "x", Operator: "NotIn", Values: []string{"b"}}, true},
		{kubernetes.Requirement{Key: "a", Operator: "Exists"}, true}, {kubernetes.Requirement{Key: "x", Operator: "Exists"}, false},
		{kubernetes.Requirement{Key: "x", Operator: "DoesNotExist"}, true}, {kubernetes.Requirement{Key: "a", Operator: "DoesNotExist"}, false},
	} {
		require.Equal(t, each.matches, kubernetes.Selector{MatchExpressions: []kubernetes.Requirement{each.requirement}}.Matches(labels), each.requirement)
	}
	require.True(t, kubernetes.Selector{}.Matches(labels))
	require.False(t, kubernetes.Selector{MatchLabels: map[string]string{"a": "c"}}.Matches(labels))
}
