// Package conformance holds documents/jsonata against the test suite of the reference implementation, which the Go module
// gnata carries with it, and against gnata itself, another implementation. It is a module of its own because gnata is needed
// for nothing else.
package conformance

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/recolabs/gnata"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonata"
)

// A suiteCase is a case of the suite. https://github.com/jsonata-js/jsonata/tree/master/test
type suiteCase struct {
	Expr            string
	ExprFile        string `json:"expr-file"`
	Data            json.RawMessage
	Dataset         *string
	Bindings        map[string]any
	Result          any
	UndefinedResult bool
	Unordered       bool
	Code            string
	Error           map[string]any
	name            string
}

// later are operators that came after the version that Step Functions has.
var later = regexp.MustCompile(`\?\?|\?:`)

// different are cases of gnata's own, or that it changed, in which the reference (npm jsonata 2.0.6) does as we do.
var different = map[string]string{
	"function-match/case000":  "gnata has start and end where the reference has index",
	"function-match/case001":  "gnata has start and end where the reference has index",
	"function-match/case002":  "gnata has start and end where the reference has index",
	"function-split/case016":  "a number is no text: the reference fails",
	"function-split/case017":  "a number is no text: the reference fails",
	"function-string/case030": "the reference writes 15 digits of a number",
	"tail-recursion/case002":  "the limit of the depth is the suite's own",
}

func suite(t *testing.T) (folder string, cases []suiteCase) {
	t.Helper()
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/recolabs/gnata").Output()
	require.NoError(t, err)
	folder = filepath.Join(strings.TrimSpace(string(output)), "testdata")
	files, err := filepath.Glob(filepath.Join(folder, "groups", "*", "*.json"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var list []suiteCase
		if json.Unmarshal(text, &list) != nil {
			var one suiteCase
			require.NoError(t, json.Unmarshal(text, &one), file)
			list = []suiteCase{one}
		}
		for _, c := range list {
			if c.ExprFile != "" {
				text, err := os.ReadFile(filepath.Join(filepath.Dir(file), c.ExprFile))
				require.NoError(t, err)
				c.Expr = string(text)
			}
			c.name = filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".json")
			cases = append(cases, c)
		}
	}
	require.Greater(t, len(cases), 1500)
	return folder, cases
}

func (c suiteCase) input(t *testing.T, folder string) any {
	t.Helper()
	if c.Dataset == nil {
		if c.Data == nil {
			return nil
		}
		return c.Data
	}
	text, err := os.ReadFile(filepath.Join(folder, "datasets", *c.Dataset+".json"))
	require.NoError(t, err)
	return json.RawMessage(text)
}

// TestSuite runs every case: what the reference refuses to parse must be refused, and everything else have the same outcome.
func TestSuite(t *testing.T) {
	folder, cases := suite(t)
	var run, syntax, outside int
	for i, c := range cases {
		if different[c.name] != "" {
			continue
		}
		if later.MatchString(c.Expr) || strings.Contains(c.Expr, "$eval") {
			outside++
			continue
		}
		if testing.Short() && (c.name == "range-operator/case021" || c.name == "range-operator/case024") {
			continue // ten million numbers
		}
		t.Run(c.name, func(t *testing.T) {
			expression, err := jsonata.Parse(c.Expr)
			if strings.HasPrefix(c.Code, "S") {
				syntax++
				require.Error(t, err, "%d: %s", i, c.Expr)
				return
			}
			require.NoError(t, err, c.Expr)
			run++
			value, err := expression.Evaluate(c.input(t, folder), jsonata.Settings{Variables: c.Bindings})
			switch {
			case c.Code != "" || c.Error != nil:
				require.Error(t, err, c.Expr)
				require.NotErrorIs(t, err, jsonata.ErrUndefined, c.Expr)
			case c.UndefinedResult:
				require.ErrorIs(t, err, jsonata.ErrUndefined, "%s: %v", c.Expr, value)
			case err != nil && errors.Is(err, jsonata.ErrUndefined):
				require.Nil(t, c.Result, c.Expr)
			default:
				require.NoError(t, err, c.Expr)
				if c.Unordered {
					require.ElementsMatch(t, c.Result, value, c.Expr)
					return
				}
				require.True(t, same(c.Result, value), "%s\nwant %v\ngot  %v", c.Expr, c.Result, value)
			}
		})
	}
	t.Logf("%d cases: %d evaluated, %d refused by the parser, %d of later versions, %d different on purpose", len(cases), run, syntax, outside, len(different))
}

// same compares values, numbers with 15 digits.
func same(want, got any) bool {
	switch want := want.(type) {
	case []any:
		got, ok := got.([]any)
		if !ok || len(want) != len(got) {
			return false
		}
		for i := range want {
			if !same(want[i], got[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(want) != len(got) {
			return false
		}
		for key := range want {
			other, known := got[key]
			if !known || !same(want[key], other) {
				return false
			}
		}
		return true
	case float64:
		got, ok := got.(float64)
		return ok && math.Abs(want-got) <= 1e-13*math.Max(math.Abs(want), 1)
	}
	return want == got
}

// TestParsersAgree compares which expressions are accepted with the other implementation.
func TestParsersAgree(t *testing.T) {
	_, cases := suite(t)
	for _, c := range cases {
		if later.MatchString(c.Expr) || strings.HasPrefix(c.Code, "S") { // those of the reference are looked at by TestSuite
			continue
		}
		_, ours := jsonata.Parse(c.Expr)
		_, theirs := gnata.Compile(c.Expr)
		require.Equal(t, theirs == nil, ours == nil, "%s: %v, %v", c.Expr, ours, theirs)
	}
}
