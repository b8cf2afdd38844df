package cluster_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// mentions reports whether one of the addresses in a depends_on contains the text.
func mentions(addresses any, text string) bool {
	values, _ := addresses.([]any)
	return slices.ContainsFunc(values, func(value any) bool { return strings.Contains(value.(string), text) })
}

func everyString(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func output(stack tf.Stack, values map[string]string) {
	for name, value := range values {
		tf.Output(stack, name, value, "")
	}
}

func pick(values map[string]any, keys ...string) map[string]any {
	out := map[string]any{}
	for _, key := range keys {
		out[key] = values[key]
	}
	return out
}
