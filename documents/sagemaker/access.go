package sagemaker

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Access is what containers that SageMaker runs touch. S3 URIs that end with a slash are folders, those that end with a star
// all that begins so, others are objects.
type Access struct {
	// Reads and Writes are S3 URIs. Writes are folders, with or without a slash at the end.
	Reads, Writes []string
	// ReadKeys and WriteKeys are ARNs of KMS keys of objects in S3.
	ReadKeys, WriteKeys []string
	// VolumeKeys are ARNs of the KMS keys of the volumes.
	VolumeKeys []string
	// Images are URIs of images in ECR, Repositories ARNs of more repositories.
	Images, Repositories []string
	// Subnets and SecurityGroups are ids.
	Subnets, SecurityGroups []string
	// Topics are ARNs of SNS topics that are written to.
	Topics []string
	// LogGroup is the name of the log group, in which a final * stands for anything.
	LogGroup string
}

// Statements are the permissions of the execution role.
// https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
func (a Access) Statements(scope arn.Scope) []policy.Statement {
	out := a.Data(scope)
	if keys := distinct(a.VolumeKeys); len(keys) > 0 {
		out = append(out, policy.Statement{Actions: []string{"kms:DescribeKey"}, Resources: keys}, GrantVolumes(keys...))
	}
	out = append(out, a.pull(scope)...)
	if len(a.Subnets) > 0 {
		network := AttachToNetwork(scope, a.Subnets, a.SecurityGroups)
		out = append(out, network[:]...)
	}
	if len(a.Topics) > 0 {
		out = append(out, policy.Statement{Actions: []string{"sns:Publish"}, Resources: distinct(a.Topics)})
	}
	return append(out, a.observe(scope)...)
}

// GrantVolumes lets the service attach volumes that are encrypted with the keys, in the name of whoever starts a job, makes an
// endpoint, or is its role.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html#sagemaker-CreateEndpointConfig-request-KmsKeyId
func GrantVolumes(keyARNs ...string) policy.Statement {
	return policy.Statement{Actions: []string{"kms:CreateGrant"}, Resources: keyARNs, Conditions: []policy.Condition{policy.Bool("kms:GrantIsForAWSResource", true)}}
}

// Data are the permissions on data alone: objects, and the keys with which S3 encrypts them.
func (a Access) Data(scope arn.Scope) []policy.Statement {
	out, s3 := a.objects(scope), "s3."+scope.Region+"."+scope.DNSSuffix()
	if keys := distinct(a.WriteKeys); len(keys) > 0 {
		out = append(out, policy.UseKey(true, s3, keys...))
	}
	if keys := without(distinct(a.ReadKeys), a.WriteKeys); len(keys) > 0 {
		out = append(out, policy.UseKey(false, s3, keys...))
	}
	return out
}

// objects is reading, writing and listing, one statement for the listing of each bucket.
func (a Access) objects(scope arn.Scope) []policy.Statement {
	var buckets []string
	prefixes := map[string][]string{}
	var out []policy.Statement
	add := func(uri string, write bool) {
		bucket, key, ok := split(uri)
		if !ok {
			return
		}
		actions, folder := []string{"s3:GetObject"}, key == "" || strings.HasSuffix(key, "/")
		if write {
			actions, folder = []string{"s3:AbortMultipartUpload", "s3:PutObject"}, !strings.HasSuffix(key, "*")
		}
		if !slices.Contains(buckets, bucket) {
			buckets = append(buckets, bucket)
		}
		if folder {
			// A folder is listed with and without its slash.
			if key = strings.TrimSuffix(key, "/"); key != "" {
				prefixes[bucket] = append(prefixes[bucket], key)
				key += "/"
			}
			key += "*"
		}
		prefixes[bucket] = append(prefixes[bucket], key)
		out = append(out, policy.Statement{Actions: actions, Resources: []string{scope.Bucket(bucket) + "/" + key}})
	}
	for _, uri := range distinct(a.Reads) {
		add(uri, false)
	}
	for _, uri := range distinct(a.Writes) {
		add(uri, true)
	}
	for _, bucket := range buckets {
		out = append(out, policy.Statement{
			Actions: []string{"s3:ListBucket"}, Resources: []string{scope.Bucket(bucket)},
			Conditions: []policy.Condition{policy.StringLike("s3:prefix", distinct(prefixes[bucket])...)},
		})
	}
	return policy.Merge(out...)
}

func (a Access) pull(scope arn.Scope) []policy.Statement {
	repositories := append([]string(nil), a.Repositories...)
	for _, image := range a.Images {
		if repository := Repository(scope.Partition, image); repository != "" {
			repositories = append(repositories, repository)
		}
	}
	if len(repositories) == 0 {
		return nil
	}
	return []policy.Statement{
		{Actions: ecr.PullActions(), Resources: distinct(repositories)},
		// The token of the registry has no resource level.
		{Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
	}
}

// AttachToNetwork is what attaching jobs to subnets needs, in this order: to make interfaces, to use them, and to describe the
// network. Subnets may be shared by another account, so their ARNs leave it open: the ids say enough. Interfaces are the
// account's own.
func AttachToNetwork(scope arn.Scope, subnets, securityGroups []string) [3]policy.Statement {
	anywhere := scope
	anywhere.Account = "*"
	interfaces := scope.Regional("ec2", "network-interface/*")
	where := []string{interfaces}
	for _, id := range subnets {
		where = append(where, anywhere.Regional("ec2", "subnet/"+id))
	}
	for _, id := range securityGroups {
		where = append(where, anywhere.Regional("ec2", "security-group/"+id))
	}
	return [3]policy.Statement{
		{Actions: []string{"ec2:CreateNetworkInterface"}, Resources: where},
		{Actions: []string{"ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"}, Resources: []string{interfaces}},
		// Descriptions have no resource level.
		{Actions: []string{"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"}, Resources: []string{"*"}},
	}
}

func (a Access) observe(scope arn.Scope) []policy.Statement {
	group := scope.Regional("logs", "log-group:"+a.LogGroup)
	return []policy.Statement{
		{Actions: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, Resources: []string{group, group + ":log-stream:*"}},
		{
			// Metrics have no resource level; the namespaces are those of SageMaker.
			Actions: []string{"cloudwatch:PutMetricData"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.StringLike("cloudwatch:namespace", "AWS/SageMaker", "/aws/sagemaker/*", "aws/sagemaker/*")},
		},
	}
}

// split takes an S3 URI apart. What only Terraform knows as a whole has no parts.
func split(uri string) (bucket, key string, ok bool) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	bucket, key, _ = strings.Cut(rest, "/")
	return bucket, key, ok
}

// Opaque reports whether only Terraform knows what the value is about, so that no permission can be derived from it.
func Opaque(value, prefix string) bool { return token.Is(value) && !strings.HasPrefix(value, prefix) }

func distinct(values []string) []string {
	var out []string
	for _, value := range values {
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}

func without(values, gone []string) []string {
	return slices.DeleteFunc(values, func(value string) bool { return slices.Contains(gone, value) })
}
