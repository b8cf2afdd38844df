// Package gotext writes values as people write them in Go.
package gotext

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Quote is a text in backquotes where that is easier to read.
func Quote(s string) string {
	if strings.ContainsAny(s, `"\`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// Duration is the largest unit that divides it, times a number: time.Hour or 90 * time.Second. Below a second it is nanoseconds.
func Duration(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "time.Hour"}, {time.Minute, "time.Minute"}, {time.Second, "time.Second"}} {
		if d == unit.size {
			return unit.name
		} else if d%unit.size == 0 {
			return fmt.Sprintf("%d * %s", d/unit.size, unit.name)
		}
	}
	return strconv.FormatInt(int64(d), 10)
}
