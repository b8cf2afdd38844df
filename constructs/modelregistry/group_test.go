package modelregistry_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	groupARN    = "arn:aws:sagemaker:us-west-2:222222222222:model-package-group/wine-dev"
	packageARNs = "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev/*"
	version     = "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev/3"
)

func TestPlain(t *testing.T) {
	stack := synthtest.Stack(t)
	group, err := modelregistry.New(stack, "models", modelregistry.Props{Name: "wine-dev"})
	require.NoError(t, err)
	require.Contains(t, group.Name(), "${")
	require.Contains(t, group.ARN(), "${")
	require.Equal(t, []string{packageARNs}, group.PackageARNs())
	require.NotNil(t, group.Construct())
	template := synthtest.Synth(t, stack)
	template.Golden("plain")
}

func TestEveryOption(t *testing.T) {
	stack := synthtest.Stack(t)
	group, err := modelregistry.New(stack, "models", modelregistry.Props{
		Name: "wine-dev", Description: "Quality of wine", Tags: map[string]string{"Team": "wine"},
		ReadAccounts: []string{"333333333333"}, DeployAccounts: []string{"444444444444", "555555555555"}, RegisterAccounts: []string{"555555555555"},
		Statements: []policy.Statement{{
			Sid: "Auditor", Principals: []policy.Principal{policy.AWS("arn:aws:iam::666666666666:role/audit")},
			Actions: []string{"sagemaker:DescribeModelPackageGroup"}, Resources: []string{groupARN},
		}},
		AllowAutomaticApproval: true, AllowDestroy: true,
	})
	require.NoError(t, err)
	train, err := iam.NewRole(stack, "train", iam.RoleProps{Name: "wine-dev-train", Trust: policy.TrustService(synthtest.Account, "sagemaker.amazonaws.com")})
	require.NoError(t, err)
	require.NoError(t, group.GrantRegister(train))
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	iamcheck.Check{}.Template(t, template.Root())
}

// recorder is a grantee that keeps what it is given.
type recorder struct {
	ids        []string
	statements []policy.Statement
}

func (r *recorder) Grant(id string, statements ...policy.Statement) error {
	r.ids = append(r.ids, id)
	r.statements = append(r.statements, statements...)
	return nil
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	group, err := modelregistry.New(stack, "models", modelregistry.Props{Name: "wine-dev"})
	require.NoError(t, err)
	var reader, trainer, approver recorder
	require.NoError(t, group.GrantRead(&reader))
	require.NoError(t, group.GrantRegister(&trainer))
	require.NoError(t, group.GrantApprove(&approver))
	require.Equal(t, []string{"models-read", "models-register", "models-approve"}, append(append(reader.ids, trainer.ids...), approver.ids...))

	may := func(who recorder, action, resource string, keys ...string) bool {
		request := iamcheck.Request{Action: action, Resource: resource, Keys: map[string]string{}}
		if len(keys) > 0 {
			request.Keys["sagemaker:ModelApprovalStatus"] = keys[0]
		}
		return iamcheck.Allows(who.statements, request)
	}
	other := strings.Replace(version, "wine-dev", "wine-dev-2", 1)
	for _, who := range []recorder{reader, trainer, approver} {
		require.True(t, may(who, "sagemaker:DescribeModelPackageGroup", groupARN))
		require.True(t, may(who, "sagemaker:DescribeModelPackage", version))
		require.False(t, may(who, "sagemaker:DescribeModelPackage", other))
		require.False(t, may(who, "sagemaker:DeleteModelPackage", version))
	}
	require.True(t, may(trainer, "sagemaker:CreateModelPackage", version), "without a status, a version waits for approval")
	require.True(t, may(trainer, "sagemaker:CreateModelPackage", version, "PendingManualApproval"))
	require.False(t, may(trainer, "sagemaker:CreateModelPackage", version, "Approved"), "who registers does not approve")
	require.False(t, may(trainer, "sagemaker:UpdateModelPackage", version, "Approved"))
	require.False(t, may(reader, "sagemaker:CreateModelPackage", version))
	require.True(t, may(approver, "sagemaker:UpdateModelPackage", version, "Approved"))
	require.True(t, may(approver, "sagemaker:UpdateModelPackage", version, "Rejected"))
	require.False(t, may(approver, "sagemaker:UpdateModelPackage", version), "what is no decision is not allowed")
	require.False(t, may(approver, "sagemaker:UpdateModelPackage", other, "Approved"))
	require.False(t, may(approver, "sagemaker:CreateModelPackage", version))
	for _, who := range []recorder{reader, trainer, approver} {
		iamcheck.Statements(t, who.statements...)
	}

	require.EqualError(t, group.GrantRead(nil), "model package group models: grant read: the grantee is missing; pass a role")
}

func TestExistingGroup(t *testing.T) {
	stack := synthtest.Stack(t)
	shared := arn.Scope{Region: "us-west-2", Account: "111111111111"}
	group, err := modelregistry.FromName(stack, "shared", modelregistry.ExistingProps{Name: "WineModels", Scope: shared, AllowAutomaticApproval: true})
	require.NoError(t, err)
	require.Equal(t, "WineModels", group.Name())
	require.Equal(t, "arn:aws:sagemaker:us-west-2:111111111111:model-package-group/WineModels", group.ARN())
	var trainer recorder
	require.NoError(t, group.GrantRegister(&trainer))
	for _, name := range []string{"WineModels", "winemodels"} {
		require.True(t, iamcheck.Allows(trainer.statements, iamcheck.Request{
			Action: "sagemaker:CreateModelPackage", Resource: "arn:aws:sagemaker:us-west-2:111111111111:model-package/" + name + "/1", Keys: map[string]string{"sagemaker:ModelApprovalStatus": "Approved"},
		}), name)
	}
	require.Empty(t, synthtest.Synth(t, stack).Counts())

	_, err = modelregistry.FromName(stack, "bad", modelregistry.ExistingProps{Name: "a_b", Scope: arn.Scope{Account: "2"}})
	require.EqualError(t, err, `name: "a_b" is no name of a model package group; use 1 to 63 letters, digits and hyphens between them
scope.account: "2" is no AWS account id; write its 12 digits as a string`)
}

func TestProblems(t *testing.T) {
	tests := map[string]struct {
		props modelregistry.Props
		want  string
	}{
		"texts": {modelregistry.Props{Name: "-wine", Description: strings.Repeat("d", 1025)}, `name: "-wine" is no name of a model package group; use 1 to 63 letters, digits and hyphens between them
description: has 1025 characters, 1,024 are allowed; shorten it`},
		"token": {modelregistry.Props{Name: "${local.name}"}, `name: "${local.name}" is known to Terraform only, and policies are built from it; write the name out`},
		"accounts": {modelregistry.Props{Name: "wine", ReadAccounts: []string{"33333333333", "333333333333", "333333333333", synthtest.Account}, DeployAccounts: []string{"333333333333"}},
			`readAccounts[0]: "33333333333" is no AWS account id; write its 12 digits as a string
readAccounts[2]: "333333333333" is given twice; drop one
readAccounts[3]: "222222222222" is the group's own account; use GrantRead, GrantRegister or GrantApprove for its roles
deployAccounts[0]: "333333333333" is among readAccounts, and deployAccounts read anyway; drop it there`},
		"statements": {modelregistry.Props{Name: "wine", Statements: []policy.Statement{{Actions: []string{"sagemaker:*"}, Resources: []string{groupARN}}}},
			`statements[0].actions[0]: "sagemaker:*" allows actions that nobody listed; write each action out
statements[0].principals: are missing; say whom the statement is about`},
	}
	stack := synthtest.Stack(t)
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			_, err := modelregistry.New(stack, "models", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestPolicyFitsTheLimit(t *testing.T) {
	var accounts []string
	for i := 0; i < 400; i++ {
		accounts = append(accounts, fmt.Sprintf("3%011d", i))
	}
	_, err := modelregistry.New(synthtest.Stack(t), "models", modelregistry.Props{Name: "wine", ReadAccounts: accounts})
	require.EqualError(t, err, "statements: make a resource policy of 26834 characters, 20480 are allowed; use fewer statements or accounts")
}
