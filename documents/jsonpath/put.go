package jsonpath

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Put puts a value where the path leads, into a copy of the data. Objects on the way are made where they are missing.
func (p *Path) Put(data, value any) (any, error) {
	if p.Context || p.Variable != "" || !p.Reference() {
		return nil, fmt.Errorf("%s does not name one place in the input", p.Text)
	}
	return put(data, value, p.steps)
}

func put(data, value any, steps []step) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if steps[0].kind == indexStep {
		list, ok := data.([]any)
		i := steps[0].numbers[0]
		if !ok || i < 0 || i >= len(list) {
			return nil, errors.New("there is no item [" + strconv.Itoa(i) + "]")
		}
		list = slices.Clone(list)
		inner, err := put(list[i], value, steps[1:])
		list[i] = inner
		return list, err
	}
	object, ok := data.(map[string]any)
	if !ok && data != nil {
		return nil, fmt.Errorf("%s cannot be put into what is no object", steps[0].names[0])
	}
	out := maps.Clone(object)
	if out == nil {
		out = map[string]any{}
	}
	inner, err := put(out[steps[0].names[0]], value, steps[1:])
	out[steps[0].names[0]] = inner
	return out, err
}
