package changes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// decode is JSON as a stack file's values are.
func decode(t testing.TB, document string) any {
	t.Helper()
	root, err := readStack([]byte(`{"output": {"x": {"value": `+document+`}}}`), strings.NewReplacer())
	require.NoError(t, err)
	return object(newStack(root).outputs["x"])["value"]
}

func TestWalk(t *testing.T) {
	for _, each := range []struct {
		name, before, after string
		want                []string
	}{
		{"equal", `{"a": [1, {"b": "c"}]}`, `{"a": [1, {"b": "c"}]}`, nil},
		{"value", `{"a": 1}`, `{"a": 2}`, []string{`a: 1 → 2`}},
		{"type", `{"a": 1}`, `{"a": "1"}`, []string{`a: 1 → "1"`}},
		{"digits", `{"a": 1.0}`, `{"a": 1.00}`, []string{`a: 1.0 → 1.00`}},
		{"null is a value", `{"a": null}`, `{}`, []string{`a: gone, was null`}},
		{"new and gone", `{"a": {"b": true}}`, `{"a": {"c": [1]}}`, []string{`a.b: gone, was true`, `a.c: set to [1]`}},
		{"odd keys", `{"a": {"x.y:z": 1}}`, `{"a": {"x.y:z": 2}}`, []string{`a["x.y:z"]: 1 → 2`}},
		{"elements", `["a", "b", "c"]`, `["b", "d", "c"]`, []string{`["d"] in place of ["a"]`}},
		{"more elements", `["a"]`, `["a", "b"]`, []string{`with ["b"]`}},
		{"fewer elements", `["a", "a"]`, `["a"]`, []string{`without ["a"]`}},
		{"order", `{"l": ["a", "b"]}`, `{"l": ["b", "a"]}`, []string{`l: the same in another order`}},
		{"a list of one as a text", `{"Action": "a"}`, `{"Action": ["a", "b"]}`, []string{`Action: with ["b"]`}},
		{"a text as a list of one", `{"Action": ["a", "b"]}`, `{"Action": "b"}`, []string{`Action: without ["a"]`}},
		{"named elements", `[{"Sid": "A", "n": 1}, {"Sid": "B", "n": 1}]`, `[{"Sid": "C", "n": 1}, {"Sid": "B", "n": 2}]`,
			[]string{`[A]: gone, was {"Sid":"A","n":1}`, `[B].n: 1 → 2`, `[C]: set to {"Sid":"C","n":1}`}},
		{"named elements in another order", `[{"Sid": "A"}, {"Sid": "B"}]`, `[{"Sid": "B"}, {"Sid": "A"}]`, []string{`the same in another order`}},
		{"names that are taken twice are none", `[{"name": "a", "n": 1}, {"name": "a", "n": 2}]`, `[{"name": "a", "n": 1}, {"name": "a", "n": 3}]`, []string{`[1].n: 2 → 3`}},
		{"nameless elements", `[{"n": 1}, {"n": 2}]`, `[{"n": 1}, {"n": 3}, {"n": 4}]`, []string{`[]: gone, was {"n":2}`, `[]: set to {"n":3}`, `[]: set to {"n":4}`}},
		{"nameless statements", `[{"Effect": "Allow", "Action": ["a:1", "a:2"], "Resource": "x"}, {"Effect": "Allow", "Action": ["b:1", "b:2"], "Resource": "y"}]`,
			`[{"Effect": "Allow", "Action": "c:1", "Resource": "z"}, {"Effect": "Allow", "Action": ["b:1", "b:2", "b:3"], "Resource": "y"}, {"Effect": "Allow", "Action": ["a:1"], "Resource": "x"}]`,
			[]string{`[2].Action: without ["a:2"]`, `[1].Action: with ["b:3"]`, `[]: set to {"Action":"c:1","Effect":"Allow","Resource":"z"}`}},
		{"a block of one", `{"b": [{"n": 1}]}`, `{"b": [{"n": 2}]}`, []string{`b.n: 1 → 2`}},
		{"a document in a text", `{"policy": "{\"Statement\":[{\"Sid\":\"A\",\"Action\":\"x\"}]}"}`, `{"policy": "{\"Statement\":[{\"Sid\":\"A\",\"Action\":\"y\"}]}"}`,
			[]string{`policy.Statement[A].Action: "x" → "y"`}},
		{"a document in other spaces", `{"policy": "{\"a\":1}"}`, `{"policy": "{ \"a\": 1 }"}`, []string{`policy: the same, written in another way`}},
		{"a text that is no document any more", `{"d": "{\"a\":1}"}`, `{"d": "${x}"}`, []string{`d: "{\"a\":1}" → "${x}"`}},
		{"brackets that are no document", `{"d": "[a"}`, `{"d": "[b"}`, []string{`d: "[a" → "[b"`}},
	} {
		t.Run(each.name, func(t *testing.T) {
			var got []string
			for _, difference := range walk("", decode(t, each.before), decode(t, each.after)) {
				got = append(got, plain(difference))
			}
			require.Equal(t, each.want, got)
		})
	}
}
