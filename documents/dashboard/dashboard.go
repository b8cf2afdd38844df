// Package dashboard writes Grafana dashboards: rows of panels, each with queries of Prometheus or CloudWatch. It lays them out,
// numbers them and names them so that the same dashboard is the same text each time. It is pure Go.
package dashboard

import (
	"bytes"
	"encoding/json"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// SchemaVersion is the version of Grafana's schema that dashboards are written in, that of Grafana 10. Later versions migrate it.
const SchemaVersion = 39

// A Dashboard is a page of panels. UID, Title and Rows are required.
// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
type Dashboard struct {
	// UID is the dashboard's name in addresses: up to 40 letters, digits, - and _.
	UID string
	// Title for people.
	Title string
	// Description for people. Default: none.
	Description string
	// Variables choose what the panels show. Default: the data source alone.
	Variables []Variable
	// Rows from top to bottom.
	Rows []Row
}

// A Variable is a choice at the top, $name in queries. One of Label and CloudWatch is given.
type Variable struct {
	// Name of the variable: letters, digits and _.
	Name string
	// Metric and Label are the Prometheus metric and the label whose values are offered.
	Metric, Label string
}

// A Row is a heading and the panels below it, which share its width.
type Row struct {
	Title  string
	Panels []Panel
}

// A Panel is a picture of queries. Title and at least one query are required.
type Panel struct {
	Title string
	// Kind of the picture. Default: TimeSeries.
	Kind Kind
	// Unit of the values, as Grafana names it. Default: plain numbers.
	Unit Unit
	// Prometheus are queries, by what their lines are called.
	Prometheus []Query
	// CloudWatch are metrics of AWS. A panel has queries of one kind.
	CloudWatch []Metric
	// Warning is the value above which a line is red. Default: none.
	Warning float64
}

// Kind is the picture of a panel.
type Kind string

// The kinds.
const (
	TimeSeries Kind = "timeseries"
	Stat       Kind = "stat"
	Table      Kind = "table"
)

// Unit is the unit of values. https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
type Unit string

// The units.
const (
	Number       Unit = "short"
	Ratio        Unit = "percentunit"
	Percent      Unit = "percent"
	Seconds      Unit = "s"
	Milliseconds Unit = "ms"
	Microseconds Unit = "µs"
	Bytes        Unit = "bytes"
	PerSecond    Unit = "reqps"
	Watts        Unit = "watt"
	Celsius      Unit = "celsius"
)

// A Query is an expression of PromQL. Legend is what its lines are called: text with {{label}}.
type Query struct{ Expr, Legend string }

// A Metric is one of CloudWatch, in the region of the data source.
type Metric struct {
	Namespace, Name string
	// Dimensions by their names; "*" is all values.
	Dimensions map[string]string
	// Statistic is Average, Sum, Maximum or a percentile such as p99. Default: Average.
	Statistic string
	// Legend is what its line is called. Default: the metric and the dimensions.
	Legend string
}

var (
	uidPattern      = lazyregexp.New(`^[A-Za-z0-9_-]{1,40}$`)
	variablePattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// maxPanels is how many panels stand side by side so that lines can still be read.
const maxPanels = 4

// Validate reports all that is wrong.
func (d Dashboard) Validate() error {
	var problems problem.List
	if !uidPattern.MatchString(d.UID) {
		problems.Addf("uid", "%q is no id; use up to 40 letters, digits, - and _", d.UID)
	}
	if d.Title == "" {
		problems.Addf("title", "is missing; name the dashboard")
	}
	if len(d.Rows) == 0 {
		problems.Addf("rows", "are missing; give at least one")
	}
	for i, variable := range d.Variables {
		at := problem.Index("variables", i)
		if !variablePattern.MatchString(variable.Name) || variable.Name == source || variable.Name == cloud {
			problems.Addf(at+".name", "%q is no name; use letters, digits and _, other than %s and %s", variable.Name, source, cloud)
		}
		if variable.Metric == "" || variable.Label == "" {
			problems.Addf(at, "lacks a metric or its label; give both")
		}
	}
	for i, row := range d.Rows {
		at := problem.Index("rows", i)
		if len(row.Panels) == 0 || len(row.Panels) > maxPanels {
			problems.Addf(at+".panels", "are %d; give 1 to %d", len(row.Panels), maxPanels)
		}
		for j, panel := range row.Panels {
			panel.validate(problem.Index(at+".panels", j), &problems)
		}
	}
	return problems.Err()
}

func (p Panel) validate(at string, problems *problem.List) {
	if p.Title == "" {
		problems.Addf(at+".title", "is missing; say what the panel shows")
	}
	if p.Kind != "" && p.Kind != TimeSeries && p.Kind != Stat && p.Kind != Table {
		problems.Addf(at+".kind", "%q is unknown; use %s, %s or %s", p.Kind, TimeSeries, Stat, Table)
	}
	if (len(p.Prometheus) == 0) == (len(p.CloudWatch) == 0) {
		problems.Addf(at, "needs queries of Prometheus or of CloudWatch; give those of one of them")
	}
	for i, query := range p.Prometheus {
		if query.Expr == "" {
			problems.Addf(problem.Index(at+".prometheus", i), "has no expression; write one of PromQL")
		}
	}
	for i, metric := range p.CloudWatch {
		if metric.Namespace == "" || metric.Name == "" {
			problems.Addf(problem.Index(at+".cloudWatch", i), "has no namespace or no name; give both, such as AWS/RDS and CPUUtilization")
		}
	}
}

// Names of the variables that choose the data sources, so that a dashboard fits every Grafana.
const (
	source = "prometheus"
	cloud  = "cloudwatch"
)

// JSON is the dashboard as Grafana imports it, indented.
func (d Dashboard) JSON() (string, error) {
	if err := d.Validate(); err != nil {
		return "", err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(d.model())
	return out.String(), err
}
