package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What instanceTypes names passes the constructs and documents too.
func TestNewerInstanceTypes(t *testing.T) {
	const dir = "../examples/configurations/wine"
	read := func(name string) string {
		text, err := os.ReadFile(dir + "/" + name)
		require.NoError(t, err)
		return string(text)
	}
	dev := strings.Replace(read("environments/dev.yaml"), "m6i.large", "m95i.large", 1)
	require.Contains(t, dev, "\ntraining:\n")
	dev = strings.Replace(dev, "\ntraining:\n", "\ntraining:\n  instanceType: ml.m95.large\n", 1)
	stack := string(builtOne(t, dir, map[string]string{
		"platform.yaml": read("platform.yaml") + "instanceTypes: [m95i.large, ml.m95.large]\n", "environments/dev.yaml": dev,
	}, "dev"))
	require.Contains(t, stack, "m95i.large")
	require.Contains(t, stack, "ml.m95.large")
}
