package endpoint

import (
	"crypto/sha256"
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// role is the execution role: what SageMaker and the containers may do.
func (p Props) role() iam.RoleProps {
	return iam.RoleProps{
		Name: p.RoleName, Description: "SageMaker runs the endpoint " + p.Name + " with this role",
		Trust: policy.TrustService(p.Scope.Account, "sagemaker.amazonaws.com"), Statements: p.access().Statements(p.Scope), PermissionsBoundary: p.PermissionsBoundary,
	}
}

func (p Props) access() sagemaker.Access {
	access := sagemaker.Access{
		Reads: append([]string(nil), p.Access.ModelDataURIs...), ReadKeys: p.Access.KeyARNs, Repositories: p.Access.RepositoryARNs,
		VolumeKeys: present(nil, p.volumeKey()), LogGroup: p.logGroup(),
	}
	for _, v := range p.all() {
		if v.Model.DataURI != "" {
			access.Reads = append(access.Reads, v.Model.DataURI)
		}
		if v.Model.Image != "" {
			access.Images = append(access.Images, v.Model.Image)
		}
	}
	if d := p.DataCapture; d != nil {
		access.Writes = append(access.Writes, d.DestinationURI)
		access.WriteKeys = present(access.WriteKeys, d.KeyARN)
	}
	if a := p.Async; a != nil {
		access.Reads = append(access.Reads, a.InputURIs...)
		access.Writes = present(access.Writes, a.OutputURI, a.FailureURI)
		access.WriteKeys = present(access.WriteKeys, a.KeyARN)
		access.Topics = present(nil, a.SuccessTopicARN, a.ErrorTopicARN)
	}
	if p.VPC != nil {
		access.Subnets, access.SecurityGroups = p.VPC.SubnetIDs, p.VPC.SecurityGroupIDs
	}
	return access
}

func present(list []string, values ...string) []string {
	for _, value := range values {
		if value != "" {
			list = append(list, value)
		}
	}
	return list
}

const roleSuffix = "-endpoint"

// roleName is the default name of the role. What is cut off is replaced by a hash, so that names stay distinct.
func roleName(name string) string {
	if len(name)+len(roleSuffix) <= 64 {
		return name + roleSuffix
	}
	hash := fmt.Sprintf("-%x", sha256.Sum256([]byte(name)))[:9]
	return name[:64-len(roleSuffix)-len(hash)] + hash + roleSuffix
}
