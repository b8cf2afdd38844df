package scheduleexpression

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A cronField is one of the six fields.
type cronField struct {
	name     string
	min, max int
	// names stand for numbers from min on.
	names []string
	// special are the forms that only this field has.
	special *lazyregexp.Regexp
	// steps says whether a/b is allowed.
	steps bool
}

var cronFields = []cronField{
	{name: "minutes", min: 0, max: 59, steps: true},
	{name: "hours", min: 0, max: 23, steps: true},
	{name: "day of month", min: 1, max: 31, special: lazyregexp.New(`^(\?|L|([1-9]|[12][0-9]|3[01])W)$`), steps: true},
	{name: "month", min: 1, max: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}, steps: true},
	{name: "day of week", min: 1, max: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
		special: lazyregexp.New(`^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$`)},
	{name: "year", min: 1970, max: 2199, steps: true},
}

func (f cronField) validate(text string) error {
	if text == "*" || f.special != nil && f.special.MatchString(text) {
		return nil
	}
	for _, item := range strings.Split(text, ",") {
		if err := f.item(item); err != nil {
			return err
		}
	}
	return nil
}

// item checks one of the values between commas: a number or name, a range, or one of these with a step.
func (f cronField) item(text string) error {
	span, step, stepped := strings.Cut(text, "/")
	if stepped {
		if !f.steps {
			return fmt.Errorf("%s %q has a step, which is not allowed there; list the days", f.name, text)
		}
		if n, err := strconv.Atoi(step); err != nil || n < 1 {
			return fmt.Errorf("%s %q has the step %q; use a number from 1", f.name, text, step)
		}
	}
	if span == "*" && stepped {
		return nil
	}
	from, to, ranged := strings.Cut(span, "-")
	low, err := f.number(from)
	if err != nil {
		return err
	}
	if !ranged {
		return nil
	}
	high, err := f.number(to)
	if err != nil {
		return err
	}
	if low > high {
		return fmt.Errorf("%s %q goes backwards; write the lower value first", f.name, text)
	}
	return nil
}

func (f cronField) number(text string) (int, error) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.min + i, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.min || n > f.max {
		allowed := fmt.Sprintf("%d to %d", f.min, f.max)
		if len(f.names) > 0 {
			allowed += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
		}
		return 0, fmt.Errorf("%s %q is not allowed; use %s", f.name, text, allowed)
	}
	return n, nil
}

// values are those that a valid field stands for.
func (f cronField) values(text string) []int {
	var out []int
	for _, item := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		low, high := f.min, f.max
		if span != "*" {
			from, to, ranged := strings.Cut(span, "-")
			low, _ = f.number(from)
			if ranged {
				high, _ = f.number(to)
			} else if !stepped {
				high = low
			}
		}
		by := 1
		if stepped {
			by, _ = strconv.Atoi(step)
		}
		for n := low; n <= high; n += by {
			out = append(out, n)
		}
	}
	return out
}

// lowest is the least value of a valid field, and the field's minimum for its special forms.
func (f cronField) lowest(text string) int {
	if f.special != nil && f.special.MatchString(text) {
		return f.min
	}
	return slices.Min(f.values(text))
}
