package modelapi_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

func TestDefinitions(t *testing.T) {
	var requests []aslnode.Request
	for name, settings := range examples {
		for route, m := range machines(t, settings()) {
			t.Run(name+"/"+string(route), func(t *testing.T) {
				golden.AssertJSON(t, filepath.Join("testdata", name, string(route)+".json"), definition(t, m))
				require.Empty(t, m.Definition.Warnings())
				require.Equal(t, asl.Express, m.Definition.Type)
				statements, err := m.Definition.Permissions(scope)
				require.NoError(t, err)
				statements = append(statements, m.Statements...)
				iamcheck.Statements(t, statements...)
				document, err := policy.New(statements...).JSON(policy.Identity)
				require.NoError(t, err)
				if name == "minimal" {
					golden.AssertJSON(t, filepath.Join("testdata", name, string(route)+".permissions.json"), document)
				}
			})
			requests = append(requests, aslnode.Request{Validate: definition(t, m)})
		}
	}
	for _, got := range aslnode.Node(t, requests) {
		require.Empty(t, got.Problems)
	}
}

// TestPermissionsAreNarrow holds that no machine reaches beyond the group, the endpoint and what the platform made for it.
func TestPermissionsAreNarrow(t *testing.T) {
	at := "arn:aws:sagemaker:us-west-2:111111111111:"
	versions, endpoint := at+"model-package/wine-quality/*", at+"endpoint/wine"
	for route, want := range map[modelapi.Route]map[string][]string{
		modelapi.Infer:   {"sagemaker:DescribeModelPackage": {versions}, "sagemaker:DescribeEndpoint": {endpoint}, "sagemaker:InvokeEndpoint": {endpoint}},
		modelapi.List:    {"sagemaker:ListModelPackages": {versions}, "sagemaker:DescribeModelPackage": {versions}},
		modelapi.Approve: {"sagemaker:DescribeModelPackage": {versions}, "sagemaker:UpdateModelPackage": {versions}},
		modelapi.Deploy:  {"sagemaker:DescribeModelPackage": {versions}, "states:StartExecution": {deployment}},
		modelapi.Delete: {
			"sagemaker:DescribeModelPackage": {versions}, "sagemaker:UpdateModelPackage": {versions}, "sagemaker:DescribeEndpoint": {endpoint}, "sagemaker:ListTags": {endpoint},
			"sagemaker:DeleteEndpoint": {endpoint}, "sagemaker:DeleteEndpointConfig": {at + "endpoint-config/wine-approved-*"}, "sagemaker:DeleteModel": {at + "model/wine-approved-*"},
		},
		modelapi.Describe: {"sagemaker:DescribeModelPackage": {versions}, "sagemaker:DescribeEndpoint": {endpoint}},
	} {
		statements, err := machines(t, minimal())[route].Definition.Permissions(scope)
		require.NoError(t, err)
		got := map[string][]string{}
		for _, s := range statements {
			for _, action := range s.Actions {
				got[action] = append(got[action], s.Resources...)
			}
		}
		require.Equal(t, want, got, route)
	}
}

// TestApproval asks which machine can make a version an approved one.
func TestApproval(t *testing.T) {
	for route, want := range map[modelapi.Route][2]bool{modelapi.Approve: {true, false}, modelapi.Delete: {false, true}, modelapi.Deploy: {false, false}} {
		m := machines(t, minimal())[route]
		statements, err := m.Definition.Permissions(scope)
		require.NoError(t, err)
		for i, status := range []string{"Approved", "Rejected"} {
			require.Equal(t, want[i], iamcheck.Allows(append(statements, m.Statements...), iamcheck.Request{
				Action: "sagemaker:UpdateModelPackage", Resource: packageARN, Keys: map[string]string{"sagemaker:ModelApprovalStatus": status},
			}), "%s: %s", route, status)
		}
	}
}

func TestNames(t *testing.T) {
	s := minimal()
	s.Endpoint = strings.Repeat("e", 63)
	for _, m := range machines(t, s) {
		require.LessOrEqual(t, len(m.Definition.Name), 80)
		require.True(t, strings.HasSuffix(m.Definition.Name, "-api-"+string(m.Route)), m.Definition.Name)
	}
	require.Equal(t, "payments-infer", machines(t, paysim())[modelapi.Infer].Definition.Name)
}

// TestData says whose data does not belong into logs.
func TestData(t *testing.T) {
	for route, m := range machines(t, minimal()) {
		require.Equal(t, route == modelapi.Infer, m.HasTransactions, route)
	}
}
