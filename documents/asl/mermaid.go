package asl

import (
	"fmt"
	"strings"
)

// Mermaid draws the definition as a state diagram, which GitHub renders in Markdown between ```mermaid and ```. It
// draws valid definitions; of others, as much as can be understood. https://mermaid.js.org/syntax/stateDiagram.html
func (d Definition) Mermaid() string {
	m := &drawing{ids: map[string]string{}}
	m.line(0, "stateDiagram-v2")
	m.level(d.top(), 1)
	m.line(1, "classDef fail fill:#fdd,stroke:#c00")
	m.line(1, "classDef choice fill:#eef,stroke:#66c")
	for _, class := range m.classes {
		m.line(1, "%s", class)
	}
	return m.out.String()
}

type drawing struct {
	out     strings.Builder
	ids     map[string]string
	classes []string
}

func (m *drawing) line(depth int, format string, args ...any) {
	m.out.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&m.out, format, args...)
	m.out.WriteByte('\n')
}

// id is the identifier of a state in the drawing. Names of states may hold anything, identifiers may not.
func (m *drawing) id(name string) string {
	if id, ok := m.ids[name]; ok {
		return id
	}
	id := fmt.Sprintf("s%d", len(m.ids)+1)
	m.ids[name] = id
	return id
}

func (m *drawing) level(l level, depth int) {
	for _, s := range l.states {
		if s != nil {
			m.state(s, depth)
		}
	}
	m.line(depth, "[*] --> %s", m.id(l.start()))
	for _, s := range l.states {
		if s != nil {
			m.exits(s, depth)
		}
	}
}

func (m *drawing) state(s State, depth int) {
	meta := s.meta()
	id := m.id(meta.name)
	m.line(depth, "state \"%s\" as %s", shownName(s), id)
	switch meta.kind {
	case "Fail":
		m.classes = append(m.classes, "class "+id+" fail")
	case "Choice":
		m.classes = append(m.classes, "class "+id+" choice")
	}
	levels := s.levels()
	if len(levels) == 0 {
		return
	}
	m.line(depth, "state %s {", id)
	for i, inner := range levels {
		if i > 0 {
			m.line(depth+1, "--")
		}
		m.level(inner, depth+1)
	}
	m.line(depth, "}")
}

// shownName is the name with what a task calls.
func shownName(s State) string {
	name := label(s.meta().name)
	var call Action
	var pattern Pattern
	switch s := s.(type) {
	case Task:
		call, pattern = s.Call, s.pattern()
	case *Task:
		call, pattern = s.Call, s.pattern()
	case Map:
		return name + " (each item)"
	case *Map:
		return name + " (each item)"
	}
	if call == nil {
		return name
	}
	r := &renderer{problems: discarded(), language: JSONata}
	resource := strings.TrimPrefix(call.integration(r, pattern).resource, "aws-sdk:")
	name += "<br/>" + label(resource)
	switch pattern {
	case Sync:
		name += ", waits for the job"
	case WaitForToken:
		name += ", waits for a token"
	}
	return name
}

func (m *drawing) exits(s State, depth int) {
	meta := s.meta()
	id := m.id(meta.name)
	for _, e := range s.edges() {
		if e.label == "" {
			m.line(depth, "%s --> %s", id, m.id(e.target))
			continue
		}
		m.line(depth, "%s --> %s: %s", id, m.id(e.target), label(e.label))
	}
	if meta.end || meta.ends {
		m.line(depth, "%s --> [*]", id)
	}
}

// label replaces what has a meaning in the drawing by the codes that Mermaid has for it.
// https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func label(text string) string {
	return strings.NewReplacer(`"`, "'", "\n", " ", ":", "#58;", ";", "#59;", "#", "#35;", "<", "#lt;", ">", "#gt;").Replace(text)
}
