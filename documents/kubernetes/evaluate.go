package kubernetes

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
)

// A Network is what network policies decide about, so that they can be held against what is meant.
type Network struct {
	// Policies are all that there are.
	Policies []NetworkPolicy
	// Namespaces are the labels of namespaces by name. NamespaceName is known of each.
	Namespaces map[string]map[string]string
}

// A Party is one end of a connection: a pod, or an address outside the cluster.
type Party struct {
	// Namespace and Labels of a pod. Empty for an address.
	Namespace string
	Labels    map[string]string
	// Ports are the numbers of the pod's ports by name.
	Ports map[string]int
	// Address is that of what is no pod. Peers that are addresses do not mean pods.
	Address netip.Addr
}

// Allows reports whether the policies allow the connection to the port, by the rules of Kubernetes: the one end must be allowed to
// make it, and the other to take it.
func (n Network) Allows(from, to Party, protocol string, port int) bool {
	return n.allowed("Egress", from, to, to, protocol, port) && n.allowed("Ingress", to, from, to, protocol, port)
}

func (n Network) allowed(direction string, subject, peer, target Party, protocol string, port int) bool {
	if subject.Namespace == "" {
		return true
	}
	chosen := false
	for _, policy := range n.Policies {
		if policy.Namespace != subject.Namespace || !slices.Contains(policy.PolicyTypes, direction) || !policy.PodSelector.Matches(subject.Labels) {
			continue
		}
		chosen = true
		if direction == "Ingress" {
			for _, rule := range policy.Ingress {
				if n.among(policy.Namespace, rule.From, peer) && matchesPort(rule.Ports, target, protocol, port) {
					return true
				}
			}
			continue
		}
		for _, rule := range policy.Egress {
			if n.among(policy.Namespace, rule.To, peer) && matchesPort(rule.Ports, target, protocol, port) {
				return true
			}
		}
	}
	return !chosen
}

func (n Network) among(own string, peers []Peer, party Party) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(peer Peer) bool {
		if peer.IPBlock != nil {
			return party.Namespace == "" && peer.IPBlock.contains(party.Address)
		}
		if party.Namespace == "" {
			return false
		}
		if peer.NamespaceSelector == nil && party.Namespace != own {
			return false
		}
		if peer.NamespaceSelector != nil {
			labels := map[string]string{NamespaceName: party.Namespace}
			maps.Copy(labels, n.Namespaces[party.Namespace])
			if !peer.NamespaceSelector.Matches(labels) {
				return false
			}
		}
		return peer.PodSelector == nil || peer.PodSelector.Matches(party.Labels)
	})
}

func (b IPBlock) contains(address netip.Addr) bool {
	within := func(text string) bool {
		prefix, err := netip.ParsePrefix(text)
		return err == nil && prefix.Contains(address)
	}
	return within(b.CIDR) && !slices.ContainsFunc(b.Except, within)
}

func matchesPort(ports []PolicyPort, target Party, protocol string, port int) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(each PolicyPort) bool {
		if of := each.Protocol; of != protocol && (of != "" || protocol != "TCP") {
			return false
		}
		if each.Port == "" {
			return true
		}
		first, err := strconv.Atoi(string(each.Port))
		if err != nil {
			return target.Ports[string(each.Port)] == port
		}
		return port == first || each.EndPort > 0 && port >= first && port <= each.EndPort
	})
}

// Matches reports whether the selector chooses what has these labels.
func (s Selector) Matches(labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	for _, each := range s.MatchExpressions {
		value, found := labels[each.Key]
		among := found && slices.Contains(each.Values, value)
		switch each.Operator {
		case "In":
			if !among {
				return false
			}
		case "NotIn":
			if among {
				return false
			}
		case "Exists":
			if !found {
				return false
			}
		case "DoesNotExist":
			if found {
				return false
			}
		}
	}
	return true
}
