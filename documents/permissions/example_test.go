package permissions_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/permissions"
)

func ExamplePlan() {
	scope := permissions.Scope{Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Prefix: "wine-dev"}
	if err := permissions.Validate(scope, permissions.Logs, permissions.Roles); err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range permissions.Plan(scope, permissions.Logs, permissions.Roles) {
		fmt.Println(s.Sid, s.Actions[0], "on", s.Resources[0])
	}
	// Output:
	// LogsAllRead logs:DescribeLogGroups on *
	// LogGroupsRead logs:ListTagsForResource on arn:aws:logs:us-west-2:222222222222:log-group:wine-dev-*
	// RolesRead iam:GetRole on arn:aws:iam::222222222222:role/wine-dev-*
	// PoliciesRead iam:GetPolicy on arn:aws:iam::222222222222:policy/wine-dev-*
	// InstanceProfilesRead iam:GetInstanceProfile on arn:aws:iam::222222222222:instance-profile/wine-dev-*
}
