package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/attestation"
)

const signedTraining = "storage: {}\ntraining: { image: { digest: \"sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\" }, metric: { threshold: 0.5 } }\n"

func TestImageTrust(t *testing.T) {
	require.Nil(t, small(nil).must(t).TrustedImages())
	require.Nil(t, small(files{"platform.yaml": smallPlatform + "  imageTrust: { enabled: false }\n"}).must(t).TrustedImages())
	p := small(files{
		"platform.yaml":         smallPlatform + "  imageTrust: { failOn: medium, exceptions: [{ id: CVE-2026-1, image: training-image, until: \"2026-12-31\", reason: not reachable }] }\n",
		"environments/dev.yaml": smallDev + signedTraining,
	}).must(t)
	require.Equal(t, &attestation.Trust{
		KeyARN: "arn:aws:kms:us-west-2:111111111111:alias/wine-operations-images", Bucket: "wine-operations-artifacts-111111111111-us-west-2", Region: "us-west-2",
		Builder: "https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/main", FailOn: attestation.Medium,
		Exceptions: []attestation.Exception{{ID: "CVE-2026-1", Image: "training-image", Until: "2026-12-31"}},
	}, p.TrustedImages())
	require.NoError(t, p.TrustedImages().Validate())
	require.Equal(t, map[string]string{"training": "wine-operations/training-image@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}, p.Environment("dev").Images())
}

// Whatever runs an image of operations is checked.
func TestImagesOfContainers(t *testing.T) {
	digest := func(letter string) string { return "sha256:" + strings.Repeat(letter, 64) }
	image := func(letter string) string { return `{ repository: training-image, digest: "` + digest(letter) + `" }` }
	const secret = `{ arn: "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/prefect" }`
	p := small(files{"environments/dev.yaml": smallDev + `storage: {}
network: { cidr: 10.10.0.0/16, nat: single }
loadBalancer: { hostedZoneId: Z0123456789ABCDEFGHIJ, names: ["*.example.com"] }
services: { api: { image: ` + image("a") + `, port: 8000 } }
mlflow: { server: ecs, ecs: { image: ` + image("b") + `, host: mlflow.example.com, authentication: none } }
workers: { server: { image: ` + image("c") + `, host: prefect.example.com }, authString: ` + secret + `, pools: { flows: { image: ` + image("d") + ` } } }
`}).must(t)
	want := map[string]string{}
	for section, letter := range map[string]string{"services.api": "a", "mlflow.ecs": "b", "workers.server": "c", "workers.pools.flows": "d"} {
		want[section] = "wine-operations/training-image@" + digest(letter)
	}
	require.Equal(t, want, p.Environment("dev").Images())
}

func TestImageTrustProblems(t *testing.T) {
	for name, each := range map[string]struct {
		files files
		want  string
	}{
		"values": {files{"platform.yaml": smallPlatform + `  imageTrust:
    failOn: huge
    exceptions:
      - { id: x, image: training, until: "2026-02-30", reason: " " }
      - { id: CVE-2026-1, until: "2026-12-31", reason: a }
      - { id: CVE-2026-1, until: "2027-12-31", reason: b }
`},
			`platform.yaml:7:13: operations.imageTrust.failOn: "huge" is not allowed; use critical, high, medium, low or none (did you mean high?)
platform.yaml:9:15: operations.imageTrust.exceptions[0].id: "x" is no id of a finding; write it as the scan does, such as CVE-2026-12345
platform.yaml:9:25: operations.imageTrust.exceptions[0].image: "training" is no image of operations; use lambda-image or training-image, or remove it for all
platform.yaml:9:42: operations.imageTrust.exceptions[0].until: "2026-02-30" is no day; write it like "2026-12-31"
platform.yaml:9:64: operations.imageTrust.exceptions[0].reason: says nothing; say why the finding may pass, for whoever reads it when it ends
platform.yaml:11:9: operations.imageTrust.exceptions[2]: is about the same finding and image as operations.imageTrust.exceptions[1]; keep one of them`},
		"nobody signs": {files{"platform.yaml": smallPlatform + "  github: { enabled: false }\n  imageTrust: {}\n"},
			"platform.yaml:7:15: operations.imageTrust: needs GitHub, whose workflow builds the images and signs them; remove it, or operations.github.enabled"},
		"nothing to sign": {files{"platform.yaml": smallPlatform + "  images: []\n  imageTrust: {}\n"},
			"platform.yaml:7:15: operations.imageTrust: has no images to sign; remove it, or name some in operations.images"},
		"a tag": {files{"platform.yaml": smallPlatform + "  imageTrust: {}\n", "environments/dev.yaml": smallDev + strings.Replace(signedTraining, `digest: "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"`, "tag: 4f2a9c1", 1)},
			`environments/dev.yaml:4:27: training.image.tag: "4f2a9c1" names an image whose signatures operations.imageTrust cannot check; write digest: in its place; the workflow images tells it, and so does aws ecr describe-images`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := small(each.files).load()
			require.EqualError(t, err, each.want)
		})
	}
}
