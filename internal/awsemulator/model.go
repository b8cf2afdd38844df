package awsemulator

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// models are AWS's service models as botocore ships them, read when a service is first called.
type models struct {
	dir   string
	mutex sync.Mutex
	read  map[string]*model
}

// findModels finds botocore, which moto uses too.
func findModels() (*models, error) {
	dir, err := exec.Command("python3", "-c", `import importlib.util; print(importlib.util.find_spec("botocore").submodule_search_locations[0])`).Output()
	if err != nil {
		return nil, errors.New("calls are not held against AWS's service models, for there is no botocore; pip install botocore")
	}
	return &models{dir: strings.TrimSpace(string(dir)), read: map[string]*model{}}, nil
}

// A model is one service: https://smithy.io/2.0/spec/model.html in the older form that botocore reads.
type model struct {
	Metadata   struct{ TargetPrefix, Protocol string }
	Operations map[string]*operation
	Shapes     map[string]*shape

	routes func() []route
}

type operation struct {
	Name       string
	HTTP       struct{ Method, RequestURI string }
	Input      reference
	Output     reference
	Deprecated bool
}

type reference struct {
	Shape        string
	LocationName string
	QueryName    string
	Location     string
	Flattened    bool
}

type shape struct {
	Type       string
	Required   []string
	Members    map[string]reference
	Member     reference // of a list
	Key, Value reference // of a map
	Payload    string
	Enum       []string
	Pattern    string
	Min, Max   *float64
	Flattened  bool
	Document   bool
	Union      bool
}

// folders are the folders of botocore by the first word of a host, where they are named otherwise.
var folders = map[string]string{
	"api.ecr": "ecr", "api.sagemaker": "sagemaker", "api.ecr-public": "ecr-public", "monitoring": "cloudwatch", "states": "stepfunctions", "elasticloadbalancing": "elbv2",
	"runtime.sagemaker": "sagemaker-runtime", "aps": "amp", "s3-control": "s3control", "servicequotas": "service-quotas",
	"email": "ses", "tagging": "resourcegroupstaggingapi", "api.codeartifact": "codeartifact", "api.pricing": "pricing",
}

func (m *models) of(prefix string) (*model, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if found := m.read[prefix]; found != nil {
		return found, nil
	}
	folder := prefix
	if named := folders[prefix]; named != "" {
		folder = named
	}
	files, err := filepath.Glob(filepath.Join(m.dir, "data", folder, "*", "service-2.json.gz"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("botocore has no service %s", folder)
	}
	slices.Sort(files)
	f, err := os.Open(files[len(files)-1])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	out := &model{}
	if err := json.NewDecoder(unzipped).Decode(out); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	out.routes = sync.OnceValue(func() []route { return routesOf(out) })
	m.read[prefix] = out
	return out, nil
}

// wireName is what a member is called in a request or answer.
func (r reference) wireName(member string) string {
	return cmp.Or(r.LocationName, member)
}

// lists are the elements of what may be one or many.
func lists(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}

// texts are all texts in a value, with the names of the members that they are in.
func texts(value any, visit func(path, text string)) { walk("", value, visit) }

func walk(path string, value any, visit func(path, text string)) {
	switch v := value.(type) {
	case string:
		visit(path, v)
	case []any:
		for _, each := range v {
			walk(path, each, visit)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			walk(strings.TrimPrefix(path+"."+key, "."), v[key], visit)
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
