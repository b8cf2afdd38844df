// Package site says once where the constructs of a stack live, so that none of them needs to be told.
package site

import (
	"cmp"
	"errors"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Set says where everything under scope lives that is made from now on: scope is a stack, or a part of one that has an AWS provider
// of its own. Stacks that the platform makes need no Set. The nearest one counts, and what a construct's own props name
// goes before it. A wrong value is reported by each construct that takes it.
func Set(scope constructs.Construct, place arn.Scope) {
	tf.SetPlace(scope, tf.Place(place.WithDefaults()))
}

// Of is where a construct under scope lives: what its props name, and for the rest what Set said. A part that neither
// names stays empty, for Check to report.
func Of(scope constructs.Construct, given arn.Scope) arn.Scope {
	if given.Region != "" && given.Account != "" {
		return given.WithDefaults()
	}
	known, _ := tf.PlaceOf(scope)
	given.Account = cmp.Or(given.Account, known.Account)
	if given.Region == "" {
		given.Region = known.Region
		given.Partition = cmp.Or(given.Partition, known.Partition)
	}
	return given.WithDefaults()
}

// Check reports what is wrong with what Of found, for the field scope of a construct's props.
func Check(found arn.Scope) error {
	if found.Region == "" && found.Account == "" {
		return errors.New("scope: is missing, and that of the stack is not known; say it once for the whole stack with site.Set, or name region and account here")
	}
	var problems problem.List
	problems.Add("scope", found.Validate())
	return problems.Err()
}
