package pipeline

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
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
	return policy.Merge(access.ofJobs(scope).Statements(scope)...), nil
}

// ofJobs is what the containers of jobs touch. What one step writes, others read.
func (a Access) ofJobs(scope arn.Scope) sagemaker.Access {
	out := sagemaker.Access{
		Writes: a.Writes, WriteKeys: keyARNs(scope, a.OutputKeys), VolumeKeys: keyARNs(scope, a.VolumeKeys), Repositories: sagemaker.Repositories(scope, a.Images),
		Subnets: a.Subnets, SecurityGroups: a.SecurityGroups, LogGroup: "/aws/sagemaker/*",
	}
	for _, uri := range a.Reads {
		// Inputs are all objects that begin so.
		if !strings.HasSuffix(uri, "/") && !strings.HasSuffix(uri, "*") {
			uri += "*"
		}
		out.Reads = append(out.Reads, uri)
	}
	for _, uri := range a.Writes {
		if !strings.HasSuffix(uri, "*") {
			uri = strings.TrimSuffix(uri, "/") + "/"
		}
		out.Reads = append(out.Reads, uri)
	}
	return out
}

// keyARNs are the ARNs of keys of which the ids or ARNs are given.
func keyARNs(scope arn.Scope, keys []string) []string {
	var out []string
	for _, key := range keys {
		if !strings.HasPrefix(key, "arn:") && !token.Is(key) {
			key = scope.Regional("kms", "key/"+key)
		}
		out = append(out, key)
	}
	return out
}
