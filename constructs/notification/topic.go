// Package notification makes the SNS topic that people and programs hear from when something fails or waits for them:
// encrypted, published to over TLS only, by named AWS services and by roles that were given leave.
package notification

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures a topic. Name is required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic
type Props struct {
	// Name of the topic: 1 to 256 letters, digits, _ and -.
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	Name string
	// Scope is where the topic lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of the topic, beside those of the stack. Default: none.
	Tags map[string]string
	// DisplayName is the sender that people see in e-mails, at most 100 characters. Default: the topic's name.
	DisplayName string

	// KeyARN is an existing KMS key that encrypts the messages. Its key policy must let the publishers use it, for
	// which there is KeyStatements. Default: a key is made, with the alias of the topic's name.
	// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
	KeyARN string
	// Publishers are the AWS services that may publish. An empty list, unlike none, lets no service publish. Default:
	// CloudWatch and EventBridge.
	Publishers []Publisher
	// Statements are added to the topic policy, for other accounts. Default: none.
	Statements []policy.Statement

	// Subscriptions are who receives the messages. Default: nobody.
	Subscriptions []Subscription
}

// A Topic is an SNS topic, made here or existing.
type Topic struct {
	construct tf.Construct
	id        string
	scope     arn.Scope
	arn, name string
	keyARN    string
	// closed says that EventBridge is not among the publishers.
	closed bool
}

// New makes a topic with its key, policy and subscriptions.
func New(scope constructs.Construct, id string, props Props) (*Topic, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Topic, error) {
		made := &Topic{construct: scope, id: id, scope: props.Scope, keyARN: props.KeyARN, closed: !slices.Contains(props.Publishers, EventBridge)}
		if made.keyARN == "" {
			key, err := kms.NewKey(scope, "key", kms.KeyProps{
				Scope: props.Scope, Alias: props.Name, Description: "Messages of the topic " + props.Name,
				Statements: KeyStatements(props.Scope, props.Publishers...),
				// Messages pass and are gone; nothing is lost with the key.
				AllowDestroy: true,
			})
			if err != nil {
				return nil, fmt.Errorf("key: %w", err)
			}
			made.keyARN = key.ARN()
		}
		topic := snstopic.NewSnsTopic(scope, tf.Str("topic"), &snstopic.SnsTopicConfig{
			Name: tf.Str(props.Name), DisplayName: tf.OptStr(props.DisplayName), KmsMasterKeyId: tf.Str(made.keyARN),
			// Version 2 signs messages with SHA-256 in place of SHA-1:
			// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
			SignatureVersion: tf.Num(2), Tags: tf.StrMap(props.Tags),
		})
		made.arn, made.name = tf.Attr(topic, "arn"), tf.Attr(topic, "name")
		text, err := props.policy().JSON(policy.Resource)
		if err != nil {
			return nil, err
		}
		attached := snstopicpolicy.NewSnsTopicPolicy(scope, tf.Str("policy"), &snstopicpolicy.SnsTopicPolicyConfig{
			Arn: tf.Str(made.arn), Policy: tf.Str(text),
		})
		for _, each := range props.Subscriptions {
			made.subscribe(each, attached)
		}
		return made, nil
	})
}

// ExistingProps names a topic that was made elsewhere. ARN is required.
type ExistingProps struct {
	// ARN of the topic.
	ARN string
	// Scope is where the topic lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// KeyARN is the KMS key of the topic's messages. Default: none, the topic is not encrypted with a key of yours.
	KeyARN string
}

// FromARN is an existing topic, with the same grants and outputs as one that New made. Nothing is created, and the
// topic's own policy stays as it is.
func FromARN(scope constructs.Construct, id string, props ExistingProps) (*Topic, error) {
	props.Scope = site.Of(scope, props.Scope)
	var problems problem.List
	problems.Add("", site.Check(props.Scope))
	problems.Add("", arn.CheckTopic("arn", props.ARN))
	problems.Add("", arn.CheckKey("keyARN", props.KeyARN))
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Topic, error) {
		made := &Topic{construct: scope, id: id, scope: props.Scope, arn: props.ARN, keyARN: props.KeyARN}
		if !token.Is(props.ARN) {
			made.name = props.ARN[strings.LastIndex(props.ARN, ":")+1:]
		}
		return made, nil
	})
}

// GrantPublish lets the grantee publish to the topic and use its key for that. The policy's name is the topic's
// construct id and "publish".
func (t *Topic) GrantPublish(grantee iam.Grantee) error {
	statements := []policy.Statement{{Actions: []string{"sns:Publish"}, Resources: []string{t.arn}}}
	if t.keyARN != "" {
		statements = append(statements, policy.UseKey(true, fmt.Sprintf("sns.%s.%s", t.scope.Region, t.scope.DNSSuffix()), t.keyARN))
	}
	return iam.Grant(grantee, "topic", t.id, "publish", statements...)
}

// QueueStatement is what the policy of an SQS queue needs so that this topic may deliver to it, as a subscriber or as
// the dead-letter queue of a subscription.
// https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
func (t *Topic) QueueStatement(queueARN string) policy.Statement {
	return policy.Statement{
		Principals: []policy.Principal{policy.Service("sns.amazonaws.com")},
		Actions:    []string{"sqs:SendMessage"}, Resources: []string{queueARN},
		Conditions: []policy.Condition{policy.ARNEquals("aws:SourceArn", t.arn)},
	}
}

// ARN of the topic: what alarms, event rules and state machines publish to.
func (t *Topic) ARN() string { return t.arn }

// Name of the topic. Empty for an existing topic whose ARN only Terraform knows.
func (t *Topic) Name() string { return t.name }

// KeyARN is the KMS key of the messages. Empty for an existing topic without one.
func (t *Topic) KeyARN() string { return t.keyARN }

// Construct holds the topic's resources.
func (t *Topic) Construct() constructs.Construct { return t.construct }
