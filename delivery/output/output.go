// Package output handles the folder of synthesised stacks: reads it, tells what differs from an earlier one, and puts
// a new one in its place.
package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
)

// StackFile is the file of a stack, in its folder under stacks/.
const StackFile = "cdk.tf.json"

// Folders are those in a stack's folder with what is made for it beside its file: Helm charts, dashboards of Grafana, and scripts for
// people.
func Folders() []string { return []string{"charts", "dashboards", "scripts"} }

// A Stack is one synthesised stack.
type Stack struct {
	Name string
	// Resources and data sources by Terraform address.
	Resources map[string]json.RawMessage
	// Rest is all else: backend, provider, outputs.
	Rest []byte

	digest [sha256.Size]byte // of the file
}

// Read reads the stacks of an output folder, sorted by name. A folder that does not exist has none. A file with the text of a
// known stack of that name is not parsed again.
func Read(dir string, known ...Stack) ([]Stack, error) {
	files, err := filepath.Glob(filepath.Join(dir, "stacks", "*", StackFile))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	stacks, failed := make([]Stack, len(files)), make([]error, len(files))
	var reading sync.WaitGroup
	reading.Add(len(files))
	for i, file := range files {
		go func() {
			defer reading.Done()
			stacks[i], failed[i] = readStack(file, known)
		}()
	}
	reading.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return stacks, nil
}

func readStack(file string, known []Stack) (Stack, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Stack{}, err
	}
	name, digest := filepath.Base(filepath.Dir(file)), sha256.Sum256(text)
	for _, each := range known {
		if each.Name == name && each.digest == digest {
			return each, nil
		}
	}
	stack, err := parse(name, text)
	if err != nil {
		return Stack{}, fmt.Errorf("%s: %w", file, err)
	}
	stack.digest = digest
	return stack, nil
}

func parse(name string, text []byte) (Stack, error) {
	var root map[string]json.RawMessage
	if err := json.Unmarshal(text, &root); err != nil {
		return Stack{}, err
	}
	stack := Stack{Name: name, Resources: map[string]json.RawMessage{}}
	for block, prefix := range map[string]string{"resource": "", "data": "data."} {
		var types map[string]map[string]json.RawMessage
		if len(root[block]) > 0 {
			if err := json.Unmarshal(root[block], &types); err != nil {
				return Stack{}, fmt.Errorf("%s: %w", block, err)
			}
		}
		for resourceType, names := range types {
			for each, body := range names {
				stack.Resources[prefix+resourceType+"."+each] = compact(body)
			}
		}
		delete(root, block)
	}
	delete(root, "//") // what the cdktf command keeps there follows from the rest
	rest, err := json.Marshal(root)
	stack.Rest = rest
	return stack, err
}

func compact(text []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return text
	}
	return out.Bytes()
}

// A Kind is a resource type and how many resources of it a stack has.
type Kind struct {
	Type  string
	Count int
}

// Kinds are the types of the stack's resources, the most frequent first.
func (s Stack) Kinds() []Kind {
	counts := map[string]int{}
	for address := range s.Resources {
		counts[address[:strings.LastIndex(address, ".")]]++
	}
	var kinds []Kind
	for each, count := range counts {
		kinds = append(kinds, Kind{each, count})
	}
	sort.Slice(kinds, func(i, j int) bool {
		if kinds[i].Count != kinds[j].Count {
			return kinds[i].Count > kinds[j].Count
		}
		return kinds[i].Type < kinds[j].Type
	})
	return kinds
}

// A Change is what differs between two versions of a stack: addresses, sorted.
type Change struct {
	Added, Changed, Removed []string
	// Settings reports whether anything but resources differs: backend, provider, outputs.
	Settings bool
}

// None reports whether nothing differs.
func (c Change) None() bool {
	return len(c.Added)+len(c.Changed)+len(c.Removed) == 0 && !c.Settings
}

// Compare tells what has changed from one version of a stack to another.
func Compare(before, after Stack) Change {
	var c Change
	for address, body := range after.Resources {
		old, existed := before.Resources[address]
		switch {
		case !existed:
			c.Added = append(c.Added, address)
		case !bytes.Equal(old, body):
			c.Changed = append(c.Changed, address)
		}
	}
	for address := range before.Resources {
		if _, remains := after.Resources[address]; !remains {
			c.Removed = append(c.Removed, address)
		}
	}
	for _, each := range [][]string{c.Added, c.Changed, c.Removed} {
		sort.Strings(each)
	}
	c.Settings = !bytes.Equal(before.Rest, after.Rest)
	return c
}

// Install moves a freshly synthesised folder, which is complete, to where users expect it. Files are renamed one by one,
// so that each is either the old or the new one. What Terraform keeps beside the stacks stays.
// Stacks that are no more lose their file, and their folder if nothing else is in it. The folders beside a stack are replaced whole: a
// file that is no more would be installed with the others.
func Install(from, to string) error {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.Rename(from, to)
	}
	for _, name := range Folders() {
		folders, err := filepath.Glob(filepath.Join(to, "stacks", "*", name))
		if err != nil {
			return err
		}
		for _, folder := range folders {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
		}
	}
	fresh := map[string]bool{}
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		fresh[relative] = true
		return os.Rename(path, target)
	})
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(to, "stacks", "*", StackFile))
	if err != nil {
		return err
	}
	for _, file := range old {
		relative, err := filepath.Rel(to, file)
		if err != nil {
			return err
		}
		if fresh[relative] {
			continue
		}
		if err := os.Remove(file); err != nil {
			return err
		}
		_ = os.Remove(filepath.Dir(file)) // fails where Terraform's own files are, which must stay
	}
	return nil
}
