package kubernetestest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/golden"
)

// Golden compares the objects, in YAML, with a file.
func Golden(t *testing.T, file string, objects []kubernetes.Object) {
	t.Helper()
	var out bytes.Buffer
	for _, each := range objects {
		text, err := kubernetes.YAML(each)
		require.NoError(t, err)
		again, err := kubernetes.YAML(each)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again), "%s is not the same each time", kubernetes.Identity(each))
		out.WriteString("---\n")
		out.Write(text)
	}
	golden.Assert(t, file, out.Bytes())
}

// Problems compares what is wrong with the objects with a file, which names each with its problems.
func Problems(t *testing.T, file string, wrong []Wrong) {
	t.Helper()
	var out bytes.Buffer
	seen := map[string]bool{}
	for _, each := range wrong {
		require.False(t, seen[each.Name], each.Name)
		seen[each.Name] = true
		err := each.Object.Validate()
		require.Error(t, err, each.Name)
		fmt.Fprintf(&out, "# %s; refused by %s\n%v\n", each.Name, each.By, err)
	}
	golden.Assert(t, file, out.Bytes())
}

// Noise is text of this length that does not get smaller when it is packed, the same each time.
func Noise(seed, length int) string {
	var out bytes.Buffer
	for i := 0; out.Len() < length; i++ {
		sum := sha256.Sum256([]byte(fmt.Sprint(seed, i)))
		out.WriteString(base64.StdEncoding.EncodeToString(sum[:]))
	}
	return out.String()[:length]
}
