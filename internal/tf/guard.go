package tf

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mlplatform/mlplatform/faststart"
)

// Build makes the construct that holds all resources of one capability, under scope with this id, and fills it.
// Panics of the bindings, which are their only error channel, come back as errors that name the construct.
func Build[T any](scope constructs.Construct, id string, fill func(scope constructs.Construct) (*T, error)) (made *T, err error) {
	err = Guard(id, func() error {
		made, err = fill(construct(scope, id))
		return err
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// A Defect is a panic of the bindings. Input that passed validation should never cause one.
type Defect struct{ error }

// Unwrap gives the error inside.
func (d Defect) Unwrap() error { return d.error }

// Guard runs do and turns a panic into an error that names the construct.
func Guard(id string, do func() error) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if explained := faststart.Explain(r); explained != nil {
			err = Defect{fmt.Errorf("%s: %w", id, explained)}
			return
		}
		err = Defect{fmt.Errorf("%s: %v", id, r)}
	}()
	return do()
}

// holders are the constructs that hold others, by where they were made, so that Node.js need not be asked for them.
var holders = map[holder]constructs.Construct{}

type holder struct {
	scope any
	id    string
}

func construct(scope constructs.Construct, id string) constructs.Construct {
	made := constructs.NewConstruct(scope, jsii.String(id))
	inherit(made, scope)
	holders[holder{scope, id}] = made
	return made
}

// Group is the construct of this id under scope, which Build or Group made before. Where none did, it is made now, and has
// nothing of its own.
func Group(scope constructs.Construct, id string) constructs.Construct {
	if group, known := holders[holder{scope, id}]; known {
		return group
	}
	return construct(scope, id)
}

// CloseRuntime ends the jsii runtime, as the last thing that a program does with constructs.
func CloseRuntime() { faststart.Close() }
