package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
)

func TestPatternOf(t *testing.T) {
	for pattern, want := range map[string]string{
		"": "", ".*": ".*", `[\S\s]*`: "", `[\s\S]+`: "", "[a-z]{0,1023}": "[a-z]*", "[a-z]{1,2048}": "[a-z]+", "[a-z]{0,62}": "[a-z]{0,62}",
		`(?!\s*$).+`: "", `[\p{Alnum}\-]+`: `[a-zA-Z0-9\-]+`, `[\u0020-\uD7FF]*`: "", `(https|s3)://([^/]+)/?(.*)`: "",
	} {
		require.Equal(t, want, patternOf(shape{Pattern: pattern}), pattern)
	}
}

// TestTablesAreCurrent makes the tables from the packages that they name, where these are installed.
func TestTablesAreCurrent(t *testing.T) {
	for _, name := range []string{"botocore", "moto"} {
		if _, _, found := find(name); !found {
			t.Skipf("the tables of AWS were not made again, for there is no %s; pip install %s", name, name)
		}
	}
	t.Chdir("..")
	before := map[string]string{}
	for _, file := range []string{instancesFile, shapesFile, namesFile, othersFile} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		before[file] = string(text)
	}
	require.NoError(t, run(false))
	for file, text := range before {
		after, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, text, string(after), "run go generate ./internal/awsfacts")
	}
}
