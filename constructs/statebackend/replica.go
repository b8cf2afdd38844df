package statebackend

import (
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketreplicationconfiguration"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// makeReplica makes the replication and the role with which S3 copies.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
func (b *Backend) makeReplica() error {
	replica := b.props.Replica
	if replica == nil {
		return nil
	}
	role, err := iam.NewRole(b.construct, "replication", iam.RoleProps{
		Name: replica.RoleName, Description: "Copies the Terraform states of " + b.props.Name,
		// S3 states no source account when it assumes a role for replication, so the trust cannot ask for one.
		Trust: policy.TrustService("", "s3.amazonaws.com"), Statements: b.replicaStatements(),
		PermissionsBoundary: b.props.PermissionsBoundary,
	})
	if err != nil {
		return err
	}
	destination := &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestination{Bucket: tf.Str(replica.BucketARN)}
	rule := &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRule{
		Id: tf.Str("all"), Status: tf.Str("Enabled"), Destination: destination,
		Filter:                  &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleFilter{Prefix: tf.Str("")},
		DeleteMarkerReplication: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDeleteMarkerReplication{Status: tf.Str("Enabled")},
	}
	if replica.KeyARN != "" {
		destination.EncryptionConfiguration = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration{ReplicaKmsKeyId: tf.Str(replica.KeyARN)}
		rule.SourceSelectionCriteria = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleSourceSelectionCriteria{
			SseKmsEncryptedObjects: &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects{Status: tf.Str("Enabled")},
		}
	}
	if replica.Account != "" {
		destination.Account = tf.Str(replica.Account)
		destination.AccessControlTranslation = &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRuleDestinationAccessControlTranslation{Owner: tf.Str("Destination")}
	}
	s3bucketreplicationconfiguration.NewS3BucketReplicationConfigurationA(b.construct, tf.Str("replica"), &s3bucketreplicationconfiguration.S3BucketReplicationConfigurationAConfig{
		Bucket: tf.Str(b.bucketName), Role: tf.Str(role.ARN()), DependsOn: tf.After(b.versioning),
		Rule: []*s3bucketreplicationconfiguration.S3BucketReplicationConfigurationRule{rule},
	})
	return nil
}

func (b *Backend) replicaStatements() []policy.Statement {
	replica := b.props.Replica
	write := policy.Statement{Sid: "WriteCopies", Actions: []string{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"}, Resources: []string{replica.BucketARN + "/*"}}
	if replica.Account != "" {
		write.Actions = append([]string{"s3:ObjectOwnerOverrideToBucketOwner"}, write.Actions...)
	}
	statements := []policy.Statement{
		{Sid: "ReadSettings", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: []string{b.BucketARN()}},
		{Sid: "ReadStates", Actions: []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"}, Resources: []string{b.BucketARN() + "/*"}},
		write,
	}
	if replica.KeyARN == "" {
		return statements
	}
	decrypt := policy.UseKey(false, b.viaS3(b.props.Scope.Region), b.keyARN)
	decrypt.Sid = "Decrypt"
	encrypt := policy.Statement{Sid: "Encrypt", Actions: []string{"kms:Encrypt"}, Resources: []string{replica.KeyARN}}
	if parts := strings.Split(replica.KeyARN, ":"); arn.Is(replica.KeyARN, "kms", "key/") && len(parts) == 6 {
		encrypt.Conditions = []policy.Condition{policy.StringEquals("kms:ViaService", b.viaS3(parts[3]))}
	}
	return append(statements, decrypt, encrypt)
}

// viaS3 is the name of S3 in a region as KMS knows it.
func (b *Backend) viaS3(region string) string {
	return "s3." + region + "." + b.props.Scope.DNSSuffix()
}
