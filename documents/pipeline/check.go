package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Limits of the service.
// https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
const (
	maxDefinition  = 1 << 20
	maxDescription = 3072
	maxNameLength  = 64
	maxDisplayName = 256
)

var (
	pipelineNamePattern = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$`)
	namePattern         = lazyregexp.New(`^[A-Za-z0-9\-_]{1,64}$`)
	jobPrefixPattern    = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9])*$`)
)

// A checker builds the definition and gathers what is wrong with it.
type checker struct {
	p        *Pipeline
	problems problem.List
	at       string // the path of what is being checked
	of       *step  // the step that is being built
	byName   map[string]Step
	nesting  map[*step]nested
	edges    map[*step][]edge // what each step waits for
	access   Access

	readFiles    []String            // in S3, which the pipeline itself reads
	passed       map[string][]string // the roles that each service gets
	endpointKeys []string            // of the volumes of endpoints
}

// nested is where a step stands inside of a condition.
type nested struct {
	in     *ConditionStep
	branch string
}

func newChecker(p *Pipeline) *checker {
	return &checker{p: p, byName: map[string]Step{}, nesting: map[*step]nested{}, edges: map[*step][]edge{}, passed: map[string][]string{}}
}

// addf reports a problem with a field of what is being checked.
func (c *checker) addf(field, format string, args ...any) {
	path := c.at
	if field != "" {
		path += "." + field
	}
	c.problems.Addf(path, format, args...)
}

func (c *checker) pipeline() {
	c.at = "pipeline"
	if !pipelineNamePattern.MatchString(c.p.name) && !token.Is(c.p.name) {
		c.addf("name", "%q is not allowed; use at most 256 letters, digits and hyphens, with a letter or digit first and last", c.p.name)
	}
	if display := c.p.props.DisplayName; display != c.p.name && !pipelineNamePattern.MatchString(display) && !token.Is(display) {
		c.addf("displayName", "%q is not allowed; use at most 256 letters, digits and hyphens, with a letter or digit first and last", display)
	}
	if n := len(c.p.props.Description); n > maxDescription {
		c.addf("description", "has %d characters; at most %d are allowed", n, maxDescription)
	}
	if n := c.p.props.MaxParallelSteps; n < 0 {
		c.addf("maxParallelSteps", "is %d; give a number from 1, or 0 for no limit", n)
	}
	if n := len(c.p.steps); n > c.p.props.StepQuota {
		c.addf("steps", "are %d with the nested ones, and the quota is %d; join steps, split the pipeline, or have the quota raised and set stepQuota", n, c.p.props.StepQuota)
	}
	if len(c.p.steps) == 0 {
		c.addf("steps", "are missing; a pipeline needs at least one")
	}
}

func (c *checker) size(bytes int) {
	if bytes > maxDefinition {
		c.problems.Addf("pipeline", "has a definition of %d bytes, and SageMaker takes %d; move long arguments into files in S3", bytes, maxDefinition)
	}
}

// name checks the name of a step or parameter.
func (c *checker) name(field, name string) {
	if !namePattern.MatchString(name) {
		c.addf(field, "has a name that is not allowed; use 1 to %d letters, digits, hyphens and underscores", maxNameLength)
	}
}

// required reports text that is missing.
func (c *checker) required(field string, s String, advice string) String {
	if s == "" {
		c.addf(field, "is missing; %s", advice)
	}
	return s
}

// known is the text if all of it is known now: neither a reference nor a Terraform token.
func known(s String) (string, bool) {
	text, ok := s.literal()
	return text, ok && text != "" && !token.Is(text)
}

// s3 checks a required location in S3.
func (c *checker) s3(field string, s String) String {
	if s == "" {
		c.addf(field, `is missing; give an S3 URI such as "s3://bucket/prefix"`)
	}
	return c.optionalS3(field, s)
}

func (c *checker) optionalS3(field string, s String) String {
	c.access.Reads = c.note(c.access.Reads, s)
	return c.s3URI(field, s)
}

// writes checks a location in S3 that a job writes.
func (c *checker) writes(field string, s String) String {
	c.access.Writes = c.note(c.access.Writes, s)
	return c.s3URI(field, s)
}

func (c *checker) s3URI(field string, s String) String {
	if text, ok := known(s); ok && (!strings.HasPrefix(text, "s3://") || len(text) == len("s3://")) {
		c.addf(field, `%q is no S3 URI; write it like "s3://bucket/prefix"`, text)
	}
	return s
}

// role fills in the default role and checks it.
func (c *checker) role(s String) String { return c.passRole(s, serviceSageMaker) }

func (c *checker) passRole(s String, service string) String {
	if s == "" {
		s = c.p.props.Defaults.Role
	}
	if s == "" {
		c.addf("role", "is missing; give the ARN of the role of the job, here or as the pipeline's default")
	}
	if text, ok := known(s); ok && !arn.Is(text, "iam", "role/") {
		c.addf("role", `%q is no role ARN; write it like "arn:aws:iam::111111111111:role/name"`, text)
	}
	c.access.Roles = c.note(c.access.Roles, s)
	c.passed[service] = c.note(c.passed[service], s)
	return s
}

// arn checks an ARN of the service.
func (c *checker) arn(field string, s String, service, resource string) String {
	if text, ok := known(s); ok && !arn.Is(text, service, resource) {
		c.addf(field, "%q is no ARN of %s %s", text, service, strings.TrimRight(resource, ":/"))
	}
	return s
}

// number fills in the default and checks the range of a number that is known now.
func (c *checker) number(field string, v IntegerValue, fallback int, limit sagemaker.NumberLimit) any {
	if v == nil {
		return int64(fallback)
	}
	if n, ok := v.(Int); ok {
		c.wrong(field, limit.Check(int(n)))
	}
	return v.tree()
}

// seconds fills in the default and checks the range.
func (c *checker) seconds(field string, d, fallback time.Duration, limit sagemaker.TimeLimit) int64 {
	d = cmp.Or(d, fallback)
	c.wrong(field, limit.Check(d))
	return int64(d / time.Second)
}

// wrong reports what another check says, if it says something.
func (c *checker) wrong(field, text string) {
	if text != "" {
		c.addf(field, "%s", text)
	}
}

// oneOf fills in the default and checks an enumeration.
func oneOf[E ~string](c *checker, field string, value, fallback E, allowed ...E) string {
	value = cmp.Or(value, fallback)
	if !slices.Contains(allowed, value) {
		c.addf(field, "%q is unknown; use one of %s", value, list(allowed))
	}
	return string(value)
}

// unique reports names that are missing or used twice.
func (c *checker) unique(field string, seen map[string]bool, name string) {
	switch {
	case name == "":
		c.addf(field, "is missing; give a name that is unique within the step")
	case seen[name]:
		c.addf(field, "%q is used twice; names are unique within the step", name)
	}
	seen[name] = true
}

// extra merges the fields of the escape hatch into the arguments of a step. What the typed arguments have set already is an
// error: there must be one place that decides.
func (c *checker) extra(arguments object, fields Fields) object {
	if !c.of.options.Unchecked {
		servicemodel.CheckArguments(&c.problems, c.at+".extra", "sagemaker", operations[c.of.typ], settled(fields.tree()))
	}
	return c.merge("extra", arguments, fields)
}

// extraOf merges those of an object inside of the arguments, by the name of its shape in the API.
func (c *checker) extraOf(shape, path string, into object, fields Fields) object {
	if !c.of.options.Unchecked {
		servicemodel.CheckFields(&c.problems, c.at+"."+path, shape, settled(fields.tree()))
	}
	return c.merge(path, into, fields)
}

func (c *checker) merge(path string, into object, fields Fields) object {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		at := path + "." + key
		i := slices.IndexFunc(into, func(m member) bool { return m.key == key })
		if i < 0 {
			into = append(into, member{key, Fields{key: fields[key]}.tree().(object)[0].value})
			continue
		}
		deeper, both := fields[key].(Fields)
		existing, isObject := into[i].value.(object)
		if both && isObject {
			into[i].value = c.merge(at, slices.Clone(existing), deeper)
			continue
		}
		c.addf(at, "is set by a typed argument already; remove it here")
	}
	return into
}

func pathOf(kind, name string) string { return problem.Key(kind, name) }

func list[E ~string](values []E) string {
	texts := make([]string, len(values))
	for i, each := range values {
		texts[i] = string(each)
	}
	return strings.Join(texts, ", ")
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// given says whether a field was given.
type given struct {
	field string
	is    bool
}

// refuse reports fields that were given where they mean nothing.
func (c *checker) refuse(because string, fields ...given) {
	for _, each := range fields {
		if each.is {
			c.addf(each.field, "%s", because)
		}
	}
}
