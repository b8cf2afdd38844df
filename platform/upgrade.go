package platform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/changes"
	"github.com/mlplatform/mlplatform/delivery/upgrade"
)

func newUpgrade(o *options) *cobra.Command {
	var target upgrade.Target
	var length int
	var write bool
	command := &cobra.Command{
		Use:   "upgrade [VERSION]",
		Short: "Show what another version of this module changes in the stacks, before it is taken",
		Long: `Synthesises the repository as it is, and a copy that imports the other version, and describes what differs in each stack as
"diff" does. VERSION is what the go command takes: v1.2.3, or latest, which is the default.

Nothing in the repository changes, unless --write is there: then go.mod and go.sum have the version.`,
		Example: `  go run . upgrade                          what would the latest version change?
  go run . upgrade v1.4.0 --write           and take it
  go run . upgrade --replace ../mlplatform  what would a checkout change?`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 1 {
				return mistake{fmt.Errorf("%q is one version too many; see %s --help", args[1], command.CommandPath())}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			if length != 0 && length < leastLength {
				return mistake{fmt.Errorf("--max-length %d is too short; at least %d, or 0 for no limit", length, leastLength)}
			}
			if len(args) == 1 {
				if target.Replace != "" {
					return mistake{errors.New("--replace takes the place of every version; leave out " + args[0] + " or the flag")}
				}
				target.Version = args[0]
			}
			return o.upgrade(command, target, length, write)
		},
	}
	target.Version = "latest"
	command.Flags().StringVar(&target.Replace, "replace", "", "`folder` of a checkout of the module, in place of a version")
	command.Flags().IntVar(&length, "max-length", 0, "`bytes` of the page at most, 0 for no limit")
	command.Flags().BoolVar(&write, "write", false, "take the version: change go.mod and go.sum")
	return command
}

func (o *options) upgrade(command *cobra.Command, target upgrade.Target, length int, write bool) (err error) {
	folder, err := inProject(o.config)
	if err != nil {
		return mistake{err}
	}
	taken := target
	if target.Replace != "" {
		if taken.Replace, target.Replace, err = checkout(".", target.Replace); err != nil {
			return mistake{err}
		}
	}
	// An interrupt must not leave a copy behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o.progress.say("getting %s", cmp.Or(target.Replace, target.Version))
	defer o.progress.end()
	trial, err := upgrade.Try(ctx, ".", target)
	if err != nil {
		return mistake{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(trial.Dir)) }()
	o.progress.say("building both versions")
	report, err := changes.Folders(ctx, changes.Folder{Dir: ".", Name: trial.Before}, changes.Folder{Dir: trial.Dir, Name: trial.After}, changes.Options{
		Env: []string{"MLPLATFORM_CONFIG=" + folder},
		Order: func(dir string) []string {
			platform, err := load(options{config: filepath.Join(dir, folder), own: o.own})
			if err != nil {
				return nil // for the other version the configuration may mean something else
			}
			return platform.StackNames()
		},
	})
	if err != nil {
		return mistake{err}
	}
	o.progress.end()
	out := command.OutOrStdout()
	fmt.Fprint(out, report.Markdown(length))
	if !write {
		return nil
	}
	if err := upgrade.Take(ctx, ".", taken); err != nil {
		return mistake{err}
	}
	fmt.Fprintf(out, "\ngo.mod and go.sum have %s now. Next:\n\n  go test . -update    # rewrites snapshots, workflows and schema: review the diff\n", trial.After)
	return nil
}
