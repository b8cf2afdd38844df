// Package faststart makes Go CDKTF programs start fast, with the same output byte for byte. The prebuilt AWS provider holds
// more than 2,100 namespaces, and the jsii runtime loads all of them: seconds and about a gigabyte for each run, whatever
// the program uses. This package cuts the provider's archive down to the namespaces that a program imports and loads the
// cut archive in place of the stock one; Levers names what else it does.
//
// Generate the archive beside a package of yours and commit it:
//
//	//go:generate go run github.com/mlplatform/mlplatform/faststart/cmd/trimprovider -o aws.tgz ./...
//	//go:embed aws.tgz
//	var archive []byte
//
// and load it first thing in main, before any construct is made:
//
//	if err := faststart.Load(archive); err != nil { ... }
//
// A program that does not call Load gets the stock provider.
package faststart

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	jsii "github.com/aws/jsii-runtime-go/runtime"
	cdktf "github.com/hashicorp/terraform-cdk-go/cdktf/jsii"

	"github.com/mlplatform/mlplatform/faststart/internal/environment"
)

// providerName is the npm name of the provider, under which the jsii runtime knows it.
const providerName = "@cdktf/provider-aws"

// providerModule is its Go module, without the major version.
const providerModule = "github.com/cdktf/cdktf-provider-aws-go/aws/"

// Levers are the parts of a fast start, by the names that the variable FASTSTART_OFF takes.
var Levers = []string{
	"wrapper",    // no process between the program and the jsii kernel; not on Windows
	"answers",    // the program does not wait for the runtime inside Batch; needs wrapper
	"texts",      // no texts for errors that do not happen
	"traces",     // no JavaScript stack traces
	"optimiser",  // V8 optimises code in large apps only; needs answers
	"heap",       // a small heap for objects that were just made
	"cdktf",      // CDKTF in three files
	"provider",   // the trimmed AWS provider, of which a namespace is loaded when it is used
	"references", // attributes without a call each, inside Batch
}

func init() { startRuntime() }

// startRuntime makes the jsii runtime read the environment of a fast start, and nobody else.
func startRuntime() {
	environment.Prepare()
	jsii.IsAnonymousProxy(struct{}{}) // makes the runtime's client, if there is none
	environment.Restore()
}

// Load puts a trimmed archive in the place of the AWS provider. Call it before the program makes its first construct,
// and again after jsii.Close: what the runtime sees first stays. Calling it too late is slow but harmless, for then
// the stock packages are in place already. A nil archive leaves the provider alone.
//
// It is an error if the archive is not one that Trim made, or was made from another version than the one that the
// program is linked with.
func Load(archive []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("fast start: %v", r)
		}
	}()
	if err := checkSwitch(os.Getenv(environment.Switch)); err != nil {
		return err
	}
	startRuntime()
	if archive == nil {
		loadCDKTF()
		return nil
	}
	files, err := readArchive(bytes.NewReader(archive), manifestFile)
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
	if linked := linkedVersion(providerModule); linked != "" && linked != manifest.Version {
		return fmt.Errorf("the archive was made from %s %s, but the program is linked with %s; run go generate again", providerName, manifest.Version, linked)
	}
	loadCDKTF()
	if !environment.Off("provider") {
		cdktf.Initialize()
		jsii.Load(manifest.Name, manifest.Version, archive)
	}
	return nil
}

// checkSwitch refuses names that are no levers.
func checkSwitch(value string) error {
	var unknown []error
	for _, name := range strings.Split(value, ",") {
		if name != "" && name != "all" && !slices.Contains(Levers, name) {
			unknown = append(unknown, fmt.Errorf("%s: %q is no part of the fast start; use all or some of %s, separated by commas", environment.Switch, name, strings.Join(Levers, ", ")))
		}
	}
	return errors.Join(unknown...)
}

// linkedVersion is the version of the module whose path begins so in this program, or "" where the build does not say.
func linkedVersion(prefix string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if strings.HasPrefix(module.Path, prefix) {
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
