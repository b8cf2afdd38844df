// Package awsprovider holds the AWS provider trimmed to the namespaces that this module imports. It is loaded by the
// app and by the tests, never by the constructs: who imports those chooses for themselves.
package awsprovider

import (
	_ "embed"

	"github.com/mlplatform/mlplatform/faststart"
)

//go:generate go run ../../faststart/cmd/trimprovider -o aws.tgz ../../...

//go:embed aws.tgz
var archive []byte

// Load puts the trimmed provider in place. Call it before the first AWS construct is made.
func Load() error { return faststart.Load(archive) }

// Namespaces lists the Go packages of the AWS provider that the archive serves.
func Namespaces() ([]string, error) { return faststart.Namespaces(archive) }
