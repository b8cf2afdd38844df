package config_test

import (
	"maps"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// Whatever an environment has, a wrong project, account or region is one mistake and told once.
func TestWrongRootIsToldOnce(t *testing.T) {
	for _, dir := range append(examples[1:], "../examples/configurations/wine") {
		all := filesOf(t, dir)
		for name := range all {
			for _, root := range []struct{ field, pattern, wrong string }{
				{"project", `(?m)^(project: ).*`, "${1}Wine"},
				{"region", `(?m)^(region: ).*`, "${1}us-west2"},
				{"account", `(?m)^(account: ).*`, `${1}"2222-2222-2222"`},
				{"operations.account", `(?m)^(operations:\n  account: ).*`, `${1}"1111-1111-1111"`},
				{"operations.region", `(?m)^(  region: ).*`, "${1}us-west2"},
				{"project", `(?m)^project: .*\n`, ""},
				{"region", `(?m)^region: .*\n`, ""},
				{"account", `(?m)^account: .*\n`, ""},
			} {
				expression := regexp.MustCompile(root.pattern)
				if !expression.MatchString(all[name]) || root.wrong == "" && root.field == "region" && name != "platform.yaml" {
					continue
				}
				broken := files{}
				maps.Copy(broken, all)
				broken[name] = expression.ReplaceAllString(all[name], root.wrong)
				_, err := broken.load()
				var told config.Problems
				require.ErrorAs(t, err, &told, "%s of %s/%s", root.field, dir, name)
				require.Len(t, told, 1, "%s of %s/%s: %v", root.field, dir, name, err)
				require.Equal(t, []string{name, root.field}, []string{told[0].File, told[0].Field})
			}
		}
	}
}
