package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// processing runs a processing job, and returns what DescribeProcessingJob would say.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
func (s *site) processing(ctx context.Context, j *job, arguments map[string]any) (map[string]any, error) {
	for _, each := range listAt(arguments, "ProcessingInputs") {
		name, in := textAt(each, "InputName"), at(each, "S3Input")
		if in == nil {
			return nil, fmt.Errorf("the input %q is no S3 input, and others are not read here", name)
		}
		if err := source(textAt(in, "S3DataType"), textAt(in, "S3InputMode")); err != nil {
			return nil, fmt.Errorf("the input %q: %w", name, err)
		}
		place, err := j.at(textAt(in, "LocalPath"))
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(place, 0o755); err != nil {
			return nil, err
		}
		if err := s.store.download(textAt(in, "S3Uri"), place); err != nil {
			return nil, fmt.Errorf("the input %q: %w", name, err)
		}
	}
	outputs := listAt(arguments, "ProcessingOutputConfig.Outputs")
	for _, each := range outputs {
		if path := textAt(each, "S3Output.LocalPath"); path != "" {
			place, err := j.at(path)
			if err != nil {
				return nil, err
			}
			if err := os.MkdirAll(place, 0o755); err != nil {
				return nil, err
			}
		}
	}
	j.oneInstance(intAt(arguments, "ProcessingResources.ClusterConfig.InstanceCount"))
	described := describe(arguments, "ProcessingJob", j.name)
	if err := errors.Join(
		os.MkdirAll(j.root("output"), 0o755),
		j.writeJSON(described, "config", "processingjobconfig.json"),
		j.writeJSON(resources, "config", "resourceconfig.json"),
	); err != nil {
		return nil, err
	}
	environment := textMapAt(arguments, "Environment")
	environment["PROCESSING_JOB_NAME"], environment["AWS_REGION"] = j.name, region
	err := s.runJob(ctx, j, container{
		image: textAt(arguments, "AppSpecification.ImageUri"), entrypoint: textsAt(arguments, "AppSpecification.ContainerEntrypoint"),
		arguments: textsAt(arguments, "AppSpecification.ContainerArguments"), environment: environment,
		isolated: at(arguments, "NetworkConfig.EnableNetworkIsolation") == true,
	}, limit(arguments), "output/message")
	if err != nil {
		return nil, err
	}
	for _, each := range outputs {
		name, path := textAt(each, "OutputName"), textAt(each, "S3Output.LocalPath")
		if path == "" {
			j.note("the output %q of %s goes nowhere here; only outputs to S3 do", name, j.name)
			continue
		}
		place, err := j.at(path)
		if err != nil {
			return nil, err
		}
		if err := s.store.upload(place, textAt(each, "S3Output.S3Uri")); err != nil {
			return nil, fmt.Errorf("the output %q: %w", name, err)
		}
	}
	if message, err := os.ReadFile(j.root("output", "message")); err == nil {
		described["ExitMessage"] = strings.TrimSpace(string(message))
	}
	return ended(described, "Processing"), nil
}

// resources tell a container that it is alone.
var resources = map[string]any{"current_host": "algo-1", "hosts": []string{"algo-1"}, "network_interface_name": "lo"}

// describe is the answer about a job that has just started: its arguments, its name and its ARN.
func describe(arguments map[string]any, kind, name string) map[string]any {
	out := map[string]any{}
	maps.Copy(out, arguments)
	out[kind+"Name"] = name
	out[kind+"Arn"] = arnOf(kebab(kind) + "/" + name)
	now := stamp(time.Now())
	out["CreationTime"], out[strings.TrimSuffix(kind, "Job")+"StartTime"] = now, now
	return out
}

func ended(described map[string]any, kind string) map[string]any {
	described[kind+"JobStatus"], described[kind+"EndTime"], described["LastModifiedTime"] = "Completed", stamp(time.Now()), stamp(time.Now())
	return described
}

// kebab writes ProcessingJob as ARNs do: processing-job.
func kebab(name string) string {
	var out strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				out.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		out.WriteRune(r)
	}
	return out.String()
}

// artifact is the file of a model in the place of S3.
func (s *site) artifact(uri string) (string, error) {
	file, err := s.store.path(uri)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(file); err != nil || info.IsDir() {
		return "", fmt.Errorf("%s is no file; put the model.tar.gz into %s", uri, filepath.Dir(file))
	}
	return file, nil
}
