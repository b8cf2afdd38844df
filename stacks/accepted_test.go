package stacks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/mutate"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// How many changes of each example set are tried, and how many accepted ones are synthesised together. MUTATIONS=20000
// makes a run as long as one likes, and MUTATION_SEED another one; with -count=1, since go test does not see these variables.
var (
	changesOfEachSet = numberFrom("MUTATIONS", 700)
	builtOfEachSet   = numberFrom("MUTATIONS_BUILT", changesOfEachSet/25)
	changeSeed       = numberFrom("MUTATION_SEED", 1)
	// configurationsPlanned is how many of the changed configurations are planned, of each set.
	configurationsPlanned = numberFrom("MUTATIONS_PLANNED", 1)
)

// changesTogether is how many changes are synthesised in one go.
const changesTogether = 60

func numberFrom(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

// TestWhatIsAcceptedSynthesises: what the loader accepts can be built, whatever anybody writes. AWS takes its names, and
// Terraform evaluates nothing of it.
func TestWhatIsAcceptedSynthesises(t *testing.T) {
	if testing.Short() {
		t.Skip("no random changes of the configuration are tried under -short")
	}
	var planned []terraform.Stack
	for _, dir := range append(slices.Clone(configurations), servingSet) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			files := filesOf(t, dir)
			source, err := mutate.New(int64(changeSeed), config.Schema(), allFiles(t)...)
			require.NoError(t, err)
			var accepted []mutate.Change
			for range changesOfEachSet {
				change, err := source.Draw(files)
				require.NoError(t, err)
				if _, err := loadChanged(files, change); err == nil {
					accepted = append(accepted, change)
				}
			}
			batches := together(files, accepted, builtOfEachSet)
			built := 0
			for i, batch := range batches {
				built += len(batch)
				made, err := build(t, files, batch...)
				if err != nil {
					t.Errorf("%s", blame(t, files, batch, err))
				} else if i < configurationsPlanned {
					for _, stack := range names(made) {
						planned = append(planned, terraform.Stack{Name: fmt.Sprintf("%s %d %s", filepath.Base(dir), i, stack), JSON: made[stack]})
					}
				}
			}
			t.Logf("%d changes tried, %d accepted, %d refused; %d of the accepted synthesised, in %d configurations",
				changesOfEachSet, len(accepted), changesOfEachSet-len(accepted), built, len(batches))
		})
	}
	if !t.Failed() {
		planTogether(t, planned...)
	}
}

func allFiles(t *testing.T) []fstest.MapFS {
	var all []fstest.MapFS
	for _, dir := range append(slices.Clone(configurations), servingSet) {
		all = append(all, filesOf(t, dir))
	}
	return all
}

func loadChanged(files fstest.MapFS, changes ...mutate.Change) (*config.Platform, error) {
	changed, err := mutate.Apply(files, changes...)
	if err != nil {
		return nil, err
	}
	return config.LoadFS(changed)
}

// together puts accepted changes into as few configurations as accept them together.
func together(files fstest.MapFS, accepted []mutate.Change, most int) [][]mutate.Change {
	if len(accepted) > most {
		accepted = accepted[:most]
	}
	var batches [][]mutate.Change
next:
	for _, change := range accepted {
		for i, batch := range batches {
			if len(batch) == changesTogether || !apart(change, batch) {
				continue
			}
			if _, err := loadChanged(files, append(append([]mutate.Change(nil), batch...), change)...); err == nil {
				batches[i] = append(batch, change)
				continue next
			}
		}
		batches = append(batches, []mutate.Change{change})
	}
	return batches
}

func apart(change mutate.Change, from []mutate.Change) bool {
	for _, each := range from {
		if !change.Apart(each) {
			return false
		}
	}
	return true
}

// build synthesises a changed configuration and holds it against the limits of AWS.
func build(t *testing.T, files fstest.MapFS, changes ...mutate.Change) (map[string][]byte, error) {
	platform, err := loadChanged(files, changes...)
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	app := tf.NewApp(dir)
	if err := tf.Guard("stacks", func() error { return stacks.Build(app, platform, stacks.Options{}) }); err != nil {
		return nil, err
	}
	if err := tf.Synth(app); err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	for _, stack := range platform.StackNames() {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", stack, output.StackFile))
		if err != nil {
			return nil, err
		}
		made[stack] = text
		requireLimits(t, stack, synthtest.Parse(t, string(text)))
	}
	return made, nil
}

// blame finds the changes of a batch that cannot be built, by halving it.
func blame(t *testing.T, files fstest.MapFS, batch []mutate.Change, err error) string {
	if len(batch) > 1 {
		var found []string
		for _, half := range [][]mutate.Change{batch[:len(batch)/2], batch[len(batch)/2:]} {
			if _, err := build(t, files, half...); err != nil {
				found = append(found, blame(t, files, half, err))
			}
		}
		if len(found) > 0 {
			return strings.Join(found, "\n")
		}
	}
	var changes []string
	for _, change := range batch {
		changes = append(changes, change.String())
	}
	return fmt.Sprintf("accepted, but cannot be built:\n%s\n%v", strings.Join(changes, "\n"), err)
}
