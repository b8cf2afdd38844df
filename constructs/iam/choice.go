package iam

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A RoleChoice is how a construct that needs a role comes to one: an existing role, or one that the construct makes.
// Constructs have these values as props of their own and check them here, so that all say the same about them.
type RoleChoice struct {
	// ARN is the prop RoleARN: an existing role.
	ARN string
	// Name is the prop RoleName: the name of the role to make. Empty where the construct finds one.
	Name string
	// PermissionsBoundary is the prop of that name: the ARN of the policy that limits the role to make.
	PermissionsBoundary string
}

// Validate reports what is wrong, under the paths roleARN, roleName and permissionsBoundary.
func (c RoleChoice) Validate() error {
	var problems problem.List
	if c.ARN != "" {
		if !arn.Is(c.ARN, "iam", "role/") {
			problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", c.ARN)
		}
		if c.Name != "" {
			problems.Addf("roleName", "%q names a role to make, but roleARN gives an existing one; keep one of them", c.Name)
		}
		if c.PermissionsBoundary != "" {
			problems.Addf("permissionsBoundary", "limits a role to make, but roleARN gives an existing one; keep one of them")
		}
		return problems.Err()
	}
	if c.Name != "" && !token.Is(c.Name) && !namePattern.MatchString(c.Name) {
		problems.Addf("roleName", "%q is no role name; use 1 to 64 letters, digits and +=,.@_-", c.Name)
	}
	if c.PermissionsBoundary != "" && !arn.Is(c.PermissionsBoundary, "iam", "policy/") {
		problems.Addf("permissionsBoundary", "%q is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name", c.PermissionsBoundary)
	}
	return problems.Err()
}

// NameFor is the name of the role to make: the one that was chosen, otherwise base and suffix. A base that is too long
// for the 64 characters of a role's name is cut, and a hash of the whole keeps it unique.
func (c RoleChoice) NameFor(base, suffix string) string {
	const longest = 64
	switch {
	case c.Name != "":
		return c.Name
	case len(base)+len(suffix) <= longest:
		return base + suffix
	}
	hash := fmt.Sprintf("-%x", sha256.Sum256([]byte(base)))[:9]
	return strings.TrimRight(base[:longest-len(suffix)-len(hash)], "-") + hash + suffix
}
