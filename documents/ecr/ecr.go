// Package ecr takes addresses of images in Amazon ECR apart, and is what policies of repositories say and how long they may be. It is pure Go.
package ecr

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// MaxPolicy is the size limit of a repository policy, in characters.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
const MaxPolicy = 10240

// A Service is an AWS service that pulls images itself.
type Service string

// The services that pull images themselves.
const (
	// Lambda pulls the images of functions.
	// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
	Lambda Service = "lambda.amazonaws.com"
	// SageMaker pulls the images of jobs and endpoints, mostly in the name of their execution role.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers.html
	SageMaker Service = "sagemaker.amazonaws.com"
)

// Services are those that pull images themselves.
func Services() []Service { return []Service{Lambda, SageMaker} }

// PullActions are what pulling an image takes.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
func PullActions() []string {
	return []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
}

// serviceActions are what a service needs that pulls.
func serviceActions() []string { return []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} }

// Pullers are who may pull from a repository beside the roles of its own account.
type Pullers struct {
	// Accounts are other accounts, whose own policies say which of their roles pull. Default: none.
	Accounts []string
	// Organization is those of all accounts in it. Default: none.
	Organization policy.Organization
	// Services that pull for resources of the repository's account and of these. Default: none.
	Services []Service
}

// Statements let them pull from a repository in the scope.
func (p Pullers) Statements(scope arn.Scope) []policy.Statement {
	var statements []policy.Statement
	if len(p.Accounts) > 0 {
		var roots []string
		for _, account := range p.Accounts {
			roots = append(roots, arn.Scope{Partition: scope.Partition, Account: account}.Root())
		}
		statements = append(statements, policy.Statement{Sid: "Pull", Principals: []policy.Principal{policy.AWS(roots...)}, Actions: PullActions()})
	}
	if p.Organization.Given() {
		statements = append(statements, policy.Statement{
			Sid: "OrganizationPull", Principals: []policy.Principal{policy.Everyone()}, Actions: PullActions(), Conditions: p.Organization.Principals(),
		})
	}
	for _, service := range p.Services {
		statements = append(statements, p.serviceStatement(service, scope))
	}
	if p.Organization.Given() && len(p.Services) > 0 {
		var services []string
		for _, service := range p.Services {
			services = append(services, string(service))
		}
		statements = append(statements, policy.Statement{
			Sid: "OrganizationServicePull", Principals: []policy.Principal{policy.Service(services...)}, Actions: serviceActions(), Conditions: p.Organization.Sources(),
		})
	}
	return statements
}

// serviceStatement lets a service pull for resources of the accounts, and for nobody else's. The repository's account is among
// them, because Lambda would otherwise add a statement of its own here, which the next plan would remove.
func (p Pullers) serviceStatement(service Service, scope arn.Scope) policy.Statement {
	accounts := append([]string{scope.Account}, p.Accounts...)
	if service == Lambda {
		var functions []string
		for _, account := range accounts {
			functions = append(functions, arn.Scope{Partition: scope.Partition, Region: scope.Region, Account: account}.Regional("lambda", "function:*"))
		}
		return policy.Statement{
			Sid: "LambdaPull", Principals: []policy.Principal{policy.Service(string(Lambda))}, Actions: serviceActions(),
			Conditions: []policy.Condition{policy.StringLike("aws:SourceArn", functions...)},
		}
	}
	return policy.Statement{
		Sid: "SageMakerPull", Principals: []policy.Principal{policy.Service(string(SageMaker))}, Actions: serviceActions(),
		Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount", accounts...)},
	}
}
