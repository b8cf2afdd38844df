package changes

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// A history is a git repository that a test makes, with an app in it: a shell script that writes one stack for each file
// in stacks/, with what is in library in place of @LIBRARY@.
type history struct {
	testing.TB
	root string
	// app is the folder of the app, inside root.
	app string
}

const program = `set -eu
if [ -f broken ]; then echo "no such thing as $(cat broken)" >&2; exit 3; fi
mkdir -p "$CDKTF_OUTDIR"
separator=
printf '{"stacks": {' > "$CDKTF_OUTDIR/manifest.json"
library=$(cat library)
for file in stacks/*.json; do
  name=${file#stacks/}
  name=${name%.json}
  mkdir -p "$CDKTF_OUTDIR/stacks/$name"
  sed -e "s|@LIBRARY@|$library|" -e "s|@HERE@|$PWD|" -e "s|@OUT@|$CDKTF_OUTDIR|" -e "s|@ENV@|${MLPLATFORM_TEST:-}${TF_VAR_test:-}${GIVEN:-}|" "$file" > "$CDKTF_OUTDIR/stacks/$name/cdk.tf.json"
  needs=; if [ "$name" = api ]; then needs='"web"'; fi
  if [ "$name" = web ]; then needs='"zone"'; fi
  printf '%s"%s": {"synthesizedStackPath": "stacks/%s/cdk.tf.json", "dependencies": [%s]}' "$separator" "$name" "$name" "$needs" >> "$CDKTF_OUTDIR/manifest.json"
  separator=,
done
printf '}, "version": "stub"}' >> "$CDKTF_OUTDIR/manifest.json"
if [ -d assets ]; then cp -R assets "$CDKTF_OUTDIR/stacks/dev/assets"; fi
`

func newHistory(t testing.TB, app ...string) *history {
	t.Helper()
	h := noHistory(t, app...)
	h.git("init", "--quiet", "--initial-branch=main", "--template=")
	file, err := os.OpenFile(filepath.Join(h.root, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	defer file.Close()
	_, err = file.WriteString(settings)
	require.NoError(t, err)
	return h
}

// settings are those of the repository: an author, and nothing that git starts beside a commit.
const settings = `[user]
	email = someone@example.com
	name = Someone
[commit]
	gpgsign = false
[gc]
	auto = 0
[maintenance]
	auto = false
`

// noHistory is a folder that is no repository yet.
func noHistory(t testing.TB, app ...string) *history {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	h := &history{TB: t, root: filepath.Join(root, "a repository")}
	h.app = filepath.Join(append([]string{h.root}, app...)...)
	require.NoError(t, os.MkdirAll(h.app, 0o755))
	return h
}

// withApp has a first commit with two stacks.
func withApp(t testing.TB, app ...string) *history {
	t.Helper()
	if files := first[filepath.Join(app...)]; files != nil {
		h := noHistory(t, app...)
		require.NoError(t, os.CopyFS(h.root, files))
		return h
	}
	h := newHistory(t, app...)
	h.write("cdktf.json", `{"language": "go", "app": "sh 'the program.sh'"}`)
	h.write("the program.sh", program)
	h.write("library", "1")
	h.write("stacks/dev.json", devStack)
	h.write("stacks/operations.json", `{"resource": {"aws_ecr_repository": {"app": {"name": "app"}}}}`)
	h.commit("first")
	first[filepath.Join(app...)] = h.files()
	return h
}

// first are the files of repositories with a first commit and nothing else, by the folder of the app, since git takes longer than
// a copy.
var first = map[string]fstest.MapFS{}

func (h *history) files() fstest.MapFS {
	h.Helper()
	files, all := fstest.MapFS{}, os.DirFS(h.root)
	require.NoError(h, fs.WalkDir(all, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		file := &fstest.MapFile{Mode: info.Mode()}
		if !entry.IsDir() {
			file.Data, err = fs.ReadFile(all, name)
		}
		files[name] = file
		return err
	}))
	return files
}

const devStack = `{"terraform": {"backend": {"s3": {"bucket": "states", "key": "dev"}}},
"resource": {"aws_s3_bucket": {"data": {"bucket": "data"}}, "aws_vpc": {"v": {"cidr_block": "10.0.0.0/16"}}}}`

func (h *history) git(args ...string) string {
	h.Helper()
	command := exec.Command("git", args...)
	command.Dir = h.root
	command.Env = append(clean(os.Environ()), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := command.CombinedOutput()
	require.NoError(h, err, "%s", out)
	return strings.TrimSpace(string(out))
}

func (h *history) write(name, text string) {
	h.Helper()
	path := filepath.Join(h.app, filepath.FromSlash(name))
	require.NoError(h, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h, os.WriteFile(path, []byte(text), 0o644))
}

func (h *history) replace(name, old, with string) {
	h.Helper()
	text, err := os.ReadFile(filepath.Join(h.app, filepath.FromSlash(name)))
	require.NoError(h, err)
	require.Contains(h, string(text), old)
	h.write(name, strings.ReplaceAll(string(text), old, with))
}

func (h *history) remove(name string) {
	h.Helper()
	require.NoError(h, os.Remove(filepath.Join(h.app, filepath.FromSlash(name))))
}

func (h *history) commit(message string) string {
	h.Helper()
	h.git("add", "--all")
	h.git("commit", "--quiet", "--message", message)
	return h.git("rev-parse", "HEAD")
}

// compare compares, and checks that nothing remains of it.
func (h *history) compare(o Options) (*Report, error) {
	h.Helper()
	before := h.git("status", "--porcelain", "--ignored")
	temp := h.TempDir()
	h.Setenv("TMPDIR", temp)
	o.Dir = h.app
	report, err := Compare(context.Background(), o)
	left, readErr := os.ReadDir(temp)
	require.NoError(h, readErr)
	require.Empty(h, left, "a folder was left behind")
	checkouts, readErr := filepath.Glob(filepath.Join(h.root, ".git", "worktrees", "*")) // what git worktree list tells
	require.NoError(h, readErr)
	require.Empty(h, checkouts, "a checkout was left behind")
	require.Equal(h, before, h.git("status", "--porcelain", "--ignored"), "the working tree is another")
	return report, err
}
