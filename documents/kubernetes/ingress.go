package kubernetes

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// An Ingress leads HTTP requests to services, by a controller that may make a load balancer for it.
// https://kubernetes.io/docs/concepts/services-networking/ingress/
type Ingress struct {
	Metadata `json:"-"`
	// IngressClassName such as alb. Default: the cluster's default class.
	IngressClassName string `json:"ingressClassName,omitempty"`
	// TLS are certificates in Secrets. The AWS Load Balancer Controller takes those of ACM by host name instead. Default: none.
	TLS []IngressTLS `json:"tls,omitempty"`
	// Rules are one or more.
	Rules []HostRule `json:"rules"`
}

// IngressTLS is a Secret with the certificate of hosts.
type IngressTLS struct {
	Hosts      []string `json:"hosts,omitempty"`
	SecretName string   `json:"secretName,omitempty"`
}

// A HostRule leads the paths of a host.
type HostRule struct {
	// Host such as mlflow.example.com. Default: all.
	Host string `json:"host,omitempty"`
	// HTTP are the paths.
	HTTP IngressPaths `json:"http"`
}

// IngressPaths are one or more paths.
type IngressPaths struct {
	Paths []IngressPath `json:"paths"`
}

// An IngressPath leads a path to a service.
type IngressPath struct {
	Path string `json:"path"`
	// PathType is Prefix, Exact or ImplementationSpecific.
	PathType string         `json:"pathType"`
	Backend  IngressBackend `json:"backend"`
}

// An IngressBackend is a service of the same namespace.
type IngressBackend struct {
	Service IngressService `json:"service"`
}

// An IngressService is a service and its port.
type IngressService struct {
	Name string      `json:"name"`
	Port IngressPort `json:"port"`
}

// An IngressPort is a port by number or by name.
type IngressPort struct {
	Number int    `json:"number,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Describe is networking.k8s.io/v1 Ingress.
func (Ingress) Describe() Kind { return Kind{APIVersion: "networking.k8s.io/v1", Kind: "Ingress"} }

// Validate reports everything that is wrong.
func (g Ingress) Validate() error {
	problems := begin(g)
	if g.IngressClassName != "" {
		checkName(problems, "ingressClassName", g.IngressClassName)
	}
	if len(g.Rules) == 0 {
		problems.Addf("rules", "are missing; give at least one")
	}
	for i, each := range g.TLS {
		for j, host := range each.Hosts {
			checkHostname(problems, problem.Index(problem.Index("tls", i)+".hosts", j), host)
		}
	}
	for i, rule := range g.Rules {
		at := problem.Index("rules", i)
		checkHostname(problems, at+".host", rule.Host)
		if len(rule.HTTP.Paths) == 0 {
			problems.Addf(at+".http.paths", "are missing; give at least one")
		}
		for j, each := range rule.HTTP.Paths {
			where := problem.Index(at+".http.paths", j)
			if each.PathType == "" {
				problems.Addf(where+".pathType", "is missing; use Prefix, Exact or ImplementationSpecific")
			}
			oneOf(problems, where+".pathType", each.PathType, "Prefix", "Exact", "ImplementationSpecific")
			if each.PathType != "ImplementationSpecific" && (!strings.HasPrefix(each.Path, "/") || strings.Contains(each.Path, "//") || strings.Contains(each.Path+"/", "/../") || strings.Contains(each.Path+"/", "/./")) {
				problems.Addf(where+".path", "%q is no path; begin it with / and use no //, . or ..", each.Path)
			}
			checkName(problems, where+".backend.service.name", each.Backend.Service.Name)
			port := each.Backend.Service.Port
			switch {
			case (port.Number == 0) == (port.Name == ""):
				problems.Addf(where+".backend.service.port", "is a number and a name, or neither; give one of the two")
			case port.Number != 0:
				between(problems, where+".backend.service.port.number", port.Number, 1, 65535)
			default:
				checkPort(problems, where+".backend.service.port.name", IntOrString(port.Name))
			}
		}
	}
	return problems.Err()
}

// A TargetGroupBinding registers the pods of a service at a target group that Terraform made, so that the load balancer is Terraform's
// from beginning to end. The AWS Load Balancer Controller does it.
// https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
type TargetGroupBinding struct {
	Metadata `json:"-"`
	// ServiceRef is the service and its port.
	ServiceRef ServiceRef `json:"serviceRef"`
	// TargetGroupARN is the target group.
	TargetGroupARN string `json:"targetGroupARN"`
	// TargetType is ip or instance. Default: that of the target group.
	TargetType string `json:"targetType,omitempty"`
	// IPAddressType is ipv4 or ipv6. Default: that of the target group.
	IPAddressType string `json:"ipAddressType,omitempty"`
	// Networking are rules that the controller writes into the security group of the nodes. Default: none, the rules are elsewhere.
	Networking *BindingNetworking `json:"networking,omitempty"`
}

// A ServiceRef is a service and one of its ports.
type ServiceRef struct {
	Name string      `json:"name"`
	Port IntOrString `json:"port"`
}

// BindingNetworking is who may reach the pods.
type BindingNetworking struct {
	Ingress []BindingRule `json:"ingress"`
}

// A BindingRule lets peers reach ports.
type BindingRule struct {
	From  []BindingPeer `json:"from"`
	Ports []BindingPort `json:"ports"`
}

// A BindingPeer is a security group, or addresses: one of the two.
type BindingPeer struct {
	SecurityGroup *GroupPeer `json:"securityGroup,omitempty"`
	IPBlock       *CIDRPeer  `json:"ipBlock,omitempty"`
}

// A GroupPeer is a security group.
type GroupPeer struct {
	GroupID string `json:"groupID"`
}

// A CIDRPeer are addresses.
type CIDRPeer struct {
	CIDR string `json:"cidr"`
}

// A BindingPort is a port. Its protocol is TCP or UDP. Default: TCP.
type BindingPort struct {
	Protocol string      `json:"protocol,omitempty"`
	Port     IntOrString `json:"port,omitempty"`
}

// Describe is elbv2.k8s.aws/v1beta1 TargetGroupBinding.
func (TargetGroupBinding) Describe() Kind {
	return Kind{APIVersion: "elbv2.k8s.aws/v1beta1", Kind: "TargetGroupBinding"}
}

var (
	targetGroupPattern = lazyregexp.New(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]+$`)
	groupPattern       = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
)

// Validate reports everything that is wrong.
func (b TargetGroupBinding) Validate() error {
	problems := begin(b)
	checkName(problems, "serviceRef.name", b.ServiceRef.Name)
	checkPort(problems, "serviceRef.port", b.ServiceRef.Port)
	if !token.Is(b.TargetGroupARN) && !targetGroupPattern.MatchString(b.TargetGroupARN) {
		problems.Addf("targetGroupARN", "%q is no ARN of a target group; write it like arn:aws:elasticloadbalancing:us-west-2:111111111111:targetgroup/name/0123456789abcdef, or use Value", b.TargetGroupARN)
	}
	oneOf(problems, "targetType", b.TargetType, "ip", "instance")
	oneOf(problems, "ipAddressType", b.IPAddressType, "ipv4", "ipv6")
	if b.Networking != nil {
		for i, rule := range b.Networking.Ingress {
			at := problem.Index("networking.ingress", i)
			if len(rule.From) == 0 {
				problems.Addf(at+".from", "is missing; name a security group or addresses")
			}
			for j, each := range rule.From {
				where := problem.Index(at+".from", j)
				if (each.SecurityGroup == nil) == (each.IPBlock == nil) {
					problems.Addf(where, "is a security group and addresses, or neither; give one of the two")
				}
				if g := each.SecurityGroup; g != nil && !token.Is(g.GroupID) && !groupPattern.MatchString(g.GroupID) {
					problems.Addf(where+".securityGroup.groupID", "%q is no security group; write it like sg-0123456789abcdef0", g.GroupID)
				}
			}
			if len(rule.Ports) == 0 {
				problems.Addf(at+".ports", "are missing, which opens all; name one")
			}
			for j, each := range rule.Ports {
				where := problem.Index(at+".ports", j)
				oneOf(problems, where+".protocol", each.Protocol, "TCP", "UDP")
				if each.Port != "" {
					checkPort(problems, where+".port", each.Port)
				}
			}
		}
	}
	return problems.Err()
}
