package tf

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mlplatform/mlplatform/trimmedprovider"
)

// Build makes the construct that holds all resources of one capability, under scope with this id, and fills it.
// Panics of the bindings, which are their only error channel, come back as errors that name the construct.
func Build[T any](scope constructs.Construct, id string, fill func(scope constructs.Construct) (*T, error)) (made *T, err error) {
	err = Guard(id, func() error {
		made, err = fill(constructs.NewConstruct(scope, jsii.String(id)))
		return err
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// Guard runs do and turns a panic into an error that names the construct.
func Guard(id string, do func() error) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if explained := trimmedprovider.Explain(r); explained != nil {
			err = fmt.Errorf("%s: %w", id, explained)
			return
		}
		err = fmt.Errorf("%s: %v", id, r)
	}()
	return do()
}
