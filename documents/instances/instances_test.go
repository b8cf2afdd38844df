package instances_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/instances"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
)

func TestAllow(t *testing.T) {
	p := pipeline.New("wine", pipeline.Props{Defaults: pipeline.Defaults{Role: "arn:aws:iam::111111111111:role/jobs", OutputURI: "s3://models"}})
	p.Training("train", pipeline.TrainingArgs{Image: "image:1", Compute: pipeline.Compute{InstanceType: "ml.m97.large"}})
	require.EqualError(t, p.Validate(), `steps["train"].compute.instanceType: "ml.m97.large" is no SageMaker instance type; use another, such as ml.m5.large, or if it is newer than the list of `+instances.AsOf()+`, instances.Allow lets it pass`)
	instances.Allow("ml.m97.large")
	require.NoError(t, p.Validate())
}
