package config

import _ "embed"

//go:generate go run ./internal/generate

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema of platform.yaml and of environments/*.yaml, for editors: a file with the key project is
// held against the one, any other against the other. What it cannot express, Load checks.
func Schema() []byte { return append([]byte(nil), schema...) }
