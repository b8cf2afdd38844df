// Package modelapi is an HTTP API over the models of one group of the model registry and the endpoint that serves them:
// infer, list, approve, deploy, delete and describe. Each route is an express state machine of documents/asl, the API
// is a document of documents/openapi. No Lambda function is involved.
//
// Deployments are those of systems/approval: deploying starts its state machine, which goes back on alarm and does one
// deployment after the other. Answers carry the status of HTTP that is true: 400 with the field for what is wrong with
// the request, 404 for what does not exist, 409 for what is not possible yet.
package modelapi

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Settings of the API. Required are Scope, Group, Endpoint, DeploymentARN, Made and Tags.
type Settings struct {
	// Name begins the names of the state machines: 1 to 60 letters, digits and hyphens. Default: the endpoint's, with
	// "-api" after it.
	Name string
	// Scope is where the model package group, the endpoint and the machines live. Required.
	Scope arn.Scope
	// Group is the name of the model package group: 1 to 63 small letters, digits and hyphens. Required.
	Group string
	// Endpoint is the name of the endpoint that serves approved models. Required.
	Endpoint string
	// DeploymentARN is the state machine of systems/approval for this group and endpoint. Required.
	DeploymentARN string
	// Made begins the names of the configurations and models that approvals make for the endpoint, as approval.Made gives
	// it: no others are deleted. Required.
	Made string
	// Tags are those of the endpoint that the platform made. Only an endpoint that has all of them is deleted. Required.
	Tags map[string]string

	// Features make the model's row of numbers of each transaction, in the order of the model. Default: none, each
	// transaction is a list of numbers itself.
	Features []Feature
	// Threshold from which on a score is a 1: more than 0, less than 1. Default: 0.6.
	Threshold float64
	// Label and Score name the fields of an answer: the 0 or 1, and the score in percent. Default: is_fraud and
	// fraud_chance.
	Label, Score string
}

// A Feature is a number of the model's row. Field is required.
type Feature struct {
	// Field of the transaction: letters, digits and underscores. A number, or with In and NotIn a text.
	Field string
	// Minus is a field with a number that is taken off. Default: none.
	Minus string
	// In makes 1 of a field that is one of these texts, and 0 of any other. Default: none.
	In []string
	// NotIn makes 0 of a field that is one of these texts, and 1 of any other. Default: none.
	NotIn []string
}

const (
	maxFeatures = 500
	maxName     = 60
)

func (s Settings) withDefaults() Settings {
	s.Scope = s.Scope.WithDefaults()
	if s.Name == "" && s.Endpoint != "" {
		s.Name = s.Endpoint[:min(len(s.Endpoint), maxName-len("-api"))] + "-api"
	}
	s.Threshold = cmp.Or(s.Threshold, 0.6)
	s.Label = cmp.Or(s.Label, "is_fraud")
	s.Score = cmp.Or(s.Score, "fraud_chance")
	return s
}

var (
	namePattern     = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9])*$`)
	groupPattern    = lazyregexp.New(`^[a-z0-9](-*[a-z0-9]){0,62}$`)
	endpointPattern = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$`)
	madePattern     = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,61}-$`)
	fieldPattern    = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
)

// Validate reports everything that is wrong with the settings.
func (s Settings) Validate() error {
	s = s.withDefaults()
	var problems problem.List
	problems.Add("scope", s.Scope.Validate())
	if !endpointPattern.MatchString(s.Endpoint) {
		problems.Addf("endpoint", "%q is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them", s.Endpoint)
	} else if len(s.Name) > maxName || !namePattern.MatchString(s.Name) {
		problems.Addf("name", "%q cannot begin the names of the state machines; use 1 to 60 letters, digits and hyphens between them", s.Name)
	}
	if !groupPattern.MatchString(s.Group) {
		problems.Addf("group", "%q is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them", s.Group)
	}
	if !arn.Is(s.DeploymentARN, "states", "stateMachine:") {
		problems.Addf("deploymentARN", "%q is no ARN of a state machine; give the one that deploys approved models", s.DeploymentARN)
	}
	if !madePattern.MatchString(s.Made) {
		problems.Addf("made", "%q cannot begin the names of what approvals make; give it as approval.Made does, with a hyphen at its end", s.Made)
	}
	if len(s.Tags) == 0 {
		problems.Addf("tags", "are missing; give those that tell the platform's endpoint from others, such as Project and Environment")
	}
	problems.Add("", s.Inference().Validate())
	return problems.Err()
}

// Inference is what the settings say about transactions and scores.
func (s Settings) Inference() Inference {
	s = s.withDefaults()
	return Inference{s.Features, s.Threshold, s.Label, s.Score}
}

// Inference are the settings of inference alone, which other packages check without the rest.
type Inference struct {
	Features     []Feature
	Threshold    float64
	Label, Score string
}

// Validate reports everything that is wrong with them.
func (i Inference) Validate() error {
	var problems problem.List
	if i.Threshold <= 0 || i.Threshold >= 1 {
		problems.Addf("threshold", "%v is not allowed; use more than 0 and less than 1", i.Threshold)
	}
	for _, each := range []struct{ path, name string }{{"label", i.Label}, {"score", i.Score}} {
		if !fieldPattern.MatchString(each.name) {
			problems.Addf(each.path, "%q is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores", each.name)
		}
	}
	if i.Label == i.Score {
		problems.Addf("score", "%q is the label too; rename one", i.Score)
	}
	if len(i.Features) > maxFeatures {
		problems.Addf("features", "are %d, 500 are allowed; let clients send rows of numbers instead", len(i.Features))
	}
	kinds := map[string]bool{}
	for n, f := range i.Features {
		f.validate(&problems, problem.Index("features", n))
		text, known := kinds[f.Field]
		if known && text != f.isText() {
			problems.Addf(problem.Index("features", n)+".field", "%q is a number in one feature and a text in another; make it one of them", f.Field)
		}
		kinds[f.Field] = f.isText()
		if f.Minus != "" {
			if kinds[f.Minus] {
				problems.Addf(problem.Index("features", n)+".minus", "%q is a text in another feature; take a number off", f.Minus)
			}
			kinds[f.Minus] = false
		}
	}
	return problems.Err()
}

func (f Feature) validate(problems *problem.List, path string) {
	if !fieldPattern.MatchString(f.Field) {
		problems.Addf(path+".field", "%q is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores", f.Field)
	}
	if f.Minus != "" && !fieldPattern.MatchString(f.Minus) {
		problems.Addf(path+".minus", "%q is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores", f.Minus)
	}
	given := 0
	for _, each := range []bool{f.Minus != "", len(f.In) > 0, len(f.NotIn) > 0} {
		if each {
			given++
		}
	}
	if given > 1 {
		problems.Addf(path, "has more than one of minus, in and notIn; keep one")
	}
	for _, list := range []struct {
		path   string
		values []string
	}{{".in", f.In}, {".notIn", f.NotIn}} {
		for n, value := range list.values {
			if value == "" || len(value) > 256 || strings.Contains(value, "%}") || strings.Contains(value, "${") {
				problems.Addf(problem.Index(path+list.path, n), "%q is no text to compare with; use 1 to 256 characters without ${ and %%}", value)
			}
		}
	}
}

func (f Feature) isText() bool { return len(f.In)+len(f.NotIn) > 0 }
