package pipeline

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
)

// answers are those whose fields are the properties of steps, by their type.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
var answers = map[string][]servicemodel.Answer{
	"Training": describes("DescribeTrainingJob"), "Processing": describes("DescribeProcessingJob"), "Transform": describes("DescribeTransformJob"),
	"Tuning": describes("DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"),
	"Model":  describes("DescribeModel"), "RegisterModel": describes("DescribeModelPackage"), "AutoML": describes("DescribeAutoMLJob"),
	"EndpointConfig": describes("DescribeEndpointConfig"), "Endpoint": describes("DescribeEndpoint"), "InferenceComponent": describes("DescribeInferenceComponent"),
	"EMR": {{Service: "emr", Operation: "DescribeStep", Member: "Step"}}, "EMRServerless": {{Service: "emrserverless", Operation: "GetJobRun"}},
}

func describes(operations ...string) []servicemodel.Answer {
	out := make([]servicemodel.Answer, len(operations))
	for i, each := range operations {
		out[i] = servicemodel.Answer{Service: "sagemaker", Operation: each}
	}
	return out
}

// ownProperties are those of steps that no operation describes, by their type. What is behind them has no fields, but of those of
// lineage, which are maps of ARNs by the name of what was made, and the outputs of functions and callbacks.
var ownProperties = map[string][]string{
	"QualityCheck": {"CalculatedBaselineConstraints", "CalculatedBaselineStatistics", "BaselineUsedForDriftCheckConstraints", "BaselineUsedForDriftCheckStatistics"},
	"ClarifyCheck": {"CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints"},
	"Lineage":      {"ActionArns['']", "ArtifactArns['']", "ContextArns['']", "Associations"},
	"Lambda":       {"OutputParameters['']"}, "Callback": {"OutputParameters['']"}, "Condition": {"Outcome"},
}

// An edge is why a step waits for another.
type edge struct {
	to   Step
	kind edgeKind
}

type edgeKind int

const (
	edgeData   edgeKind = iota // it uses an output
	edgeOrder                  // DependsOn says so
	edgeBranch                 // it stands under the condition
)

// topLevel finds out which steps are nested in conditions, and returns the others in the order in which they were
// added. A step that a condition takes is thereby no longer at the top level, where SageMaker would refuse it.
func (c *checker) topLevel() []Step {
	for _, each := range c.p.steps {
		c.at = pathOf("steps", each.Name())
		if _, used := c.byName[each.Name()]; used {
			c.addf("", "is the name of two steps; names are unique within the pipeline, nested steps included")
		}
		c.byName[each.Name()] = each
	}
	for _, each := range c.p.steps {
		if condition, ok := each.(*ConditionStep); ok {
			c.nest(condition, "then", condition.args.Then)
			c.nest(condition, "else", condition.args.Else)
		}
	}
	var top []Step
	for _, each := range c.p.steps {
		if c.nesting[each.core()].in == nil {
			top = append(top, each)
		}
	}
	return top
}

func (c *checker) nest(condition *ConditionStep, branch string, steps []Step) {
	c.at = pathOf("steps", condition.name)
	for i, each := range steps {
		field := index(branch, i)
		switch {
		case each == nil:
			c.addf(field, "is nil; give the step that a method of the pipeline returned")
			continue
		case each.core().owner != c.p:
			c.addf(field, "is step %q of pipeline %q; add the step to this pipeline", each.Name(), each.core().owner.name)
			continue
		case c.nesting[each.core()].in != nil:
			other := c.nesting[each.core()]
			c.addf(field, "is step %q, which is already under %s of step %q; a step stands in one place", each.Name(), other.branch, other.in.name)
			continue
		}
		c.nesting[each.core()] = nested{condition, branch}
		c.edges[each.core()] = append(c.edges[each.core()], edge{condition, edgeBranch})
	}
}

// steps builds the requests of the steps.
func (c *checker) steps(steps []Step) []any {
	out := []any{}
	for _, each := range steps {
		outer := c.at
		c.at = pathOf("steps", each.Name())
		c.name("", each.Name())
		request := c.build(each)
		c.references(c.at, each, ownPart(each, request))
		c.wholes(c.at, each, ownPart(each, request))
		out = append(out, request)
		c.at = outer
	}
	return out
}

// build is the request of a step.
func (c *checker) build(s Step) object {
	outer := c.of
	c.of = s.core()
	defer func() { c.of = outer }()
	return c.of.finish(c, s.request(c))
}

// ownPart is the request without the steps that a condition holds, which are checked by themselves.
func ownPart(s Step, request object) any {
	if _, ok := s.(*ConditionStep); !ok {
		return request
	}
	own := slices.Clone(request)
	arguments, _ := own.get("Arguments")
	conditions, _ := arguments.(object).get("Conditions")
	own.replace("Arguments", object{{"Conditions", conditions}})
	return own
}

// references checks each reference in the tree and notes which steps the reader thereby waits for. The reader is nil
// outside of steps.
func (c *checker) references(at string, reader Step, tree any) {
	outer := c.at
	c.at = at
	defer func() { c.at = outer }()
	seen := map[any]bool{}
	walk(tree, func(node any) {
		switch v := node.(type) {
		case string:
			if marked(v) {
				c.addf("", "has a reference in %s, where only fixed text can stand", quoted(String(v)))
			}
		case broken:
			c.addf("", "holds %s; pass references on whole, and every value set", v.text)
		case get:
			if !seen[v] {
				seen[v] = true
				c.get(reader, v)
			}
		case jsonGet:
			if !seen[v] {
				seen[v] = true
				c.jsonGet(reader, v)
			}
		case join:
			if wrong := c.topModel(v); wrong != "" && !seen[wrong] {
				seen[wrong] = true
				c.addf("", "%s", wrong)
			}
		}
	})
}

func (c *checker) get(reader Step, ref get) {
	if marked(ref.path) {
		c.addf("", "has a reference in the path %s, where only fixed text can stand", quoted(String(ref.path)))
		return
	}
	root, rest, _ := strings.Cut(ref.path, ".")
	switch root {
	case "Parameters":
		declared, ok := c.p.parameter(rest)
		switch {
		case !ok:
			c.addf("", "refers to parameter %q, which this pipeline does not have; declare it with a method of the pipeline", rest)
		case ref.want != "" && declared.typ != ref.want:
			c.addf("", "refers to parameter %q as %s, but it is declared as %s", rest, ref.want, declared.typ)
		}
	case "Execution":
		if !slices.Contains(executionVariables, rest) {
			c.addf("", "refers to execution variable %q, which does not exist; use one of %s", rest, list(executionVariables))
		}
	case "PipelineExperimentConfig":
		if c.p.props.Experiment.Disabled {
			c.addf("", "refers to the %s, but the pipeline's experiment is disabled", ref.path)
		}
	case "Steps":
		name, property, _ := strings.Cut(rest, ".")
		if target := c.target(reader, name, "property "+property); target != nil {
			wrong := target.property(property, ref.want)
			if wrong == "" {
				if wrong = unknownProperty(target.core().typ, property); wrong != "" {
					wrong = "for its " + property + ", but " + wrong
				}
			}
			if wrong != "" {
				c.addf("", "refers to step %q, %s", name, wrong)
			}
		}
	case forEach, "ChildOutput":
		if reader == nil || reader.core().typ != forEach {
			c.addf("", "refers to %q, which only a step of type %s knows; use it in the arguments of such a step", ref.path, forEach)
		}
	default:
		c.addf("", "refers to %q, which is nothing that SageMaker knows; use Parameters, Execution or Steps", ref.path)
	}
}

// autoMLReports is what SageMaker adds of the reports of AutoML, which DescribeAutoMLJob does not tell.
var autoMLReports = []string{"BestCandidateProperties.ModelInsightsJsonReportPath", "BestCandidateProperties.ExplainabilityJsonReportPath"}

// unknownProperty says what is wrong with a property of steps of this type, and "" if nothing is, or if the type is unknown.
func unknownProperty(stepType, property string) string {
	known, own := answers[stepType], ownProperties[stepType]
	switch {
	case stepType == "AutoML" && strings.HasPrefix(property, "BestCandidateProperties"):
		own = autoMLReports
	case len(known) > 0:
		return servicemodel.CheckPath(property, known...)
	case len(own) == 0:
		return ""
	}
	// The key of a map is free, or the step's own to check.
	name, key, keyed := strings.Cut(property, "['")
	if keyed && strings.HasSuffix(key, "']") {
		name += "['']"
	}
	if slices.Contains(own, name) {
		return ""
	}
	all := slices.Clone(own)
	for i := range all {
		all[i] = strings.Replace(all[i], "['']", "['name']", 1)
	}
	return stepType + " steps have no such property; " + servicemodel.Nearest(property, all)
}

func (c *checker) jsonGet(reader Step, ref jsonGet) {
	if ref.uri != "" {
		c.s3URI("", ref.uri)
		for _, each := range ref.location().values {
			switch each.(type) {
			case join, jsonGet:
				c.addf("", "reads a file whose URI has a Join or a JSON value within a Join; join only texts, parameters, properties and execution variables, once")
			}
		}
		c.readFiles = append(c.readFiles, ref.uri)
		if ref.path == "" || marked(ref.path) {
			c.addf("", "reads the file %s without a fixed path; say which value, such as metrics.accuracy.value", quoted(ref.uri))
			return
		}
		c.jsonPath(ref.path)
		return
	}
	if ref.file == "" {
		c.addf("", "reads a JSON value of no file; give JSONGetS3 its URI, or JSONGet the name of a property file")
		return
	}
	target := c.target(reader, ref.step, "property file "+ref.file)
	if target == nil {
		return
	}
	names, ok := propertyFilesOf(target)
	if !ok {
		c.addf("", "reads property file %q of step %q, a %s step; only Processing steps have property files", ref.file, ref.step, target.core().typ)
		return
	}
	if !slices.Contains(names, ref.file) {
		c.addf("", "reads property file %q of step %q, which has %s", ref.file, ref.step, listOrNone(names))
	}
	switch {
	case marked(ref.path):
		c.addf("", "has a reference in the path %s, where only fixed text can stand", quoted(String(ref.path)))
	case ref.path == "":
		c.addf("", "reads property file %q of step %q without a path; say which value, such as metrics.accuracy.value", ref.file, ref.step)
	default:
		c.jsonPath(ref.path)
	}
}

// target is the step that a reference names, or nil after the problem was reported.
func (c *checker) target(reader Step, name, what string) Step {
	target, ok := c.byName[name]
	switch {
	case !ok:
		c.addf("", "refers to %s of step %q, which this pipeline does not have", what, name)
		return nil
	case reader == nil:
		c.addf("", "refers to %s of step %q, but only steps can refer to steps", what, name)
		return nil
	case target.core() == reader.core():
		c.addf("", "refers to %s of itself", what)
		return nil
	}
	if _, fails := target.(*FailStep); fails {
		c.addf("", "refers to %s of step %q, which ends the execution; a Fail step has no outputs", what, name)
		return nil
	}
	c.edges[reader.core()] = append(c.edges[reader.core()], edge{target, edgeData})
	return target
}

// depend notes an explicit dependency.
func (c *checker) depend(s *step, on Step) {
	switch target := on.(type) {
	case *FailStep:
		c.addf("dependsOn", "names step %q, which ends the execution; nothing runs after a Fail step", target.name)
		return
	}
	if on.core().owner != c.p {
		c.addf("dependsOn", "names step %q of pipeline %q; name steps of this pipeline", on.Name(), on.core().owner.name)
		return
	}
	c.edges[s] = append(c.edges[s], edge{on, edgeOrder})
}

// graph reports steps that wait for each other, and steps that wait for one that never runs together with them.
func (c *checker) graph() {
	state := map[*step]int{}
	var path []string
	var visit func(s *step)
	visit = func(s *step) {
		const open, done = 1, 2
		switch state[s] {
		case done:
			return
		case open:
			start := slices.Index(path, s.name)
			c.problems.Addf("pipeline", "has steps that wait for each other: %s; break the circle", strings.Join(append(slices.Clone(path[start:]), s.name), " -> "))
			return
		}
		state[s] = open
		path = append(path, s.name)
		for _, next := range c.edges[s] {
			visit(next.to.core())
		}
		path = path[:len(path)-1]
		state[s] = done
	}
	for _, each := range c.p.steps {
		visit(each.core())
		c.opposed(each.core())
		if s, ok := each.(*ConditionStep); ok && len(s.args.Then)+len(s.args.Else) == 0 && !c.isRead(s) {
			c.problems.Addf(pathOf("steps", s.name)+".then", "and else are both empty, and no step reads the outcome; give the steps that the condition decides about")
		}
	}
}

// isRead reports whether a step uses an output of this one.
func (c *checker) isRead(s Step) bool {
	for _, edges := range c.edges {
		for _, each := range edges {
			if each.kind == edgeData && each.to.core() == s.core() {
				return true
			}
		}
	}
	return false
}

// opposed reports dependencies from one branch of a condition on the other.
func (c *checker) opposed(s *step) {
	mine := c.branches(s)
	seen := map[*step]bool{}
	for _, each := range c.edges[s] {
		target := each.to
		if seen[target.core()] {
			continue
		}
		seen[target.core()] = true
		for _, theirs := range c.branches(target.core()) {
			for _, place := range mine {
				if place.in == theirs.in && place.branch != theirs.branch {
					c.problems.Addf(pathOf("steps", s.name), "under %s of step %q waits for step %q under %s of it, and only one of the two branches runs", place.branch, place.in.name, target.Name(), theirs.branch)
				}
			}
		}
	}
}

// branches are the conditions around a step and the branches in which it stands, the innermost first.
func (c *checker) branches(s *step) []nested {
	var out []nested
	for {
		place, ok := c.nesting[s]
		if !ok || slices.Contains(out, place) {
			return out
		}
		out = append(out, place)
		s = place.in.core()
	}
}

func listOrNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return list(names)
}
