package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/program"
)

const page = "../../docs/tutorial.md"

// A block is what stands between fences.
type block struct{ language, text string }

// needs begins a block that tests do not run.
const needs = "# needs "

func blocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	var out []block
	for _, match := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		out = append(out, block{match[1], match[2]})
	}
	require.Greater(t, len(out), 20)
	return out
}

// flat is code without indentation and alignment.
func flat(code string) string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(code), "\n") {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

// TestPageShowsTheProgram holds the page's Go code and drawing against the program.
func TestPageShowsTheProgram(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var program string
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			program += flat(string(text)) + "\n"
		}
	}
	drawing, err := os.ReadFile("testdata/pipeline.mmd")
	require.NoError(t, err)
	shown := 0
	for _, each := range blocks(t) {
		switch each.language {
		case "go":
			require.Contains(t, program, flat(each.text)+"\n", "no part of the program:\n%s", each.text)
			shown++
		case "mermaid":
			require.Equal(t, string(drawing), each.text)
			shown++
		}
	}
	require.Greater(t, shown, 10)
}

// TestPageShowsTheMistake: what the page says about a wrong schedule is what TestMistake sees.
func TestPageShowsTheMistake(t *testing.T) {
	require.Contains(t, blocks(t), block{"text", mistake + "\n"})
}

// TestCommands writes the configuration that the page shows and runs the commands of the page that need no AWS, in their
// order and in one shell, and compares what they print where the page shows it. Programs of the module are compiled once.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("the commands of the tutorial are not run: they compile two programs, and one loads the whole provider")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the commands of the tutorial are not run: there is no bash")
	}
	python(t)
	dir := filepath.Join(t.TempDir(), "mlplatform") // beside which the page makes a repository
	require.NoError(t, os.Mkdir(dir, 0o755))
	examples, err := filepath.Abs("..")
	require.NoError(t, err)
	for _, name := range []string{"examples", "go.mod", "go.sum"} {
		require.NoError(t, os.Symlink(filepath.Join(examples, "..", name), filepath.Join(dir, name)))
	}
	start, err := filepath.Abs("../../examples/configurations/wine")
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(dir, "config"), os.DirFS(start)))

	// go run means the compiled program; go test would be this test.
	script := `set -eu
go() {
  case "$*" in
    "run ./examples/tutorial"*) shift 2; "$TUTORIAL" "$@" ;;
    "run ."*) shift 2; "$MLPLATFORM" "$@" ;;
    "test ./examples/tutorial") ;;
    *) echo "the page has a command that this test does not know: go $*"; return 1 ;;
  esac
}
`
	all, ran, want := blocks(t), 0, map[string]string{}
	fresh := true
	for i, each := range all {
		if each.language == "yaml" {
			name, text, _ := strings.Cut(strings.TrimPrefix(each.text, "# "), "\n")
			if fresh {
				script += "rm config/environments/*.yaml\n" // as the page says
				fresh = false
			}
			script += "cat > " + name + " <<'END'\n" + text + "END\n"
		}
		if each.language != "sh" {
			continue
		}
		if strings.HasPrefix(each.text, needs) {
			check := exec.Command(bash, "-n")
			check.Stdin = strings.NewReader(each.text)
			out, err := check.CombinedOutput()
			require.NoError(t, err, "%s\n%s", out, each.text)
			continue
		}
		ran++
		mark := "== block " + string(rune('a'+ran)) + "\n"
		script += "printf '" + strings.ReplaceAll(mark, "\n", `\n`) + "'\n" + each.text
		if i+1 < len(all) && all[i+1].language == "text" && all[i+1].text != mistake+"\n" {
			want[mark] = all[i+1].text
		}
	}
	require.Equal(t, 8, ran, "blocks of commands that need no AWS")
	require.Len(t, want, 3)

	shell := exec.Command(bash, "-c", script)
	shell.Dir = dir
	shell.Env = append(os.Environ(), "TUTORIAL="+program.Compile(t, "."), "MLPLATFORM="+program.Compile(t, "../.."), "TMPDIR="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	var printed, problems bytes.Buffer
	shell.Stdout, shell.Stderr = &printed, &problems
	require.NoError(t, shell.Run(), "%s\n%s", printed.String(), problems.String())
	for mark, text := range want {
		_, after, found := strings.Cut(printed.String(), mark)
		require.True(t, found)
		got, _, _ := strings.Cut(after, "== block ")
		if _, report, run := strings.Cut(got, "\nfolders, logs and the drawing"); run { // the id of the execution is new each time
			_, got, _ = strings.Cut(report, "\n")
			got += "\n"
		}
		require.Equal(t, text, got)
	}
	require.Contains(t, printed.String(), "registered: wine-dev-models version 1, PendingManualApproval, in local.out/registry/wine-dev-models/1\n")
	require.Contains(t, printed.String(), "registered: quality version 1, PendingManualApproval, in local.out/registry/quality/1\n")
	for _, stack := range []string{"state", "operations", "dev", "prod"} {
		require.Contains(t, printed.String(), "\n"+stack)
	}
	for _, stack := range []string{"quality-dev", "quality-prod"} {
		require.FileExists(t, filepath.Join(dir, "cdktf.out", "stacks", stack, "cdk.tf.json"))
	}
}
