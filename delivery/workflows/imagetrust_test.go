package workflows_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/attestation"
)

const (
	signedImage, signedDigest = "wine-operations/training-image", "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	imageBuilder              = "https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/main"
)

// An account is a key of KMS, a bucket and ECR's findings, behind a stand-in of the AWS CLI.
type account struct {
	t        *testing.T
	dir      string
	trust    config.ImageTrust
	platform *config.Platform
}

func newAccount(t *testing.T, trust config.ImageTrust) *account {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("images are not signed and no signature is verified: there is no openssl; apt-get install openssl")
	}
	bin, err := filepath.Abs("testdata/bin")
	require.NoError(t, err)
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	a := &account{t: t, dir: t.TempDir(), trust: trust, platform: load(t, configurations["wine"])}
	a.platform.Operations.ImageTrust = &a.trust
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	a.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	a.write("status", "COMPLETE\n")
	a.findings("HIGH CVE-2026-1", "LOW CVE-2026-2")
	return a
}

func (a *account) write(name, text string) {
	a.t.Helper()
	require.NoError(a.t, os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o644))
}

// findings are what basic scanning found.
func (a *account) findings(all ...string) {
	a.t.Helper()
	found := []map[string]string{}
	for _, each := range all {
		severity, name, _ := strings.Cut(each, " ")
		found = append(found, map[string]string{"name": name, "severity": severity})
	}
	text, err := json.Marshal(map[string]any{"imageScanFindings": map[string]any{"imageScanCompletedAt": "2026-11-30T01:00:00Z", "findings": found}})
	require.NoError(a.t, err)
	a.write("findings", string(text))
}

// run runs a step of the generated workflows as the configuration now has it, with what its variables say, and others in their place.
func (a *account) run(file, job, name, temp string, others map[string]string) result {
	a.t.Helper()
	for _, s := range parsed(a.t, generate(a.t, a.platform))[file].Jobs[job].Steps {
		if s.Name != name {
			continue
		}
		m := newMachine(a.t, answer{Call: "^docker (login|logout|pull|save)"})
		m.tools = slices.DeleteFunc(m.tools, func(tool string) bool { return tool == "aws" || tool == "go" })
		m.temp, m.env["RUNNER_TEMP"] = temp, temp
		m.write("stacks/dev/cdk.tf.json", `{"output": {"image_digests": {"value": {"training": "`+signedImage+"@"+signedDigest+`", "automation": "`+signedImage+"@"+signedDigest+`"}}}}`)
		for key, value := range map[string]string{
			"ACCOUNT": a.dir, "PAUSE": "0", "IMAGE": "training-image", "REPOSITORY": signedImage, "REGISTRY": "111111111111.dkr.ecr.us-west-2.amazonaws.com",
			"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c",
		} {
			m.env[key] = value
		}
		variables := map[string]string{}
		for key, value := range s.Env {
			variables[key] = strings.NewReplacer("${{ steps.push.outputs.digest }}", signedDigest, "${{ steps.push.outputs.new }}", "true", "${{ inputs.stack }}", "dev").Replace(value)
		}
		maps.Copy(variables, others)
		return m.run(s, variables)
	}
	a.t.Fatalf("%s/%s has no step %q", file, job, name)
	return result{}
}

// attest does what the workflow images does with an image that it pushed.
func (a *account) attest(others map[string]string) {
	a.t.Helper()
	temp := a.t.TempDir()
	for _, step := range []string{"Scan", "List what is in it", "Sign"} {
		with := map[string]string{}
		if step == "Sign" {
			with = others
		}
		r := a.run("images", "image-training-image", step, temp, with)
		require.Zero(a.t, r.code, "%s: %s", step, r.out)
	}
}

func (a *account) verify() result {
	a.t.Helper()
	return a.run("stack", "plan", "Are the images those that were built here", a.t.TempDir(), nil)
}

func (a *account) kept(name string) string {
	return filepath.Join(a.dir, a.platform.TrustedImages().Bucket, "attestations", signedImage, signedDigest, name+".json")
}

func TestImagesAreSignedWhereTheyAreBuilt(t *testing.T) {
	a := newAccount(t, config.ImageTrust{Enabled: true, FailOn: attestation.High, Exceptions: []config.ImageException{{ID: "CVE-2026-1", Image: "training-image", Until: "9999-12-31"}}})
	a.attest(nil)
	syft, err := os.ReadFile(filepath.Join(a.dir, "syft"))
	require.NoError(t, err)
	require.Contains(t, string(syft), "run github.com/anchore/syft/cmd/syft@v1.57.1 scan docker-archive:")
	var envelope struct {
		PayloadType, Payload string
		Signatures           []struct{ KeyID, Sig string }
	}
	text, err := os.ReadFile(a.kept("provenance"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &envelope))
	require.Equal(t, "application/vnd.in-toto+json", envelope.PayloadType)
	payload, err := base64.StdEncoding.DecodeString(envelope.Payload)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
		"subject": [{"name": "111111111111.dkr.ecr.us-west-2.amazonaws.com/`+signedImage+`", "digest": {"sha256": "`+strings.TrimPrefix(signedDigest, "sha256:")+`"}}],
		"predicate": {
			"buildDefinition": {
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": {"workflow": {"ref": "refs/heads/main", "repository": "https://github.com/acme/wine-ml", "path": ".github/workflows/images.yml"}},
				"resolvedDependencies": [{"uri": "git+https://github.com/acme/wine-ml@refs/heads/main", "digest": {"gitCommit": "`+sha+`"}}]
			},
			"runDetails": {"builder": {"id": "`+imageBuilder+`"}, "metadata": {"invocationId": "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}"}}
		}
	}`, string(payload))
	r := a.verify()
	require.Zero(t, r.code, r.out)
	require.Equal(t, signedImage+"@"+signedDigest+" is what "+imageBuilder+" built.\n", r.out)
}

func TestImagesThatAreRefused(t *testing.T) {
	const image = signedImage + "@" + signedDigest
	trust := func() config.ImageTrust {
		return config.ImageTrust{Enabled: true, FailOn: attestation.High, Exceptions: []config.ImageException{{ID: "CVE-2026-1", Until: "9999-12-31"}}}
	}
	signed := newAccount(t, trust())
	signed.attest(nil)
	for name, each := range map[string]struct {
		spoil func(a *account)
		want  string
	}{
		"never signed": {func(a *account) { require.NoError(a.t, os.RemoveAll(filepath.Dir(a.kept("x")))) },
			image + " has no attestation provenance. Only images that " + imageBuilder + " built may be deployed; run the workflow images"},
		"without a list": {func(a *account) { require.NoError(a.t, os.Remove(a.kept("sbom"))) }, image + " has no attestation sbom. "},
		"changed": {func(a *account) {
			text, err := os.ReadFile(a.kept("vulnerabilities"))
			require.NoError(a.t, err)
			var envelope map[string]any
			require.NoError(a.t, json.Unmarshal(text, &envelope))
			payload, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
			require.NoError(a.t, err)
			envelope["payload"] = base64.StdEncoding.EncodeToString([]byte(strings.Replace(string(payload), "HIGH", "LOW", 1)))
			text, err = json.Marshal(envelope)
			require.NoError(a.t, err)
			require.NoError(a.t, os.WriteFile(a.kept("vulnerabilities"), text, 0o644))
		}, "the attestation vulnerabilities of " + image + " is not signed by arn:aws:kms:us-west-2:111111111111:alias/wine-operations-images"},
		"of something else": {func(a *account) {
			text, err := os.ReadFile(a.kept("provenance"))
			require.NoError(a.t, err)
			require.NoError(a.t, os.WriteFile(a.kept("sbom"), text, 0o644))
		}, "the attestation sbom of " + image + " is about something else"},
		"by another key": {func(a *account) {
			other := newAccount(a.t, a.trust)
			key, err := os.ReadFile(filepath.Join(other.dir, "key.pem"))
			require.NoError(a.t, err)
			a.write("key.pem", string(key))
		}, "the attestation provenance of " + image + " is not signed by "},
		"built elsewhere": {func(a *account) {
			a.attest(map[string]string{"BUILDER": "https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/feature"})
		}, image + " was built by https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/feature and not by " + imageBuilder},
		"exception ended": {func(a *account) { a.trust.Exceptions[0].Until = "2026-01-31" },
			signedImage + ": CVE-2026-1, HIGH, whose exception ended on 2026-01-31"},
		"exception of another image": {func(a *account) { a.trust.Exceptions[0].Image = "lambda-image" }, signedImage + ": CVE-2026-1, HIGH\n"},
		"stricter now":               {func(a *account) { a.trust.FailOn = attestation.Low }, signedImage + ": CVE-2026-2, LOW\n"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, trust())
			require.NoError(t, os.RemoveAll(a.dir))
			require.NoError(t, os.CopyFS(a.dir, os.DirFS(signed.dir)))
			each.spoil(a)
			r := a.verify()
			require.Equal(t, 1, r.code, r.out)
			require.Contains(t, r.out, each.want)
		})
	}
}

func TestImageScan(t *testing.T) {
	scan := func(a *account) result {
		return a.run("images", "image-training-image", "Scan", t.TempDir(), nil)
	}
	a := newAccount(t, config.ImageTrust{Enabled: true, FailOn: attestation.Critical})
	require.Zero(t, scan(a).code, "HIGH is less")
	a.findings("CRITICAL CVE-2026-3", "CRITICAL CVE-2026-3", "UNDEFINED CVE-2026-4", "HIGH CVE-2026-5")
	r := scan(a)
	require.Equal(t, 1, r.code)
	require.Equal(t, "training-image: CVE-2026-3, CRITICAL\ntraining-image: CVE-2026-4, UNDEFINED\n::error::training-image is not signed, so that no environment can deploy it: build it without these, or write exceptions with an end into operations.imageTrust\n", r.out)
	a.trust.FailOn = attestation.None
	require.Zero(t, scan(a).code)

	// Inspector tells it in another way, and goes on scanning.
	a.trust.FailOn = attestation.High
	a.write("status", "ACTIVE\n")
	a.write("findings", `{"imageScanFindings": {"enhancedFindings": [
		{"status": "ACTIVE", "severity": "HIGH", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-6"}},
		{"status": "SUPPRESSED", "severity": "CRITICAL", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-7"}}]}}`)
	r = scan(a)
	require.Equal(t, 1, r.code)
	require.True(t, strings.HasPrefix(r.out, "training-image: CVE-2026-6, HIGH\n::error::"), r.out)

	a.write("status", "FAILED\n")
	r = scan(a)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.out, "::error::ECR has not scanned "+signedImage+"@"+signedDigest+": FAILED. It is not signed, so that no environment can deploy it; run this again\n")
}

// TestWithoutImageTrust: nothing of it is there.
func TestWithoutImageTrust(t *testing.T) {
	for name, content := range generate(t, load(t, configurations["wine"])) {
		require.NotContains(t, string(content), "attestations/", name)
	}
}
