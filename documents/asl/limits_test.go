package asl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// TestLimits holds what SageMaker refuses although the types of Go let it pass.
func TestLimits(t *testing.T) {
	long := strings.Repeat("x", 3000)
	const role = "arn:aws:iam::111111111111:role/jobs"
	processing := asl.SageMakerCreateProcessingJob{RoleARN: role, Image: "image:1", InstanceType: "ml.m5.large"}
	training := asl.Training{RoleARN: role, Image: "image:1", OutputPath: "s3://models/a", InstanceType: "ml.m5.large"}
	tuning := asl.SageMakerCreateHyperParameterTuningJob{
		Objective: asl.Objective{Metric: "f1"}, MaxJobs: 2, Training: training, Continuous: []asl.ContinuousRange{{Name: "eta", Min: 0, Max: 1}},
	}
	for name, each := range map[string]struct {
		call asl.Action
		want []string
	}{
		"processing": {func() asl.Action {
			c := processing
			c.InstanceType, c.EntryPoint, c.Arguments = "ml.m5.nano", []asl.Text{"a\nb"}, []asl.Text{"fine", asl.Text(long[:257]), asl.Input("name") + asl.Text(long)}
			c.Environment = map[string]asl.Text{"A": asl.Text(long[:257]), "B C": "1"}
			return c
		}(), []string{
			`instanceType: "ml.m5.nano" is no SageMaker instance type; use a size that ml.m5 has: large, xlarge, 2xlarge, 4xlarge, 12xlarge, 24xlarge, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
			`entryPoint[0]: has more than one line; write it on one`,
			`arguments[1]: has 257 characters, 256 are allowed; shorten it`,
			`environment["A"]: has 257 characters, 256 are allowed; shorten it`,
			`environment["B C"]: the key "B C" is not allowed; use letters, digits and underscores, no digit first`,
		}},
		"training": {func() asl.Action {
			c := asl.SageMakerCreateTrainingJob{Training: training, HyperParameters: map[string]asl.Text{"long": asl.Text(long[:2501])}}
			c.Training.InstanceType = "ml.inf2.xlarge"
			for i := range 41 {
				c.Training.Metrics = append(c.Training.Metrics, asl.MetricDefinition{Name: fmt.Sprint(i), Regex: "(x)"})
			}
			c.Training.Metrics[0].Name = long[:256]
			return c
		}(), []string{
			`hyperParameters["long"]: has 2501 characters, 2500 are allowed; shorten it`,
			`training.metrics: has 41 elements, 40 are allowed; remove some`,
			`training.metrics[0].name: has 256 characters, 255 are allowed; shorten it`,
			`training.instanceType: "ml.inf2.xlarge" trains nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
		}},
		"tuning": {func() asl.Action {
			c := tuning
			c.Categorical = []asl.CategoricalRange{{Name: "c", Values: []string{long[:257]}}}
			c.StaticHyperParameters, c.Environment = map[string]asl.Text{"long": asl.Text(long[:2501])}, map[string]asl.Text{}
			for i := range 49 {
				c.Environment[fmt.Sprintf("V%d", i)] = "1"
			}
			return c
		}(), []string{
			`categorical[0].values[0]: has 257 characters, 256 are allowed; shorten it`,
			`staticHyperParameters["long"]: has 2501 characters, 2500 are allowed; shorten it`,
			`environment: has 49 elements, 48 are allowed; remove some`,
		}},
		"endpoint": {asl.SageMakerCreateEndpointConfig{Name: "a", Variants: []asl.EndpointVariant{{ModelName: "m", InstanceType: "ml.t3.medium"}}}, []string{
			`variants[0].instanceType: "ml.t3.medium" serves no endpoint; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := asl.Definition{StartAt: "Work", States: []asl.State{asl.Task{Name: "Work", Call: each.call, End: true}}}
			want := make([]string, len(each.want))
			for i, text := range each.want {
				want[i] = `states["Work"].call.` + text
			}
			require.EqualError(t, d.Validate(), strings.Join(want, "\n"))
		})
	}
}
