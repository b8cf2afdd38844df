package policy

import "github.com/mlplatform/mlplatform/internal/jsontext"

// Merge joins statements that differ only in their actions, then those that differ only in their resources, and
// drops repetitions. Order is that of first appearance; the actions of joined statements are sorted. Statements with
// different Sids, effects, principals or conditions stay apart.
func Merge(statements ...Statement) []Statement {
	byResources := join(statements,
		func(s Statement) Statement { s.Actions = nil; return s },
		func(into *Statement, s Statement) { into.Actions = sorted(union(into.Actions, s.Actions)) })
	return join(byResources,
		func(s Statement) Statement { s.Resources = nil; return s },
		func(into *Statement, s Statement) { into.Resources = union(into.Resources, s.Resources) })
}

// join merges the statements whose rest, what is left without the joined element, is the same.
func join(statements []Statement, rest func(Statement) Statement, add func(into *Statement, s Statement)) []Statement {
	var out []Statement
	at := map[string]int{}
	for _, s := range statements {
		key := jsontext.Compact(rest(s).json())
		if i, ok := at[key]; ok {
			add(&out[i], s)
			continue
		}
		at[key] = len(out)
		out = append(out, s)
	}
	return out
}

func union(a, b []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, value := range append(append([]string(nil), a...), b...) {
		if !seen[value] {
			seen[value] = true
			out = append(out, value)
		}
	}
	return out
}
