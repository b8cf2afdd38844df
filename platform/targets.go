package platform

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/workflows"
)

func newTargets(o *options) *cobra.Command {
	var request workflows.Request
	command := &cobra.Command{
		Use:   "targets",
		Short: "Print the stacks that a branch or tag deploys, for workflows",
		Long: `Prints one line of JSON: the stacks that a push of the branch or tag deploys, in the order of deployment. A stack that is
named must be among them. With --destroy it is the environment that may be destroyed from there.`,
		Example: `  go run . targets --ref refs/heads/main
  go run . targets --ref refs/tags/prod --stack prod`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			targets, err := workflows.Targets(platform, request)
			if err != nil {
				return mistake{err}
			}
			line, err := json.Marshal(targets)
			if err != nil {
				return err
			}
			fmt.Fprintln(command.OutOrStdout(), string(line))
			return nil
		},
	}
	command.Flags().StringVar(&request.Ref, "ref", "", "branch or tag as a whole `ref`, such as refs/heads/main")
	command.Flags().StringVar(&request.Stack, "stack", "", "one `stack`; nothing, or \""+workflows.AllStacks+"\", is each that the ref deploys")
	command.Flags().BoolVar(&request.Destroy, "destroy", false, "what may be destroyed")
	return command
}
