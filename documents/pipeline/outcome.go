package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// Outcome is what became of a step in an execution, for its drawing.
type Outcome string

// The outcomes of steps.
const (
	OutcomeSucceeded Outcome = "succeeded"
	OutcomeCached    Outcome = "cached"
	OutcomeFailed    Outcome = "failed"
)

// MermaidOf is the drawing of Mermaid with the path that an execution took: steps have the colours of their outcomes, arrows
// between them are thick, and steps without an outcome are faint.
func (p *Pipeline) MermaidOf(outcomes map[string]Outcome) (string, error) {
	drawing, err := p.Mermaid()
	if err != nil {
		return "", err
	}
	classes, ran := map[Outcome][]string{}, map[string]bool{}
	for i, each := range p.steps {
		id, outcome := fmt.Sprintf("s%d", i+1), outcomes[each.Name()]
		ran[id] = outcome != ""
		classes[outcome] = append(classes[outcome], id)
	}
	var thick []string
	arrows := 0
	for _, line := range strings.Split(drawing, "\n") {
		from, rest, found := strings.Cut(strings.TrimSpace(line), " -")
		if _, step := ran[from]; !found || !step {
			continue
		}
		if to := rest[strings.LastIndexByte(rest, ' ')+1:]; ran[from] && ran[to] {
			thick = append(thick, fmt.Sprint(arrows))
		}
		arrows++
	}
	var out strings.Builder
	out.WriteString(drawing)
	for _, each := range []struct {
		outcome Outcome
		name    string
		style   string
	}{
		{OutcomeSucceeded, "succeeded", "fill:#d3f0da,stroke:#2a7d46,color:#111"},
		{OutcomeCached, "cached", "fill:#d7e6fa,stroke:#2f66b0,color:#111"},
		{OutcomeFailed, "failed", "fill:#fbd9d7,stroke:#b3261e,color:#111"},
		{"", "notRun", "stroke-dasharray:4 3,opacity:0.5"},
	} {
		if ids := classes[each.outcome]; len(ids) > 0 {
			slices.Sort(ids)
			fmt.Fprintf(&out, "  classDef %s %s\n  class %s %s\n", each.name, each.style, strings.Join(ids, ","), each.name)
		}
	}
	if len(thick) > 0 {
		fmt.Fprintf(&out, "  linkStyle %s stroke-width:3px\n", strings.Join(thick, ","))
	}
	return out.String(), nil
}
