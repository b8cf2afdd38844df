package statebackend

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// makeTable makes the lock table of the modes that have one. Its items, who holds a lock and the digest of each state,
// are no secrets: the key that AWS manages for DynamoDB encrypts them.
func (b *Backend) makeTable() error {
	if !b.props.Lock.table() {
		return nil
	}
	table := dynamodbtable.NewDynamodbTable(b.construct, tf.Str("table"), &dynamodbtable.DynamodbTableConfig{
		Name: tf.Str(b.props.TableName), BillingMode: tf.Str("PAY_PER_REQUEST"), HashKey: tf.Str("LockID"),
		Attribute:                 []*dynamodbtable.DynamodbTableAttribute{{Name: tf.Str("LockID"), Type: tf.Str("S")}},
		PointInTimeRecovery:       &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: true},
		ServerSideEncryption:      &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: true},
		DeletionProtectionEnabled: !b.props.AllowDestroy, Lifecycle: tf.Protect(!b.props.AllowDestroy),
	})
	b.tableName, b.tableARN = tf.Attr(table, "id"), tf.Attr(table, "arn")
	return nil
}
