package iam

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// NewBoundary makes the managed policy <prefix>-boundary, which limits every role whose name begins with the prefix, and
// returns its ARN. documents/permissions writes such documents.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func NewBoundary(scope constructs.Construct, id, prefix string, document policy.Document) (string, error) {
	text, err := document.JSON(policy.Boundary)
	if err != nil {
		return "", err
	}
	if size := document.Size(); size > policy.MaxManaged {
		return "", fmt.Errorf("boundary: has %d characters, %d are allowed; use fewer statements", size, policy.MaxManaged)
	}
	var made string
	err = tf.Guard(id, func() error {
		made = *iampolicy.NewIamPolicy(scope, tf.Str(id), &iampolicy.IamPolicyConfig{
			Name: tf.Str(prefix + "-boundary"), Policy: tf.Str(text),
			Description: tf.Str(fmt.Sprintf("Permissions boundary of every role of %s", prefix)),
		}).Arn()
		return nil
	})
	return made, err
}
