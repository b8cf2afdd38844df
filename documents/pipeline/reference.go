package pipeline

import "strings"

// Type is the type of a parameter, or of an output of a Lambda or callback step.
type Type string

// The types of parameters and outputs.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
const (
	TypeString  Type = "String"
	TypeInteger Type = "Integer"
	TypeFloat   Type = "Float"
	TypeBoolean Type = "Boolean"
)

// The trees that values become before they are written as JSON. Everything that is checked about references is
// checked on them.
type (
	// get is {"Get": path}. want is the type that the reader expects, empty where any will do.
	get struct {
		path string
		want Type
	}
	// jsonGet reads one value out of a property file, or out of a file in S3.
	jsonGet struct {
		step, file, path string
		uri              String
	}
	// join concatenates.
	join struct {
		on     string
		values []any
	}
	// broken is what must not be written; text says what it is.
	broken struct{ text string }
)

// An IntegerRef is a whole number that is known at run time.
type IntegerRef struct{ path string }

// A FloatRef is a number that is known at run time.
type FloatRef struct{ path string }

// A BooleanRef is a truth value that is known at run time.
type BooleanRef struct{ path string }

// A JSONValue is a value in a property file or another file in S3, of whatever type the file gives it.
type JSONValue struct {
	step, file, path string
	uri              String
}

// JSONGetS3 is the value at a path, such as "metrics.accuracy.value", of a JSON file in S3 that is there when the step runs.
// The role of the pipeline reads it; a KMS key of its own is not among the permissions that are derived.
func JSONGetS3(uri String, path string) JSONValue { return JSONValue{uri: uri, path: path} }

func (r IntegerRef) tree() any { return get{r.path, TypeInteger} }
func (r IntegerRef) integer()  {}
func (r IntegerRef) float()    {}
func (r FloatRef) tree() any   { return get{r.path, TypeFloat} }
func (r FloatRef) float()      {}
func (r BooleanRef) tree() any { return get{r.path, TypeBoolean} }
func (r BooleanRef) boolean()  {}
func (v JSONValue) tree() any  { return jsonGet(v) }
func (v JSONValue) integer()   {}
func (v JSONValue) float()     {}
func (r IntegerRef) ordered()  {}
func (r FloatRef) ordered()    {}
func (v JSONValue) ordered()   {}
func (s String) ordered()      {}
func (v JSONValue) boolean()   {}

// Text is the number as text, for hyperparameters, environment variables and arguments, which are all strings.
func (r IntegerRef) Text() String { return embed(kindGet, string(TypeInteger), r.path) }

// Text is the number as text, for hyperparameters, environment variables and arguments, which are all strings.
func (r FloatRef) Text() String { return embed(kindGet, string(TypeFloat), r.path) }

// Text is "true" or "false", for hyperparameters, environment variables and arguments, which are all strings.
func (r BooleanRef) Text() String { return embed(kindGet, string(TypeBoolean), r.path) }

// Text is the value as text.
func (v JSONValue) Text() String { return embed(kindJSONGet, v.step, v.file, v.path, string(v.uri)) }

// String is text in the arguments of a step. It holds literal text, Terraform tokens and references to values that
// are known at run time, in any mixture: concatenating Strings is what joins them. A reference is a marked piece of
// the text and must stay whole; text that was cut or changed inside one is reported.
type String string

// stringRef is a String that is one reference to text.
func stringRef(path string) String { return textRef + String(path) + endRef }

// anyRef is a String that is one reference to a value of unknown type.
func anyRef(path string) String { return embed(kindGet, "", path) }

// Join puts the separator between the values. Without a separator, + does the same.
func Join(separator String, values ...String) String {
	parts := make([]string, 0, len(values)+1)
	parts = append(parts, string(separator))
	for _, value := range values {
		parts = append(parts, string(value))
	}
	return embed(kindJoin, parts...)
}

// References are embedded between control characters, which no SageMaker field may contain.
const (
	refStart     = '\x02'
	refEnd       = '\x03'
	refSeparator = '\x1f'

	kindGet     = 'g'
	kindJSONGet = 'j'
	kindJoin    = 'o'

	// textRef and endRef stand around the path of a reference to text.
	textRef String = "\x02gString\x1f"
	endRef  String = "\x03"
)

func embed(kind byte, parts ...string) String {
	return String(refStart) + String(kind) + String(strings.Join(parts, string(refSeparator))) + String(refEnd)
}

func (s String) tree() any {
	parts := s.parts()
	if len(parts) == 1 {
		// Only a reference to text is text by itself; Join turns a number into text.
		switch part := parts[0].(type) {
		case get:
			if part.want == TypeString || part.want == "" {
				return part
			}
		case jsonGet:
		default:
			return part
		}
		return join{values: parts}
	}
	return whole(parts)
}

// whole is what the pieces of a text are together.
func whole(parts []any) any {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return join{values: parts}
}

// parts takes the text apart into literals and references.
func (s String) parts() []any {
	var out []any
	text := string(s)
	for text != "" {
		start := strings.IndexAny(text, string(refStart)+string(refEnd)+string(refSeparator))
		if start < 0 {
			return append(out, text)
		}
		end := matching(text, start)
		if end < 0 {
			return append(out, broken{"a damaged reference in " + quoted(s)})
		}
		if start > 0 {
			out = append(out, text[:start])
		}
		out = append(out, decode(text[start+1:end]))
		text = text[end+1:]
	}
	return out
}

// matching finds the end of the reference that starts here, or -1 where there is none.
func matching(text string, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case refStart:
			depth++
		case refEnd:
			depth--
		}
		if depth <= 0 {
			if i == start {
				return -1
			}
			return i
		}
	}
	return -1
}

func decode(payload string) any {
	if payload == "" {
		return broken{"a damaged reference"}
	}
	fields := splitFields(payload[1:])
	switch {
	case payload[0] == kindGet && len(fields) == 2:
		return get{path: fields[1], want: Type(fields[0])}
	case payload[0] == kindJSONGet && len(fields) == 4:
		return jsonGet{fields[0], fields[1], fields[2], String(fields[3])}
	case payload[0] == kindJoin:
		values := make([]any, 0, len(fields)-1)
		for _, field := range fields[1:] {
			values = append(values, whole(String(field).parts())) // a number inside of a Join needs no Join of its own
		}
		return join{on: fields[0], values: values}
	}
	return broken{"a damaged reference"}
}

// splitFields splits at the separators outside of embedded references.
func splitFields(payload string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(payload); i++ {
		switch payload[i] {
		case refStart:
			depth++
		case refEnd:
			depth--
		case refSeparator:
			if depth == 0 {
				out = append(out, payload[start:i])
				start = i + 1
			}
		}
	}
	return append(out, payload[start:])
}

// literal is the text, if it holds no reference.
func (s String) literal() (string, bool) { return string(s), !marked(string(s)) }

// marked reports whether the text holds marks of references.
func marked(text string) bool {
	return strings.ContainsAny(text, string(refStart)+string(refEnd)+string(refSeparator))
}

// quoted is the text for people: references stand as {path}.
func quoted(s String) string {
	var out strings.Builder
	for _, part := range strings.FieldsFunc(string(s), func(r rune) bool { return r == refStart || r == refEnd }) {
		if i := strings.LastIndexByte(part, refSeparator); i >= 0 {
			part = "{" + part[i+1:] + "}"
		}
		out.WriteString(part)
	}
	return `"` + out.String() + `"`
}
