package applied_test

import (
	"slices"
	"testing"

	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

// a unit is what is applied together: a stack, and that with the roles that deploy it.
type unit struct {
	set    *set
	stacks []terraform.Stack
	types  []string
}

// cover are the sets without the stacks that have no type of resource which others do not have: again and again the unit is taken
// that adds the most types, of those the one with the fewest types, and of those the first.
func cover(t *testing.T, sets []*set) []*set {
	t.Helper()
	var units []unit
	for _, s := range sets {
		for _, stack := range s.first {
			if slices.ContainsFunc(s.first, func(other terraform.Stack) bool { return slices.Contains(other.After, stack.Name) }) {
				continue // it comes with the other
			}
			each := unit{set: s, stacks: []terraform.Stack{stack}}
			for _, other := range s.first {
				if slices.Contains(stack.After, other.Name) {
					each.stacks = append(each.stacks, other)
				}
			}
			for _, one := range each.stacks {
				for kind := range synthtest.Parse(t, string(one.JSON)).Counts() {
					if !slices.Contains(each.types, kind) {
						each.types = append(each.types, kind)
					}
				}
			}
			units = append(units, each)
		}
	}
	covered, taken := map[string]bool{}, map[*set]map[string]bool{}
	for {
		var best *unit
		most := 0
		for i, each := range units {
			adds := 0
			for _, kind := range each.types {
				if !covered[kind] {
					adds++
				}
			}
			if adds > most || adds == most && best != nil && len(each.types) < len(best.types) {
				best, most = &units[i], adds
			}
		}
		if best == nil {
			break
		}
		for _, kind := range best.types {
			covered[kind] = true
		}
		if taken[best.set] == nil {
			taken[best.set] = map[string]bool{}
		}
		for _, each := range best.stacks {
			taken[best.set][each.Name] = true
		}
	}
	var out []*set
	for _, s := range sets {
		without := func(all []terraform.Stack) []terraform.Stack {
			return slices.DeleteFunc(slices.Clone(all), func(each terraform.Stack) bool { return !taken[s][each.Name] })
		}
		if taken[s] != nil {
			s.first, s.unprotected = without(s.first), without(s.unprotected)
			out = append(out, s)
		}
	}
	return out
}
