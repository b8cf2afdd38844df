package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// Parse reads a definition in Amazon States Language into Go values: the states, conditions, data and, where a type of this
// package writes the same arguments, the calls, whose permissions are derived then. What a call has beside its fields goes to
// Extra. Other calls become Integration and SDKCall with PermissionsElsewhere, as a definition does not say what its role may
// do; computed credentials and computed buckets of readers and writers have PermissionsElsewhere as well. Nor does it name the KMS keys of
// tables, topics, queues and buckets, nor the roles of the containers that ECSRunTask starts: add them. The name and type of the machine, which are no part of a definition, are for
// the caller to set. GoCode writes the values as Go.
//
// The error has everything that is no definition: fields that do not exist, fields that are given twice, values of the wrong type.
// What is wrong beyond that is told by Validate.
func Parse(definition []byte) (Definition, error) {
	decoder := json.NewDecoder(bytes.NewReader(definition))
	decoder.UseNumber()
	v, err := readJSON(decoder)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("the JSON goes on after its end")
		}
	}
	if err != nil {
		return Definition{}, fmt.Errorf("is no JSON: %w", err)
	}
	var problems problem.List
	top, ok := v.(*jsonObject)
	if !ok {
		return Definition{}, errors.New("is no JSON object; a definition has StartAt and States")
	}
	p := &importer{problems: &problems}
	d := p.definition(top)
	return d, problems.Err()
}

// A jsonObject keeps the order of its members, and which of them have been read.
type jsonObject struct {
	keys   []string
	values map[string]any
	twice  []string
	read   map[string]bool
}

func readJSON(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			v, err := readJSON(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := decoder.Token()
		return list, err
	case json.Delim('{'):
		o := &jsonObject{values: map[string]any{}, read: map[string]bool{}}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			v, err := readJSON(decoder)
			if err != nil {
				return nil, err
			}
			name := key.(string)
			if _, known := o.values[name]; known {
				o.twice = append(o.twice, name)
			} else {
				o.keys = append(o.keys, name)
			}
			o.values[name] = v
		}
		_, err := decoder.Token()
		return o, err
	}
	return token, nil
}

// An importer reads one definition.
type importer struct {
	problems *problem.List
	machine  QueryLanguage
	language QueryLanguage
}

func (p *importer) addf(path, format string, args ...any) { p.problems.Addf(path, format, args...) }

// take is the member of this name, nil where there is none.
func (o *jsonObject) take(name string) any {
	o.read[name] = true
	return o.values[name]
}

// has reports whether there is such a member, and notes that it would be a field.
func (o *jsonObject) has(name string) bool {
	o.read[name] = true
	_, has := o.values[name]
	return has
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (p *importer) text(o *jsonObject, path, name string) string {
	if !o.has(name) {
		return ""
	}
	s, ok := o.take(name).(string)
	if !ok {
		p.addf(below(path, name), "is no text")
	}
	return s
}

func (p *importer) truth(o *jsonObject, path, name string) bool {
	if !o.has(name) {
		return false
	}
	b, ok := o.take(name).(bool)
	if !ok {
		p.addf(below(path, name), "is neither true nor false")
	}
	return b
}

func (p *importer) number(o *jsonObject, path, name string) float64 {
	if !o.has(name) {
		return 0
	}
	n, ok := o.take(name).(json.Number)
	f, err := n.Float64()
	if !ok || err != nil {
		p.addf(below(path, name), "is no number")
	}
	return f
}

func (p *importer) whole(o *jsonObject, path, name string) int {
	f := p.number(o, path, name)
	if f != math.Trunc(f) || math.Abs(f) > maxInterval {
		p.addf(below(path, name), "%v is no whole number of that size", f)
		return 0
	}
	return int(f)
}

// seconds reads a time that is more than none where it is given.
func (p *importer) seconds(o *jsonObject, path, name string) time.Duration {
	p.notZero(o, path, name)
	return seconds(p.whole(o, path, name))
}

// notZero refuses a zero that the service refuses, and that in a field of Go would stand for a number that is not given.
func (p *importer) notZero(o *jsonObject, path, name string) {
	if n, isNumber := o.values[name].(json.Number); isNumber {
		if f, err := n.Float64(); err == nil && f == 0 {
			p.addf(below(path, name), "%s is not allowed; use a positive number, or leave it out", n)
		}
	}
}

func (p *importer) object(o *jsonObject, path, name string) *jsonObject {
	if !o.has(name) {
		return nil
	}
	inner, ok := o.take(name).(*jsonObject)
	if !ok {
		p.addf(below(path, name), "is no object")
		return nil
	}
	return inner
}

func (p *importer) list(o *jsonObject, path, name string) []any {
	if !o.has(name) {
		return nil
	}
	list, ok := o.take(name).([]any)
	if !ok {
		p.addf(below(path, name), "is no list")
	}
	return list
}

// objects are the members of a list that must be objects.
func (p *importer) objects(o *jsonObject, path, name string) []*jsonObject {
	var out []*jsonObject
	for i, each := range p.list(o, path, name) {
		inner, ok := each.(*jsonObject)
		if !ok {
			p.addf(problem.Index(below(path, name), i), "is no object")
			continue
		}
		out = append(out, inner)
	}
	return out
}

func (p *importer) texts(o *jsonObject, path, name string) []string {
	var out []string
	for i, each := range p.list(o, path, name) {
		s, ok := each.(string)
		if !ok {
			p.addf(problem.Index(below(path, name), i), "is no text")
		}
		out = append(out, s)
	}
	return out
}

// done reports the members that nobody has read.
func (p *importer) done(o *jsonObject, path, what string) {
	for _, name := range o.twice {
		p.addf(below(path, name), "is given twice; keep one of them")
	}
	known := slices.Sorted(maps.Keys(o.read))
	for _, name := range o.keys {
		if !o.read[name] {
			p.addf(below(path, name), "is no field of %s; %s", what, suggest(name, known, "remove it"))
		}
	}
}

func (p *importer) definition(o *jsonObject) Definition {
	d := Definition{Comment: p.text(o, "", "Comment"), Timeout: p.seconds(o, "", "TimeoutSeconds"), QueryLanguage: JSONPath}
	if version := p.text(o, "", "Version"); version != "1.0" && version != "" {
		p.addf("Version", "%q is unknown; the language has version 1.0 only", version)
	}
	if language := p.text(o, "", "QueryLanguage"); language != "" {
		d.QueryLanguage = QueryLanguage(language)
	}
	p.machine, p.language = d.QueryLanguage, d.QueryLanguage
	d.StartAt, d.States = p.level(o, "")
	if partition := p.partition(o); partition != "" {
		d.Partition = partition
	}
	p.done(o, "", "a definition")
	return d
}

// partition is the AWS partition that the integrations of the machine name.
func (p *importer) partition(v any) string {
	switch v := v.(type) {
	case string:
		if rest, ours := strings.CutPrefix(v, "arn:"); ours {
			if partition, after, _ := strings.Cut(rest, ":"); strings.HasPrefix(after, "states:::") && partition != "aws" {
				return partition
			}
		}
	case []any:
		for _, each := range v {
			if found := p.partition(each); found != "" {
				return found
			}
		}
	case *jsonObject:
		for _, key := range v.keys {
			if found := p.partition(v.values[key]); found != "" {
				return found
			}
		}
	}
	return ""
}

// level reads StartAt and States. The start is left out where it is the first of the states.
func (p *importer) level(o *jsonObject, path string) (startAt string, states []State) {
	startAt = p.text(o, path, "StartAt")
	if startAt == "" {
		p.addf(below(path, "StartAt"), "is missing; name the first state")
	}
	all := p.object(o, path, "States")
	if all == nil {
		p.addf(below(path, "States"), "are missing")
		return startAt, nil
	}
	for _, name := range all.twice {
		p.addf(problem.Key("states", name), "is given twice; rename one of the states")
	}
	for _, name := range all.keys {
		inner, ok := all.values[name].(*jsonObject)
		if !ok {
			p.addf(problem.Key("states", name), "is no object")
			continue
		}
		outer := p.language
		if s := p.state(name, inner); s != nil {
			states = append(states, s)
		}
		p.language = outer
	}
	if len(all.keys) > 0 && startAt == all.keys[0] {
		startAt = ""
	}
	return startAt, states
}
