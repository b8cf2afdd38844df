package sagemaker

import (
	"fmt"
	"strings"
	"time"
)

// A NumberLimit is what a number may be, both ends included.
type NumberLimit struct {
	// Min and Max are the ends. Max 0 is no end.
	Min, Max int
}

// Check says what is wrong with a number, and "" if nothing is.
func (l NumberLimit) Check(n int) string {
	switch {
	case l.Max > 0 && (n < l.Min || n > l.Max):
		return fmt.Sprintf("%d is out of range; use %d to %d", n, l.Min, l.Max)
	case n < l.Min:
		return fmt.Sprintf("%d is too small; use %d or more", n, l.Min)
	}
	return ""
}

// A TimeLimit is how long something may take, in whole seconds and with both ends included.
type TimeLimit struct{ Min, Max time.Duration }

// Check says what is wrong with a time, and "" if nothing is.
func (l TimeLimit) Check(d time.Duration) string {
	if d < l.Min || d > l.Max || d%time.Second != 0 {
		return fmt.Sprintf("%s is out of range; use %s to %s in whole seconds", d, short(l.Min), short(l.Max))
	}
	return ""
}

// short is the time without minutes and seconds that are none: 24h for 24h0m0s.
func short(d time.Duration) string {
	text := d.String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, none) {
			text = text[:len(text)-2]
		}
	}
	return text
}
