package automation

import (
	"math"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	prefixPattern = lazyregexp.New(`^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$`)
	bucketPattern = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	folderPattern = lazyregexp.New(`^[A-Za-z0-9_.=-]+(/[A-Za-z0-9_.=-]+)*$`)
	uriPattern    = lazyregexp.New(`^s3://[^/"\\]+(/[^"\\]*)?$`)
	metricPattern = lazyregexp.New(`^[a-z][a-z0-9_]{0,62}$`)
	groupPattern  = lazyregexp.New(`^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$`)
)

// validate reports what the definition would not report, or under names that the settings do not have.
func (l Learning) validate() error {
	var problems problem.List
	if !prefixPattern.MatchString(l.Prefix) {
		problems.Addf("prefix", "%q cannot begin names; use 1 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last", l.Prefix)
	}
	if !arn.Is(l.RoleARN, "iam", "role/") {
		problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", l.RoleARN)
	}
	if !token.Is(l.Bucket) && !bucketPattern.MatchString(l.Bucket) {
		problems.Addf("bucket", "%q is no name of a bucket; give the one for data and models", l.Bucket)
	}
	if !folderPattern.MatchString(l.Folder) {
		problems.Addf("folder", "%q is no folder; use letters, digits and _ . = - with slashes between, but none at an end", l.Folder)
	}
	if !token.Is(l.InputURI) && !uriPattern.MatchString(l.InputURI) {
		problems.Addf("inputURI", "%q is no S3 URI; write it like s3://bucket/folder", l.InputURI)
	}
	problems.Add("", arn.CheckKey("keyARN", l.KeyARN))
	problems.Add("", arn.CheckKey("topicKeyARN", l.TopicKeyARN))
	problems.Add("", arn.CheckTopic("topicARN", l.TopicARN))
	problems.Add("tracking", l.Tracking.Validate())
	l.Prepare.validate(&problems, "prepare")
	awsfacts.ReportMLInstance(&problems, "transformInstanceType", l.TransformInstanceType, awsfacts.Transform)
	if l.TransformInputFilter == "" {
		problems.Addf("transformInputFilter", "is missing, and %s learns without label; say which fields of a record the model sees, $ for all", l.Tuning.Image)
	}
	l.Evaluate.validate(&problems, "evaluate")
	if l.Tuning.Image == "" {
		problems.Addf("tuning.image", "is missing; give the image of the algorithm")
	}
	awsfacts.ReportMLInstance(&problems, "tuning.instanceType", l.Tuning.InstanceType, awsfacts.Training)
	// The search has the shortest time at least, each of its training jobs the longest at most.
	checkTimeout(&problems, "tuning.timeout", l.Tuning.Timeout, sagemaker.TimeLimit{Min: sagemaker.TuningRuntime.Min, Max: sagemaker.TrainingRuntime.Max})
	l.Register.validate(&problems)
	return problems.Err()
}

func (j Job) validate(problems *problem.List, path string) {
	if j.Image == "" {
		problems.Addf(path+".image", "is missing; give the image of the container")
	}
	awsfacts.ReportMLInstance(problems, path+".instanceType", j.InstanceType, awsfacts.Processing)
	checkTimeout(problems, path+".timeout", j.Timeout, sagemaker.ProcessingRuntime)
}

func (g Register) validate(problems *problem.List) {
	if !token.Is(g.GroupName) && !groupPattern.MatchString(g.GroupName) {
		problems.Addf("register.groupName", "%q is no name of a model package group; use 1 to 63 letters, digits and hyphens", g.GroupName)
	}
	if !metricPattern.MatchString(g.Metric) {
		problems.Addf("register.metric", `%q is no name of a metric; use lower-case letters, digits and underscores, such as "f1"`, g.Metric)
	}
	if math.IsNaN(g.Threshold) || math.IsInf(g.Threshold, 0) {
		problems.Addf("register.threshold", "%v is no value; give a finite number", g.Threshold)
	}
}

func checkTimeout(problems *problem.List, path string, d time.Duration, limit sagemaker.TimeLimit) {
	if wrong := limit.Check(d); wrong != "" {
		problems.Addf(path, "%s", wrong)
	}
}

// unsupervised matches the images of built-in algorithms that learn without label.
// https://docs.aws.amazon.com/sagemaker/latest/dg/algorithms-unsupervised.html
var unsupervised = lazyregexp.New(`/(ipinsights|kmeans|lda|ntm|object2vec|pca|randomcutforest)(:|@|$)`)

func (l Learning) withoutLabel() bool { return unsupervised.MatchString(l.Tuning.Image) }
