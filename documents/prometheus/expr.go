package prometheus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// The parts of an expression that CheckExpr tells apart: what is in quotes, comments, numbers with durations, words, the rest one by one.
var exprPattern = lazyregexp.New("(?s)\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)*'|`[^`]*`|#[^\n]*|[0-9][0-9A-Za-z_.]*|[A-Za-z_:][A-Za-z0-9_:]*|\\S")

// Words that stand between others. https://prometheus.io/docs/prometheus/latest/querying/operators/
var exprWords = []string{"and", "or", "unless", "atan2", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "fill", "fill_left", "fill_right", "anchored", "smoothed"}

var closes = map[string]string{")": "(", "]": "[", "}": "{"}

// CheckExpr reports an expression that cannot be PromQL: quotes and brackets that do not fit, two names side by side, an end in the middle.
// Whether it is right in all else, Prometheus says.
func CheckExpr(expr string) error {
	var open []string
	last := ""
	for _, part := range exprPattern.FindAllString(expr, -1) {
		word := isExprName(part)
		switch {
		case strings.HasPrefix(part, "#"):
			continue
		case strings.ContainsAny(part, "\"'`") && len(part) == 1:
			return fmt.Errorf("%q has a %s that does not end; close it", expr, part)
		case part == "(" || part == "[" || part == "{":
			open = append(open, part)
		case closes[part] != "":
			if len(open) == 0 || open[len(open)-1] != closes[part] {
				return fmt.Errorf("%q has a %s without its %s; write both", expr, part, closes[part])
			}
			open = open[:len(open)-1]
		case word && isExprName(last):
			return fmt.Errorf("%q has %s and %s side by side; write an operator between them", expr, last, part)
		}
		last = part
	}
	switch {
	case len(open) > 0:
		return fmt.Errorf("%q has a %s that does not end; close it", expr, open[len(open)-1])
	case last == "":
		return fmt.Errorf("%q says nothing; write an expression of PromQL", expr)
	case len(last) == 1 && strings.Contains("+-*/%^=<>!~,", last):
		return fmt.Errorf("%q ends with %s; write what follows", expr, last)
	}
	return nil
}

func isExprName(part string) bool {
	return part != "" && (part[0] == '_' || part[0] == ':' || part[0]|0x20 >= 'a' && part[0]|0x20 <= 'z') && !slices.Contains(exprWords, strings.ToLower(part))
}
