package docs_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// TestSectionsOfPages: what the pages of the API, services, MLflow and workers put into an environment's file is accepted there.
func TestSectionsOfPages(t *testing.T) {
	const platform = "project: churn\nrepository: acme/churn\nregion: us-west-2\noperations: { account: \"111111111111\", images: [serving-image, flows-image, prefect-image, mlflow-image, training-image] }\n"
	const environment = "account: \"222222222222\"\npromotion: { branches: [main] }\nnetwork: { cidr: 10.60.0.0/16, nat: single }\nstorage: { models: {}, data: {} }\ntraining: { image: { tag: a }, metric: { threshold: 0.5 } }\nendpoint: { serverless: {} }\n"
	const balancer = "loadBalancer: { hostedZoneId: Z0123456789ABCDEFGHIJ, names: [\"*.dev.churn.example.com\"] }\n"
	for name, section := range map[string]string{
		"services":       yamlBlocks(t, "services")[0],
		"mlflow managed": yamlBlocks(t, "mlflow")[0],
		"mlflow on ECS":  balancer + yamlBlocks(t, "mlflow")[1],
		"Prefect Cloud":  yamlBlocks(t, "workers")[0],
		"own Prefect":    balancer + yamlBlocks(t, "workers")[1],
		"API":            yamlBlocks(t, "model-api")[0],
	} {
		_, err := config.LoadFS(fstest.MapFS{"platform.yaml": {Data: []byte(platform)}, "environments/dev.yaml": {Data: []byte(environment + section)}})
		require.NoError(t, err, name)
	}
}
