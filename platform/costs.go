package platform

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/stacks"
)

func newCosts(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "costs",
		Short: "Estimate what each stack costs when nobody uses it",
		Long: `Builds all stacks into a temporary folder and adds up, at list prices, what AWS charges by the hour or month for
what is in them: gateways, endpoints, nodes at their smallest number, keys. What is charged by use counts as nothing.
What has no price here is listed and not counted. docs/costs.md has the prices, with their sources and the day on which they were read.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			estimates, err := estimate(platform, *o)
			if err != nil {
				return err
			}
			_, err = io.WriteString(command.OutOrStdout(), costs.Text(estimates))
			return err
		},
	}
}

// estimate builds the stacks of the platform and estimates each.
func estimate(platform *config.Platform, o options) ([]costs.Stack, error) {
	beside, err := os.MkdirTemp("", "mlplatform-")
	if err != nil {
		return nil, mistake{err}
	}
	defer os.RemoveAll(beside)
	dir, err := build(platform, o, beside)
	if err != nil {
		return nil, err
	}
	var all []costs.Stack
	for _, name := range platform.StackNames() {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile))
		if err != nil {
			return nil, err
		}
		found, err := costs.Of(text)
		if err != nil {
			return nil, fmt.Errorf("the stack %s cannot be estimated: %w", name, err)
		}
		if e := platform.Environment(name); e != nil {
			for _, each := range stacks.Runs(e) {
				found.AddEndpoint(each.Type, each.Number)
			}
		}
		all = append(all, costs.Stack{Name: name, Estimate: found})
	}
	return all, nil
}
