package quota_test

import (
	"github.com/mlplatform/mlplatform/constructs/quota"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := quota.New(stack, "quotas", quota.Props{Requests: []quota.Request{
			{Code: quota.TrainingG4DNXLarge, Value: 1},
			{Service: quota.VPC, Code: "L-F678F1CE", Value: 10}, // VPCs per region
		}})
		return err
	})
	// Output:
	// aws_servicequotas_service_quota 2
}
