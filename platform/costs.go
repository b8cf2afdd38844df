package platform

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/costs"
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
	made, err := synthesised(platform, o)
	if err != nil {
		return nil, err
	}
	return estimates(platform, made)
}

// estimates are those of stacks that have been built, in the order of their first deployment.
func estimates(platform *config.Platform, made map[string][]byte) ([]costs.Stack, error) {
	var all []costs.Stack
	for _, name := range platform.StackNames() {
		found, err := costs.Of(made[name])
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
