package asl

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// Text is a string that is literal, or comes from the data of the execution, or is a mixture of both:
//
//	asl.Text("s3://models/") + asl.Input("date") + "/model.tar.gz"
//
// Input, Var, Path, Expr, the functions of intrinsic.go and others make the parts that are filled in at run time.
// They are marked inside the string in a way that no literal can be mistaken for; in a definition they become the
// path, intrinsic function or expression of the state's query language. Go string variables, such as the ARN of a
// bucket, are converted: asl.Text(bucket.ARN()).
type Text string

// The marks around an encoded expression, and the mark inside one where a Map state adds what tells its items apart.
const (
	openMark  = "\x01"
	closeMark = "\x02"
	itemMark  = "\x03"
)

// source says which data an expression reads, and with that where it can stand.
type source string

const (
	fromAnywhere source = ""
	fromInput    source = "input"
	fromResult   source = "result"
	fromError    source = "error"
)

// An expression is a part of a Text that is evaluated at run time, as written in each query language. An empty text
// says that the language cannot express it.
type expression struct {
	JSONPath string `json:"p,omitempty"`
	JSONata  string `json:"j,omitempty"`
	Shown    string `json:"s"`
	Source   source `json:"d,omitempty"`
	// Longest is the most characters that the value can have. Zero where that is unknown.
	Longest int `json:"n,omitempty"`
	// Prefix is how the value begins, as far as that is known.
	Prefix string `json:"x,omitempty"`
	// Problem is what was wrong when the expression was made. It is reported where the expression is used.
	Problem string `json:"e,omitempty"`
}

func (e expression) text() Text {
	encoded, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return Text(openMark + string(encoded) + closeMark)
}

// A part of a Text is either a literal or an expression.
type part struct {
	literal    string
	expression *expression
}

func (t Text) parts() []part {
	var parts []part
	rest := string(t)
	for rest != "" {
		start := strings.Index(rest, openMark)
		end := strings.Index(rest, closeMark)
		if start < 0 || end < start {
			return append(parts, part{literal: rest})
		}
		if start > 0 {
			parts = append(parts, part{literal: rest[:start]})
		}
		var e expression
		if err := json.Unmarshal([]byte(rest[start+len(openMark):end]), &e); err != nil {
			return append(parts, part{literal: rest})
		}
		parts = append(parts, part{expression: &e})
		rest = rest[end+len(closeMark):]
	}
	return parts
}

// String shows the text as people would write it, expressions in angle brackets.
func (t Text) String() string {
	var out strings.Builder
	for _, p := range t.parts() {
		if p.expression == nil {
			out.WriteString(p.literal)
			continue
		}
		out.WriteString("<" + p.expression.Shown + ">")
	}
	return out.String()
}

// literal reports whether the text is known now, apart from Terraform references.
func (t Text) literal() bool { return !strings.Contains(string(t), openMark) }

// knownPrefix is the literal text before the first expression, and whether that is all of it.
func (t Text) knownPrefix() (prefix string, all bool) {
	for _, p := range t.parts() {
		if p.expression != nil {
			return prefix + p.expression.Prefix, false
		}
		prefix += p.literal
	}
	return prefix, true
}

var (
	fieldsPattern   = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*(\.[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*)*$`)
	variablePattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]{0,79}$`)
)

// reference is the expression of the fields below a root, each language with its own root.
func reference(from source, shown, jsonPath, jsonata, fields string) Text {
	e := expression{JSONPath: jsonPath, JSONata: jsonata, Shown: shown, Source: from}
	if fields == "" {
		return e.text()
	}
	e.Shown += " " + fields
	e.JSONPath += "." + fields
	e.JSONata += "." + fields
	if !fieldsPattern.MatchString(fields) {
		e.Problem = fmt.Sprintf("%q is no path of fields; write it like job.name or items[0].uri, and use asl.Path or asl.Expr for anything else", fields)
	}
	return e.text()
}

// Input is a field of the state's input, such as "job.name" or "items[0].uri". An empty path is the whole input.
// JSONPath: $.job.name. JSONata: $states.input.job.name.
func Input(fields string) Text { return reference(fromInput, "input", "$", "$states.input", fields) }

// Result is a field of what the state's task, branches or items returned. It can stand in Assign, in Output (JSONata)
// and in ResultSelector (JSONPath).
func Result(fields string) Text {
	return reference(fromResult, "result", "$", "$states.result", fields)
}

// ErrorOutput is a field of a caught error: "Error" or "Cause". It can stand in the Assign and Output of a Catcher.
func ErrorOutput(fields string) Text {
	return reference(fromError, "error", "$", "$states.errorOutput", fields)
}

// Var is a variable that an earlier state assigned, or a field of it: "model.uri". A name that no state assigns is an
// error. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
func Var(fields string) Text {
	name, rest, _ := strings.Cut(fields, ".")
	name, index, indexed := strings.Cut(name, "[")
	e := expression{JSONPath: "$" + fields, JSONata: "$" + fields, Shown: "variable " + fields}
	if !variablePattern.MatchString(name) || rest != "" && !fieldsPattern.MatchString(rest) || indexed && !strings.HasSuffix(index, "]") {
		e.Problem = fmt.Sprintf("%q is no variable; write its name, of letters, digits and underscores, such as modelName or model.uri", fields)
	}
	return e.text()
}

// Context is a field of the context object, such as "Execution.Input" or "State.Name".
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
func Context(fields string) Text {
	return reference(fromAnywhere, "context", "$$", "$states.context", fields)
}

// ExecutionName is the name of the execution: up to 80 characters, of which not all may stand in the names of jobs.
// For those, use JobName or NamePerExecution.
func ExecutionName() Text { return sized(Context("Execution.Name"), 80) }

// ExecutionID is the ARN of the execution.
func ExecutionID() Text { return Context("Execution.Id") }

// ExecutionInput is a field of what the execution was started with, whatever the states before have made of it.
func ExecutionInput(fields string) Text {
	if fields == "" {
		return Context("Execution.Input")
	}
	return Context("Execution.Input." + fields)
}

// TaskToken is what a task with the WaitForToken pattern gives to whoever reports its end.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
func TaskToken() Text { return Context("Task.Token") }

// MapItem is a field of the item that a Map state is working on, and of the value where its items are the fields of an object. It
// can stand in the Map's ItemSelector and inside it.
func MapItem(fields string) Text {
	if fields == "" {
		return Context("Map.Item.Value")
	}
	return Context("Map.Item.Value." + fields)
}

// MapIndex is the number of the item that a Map state is working on, from 0.
func MapIndex() Text { return Context("Map.Item.Index") }

// MapKey is the name of the field that a Map state is working on, where its items are the fields of an object.
func MapKey() Text { return Context("Map.Item.Key") }

// Path is a JSONPath, such as "$.items[*].uri", or an intrinsic function, for states of that query language only.
func Path(jsonPath string) Text {
	e := expression{JSONPath: jsonPath, Shown: jsonPath}
	if strings.HasPrefix(jsonPath, "States.") {
		return e.text()
	}
	if !strings.HasPrefix(jsonPath, "$") || strings.HasSuffix(jsonPath, ".") || strings.Count(jsonPath, "[") != strings.Count(jsonPath, "]") {
		e.Problem = fmt.Sprintf("%q is no JSONPath; write it like $.job.name", jsonPath)
	}
	return e.text()
}

// Expr is a JSONata expression, such as "$sum($states.input.items.size)", with or without {% and %}, for states of that
// query language only. https://docs.jsonata.org
func Expr(jsonata string) Text {
	inner := strings.TrimSpace(jsonata)
	if strings.HasPrefix(inner, "{%") && strings.HasSuffix(inner, "%}") {
		inner = strings.TrimSpace(inner[2 : len(inner)-2])
	}
	e := expression{JSONata: inner, Shown: inner}
	if inner == "" {
		e.Problem = "an empty JSONata expression; write what it computes, such as $states.input.name"
	}
	return e.text()
}

// sized notes how long the value of a single expression can be.
func sized(t Text, longest int) Text {
	e := *t.parts()[0].expression
	e.Longest = longest
	return e.text()
}
