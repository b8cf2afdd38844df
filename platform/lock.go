package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/lockfile"
)

func newLock(o *options) *cobra.Command {
	var platforms []string
	var mirror, repository string
	command := &cobra.Command{
		Use:   "lock",
		Short: "Write " + lockfile.Name + ", the checksums of Terraform's providers",
		Long: `Writes ` + lockfile.Name + ` with the checksums of all providers that the stacks need, for the machines of CI and of people. Commit it:
from then on each synthesis puts it beside the stacks, so that cdktf and all pipelines accept those providers and no others, and fails where
the stacks need another provider or version. Needs Terraform, and the registry of the providers or a mirror of it.`,
		Example: `  go run . lock
  go run . lock --platform linux_amd64 --mirror /srv/terraform-providers`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			dir, err := build(platform, *o, os.TempDir())
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			required, err := lockfile.All(dir)
			if err != nil {
				return err
			}
			file := filepath.Join(repository, lockfile.Name)
			before, err := os.ReadFile(file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return mistake{err}
			}
			var more []string
			if mirror != "" {
				absolute, err := filepath.Abs(mirror)
				if err != nil {
					return err
				}
				more = append(more, "-fs-mirror="+absolute)
			}
			text, err := lockfile.Make(command.Context(), required, platforms, string(before), more...)
			if err != nil {
				return mistake{fmt.Errorf("%w; nothing was written", err)}
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				return mistake{err}
			}
			fmt.Fprintf(command.OutOrStdout(), "%s: %s on %s. Commit it.\n", file, count(len(required), "provider"), strings.Join(platforms, ", "))
			return nil
		},
	}
	command.Flags().StringSliceVar(&platforms, "platform", lockfile.Platforms(), "`platforms` that run Terraform, with commas")
	command.Flags().StringVar(&mirror, "mirror", "", "`folder` with a mirror of the providers, in place of their registry")
	command.Flags().StringVar(&repository, "repository", ".", "top `folder` of the repository")
	return command
}
