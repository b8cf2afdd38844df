package kubernetestest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/kubernetestest"

	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

// TestWrongOnesComeFromGoodOnes: making a wrong object leaves the good one good.
func TestWrongOnesComeFromGoodOnes(t *testing.T) {
	require.Greater(t, len(kubernetestest.WrongKubernetes())+len(kubernetestest.WrongKServe()), 100)
	for _, each := range append(kubernetestest.Kubernetes(), kubernetestest.KServe()...) {
		require.NoError(t, each.Validate())
	}
}
