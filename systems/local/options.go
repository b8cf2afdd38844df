package local

import (
	"cmp"
	"context"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// Options say what is where on this machine. The zero value runs images in containers, on data that lies in Folder.
type Options struct {
	// Folder holds all that runs read and leave: s3/<bucket>/<key> in place of S3, executions/<id> with the folders and logs of
	// steps, registry/<group>/<version>, models, and the cache. Default: "local.out".
	Folder string
	// Parameters of the execution, as text. Default: those of the pipeline.
	Parameters map[string]string
	// Images say what stands for the image of a URI; the key "" is for all that are not named. Default: the image of the
	// URI, in a container.
	Images map[string]Image
	// Data are folders or files of this machine by the S3 URI in whose place they are read and written. Default: Folder.
	Data map[string]string
	// StandIns answer for steps, by their names: for those of types that do not run here, and for any other that is to be left
	// out. Default: none.
	StandIns map[string]StandIn
	// Faults are failures to try retries with: each makes one attempt of the step fail before it starts. Default: none.
	Faults map[string][]pipeline.RetryError
	// Engine is the command that runs containers: docker, podman or finch. Default: the first of them in PATH.
	Engine string
	// MaxParallelSteps is how many steps run at the same time, from 1. Default: that of the pipeline, or one for each processor.
	MaxParallelSteps int
	// MaxTuningJobs limits the training jobs of each tuning step, from 1. Default: what the step says.
	MaxTuningJobs int
	// NoCache runs steps although the cache has their result. Default: false.
	NoCache bool
	// KeepAWS leaves AWS credentials and settings of this shell to the programs. Default: false, no program reaches AWS by
	// accident.
	KeepAWS bool
	// ExecutionID is 12 lower-case letters and digits. Default: a new one.
	ExecutionID string
	// Log hears each line that a job writes, with the name of the job, several jobs at the same time. Default: lines are in the
	// files of the execution alone.
	Log func(job, line string)
	// Progress hears of each change, one at a time. Default: nobody does.
	Progress func(Event)
}

// Image stands for a container image.
type Image struct {
	// Folder is the one from which the image is built: what the image has in Code. Its programs run on this machine, without
	// a container, with ML_ROOT in their environment in place of /opt/ml. Default: Name runs in a container.
	Folder string
	// Code is where the image has the content of Folder. Default: /opt/ml/code.
	Code string
	// Entrypoint is that of the image. Default: the ENTRYPOINT of the Dockerfile in Folder.
	Entrypoint []string
	// Environment are variables of the image. Default: the ENV of the Dockerfile in Folder.
	Environment map[string]string
	// Name is the image in the container engine. Default: the URI.
	Name string
}

// A StandIn answers for a step. What it returns are the outputs of a Lambda or callback step, and the properties of a step of
// any other type. A Failure as its error is retried as the step says; any other error fails the step.
type StandIn func(ctx context.Context, call Call) (map[string]any, error)

// Call is what a stand-in gets.
type Call struct {
	// Step and Type of the step.
	Step, Type string
	// Arguments of the step, with values in place of references.
	Arguments map[string]any
	// Folder is the step's own, with arguments.json in it.
	Folder string
	// Path is where what belongs under an S3 URI lies on this machine.
	Path func(uri string) (string, error)
}

// A Failure is what a step fails with in SageMaker's terms, which decide about retries.
type Failure struct {
	Type   pipeline.RetryError
	Reason string
}

func (f Failure) Error() string { return string(f.Type) + ": " + f.Reason }

// Status is what became of an execution or a step, in the terms of SageMaker.
type Status string

// What executions and steps come to. NotRun are the steps of branches that were not taken, and those for which a failure left
// no time.
const (
	Executing Status = "Executing"
	Succeeded Status = "Succeeded"
	Failed    Status = "Failed"
	Stopped   Status = "Stopped"
	NotRun    Status = "NotRun"
)

func (o Options) withDefaults() Options {
	o.Folder = cmp.Or(o.Folder, "local.out")
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	return o
}
