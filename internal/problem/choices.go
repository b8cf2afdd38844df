package problem

import "strings"

// Choices lists values for a message: a, b or c.
func Choices[T ~string](values []T) string {
	var out strings.Builder
	for i, value := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			out.WriteString(" or ")
		default:
			out.WriteString(", ")
		}
		out.WriteString(string(value))
	}
	return out.String()
}
