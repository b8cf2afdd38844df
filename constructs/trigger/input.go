package trigger

import (
	"encoding/json"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/internal/eventtarget"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// sample stands for a placeholder while the JSON is checked. It is a number, which may stand within quotes too.
const sample = "7310582946"

func checkInput(problems *problem.List, path, text string) {
	if text == "" || token.Is(text) && !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return
	}
	in := eventtarget.ParseTemplate(text)
	in.CheckPaths(problems, path)
	var parsed any
	switch {
	case strings.Contains(text, `\u003c$.`):
		problems.Addf(path, `has a placeholder written as \u003c..., which EventBridge does not know; encode the JSON with SetEscapeHTML(false)`)
	case json.Unmarshal([]byte(eventtarget.Fill(text, sample)), &parsed) != nil:
		problems.Addf(path, `%q is no JSON; write it like {"bucket":"<$.detail.bucket.name>"}`, text)
	case keyed(parsed):
		problems.Addf(path, "%q has a placeholder as the key of a field, where EventBridge puts nothing; move it to a value", text)
	case len(in.Text) > eventtarget.MaxTemplate:
		problems.Addf(path, "has %d characters, %d are allowed; put the data into S3 and pass its address", len(in.Text), eventtarget.MaxTemplate)
	case len(in.Paths) > eventtarget.MaxPaths:
		problems.Addf(path, "has %d different paths, %d are allowed; pass a whole part of the event", len(in.Paths), eventtarget.MaxPaths)
	}
}

// keyed reports whether a key of the value has a placeholder.
func keyed(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, each := range v {
			if strings.Contains(key, sample) || keyed(each) {
				return true
			}
		}
	case []any:
		for _, each := range v {
			if keyed(each) {
				return true
			}
		}
	}
	return false
}
