// The program is a data scientist's: a training pipeline of their own for the quality of wine, with its bucket, model
// registry, roles and schedule, and what deploys a model that was approved, in two environments. docs/tutorial.md goes
// through it.
//
//	go run ./examples/tutorial
//	go run ./examples/tutorial local
//	cdktf deploy --app "go run ./examples/tutorial" quality-dev
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/faststart"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "local" {
		os.Exit(runHere())
	}
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	for _, env := range environments {
		if err := addStack(app, env); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", env.name, err)
			os.Exit(1)
		}
	}
	app.Synth()
	faststart.Close()
}
