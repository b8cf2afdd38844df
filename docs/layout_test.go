package docs_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/mlplatform/mlplatform/"

// TestLayout holds the rules about imports that CONTRIBUTING.md states.
func TestLayout(t *testing.T) {
	command := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}|{{join .Deps " "}}`, "../...")
	out, err := command.Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		direct, all, _ := strings.Cut(line, "|")
		name, list, _ := strings.Cut(direct, " ")
		name = strings.TrimPrefix(name, module)
		folder, _, _ := strings.Cut(name, "/")
		seen[folder] = true
		refuse := func(imported, rule string) { t.Errorf("%s imports %s: %s", name, imported, rule) }
		for _, imported := range strings.Fields(list) {
			to := strings.TrimPrefix(imported, module)
			switch {
			case folder == "constructs" && (to == "config" || to == "stacks"):
				refuse(to, "a construct is usable alone; take plain values")
			case folder == "constructs" && strings.HasPrefix(to, "constructs/") && to != "constructs/iam" && to != "constructs/kms" && !strings.HasPrefix(to, name+"/"):
				refuse(to, "a construct knows no other construct than iam and kms; take plain values and small interfaces")
			case (folder == "constructs" || folder == "stacks" || folder == "config") && imported == "github.com/hashicorp/terraform-cdk-go/cdktf":
				refuse("cdktf", "only internal/tf does")
			case folder == "delivery" && (to == "stacks" || strings.HasPrefix(to, "constructs/")):
				refuse(to, "delivery follows from the configuration alone")
			case folder == "config" && (to == "stacks" || strings.HasPrefix(to, "constructs/")):
				refuse(to, "configuration is at the bottom")
			}
		}
		if folder == "documents" || folder == "config" || folder == "delivery" {
			for _, imported := range strings.Fields(all) {
				if strings.HasPrefix(imported, "github.com/aws/jsii-runtime-go") || strings.HasPrefix(imported, "github.com/hashicorp/terraform-cdk-go") {
					refuse(imported, "directly or not; "+folder+" is pure Go")
					break
				}
			}
		}
	}
	for _, folder := range []string{"config", "constructs", "delivery", "documents", "stacks"} {
		require.True(t, seen[folder], "the folder %s has no package", folder)
	}
}
