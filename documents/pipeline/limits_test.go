package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program
)

func many(n int) map[string]String {
	all := map[string]String{}
	for i := range n {
		all[fmt.Sprintf("k%d", i)] = "v"
	}
	return all
}

// TestLimits holds what SageMaker refuses although the types of Go let it pass.
func TestLimits(t *testing.T) {
	text := func(n int) String { return String(strings.Repeat("x", n)) }
	for name, each := range map[string]struct {
		build func(p *Pipeline)
		want  string
	}{
		"entrypoints and arguments": {func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Entrypoint: []String{"two\nlines"}, Arguments: []String{text(256), text(257)}})
			p.Training("b", TrainingArgs{Image: testImage, Entrypoint: []String{text(257)}, Arguments: make([]String, 101)})
		}, `steps["a"].arguments[1]: has 257 characters, 256 are allowed; shorten it
steps["a"].entrypoint[0]: has more than one line; write it on one
steps["b"].entrypoint[0]: has 257 characters, 256 are allowed; shorten it
steps["b"].arguments: has 101 elements, 100 are allowed; remove some`},
		"what only a token or a reference knows": {func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Arguments: []String{"${aws_s3_bucket.a.id}" + text(300), p.String("long", "x") + text(300)}})
		}, ""},
		"hyperparameters": {func(p *Pipeline) {
			p.Training("a", TrainingArgs{Image: testImage, HyperParameters: map[string]String{"short": text(2500), "long": text(2501)}})
			p.Training("b", TrainingArgs{Image: testImage, HyperParameters: many(101)})
		}, `steps["a"].hyperParameters["long"]: has 2501 characters, 2500 are allowed; shorten it
steps["b"].hyperParameters: has 101 elements, 100 are allowed; remove some`},
		"metrics": {func(p *Pipeline) {
			p.Training("a", TrainingArgs{Image: testImage, Metrics: []Metric{{Name: text(256), Regex: text(501)}}})
			var metrics []Metric
			for i := range 41 {
				metrics = append(metrics, Metric{Name: String(fmt.Sprint(i)), Regex: "(x)"})
			}
			p.Training("b", TrainingArgs{Image: testImage, Metrics: metrics})
		}, `steps["a"].metrics[0].name: has 256 characters, 255 are allowed; shorten it
steps["a"].metrics[0].regex: has 501 characters, 500 are allowed; shorten it
steps["b"].metrics: has 41 elements, 40 are allowed; remove some`},
		"environments, each kind with its own limits": {func(p *Pipeline) {
			p.Processing("a", ProcessingArgs{Image: testImage, Environment: map[string]String{"A-B": "1", "C": text(257)}})
			p.Training("b", TrainingArgs{Image: testImage, Environment: map[string]String{"C": text(513)}})
			p.Model("c", ModelArgs{Containers: []Container{{Image: testImage, Environment: map[string]String{"C": text(1025)}}}})
			p.Processing("d", ProcessingArgs{Image: testImage, Environment: many(101)})
		}, `steps["a"].environment["A-B"]: the key "A-B" is not allowed; use letters, digits and underscores, no digit first
steps["a"].environment["C"]: has 257 characters, 256 are allowed; shorten it
steps["b"].environment["C"]: has 513 characters, 512 are allowed; shorten it
steps["c"].primaryContainer.environment["C"]: has 1025 characters, 1024 are allowed; shorten it
steps["d"].environment: has 101 elements, 100 are allowed; remove some`},
		"searches": {func(p *Pipeline) {
			p.Tuning("a", TuningArgs{
				Training:  TrainingArgs{Image: testImage, Metrics: []Metric{{Name: "m", Regex: "(x)"}}, HyperParameters: map[string]String{"long": text(2501)}},
				Objective: Objective{Metric: "m", Direction: Minimize}, Categorical: []CategoricalRange{{Name: "c", Values: []string{string(text(257))}}, {Name: "d", Values: make([]string, 31)}},
			})
		}, `steps["a"].categorical[0].values[0]: has 257 characters, 256 are allowed; shorten it
steps["a"].categorical[1].values: has 31 elements, 30 are allowed; remove some
steps["a"].training.hyperParameters["long"]: has 2501 characters, 2500 are allowed; shorten it`},
		"instances by use": {func(p *Pipeline) {
			p.Training("a", TrainingArgs{Image: testImage, Compute: Compute{InstanceType: "ml.inf2.xlarge"}})
			p.Processing("b", ProcessingArgs{Image: testImage, Compute: Compute{InstanceType: "ml.m5.nano"}})
			p.Transform("c", TransformArgs{Model: "m", Input: "s3://data/a", InstanceType: "ml.t3.medium"})
		}, `steps["a"].compute.instanceType: "ml.inf2.xlarge" trains nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass
steps["b"].compute.instanceType: "ml.m5.nano" is no SageMaker instance type; use a size that ml.m5 has: large, xlarge, 2xlarge, 4xlarge, 12xlarge, 24xlarge, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass
steps["c"].instanceType: "ml.t3.medium" transforms nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		"networks": {func(p *Pipeline) {
			p.Training("a", TrainingArgs{Image: testImage, Network: &Network{Subnets: make17(), SecurityGroups: make17()[:6]}})
		}, `steps["a"].network.securityGroups: has 6 elements, 5 are allowed; remove some
steps["a"].network.subnets: has 17 elements, 16 are allowed; remove some`},
		"fields beside the typed ones": {func(p *Pipeline) {
			p.Training("a", TrainingArgs{
				StepOptions: StepOptions{Unchecked: true}, Image: testImage,
				Extra: Fields{"DebugHookConfig": Fields{"S3OutputPath": String("s3://a/" + text(1100))}, "OfTomorrow": String(text(9000))},
			})
		}, `steps["a"].debugHookConfig.s3OutputPath: has 1107 characters, 1024 are allowed; shorten it`},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPipeline()
			each.build(p)
			if err := p.Validate(); each.want != "" {
				require.EqualError(t, err, each.want)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func make17() []String {
	all := make([]String, 17)
	for i := range all {
		all[i] = String(fmt.Sprintf("sn-%d", i))
	}
	return all
}
