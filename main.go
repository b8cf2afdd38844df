// Command mlplatform turns the configuration of a machine learning platform into Terraform JSON for AWS: one stack for
// each environment, one for what they share, one for their state.
package main

import "github.com/mlplatform/mlplatform/platform"

func main() { platform.Main(own...) }

// own is what this platform has beside what its configuration switches on: nothing.
var own []platform.Option
