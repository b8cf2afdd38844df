package kservemodel

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Question is one request in the V2 protocol, and what is expected of the answer.
// https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
// For a container of SageMaker it is an Invocation.
type Question struct {
	// Inputs are the features, as the model wants them: for a model of MLflow with a signature of columns one input for each, named like
	// it, and ContentType pd.
	Inputs []Tensor
	// ContentType is how MLServer reads the inputs together: pd for a table, np for arrays. Default: as the model says.
	ContentType string
	// Invocation is asked in the place of Inputs. Default: none.
	Invocation *Invocation
	// Answer is what is expected. Default: at least one output with at least one value that is a number or a text. The answer to an Invocation has Numbers or Texts alone: all
	// values that stand in its JSON or CSV, one after another.
	Answer Answer
}

// An Invocation is a request to a container that was made for SageMaker: POST /invocations, once GET /ping succeeds.
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
type Invocation struct {
	// Body of the request.
	Body string `json:"body"`
	// ContentType of the body. Default: text/csv.
	ContentType string `json:"contentType"`
	// Accept is what the answer is to be. Default: as the container likes.
	Accept string `json:"accept,omitempty"`
}

func (i *Invocation) withDefaults() *Invocation {
	if i == nil || i.ContentType != "" {
		return i
	}
	out := *i
	out.ContentType = "text/csv"
	return &out
}

// A Tensor is one input: Numbers, or Texts for the type BYTES.
type Tensor struct {
	// Name of the input.
	Name string
	// Shape, the first dimension of which is mostly the number of rows. Default: all values in one dimension.
	Shape []int
	// Datatype is BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES. Default: FP64, or BYTES for texts.
	Datatype string
	// Numbers are the values, row by row; for BOOL 0 and 1.
	Numbers []float64
	// Texts are the values of the type BYTES.
	Texts []string
	// ContentType is how MLServer reads this input: np, str, base64. Default: as the model says.
	ContentType string
}

// An Answer is what is expected. What is left out is not looked at.
type Answer struct {
	// Output is the name of the output. Default: the first.
	Output string
	// Shape and Datatype of the output.
	Shape    []int
	Datatype string
	// Numbers are the values, each within Tolerance. Default of Tolerance: exact.
	Numbers   []float64
	Tolerance float64
	// Texts are the values of an output of texts, or of classes.
	Texts []string
}

// datatypes are those of the protocol, with the bounds of those that are whole numbers.
var datatypes = map[string]*[2]float64{
	"BOOL": {0, 1}, "UINT8": {0, math.MaxUint8}, "UINT16": {0, math.MaxUint16}, "UINT32": {0, math.MaxUint32}, "UINT64": {0, 1 << 53},
	"INT8": {math.MinInt8, math.MaxInt8}, "INT16": {math.MinInt16, math.MaxInt16}, "INT32": {math.MinInt32, math.MaxInt32}, "INT64": {-(1 << 53), 1 << 53},
	"FP16": nil, "FP32": nil, "FP64": nil, "BYTES": nil,
}

func (t Tensor) datatype() string {
	switch {
	case t.Datatype != "":
		return t.Datatype
	case len(t.Texts) > 0:
		return "BYTES"
	}
	return "FP64"
}

func (t Tensor) shape() []int {
	if len(t.Shape) > 0 {
		return t.Shape
	}
	return []int{len(t.Numbers) + len(t.Texts)}
}

// request is the question as the protocol has it.
func (q Question) request() map[string]any {
	if q.Invocation != nil {
		return nil
	}
	var inputs []any
	for _, each := range q.Inputs {
		input := map[string]any{"name": each.Name, "shape": each.shape(), "datatype": each.datatype()}
		switch {
		case len(each.Texts) > 0:
			input["data"] = each.Texts
		case each.Datatype == "BOOL":
			var data []bool
			for _, number := range each.Numbers {
				data = append(data, number == 1)
			}
			input["data"] = data
		default:
			input["data"] = each.Numbers
		}
		if each.ContentType != "" {
			input["parameters"] = map[string]string{"content_type": each.ContentType}
		}
		inputs = append(inputs, input)
	}
	request := map[string]any{"inputs": inputs}
	if q.ContentType != "" {
		request["parameters"] = map[string]string{"content_type": q.ContentType}
	}
	return request
}

func (a Answer) expected() map[string]any {
	return map[string]any{"output": a.Output, "shape": a.Shape, "datatype": a.Datatype, "numbers": a.Numbers, "tolerance": a.Tolerance, "texts": a.Texts}
}

func (q Question) check(problems *problem.List) {
	if i := q.Invocation; i != nil {
		if i.Body == "" {
			problems.Addf("question.invocation.body", "is missing; give one row that the model knows the answer to")
		}
		if len(q.Inputs) > 0 || q.ContentType != "" {
			problems.Addf("question.invocation", "is given beside inputs or contentType of the V2 protocol; drop one of the two")
		}
		if a := q.Answer; a.Output != "" || len(a.Shape) > 0 || a.Datatype != "" {
			problems.Addf("question.answer", "has an output, shape or datatype, which an answer to an invocation has not; give numbers or texts")
		}
	} else if len(q.Inputs) == 0 {
		problems.Addf("question.inputs", "are missing; give the features of one row that the model knows the answer to")
	}
	seen := map[string]bool{}
	for i, each := range q.Inputs {
		at := problem.Index("question.inputs", i)
		switch {
		case each.Name == "":
			problems.Addf(at+".name", "is missing; name the input, or the column of the model's signature")
		case seen[each.Name]:
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		seen[each.Name] = true
		each.check(problems, at)
	}
	a := q.Answer
	if len(a.Numbers) > 0 && len(a.Texts) > 0 {
		problems.Addf("question.answer.texts", "are given beside numbers; drop one of the two")
	}
	if a.Tolerance < 0 || a.Tolerance > 0 && len(a.Numbers) == 0 {
		problems.Addf("question.answer.tolerance", "%g is negative, or there are no numbers; use 0 or more, beside numbers", a.Tolerance)
	}
	if _, known := datatypes[a.Datatype]; a.Datatype != "" && !known {
		problems.Addf("question.answer.datatype", "%q is unknown; use %s", a.Datatype, names())
	}
	for i, number := range a.Numbers {
		if math.IsNaN(number) || math.IsInf(number, 0) {
			problems.Addf(problem.Index("question.answer.numbers", i), "is no number; JSON has none such, so give a finite one")
		}
	}
}

func (t Tensor) check(problems *problem.List, path string) {
	bounds, known := datatypes[t.datatype()]
	if !known {
		problems.Addf(path+".datatype", "%q is unknown; use %s", t.Datatype, names())
	}
	switch {
	case len(t.Numbers) > 0 && len(t.Texts) > 0:
		problems.Addf(path+".texts", "are given beside numbers; drop one of the two")
	case len(t.Numbers)+len(t.Texts) == 0:
		problems.Addf(path+".numbers", "are missing, and so are texts; give the values")
	case (t.datatype() == "BYTES") != (len(t.Texts) > 0):
		problems.Addf(path+".datatype", "%q does not go with the values; texts are BYTES, and numbers all others", t.datatype())
	}
	size := 1
	for _, dimension := range t.shape() {
		size *= dimension
	}
	if given := len(t.Numbers) + len(t.Texts); size != given {
		problems.Addf(path+".shape", "%v has %d values, and %d are given; correct one of the two", t.shape(), size, given)
	}
	for i, number := range t.Numbers {
		at := problem.Index(path+".numbers", i)
		switch {
		case math.IsNaN(number) || math.IsInf(number, 0):
			problems.Addf(at, "is no number; JSON has none such, so give a finite one")
		case bounds != nil && (number != math.Trunc(number) || number < bounds[0] || number > bounds[1]):
			problems.Addf(at, "%g is no %s; use a whole number from %g to %g", number, t.Datatype, bounds[0], bounds[1])
		}
	}
}

func names() string {
	out := slices.Sorted(maps.Keys(datatypes))
	return strings.Join(out, ", ")
}
