package lockfile_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/lockfile"
)

// committed is a file as Terraform 1.11 writes it.
const committed = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.99.1"
  constraints = "5.99.1"
  hashes = [
    "h1:Cy6L4Z1P/fTN8neGMHRHd2WTZXz0FoIn/NNy5hv1FG8=",
    "zh:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
  ]
}

provider "registry.terraform.io/hashicorp/helm" {
  version     = "3.1.0"
  constraints = "3.1.0"
  hashes = [
    "h1:Hx6L4Z1P/fTN8neGMHRHd2WTZXz0FoIn/NNy5hv1FG8=",
  ]
}
`

const (
	aws  = `"aws": {"source": "registry.terraform.io/hashicorp/aws", "version": "5.99.1"}`
	helm = `"helm": {"source": "hashicorp/helm", "version": "3.1.0"}`
)

func stack(providers ...string) string {
	return `{"terraform": {"required_providers": {` + strings.Join(providers, ", ") + `}}}`
}

// synthesised writes stacks, and the repository's file if there is one.
func synthesised(t *testing.T, lock string, stacks map[string]string) (repository, folder string) {
	t.Helper()
	repository = t.TempDir()
	folder = filepath.Join(repository, "cdktf.out")
	for name, text := range stacks {
		dir := filepath.Join(folder, "stacks", name)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "cdk.tf.json"), []byte(text), 0o644))
	}
	if lock != "" {
		require.NoError(t, os.WriteFile(filepath.Join(repository, lockfile.Name), []byte(lock), 0o644))
	}
	return repository, folder
}

func TestBesideEachStackAreItsProvidersAlone(t *testing.T) {
	repository, folder := synthesised(t, committed, map[string]string{"dev": stack(aws), "dev-serving": stack(aws, helm)})
	require.NoError(t, lockfile.Beside(repository, folder))
	both, err := os.ReadFile(filepath.Join(folder, "stacks", "dev-serving", lockfile.Name))
	require.NoError(t, err)
	require.Equal(t, committed, string(both))
	one, err := os.ReadFile(filepath.Join(folder, "stacks", "dev", lockfile.Name))
	require.NoError(t, err)
	require.Equal(t, committed[:strings.Index(committed, "\nprovider \"registry.terraform.io/hashicorp/helm")], string(one))
}

func TestNothingIsDoneWithoutAFile(t *testing.T) {
	repository, folder := synthesised(t, "", map[string]string{"dev": stack(aws)})
	require.NoError(t, lockfile.Beside(repository, folder))
	require.NoFileExists(t, filepath.Join(folder, "stacks", "dev", lockfile.Name))
}

func TestProblems(t *testing.T) {
	repository, folder := synthesised(t, strings.ReplaceAll(strings.Split(committed, "\nprovider \"registry.terraform.io/hashicorp/helm")[0], "5.99.1", "5.98.0"),
		map[string]string{"dev": stack(aws), "dev-serving": stack(aws, helm), "prod": stack(aws)})
	require.EqualError(t, lockfile.Beside(repository, folder), `.terraform.lock.hcl: has checksums of registry.terraform.io/hashicorp/aws 5.98.0, and dev needs 5.99.1; run: go run . lock
.terraform.lock.hcl: has no checksums of registry.terraform.io/hashicorp/helm 3.1.0, which dev-serving needs; run: go run . lock`)
	for _, text := range []string{"<<<<<<< HEAD\n" + committed, committed + "provider \"x\" {\n}\n"} {
		repository, folder = synthesised(t, text, map[string]string{"dev": stack(aws)})
		require.ErrorContains(t, lockfile.Beside(repository, folder), "is nothing that Terraform writes; restore the file, or remove it and run: go run . lock")
	}
}

// TestTerraform: the real one writes the file from a mirror, init -lockfile=readonly accepts what comes to stand beside a stack, and
// refuses more and other providers.
func TestTerraform(t *testing.T) {
	mirror := os.Getenv("AWS_PROVIDER_MIRROR_TFRC")
	if _, err := exec.LookPath("terraform"); err != nil || mirror == "" || testing.Short() {
		t.Skip("what Terraform makes of the file is not tried; run the tests without -short, with Terraform 1.11 (https://developer.hashicorp.com/terraform/install) and AWS_PROVIDER_MIRROR_TFRC, " +
			"a CLI configuration beside the folder mirror/ that terraform providers mirror filled")
	}
	folder := filepath.Join(filepath.Dir(mirror), "mirror")
	required, err := lockfile.Of([]byte(stack(aws)))
	require.NoError(t, err)
	text, err := lockfile.Make(context.Background(), required, []string{"linux_amd64"}, "", "-fs-mirror="+folder)
	require.NoError(t, err)
	locked, err := lockfile.Parse(text)
	require.NoError(t, err)
	require.Equal(t, "5.99.1", locked["registry.terraform.io/hashicorp/aws"].Version)
	require.Contains(t, text, `"h1:`)
	again, err := lockfile.Make(context.Background(), required, []string{"linux_amd64"}, text, "-fs-mirror="+folder)
	require.NoError(t, err)
	require.Equal(t, text, again)

	repository, output := synthesised(t, text+strings.Replace(text[strings.Index(text, "\nprovider"):], "hashicorp/aws", "hashicorp/helm", 1), map[string]string{"dev": stack(aws)})
	require.NoError(t, lockfile.Beside(repository, output))
	dev := filepath.Join(output, "stacks", "dev")
	initialise := func() (string, error) {
		command := exec.Command("terraform", "init", "-no-color", "-input=false", "-backend=false", "-lockfile=readonly")
		command.Dir, command.Env = dev, append(os.Environ(), "TF_CLI_CONFIG_FILE="+mirror, "CHECKPOINT_DISABLE=1")
		out, err := command.CombinedOutput()
		return string(out), err
	}
	out, err := initialise()
	require.NoError(t, err, out)
	// The whole file of the repository would be refused.
	whole, err := os.ReadFile(filepath.Join(repository, lockfile.Name))
	require.NoError(t, err)
	beside := filepath.Join(dev, lockfile.Name)
	require.NoError(t, os.WriteFile(beside, whole, 0o644))
	out, err = initialise()
	require.Error(t, err)
	require.Contains(t, out, "Provider dependency changes detected")
	// So is a provider whose checksum is another one.
	at := strings.Index(text, `"h1:`) + 4
	require.NoError(t, os.WriteFile(beside, []byte(text[:at]+"AAAA"+text[at+4:]), 0o644))
	out, err = initialise()
	require.Error(t, err)
	require.Contains(t, out, "checksum")
}

func TestMakeSaysWhatIsMissing(t *testing.T) {
	required, err := lockfile.Of([]byte(stack(aws)))
	require.NoError(t, err)
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	_, err = lockfile.Make(context.Background(), required, lockfile.Platforms(), "")
	require.EqualError(t, err, "terraform is not on PATH; install Terraform 1.11 or later, https://developer.hashicorp.com/terraform/install")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "terraform"), []byte("#!/bin/sh\necho \"$*\"\nexit 1\n"), 0o755))
	_, err = lockfile.Make(context.Background(), required, lockfile.Platforms(), "")
	require.EqualError(t, err, `terraform providers lock: exit status 1
providers lock -no-color -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64 -platform=windows_amd64
Terraform needs the registry of the providers, or a mirror: go run . lock --mirror FOLDER`)
}
