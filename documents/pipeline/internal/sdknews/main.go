// Command sdknews says what a version of the SageMaker Python SDK writes into pipelines that package pipeline does not: types of
// steps and conditions, functions, variables of executions, failures for retries, and by type the members of steps and those
// arguments that the SDK writes by itself. The arguments of jobs are requests of the API, which awstest compares. It reads the
// SDK's source, a checkout or a wheel of sagemaker, or of sagemaker-mlops and sagemaker-core, and compares with the definitions of
// the samples:
//
//	pip download --no-deps sagemaker-mlops sagemaker-core
//	make sdknews SDK="$(echo sagemaker_*.whl)"
package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "sdknews: give the folder or the wheel of the SDK, or several")
		os.Exit(1)
	}
	theirs := words{}
	for _, name := range os.Args[1:] {
		if err := theirs.readSDK(name); err != nil {
			fmt.Fprintln(os.Stderr, "sdknews:", err)
			os.Exit(1)
		}
	}
	if err := compare(os.Stdout, theirs); err != nil {
		fmt.Fprintln(os.Stderr, "sdknews:", err)
		os.Exit(1)
	}
}

// kinds are what is compared, in the order in which it is told.
var kinds = []string{"step types", "conditions", "functions", "execution variables", "failures for retries", membersOfSteps, argumentsOfSteps}

// The last two kinds are written as Type.Member. Members of all steps stand under anyStep in the SDK, and so they are told one way
// only: what the SDK has and this package has not.
const (
	membersOfSteps   = "members of steps"
	argumentsOfSteps = "arguments of steps"
	anyStep          = "*"
)

// words are the names that stand in definitions, by kind.
type words map[string]map[string]bool

func (w words) add(kind, word string) {
	if w[kind] == nil {
		w[kind] = map[string]bool{}
	}
	w[kind][word] = true
}

// readSDK reads a folder or a wheel.
func (w words) readSDK(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	files := os.DirFS(name)
	if !info.IsDir() {
		wheel, err := zip.OpenReader(name)
		if err != nil {
			return err
		}
		defer wheel.Close()
		files = wheel
	}
	var texts []string
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains("/"+path, "/tests/") || strings.Contains(path, ".git/") {
			return err
		}
		folder, file, _ := cutLast(path)
		if !strings.HasSuffix("/"+folder, "/workflow") || !strings.HasSuffix(file, ".py") {
			return nil
		}
		text, err := fs.ReadFile(files, path)
		w.read(file, string(text))
		texts = append(texts, string(text))
		return err
	})
	all := strings.Join(texts, "\n")
	w.readSteps(all, stepTypes(all))
	if err == nil && len(texts) == 0 {
		err = fmt.Errorf("%s holds no workflow/*.py; name a checkout or wheel of the SageMaker Python SDK", name)
	}
	return err
}

func cutLast(path string) (folder, file string, found bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

var (
	enum     = regexp.MustCompile(`(?m)^class (StepTypeEnum|ConditionTypeEnum)\b.*\n((?:(?:[ \t].*)?\n)*)`)
	member   = regexp.MustCompile(`(?m)^    [A-Z_]+ = "([A-Za-z]+)"`)
	function = regexp.MustCompile(`"(Std:[A-Za-z]+)"`)
	variable = regexp.MustCompile(`ExecutionVariable\("([A-Za-z]+)"\)`)
	failure  = regexp.MustCompile(`"((?:Step|SageMaker)\.[A-Z_]+)"`)
)

// read finds the names in a file of the SDK.
func (w words) read(file, text string) {
	for _, each := range enum.FindAllStringSubmatch(text+"\n", -1) {
		kind := map[string]string{"StepTypeEnum": kinds[0], "ConditionTypeEnum": kinds[1]}[each[1]]
		for _, value := range member.FindAllStringSubmatch(each[2], -1) {
			w.add(kind, value[1])
		}
	}
	patterns := map[string]*regexp.Regexp{kinds[2]: function, kinds[3]: variable}
	if file == "retry.py" {
		patterns[kinds[4]] = failure
	}
	for kind, pattern := range patterns {
		for _, each := range pattern.FindAllStringSubmatch(text, -1) {
			w.add(kind, each[1])
		}
	}
}

var (
	class        = regexp.MustCompile(`(?m)^class (\w*Step)\b.*\n((?:(?:[ \t)].*)?\n)*)`)
	typed        = regexp.MustCompile(`StepTypeEnum\.([A-Z_]+)`)
	typeOf       = regexp.MustCompile(`(?m)^    ([A-Z_]+) = "([A-Za-z]+)"`)
	request      = regexp.MustCompile(`(?m)^    def to_request\(.*\n((?:(?: {8}.*)?\n)*)`)
	ownArguments = regexp.MustCompile(`(?m)^    def (?:arguments|step_only_arguments)\(.*\n((?:(?: {8}.*)?\n)*)`)
	assigned     = regexp.MustCompile(`\b(\w+)\["([A-Z]\w*)"\] = `)
	keys         = regexp.MustCompile(`(?m)^ {12}"?([A-Z]\w*)"?(?::|=)`)
	literal      = regexp.MustCompile(`(?m)^ {8}\w*args(?:: \w+)? = \{(?:"([A-Z]\w*)":.*|\n((?: {12}.*\n)*))`)
	returned     = regexp.MustCompile(`(?m)^ {8}return (?:\{(?:"([A-Z]\w*)":.*|\n((?: {12}.*\n)*))|dict\((?:([A-Z]\w*)=.*|\n((?: {12}.*\n)*)))`)
)

// stepTypes are the values of StepTypeEnum by their names.
func stepTypes(text string) map[string]string {
	out := map[string]string{}
	for _, each := range enum.FindAllStringSubmatch(text+"\n", -1) {
		if each[1] == "StepTypeEnum" {
			for _, value := range typeOf.FindAllStringSubmatch(each[2], -1) {
				out[value[1]] = value[2]
			}
		}
	}
	return out
}

// readSteps finds what the classes of steps write.
func (w words) readSteps(text string, types map[string]string) {
	for _, each := range class.FindAllStringSubmatch(text+"\n", -1) {
		stepType, body := anyStep, each[2]
		if named := typed.FindStringSubmatch(body); named != nil && each[1] != "Step" {
			stepType = types[named[1]]
		}
		for _, method := range request.FindAllStringSubmatch(body, -1) {
			for _, member := range assigned.FindAllStringSubmatch(method[1], -1) {
				w.add(membersOfSteps, stepType+"."+member[2])
			}
			for _, member := range keys.FindAllStringSubmatch(method[1], -1) {
				w.add(membersOfSteps, stepType+"."+member[1])
			}
			if strings.Contains(method[1], "cache_config.config") {
				w.add(membersOfSteps, stepType+".CacheConfig")
			}
		}
		own := func(names ...string) {
			for _, name := range names {
				if name != "" {
					w.add(argumentsOfSteps, stepType+"."+name)
				}
			}
		}
		for _, argument := range assigned.FindAllStringSubmatch(body, -1) {
			if strings.HasSuffix(argument[1], "args") {
				own(argument[2])
			}
		}
		texts := literal.FindAllStringSubmatch(body, -1)
		for _, method := range ownArguments.FindAllStringSubmatch(body, -1) {
			texts = append(texts, returned.FindAllStringSubmatch(method[1], -1)...)
		}
		for _, found := range texts {
			for i, part := range found[1:] {
				if i%2 == 0 {
					own(part)
					continue
				}
				for _, key := range keys.FindAllStringSubmatch(part, -1) {
					own(key[1])
				}
			}
		}
	}
}

var (
	stepType      = regexp.MustCompile(`"Name": "[^"]*",\s*"Type": "([A-Za-z]+)",\s*"Arguments"`)
	conditionType = regexp.MustCompile(`\{\s*"Type": "([A-Za-z]+)",\s*"(?:LeftValue|QueryValue|Condition|Conditions)"`)
	execution     = regexp.MustCompile(`"Get": "Execution\.([A-Za-z]+)"`)
)

// ours are the names in the definitions of the samples.
func ours() (words, error) {
	w := words{}
	for _, sample := range samples.All() {
		text, err := sample.Pipeline.IndentedJSON()
		if err != nil {
			return nil, err
		}
		for kind, pattern := range map[string]*regexp.Regexp{kinds[0]: stepType, kinds[1]: conditionType, kinds[2]: function, kinds[3]: execution, kinds[4]: failure} {
			for _, each := range pattern.FindAllStringSubmatch(text, -1) {
				w.add(kind, each[1])
			}
		}
		var definition struct{ Steps []json.RawMessage }
		if err := json.Unmarshal([]byte(text), &definition); err != nil {
			return nil, err
		}
		if err := w.steps(definition.Steps); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// steps adds the members and arguments of steps, and of those within them.
func (w words) steps(list []json.RawMessage) error {
	for _, each := range list {
		var members map[string]json.RawMessage
		var known struct {
			Type      string
			Arguments map[string]json.RawMessage
		}
		if err := json.Unmarshal(each, &members); err != nil {
			return err
		}
		if err := json.Unmarshal(each, &known); err != nil {
			return err
		}
		for name := range members {
			w.add(membersOfSteps, known.Type+"."+name)
			w.add(membersOfSteps, anyStep+"."+name)
		}
		for name, argument := range known.Arguments {
			w.add(argumentsOfSteps, known.Type+"."+name)
			w.add(argumentsOfSteps, anyStep+"."+name)
			if name == "IfSteps" || name == "ElseSteps" {
				var inner []json.RawMessage
				if err := json.Unmarshal(argument, &inner); err != nil {
					return err
				}
				if err := w.steps(inner); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compare tells, of each kind, how many names both know, and which one of them alone.
func compare(out io.Writer, theirs words) error {
	known, err := ours()
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		both := 0
		var new, gone []string
		byType := kind == membersOfSteps || kind == argumentsOfSteps
		for _, word := range slices.Sorted(maps.Keys(theirs[kind])) {
			of, _, _ := strings.Cut(word, ".")
			switch {
			case known[kind][word]:
				both++
			case byType && of != anyStep && !known[kinds[0]][of]: // the type is told already
			default:
				new = append(new, word)
			}
		}
		for _, word := range slices.Sorted(maps.Keys(known[kind])) {
			if !byType && !theirs[kind][word] {
				gone = append(gone, word)
			}
		}
		fmt.Fprintf(out, "%s: %d in both\n", kind, both)
		if len(new) > 0 {
			fmt.Fprintf(out, "  only in the SDK: %s\n", strings.Join(new, ", "))
		}
		if len(gone) > 0 {
			fmt.Fprintf(out, "  not in the SDK:  %s\n", strings.Join(gone, ", "))
		}
	}
	return nil
}
