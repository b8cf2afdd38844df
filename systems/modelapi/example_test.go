package modelapi_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

func Example() {
	settings := modelapi.Settings{
		Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Group: "wine-prod-quality", Endpoint: "wine-prod-quality",
		DeploymentARN: "arn:aws:states:us-west-2:222222222222:stateMachine:wine-prod-approval",
		Made:          "wine-prod-quality-approved-",
		Tags:          map[string]string{"Project": "wine", "Environment": "prod"},
		Features:      []modelapi.Feature{{Field: "alcohol"}, {Field: "color", In: []string{"red"}}},
		Label:         "is_good", Score: "quality",
	}
	machines, err := settings.Machines()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range machines {
		fmt.Println(m.Definition.Name, len(m.Definition.States))
	}
	// Output:
	// wine-prod-quality-api-infer 13
	// wine-prod-quality-api-list 7
	// wine-prod-quality-api-approve 9
	// wine-prod-quality-api-deploy 8
	// wine-prod-quality-api-delete 16
	// wine-prod-quality-api-describe 8
}
