package pipeline

import (
	"fmt"
	"strings"
	"time"
)

// A Step is one of the steps that the methods of Pipeline return.
type Step interface {
	// Name is the name of the step.
	Name() string

	core() *step
	// request is the step in the definition; it reports what is wrong with the step on the way.
	request(c *checker) object
	// property says what is wrong with reading this property as this type, or "".
	property(path string, want Type) string
}

// StepOptions are what all steps share.
type StepOptions struct {
	// DisplayName is shown instead of the name in Studio, at most 256 characters. Default: the name.
	DisplayName string
	// Description says what the step is for, at most 3072 characters. Default: none.
	Description string
	// DependsOn are steps that must finish before this one although it uses nothing of theirs. Steps whose outputs
	// it uses need not be listed. Default: none.
	DependsOn []Step
	// Members are further members of the step beside Arguments, for what has no field. Default: none.
	Members Fields
	// Omit are arguments that are not written because they say no more than SageMaker's default, by their paths, such as
	// "NetworkConfig" and "ProcessingInputs[].AppManaged", where [] is each and [0] the first of a list. Parse gives them, so that
	// a definition stays as it was. Default: none, defaults are written out.
	Omit []string
	// Unchecked gives up the comparison of Extra, and of the type and arguments of a raw step, with what this package and AWS's
	// model of SageMaker know, for types and fields that are newer. Default: false, what they do not know is an error, and so
	// are values of another kind and those that are not in an enumeration.
	Unchecked bool
}

// step is what all steps are built on.
type step struct {
	owner   *Pipeline
	name    string
	typ     string
	options StepOptions
}

// Name is the name of the step.
func (s *step) Name() string { return s.name }

func (s *step) core() *step { return s }

func (s *step) property(string, Type) string { return "" }

// Property is a reference to text at a path of the response that describes the step's job, such as
// "ResourceConfig.InstanceType", for what no other method gives.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
func (s *step) Property(path string) String { return anyRef(s.path(path)) }

func (s *step) path(path string) string { return "Steps." + s.name + "." + path }

// start is the part of a request that all steps share.
func (s *step) start(c *checker, arguments any) object {
	c.limits(s.typ, arguments)
	out := object{{"Name", s.name}, {"Type", s.typ}, {"Arguments", arguments}}
	var names []any
	for i, each := range s.options.DependsOn {
		if each == nil {
			c.addf(fmt.Sprintf("dependsOn[%d]", i), "is nil; give the step that a method of the pipeline returned")
			continue
		}
		names = append(names, each.Name())
		c.depend(s, each)
	}
	if names != nil {
		out = append(out, member{"DependsOn", names})
	}
	if n := len(s.options.DisplayName); n > maxDisplayName {
		c.addf("displayName", "has %d characters; at most %d are allowed", n, maxDisplayName)
	}
	if n := len(s.options.Description); n > maxDescription {
		c.addf("description", "has %d characters; at most %d are allowed", n, maxDescription)
	}
	out.set("DisplayName", s.options.DisplayName)
	out.set("Description", s.options.Description)
	return out
}

// finish is the request without what is omitted and with the further members.
func (s *step) finish(c *checker, request object) object {
	if len(s.options.Omit) > 0 {
		arguments, _ := request.get("Arguments")
		for i, each := range s.options.Omit {
			arguments = c.omit(index("omit", i), arguments, each)
		}
		request.replace("Arguments", arguments)
	}
	return c.merge("members", request, s.options.Members)
}

// After lets the step wait for others, as StepOptions.DependsOn does, for those that are added later.
func (s *step) After(steps ...Step) { s.options.DependsOn = append(s.options.DependsOn, steps...) }

func (p *Pipeline) newStep(name, typ string, options StepOptions) step {
	return step{owner: p, name: name, typ: typ, options: options}
}

// add registers the step under the pipeline and returns it.
func add[S Step](p *Pipeline, s S) S {
	p.steps = append(p.steps, s)
	return s
}

// cacheConfig is the member that lets SageMaker reuse the result of an earlier execution with the same arguments.
// https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
func (c *checker) cacheConfig(request *object, age time.Duration) {
	if age == 0 {
		return
	}
	if age < 0 || age%time.Minute != 0 {
		c.addf("cacheFor", "is %s; give whole minutes, such as 30*24*time.Hour, or 0 for no caching", age)
		return
	}
	*request = append(*request, member{"CacheConfig", object{{"Enabled", true}, {"ExpireAfter", iso8601(age)}}})
}

// iso8601 writes a duration as SageMaker reads it: P1DT2H3M. It knows no seconds.
func iso8601(d time.Duration) string {
	var date, clock strings.Builder
	part := func(out *strings.Builder, unit time.Duration, letter byte) {
		if n := d / unit; n > 0 {
			fmt.Fprintf(out, "%d%c", n, letter)
			d -= n * unit
		}
	}
	part(&date, 24*time.Hour, 'D')
	part(&clock, time.Hour, 'H')
	part(&clock, time.Minute, 'M')
	if clock.Len() == 0 {
		return "P" + date.String()
	}
	return "P" + date.String() + "T" + clock.String()
}
