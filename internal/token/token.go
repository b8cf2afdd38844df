// Package token tells values that only Terraform knows from values that can be checked now. It is pure Go, because
// documents need it too.
package token

import (
	"slices"
	"strings"
)

// Is reports whether value is, or contains, an unresolved CDKTF token or a Terraform expression.
func Is(value string) bool { return strings.Contains(value, "${") || strings.Contains(value, "#{") }

// Any reports whether one of the values is a token.
func Any(values []string) bool {
	return slices.ContainsFunc(values, Is)
}
