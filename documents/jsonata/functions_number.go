package jsonata

import (
	"math"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// The functions on numbers. https://docs.jsonata.org/2.0.0/numeric-functions
var numberFunctions = map[string]definition{
	"number":  {"<(nsb)-:n>", unlessMissing(toNumber)},
	"abs":     {"<n-:n>", unlessMissing(func(_ *call, a []any) any { return math.Abs(a[0].(float64)) })},
	"floor":   {"<n-:n>", unlessMissing(func(_ *call, a []any) any { return math.Floor(a[0].(float64)) })},
	"ceil":    {"<n-:n>", unlessMissing(func(_ *call, a []any) any { return math.Ceil(a[0].(float64)) })},
	"round":   {"<n-n?:n>", unlessMissing(func(_ *call, a []any) any { return rounded(a[0].(float64), int(numberArgument(a, 1, 0))) })},
	"power":   {"<n-n:n>", unlessMissing(func(_ *call, a []any) any { return finite(math.Pow(a[0].(float64), numberArgument(a, 1, 0))) })},
	"sqrt":    {"<n-:n>", unlessMissing(squareRoot)},
	"random":  {"<n?:n>", random},
	"sum":     {"<a<n>:n>", unlessMissing(func(_ *call, a []any) any { return total(itemsOf(a[0])) })},
	"max":     {"<a<n>:n>", unlessMissing(func(_ *call, a []any) any { return extreme(itemsOf(a[0]), math.Max) })},
	"min":     {"<a<n>:n>", unlessMissing(func(_ *call, a []any) any { return extreme(itemsOf(a[0]), math.Min) })},
	"average": {"<a<n>:n>", unlessMissing(average)},
	"formatBase": {"<n-n?:s>", unlessMissing(func(_ *call, a []any) any {
		base := rounded(numberArgument(a, 1, 10), 0)
		if base < 2 || base > 36 {
			wrong("the base of $formatBase must be 2 to 36")
		}
		return strconv.FormatInt(int64(rounded(a[0].(float64), 0)), int(base))
	})},
	"formatNumber":  {"<n-so?:s>", unlessMissing(formatNumber)},
	"formatInteger": {"<n-s:s>", unlessMissing(func(_ *call, a []any) any { return formatInteger(a[0].(float64), textArgument(a, 1, "")) })},
	"parseInteger":  {"<s-s:n>", unlessMissing(func(_ *call, a []any) any { return parseInteger(a[0].(string), textArgument(a, 1, "")) })},
}

var numberText10 = lazyregexp.New(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)

func toNumber(_ *call, a []any) any {
	switch v := a[0].(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1.0
		}
		return 0.0
	case string:
		if numberText10.MatchString(v) {
			if n, err := strconv.ParseFloat(v, 64); err == nil {
				return finite(n)
			}
		}
		if len(v) > 2 && v[0] == '0' && strings.IndexByte("xXoObB", v[1]) >= 0 {
			if n, err := strconv.ParseUint(v, 0, 64); err == nil && !strings.Contains(v, "_") {
				return float64(n)
			}
		}
		wrongf("%q is no number", v)
	}
	wrong("this cannot be a number")
	return nil
}

// rounded is the number at so many digits behind the point, halves to the even one.
func rounded(n float64, digits int) float64 {
	return shift(math.RoundToEven(shift(n, digits)), -digits) + 0 // no negative zero
}

// shift moves the point, in decimal digits, so that no error comes in.
func shift(n float64, digits int) float64 {
	if digits == 0 {
		return n
	}
	text := strconv.FormatFloat(n, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	e, _ := strconv.Atoi(exponent)
	out, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(e+digits), 64)
	return out
}

func squareRoot(_ *call, a []any) any {
	n := a[0].(float64)
	if n < 0 {
		wrong("a negative number has no square root")
	}
	return math.Sqrt(n)
}

// random is a number from 0 up to, but not including, 1. The same seed gives the same number.
func random(c *call, a []any) any {
	if seed, given := at(a, 0).(float64); given {
		return seeded(seed)
	}
	return c.run.random()
}

func total(items []any) float64 {
	sum := 0.0
	for _, each := range items {
		sum += each.(float64)
	}
	return finite(sum)
}

func extreme(items []any, of func(a, b float64) float64) any {
	if len(items) == 0 {
		return nil
	}
	out := items[0].(float64)
	for _, each := range items {
		out = of(out, each.(float64))
	}
	return out
}

func average(_ *call, a []any) any {
	items := itemsOf(a[0])
	if len(items) == 0 {
		return nil
	}
	return total(items) / float64(len(items))
}
