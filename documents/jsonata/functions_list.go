package jsonata

import "slices"

// The functions on lists. https://docs.jsonata.org/2.0.0/array-functions
var listFunctions = map[string]definition{
	"count": {"<a:n>", func(_ *call, a []any) any { return float64(len(itemsOf(at(a, 0)))) }},
	"append": {"<xx:a>", func(_ *call, a []any) any {
		first, second := at(a, 0), at(a, 1)
		return appended(first, second)
	}},
	"reverse": {"<a:a>", unlessMissing(func(_ *call, a []any) any {
		items := slices.Clone(itemsOf(a[0]))
		slices.Reverse(items)
		return &list{items: items}
	})},
	"shuffle":  {"<a:a>", unlessMissing(shuffle)},
	"distinct": {"<x:x>", unlessMissing(distinct)},
	"sort":     {"<af?:a>", unlessMissing(sortList)},
	"zip":      {"<a+>", zip},
	"exists":   {"<x:b>", func(_ *call, a []any) any { return at(a, 0) != nil }},
	"boolean":  {"<x-:b>", unlessMissing(func(_ *call, a []any) any { return truth(a[0]) })},
	"not":      {"<x-:b>", unlessMissing(func(_ *call, a []any) any { return !truth(a[0]) })},
}

func shuffle(c *call, a []any) any {
	items := slices.Clone(itemsOf(a[0]))
	for i := len(items) - 1; i > 0; i-- {
		j := int(c.run.random() * float64(i+1))
		items[i], items[j] = items[j], items[i]
	}
	return &list{items: items}
}

func distinct(_ *call, a []any) any {
	given, isList := a[0].(*list)
	if !isList || len(given.items) <= 1 {
		return a[0]
	}
	out := &list{sequence: given.sequence}
	for _, each := range given.items {
		if !slices.ContainsFunc(out.items, func(known any) bool { return equal(known, each) }) {
			out.items = append(out.items, each)
		}
	}
	return out
}

// sortList sorts numbers or texts, or by a function that says whether its first argument comes after the second.
func sortList(c *call, a []any) any {
	items := slices.Clone(itemsOf(a[0]))
	if len(items) <= 1 {
		return a[0]
	}
	after, given := at(a, 1).(*function)
	if !given {
		for _, each := range items {
			if !isOrdered(each) || letter(each) != letter(items[0]) {
				wrong("$sort needs a list of numbers or of texts, or a function that compares")
			}
		}
	}
	slices.SortStableFunc(items, func(x, y any) int {
		switch {
		case !given:
			return compare(x, y)
		case truth(c.run.invoke(after, []any{x, y}, c.input)):
			return 1
		case truth(c.run.invoke(after, []any{y, x}, c.input)):
			return -1
		}
		return 0
	})
	return &list{items: items}
}

func zip(_ *call, a []any) any {
	out := &list{items: []any{}}
	for i := 0; ; i++ {
		row := &list{}
		for _, each := range a {
			items := itemsOf(each)
			if i >= len(items) {
				return out
			}
			row.items = append(row.items, items[i])
		}
		if len(row.items) == 0 {
			return out
		}
		out.items = append(out.items, row)
	}
}
