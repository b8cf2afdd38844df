package attestation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

func trust() attestation.Trust {
	return attestation.Trust{
		KeyARN: "arn:aws:kms:us-west-2:111111111111:alias/wine-images", Bucket: "wine-artifacts", Region: "us-west-2", FailOn: attestation.High,
		Builder: "https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/main",
	}
}

func TestValidate(t *testing.T) {
	require.NoError(t, trust().Validate())
	require.EqualError(t, attestation.Trust{KeyARN: "alias/wine", Bucket: "a b", FailOn: "huge"}.Validate(),
		`keyARN: "alias/wine" is no ARN of an alias; write it like arn:aws:kms:us-west-2:123456789012:alias/name
bucket: "a b" is missing or has a character that it cannot have
region: "" is missing or has a character that it cannot have
builder: "" is missing or has a character that it cannot have
failOn: "huge" is no severity; use critical, high, medium, low, none`)
}

// TestScripts: bash reads them. What they do is tried where they are used, in the workflows.
func TestScripts(t *testing.T) {
	for _, script := range []string{attestation.Helpers(), attestation.VerifyScript()} {
		shellcheck.Parse(t, "script", script)
	}
	require.True(t, strings.HasPrefix(attestation.VerifyScript(), attestation.Helpers()))
}

func ExampleTrust_ExceptionsJSON() {
	of := trust()
	fmt.Println(of.ExceptionsJSON())
	of.Exceptions = []attestation.Exception{{ID: "CVE-2026-12345", Image: "training-image", Until: "2026-12-31"}, {ID: "CVE-2026-6", Until: "2026-12-31"}}
	fmt.Println(of.ExceptionsJSON())
	// Output:
	// []
	// [{"id":"CVE-2026-12345","image":"training-image","until":"2026-12-31"},{"id":"CVE-2026-6","until":"2026-12-31"}]
}
