package jsonata

import "slices"

// The functions on objects. https://docs.jsonata.org/2.0.0/object-functions
var objectFunctions = map[string]definition{
	"keys":   {"<x-:a<s>>", func(_ *call, a []any) any { return keysOf(at(a, 0)) }},
	"lookup": {"<x-s:x>", func(_ *call, a []any) any { return lookup(at(a, 0), textArgument(a, 1, "")) }},
	"spread": {"<x-:a<o>>", func(_ *call, a []any) any { return spread(at(a, 0)) }},
	"merge": {"<a<o>:o>", unlessMissing(func(_ *call, a []any) any {
		out := newObject()
		for _, each := range itemsOf(a[0]) {
			o := each.(*object)
			for _, key := range o.keys {
				out.set(key, o.fields[key])
			}
		}
		return out
	})},
	"type": {"<x:s>", unlessMissing(func(_ *call, a []any) any {
		return map[byte]string{'s': "string", 'n': "number", 'b': "boolean", 'l': "null", 'a': "array", 'o': "object", 'f': "function"}[letter(a[0])]
	})},
	"clone": {"<(oa)-:o>", unlessMissing(func(_ *call, a []any) any { return clone(a[0]) })},
}

// The functions that fail. https://docs.jsonata.org/2.0.0/object-functions#error
var otherFunctions = map[string]definition{
	"error": {"<s?:x>", func(_ *call, a []any) any {
		wrong(textArgument(a, 0, "$error() was called"))
		return nil
	}},
	"assert": {"<bs?:x>", func(_ *call, a []any) any {
		if ok, _ := at(a, 0).(bool); !ok {
			wrong(textArgument(a, 1, "$assert() was called with false"))
		}
		return nil
	}},
}

func keysOf(v any) any {
	out := sequence()
	switch v := v.(type) {
	case *object:
		for _, key := range v.keys {
			out.push(key)
		}
	case *list:
		for _, each := range v.items {
			for _, key := range itemsOf(keysOf(each)) {
				if !slices.Contains(out.items, key) {
					out.push(key)
				}
			}
		}
	}
	return out
}

// spread is a list of objects of one field each.
func spread(v any) any {
	out := sequence()
	switch v := v.(type) {
	case *list:
		for _, each := range v.items {
			out.items = append(out.items, itemsOf(spread(each))...)
		}
	case *object:
		for _, key := range v.keys {
			one := newObject()
			one.set(key, v.fields[key])
			out.push(one)
		}
	default:
		return v
	}
	return out
}

// The functions that take functions. https://docs.jsonata.org/2.0.0/higher-order-functions
var higherFunctions = map[string]definition{
	"map": {"<af>", unlessMissing(func(c *call, a []any) any {
		out := sequence()
		for i, each := range itemsOf(a[0]) {
			out.push(c.over(functionArgument(a, 1), each, float64(i), a[0]))
		}
		return out
	})},
	"filter": {"<af>", unlessMissing(func(c *call, a []any) any {
		out := sequence()
		for i, each := range itemsOf(a[0]) {
			if truth(c.over(functionArgument(a, 1), each, float64(i), a[0])) {
				out.push(each)
			}
		}
		return out
	})},
	"single": {"<af?>", unlessMissing(single)},
	"reduce": {"<afj?:j>", unlessMissing(reduce)},
	"sift": {"<o-f?:o>", unlessMissing(func(c *call, a []any) any {
		given := a[0].(*object)
		out := newObject()
		for _, key := range given.keys {
			if truth(c.over(functionArgument(a, 1), given.fields[key], key, given)) {
				out.set(key, given.fields[key])
			}
		}
		if len(out.keys) == 0 {
			return nil
		}
		return out
	})},
	"each": {"<o-f:a>", unlessMissing(func(c *call, a []any) any {
		given := a[0].(*object)
		out := sequence()
		for _, key := range given.keys {
			out.push(c.over(functionArgument(a, 1), given.fields[key], key, given))
		}
		return out
	})},
}

func functionArgument(a []any, i int) *function {
	f, ok := at(a, i).(*function)
	if !ok {
		wrong("a function is missing among the arguments")
	}
	return f
}

// single is the only value that satisfies the function.
func single(c *call, a []any) any {
	var out any
	found := false
	for i, each := range itemsOf(a[0]) {
		if f, given := at(a, 1).(*function); given && !truth(c.over(f, each, float64(i), a[0])) {
			continue
		}
		if found {
			wrong("$single found more than one value")
		}
		out, found = each, true
	}
	if !found {
		wrong("$single found no value")
	}
	return out
}

func reduce(c *call, a []any) any {
	f := functionArgument(a, 1)
	if f.arity < 2 {
		wrong("the function of $reduce must take at least two arguments")
	}
	items := itemsOf(a[0])
	out := at(a, 2)
	first := 0
	if out == nil && len(items) > 0 {
		out, first = items[0], 1
	}
	for i := first; i < len(items); i++ {
		out = c.run.invoke(f, []any{out, items[i], float64(i), a[0]}[:min(f.arity, 4)], c.input)
	}
	return out
}
