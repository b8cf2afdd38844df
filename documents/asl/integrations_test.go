package asl_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// TestIntegrationsOfStepFunctions: those that are operations of no API pass, and with Unchecked, those of tomorrow.
func TestIntegrationsOfStepFunctions(t *testing.T) {
	for _, resource := range []string{"eks:call", "eks:runJob", "elasticmapreduce:addStep", "http:invoke", "apigateway:invoke"} {
		require.NoError(t, calling(asl.Integration{Resource: resource, NoPermissions: true}).Validate(), resource)
	}
	require.NoError(t, calling(asl.Integration{Resource: "databrew:startJobRun", Arguments: asl.Object{"Name": asl.Text("clean")}, NoPermissions: true}).Validate())
	require.NoError(t, calling(asl.Integration{Resource: "quantum:solve", NoPermissions: true, Unchecked: true}).Validate())
	require.NoError(t, calling(asl.SDKCall{Service: "quantum", Action: "solve", NoPermissions: true, Unchecked: true}).Validate())
}
