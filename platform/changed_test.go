package platform_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/program"
)

// project is a git repository in which the test is.
type project struct{ *testing.T }

// newProject has a first commit with this command in cdktf.json, and whatever else fill writes.
func newProject(t *testing.T, command string, fill func(p project)) project {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a project")
	require.NoError(t, os.Mkdir(dir, 0o755))
	source, err := filepath.Abs(example)
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(dir, "config"), os.DirFS(source)))
	t.Chdir(dir)
	p := project{t}
	cdktf, err := json.Marshal(map[string]string{"language": "go", "app": command})
	require.NoError(t, err)
	p.write("cdktf.json", string(cdktf))
	fill(p)
	p.git("init", "--quiet", "--initial-branch=main")
	p.git("config", "user.email", "someone@example.com")
	p.git("config", "user.name", "Someone")
	p.commit("first")
	return p
}

func (p project) write(name, text string) {
	p.Helper()
	require.NoError(p, os.WriteFile(name, []byte(text), 0o644))
}

func (p project) git(args ...string) {
	p.Helper()
	out, err := exec.Command("git", args...).CombinedOutput()
	require.NoError(p, err, "%s", out)
}

func (p project) commit(message string) {
	p.Helper()
	p.git("add", "--all")
	p.git("-c", "commit.gpgsign=false", "commit", "--quiet", "--message", message)
}

func (p project) replace(name, old, with string) {
	p.Helper()
	text, err := os.ReadFile(name)
	require.NoError(p, err)
	require.Contains(p, string(text), old)
	require.NoError(p, os.WriteFile(name, []byte(strings.Replace(string(text), old, with, 1)), 0o644))
}

// TestChangedAndDiff: the real program, on a history of the example configuration.
func TestChangedAndDiff(t *testing.T) {
	if testing.Short() {
		t.Skip("commits are not compared by the real program: it is compiled, and runs a dozen times")
	}
	binary := program.Compile(t, "..")
	const dev = "config/environments/dev.yaml"
	p := newProject(t, "'"+binary+"'", func(p project) {
		for _, name := range []string{"staging", "prod"} { // one environment, of few parts, shows as much, sooner
			require.NoError(p, os.Remove("config/environments/"+name+".yaml"))
		}
		p.replace("config/platform.yaml", "promotionOrder: [dev, staging, prod]", "promotionOrder: [dev]")
		for _, part := range []string{"cluster", "automation", "endpoint", "registry"} {
			p.replace(dev, "\n"+part+":\n", "\n"+part+":\n  enabled: false\n")
		}
	})

	p.replace(dev, "network:", "# Words that have no effect.\nnetwork:")
	code, text, problems := run("changed", "--base", "main")
	require.Zero(t, code, problems)
	require.Regexp(t, `^no stack differs between main \([0-9a-f]{7}\) and the working tree\n$`, text)

	p.replace(dev, "availabilityZones: 2", "availabilityZones: 3")
	code, text, problems = run("diff", "--base", "main")
	require.Zero(t, code, problems)
	require.Regexp(t, "(?m)^\\| `dev` \\| changed \\| \\d+ \\|", text)
	require.NotContains(t, text, "`operations`")
	require.Contains(t, text, "- added `aws_subnet.network_subnet-private-c_")
	require.Contains(t, text, "  - `pipeline_definition.Steps[train].Arguments.VpcConfig.Subnets`: with `[")
	p.commit("a third zone")

	// A new environment also changes what knows of all environments. The order is that of deployment.
	file, err := os.ReadFile(dev)
	require.NoError(t, err)
	p.write("config/environments/aaa.yaml", strings.NewReplacer(
		"222222222222", "555555555555", "10.10.0.0/16", "10.90.0.0/16", "profile: dev", "profile: aaa", "branches: [main, feature/*]", "tags: [aaa]").Replace(string(file)))
	p.replace("config/platform.yaml", "promotionOrder: [dev]", "promotionOrder: [dev, aaa]")
	code, text, problems = run("changed", "--base", "main", "--format", "github")
	require.Zero(t, code, problems)
	require.Equal(t, `{"stacks":["state","operations","aaa-access","aaa"],"removed":[]}`+"\n", text)
	p.commit("a new environment")

	// What is wrong on a side is told in the program's own words.
	p.replace(dev, "10.10.0.0/16", "8.8.0.0/16")
	for _, command := range []string{"changed", "diff"} {
		code, text, problems = run(command, "--base", "main")
		require.Equal(t, 1, code)
		require.Empty(t, text)
		require.Contains(t, problems, "the head, the working tree, does not synthesise: ")
		require.Contains(t, problems, "network.cidr: 8.8.0.0/16 is not private")
	}
	p.commit("a mistake")
	p.replace(dev, "8.8.0.0/16", "10.10.0.0/16")
	code, _, problems = run("changed", "--base", "main")
	require.Equal(t, 1, code)
	require.Contains(t, problems, "the base, main (")
	require.Regexp(t, `config/environments/dev.yaml:\d+:\d+: network.cidr: 8.8.0.0/16 is not private`, problems)
	require.NotContains(t, problems, "mlplatform-changes-")
}

// TestChangedFlags: any app will do, here one that writes what is in a file.
func TestChangedFlags(t *testing.T) {
	stack := func(key string) string { return `{"terraform": {"backend": {"s3": {"key": "` + key + `"}}}}` }
	p := newProject(t, "sh app.sh", func(p project) {
		p.write("app.sh", `mkdir -p "$CDKTF_OUTDIR/stacks/dev" && cp stack.json "$CDKTF_OUTDIR/stacks/dev/cdk.tf.json" && cp manifest.json "$CDKTF_OUTDIR" && test "$MLPLATFORM_CONFIG" = config && test -z "$MLPLATFORM_PROFILE"`)
		p.write("manifest.json", `{"stacks": {"dev": {"synthesizedStackPath": "stacks/dev/cdk.tf.json"}}}`)
		p.write("stack.json", stack("old"))
	})
	t.Setenv("MLPLATFORM_PROFILE", "true")
	user := t.TempDir()
	t.Setenv("HOME", user)
	t.Setenv("XDG_CACHE_HOME", user)
	kept := func() int {
		folder, err := os.UserCacheDir()
		require.NoError(t, err)
		files, err := filepath.Glob(filepath.Join(folder, "mlplatform", "changes", "*"))
		require.NoError(t, err)
		return len(files)
	}
	here, err := os.Getwd()
	require.NoError(t, err)
	p.write("stack.json", stack("new"))
	p.commit("another key")
	for _, format := range []string{"text", "github"} {
		require.Zero(t, kept())
		code, out, problems := run("changed", "--base", "main~1", "--format", format, "--no-cache")
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, problems, "dev: the backend changes:\n  s3.key: \"old\" → \"new\"\nThe state would be left behind")
	}
	code, out, problems := run("changed", "--base", "main~1", "--allow-backend-change", "--config", filepath.Join(here, "config"))
	require.Zero(t, code, problems)
	require.Equal(t, "dev  changed  backend\n", out)
	require.Empty(t, problems)
	require.Equal(t, 1, kept(), "the working tree is not kept")

	code, out, problems = run("changed", "--base", "main", "--head", "main~1", "--allow-backend-change", "--format", "github")
	require.Zero(t, code, problems)
	require.Equal(t, `{"stacks":["dev"],"removed":[]}`+"\n", out)
	require.Equal(t, "the base has 1 commit that the head lacks: what they did shows in reverse; \"git merge-base\" names the commit where they part\n", problems)
	require.Equal(t, 2, kept())

	code, out, problems = run("diff", "--base", "main~1")
	require.Zero(t, code, problems)
	require.Contains(t, out, "> - `dev`: the backend changes: the state would be left behind\n")
}

// TestChangedPage: the page of both commands names every flag.
func TestChangedPage(t *testing.T) {
	page, err := os.ReadFile("../docs/changes.md")
	require.NoError(t, err)
	for _, command := range []string{"changed", "diff"} {
		code, help, _ := run(command, "--help")
		require.Zero(t, code)
		flags := regexp.MustCompile(`(?m)^ +(?:-\w, )?(--[a-z-]+)`).FindAllStringSubmatch(help, -1)
		require.GreaterOrEqual(t, len(flags), 5, help)
		for _, flag := range flags {
			if flag[1] != "--help" {
				require.Contains(t, string(page), "| `"+flag[1]+"` |")
			}
		}
	}
}

func TestChangedMistakes(t *testing.T) {
	elsewhere := t.TempDir()
	for want, args := range map[string][]string{
		"--base is missing: the commit to compare with; see mlplatform changed --help\n":                                                             {"changed"},
		"--base is missing: the commit to compare with; see mlplatform diff --help\n":                                                                {"diff"},
		"--format \"json\" is neither text nor github\n":                                                                                             {"changed", "--base", "HEAD", "--format", "json"},
		"--head is empty; name a commit, or leave the flag out for the working tree\n":                                                               {"changed", "--base", "HEAD", "--head", ""},
		"--max-length 100 is too short; at least 2000, or 0 for no limit\n":                                                                          {"diff", "--base", "HEAD", "--max-length", "100"},
		"\"main\" is no command of mlplatform changed; see mlplatform changed --help\n":                                                              {"changed", "main"},
		"the configuration " + elsewhere + " is outside this folder, so its history is not in the commits that are compared; name a folder inside\n": {"diff", "--base", "HEAD", "--config", elsewhere},
	} {
		code, out, problems := run(args...)
		require.Equal(t, 1, code, args)
		require.Empty(t, out, args)
		require.Equal(t, want, problems, args)
	}
}
