package changes

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMistakes(t *testing.T) {
	for _, each := range []struct {
		name  string
		spoil func(h *history)
		o     Options
		want  string
	}{
		{name: "no such commit", o: Options{Base: "nowhere"}, want: `the base "nowhere" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "no such head", o: Options{Base: "main", Head: "nowhere"}, want: `the head "nowhere" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "empty", o: Options{Base: " "}, want: `the base is empty; name a commit, branch or tag`},
		{name: "a flag", o: Options{Base: "--help"}, want: `the base "--help" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "a flag with a value", o: Options{Base: "main", Head: "--output=/etc/passwd"}, want: `the head "--output=/etc/passwd" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "a range", o: Options{Base: "main..main"}, want: `the base "main..main" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "a file", o: Options{Base: "main:library"}, want: `the base "main:library" names no commit here; is it fetched? A branch of GitHub is origin/<name> after git fetch`},
		{name: "a base that fails", spoil: func(h *history) { h.write("broken", "luck"); h.commit("broken"); h.remove("broken") }, o: Options{Base: "main"},
			want: `the base, main (@), does not synthesise: "sh 'the program.sh'" ended with exit status 3; it said:` + "\nno such thing as luck"},
		{name: "a head that fails", spoil: func(h *history) { h.write("broken", "luck") }, o: Options{Base: "main"},
			want: `the head, the working tree, does not synthesise: "sh 'the program.sh'" ended with exit status 3; it said:` + "\nno such thing as luck"},
		{name: "no program in the head", spoil: func(h *history) { h.remove("cdktf.json") }, o: Options{Base: "main"},
			want: `the head, the working tree, has no cdktf.json in ~; run this in the folder of the app`},
		{name: "no program in a head that is a commit", spoil: func(h *history) { h.remove("cdktf.json"); h.commit("none") }, o: Options{Base: "main~1", Head: "main"},
			want: `the head, main (@), has no cdktf.json in .; run this in the folder of the app`},
		{name: "no command", spoil: func(h *history) { h.write("cdktf.json", "{}") }, o: Options{Base: "main"},
			want: `the head, the working tree, has a cdktf.json without "app", the command that synthesises, such as "go run ."`},
		{name: "no JSON", spoil: func(h *history) { h.write("cdktf.json", "{") }, o: Options{Base: "main"},
			want: `the head, the working tree, has a cdktf.json that cannot be read: unexpected end of JSON input`},
		{name: "a silent failure", spoil: func(h *history) { h.write("the program.sh", "exit 1") }, o: Options{Base: "main"},
			want: `the head, the working tree, does not synthesise: "sh 'the program.sh'" ended with exit status 1; it said:` + "\n(it printed nothing)"},
		{name: "an app that writes elsewhere", spoil: func(h *history) { h.write("the program.sh", "true") }, o: Options{Base: "main"},
			want: `the head, the working tree, wrote no manifest.json: its command "sh 'the program.sh'" must write to the folder that CDKTF_OUTDIR names`},
		{name: "output that is no JSON", spoil: func(h *history) { h.write("stacks/dev.json", "{") }, o: Options{Base: "main"},
			want: `the head, the working tree, wrote what cannot be read: stacks/dev/cdk.tf.json: unexpected EOF`},
		{name: "a checkout without its packages", spoil: func(h *history) {
			h.write("package.json", "{}")
			h.write("broken", "ts-node")
			h.commit("broken")
			h.remove("broken")
		}, o: Options{Base: "main"},
			want: `the base, main (@), does not synthesise: "sh 'the program.sh'" ended with exit status 3; it said:` + "\nno such thing as ts-node\n" +
				`A fresh checkout lacks what is not committed: name the command that makes it with --setup, such as "npm ci" or "cdktf get".`},
		{name: "a setup that fails", o: Options{Base: "main", Setup: "echo no network; false"},
			want: `the base, main (@), cannot be set up: "echo no network; false" ended with exit status 1; it said:` + "\nno network"},
	} {
		t.Run(each.name, func(t *testing.T) {
			h := withApp(t)
			if each.spoil != nil {
				each.spoil(h)
			}
			_, err := h.compare(each.o)
			require.Error(t, err)
			got := strings.ReplaceAll(err.Error(), h.git("rev-parse", "HEAD")[:7], "@")
			require.Equal(t, each.want, strings.ReplaceAll(got, h.app, "~"))
		})
	}
}

// TestNamesLikeFlags: git forbids such names for branches, but not for everything that names a commit.
func TestNamesLikeFlags(t *testing.T) {
	h := withApp(t)
	h.git("update-ref", "refs/heads/--detach", "HEAD")
	h.git("update-ref", "refs/tags/-q", "HEAD")
	for _, ref := range []string{"--detach", "-q", "refs/heads/--detach"} {
		report, err := h.compare(Options{Base: ref, Head: ref})
		require.NoError(t, err, ref)
		require.Empty(t, report.Stacks)
	}
}

// TestHooks: a checkout runs no hooks of the user.
func TestHooks(t *testing.T) {
	h := withApp(t)
	hook := filepath.Join(h.root, ".git", "hooks", "post-checkout")
	require.NoError(t, os.MkdirAll(filepath.Dir(hook), 0o755))
	require.NoError(t, os.WriteFile(hook, []byte("#!/bin/sh\necho > "+"'"+h.root+"/hooked'\n"), 0o755))
	_, err := h.compare(Options{Base: "main"})
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(h.root, "hooked"))
}

// TestSetup: only fresh checkouts are set up.
func TestSetup(t *testing.T) {
	h := withApp(t)
	h.replace("the program.sh", "set -eu\n", "set -eu\ntest -f node_modules\n")
	h.write(".gitignore", "node_modules\n")
	h.commit("needs packages")
	h.write("node_modules", "mine")
	_, err := h.compare(Options{Base: "main"})
	require.ErrorContains(t, err, "the base, main (")
	_, err = h.compare(Options{Base: "main", Setup: "touch node_modules"})
	require.NoError(t, err)
	kept, err := os.ReadFile(filepath.Join(h.app, "node_modules"))
	require.NoError(t, err)
	require.Equal(t, "mine", string(kept))
}

func TestShallowClone(t *testing.T) {
	h := withApp(t)
	h.write("library", "2")
	h.commit("second")
	shallow := &history{TB: t, root: filepath.Join(t.TempDir(), "shallow")}
	shallow.app = shallow.root
	h.git("clone", "--quiet", "--depth=1", "file://"+h.root, shallow.root)
	_, err := shallow.compare(Options{Base: "HEAD~1"})
	require.EqualError(t, err, `the base "HEAD~1" names no commit here: the clone is shallow, it has only the newest commits; set fetch-depth: 0 for actions/checkout, or run git fetch --unshallow`)
	_, err = shallow.compare(Options{Base: "HEAD"})
	require.NoError(t, err)
}

func TestNoCommitYet(t *testing.T) {
	h := newHistory(t)
	h.write("cdktf.json", `{"app": "true"}`)
	_, err := h.compare(Options{Base: "HEAD"})
	require.EqualError(t, err, `the base "HEAD" names no commit here: the repository has no commit yet; commit first`)
}

func TestNoRepository(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	_, err := Compare(context.Background(), Options{Dir: dir, Base: "HEAD"})
	require.ErrorContains(t, err, dir+" is not in the working tree of a git repository: ")
	_, err = Compare(context.Background(), Options{Dir: filepath.Join(dir, "none"), Base: "HEAD"})
	require.EqualError(t, err, filepath.Join(dir, "none")+": there is no such folder")
}

// TestMissingCommits: a base that went on shows its commits in reverse, which must be said.
func TestMissingCommits(t *testing.T) {
	h := withApp(t)
	h.git("switch", "--quiet", "--create", "feature")
	h.write("library", "2")
	h.commit("feature")
	h.git("switch", "--quiet", "main")
	h.replace("stacks/dev.json", "10.0.0.0/16", "10.1.0.0/16")
	h.commit("main goes on")
	h.git("switch", "--quiet", "feature")
	report, err := h.compare(Options{Base: "main"})
	require.NoError(t, err)
	require.Equal(t, 1, report.Missing)
	require.Contains(t, report.Markdown(0), "The base has 1 commit that the head lacks: what they did shows in reverse.\n")
	report, err = h.compare(Options{Base: h.git("merge-base", "main", "feature")})
	require.NoError(t, err)
	require.Zero(t, report.Missing)
	require.Empty(t, report.Stacks)
}

// TestInterrupt: the end of the app is that of what it has started, and the checkout goes.
func TestInterrupt(t *testing.T) {
	h := withApp(t)
	process := filepath.Join(t.TempDir(), "process")
	h.write("the program.sh", "sleep 60 & echo $! > '"+process+"'; wait")
	h.commit("never ends")
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var number int
	go func() {
		defer stop()
		for number == 0 && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
			text, _ := os.ReadFile(process)
			number, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		}
	}()
	_, err := Compare(ctx, Options{Dir: h.app, Base: "HEAD~1", Head: "HEAD"})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, alive(os.Getpid()))
	require.Eventually(t, func() bool { return !alive(number) }, 5*time.Second, 10*time.Millisecond, "what the program started has ended")
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Len(t, strings.Split(h.git("worktree", "list"), "\n"), 1)
}

// alive reports whether a process runs. One that has ended, and whose end nobody asked for, does not.
func alive(process int) bool {
	state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(process)).Output()
	return err == nil && !strings.HasPrefix(string(state), "Z")
}
