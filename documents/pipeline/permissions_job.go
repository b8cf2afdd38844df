package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/token"
)

// JobPermissions is what the roles of the jobs need: the data that they read and write, their images, keys, network,
// logs and metrics. What the code in the containers does beyond its inputs and outputs is not covered. Parameters
// count with their defaults: an execution that reads elsewhere needs more. Without jobs there is nothing to need. The
// error is that of Validate.
// https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
func (p *Pipeline) JobPermissions(scope arn.Scope) ([]policy.Statement, error) {
	access, err := p.Access()
	if err != nil || len(access.Roles) == 0 {
		return nil, err
	}
	scope = scope.WithDefaults()
	out := access.data(scope)
	out = append(out, access.pull(scope)...)
	out = append(out, access.encryption(scope)...)
	out = append(out, access.network(scope)...)
	return policy.Merge(append(out,
		policy.Statement{
			Actions:   []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []string{scope.Regional("logs", "log-group:/aws/sagemaker/*")},
		},
		policy.Statement{
			// The namespace limits metrics; a resource would be a data set, which SageMaker's metrics are not in.
			Actions: []string{"cloudwatch:PutMetricData"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.StringLike("cloudwatch:namespace", "/aws/sagemaker/*", "aws/sagemaker/*")},
		})...), nil
}

// data is reading and writing what the URIs point at, and listing these prefixes of their buckets.
func (a Access) data(scope arn.Scope) []policy.Statement {
	var out []policy.Statement
	var buckets []string
	prefixes := map[string][]string{}
	one := func(uri string, actions ...string) {
		rest, ok := strings.CutPrefix(uri, "s3://")
		if !ok {
			return // a token or parameter that is no URI before Terraform or an execution makes it one
		}
		bucket, prefix, _ := strings.Cut(rest, "/")
		prefix = strings.TrimRight(prefix, "*") + "*"
		out = append(out, policy.Statement{Actions: actions, Resources: []string{scope.Bucket(bucket) + "/" + prefix}})
		if prefixes[bucket] == nil {
			buckets = append(buckets, bucket)
		}
		if !slices.Contains(prefixes[bucket], prefix) {
			prefixes[bucket] = append(prefixes[bucket], prefix)
		}
	}
	for _, each := range a.Reads {
		one(each, "s3:GetObject")
	}
	for _, each := range a.Writes {
		one(each, "s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")
	}
	for _, bucket := range buckets {
		out = append(out, policy.Statement{
			Actions: []string{"s3:ListBucket"}, Resources: []string{scope.Bucket(bucket)},
			Conditions: []policy.Condition{policy.StringLike("s3:prefix", prefixes[bucket]...)},
		})
	}
	return out
}

var repositoryURI = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)`)

func (a Access) pull(scope arn.Scope) []policy.Statement {
	var repositories []string
	for _, image := range a.Images {
		repository := ""
		if parts := repositoryURI.FindStringSubmatch(image); parts != nil {
			repository = arn.Scope{Partition: scope.Partition, Region: parts[2], Account: parts[1]}.Regional("ecr", "repository/"+parts[3])
		} else if token.Is(image) {
			repository = scope.Regional("ecr", "repository/*")
		}
		if repository != "" && !slices.Contains(repositories, repository) {
			repositories = append(repositories, repository)
		}
	}
	if len(repositories) == 0 {
		return nil
	}
	return []policy.Statement{
		{Actions: ecr.PullActions(), Resources: repositories},
		// AWS knows no resources for the token.
		{Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
	}
}

func (a Access) encryption(scope arn.Scope) []policy.Statement {
	keys := a.keyARNs(scope)
	if len(keys) == 0 {
		return nil
	}
	return []policy.Statement{
		{Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}, Resources: keys},
		{Actions: []string{"kms:CreateGrant"}, Resources: keys, Conditions: []policy.Condition{policy.Bool("kms:GrantIsForAWSResource", true)}},
	}
}

func (a Access) keyARNs(scope arn.Scope) []string {
	var keys []string
	for _, key := range a.Keys {
		if !strings.HasPrefix(key, "arn:") && !token.Is(key) {
			key = scope.Regional("kms", "key/"+key)
		}
		keys = append(keys, key)
	}
	return keys
}

func (a Access) network(scope arn.Scope) []policy.Statement {
	if len(a.Subnets) == 0 {
		return nil
	}
	interfaces := []string{scope.Regional("ec2", "network-interface/*")}
	for _, each := range a.Subnets {
		interfaces = append(interfaces, scope.Regional("ec2", "subnet/"+each))
	}
	for _, each := range a.SecurityGroups {
		interfaces = append(interfaces, scope.Regional("ec2", "security-group/"+each))
	}
	return []policy.Statement{
		{Actions: []string{"ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"}, Resources: interfaces},
		// AWS knows no resources for descriptions.
		{Actions: []string{"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"}, Resources: []string{"*"}},
	}
}
