package docs_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/stacks"
)

var optionPattern = regexp.MustCompile(`(?m)^func ([A-Z]\w*)(?:\[.*\])?\(.*\) Option \{`)

// The page of extensions names all that they get: options, what the platform made, and methods.
func TestExtensionsPage(t *testing.T) {
	text, err := os.ReadFile("extensions.md")
	require.NoError(t, err)
	page := string(text)
	files, err := filepath.Glob("../platform/*.go")
	require.NoError(t, err)
	options := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, option := range optionPattern.FindAllStringSubmatch(string(source), -1) {
			options++
			require.Contains(t, page, "`platform."+option[1]+"(")
		}
	}
	require.Greater(t, options, 5)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[stacks.Parts]()) {
		require.Contains(t, page, "`"+field.Name+"`")
	}
	of := reflect.TypeFor[*stacks.EnvironmentStack]()
	for i := range of.NumMethod() {
		require.Contains(t, page, "`"+of.Method(i).Name+"(")
	}
}
