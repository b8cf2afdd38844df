package helmrelease_test

import (
	"github.com/mlplatform/mlplatform/constructs/helmrelease"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		if err := helmrelease.Connect(stack, helmrelease.ProviderProps{
			ClusterName: "wine-dev-cluster", Region: "us-west-2", Endpoint: "https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com", CAData: "LS0tLS1CRUdJTg==",
		}); err != nil {
			return err
		}
		definitions, err := helmrelease.New(stack, "kserve-crd", helmrelease.Props{
			Name: "kserve-crd", Namespace: "kserve", CreateNamespace: true,
			Chart: helmrelease.Chart{Repository: "oci://ghcr.io/kserve/charts", Name: "kserve-crd", Version: "v0.20.0"},
		})
		if err != nil {
			return err
		}
		_, err = helmrelease.New(stack, "kserve", helmrelease.Props{
			Name: "kserve", Namespace: "kserve",
			Chart:  helmrelease.Chart{Repository: "oci://ghcr.io/kserve/charts", Name: "kserve-resources", Version: "v0.20.0"},
			Values: map[string]any{"kserve": map[string]any{"controller": map[string]any{"deploymentMode": "Standard"}}},
			After:  []tf.Dependable{definitions.Dependable()},
		})
		return err
	})
	// Output:
	// helm_release 2
}
