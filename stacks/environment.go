package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/permissions"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// environmentStack is the stack of one environment while it is being made.
type environmentStack struct {
	builder
	config.Stack
	env      *config.Environment
	made     tf.Stack
	scope    arn.Scope
	problems problem.List
	// parts are what has been made so far.
	parts Parts
	// containers is the scope of the ECS cluster and what runs in it. Nil until something does.
	containers tf.Construct
	// deployed are the roles that deploy the stack, and the boundary of every other role of it. Empty where nothing is
	// deployed by GitHub or CodePipeline.
	deployed
	// extra is what extensions let CodePipeline's builds do.
	extra permissions.Added
}

// environment makes everything that one environment has.
func (b builder) environment(stack config.Stack) error {
	made, err := b.newStack(stack)
	if err != nil {
		return err
	}
	e := &environmentStack{builder: b, Stack: stack, env: stack.Environment, made: made, scope: scopeOf(stack)}
	e.boundary = b.boundaryOf(e.scope)
	e.tellImages()
	return e.makeParts()
}

// draw hands the drawing of a pipeline to whoever asked for drawings.
func (e *environmentStack) draw(name string, of *pipeline.Pipeline) error {
	if e.options.Drawing == nil {
		return nil
	}
	drawing, err := of.Mermaid()
	if err != nil {
		return err
	}
	e.options.Drawing(e.Name, name, drawing)
	return nil
}

// drawMachine does the same for a state machine.
func (e *environmentStack) drawMachine(name string, of asl.Definition) {
	if e.options.Drawing != nil {
		e.options.Drawing(e.Name, name+"-machine", of.Mermaid())
	}
}

// name is the physical name of a part: <project>-<environment>-<part>.
func (e *environmentStack) name(part string) string { return e.env.Prefix() + "-" + part }
