package docs_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOneValuesWay holds the code that CONTRIBUTING.md names on the way from YAML to JSON, and that both values arrive.
func TestOneValuesWay(t *testing.T) {
	text, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(text), "## One value's way from YAML to JSON\n")
	require.True(t, found)
	section, _, _ := strings.Cut(after, "\n## ")
	named := 0
	for _, match := range regexp.MustCompile("`([a-z/]+)\\.([A-Za-z.]+)`").FindAllStringSubmatch(section, -1) {
		folder, name := "../"+match[1], match[2]
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			continue // a key of YAML or JSON, or a file
		}
		named++
		require.True(t, declared(t, folder).has(name), "there is no %s", match[0])
	}
	require.Greater(t, named, 10)
	require.FileExists(t, "../stacks/parts.go")

	var stack struct {
		Provider struct {
			AWS []struct {
				Accounts []string `json:"allowed_account_ids"`
			}
		}
		Resource map[string]map[string]struct {
			CIDR string `json:"cidr_block"`
		}
	}
	require.NoError(t, json.Unmarshal(example(t)["dev.json"], &stack))
	require.Equal(t, []string{"222222222222"}, stack.Provider.AWS[0].Accounts)
	var ranges []string
	for _, each := range stack.Resource["aws_vpc"] {
		ranges = append(ranges, each.CIDR)
	}
	require.Equal(t, []string{"10.10.0.0/16"}, ranges)
	require.NotEmpty(t, stack.Resource["aws_subnet"])
	for _, said := range []string{`"222222222222"`, "10.10.0.0/16"} {
		require.Contains(t, section, said)
	}
}
