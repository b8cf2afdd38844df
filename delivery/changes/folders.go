package changes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A Folder is an app that is compared as it lies there.
type Folder struct {
	// Dir is the folder of the app, which holds cdktf.json.
	Dir string
	// Name is what people call this side.
	Name string
}

// Folders synthesises the apps of two folders and compares them, as Compare does with commits. Of the options, Env and Order have
// a meaning.
func Folders(ctx context.Context, base, head Folder, o Options) (report *Report, err error) {
	temp, err := os.MkdirTemp("", "mlplatform-changes-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if temp, err = filepath.EvalSymlinks(temp); err != nil {
		return nil, err
	}
	run := runner{options: o, temp: temp, ordering: new(sync.Mutex)}
	var made [2]synthesised
	for i, each := range []Folder{base, head} {
		if made[i], err = run.folder(ctx, each); err != nil {
			return nil, err
		}
	}
	return &Report{Base: Side{Name: base.Name}, Head: Side{Name: head.Name}, Stacks: compare(made[0], made[1])}, nil
}

// folder synthesises an app where it lies.
func (r runner) folder(ctx context.Context, app Folder) (made synthesised, err error) {
	out := r.out()
	defer func() { err = errors.Join(err, os.RemoveAll(out)) }()
	dir, err := filepath.Abs(app.Dir)
	if err != nil {
		return made, err
	}
	if _, err := r.synthesise(ctx, dir, out, false, false); err != nil {
		return made, fmt.Errorf("%s %w", app.Name, err)
	}
	// Where an app lies makes no difference.
	wrote, err := readOutput(out, strings.NewReplacer(out, "cdktf.out", dir, "."))
	if err != nil {
		return made, fmt.Errorf("%s wrote what cannot be read: %w", app.Name, err)
	}
	return r.inOrder(wrote, dir), nil
}
