package executionrole

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	subnetPattern = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
	groupPattern  = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
)

func (p Props) withDefaults() Props {
	p.Description = cmp.Or(p.Description, "Runs SageMaker jobs")
	p.Path = cmp.Or(p.Path, "/")
	if len(p.MetricNamespaces) == 0 {
		p.MetricNamespaces = []string{"AWS/SageMaker", "/aws/sagemaker/*", "aws/sagemaker/*"}
	}
	return p
}

func (p Props) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	for i, each := range p.RepositoryARNs {
		if !arn.Is(each, "ecr", "repository/") {
			problems.Addf(problem.Index("repositoryARNs", i), "%q is no ARN of an ECR repository; write it like %s", each, p.Scope.Regional("ecr", "repository/name"))
		}
	}
	seen := map[string]bool{}
	for i, data := range p.Data {
		at := problem.Index("data", i)
		data.validate(at, &problems)
		if seen[data.BucketARN] {
			problems.Addf(at+".bucketARN", "%q is given twice; list all its folders in one place", data.BucketARN)
		}
		seen[data.BucketARN] = true
	}
	for i, each := range p.VolumeKeyARNs {
		checkKey(&problems, problem.Index("volumeKeyARNs", i), each)
	}
	if p.Network != nil {
		checkIDs(&problems, "network.subnetIDs", "subnets", "subnet-0123456789abcdef0", subnetPattern, 16, p.Network.SubnetIDs)
		checkIDs(&problems, "network.securityGroupIDs", "security groups", "sg-0123456789abcdef0", groupPattern, 5, p.Network.SecurityGroupIDs)
	}
	for i, each := range p.MetricNamespaces {
		if strings.Trim(each, "*?") == "" {
			problems.Addf(problem.Index("metricNamespaces", i), "%q is any namespace; name one, such as wine/*", each)
		}
	}
	if len(p.Statements) > 0 {
		problems.Add("", policy.New(p.Statements...).Validate(policy.Identity))
	}
	role := p.role()
	role.Statements = nil
	problems.Add("", role.Validate())
	if err := problems.Err(); err != nil {
		return err
	}
	// What remains is a Sid of the caller's that the role has already.
	return p.role().Validate()
}

func (d Data) validate(at string, problems *problem.List) {
	if !arn.Is(d.BucketARN, "s3", "") || strings.Contains(d.BucketARN, "/") && !token.Is(d.BucketARN) {
		problems.Addf(at+".bucketARN", "%q is no ARN of a bucket; write it like arn:aws:s3:::name", d.BucketARN)
	}
	if len(d.Read)+len(d.Write) == 0 {
		problems.Addf(at, `needs read or write; name folders, or "*" for the whole bucket`)
	}
	check := func(path string, folders []string) {
		for i, folder := range folders {
			if folder == "*" || token.Is(folder) {
				continue
			}
			if strings.Trim(folder, "/") == "" || strings.HasPrefix(folder, "/") || strings.ContainsAny(folder, "*?") || strings.Contains(folder, "//") {
				problems.Addf(problem.Index(path, i), `%q is no folder; write it like "raw" or "models/wine", without wildcards and without a slash at the front`, folder)
			}
		}
	}
	check(at+".read", d.Read)
	check(at+".write", d.Write)
	if d.KeyARN != "" {
		checkKey(problems, at+".keyARN", d.KeyARN)
	}
}

func checkKey(problems *problem.List, path, keyARN string) {
	if !arn.Is(keyARN, "kms", "key/") {
		problems.Addf(path, "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases", keyARN)
	}
}

func checkIDs(problems *problem.List, path, kind, example string, pattern *lazyregexp.Regexp, limit int, ids []string) {
	if n := len(ids); n < 1 || n > limit {
		problems.Addf(path, "has %d %s, 1 to %d are allowed; give at least one and no more", n, kind, limit)
	}
	for i, id := range ids {
		if !token.Is(id) && !pattern.MatchString(id) {
			problems.Addf(problem.Index(path, i), "%q is no id; write it like %s", id, example)
		}
	}
}
