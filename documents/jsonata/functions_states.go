package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"math"
	"math/rand/v2"
)

// The functions that Step Functions adds, in place of its intrinsic functions and of $eval.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
var stepFunctions = map[string]definition{
	"partition": {"<an:a>", unlessMissing(partitioned)},
	"range":     {"<nnn:a<n>>", unlessMissing(ranged)},
	"hash":      {"<ss:s>", unlessMissing(hash)},
	"uuid":      {"<:s>", uuid},
	"parse": {"<s-:x>", unlessMissing(func(_ *call, a []any) any {
		v, err := decode([]byte(a[0].(string)))
		if err != nil {
			wrong("$parse: " + err.Error())
		}
		return v
	})},
}

// partitioned is the list in lists of so many values.
func partitioned(_ *call, a []any) any {
	size := int(numberArgument(a, 1, 0))
	if size < 1 {
		wrong("$partition makes lists of at least one value")
	}
	items := itemsOf(a[0])
	out := &list{items: []any{}}
	for len(items) > 0 {
		n := min(size, len(items))
		out.items = append(out.items, &list{items: items[:n:n]})
		items = items[n:]
	}
	return out
}

// ranged are the numbers from the first to the last in steps.
func ranged(_ *call, a []any) any {
	first, last, step := a[0].(float64), numberArgument(a, 1, math.NaN()), numberArgument(a, 2, 0)
	if step == 0 || math.IsNaN(last) {
		wrong("$range needs a first and a last number, and a step that is not 0")
	}
	if math.Abs((last-first)/step) >= maxRange {
		wrong("$range makes more than 10 million numbers")
	}
	out := &list{items: []any{}}
	for i := 0.0; ; i++ {
		n := first + i*step
		if step > 0 && n > last || step < 0 && n < last {
			return out
		}
		out.items = append(out.items, n)
	}
}

func hash(_ *call, a []any) any {
	text := []byte(a[0].(string))
	switch algorithm := textArgument(a, 1, ""); algorithm {
	case "MD5":
		return fmt.Sprintf("%x", md5.Sum(text))
	case "SHA-1":
		return fmt.Sprintf("%x", sha1.Sum(text))
	case "SHA-256":
		return fmt.Sprintf("%x", sha256.Sum256(text))
	case "SHA-384":
		return fmt.Sprintf("%x", sha512.Sum384(text))
	case "SHA-512":
		return fmt.Sprintf("%x", sha512.Sum512(text))
	default:
		wrongf("$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not %q", algorithm)
	}
	return nil
}

// uuid is a random identifier (version 4).
func uuid(c *call, _ []any) any {
	var b [16]byte
	for i := range b {
		b[i] = byte(c.run.random() * 256)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// seeded is a number that follows from the seed.
func seeded(seed float64) float64 { return rand.New(rand.NewPCG(math.Float64bits(seed), 0)).Float64() }
