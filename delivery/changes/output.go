package changes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What cdktf writes.
const (
	manifestFile = "manifest.json"
	stackFile    = "cdk.tf.json"
	// metadataFile repeats what is in the comments of the stack file.
	metadataFile = "metadata.json"
)

// A synthesised side: its stacks, and their names in the order of deployment.
type synthesised struct {
	stacks       map[string]stack
	order        []string
	dependencies map[string][]string
}

// A stack is what Terraform would read of one stack. Comments, which are under the key "//", are left out.
type stack struct {
	// backend is the block terraform.backend or terraform.cloud, with the name of its kind as only key.
	backend map[string]any
	// resources and data sources by address.
	resources map[string]any
	// outputs by name.
	outputs map[string]any
	// settings are all other blocks by what a person calls them, such as provider.aws or terraform.required_version.
	settings map[string]any
	// moved, imported and forgotten are the blocks that tell Terraform what became of a resource.
	moved     map[string]string // from the old address to the new
	imported  map[string]string // address to id
	forgotten map[string]bool   // addresses that leave the state and stay in AWS
	// files beside the stack file, such as assets, with the hash of their content.
	files map[string]string
}

// An output is what an app wrote, as it is kept: of each stack by name its file, the hashes of the files beside it, and what it comes after.
type output map[string]struct {
	Root         map[string]any
	Files        map[string]string
	Dependencies []string
}

// synthesised takes the output apart.
func (o output) synthesised() synthesised {
	made := synthesised{stacks: map[string]stack{}, dependencies: map[string][]string{}}
	for name, each := range o {
		stack := newStack(each.Root)
		stack.files = each.Files
		made.stacks[name], made.dependencies[name] = stack, each.Dependencies
	}
	return made
}

// readOutput reads a folder that cdktf apps write. Texts are passed through here.
func readOutput(dir string, here *strings.Replacer) (output, error) {
	made := output{}
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return made, err
	}
	var manifest struct {
		Stacks map[string]struct {
			Path         string   `json:"synthesizedStackPath"`
			Dependencies []string `json:"dependencies"`
		} `json:"stacks"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return made, fmt.Errorf("%s: %w", manifestFile, err)
	}
	for name, listed := range manifest.Stacks {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(listed.Path)))
		if err != nil {
			return made, err
		}
		each := made[name]
		if each.Root, err = readStack(text, here); err != nil {
			return made, fmt.Errorf("%s: %w", listed.Path, err)
		}
		if each.Files, err = files(filepath.Join(dir, filepath.Dir(filepath.FromSlash(listed.Path)))); err != nil {
			return made, err
		}
		each.Dependencies = listed.Dependencies
		made[name] = each
	}
	return made, nil
}

// files are the files beside the stack file, which it can name.
func files(dir string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == stackFile || name == metadataFile {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		hash := sha256.Sum256(text)
		found[filepath.ToSlash(name)] = "sha256:" + hex.EncodeToString(hash[:])
		return nil
	})
	return found, err
}

// readStack reads the text of a stack file.
func readStack(text []byte, here *strings.Replacer) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a number keeps its digits
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return nil, err
	}
	return settle(root, here).(map[string]any), nil
}

// newStack takes a stack file apart.
func newStack(root map[string]any) stack {
	s := stack{
		resources: map[string]any{}, outputs: map[string]any{}, settings: map[string]any{},
		moved: map[string]string{}, imported: map[string]string{}, forgotten: map[string]bool{},
	}
	for block, body := range root {
		switch block {
		case "//":
		case "resource":
			s.addResources("", body)
		case "data":
			s.addResources("data.", body)
		case "output":
			for name, output := range object(body) {
				s.outputs[name] = uncomment(output)
			}
		case "terraform":
			for name, setting := range object(body) {
				switch name {
				case "//":
				case "backend":
					s.backend = object(setting)
				case "cloud":
					s.backend = map[string]any{"cloud": setting}
				default:
					s.settings["terraform."+name] = setting
				}
			}
		case "moved":
			for _, each := range list(body) {
				s.moved[word(each, "from")] = word(each, "to")
			}
		case "import":
			for _, each := range list(body) {
				s.imported[word(each, "to")] = word(each, "id")
			}
		case "removed":
			for _, each := range list(body) {
				lifecycle := object(object(each)["lifecycle"])
				if lifecycle["destroy"] == false {
					s.forgotten[word(each, "from")] = true
				}
			}
		case "provider", "module", "variable":
			for name, each := range object(body) {
				s.settings[block+"."+name] = uncomment(each)
			}
		default:
			s.settings[block] = body
		}
	}
	for kind, body := range s.backend {
		s.backend[kind] = uncomment(body)
	}
	return s
}

func (s stack) addResources(prefix string, types any) {
	for resourceType, names := range object(types) {
		for name, body := range object(names) {
			s.resources[prefix+resourceType+"."+name] = uncomment(body)
		}
	}
}

// settle passes every text of a value through here.
func settle(value any, here *strings.Replacer) any {
	switch value := value.(type) {
	case map[string]any:
		for key, each := range value {
			value[key] = settle(each, here)
		}
	case []any:
		for i, each := range value {
			value[i] = settle(each, here)
		}
	case string:
		return here.Replace(value)
	}
	return value
}

// uncomment leaves out a block's comment. Only blocks have comments: in a map, such as tags, the key is a key.
func uncomment(block any) any {
	switch block := block.(type) {
	case map[string]any:
		delete(block, "//")
	case []any:
		for _, each := range block {
			uncomment(each)
		}
	}
	return block
}

// object is a value as an object. Terraform reads a list with one object as that object.
// https://developer.hashicorp.com/terraform/language/syntax/json#nested-block-mapping
func object(value any) map[string]any {
	if each, ok := value.([]any); ok && len(each) == 1 {
		value = each[0]
	}
	out, _ := value.(map[string]any)
	return out
}

func list(value any) []any {
	if each, ok := value.([]any); ok {
		return each
	}
	return []any{value}
}

func word(value any, key string) string {
	out, _ := object(value)[key].(string)
	return strings.TrimSuffix(strings.TrimPrefix(out, "${"), "}")
}

// sort puts the stacks in the order of deployment: as named, and the others after what they depend on, by name.
func (s *synthesised) sort(named []string) {
	placed := map[string]bool{}
	var place func(name string)
	place = func(name string) {
		if _, exists := s.stacks[name]; !exists || placed[name] {
			return
		}
		placed[name] = true
		for _, each := range slices.Sorted(slices.Values(s.dependencies[name])) {
			place(each)
		}
		s.order = append(s.order, name)
	}
	for _, name := range named {
		if _, exists := s.stacks[name]; exists && !placed[name] {
			placed[name] = true
			s.order = append(s.order, name)
		}
	}
	for _, name := range sortedKeys(s.stacks) {
		place(name)
	}
}
