package jsonpath

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// Data are what paths lead into: values as encoding/json makes them.
type Data struct {
	// Input is what $ stands for, and Context what $$ stands for.
	Input, Context any
	// Variables by name.
	Variables map[string]any
	// Random is a number from 0 up to, but not including, 1, for States.MathRandom and States.UUID. Default: a random one.
	Random func() float64
}

// ErrNoValue says that a path that leads to one value leads to none.
var ErrNoValue = errors.New("the path leads to no value")

// Evaluate is the value that the path leads to: a list of all where it may lead to several, and ErrNoValue where it leads to
// one that is not there.
func (p *Path) Evaluate(data Data) (any, error) {
	root := data.Input
	switch {
	case p.Context:
		root = data.Context
	case p.Variable != "":
		value, known := data.Variables[p.Variable]
		if !known {
			return nil, fmt.Errorf("the variable %q has no value", p.Variable)
		}
		root = value
	}
	values := p.follow(root, root)
	if p.single() {
		if len(values) == 0 {
			return nil, fmt.Errorf("%s: %w", p.Text, ErrNoValue)
		}
		return values[0], nil
	}
	return slices.Clone(values), nil
}

func (p *Path) single() bool {
	return p.Reference() || len(p.steps) > 0 && p.steps[len(p.steps)-1].kind == callStep
}

func (p *Path) follow(from, root any) []any {
	values := []any{from}
	for i, s := range p.steps {
		if s.kind == callStep {
			given := any(values)
			if before := (&Path{steps: p.steps[:i]}); before.Reference() && len(values) == 1 {
				given = values[0]
			}
			value, ok := functions[s.names[0]](given)
			if !ok {
				return []any{}
			}
			values = []any{value}
			continue
		}
		next := []any{}
		for _, each := range values {
			next = append(next, s.of(each, root)...)
		}
		values = next
	}
	return values
}

func (s step) of(v, root any) []any {
	list, _ := v.([]any)
	object, isObject := v.(map[string]any)
	var out []any
	switch s.kind {
	case nameStep, namesStep:
		for _, name := range s.names {
			if value, known := object[name]; known {
				out = append(out, value)
			}
		}
	case indexStep, indexesStep:
		for _, n := range s.numbers {
			if n < 0 {
				n += len(list)
			}
			if n >= 0 && n < len(list) {
				out = append(out, list[n])
			}
		}
	case everyStep:
		out = children(v)
	case deepStep:
		out = append(out, v)
		for _, each := range children(v) {
			out = append(out, s.of(each, root)...)
		}
	case sliceStep:
		return s.slice(list)
	case filterStep:
		if isObject {
			list = []any{v}
		}
		for _, each := range list {
			if s.filter.holds(each, root) {
				out = append(out, each)
			}
		}
	}
	return out
}

func children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		var out []any
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, v[key])
		}
		return out
	}
	return nil
}

func (s step) slice(list []any) []any {
	first, last, by := 0, len(list), 1
	bound := func(n int) int {
		if n < 0 {
			n += len(list)
		}
		return max(0, min(n, len(list)))
	}
	if s.given[0] {
		first = bound(s.numbers[0])
	}
	if s.given[1] {
		last = bound(s.numbers[1])
	}
	if s.given[2] {
		by = max(1, s.numbers[2])
	}
	var out []any
	for i := first; i < last; i += by {
		out = append(out, list[i])
	}
	return out
}

func (f *filter) values(item, root any) []any {
	switch {
	case f.literal:
		return []any{f.value}
	case f.root:
		return f.path.follow(root, root)
	}
	return f.path.follow(item, root)
}

func (f *filter) holds(item, root any) bool {
	switch f.operator {
	case "||":
		return f.left.holds(item, root) || f.right.holds(item, root)
	case "&&":
		return f.left.holds(item, root) && f.right.holds(item, root)
	case "!":
		return !f.left.holds(item, root)
	case "":
		return len(f.values(item, root)) > 0
	}
	left := f.left.values(item, root)
	if len(left) == 0 {
		return f.operator == "!=" || f.operator == "nin"
	}
	if f.operator == "=~" {
		text, ok := left[0].(string)
		return ok && f.pattern.MatchString(text)
	}
	right := f.right.values(item, root)
	if len(right) == 0 {
		return false
	}
	return compared(f.operator, left[0], right[0])
}

func compared(operator string, a, b any) bool {
	switch operator {
	case "==":
		return reflect.DeepEqual(a, b)
	case "!=":
		return !reflect.DeepEqual(a, b)
	case "in", "nin":
		list, _ := b.([]any)
		return slices.ContainsFunc(list, func(each any) bool { return reflect.DeepEqual(a, each) }) == (operator == "in")
	}
	order := 0
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		if !ok {
			return false
		}
		order = int(math.Copysign(1, a-b))
		if a == b {
			order = 0
		}
	case string:
		b, ok := b.(string)
		if !ok {
			return false
		}
		order = strings.Compare(a, b)
	default:
		return false
	}
	return operator[0] == '<' && order < 0 || operator[0] == '>' && order > 0 || len(operator) == 2 && order == 0
}

// functions are those of paths.
var functions = map[string]func(v any) (any, bool){
	"length": func(v any) (any, bool) {
		switch v := v.(type) {
		case []any:
			return float64(len(v)), true
		case map[string]any:
			return float64(len(v)), true
		case string:
			return float64(len([]rune(v))), true
		}
		return nil, false
	},
	"min":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return slices.Min(n) }) },
	"max":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return slices.Max(n) }) },
	"sum":   func(v any) (any, bool) { return over(v, sum) },
	"avg":   func(v any) (any, bool) { return over(v, func(n []float64) float64 { return sum(n) / float64(len(n)) }) },
	"first": func(v any) (any, bool) { return ith(v, 0) },
	"last":  func(v any) (any, bool) { return ith(v, -1) },
	"keys": func(v any) (any, bool) {
		object, ok := v.(map[string]any)
		out := []any{}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			out = append(out, key)
		}
		return out, ok
	},
}

func sum(numbers []float64) float64 {
	total := 0.0
	for _, each := range numbers {
		total += each
	}
	return total
}

func over(v any, of func(numbers []float64) float64) (any, bool) {
	list, _ := v.([]any)
	var numbers []float64
	for _, each := range list {
		if n, ok := each.(float64); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return nil, false
	}
	return of(numbers), true
}

func ith(v any, i int) (any, bool) {
	list, _ := v.([]any)
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil, false
	}
	return list[i], true
}

// Evaluate is the value of the path or function.
func (e *Expression) Evaluate(data Data) (any, error) {
	if e.Path != nil {
		return e.Path.Evaluate(data)
	}
	arguments := make([]any, len(e.Arguments))
	for i, each := range e.Arguments {
		switch each := each.(type) {
		case *Expression:
			value, err := each.Evaluate(data)
			if err != nil {
				return nil, err
			}
			arguments[i] = value
		case template:
			arguments[i] = each.text()
			if e.Function == "Format" && i == 0 {
				arguments[i] = each.marked
			}
		default:
			arguments[i] = each
		}
	}
	if data.Random == nil {
		data.Random = rand.Float64
	}
	value, err := e.call(arguments, data.Random)
	if err != nil {
		//lint:ignore ST1005 the name of the function begins so
		return nil, fmt.Errorf("States.%s: %w", e.Function, err)
	}
	return value, nil
}

func (e *Expression) call(a []any, random func() float64) (any, error) {
	switch e.Function {
	case "Array":
		return a, nil
	case "UUID":
		return uuid(random), nil
	case "Format":
		return format(a)
	case "JsonToString":
		return jsontext.Compact(a[0]), nil
	case "StringToJson", "Base64Encode", "Base64Decode", "Hash", "StringSplit":
		return e.onText(a)
	case "JsonMerge":
		first, firstOK := a[0].(map[string]any)
		second, secondOK := a[1].(map[string]any)
		if !firstOK || !secondOK {
			return nil, errors.New("takes two objects")
		}
		out := maps.Clone(first)
		maps.Copy(out, second)
		return out, nil
	case "MathAdd", "MathRandom", "ArrayRange":
		return e.onNumbers(a, random)
	}
	return e.onList(a)
}

func (e *Expression) onText(a []any) (any, error) {
	texts := make([]string, len(a))
	for i, each := range a {
		text, ok := each.(string)
		if !ok {
			return nil, fmt.Errorf("takes texts, not %s", jsontext.Compact(each))
		}
		texts[i] = text
	}
	switch e.Function {
	case "StringToJson":
		var out any
		err := json.Unmarshal([]byte(texts[0]), &out)
		return out, err
	case "Base64Encode":
		return base64.StdEncoding.EncodeToString([]byte(texts[0])), nil
	case "Base64Decode":
		out, err := base64.StdEncoding.DecodeString(texts[0])
		return string(out), err
	case "Hash":
		return hash(texts[0], texts[1])
	}
	out := []any{}
	for _, each := range strings.FieldsFunc(texts[0], func(r rune) bool { return strings.ContainsRune(texts[1], r) }) {
		out = append(out, each)
	}
	return out, nil
}

func hash(text, algorithm string) (any, error) {
	data := []byte(text)
	switch algorithm {
	case "MD5":
		return fmt.Sprintf("%x", md5.Sum(data)), nil
	case "SHA-1":
		return fmt.Sprintf("%x", sha1.Sum(data)), nil
	case "SHA-256":
		return fmt.Sprintf("%x", sha256.Sum256(data)), nil
	case "SHA-384":
		return fmt.Sprintf("%x", sha512.Sum384(data)), nil
	case "SHA-512":
		return fmt.Sprintf("%x", sha512.Sum512(data)), nil
	}
	return nil, fmt.Errorf("%q is no algorithm", algorithm)
}

func (e *Expression) onNumbers(a []any, random func() float64) (any, error) {
	numbers := make([]float64, len(a))
	for i, each := range a {
		n, ok := each.(float64)
		if !ok {
			return nil, fmt.Errorf("takes numbers, not %s", jsontext.Compact(each))
		}
		numbers[i] = n
	}
	switch e.Function {
	case "MathAdd":
		return math.Round(numbers[0]) + math.Round(numbers[1]), nil
	case "MathRandom":
		if len(numbers) == 3 {
			random = rand.New(rand.NewPCG(math.Float64bits(numbers[2]), 0)).Float64
		}
		return numbers[0] + math.Floor(random()*(numbers[1]-numbers[0])), nil
	}
	first, last, by := math.Round(numbers[0]), math.Round(numbers[1]), math.Round(numbers[2])
	out := []any{}
	for n := first; by != 0 && (by > 0 && n <= last || by < 0 && n >= last); n += by {
		if len(out) == 1000 {
			return nil, errors.New("makes more than 1000 numbers")
		}
		out = append(out, n)
	}
	if by == 0 {
		return nil, errors.New("the step is 0")
	}
	return out, nil
}

func (e *Expression) onList(a []any) (any, error) {
	list, ok := a[0].([]any)
	if !ok {
		return nil, fmt.Errorf("takes a list, not %s", jsontext.Compact(a[0]))
	}
	switch e.Function {
	case "ArrayLength":
		return float64(len(list)), nil
	case "ArrayContains":
		return slices.ContainsFunc(list, func(each any) bool { return reflect.DeepEqual(each, a[1]) }), nil
	case "ArrayUnique":
		out := []any{}
		for _, each := range list {
			if !slices.ContainsFunc(out, func(known any) bool { return reflect.DeepEqual(known, each) }) {
				out = append(out, each)
			}
		}
		return out, nil
	}
	n, ok := a[1].(float64)
	switch {
	case !ok:
		return nil, fmt.Errorf("takes a number, not %s", jsontext.Compact(a[1]))
	case e.Function == "ArrayGetItem":
		if n < 0 || int(n) >= len(list) {
			return nil, fmt.Errorf("%v is no index of a list of %d", n, len(list))
		}
		return list[int(n)], nil
	case n < 1:
		return nil, errors.New("makes lists of at least one value")
	}
	out := []any{}
	for size := int(math.Round(n)); len(list) > 0; list = list[min(size, len(list)):] {
		out = append(out, list[:min(size, len(list)):min(size, len(list))])
	}
	return out, nil
}

func format(a []any) (any, error) {
	template, ok := a[0].(string)
	if !ok {
		return nil, errors.New("takes a text as its template")
	}
	if !strings.Contains(template, "\x00") {
		template = strings.ReplaceAll(template, "{}", "\x00")
	}
	parts := strings.Split(template, "\x00")
	if len(parts) != len(a) {
		return nil, fmt.Errorf("the template has %d places {}, %d values are given", len(parts)-1, len(a)-1)
	}
	var out strings.Builder
	out.WriteString(parts[0])
	for i, each := range a[1:] {
		if text, isText := each.(string); isText {
			out.WriteString(text)
		} else {
			out.WriteString(jsontext.Compact(each))
		}
		out.WriteString(parts[i+1])
	}
	return out.String(), nil
}

func uuid(random func() float64) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(random() * 256)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

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
