package asl_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
)

// TestDefaultNamesAlwaysFit gives states any name: the default name of their job must be valid in both languages.
func TestDefaultNamesAlwaysFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringN(1, 80, -1).Draw(t, "name")
		for _, language := range []asl.QueryLanguage{asl.JSONata, asl.JSONPath} {
			for _, task := range []string{"sagemaker-tuning", "sagemaker-processing", "sagemaker-transform"} {
				work := tasks[task]
				work.Name = name
				if err := one(language, work).Validate(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestJSONPathCannotShortenHashes(t *testing.T) {
	tune := tasks["sagemaker-tuning"]
	call := tune.Call.(asl.SageMakerCreateHyperParameterTuningJob)
	call.Name = asl.JobName("wine", asl.MaxTuningJobName)
	tune.Call = call
	require.NoError(t, one(asl.JSONata, tune).Validate())
	require.EqualError(t, one(asl.JSONPath, tune).Validate(),
		`states["Work"].call.HyperParameterTuningJobName: name of 32 characters from "wine" has no form in JSONPath, the query language of this state; use JSONata or another function`)
}

func TestDeterminism(t *testing.T) {
	for name, definition := range definitions {
		first, err := definition.JSON()
		require.NoError(t, err)
		for range 5 {
			again, err := definition.JSON()
			require.NoError(t, err)
			require.Equal(t, first, again, name)
		}
	}
}

func TestTextIsReadable(t *testing.T) {
	require.Equal(t, "s3://<input bucket>/<variable key>", ("s3://" + asl.Input("bucket") + "/" + asl.Var("key")).String())
}

func Example() {
	definition := asl.Definition{
		Name: "wine-training",
		States: []asl.State{
			asl.Task{
				Name: "Tune", Pattern: asl.Sync, Retry: []asl.Retrier{asl.RetrySageMaker()}, Catch: asl.CatchAll("Notify"), Next: "Best",
				Call: asl.SageMakerCreateHyperParameterTuningJob{
					Objective:  asl.Objective{Metric: "validation:error"},
					MaxJobs:    20,
					Continuous: []asl.ContinuousRange{{Name: "eta", Min: 0.1, Max: 0.5}},
					Training: asl.Training{
						RoleARN: jobRole, Image: image, InstanceType: asl.Input("instance_type"), OutputPath: "s3://models/" + asl.ExecutionName(),
						Channels: []asl.Channel{{Name: "train", S3URI: asl.Input("train_uri")}},
					},
				},
				Assign: asl.Object{"best": asl.Result("BestTrainingJob.TrainingJobName")},
			},
			asl.Task{Name: "Best", Call: asl.SageMakerDescribeTrainingJob{Name: asl.Var("best")}, Catch: asl.CatchAll("Notify"), Next: "Register"},
			asl.Task{Name: "Register", Catch: asl.CatchAll("Notify"), End: true, Call: asl.SageMakerCreateModelPackage{
				GroupName: "wine", Image: image, ModelDataURL: asl.Input("ModelArtifacts.S3ModelArtifacts"), ModelFolder: "s3://models/wine/",
			}},
			asl.Task{Name: "Notify", Call: asl.SNSPublish{TopicARN: topic, Message: asl.Input("Cause")}, Next: "Failed"},
			asl.Fail{Name: "Failed", Error: "TrainingFailed"},
		},
	}
	text, err := definition.JSON()
	fmt.Println(len(text) > 0, err)
	statements, err := definition.Permissions(arn.Scope{Region: "us-west-2", Account: "111111111111"})
	fmt.Println(statements[0].Actions[1], statements[0].Resources[0], err)
	// Output:
	// true <nil>
	// sagemaker:CreateHyperParameterTuningJob arn:aws:sagemaker:us-west-2:111111111111:hyper-parameter-tuning-job/tune-* <nil>
}
