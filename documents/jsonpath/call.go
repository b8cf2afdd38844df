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
	"strings"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

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
