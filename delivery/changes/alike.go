package changes

import "strconv"

// A couple is an element of a list before and after, nil where it has no counterpart.
type couple struct{ before, after *any }

// enough is how much two elements must have in common, of all that is in either, to be one that changed.
const enough = 0.35

// alike finds for elements without names what became of each: the element that has most in common with it.
func alike(gone, come []any) []couple {
	if len(gone) == 1 && len(come) == 1 {
		return []couple{{&gone[0], &come[0]}}
	}
	var out []couple
	taken := map[int]bool{}
	for i := range gone {
		best, found := enough, -1
		for j := range come {
			if common := inCommon(leaves(gone[i]), leaves(come[j])); !taken[j] && common > best {
				best, found = common, j
			}
		}
		if found < 0 {
			out = append(out, couple{before: &gone[i]})
			continue
		}
		taken[found] = true
		out = append(out, couple{&gone[i], &come[found]})
	}
	for j := range come {
		if !taken[j] {
			out = append(out, couple{after: &come[j]})
		}
	}
	return out
}

// leaves are the values inside a value, each with the names on the way to it.
func leaves(value any) map[string]bool {
	out := map[string]bool{}
	var collect func(path string, value any)
	collect = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, each := range value {
				collect(path+strconv.Quote(name), each)
			}
		case []any:
			for _, each := range value {
				collect(path, each)
			}
		default:
			out[path+"="+text(value)] = true
		}
	}
	collect("", value)
	return out
}

// inCommon is the share of leaves that are on both sides.
func inCommon(a, b map[string]bool) float64 {
	both := 0
	for each := range a {
		if b[each] {
			both++
		}
	}
	all := len(a) + len(b) - both
	if all == 0 {
		return 0
	}
	return float64(both) / float64(all)
}
