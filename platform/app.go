// Package platform is the app: the command line that reads the configuration, builds the stacks and writes them. It is the only place
// that recovers panics, closes the jsii runtime, and decides on the exit code.
package platform

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Exit codes.
const (
	ok           = 0
	usersMistake = 1 // the configuration or the command line; nothing was written
	ours         = 2 // a defect of this program or of its environment
	failed       = 3 // an execution on this machine
)

// A mistake is an error that the user can mend.
type mistake struct{ error }

func (m mistake) Unwrap() error { return m.error }

// Run runs the command line with what is a team's own and returns the exit code. It leaves the jsii runtime open, for the
// next run in the process.
func Run(args []string, stdout, stderr io.Writer, own ...Option) int {
	return run(args, stdout, stderr, func() {}, own)
}

// run calls synthesised when the command synth needs the jsii runtime no longer.
func run(args []string, stdout, stderr io.Writer, synthesised func(), own []Option) (code int) {
	defer func() {
		r := recover()
		if ending.Load() {
			select {} // until the program is ended
		}
		if r != nil {
			fmt.Fprintf(stderr, "mlplatform: internal error: %v\n%s", r, debug.Stack())
			code = ours
		}
	}()
	root := newRoot(own, synthesised)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil || ending.Load() {
		return ok
	}
	var problems config.Problems
	var mended mistake
	var run runFailed
	switch {
	case errors.As(err, &run):
		return run.code
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, err)
		fmt.Fprintf(stderr, "\n%s in the configuration; nothing was written\n", count(len(problems), "problem"))
		return usersMistake
	case errors.As(err, &mended):
		fmt.Fprintln(stderr, err)
		return usersMistake
	}
	fmt.Fprintln(stderr, "mlplatform: internal error:", err)
	return ours
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// options are the flags that more than one command has.
type options struct {
	config        string
	output        string
	profile       bool
	localState    bool
	stateProfile  string
	stockProvider bool

	own         additions
	progress    progress
	provider    func() error // waits for the provider where it is being loaded already
	synthesised func()       // called after the last call to the jsii runtime
}

func newRoot(own []Option, synthesised func()) *cobra.Command {
	o := options{own: gather(own), synthesised: synthesised}
	synth := newSynth(&o)
	root := &cobra.Command{
		Use:   "mlplatform",
		Short: "A machine learning platform on AWS, from one configuration to Terraform JSON",
		Long: `mlplatform turns config/platform.yaml and config/environments/*.yaml into Terraform JSON:
one stack for each environment, "operations" for what they share, "state" for their state.

Without a command it does what "mlplatform synth" does.

Exit codes: 0 done, 1 the configuration or the command line is wrong and nothing was written,
2 a defect of this program or of its environment.`,
		Example: `  go run .                          build all stacks into cdktf.out
  go run . validate --config DIR    check another configuration
  cdktf deploy staging              deploy what was built, by the cdktf command
  MLPLATFORM_PROFILE=true cdktf deploy dev
                                    the same with the environment's AWS CLI profile`,
		Args: noArguments,
		RunE: synth.RunE,
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			o.progress = progressOn(command.ErrOrStderr())
			return checkVariables()
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(newHelp())
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return mistake{fmt.Errorf("%w; see %s --help", err, command.CommandPath())}
	})
	root.PersistentFlags().StringVar(&o.config, "config", fromEnvironment("MLPLATFORM_CONFIG", "config"), "`folder` of platform.yaml and environments/ [MLPLATFORM_CONFIG]")
	addSynthFlags(root, &o)
	addSynthFlags(synth, &o)
	root.AddCommand(
		synth, newValidate(&o), newList(&o), newChanged(&o), newDiff(&o), newSchema(&o), newDefinitions(&o), newSetup(&o), newBootstrap(&o),
		newCosts(&o), newImport(), newMap(&o), newRun(&o), newTargets(&o), newWorkflows(&o), newLock(&o), newInit(), newUpgrade(&o), newVersion(),
	)
	return root
}

func addSynthFlags(command *cobra.Command, o *options) {
	flags := command.Flags()
	flags.StringVarP(&o.output, "output", "o", fromEnvironment("CDKTF_OUTDIR", "cdktf.out"), "`folder` to write [CDKTF_OUTDIR]")
	flags.BoolVar(&o.profile, "profile", isSet("MLPLATFORM_PROFILE"), "use the AWS CLI profiles that the configuration names [MLPLATFORM_PROFILE]")
	flags.BoolVar(&o.localState, "local-state", isSet("MLPLATFORM_LOCAL_STATE"), "keep the state of state stacks in local files, to make or remove the state bucket [MLPLATFORM_LOCAL_STATE]")
	flags.StringVar(&o.stateProfile, "state-profile", os.Getenv("MLPLATFORM_STATE_PROFILE"), "`name` of an AWS CLI profile that reaches the state, in place of the configured roles: lets one job apply the saved plan of another [MLPLATFORM_STATE_PROFILE]")
	flags.BoolVar(&o.stockProvider, "stock-provider", isSet("MLPLATFORM_STOCK_PROVIDER"), "load the whole AWS provider, slowly, to compare [MLPLATFORM_STOCK_PROVIDER]")
}

// fromEnvironment is the default of a flag: the cdktf command cannot pass flags, only variables.
func fromEnvironment(variable, otherwise string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return otherwise
}

// switches are the variables that are true or false.
var switches = []string{"MLPLATFORM_PROFILE", "MLPLATFORM_LOCAL_STATE", "MLPLATFORM_STOCK_PROVIDER"}

func isSet(variable string) bool {
	set, err := strconv.ParseBool(os.Getenv(variable))
	return err == nil && set
}

// checkVariables refuses variables that would count as false although somebody meant something by them.
func checkVariables() error {
	var problems problem.List
	for _, variable := range switches {
		if value := os.Getenv(variable); value != "" {
			if _, err := strconv.ParseBool(value); err != nil {
				problems.Addf(variable, "%q is neither true nor false; set it to one of them, or unset it", value)
			}
		}
	}
	if err := problems.Err(); err != nil {
		return mistake{err}
	}
	return nil
}

// newHelp is the help command, which fails where there is nothing to tell.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		RunE: func(command *cobra.Command, args []string) error {
			found, rest, err := command.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return mistake{fmt.Errorf("%q is no command of mlplatform; see mlplatform --help", strings.Join(args, " "))}
			}
			return found.Help()
		},
	}
}

func noArguments(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	near := ""
	command.SuggestionsMinimumDistance = 2 // of letters
	if found := command.SuggestionsFor(args[0]); len(found) > 0 {
		near = fmt.Sprintf(" (did you mean %s?)", strings.Join(found, " or "))
	}
	return mistake{fmt.Errorf("%q is no command of %s; see %s --help%s", args[0], command.CommandPath(), command.CommandPath(), near)}
}
