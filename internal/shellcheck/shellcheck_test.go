package shellcheck

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFindings: what is wrong is found, and by which script and line.
func TestFindings(t *testing.T) {
	found, err := check(folder(t), map[string]string{
		"clean": "set -euo pipefail\necho \"$HOME\"\n",
		"split": "echo one\nrm -rf $HOME/$1\n",
		"odd":   "if [ 1 = 1 ]; then\n",
	})
	require.NoError(t, err)
	var texts []string
	for _, each := range found {
		texts = append(texts, each.String())
	}
	require.Contains(t, texts, "split:2: SC2086: Double quote to prevent globbing and word splitting.")
	require.Contains(t, texts, "odd:1: SC1073: Couldn't parse this then clause. Fix to allow more checks.")
	for _, each := range found {
		require.NotEqual(t, "clean", each.Name)
	}
}
