package asl

import (
	"fmt"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// maxStateName is the longest name of a state, in characters.
const maxStateName = 80

// graphCheck looks at how states lead to each other.
type graphCheck struct {
	r *renderer
	// where is, for each name, a description of the level in which a state of this name stands.
	where map[string]string
}

func checkGraph(top level, d Definition, r *renderer) {
	c := &graphCheck{r: r, where: map[string]string{}}
	c.names(top, "the top level", "states")
	c.level(top, "", "startAt")
}

// names checks names of all levels, because they must be unique in the whole machine.
func (c *graphCheck) names(l level, where, path string) {
	if len(l.states) == 0 {
		c.r.addf(path, "are missing; give at least one")
	}
	for i, s := range l.states {
		if s == nil {
			c.r.addf(problem.Index(path, i), "is nil; give a state")
			continue
		}
		name := s.meta().name
		switch length := utf8.RuneCountInString(name); {
		case length == 0:
			c.r.addf(problem.Index(path, i)+".name", "is missing; give 1 to %d characters", maxStateName)
		case length > maxStateName:
			c.r.addf(problem.Index(path, i)+".name", "%q has %d characters; use at most %d", name, length, maxStateName)
		}
		if other, ok := c.where[name]; ok && name != "" {
			c.r.addf(problem.Key("states", name), "the name is used twice, in %s and in %s; rename one of them", other, where)
		} else {
			c.where[name] = where
		}
		for _, inner := range s.levels() {
			c.names(inner, fmt.Sprintf("%s of %q", inner.label, name), problem.Key("states", name)+"."+inner.path+".states")
		}
	}
}

func (c *graphCheck) level(l level, prefix, startPath string) {
	here := map[string]State{}
	var names []string
	for _, s := range l.states {
		if s == nil {
			continue
		}
		if _, repeated := here[s.meta().name]; !repeated {
			here[s.meta().name] = s
			names = append(names, s.meta().name)
		}
	}
	if len(here) == 0 {
		return
	}
	if _, ok := here[l.start()]; !ok {
		c.r.addf(prefix+startPath, "%s", c.missing(l.start(), "", names))
	}
	for _, s := range l.states {
		if s == nil {
			continue
		}
		c.exits(s, here, names)
		for _, inner := range s.levels() {
			c.level(inner, problem.Key("states", s.meta().name)+"."+inner.path+".", "startAt")
		}
	}
	c.reach(l, here)
}

// exits checks the ways out of a state.
func (c *graphCheck) exits(s State, here map[string]State, names []string) {
	m := s.meta()
	path := problem.Key("states", m.name)
	if !m.ends && !m.branches && (m.next == "") != m.end {
		if m.end {
			c.r.addf(path, "has both Next and End; keep one of them")
		} else {
			c.r.addf(path, "leads nowhere; give Next, or set End")
		}
	}
	for _, e := range s.edges() {
		if e.target == "" {
			c.r.addf(path+"."+e.path, "is missing; name a state")
			continue
		}
		if _, ok := here[e.target]; !ok {
			c.r.addf(path+"."+e.path, "%s", c.missing(e.target, m.name, names))
		}
	}
}

// missing says why a state cannot be reached under this name.
func (c *graphCheck) missing(target, from string, names []string) string {
	if where, ok := c.where[target]; ok {
		return fmt.Sprintf("%q stands in %s, where %s cannot lead; name a state of the same level", target, where, quoteOr(from, "the start"))
	}
	return fmt.Sprintf("%q is no state; %s", target, suggest(target, names, "use the name of a state of the same level"))
}

func quoteOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return fmt.Sprintf("%q", name)
}

// reach checks that each state can be reached from the start, and that each can reach an end.
func (c *graphCheck) reach(l level, here map[string]State) {
	reached := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		s, ok := here[name]
		if !ok || reached[name] {
			return
		}
		reached[name] = true
		for _, e := range s.edges() {
			walk(e.target)
		}
	}
	walk(l.start())
	ends := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for name, s := range here {
			if !ends[name] && c.endsFrom(s, ends, here) {
				ends[name] = true
				changed = true
			}
		}
	}
	for _, s := range l.states {
		if s == nil {
			continue
		}
		name := s.meta().name
		switch {
		case !reached[name] && here[l.start()] != nil:
			c.r.addf(problem.Key("states", name), "is never reached from %q; lead to it, or remove it", l.start())
		case reached[name] && !ends[name]:
			c.r.addf(problem.Key("states", name), "never comes to an end; lead out of the loop to a state with End, Succeed or Fail")
		}
	}
}

// endsFrom reports whether the state ends the level or leads to one that does. States with broken ways out count as
// ending, because that problem is reported already.
func (c *graphCheck) endsFrom(s State, ends map[string]bool, here map[string]State) bool {
	m := s.meta()
	if m.ends || m.end || !m.branches && m.next == "" {
		return true
	}
	for _, e := range s.edges() {
		if _, ok := here[e.target]; !ok || ends[e.target] {
			return true
		}
	}
	return len(s.edges()) == 0
}
