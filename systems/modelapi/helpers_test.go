package modelapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/systems/approval"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

const (
	packageARN = "arn:aws:sagemaker:us-west-2:111111111111:model-package/wine-quality/7"
	deployment = "arn:aws:states:us-west-2:111111111111:stateMachine:wine-approval"
	callerARN  = "arn:aws:sts::111111111111:assumed-role/reviewers/ada@acme.com"
)

var scope = arn.Scope{Region: "us-west-2", Account: "111111111111"}

func minimal() modelapi.Settings {
	return modelapi.Settings{Scope: scope, Group: "wine-quality", Endpoint: "wine", DeploymentARN: deployment, Made: approval.Made("wine"), Tags: map[string]string{"Project": "wine", "Environment": "prod"}}
}

// paysim has the features of the model of payments that the first such API had.
func paysim() modelapi.Settings {
	s := minimal()
	s.Name, s.Threshold, s.Label, s.Score = "payments", 0.75, "suspicious", "chance"
	s.Features = []modelapi.Feature{
		{Field: "step"}, {Field: "amount"}, {Field: "oldbalanceOrg"}, {Field: "oldbalanceDest"},
		{Field: "type", In: []string{"CASH_OUT"}}, {Field: "type", NotIn: []string{"CASH_OUT", "TRANSFER"}}, {Field: "type", In: []string{"TRANSFER"}},
		{Field: "newbalanceOrig", Minus: "oldbalanceOrg"}, {Field: "newbalanceDest", Minus: "oldbalanceDest"},
	}
	return s
}

var examples = map[string]func() modelapi.Settings{"minimal": minimal, "paysim": paysim}

func machines(t *testing.T, s modelapi.Settings) map[modelapi.Route]modelapi.Machine {
	t.Helper()
	all, err := s.Machines()
	require.NoError(t, err)
	out := map[modelapi.Route]modelapi.Machine{}
	for i, m := range all {
		require.Equal(t, modelapi.Routes()[i], m.Route)
		out[m.Route] = m
	}
	return out
}

func definition(t *testing.T, m modelapi.Machine) json.RawMessage {
	t.Helper()
	out, err := m.Definition.JSON()
	require.NoError(t, err)
	return json.RawMessage(out)
}
