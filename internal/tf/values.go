// Package tf is the thin layer over the CDKTF bindings: everything that the rest of the module needs of the packages
// cdktf and constructs, in plain Go values. CDKTF is archived upstream and continued as CDK Terrain under other import
// paths, and this package is where that change would be made.
package tf

import (
	"maps"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/faststart"
)

// Construct is a node of the construct tree.
type Construct = constructs.Construct

// Resource is what every Terraform resource of the bindings is.
type Resource = cdktf.TerraformResource

// Dependable is what a resource can be made to come after.
type Dependable = cdktf.ITerraformDependable

// Lifecycle is Terraform's lifecycle block.
type Lifecycle = cdktf.TerraformResourceLifecycle

// Postcondition is Terraform's postcondition block.
type Postcondition = cdktf.Postcondition

// Str is a required string.
func Str(value string) *string { return jsii.String(value) }

// OptStr is an optional string: nothing when empty.
func OptStr(value string) *string {
	if value == "" {
		return nil
	}
	return jsii.String(value)
}

// Bool is a boolean.
func Bool(value bool) *bool { return jsii.Bool(value) }

// OptBool is a boolean that stands only when true.
func OptBool(value bool) *bool {
	if !value {
		return nil
	}
	return jsii.Bool(true)
}

// Num is a number.
func Num(value int) *float64 { return jsii.Number(value) }

// OptNum is an optional number: nothing when zero.
func OptNum(value int) *float64 {
	if value == 0 {
		return nil
	}
	return jsii.Number(value)
}

// Strs is a list of strings, nothing when empty.
func Strs(values []string) *[]*string {
	if len(values) == 0 {
		return nil
	}
	return jsii.Strings(values...)
}

// StrMap is a map of strings, nothing when empty.
func StrMap(values map[string]string) *map[string]*string {
	if len(values) == 0 {
		return nil
	}
	out := make(map[string]*string, len(values))
	for key, value := range values {
		out[key] = jsii.String(value)
	}
	return &out
}

// Name is the tag map of a resource whose only tag of its own is its name, with more tags beside it.
func Name(name string, more map[string]string) *map[string]*string {
	tags := map[string]string{"Name": name}
	maps.Copy(tags, more)
	return StrMap(tags)
}

// After is the dependency list of a resource that must come after others for reasons that no reference shows.
func After(resources ...cdktf.ITerraformDependable) *[]cdktf.ITerraformDependable {
	if len(resources) == 0 {
		return nil
	}
	return &resources
}

// Protect is the lifecycle of a resource that Terraform must refuse to destroy, where protect is set.
func Protect(protect bool) *Lifecycle {
	if !protect {
		return nil
	}
	return &Lifecycle{PreventDestroy: jsii.Bool(true)}
}

// Ignore is the lifecycle of a resource some of whose attributes others change.
func Ignore(attributes ...string) *Lifecycle { return &Lifecycle{IgnoreChanges: attributes} }

// CreateFirst is the lifecycle of a resource whose replacement is made before it goes.
func CreateFirst() *Lifecycle { return &Lifecycle{CreateBeforeDestroy: jsii.Bool(true)} }

// Address is the resource's Terraform address, type.name. Lifecycle's ReplaceTriggeredBy takes it, where Fqn's
// interpolation is refused by Terraform.
func Address(resource Resource) string {
	return *resource.TerraformResourceType() + "." + *resource.FriendlyUniqueId()
}

// DataAddress is the Terraform address of a data source: data.type.name.
func DataAddress(source cdktf.TerraformDataSource) string {
	return "data." + *source.TerraformResourceType() + "." + *source.FriendlyUniqueId()
}

// Attr is a text or number of a resource, by its name in JavaScript, "arn" or "vpcId", or the way to it: "identity.0.oidc.0.issuer". Inside Batch it costs no call to Node.js.
func Attr(resource Resource, attribute string) string {
	return faststart.Attribute(resource, attribute)
}

// Batch runs do, in which constructs are made, without waiting for Node.js: see faststart.Batch. What Node.js refuses is a Defect,
// and so is a Node.js that does not start.
func Batch(do func() error) error {
	var own error
	err := faststart.Batch(func() error {
		own = do()
		return own
	})
	if own != nil || err == nil {
		return err
	}
	return defect(err)
}

// Flush waits for what Batch made so far, which may then be synthesised: see faststart.Flush. What Node.js refuses is a Defect.
func Flush() error {
	if err := faststart.Flush(); err != nil {
		return defect(err)
	}
	return nil
}

func defect(err error) error {
	if explained := faststart.Explain(err); explained != nil {
		err = explained
	}
	return Defect{err}
}
