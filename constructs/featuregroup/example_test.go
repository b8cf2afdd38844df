package featuregroup_test

import (
	"github.com/mlplatform/mlplatform/constructs/featuregroup"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		customers, err := featuregroup.New(stack, "customers", featuregroup.Props{
			Name: "wine-dev-customers",
			Features: []featuregroup.Feature{
				{Name: "customer_id", Type: featuregroup.String},
				{Name: "event_time", Type: featuregroup.String},
				{Name: "orders", Type: featuregroup.Integral},
			},
			RecordIdentifier: "customer_id",
			EventTime:        "event_time",
			Offline:          &featuregroup.OfflineStore{URI: "s3://wine-dev-features"},
			Online:           &featuregroup.OnlineStore{},
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "inference", "arn:aws:iam::222222222222:role/inference")
		if err != nil {
			return err
		}
		return customers.GrantGetRecord(role)
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 2
	// aws_sagemaker_feature_group 1
}
