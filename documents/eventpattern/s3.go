package eventpattern

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// ObjectCreated are new objects in a bucket that sends its events to EventBridge, one event for each object. The key is
// in $.detail.object.key, as it is, not URL-encoded.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
type ObjectCreated struct {
	// Bucket is the name of the bucket. Required.
	Bucket string
	// Prefixes are beginnings of keys, such as "raw/". Where both are given, a key must begin with one of these and end
	// with one of the suffixes. Default: any key.
	Prefixes []string
	// Suffixes are endings of keys, such as ".csv" or "_SUCCESS". Default: any key.
	Suffixes []string
	// Reasons are the calls that made the object: PutObject, POST Object, CopyObject, CompleteMultipartUpload.
	// Default: any.
	Reasons []string
}

var (
	reasons = []string{"PutObject", "POST Object", "CopyObject", "CompleteMultipartUpload"}
)

// Pattern implements Event.
func (e ObjectCreated) Pattern() Pattern {
	fields := []Field{{Path: "detail.bucket.name", Values: Each(e.Bucket)}}
	if keys := e.keys(); len(keys) > 0 {
		fields = append(fields, Field{Path: "detail.object.key", Values: keys})
	}
	if len(e.Reasons) > 0 {
		fields = append(fields, Field{Path: "detail.reason", Values: Each(e.Reasons...)})
	}
	return Pattern{Sources: []string{"aws.s3"}, DetailTypes: []string{"Object Created"}, Fields: fields}
}

// keys has a wildcard for each pair of prefix and suffix, because several values of a field are alternatives.
func (e ObjectCreated) keys() []Value {
	var out []Value
	switch {
	case len(e.Suffixes) == 0:
		for _, each := range e.Prefixes {
			out = append(out, Prefix(each))
		}
	case len(e.Prefixes) == 0:
		for _, each := range e.Suffixes {
			out = append(out, Suffix(each))
		}
	default:
		for _, before := range e.Prefixes {
			for _, after := range e.Suffixes {
				out = append(out, Wildcard(literal(before)+"*"+literal(after)))
			}
		}
	}
	return out
}

// literal escapes what has a meaning in a wildcard.
func literal(text string) string { return strings.NewReplacer(`\`, `\\`, `*`, `\*`).Replace(text) }

// Validate implements Event.
func (e ObjectCreated) Validate() error {
	var problems problem.List
	if known(e.Bucket) && !awsfacts.IsBucketName(e.Bucket) {
		problems.Addf("bucket", "%q is no name of a bucket; use 3 to 63 lower-case letters, digits and hyphens", e.Bucket)
	}
	for i, each := range e.Prefixes {
		if each == "" || strings.HasPrefix(each, "/") {
			problems.Addf(problem.Index("prefixes", i), `%q is no beginning of a key; write it like "raw/", without a slash at the front`, each)
		}
	}
	for i, each := range e.Suffixes {
		if each == "" {
			problems.Addf(problem.Index("suffixes", i), `is empty; write it like ".csv"`)
		}
	}
	oneOf(&problems, "reasons", e.Reasons, reasons, false)
	return finish(&problems, e.Pattern())
}
