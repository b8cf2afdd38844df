package platform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/changes"
)

// sides are the flags of the commands that compare two commits.
type sides struct {
	base, head, setup string
	noCache           bool
}

func (s *sides) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&s.base, "base", "", "`commit`, branch or tag to compare with")
	flags.StringVar(&s.head, "head", "", "`commit`, branch or tag that is compared (default: the working tree)")
	flags.BoolVar(&s.noCache, "no-cache", false, "synthesise commits again that were synthesised before, and keep nothing")
	flags.StringVar(&s.setup, "setup", "", "shell `command` that a fresh checkout needs first, such as \"npm ci\"")
}

func newChanged(o *options) *cobra.Command {
	var s sides
	var format string
	var allowBackend bool
	command := &cobra.Command{
		Use:   "changed --base COMMIT",
		Short: "List the stacks that differ between two commits, in the order of deployment",
		Long: `Synthesises two commits, or a commit and the working tree, with the command of each side's cdktf.json, and lists
the stacks that differ in what Terraform reads: in the order of deployment, and removed ones in the opposite order.

With --format github it prints one line of JSON: {"stacks":["operations","dev"],"removed":["qa"]}.

A stack that is on both sides and whose backend differs is refused: its state would be left behind.`,
		Example: `  go run . changed --base origin/main
  go run . changed --base "$BEFORE" --head "$GITHUB_SHA" --format github`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if format != "text" && format != "github" {
				return mistake{fmt.Errorf("--format %q is neither text nor github", format)}
			}
			report, err := compare(command, *o, s)
			if err != nil {
				return err
			}
			if err := report.RefuseBackend(); err != nil && !allowBackend {
				return mistake{err}
			}
			if report.Missing > 0 {
				fmt.Fprintf(command.ErrOrStderr(), "the base has %s that the head lacks: what they did shows in reverse; \"git merge-base\" names the commit where they part\n", count(report.Missing, "commit"))
			}
			if format == "github" {
				return report.WriteGitHub(command.OutOrStdout())
			}
			return report.WriteText(command.OutOrStdout())
		},
	}
	s.add(command)
	command.Flags().StringVar(&format, "format", "text", "`format` of the list: text, or github for a workflow")
	command.Flags().BoolVar(&allowBackend, "allow-backend-change", false, "do not refuse stacks whose backend differs")
	return command
}

// compare compares the sides of the app in the current folder.
func compare(command *cobra.Command, o options, s sides) (*changes.Report, error) {
	if s.base == "" {
		return nil, mistake{fmt.Errorf("--base is missing: the commit to compare with; see %s --help", command.CommandPath())}
	}
	if command.Flags().Changed("head") && s.head == "" {
		return nil, mistake{errors.New("--head is empty; name a commit, or leave the flag out for the working tree")}
	}
	folder, err := inProject(o.config)
	if err != nil {
		return nil, mistake{err}
	}
	// An interrupt must not leave a checkout behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o.progress.say("building both sides")
	defer o.progress.end()
	report, err := changes.Compare(ctx, changes.Options{
		Dir: ".", Base: s.base, Head: s.head, Setup: s.setup,
		Env: []string{"MLPLATFORM_CONFIG=" + folder}, Cache: s.cache(),
		Order: func(dir string) []string {
			platform, err := load(options{config: filepath.Join(dir, folder), own: o.own})
			if err != nil {
				return nil // another app, or another version of this one
			}
			return platform.StackNames()
		},
	})
	if err != nil {
		return nil, mistake{err}
	}
	return report, nil
}

// cache is the folder that keeps what commits synthesised to.
func (s sides) cache() string {
	folder, err := os.UserCacheDir()
	if err != nil || s.noCache {
		return ""
	}
	return filepath.Join(folder, "mlplatform", "changes")
}

// inProject is the configuration's folder relative to the project: an absolute one would be the same files for both
// sides.
func inProject(folder string) (string, error) {
	if !filepath.IsAbs(folder) && filepath.IsLocal(folder) {
		return folder, nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(here, absolute)
	if err != nil || !filepath.IsLocal(relative) {
		return "", fmt.Errorf("the configuration %s is outside this folder, so its history is not in the commits that are compared; name a folder inside", folder)
	}
	return relative, nil
}
