// Command mlplatform turns the configuration of a machine learning platform into Terraform JSON for AWS: one stack for
// each environment, one for what they share, one for their state.
package main

import (
	"os"

	"github.com/mlplatform/mlplatform/internal/app"
)

func main() { os.Exit(app.Run(os.Args[1:], os.Stdout, os.Stderr)) }
