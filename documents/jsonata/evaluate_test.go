package jsonata_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonata"
)

func Example() {
	expression, err := jsonata.Parse(`$states.input.models[metrics.f1 >= $least]^(>metrics.f1)[0].name`)
	if err != nil {
		panic(err)
	}
	for _, reference := range expression.References() {
		fmt.Println(reference.Name, reference.Fields)
	}
	value, err := expression.Evaluate(nil, jsonata.Settings{Variables: map[string]any{
		"least": 0.8,
		"states": map[string]any{"input": json.RawMessage(`{"models": [
			{"name": "a", "metrics": {"f1": 0.7}}, {"name": "b", "metrics": {"f1": 0.9}}, {"name": "c", "metrics": {"f1": 0.85}}]}`)},
	}})
	fmt.Println(value, err)
	// Output:
	// states [input models]
	// least []
	// b <nil>
}

func evaluate(t *testing.T, text string) (any, error) {
	t.Helper()
	e, err := jsonata.Parse(text)
	require.NoError(t, err, text)
	random := 0.0
	return e.Evaluate(map[string]any{"list": []any{1, 2.5}, "raw": json.RawMessage(`{"z": 1, "a": 2}`)}, jsonata.Settings{
		Variables: map[string]any{"x": int64(7), "when": time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), "nothing": nil},
		Now:       time.Date(2026, 11, 29, 21, 0, 0, 5e6, time.UTC),
		Random:    func() float64 { random += 0.125; return random - math.Floor(random) },
	})
}

// TestStepFunctions are the functions that Step Functions adds, and what Go gives to an expression.
func TestStepFunctions(t *testing.T) {
	for expression, want := range map[string]any{
		`$partition([1, 2, 3, 4, 5], 2)`: []any{[]any{1.0, 2.0}, []any{3.0, 4.0}, []any{5.0}},
		`$range(0, 10, 5)`:               []any{0.0, 5.0, 10.0},
		`$range(3, 1, -1)`:               []any{3.0, 2.0, 1.0},
		`$range(1, 1.4, 0.2)`:            []any{1.0, 1.2, 1.4},
		`$hash("a", "MD5")`:              "0cc175b9c0f1b6a831c399e269772661",
		`$hash("a", "SHA-1")`:            "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
		`$length($hash("a", "SHA-256")) + $length($hash("a", "SHA-384")) + $length($hash("a", "SHA-512"))`: 288.0,
		`$random()`:                           0.125,
		`$random(5) = $random(5)`:             true,
		`$random(5) = $random(6)`:             false,
		`$uuid()`:                             "20406080-a0c0-4000-a040-6080a0c0e000",
		`$parse('{"b": [1, null]}')`:          map[string]any{"b": []any{1.0, nil}},
		`$parse('{"b": 1, "a": 2}') ~> $keys`: []any{"b", "a"},
		`$keys(raw)`:                          []any{"z", "a"},
		`list[1] * $x`:                        17.5,
		`$substring($when, 0, 10)`:            "2026-01-02",
		`$nothing`:                            nil,
		`$now()`:                              "2026-11-29T21:00:00.005Z",
		`$now('[Y]-[M01]-[D01] [H01]:[m01]', '+0130')`: "2026-11-29 22:30",
		`$millis()`: float64(time.Date(2026, 11, 29, 21, 0, 0, 5e6, time.UTC).UnixMilli()),
		`$toMillis("21:30", "[H01]:[m01]") - $millis()`: 1799995.0,
		`$shuffle([1, 2, 3])`:                           []any{2.0, 3.0, 1.0},
		`$sum`:                                          nil,
	} {
		got, err := evaluate(t, expression)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}

func TestEvaluationErrors(t *testing.T) {
	for expression, want := range map[string]string{
		`missing`:                           "the expression has no value",
		`1 / 0`:                             "the number is out of range",
		`"a" + 1`:                           "the left side of + must be a number",
		`1 < "a"`:                           "< compares two numbers or two texts, not one with the other",
		`-"a"`:                              "only a number can be negated",
		`$error("my own")`:                  "my own",
		`$length(5)`:                        "$length does not take these arguments; its signature is <s-:n>",
		`$sum(["a"])`:                       "$sum takes a list of one type only, which is not given",
		`sum([1])`:                          "sum is no function; did you mean $sum?",
		`$none(1)`:                          "$none is no function",
		`$eval("1")`:                        "$eval is no function",
		`$hash("a", "SHA-3")`:               `$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not "SHA-3"`,
		`$hash("a")`:                        "$hash does not take these arguments; its signature is <ss:s>",
		`$partition([1], 0)`:                "$partition makes lists of at least one value",
		`$range(1, 2, 0)`:                   "$range needs a first and a last number, and a step that is not 0",
		`$range(1, 1e9, 1)`:                 "$range makes more than 10 million numbers",
		`[1..1e9]`:                          "the range of .. has more than 10 million numbers",
		`$parse("{")`:                       "$parse: EOF",
		`$contains("a", /(?=a)/)`:           "the regular expression /(?=a)/ cannot be evaluated here: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
		`($f := function() { $f() }; $f())`: "the expression calls itself too often; end the recursion",
		`{"a": 1, "a": 2}`:                  `the key "a" is given by two expressions of one object`,
		`$toMillis("yesterday")`:            `"yesterday" is no moment; write it like 2026-01-02T15:04:05Z, or give a picture`,
		`$pad("a", 1e9)`:                    "$pad makes a text of more than 10 million characters",
	} {
		_, err := evaluate(t, expression)
		require.EqualError(t, err, want, expression)
	}
	_, err := evaluate(t, "missing")
	require.ErrorIs(t, err, jsonata.ErrUndefined)
	e, err := jsonata.Parse("1")
	require.NoError(t, err)
	_, err = e.Evaluate(make(chan int), jsonata.Settings{})
	require.EqualError(t, err, "input: json: unsupported type: chan int")
}

// TestDataIsNotChanged evaluates twice on the same data, with everything that changes copies.
func TestDataIsNotChanged(t *testing.T) {
	e, err := jsonata.Parse(`{"sorted": $states.rows^(a), "changed": $states ~> |rows|{"a": 0}|, "kept": $states.rows[a = 1][], "more": $append($states.rows, 5)}`)
	require.NoError(t, err)
	settings := jsonata.Settings{Variables: map[string]any{"states": map[string]any{"rows": []any{map[string]any{"a": 2}, map[string]any{"a": 1}}}}}
	first, err := e.Evaluate(nil, settings)
	require.NoError(t, err)
	second, err := e.Evaluate(nil, settings)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, []any{map[string]any{"a": 1.0}}, first.(map[string]any)["kept"])
}

func TestFunctions(t *testing.T) {
	all := jsonata.Functions()
	require.Len(t, all, 69)
	byName := map[string]jsonata.Function{}
	for _, each := range all {
		byName[each.Name] = each
	}
	require.Equal(t, jsonata.Function{Name: "substring", Least: 1, Most: 3}, byName["substring"])
	require.Equal(t, jsonata.Function{Name: "zip", Least: 1, Most: -1}, byName["zip"])
	require.Equal(t, jsonata.Function{Name: "hash", Least: 2, Most: 2}, byName["hash"])
	require.NotContains(t, byName, "eval")
	require.True(t, slices.IsSortedFunc(all, func(a, b jsonata.Function) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	}))
}
