package kubernetes

import "github.com/mlplatform/mlplatform/internal/lazyregexp"

// Other is an object of a kind that this package does not know. Only its metadata are checked.
type Other struct {
	Metadata
	// Kind of the object.
	Kind Kind
	// Fields are what stands beside the metadata, spec included, as encoding/json writes it.
	Fields map[string]any
}

var (
	versionPattern = lazyregexp.New(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?v[0-9]+((alpha|beta)[0-9]+)?$`)
	kindPattern    = lazyregexp.New(`^[A-Z][A-Za-z0-9]*$`)
)

// Describe is the kind that the object says it is of.
func (o Other) Describe() Kind {
	o.Kind.Bare = true
	return o.Kind
}

// MarshalJSON writes the fields.
func (o Other) MarshalJSON() ([]byte, error) {
	if o.Fields == nil {
		return []byte("{}"), nil
	}
	return marshal(o.Fields)
}

// Validate reports what is wrong with the metadata.
func (o Other) Validate() error {
	problems := begin(o)
	if !versionPattern.MatchString(o.Kind.APIVersion) {
		problems.Addf("kind.apiVersion", "%q is no version; write it like apps/v1", o.Kind.APIVersion)
	}
	if !kindPattern.MatchString(o.Kind.Kind) {
		problems.Addf("kind.kind", "%q is no kind; write it like Deployment", o.Kind.Kind)
	}
	for _, name := range []string{"apiVersion", "kind", "metadata", "status"} {
		if _, found := o.Fields[name]; found {
			problems.Addf("fields", "hold %s, which is given elsewhere, or by the cluster; drop it", name)
		}
	}
	return problems.Err()
}
