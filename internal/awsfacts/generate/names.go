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

// called are the services that machine learning calls from state machines.
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

// makeNames writes, for each service, its name in Step Functions and that in botocore, its operations with their arguments, and the
// names and kinds of all fields inside.
func makeNames(s sources, date string, services []string) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n# %s\n", s.title, date)
	for _, service := range services {
		m, err := s.newest(service)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "service\t%s\t%s\n", m.inStepFunctions(), service)
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

// others are all services of botocore that are not called.
func (s sources) others() ([]string, error) {
	folders, err := filepath.Glob(filepath.Join(s.botocore, "data", "*", "*", "service-2.json.gz"))
	if err != nil {
		return nil, err
	}
	services := map[string]bool{}
	for _, each := range folders {
		if service := filepath.Base(filepath.Dir(filepath.Dir(each))); !slices.Contains(called, service) {
			services[service] = true
		}
	}
	return slices.Sorted(maps.Keys(services)), nil
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
	if s := m.Shapes[shape]; shape != "" && !named[shape] && s.named(shape) {
		named[shape] = true
		for _, inner := range s.inner() {
			m.names(inner, named)
		}
	}
}

// named reports whether the shape has a line of its own. Instance types are checked by ../../instances.txt.
func (s shape) named(name string) bool {
	switch s.Type {
	case "structure":
		return !s.Document
	case "list", "map":
		return true
	}
	return len(s.Enum) > 0 && useOf(name) == ""
}

// fields is the line of a shape: the shapes of its fields, with ! after the names of those that a request must have, that of its
// elements, or the values of an enumeration.
func (m model) fields(name string) string {
	s := m.Shapes[name]
	switch {
	case s.Type == "list":
		return "[] " + m.inside(s.Member.Shape)
	case s.Type == "map":
		return "{} " + m.inside(s.Value.Shape)
	case s.Type == "string":
		return "<> " + strings.Join(s.Enum, " ")
	}
	var fields []string
	for _, field := range slices.Sorted(maps.Keys(s.Members)) {
		mark := ""
		if slices.Contains(s.Required, field) && !s.Members[field].IdempotencyToken { // which the AWS SDK fills in
			mark = "!"
		}
		fields = append(fields, field+mark+"="+m.inside(s.Members[field].Shape))
	}
	return strings.Join(fields, " ")
}

// kinds are those of what holds nothing, as the table writes them. What is not among them may be anything, such as blobs, which
// Step Functions makes of JSON.
var kinds = map[string]string{
	"string": "%text", "integer": "%whole", "long": "%whole", "float": "%number", "double": "%number", "boolean": "%truth", "timestamp": "%time",
}

// inside is a shape as its holder names it.
func (m model) inside(shape string) string {
	s := m.Shapes[shape]
	switch {
	case s.named(shape):
		return shape
	case kinds[s.Type] != "":
		return kinds[s.Type]
	}
	return "%any"
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
