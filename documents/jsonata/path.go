package jsonata

import (
	"maps"
	"math"
	"slices"
)

// path follows the steps, each of which has what the one before found as its context.
func (r *run) path(n *Node, input any, f *frame) any {
	context := sequence(input)
	if l, isList := input.(*list); isList && n.Items[0].Kind != Variable {
		context = l
	}
	var tuples *list
	var found any = context
	carries := false
	for i, step := range n.Items {
		carries = carries || step.tuples
		switch {
		case i == 0 && step.plainArray && step.Kind == Array:
			found = r.evaluate(step, context, f)
		case carries:
			tuples = r.tupleStep(step, context, tuples, f)
		default:
			found = r.step(step, context, f, i == len(n.Items)-1)
		}
		if !carries {
			l, isList := found.(*list)
			if !isList || len(l.items) == 0 {
				break
			}
			context = l
		}
	}
	if carries {
		found = tuples
		if !n.tuples {
			out := sequence()
			for _, each := range tuples.items {
				out.push(each.(*tuple).value)
			}
			found = out
		}
	}
	if n.singletons {
		if l, isList := found.(*list); isList {
			if l.whole && !l.sequence {
				l = sequence(l)
			} else if !l.sequence { // the list is the data's own: it is not changed
				l = &list{items: l.items, tuples: l.tuples}
			}
			l.singleton = true
			found = l
		}
	}
	if n.grouped {
		if carries {
			return r.group(n.Group, tuples, f)
		}
		return r.group(n.Group, found, f)
	}
	return found
}

// step evaluates a step for each value of the context.
func (r *run) step(step *Node, context *list, f *frame, last bool) any {
	if step.Kind == Sort {
		return r.stages(step.Stages, r.sorted(step, context, f), f)
	}
	var results []any
	for _, each := range context.items {
		value := r.evaluate(step, each, f)
		for _, stage := range step.Stages {
			value = r.filter(stage.Filter, value, f)
		}
		if value != nil {
			results = append(results, value)
		}
	}
	if last && len(results) == 1 {
		if only, isList := results[0].(*list); isList && !only.sequence {
			return only
		}
	}
	out := sequence()
	for _, each := range results {
		if l, isList := each.(*list); isList && !l.whole {
			out.items = append(out.items, l.items...)
		} else {
			out.push(each)
		}
	}
	return out
}

// tupleStep is a step that carries variables along with its values.
func (r *run) tupleStep(step *Node, context, tuples *list, f *frame) *list {
	if step.Kind == Sort {
		var out *list
		if tuples != nil {
			out = r.sorted(step, tuples, f).(*list)
		} else {
			out = sequence()
			for i, each := range itemsOf(r.sorted(step, context, f)) {
				t := &tuple{value: each}
				if step.Index != "" {
					t.named = map[string]any{step.Index: float64(i)}
				}
				out.push(t)
			}
		}
		out.tuples = true
		return r.stages(step.Stages, out, f).(*list)
	}
	if tuples == nil {
		tuples = sequence()
		for _, each := range context.items {
			tuples.items = append(tuples.items, &tuple{value: each})
		}
	}
	out := sequence()
	out.tuples = true
	for _, each := range tuples.items {
		t := each.(*tuple)
		value := r.evaluate(step, t.value, f.of(t))
		l, isList := value.(*list)
		for i, each := range itemsOf(value) {
			out.push(step.tuple(t, each, i, isList && l.tuples))
		}
	}
	return r.stages(step.Stages, out, f).(*list)
}

// tuple is what the step makes of a value that it found in the tuple before.
func (n *Node) tuple(before *tuple, value any, i int, carries bool) *tuple {
	out := &tuple{value: value, named: maps.Clone(before.named), above: maps.Clone(before.above)}
	if out.named == nil {
		out.named = map[string]any{}
	}
	if out.above == nil {
		out.above = map[*int]any{}
	}
	if carries {
		inner := value.(*tuple)
		out.value = inner.value
		maps.Copy(out.named, inner.named)
		maps.Copy(out.above, inner.above)
		return out
	}
	if n.Focus != "" {
		out.named[n.Focus], out.value = value, before.value
	}
	if n.Index != "" {
		out.named[n.Index] = float64(i)
	}
	if n.ancestor != nil {
		out.above[n.ancestor.label] = before.value
	}
	return out
}

func (r *run) stages(stages []Stage, value any, f *frame) any {
	for _, each := range stages {
		if each.Filter != nil {
			value = r.filter(each.Filter, value, f)
			continue
		}
		for i, item := range value.(*list).items {
			item.(*tuple).named[each.Index] = float64(i)
		}
	}
	return value
}

// filter keeps the values for which the predicate is true, or whose number it is.
func (r *run) filter(predicate *Node, value any, f *frame) any {
	given, isList := value.(*list)
	if !isList {
		given = sequence()
		given.push(value)
	}
	out := sequence()
	out.tuples = given.tuples
	if predicate.Kind == Number {
		if i := position(predicate.Number, len(given.items)); i >= 0 && i < len(given.items) {
			if l, isList := given.items[i].(*list); isList {
				return l
			}
			out.push(given.items[i])
		}
		return out
	}
	for i, each := range given.items {
		context, frame := each, f
		if given.tuples {
			t := each.(*tuple)
			context, frame = t.value, f.of(t)
		}
		result := r.evaluate(predicate, context, frame)
		if numbers, ok := numbersOf(result); ok {
			for _, n := range numbers {
				if position(n, len(given.items)) == i {
					out.push(each)
				}
			}
		} else if truth(result) {
			out.push(each)
		}
	}
	return out
}

// position is the index of an item, counted from the end where the number is negative.
func position(n float64, length int) int {
	i := int(math.Floor(n))
	if i < 0 {
		i += length
	}
	return i
}

// numbersOf are the numbers that a value is or consists of.
func numbersOf(v any) ([]float64, bool) {
	switch v := v.(type) {
	case float64:
		return []float64{v}, true
	case *list:
		var out []float64
		for _, each := range v.items {
			n, ok := each.(float64)
			if !ok {
				return nil, false
			}
			out = append(out, n)
		}
		return out, true
	}
	return nil, false
}

// sorted is the list in the order of the terms.
func (r *run) sorted(step *Node, given *list, f *frame) any {
	by := func(item any, term Term) any {
		if t, isTuple := item.(*tuple); isTuple {
			return r.evaluate(term.By, t.value, f.of(t))
		}
		return r.evaluate(term.By, item, f)
	}
	items := slices.Clone(given.items)
	slices.SortStableFunc(items, func(a, b any) int {
		for _, term := range step.Terms {
			if order := ordered(by(a, term), by(b, term)); order != 0 {
				if term.Descending {
					return -order
				}
				return order
			}
		}
		return 0
	})
	return &list{items: items, sequence: given.sequence, tuples: given.tuples}
}

// ordered compares two values to sort by. What is undefined comes last.
func ordered(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	if letter(a) != letter(b) && isOrdered(a) && isOrdered(b) {
		wrong("the values to sort by are of different types")
	}
	if !isOrdered(a) || !isOrdered(b) {
		wrong("the values to sort by must be numbers or texts")
	}
	return compare(a, b)
}

// group makes an object: each key with the value that is computed from all values that have the key.
func (r *run) group(pairs []Pair, value any, f *frame) any {
	given, isList := value.(*list)
	if !isList {
		given = sequence(value)
	}
	items := given.items
	if len(items) == 0 {
		items = []any{nil} // so that a literal object is made
	}
	type entry struct {
		data []any
		pair int
	}
	groups := map[string]*entry{}
	var keys []string
	for _, item := range items {
		context, frame := item, f
		if given.tuples && item != nil {
			t := item.(*tuple)
			context, frame = t.value, f.of(t)
		}
		for i, pair := range pairs {
			key := r.evaluate(pair.Key, context, frame)
			if key == nil {
				continue
			}
			name, ok := key.(string)
			if !ok {
				wrong("the key of an object must be text")
			}
			switch known := groups[name]; {
			case known == nil:
				groups[name] = &entry{[]any{item}, i}
				keys = append(keys, name)
			case known.pair != i:
				wrongf("the key %q is given by two expressions of one object", name)
			default:
				known.data = append(known.data, item)
			}
		}
	}
	out := newObject()
	for _, name := range keys {
		e := groups[name]
		context, frame := r.merged(e.data, given.tuples, f)
		if computed := r.evaluate(pairs[e.pair].Value, context, frame); computed != nil {
			out.set(name, computed)
		}
	}
	return out
}

// merged is the context of a group: its only value, or all of them as a list.
func (r *run) merged(data []any, tuples bool, f *frame) (any, *frame) {
	if !tuples {
		if len(data) == 1 {
			return data[0], f
		}
		var context any
		for _, each := range data {
			context = appended(context, each)
		}
		return context, f
	}
	all := &tuple{named: map[string]any{}, above: map[*int]any{}}
	for _, each := range data {
		t, isTuple := each.(*tuple)
		if !isTuple {
			continue
		}
		all.value = appended(all.value, t.value)
		for name, v := range t.named {
			all.named[name] = appended(all.named[name], v)
		}
		for label, v := range t.above {
			all.above[label] = appended(all.above[label], v)
		}
	}
	return all.value, f.of(all)
}
