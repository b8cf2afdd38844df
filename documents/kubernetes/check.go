package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Names of objects: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
// Labels: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
var (
	labelPattern      = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	startLabelPattern = lazyregexp.New(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	subdomainPattern  = lazyregexp.New(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	keyNamePattern    = lazyregexp.New(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	labelValuePattern = lazyregexp.New(`^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$`)
	dataKeyPattern    = lazyregexp.New(`^[A-Za-z0-9._-]{1,253}$`)
)

const (
	labelRule     = "use up to 63 lower-case letters, digits and -, with a letter or digit at both ends"
	subdomainRule = "use up to 253 lower-case letters, digits, - and ., with a letter or digit at both ends"
	// maxAnnotations is the size of all annotations of an object together, in bytes.
	maxAnnotations = 256 << 10
)

func checkMetadata(problems *problem.List, kind Kind, m Metadata) {
	switch kind.Kind {
	case "Namespace":
		checkLabelName(problems, "name", m.Name)
	case "Service":
		if m.Name == "" || !token.Is(m.Name) && !startLabelPattern.MatchString(m.Name) {
			problems.Addf("name", "%q is no name of a Service; %s, and begin with a letter", m.Name, labelRule)
		}
	case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding":
		if m.Name == "" || m.Name == "." || m.Name == ".." || strings.ContainsAny(m.Name, "/%") {
			problems.Addf("name", "%q is no name of a %s; give one without / and %%", m.Name, kind.Kind)
		}
	default:
		checkName(problems, "name", m.Name)
	}
	switch {
	case kind.Cluster && m.Namespace != "":
		problems.Addf("namespace", "%q is given, but a %s is in no namespace; leave it out", m.Namespace, kind.Kind)
	case !kind.Cluster && m.Namespace == "":
		problems.Addf("namespace", "is missing; say in which namespace the %s is", kind.Kind)
	case !kind.Cluster:
		checkLabelName(problems, "namespace", m.Namespace)
	}
	TemplateMetadata{m.Labels, m.Annotations}.check(problems, "")
}

func (m TemplateMetadata) check(problems *problem.List, prefix string) {
	checkLabels(problems, prefix+"labels", m.Labels)
	size := 0
	for _, key := range slices.Sorted(maps.Keys(m.Annotations)) {
		checkKey(problems, problem.Key(prefix+"annotations", key), key)
		size += len(key) + len(m.Annotations[key])
	}
	if size > maxAnnotations {
		problems.Addf(prefix+"annotations", "are %d bytes together; Kubernetes takes %d", size, maxAnnotations)
	}
}

// CheckTemplate reports what is wrong with labels and annotations, with path before each problem.
func CheckTemplate(path string, metadata TemplateMetadata) error {
	var problems problem.List
	metadata.check(&problems, path+".")
	return problems.Err()
}

// checkName reports what is no name of most kinds of objects.
func checkName(problems *problem.List, path, name string) {
	switch {
	case name == "":
		problems.Addf(path, "is missing; give a name")
	case !token.Is(name) && (len(name) > 253 || !subdomainPattern.MatchString(name)):
		problems.Addf(path, "%q is no name; %s", name, subdomainRule)
	}
}

// checkLabelName reports what is no name of a namespace, of a port or of a container.
func checkLabelName(problems *problem.List, path, name string) {
	switch {
	case name == "":
		problems.Addf(path, "is missing; give a name")
	case !token.Is(name) && !labelPattern.MatchString(name):
		problems.Addf(path, "%q is no name; %s", name, labelRule)
	}
}

// checkKey reports what is no key of a label, an annotation, a taint or a requirement.
func checkKey(problems *problem.List, path, key string) {
	prefix, name, found := strings.Cut(key, "/")
	if !found {
		prefix, name = "x", key
	}
	if len(prefix) > 253 || !subdomainPattern.MatchString(prefix) || !keyNamePattern.MatchString(name) {
		problems.Addf(path, "%q is no key; write it like team or example.com/team, with up to 63 letters, digits and .-_ behind the slash", key)
	}
}

func checkLabels(problems *problem.List, path string, labels map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := problem.Key(path, key)
		checkKey(problems, at, key)
		checkLabelValue(problems, at, labels[key])
	}
}

func checkLabelValue(problems *problem.List, path, value string) {
	if !token.Is(value) && !labelValuePattern.MatchString(value) {
		problems.Addf(path, "%q is no value of a label; use up to 63 letters, digits and .-_ with a letter or digit at both ends", value)
	}
}

// oneOf reports a value that is none of the allowed ones. An empty value is the default.
func oneOf[T ~string](problems *problem.List, path string, value T, allowed ...T) {
	if value != "" && !slices.Contains(allowed, value) {
		problems.Addf(path, "%q is unknown; use %s", value, problem.Choices(allowed))
	}
}

// between reports a number out of its range.
func between[T ~int | ~int32](problems *problem.List, path string, value, low, high T) {
	if value < low || value > high {
		problems.Addf(path, "%d is out of range; use %d to %d", value, low, high)
	}
}

// checkPort reports what is neither a number of a port nor the name of one.
func checkPort(problems *problem.List, path string, port IntOrString) {
	if number, err := strconv.Atoi(string(port)); err == nil {
		between(problems, path, number, 1, 65535)
	} else if !portNamePattern.MatchString(string(port)) || !strings.ContainsAny(string(port), "abcdefghijklmnopqrstuvwxyz") {
		problems.Addf(path, "%q is no port; give a number from 1 to 65535, or a name of up to 15 lower-case letters, digits and -", port)
	}
}

var portNamePattern = lazyregexp.New(`^[a-z0-9](-?[a-z0-9]){0,14}$`)

// checkShare reports what is neither a number nor a percentage.
func checkShare(problems *problem.List, path string, value IntOrString) {
	if !sharePattern.MatchString(string(value)) {
		problems.Addf(path, "%q is no number and no share; write it like 1 or 25%%", value)
	}
}

var sharePattern = lazyregexp.New(`^([0-9]+|[0-9]{1,2}%|100%)$`)

// A Selector chooses objects by their labels: all that have every label and meet every requirement. An empty one chooses all.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
type Selector struct {
	// MatchLabels are labels that the objects have. Default: none.
	MatchLabels map[string]string `json:"matchLabels,omitempty"`
	// MatchExpressions are requirements. Default: none.
	MatchExpressions []Requirement `json:"matchExpressions,omitempty"`
}

// A Requirement is a condition on one label.
type Requirement struct {
	// Key of the label.
	Key string `json:"key"`
	// Operator is In, NotIn, Exists or DoesNotExist; for nodes also Gt and Lt.
	Operator string `json:"operator"`
	// Values are one or more for In and NotIn, one number for Gt and Lt, and none for the others.
	Values []string `json:"values,omitempty"`
}

func (s Selector) check(problems *problem.List, path string) {
	checkLabels(problems, path+".matchLabels", s.MatchLabels)
	for i, each := range s.MatchExpressions {
		each.check(problems, problem.Index(path+".matchExpressions", i), false)
	}
}

func (s Selector) empty() bool { return len(s.MatchLabels)+len(s.MatchExpressions) == 0 }

func (r Requirement) check(problems *problem.List, path string, node bool) {
	checkKey(problems, path+".key", r.Key)
	allowed := []string{"In", "NotIn", "Exists", "DoesNotExist"}
	if node {
		allowed = append(allowed, "Gt", "Lt")
	}
	switch {
	case !slices.Contains(allowed, r.Operator):
		problems.Addf(path+".operator", "%q is unknown; use %s", r.Operator, problem.Choices(allowed))
	case strings.HasSuffix(r.Operator, "In"):
		if len(r.Values) == 0 {
			problems.Addf(path+".values", "are missing; %s needs at least one", r.Operator)
		}
	case r.Operator == "Gt" || r.Operator == "Lt":
		if len(r.Values) != 1 || !digits.MatchString(r.Values[0]) {
			problems.Addf(path+".values", "are %s; %s needs one whole number", fmt.Sprint(r.Values), r.Operator)
		}
	case len(r.Values) > 0:
		problems.Addf(path+".values", "are given; %s takes none", r.Operator)
	}
	for i, value := range r.Values {
		checkLabelValue(problems, problem.Index(path+".values", i), value)
	}
}
