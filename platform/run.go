package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/shell"
	"github.com/mlplatform/mlplatform/stacks"
	"github.com/mlplatform/mlplatform/systems/local"
)

// sampleData is where init --sample puts raw data.
const sampleData = "data/raw"

// localRun are the flags of run.
type localRun struct {
	name, environment, image, container, data, input string
	local, logs                                      bool
	places, parameters, standIns, faults             []string
	options                                          local.Options
}

// runFailed ends run where the execution did not succeed. It has been told.
type runFailed struct{ code int }

func (runFailed) Error() string { return "the execution did not succeed" }

func newRun(o *options) *cobra.Command {
	var l localRun
	command := &cobra.Command{
		Use:   "run NAME",
		Short: "Run training or learning on this machine, without AWS",
		Long: `Executes the training pipeline of an environment on this machine, its state machine "learning", or a pipeline or state machine that the program adds, with the steps, parameters, conditions and retries that it has
in AWS. Its programs run in folders in place of /opt/ml, which they find in ML_ROOT; with --container they run in containers of
docker, podman or finch. Folders below --folder take the place of S3 and of the model registry; each execution keeps its logs,
a summary and a drawing of the path that it took there.

Exit codes beside the usual ones: 3 the execution failed, 130 it was stopped by Ctrl-C.`,
		Example: `  go run . run training --env dev --local
  go run . run training --env dev --local --parameter epochs=3 --parameter threshold=0.7
  go run . run training --env dev --local --data exports/may --container training:local
  go run . run learning --env dev --local --tuning-jobs 4`,
		Args: func(command *cobra.Command, args []string) error {
			names := append([]string{trainingRun, learningRun}, slices.Sorted(maps.Keys(o.own.pipelines))...)
			names = append(names, slices.Sorted(maps.Keys(o.own.machines))...)
			if len(args) == 1 && slices.Contains(names, args[0]) {
				l.name = args[0]
				return nil
			}
			return mistake{fmt.Errorf("%q is nothing that runs; give %s, see %s --help", strings.Join(args, " "), strings.Join(names, " or "), command.CommandPath())}
		},
		RunE: func(command *cobra.Command, _ []string) error { return l.run(command, *o) },
	}
	flags := command.Flags()
	flags.StringVar(&l.environment, "env", "", "`name` of the environment")
	flags.BoolVar(&l.local, "local", false, "run on this machine")
	flags.StringVar(&l.image, "image", "", "`folder` from which the image is built, whose programs run (default images/ and the name of the repository)")
	flags.StringVar(&l.container, "container", "", "`image` that the container engine has, in place of programs of the folder")
	flags.StringVar(&l.data, "data", "", "`folder` or file with the raw data (default "+sampleData+" where it is there, otherwise what --folder has in place of S3)")
	flags.StringArrayVar(&l.places, "s3", nil, "`URI=PATH`: a folder or file in place of what S3 has there; once for each")
	flags.StringArrayVarP(&l.parameters, "parameter", "p", nil, "`NAME=VALUE` of a parameter of the execution, or of the input of a state machine; once for each")
	flags.StringVar(&l.input, "input", "", "`file` with the input of a state machine, a JSON object, which --parameter adds texts to")
	flags.StringArrayVar(&l.standIns, "stand-in", nil, "`STEP=FILE`: a JSON file or a program that answers in place of a step or state; once for each")
	flags.StringArrayVar(&l.faults, "fault", nil, "`STEP=FAILURE`, such as train=SageMaker.CAPACITY_ERROR: one attempt fails, to try retries; once for each")
	flags.StringVar(&l.options.Folder, "folder", "local.out", "`folder` for all that is read and written")
	flags.StringVar(&l.options.Engine, "engine", "", "`command` of the container engine (default the first of docker, podman and finch)")
	flags.IntVar(&l.options.MaxParallelSteps, "parallel", 0, "`number` of steps at the same time (default one for each processor)")
	flags.IntVar(&l.options.MaxTuningJobs, "tuning-jobs", 0, "most training jobs of a search (default what it says)")
	flags.BoolVar(&l.options.NoCache, "no-cache", false, "run steps although the cache has their result")
	flags.BoolVar(&l.options.KeepAWS, "keep-aws", false, "leave the AWS credentials of this shell to the programs")
	flags.BoolVar(&l.logs, "logs", false, "print what the programs write")
	return command
}

// What the platform itself has to run.
const (
	trainingRun = "training"
	learningRun = "learning"
)

func (l *localRun) run(command *cobra.Command, o options) error {
	platform, err := load(o)
	if err != nil {
		return err
	}
	env, err := l.environmentOf(platform)
	if err != nil {
		return mistake{err}
	}
	run, service, err := l.build(env, o)
	if err != nil {
		return mistake{err}
	}
	if !l.local {
		return mistake{fmt.Errorf("give --local to run here; in AWS it is started by: aws %s", service)}
	}
	options, err := l.gather(env)
	if err != nil {
		return mistake{err}
	}
	out := command.OutOrStdout()
	var writing sync.Mutex
	say := func(line string) {
		writing.Lock()
		defer writing.Unlock()
		fmt.Fprintln(out, line)
	}
	options.Progress = func(e local.Event) {
		if line := e.String(); line != "" {
			say(line)
		}
	}
	if l.logs {
		options.Log = func(job, line string) { say(job + " | " + line) }
	}
	ctx, done := signal.NotifyContext(command.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer done()
	return run(ctx, out, options)
}

// build is what runs, and the command that starts it in AWS.
func (l *localRun) build(env *config.Environment, o options) (run func(context.Context, io.Writer, local.Options) error, service string, err error) {
	if machine, own := o.own.machines[l.name]; own || l.name == learningRun {
		name, definition, err := env.Prefix()+"-"+l.name, asl.Definition{}, error(nil)
		if own {
			definition, err = machine(env)
			name = cmp.Or(definition.Name, name)
		} else {
			name, definition, err = stacks.LearningMachine(env)
		}
		if err != nil {
			return nil, "", err
		}
		run := func(ctx context.Context, out io.Writer, options local.Options) error {
			input, err := l.readInput()
			if err != nil {
				return mistake{err}
			}
			for key, value := range options.Parameters {
				input[key] = value
			}
			options.Parameters = nil
			result, err := local.RunMachine(ctx, name, definition, input, options)
			if err != nil {
				return mistake{err}
			}
			return ended(out, result.Summary(), result.Status)
		}
		arn := arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults().Regional("states", "stateMachine:"+name)
		return run, "stepfunctions start-execution --region " + env.Region + " --state-machine-arn " + arn, nil
	}
	if l.input != "" {
		return nil, "", errors.New("--input: is for state machines; give the parameters of a pipeline with --parameter")
	}
	build := o.own.pipelines[l.name]
	if l.name == trainingRun {
		build = stacks.TrainingPipeline
	}
	p, err := build(env)
	if err != nil {
		return nil, "", err
	}
	run = func(ctx context.Context, out io.Writer, options local.Options) error {
		result, err := local.Run(ctx, p, options)
		if err != nil {
			return mistake{err}
		}
		return ended(out, result.Summary(), result.Status)
	}
	return run, "sagemaker start-pipeline-execution --region " + env.Region + " --pipeline-name " + p.Name(), nil
}

// readInput is the input of a state machine, without the parameters.
func (l *localRun) readInput() (map[string]any, error) {
	input := map[string]any{}
	if l.input == "" {
		return input, nil
	}
	content, err := os.ReadFile(l.input)
	if err == nil {
		err = json.Unmarshal(content, &input)
	}
	if err == nil && input == nil {
		err = errors.New("it holds null")
	}
	if err != nil {
		return nil, fmt.Errorf("--input: %s is no file with a JSON object: %w", shell.Quote(l.input), err)
	}
	return input, nil
}

// ended prints what became of an execution.
func ended(out io.Writer, summary string, status local.Status) error {
	fmt.Fprintf(out, "\n%s", summary)
	switch status {
	case local.Failed:
		return runFailed{failed}
	case local.Stopped:
		return runFailed{interrupted}
	}
	return nil
}

func (l *localRun) environmentOf(platform *config.Platform) (*config.Environment, error) {
	var names []string
	for _, each := range platform.Environments {
		if l.name == trainingRun && each.TrainingEnabled() || l.name == learningRun && each.AutomationEnabled() || l.name != trainingRun && l.name != learningRun {
			names = append(names, each.Name)
		}
	}
	if !slices.Contains(names, l.environment) {
		known := "none has it; give one the section training, or automation for learning"
		if len(names) > 0 {
			known = "use " + strings.Join(names, " or ")
		}
		return nil, fmt.Errorf("--env: %q is no environment with %s; %s", l.environment, l.name, known)
	}
	return platform.Environment(l.environment), nil
}

// gather makes options of the flags.
func (l *localRun) gather(env *config.Environment) (local.Options, error) {
	options := l.options
	var problems problem.List
	pairs := func(flag string, given []string, use func(name, value string) error) {
		for _, each := range given {
			name, value, ok := strings.Cut(each, "=")
			if !ok || name == "" {
				problems.Addf("--"+flag, "%s has no = in it, with a name before it", shell.Quote(each))
				continue
			}
			if err := use(name, value); err != nil {
				problems.Addf("--"+flag, "%s", err)
			}
		}
	}
	options.Parameters, options.Data = map[string]string{}, map[string]string{}
	options.StandIns, options.Faults = map[string]local.StandIn{}, map[string][]pipeline.RetryError{}
	pairs("parameter", l.parameters, func(name, value string) error { options.Parameters[name] = value; return nil })
	pairs("s3", l.places, func(name, value string) error { options.Data[name] = value; return nil })
	pairs("fault", l.faults, func(name, value string) error {
		options.Faults[name] = append(options.Faults[name], pipeline.RetryError(value))
		return nil
	})
	pairs("stand-in", l.standIns, func(name, value string) (err error) {
		options.StandIns[name], err = local.FromFile(value)
		return err
	})
	var prefix, repository string
	switch l.name {
	case trainingRun:
		prefix, repository = env.Training.DataPrefix, env.Training.Image.Repository
	case learningRun:
		prefix, repository = env.Automation.DataPrefix, env.Automation.Image.Repository
	}
	if _, err := os.Stat(sampleData); l.data == "" && prefix != "" && err == nil {
		l.data = sampleData
	}
	if l.data != "" && prefix == "" {
		problems.Addf("--data", "is for %s and %s; name what S3 has with --s3", trainingRun, learningRun)
	} else if l.data != "" {
		options.Data["s3://"+env.Storage.Data.Name+"/"+prefix] = l.data
	}
	image := local.Image{Folder: l.image, Name: l.container}
	switch {
	case l.image != "" && l.container != "":
		problems.Addf("--container", "is given together with --image; give one of them")
	case l.image == "" && l.container == "" && repository != "":
		image.Folder = filepath.Join("images", repository)
	}
	options.Images = map[string]local.Image{"": image}
	return options, problems.Err()
}
