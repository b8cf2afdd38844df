// Package chart writes local Helm charts of objects that are typed Go values: one file for each object, nothing in them that Helm
// takes for a template, and a version that is the hash of the content, so that a plan of Terraform shows each change. It is pure Go.
//
// Reference: https://helm.sh/docs/topics/charts/
package chart

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Chart is objects that are installed, changed, rolled back and removed together.
type Chart struct {
	// Name is lower-case letters, digits and -, 53 at most, which is also the limit of a release's name.
	Name string
	// Description for people. Default: none.
	Description string
	// Objects are one or more, none of them twice. Helm installs them in the order of their kinds: https://helm.sh/docs/intro/using_helm/
	Objects []kubernetes.Object
}

// A File is a file of a chart.
type File struct {
	// Path in the chart, with slashes.
	Path string
	// Content of the file.
	Content []byte
}

// maxRelease is what a Secret takes, in which Helm keeps a release, as text in base64.
const maxRelease = 1 << 20

var (
	namePattern  = lazyregexp.New(`^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$`)
	valuePattern = lazyregexp.New(`\$\{helm\.values\.([A-Za-z][A-Za-z0-9]*)\}`)
	fileUnsafe   = lazyregexp.New(`[^a-z0-9.-]+`)
)

// Hook are the annotations that make an object a hook of Helm: made at these points, such as post-install, those of a lower weight
// first, and removed once it has succeeded or before it is made again. A release has failed if one of its hooks has.
// https://helm.sh/docs/topics/charts_hooks/
func Hook(weight int, points ...string) map[string]string {
	return map[string]string{
		"helm.sh/hook":               strings.Join(points, ","),
		"helm.sh/hook-weight":        strconv.Itoa(weight),
		"helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
	}
}

// Validate reports everything that is wrong with the chart and its objects.
func (c Chart) Validate() error {
	var problems problem.List
	if !namePattern.MatchString(c.Name) {
		problems.Addf("name", "%q is no name of a chart; use up to 53 lower-case letters, digits and -, and begin with a letter", c.Name)
	}
	if len(c.Objects) == 0 {
		problems.Addf("objects", "are missing; give at least one")
	}
	first := map[string]int{}
	for i, object := range c.Objects {
		at := problem.Index("objects", i)
		if object == nil {
			problems.Addf(at, "is nil; leave it out")
			continue
		}
		identity := kubernetes.Identity(object)
		for _, each := range problem.Split(object.Validate()) {
			problems.Addf(at, "%s: %s", identity, each)
		}
		kind := object.Describe()
		if kind.Kind == "Secret" {
			problems.Addf(at, "%s: would stand in clear text in the chart and in the release; use an ExternalSecret", identity)
		}
		key := strings.ToLower(kind.APIVersion + " " + identity)
		if earlier, twice := first[key]; twice {
			problems.Addf(at, "%s: is given twice; drop one, the first is %s", identity, problem.Index("objects", earlier))
			continue
		}
		first[key] = i
	}
	return problems.Err()
}

// Values are the names of the values that the chart needs when it is installed, those of kubernetes.Value, in order.
func (c Chart) Values() ([]string, error) {
	_, values, err := c.templates()
	return values, err
}

// Version is 0.1.0-h and the hash of the content.
func (c Chart) Version() (string, error) {
	files, err := c.content()
	if err != nil {
		return "", err
	}
	return versionOf(c.Name, c.Description, files), nil
}

// Files are the files of the chart, in order of their paths, the same each time.
func (c Chart) Files() ([]File, error) {
	_, files, err := c.files()
	return files, err
}

// files are those files, and the version that they give the chart.
func (c Chart) files() (version string, files []File, err error) {
	files, err = c.content()
	if err != nil {
		return "", nil, err
	}
	version = versionOf(c.Name, c.Description, files)
	head, err := yaml.Marshal(metadata{"v2", c.Name, version, c.Description, "application"})
	if err != nil {
		return "", nil, err
	}
	files = append(files, File{metadataFile, head})
	sortFiles(files)
	return version, files, nil
}

const metadataFile = "Chart.yaml"

// metadata is Chart.yaml: https://helm.sh/docs/topics/charts/#the-chartyaml-file
type metadata struct {
	APIVersion  string `yaml:"apiVersion"`
	Name        string `yaml:"name"`
	Version     string `yaml:"version"`
	Description string `yaml:"description,omitempty"`
	Type        string `yaml:"type"`
}

// content is all files but Chart.yaml.
func (c Chart) content() ([]File, error) {
	files, values, err := c.templates()
	if err != nil {
		return nil, err
	}
	if size := releaseSize(files); size > maxRelease {
		return nil, fmt.Errorf("objects: are about %d bytes as a release, of which a Secret takes %d; make two charts of them", size, maxRelease)
	}
	if len(values) > 0 {
		schema, err := json.MarshalIndent(schemaOf(values), "", "  ")
		if err != nil {
			return nil, err
		}
		files = append(files, File{"values.schema.json", append(schema, '\n')})
	}
	return files, nil
}

// schemaOf has Helm refuse an installation that lacks a value.
func schemaOf(values []string) map[string]any {
	properties := map[string]any{}
	for _, each := range values {
		properties[each] = map[string]any{"type": "string", "minLength": 1}
	}
	return map[string]any{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": values, "properties": properties}
}

// templates are the objects as Helm reads them, and the values that they need.
func (c Chart) templates() ([]File, []string, error) {
	if err := c.Validate(); err != nil {
		return nil, nil, err
	}
	var files []File
	needed := map[string]bool{}
	for _, object := range c.Objects {
		text, err := kubernetes.YAML(object)
		if err != nil {
			return nil, nil, err
		}
		made, err := template(text, needed)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", kubernetes.Identity(object), err)
		}
		m := object.Meta()
		name := fileUnsafe.ReplaceAllString(strings.ToLower(object.Describe().Kind+"."+m.Namespace+"."+m.Name), "-")
		files = append(files, File{"templates/" + strings.Replace(name, "..", ".", 1) + ".yaml", made})
	}
	sortFiles(files)
	for i := 1; i < len(files); i++ {
		// Names that differ only in what a path does not take.
		if files[i].Path == files[i-1].Path {
			sum := sha256.Sum256(files[i].Content)
			files[i].Path = strings.TrimSuffix(files[i].Path, ".yaml") + "." + hex.EncodeToString(sum[:4]) + ".yaml"
		}
	}
	sortFiles(files)
	values := slices.Sorted(maps.Keys(needed))
	return files, values, nil
}

// template makes text what Helm renders to the same text, but for the values.
func template(text []byte, needed map[string]bool) ([]byte, error) {
	var actions []string
	if valuePattern.Match(text) {
		var document yaml.Node
		if err := yaml.Unmarshal(text, &document); err != nil {
			return nil, err
		}
		if err := mark(&document, needed, &actions); err != nil {
			return nil, err
		}
		var out bytes.Buffer
		encoder := yaml.NewEncoder(&out)
		encoder.SetIndent(2)
		if err := encoder.Encode(&document); err != nil {
			return nil, err
		}
		text = out.Bytes()
	}
	made := strings.ReplaceAll(string(text), "{{", `{{ "{{" }}`)
	for i, action := range actions {
		made = strings.Replace(made, marker(i), action, 1)
	}
	return []byte(made), nil
}

func marker(i int) string { return fmt.Sprintf("helm-value-%d-of-the-chart", i) }

// mark puts a marker in the place of each text with values, and what Helm is to render there into actions.
func mark(node *yaml.Node, needed map[string]bool, actions *[]string) error {
	if node.Kind == yaml.ScalarNode && valuePattern.MatchString(node.Value) {
		format, arguments, last := "", "", 0
		for _, at := range valuePattern.FindAllStringSubmatchIndex(node.Value, -1) {
			name := node.Value[at[2]:at[3]]
			needed[name] = true
			format += strings.ReplaceAll(node.Value[last:at[0]], "%", "%%") + "%s"
			arguments += " .Values." + name
			last = at[1]
		}
		format += strings.ReplaceAll(node.Value[last:], "%", "%%")
		*actions = append(*actions, "{{ printf "+strconv.Quote(format)+arguments+" | toJson }}")
		*node = yaml.Node{Kind: yaml.ScalarNode, Value: marker(len(*actions) - 1)}
		return nil
	}
	for i, each := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if valuePattern.MatchString(each.Value) {
				return fmt.Errorf("%s: is a key, which no value can be; write it out", each.Value)
			}
			continue
		}
		if err := mark(each, needed, actions); err != nil {
			return err
		}
	}
	return nil
}

func sortFiles(files []File) {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

func versionOf(name, description string, files []File) string {
	files = append([]File{{"", []byte(name + "\n" + description)}}, files...)
	sortFiles(files)
	hash := sha256.New()
	for _, each := range files {
		fmt.Fprintf(hash, "%d %s %d ", len(each.Path), each.Path, len(each.Content))
		hash.Write(each.Content)
	}
	// The letter keeps a hash of digits alone from being a number, which begins with no zero in a version.
	return "0.1.0-h" + hex.EncodeToString(hash.Sum(nil))[:12]
}

// releaseSize is about what Helm keeps of the chart: its files and what they are rendered to.
func releaseSize(files []File) int {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	for _, each := range files {
		fmt.Fprintln(zip, each.Path, base64.StdEncoding.EncodeToString(each.Content))
		zip.Write(each.Content)
	}
	zip.Close()
	return base64.StdEncoding.EncodedLen(out.Len())
}
