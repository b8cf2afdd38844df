package stacks

import "strings"

// planRole and applyRole are the names of the roles that GitHub Actions assumes. They stand in trust policies of other
// accounts, which is why they are known before the roles are made.
func planRole(prefix string) string  { return prefix + "-github-plan" }
func applyRole(prefix string) string { return prefix + "-github-apply" }

// snake turns a name into part of an output's name.
func snake(name string) string { return strings.ReplaceAll(name, "-", "_") }
