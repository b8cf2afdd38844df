// Package snapshots renders synthesised stacks for people who review them: the stacks with policies written out, the
// definitions and drawings of their pipelines and state machines, and a list of all addresses. A repository keeps them, so
// that a pull request shows what it changes.
package snapshots

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/readable"
)

// Folder is where a repository keeps its snapshots.
const Folder = "__snapshots__"

// Addresses is the file with the Terraform addresses of all stacks, a line for each: the stack, a space, the address.
const Addresses = "addresses.txt"

// Of renders the stacks of an output folder. The drawings, in Mermaid, are by the names of their stack and of the drawing.
// The result is by path in Folder, with slashes.
func Of(folder string, drawings map[[2]string]string) (map[string][]byte, error) {
	stacks, err := output.Read(folder)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var addresses strings.Builder
	for _, stack := range stacks {
		text, err := os.ReadFile(filepath.Join(folder, "stacks", stack.Name, output.StackFile))
		if err != nil {
			return nil, err
		}
		if files[stack.Name+".json"], err = readable.JSON(text); err != nil {
			return nil, fmt.Errorf("stack %s: %w", stack.Name, err)
		}
		for _, name := range output.Folders() {
			if err := beside(files, folder, stack.Name, name); err != nil {
				return nil, err
			}
		}
		for _, address := range slices.Sorted(maps.Keys(stack.Resources)) {
			addresses.WriteString(stack.Name + " " + address + "\n")
			name, document, err := definition(stack.Name, address, stack.Resources[address])
			if err != nil {
				return nil, fmt.Errorf("stack %s: %s: %w", stack.Name, address, err)
			}
			if name != "" {
				files[stack.Name+"/"+name+".json"] = document
			}
		}
	}
	files[Addresses] = []byte(addresses.String())
	for of, mermaid := range drawings {
		files[of[0]+"/"+of[1]+".mmd"] = []byte(mermaid)
	}
	return files, nil
}

// beside is what is made for a stack in a folder beside its file, such as what it installs in a cluster.
func beside(files map[string][]byte, folder, stack, name string) error {
	from := filepath.Join(folder, "stacks", stack)
	return filepath.WalkDir(filepath.Join(from, name), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		files[stack+"/"+filepath.ToSlash(relative)], err = os.ReadFile(path)
		return err
	})
}

// definition is what a resource hands to AWS to interpret, under its name in the environment. Other resources have none.
func definition(stack, address string, body []byte) (name string, document []byte, err error) {
	var resource struct {
		Pipeline           string `json:"pipeline_name"`
		PipelineDefinition string `json:"pipeline_definition"`
		Name               string `json:"name"` // of all others
		MachineDefinition  string `json:"definition"`
		Document           string `json:"body"`
	}
	kind, _, _ := strings.Cut(address, ".")
	if !slices.Contains([]string{"aws_sagemaker_pipeline", "aws_sfn_state_machine", "aws_api_gateway_rest_api"}, kind) {
		return "", nil, nil
	}
	if err := json.Unmarshal(body, &resource); err != nil {
		return "", nil, err
	}
	whole, text, suffix := resource.Name, resource.MachineDefinition, "-machine"
	switch kind {
	case "aws_sagemaker_pipeline":
		whole, text, suffix = resource.Pipeline, resource.PipelineDefinition, "-pipeline"
	case "aws_api_gateway_rest_api":
		text, suffix = resource.Document, "-openapi"
	}
	_, short, _ := strings.Cut(whole, "-"+stack+"-")
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		return "", nil, err
	}
	return short + suffix, append(indented.Bytes(), '\n'), nil
}
