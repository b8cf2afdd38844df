package monitor

import (
	"strings"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// role is the execution role: the schedule starts its jobs as this role, and the jobs run as it.
func (p Props) role() iam.RoleProps {
	access := sagemaker.Access{
		Reads:    present(p.CaptureURI, p.Baseline.ConstraintsURI, p.Baseline.StatisticsURI, p.PreprocessorURI, p.PostprocessorURI),
		ReadKeys: p.CaptureKeyARNs, Writes: []string{p.OutputURI}, WriteKeys: present(p.KeyARN), VolumeKeys: present(p.volumeKey()),
		Images: []string{p.Image}, LogGroup: "/aws/sagemaker/ProcessingJobs",
	}
	if p.Transform != nil {
		access.Reads = append(access.Reads, p.Transform.CapturedURI)
	}
	if p.VPC != nil {
		access.Subnets, access.SecurityGroups = p.VPC.SubnetIDs, p.VPC.SecurityGroupIDs
	}
	statements := append(access.Statements(p.Scope),
		// SageMaker names the jobs.
		policy.Statement{
			Actions:   []string{"sagemaker:AddTags", "sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"},
			Resources: []string{p.Scope.Regional("sagemaker", "processing-job/*")},
		},
		policy.PassRole([]string{"sagemaker.amazonaws.com"}, p.Scope.Role(p.RoleName)))
	if p.EndpointName != "" {
		statements = append(statements,
			policy.Statement{Actions: []string{"sagemaker:DescribeEndpoint"}, Resources: []string{p.EndpointARN}},
			// The configuration of an endpoint changes with each deployment.
			policy.Statement{Actions: []string{"sagemaker:DescribeEndpointConfig"}, Resources: []string{p.Scope.Regional("sagemaker", "endpoint-config/*")}})
	}
	return iam.RoleProps{
		Name: p.RoleName, Description: "SageMaker Model Monitor runs the schedule " + p.Name + " with this role",
		Trust: policy.TrustService(p.Scope.Account, "sagemaker.amazonaws.com"), Statements: statements, PermissionsBoundary: p.PermissionsBoundary,
	}
}

// folder ends with a slash.
func folder(uri string) string {
	if uri == "" {
		return ""
	}
	return strings.TrimSuffix(uri, "/") + "/"
}

func present(values ...string) []string {
	var out []string
	for _, value := range values {
		if value != "" {
			out = append(out, value)
		}
	}
	return out
}
