package platform

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/problem"
)

func newImportPackage() *cobra.Command {
	return &cobra.Command{
		Use:   "model-package FILE",
		Short: "Print an approved model package as the configuration of a model on KServe",
		Long: `Reads what "aws sagemaker describe-model-package" says, and prints the key package of serving.models.<name>: the image by its digest, the files and the
variables. A package that is not approved, or that KServe cannot serve, is refused. FILE may be - for standard input.`,
		Example: `  aws sagemaker describe-model-package --model-package-name ARN | go run . import model-package -`,
		Args:    oneFile,
		RunE: func(command *cobra.Command, args []string) error {
			text, err := definitionOf(command, args[0], "any")
			if err != nil {
				return err
			}
			made, err := packageOf(text)
			if err != nil {
				return mistake{fmt.Errorf("%s: %w", args[0], err)}
			}
			_, err = command.OutOrStdout().Write(made)
			return err
		},
	}
}

// describedPackage is what SageMaker says of a model package.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html
type describedPackage struct {
	ModelPackageArn, ModelPackageStatus, ModelApprovalStatus string

	InferenceSpecification struct {
		Containers []struct {
			Image, ImageDigest, ModelDataUrl string
			Environment                      map[string]string
			ModelDataSource                  struct {
				S3DataSource struct{ S3Uri string }
			}
		}
	}
}

// packageOf is the package as the configuration has it.
func packageOf(described []byte) ([]byte, error) {
	var p describedPackage
	if err := json.Unmarshal(described, &p); err != nil {
		return nil, fmt.Errorf("is no JSON: %w; give the answer of aws sagemaker describe-model-package", err)
	}
	if p.ModelPackageArn == "" {
		return nil, errors.New("has no ModelPackageArn; give the answer of aws sagemaker describe-model-package")
	}
	var problems problem.List
	if p.ModelApprovalStatus != "Approved" {
		problems.Addf("ModelApprovalStatus", "is %q; only an approved package is served, so approve it first", p.ModelApprovalStatus)
	}
	if p.ModelPackageStatus != "Completed" {
		problems.Addf("ModelPackageStatus", "is %q; wait until it is Completed, or register the model again", p.ModelPackageStatus)
	}
	const at = "InferenceSpecification.Containers"
	if n := len(p.InferenceSpecification.Containers); n != 1 {
		problems.Addf(at, "are %d; KServe serves one, so use an endpoint of SageMaker for an inference pipeline", n)
		return nil, problems.Err()
	}
	container := p.InferenceSpecification.Containers[0]
	image, _, byDigest := strings.Cut(container.Image, "@")
	digest := container.ImageDigest
	if byDigest {
		digest = strings.TrimPrefix(container.Image, image+"@")
	}
	if digest == "" {
		problems.Addf(at+"[0].ImageDigest", "is missing, and %s names no digest; register the package with an image by its digest", container.Image)
	}
	// A tag stands after the last slash: a port does before it.
	if slash := strings.LastIndex(image, "/"); strings.Contains(image[slash+1:], ":") {
		image = image[:strings.LastIndex(image, ":")]
	}
	data := container.ModelDataUrl
	if data == "" {
		data = container.ModelDataSource.S3DataSource.S3Uri
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	type fields struct {
		ARN         string            `yaml:"arn"`
		Image       string            `yaml:"image"`
		Data        string            `yaml:"data,omitempty"`
		Environment map[string]string `yaml:"environment,omitempty"`
	}
	return yaml.Marshal(struct {
		Package fields `yaml:"package"`
	}{fields{p.ModelPackageArn, image + "@" + strings.ToLower(digest), data, container.Environment}})
}
