package quota_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/quota"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func gpus() quota.Props {
	return quota.Props{Requests: []quota.Request{
		{Code: quota.TrainingG4DNXLarge, Value: 1},
		{Code: quota.ProcessingG4DNXLarge, Value: 1},
		{Code: quota.TransformG4DNXLarge, Value: 2},
		{Service: quota.VPC, Code: "L-F678F1CE", Value: 10},
	}}
}

func TestQuotas(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := quota.New(stack, "quotas", gpus())
	require.NoError(t, err)
	tf.Output(stack, "status", made.Status(quota.TrainingG4DNXLarge), "Test")
	require.Empty(t, made.Status("L-00000000"))
	template := synthtest.Synth(t, stack)
	require.Equal(t, map[string]int{"aws_servicequotas_service_quota": 4}, template.Counts())
	require.Regexp(t, `^\$\{aws_servicequotas_service_quota\.quotas_sagemaker-L-3F53BF0F_[0-9A-F]+\.request_status\}$`, template.Output("status"))
	template.Golden("quotas")
}

func TestOrderDoesNotMatter(t *testing.T) {
	names := func(requests []quota.Request) []string {
		stack := synthtest.Stack(t)
		_, err := quota.New(stack, "quotas", quota.Props{Requests: requests})
		require.NoError(t, err)
		return synthtest.Synth(t, stack).Names("aws_servicequotas_service_quota")
	}
	forward := gpus().Requests
	backward := []quota.Request{forward[3], forward[2], forward[1], forward[0]}
	require.Equal(t, names(forward), names(backward))
}

func TestProblems(t *testing.T) {
	tests := map[string]struct {
		requests []quota.Request
		want     string
	}{
		"nothing":       {nil, "requests: are missing; list at least one quota, or leave the construct out"},
		"code":          {[]quota.Request{{Service: quota.EC2, Code: "g4dn", Value: 1}}, `requests[0].code: "g4dn" is no quota code; write it like "L-3F53BF0F", as aws service-quotas list-service-quotas prints it`},
		"no service":    {[]quota.Request{{Code: "L-F678F1CE", Value: 1}}, `requests[0].service: is missing, and "L-F678F1CE" is no quota that is named here; write the service's code, such as "sagemaker"`},
		"bad service":   {[]quota.Request{{Service: "sage maker", Code: "L-F678F1CE", Value: 1}}, `requests[0].service: "sage maker" is no service code; use 1 to 63 letters, digits and hyphens, as aws service-quotas list-services prints it`},
		"other service": {[]quota.Request{{Service: quota.EC2, Code: quota.TrainingG4DNXLarge, Value: 1}}, `requests[0].service: "ec2" does not have the quota L-3F53BF0F, which is one of "sagemaker"; leave the service out`},
		"twice":         {[]quota.Request{{Code: quota.TrainingG4DNXLarge, Value: 1}, {Code: quota.TrainingG4DNXLarge, Value: 2}}, `requests[1].code: "L-3F53BF0F" is requested twice; keep one`},
		"zero":          {[]quota.Request{{Code: quota.TrainingG4DNXLarge}}, "requests[0].value: 0 is out of range; use more than 0, at most 10,000,000,000"},
		"negative":      {[]quota.Request{{Code: quota.TrainingG4DNXLarge, Value: -1}}, "requests[0].value: -1 is out of range; use more than 0, at most 10,000,000,000"},
		"no number":     {[]quota.Request{{Code: quota.TrainingG4DNXLarge, Value: math.NaN()}}, "requests[0].value: NaN is out of range; use more than 0, at most 10,000,000,000"},
		"infinite":      {[]quota.Request{{Code: quota.TrainingG4DNXLarge, Value: math.Inf(1)}}, "requests[0].value: +Inf is out of range; use more than 0, at most 10,000,000,000"},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := quota.New(stack, name, quota.Props{Requests: test.requests})
			require.EqualError(t, err, test.want)
		})
	}
}
