package awsfacts

// Lengths that names may have, in characters.
const (
	// MaxBucketName is the limit of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	MaxBucketName = 63
	// MinBucketName is the shortest name of an S3 bucket.
	MinBucketName = 3
	// MaxRoleName is the limit of IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	MaxRoleName = 64
	// MaxCachePrefix is the limit of ECR for pull-through caches:
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html
	MaxCachePrefix = 30
	// MaxTableName is the limit of DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
	MaxTableName = 255
	// MinTableName is the shortest name of a DynamoDB table.
	MinTableName = 3
)

// Limits of tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const (
	// MaxTags is how many tags a resource may have.
	MaxTags = 50
	// MaxTagKey is the longest key, in characters.
	MaxTagKey = 128
	// MaxTagValue is the longest value, in characters.
	MaxTagValue = 256
)

var logRetentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// LogRetentionDays are the days for which CloudWatch Logs can keep events, in order:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
func LogRetentionDays() []int { return append([]int(nil), logRetentionDays...) }
