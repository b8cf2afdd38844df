package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// Mermaid is a drawing of the pipeline as a Mermaid flowchart, which GitHub renders. Solid arrows are data, dotted ones
// DependsOn, labelled ones the branches of conditions. The error is that of Validate.
// https://mermaid.js.org/syntax/flowchart.html
func (p *Pipeline) Mermaid() (string, error) {
	c, _, err := p.check()
	if err != nil {
		return "", err
	}
	ids := map[*step]string{}
	for i, each := range p.steps {
		ids[each.core()] = fmt.Sprintf("s%d", i+1)
	}
	var out strings.Builder
	out.WriteString("flowchart TD\n")
	for _, each := range p.steps {
		fmt.Fprintf(&out, "  %s%s\n", ids[each.core()], c.shape(each))
	}
	for _, each := range p.steps {
		seen := map[*step]bool{}
		for _, e := range c.edges[each.core()] {
			from := e.to.core()
			if seen[from] || e.kind == edgeBranch && c.leads(each, e.to) {
				continue
			}
			seen[from] = true
			arrow := "-->"
			switch e.kind {
			case edgeOrder:
				arrow = "-.->"
			case edgeBranch:
				arrow = "-->|" + c.nesting[each.core()].branch + "|"
			}
			fmt.Fprintf(&out, "  %s %s %s\n", ids[from], arrow, ids[each.core()])
		}
	}
	return out.String(), nil
}

// leads reports whether the step waits for another one in the same branch, so that the arrow from the condition would
// say nothing.
func (c *checker) leads(s, condition Step) bool {
	place := c.nesting[s.core()]
	return slices.ContainsFunc(c.edges[s.core()], func(e edge) bool { return e.to.core() != condition.core() && c.nesting[e.to.core()] == place })
}

// shape is the node of a step: a rhombus for conditions, rounded for the end, a box for the rest.
func (c *checker) shape(s Step) string {
	name := s.Name()
	switch v := s.(type) {
	case *ConditionStep:
		var lines []string
		for _, each := range v.args.If {
			lines = append(lines, escape(each.text()))
		}
		return fmt.Sprintf(`{"%s<br/>%s"}`, name, strings.Join(lines, "<br/>and "))
	case *FailStep:
		return fmt.Sprintf(`(["%s<br/>Fail"])`, name)
	}
	return fmt.Sprintf(`["%s<br/>%s"]`, name, s.core().typ)
}

// escape keeps text from being read as Mermaid or HTML.
func escape(text string) string {
	return strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;").Replace(text)
}

var comparisons = map[string]string{
	"Equals": "=", "GreaterThan": ">", "GreaterThanOrEqualTo": "≥", "LessThan": "<", "LessThanOrEqualTo": "≤",
}

// text is the condition for people.
func (condition Condition) text() string {
	switch condition.kind {
	case "Not":
		return "not (" + condition.inner[0].text() + ")"
	case "Or":
		var parts []string
		for _, each := range condition.inner {
			parts = append(parts, each.text())
		}
		return strings.Join(parts, " or ")
	case "In":
		var values []string
		for _, each := range condition.values {
			values = append(values, short(each.tree()))
		}
		return short(condition.left.tree()) + " in " + strings.Join(values, ", ")
	}
	return short(condition.left.tree()) + " " + comparisons[condition.kind] + " " + short(condition.right.tree())
}

// short is a value for people: references without their roots.
func short(tree any) string {
	switch v := tree.(type) {
	case get:
		_, name, _ := strings.Cut(v.path, ".")
		return name
	case jsonGet:
		return v.path
	case join:
		var out strings.Builder
		for i, each := range v.values {
			if i > 0 {
				out.WriteString(v.on)
			}
			out.WriteString(short(each))
		}
		return out.String()
	}
	return fmt.Sprint(tree)
}
