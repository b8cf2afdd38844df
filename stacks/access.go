package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/fingerprint"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// What a deployment may not change about itself is in a stack of its own, which administrators apply: its roles, their
// permissions and trust, the boundary of all other roles, GitHub's provider. Otherwise a new part of an environment, or a tag
// of the platform, would leave the deployment half done, stopped by what it is denied. The stack writes down what it was
// applied with, so that a plan of the other one can say that an administrator comes first.

// An access is a stack of the kind config.AccessStack while it is being made.
type access struct {
	tf.Stack
	prefix string
}

// newAccess makes the stack with the roles that deploy another one, still without them.
func (b builder) newAccess(of config.Stack, prefix string) (access, error) {
	made, err := b.newStack(of.Access())
	if err == nil {
		*b.accesses = append(*b.accesses, access{made, prefix})
	}
	return access{made, prefix}, err
}

// writeDown makes the parameters which say what the stacks of that kind were applied with, when all else is in them.
func (b builder) writeDown() error {
	for _, each := range *b.accesses {
		parameter := config.AccessParameter(each.prefix)
		if _, err := fingerprint.New(each.Stack, "applied", fingerprint.Props{
			Name: parameter, Description: "Digest of the roles that deploy " + each.prefix + ", as an administrator applied them last",
		}); err != nil {
			return err
		}
		tf.Output(each.Stack, "access_parameter_name", parameter, "Parameter that says what this stack was applied with")
	}
	return nil
}
