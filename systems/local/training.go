package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// training runs a training job, and returns what DescribeTrainingJob would say.
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
func (s *site) training(ctx context.Context, j *job, arguments map[string]any) (map[string]any, error) {
	image := textAt(arguments, "AlgorithmSpecification.TrainingImage")
	if image == "" {
		return nil, errors.New("the job runs an algorithm of a subscription and no image, which does not run here; give a stand-in")
	}
	if err := s.channels(j, arguments); err != nil {
		return nil, err
	}
	if err := errors.Join(os.MkdirAll(j.root("model"), 0o755), os.MkdirAll(j.root("output", "data"), 0o755)); err != nil {
		return nil, err
	}
	checkpoints := textAt(arguments, "CheckpointConfig.S3Uri")
	if checkpoints != "" {
		if err := s.restore(j, checkpoints); err != nil {
			return nil, err
		}
	}
	j.oneInstance(intAt(arguments, "ResourceConfig.InstanceCount"))
	hyperparameters := textMapAt(arguments, "HyperParameters")
	if err := errors.Join(
		j.writeJSON(hyperparameters, "input", "config", "hyperparameters.json"),
		j.writeJSON(resources, "input", "config", "resourceconfig.json"),
	); err != nil {
		return nil, err
	}
	described := describe(arguments, "TrainingJob", j.name)
	entrypoint, words := textsAt(arguments, "AlgorithmSpecification.ContainerEntrypoint"), textsAt(arguments, "AlgorithmSpecification.ContainerArguments")
	if len(entrypoint)+len(words) == 0 {
		words = []string{"train"}
	}
	environment := s.trainingEnvironment(j, arguments, hyperparameters)
	if program, err := s.script(j, image, hyperparameters); err != nil {
		return nil, err
	} else if program != nil {
		entrypoint, words = program, scriptArguments(hyperparameters)
	}
	err := s.runJob(ctx, j, container{
		image: image, entrypoint: entrypoint, arguments: words, environment: environment, isolated: at(arguments, "EnableNetworkIsolation") == true,
	}, limit(arguments), "output/failure")
	if checkpoints != "" { // also those of a job that failed, from which the next one goes on
		err = errors.Join(err, s.store.upload(j.root("checkpoints"), checkpoints))
	}
	if err != nil {
		return nil, err
	}
	metrics, err := j.metrics(listAt(arguments, "AlgorithmSpecification.MetricDefinitions"))
	if err != nil {
		return nil, err
	}
	uri := strings.TrimSuffix(textAt(arguments, "OutputDataConfig.S3OutputPath"), "/") + "/" + j.name + "/output/"
	for file, folder := range map[string]string{"model.tar.gz": j.root("model"), "output.tar.gz": j.root("output", "data")} {
		place, err := s.store.path(uri + file)
		if err != nil {
			return nil, err
		}
		if err := pack(folder, place); err != nil {
			return nil, err
		}
	}
	described["ModelArtifacts"] = map[string]any{"S3ModelArtifacts": uri + "model.tar.gz"}
	described["FinalMetricDataList"], described["SecondaryStatus"] = metrics, "Completed"
	return ended(described, "Training"), nil
}

// channels brings the data of the job.
func (s *site) channels(j *job, arguments map[string]any) error {
	config := map[string]any{}
	for _, each := range listAt(arguments, "InputDataConfig") {
		name, in := textAt(each, "ChannelName"), at(each, "DataSource.S3DataSource")
		if in == nil {
			return fmt.Errorf("the channel %q is not in S3, and others are not read here", name)
		}
		mode := textAt(each, "InputMode")
		if mode == "" {
			mode = textAt(arguments, "AlgorithmSpecification.TrainingInputMode")
		}
		if err := source(textAt(in, "S3DataType"), mode); err != nil {
			return fmt.Errorf("the channel %q: %w", name, err)
		}
		if err := s.store.download(textAt(in, "S3Uri"), j.root("input", "data", name)); err != nil {
			return fmt.Errorf("the channel %q: %w", name, err)
		}
		config[name] = map[string]any{"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated", "RecordWrapperType": "None"}
		if kind := textAt(each, "ContentType"); kind != "" {
			config[name].(map[string]any)["ContentType"] = kind
		}
	}
	return j.writeJSON(config, "input", "config", "inputdataconfig.json")
}

// restore brings the checkpoints of earlier jobs, where there are any.
func (s *site) restore(j *job, uri string) error {
	if err := os.MkdirAll(j.root("checkpoints"), 0o755); err != nil {
		return err
	}
	place, err := s.store.path(uri)
	if err != nil {
		return err
	}
	if _, err := os.Stat(place); err != nil {
		return nil //nolint:nilerr // there are none yet
	}
	return copyTree(place, j.root("checkpoints"))
}

// The hyperparameters by which the images of frameworks find their code.
const (
	submitDirectory = "sagemaker_submit_directory"
	programName     = "sagemaker_program"
)

// script does what the training toolkit in the images of frameworks does, where such an image does not run but a folder stands
// for it: it brings the code and names the program. It is nil for other jobs.
// https://github.com/aws/sagemaker-training-toolkit
func (s *site) script(j *job, image string, hyperparameters map[string]string) ([]string, error) {
	stands, err := s.image(image)
	if err != nil || stands.Folder == "" || hyperparameters[programName] == "" || len(stands.Entrypoint) > 0 {
		return nil, err
	}
	source, program := unquoted(hyperparameters[submitDirectory]), unquoted(hyperparameters[programName])
	archive, err := s.artifact(source)
	if err != nil {
		return nil, err
	}
	if err := unpack(archive, j.root("script")); err != nil {
		return nil, err
	}
	if strings.HasSuffix(program, ".py") {
		return []string{"python3", mlRoot + "/script/" + program}, nil
	}
	return []string{"/bin/sh", mlRoot + "/script/" + program}, nil
}

// unquoted is a hyperparameter of the toolkit, which are JSON.
func unquoted(value string) string {
	if text, err := strconv.Unquote(value); err == nil {
		return text
	}
	return value
}

// scriptArguments are the hyperparameters as the toolkit gives them to programs.
func scriptArguments(hyperparameters map[string]string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(hyperparameters)) {
		if strings.HasPrefix(key, "sagemaker_") {
			continue
		}
		out = append(out, "--"+key, unquoted(hyperparameters[key]))
	}
	return out
}

// trainingEnvironment are the variables of the job: those of SageMaker, and those of the training toolkit.
func (s *site) trainingEnvironment(j *job, arguments map[string]any, hyperparameters map[string]string) map[string]string {
	out := map[string]string{
		"TRAINING_JOB_NAME": j.name, "TRAINING_JOB_ARN": arnOf("training-job/" + j.name), "AWS_REGION": region,
		"SM_MODEL_DIR": mlRoot + "/model", "SM_OUTPUT_DIR": mlRoot + "/output", "SM_OUTPUT_DATA_DIR": mlRoot + "/output/data",
		"SM_INPUT_DIR": mlRoot + "/input", "SM_CURRENT_HOST": "algo-1", "SM_HOSTS": `["algo-1"]`, "SM_NUM_GPUS": "0",
	}
	for _, each := range listAt(arguments, "InputDataConfig") {
		name := textAt(each, "ChannelName")
		out["SM_CHANNEL_"+strings.ToUpper(name)] = mlRoot + "/input/data/" + name
	}
	for key, value := range hyperparameters {
		out["SM_HP_"+strings.ToUpper(key)] = unquoted(value)
	}
	maps.Copy(out, textMapAt(arguments, "Environment"))
	return out
}
