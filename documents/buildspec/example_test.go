package buildspec_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/buildspec"
)

func ExampleSpec_YAML() {
	text, err := buildspec.Spec{
		Install:   buildspec.Phase{Runtimes: []buildspec.Runtime{{Language: buildspec.Go, Version: "1.26"}}},
		Build:     buildspec.Phase{Commands: []string{buildspec.Strict("go vet ./...\ngo build -o out/ .")}},
		Artifacts: buildspec.Artifacts{BaseDirectory: "out", Files: []string{"**/*"}},
	}.YAML()
	fmt.Println(text, err)
	// Output:
	// version: 0.2
	// env:
	//   shell: bash
	// phases:
	//   install:
	//     runtime-versions:
	//       golang: "1.26"
	//   build:
	//     commands:
	//       - |-
	//         (
	//         set -euo pipefail
	//         go vet ./...
	//         go build -o out/ .
	//         )
	// artifacts:
	//   files:
	//     - '**/*'
	//   base-directory: out
	//  <nil>
}
