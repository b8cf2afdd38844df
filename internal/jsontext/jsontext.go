// Package jsontext writes JSON for documents that Terraform and AWS read.
package jsontext

import (
	"bytes"
	"encoding/json"
)

// Compact is the value as JSON in one line. Unlike json.Marshal it leaves <, > and & alone, which Terraform references and
// placeholders of AWS contain. It panics for values that JSON cannot hold, such as channels: documents have none.
func Compact(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}
