package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// called are the services whose operations and arguments the table has: those that machine learning calls from state
// machines.
var called = []string{
	"application-autoscaling", "athena", "batch", "cloudwatch", "codebuild", "codepipeline", "dynamodb", "ecr", "ecs", "emr", "emr-serverless",
	"events", "glue", "kms", "lambda", "logs", "s3", "sagemaker", "sagemaker-runtime", "scheduler", "secretsmanager", "service-quotas", "sns",
	"sqs", "ssm", "stepfunctions", "sts",
}

// answered are the operations whose answers the table has too, by their service.
var answered = map[string]map[string]bool{
	"sagemaker": {
		"DescribeTrainingJob": true, "DescribeProcessingJob": true, "DescribeTransformJob": true, "DescribeHyperParameterTuningJob": true,
		"ListTrainingJobsForHyperParameterTuningJob": true, "DescribeModel": true, "DescribeModelPackage": true, "DescribeAutoMLJob": true,
		"DescribeEndpointConfig": true, "DescribeEndpoint": true, "DescribeInferenceComponent": true,
	},
	"emr": {"DescribeStep": true}, "emr-serverless": {"GetJobRun": true},
}

// makeNames writes, for each service, its operations with their arguments and the names of all fields inside.
func makeNames(s sources, date string) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n# %s\n", s.title, date)
	for _, service := range called {
		m, err := s.newest(service)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "service\t%s\n", m.inStepFunctions())
		named := map[string]bool{}
		for _, operation := range slices.Sorted(maps.Keys(m.Operations)) {
			o := m.Operations[operation]
			answer := ""
			if answered[service][operation] {
				answer = o.Output.Shape
			}
			fmt.Fprintf(&out, "operation\t%s\t%s\t%s\n", operation, o.Input.Shape, answer)
			m.names(o.Input.Shape, named)
			m.names(answer, named)
		}
		for _, shape := range slices.Sorted(maps.Keys(named)) {
			fmt.Fprintf(&out, "%s\t%s\n", shape, m.fields(shape))
		}
	}
	return out.String(), nil
}

// makeOperations writes, for each service that there is, its name in Step Functions, that in botocore, and its operations.
func makeOperations(s sources, date string) (string, error) {
	folders, err := filepath.Glob(filepath.Join(s.botocore, "data", "*", "*", "service-2.json.gz"))
	if err != nil {
		return "", err
	}
	services := map[string]bool{}
	for _, each := range folders {
		services[filepath.Base(filepath.Dir(filepath.Dir(each)))] = true
	}
	lines := []string{s.title, "# " + date}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		m, err := s.newest(service)
		if err != nil {
			return "", err
		}
		lines = append(lines, m.inStepFunctions()+"\t"+service+"\t"+strings.Join(slices.Sorted(maps.Keys(m.Operations)), " "))
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// newest is the newest version of a service's model.
func (s sources) newest(service string) (model, error) {
	var m model
	files, err := filepath.Glob(filepath.Join(s.botocore, "data", service, "*", "service-2.json.gz"))
	if err != nil || len(files) == 0 {
		return m, fmt.Errorf("there is no service %s", service)
	}
	return m, readJSON(slices.Max(files), &m)
}

// inStepFunctions is the name by which Step Functions calls the service, which is that of its package in the SDK for Java 2: its
// id in one word without Service at the end.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
func (m model) inStepFunctions() string {
	return strings.ToLower(strings.TrimSuffix(strings.ReplaceAll(m.Metadata.ServiceID, " ", ""), "Service"))
}

// names notes a shape and all that are inside of it.
func (m model) names(shape string, named map[string]bool) {
	if s := m.Shapes[shape]; shape != "" && !named[shape] && s.holds() {
		named[shape] = true
		for _, inner := range s.inner() {
			m.names(inner, named)
		}
	}
}

func (s shape) holds() bool { return s.Type == "structure" || s.Type == "list" || s.Type == "map" }

func (m model) fields(name string) string {
	// What holds nothing has no name here.
	inside := func(shape string) string {
		if m.Shapes[shape].holds() {
			return shape
		}
		return ""
	}
	s := m.Shapes[name]
	switch s.Type {
	case "list":
		return "[] " + inside(s.Member.Shape)
	case "map":
		return "{} " + inside(s.Value.Shape)
	}
	var fields []string
	for _, field := range slices.Sorted(maps.Keys(s.Members)) {
		fields = append(fields, field+"="+inside(s.Members[field].Shape))
	}
	return strings.Join(fields, " ")
}

func zipped(text string) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unzipped(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(r)
	return string(text)
}
