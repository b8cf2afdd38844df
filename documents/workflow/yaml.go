package workflow

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML checks the workflow and writes it.
func (w Workflow) YAML() ([]byte, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	var m mapping
	m.text("name", w.Name)
	m.text("run-name", w.RunName)
	m.add("on", w.On.node())
	m.add("permissions", emptyMapping())
	m.variables("env", w.Env)
	m.add("concurrency", w.Concurrency.node())
	m.add("defaults", mapped("run", mapped("shell", text("bash"))))
	var jobs mapping
	for _, job := range w.Jobs {
		jobs.add(job.ID, job.node())
	}
	m.add("jobs", jobs.node())
	return encode(w.Comment, m.node())
}

// YAML checks the action and writes it.
func (c Composite) YAML() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	var m, inputs, runs mapping
	m.text("name", c.Name)
	m.text("description", c.Description)
	for _, each := range c.Inputs {
		inputs.add(each.Name, each.node(""))
	}
	m.add("inputs", inputs.orNil())
	runs.text("using", "composite")
	runs.add("steps", steps(c.Steps, true))
	m.add("runs", runs.node())
	return encode(c.Comment, m.node())
}

func (t Triggers) node() *yaml.Node {
	var on mapping
	if t.PullRequest {
		on.add("pull_request", null())
	}
	if p := t.Push; p != nil {
		var push mapping
		push.list("branches", p.Branches)
		push.list("tags", p.Tags)
		push.list("paths", p.Paths)
		on.add("push", push.node())
	}
	if len(t.Schedule) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, each := range t.Schedule {
			list.Content = append(list.Content, mapped("cron", text(each)))
		}
		on.add("schedule", list)
	}
	if t.Dispatch != nil {
		on.add("workflow_dispatch", inputsOf(t.Dispatch.Inputs, ""))
	}
	if t.Call != nil {
		on.add("workflow_call", inputsOf(t.Call.Inputs, "string"))
	}
	return on.node()
}

func inputsOf(all []Input, kind string) *yaml.Node {
	if len(all) == 0 {
		return null()
	}
	var inputs mapping
	for _, each := range all {
		own := kind
		if own == "" {
			own = "string"
			if len(each.Options) > 0 {
				own = "choice"
			}
		}
		inputs.add(each.Name, each.node(own))
	}
	return mapped("inputs", inputs.node())
}

func (i Input) node(kind string) *yaml.Node {
	var m mapping
	m.text("description", i.Description)
	m.text("type", kind)
	if i.Required {
		m.add("required", boolean(true))
	}
	m.text("default", i.Default)
	m.list("options", i.Options)
	return m.node()
}

func (c *Concurrency) node() *yaml.Node {
	if c == nil {
		return nil
	}
	var m mapping
	m.text("group", c.Group)
	m.add("cancel-in-progress", boolean(c.CancelInProgress))
	return m.node()
}

func (p Permissions) node() *yaml.Node {
	var m mapping
	for _, each := range p.named() {
		m.text(each.Name, each.Value)
	}
	return m.node()
}

func (p Permissions) named() []Variable {
	return []Variable{
		{"actions", string(p.Actions)}, {"contents", string(p.Contents)}, {"deployments", string(p.Deployments)}, {"id-token", string(p.IDToken)},
		{"issues", string(p.Issues)}, {"pull-requests", string(p.PullRequests)},
	}
}

func (j Job) node() *yaml.Node {
	var m mapping
	m.text("name", j.Name)
	m.list("needs", j.Needs)
	m.condition(j.If)
	m.text("uses", j.Uses)
	if len(j.RunsOn) == 1 {
		m.text("runs-on", j.RunsOn[0])
	} else {
		m.list("runs-on", j.RunsOn)
	}
	if j.TimeoutMinutes != 0 {
		m.add("timeout-minutes", integer(j.TimeoutMinutes))
	}
	m.add("permissions", j.Permissions.node())
	if e := j.Environment; e != nil {
		var environment mapping
		environment.text("name", e.Name)
		if e.WithoutDeployment {
			environment.add("deployment", boolean(false))
		}
		m.add("environment", environment.node())
	}
	m.add("concurrency", j.Concurrency.node())
	m.variables("with", j.With)
	m.variables("outputs", j.Outputs)
	m.variables("env", j.Env)
	if len(j.Steps) > 0 {
		m.add("steps", steps(j.Steps, false))
	}
	return m.node()
}

// steps of a composite action name their shell, because no defaults reach them.
func steps(all []Step, composite bool) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, each := range all {
		var m mapping
		m.text("name", each.Name)
		m.text("id", each.ID)
		m.condition(each.If)
		if each.ContinueOnError {
			m.add("continue-on-error", boolean(true))
		}
		m.add("uses", each.Uses.node())
		m.variables("with", each.With)
		m.variables("env", each.Env)
		if each.Run != "" {
			if composite {
				m.text("shell", "bash")
			}
			run := text(strings.TrimRight(each.Run, "\n"))
			if strings.Contains(run.Value, "\n") {
				run.Value += "\n"
				run.Style = yaml.LiteralStyle
			}
			m.add("run", run)
		}
		list.Content = append(list.Content, m.node())
	}
	return list
}

func (a Action) node() *yaml.Node {
	switch {
	case a.Folder != "":
		return text(a.Folder)
	case a.Name == "":
		return nil
	}
	node := text(a.Name + "@" + a.SHA)
	node.LineComment = a.Version
	return node
}

// A mapping keeps its keys in the order in which they were added.
type mapping struct{ content []*yaml.Node }

func (m *mapping) add(key string, value *yaml.Node) {
	if value != nil {
		m.content = append(m.content, text(key), value)
	}
}

func (m *mapping) text(key, value string) {
	if value != "" {
		m.add(key, text(value))
	}
}

func (m *mapping) list(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, each := range values {
		list.Content = append(list.Content, text(each))
	}
	m.add(key, list)
}

func (m *mapping) variables(key string, all []Variable) {
	var inner mapping
	for _, each := range all {
		inner.add(each.Name, text(each.Value))
	}
	m.add(key, inner.orNil())
}

func (m *mapping) condition(expression string) {
	if expression != "" {
		m.text("if", Expression(expression))
	}
}

func (m mapping) node() *yaml.Node {
	if len(m.content) == 0 {
		return emptyMapping()
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: m.content}
}

func (m mapping) orNil() *yaml.Node {
	if len(m.content) == 0 {
		return nil
	}
	return m.node()
}

func mapped(key string, value *yaml.Node) *yaml.Node {
	var m mapping
	m.add(key, value)
	return m.node()
}

func emptyMapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle} }

// text keeps what looks like a number or a word of YAML a text.
func text(value string) *yaml.Node {
	var node yaml.Node
	node.SetString(value)
	return &node
}

func null() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

func boolean(value bool) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(value)}
}

func integer(value int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(value)}
}

func encode(comment string, node *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	for _, line := range strings.Split(strings.TrimRight(comment, "\n"), "\n") {
		if comment != "" {
			out.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		}
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
