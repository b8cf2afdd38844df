package config

import (
	"fmt"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/s3"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Organization is an organisation of AWS Organizations, with whose accounts the operations account shares images and buckets in place of
// naming the account of each environment.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html
type Organization struct {
	// ID of the organization. aws organizations describe-organization shows it. All environments must be in accounts of it.
	ID string `yaml:"id" jsonschema:"required,pattern=^o-[a-z0-9]+$,minLength=12,maxLength=34,example=o-a1b2c3d4e5"`
	// Paths narrow it to the accounts in some organizational units: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ is the accounts right in the unit, and with * at the end those of the units below too. Default: all accounts of the organization.
	Paths []string `yaml:"paths" jsonschema:"uniqueItems=true"`
}

// SharedWith is whom the images and buckets of operations are shared with: the accounts of the environments, each once, or an organisation.
func (p *Platform) SharedWith() (accounts []string, organization policy.Organization) {
	if o := p.Operations.Organization; o != nil {
		return nil, policy.Organization(*o)
	}
	for _, env := range p.Environments {
		if env.Account != p.Operations.Account {
			accounts = append(accounts, env.Account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts), organization
}

// validateSharing finds lists that are too long for the policies of what is shared.
func (l *loader) validateSharing() {
	p, f := l.whole(), l.platformFile
	const path = "operations.organization"
	if p.Operations.Organization != nil {
		var problems problem.List
		problems.Add(path, policy.Organization(*p.Operations.Organization).Validate())
		f.addList(problems)
	}
	accounts, organization := p.SharedWith()
	for _, each := range p.sharedPolicies(accounts, organization) {
		size := each.document.Size()
		switch {
		case size <= each.most:
			continue
		case organization.Given():
			f.add(path+".paths", "", fmt.Sprintf("make the policy of %s %d characters long, where %s takes %d", each.of, size, each.service, each.most), "name fewer, such as a unit above them")
		default:
			f.add(path, "", fmt.Sprintf("is missing, and the policy of %s, which names the %d accounts of the environments, is %d characters long, where %s takes %d", each.of, len(accounts), size, each.service, each.most),
				"add organization: { id: o-... }, with the id of your AWS organization, to share with its accounts instead")
		}
		return // the others have the same cause
	}
}

type sharedPolicy struct {
	of, service string
	document    policy.Document
	most        int
}

// sharedPolicies are the policies that grow with the environments.
func (p *Platform) sharedPolicies(accounts []string, organization policy.Organization) []sharedPolicy {
	o := &p.Operations
	scope := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	var all []sharedPolicy
	if len(o.Images) > 0 {
		pullers := ecr.Pullers{Accounts: accounts, Organization: organization, Services: ecr.Services()}
		all = append(all, sharedPolicy{"each of the images", "ECR", policy.New(pullers.Statements(scope)...), ecr.MaxPolicy})
	}
	for _, part := range []string{ArtifactsBucket, PipelinesBucket} {
		shared := s3.Bucket{
			ARN: scope.Bucket(bucketName(p.Project+"-"+OperationsName, part, o.Account, o.Region)), Scope: scope,
			KeyARN: "${TfToken[TOKEN.0]}", // known to Terraform only, and counted as such
			Shares: []s3.Share{{Accounts: accounts, Organization: organization}},
		}
		all = append(all, sharedPolicy{"the bucket of " + part, "S3", shared.Policy(), s3.MaxPolicy})
	}
	return all
}
