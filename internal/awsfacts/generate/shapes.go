package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A model is a service model: https://smithy.io/2.0/spec/model.html in the older form that botocore reads.
type model struct {
	Metadata struct {
		ServiceID string `json:"serviceId"`
	}
	Operations map[string]struct{ Input, Output reference }
	Shapes     map[string]shape
}

type shape struct {
	Type       string
	Min, Max   *float64
	Pattern    string
	Enum       []string
	Member     reference
	Key, Value reference
	Members    map[string]reference
	Required   []string
	Document   bool // JSON of any form
}

type reference struct {
	Shape            string
	IdempotencyToken bool
}

// wanted are the shapes that the table has, with all that is below them. Those of SageMaker are requests.
var wanted = []struct {
	service, version string
	shapes           []string
}{
	{"sagemaker", "2017-07-24", []string{
		"CreateTrainingJobRequest", "CreateProcessingJobRequest", "CreateTransformJobRequest", "CreateHyperParameterTuningJobRequest",
		"CreateModelInput", "CreateModelPackageInput", "CreateEndpointConfigInput", "CreateEndpointInput", "UpdateEndpointInput",
		"CreateInferenceComponentInput", "CreateAutoMLJobRequest", "CreateModelPackageGroupInput", "CreatePipelineRequest", "MonitoringJobDefinition",
	}},
	{"iam", "2010-05-08", []string{"roleNameType", "roleDescriptionType"}},
	{"ecr", "2015-09-21", []string{"RepositoryName", "PullThroughCacheRuleRepositoryPrefix"}},
	{"eks", "2017-11-01", []string{"ClusterName", "labelKey", "labelValue", "taintKey", "taintValue"}},
	{"scheduler", "2021-06-30", []string{"Name", "ScheduleGroupName", "Description", "ScheduleExpressionTimezone"}},
	{"events", "2015-10-07", []string{"RuleName", "RuleDescription"}},
	{"dynamodb", "2012-08-10", []string{"TableName"}},
	{"codepipeline", "2015-07-09", []string{"PipelineName", "StageName"}},
}

func makeShapes(s sources, date string) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n# %s\n", s.title, date)
	out.WriteString("# SERVICE.SHAPE, then tabs between type, min, max, and a pattern, a use of instances, or the shapes inside\n")
	for _, each := range wanted {
		var m model
		if err := readJSON(s.model(each.service, each.version), &m); err != nil {
			return "", err
		}
		said := map[string]bool{}
		for _, name := range each.shapes {
			if _, found := m.Shapes[name]; !found {
				return "", fmt.Errorf("%s has no shape %s", each.service, name)
			}
			m.says(name, said)
		}
		for _, name := range slices.Sorted(maps.Keys(said)) {
			if said[name] {
				fmt.Fprintf(&out, "%s.%s\t%s\n", each.service, name, m.line(name, said))
			}
		}
	}
	return out.String(), nil
}

// says reports whether a shape, or one inside of it, has a limit. It notes all that it has seen.
func (m model) says(name string, said map[string]bool) bool {
	if known, seen := said[name]; seen {
		return known
	}
	s := m.Shapes[name]
	said[name] = false // for shapes that hold themselves
	limited := s.Min != nil && *s.Min > 0 || s.Max != nil || patternOf(s) != "" || useOf(name) != ""
	for _, inner := range s.inner() {
		limited = m.says(inner, said) || limited
	}
	said[name] = limited
	return limited
}

// inner are the shapes inside of a shape.
func (s shape) inner() []string {
	switch s.Type {
	case "list":
		return []string{s.Member.Shape}
	case "map":
		return []string{s.Key.Shape, s.Value.Shape}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		all = append(all, s.Members[name].Shape)
	}
	return all
}

func (m model) line(name string, said map[string]bool) string {
	s := m.Shapes[name]
	kind, rest := s.Type, ""
	switch s.Type {
	case "string":
		rest = patternOf(s)
		if use := useOf(name); use != "" {
			kind, rest = "instance", use
		}
	case "list", "map":
		rest = strings.Join(s.inner(), " ")
	case "structure":
		var fields []string
		for _, field := range slices.Sorted(maps.Keys(s.Members)) {
			if inner := s.Members[field].Shape; said[inner] {
				fields = append(fields, field+"="+inner)
			}
		}
		rest = strings.Join(fields, " ")
	}
	return kind + "\t" + number(s.Min) + "\t" + number(s.Max) + "\t" + rest
}

func number(limit *float64) string {
	if limit == nil {
		return ""
	}
	return strconv.FormatFloat(*limit, 'f', -1, 64)
}

func useOf(shape string) string {
	for _, each := range uses {
		if each.shape == shape {
			return each.name
		}
	}
	return ""
}

var (
	anything = regexp.MustCompile(`^(\[\\s\\S\]|\[\\S\\s\])[*+]$`)
	// URIs are checked everywhere in words of our own.
	uri = regexp.MustCompile(`^\(https\|s3\)://`)
	// Go repeats no more than 1,000 times, and the length has a limit of its own.
	repeated = regexp.MustCompile(`\{0,1[0-9]{3,}\}`)
	tooOften = regexp.MustCompile(`\{1,[1-9][0-9]{3,}\}`)
)

// patternOf is the pattern as Go reads it, which matches whole texts. What Go does not know is left out: lookaround.
func patternOf(s shape) string {
	if anything.MatchString(s.Pattern) || uri.MatchString(s.Pattern) {
		return ""
	}
	pattern := tooOften.ReplaceAllString(repeated.ReplaceAllString(s.Pattern, "*"), "+")
	pattern = strings.ReplaceAll(pattern, `\p{Alnum}`, "a-zA-Z0-9")
	if _, err := regexp.Compile(pattern); err != nil || strings.Contains(pattern, `\u`) {
		return ""
	}
	return pattern
}
