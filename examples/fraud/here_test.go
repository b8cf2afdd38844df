package fraud

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/systems/local"
)

// here are the image and the data on this machine.
func here(t *testing.T) local.Options {
	m := newMachine(t)
	return local.Options{
		Folder: t.TempDir(), Images: map[string]local.Image{image: {Folder: "image"}}, MaxTuningJobs: 2,
		Data: map[string]string{"s3://fraud-data/raw": m.store["raw"], "s3://fraud-data/learning/input": m.store["raw"]},
	}
}

// TestTrainingHere executes the training pipeline.
func TestTrainingHere(t *testing.T) {
	p, err := Training()
	require.NoError(t, err)
	result, err := local.Run(context.Background(), p, here(t))
	require.NoError(t, err)
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.Len(t, result.Packages, 1)
}

// TestLearningHere executes automatic learning twice: the first model is registered, and when somebody has approved it, the same
// data gives none that is better.
func TestLearningHere(t *testing.T) {
	options := here(t)
	definition, err := Learning().Definition()
	require.NoError(t, err)
	run := func() *local.MachineResult {
		result, err := local.RunMachine(context.Background(), "fraud", definition, nil, options)
		require.NoError(t, err)
		require.Equal(t, local.Succeeded, result.Status, result.Summary())
		return result
	}
	first := run()
	require.Len(t, first.Packages, 1)
	require.Equal(t, "Done", first.States[len(first.States)-1].Name)
	messages, err := os.ReadFile(filepath.Join(first.Folder, "messages.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(messages), "Learning: registered")

	file := filepath.Join(first.Packages[0].Folder, "package.json")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	approved := strings.Replace(string(text), `"ModelApprovalStatus": "PendingManualApproval"`, `"ModelApprovalStatus": "Approved"`, 1)
	require.NotEqual(t, string(text), approved)
	require.NoError(t, os.WriteFile(file, []byte(approved), 0o644))
	second := run()
	require.Empty(t, second.Packages, second.Summary())
	messages, err = os.ReadFile(filepath.Join(second.Folder, "messages.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(messages), "Learning: rejected")
}
