package platform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImportModelPackage(t *testing.T) {
	const approved = `{"ModelPackageArn": "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7", "ModelPackageStatus": "Completed", "ModelApprovalStatus": "Approved",
"InferenceSpecification": {"Containers": [{"Image": "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.4-2", "ImageDigest": "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
"ModelDataUrl": "s3://wine-dev-models-222222222222-us-west-2/training/7/output/model.tar.gz", "Environment": {"SAGEMAKER_PROGRAM": "inference.py"}}]}}`
	run := func(described string) (string, string) {
		file := filepath.Join(t.TempDir(), "package.json")
		require.NoError(t, os.WriteFile(file, []byte(described), 0o600))
		var out, problems strings.Builder
		Run([]string{"import", "model-package", file}, &out, &problems)
		return out.String(), strings.ReplaceAll(problems.String(), file, "package.json")
	}
	out, problems := run(approved)
	require.Empty(t, problems)
	const want = `package:
    arn: arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7
    image: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    data: s3://wine-dev-models-222222222222-us-west-2/training/7/output/model.tar.gz
    environment:
        SAGEMAKER_PROGRAM: inference.py
`
	require.Equal(t, want, out)
	// The same, said otherwise: a registry with a port, the digest in the name, the files by their source.
	out, problems = run(strings.NewReplacer(`west-2.amazonaws.com/sagemaker-scikit-learn:1.4-2"`, `west-2.amazonaws.com:443/sagemaker-scikit-learn@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"`, `"ImageDigest": `, `"Other": `,
		`"ModelDataUrl": "s3://wine-dev-models-222222222222-us-west-2/training/7/output/model.tar.gz"`, `"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://wine-dev-models-222222222222-us-west-2/training/7/output/"}}`).Replace(approved))
	require.Empty(t, problems)
	require.Equal(t, strings.NewReplacer("amazonaws.com/", "amazonaws.com:443/", "output/model.tar.gz", "output/").Replace(want), out)

	for name, each := range map[string]struct{ old, new, want string }{
		"pending":        {`"Approved"`, `"PendingManualApproval"`, `ModelApprovalStatus: is "PendingManualApproval"; only an approved package is served, so approve it first`},
		"failed":         {`"Completed"`, `"Failed"`, `ModelPackageStatus: is "Failed"; wait until it is Completed, or register the model again`},
		"no digest":      {`"ImageDigest": `, `"Other": `, "InferenceSpecification.Containers[0].ImageDigest: is missing, and 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.4-2 names no digest; register the package with an image by its digest"},
		"two containers": {`"Containers": [`, `"Containers": [{}, `, "InferenceSpecification.Containers: are 2; KServe serves one, so use an endpoint of SageMaker for an inference pipeline"},
		"another answer": {`"ModelPackageArn"`, `"ModelArn"`, "has no ModelPackageArn; give the answer of aws sagemaker describe-model-package"},
		"no JSON":        {`{"ModelPackageArn"`, `"ModelPackageArn"`, "is no JSON: invalid character ':' after top-level value; give the answer of aws sagemaker describe-model-package"},
	} {
		out, problems := run(strings.Replace(approved, each.old, each.new, 1))
		require.Empty(t, out, name)
		require.Equal(t, "package.json: "+each.want+"\n", problems, name)
	}
}
