package bucket

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// StorageClass is a class of S3 storage that objects can move to.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
type StorageClass string

// The storage classes, in the order in which lifecycle rules can move objects down.
const (
	StandardIA         StorageClass = "STANDARD_IA"
	IntelligentTier    StorageClass = "INTELLIGENT_TIERING"
	OneZoneIA          StorageClass = "ONEZONE_IA"
	GlacierInstant     StorageClass = "GLACIER_IR"
	GlacierFlexible    StorageClass = "GLACIER"
	GlacierDeepArchive StorageClass = "DEEP_ARCHIVE"
)

// storageClasses is how far down each class is, and how many days an object stays in it before the same rule can move
// it further.
var storageClasses = map[StorageClass]struct{ level, stay int }{
	StandardIA: {1, 30}, IntelligentTier: {2, 0}, OneZoneIA: {3, 30}, GlacierInstant: {4, 30}, GlacierFlexible: {5, 90}, GlacierDeepArchive: {6, 0},
}

const storageClassNames = "STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE"

// minIA is how many days an object is stored before it can move to an infrequent-access class.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
const minIA = 30

// A LifecycleRule moves or deletes the objects that pass its filter. At least one action is required. By S3's own
// default, objects smaller than 128 KB do not move.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
type LifecycleRule struct {
	// Name of the rule, unique in the bucket: 1 to 255 letters, digits and . _ -
	Name string
	// Disabled keeps the rule without applying it. Default: false.
	Disabled bool

	// Prefix is the folder whose objects the rule is about. Default: the whole bucket.
	Prefix string
	// Tags that an object must have, all of them. Default: none.
	Tags map[string]string
	// LargerThanBytes and SmallerThanBytes limit the rule to objects of a size. Default: any size.
	LargerThanBytes, SmallerThanBytes int

	// Transitions move the current version of an object, days after it was made. Default: none.
	Transitions []Transition
	// ExpireAfterDays deletes the current version, days after it was made; in a versioned bucket it becomes an old
	// version. Default: never.
	ExpireAfterDays int
	// ExpireDeleteMarkers removes delete markers under which no version is left. Default: false.
	ExpireDeleteMarkers bool

	// NoncurrentTransitions move old versions, days after they became old. Default: none.
	NoncurrentTransitions []Transition
	// NoncurrentExpireAfterDays deletes old versions for good, days after they became old. Default: never, or after
	// 1 day where NoncurrentKeepVersions is set.
	NoncurrentExpireAfterDays int
	// NoncurrentKeepVersions is how many old versions stay whatever their age, 1 to 100. Default: none.
	NoncurrentKeepVersions int
}

// A Transition moves objects to a storage class. STANDARD_IA and ONEZONE_IA take objects of 30 days or more.
type Transition struct {
	// StorageClass is where the objects go.
	StorageClass StorageClass
	// AfterDays is when. 0 means the next run of the rule, at most a day or two later.
	AfterDays int
}

const abortRule = "abort-incomplete-uploads"

var rulePattern = lazyregexp.New(`^[A-Za-z0-9._-]{1,255}$`)

func (p Props) validateLifecycle(problems *problem.List) {
	if p.AbortMultipartAfterDays < 1 {
		problems.Addf("abortMultipartAfterDays", "%d is out of range; use 1 or more", p.AbortMultipartAfterDays)
	}
	if n := len(p.Lifecycle); n > 999 {
		problems.Addf("lifecycle", "has %d rules, 999 are allowed beside the one for unfinished uploads; join some", n)
	}
	seen := map[string]bool{abortRule: true}
	for i, rule := range p.Lifecycle {
		at := problem.Index("lifecycle", i)
		if !rulePattern.MatchString(rule.Name) {
			problems.Addf(at+".name", "%q is no rule name; use 1 to 255 letters, digits and . _ -", rule.Name)
		}
		if seen[rule.Name] {
			problems.Addf(at+".name", "%q is used twice; make it unique within the bucket", rule.Name)
		}
		seen[rule.Name] = true
		rule.validateFilter(problems, at, p.Prefixes)
		rule.validateActions(problems, at, p.versioned())
	}
}

func (r LifecycleRule) validateFilter(problems *problem.List, at string, known []string) {
	if r.Prefix != "" {
		if err := checkFolder(r.Prefix, known); err != nil {
			problems.Addf(at+".prefix", "%v", err)
		}
	}
	if r.LargerThanBytes < 0 || r.SmallerThanBytes < 0 || r.SmallerThanBytes > 0 && r.SmallerThanBytes <= r.LargerThanBytes {
		problems.Addf(at, "no object is larger than %d and smaller than %d bytes; widen the range", r.LargerThanBytes, r.SmallerThanBytes)
	}
	if r.ExpireDeleteMarkers && (len(r.Tags) > 0 || r.LargerThanBytes > 0 || r.SmallerThanBytes > 0) {
		problems.Addf(at+".expireDeleteMarkers", "does not go with tags or sizes, which delete markers do not have; use a rule of its own")
	}
}

func (r LifecycleRule) validateActions(problems *problem.List, at string, versioned bool) {
	if len(r.Transitions) == 0 && len(r.NoncurrentTransitions) == 0 && r.ExpireAfterDays == 0 && r.NoncurrentExpireAfterDays == 0 &&
		r.NoncurrentKeepVersions == 0 && !r.ExpireDeleteMarkers {
		problems.Addf(at, "does nothing; give transitions or an expiration")
	}
	validateTransitions(problems, at+".transitions", r.Transitions)
	validateTransitions(problems, at+".noncurrentTransitions", r.NoncurrentTransitions)
	validateExpiration(problems, at+".expireAfterDays", r.ExpireAfterDays, r.Transitions)
	validateExpiration(problems, at+".noncurrentExpireAfterDays", r.noncurrentDays(), r.NoncurrentTransitions)
	if r.NoncurrentKeepVersions < 0 || r.NoncurrentKeepVersions > 100 {
		problems.Addf(at+".noncurrentKeepVersions", "%d is out of range; use 1 to 100", r.NoncurrentKeepVersions)
	}
	if r.ExpireDeleteMarkers && r.ExpireAfterDays > 0 {
		problems.Addf(at+".expireDeleteMarkers", "does not go with expireAfterDays, which removes such markers itself; drop one of them")
	}
	if !versioned && (len(r.NoncurrentTransitions) > 0 || r.NoncurrentExpireAfterDays > 0 || r.NoncurrentKeepVersions > 0 || r.ExpireDeleteMarkers) {
		problems.Addf(at, "is about old versions, which an unversioned bucket does not keep; remove unversionedBecause or the rule")
	}
}

// noncurrentDays makes room for a rule that only says how many versions to keep: S3 wants days beside the number.
func (r LifecycleRule) noncurrentDays() int {
	if r.NoncurrentExpireAfterDays == 0 && r.NoncurrentKeepVersions > 0 {
		return 1
	}
	return r.NoncurrentExpireAfterDays
}

// validateTransitions checks S3's order of storage classes and the days that it wants between them.
func validateTransitions(problems *problem.List, path string, transitions []Transition) {
	for i, next := range transitions {
		at := problem.Index(path, i)
		class, ok := storageClasses[next.StorageClass]
		if !ok {
			problems.Addf(at+".storageClass", "%q is unknown; use one of %s", next.StorageClass, storageClassNames)
			continue
		}
		if next.AfterDays < 0 {
			problems.Addf(at+".afterDays", "%d is out of range; use 0 or more", next.AfterDays)
		}
		if (next.StorageClass == StandardIA || next.StorageClass == OneZoneIA) && next.AfterDays < minIA {
			problems.Addf(at+".afterDays", "%d is too early for %s; use %d or more", next.AfterDays, next.StorageClass, minIA)
		}
		if i == 0 {
			continue
		}
		last := transitions[i-1]
		from, known := storageClasses[last.StorageClass]
		switch {
		case !known:
		case from.level >= class.level:
			problems.Addf(at+".storageClass", "S3 does not move objects from %s to %s; order the transitions as in %s", last.StorageClass, next.StorageClass, storageClassNames)
		case last.StorageClass == OneZoneIA && next.StorageClass == GlacierInstant:
			problems.Addf(at+".storageClass", "S3 does not move objects from ONEZONE_IA to GLACIER_IR; leave one of them out")
		case next.AfterDays < last.AfterDays+from.stay || next.AfterDays == last.AfterDays:
			problems.Addf(at+".afterDays", "%d is too early after %s at %d; use %d or more", next.AfterDays, last.StorageClass, last.AfterDays, last.AfterDays+max(from.stay, 1))
		}
	}
}

func validateExpiration(problems *problem.List, path string, days int, transitions []Transition) {
	if days < 0 {
		problems.Addf(path, "%d is out of range; use 1 or more", days)
	}
	if n := len(transitions); n > 0 && days > 0 && days <= transitions[n-1].AfterDays {
		problems.Addf(path, "%d is not after the last transition at %d; use %d or more", days, transitions[n-1].AfterDays, transitions[n-1].AfterDays+1)
	}
}

// addLifecycle makes the one lifecycle configuration that the bucket has.
func (b *Bucket) addLifecycle(props Props) {
	rules := []*lifecycleRule{{
		Id: tf.Str(abortRule), Status: tf.Str("Enabled"), Filter: wholeBucket(),
		AbortIncompleteMultipartUpload: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{
			{DaysAfterInitiation: tf.Num(props.AbortMultipartAfterDays)},
		},
	}}
	for _, rule := range props.Lifecycle {
		rules = append(rules, rule.block())
	}
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(b.construct, tf.Str("lifecycle"), &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
		Bucket: tf.Str(b.name), Rule: rules, DependsOn: tf.After(b.versioning...),
	})
}

type (
	lifecycleRule   = s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule
	lifecycleFilter = s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter
)

func wholeBucket() []*lifecycleFilter { return []*lifecycleFilter{{Prefix: tf.Str("")}} }

func (r LifecycleRule) block() *lifecycleRule {
	block := &lifecycleRule{Id: tf.Str(r.Name), Status: tf.Str("Enabled"), Filter: r.filter()}
	if r.Disabled {
		block.Status = tf.Str("Disabled")
	}
	var transitions []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleTransition
	for _, t := range r.Transitions {
		transitions = append(transitions, &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleTransition{
			StorageClass: tf.Str(string(t.StorageClass)), Days: tf.Num(t.AfterDays),
		})
	}
	if transitions != nil {
		block.Transition = transitions
	}
	var noncurrent []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionTransition
	for _, t := range r.NoncurrentTransitions {
		noncurrent = append(noncurrent, &s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionTransition{
			StorageClass: tf.Str(string(t.StorageClass)), NoncurrentDays: tf.Num(t.AfterDays),
		})
	}
	if noncurrent != nil {
		block.NoncurrentVersionTransition = noncurrent
	}
	if r.ExpireAfterDays > 0 || r.ExpireDeleteMarkers {
		block.Expiration = []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{
			{Days: tf.OptNum(r.ExpireAfterDays), ExpiredObjectDeleteMarker: tf.OptBool(r.ExpireDeleteMarkers)},
		}
	}
	if days := r.noncurrentDays(); days > 0 {
		block.NoncurrentVersionExpiration = []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{
			{NoncurrentDays: tf.Num(days), NewerNoncurrentVersions: tf.OptNum(r.NoncurrentKeepVersions)},
		}
	}
	return block
}

// filter uses the form without "and" where there is one criterion only, because S3 answers with that form and the
// plan would never be empty otherwise.
func (r LifecycleRule) filter() []*lifecycleFilter {
	prefix := folder(r.Prefix)
	criteria := len(r.Tags)
	for _, has := range []bool{prefix != "", r.LargerThanBytes > 0, r.SmallerThanBytes > 0} {
		if has {
			criteria++
		}
	}
	if criteria == 0 {
		return wholeBucket()
	}
	if criteria > 1 {
		return []*lifecycleFilter{{And: []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilterAnd{{
			Prefix: tf.OptStr(prefix), Tags: tf.StrMap(r.Tags),
			ObjectSizeGreaterThan: tf.OptNum(r.LargerThanBytes), ObjectSizeLessThan: tf.OptNum(r.SmallerThanBytes),
		}}}}
	}
	filter := &lifecycleFilter{
		Prefix: tf.OptStr(prefix), ObjectSizeGreaterThan: tf.OptNum(r.LargerThanBytes), ObjectSizeLessThan: tf.OptNum(r.SmallerThanBytes),
	}
	for key, value := range r.Tags {
		filter.Tag = []*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilterTag{{Key: tf.Str(key), Value: tf.Str(value)}}
	}
	return []*lifecycleFilter{filter}
}
