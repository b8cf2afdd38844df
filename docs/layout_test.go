package docs_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/mlplatform/mlplatform/"

// floors are the folders of the house from the top down. A package imports what is below it, or beside it on its floor.
var floors = []string{"", "platform", "delivery", "stacks", "config", "constructs", "systems", "documents", "internal", "faststart"}

// testHelpers are packages of internal that only tests import, so that they may look up into the house.
var testHelpers = []string{"internal/aslnode", "internal/awsemulator", "internal/browser", "internal/controlplane", "internal/golden", "internal/iamcheck", "internal/kubernetestest", "internal/mutate", "internal/program", "internal/shellcheck", "internal/synthtest", "internal/terraform"}

// besides are the packages that others of the same floor may import, for floors whose packages must not know each other.
var besides = map[string][]string{
	"constructs": {"constructs/iam", "constructs/kms", "constructs/site", "constructs/internal/"},
	"systems":    {},
}

// pure are the floors that need no Node.js.
var pure = []string{"config", "delivery", "systems", "documents"}

// TestLayout holds the rules about imports that CONTRIBUTING.md draws.
func TestLayout(t *testing.T) {
	seen := map[string]bool{}
	for _, each := range ownPackages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(each.path, strings.TrimSuffix(module, "/")), "/")
		folder, _, _ := strings.Cut(name, "/")
		seen[folder] = true
		floor := slices.Index(floors, folder)
		if floor < 0 || slices.Contains(testHelpers, name) {
			continue // examples, benchmark and documentation look at all floors
		}
		refuse := func(imported, rule string) { t.Errorf("%s imports %s: %s", name, imported, rule) }
		for _, imported := range each.imports {
			to, ours := strings.CutPrefix(imported, module)
			if !ours {
				if imported == "github.com/hashicorp/terraform-cdk-go/cdktf" && folder != "internal" {
					refuse("cdktf", "only internal/tf does")
				}
				continue
			}
			target, _, _ := strings.Cut(to, "/")
			below := slices.Index(floors, target)
			switch {
			case slices.Contains(testHelpers, to) && !strings.HasPrefix(name, "platform/platformtest"):
				refuse(to, "only tests do")
			case below < 0:
				refuse(to, target+" is not a floor of the house")
			case below < floor:
				refuse(to, "imports point down, and "+target+" is above "+folder)
			case target == folder:
				if allowed, strict := besides[folder]; strict && !strings.HasPrefix(to, name+"/") && !slices.ContainsFunc(allowed, func(each string) bool { return strings.HasPrefix(to+"/", strings.TrimSuffix(each, "/")+"/") }) {
					refuse(to, "packages of "+folder+" do not know each other; take plain values and small interfaces")
				}
			case folder == "delivery" && target == "stacks", folder == "delivery" && target == "constructs":
				refuse(to, "delivery follows from the configuration and from what was synthesised")
			case folder == "config" && target == "constructs":
				refuse(to, "configuration is read without Node.js")
			}
		}
		if slices.Contains(pure, folder) {
			for _, imported := range each.deps {
				if strings.HasPrefix(imported, "github.com/aws/jsii-runtime-go") || strings.HasPrefix(imported, "github.com/hashicorp/terraform-cdk-go") {
					refuse(imported, "directly or not; "+folder+" is pure Go")
					break
				}
			}
		}
	}
	for _, folder := range floors {
		require.True(t, seen[folder], "the floor %q has no package", folder)
	}
}

// TestLayoutIsDrawn holds the drawing in CONTRIBUTING.md against the floors.
func TestLayoutIsDrawn(t *testing.T) {
	text, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(text), "## Layout\n\n```\n")
	require.True(t, found)
	drawn, _, _ := strings.Cut(after, "```")
	var order []string
	for _, match := range regexp.MustCompile(`(?m)^([a-z]+)/`).FindAllStringSubmatch(drawn, -1) {
		if slices.Contains(floors, match[1]) {
			order = append(order, match[1])
		}
	}
	require.Equal(t, floors[1:], order)
}

// TestPackageComments holds that each package says in its first sentence what it is, in the form that Go's documentation shows.
func TestPackageComments(t *testing.T) {
	for _, each := range ownPackages(t) {
		name, begins := strings.TrimPrefix(each.path, module), "Package "+each.name+" "
		if strings.Contains(name, "node_modules/") || !each.source {
			continue
		}
		if each.name == "main" {
			begins = "Command " + path.Base(name) + " "
			if strings.HasPrefix(name, "examples/") {
				begins = "The program "
			}
		}
		if doc := each.doc; !strings.HasPrefix(doc, begins) || !strings.HasSuffix(doc, ".") {
			t.Errorf("%s: its comment is %q; write a sentence that begins with %q and says what the package makes", name, doc, begins)
		}
	}
}

// TestExpressionsAreLazy: what every command would compile at its start is compiled where it is used.
func TestExpressionsAreLazy(t *testing.T) {
	compiled := regexp.MustCompile(`(?m)^(?:var )?\t?\w+ += regexp\.MustCompile\(`)
	for _, each := range ownPackages(t) {
		name, inModule := strings.CutPrefix(each.path, module)
		floor, _, _ := strings.Cut(name, "/")
		if !inModule || slices.Contains([]string{"faststart", "examples", "benchmark"}, floor) || each.name == "main" || slices.Contains(testHelpers, name) {
			continue // faststart is below the package
		}
		files, err := filepath.Glob("../" + name + "/*.go")
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			if found := compiled.Find(text); found != nil && !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s: %s: use lazyregexp.New, which compiles at the first use", file, found)
			}
		}
	}
}
