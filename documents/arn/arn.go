// Package arn writes and checks Amazon Resource Names.
//
// Reference: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
package arn

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Scope is where resources live: what their ARNs begin with. Constructs take it as a value, because reading it from
// AWS would need a call at every plan.
type Scope struct {
	// Partition is aws, aws-cn or aws-us-gov. Default: what the region says, aws for all commercial regions.
	Partition string
	// Region is an AWS region, such as us-west-2.
	Region string
	// Account is the 12-digit account id.
	Account string
}

var (
	accountPattern   = lazyregexp.New(`^[0-9]{12}$`)
	regionPattern    = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	partitionPattern = lazyregexp.New(`^aws(-[a-z]+)*$`)
)

// WithDefaults fills in the partition.
func (s Scope) WithDefaults() Scope {
	if s.Partition == "" {
		s.Partition = PartitionOf(s.Region)
	}
	return s
}

// PartitionOf is the partition of a region.
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// IsAccount says whether the value is the id of an AWS account.
func IsAccount(value string) bool { return accountPattern.MatchString(value) }

// IsRegion says whether the value is written like an AWS region.
func IsRegion(value string) bool { return regionPattern.MatchString(value) }

// Validate reports what is wrong with the scope after WithDefaults. Region and account are required.
func (s Scope) Validate() error {
	var problems problem.List
	if !partitionPattern.MatchString(s.Partition) && !token.Is(s.Partition) {
		problems.Addf("partition", "%q is no AWS partition; use aws, aws-cn or aws-us-gov", s.Partition)
	}
	if !IsRegion(s.Region) && !token.Is(s.Region) {
		problems.Addf("region", "%q is no AWS region; write it like us-west-2", s.Region)
	}
	if !IsAccount(s.Account) && !token.Is(s.Account) {
		problems.Addf("account", "%q is no AWS account id; write its 12 digits as a string", s.Account)
	}
	return problems.Err()
}

// Regional is the ARN of a resource that belongs to a region and an account.
func (s Scope) Regional(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.Account, resource)
}

// Global is the ARN of a resource that belongs to an account but to no region, such as an IAM role.
func (s Scope) Global(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", s.Partition, service, s.Account, resource)
}

// Bucket is the ARN of an S3 bucket, which names neither region nor account.
func (s Scope) Bucket(name string) string { return "arn:" + s.Partition + ":s3:::" + name }

// Role is the ARN of an IAM role.
func (s Scope) Role(name string) string { return s.Global("iam", "role/"+name) }

// Root is the ARN that stands for the whole account in policies.
func (s Scope) Root() string { return s.Global("iam", "root") }

// AWSManagedPolicy is the ARN of a policy that AWS maintains.
func (s Scope) AWSManagedPolicy(name string) string {
	return "arn:" + s.Partition + ":iam::aws:policy/" + name
}

// DNSSuffix is the domain of the partition's service endpoints.
func (s Scope) DNSSuffix() string {
	if s.Partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// Registry is the host of the account's registry in Amazon ECR.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
func (s Scope) Registry() string {
	return s.Account + ".dkr.ecr." + s.Region + "." + s.DNSSuffix()
}

// Is reports whether value is an ARN of the service, or a Terraform token, which may be one. The resource must begin
// with resourcePrefix.
func Is(value, service, resourcePrefix string) bool {
	if token.Is(value) && !strings.HasPrefix(value, "arn:") {
		return true
	}
	parts := strings.SplitN(value, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && strings.HasPrefix(parts[1], "aws") && parts[2] == service &&
		strings.HasPrefix(parts[5], resourcePrefix) && len(parts[5]) > len(resourcePrefix)
}

// CheckKey reports a value, for the field at this path, that is neither empty nor the ARN of a KMS key.
func CheckKey(path, value string) error {
	var problems problem.List
	if value != "" && !Is(value, "kms", "key/") {
		problems.Addf(path, "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases", value)
	}
	return problems.Err()
}

// CheckKey reports a value, for the field at this path, that is neither empty nor the ARN of a KMS key of the scope's region:
// AWS encrypts with no other.
func (s Scope) CheckKey(path, value string) error {
	var problems problem.List
	problems.Add("", CheckKey(path, value))
	problems.Add("", s.CheckRegion(path, value))
	return problems.Err()
}

// CheckTopics reports what cannot be the topics that an alarm of the scope's region tells: five at most, of that region.
func (s Scope) CheckTopics(path string, values []string) error {
	var problems problem.List
	problems.Add("", CheckTopics(path, values))
	for i, value := range values {
		problems.Add("", s.CheckRegion(problem.Index(path, i), value))
	}
	return problems.Err()
}

// CheckRegion reports an ARN, for the field at this path, of another region than the scope's, where both are known.
func (s Scope) CheckRegion(path, value string) error {
	var problems problem.List
	parts := strings.SplitN(value, ":", 6)
	if len(parts) == 6 && IsRegion(parts[3]) && IsRegion(s.Region) && parts[3] != s.Region {
		problems.Addf(path, "%q is in %s, and what uses it is in %s; use one of that region", value, parts[3], s.Region)
	}
	return problems.Err()
}

// CheckTopic reports a value, for the field at this path, that is no ARN of an SNS topic.
func CheckTopic(path, value string) error {
	var problems problem.List
	if !Is(value, "sns", "") {
		problems.Addf(path, "%q is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name", value)
	}
	return problems.Err()
}

// CheckTopics reports what cannot be the topics that an alarm tells: five at most.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func CheckTopics(path string, values []string) error {
	var problems problem.List
	for i, value := range values {
		problems.Add("", CheckTopic(problem.Index(path, i), value))
	}
	if n := len(values); n > 5 {
		problems.Addf(path, "are %d, 5 are allowed; have one topic tell the others", n)
	}
	return problems.Err()
}
