package docs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/program"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
	"github.com/mlplatform/mlplatform/platform/platformtest"
)

// TestKServeTutorial does what the page says as far as it goes without AWS: the file of each step is put together and makes the stacks, the request is the question with which
// the release is verified, the names that commands rely on are in the stacks, and the shell and Python understand what they are given.
func TestKServeTutorial(t *testing.T) {
	const page = "kserve-tutorial"
	text := pages(t)["docs/"+page+".md"]
	blocks := map[string][]string{}
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		blocks[match[1]] = append(blocks[match[1]], match[2])
	}
	require.Len(t, blocks["yaml"], 2)
	environment, models := blocks["yaml"][0], strings.TrimPrefix(blocks["yaml"][1], "serving:\n")
	digest := "@sha256:" + strings.Repeat("0f", 32)
	models = strings.ReplaceAll(regexp.MustCompile(` +# .*`).ReplaceAllString(models, ""), "@sha256:...", digest)

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "platform.yaml"), []byte("project: wine\nrepository: acme/wine\nregion: us-west-2\noperations: { account: \"111111111111\", promotion: { branches: [main] } }\n"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	write := func(text string) *config.Platform {
		head := "account: \"222222222222\"\nadministrators: [\"arn:aws:iam::222222222222:role/admin\"]\npromotion: { branches: [main] }\nprotect: false\nnetwork: { cidr: 10.10.0.0/16, availabilityZones: 2 }\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", "dev.yaml"), []byte(head+text), 0o600))
		loaded, err := config.Load(dir)
		require.NoError(t, err)
		return loaded
	}
	write(environment)
	loaded := write(environment + models)

	// The request of the last step is what the release asks.
	question := loaded.Environment("dev").Serving.Models["wine"].Question
	_, sent, found := strings.Cut(text, "--data '")
	require.True(t, found)
	sent, _, _ = strings.Cut(sent, "'")
	var request struct {
		Parameters map[string]string
		Inputs     []struct {
			Name, Datatype string
			Shape          []int
			Data           []float64
		}
	}
	require.NoError(t, json.Unmarshal([]byte(sent), &request))
	require.Equal(t, "pd", request.Parameters["content_type"])
	asked := map[string]float64{}
	for _, each := range request.Inputs {
		require.Equal(t, "FP64 [1]", fmt.Sprint(each.Datatype, " ", each.Shape), each.Name)
		asked[each.Name] = each.Data[0]
	}
	require.Equal(t, question.Inputs, asked)
	require.Len(t, slices.Collect(maps.Keys(asked)), 13)
	require.Contains(t, text, "https://"+loaded.Environment("dev").Serving.ModelHost("wine")+"/v2/models/wine/infer")
	require.Contains(t, text, "https://"+loaded.Environment("dev").Serving.MLflowHost())

	// Outputs and names that the commands rely on.
	snapshots := platformtest.Snapshots(t, dir)
	for _, each := range []string{`"s3_bucket_name"`, `"wine-dev-cluster"`} {
		require.Contains(t, string(snapshots["dev.json"]), each)
	}
	serving := string(snapshots["dev-serving.json"])
	require.Contains(t, serving, "model-wine")
	require.Contains(t, serving, "mlflow-auth")

	binary := program.Compile(t, "..")
	for _, block := range shellBlocks(t, page) {
		shellcheck.Parse(t, page, block)
		for _, match := range regexp.MustCompile(`go run \. ([a-z-]+)`).FindAllStringSubmatch(block, -1) {
			arguments := []string{match[1], "--config", dir}
			if match[1] == "synth" {
				arguments = append(arguments, "--output", t.TempDir())
			}
			out, err := exec.Command(binary, arguments...).CombinedOutput()
			require.NoError(t, err, "%s", out)
		}
	}
	if python, err := exec.LookPath("python3"); err == nil {
		command := exec.Command(python, "-c", "import ast, sys; ast.parse(sys.stdin.read())")
		command.Stdin = strings.NewReader(blocks["python"][0])
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}
