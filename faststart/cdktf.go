package faststart

import (
	_ "embed"

	constructs "github.com/aws/constructs-go/constructs/v10/jsii"
	jsii "github.com/aws/jsii-runtime-go/runtime"

	"github.com/mlplatform/mlplatform/faststart/internal/environment"
)

//go:generate go run -C bundle . -o ../cdktf.tgz

// bundledCDKTF is CDKTF's own code in three files in place of some two thousand, which are quicker to load and much
// quicker to unpack into an empty cache.
//
//go:embed cdktf.tgz
var bundledCDKTF []byte

// bundledVersion is the version of CDKTF inside, and cdktfModule where its bindings come from.
const (
	bundledVersion = "0.21.0"
	cdktfModule    = "github.com/hashicorp/terraform-cdk-go/cdktf"
)

// loadCDKTF puts the bundle in the place of the stock package, unless the program is linked with another version.
func loadCDKTF() {
	if linked := linkedVersion(cdktfModule); environment.Off("cdktf") || linked != "" && linked != bundledVersion {
		return
	}
	constructs.Initialize()
	jsii.Load("cdktf", bundledVersion, bundledCDKTF)
}
