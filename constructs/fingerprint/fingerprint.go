// Package fingerprint records in an account what a stack was applied with, so that those who may not read its state can tell
// whether what they have was applied: the digest of the stack's resources, in a parameter of Systems Manager.
//
// Reference: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
package fingerprint

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmparameter"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures the record. Name is required.
type Props struct {
	// Name of the parameter: / and up to 15 levels of letters, digits and _ . -, such as /wine-dev/access.
	Name string
	// Description says what was applied. Default: what the digest is of.
	Description string
}

// A Fingerprint is the digest of a stack's resources.
type Fingerprint struct {
	name, digest string
}

// New makes the parameter, in a stack with all else in it already, and outside of faststart.Batch. Terraform writes it last: where
// applying the stack fails half-way, it keeps what it had.
//
// Only resources count. Default tags, profiles and the backend stand elsewhere in a stack, so that they change no digest.
func New(stack tf.Stack, id string, props Props) (*Fingerprint, error) {
	if err := props.validate(); err != nil {
		return nil, err
	}
	resources, err := tf.Contents(stack)
	if err != nil {
		return nil, err
	}
	// Maps are written with sorted keys.
	text, err := json.Marshal(resources)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	made := &Fingerprint{name: props.Name, digest: hex.EncodeToString(sum[:])}
	props.Description = cmp.Or(props.Description, "Digest of the resources that the stack was applied with")
	err = tf.Guard(id, func() error {
		parameter := ssmparameter.NewSsmParameter(stack, tf.Str(id), &ssmparameter.SsmParameterConfig{
			Name: tf.Str(props.Name), Type: tf.Str("String"), Value: tf.Str(made.digest), Description: tf.Str(props.Description),
		})
		if addresses := addresses(resources); len(addresses) > 0 {
			parameter.AddOverride(tf.Str("depends_on"), tf.Strs(addresses))
		}
		return nil
	})
	return made, err
}

func addresses(resources map[string]map[string]any) []string {
	var all []string
	for kind, each := range resources {
		for id := range each {
			all = append(all, kind+"."+id)
		}
	}
	slices.Sort(all)
	return all
}

func (p Props) validate() error {
	var problems problem.List
	if err := rule.ParameterName(p.Name); err != nil {
		problems.Addf("name", "%s", err)
	}
	if len(p.Description) > 1024 {
		problems.Addf("description", "has %d characters; AWS takes 1,024", len(p.Description))
	}
	return problems.Err()
}

// Digest of the resources: 64 hexadecimal digits.
func (f *Fingerprint) Digest() string { return f.digest }

// ParameterName is the name of the parameter.
func (f *Fingerprint) ParameterName() string { return f.name }
