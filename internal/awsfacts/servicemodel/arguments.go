package servicemodel

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// CheckArguments reports what the operation does not take: fields that it does not have, with the nearest name, values of another
// kind, such as text for a number, and such as are not in an enumeration. Arguments are a tree as in Request, and may be a part of
// what the operation gets. Operations that the table does not have pass.
func CheckArguments(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, names: true, kinds: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckMissing reports what the operation needs and does not get. Arguments are all that it gets; what the AWS SDK fills in may be
// missing, and beside a name that CheckArguments refuses nothing is, for that may be the one.
func CheckMissing(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, missing: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckKinds reports what CheckArguments does but for fields that the operation does not have.
func CheckKinds(problems *problem.List, path, service, action string, arguments any) {
	if s := of(service); s != nil {
		holding{named: s, problems: problems, kinds: true}.check(path, "", s.operations[upperFirst(action)][0], arguments)
	}
}

// CheckFields reports what CheckArguments does of an object inside of a request of SageMaker, by the name of its shape, such as Channel.
func CheckFields(problems *problem.List, path, shape string, fields any) {
	s := of("sagemaker")
	if s.fields[shape] == nil {
		panic("the table of service models has no structure " + shape) // a mistake of whoever asks
	}
	holding{named: s, problems: problems, names: true, kinds: true}.check(path, "", shape, fields)
}

// holding holds values against the shapes of a service.
type holding struct {
	*named
	problems              *problem.List
	names, kinds, missing bool // what is reported
}

// check holds the value of the field against a shape.
func (h holding) check(path, field, shape string, value any) {
	if wrong := h.wrongKind(field, shape, value); wrong != "" {
		if h.kinds {
			h.problems.Addf(path, "%s", wrong)
		}
		return
	}
	switch v := value.(type) {
	case []any:
		for i, each := range v {
			h.check(problem.Index(path, i), "", h.elements[shape], each)
		}
	case []Member:
		fields, isStructure := h.fields[shape]
		given, misspelt := map[string]bool{}, false
		for _, m := range v {
			at := path + "." + m.Key
			switch {
			case isStructure:
				inner, known := argument(fields, m.Key)
				if !known {
					misspelt = true
					if h.names {
						var all []string
						for each := range fields {
							all = append(all, upperFirst(each))
						}
						h.problems.Addf(at, "is no field of %s; %s", shape, Nearest(m.Key, all))
					}
					continue
				}
				given[m.Key] = true
				h.check(at, m.Key, inner, m.Value)
			case h.maps[shape]:
				h.check(problem.Key(path, m.Key), "", h.elements[shape], m.Value)
			}
		}
		for _, name := range h.required[shape] {
			if name := upperFirst(name); h.missing && !given[name] && !misspelt {
				inner, _ := argument(fields, name)
				h.problems.Addf(path+"."+name, "is missing, and the API needs it; give %s", h.wanted(inner))
			}
		}
	}
}

// The kinds of what holds nothing.
const (
	kindText, kindWhole, kindNumber, kindTruth, kindTime, kindAny = "%text", "%whole", "%number", "%truth", "%time", "%any"
)

// jsonTexts are the texts for which Step Functions takes JSON of any kind, by the fields' names, such as the input of an execution,
// the message of SNS and SQS, and the detail of an event. SageMaker has none.
var jsonTexts = []string{"Input", "Output", "Message", "MessageBody", "Detail"}

// wrongKind says why the value cannot be of the shape, and "" if it can.
func (h holding) wrongKind(field, shape string, value any) string {
	_, isStructure := h.fields[shape]
	_, holds := h.elements[shape]
	values, isEnum := h.values[shape]
	isText := shape == kindText || isEnum
	if shape == "" || shape == kindAny || isText && h.service != "sagemaker" && slices.Contains(jsonTexts, field) {
		return ""
	}
	fits, got, advice := true, "", "give that"
	switch v := value.(type) {
	case Whole:
		if !isStructure && !holds {
			return string(v)
		}
	case string:
		fits, got = isText || shape == kindTime, "the text "+strconv.Quote(v)
		switch {
		case isEnum && !slices.Contains(values, v):
			return fmt.Sprintf("%q is no %s; %s", v, shape, Nearest(v, slices.Clone(values)))
		case shape == kindTruth && (v == "true" || v == "false"), (shape == kindWhole || shape == kindNumber) && isNumber(v):
			advice = "write " + v + " without quotes"
		}
	case int64:
		fits, got = shape == kindWhole || shape == kindNumber || shape == kindTime, "the number "+strconv.FormatInt(v, 10)
		if isText {
			advice = fmt.Sprintf(`write "%d"`, v)
		}
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		fits, got = shape == kindWhole && v == math.Trunc(v) || shape == kindNumber || shape == kindTime, "the number "+text
		if isText {
			advice = `write "` + text + `"`
		}
	case bool:
		fits, got = shape == kindTruth, strconv.FormatBool(v)
		if isText {
			advice = fmt.Sprintf(`write "%t"`, v)
		}
	case []any:
		fits, got = holds && !h.maps[shape] || isText && h.service != "sagemaker", "a list"
	case []Member:
		fits, got = isStructure || h.maps[shape] || isText && h.service != "sagemaker", "an object"
		if holds && !fits {
			advice = "put it into a list"
		}
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("is %s, and the API takes %s; %s", got, h.wanted(shape), advice)
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// kindOf is the kind of a shape in words.
func (h holding) kindOf(shape string) string {
	_, isStructure := h.fields[shape]
	_, isEnum := h.values[shape]
	switch {
	case shape == kindText, isEnum:
		return "text"
	case shape == kindWhole:
		return "a whole number"
	case shape == kindNumber:
		return "a number"
	case shape == kindTruth:
		return "true or false"
	case shape == kindTime:
		return "a time such as 2026-01-31T12:00:00Z"
	case shape == kindAny:
		return "a value"
	case isStructure, h.maps[shape]:
		return "an object"
	}
	return "a list"
}

// wanted is what a shape takes in words that advise: an object by the fields that it needs, or else by all, where they are few.
func (h holding) wanted(shape string) string {
	var fields []string
	for each := range h.fields[shape] {
		if needed := h.required[shape]; needed == nil || slices.Contains(needed, each) {
			fields = append(fields, upperFirst(each))
		}
	}
	slices.Sort(fields)
	values := h.values[shape]
	switch {
	case len(values) > 0 && len(values) <= fewNames:
		return "one of " + strings.Join(values, ", ")
	case len(fields) > 0 && len(fields) <= fewNames:
		return "an object with " + strings.Join(fields, ", ")
	}
	return h.kindOf(shape)
}

// argument finds a field by its name in Step Functions, which begins with a capital, whatever the API writes.
func argument(fields map[string]string, key string) (shape string, known bool) {
	if key != upperFirst(key) {
		return "", false
	}
	if shape, known = fields[key]; !known {
		shape, known = fields[lowerFirst(key)]
	}
	return shape, known
}
