package featuregroup

import (
	"slices"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Type is the type of a feature's values.
type Type string

// The types of features.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_FeatureDefinition.html
const (
	String     Type = "String"
	Integral   Type = "Integral"
	Fractional Type = "Fractional"
)

// Collection makes a feature hold several values. Collections need the online store InMemory.
// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-collection-types.html
type Collection string

// The collections.
const (
	// List is in order and may repeat values.
	List Collection = "List"
	// Set has each value once, in no order.
	Set Collection = "Set"
	// Vector has a fixed number of Fractional values, such as an embedding.
	Vector Collection = "Vector"
)

// A Feature is one column of the group. Name and Type are required.
type Feature struct {
	// Name of the feature: 1 to 64 letters, digits, _ and -, beginning with a letter or digit; not is_deleted,
	// write_time or api_invocation_time, which the offline store adds itself.
	Name string
	// Type of its values.
	Type Type
	// Collection makes it hold several values. Default: one value.
	Collection Collection
	// Dimension is how many values a Vector has, 1 to 8192. Required for a Vector, for nothing else.
	Dimension int
}

// Limits of a feature group.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html
const (
	maxFeatures  = 2500
	maxDimension = 8192
)

// The API takes names of 1 to 64 characters for groups and features alike.
var namePattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// reserved are columns that the offline store adds.
var reserved = []string{"is_deleted", "write_time", "api_invocation_time"}

func (f Feature) validate(at string, problems *problem.List) {
	switch {
	case !namePattern.MatchString(f.Name):
		problems.Addf(at+".name", "%q is no feature name; use 1 to 64 letters, digits, _ and -, beginning with a letter or digit", f.Name)
	case slices.Contains(reserved, f.Name):
		problems.Addf(at+".name", "%q is a column that the offline store adds itself; use another name", f.Name)
	}
	if f.Type != String && f.Type != Integral && f.Type != Fractional {
		problems.Addf(at+".type", "%q is unknown; use %q, %q or %q", f.Type, String, Integral, Fractional)
	}
	switch f.Collection {
	case "", List, Set:
		if f.Dimension != 0 {
			problems.Addf(at+".dimension", "is for a %q only; remove it", Vector)
		}
	case Vector:
		if f.Type != Fractional {
			problems.Addf(at+".type", "%q cannot be in a %q; use %q", f.Type, Vector, Fractional)
		}
		if f.Dimension < 1 || f.Dimension > maxDimension {
			problems.Addf(at+".dimension", "%d is out of range; use 1 to %d", f.Dimension, maxDimension)
		}
	default:
		problems.Addf(at+".collection", "%q is unknown; use %q, %q or %q", f.Collection, List, Set, Vector)
	}
}

func (p Props) validateFeatures(problems *problem.List) {
	if n := len(p.Features); n == 0 || n > maxFeatures {
		problems.Addf("features", "are %d, 1 to %d are allowed; list the columns, the identifier and the event time among them", n, maxFeatures)
	}
	byName := map[string]Feature{}
	for i, each := range p.Features {
		at := problem.Index("features", i)
		each.validate(at, problems)
		if _, ok := byName[each.Name]; ok {
			problems.Addf(at+".name", "%q is used twice; make it unique within the group", each.Name)
		}
		byName[each.Name] = each
		if each.Collection != "" && (p.Online == nil || p.Online.Storage != InMemory) {
			problems.Addf(at+".collection", "needs the online store %q; set online.storage or store one value", InMemory)
		}
	}
	p.validateKey("recordIdentifier", p.RecordIdentifier, byName, problems)
	p.validateKey("eventTime", p.EventTime, byName, problems)
	if f, ok := byName[p.EventTime]; ok && f.Type == Integral {
		problems.Addf("eventTime", "%q is %s; make it %s with seconds since 1970, or %s with a time like 2024-05-01T12:00:00Z", p.EventTime, Integral, Fractional, String)
	}
	if p.RecordIdentifier == p.EventTime && p.EventTime != "" {
		problems.Addf("eventTime", "%q is the record identifier too; use two features", p.EventTime)
	}
}

// validateKey checks a feature that every record must have.
func (p Props) validateKey(path, name string, byName map[string]Feature, problems *problem.List) {
	f, ok := byName[name]
	switch {
	case !ok:
		problems.Addf(path, "%q is none of the features; use the name of one of them", name)
	case f.Collection != "":
		problems.Addf(path, "%q is a %s; use a feature with one value", name, f.Collection)
	}
}
