package pipeline

import (
	"bytes"
	"cmp"
	"encoding/json"
)

// Version is the version of the definition's schema.
const Version = "2020-12-01"

// Props configures a pipeline. The zero value is valid, but then each step names its role and outputs itself.
type Props struct {
	// DisplayName is shown in Studio. Letters, digits and hyphens, at most 256. Default: the pipeline's name.
	DisplayName string
	// Description is at most 3072 characters. Default: none.
	Description string
	// Defaults are the settings that the jobs of all steps share.
	Defaults Defaults
	// Experiment says where executions are recorded. Default: experiment and trial are named after the pipeline and
	// the execution.
	Experiment Experiment
	// MLflow tracks the executions. Default: none.
	MLflow *MLflow
	// MaxParallelSteps limits how many steps of one execution run at the same time, from 1. Default: no limit but
	// the account's quota.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ParallelismConfiguration.html
	MaxParallelSteps int
	// StepQuota is how many steps a pipeline may have in your account and region, nested ones included. Raise it after
	// AWS raised the quota. Default: 50.
	StepQuota int
	// Metadata are notes in the definition, which SageMaker does not read. Default: none.
	Metadata Fields
}

// A Pipeline is a definition under construction. Make one with New, declare parameters and add steps with its methods,
// in any order in which each step is added before it is used, and finish with JSON. Steps run in the order that their
// references and DependsOn dictate, the rest in parallel.
type Pipeline struct {
	name       string
	props      Props
	parameters []parameter
	steps      []Step
	untyped    []string
}

// New starts a pipeline. The name has letters, digits and hyphens, begins and ends with a letter or digit, and has at
// most 256 characters.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html
func New(name string, props Props) *Pipeline {
	return &Pipeline{name: name, props: props.withDefaults(name)}
}

func (props Props) withDefaults(name string) Props {
	props.DisplayName = cmp.Or(props.DisplayName, name)
	props.StepQuota = cmp.Or(props.StepQuota, 50)
	return props
}

// Name is the name of the pipeline.
func (p *Pipeline) Name() string { return p.name }

// Props is the configuration of the pipeline with its defaults filled in.
func (p *Pipeline) Props() Props { return p.props }

// Validate reports everything that is wrong with the pipeline. Each problem names the step and field.
func (p *Pipeline) Validate() error {
	_, _, err := p.check()
	return err
}

// JSON is the definition as compact JSON, the same bytes each time. It is validated first; the error then is that of
// Validate. Terraform tokens pass unchanged.
func (p *Pipeline) JSON() (string, error) {
	_, definition, err := p.check()
	return definition, err
}

// IndentedJSON is the definition laid out for people, for snapshots and reviews.
func (p *Pipeline) IndentedJSON() (string, error) {
	compact, err := p.JSON()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(compact), "", "  "); err != nil {
		return "", err
	}
	out.WriteByte('\n')
	return out.String(), nil
}

// check validates the pipeline and writes its definition.
func (p *Pipeline) check() (*checker, string, error) {
	c := newChecker(p)
	c.pipeline()
	parameters := c.parameters(p.parameters)
	experiment := c.experiment(p.props.Experiment)
	mlflow := c.mlflow(p.props.MLflow)
	steps := c.steps(c.topLevel())
	definition := object{
		{"Version", Version},
		{"Metadata", p.props.Metadata.tree()},
		{"Parameters", parameters},
		{"PipelineExperimentConfig", experiment},
	}
	definition.set("MlflowConfig", mlflow)
	definition.set("Steps", steps)
	c.references("metadata", nil, p.props.Metadata.tree())
	c.references("parameters", nil, parameters)
	c.references("experiment", nil, experiment)
	c.references("mlflow", nil, mlflow)
	c.graph()
	if err := c.problems.Err(); err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	write(&out, definition)
	c.size(out.Len())
	if err := c.problems.Err(); err != nil {
		return nil, "", err
	}
	return c, out.String(), nil
}
