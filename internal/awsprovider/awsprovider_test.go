package awsprovider_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
	"github.com/mlplatform/mlplatform/internal/awsprovider"
)

func TestArchiveHoldsWhatTheModuleImports(t *testing.T) {
	imported, err := faststart.Imported("../..", "./...")
	require.NoError(t, err)
	held, err := awsprovider.Namespaces()
	require.NoError(t, err)
	require.Equal(t, imported, held, "run go generate ./internal/awsprovider")
}
