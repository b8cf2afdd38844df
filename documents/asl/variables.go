package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// variables checks that each variable has a value where it is read. A variable lives in the level whose states assign it; the
// states inside a Parallel or an inline Map can read it, and cannot assign it. What a state assigns is known from the next
// state on, so that a state reads what all ways to it have assigned.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
type variables struct {
	r     *renderer
	uses  map[string][]use // by state
	homes map[string][]string
}

func checkVariables(top level, r *renderer) {
	v := &variables{r: r, uses: map[string][]use{}, homes: map[string][]string{}}
	for _, each := range r.uses {
		v.uses[each.state] = append(v.uses[each.state], each)
	}
	v.home(top, "the top level")
	v.level(top, nil, nil)
}

// home notes in which levels variables live.
func (v *variables) home(l level, where string) {
	for name := range assignedIn(l) {
		v.homes[name] = append(v.homes[name], where)
	}
	for _, s := range l.states {
		if s == nil {
			continue
		}
		for _, inner := range s.levels() {
			v.home(inner, inner.label+" of \""+s.meta().name+"\"")
		}
	}
}

// assignedIn are the variables that states of the level assign.
func assignedIn(l level) map[string]bool {
	out := map[string]bool{}
	for _, s := range l.states {
		if s == nil {
			continue
		}
		for _, e := range s.edges() {
			for name := range e.assign {
				out[name] = true
			}
		}
		for _, each := range s.meta().assigns {
			for name := range each {
				out[name] = true
			}
		}
	}
	return out
}

// level goes through a level. known are the variables of outer levels that have a value when it begins, outer all of them.
func (v *variables) level(l level, known, outer map[string]bool) {
	own := assignedIn(l)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if outer[name] {
			v.taken(l, name)
		}
	}
	values := valuesOn(l, known)
	all := maps.Clone(own)
	maps.Copy(all, outer)
	for _, s := range l.states {
		if s == nil {
			continue
		}
		name := s.meta().name
		has, reached := values[name]
		if reached {
			for _, each := range v.uses[name] {
				if !has[each.name] {
					v.missing(each, own, outer)
				}
			}
		}
		for _, inner := range s.levels() {
			if inner.executions != "" {
				v.level(inner, nil, all) // each item is an execution of its own, which sees nothing of this one
			} else {
				v.level(inner, has, all)
			}
		}
		v.uses[name] = nil // a second state of the name is a problem of its own
	}
}

// taken reports the states of the level that assign a variable of an outer level.
func (v *variables) taken(l level, name string) {
	for _, s := range l.states {
		if s == nil {
			continue
		}
		for _, each := range s.meta().assigns {
			if _, assigns := each[name]; assigns {
				v.r.addf(problem.Key("states", s.meta().name)+".assign", "the variable %q is one of the level around this, which its inner states can read but not assign; use another name", name)
				return
			}
		}
	}
}

// valuesOn are, for each state that is reached, the variables that have a value when it begins.
func valuesOn(l level, known map[string]bool) map[string]map[string]bool {
	here := map[string]State{}
	for _, s := range l.states {
		if s != nil {
			here[s.meta().name] = s
		}
	}
	values := map[string]map[string]bool{l.start(): maps.Clone(known)}
	if values[l.start()] == nil {
		values[l.start()] = map[string]bool{}
	}
	for changed := true; changed; {
		changed = false
		for _, s := range l.states {
			if s == nil || values[s.meta().name] == nil {
				continue
			}
			for _, e := range s.edges() {
				if here[e.target] == nil {
					continue
				}
				after := maps.Clone(values[s.meta().name])
				for name := range e.assign {
					after[name] = true
				}
				before, seen := values[e.target]
				if !seen {
					values[e.target], changed = after, true
					continue
				}
				for name := range before {
					if !after[name] {
						delete(before, name)
						changed = true
					}
				}
			}
		}
	}
	return values
}

// missing says why the variable has no value.
func (v *variables) missing(u use, own, outer map[string]bool) {
	homes := v.homes[u.name]
	switch {
	case len(homes) == 0:
		v.r.addf(u.path, "the variable %q is assigned by no state; %s", u.name, suggest(u.name, slices.Sorted(maps.Keys(v.homes)), "assign it in an earlier state"))
	case own[u.name]:
		v.r.addf(u.path, "the variable %q is not assigned on every way to this state; assign it on each of them, or ask with $exists", u.name)
	case outer[u.name]:
		v.r.addf(u.path, "the variable %q has no value here; assign it on every way before the Parallel or Map around this, and hand it to a distributed Map in its ItemSelector", u.name)
	default:
		v.r.addf(u.path, "the variable %q lives in %s only; give it out as output of that", u.name, strings.Join(homes, " and "))
	}
}
