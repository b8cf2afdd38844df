package workflow

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	idPattern       = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_-]{0,99}$`)
	variablePattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	shaPattern      = lazyregexp.New(`^[0-9a-f]{40}$`)
	versionPattern  = lazyregexp.New(`^v[0-9]+(\.[0-9]+){0,2}$`)
	actionPattern   = lazyregexp.New(`^[A-Za-z0-9-]+/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$`)
	calledPattern   = lazyregexp.New(`^\./\.github/workflows/[A-Za-z0-9._-]+\.ya?ml$`)
	folderPattern   = lazyregexp.New(`^\./\.github/actions/[A-Za-z0-9._-]+$`)
	cronPattern     = lazyregexp.New(`^\S+( \S+){4}$`)
)

// maxTimeoutMinutes is how long a job on a machine of GitHub can run.
const maxTimeoutMinutes = 360

// maxInputs is how many inputs people can fill in.
const maxInputs = 25

// Validate reports everything that is wrong with the workflow.
func (w Workflow) Validate() error {
	var problems problem.List
	if w.Name == "" {
		problems.Addf("name", "is missing; GitHub shows it")
	}
	if w.On.none() {
		problems.Addf("on", "names no trigger, so that nothing starts the workflow; add one")
	}
	problems.Add("on", w.On.validate())
	if len(w.Jobs) == 0 {
		problems.Addf("jobs", "are missing; add one")
	}
	problems.Add("concurrency", w.Concurrency.validate())
	problems.Add("", validateVariables("env", w.Env))
	var above []string
	for _, job := range w.Jobs {
		at := problem.Key("jobs", job.ID)
		if !idPattern.MatchString(job.ID) {
			problems.Addf(at, "%q is no id; use up to 100 letters, digits, _ and -, with a letter or _ first", job.ID)
		}
		if slices.Contains(above, job.ID) {
			problems.Addf(at, "stands twice; rename one")
		}
		for i, need := range job.Needs {
			if !slices.Contains(above, need) {
				problems.Addf(at+"."+problem.Index("needs", i), "%q is no job above this one; put it first, or correct the name", need)
			}
		}
		problems.Add(at, job.validate())
		above = append(above, job.ID)
	}
	return problems.Err()
}

func (t Triggers) none() bool {
	return !t.PullRequest && t.Push == nil && len(t.Schedule) == 0 && t.Dispatch == nil && t.Call == nil
}

func (t Triggers) validate() error {
	var problems problem.List
	if p := t.Push; p != nil && len(p.Branches)+len(p.Tags) == 0 {
		problems.Addf("push", "names neither branches nor tags, so that every push would start it; name them")
	}
	for i, each := range t.Schedule {
		if !cronPattern.MatchString(each) {
			problems.Addf(problem.Index("schedule", i), "%q is no time of cron; write five fields, such as 17 4 * * *", each)
		}
	}
	if d := t.Dispatch; d != nil {
		if len(d.Inputs) > maxInputs {
			problems.Addf("workflow_dispatch.inputs", "has %d inputs; GitHub allows %d", len(d.Inputs), maxInputs)
		}
		problems.Add("workflow_dispatch", validateInputs(d.Inputs))
	}
	if t.Call != nil {
		problems.Add("workflow_call", validateInputs(t.Call.Inputs))
	}
	return problems.Err()
}

func validateInputs(all []Input) error {
	var problems problem.List
	seen := map[string]bool{}
	for _, each := range all {
		at := problem.Key("inputs", each.Name)
		switch {
		case !idPattern.MatchString(each.Name):
			problems.Addf(at, "%q is no name of an input; use letters, digits, _ and -, with a letter or _ first", each.Name)
		case seen[each.Name]:
			problems.Addf(at, "stands twice; rename one")
		}
		if len(each.Options) > 0 && each.Default != "" && !slices.Contains(each.Options, each.Default) {
			problems.Addf(at+".default", "%q is none of the options %s; use one of them", each.Default, strings.Join(each.Options, ", "))
		}
		seen[each.Name] = true
	}
	return problems.Err()
}

func (c *Concurrency) validate() error {
	var problems problem.List
	if c != nil && c.Group == "" {
		problems.Addf("group", "is missing; name what runs one at a time")
	}
	return problems.Err()
}

func (p Permissions) validate() error {
	var problems problem.List
	for _, each := range p.named() {
		switch access := Access(each.Value); {
		case each.Name == "id-token" && access == Read:
			problems.Addf(each.Name, `is "read", which GitHub does not have; use "write"`)
		case access != None && access != Read && access != Write:
			problems.Addf(each.Name, "is %q; use \"read\" or \"write\"", access)
		}
	}
	return problems.Err()
}

func (j Job) validate() error {
	var problems problem.List
	problems.Add("permissions", j.Permissions.validate())
	problems.Add("concurrency", j.Concurrency.validate())
	if strings.Contains(j.If, "${{") {
		problems.Addf("if", "has ${{, which is written around it; give the expression alone")
	}
	if j.Environment != nil && j.Environment.Name == "" {
		problems.Addf("environment", "has no name; give one, or leave it out")
	}
	if j.Uses != "" {
		if !calledPattern.MatchString(j.Uses) {
			problems.Addf("uses", "%q is no workflow of this repository; write ./.github/workflows/FILE.yml", j.Uses)
		}
		if len(j.Steps) > 0 || len(j.RunsOn) > 0 || j.TimeoutMinutes != 0 || j.Environment != nil || len(j.Env) > 0 || len(j.Outputs) > 0 {
			problems.Addf("uses", "calls a workflow, whose own jobs have steps, machine, timeout, environment, variables and outputs; remove them here")
		}
		problems.Add("", validateVariables("with", j.With))
		return problems.Err()
	}
	if len(j.With) > 0 {
		problems.Addf("with", "is for a workflow that is called, and there is none; set uses, or remove it")
	}
	if len(j.RunsOn) == 0 {
		problems.Addf("runs-on", "is missing; name the label of a machine, such as ubuntu-24.04")
	}
	if j.TimeoutMinutes < 1 || j.TimeoutMinutes > maxTimeoutMinutes {
		problems.Addf("timeout-minutes", "is %d; use 1 to %d", j.TimeoutMinutes, maxTimeoutMinutes)
	}
	problems.Add("", validateVariables("outputs", j.Outputs))
	problems.Add("", validateVariables("env", j.Env))
	problems.Add("", validateSteps(j.Steps))
	return problems.Err()
}

// Validate reports everything that is wrong with the action.
func (c Composite) Validate() error {
	var problems problem.List
	if c.Name == "" || c.Description == "" {
		problems.Addf("name", "and description are required; GitHub shows them")
	}
	problems.Add("", validateInputs(c.Inputs))
	problems.Add("", validateSteps(c.Steps))
	return problems.Err()
}

func validateSteps(steps []Step) error {
	var problems problem.List
	if len(steps) == 0 {
		problems.Addf("steps", "are missing; add one")
	}
	seen := map[string]bool{}
	for i, step := range steps {
		at := problem.Index("steps", i)
		problems.Add(at, step.validate())
		if step.ID != "" && seen[step.ID] {
			problems.Addf(at+".id", "%q stands twice in the job; rename one", step.ID)
		}
		seen[step.ID] = true
	}
	return problems.Err()
}

func (s Step) validate() error {
	var problems problem.List
	if s.ID != "" && !idPattern.MatchString(s.ID) {
		problems.Addf("id", "%q is no id; use letters, digits, _ and -, with a letter or _ first", s.ID)
	}
	if strings.Contains(s.If, "${{") {
		problems.Addf("if", "has ${{, which is written around it; give the expression alone")
	}
	runs, uses := s.Run != "", s.Uses != (Action{})
	switch {
	case runs == uses:
		problems.Addf("run", "or uses: a step has exactly one of the two")
	case uses:
		problems.Add("uses", s.Uses.validate())
	case len(s.With) > 0:
		problems.Addf("with", "is for actions; a script takes env")
	}
	if strings.Contains(s.Run, "${{") {
		problems.Addf("run", "has an expression, whose value would become a part of the script; hand it over with env")
	}
	if strings.ContainsAny(s.Run, "\t\r") {
		problems.Addf("run", "has tabs or carriage returns, which YAML cannot keep readable; use spaces")
	}
	problems.Add("", validateVariables("with", s.With))
	problems.Add("", validateVariables("env", s.Env))
	return problems.Err()
}

func (a Action) validate() error {
	var problems problem.List
	if a.Folder != "" {
		if !folderPattern.MatchString(a.Folder) || a.Name+a.SHA+a.Version != "" {
			problems.Addf("folder", "%q is no action of this repository alone; write ./.github/actions/NAME, without a commit", a.Folder)
		}
		return problems.Err()
	}
	if !actionPattern.MatchString(a.Name) {
		problems.Addf("name", "%q is no action; write owner/repository", a.Name)
	}
	if !shaPattern.MatchString(a.SHA) {
		problems.Addf("commit", "%s is pinned by %q, and tags and branches can be moved to other code; give the whole commit, 40 hexadecimal digits", a.Name, a.SHA)
	}
	if !versionPattern.MatchString(a.Version) {
		problems.Addf("version", "%s has the version %q; name the release that the commit is, such as v6.0.2", a.Name, a.Version)
	}
	return problems.Err()
}

func validateVariables(path string, all []Variable) error {
	var problems problem.List
	seen := map[string]bool{}
	for _, each := range all {
		at := problem.Key(path, each.Name)
		switch {
		case !variablePattern.MatchString(each.Name):
			problems.Addf(at, "%q is no name; use letters, digits, _ and -, with a letter or _ first", each.Name)
		case seen[each.Name]:
			problems.Addf(at, "stands twice; remove one")
		}
		seen[each.Name] = true
	}
	return problems.Err()
}
