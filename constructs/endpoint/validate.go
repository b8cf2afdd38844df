package endpoint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// maxVariants is how many variants an endpoint may have.
const maxVariants = 10

func (p Props) withDefaults() Props {
	variants := make([]Variant, len(p.Variants))
	for i, v := range p.Variants {
		variants[i] = v.withDefaults("AllTraffic", len(p.Variants) == 1)
		if s := variants[i].Autoscaling; s != nil {
			if p.Async != nil && s.BacklogPerInstance == 0 {
				s.BacklogPerInstance = 5
			}
			if v.Serverless != nil && s.UtilizationPercent == 0 {
				s.UtilizationPercent = 70
			}
		}
	}
	p.Variants = variants
	if p.Shadow != nil {
		shadow := p.Shadow.withDefaults("Shadow", true)
		p.Shadow = &shadow
	}
	if p.Async != nil {
		async := p.Async.withDefaults(p.KeyARN)
		p.Async = &async
	}
	if p.DataCapture != nil {
		capture := p.DataCapture.withDefaults(p.KeyARN)
		p.DataCapture = &capture
	}
	if p.RoleName == "" && p.RoleARN == "" {
		p.RoleName = roleName(p.Name)
	}
	p.Deployment = p.Deployment.withDefaults(p.inf1())
	p.Alarms = p.Alarms.withDefaults(p.Async != nil)
	p.LogRetentionDays = cmp.Or(p.LogRetentionDays, 90)
	return p
}

func (p Props) inf1() bool {
	return slices.ContainsFunc(p.all(), func(v Variant) bool { return strings.HasPrefix(v.InstanceType, "ml.inf1.") })
}

func (p Props) serverless() bool {
	return slices.ContainsFunc(p.Variants, func(v Variant) bool { return v.Serverless != nil })
}

// validate checks everything that can be known before the first resource is made.
func (p Props) validate() error {
	var problems problem.List
	problems.Add("", sagemaker.CheckName("name", p.Name))
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	p.validateVariants(&problems)
	p.validateShadow(&problems)
	p.validateServerless(&problems)
	p.validateAsync(&problems)
	p.validateDataCapture(&problems)
	p.validateKey(&problems)
	if p.VPC != nil {
		problems.Add("", sagemaker.CheckNetwork("vpc", p.VPC.SubnetIDs, p.VPC.SecurityGroupIDs))
	}
	p.validateRole(&problems)
	p.validateDeployment(&problems)
	p.validateAlarms(&problems)
	p.validateLogs(&problems)
	return problems.Err()
}

// validateServerless refuses what serverless endpoints do not have.
// https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
func (p Props) validateServerless(problems *problem.List) {
	if !p.serverless() {
		return
	}
	const without = "serverless endpoints have none; remove it or use instances"
	if len(p.Variants) > 1 {
		problems.Addf("variants", "are %d, and a serverless endpoint has one; make an endpoint for each", len(p.Variants))
	}
	for _, field := range []struct {
		path string
		set  bool
	}{{"vpc", p.VPC != nil}, {"dataCapture", p.DataCapture != nil}, {"async", p.Async != nil}, {"shadow", p.Shadow != nil}} {
		if field.set {
			problems.Addf(field.path, without)
		}
	}
	if p.Scope.Partition == "aws-cn" {
		problems.Addf("variants[0].serverless", "the regions of China have no serverless endpoints; use instances")
	}
}

func (p Props) validateAsync(problems *problem.List) {
	a := p.Async
	if a == nil {
		return
	}
	problems.Add("", sagemaker.CheckURI("async.outputURI", a.OutputURI, 512))
	if a.FailureURI != "" {
		problems.Add("", sagemaker.CheckURI("async.failureURI", a.FailureURI, 512))
	}
	for i, uri := range a.InputURIs {
		problems.Add("", sagemaker.CheckURI(problem.Index("async.inputURIs", i), uri, 1024))
	}
	if len(a.InputURIs) == 0 && p.RoleARN == "" {
		problems.Addf("async.inputURIs", "are missing, and the role could not read any request; name the S3 folders of the requests, or give a roleARN")
	}
	if a.SuccessTopicARN != "" {
		problems.Add("", arn.CheckTopic("async.successTopicARN", a.SuccessTopicARN))
	}
	if a.ErrorTopicARN != "" {
		problems.Add("", arn.CheckTopic("async.errorTopicARN", a.ErrorTopicARN))
	}
	if a.AnswerInTopics && a.SuccessTopicARN == "" && a.ErrorTopicARN == "" {
		problems.Addf("async.answerInTopics", "has no effect without a topic; give successTopicARN or errorTopicARN")
	}
	if a.MaxConcurrentPerInstance < 0 || a.MaxConcurrentPerInstance > 1000 {
		problems.Addf("async.maxConcurrentPerInstance", "%d is out of range; use 1 to 1000", a.MaxConcurrentPerInstance)
	}
	problems.Add("", arn.CheckKey("async.keyARN", a.KeyARN))
}

var contentType = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9])*/[a-zA-Z0-9](-*[a-zA-Z0-9.])*$`)

func (p Props) validateDataCapture(problems *problem.List) {
	d := p.DataCapture
	if d == nil {
		return
	}
	problems.Add("", sagemaker.CheckURI("dataCapture.destinationURI", d.DestinationURI, 512))
	if d.Percent < 1 || d.Percent > 100 {
		problems.Addf("dataCapture.percent", "%d is out of range; use 1 to 100", d.Percent)
	}
	for i, mode := range d.Modes {
		at := problem.Index("dataCapture.modes", i)
		if mode != Input && mode != Output {
			problems.Addf(at, "%q is unknown; use %s or %s", mode, Input, Output)
		}
		if slices.Contains(d.Modes[:i], mode) {
			problems.Addf(at, "%q is given twice; remove one", mode)
		}
	}
	for _, list := range []struct {
		path  string
		types []string
	}{{"dataCapture.csvContentTypes", d.CSVContentTypes}, {"dataCapture.jsonContentTypes", d.JSONContentTypes}} {
		if n := len(list.types); n > 10 {
			problems.Addf(list.path, "are %d, 10 are allowed; remove some", n)
		}
		for i, each := range list.types {
			if !contentType.MatchString(each) || len(each) > 256 {
				problems.Addf(problem.Index(list.path, i), "%q is no content type that SageMaker takes; write it like text/csv", each)
			}
		}
	}
	problems.Add("", arn.CheckKey("dataCapture.keyARN", d.KeyARN))
}

// validateKey finds a key that would encrypt nothing, which its owner should know.
func (p Props) validateKey(problems *problem.List) {
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	if p.KeyARN != "" && p.volumeKey() == "" && p.DataCapture == nil && p.Async == nil {
		problems.Addf("keyARN", "would encrypt nothing: nothing is stored in S3, and serverless variants and instances with their own disks take no key; remove it")
	}
}

func (p Props) validateRole(problems *problem.List) {
	for i, uri := range p.Access.ModelDataURIs {
		problems.Add("", sagemaker.CheckURI(problem.Index("access.modelDataURIs", i), uri, 1024))
	}
	for i, repository := range p.Access.RepositoryARNs {
		if !arn.Is(repository, "ecr", "repository/") {
			problems.Addf(problem.Index("access.repositoryARNs", i), "%q is no ARN of an ECR repository; write it like arn:aws:ecr:us-west-2:123456789012:repository/name", repository)
		}
	}
	for i, key := range p.Access.KeyARNs {
		if key == "" {
			problems.Addf(problem.Index("access.keyARNs", i), "is empty; give the ARN of a KMS key")
		}
		problems.Add("", arn.CheckKey(problem.Index("access.keyARNs", i), key))
	}
	problems.Add("", iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}.Validate())
	if p.RoleARN != "" && len(p.Access.ModelDataURIs)+len(p.Access.RepositoryARNs)+len(p.Access.KeyARNs) > 0 {
		problems.Addf("access", "is for a role that is made, and roleARN gives an existing one; remove one of them")
	}
}
