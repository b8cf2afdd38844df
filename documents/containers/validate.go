package containers

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern     = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$`)
	portNamePattern = lazyregexp.New(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	variablePattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_.-]{0,255}$`)
	// A user and a group, each by name or number.
	userPattern = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$`)
	// Names of variables whose values are secret, and values that are keys of AWS.
	secretName  = lazyregexp.New(`(?i)(?:^|_)(?:password|passwd|secret|token|api_?key|access_?key|private_?key|credentials?)$`)
	secretValue = lazyregexp.New(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----`)
)

// Validate reports everything that ECS would refuse, and what is not safe: paths begin with cpu, memoryMB, architecture, diskGB, volumes,
// containers and the name of the container, logGroup.
func (t Task) Validate() error {
	t = t.WithDefaults()
	var problems problem.List
	problems.Add("", CheckSize(t.CPU, t.MemoryMB))
	if t.Architecture != X86 && t.Architecture != ARM64 {
		problems.Addf("architecture", "%q is unknown; use %s or %s", t.Architecture, X86, ARM64)
	}
	if t.DiskGB != 0 && (t.DiskGB < 21 || t.DiskGB > 200) {
		problems.Addf("diskGB", "%d is out of range; use 21 to 200, or nothing for the 20 that are free", t.DiskGB)
	}
	seen := map[string]bool{}
	for i, name := range t.Volumes {
		if at := problem.Index("volumes", i); !namePattern.MatchString(name) {
			problems.Addf(at, "%q is no name of a volume; use 1 to 255 letters, digits, hyphens and underscores", name)
		} else if seen[name] {
			problems.Addf(at, "%q is given twice; drop one", name)
		}
		seen[name] = true
	}
	if t.LogGroup == "" {
		problems.Addf("logGroup", "is missing, and what the containers write would be lost; name a log group")
	}
	t.validateContainers(&problems)
	if n := t.Size(); n > MaxDefinition {
		problems.Addf("containers", "make a task definition of %d bytes, and ECS takes %d; shorten commands and variables, or let the program read a file", n, MaxDefinition)
	}
	return problems.Err()
}

func (t Task) validateContainers(problems *problem.List) {
	if len(t.Containers) == 0 || len(t.Containers) > 10 {
		problems.Addf("containers", "has %d containers; use 1 to 10", len(t.Containers))
	}
	byName, ports := map[string]Container{}, map[int]string{}
	essential, memory, cpu := false, 0, 0
	for i, c := range t.Containers {
		at := problem.Index("containers", i)
		if !namePattern.MatchString(c.Name) {
			problems.Addf(at+".name", "%q is no name of a container; use 1 to 255 letters, digits, hyphens and underscores, beginning with a letter or digit", c.Name)
		} else if _, twice := byName[c.Name]; twice {
			problems.Addf(at+".name", "%q is given twice; use another name", c.Name)
		}
		byName[c.Name] = c
		essential, memory, cpu = essential || !c.Optional, memory+c.MemoryMB, cpu+c.CPU
	}
	if len(t.Containers) > 0 && !essential {
		problems.Addf("containers", "are all optional, and the task would never end by itself; make one essential")
	}
	if memory > t.MemoryMB && t.MemoryMB > 0 {
		problems.Addf("containers", "have %d MiB together, more than the task's %d; give the task more, or them less", memory, t.MemoryMB)
	}
	if cpu > t.CPU && t.CPU > 0 {
		problems.Addf("containers", "have %d units together, more than the task's %d; give the task more, or them less", cpu, t.CPU)
	}
	for _, c := range t.Containers {
		t.validateContainer(problems, problem.Key("containers", c.Name), c, byName, ports)
	}
	if cycle := circle(t.Containers); cycle != "" {
		problems.Addf("containers", "wait for each other: %s; take one of the conditions away", cycle)
	}
}

func (t Task) validateContainer(problems *problem.List, at string, c Container, all map[string]Container, ports map[int]string) {
	between := func(path string, value, low, high int) {
		if value < low || value > high {
			problems.Addf(at+path, "%d is out of range; use %d to %d", value, low, high)
		}
	}
	if err := CheckImage(c.Image, c.ImmutableTag); err != nil {
		problems.Addf(at+".image", "%v", err)
	}
	if c.WorkingDirectory != "" && !strings.HasPrefix(c.WorkingDirectory, "/") {
		problems.Addf(at+".workingDirectory", "%q is not absolute; begin it with a slash", c.WorkingDirectory)
	}
	if c.User != "" && !userPattern.MatchString(c.User) {
		problems.Addf(at+".user", "%q is no user; write it like 1000 or 1000:1000", c.User)
	}
	if c.CPU < 0 {
		problems.Addf(at+".cpu", "%d is out of range; use 0 or more", c.CPU)
	}
	if c.MemoryMB != 0 {
		between(".memoryMB", c.MemoryMB, 6, max(6, t.MemoryMB))
	}
	for i, p := range c.Ports {
		path := problem.Index(".ports", i)
		between(path+".number", p.Number, 1, 65535)
		if other, taken := ports[p.Number]; taken {
			problems.Addf(at+path+".number", "%d is that of the container %s, and all share one address; use another port", p.Number, other)
		}
		ports[p.Number] = c.Name
		if p.Name != "" && !portNamePattern.MatchString(p.Name) {
			problems.Addf(at+path+".name", "%q is no name of a port; use 1 to 64 lower-case letters, digits, hyphens and underscores", p.Name)
		}
		if !slices.Contains([]string{"", "http", "http2", "grpc"}, p.Protocol) {
			problems.Addf(at+path+".protocol", "%q is unknown; use http, http2 or grpc, or nothing for TCP", p.Protocol)
		} else if p.Protocol != "" && p.Name == "" {
			problems.Addf(at+path+".protocol", "needs a name of the port; give one")
		}
	}
	problems.Add(at, CheckEnvironment(c.Environment))
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		path := problem.Key(at+".secrets", name)
		if !variablePattern.MatchString(name) {
			problems.Addf(path, "%q is no name of a variable; use letters, digits and underscores", name)
		}
		if _, both := c.Environment[name]; both {
			problems.Addf(path, "is also among the environment variables; keep one of them")
		}
		problems.Add(path, c.Secrets[name].Validate())
	}
	for i, m := range c.Mounts {
		path := problem.Index(".mounts", i)
		if !slices.Contains(t.Volumes, m.Volume) {
			problems.Addf(at+path+".volume", "%q is no volume of the task; add it to volumes", m.Volume)
		}
		if !strings.HasPrefix(m.Path, "/") || m.Path == "/" {
			problems.Addf(at+path+".path", "%q is no folder for a volume; write it in full, such as /tmp", m.Path)
		}
	}
	if h := c.Health; h != nil {
		if len(h.Command) < 2 || h.Command[0] != "CMD" && h.Command[0] != "CMD-SHELL" {
			problems.Addf(at+".health.command", "is no command; begin it with CMD or CMD-SHELL and what to run")
		}
		between(".health.intervalSeconds", h.IntervalSeconds, 5, 300)
		between(".health.timeoutSeconds", h.TimeoutSeconds, 2, 60)
		between(".health.retries", h.Retries, 1, 10)
		between(".health.startSeconds", h.StartSeconds, 0, 300)
	}
	for _, name := range slices.Sorted(maps.Keys(c.After)) {
		t.validateAfter(problems, problem.Key(at+".after", name), name, c.After[name], all)
	}
	if c.StartTimeoutSeconds != 0 {
		between(".startTimeoutSeconds", c.StartTimeoutSeconds, 2, 120)
	}
	between(".stopTimeoutSeconds", c.StopTimeoutSeconds, 2, 120)
}

func (t Task) validateAfter(problems *problem.List, at, name string, state State, all map[string]Container) {
	other, known := all[name]
	switch {
	case !known:
		problems.Addf(at, "%q is no container of the task; name one of %s", name, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	case !slices.Contains([]State{Started, Complete, Success, Healthy}, state):
		problems.Addf(at, "%q is no state; use %s, %s, %s or %s", state, Started, Complete, Success, Healthy)
	case state == Healthy && other.Health == nil:
		problems.Addf(at, "waits until %s is healthy, which it never says; give it health, or wait for %s", name, Started)
	case (state == Success || state == Complete) && !other.Optional:
		problems.Addf(at, "waits for the end of %s, with which the task would end; make it optional", name)
	}
}

// MaxDefinition is how many bytes a task definition may have.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const MaxDefinition = 64 * 1024

// Size is how many bytes the containers of the task make, in the JSON that ECS takes.
func (t Task) Size() int { return len(t.json()) }

// CheckEnvironment reports variables, under environment, that have no possible name, or whose value looks like a secret. No message has the
// value.
func CheckEnvironment(environment map[string]string) error {
	var problems problem.List
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		at, value := problem.Key("environment", name), environment[name]
		switch {
		case !variablePattern.MatchString(name):
			problems.Addf(at, "%q is no name of a variable; use letters, digits and underscores", name)
		case secretValue.MatchString(value), secretName.MatchString(name) && value != "" && !token.Is(value):
			problems.Addf(at, "looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it")
		}
	}
	return problems.Err()
}

// circle is a chain of containers that wait for each other, or "".
func circle(all []Container) string {
	after := map[string][]string{}
	for _, c := range all {
		after[c.Name] = slices.Sorted(maps.Keys(c.After))
	}
	var visit func(name string, path []string) string
	done := map[string]bool{}
	visit = func(name string, path []string) string {
		if i := slices.Index(path, name); i >= 0 {
			return strings.Join(append(slices.Clone(path[i:]), name), " -> ")
		}
		if done[name] {
			return ""
		}
		for _, next := range after[name] {
			if found := visit(next, append(slices.Clone(path), name)); found != "" {
				return found
			}
		}
		done[name] = true
		return ""
	}
	for _, c := range all {
		if found := visit(c.Name, nil); found != "" {
			return found
		}
	}
	return ""
}
