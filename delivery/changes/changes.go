// Package changes tells what a change does to the synthesised stacks of a CDKTF app: it synthesises two commits, or a
// commit and the working tree, and compares what Terraform would read. What has no effect on that does not count, be it
// a comment, a renamed function or a new version of a library; what has one counts, wherever it came from.
//
// It knows nothing of this project's own app: the command that synthesises comes from each side's cdktf.json.
package changes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Options say what is compared.
type Options struct {
	// Dir is the folder of the app, which holds cdktf.json. It may be a folder inside the repository.
	Dir string
	// Base is the commit to compare with: any name that git knows. The null hash, with which GitHub says that a branch
	// is new, is a commit without stacks.
	Base string
	// Head is the commit that is compared. Default: the working tree, with what is not committed.
	Head string
	// Setup is a shell command that each fresh checkout needs before it can synthesise, such as npm ci.
	// The working tree is taken as it is. Default: none.
	Setup string
	// Env are variables, as NAME=value, that both sides get in place of what the caller's environment has.
	Env []string
	// Order names the stacks of a checked out app in the order of deployment, or nil if it cannot tell. Stacks that it
	// does not name come after, by their dependencies and names. It is asked for one side at a time. Default: dependencies and names alone.
	Order func(dir string) []string
	// Cache is a folder that keeps what commits synthesised to, up to MaxCache, so that each is synthesised once. What else than the commit
	// decides that counts: variables, the versions of Go and Node.js, Setup. The working tree is never kept. Default: nothing is kept.
	Cache string
}

// A Side is one of the two things compared.
type Side struct {
	// Ref is what the caller named, "" for the working tree.
	Ref string
	// Commit is its full hash, "" for the working tree or no commit at all.
	Commit string
	// Name is what people call a side that is no commit and not the working tree. Default: none.
	Name string
}

// String is the side as people name it.
func (s Side) String() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Ref == "":
		return "the working tree"
	case s.Commit == "":
		return "nothing"
	case s.named():
		return s.Commit[:7]
	}
	return s.Ref + " (" + s.Commit[:7] + ")"
}

// named reports whether the name is the hash itself, or the beginning of it.
func (s Side) named() bool { return len(s.Ref) >= 7 && strings.HasPrefix(s.Commit, s.Ref) }

// A Report is the outcome of a comparison.
type Report struct {
	Base, Head Side
	// Stacks that differ: those of the head in the order of deployment, then removed ones in the opposite order.
	Stacks []Stack
	// Missing is the number of commits that the base has and the head lacks. What they did shows in reverse.
	Missing int
}

// Compare synthesises both sides and compares them. All errors are meant for people: they say which side and what to do.
func Compare(ctx context.Context, o Options) (report *Report, err error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	repo, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	report = &Report{}
	if report.Base, err = repo.resolve(ctx, "base", o.Base); err != nil {
		return nil, err
	}
	if o.Head != "" {
		if report.Head, err = repo.resolve(ctx, "head", o.Head); err != nil {
			return nil, err
		}
	}
	report.Missing = repo.missing(ctx, report.Base, report.Head)

	// One folder for everything: whatever is in it is this run's own.
	temp, err := folderFor(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if temp, err = filepath.EvalSymlinks(temp); err != nil {
		return nil, err
	}
	run := runner{options: o, repo: repo, temp: temp, ordering: new(sync.Mutex)}
	base, head, err := run.sides(ctx, report.Base, report.Head)
	if err != nil {
		return nil, err
	}
	report.Stacks = compare(base, head)
	return report, nil
}

// folderFor makes the folder in which the sides are checked out and write. It is the same for each run on an app, unless another run has
// it: the path of a package is part of what the Go compiler makes, which then need not make again what did not change.
func folderFor(app string) (string, error) {
	hash := sha256.Sum256([]byte(app))
	folder := filepath.Join(os.TempDir(), "mlplatform-changes-"+hex.EncodeToString(hash[:8]))
	if os.Mkdir(folder, 0o700) == nil {
		return folder, nil
	}
	return os.MkdirTemp("", "mlplatform-changes-")
}

// compare compares two outputs.
func compare(base, head synthesised) []Stack {
	var out []Stack
	for _, name := range head.order {
		before, existed := base.stacks[name]
		if each := compareStack(name, before, head.stacks[name], existed, true); each.differs() {
			each.uses = uses(head.stacks[name])
			out = append(out, each)
		}
	}
	for _, name := range slices.Backward(base.order) {
		if _, remains := head.stacks[name]; !remains {
			out = append(out, compareStack(name, base.stacks[name], stack{}, true, false))
		}
	}
	return out
}
