// Package scaffold writes the repository of a team's own platform: a program of a few lines that imports this module, its
// test, a configuration with comments, and what goes with them.
package scaffold

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// Config is the folder of the configuration.
const Config = "config"

// Answers are what a platform begins with. All are required but Parts.
type Answers struct {
	// Project, Repository and Region are those of platform.yaml.
	Project, Repository, Region string
	// Account is the operations account.
	Account string
	// Environments in the order in which a change passes through them.
	Environments []Environment
	// Parts that are on in every environment, of those that Parts returns. Default: none.
	Parts []string
	// Sample adds an image for the part training, which learns how good wines are, data to try it on, and with the part services an image
	// that answers over HTTP. Default: false.
	Sample bool
}

// An Environment is what one begins with.
type Environment struct {
	Name, Account string
	// Branches and Tags that are deployed to it.
	Branches, Tags []string
}

// Name is the name of the repository without its owner.
func (a Answers) Name() string { return path.Base(a.Repository) }

//go:embed files/*.tmpl
var files embed.FS

// sample are the images of examples/tutorial and its data.
//
//go:embed sample
var sample embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"quote": strconv.Quote, "value": value, "values": values,
}).ParseFS(files, "files/*.tmpl"))

// Files are the files of the repository by their path in it, all but those that are generated from the configuration.
func (a Answers) Files() (map[string][]byte, error) {
	out := map[string][]byte{Config + "/schema.json": config.Schema()}
	data := map[string]any{
		"Command": a.Name(), "Project": a.Project, "Repository": a.Repository, "Region": a.Region, "Account": a.Account, "Config": Config,
		"Partition": awsfacts.Partition(a.Region), "ProjectID": projectID(), "Order": values(a.order()),
		"Sample": a.sampleEnvironment(), "Images": a.images(),
	}
	for name, from := range map[string]string{
		"main.go": "main.go", "main_test.go": "main_test.go", ".gitignore": "gitignore", "cdktf.json": "cdktf.json", "README.md": "README.md", Config + "/platform.yaml": "platform.yaml",
	} {
		var err error
		if out[name], err = render(from+".tmpl", data); err != nil {
			return nil, err
		}
	}
	for i := range a.Environments {
		text, err := a.environment(i)
		if err != nil {
			return nil, err
		}
		out[Config+"/environments/"+a.Environments[i].Name+".yaml"] = text
	}
	if !a.Sample {
		return out, nil
	}
	serves := slices.Contains(a.Parts, "services")
	err := fs.WalkDir(sample, "sample", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(name, "sample/images/serving-image/") && !serves {
			return err
		}
		out[strings.TrimPrefix(name, "sample/")], err = sample.ReadFile(name)
		return err
	})
	if serves {
		out["images/serving-image/wine.py"] = out["images/training-image/wine.py"] // what reads the model is what wrote it
	}
	return out, err
}

// images are those of the parts, beside the ones that the operations account has in any case.
func (a Answers) images() (names []string) {
	for _, each := range []struct{ part, image string }{{"services", "serving-image"}, {"workers", "flows-image"}} {
		if slices.Contains(a.Parts, each.part) {
			names = append(names, each.image)
		}
	}
	return names
}

// sampleEnvironment is the one that the README runs the sample for, or "" without a sample.
func (a Answers) sampleEnvironment() string {
	if !a.Sample || len(a.Environments) == 0 {
		return ""
	}
	return a.Environments[0].Name
}

func render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, name, data)
	return out.Bytes(), err
}

func (a Answers) order() []string {
	var names []string
	for _, each := range a.Environments {
		names = append(names, each.Name)
	}
	return names
}

// value writes a text as YAML: plain where that is clear to everybody, otherwise in quotes.
func value(text string) string {
	plain := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./*") == ""
	if letter := plain && strings.ContainsRune("abcdefghijklmnopqrstuvwxyz", rune(text[0]|0x20)); letter {
		switch strings.ToLower(text) {
		case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		default:
			return text
		}
	}
	return strconv.Quote(text)
}

func values(all []string) string {
	var out []string
	for _, each := range all {
		out = append(out, value(each))
	}
	return strings.Join(out, ", ")
}

// projectID is a random UUID, by which the cdktf command tells projects apart.
func projectID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
