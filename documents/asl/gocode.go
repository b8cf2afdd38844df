package asl

import (
	"fmt"
	"go/format"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/gotext"
)

// GoCode is the definition as an expression in Go, such as asl.Definition{...}, formatted, for a file that imports this package
// as asl, documents/policy as policy where there are permissions, and time.
func (d Definition) GoCode() (string, error) {
	w := &goWriter{}
	w.value(reflect.ValueOf(d))
	code, err := format.Source([]byte("package p\n\nvar x = " + w.out.String() + "\n"))
	if err != nil {
		return "", fmt.Errorf("the definition cannot be written as Go: %w", err)
	}
	_, code2, _ := strings.Cut(string(code), "var x = ")
	return strings.TrimSpace(code2), nil
}

type goWriter struct{ out strings.Builder }

func (w *goWriter) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

var (
	valueType     = reflect.TypeFor[Value]()
	conditionType = reflect.TypeFor[Condition]()
	textType      = reflect.TypeFor[Text]()
)

// value writes a value with its type.
func (w *goWriter) value(v reflect.Value) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case Text:
		w.text(x, true)
		return
	case verbatim:
		w.printf("asl.Literal(%s)", gotext.Quote(string(x)))
		return
	case null:
		w.printf("asl.Null")
		return
	case Int:
		w.printf("asl.Int(%d)", int64(x))
		return
	case Float:
		w.printf("asl.Float(%s)", strconv.FormatFloat(float64(x), 'g', -1, 64))
		return
	case Bool:
		w.printf("asl.Bool(%t)", bool(x))
		return
	case time.Duration:
		w.printf("%s", gotext.Duration(x))
		return
	case *int:
		w.printf("asl.Times(%d)", *x)
		return
	case Condition:
		w.condition(x)
		return
	case Attribute:
		switch x.kind {
		case "S":
			w.printf("asl.StringAttribute(")
			w.value(reflect.ValueOf(x.value))
		case "BOOL":
			w.printf("asl.BoolAttribute(")
			w.value(reflect.ValueOf(x.value))
		default:
			w.printf("asl.AttributeOf(%q, ", x.kind)
			w.value(reflect.ValueOf(x.value))
		}
		w.printf(")")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		w.printf("&")
		w.value(v.Elem())
	case reflect.Struct:
		w.structure(v)
	case reflect.Map:
		w.mapping(v)
	case reflect.Slice:
		w.slice(v)
	default:
		w.plain(v)
	}
}

// plain writes a text, number or truth value, whose type the field has. Constants of this package have their names.
func (w *goWriter) plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if name := constantNames[v.Interface()]; name != "" {
			w.printf("asl.%s", name)
			return
		}
		if v.Type() == textType {
			w.text(Text(v.String()), false)
			return
		}
		w.printf("%s", gotext.Quote(v.String()))
	case reflect.Float64:
		w.printf("%s", strconv.FormatFloat(v.Float(), 'g', -1, 64))
	default:
		w.printf("%v", v.Interface())
	}
}

// constantNames are the constants that have names.
var constantNames = map[any]string{
	Standard: "Standard", Express: "Express", JSONata: "JSONata", JSONPath: "JSONPath", Sync: "Sync", WaitForToken: "WaitForToken", Discard: "Discard",
	NoJitter: "NoJitter", FullJitter: "FullJitter", ObjectListing: "ObjectListing", CSV: "CSV", JSONFile: "JSONFile", JSONLines: "JSONLines", Parquet: "Parquet", Manifest: "Manifest",
	Comma: "Comma", Pipe: "Pipe", Semicolon: "Semicolon", Space: "Space", Tab: "Tab", AthenaManifest: "AthenaManifest", InventoryManifest: "InventoryManifest",
	NoTransformation: "NoTransformation", Compact: "Compact", Flatten: "Flatten", JSONResult: "JSONResult", JSONLinesResult: "JSONLinesResult",
}

// text writes the parts of a text. typed says that a literal alone needs its type.
func (w *goWriter) text(t Text, typed bool) {
	parts := t.parts()
	if len(parts) == 0 {
		w.printf("asl.Text(\"\")")
		return
	}
	for i, part := range parts {
		if i > 0 {
			w.printf(" + ")
		}
		switch {
		case part.expression != nil:
			w.printf("%s", part.expression.goCode())
		case typed && len(parts) == 1:
			w.printf("asl.Text(%s)", gotext.Quote(part.literal))
		default:
			w.printf("%s", gotext.Quote(part.literal))
		}
	}
}

// goCode is the function that makes the expression.
func (e expression) goCode() string {
	for _, made := range []struct {
		name, jsonPath, jsonata string
		of                      func(string) Text
	}{
		{"Input", "$", "$states.input", Input}, {"Result", "$", "$states.result", Result}, {"ErrorOutput", "$", "$states.errorOutput", ErrorOutput},
		{"Context", "$$", "$states.context", Context}, {"Var", "", "$", Var},
	} {
		fields, ours := strings.CutPrefix(e.JSONata, made.jsonata)
		if !ours || e.JSONPath == "" {
			continue
		}
		fields = strings.TrimPrefix(fields, ".")
		if again := *made.of(fields).parts()[0].expression; again == e {
			return fmt.Sprintf("asl.%s(%s)", made.name, strconv.Quote(fields))
		}
	}
	if e.JSONata != "" {
		return "asl.Expr(" + gotext.Quote(e.JSONata) + ")"
	}
	return "asl.Path(" + gotext.Quote(e.JSONPath) + ")"
}

func (w *goWriter) structure(v reflect.Value) {
	w.printf("%s{", typeName(v))
	if v.Type().Name() == "Definition" || v.NumField() > 3 {
		w.printf("\n")
	}
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if !field.IsExported() || value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0 {
			continue
		}
		w.printf("%s: ", field.Name)
		w.field(value)
		w.printf(",\n")
	}
	w.printf("}")
}

// field writes a value where its type is known from the field, unless that is an interface.
func (w *goWriter) field(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Interface, v.Kind() == reflect.Struct, v.Kind() == reflect.Map, v.Kind() == reflect.Slice, v.Kind() == reflect.Pointer, v.Type() == reflect.TypeFor[time.Duration]():
		w.value(v)
	default:
		w.plain(v)
	}
}

func (w *goWriter) mapping(v reflect.Value) {
	w.printf("%s{", typeName(v))
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		w.printf("\n%s: ", gotext.Quote(key.String()))
		w.field(v.MapIndex(key))
		w.printf(",")
	}
	if len(keys) > 0 {
		w.printf("\n")
	}
	w.printf("}")
}

func (w *goWriter) slice(v reflect.Value) {
	w.printf("%s{", typeName(v))
	element := v.Type().Elem()
	many := element.Kind() != reflect.String
	for i := range v.Len() {
		switch {
		case many:
			w.printf("\n")
		case i > 0:
			w.printf(", ")
		}
		if element == conditionType || element == valueType || element.Kind() == reflect.Interface || element.Kind() == reflect.Struct {
			w.value(v.Index(i))
		} else {
			w.plain(v.Index(i))
		}
		if many {
			w.printf(",")
		}
	}
	if many && v.Len() > 0 {
		w.printf("\n")
	}
	w.printf("}")
}

func (w *goWriter) condition(c Condition) {
	switch c := c.(type) {
	case when:
		w.printf("asl.When(%s)", gotext.Quote(c.expr.parts()[0].expression.JSONata))
	case kind:
		w.printf("asl.%s(", c.operator)
		w.text(c.variable, false)
		w.printf(")")
	case comparison:
		name := c.operator
		if name == "BooleanEquals" {
			if _, literal := c.value.(Bool); !literal {
				name = "BooleanEqualsPath"
			}
		}
		w.printf("asl.%s(", name)
		w.text(c.variable, false)
		w.printf(", ")
		switch value := c.value.(type) {
		case Bool:
			w.printf("%t", bool(value))
		case Text:
			w.text(value, false)
		default:
			w.value(reflect.ValueOf(value))
		}
		w.printf(")")
	case logical:
		w.printf("asl.%s(", c.operator)
		for _, each := range c.inner {
			w.printf("\n")
			w.condition(each)
			w.printf(",")
		}
		w.printf("\n)")
	case not:
		w.printf("asl.Not(")
		w.condition(c.inner)
		w.printf(")")
	}
}

// typeName is the type as a file names it that imports this package only: those of documents/sagemaker have an alias here.
func typeName(v reflect.Value) string {
	return strings.Replace(v.Type().String(), "sagemaker.", "asl.", 1)
}
