package platform

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/lockfile"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

func newSynth(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "synth",
		Short: "Build all stacks and write them (the default)",
		Long: `Builds all stacks and writes them to the output folder, one line for each: its resources by type and what
differs from what was there before. With any problem nothing is written, and earlier output stays as it is.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return synth(command.OutOrStdout(), *o) },
	}
}

func synth(out io.Writer, o options) error {
	start := time.Now()
	platform, err := load(o)
	if err != nil {
		return err
	}
	place, err := output.PlaceAt(o.output)
	if err != nil {
		return mistake{err}
	}
	o.provider = o.startProvider()
	defer o.provider() // the runtime must not be closed while it starts
	before, err := output.Read(place.Target)
	if err != nil {
		return mistake{fmt.Errorf("the output folder cannot be compared: %w; remove it and run again", err)}
	}
	fresh, err := build(platform, o, place.Beside)
	if err != nil {
		return err
	}
	o.synthesised()
	defer os.RemoveAll(fresh)
	defer removedOnInterrupt(fresh)()
	if err := lockfile.Beside(".", fresh); err != nil {
		return mistake{err}
	}
	after, err := output.Read(fresh, before...)
	if err != nil {
		return err
	}
	if err := output.Install(fresh, place.Target); err != nil {
		return err
	}
	report(out, before, inOrder(after, platform))
	fmt.Fprintf(out, "%s in %s, %.2f s\n", count(len(after), "stack"), o.output, time.Since(start).Seconds())
	return nil
}

// startProvider starts Node.js with the provider while the program goes on. What it returns waits until it can be used.
func (o options) startProvider() func() error {
	if o.stockProvider {
		return func() error { return nil }
	}
	started := make(chan error, 1)
	go func() { started <- o.own.loadProvider() }()
	return sync.OnceValue(func() error { return <-started })
}

// build synthesises into a new folder beside the output, so that a failure leaves the output alone and success can
// replace it by renaming.
func build(platform *config.Platform, o options, beside string) (dir string, err error) {
	if err := os.MkdirAll(beside, 0o755); err != nil {
		return "", mistake{err}
	}
	dir, err = os.MkdirTemp(beside, ".cdktf.out-")
	if err != nil {
		return "", mistake{err}
	}
	defer removedOnInterrupt(dir)()
	defer func() {
		o.progress.end()
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	o.progress.say("starting Node.js")
	// MkdirTemp's mode is for secrets; the output is none.
	if err := os.Chmod(dir, 0o755); err != nil {
		return dir, err
	}
	if o.provider == nil {
		o.provider = o.startProvider()
	}
	if err := o.provider(); err != nil {
		return dir, err
	}
	var app tf.App
	if err := tf.Batch(func() error {
		app = tf.NewApp(dir)
		return stacks.Build(app, platform, stacks.Options{
			Profiles: o.profile, LocalState: o.localState, StateProfile: o.stateProfile, Drawing: o.own.drawing, Extensions: o.own.stacks,
			Progress: o.progress.stack,
		})
	}); err != nil {
		if defect := (tf.Defect{}); errors.As(err, &defect) {
			return dir, err
		}
		return dir, mistake{positioned(platform, err)}
	}
	o.progress.say("writing")
	return dir, tf.Synth(app)
}

// inOrder sorts the stacks as list does, in the order of their first deployment.
func inOrder(made []output.Stack, platform *config.Platform) []output.Stack {
	order := platform.StackNames()
	slices.SortFunc(made, func(a, b output.Stack) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return made
}

// kindsShown is how many resource types a line names.
const kindsShown = 5

func report(out io.Writer, before, after []output.Stack) {
	old := map[string]output.Stack{}
	for _, stack := range before {
		old[stack.Name] = stack
	}
	width := 0
	for _, stack := range after {
		width = max(width, len(stack.Name))
	}
	for _, stack := range after {
		earlier, existed := old[stack.Name]
		delete(old, stack.Name)
		fmt.Fprintf(out, "%-*s  %s  %s\n", width, stack.Name, change(existed, earlier, stack), kinds(stack))
	}
	for _, stack := range before {
		if _, gone := old[stack.Name]; gone {
			fmt.Fprintf(out, "%-*s  removed; its resources remain in AWS until they are destroyed\n", width, stack.Name)
		}
	}
}

func kinds(stack output.Stack) string {
	all := stack.Kinds()
	var parts []string
	for i, kind := range all {
		if i == kindsShown {
			parts = append(parts, fmt.Sprintf("%d more types", len(all)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%d %s", kind.Count, strings.TrimPrefix(kind.Type, "aws_")))
	}
	return fmt.Sprintf("%d resources: %s", len(stack.Resources), strings.Join(parts, ", "))
}

func change(existed bool, before, after output.Stack) string {
	if !existed {
		return "new"
	}
	c := output.Compare(before, after)
	if c.None() {
		return "unchanged"
	}
	var parts []string
	for _, each := range []struct {
		sign      string
		addresses []string
	}{{"+", c.Added}, {"~", c.Changed}, {"-", c.Removed}} {
		if len(each.addresses) > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", each.sign, len(each.addresses)))
		}
	}
	if c.Settings {
		parts = append(parts, "settings")
	}
	return strings.Join(parts, " ")
}
