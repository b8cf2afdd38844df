package asl

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/problem"
)

func discarded() *problem.List { return &problem.List{} }

// Warnings are what the definition may do but probably should not, one sentence each, in the order of the states: tasks
// that can wait for ever, and calls whose failure nobody hears of. Catchers of a surrounding Parallel or Map count for
// the states inside it.
func (d Definition) Warnings() []string {
	return warnings(d.top(), false)
}

func warnings(l level, caught bool) []string {
	var out []string
	for _, s := range l.states {
		if s == nil {
			continue
		}
		m := s.meta()
		path := problem.Key("states", m.name)
		own := caught
		switch s := s.(type) {
		case Task:
			out = append(out, taskWarnings(s, path, caught)...)
		case *Task:
			out = append(out, taskWarnings(*s, path, caught)...)
		case Parallel:
			own = caught || len(s.Catch) > 0
		case *Parallel:
			own = caught || len(s.Catch) > 0
		case Map:
			own = caught || len(s.Catch) > 0
		case *Map:
			own = caught || len(s.Catch) > 0
		}
		for _, inner := range s.levels() {
			out = append(out, warnings(inner, own)...)
		}
	}
	return out
}

func taskWarnings(s Task, path string, caught bool) []string {
	var out []string
	_, activity := s.Call.(Activity)
	waits := s.pattern() != RequestResponse || activity
	if waits && s.Timeout == 0 && s.TimeoutFrom == "" && s.Heartbeat == 0 && s.HeartbeatFrom == "" {
		out = append(out, fmt.Sprintf("%s.timeout: is not set, so that the task can wait for a year; set Timeout", path))
	}
	if len(s.Catch) == 0 && !caught {
		out = append(out, fmt.Sprintf("%s.catch: is not set, so that an error ends the execution and nobody is told; set Catch", path))
	}
	return out
}
