package changes

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// withGo has a first commit with an app in Go: what a package says, what is embedded, and what a file says are in its one stack.
func withGo(t *testing.T, app ...string) *history {
	t.Helper()
	if testing.Short() {
		t.Skip("no commit is compiled beside the packages that Go has, so that is not checked; run the tests without -short")
	}
	h := newHistory(t, app...)
	h.write("cdktf.json", `{"language": "go", "app": "go run ."}`)
	h.write("go.mod", "module example.com/app\n\ngo 1.24\n")
	h.write("main.go", `package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"example.com/app/names"
)

//go:embed embedded.txt
var embedded string

func main() {
	file, err := os.ReadFile("config/file.txt")
	if err != nil {
		fmt.Fprintln(os.Stderr, "config/file.txt: cannot be read")
		os.Exit(2)
	}
	out := os.Getenv("CDKTF_OUTDIR")
	os.MkdirAll(filepath.Join(out, "stacks", "dev"), 0o755)
	os.WriteFile(filepath.Join(out, "manifest.json"), []byte(`+"`"+`{"stacks": {"dev": {"synthesizedStackPath": "stacks/dev/cdk.tf.json"}}, "version": "stub"}`+"`"+`), 0o644)
	os.WriteFile(filepath.Join(out, "stacks", "dev", "cdk.tf.json"), []byte(fmt.Sprintf(`+"`"+`{"resource": {"aws_s3_bucket": {"b": {"bucket": "%s-%s-%s"}}}}`+"`"+`, names.Of, embedded, file)), 0o644)
}
`)
	h.write("names/names.go", "package names\n\nconst Of = \"one\"\n")
	h.write("embedded.txt", "one")
	h.write("config/file.txt", "one")
	h.commit("first")
	return h
}

// compiled is the program of a commit, on its own.
func (h *history) compiled(commit, command string, o Options) (program string, found bool) {
	h.Helper()
	repo, err := open(context.Background(), h.app)
	require.NoError(h, err)
	r := runner{options: o, repo: repo, temp: h.TempDir()}
	require.NoError(h, repo.checkout(context.Background(), commit, r.checkout(), func(string) error {
		program, found = r.compiled(context.Background(), command)
		return nil
	}))
	return program, found
}

// TestCommitsAreCompiledInTheWorkingTree: what a commit has in place of what is in the working tree makes its program.
func TestCommitsAreCompiledInTheWorkingTree(t *testing.T) {
	h := withGo(t, "platform")
	h.write("names/names.go", "package names\n\nconst Of = \"two\"\n")
	h.write("embedded.txt", "two")
	h.write("config/file.txt", "two")
	h.write("names/more.go", "package names\n\nconst More = 2\n")
	h.commit("second")
	// What is in the working tree alone is in neither.
	h.write("names/more.go", "package names\n\nconst More = 3\n")
	h.write("names/names.go", "package names\n\nconst Of, Broken = \"three\"\n")
	h.write("untracked.go", "package main\n\nfunc main() {}\n")
	report, err := h.compare(Options{Base: "HEAD~1", Head: "HEAD"})
	require.NoError(t, err)
	text := report.Markdown(0)
	require.Contains(t, text, "one-one-one")
	require.Contains(t, text, "two-two-two")
	program, found := h.compiled("HEAD~1", " go  run main.go ", Options{})
	require.True(t, found)
	require.FileExists(t, program)
}

// TestCommandsThatCompileNothing are left as they are, and so is what may find its files by its own path.
func TestCommandsThatCompileNothing(t *testing.T) {
	h := withGo(t)
	for _, command := range []string{"go run -race .", "go run . synth", "go run . > log", "go run ./cmd/app", "node main.js", "go run main.js"} {
		_, found := h.compiled("HEAD", command, Options{})
		require.False(t, found, command)
	}
	_, found := h.compiled("HEAD", "go run .", Options{Setup: "true"})
	require.False(t, found, "what is set up is in the checkout")

	h.write("other/here.go", "package other\n\nimport \"runtime\"\n\nfunc Here() string { _, file, _, _ := runtime.Caller(0); return file }\n")
	h.commit("a file that asks where it is")
	_, found = h.compiled("HEAD", "go run .", Options{})
	require.True(t, found, "the program does not use it")
	h.write("names/here.go", "package names\n\nimport \"example.com/app/other\"\n\nvar Here = other.Here()\n")
	h.commit("uses it")
	_, found = h.compiled("HEAD", "go run .", Options{})
	require.False(t, found)

	h.write("go.work", "go 1.24\n\nuse .\n")
	h.commit("a workspace")
	_, found = h.compiled("HEAD", "go run .", Options{})
	require.False(t, found)
	t.Setenv("GOFLAGS", "-overlay="+filepath.Join(t.TempDir(), "own.json"))
	_, found = h.compiled("HEAD~2", "go run .", Options{})
	require.False(t, found)
}

// TestWhatDoesNotCompileIsSaidByGo, and what fails is said by the app.
func TestWhatDoesNotCompileIsSaidByGo(t *testing.T) {
	h := withGo(t)
	h.write("names/names.go", "package names\n\nconst Other = 1\n")
	h.commit("broken")
	h.write("names/names.go", "package names\n\nconst Of = \"one\"\n")
	require.NoError(t, os.Remove(filepath.Join(h.app, "config", "file.txt")))
	h.commit("no file")
	h.write("config/file.txt", "one")
	_, err := h.compare(Options{Base: "HEAD~1"})
	require.ErrorContains(t, err, "the base, HEAD~1 (")
	require.ErrorContains(t, err, `does not synthesise: "go run ." ended with exit status 1; it said:`)
	require.ErrorContains(t, err, "main.go:24:")
	require.ErrorContains(t, err, "undefined: names.Of")
	_, err = h.compare(Options{Base: "HEAD"})
	require.ErrorContains(t, err, "\"go run .\" ended with exit status 2; it said:\nconfig/file.txt: cannot be read")
}
