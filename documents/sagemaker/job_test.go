package sagemaker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
)

// TestLimitsAreThoseOfTheServiceModel, of which a limit may be a part only where the documentation says more.
func TestLimitsAreThoseOfTheServiceModel(t *testing.T) {
	for shape, limit := range map[string]sagemaker.NumberLimit{
		"ProcessingInstanceCount": sagemaker.ProcessingInstances, "ProcessingVolumeSizeInGB": sagemaker.VolumeGB, "MaxCandidates": sagemaker.Candidates,
		"ServerlessMaxConcurrency": sagemaker.ServerlessConcurrency,
	} {
		model := servicemodel.Named("sagemaker." + shape)
		require.Equal(t, sagemaker.NumberLimit{Min: model.Min, Max: model.Max}, limit, shape)
	}
	for shape, limit := range map[string]sagemaker.NumberLimit{
		"TransformInstanceCount": sagemaker.Instances, "VolumeSizeInGB": sagemaker.VolumeGB, "MaxNumberOfTrainingJobs": sagemaker.TuningJobs, "MaxParallelTrainingJobs": sagemaker.ParallelTuningJobs,
	} {
		model := servicemodel.Named("sagemaker." + shape)
		require.Equal(t, -1, model.Max, "%s has an end now, from which the limit is to be taken", shape)
		require.Equal(t, model.Min, limit.Min, shape)
	}
	seconds := func(shape string) sagemaker.TimeLimit {
		model := servicemodel.Named("sagemaker." + shape)
		return sagemaker.TimeLimit{Min: max(time.Second, time.Duration(model.Min)*time.Second), Max: time.Duration(model.Max) * time.Second} // 0 is none
	}
	require.Equal(t, seconds("ProcessingMaxRuntimeInSeconds"), sagemaker.ProcessingRuntime)
	require.Equal(t, seconds("HyperParameterTuningMaxRuntimeInSeconds"), sagemaker.TuningRuntime)
	require.Equal(t, seconds("KeepAlivePeriodInSeconds"), sagemaker.KeepAlive)
	require.Equal(t, sagemaker.JobAttempts.Max, servicemodel.Named("sagemaker.MaximumRetryAttempts").Max)
	memory := servicemodel.Named("sagemaker.ServerlessMemorySizeInMB")
	for mb := 1; mb <= memory.Max+1024; mb++ {
		require.Equal(t, mb < memory.Min || mb > memory.Max || mb%1024 != 0, len(sagemaker.Serverless{MemoryMB: mb}.Refusals()) > 0, mb)
	}
}

func TestLimits(t *testing.T) {
	require.Empty(t, sagemaker.VolumeGB.Check(1))
	require.Equal(t, "0 is out of range; use 1 to 16384", sagemaker.VolumeGB.Check(0))
	require.Equal(t, "0 is too small; use 1 or more", sagemaker.Instances.Check(0))
	require.Empty(t, sagemaker.TrainingRuntime.Check(672*time.Hour))
	require.Equal(t, "1.5s is out of range; use 1s to 672h in whole seconds", sagemaker.TrainingRuntime.Check(1500*time.Millisecond))
	require.Equal(t, "1m0s is out of range; use 2m to 4380h in whole seconds", sagemaker.TuningRuntime.Check(time.Minute))
	require.Equal(t, "0s is out of range; use 1m30s to 1h1m in whole seconds", sagemaker.TimeLimit{Min: 90 * time.Second, Max: 61 * time.Minute}.Check(0))
}
