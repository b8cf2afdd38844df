package asl

import (
	"bytes"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// An object is a JSON object whose fields stand in the order in which the States Language lists them, which is the
// order people read them in.
type object []field

type field struct {
	key   string
	value any
}

func (o *object) set(key string, value any) { *o = append(*o, field{key, value}) }

func (o *object) setText(key, value string) {
	if value != "" {
		o.set(key, value)
	}
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	write(&out, o)
	return out.Bytes(), nil
}

// encode marshals without escaping <, > and &, which expressions and Terraform references contain.
func encode(value any) string {
	var out bytes.Buffer
	write(&out, value)
	return out.String()
}

// write goes through objects and lists by itself: encoding/json would copy what is inside once for each level around it.
func write(out *bytes.Buffer, value any) {
	switch value := value.(type) {
	case object:
		out.WriteByte('{')
		for i, f := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			write(out, f.key)
			out.WriteByte(':')
			write(out, f.value)
		}
		out.WriteByte('}')
	case []object:
		writeList(out, value)
	case []any:
		writeList(out, value)
	default:
		out.WriteString(jsontext.Compact(value)) // a string, a number, or a list of them
	}
}

func writeList[T any](out *bytes.Buffer, values []T) {
	out.WriteByte('[')
	for i, each := range values {
		if i > 0 {
			out.WriteByte(',')
		}
		write(out, each)
	}
	out.WriteByte(']')
}
