package openapi_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/openapi"
)

func Example() {
	document := openapi.Document{
		Title: "wine", Version: "1.0", Scope: arn.Scope{Region: "us-west-2", Account: "111111111111"},
		Models: map[string]openapi.Schema{
			"Approval": {Type: openapi.Object, Required: []string{"model"}, Properties: map[string]openapi.Schema{"model": {Type: openapi.String}}},
		},
		Operations: []openapi.Operation{{
			Method: openapi.Post, Path: "/model/approve", ID: "approveModel", Body: "Aproval", IAM: true,
			Responses: []openapi.Response{{Status: 200, Description: "The model is approved"}},
			Integration: openapi.StartSyncExecution{
				StateMachineARN: "arn:aws:states:us-west-2:111111111111:stateMachine:approve", RoleARN: "arn:aws:iam::111111111111:role/api",
			},
		}},
	}
	fmt.Println(document.Validate())
	// Output: operations["POST /model/approve"].body: "Aproval" is no model; use one of Approval
}
