package kubernetes

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A GatewayClass says which controller makes the gateways of its name.
// https://gateway-api.sigs.k8s.io/api-types/gatewayclass/
type GatewayClass struct {
	Metadata `json:"-"`
	// ControllerName such as gateway.envoyproxy.io/gatewayclass-controller.
	ControllerName string `json:"controllerName"`
	// ParametersRef are settings for the controller. Default: none.
	ParametersRef *ParametersRef `json:"parametersRef,omitempty"`
}

// EnvoyGateway is the controller of Envoy Gateway.
const EnvoyGateway = "gateway.envoyproxy.io/gatewayclass-controller"

// A ParametersRef names an object with settings. Its namespace is for a GatewayClass; a Gateway takes one of its own.
type ParametersRef struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

// A Gateway takes connections for routes.
// https://gateway-api.sigs.k8s.io/api-types/gateway/
type Gateway struct {
	Metadata `json:"-"`
	// GatewayClassName is the class.
	GatewayClassName string `json:"gatewayClassName"`
	// Listeners are one or more, each of another port, protocol or host name.
	Listeners []Listener `json:"listeners"`
	// Infrastructure is for what the controller makes. Default: none.
	Infrastructure *Infrastructure `json:"infrastructure,omitempty"`
}

// Infrastructure are labels, annotations and settings of what the controller makes for a Gateway.
type Infrastructure struct {
	Labels        map[string]string `json:"labels,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
	ParametersRef *ParametersRef    `json:"parametersRef,omitempty"`
}

// A Listener takes connections on a port.
type Listener struct {
	// Name in the Gateway.
	Name string `json:"name"`
	// Hostname that is taken, *.example.com included. Default: all.
	Hostname string `json:"hostname,omitempty"`
	// Port is its number.
	Port int `json:"port"`
	// Protocol is HTTP, HTTPS, TLS, TCP or UDP.
	Protocol string `json:"protocol"`
	// TLS is for HTTPS and TLS.
	TLS *ListenerTLS `json:"tls,omitempty"`
	// AllowedRoutes are routes that may use it. Default: those of the Gateway's namespace.
	AllowedRoutes *AllowedRoutes `json:"allowedRoutes,omitempty"`
}

// ListenerTLS says how connections are decrypted.
type ListenerTLS struct {
	// Mode is Terminate or Passthrough. Default: Terminate.
	Mode string `json:"mode,omitempty"`
	// CertificateRefs are Secrets with a certificate, for Terminate.
	CertificateRefs []CertificateRef `json:"certificateRefs,omitempty"`
}

// A CertificateRef is a Secret with a certificate.
type CertificateRef struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

// AllowedRoutes are routes by their namespaces.
type AllowedRoutes struct {
	Namespaces RouteNamespaces `json:"namespaces"`
}

// RouteNamespaces are all, the same, or those that the selector chooses.
type RouteNamespaces struct {
	// From is All, Same or Selector.
	From     string    `json:"from"`
	Selector *Selector `json:"selector,omitempty"`
}

const gatewayAPI = "gateway.networking.k8s.io/v1"

// Describe is gateway.networking.k8s.io/v1 GatewayClass.
func (GatewayClass) Describe() Kind {
	return Kind{APIVersion: gatewayAPI, Kind: "GatewayClass", Cluster: true}
}

// Describe is gateway.networking.k8s.io/v1 Gateway.
func (Gateway) Describe() Kind { return Kind{APIVersion: gatewayAPI, Kind: "Gateway"} }

var controllerPattern = lazyregexp.New(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$`)

// Validate reports everything that is wrong.
func (c GatewayClass) Validate() error {
	problems := begin(c)
	if !controllerPattern.MatchString(c.ControllerName) {
		problems.Addf("controllerName", "%q is no controller; write it like %s", c.ControllerName, EnvoyGateway)
	}
	if c.ParametersRef != nil {
		c.ParametersRef.check(problems, "parametersRef")
	}
	return problems.Err()
}

func (r ParametersRef) check(problems *problem.List, path string) {
	if r.Kind == "" {
		problems.Addf(path+".kind", "is missing; name the kind of the object")
	}
	checkName(problems, path+".name", r.Name)
}

// Validate reports everything that is wrong.
func (g Gateway) Validate() error {
	problems := begin(g)
	checkName(problems, "gatewayClassName", g.GatewayClassName)
	if len(g.Listeners) == 0 || len(g.Listeners) > 64 {
		problems.Addf("listeners", "are %d; a Gateway has 1 to 64", len(g.Listeners))
	}
	names, taken := map[string]bool{}, map[string]bool{}
	for i, each := range g.Listeners {
		at := problem.Index("listeners", i)
		checkName(problems, at+".name", each.Name)
		if names[each.Name] {
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		names[each.Name] = true
		between(problems, at+".port", each.Port, 1, 65535)
		checkHostname(problems, at+".hostname", each.Hostname)
		if each.Protocol == "" {
			problems.Addf(at+".protocol", "is missing; use HTTP, HTTPS, TLS, TCP or UDP")
		}
		oneOf(problems, at+".protocol", each.Protocol, "HTTP", "HTTPS", "TLS", "TCP", "UDP")
		where := string(rune(each.Port)) + each.Protocol + each.Hostname
		if taken[where] {
			problems.Addf(at, "takes the same port, protocol and host name as one before; drop it")
		}
		taken[where] = true
		encrypted := each.Protocol == "HTTPS" || each.Protocol == "TLS"
		switch {
		case encrypted && each.TLS == nil:
			problems.Addf(at+".tls", "is missing; %s needs a certificate", each.Protocol)
		case !encrypted && each.TLS != nil:
			problems.Addf(at+".tls", "is given; %s is not encrypted, so drop it, or use HTTPS", each.Protocol)
		case each.TLS != nil:
			oneOf(problems, at+".tls.mode", each.TLS.Mode, "Terminate", "Passthrough")
			if each.TLS.Mode != "Passthrough" && len(each.TLS.CertificateRefs) == 0 {
				problems.Addf(at+".tls.certificateRefs", "are missing; name a Secret with a certificate")
			}
			if each.TLS.Mode == "Passthrough" && each.Protocol == "HTTPS" {
				problems.Addf(at+".tls.mode", "\"Passthrough\" is for the protocol TLS; use Terminate")
			}
			for j, ref := range each.TLS.CertificateRefs {
				checkName(problems, problem.Index(at+".tls.certificateRefs", j)+".name", ref.Name)
			}
		}
		if each.AllowedRoutes != nil {
			from := each.AllowedRoutes.Namespaces
			oneOf(problems, at+".allowedRoutes.namespaces.from", from.From, "All", "Same", "Selector")
			if (from.From == "Selector") != (from.Selector != nil) {
				problems.Addf(at+".allowedRoutes.namespaces.selector", "belongs to from Selector; give both or neither")
			}
			if from.Selector != nil {
				from.Selector.check(problems, at+".allowedRoutes.namespaces.selector")
			}
		}
	}
	if g.Infrastructure != nil {
		checkLabels(problems, "infrastructure.labels", g.Infrastructure.Labels)
		if ref := g.Infrastructure.ParametersRef; ref != nil {
			ref.check(problems, "infrastructure.parametersRef")
			if ref.Namespace != "" {
				problems.Addf("infrastructure.parametersRef.namespace", "%q is given; a Gateway takes settings of its own namespace, so leave it out", ref.Namespace)
			}
		}
	}
	return problems.Err()
}

func checkHostname(problems *problem.List, path, host string) {
	name := strings.TrimPrefix(host, "*.")
	if host != "" && !token.Is(host) && (len(host) > 253 || !subdomainPattern.MatchString(name) || digits.MatchString(strings.ReplaceAll(name, ".", ""))) {
		problems.Addf(path, "%q is no host name; write it like models.example.com or *.example.com", host)
	}
}
