package tf

import (
	"encoding/base64"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/internal/token"
)

// WithoutScheme is a URL without its https://, as a local value of the stack. As a local it can stand inside JSON,
// where the quotes of a function call would be escaped and break the expression.
func WithoutScheme(scope constructs.Construct, id, url string) string {
	local := cdktf.NewTerraformLocal(scope, Str(id), cdktf.Fn_Replace(Str(url), Str("https://"), Str("")))
	return *local.AsString()
}

// Base64Decode is the text behind base64, which Terraform decodes where it alone knows it.
func Base64Decode(value string) (string, error) {
	if token.Is(value) {
		return *cdktf.Token_AsString(cdktf.Fn_Base64decode(Str(value)), nil), nil
	}
	text, err := base64.StdEncoding.DecodeString(value)
	return string(text), err
}

// Escape puts a backslash before each backslash, comma and brace in a value that only Terraform knows.
func Escape(value string) string {
	// In Terraform's text, where \\ is one backslash: the pattern [\\,{], and the replacement \$0.
	const pattern, replacement = `/[\\\\,{]/`, `\\$0`
	if !strings.Contains(value, "TfToken[") {
		expression := strings.TrimSuffix(strings.TrimPrefix(value, "${"), "}")
		return `${replace(` + expression + `, "` + pattern + `", "` + replacement + `")}`
	}
	return *cdktf.Token_AsString(cdktf.Fn_Replace(Str(value), Str(pattern), Str(replacement)), nil)
}
