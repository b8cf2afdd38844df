package trimmedprovider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"

	jsii "github.com/aws/jsii-runtime-go/runtime"
	cdktf "github.com/hashicorp/terraform-cdk-go/cdktf/jsii"
)

// providerName is the npm name of the provider, under which the jsii runtime knows it.
const providerName = "@cdktf/provider-aws"

// providerModule is its Go module, without the major version.
const providerModule = "github.com/cdktf/cdktf-provider-aws-go/aws/"

// Load puts a trimmed archive in the place of the AWS provider. Call it before the program makes its first AWS
// construct, and again after jsii.Close: whichever provider the runtime sees first stays. Calling it too late is slow
// but harmless, for then the stock provider is in place already.
//
// It is an error if the archive is not one that Trim made, or was made from another version than the one that the
// program is linked with.
func Load(archive []byte) (err error) {
	files, err := readArchive(bytes.NewReader(archive), func(name string) bool { return name == manifestFile })
	if err != nil {
		return err
	}
	var manifest struct{ Name, Version string }
	if err := json.Unmarshal(files[manifestFile], &manifest); err != nil {
		return fmt.Errorf("%s of the archive: %w", manifestFile, err)
	}
	if manifest.Name != providerName {
		return fmt.Errorf("the archive holds %q, not %s; make it with trimprovider", manifest.Name, providerName)
	}
	if linked := linkedVersion(); linked != "" && linked != manifest.Version {
		return fmt.Errorf("the archive was made from %s %s, but the program is linked with %s; run go generate again", providerName, manifest.Version, linked)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("loading the trimmed provider: %v", r)
		}
	}()
	cdktf.Initialize()
	jsii.Load(manifest.Name, manifest.Version, archive)
	return nil
}

// linkedVersion is the version of the provider module in this program, or "" where the build does not say.
func linkedVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if strings.HasPrefix(module.Path, providerModule) {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}

var missingType = regexp.MustCompile(regexp.QuoteMeta(providerName) + `\.([A-Za-z0-9]+)\.?[A-Za-z0-9]*'? not found`)

// Explain turns what a program panics with when it uses a namespace that its trimmed archive lacks into an error that
// says so. It returns nil for every other value.
func Explain(recovered any) error {
	match := missingType.FindStringSubmatch(fmt.Sprint(recovered))
	if match == nil {
		return nil
	}
	return fmt.Errorf("the trimmed AWS provider has no namespace %q, because the archive was made before the program imported the package %q; run go generate ./... and build again", match[1], goPackage(match[1]))
}
