package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// Access is what the jobs of a pipeline touch, in the order of the steps and without repetition. The values are
// resolved as far as that is possible now: a parameter stands as its default, and what only an execution knows as *.
// Terraform tokens stay.
type Access struct {
	// Reads and Writes are S3 URIs. What a step reads from another step is among the Writes of that one.
	Reads, Writes []string
	// Images are URIs of container images.
	Images []string
	// OutputKeys and VolumeKeys are ARNs or ids of KMS keys.
	OutputKeys, VolumeKeys []string
	// Roles are ARNs of the roles of jobs and models.
	Roles []string
	// Subnets and SecurityGroups are where jobs run.
	Subnets, SecurityGroups []string
}

// Access says what the jobs of the pipeline touch. The error is that of Validate.
func (p *Pipeline) Access() (Access, error) {
	c, _, err := p.check()
	if err != nil {
		return Access{}, err
	}
	return c.access, nil
}

// note adds what can be known of s now.
func (c *checker) note(list []string, s String) []string {
	text := c.resolve(s)
	if text == "" || strings.HasPrefix(text, "*") || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func (c *checker) image(s String) String {
	c.access.Images = c.note(c.access.Images, s)
	return s
}

// resolve is the text with parameters replaced by their defaults, and with * for other references.
func (c *checker) resolve(s String) string {
	out := ""
	for _, part := range s.parts() {
		out += c.resolved(part)
	}
	return out
}

func (c *checker) resolved(tree any) string {
	switch v := tree.(type) {
	case string:
		return v
	case get:
		if v.path == "Execution.PipelineName" {
			return c.p.name
		}
		for _, each := range c.p.parameters {
			if v.path == "Parameters."+each.name && each.value != nil {
				return fmt.Sprint(each.value)
			}
		}
	case join:
		out := ""
		for i, each := range v.values {
			if i > 0 {
				out += v.on
			}
			out += c.resolved(each)
		}
		return out
	}
	return "*"
}
