package asl

import (
	"fmt"
	"strings"
)

// MermaidOf is the drawing of Mermaid with the way that an execution went: entered says of each state that was entered whether
// it succeeded. Those that were not are faint.
func (d Definition) MermaidOf(entered map[string]bool) string {
	m := &drawing{ids: map[string]string{}}
	m.line(0, "stateDiagram-v2")
	m.level(d.top(), 1)
	m.line(1, "classDef succeeded fill:#d3f0da,stroke:#2a7d46,color:#111")
	m.line(1, "classDef failed fill:#fbd9d7,stroke:#b3261e,color:#111")
	m.line(1, "classDef notEntered stroke-dasharray:4 3,opacity:0.5")
	classes := map[string][]string{}
	names := make([]string, len(m.ids))
	for name, id := range m.ids {
		var n int
		_, _ = fmt.Sscanf(id, "s%d", &n) // as id writes it
		names[n-1] = name
	}
	for _, name := range names {
		class := "notEntered"
		if succeeded, was := entered[name]; was && succeeded {
			class = "succeeded"
		} else if was {
			class = "failed"
		}
		classes[class] = append(classes[class], m.ids[name])
	}
	for _, class := range []string{"succeeded", "failed", "notEntered"} {
		if len(classes[class]) > 0 {
			m.line(1, "class %s %s", strings.Join(classes[class], ","), class)
		}
	}
	return m.out.String()
}
