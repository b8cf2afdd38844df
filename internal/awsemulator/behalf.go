package awsemulator

import (
	"maps"
	"regexp"
	"strings"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// passedTo are the services that a role is passed to by a call, by service and operation or service alone.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
var passedTo = map[string]string{
	"eks": "eks.amazonaws.com", "eks:CreatePodIdentityAssociation": "pods.eks.amazonaws.com", "eks:UpdatePodIdentityAssociation": "pods.eks.amazonaws.com",
	"ec2": "vpc-flow-logs.amazonaws.com", "ec2:CreateFlowLogs": "vpc-flow-logs.amazonaws.com", "sagemaker": "sagemaker.amazonaws.com", "states": "states.amazonaws.com",
	"events": "events.amazonaws.com", "scheduler": "scheduler.amazonaws.com", "s3": "s3.amazonaws.com", "codebuild": "codebuild.amazonaws.com",
	"codepipeline": "codepipeline.amazonaws.com", "ecs": "ecs-tasks.amazonaws.com", "rds": "monitoring.rds.amazonaws.com", "lambda": "lambda.amazonaws.com",
	"apigateway": "apigateway.amazonaws.com", "ecr": "ecr.amazonaws.com", "logs": "logs.amazonaws.com", "firehose": "firehose.amazonaws.com",
}

// notPassed are operations whose arguments name roles that they do not pass.
var notPassed = regexp.MustCompile(`^(eks:(Create|Delete|Describe|Update|List)Access|eks:(Associate|Disassociate|List)\w*Access|iam:|sts:|kms:|sns:|sqs:|s3:PutBucketPolicy|s3:Get|logs:Describe|\w+:(Describe|Get|List|Tag|Untag|Delete))`)

var (
	roleARN   = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/.+`)
	keyARN    = regexp.MustCompile(`^arn:aws:kms:[a-z0-9-]+:\d+:key/`)
	makes     = regexp.MustCompile(`^(Create|Register|Put)`)
	givesRole = regexp.MustCompile(`(?i)(role|role_?arn|PermissionArn)$`) // names of arguments
)

// taggedBy are the actions that are asked for too where a call that makes something gives it tags.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
var taggedBy = map[string]string{
	"kms": "TagResource", "iam:CreateRole": "TagRole", "iam:CreatePolicy": "TagPolicy", "iam:CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
	"iam:CreateInstanceProfile": "TagInstanceProfile", "ecr": "TagResource", "logs": "TagResource", "events": "TagResource", "sns": "TagResource", "sqs": "TagQueue",
	"states": "TagResource", "sagemaker": "AddTags", "eks": "TagResource", "cloudwatch": "TagResource", "scheduler": "TagResource", "application-autoscaling": "TagResource",
	"rds": "AddTagsToResource", "elasticloadbalancing": "AddTags", "ecs": "TagResource", "codepipeline": "TagResource", "secretsmanager": "TagResource",
	"servicediscovery": "TagResource", "dynamodb": "TagResource", "elasticache": "AddTagsToResource",
}

// inTheCallersName are what AWS asks of the caller beside the action of the call itself.
func (a *Authorizer) inTheCallersName(c *Call) ([]Request, error) {
	var out []Request
	ask := func(because, action, resource string, keys map[string]string, several map[string][]string) error {
		found, err := a.action(action)
		if err != nil {
			return err
		}
		all := map[string]string{"aws:RequestedRegion": c.Region, "aws:PrincipalAccount": c.Account, "aws:ResourceAccount": c.Account}
		for key, value := range a.tags[resource] {
			all["aws:ResourceTag/"+key] = value
		}
		maps.Copy(all, keys)
		var ofResource []string
		for _, each := range found.Resources {
			if arnExpression(fixedForm(c, each.ARN)).MatchString(resource) {
				ofResource = each.Keys
			}
		}
		out = append(out, Request{Request: iamcheck.Request{Action: found.Name, Resource: resource, Keys: only(found.Keys, ofResource, all), Lists: only(found.Keys, ofResource, several)}, Because: because})
		return nil
	}
	failed := a.tagsOnCreation(c, ask)
	if failed == nil {
		failed = a.roles(c, ask)
	}
	if failed == nil {
		failed = a.keys(c, ask)
	}
	if failed == nil {
		failed = a.objects(c, ask)
	}
	return out, failed
}

type asking func(because, action, resource string, keys map[string]string, several map[string][]string) error

func fixedForm(c *Call, form string) string {
	return strings.NewReplacer("${Partition}", "aws", "${Region}", c.Region, "${Account}", c.Account).Replace(form)
}

// tagsOnCreation: who makes something with tags must be allowed to tag it.
func (a *Authorizer) tagsOnCreation(c *Call, ask asking) error {
	if c.Service == "ec2" {
		for kind, tags := range specified(c.Arguments) {
			prefix := ec2Ids[kind]
			if prefix == "" || len(tags) == 0 {
				continue
			}
			keys := map[string]string{"ec2:CreateAction": c.Operation}
			for key, value := range tags {
				keys["aws:RequestTag/"+key] = value
			}
			var failed error
			seen := map[string]bool{}
			texts(c.Answer, func(_, text string) {
				if isID(prefix, text) && !seen[text] && failed == nil {
					seen[text] = true
					failed = ask("tags what it makes", "ec2:CreateTags", "arn:aws:ec2:"+c.Region+":"+c.Account+":"+kind+"/"+text, keys, map[string][]string{"aws:TagKeys": sortedKeys(tags)})
				}
			})
			if failed != nil {
				return failed
			}
		}
		return nil
	}
	tags := tagsIn(c.Arguments)
	verb, named := taggedBy[c.Service+":"+c.Operation]
	if !named {
		verb = taggedBy[c.Service]
	}
	if !makes.MatchString(c.Operation) || len(tags) == 0 || verb == "" {
		return nil
	}
	keys := map[string]string{}
	for key, value := range tags {
		keys["aws:RequestTag/"+key] = value
	}
	action, err := a.action(c.Service + ":" + verb)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, resource := range a.made(c, action) {
		if !asked[resource] {
			asked[resource] = true
			if err := ask("tags what it makes", action.Name, resource, keys, map[string][]string{"aws:TagKeys": sortedKeys(tags)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// made are the ARNs of what a call makes: those of its answer that the action works on, or else the one that its name tells.
func (a *Authorizer) made(c *Call, action *iamcheck.Action) []string {
	var out []string
	for _, resource := range action.Resources {
		expression := arnExpression(fixedForm(c, resource.ARN))
		texts(c.Answer, func(path, text string) {
			if expression.MatchString(text) && !roleARN.MatchString(text) {
				out = append(out, text)
			}
		})
	}
	if len(out) > 0 {
		return out
	}
	own, err := a.action(c.Service + ":" + c.Operation)
	if err != nil {
		return nil
	}
	for _, resource := range own.Resources {
		out = append(out, a.resources(c, resource, c.Arguments)...)
	}
	if len(own.Resources) == 0 {
		for _, resource := range action.Resources {
			if arn := filled(fixedForm(c, resource.ARN), c.Arguments); arn != "" {
				return []string{arn}
			}
		}
	}
	return out
}

// roles: who gives a service a role must be allowed to pass it.
func (a *Authorizer) roles(c *Call, ask asking) error {
	name := c.Service + ":" + c.Operation
	if notPassed.MatchString(name) {
		return nil
	}
	service := passedTo[name]
	if service == "" {
		service = passedTo[c.Service]
	}
	var failed error
	seen := map[string]bool{}
	texts(c.Arguments, func(path, text string) {
		if roleARN.MatchString(text) && !seen[text] && service != "" && failed == nil && givesRole.MatchString(path) {
			seen[text] = true
			failed = ask("passes the role to "+service, "iam:PassRole", text, map[string]string{"iam:PassedToService": service}, nil)
		}
	})
	return failed
}

// keys: some services make a grant on a KMS key, or look at it, in the name of the caller.
func (a *Authorizer) keys(c *Call, ask asking) error {
	granted := map[string]string{
		// https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html#ecr-encryption-at-rest-considerations
		"ecr:CreateRepository": "true",
		// CreateCluster does not say that the grant is for a resource of AWS. https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
		"eks:CreateCluster": "", "eks:AssociateEncryptionConfig": "",
		// Of its keys, the one of the volumes alone. https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
		"sagemaker:CreateEndpointConfig": "true", "sagemaker:CreateDomain": "true", "sagemaker:CreateFeatureGroup": "true",
		"rds:CreateDBInstance": "true", "rds:CreateDBCluster": "true", "secretsmanager:CreateSecret": "",
	}
	forAWS, grants := granted[c.Service+":"+c.Operation]
	if !grants || c.Service == "secretsmanager" {
		return nil
	}
	var failed error
	texts(c.Arguments, func(path, text string) {
		if !keyARN.MatchString(text) || failed != nil {
			return
		}
		if c.Operation == "CreateEndpointConfig" {
			if path != "KmsKeyId" {
				return
			}
		} else if failed = ask("looks at the key", "kms:DescribeKey", text, nil, nil); failed != nil {
			return
		}
		keys := map[string]string{}
		if forAWS != "" {
			keys["kms:GrantIsForAWSResource"] = forAWS
		}
		failed = ask("makes a grant on the key", "kms:CreateGrant", text, keys, nil)
	})
	return failed
}

// objects: S3 uses the key of a bucket in the name of whoever reads and writes objects, with the bucket as context, as it has a bucket key.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func (a *Authorizer) objects(c *Call, ask asking) error {
	bucket := text(c.Arguments, "Bucket")
	key := a.bucketKeys[bucket]
	verb := map[string]string{"GetObject": "Decrypt", "PutObject": "GenerateDataKey"}[c.Operation]
	if c.Service != "s3" || key == "" || verb == "" {
		return nil
	}
	return ask("encrypts in S3", "kms:"+verb, key, map[string]string{
		"kms:ViaService": "s3." + c.Region + ".amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::" + bucket,
	}, nil)
}
