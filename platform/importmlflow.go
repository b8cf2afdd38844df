package platform

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/mlflowserver"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

func newImportMLflowModel() *cobra.Command {
	return &cobra.Command{
		Use:   "mlflow-model FILE",
		Short: "Print a registered version of MLflow as the configuration of a model on KServe",
		Long: `Reads where MLflow says that a registered version or a logged model is, and prints the key run of serving.models.<name>. What it prints is what is reviewed and
deployed: a version that is registered later, or an alias that moves, changes no model by itself. FILE may be - for standard input.`,
		Example: `  curl --fail --user "$MLFLOW_TRACKING_USERNAME:$MLFLOW_TRACKING_PASSWORD" "$MLFLOW_TRACKING_URI/api/2.0/mlflow/model-versions/get-download-uri?name=wine&version=3" | go run . import mlflow-model -`,
		Args:    oneFile,
		RunE: func(command *cobra.Command, args []string) error {
			text, err := definitionOf(command, args[0], "any")
			if err != nil {
				return err
			}
			made, err := runOf(text)
			if err != nil {
				return mistake{fmt.Errorf("%s: %w", args[0], err)}
			}
			_, err = command.OutOrStdout().Write(made)
			return err
		},
	}
}

var (
	// MLflow's own name of its artifacts, or the bucket's.
	loggedModelURI = lazyregexp.New(`^(?:mlflow-artifacts:(?://[^/]*)?|s3://[^/]+/` + mlflowserver.Folder + `)/([0-9]+)/models/(m-[0-9a-f]{32})/artifacts/?$`)
	runArtifactURI = lazyregexp.New(`^(?:mlflow-artifacts:(?://[^/]*)?|s3://[^/]+/` + mlflowserver.Folder + `)/([0-9]+)/([0-9a-f]{32})/artifacts/(.+?)/?$`)
)

const askMLflow = "give the answer of MLflow at api/2.0/mlflow/model-versions/get-download-uri?name=NAME&version=VERSION"

// runOf is the model as the configuration has it.
// https://mlflow.org/docs/latest/api_reference/rest-api.html#get-download-uri-for-modelversion-artifacts
func runOf(answer []byte) ([]byte, error) {
	var said struct {
		ArtifactURI string `json:"artifact_uri"`
		Model       struct {
			Info struct {
				ArtifactURI string `json:"artifact_uri"`
			}
		}
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, fmt.Errorf("is no JSON: %w; %s", err, askMLflow)
	}
	uri := said.ArtifactURI
	if uri == "" {
		uri = said.Model.Info.ArtifactURI
	}
	type fields struct {
		Experiment string `yaml:"experiment"`
		Model      string `yaml:"model,omitempty"`
		Run        string `yaml:"run,omitempty"`
		Artifact   string `yaml:"artifact,omitempty"`
	}
	var run fields
	if found := loggedModelURI.FindStringSubmatch(uri); found != nil {
		run = fields{Experiment: found[1], Model: found[2]}
	} else if found := runArtifactURI.FindStringSubmatch(uri); found != nil {
		run = fields{Experiment: found[1], Run: found[2], Artifact: found[3]}
	} else if uri == "" {
		return nil, fmt.Errorf("has no artifact_uri; %s", askMLflow)
	} else {
		return nil, fmt.Errorf("artifact_uri: %q is no folder of MLflow's artifacts in the bucket of models; register a model that this server's runs have logged, or write path", uri)
	}
	return yaml.Marshal(struct {
		Run fields `yaml:"run"`
	}{run})
}
