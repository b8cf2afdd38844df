package awsfacts

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var (
	newBucket   = lazyregexp.New(fmt.Sprintf(`^[a-z0-9][a-z0-9-]{%d,%d}[a-z0-9]$`, MinBucketName-2, MaxBucketName-2))
	knownBucket = lazyregexp.New(fmt.Sprintf(`^[a-z0-9][a-z0-9.-]{%d,%d}[a-z0-9]$`, MinBucketName-2, MaxBucketName-2))
)

// NewBucketName says what is wrong with the name of a bucket to be made and what to do, and nothing where it is fine.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func NewBucketName(name string) (wrong, fix string) {
	if !newBucket.MatchString(name) {
		return "is no name of an S3 bucket", fmt.Sprintf("use %d to %d lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS", MinBucketName, MaxBucketName)
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return "begins with " + prefix + ", which S3 keeps for itself", "use another name"
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return "ends with " + suffix + ", which S3 keeps for itself", "use another name"
		}
	}
	return "", ""
}

// IsBucketName says whether a bucket of this name can exist: older ones have dots.
func IsBucketName(name string) bool { return knownBucket.MatchString(name) }
