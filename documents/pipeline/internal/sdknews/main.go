// Command sdknews says what a version of the SageMaker Python SDK writes into pipelines that package pipeline does not: types of
// steps and conditions, functions, variables of executions, and failures for retries. It reads the SDK's source, a checkout or a
// wheel of sagemaker, or of sagemaker-mlops and sagemaker-core, and compares with the definitions of the samples:
//
//	pip download --no-deps sagemaker
//	go run ./documents/pipeline/internal/sdknews sagemaker-*.whl
package main

import (
	"archive/zip"
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
var kinds = []string{"step types", "conditions", "functions", "execution variables", "failures for retries"}

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
	found := false
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains("/"+path, "/tests/") || strings.Contains(path, ".git/") {
			return err
		}
		folder, file, _ := cutLast(path)
		if !strings.HasSuffix("/"+folder, "/workflow") || !strings.HasSuffix(file, ".py") {
			return nil
		}
		text, err := fs.ReadFile(files, path)
		found = true
		w.read(file, string(text))
		return err
	})
	if err == nil && !found {
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
	}
	return w, nil
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
		for _, word := range slices.Sorted(maps.Keys(theirs[kind])) {
			if known[kind][word] {
				both++
			} else {
				new = append(new, word)
			}
		}
		for _, word := range slices.Sorted(maps.Keys(known[kind])) {
			if !theirs[kind][word] {
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
