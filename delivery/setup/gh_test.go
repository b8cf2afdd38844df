package setup_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/itchyny/gojq"
)

// The script runs with this test binary in the place of gh. It answers like GitHub, from a file that keeps what was set.
const fakeVariable = "FAKE_GITHUB_STATE"

func TestMain(m *testing.M) {
	if file := os.Getenv(fakeVariable); file != "" {
		if err := gh(file, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "gh:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func gh(file string, args []string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	for name, policies := range s.Policies {
		s.Environments[name].Policies = policies
	}
	call, err := parse(args)
	if err != nil {
		return err
	}
	answer, err := s.answer(call)
	if err != nil {
		return err
	}
	s.Policies = map[string][]gitHubPolicy{}
	for name, environment := range s.Environments {
		s.Policies[name] = environment.Policies
	}
	if text, err = json.MarshalIndent(s, "", "  "); err != nil {
		return err
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	return call.print(answer)
}

type ghCall struct {
	method, path, jq string
	silent, paginate bool
	body             []byte
}

func parse(args []string) (*ghCall, error) {
	if len(args) == 0 || args[0] != "api" {
		return nil, fmt.Errorf("unknown command %q", args)
	}
	c := &ghCall{method: "GET"}
	fields := map[string]string{}
	headers := []string{}
	for i := 1; i < len(args); i++ {
		value := func() string {
			i++
			if i == len(args) {
				return ""
			}
			return args[i]
		}
		switch args[i] {
		case "--header":
			headers = append(headers, value())
		case "--method":
			c.method = value()
		case "--jq":
			c.jq = value()
		case "--silent":
			c.silent = true
		case "--paginate":
			c.paginate = true
		case "--raw-field":
			name, text, _ := strings.Cut(value(), "=")
			fields[name] = text
		case "--input":
			if value() != "-" {
				return nil, fmt.Errorf("--input is not -")
			}
			body, err := io.ReadAll(os.Stdin)
			if err != nil {
				return nil, err
			}
			c.body = body
		default:
			if strings.HasPrefix(args[i], "-") || c.path != "" {
				return nil, fmt.Errorf("unknown argument %q", args[i])
			}
			c.path = args[i]
		}
	}
	if !slices.Equal(headers, []string{"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2026-03-10"}) {
		return nil, fmt.Errorf("headers %q", headers)
	}
	if len(fields) > 0 {
		c.body, _ = json.Marshal(fields)
	}
	return c, nil
}

func (c *ghCall) print(answer any) error {
	if c.silent || answer == nil {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	if c.jq == "" {
		_, err := os.Stdout.Write(text)
		return err
	}
	query, err := gojq.Parse(c.jq)
	if err != nil {
		return err
	}
	var input any
	if err := json.Unmarshal(text, &input); err != nil {
		return err
	}
	results := query.Run(input)
	for {
		result, more := results.Next()
		if !more {
			return nil
		}
		switch r := result.(type) {
		case error:
			return r
		case string:
			fmt.Println(r)
		case float64:
			fmt.Println(strconv.Itoa(int(r)))
		default:
			text, err := gojq.Marshal(r)
			if err != nil {
				return err
			}
			fmt.Println(string(text))
		}
	}
}

// install puts this binary on the PATH as gh.
func install(t *testing.T, file string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "gh")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv(fakeVariable, file)
}
