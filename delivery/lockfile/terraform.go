package lockfile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Platforms are those on which CI and people run Terraform.
func Platforms() []string {
	return []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"}
}

// ErrNoTerraform says that Terraform is not installed.
var ErrNoTerraform = errors.New("terraform is not on PATH; install Terraform 1.11 or later, https://developer.hashicorp.com/terraform/install")

// Make asks Terraform for the checksums of the providers on these platforms, with what the text of an earlier file has of them. More
// arguments, such as -fs-mirror=DIR, are for terraform providers lock.
// https://developer.hashicorp.com/terraform/cli/commands/providers/lock
func Make(ctx context.Context, required Required, platforms []string, earlier string, more ...string) (string, error) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		return "", ErrNoTerraform
	}
	dir, err := os.MkdirTemp("", "mlplatform-lock-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	providers := map[string]map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(required)) {
		providers[fmt.Sprintf("p%d", i)] = map[string]string{"source": name, "version": required[name]}
	}
	root, err := json.Marshal(map[string]any{"terraform": map[string]any{"required_providers": providers}})
	if err != nil {
		return "", err
	}
	for name, text := range map[string]string{"main.tf.json": string(root), Name: earlier} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	args := append([]string{"providers", "lock", "-no-color"}, more...)
	for _, each := range platforms {
		args = append(args, "-platform="+each)
	}
	var said bytes.Buffer
	command := exec.CommandContext(ctx, terraform, args...)
	command.Dir, command.Stdout, command.Stderr = dir, &said, &said
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("terraform providers lock: %w\n%s\nTerraform needs the registry of the providers, or a mirror: go run . lock --mirror FOLDER", err, strings.TrimSpace(said.String()))
	}
	text, err := os.ReadFile(filepath.Join(dir, Name))
	return string(text), err
}
