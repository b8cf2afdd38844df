package applied_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

// figures are what the sets came to, by set.
var figures = struct {
	sync.Mutex
	stacks, phases map[string]string
}{stacks: map[string]string{}, phases: map[string]string{}}

// report notes what the phases of a set did, and shows it.
func report(t *testing.T, s *set, phases []phase, checked map[string]int) {
	t.Helper()
	var stacks, runs strings.Builder
	for _, stack := range s.first {
		types, calls, operations := map[string]bool{}, 0, map[string]bool{}
		resources := 0
		for _, change := range phases[0].changes {
			if change.Stack == stack.Name {
				resources++
				types[change.Type()] = true
			}
		}
		for _, p := range phases {
			for _, call := range p.calls {
				if call.Label == stack.Name {
					calls++
					operations[call.Service+":"+call.Operation] = true
				}
			}
		}
		fmt.Fprintf(&stacks, "| %s | `%s` | %d | %d | %d | %d | %d |\n", s.name, stack.Name, resources, len(types), calls, len(operations), checked[stack.Name])
	}
	for _, p := range phases {
		fmt.Fprintf(&runs, "| %s | %s | %d | %d | %.0f |\n", s.name, p.name, len(p.changes), len(p.calls), p.took.Seconds())
	}
	figures.Lock()
	defer figures.Unlock()
	figures.stacks[s.name], figures.phases[s.name] = stacks.String(), runs.String()
}

// publish shows the figures of all sets, as the page docs/applied.md has them. They are no promise: times and polls differ from run to run.
func publish(t *testing.T) {
	t.Helper()
	var out strings.Builder
	out.WriteString("\n| set | stack | resources | types | calls | operations | requests |\n|---|---|---|---|---|---|---|\n")
	for _, set := range slices.Sorted(maps.Keys(figures.stacks)) {
		out.WriteString(figures.stacks[set])
	}
	out.WriteString("\n| set | step | changes | calls | seconds |\n|---|---|---|---|---|\n")
	for _, set := range slices.Sorted(maps.Keys(figures.phases)) {
		out.WriteString(figures.phases[set])
	}
	t.Log(out.String())
}
