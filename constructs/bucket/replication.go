package bucket

import (
	"crypto/sha256"
	"fmt"
	"sort"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketreplicationconfiguration"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Replication copies new objects to other buckets, which must be versioned. Objects that are there already stay where
// they are. A target in another account must admit the role in its bucket policy and key policy.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
type Replication struct {
	// Rules say what goes where. Where several rules send an object to one target, the first decides. At least one.
	Rules []ReplicationRule
	// RoleARN is an existing role for S3 to assume. Default: a role is made that can do just this.
	RoleARN string
	// RoleName is the name of the role that is made, at most 64 characters. Default: the bucket's name with
	// "-replication", cut and hashed where that is too long.
	RoleName string
	// PermissionsBoundary is the ARN of the policy that limits the role that is made. Default: none.
	PermissionsBoundary string
}

// A ReplicationRule sends objects to one target.
type ReplicationRule struct {
	// Name of the rule, unique in the bucket: 1 to 255 letters, digits and . _ -
	Name string
	// Prefix is the folder whose objects go. Default: the whole bucket.
	Prefix string
	// BucketARN is the target.
	BucketARN string
	// Region of the target. Default: that of the bucket.
	Region string
	// KeyARN is the KMS key that encrypts the copies. Required where the bucket's Encryption is KMS.
	KeyARN string
	// Account is the target's account where it is another one, which then owns the copies. Default: the bucket's own.
	Account string
	// StorageClass of the copies. Default: that of the original.
	StorageClass StorageClass
	// DeleteMarkers copies delete markers too, so that deleting an object hides its copy. Default: false.
	DeleteMarkers bool
	// Within15Minutes makes S3 keep to 15 minutes for nearly all objects and measure it, at an additional cost.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
	Within15Minutes bool
}

func (r Replication) withDefaults(bucketName string, scope arn.Scope) Replication {
	if r.RoleName == "" {
		r.RoleName = roleName(bucketName)
	}
	rules := append([]ReplicationRule(nil), r.Rules...)
	for i := range rules {
		if rules[i].Region == "" {
			rules[i].Region = scope.Region
		}
	}
	r.Rules = rules
	return r
}

func roleName(bucketName string) string {
	const longest, suffix = 64, "-replication"
	if len(bucketName)+len(suffix) <= longest {
		return bucketName + suffix
	}
	hash := fmt.Sprintf("-%x", sha256.Sum256([]byte(bucketName)))[:9]
	return strings.TrimSuffix(bucketName[:longest-len(suffix)-len(hash)], "-") + hash + suffix
}

func (p Props) validateReplication(problems *problem.List) {
	r := p.Replication
	if r == nil {
		return
	}
	if !p.versioned() {
		problems.Addf("replication", "copies versions, which an unversioned bucket does not keep; remove unversionedBecause")
	}
	if len(r.Rules) == 0 {
		problems.Addf("replication.rules", "are missing; give at least one")
	}
	if r.RoleARN != "" && !arn.Is(r.RoleARN, "iam", "role/") {
		problems.Addf("replication.roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", r.RoleARN)
	}
	if r.RoleARN != "" && r.PermissionsBoundary != "" {
		problems.Addf("replication.permissionsBoundary", "is for the role that is made, and roleARN names an existing one; drop one of them")
	}
	seen := map[string]bool{}
	for i, rule := range r.Rules {
		at := problem.Index("replication.rules", i)
		if seen[rule.Name] {
			problems.Addf(at+".name", "%q is used twice; make it unique within the bucket", rule.Name)
		}
		seen[rule.Name] = true
		rule.validate(problems, at, p)
	}
}

func (r ReplicationRule) validate(problems *problem.List, at string, props Props) {
	if !rulePattern.MatchString(r.Name) {
		problems.Addf(at+".name", "%q is no rule name; use 1 to 255 letters, digits and . _ -", r.Name)
	}
	if r.Prefix != "" {
		if err := checkFolder(r.Prefix, props.Prefixes); err != nil {
			problems.Addf(at+".prefix", "%v", err)
		}
	}
	if !arn.Is(r.BucketARN, "s3", "") {
		problems.Addf(at+".bucketARN", "%q is no ARN of a bucket; write it like arn:aws:s3:::name", r.BucketARN)
	}
	if r.BucketARN == props.Scope.Bucket(props.Name) {
		problems.Addf(at+".bucketARN", "is the bucket itself; use another bucket")
	}
	target := arn.Scope{Partition: props.Scope.Partition, Region: r.Region, Account: r.Account}
	if target.Account == "" {
		target.Account = props.Scope.Account
	}
	problems.Add(at, target.Validate())
	problems.Add("", arn.CheckKey(at+".keyARN", r.KeyARN))
	if props.Encryption == KMS && r.KeyARN == "" {
		problems.Addf(at+".keyARN", "is missing, the copies of objects under a KMS key need one in the target's region; give its ARN")
	}
	if props.Encryption == AES256 && r.KeyARN != "" {
		problems.Addf(at+".keyARN", "has no effect on objects encrypted with AES256, whose copies get the target's own encryption; remove it")
	}
	if _, known := storageClasses[r.StorageClass]; !known && r.StorageClass != "" {
		problems.Addf(at+".storageClass", "%q is unknown; use one of %s", r.StorageClass, storageClassNames)
	}
}

// replicate makes the replication configuration and its role.
func (b *Bucket) replicate(props Props) error {
	if props.Replication == nil {
		return nil
	}
	roleARN := props.Replication.RoleARN
	if roleARN == "" {
		role, err := iam.NewRole(b.construct, "replication-role", iam.RoleProps{
			Name: props.Replication.RoleName, Description: "Lets S3 copy objects of the bucket " + props.Name,
			// S3 documents no source condition for this trust. The role is bound to one bucket by its permissions.
			Trust: policy.TrustService("", "s3.amazonaws.com"), Statements: b.replicationStatements(props),
			PermissionsBoundary: props.Replication.PermissionsBoundary,
		})
		if err != nil {
			return fmt.Errorf("replication: %w", err)
		}
		roleARN = role.ARN()
	}
	var rules []*s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRule
	for i, rule := range props.Replication.Rules {
		rules = append(rules, rule.block(len(props.Replication.Rules)-i, props.Encryption))
	}
	s3bucketreplicationconfiguration.NewS3BucketReplicationConfigurationA(b.construct, tf.Str("replication"), &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationAConfig{
		Bucket: tf.Str(b.name), Role: tf.Str(roleARN), Rule: rules, DependsOn: tf.After(b.versioning...),
	})
	return nil
}

// replicationStatements are what S3 needs to read here and write there.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
func (b *Bucket) replicationStatements(props Props) []policy.Statement {
	var sources []string
	for _, rule := range props.Replication.Rules {
		sources = append(sources, b.literalARN+"/"+folder(rule.Prefix)+"*")
	}
	statements := []policy.Statement{
		{Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: []string{b.literalARN}},
		{
			Actions:   []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"},
			Resources: sources,
		},
	}
	if props.ObjectLock != nil {
		statements = append(statements, policy.Statement{Actions: []string{"s3:GetObjectLegalHold", "s3:GetObjectRetention"}, Resources: sources})
	}
	if props.Encryption == KMS {
		statements = append(statements, policy.UseKey(false, b.viaService(props.Scope.Region), b.keyARN))
	}
	for _, rule := range props.Replication.Rules {
		actions := []string{"s3:ReplicateObject", "s3:ReplicateTags"}
		if rule.DeleteMarkers {
			actions = append(actions, "s3:ReplicateDelete")
		}
		if rule.Account != "" {
			actions = append(actions, "s3:ObjectOwnerOverrideToBucketOwner")
		}
		sort.Strings(actions)
		statements = append(statements, policy.Statement{Actions: actions, Resources: []string{rule.BucketARN + "/" + folder(rule.Prefix) + "*"}})
		if rule.KeyARN != "" {
			statements = append(statements, policy.Statement{
				Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: []string{rule.KeyARN},
				Conditions: []policy.Condition{policy.StringEquals("kms:ViaService", b.viaService(rule.Region))},
			})
		}
	}
	return policy.Merge(statements...)
}

func (r ReplicationRule) block(priority int, encryption Encryption) *s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRule {
	deleteMarkers := "Disabled"
	if r.DeleteMarkers {
		deleteMarkers = "Enabled"
	}
	block := &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRule{
		Id: tf.Str(r.Name), Status: tf.Str("Enabled"), Priority: tf.Num(priority),
		Filter:                  &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleFilter{Prefix: tf.Str(folder(r.Prefix))},
		DeleteMarkerReplication: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDeleteMarkerReplication{Status: tf.Str(deleteMarkers)},
		Destination: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestination{
			Bucket: tf.Str(r.BucketARN), Account: tf.OptStr(r.Account), StorageClass: tf.OptStr(string(r.StorageClass)),
		},
	}
	if encryption == KMS {
		block.SourceSelectionCriteria = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleSourceSelectionCriteria{
			SseKmsEncryptedObjects: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects{Status: tf.Str("Enabled")},
		}
		block.Destination.EncryptionConfiguration = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration{ReplicaKmsKeyId: tf.Str(r.KeyARN)}
	}
	if r.Account != "" {
		block.Destination.AccessControlTranslation = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationAccessControlTranslation{Owner: tf.Str("Destination")}
	}
	if r.Within15Minutes {
		block.Destination.Metrics = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationMetrics{
			Status:         tf.Str("Enabled"),
			EventThreshold: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold{Minutes: tf.Num(15)},
		}
		block.Destination.ReplicationTime = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationReplicationTime{
			Status: tf.Str("Enabled"),
			Time:   &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime{Minutes: tf.Num(15)},
		}
	}
	return block
}
