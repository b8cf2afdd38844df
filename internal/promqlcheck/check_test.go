// Package promqlcheck reads rules and dashboards that other tests keep as golden files with Prometheus' own parsers.
package promqlcheck

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const documents = "../../documents"

func TestRules(t *testing.T) {
	files, err := filepath.Glob(documents + "/prometheus/testdata/rules*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no rules", err)
	}
	for _, file := range files {
		rules, problems := rulefmt.ParseFile(file, false)
		for _, each := range problems {
			t.Errorf("%s: %v", file, each)
		}
		if rules != nil && len(rules.Groups) == 0 {
			t.Errorf("%s: has no groups", file)
		}
	}
}

func TestBadRulesAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.yaml")
	for _, text := range []string{
		"groups: [{name: a, rules: [{alert: A, expr: 'sum by (x'}]}]",
		"groups: [{name: a, rules: [{record: a, expr: up, for: 5m}]}]",
		"groups: [{name: a, rules: [{alert: A, expr: up, annotations: {summary: '{{ $labels.x'}}]}]",
		"groups: [{name: a, rule: []}]",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, problems := rulefmt.ParseFile(file, false); len(problems) == 0 {
			t.Errorf("%s is accepted", text)
		}
	}
}

// TestDashboards parses each expression of a panel, in which variables of Grafana stand for what they choose.
func TestDashboards(t *testing.T) {
	files, err := filepath.Glob(documents + "/dashboard/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no dashboards", err)
	}
	expressions := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var board struct {
			Panels []struct {
				Title   string
				Targets []struct{ Expr string }
			}
		}
		if err := json.Unmarshal(text, &board); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, panel := range board.Panels {
			for _, target := range panel.Targets {
				if target.Expr == "" {
					continue // of CloudWatch
				}
				expressions++
				if _, err := parser.ParseExpr(strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")); err != nil {
					t.Errorf("%s: %s: %s: %v", file, panel.Title, target.Expr, err)
				}
			}
		}
	}
	if expressions < 20 {
		t.Errorf("only %d expressions were found", expressions)
	}
}
