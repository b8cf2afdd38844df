package jsonata

import (
	"math"
	"strconv"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// The functions on moments. https://docs.jsonata.org/2.0.0/date-time-functions
var timeFunctions = map[string]definition{
	"now": {"<s?s?:s>", func(c *call, a []any) any {
		return writtenMoment(float64(c.run.now.UnixMilli()), a)
	}},
	"millis":     {"<:n>", func(c *call, _ []any) any { return float64(c.run.now.UnixMilli()) }},
	"fromMillis": {"<n-s?s?:s>", unlessMissing(func(_ *call, a []any) any { return writtenMoment(a[0].(float64), a[1:]) })},
	"toMillis":   {"<s-s?:n>", unlessMissing(toMillis)},
}

var leadingInteger = lazyregexp.New(`^[-+]?[0-9]+`)

// writtenMoment takes a picture and an offset from UTC, such as -0500.
func writtenMoment(millis float64, a []any) any {
	picture := parseTimePicture(textArgument(a, 0, isoPicture))
	offset, _ := strconv.Atoi(leadingInteger.FindString(textArgument(a, 1, "0")))
	hours := int(math.Floor(float64(offset) / 100))
	shifted := time.UnixMilli(int64(millis)).UTC().Add(time.Duration(60*hours+offset%100) * time.Minute)
	return picture.write(shifted, offset)
}

var isoPattern = lazyregexp.New(`^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)

func toMillis(c *call, a []any) any {
	text := a[0].(string)
	if picture, given := at(a, 1).(string); given {
		if millis, ok := parseTimePicture(picture).read(text, c.run.now.UTC()); ok {
			return millis
		}
		return nil
	}
	if isoPattern.MatchString(text) {
		for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02Z07:00", "2006-01-02", "2006-01", "2006"} {
			if t, err := time.Parse(layout, text); err == nil {
				return float64(t.UnixMilli())
			}
		}
	}
	wrongf("%q is no moment; write it like 2026-01-02T15:04:05Z, or give a picture", text)
	return nil
}
