package iam

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Boundary is the managed policy that limits the roles of a deployment.
type Boundary struct {
	policy iampolicy.IamPolicy
	arn    string
}

// NewBoundary makes the managed policy <prefix>-boundary, which limits every role whose name begins with the prefix.
// documents/permissions writes such documents.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func NewBoundary(scope constructs.Construct, id, prefix string, document policy.Document) (*Boundary, error) {
	text, err := boundaryText(document)
	if err != nil {
		return nil, err
	}
	made := &Boundary{}
	err = tf.Guard(id, func() error {
		made.policy = iampolicy.NewIamPolicy(scope, tf.Str(id), &iampolicy.IamPolicyConfig{
			Name: tf.Str(prefix + "-boundary"), Policy: tf.Str(text),
			Description: tf.Str(fmt.Sprintf("Permissions boundary of every role of %s", prefix)),
		})
		made.arn = tf.Attr(made.policy, "arn")
		return nil
	})
	return made, err
}

func boundaryText(document policy.Document) (string, error) {
	text, err := document.JSON(policy.Boundary)
	if err != nil {
		return "", err
	}
	if size := document.Size(); size > policy.MaxManaged {
		return "", fmt.Errorf("boundary: has %d characters, %d are allowed; use fewer statements", size, policy.MaxManaged)
	}
	return text, nil
}

// ARN of the policy.
func (b *Boundary) ARN() string { return b.arn }

// Replace gives the policy another document, before synthesis.
func (b *Boundary) Replace(document policy.Document) error {
	text, err := boundaryText(document)
	if err != nil {
		return err
	}
	return tf.Guard("boundary", func() error { b.policy.SetPolicy(tf.Str(text)); return nil })
}
