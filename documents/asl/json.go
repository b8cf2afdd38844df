package asl

import (
	"bytes"
	"encoding/json"
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
	out.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(encode(f.key))
		out.WriteByte(':')
		out.WriteString(encode(f.value))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// encode marshals without escaping <, > and &, which expressions and Terraform references contain.
func encode(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // only strings, numbers, lists and objects of them reach this point
	}
	return string(bytes.TrimRight(out.Bytes(), "\n"))
}
