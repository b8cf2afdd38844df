package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// An ARN in its parts.
type ARN struct{ Partition, Service, Region, Account, Resource string }

var (
	partitionPattern = lazyregexp.New(`^aws(-[a-z]+)*$`)
	accountPattern   = lazyregexp.New(`^[0-9]{12}$`)
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
	rolePattern       = lazyregexp.New(`^role(/[A-Za-z0-9+=,.@_-]{1,510})*/[A-Za-z0-9+=,.@_-]{1,64}$`)
	connectionPattern = lazyregexp.New(`^connection/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	// Topics of first-in-first-out have names that end in .fifo, and no one whom EventBridge tells.
	topicPattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,256}$`)
	keyPattern   = lazyregexp.New(`^key/(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$`)
)

// maxRolePath is the longest path of a role, its slashes included.
const maxRolePath = 512

// parse takes an ARN apart whose resource fits the pattern. Its region is one that AWS has and of its partition, except in
// services that have none.
func parse(text string, resource *lazyregexp.Regexp, services ...string) (ARN, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ARN{}, false
	}
	a := ARN{parts[1], parts[2], parts[3], parts[4], parts[5]}
	if !accountPattern.MatchString(a.Account) || !resource.MatchString(a.Resource) {
		return a, false
	}
	switch {
	case !slices.Contains(services, a.Service):
		return a, false
	case a.Service == "iam":
		return a, a.Region == "" && partitionPattern.MatchString(a.Partition)
	}
	return a, a.Region != "" && a.Partition == awsfacts.Partition(a.Region)
}

// RoleARN takes the ARN of an IAM role apart.
func RoleARN(text string) (ARN, error) {
	a, ok := parse(text, rolePattern, "iam")
	path := a.Resource[:strings.LastIndex(a.Resource, "/")+1]
	if !ok || len(path)-len("role") > maxRolePath {
		return a, fmt.Errorf("%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name, whose name has up to 64 characters", text)
	}
	return a, nil
}

// ConnectionARN takes the ARN of a connection of CodeConnections apart.
// https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_Connection.html
func ConnectionARN(text string) (ARN, error) {
	a, ok := parse(text, connectionPattern, "codeconnections", "codestar-connections")
	if !ok {
		return a, fmt.Errorf("%q is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:123456789012:connection/ and its id, as the console shows it under Developer Tools, Connections", text)
	}
	return a, nil
}

// TopicARN takes the ARN of an SNS topic apart.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
func TopicARN(text string) (ARN, error) {
	a, ok := parse(text, topicPattern, "sns")
	if !ok {
		return a, fmt.Errorf("%q is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name", text)
	}
	return a, nil
}

// KeyARN takes the ARN of a KMS key apart.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts-intro.html#key-id-key-ARN
func KeyARN(text string) (ARN, error) {
	a, ok := parse(text, keyPattern, "kms")
	if !ok {
		return a, fmt.Errorf("%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias", text)
	}
	return a, nil
}
