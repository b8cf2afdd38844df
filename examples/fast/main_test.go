package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
	"github.com/mlplatform/mlplatform/internal/program"
)

func TestArchiveHoldsWhatTheProgramImports(t *testing.T) {
	imported, err := faststart.Imported(".", ".")
	require.NoError(t, err)
	held, err := faststart.Namespaces(archive)
	require.NoError(t, err)
	require.Equal(t, imported, held, "run go generate ./examples/fast")
}

func TestSameOutputAsWithoutFastStart(t *testing.T) {
	if testing.Short() {
		t.Skip("loading the whole provider takes seconds and a gigabyte")
	}
	compiled := program.Compile(t, ".")
	synth := func(variables ...string) string {
		dir := t.TempDir()
		command := exec.Command(compiled)
		command.Env = append(append(os.Environ(), "CDKTF_OUTDIR="+dir), variables...)
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		text, err := os.ReadFile(filepath.Join(dir, "stacks", "data", "cdk.tf.json"))
		require.NoError(t, err)
		return string(text)
	}
	slow := synth("FASTSTART_OFF=all")
	require.Equal(t, slow, synth())
	for _, lever := range faststart.Levers {
		require.Equal(t, slow, synth("FASTSTART_OFF="+lever), "without %s", lever)
	}
}
