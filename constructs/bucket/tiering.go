package bucket

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketintelligenttieringconfiguration"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// IntelligentTiering lets objects of the storage class INTELLIGENT_TIERING sink to archive tiers when nobody reads them.
// Reading from an archive tier takes hours and needs a restore first. At least one of the two is required.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-intelligent-tiering.html
type IntelligentTiering struct {
	// Name of the configuration, unique in the bucket: 1 to 64 letters, digits and . _ -
	Name string
	// Prefix is the folder that it is about. Default: the whole bucket.
	Prefix string
	// ArchiveAfterDays is after how many days without access objects go to the archive access tier, 90 to 730.
	// Default: never.
	ArchiveAfterDays int
	// DeepArchiveAfterDays is the same for the deep archive access tier, 180 to 730. Default: never.
	DeepArchiveAfterDays int
}

var tieringPattern = lazyregexp.New(`^[A-Za-z0-9._-]{1,64}$`)

func (p Props) validateIntelligentTiering(problems *problem.List) {
	seen := map[string]bool{}
	for i, tiering := range p.IntelligentTiering {
		at := problem.Index("intelligentTiering", i)
		if !tieringPattern.MatchString(tiering.Name) {
			problems.Addf(at+".name", "%q is no name; use 1 to 64 letters, digits and . _ -", tiering.Name)
		}
		if seen[tiering.Name] {
			problems.Addf(at+".name", "%q is used twice; make it unique within the bucket", tiering.Name)
		}
		seen[tiering.Name] = true
		if tiering.Prefix != "" {
			if err := checkFolder(tiering.Prefix, p.Prefixes); err != nil {
				problems.Addf(at+".prefix", "%v", err)
			}
		}
		archive, deep := tiering.ArchiveAfterDays, tiering.DeepArchiveAfterDays
		if archive == 0 && deep == 0 {
			problems.Addf(at, "does nothing; give archiveAfterDays or deepArchiveAfterDays")
		}
		if archive != 0 && (archive < 90 || archive > 730) {
			problems.Addf(at+".archiveAfterDays", "%d is out of range; use 90 to 730", archive)
		}
		if deep != 0 && (deep < 180 || deep > 730) {
			problems.Addf(at+".deepArchiveAfterDays", "%d is out of range; use 180 to 730", deep)
		}
		if archive != 0 && deep != 0 && deep <= archive {
			problems.Addf(at+".deepArchiveAfterDays", "%d is not after archiveAfterDays %d; use a later day", deep, archive)
		}
	}
}

func (b *Bucket) addIntelligentTiering(props Props) {
	type tier = s3bucketintelligenttieringconfiguration.S3BucketIntelligentTieringConfigurationTiering
	for _, tiering := range props.IntelligentTiering {
		config := &s3bucketintelligenttieringconfiguration.S3BucketIntelligentTieringConfigurationConfig{
			Bucket: tf.Str(b.name), Name: tf.Str(tiering.Name),
		}
		var tiers []*tier
		if tiering.ArchiveAfterDays > 0 {
			tiers = append(tiers, &tier{AccessTier: tf.Str("ARCHIVE_ACCESS"), Days: tf.Num(tiering.ArchiveAfterDays)})
		}
		if tiering.DeepArchiveAfterDays > 0 {
			tiers = append(tiers, &tier{AccessTier: tf.Str("DEEP_ARCHIVE_ACCESS"), Days: tf.Num(tiering.DeepArchiveAfterDays)})
		}
		config.Tiering = tiers
		if tiering.Prefix != "" {
			config.Filter = &s3bucketintelligenttieringconfiguration.S3BucketIntelligentTieringConfigurationFilter{
				Prefix: tf.Str(folder(tiering.Prefix)),
			}
		}
		s3bucketintelligenttieringconfiguration.NewS3BucketIntelligentTieringConfiguration(b.construct, tf.Str("tiering-"+tiering.Name), config)
	}
}
