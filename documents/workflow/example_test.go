package workflow_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/workflow"
)

func ExampleWorkflow_YAML() {
	text, err := workflow.Workflow{
		Name: "check", On: workflow.Triggers{Push: &workflow.Push{Branches: []string{workflow.RefFilter("feature/*")}}},
		Jobs: []workflow.Job{{
			ID: "test", RunsOn: []string{"ubuntu-24.04"}, TimeoutMinutes: 10, Permissions: workflow.Permissions{Contents: workflow.Read},
			Steps: []workflow.Step{
				{Uses: workflow.Action{Name: "actions/checkout", SHA: "de0fac2e4500dabe0009e67214ff5f5447ce83dd", Version: "v6.0.2"}},
				{Run: `echo "$REF"`, Env: []workflow.Variable{{Name: "REF", Value: workflow.Expression("github.ref")}}},
			},
		}},
	}.YAML()
	fmt.Printf("%s%v", text, err)
	// Output:
	// name: check
	// on:
	//   push:
	//     branches: [feature/**]
	// permissions: {}
	// defaults:
	//   run:
	//     shell: bash
	// jobs:
	//   test:
	//     runs-on: ubuntu-24.04
	//     timeout-minutes: 10
	//     permissions:
	//       contents: read
	//     steps:
	//       - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
	//       - env:
	//           REF: ${{ github.ref }}
	//         run: echo "$REF"
	// <nil>
}
