package bucket

import (
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketcorsconfiguration"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A CORSRule lets web pages of some origins use the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
type CORSRule struct {
	// Origins are the pages' origins, such as "https://labels.example.com", with at most one * in each. The bare * is
	// refused. At least one.
	Origins []string
	// Methods are GET, HEAD, PUT, POST and DELETE. At least one.
	Methods []string
	// AllowedHeaders are the request headers that pages may send. Default: only those that need no permission.
	AllowedHeaders []string
	// ExposedHeaders are the response headers that pages may read, such as "ETag". Default: none.
	ExposedHeaders []string
	// MaxAge is how long a browser may remember the answer, in whole seconds. Default: the browser's own.
	MaxAge time.Duration
}

var originPattern = lazyregexp.New(`^(https?|\*)://[^\s/]+$`)

func (p Props) validateCORS(problems *problem.List) {
	if n := len(p.CORS); n > 100 {
		problems.Addf("cors", "has %d rules, 100 are allowed; join some", n)
	}
	for i, rule := range p.CORS {
		at := problem.Index("cors", i)
		if len(rule.Origins) == 0 {
			problems.Addf(at+".origins", `are missing; name at least one, such as "https://labels.example.com"`)
		}
		for j, origin := range rule.Origins {
			if !originPattern.MatchString(origin) || strings.Count(origin, "*") > 1 {
				problems.Addf(problem.Index(at+".origins", j), `%q is no origin; write scheme and host with at most one *, such as "https://*.example.com"`, origin)
			}
		}
		if len(rule.Methods) == 0 {
			problems.Addf(at+".methods", "are missing; name at least one of GET, HEAD, PUT, POST, DELETE")
		}
		for j, method := range rule.Methods {
			switch method {
			case "GET", "HEAD", "PUT", "POST", "DELETE":
			default:
				problems.Addf(problem.Index(at+".methods", j), "%q is unknown; use GET, HEAD, PUT, POST or DELETE", method)
			}
		}
		if rule.MaxAge < 0 || rule.MaxAge%time.Second != 0 {
			problems.Addf(at+".maxAge", "%s is no number of whole seconds; use such as 5m", rule.MaxAge)
		}
	}
}

func (b *Bucket) addCORS(props Props) {
	if len(props.CORS) == 0 {
		return
	}
	var rules []*s3bucketcorsconfiguration.S3BucketCorsConfigurationCorsRule
	for _, rule := range props.CORS {
		rules = append(rules, &s3bucketcorsconfiguration.S3BucketCorsConfigurationCorsRule{
			AllowedOrigins: tf.Strs(rule.Origins), AllowedMethods: tf.Strs(rule.Methods), AllowedHeaders: tf.Strs(rule.AllowedHeaders),
			ExposeHeaders: tf.Strs(rule.ExposedHeaders), MaxAgeSeconds: tf.OptNum(int(rule.MaxAge.Seconds())),
		})
	}
	s3bucketcorsconfiguration.NewS3BucketCorsConfiguration(b.construct, tf.Str("cors"), &s3bucketcorsconfiguration.S3BucketCorsConfigurationConfig{
		Bucket: tf.Str(b.name), CorsRule: rules,
	})
}
