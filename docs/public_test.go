package docs_test

import (
	"fmt"
	"go/types"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPublicSignatures holds that nothing which other modules may use is written in types that they can not name: those of a package
// in a folder internal. An alias of a public type is that type.
func TestPublicSignatures(t *testing.T) {
	packages := compiled(t)
	checked := 0
	for _, each := range ownPackages(t) {
		name := each.path
		floor, _, _ := strings.Cut(strings.TrimPrefix(name, module), "/")
		if !each.source || !public(name) || !slices.Contains(floors[1:], floor) {
			continue
		}
		loaded, err := packages.importer.Import(name)
		require.NoError(t, err)
		checked++
		for _, found := range hidden(loaded) {
			t.Errorf("%s: %s", strings.TrimPrefix(name, module), found)
		}
	}
	require.Greater(t, checked, 40)
}

// public says whether other modules can import the package.
func public(name string) bool { return !strings.Contains(name+"/", "/internal/") }

// hidden lists what the package exports in types of packages in folders internal of this module.
func hidden(of *types.Package) []string {
	var found []string
	for _, name := range of.Scope().Names() {
		object := of.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		if named, ok := object.Type().(*types.Named); ok && object.Pkg() == named.Obj().Pkg() {
			if _, isType := object.(*types.TypeName); isType {
				found = append(found, look(name, named.Underlying())...)
				for method := range named.Methods() {
					if method.Exported() {
						found = append(found, look(name+"."+method.Name(), method.Type())...)
					}
				}
				continue
			}
		}
		found = append(found, look(name, object.Type())...)
	}
	sort.Strings(found)
	return found
}

// look walks through what a user of the type has to name: not through fields and methods that are not exported.
func look(path string, of types.Type) []string {
	var found []string
	into := func(suffix string, next types.Type) { found = append(found, look(path+suffix, next)...) }
	switch is := types.Unalias(of).(type) {
	case *types.Named:
		if in := is.Obj().Pkg(); in != nil && strings.HasPrefix(in.Path(), module) && !public(in.Path()) {
			found = append(found, fmt.Sprintf("%s is of the type %s, which other modules can not name", path, types.TypeString(is, nil)))
		}
		for argument := range is.TypeArgs().Types() {
			into("", argument)
		}
	case *types.Pointer:
		into("", is.Elem())
	case *types.Slice:
		into("", is.Elem())
	case *types.Array:
		into("", is.Elem())
	case *types.Chan:
		into("", is.Elem())
	case *types.Map:
		into("", is.Key())
		into("", is.Elem())
	case *types.Signature:
		for parameter := range is.TypeParams().TypeParams() {
			into("", parameter.Constraint())
		}
		for variable := range is.Params().Variables() {
			into("("+variable.Name()+")", variable.Type())
		}
		for variable := range is.Results().Variables() {
			into(" result", variable.Type())
		}
	case *types.Struct:
		for field := range is.Fields() {
			if field.Exported() {
				into("."+field.Name(), field.Type())
			}
		}
	case *types.Interface:
		for method := range is.ExplicitMethods() {
			into("."+method.Name(), method.Type())
		}
		for embedded := range is.EmbeddedTypes() {
			into("", embedded)
		}
	}
	return found
}
