package inferenceservice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
)

func TestObjects(t *testing.T) {
	kubernetestest.Golden(t, "testdata/objects.yaml", kubernetestest.KServe())
}

func TestProblems(t *testing.T) {
	kubernetestest.Problems(t, "testdata/problems.txt", kubernetestest.WrongKServe())
}

// TestOwnRuntime: a service with a runtime of one's own is held against it where it is known, and taken as it is elsewhere.
func TestOwnRuntime(t *testing.T) {
	service := kubernetestest.Wine()
	service.Predictor.Model.Runtime = "wine-runtime"
	service.Predictor.Model.ModelFormat.Name = "wine"
	require.NoError(t, service.Validate())
	own := inferenceservice.Runtime{SupportedModelFormats: []inferenceservice.SupportedFormat{{Name: "wine", AutoSelect: true}}, ProtocolVersions: []inferenceservice.Protocol{inferenceservice.V1}}
	require.EqualError(t, service.ValidateWith(map[string]inferenceservice.Runtime{"wine-runtime": own}),
		`predictor.model.runtime: "wine-runtime" does not serve wine by v2, so that the model would never be ready; use another runtime, or leave it out`)
	own.ProtocolVersions = []inferenceservice.Protocol{inferenceservice.V2}
	require.NoError(t, service.ValidateWith(map[string]inferenceservice.Runtime{"wine-runtime": own}))
	service.Predictor.Model.Runtime = ""
	require.NoError(t, service.ValidateWith(map[string]inferenceservice.Runtime{"wine-runtime": own}))
	require.ErrorContains(t, service.Validate(), "is known to no runtime")
}
