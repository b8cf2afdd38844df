package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	modelPattern     = lazyregexp.New(`^[A-Za-z0-9]+$`)
	idPattern        = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]*$`)
	pathPattern      = lazyregexp.New(`^(/|(/([A-Za-z0-9._~:-]+|\{[A-Za-z0-9._-]+\+?\}))+)$`)
	pathParameter    = lazyregexp.New(`\{([A-Za-z0-9._-]+)\+?\}`)
	parameterPattern = lazyregexp.New(`^[A-Za-z0-9._-]+$`)
	endpointPattern  = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)
	vpcePattern      = lazyregexp.New(`^vpce-[0-9a-f]+$`)
)

func (d Document) validate() error {
	var problems problem.List
	if strings.TrimSpace(d.Title) == "" {
		problems.Addf("title", "is missing; name the API")
	}
	if strings.TrimSpace(d.Version) == "" {
		problems.Addf("version", "is missing; say which version of the API this is, such as 1.0")
	}
	problems.Add("scope", d.Scope.Validate())
	if len(d.Operations) == 0 {
		problems.Addf("operations", "are missing; an API without a route cannot be deployed")
	}
	routes, ids := map[string]bool{}, map[string]bool{}
	for i, o := range d.Operations {
		path := problem.Index("operations", i)
		if route := string(o.Method) + " " + o.Path; o.Path != "" {
			path = problem.Key("operations", route)
			if routes[route] {
				problems.Addf(path, "is there twice; remove one")
			}
			routes[route] = true
		}
		switch {
		case !idPattern.MatchString(o.ID):
			problems.Addf(path+".id", "%q is no name of an operation; begin with a letter, and use letters, digits and underscores", o.ID)
		case ids[o.ID]:
			problems.Addf(path+".id", "%q is used twice; rename one", o.ID)
		}
		ids[o.ID] = true
		o.validate(&problems, path, d.Models)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Models)) {
		path := problem.Key("models", name)
		if !modelPattern.MatchString(name) {
			problems.Addf(path, "%q is no name of a model; use letters and digits", name)
		}
		d.Models[name].validate(&problems, path, d.Models)
	}
	d.validatePolicy(&problems)
	for i, id := range d.VPCEndpoints {
		if !vpcePattern.MatchString(id) && !token.Is(id) {
			problems.Addf(problem.Index("vpcEndpoints", i), "%q is no id of a VPC endpoint; write it like vpce-0123456789abcdef0", id)
		}
	}
	validateGatewayResponses(&problems, d.GatewayResponses)
	return problems.Err()
}

func (d Document) validatePolicy(problems *problem.List) {
	if len(d.Policy.Statements) == 0 {
		return
	}
	if err := d.Policy.Validate(policy.Resource); err != nil {
		problems.Add("policy", err)
		return
	}
	if size := d.Policy.Size(); size > maxPolicy {
		problems.Addf("policy", "has %d characters, %d are allowed; shorten it", size, maxPolicy)
	}
}

func (o Operation) validate(problems *problem.List, path string, models map[string]Schema) {
	if !slices.Contains([]Method{Get, Post, Put, Patch, Delete}, o.Method) {
		problems.Addf(path+".method", "%q is no method; use GET, POST, PUT, PATCH or DELETE", o.Method)
	}
	if !pathPattern.MatchString(o.Path) {
		problems.Addf(path+".path", "%q is no path; write it like /model/list or /model/{name}", o.Path)
	}
	if o.Path == "/ping" || o.Path == "/sping" {
		problems.Addf(path+".path", "%q is what API Gateway uses itself; use another", o.Path)
	}
	o.validateParameters(problems, path)
	if o.Body != "" {
		checkModel(problems, path+".body", o.Body, models)
		if o.Method == Get || o.Method == Delete {
			problems.Addf(path+".body", "is not possible with %s; use parameters, or POST", o.Method)
		}
	}
	o.validateResponses(problems, path, models)
	switch {
	case !o.IAM && !o.APIKey && !o.Anonymous:
		problems.Addf(path+".iam", "nothing says who may call; set IAM or APIKey, or Anonymous for everybody whom the policy lets in")
	case o.Anonymous && (o.IAM || o.APIKey):
		problems.Addf(path+".anonymous", "stands beside IAM or APIKey; remove one of them")
	}
	if o.Integration == nil {
		problems.Addf(path+".integration", "is missing; say what answers, such as openapi.StartSyncExecution")
		return
	}
	problems.Add(path+".integration", o.Integration.validate(o))
}

func (o Operation) validateParameters(problems *problem.List, path string) {
	declared := map[string]bool{}
	for i, p := range o.Parameters {
		here := problem.Index(path+".parameters", i)
		if !parameterPattern.MatchString(p.Name) {
			problems.Addf(here+".name", "%q is no name of a parameter; use letters, digits and ._-", p.Name)
		}
		if !slices.Contains([]In{InQuery, InHeader, InPath}, p.place()) {
			problems.Addf(here+".in", "%q is no place of a parameter; use query, header or path", p.In)
		}
		key := fmt.Sprint(p.place(), " ", p.Name)
		if declared[key] {
			problems.Addf(here, "%q is there twice; remove one", p.Name)
		}
		declared[key] = true
		if p.In == InPath && !strings.Contains(o.Path, "{"+p.Name+"}") && !strings.Contains(o.Path, "{"+p.Name+"+}") {
			problems.Addf(here+".name", "%q does not stand in the path %s; write it there in braces", p.Name, o.Path)
		}
	}
	for _, match := range pathParameter.FindAllStringSubmatch(o.Path, -1) {
		if !declared["path "+match[1]] {
			problems.Addf(path+".parameters", "lack %q, which stands in the path; add it with In: InPath", match[1])
		}
	}
}

func (o Operation) validateResponses(problems *problem.List, path string, models map[string]Schema) {
	seen := map[int]bool{}
	for i, r := range o.Responses {
		here := problem.Index(path+".responses", i)
		if r.Status < 200 || r.Status > 599 {
			problems.Addf(here+".status", "%d is no status of a response; use 200 to 599", r.Status)
		}
		if seen[r.Status] {
			problems.Addf(here+".status", "%d is there twice; remove one", r.Status)
		}
		seen[r.Status] = true
		if strings.TrimSpace(r.Description) == "" {
			problems.Addf(here+".description", "is missing; say when clients get this response")
		}
		if r.Model != "" {
			checkModel(problems, here+".model", r.Model, models)
		}
	}
	if o.success() == 0 {
		problems.Addf(path+".responses", "lack one of 200 to 299; say what clients get when all is well")
	}
}
