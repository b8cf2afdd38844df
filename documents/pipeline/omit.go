package pipeline

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// serviceDefaults are what SageMaker takes for arguments that are not given, by the ends of their paths.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html and those of the other operations
var serviceDefaults = map[string]any{
	"EnableNetworkIsolation": false, "EnableInterContainerTrafficEncryption": false, "StoppingCondition.MaxRuntimeInSeconds": int64(86400),
	"S3DataSource.S3DataDistributionType": "FullyReplicated", "S3Input.S3DataDistributionType": "FullyReplicated", "S3Input.S3CompressionType": "None", "S3Input.S3InputMode": "File",
	"AppManaged": false, "ModelApprovalStatus": "PendingManualApproval", "TrainingJobEarlyStoppingType": "Off", "ScalingType": "Auto",
	"IfSteps": []any{}, "ElseSteps": []any{}, "ErrorMessage": "",
}

// isDefault reports whether the tree says no more than SageMaker's default.
func isDefault(path string, tree any) bool {
	for end, value := range serviceDefaults {
		if (path == end || strings.HasSuffix(path, "."+end)) && reflect.DeepEqual(tree, value) {
			return true
		}
	}
	o, ok := tree.(object)
	return ok && len(o) > 0 && !slices.ContainsFunc(o, func(m member) bool { return !isDefault(path+"."+m.key, m.value) })
}

// omit leaves the argument at the path out.
func (c *checker) omit(field string, tree any, path string) any {
	found := false
	var walk func(tree any, at string, rest []string) any
	walk = func(tree any, at string, rest []string) any {
		name, position, inList := strings.Cut(rest[0], "[")
		holder, ok := tree.(object)
		i := slices.IndexFunc(holder, func(m member) bool { return m.key == name })
		if !ok || i < 0 {
			return tree
		}
		at = strings.TrimPrefix(at+"."+name, ".")
		switch {
		case len(rest) == 1 && !inList:
			found = true
			if !isDefault(at, holder[i].value) {
				c.addf(field, "%s is not what SageMaker takes where it is not given; remove it from omit", path)
				return tree
			}
			return slices.Delete(slices.Clone(holder), i, i+1)
		case len(rest) == 1:
			return tree
		case !inList:
			holder = slices.Clone(holder)
			holder[i].value = walk(holder[i].value, at, rest[1:])
			return holder
		}
		elements, _ := holder[i].value.([]any)
		elements = slices.Clone(elements)
		for n := range elements {
			if position == "]" || position == strconv.Itoa(n)+"]" {
				elements[n] = walk(elements[n], at, rest[1:])
			}
		}
		holder = slices.Clone(holder)
		holder[i].value = elements
		return holder
	}
	out := walk(tree, "", strings.Split(path, "."))
	if !found {
		c.addf(field, "%q is no argument that the step writes; remove it", path)
	}
	return out
}

// A difference is what a definition has beside what a step writes, and the other way round.
type difference struct {
	extra   map[string]map[string]any // by the path of the element of a list, or "" for the arguments
	omitted []string
	wrong   string // what can be held neither so nor so, with its path
}

// compare finds the difference. inside is the path of the list's element around it, and below the path in that.
func (d *difference) compare(path, inside string, below []string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		written, ok := got.(map[string]any)
		if !ok {
			what := "an object"
			for _, each := range []string{"Get", "Std:Join", "Std:JsonGet"} {
				if _, ok := want[each]; ok {
					what = "a reference"
				}
			}
			d.refuse(path, "is "+what+", which no field of the step can hold")
			return
		}
		for _, key := range slices.Sorted(maps.Keys(want)) {
			at := strings.TrimPrefix(path+"."+key, ".")
			if value, both := written[key]; both {
				d.compare(at, inside, append(slices.Clone(below), key), want[key], value)
				continue
			}
			d.add(inside, below, key, want[key])
		}
		for _, key := range slices.Sorted(maps.Keys(written)) {
			if _, both := want[key]; !both {
				at := strings.TrimPrefix(path+"."+key, ".")
				if !isDefault(withoutPositions(at), treeOf(written[key])) {
					text, _ := json.Marshal(written[key])
					d.refuse(at, "is missing, and the step would say "+string(text))
				}
				d.omitted = append(d.omitted, at)
			}
		}
	case []any:
		written, ok := got.([]any)
		if !ok || len(written) != len(want) {
			d.refuse(path, "is another list than the step would write")
			return
		}
		for n := range want {
			at := path + "[" + strconv.Itoa(n) + "]"
			d.compare(at, at, nil, want[n], written[n])
		}
	default:
		if !sameScalar(want, got) {
			d.refuse(path, "has a value that no field of the step can hold")
		}
	}
}

func (d *difference) refuse(path, why string) {
	if d.wrong == "" {
		d.wrong = strings.TrimSuffix(".Arguments."+path, ".") + ": " + why
	}
}

func (d *difference) add(inside string, below []string, key string, value any) {
	if d.extra == nil {
		d.extra = map[string]map[string]any{}
	}
	if d.extra[inside] == nil {
		d.extra[inside] = map[string]any{}
	}
	holder := d.extra[inside]
	for _, each := range below {
		next, ok := holder[each].(map[string]any)
		if !ok {
			next = map[string]any{}
			holder[each] = next
		}
		holder = next
	}
	holder[key] = value
}

func sameScalar(a, b any) bool {
	x, ok := a.(json.Number)
	y, both := b.(json.Number)
	if !ok || !both {
		return reflect.DeepEqual(a, b)
	}
	f, _ := x.Float64()
	g, _ := y.Float64()
	return f == g
}

// treeOf is a value of JSON as a tree.
func treeOf(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		var out object
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, member{key, treeOf(v[key])})
		}
		return out
	}
	return v
}

// withoutPositions is the path without the positions in lists.
func withoutPositions(path string) string {
	parts := strings.Split(path, ".")
	for i, each := range parts {
		parts[i], _, _ = strings.Cut(each, "[")
	}
	return strings.Join(parts, ".")
}

// eachOf writes [] where all elements of a list omit the same.
func eachOf(paths []string, written any) []string {
	times := map[string]int{}
	for _, each := range paths {
		times[anyPosition(each)]++
	}
	var out []string
	for _, each := range paths {
		if general := anyPosition(each); times[general] == count(written, strings.Split(general, ".")) {
			each = general
		}
		if !slices.Contains(out, each) {
			out = append(out, each)
		}
	}
	return out
}

// count is how often a path occurs in a value of JSON.
func count(v any, path []string) int {
	if len(path) == 0 {
		return 1
	}
	name, inList := strings.CutSuffix(path[0], "[]")
	o, _ := v.(map[string]any)
	inner, ok := o[name]
	if !ok {
		return 0
	}
	if !inList {
		return count(inner, path[1:])
	}
	n := 0
	elements, _ := inner.([]any)
	for _, each := range elements {
		n += count(each, path[1:])
	}
	return n
}

// anyPosition is the path with [] for each position in a list.
func anyPosition(path string) string {
	var out strings.Builder
	for path != "" {
		before, after, found := strings.Cut(path, "[")
		out.WriteString(before)
		if !found {
			break
		}
		_, path, _ = strings.Cut(after, "]")
		out.WriteString("[]")
	}
	return out.String()
}
