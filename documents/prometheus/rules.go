// Package prometheus writes what a Prometheus works by: rules that record and alert, what is scraped in a cluster, and where alerts
// go. It knows the metrics of the cluster's exporters, of KServe's predictors with MLServer and of GPUs. It is pure Go.
package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Rules are a file of rules.
// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
type Rules struct {
	// Groups are evaluated beside each other, the rules of each one after the other. Names are unique.
	Groups []Group
}

// A Group is evaluated at an interval.
type Group struct {
	// Name of the group.
	Name string
	// Interval between evaluations, whole seconds. Default: that of the server, one minute in Amazon Managed Prometheus.
	Interval time.Duration
	// Rules of the group, at least one.
	Rules []Rule
}

// A Rule keeps the value of an expression under a name, or alerts while there is one. One of Record and Alert is given.
type Rule struct {
	// Record is the name of the metric that is kept, by convention level:metric:operations.
	Record string
	// Alert is the name of the alert.
	Alert string
	// Expr is an expression of PromQL. https://prometheus.io/docs/prometheus/latest/querying/basics/
	Expr string
	// For is how long there must be a value before the alert goes off. Default: at once. Not for Record.
	For time.Duration
	// Labels are added, such as severity. Default: none.
	Labels map[string]string
	// Annotations tell people more: summary and description, in which {{ $labels.x }} and {{ $value }} stand for those. Not for
	// Record. Default: none.
	Annotations map[string]string
}

var (
	metricPattern = lazyregexp.New(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	labelPattern  = lazyregexp.New(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	alertPattern  = lazyregexp.New(`^[A-Za-z][A-Za-z0-9]*$`)
)

// Validate reports all that is wrong. Whether expressions are PromQL beyond CheckExpr, Prometheus says.
func (r Rules) Validate() error {
	var problems problem.List
	if len(r.Groups) == 0 {
		problems.Addf("groups", "are missing; give at least one")
	}
	seen := map[string]bool{}
	for i, group := range r.Groups {
		at := problem.Index("groups", i)
		switch {
		case group.Name == "":
			problems.Addf(at+".name", "is missing; name the group")
		case seen[group.Name]:
			problems.Addf(at+".name", "%q is the name of another group; choose one", group.Name)
		}
		seen[group.Name] = true
		if group.Interval < 0 || group.Interval%time.Second != 0 {
			problems.Addf(at+".interval", "%s is no interval; use whole seconds", group.Interval)
		}
		if len(group.Rules) == 0 {
			problems.Addf(at+".rules", "are missing; give at least one, or leave the group out")
		}
		for j, rule := range group.Rules {
			rule.validate(problem.Index(at+".rules", j), &problems)
		}
	}
	return problems.Err()
}

func (r Rule) validate(at string, problems *problem.List) {
	switch {
	case (r.Record == "") == (r.Alert == ""):
		problems.Addf(at, "needs one of record and alert; give one")
	case r.Record != "" && !metricPattern.MatchString(r.Record):
		problems.Addf(at+".record", "%q is no name of a metric; use letters, digits, _ and :, beginning with no digit", r.Record)
	case r.Record != "" && (r.For != 0 || len(r.Annotations) > 0):
		problems.Addf(at, "is recorded and has for or annotations, which alerts have; remove them")
	case r.Alert != "" && !alertPattern.MatchString(r.Alert):
		problems.Addf(at+".alert", "%q is no name of an alert; use letters and digits, beginning with a letter", r.Alert)
	}
	if r.Expr == "" {
		problems.Addf(at+".expr", "is missing; write an expression of PromQL")
	} else if err := CheckExpr(r.Expr); err != nil {
		problems.Addf(at+".expr", "%v", err)
	}
	if r.For < 0 || r.For%time.Second != 0 {
		problems.Addf(at+".for", "%s is no duration; use whole seconds", r.For)
	}
	for _, kind := range []struct {
		name string
		of   map[string]string
	}{{"labels", r.Labels}, {"annotations", r.Annotations}} {
		for _, key := range slices.Sorted(maps.Keys(kind.of)) {
			if !labelPattern.MatchString(key) {
				problems.Addf(problem.Key(at+"."+kind.name, key), "is no name of a label; use letters, digits and _, beginning with no digit")
			}
		}
	}
}

// YAML is the file.
func (r Rules) YAML() (string, error) {
	if err := r.Validate(); err != nil {
		return "", err
	}
	return text(r.written())
}

// MarshalJSON writes the rules as the Prometheus operator has them, unchecked.
func (r Rules) MarshalJSON() ([]byte, error) { return json.Marshal(r.written()) }

type writtenRule struct {
	Record      string            `yaml:"record,omitempty" json:"record,omitempty"`
	Alert       string            `yaml:"alert,omitempty" json:"alert,omitempty"`
	Expr        string            `yaml:"expr" json:"expr"`
	For         string            `yaml:"for,omitempty" json:"for,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty" json:"annotations,omitempty"`
}

type writtenGroup struct {
	Name     string        `yaml:"name" json:"name"`
	Interval string        `yaml:"interval,omitempty" json:"interval,omitempty"`
	Rules    []writtenRule `yaml:"rules" json:"rules"`
}

func (r Rules) written() map[string]any {
	groups := []writtenGroup{}
	for _, each := range r.Groups {
		written := writtenGroup{Name: each.Name, Interval: duration(each.Interval)}
		for _, of := range each.Rules {
			written.Rules = append(written.Rules, writtenRule{Record: of.Record, Alert: of.Alert, Expr: of.Expr, For: duration(of.For), Labels: of.Labels, Annotations: of.Annotations})
		}
		groups = append(groups, written)
	}
	return map[string]any{"groups": groups}
}

// duration is how Prometheus writes durations: 90s. Nothing for none.
func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}

func text(value any) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return out.String(), nil
}
