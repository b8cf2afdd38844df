package kubernetes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// An HTTPRoute leads requests to services.
// https://gateway-api.sigs.k8s.io/api-types/httproute/
type HTTPRoute struct {
	Metadata `json:"-"`
	// ParentRefs are the Gateways: one or more.
	ParentRefs []ParentRef `json:"parentRefs"`
	// Hostnames of the requests. Default: those of the listeners.
	Hostnames []string `json:"hostnames,omitempty"`
	// Rules are one or more, 16 at most.
	Rules []HTTPRule `json:"rules"`
}

// A ParentRef is a Gateway, or one listener of it.
type ParentRef struct {
	Name        string `json:"name"`
	Namespace   string `json:"namespace,omitempty"`
	SectionName string `json:"sectionName,omitempty"`
	Port        int    `json:"port,omitempty"`
}

// An HTTPRule leads what matches, changed by filters, to services by their weights.
type HTTPRule struct {
	// Matches: one is enough. Default: all requests.
	Matches []HTTPMatch `json:"matches,omitempty"`
	// Filters change requests and answers. Default: none.
	Filters []HTTPFilter `json:"filters,omitempty"`
	// BackendRefs are services. None: the answer is 500, unless a filter redirects.
	BackendRefs []BackendRef `json:"backendRefs,omitempty"`
	// Timeouts of a request. Default: those of the controller.
	Timeouts *HTTPTimeouts `json:"timeouts,omitempty"`
}

// An HTTPMatch is met where all that is given is met.
type HTTPMatch struct {
	Path    *PathMatch    `json:"path,omitempty"`
	Headers []HeaderMatch `json:"headers,omitempty"`
	Method  string        `json:"method,omitempty"`
}

// A PathMatch is met by paths. Its type is Exact, PathPrefix or RegularExpression; the last is not known to every controller.
type PathMatch struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// A HeaderMatch is met by the value of a header. Its type is Exact or RegularExpression. Default: Exact.
type HeaderMatch struct {
	Type  string `json:"type,omitempty"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// An HTTPFilter changes requests or answers. Exactly one field beside Type, which MarshalJSON adds.
type HTTPFilter struct {
	RequestHeaderModifier  *HeaderModifier `json:"requestHeaderModifier,omitempty"`
	ResponseHeaderModifier *HeaderModifier `json:"responseHeaderModifier,omitempty"`
	RequestRedirect        *Redirect       `json:"requestRedirect,omitempty"`
	URLRewrite             *Rewrite        `json:"urlRewrite,omitempty"`
}

// MarshalJSON adds the type of the filter, which follows from its field.
func (f HTTPFilter) MarshalJSON() ([]byte, error) {
	type fields HTTPFilter
	kind := "URLRewrite"
	switch {
	case f.RequestHeaderModifier != nil:
		kind = "RequestHeaderModifier"
	case f.ResponseHeaderModifier != nil:
		kind = "ResponseHeaderModifier"
	case f.RequestRedirect != nil:
		kind = "RequestRedirect"
	}
	return marshal(struct {
		Type string `json:"type"`
		fields
	}{kind, fields(f)})
}

// A HeaderModifier sets, adds and removes headers.
type HeaderModifier struct {
	Set    []Header `json:"set,omitempty"`
	Add    []Header `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// A Header is a header of HTTP.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Redirect sends clients elsewhere.
type Redirect struct {
	// Scheme is http or https. Default: that of the request.
	Scheme   string `json:"scheme,omitempty"`
	Hostname string `json:"hostname,omitempty"`
	Port     int    `json:"port,omitempty"`
	// StatusCode is 301 or 302. Default: 302.
	StatusCode int `json:"statusCode,omitempty"`
}

// A Rewrite changes the host name or the path before the request goes on.
type Rewrite struct {
	Hostname string       `json:"hostname,omitempty"`
	Path     *PathRewrite `json:"path,omitempty"`
}

// A PathRewrite replaces the whole path, or the prefix that the rule matched: one of the two.
type PathRewrite struct {
	ReplaceFullPath    string
	ReplacePrefixMatch string
}

// MarshalJSON adds the type, which follows from the field.
func (p PathRewrite) MarshalJSON() ([]byte, error) {
	if p.ReplaceFullPath != "" {
		return marshal(map[string]string{"type": "ReplaceFullPath", "replaceFullPath": p.ReplaceFullPath})
	}
	return marshal(map[string]string{"type": "ReplacePrefixMatch", "replacePrefixMatch": p.ReplacePrefixMatch})
}

// A BackendRef is a service, with its share of the requests.
type BackendRef struct {
	Name string `json:"name"`
	// Namespace of the service. Another than the route's needs a ReferenceGrant there. Default: the route's.
	Namespace string `json:"namespace,omitempty"`
	Port      int    `json:"port"`
	// Weight among the weights of all services of the rule, 0 to 1000000. Default: 1.
	Weight *int `json:"weight,omitempty"`
}

// HTTPTimeouts are how long a request may take as a whole, and how long one attempt at a service may.
type HTTPTimeouts struct {
	Request        Duration `json:"request,omitempty"`
	BackendRequest Duration `json:"backendRequest,omitempty"`
}

// Describe is gateway.networking.k8s.io/v1 HTTPRoute.
func (HTTPRoute) Describe() Kind { return Kind{APIVersion: gatewayAPI, Kind: "HTTPRoute"} }

var headerPattern = lazyregexp.New("^[A-Za-z0-9!#$%&'*+\\-.^_`|~]+$")

// Validate reports everything that is wrong.
func (r HTTPRoute) Validate() error {
	problems := begin(r)
	if len(r.ParentRefs) == 0 {
		problems.Addf("parentRefs", "are missing; name the Gateway")
	}
	for i, each := range r.ParentRefs {
		checkName(problems, problem.Index("parentRefs", i)+".name", each.Name)
	}
	if len(r.Hostnames) > 16 {
		problems.Addf("hostnames", "are %d; a route takes 16", len(r.Hostnames))
	}
	for i, each := range r.Hostnames {
		if each == "" {
			problems.Addf(problem.Index("hostnames", i), "is empty; give a host name, or leave it out")
		}
		checkHostname(problems, problem.Index("hostnames", i), each)
	}
	if len(r.Rules) == 0 || len(r.Rules) > 16 {
		problems.Addf("rules", "are %d; a route has 1 to 16", len(r.Rules))
	}
	for i, each := range r.Rules {
		each.check(problems, problem.Index("rules", i))
	}
	return problems.Err()
}

func (r HTTPRule) check(problems *problem.List, path string) {
	prefixOnly := true
	for i, each := range r.Matches {
		at := problem.Index(path+".matches", i)
		if p := each.Path; p != nil {
			oneOf(problems, at+".path.type", p.Type, "Exact", "PathPrefix", "RegularExpression")
			if p.Type == "" {
				problems.Addf(at+".path.type", "is missing; use Exact, PathPrefix or RegularExpression")
			}
			if p.Type != "RegularExpression" && (!strings.HasPrefix(p.Value, "/") || strings.Contains(p.Value, "//") || strings.Contains(p.Value+"/", "/../") || strings.Contains(p.Value, "#")) {
				problems.Addf(at+".path.value", "%q is no path; begin it with / and use no //, .. or #", p.Value)
			}
			prefixOnly = prefixOnly && p.Type == "PathPrefix"
		}
		for j, header := range each.Headers {
			where := problem.Index(at+".headers", j)
			oneOf(problems, where+".type", header.Type, "Exact", "RegularExpression")
			if !headerPattern.MatchString(header.Name) {
				problems.Addf(where+".name", "%q is no name of a header; use letters, digits and -", header.Name)
			}
			if header.Value == "" {
				problems.Addf(where+".value", "is missing; give a value")
			}
		}
		oneOf(problems, at+".method", each.Method, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete,
			http.MethodConnect, http.MethodOptions, http.MethodTrace, http.MethodPatch)
	}
	redirects := false
	for i, each := range r.Filters {
		at := problem.Index(path+".filters", i)
		if n := count(each.RequestHeaderModifier != nil, each.ResponseHeaderModifier != nil, each.RequestRedirect != nil, each.URLRewrite != nil); n != 1 {
			problems.Addf(at, "has %d kinds; give one of requestHeaderModifier, responseHeaderModifier, requestRedirect and urlRewrite", n)
		}
		if to := each.RequestRedirect; to != nil {
			redirects = true
			oneOf(problems, at+".requestRedirect.scheme", to.Scheme, "http", "https")
			checkHostname(problems, at+".requestRedirect.hostname", to.Hostname)
			if to.StatusCode != 0 && !slices.Contains([]int{301, 302, 303, 307, 308}, to.StatusCode) {
				problems.Addf(at+".requestRedirect.statusCode", "%d is no redirection; use 301 or 302", to.StatusCode)
			}
		}
		if rewrite := each.URLRewrite; rewrite != nil {
			checkHostname(problems, at+".urlRewrite.hostname", rewrite.Hostname)
			if p := rewrite.Path; p != nil {
				if (p.ReplaceFullPath == "") == (p.ReplacePrefixMatch == "") {
					problems.Addf(at+".urlRewrite.path", "replaces two things or nothing; give one of replaceFullPath and replacePrefixMatch")
				}
				if p.ReplacePrefixMatch != "" && (!prefixOnly || len(r.Matches) != 1) {
					problems.Addf(at+".urlRewrite.path.replacePrefixMatch", "needs a rule with exactly one match, of the type PathPrefix")
				}
			}
		}
	}
	if redirects && len(r.BackendRefs) > 0 {
		problems.Addf(path+".backendRefs", "are given beside a redirection, which needs none; drop one of the two")
	}
	if !redirects && len(r.BackendRefs) == 0 {
		problems.Addf(path+".backendRefs", "are missing, so that the answer is always 500; name a service")
	}
	if len(r.BackendRefs) > 16 {
		problems.Addf(path+".backendRefs", "are %d; a rule takes 16", len(r.BackendRefs))
	}
	sum, weighted := 0, false
	for i, each := range r.BackendRefs {
		at := problem.Index(path+".backendRefs", i)
		checkName(problems, at+".name", each.Name)
		between(problems, at+".port", each.Port, 1, 65535)
		if each.Weight == nil {
			sum++
			continue
		}
		weighted = true
		between(problems, at+".weight", *each.Weight, 0, 1_000_000)
		sum += *each.Weight
	}
	if weighted && sum == 0 {
		problems.Addf(path+".backendRefs", "have no weight at all, so that nobody gets a request; give one of them some")
	}
	if t := r.Timeouts; t != nil {
		if t.Request < 0 || t.BackendRequest < 0 {
			problems.Addf(path+".timeouts", "are negative; use a time such as 60s")
		}
		if t.Request > 0 && t.BackendRequest > t.Request {
			problems.Addf(path+".timeouts.backendRequest", "%s is more than the request as a whole may take, %s; lower it", t.BackendRequest, t.Request)
		}
	}
}
