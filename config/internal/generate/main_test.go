package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	t.Chdir("../..")
	schema, err := makeSchema(".")
	require.NoError(t, err)
	require.Equal(t, string(config.Schema()), string(schema), "config/schema.json is old; run go generate ./config")

	page, err := os.ReadFile(docs)
	require.NoError(t, err)
	filled, err := fillTables(page, schema)
	require.NoError(t, err)
	require.Equal(t, string(page), string(filled), "docs/configuration.md is old; run go generate ./config")
}

func TestTables(t *testing.T) {
	_, err := fillTables([]byte("<!-- table Nothing -->\n<!-- end -->"), []byte("{}"))
	require.EqualError(t, err, "there is no type for the table Nothing")
	_, err = fillTables([]byte("<!-- table Karpenter -->\n<!-- end -->"), []byte("{}"))
	require.EqualError(t, err, "Karpenter.Enabled has no comment")
	meaning, byDefault := splitDefault("enabled switches it off. Default: true.")
	require.Equal(t, "enabled switches it off.", meaning)
	require.Equal(t, "true", byDefault)
}
