package jsonata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/jsonata"
)

func TestReferences(t *testing.T) {
	for expression, want := range map[string]string{
		`$states.input.a.b`:            "states.input.a.b",
		`$states.input.a[0].b`:         "states.input.a",
		`$states[0].input`:             "states",
		`$x & $y[z = $.w].v`:           "x, y",
		`$`:                            "document $",
		`$.total`:                      "document $",
		`$$.total`:                     "document $$",
		`total`:                        "document total",
		`$order[$.total > 10]`:         "order",
		`$order[total > $least]`:       "order, least",
		`$order.(total * $rate)`:       "order, rate",
		`$sum($order.total)`:           "sum(1), order.total",
		`{"a": b}`:                     "document b",
		`$x.{"a": b}`:                  "x",
		`$x{a: $sum(b)}`:               "x, sum(1)",
		`$x^(>a, $y)`:                  "x, y",
		`($a := 1; $b := $a + $c; $b)`: "c",
		`($f := function($n) { $n = 0 ? 1 : $n * $f($n - 1) }; $f(5))`: "",
		`$map($list, function($v, $i) { $v.a + $i + $z })`:             "map(2), list, z",
		`$list ~> $filter(function($v) { $v > 1 }) ~> $count`:          "list, filter(2), count(1)",
		`$reduce([1..5], function($i, $j) { $i * $j })`:                "reduce(2)",
		`$books@$b#$i.($b.title & $i & $loans[book = $b.id].name)`:     "books, loans",
		`$append($states.result.*, $parse($states.input.text))`:        "append(2), states.result, parse(1), states.input.text",
		`$pad(?, 5)`:                         "pad(2)",
		`$x ~> |a|{"b": c, "d": $e}, ["f"]|`: "x, e",
		`$x[0][a = $i].b[$j]`:                "x, i, j",
		`$uuid()[$k]`:                        "uuid(0), k",
		`**.a`:                               "document **",
	} {
		e, err := jsonata.Parse(expression)
		require.NoError(t, err, expression)
		var found []string
		for _, r := range e.References() {
			switch {
			case r.Document != "":
				found = append(found, "document "+r.Document)
			case r.Called:
				found = append(found, fmt.Sprintf("%s(%d)", r.Name, r.Arguments))
			default:
				found = append(found, strings.Join(append([]string{r.Name}, r.Fields...), "."))
			}
		}
		require.Equal(t, want, strings.Join(found, ", "), expression)
	}
}
