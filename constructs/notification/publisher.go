package notification

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// A Publisher is an AWS service that publishes to topics by itself, without a role of yours.
type Publisher string

// The services that may publish. Step Functions, Lambda and pipelines publish with their roles: see GrantPublish.
const (
	// CloudWatch publishes the changes of alarms.
	CloudWatch Publisher = "cloudwatch.amazonaws.com"
	// EventBridge publishes the events that match a rule.
	EventBridge Publisher = "events.amazonaws.com"
	// Budgets publishes alerts of AWS Budgets.
	// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
	Budgets Publisher = "budgets.amazonaws.com"
	// Prometheus publishes alerts of Amazon Managed Prometheus.
	// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-AWSpermission.html
	Prometheus Publisher = "aps.amazonaws.com"
)

var publishers = []Publisher{CloudWatch, EventBridge, Budgets, Prometheus}

// sid names the publisher's statements.
func (p Publisher) sid() string {
	return map[Publisher]string{CloudWatch: "CloudWatch", EventBridge: "EventBridge", Budgets: "Budgets", Prometheus: "Prometheus"}[p]
}

func (p Publisher) known() bool { return p.sid() != "" }

// conditions limit the service to what it does for the account. EventBridge sends no such context when it publishes,
// neither to SNS nor to KMS: with a condition, every one of its messages would be dropped without a trace.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
func (p Publisher) conditions(scope arn.Scope) []policy.Condition {
	if p == EventBridge {
		return nil
	}
	return []policy.Condition{policy.StringEquals("aws:SourceAccount", scope.Account)}
}

// KeyStatements are what the policy of a KMS key needs so that the services can publish to topics which the key
// encrypts. Give them to the key that you pass as Props.KeyARN.
func KeyStatements(scope arn.Scope, services ...Publisher) []policy.Statement {
	var statements []policy.Statement
	for _, each := range services {
		statements = append(statements, policy.Statement{
			Sid: each.sid(), Principals: []policy.Principal{policy.Service(string(each))},
			Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{"*"}, Conditions: each.conditions(scope),
		})
	}
	return statements
}

// policy is the topic's policy. Roles of the account need no mention: their own policies decide.
func (p Props) policy() policy.Document {
	statements := []policy.Statement{policy.DenyInsecureTransport("sns:Publish", p.literalARN())}
	for _, each := range p.Publishers {
		actions := []string{"sns:Publish"}
		if each == Prometheus { // which looks first whether the topic is of the kind that it knows
			actions = append(actions, "sns:GetTopicAttributes")
		}
		statements = append(statements, policy.Statement{
			Sid: each.sid(), Principals: []policy.Principal{policy.Service(string(each))},
			Actions: actions, Resources: []string{p.literalARN()}, Conditions: each.conditions(p.Scope),
		})
	}
	return policy.New(append(statements, p.Statements...)...)
}

// literalARN is the topic's ARN as far as it is known before the topic exists, so that plans show the policy.
func (p Props) literalARN() string { return p.Scope.Regional("sns", p.Name) }
