package approval_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/systems/approval"
)

func ExampleSettings() {
	settings := approval.Settings{
		Scope:        arn.Scope{Region: "us-west-2", Account: "222222222222"},
		Group:        "wine-prod-quality",
		Endpoint:     "wine-prod-quality",
		RoleARN:      "arn:aws:iam::222222222222:role/wine-prod-serve",
		InstanceType: "ml.m5.large",
		TopicARN:     "arn:aws:sns:us-west-2:222222222222:wine-prod-alerts",
		Deployment:   &asl.BlueGreen{Traffic: asl.Canary, Alarms: []string{"wine-prod-quality-AllTraffic-errors"}},
	}
	definition, err := settings.Definition()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(definition.Name, len(definition.States))
	// Output: wine-prod-quality-approval 39
}
