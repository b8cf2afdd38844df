package cluster

import (
	"crypto/sha256"
	"fmt"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

const (
	maxRoleName = awsfacts.MaxRoleName
	// maxRuleName is the limit of EventBridge.
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
	maxRuleName = 64
	// maxQueueName is the limit of SQS.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
	maxQueueName = 80
)

// limited cuts a name that is too long and ends it with a hash of the whole, so that it stays its own.
func limited(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	return fmt.Sprintf("%s-%x", name[:longest-9], sha256.Sum256([]byte(name)))[:longest]
}
