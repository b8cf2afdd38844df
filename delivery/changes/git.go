package changes

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// A repository is where the app's history is.
type repository struct {
	// dir is the app's folder in the working tree, prefix its path inside the repository.
	dir, prefix string
	// worktrees lets one checkout be made or removed at a time: git reads all of them then, and fails at one that is half there.
	worktrees *sync.Mutex
}

// root is the repository's folder.
func (r repository) root() string {
	return strings.TrimSuffix(r.dir, strings.TrimSuffix(string(filepath.Separator)+r.prefix, string(filepath.Separator)))
}

// open finds the repository around the app.
func open(ctx context.Context, dir string) (repository, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return repository{}, fmt.Errorf("%s: there is no such folder", dir)
	}
	if _, err := exec.LookPath("git"); err != nil {
		return repository{}, errors.New("git is not installed; two commits are compared, so it is needed")
	}
	prefix, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return repository{}, fmt.Errorf("%s is not in the working tree of a git repository: %w", dir, err)
	}
	resolved, err := filepath.EvalSymlinks(dir)
	return repository{dir: resolved, prefix: filepath.FromSlash(prefix), worktrees: new(sync.Mutex)}, err
}

// git runs git and returns what it prints, without the last newline. The repository is the one around dir, even where
// a hook of another one calls this program.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	var problems bytes.Buffer
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = dir
	command.Env = append(clean(os.Environ()), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		if said := strings.TrimSpace(problems.String()); said != "" {
			err = errors.New(said)
		}
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// resolve finds the commit that a name means.
func (r repository) resolve(ctx context.Context, side, ref string) (Side, error) {
	if strings.TrimSpace(ref) == "" {
		return Side{}, fmt.Errorf("the %s is empty; name a commit, branch or tag", side)
	}
	if len(ref) >= 40 && strings.Trim(ref, "0") == "" {
		return Side{Ref: ref}, nil
	}
	// A name is never taken for a flag of git: --end-of-options is before it, and after this only the hash is used.
	commit, err := git(ctx, r.dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err == nil {
		return Side{Ref: ref, Commit: commit}, nil
	}
	if ctx.Err() != nil {
		return Side{}, ctx.Err()
	}
	problem := fmt.Sprintf("the %s %q names no commit here", side, ref)
	if shallow, _ := git(ctx, r.dir, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		return Side{}, fmt.Errorf("%s: the clone is shallow, it has only the newest commits; set fetch-depth: 0 for actions/checkout, or run git fetch --unshallow", problem)
	}
	if _, err := git(ctx, r.dir, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return Side{}, fmt.Errorf("%s: the repository has no commit yet; commit first", problem)
	}
	return Side{}, fmt.Errorf("%s; is it fetched? A branch of GitHub is origin/<name> after git fetch", problem)
}

// missing counts the commits of the base that the head lacks. It is a courtesy: 0 where git cannot tell.
func (r repository) missing(ctx context.Context, base, head Side) int {
	if base.Commit == "" {
		return 0
	}
	commit := cmp.Or(head.Commit, "HEAD")
	out, err := git(ctx, r.dir, "rev-list", "--count", "--end-of-options", commit+".."+base.Commit)
	if err != nil {
		return 0
	}
	count, _ := strconv.Atoi(out)
	return count
}

// checkout puts a commit into a folder of its own for as long as use runs. Nothing of it remains, whatever happens.
func (r repository) checkout(ctx context.Context, commit, folder string, use func(dir string) error) (err error) {
	defer func() {
		r.worktrees.Lock()
		defer r.worktrees.Unlock()
		// Even after an interrupt, and even if git has not finished making it.
		removed := os.RemoveAll(folder)
		if _, known := git(context.WithoutCancel(ctx), r.dir, "worktree", "remove", "--force", "--force", folder); known != nil && !strings.Contains(known.Error(), "is not a working tree") {
			removed = errors.Join(removed, known)
		}
		if removed != nil {
			err = errors.Join(err, fmt.Errorf("the checkout was not removed cleanly: %w; see git worktree list", removed))
		}
	}()
	// Hooks are for people who check out, not for this. Git is not killed while it makes the checkout, because half of one
	// breaks each later command about worktrees.
	r.worktrees.Lock()
	_, err = git(context.WithoutCancel(ctx), r.dir, "-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--quiet", "--detach", folder, commit)
	r.worktrees.Unlock()
	if err != nil {
		return fmt.Errorf("%s cannot be checked out: %w", commit[:7], err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return use(filepath.Join(folder, r.prefix))
}
