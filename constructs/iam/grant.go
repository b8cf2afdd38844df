package iam

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// Grant gives the grantee an access to a construct, such as "read" to the bucket with the construct id "data". The policy's name is the
// construct's id and the access. What kind of thing the construct is stands in errors.
func Grant(grantee Grantee, kind, id, access string, statements ...policy.Statement) error {
	if grantee == nil {
		return fmt.Errorf("%s %s: grant %s: the grantee is missing; pass a role", kind, id, access)
	}
	return grantee.Grant(id+"-"+access, statements...)
}
