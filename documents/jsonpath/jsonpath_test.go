package jsonpath_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonpath"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

const input = `{"name": "wine", "odd name": 1, "a.b": 2, "nothing": null, "text": "a-b", "json": "{\"k\": 1}", "number": 2,
	"list": [3, 1, 3], "rows": [{"id": "a", "n": 1, "tags": ["p"]}, {"id": "b", "n": 5}, {"id": "c", "n": 9}], "o": {"k": 1}, "p": {"l": 2}}`

func data(t *testing.T) jsonpath.Data {
	t.Helper()
	var in any
	require.NoError(t, json.Unmarshal([]byte(input), &in))
	return jsonpath.Data{Input: in, Context: map[string]any{"Execution": map[string]any{"Name": "run"}}, Variables: map[string]any{"model": map[string]any{"uri": "s3://m"}},
		Random: func() float64 { return 0.5 }}
}

func TestEvaluate(t *testing.T) {
	for expression, want := range map[string]any{
		`$.name`:                "wine",
		`$['name']`:             "wine",
		`$["odd name"]`:         1.0,
		`$.a\.b`:                2.0,
		`$.nothing`:             nil,
		`$$.Execution.Name`:     "run",
		`$model.uri`:            "s3://m",
		`$.rows[0].id`:          "a",
		`$.rows[-1].id`:         "c",
		`$.rows[*].id`:          []any{"a", "b", "c"},
		`$.rows[0,2].id`:        []any{"a", "c"},
		`$.rows[1:].id`:         []any{"b", "c"},
		`$.rows[-2:].n`:         []any{5.0, 9.0},
		`$.rows[::2].id`:        []any{"a", "c"},
		`$.rows[?(@.n > 2)].id`: []any{"b", "c"},
		`$.rows[?(@.n >= $.number && @.id != 'c')].id`: []any{"b"},
		`$.rows[?(@.tags || @.id == "c")].id`:          []any{"a", "c"},
		`$.rows[?(!(@.tags))].id`:                      []any{"b", "c"},
		`$.rows[?(@.id =~ /[ab]/)].n`:                  []any{1.0, 5.0},
		`$.rows[?(@.id in ['b', 'x'])].n`:              []any{5.0},
		`$..id`:                                        []any{"a", "b", "c"},
		`$.o.*`:                                        []any{1.0},
		`$['o','p'].*`:                                 []any{1.0, 2.0},
		`$.rows[?(@.n > 99)]`:                          []any{},
		`$.rows.length()`:                              3.0,
		`$.rows[*].n.sum()`:                            15.0,
		`States.Array($.name, 'x', 1, true, null)`:     []any{"wine", "x", 1.0, true, nil},
		`States.ArrayPartition($.list, 2)`:             []any{[]any{3.0, 1.0}, []any{3.0}},
		`States.ArrayContains($.list, 1)`:              true,
		`States.ArrayRange(1, 9, 3)`:                   []any{1.0, 4.0, 7.0},
		`States.ArrayGetItem($.list, 1)`:               1.0,
		`States.ArrayLength($.list)`:                   3.0,
		`States.ArrayUnique($.list)`:                   []any{3.0, 1.0},
		`States.Base64Encode($.text)`:                  "YS1i",
		`States.Base64Decode('aGk=')`:                  "hi",
		`States.Hash('a', 'SHA-1')`:                    "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
		`States.JsonMerge($.o, $.p, false)`:            map[string]any{"k": 1.0, "l": 2.0},
		`States.StringToJson($.json)`:                  map[string]any{"k": 1.0},
		`States.JsonToString($.o)`:                     `{"k":1}`,
		`States.MathAdd($.number, 5)`:                  7.0,
		`States.MathRandom(1, 11)`:                     6.0,
		`States.StringSplit($.text, '-')`:              []any{"a", "b"},
		`States.UUID()`:                                "80808080-8080-4080-8080-808080808080",
		`States.Format('{}: \{{}\} \'{}\'', $.name, States.MathAdd(1, 2), $.o)`: `wine: {3} '{"k":1}'`,
	} {
		e, err := jsonpath.ParseExpression(expression)
		require.NoError(t, err, expression)
		got, err := e.Evaluate(data(t))
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}

func TestErrors(t *testing.T) {
	for expression, want := range map[string]string{
		``:                             "character 1: a path, such as $.job.name, or a function, such as States.Format('{}', $.name), is expected",
		`job.name`:                     "character 1: a path, such as $.job.name, or a function, such as States.Format('{}', $.name), is expected",
		`$.`:                           "character 3: the name of a field is missing behind the dot",
		`$.a..`:                        "character 6: the name of a field is missing behind the dot",
		`$.a b`:                        `character 4: " b" does not belong here; the expression has ended before it`,
		`$.a[0`:                        "character 6: the bracket is not closed with ]",
		`$.a[x]`:                       "character 5: a number, a name in quotes, * or ?() is expected between brackets",
		`$['a]`:                        "character 3: the text has no end; close it with '",
		`$.a[?(@.b = 1)]`:              "character 11: the filter is not closed with )",
		`$.a[?@.b]`:                    "character 6: a filter is written like ?(@.price < 10)",
		`$.a.size()`:                   "character 11: size() is no function of a path; use length, min, max, avg, sum, first, last or keys",
		`States.Nothing()`:             "character 1: States.Nothing is no intrinsic function",
		`Format('a')`:                  "character 1: Format is no intrinsic function",
		`States.Format('{}')`:          "character 1: the template of States.Format has 1 places {}, 0 values are given",
		`States.Format()`:              "character 1: States.Format takes at least 1 argument, 0 are given",
		`States.UUID(1)`:               "character 1: States.UUID takes no arguments, 1 are given",
		`States.MathAdd(1)`:            "character 1: States.MathAdd takes 2 arguments, 1 are given",
		`States.MathRandom(1,2,3,4)`:   "character 1: States.MathRandom takes 2 or 3 arguments, 4 are given",
		`States.Hash($.a, 'SHA-3')`:    `character 1: States.Hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not "SHA-3"`,
		`States.JsonMerge($, $, true)`: "character 1: the third argument of States.JsonMerge must be false; fields are merged at the first level only",
		`States.Array('a`:              "character 14: the text has no end; close it with '",
		`States.Array('a\b')`:          `character 16: a backslash stands before ', {, } or \ only`,
		`States.Array(a)`:              "character 14: a value is expected: a path, a text in quotes, a number, true, false or null",
		`States.Array($.a $.b)`:        "character 18: a comma or ) is expected",
		`States.Array($.a`:             "character 17: States.Array( is not closed with )",
	} {
		_, err := jsonpath.ParseExpression(expression)
		require.EqualError(t, err, want, expression)
	}
	for expression, want := range map[string]string{
		`$.missing`:                      "$.missing: the path leads to no value",
		`$.list.name`:                    "$.list.name: the path leads to no value",
		`$other`:                         `the variable "other" has no value`,
		`States.MathAdd($.name, 1)`:      `States.MathAdd: takes numbers, not "wine"`,
		`States.ArrayGetItem($.list, 3)`: "States.ArrayGetItem: 3 is no index of a list of 3",
		`States.StringToJson($.o)`:       `States.StringToJson: takes texts, not {"k":1}`,
		`States.ArrayLength($.o)`:        `States.ArrayLength: takes a list, not {"k":1}`,
	} {
		e, err := jsonpath.ParseExpression(expression)
		require.NoError(t, err, expression)
		_, err = e.Evaluate(data(t))
		require.EqualError(t, err, want, expression)
	}
	_, err := jsonpath.Parse("$.a == 1")
	require.EqualError(t, err, `character 4: " == 1" does not belong into a path`)
}

func TestPath(t *testing.T) {
	for text, reference := range map[string]bool{"$": true, "$.a[0]['b']": true, "$$.Execution": true, "$v.a": true, "$.a[*]": false, "$..a": false, "$.a[0,1]": false, "$.a[0:1]": false, "$.a[?(@.b)]": false} {
		p, err := jsonpath.Parse(text)
		require.NoError(t, err)
		require.Equal(t, reference, p.Reference(), text)
	}
	p, err := jsonpath.Parse("$$.Execution.Input.a[0].b[*].c")
	require.NoError(t, err)
	require.True(t, p.Context)
	require.Equal(t, []string{"Execution", "Input", "a", "b"}, p.Fields())
	e, err := jsonpath.ParseExpression("States.Format('{}{}', $model.uri, States.Array($.a, 1))")
	require.NoError(t, err)
	require.Len(t, e.Paths(), 2)
	require.Equal(t, "model", e.Paths()[0].Variable)
}

func TestPut(t *testing.T) {
	put := func(path string, into any) (any, error) {
		p, err := jsonpath.Parse(path)
		require.NoError(t, err)
		return p.Put(into, 6.0)
	}
	given := map[string]any{"a": map[string]any{"b": 1.0}, "l": []any{1.0}}
	got, err := put("$.a.c.d", given)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": map[string]any{"b": 1.0, "c": map[string]any{"d": 6.0}}, "l": []any{1.0}}, got)
	got, err = put("$.l[0]", given)
	require.NoError(t, err)
	require.Equal(t, []any{6.0}, got.(map[string]any)["l"])
	require.Equal(t, []any{1.0}, given["l"], "the data is not changed")
	got, err = put("$", given)
	require.NoError(t, err)
	require.Equal(t, 6.0, got)
	_, err = put("$.x", "text")
	require.EqualError(t, err, "x cannot be put into what is no object")
	_, err = put("$.a[*]", given)
	require.EqualError(t, err, "$.a[*] does not name one place in the input")
}

func FuzzParseExpression(f *testing.F) {
	for _, each := range []string{"$.a[?(@.b > 1)]", "States.Format('{}', $.a)", "$$['x'][0:1]", "$v..*"} {
		f.Add(each)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := jsonpath.ParseExpression(text); err == nil {
			_, _ = e.Evaluate(jsonpath.Data{Input: map[string]any{"a": []any{map[string]any{"b": 2.0}}}})
		}
	})
}
