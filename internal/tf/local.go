package tf

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// WithoutScheme is a URL without its https://, as a local value of the stack. As a local it can stand inside JSON,
// where the quotes of a function call would be escaped and break the expression.
func WithoutScheme(scope constructs.Construct, id, url string) string {
	local := cdktf.NewTerraformLocal(scope, Str(id), cdktf.Fn_Replace(Str(url), Str("https://"), Str("")))
	return *local.AsString()
}

// NumStr is a number that only Terraform knows, for an argument that is a string.
func NumStr(value *float64) string { return *cdktf.Token_AsString(value, nil) }
