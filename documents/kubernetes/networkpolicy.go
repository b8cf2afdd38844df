package kubernetes

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A NetworkPolicy says which connections its pods may take and make. What no policy chooses may do everything; what one chooses
// may do only what some policy allows. On EKS the VPC CNI enforces them where its setting enableNetworkPolicy is on.
// https://kubernetes.io/docs/concepts/services-networking/network-policies/
// https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
type NetworkPolicy struct {
	Metadata `json:"-"`
	// PodSelector chooses the pods. The empty one chooses all of the namespace.
	PodSelector Selector `json:"podSelector"`
	// PolicyTypes are Ingress, Egress or both: the directions that are denied but for the rules.
	PolicyTypes []string `json:"policyTypes"`
	// Ingress are connections that the pods may take. Default: none.
	Ingress []IngressRule `json:"ingress,omitempty"`
	// Egress are connections that the pods may make. Default: none.
	Egress []EgressRule `json:"egress,omitempty"`
}

// An IngressRule allows connections from any of the peers to any of the ports.
type IngressRule struct {
	// From are the peers. Empty: everybody.
	From []Peer `json:"from,omitempty"`
	// Ports of the pods. Empty: all.
	Ports []PolicyPort `json:"ports,omitempty"`
}

// An EgressRule allows connections to any of the ports of any of the peers.
type EgressRule struct {
	// To are the peers. Empty: everybody.
	To []Peer `json:"to,omitempty"`
	// Ports of the peers. Empty: all.
	Ports []PolicyPort `json:"ports,omitempty"`
}

// A Peer is a pod by its labels, by those of its namespace, or by both; or addresses.
type Peer struct {
	// PodSelector chooses pods. Default: all of the chosen namespaces.
	PodSelector *Selector `json:"podSelector,omitempty"`
	// NamespaceSelector chooses namespaces. Default: the policy's.
	NamespaceSelector *Selector `json:"namespaceSelector,omitempty"`
	// IPBlock are addresses outside the cluster. Alone.
	IPBlock *IPBlock `json:"ipBlock,omitempty"`
}

// An IPBlock is a range of addresses, without the ranges in Except.
type IPBlock struct {
	CIDR   string   `json:"cidr"`
	Except []string `json:"except,omitempty"`
}

// A PolicyPort is a port, or the ports from Port to EndPort.
type PolicyPort struct {
	// Protocol is TCP, UDP or SCTP. Default: TCP.
	Protocol string `json:"protocol,omitempty"`
	// Port is a number, or the name of a port of the pods. Default: all.
	Port IntOrString `json:"port,omitempty"`
	// EndPort is the last of a range that begins with Port. Default: Port alone.
	EndPort int `json:"endPort,omitempty"`
}

// Describe is networking.k8s.io/v1 NetworkPolicy.
func (NetworkPolicy) Describe() Kind {
	return Kind{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}
}

// NamespaceName is the label that each namespace has by itself, with its name.
const NamespaceName = "kubernetes.io/metadata.name"

// InNamespace is all pods of a namespace, or those that have the labels.
func InNamespace(namespace string, labels map[string]string) Peer {
	peer := Peer{NamespaceSelector: &Selector{MatchLabels: map[string]string{NamespaceName: namespace}}}
	if len(labels) > 0 {
		peer.PodSelector = &Selector{MatchLabels: labels}
	}
	return peer
}

// Addresses are everything in the range.
func Addresses(cidr string, except ...string) Peer {
	return Peer{IPBlock: &IPBlock{CIDR: cidr, Except: except}}
}

// TCP are ports by number or name.
func TCP(ports ...IntOrString) []PolicyPort {
	var out []PolicyPort
	for _, each := range ports {
		out = append(out, PolicyPort{Protocol: "TCP", Port: each})
	}
	return out
}

// DefaultDeny denies all pods of a namespace everything but what other policies allow.
func DefaultDeny(namespace string) NetworkPolicy {
	return NetworkPolicy{Metadata: Metadata{Name: "default-deny", Namespace: namespace}, PolicyTypes: []string{"Ingress", "Egress"}}
}

// AllowDNS lets all pods of a namespace ask the cluster's name servers.
func AllowDNS(namespace string) NetworkPolicy {
	return NetworkPolicy{
		Metadata: Metadata{Name: "allow-dns", Namespace: namespace}, PolicyTypes: []string{"Egress"},
		Egress: []EgressRule{{
			To:    []Peer{InNamespace("kube-system", map[string]string{"k8s-app": "kube-dns"})},
			Ports: []PolicyPort{{Protocol: "UDP", Port: "53"}, {Protocol: "TCP", Port: "53"}},
		}},
	}
}

// PodIdentityAddress is where EKS Pod Identity gives pods their credentials, on port 80 of the node.
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
const PodIdentityAddress = "169.254.170.23/32"

// AllowPodIdentity lets the pods of a namespace that have the labels, or all, fetch the credentials of their role.
func AllowPodIdentity(namespace string, labels map[string]string) NetworkPolicy {
	return NetworkPolicy{
		Metadata: Metadata{Name: "allow-pod-identity", Namespace: namespace}, PodSelector: Selector{MatchLabels: labels}, PolicyTypes: []string{"Egress"},
		Egress: []EgressRule{{To: []Peer{Addresses(PodIdentityAddress)}, Ports: TCP("80")}},
	}
}

// Validate reports everything that is wrong.
func (p NetworkPolicy) Validate() error {
	problems := begin(p)
	p.PodSelector.check(problems, "podSelector")
	if len(p.PolicyTypes) == 0 {
		problems.Addf("policyTypes", "are missing; use Ingress, Egress or both")
	}
	for i, each := range p.PolicyTypes {
		oneOf(problems, problem.Index("policyTypes", i), each, "Ingress", "Egress")
	}
	if len(p.Ingress) > 0 && !slices.Contains(p.PolicyTypes, "Ingress") {
		problems.Addf("ingress", "has rules that mean nothing, since policyTypes does not name Ingress; add it")
	}
	if len(p.Egress) > 0 && !slices.Contains(p.PolicyTypes, "Egress") {
		problems.Addf("egress", "has rules that mean nothing, since policyTypes does not name Egress; add it")
	}
	for i, each := range p.Ingress {
		checkRule(problems, problem.Index("ingress", i), "from", each.From, each.Ports)
	}
	for i, each := range p.Egress {
		checkRule(problems, problem.Index("egress", i), "to", each.To, each.Ports)
	}
	return problems.Err()
}

func checkRule(problems *problem.List, path, direction string, peers []Peer, ports []PolicyPort) {
	for i, each := range peers {
		at := problem.Index(path+"."+direction, i)
		switch {
		case each.IPBlock == nil && each.PodSelector == nil && each.NamespaceSelector == nil:
			problems.Addf(at, "is nobody; give podSelector, namespaceSelector or ipBlock")
		case each.IPBlock != nil && (each.PodSelector != nil || each.NamespaceSelector != nil):
			problems.Addf(at+".ipBlock", "is given beside a selector; make two peers of it")
		}
		if each.PodSelector != nil {
			each.PodSelector.check(problems, at+".podSelector")
		}
		if each.NamespaceSelector != nil {
			each.NamespaceSelector.check(problems, at+".namespaceSelector")
		}
		if block := each.IPBlock; block != nil && !token.Is(block.CIDR) {
			whole, err := netip.ParsePrefix(block.CIDR)
			if err != nil || whole != whole.Masked() {
				problems.Addf(at+".ipBlock.cidr", "%q is no range of addresses; write it like 10.0.0.0/16, with zeroes behind the prefix", block.CIDR)
				continue
			}
			for j, except := range block.Except {
				part, err := netip.ParsePrefix(except)
				if err != nil || part.Bits() <= whole.Bits() || !whole.Contains(part.Addr()) {
					problems.Addf(problem.Index(at+".ipBlock.except", j), "%q is no part of %s; leave it out or correct it", except, block.CIDR)
				}
			}
		}
	}
	for i, each := range ports {
		at := problem.Index(path+".ports", i)
		oneOf(problems, at+".protocol", each.Protocol, "TCP", "UDP", "SCTP")
		if each.Port != "" {
			checkPort(problems, at+".port", each.Port)
		}
		if each.EndPort != 0 {
			first, err := strconv.Atoi(string(each.Port))
			if err != nil || each.EndPort < first || each.EndPort > 65535 {
				problems.Addf(at+".endPort", "%d ends no range; give port as a number, and endPort from there to 65535", each.EndPort)
			}
		}
	}
}
