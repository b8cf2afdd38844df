package jsonata

import (
	"cmp"
	"math"
	"slices"
)

func (r *run) binary(n *Node, input any, f *frame) any {
	left := r.evaluate(n.Left, input, f)
	switch n.Text {
	case "and":
		return truth(left) && truth(r.evaluate(n.Right, input, f))
	case "or":
		return truth(left) || truth(r.evaluate(n.Right, input, f))
	}
	right := r.evaluate(n.Right, input, f)
	switch n.Text {
	case "=":
		return left != nil && right != nil && equal(left, right)
	case "!=":
		return left != nil && right != nil && !equal(left, right)
	case "<", "<=", ">", ">=":
		return comparison(n.Text, left, right)
	case "&":
		return textOf(left) + textOf(right)
	case "in":
		return left != nil && right != nil && slices.ContainsFunc(itemsOf(right), func(each any) bool { return equal(left, each) })
	case "..":
		return integers(left, right)
	}
	return arithmetic(n.Text, left, right)
}

func arithmetic(operator string, left, right any) any {
	a, leftOK := left.(float64)
	b, rightOK := right.(float64)
	switch {
	case left != nil && !leftOK:
		wrongf("the left side of %s must be a number", operator)
	case right != nil && !rightOK:
		wrongf("the right side of %s must be a number", operator)
	case left == nil || right == nil:
		return nil
	}
	switch operator {
	case "+":
		return finite(a + b)
	case "-":
		return finite(a - b)
	case "*":
		return finite(a * b)
	case "/":
		return finite(a / b)
	}
	return finite(math.Mod(a, b))
}

func isOrdered(v any) bool {
	switch v.(type) {
	case float64, string:
		return true
	}
	return false
}

// compare is the order of two numbers or two texts.
func compare(a, b any) int {
	if a, ok := a.(float64); ok {
		return cmp.Compare(a, b.(float64))
	}
	return cmp.Compare(a.(string), b.(string))
}

func comparison(operator string, left, right any) any {
	switch {
	case left != nil && !isOrdered(left) || right != nil && !isOrdered(right):
		wrongf("%s compares numbers or texts", operator)
	case left == nil || right == nil:
		return nil
	case letter(left) != letter(right):
		wrongf("%s compares two numbers or two texts, not one with the other", operator)
	}
	order := compare(left, right)
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

const maxRange = 10_000_000

// integers are the whole numbers from the left to the right.
func integers(left, right any) any {
	for _, each := range []any{left, right} {
		if n, ok := each.(float64); each != nil && (!ok || n != math.Trunc(n)) {
			wrong("both sides of .. must be whole numbers")
		}
	}
	if left == nil || right == nil || left.(float64) > right.(float64) {
		return nil
	}
	first, last := left.(float64), right.(float64)
	if last-first >= maxRange {
		wrong("the range of .. has more than 10 million numbers")
	}
	out := sequence()
	for n := first; n <= last; n++ {
		out.items = append(out.items, n)
	}
	return out
}
