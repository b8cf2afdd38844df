package tf

import (
	"encoding/json"

	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// A BareProvider is a Terraform provider for which there are no bindings, by its arguments as Terraform's JSON syntax has them.
// https://developer.hashicorp.com/terraform/language/syntax/json
type BareProvider struct {
	// Name is how resource types begin: helm.
	Name string
	// Source is the full address: registry.terraform.io/hashicorp/helm.
	Source string
	// Version is the constraint: ~> 3.1.
	Version string
	// Arguments of the provider block.
	Arguments map[string]any
}

// bareProvider hands its arguments over when the stack is synthesised. That it overrides a method with a pointer receiver is
// what lets the bindings make an object of the abstract class.
type bareProvider struct {
	cdktf.TerraformProvider
	arguments map[string]any
}

// SynthesizeAttributes is called by CDKTF.
func (p *bareProvider) SynthesizeAttributes() *map[string]any { return &p.arguments }

// AddProvider puts the provider into the stack, once.
func AddProvider(stack Stack, of BareProvider) error {
	return Guard("provider "+of.Name, func() error {
		made := &bareProvider{arguments: plain(of.Arguments)}
		cdktf.NewTerraformProvider_Override(made, stack, Str(of.Name), &cdktf.TerraformProviderConfig{
			TerraformResourceType: Str(of.Name), TerraformProviderSource: Str(of.Source),
			TerraformGeneratorMetadata: &cdktf.TerraformProviderGeneratorMetadata{ProviderName: Str(of.Name), ProviderVersionConstraint: Str(of.Version)},
		})
		stack.AddOverride(Str("terraform.required_providers."+of.Name+".source"), of.Source)
		return nil
	})
}

// A BareResource is a resource for which there are no bindings.
type BareResource struct {
	// Type of the resource, whose beginning up to the first _ is the name of a provider of the stack: helm_release.
	Type, Provider string
	// Arguments as Terraform's JSON syntax has them: strings, numbers, booleans, lists and maps.
	Arguments map[string]any
	// After are resources that it comes after for reasons that no reference shows.
	After []Dependable
	// Lifecycle is Terraform's lifecycle block. Default: none.
	Lifecycle *Lifecycle
}

type bareResource struct {
	cdktf.TerraformResource
	arguments map[string]any
}

// SynthesizeAttributes is called by CDKTF.
func (r *bareResource) SynthesizeAttributes() *map[string]any { return &r.arguments }

// AddResource makes the resource.
func AddResource(scope Construct, id string, of BareResource) Resource {
	made := &bareResource{arguments: plain(of.Arguments)}
	config := &cdktf.TerraformResourceConfig{
		TerraformResourceType: Str(of.Type), TerraformGeneratorMetadata: &cdktf.TerraformProviderGeneratorMetadata{ProviderName: Str(of.Provider)}, Lifecycle: of.Lifecycle,
	}
	if len(of.After) > 0 {
		config.DependsOn = After(of.After...)
	}
	cdktf.NewTerraformResource_Override(made, scope, Str(id), config)
	return made
}

// plain is a copy of nothing but what JSON knows, because the bridge to Node.js takes no other types of Go.
func plain(arguments map[string]any) map[string]any {
	text, err := json.Marshal(arguments)
	if err != nil {
		panic(err) // Guard makes an error of it: a value that JSON cannot hold is a mistake of the construct
	}
	out := map[string]any{}
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}
