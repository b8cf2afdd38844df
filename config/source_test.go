package config_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

func TestSource(t *testing.T) {
	platform := "project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations:\n  account: \"111111111111\"\n"
	dev := "account: \"222222222222\"\npromotion: { branches: [main] }\n\nstorage:\n  models: {}\n  data:\n    expirationDays: 30\n"
	loaded, err := config.LoadFS(fstest.MapFS{
		"platform.yaml": {Data: []byte(platform)}, "environments/dev.yaml": {Data: []byte(dev)},
	})
	require.NoError(t, err)
	source := loaded.Source("dev")
	require.Equal(t, "environments/dev.yaml", source.File)
	require.Equal(t, dev, source.Text)
	require.Equal(t, []string{"account", "promotion", "promotion.branches", "promotion.branches[0]", "storage", "storage.data", "storage.data.expirationDays", "storage.models"}, source.Paths())
	require.Equal(t, 4, source.Line("storage"))
	require.Equal(t, 7, source.Line("storage.data.expirationDays"))
	require.Equal(t, 5, source.Line("storage.models.name"), "what is not written stands where its section does")
	require.Equal(t, 1, source.Line("network.cidr"), "without a section, the file begins it")
	for _, name := range []string{"", config.OperationsName} {
		require.Equal(t, platform, loaded.Source(name).Text)
	}
	require.Equal(t, 5, loaded.Source("").Line("operations.account"))
}
