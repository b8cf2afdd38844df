package stacks

import "strings"

// snake turns a name into part of an output's name.
func snake(name string) string { return strings.ReplaceAll(name, "-", "_") }
