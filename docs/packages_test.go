package docs_test

import (
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A goPackage is what the go command says of a package.
type goPackage struct {
	path, name string
	// export is the file of what was compiled, in the build cache after the other tests.
	export string
	// own are the packages of this module, for which alone the rest is known.
	own           bool
	doc           string
	source        bool // it has more than tests
	imports, deps []string
}

// listed are the packages of this module, what they import, directly or not, and what documentation uses beside.
var listed = sync.OnceValues(func() ([]goPackage, error) {
	out, err := exec.Command("go", "list", "-export", "-deps", "-f",
		"{{.ImportPath}}\t{{.Name}}\t{{.Export}}{{if .Module}}{{if .Module.Main}}\t{{.Doc}}\t{{len .GoFiles}}\t{{join .Imports \" \"}}\t{{join .Deps \" \"}}{{end}}{{end}}",
		"../...", "errors", "fmt", "os", "time").Output()
	if err != nil {
		return nil, err
	}
	var all []goPackage
	for _, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		fields := strings.Split(line, "\t")
		each := goPackage{path: fields[0], name: fields[1], export: fields[2], own: len(fields) > 3}
		if each.own {
			each.doc, each.source, each.imports, each.deps = fields[3], fields[4] != "0", strings.Fields(fields[5]), strings.Fields(fields[6])
		}
		all = append(all, each)
	}
	return all, nil
})

// ownPackages are those of this module.
func ownPackages(t *testing.T) (own []goPackage) {
	t.Helper()
	all, err := listed()
	require.NoError(t, err)
	for _, each := range all {
		if each.own {
			own = append(own, each)
		}
	}
	return own
}
