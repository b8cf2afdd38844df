package jsonata_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonata"
)

func TestSyntaxErrors(t *testing.T) {
	for expression, want := range map[string]string{
		``:                       "character 1: the expression is not complete",
		`1 +`:                    "character 4: the expression is not complete",
		`1 2`:                    `character 3: 2 does not belong here; the expression has ended before it`,
		`$a $b`:                  `character 4: "$b" does not belong here; the expression has ended before it`,
		`a ?? b`:                 `character 4: "?" cannot begin an expression`,
		`(1`:                     `character 3: ")" is expected, not the end`,
		`[1, 2`:                  `character 6: "]" is expected, not the end`,
		`{"a" 1}`:                `character 6: ":" is expected, not 1`,
		`'it''s'`:                `character 5: "s" does not belong here; the expression has ended before it`,
		`"open`:                  `character 1: the text has no end; close it with "`,
		"`open":                  "character 1: the name in backquotes has no end; close it with `",
		`"\x"`:                   `character 2: \x is no escape in a text; use \", \\, \/, \b, \f, \n, \r, \t or \u0000`,
		`"\u12"`:                 `character 2: \u needs four hexadecimal digits, not "12\""`,
		`1e999`:                  "character 1: 1e999 is out of range for a number",
		`/* open`:                "character 1: the comment has no end; close it with */",
		`$f(//)`:                 "character 4: the regular expression is empty",
		`$f(/a)`:                 "character 4: the regular expression has no end; close it with /",
		`1 := 2`:                 "character 1: only a variable can stand on the left of :=",
		`a@b`:                    "character 3: only a variable can stand on the right of @",
		`a[0]@$b`:                "character 5: @ must stand before the predicates of its step",
		`a^(b)@$c`:               "character 6: @ must stand before the order-by of its step",
		`a.1`:                    "character 3: 1 cannot be a step of a path; write names of fields",
		`a{b: c}{d: e}`:          "character 8: a group cannot be grouped again",
		`[1]{"a": b}[0]`:         "character 12: a predicate cannot follow a group; filter before grouping",
		`function(x) { 1 }`:      "character 10: parameters of a function are variables, such as $x",
		`function($x)<n { $x }`:  "character 13: the signature of the function has no end; close it with >",
		`function($x)<n<s>> {1}`: "character 13: only lists and functions have parameters of a type, in the signature <n<s>>",
		`%`:                      "character 1: % has no object around it here",
		`$x = 'a" & 1`:           "character 6: the text has no end; close it with '",
		strings.Repeat("(", 600): "character 501: the expression is nested too deep; split it",
	} {
		_, err := jsonata.Parse(expression)
		require.EqualError(t, err, want, expression)
	}
}

func TestTree(t *testing.T) {
	e, err := jsonata.Parse(" $f(a.b[0], 2) ")
	require.NoError(t, err)
	require.Equal(t, " $f(a.b[0], 2) ", e.String())
	root := e.Root()
	require.Equal(t, jsonata.Call, root.Kind)
	require.Equal(t, "f", root.Left.Text)
	require.Len(t, root.Items, 2)
	path := root.Items[0]
	require.Equal(t, jsonata.Path, path.Kind)
	require.Equal(t, []string{"a", "b"}, []string{path.Items[0].Text, path.Items[1].Text})
	require.Equal(t, 6, path.Items[1].Position)
	require.Zero(t, path.Items[1].Stages[0].Filter.Number)
	require.Equal(t, 2.0, root.Items[1].Number)
	children := path.Children()
	require.False(t, children[0].Inner)
	require.True(t, children[1].Inner)
}

// FuzzParse holds that no text crashes the parser, and that what it accepts can be looked at.
func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/expressions.txt")
	require.NoError(f, err)
	for _, each := range strings.Split(string(text), "\n") {
		f.Add(each)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := jsonata.Parse(text); err == nil {
			e.References()
		} else if problem, ok := err.(*jsonata.Error); !ok || problem.Position < 0 || problem.Position > len(text) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
