// Package asl writes state machines of AWS Step Functions in Amazon States Language from typed Go values: all states,
// both query languages, typed tasks with the permissions that each of them needs, and a drawing. Everything that can
// be known before AWS sees the definition is checked, and all problems are reported at once.
//
// Specification: https://states-language.net/spec.html
// AWS's reference: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
package asl

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// WorkflowType is the kind of a state machine.
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
type WorkflowType string

// The kinds. Express workflows last five minutes at most. They cannot wait for jobs, tokens or activities, and have no distributed
// Map; neither do the executions of a distributed Map that are express.
const (
	Standard WorkflowType = "STANDARD"
	Express  WorkflowType = "EXPRESS"
)

// A Definition is a state machine.
type Definition struct {
	// Name of the state machine: 1 to 80 letters, digits, hyphens and underscores. Needed where a Map is distributed,
	// because its permissions name the machine. Default: none.
	Name string
	// Comment explains. Default: none.
	Comment string
	// Type is the kind of workflow. Default: Standard.
	Type WorkflowType
	// QueryLanguage of all states that do not say otherwise. Single states of a JSONPath machine may use JSONata, not the
	// other way round. Default: JSONata.
	QueryLanguage QueryLanguage
	// Partition is the AWS partition in the ARNs of integrations: aws, aws-cn or aws-us-gov. Default: aws.
	Partition string
	// StartAt is the first state to run. Default: the first of the list.
	StartAt string
	// States of the machine, in the order people should read them in. Required.
	States []State
	// Timeout ends an execution that takes longer, with Timeout: whole seconds, from 1 s. Default: none.
	Timeout time.Duration
}

// maxDefinition is the largest definition that the service takes, in bytes.
const maxDefinition = 1024 * 1024

var machineNamePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,80}$`)

func (d Definition) withDefaults() Definition {
	d.Type = cmp.Or(d.Type, Standard)
	d.QueryLanguage = cmp.Or(d.QueryLanguage, JSONata)
	d.Partition = cmp.Or(d.Partition, "aws")
	return d
}

// Validate reports everything that is wrong with the definition.
func (d Definition) Validate() error {
	_, err := d.Document()
	return err
}

// JSON validates the definition and returns it as compact JSON, states in the given order. Terraform references in it
// pass unchanged.
func (d Definition) JSON() (string, error) {
	made, err := d.Document()
	return made.text, err
}

// A Document is a valid definition, written once: for those who need its JSON and its permissions.
type Document struct {
	definition Definition
	text       string
}

// JSON is that of Definition.JSON.
func (d Document) JSON() string { return d.text }

// Document validates the definition and writes it.
func (d Definition) Document() (Document, error) {
	d = d.withDefaults()
	var problems problem.List
	r := &renderer{
		problems: &problems, language: d.QueryLanguage, machineLanguage: d.QueryLanguage, partition: d.Partition, workflow: d.Type, machine: d.Name,
	}
	oneOf(r, "type", d.Type, Standard, Express)
	oneOf(r, "queryLanguage", d.QueryLanguage, JSONata, JSONPath)
	oneOf(r, "partition", d.Partition, "aws", "aws-cn", "aws-us-gov")
	if d.Name != "" && !token.Is(d.Name) && !machineNamePattern.MatchString(d.Name) {
		r.addf("name", "%q is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores", d.Name)
	}
	o := object{}
	o.setText("Comment", d.Comment)
	o.set("QueryLanguage", string(d.QueryLanguage))
	if d.Timeout != 0 {
		o.set("TimeoutSeconds", r.seconds("timeout", d.Timeout, maxInterval))
	}
	top := d.top()
	if len(d.States) > 0 {
		o = append(o, r.level(top)...)
	}
	checkGraph(top, d, r)
	checkVariables(top, r)
	if err := problems.Err(); err != nil {
		return Document{}, err
	}
	text := encode(o)
	if size := len(text); size > maxDefinition {
		r.addf("states", "make a definition of %d bytes, 1048576 are allowed; move a part into a state machine of its own", size)
		return Document{}, problems.Err()
	}
	return Document{d, text}, nil
}

func (d Definition) top() level { return level{startAt: d.StartAt, states: d.States} }

// level writes StartAt and the states of a level.
func (r *renderer) level(l level) object {
	inner := object{}
	outer := *r
	r.inMap, r.ofItems = r.inMap || l.items, false
	if l.executions != "" { // each item is an execution of its own
		r.inMap, r.workflow, r.expressMap = false, l.executions, ""
		if l.executions == Express {
			r.expressMap = outer.state
		}
	}
	for _, s := range l.states {
		if s == nil {
			continue
		}
		inner.set(s.meta().name, r.one(s, outer.language))
	}
	state, language, inMap := outer.state, outer.language, outer.inMap
	r.state, r.language, r.inMap, r.workflow, r.expressMap = state, language, inMap, outer.workflow, outer.expressMap
	return object{{"StartAt", l.start()}, {"States", inner}}
}

// one writes a state: what all have, its own fields, and where it leads.
func (r *renderer) one(s State, inherited QueryLanguage) object {
	m := s.meta()
	r.state, r.language = m.name, inherited
	o := object{{"Type", m.kind}}
	o.setText("Comment", m.comment)
	if m.language != "" {
		oneOf(r, r.path("queryLanguage"), m.language, JSONata, JSONPath)
		if m.language == JSONPath && r.machineLanguage == JSONata {
			r.addf(r.path("queryLanguage"), "JSONPath is not possible inside a definition of JSONata; leave it out, or make the definition JSONPath")
		}
		r.language = m.language
	}
	if r.language != r.machineLanguage { // where the field is missing, the service takes the machine's, not that of the state around
		o.set("QueryLanguage", string(r.language))
	}
	o = append(o, s.render(r)...)
	r.state = m.name
	r.extra(&o, m.extra)
	if m.next != "" {
		o.set("Next", m.next)
	}
	if m.end {
		o.set("End", true)
	}
	return o
}

// suggest names the nearest of the known names, or says what else to do.
func suggest(name string, known []string, otherwise string) string {
	best, distance := "", 4
	for _, candidate := range known {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(candidate), nil); d < distance && d < utf8.RuneCountInString(name) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return otherwise
	}
	return "did you mean \"" + best + "\"?"
}
