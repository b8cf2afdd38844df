package workflows_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/itchyny/gojq"
	"github.com/itchyny/gojq/cli"
	"github.com/stretchr/testify/require"
)

// Scripts of the generated files run here as GitHub runs them, with this test binary in the place of gh, aws, terraform,
// docker and others. It answers from a file, and keeps a record of what it was asked.
const (
	answersVariable = "FAKE_ANSWERS"
	recordVariable  = "FAKE_RECORD"
)

// An answer to the first call that it fits.
type answer struct {
	// Call is a regular expression for the tool and its arguments, joined by spaces.
	Call string
	// Pages are what gh gets from GitHub, each in JSON, before --jq.
	Pages []string
	// Out and Err are printed, Files are written, Code is the exit code.
	Out, Err string
	Files    map[string]string
	Code     int
	// Once is an answer to the first such call only.
	Once bool
}

func TestMain(m *testing.M) {
	if tool := filepath.Base(os.Args[0]); tool == "jq" {
		os.Exit(cli.Run())
	} else if os.Getenv(recordVariable) != "" {
		code, err := fake(append([]string{tool}, os.Args[1:]...))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func fake(call []string) (code int, err error) {
	var answers []answer
	text, err := os.ReadFile(os.Getenv(answersVariable))
	if err == nil {
		err = json.Unmarshal(text, &answers)
	}
	if err != nil {
		return 90, err
	}
	earlier, err := os.ReadFile(os.Getenv(recordVariable))
	if err != nil && !os.IsNotExist(err) {
		return 90, err
	}
	record, err := os.OpenFile(os.Getenv(recordVariable), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return 90, err
	}
	defer record.Close()
	written := slices.Clone(call)
	for i, argument := range written {
		// gh reads a value from a file.
		if name, file, found := strings.Cut(argument, "=@"); found && call[0] == "gh" {
			content, err := os.ReadFile(file)
			if err != nil {
				return 90, err
			}
			written[i] = name + "=" + string(content)
		}
	}
	this, err := json.Marshal(written)
	if err != nil {
		return 90, err
	}
	this = append(this, '\n')
	if _, err := record.Write(this); err != nil {
		return 90, err
	}
	if slices.Contains(call, "--password-stdin") || slices.Contains(call, "@-") {
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			return 90, err
		}
	}
	line := strings.Join(call, " ")
	again := bytes.Contains(earlier, this)
	for _, each := range answers {
		pattern, err := regexp.Compile("(?s)" + each.Call)
		if err != nil {
			return 90, err
		}
		if !pattern.MatchString(line) || each.Once && again {
			continue
		}
		for name, content := range each.Files {
			if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
				return 90, err
			}
		}
		fmt.Fprint(os.Stderr, each.Err)
		fmt.Print(each.Out)
		if len(each.Pages) == 0 {
			return each.Code, nil
		}
		out, err := query(call, each.Pages)
		if err != nil {
			return 90, err
		}
		fmt.Print(out)
		return each.Code, nil
	}
	return 91, fmt.Errorf("the test has no answer to: %s", line)
}

// query applies --jq to each page, as gh does.
func query(call, pages []string) (string, error) {
	filter := "."
	if at := slices.Index(call, "--jq"); at >= 0 {
		filter = call[at+1]
	}
	if slices.Contains(call, "--silent") {
		return "", nil
	}
	parsed, err := gojq.Parse(filter)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	for _, page := range pages {
		var value any
		if err := json.Unmarshal([]byte(page), &value); err != nil {
			return "", err
		}
		for all := parsed.Run(value); ; {
			next, ok := all.Next()
			if !ok {
				break
			}
			switch each := next.(type) {
			case error:
				return "", each
			case string:
				fmt.Fprintln(&out, each)
			default:
				line, err := gojq.Marshal(each)
				if err != nil {
					return "", err
				}
				fmt.Fprintln(&out, string(line))
			}
		}
	}
	return out.String(), nil
}

// A machine is where a script runs.
type machine struct {
	t       *testing.T
	dir     string // where the steps start
	temp    string // what is outside of it
	answers []answer
	env     map[string]string // of GitHub
	tools   []string
}

const sha = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
const otherSHA = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

func newMachine(t *testing.T, answers ...answer) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir(), temp: t.TempDir(), answers: answers, tools: []string{"gh", "aws", "terraform", "docker", "npm", "go", "gofmt", "curl"}}
	if _, err := exec.LookPath("jq"); err != nil {
		m.tools = append(m.tools, "jq") // another implementation of it
	}
	m.env = map[string]string{
		"GITHUB_REPOSITORY": "acme/wine-ml", "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_SHA": sha,
		"GITHUB_RUN_ID": "77", "RUNNER_TEMP": m.temp,
	}
	return m
}

func (m *machine) write(name, content string) {
	m.t.Helper()
	path := filepath.Join(m.dir, filepath.FromSlash(name))
	require.NoError(m.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(m.t, os.WriteFile(path, []byte(content), 0o644))
}

// What a script left behind.
type result struct {
	code          int
	out           string
	outputs, envs map[string]string
	summary       string
	calls         [][]string
}

// called are the calls of a tool, each joined by spaces.
func (r result) called(tool string) []string {
	var out []string
	for _, each := range r.calls {
		if each[0] == tool {
			out = append(out, strings.Join(each[1:], " "))
		}
	}
	return out
}

// stepOf finds a step of the generated files of the first example by its name.
func stepOf(t *testing.T, file, job, name string) step {
	t.Helper()
	return stepIn(t, "wine", file, job, name)
}

// examples are the generated files of examples, which nothing changes.
var examples = map[string]map[string]*file{}

// stepIn finds one in those of another example.
func stepIn(t *testing.T, example, file, job, name string) step {
	t.Helper()
	if examples[example] == nil {
		examples[example] = parsed(t, generate(t, load(t, configurations[example])))
	}
	f := examples[example][file]
	require.NotNil(t, f, file)
	require.Contains(t, f.Jobs, job)
	for _, s := range f.Jobs[job].Steps {
		if s.Name == name {
			require.NotEmpty(t, s.Run)
			return s
		}
	}
	t.Fatalf("%s/%s has no step %q", file, job, name)
	return step{}
}

// run runs the script of a step. The variables must be those that the step has.
func (m *machine) run(s step, variables map[string]string) result {
	m.t.Helper()
	for name := range variables {
		require.Contains(m.t, s.Env, name, "the step has no such variable")
	}
	scratch := m.t.TempDir()
	binary, err := os.Executable()
	require.NoError(m.t, err)
	for _, tool := range m.tools {
		require.NoError(m.t, os.Symlink(binary, filepath.Join(scratch, tool)))
	}
	at := func(name string) string { return filepath.Join(scratch, name) }
	answers, err := json.Marshal(m.answers)
	require.NoError(m.t, err)
	require.NoError(m.t, os.WriteFile(at("answers"), answers, 0o644))
	require.NoError(m.t, os.WriteFile(at("script"), []byte(s.Run), 0o644))
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", at("script"))
	command.Dir = m.dir
	command.Env = []string{
		"PATH=" + scratch + ":" + os.Getenv("PATH"), "HOME=" + scratch, answersVariable + "=" + at("answers"), recordVariable + "=" + at("record"),
		"GITHUB_OUTPUT=" + at("output"), "GITHUB_ENV=" + at("env"), "GITHUB_STEP_SUMMARY=" + at("summary"),
	}
	for name := range s.Env {
		m.env[name] = variables[name]
	}
	for name, value := range m.env {
		command.Env = append(command.Env, name+"="+value)
	}
	out, err := command.CombinedOutput()
	r := result{out: string(out), outputs: pairs(m.t, at("output")), envs: pairs(m.t, at("env")), summary: text(m.t, at("summary"))}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else {
		require.NoError(m.t, err)
	}
	require.NotContains(m.t, r.out, "the test has no answer to")
	for _, line := range strings.Split(strings.TrimSpace(text(m.t, at("record"))), "\n") {
		if line != "" {
			var call []string
			require.NoError(m.t, json.Unmarshal([]byte(line), &call))
			r.calls = append(r.calls, call)
		}
	}
	return r
}

func text(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return string(content)
}

func pairs(t *testing.T, name string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, line := range strings.Split(text(t, name), "\n") {
		if key, value, found := strings.Cut(line, "="); found {
			out[key] = value
		}
	}
	return out
}
