// Package lockfile keeps the checksums of Terraform's providers: in one file at the top of the repository, which is committed, and from
// there beside each stack, with the providers of that stack alone. Terraform accepts no other providers then, and with
// -lockfile=readonly neither more nor fewer.
//
// Reference: https://developer.hashicorp.com/terraform/language/files/dependency-lock
package lockfile

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Name of the file, at the top of the repository and beside each stack.
const Name = ".terraform.lock.hcl"

// How to make the file current.
const remedy = "run: go run . lock"

// head is how Terraform begins the file.
const head = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.
`

// A Provider is what the file knows of one.
type Provider struct {
	// Version that is locked.
	Version string
	// Block of the file, with the checksums.
	Block string
}

// Required are the versions of providers by their whole addresses, such as registry.terraform.io/hashicorp/aws.
type Required map[string]string

var (
	blockPattern   = lazyregexp.New(`(?ms)^provider "([^"]+)" \{\n(.*?)^\}\n`)
	versionPattern = lazyregexp.New(`(?m)^  version\s+= "([^"]+)"$`)
)

// Parse reads the file as Terraform writes it.
func Parse(text string) (map[string]Provider, error) {
	locked := map[string]Provider{}
	rest := blockPattern.ReplaceAllStringFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(block string) string {
		parts := blockPattern.FindStringSubmatch(block)
		if version := versionPattern.FindStringSubmatch(parts[2]); version != nil {
			locked[parts[1]] = Provider{Version: version[1], Block: block}
			return ""
		}
		return block
	})
	for _, line := range strings.Split(rest, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return nil, fmt.Errorf("%s: %q is nothing that Terraform writes; restore the file, or remove it and %s", Name, line, remedy)
		}
	}
	return locked, nil
}

// Of reads which providers a stack needs from its Terraform JSON.
func Of(stack []byte) (Required, error) {
	var of struct {
		Terraform struct {
			Providers map[string]struct{ Source, Version string } `json:"required_providers"`
		}
	}
	if err := json.Unmarshal(stack, &of); err != nil {
		return nil, err
	}
	required := Required{}
	for _, each := range of.Terraform.Providers {
		required[address(each.Source)] = each.Version
	}
	return required, nil
}

// address is the whole address of a provider's source.
func address(source string) string {
	switch strings.Count(source, "/") {
	case 0:
		return "registry.terraform.io/hashicorp/" + source
	case 1:
		return "registry.terraform.io/" + source
	}
	return source
}

// All are the providers that the stacks in the output folder need together.
func All(folder string) (Required, error) {
	all := Required{}
	err := each(folder, func(_ string, required Required) error {
		maps.Copy(all, required)
		return nil
	})
	return all, err
}

// Beside puts the file that is in the repository beside each stack in the output folder. Where there is none, nothing is done. All that
// the file lacks is told.
func Beside(repository, folder string) error {
	text, err := os.ReadFile(filepath.Join(repository, Name))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	locked, err := Parse(string(text))
	if err != nil {
		return err
	}
	var problems problem.List
	told := map[string]bool{}
	err = each(folder, func(stack string, required Required) error {
		out := head
		for _, name := range slices.Sorted(maps.Keys(required)) {
			found, known := locked[name]
			want := required[name]
			switch {
			case told[name]:
			case !known:
				told[name] = true
				problems.Addf(Name, "has no checksums of %s %s, which %s needs; %s", name, want, filepath.Base(stack), remedy)
			case found.Version != strings.TrimPrefix(want, "= "):
				told[name] = true
				problems.Addf(Name, "has checksums of %s %s, and %s needs %s; %s", name, found.Version, filepath.Base(stack), want, remedy)
			}
			out += "\n" + found.Block
		}
		return os.WriteFile(filepath.Join(stack, Name), []byte(out), 0o644)
	})
	if err != nil {
		return err
	}
	return problems.Err()
}

// each does something for each stack in the output folder.
func each(folder string, do func(stack string, required Required) error) error {
	files, err := filepath.Glob(filepath.Join(folder, "stacks", "*", output.StackFile))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		required, err := Of(text)
		if err == nil {
			err = do(filepath.Dir(file), required)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(filepath.Dir(file)), err)
		}
	}
	return nil
}
