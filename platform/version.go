package platform

import (
	"fmt"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/scaffold"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this module, of the AWS provider and of Terraform that stacks ask for",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			table := tabwriter.NewWriter(command.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintf(table, "%s\t%s\n", scaffold.ModulePath, built())
			fmt.Fprintf(table, "%s\t%s\n", tf.ProviderSource, tf.ProviderVersion)
			fmt.Fprintf(table, "terraform\t%s\n", tf.RequiredVersion)
			return table.Flush()
		},
	}
}

// origin says what this program was built from.
type origin struct {
	// version of the module that can be loaded again, such as v1.2.3; "" for a checkout.
	version string
	// replaced is the folder that go.mod has in the place of a version.
	replaced string
}

// built reads what the go command wrote down in the program.
func built() origin {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return origin{}
	}
	return originOf(info)
}

func originOf(info *debug.BuildInfo) origin {
	module := &info.Main
	for _, each := range info.Deps {
		if each.Path == scaffold.ModulePath {
			module = each
		}
	}
	switch {
	case module.Path != scaffold.ModulePath:
		return origin{}
	case module.Replace != nil:
		return origin{replaced: module.Replace.Path}
	case !strings.HasPrefix(module.Version, "v"), strings.HasSuffix(module.Version, "+dirty"):
		return origin{}
	}
	return origin{version: module.Version}
}

func (o origin) String() string {
	switch {
	case o.replaced != "":
		return "replaced by " + o.replaced
	case o.version == "":
		return "of a checkout"
	}
	return o.version
}
