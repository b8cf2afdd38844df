package kservemodel

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var rolePattern = lazyregexp.New(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)

// maxName leaves room for -verify in the 53 characters of a chart's name and the 51 of a service's.
const maxName = 45

// Validate reports everything that is wrong with the model, its services included.
func (m Model) Validate() error {
	var problems problem.List
	problems.Add("service", m.Service.Validate())
	if len(m.Service.Name) > maxName {
		problems.Addf("service.name", "%q has %d characters; its chart and its job add to it, so use at most %d", m.Service.Name, len(m.Service.Name), maxName)
	}
	if m.Service.Stopped {
		problems.Addf("service.stopped", "is set, so that nobody could ask the model; remove the release instead, or leave it out")
	}
	if m.RoleARN != "" && !token.Is(m.RoleARN) && !rolePattern.MatchString(m.RoleARN) {
		problems.Addf("roleARN", "%q is no ARN of a role; write it like arn:aws:iam::111111111111:role/name", m.RoleARN)
	}
	m.checkProtocol(&problems, "service", m.Service)
	m.Question.check(&problems)
	m.Verification.check(&problems)
	m.checkRoute(&problems)
	m.checkHours(&problems)
	for _, each := range []struct {
		name  string
		peers []kubernetes.Peer
	}{{"callers", m.Callers}, {"scrapers", m.Scrapers}} {
		policy := kubernetes.NetworkPolicy{
			Metadata: kubernetes.Metadata{Name: "a", Namespace: "a"}, PolicyTypes: []string{"Ingress"}, Ingress: []kubernetes.IngressRule{{From: each.peers}},
		}
		problems.Add("", problem.Rename(policy.Validate(), "ingress[0].from", each.name))
	}
	return problems.Err()
}

// checkProtocol: the question is asked over HTTP, in the second version of the protocol, or in that of SageMaker, which no runtime speaks.
func (m Model) checkProtocol(problems *problem.List, path string, s inferenceservice.InferenceService) {
	if s.Predictor.Model != nil && m.Question.Invocation != nil {
		problems.Addf(path+".predictor.model", "is served by a runtime of KServe, and the question is an invocation of SageMaker; use predictor.containers and storageUris, or ask by inputs")
	}
	if model := s.Predictor.Model; model != nil && model.ProtocolVersion != "" && model.ProtocolVersion != inferenceservice.V2 {
		problems.Addf(path+".predictor.model.protocolVersion", "%q is not what the question is asked in; use v2", model.ProtocolVersion)
	}
}

func (v Verification) check(problems *problem.List) {
	switch {
	case v.Image == "":
		problems.Addf("verification.image", "is missing; name an image with python3 by its digest, such as that of the model server")
	case !kubernetes.ByDigest(v.Image):
		problems.Addf("verification.image", "%q is not named by its digest; write it like registry/name@sha256:... with 64 hexadecimal digits", v.Image)
	}
	if v.Timeout != 0 && (v.Timeout < 10*time.Second || v.Timeout > 24*time.Hour) {
		problems.Addf("verification.timeout", "%s is out of range; use 10s to 24h", v.Timeout)
	}
	if v.URL != "" {
		if target, err := url.Parse(v.URL); err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
			problems.Addf("verification.url", "%q is no URL; write it like http://gateway.example.com", v.URL)
		}
	}
	if v.Host != "" && v.URL == "" {
		problems.Addf("verification.host", "%q is given without url; the service within the cluster needs none, so leave it out or give both", v.Host)
	}
}

func (m Model) checkRoute(problems *problem.List) {
	if m.Route == nil {
		return
	}
	if m.Service.Mode != inferenceservice.Standard {
		problems.Addf("route", "is for the mode Standard; leave it out, and use canaryTrafficPercent in the mode %s", m.Service.Mode)
	}
	if len(m.Route.Hostnames) == 0 {
		problems.Addf("route.hostnames", "are missing; give at least one")
	}
	if m.Route.Timeout < 0 {
		problems.Addf("route.timeout", "%s is negative; use one such as 60s", m.Route.Timeout)
	}
	route := m
	route.Route = &Route{Gateway: m.Route.Gateway, Hostnames: m.Route.Hostnames}
	if m.Service.Name != "" && m.Service.Namespace != "" {
		for _, each := range problem.Split(route.route().Validate()) {
			// All but the Gateway and the host names is ours.
			if p, ok := each.(problem.Problem); ok && (strings.HasPrefix(p.Path, "parentRefs") || strings.HasPrefix(p.Path, "hostnames[")) {
				problems.Add("", problem.Rename(problem.Rename(p, "parentRefs[0]", "route.gateway"), "hostnames", "route.hostnames"))
			}
		}
	}
	next := m.Route.Next
	if next == nil {
		return
	}
	problems.Add("route.next.service", next.Service.Validate())
	m.checkProtocol(problems, "route.next.service", next.Service)
	if next.Service.Name == m.Service.Name {
		problems.Addf("route.next.service.name", "%q is the model's own; use another, such as %s-next", next.Service.Name, m.Service.Name)
	}
	if len(next.Service.Name) > maxName {
		problems.Addf("route.next.service.name", "%q has %d characters; its job adds to it, so use at most %d", next.Service.Name, len(next.Service.Name), maxName)
	}
	if next.Service.Namespace != m.Service.Namespace {
		problems.Addf("route.next.service.namespace", "%q is not the model's, %q; use the same", next.Service.Namespace, m.Service.Namespace)
	}
	if next.Service.Mode != m.Service.Mode {
		problems.Addf("route.next.service.mode", "%q is not the model's, %q; use the same", next.Service.Mode, m.Service.Mode)
	}
	if next.Weight < 0 || next.Weight > 100 {
		problems.Addf("route.next.weight", "%d is out of range; use 0 to 100", next.Weight)
	}
}

func sorted(texts []string) []string {
	slices.Sort(texts)
	return texts
}
