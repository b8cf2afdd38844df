// Package shell writes values for shells that follow POSIX.
package shell

import "strings"

// Quote writes a word so that the shell leaves it as it is. Words without a meaning for the shell stay bare, which is how
// people write them.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
func Quote(word string) string {
	special := func(c rune) bool {
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_./%@:+,=-", c)
		return !plain
	}
	if word != "" && strings.IndexFunc(word, special) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
