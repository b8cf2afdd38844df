package changes

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mlplatform/mlplatform/internal/processgroup"
)

// projectFile is where cdktf finds the app's command.
// https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/configuration-file
const projectFile = "cdktf.json"

// A runner synthesises the sides, each in a folder of its own.
type runner struct {
	options Options
	repo    repository
	temp    string
	// ordering lets options.Order be asked for one side at a time.
	ordering *sync.Mutex
}

// sides synthesises both sides at the same time.
func (r runner) sides(ctx context.Context, base, head Side) (before, after synthesised, err error) {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) { after, err = r.side(ctx, "head", head); return err })
	both.Go(func() (err error) { before, err = r.side(ctx, "base", base); return err })
	return before, after, both.Wait()
}

// side synthesises one side, or finds what it wrote before.
func (r runner) side(ctx context.Context, name string, side Side) (made synthesised, err error) {
	r.temp = filepath.Join(r.temp, name)
	if err := os.Mkdir(r.temp, 0o700); err != nil {
		return made, err
	}
	switch {
	case side.Ref == "":
		wrote, _, err := r.wrote(ctx, r.repo.dir, name, side)
		return r.inOrder(wrote, r.repo.dir), err
	case side.Commit == "":
		return made, nil
	}
	err = r.repo.checkout(ctx, side.Commit, r.checkout(), func(dir string) (err error) {
		kept := cache{dir: r.options.Cache, most: MaxCache}
		key := r.key(ctx, side.Commit)
		wrote, found := kept.get(key)
		if !found {
			var known bool
			if wrote, known, err = r.wrote(ctx, dir, name, side); err != nil {
				return err
			}
			if known {
				kept.put(key, wrote)
			}
		}
		made = r.inOrder(wrote, dir)
		return nil
	})
	return made, err
}

// wrote synthesises the app in a folder and reads what it wrote. A base may have no app yet: known is false then.
func (r runner) wrote(ctx context.Context, dir, name string, side Side) (made output, known bool, err error) {
	out := r.out()
	defer func() { err = errors.Join(err, os.RemoveAll(out)) }()
	known, err = r.synthesise(ctx, dir, out, side.Ref != "", name == "base")
	if err != nil {
		return nil, false, fmt.Errorf("the %s, %s, %w", name, side, err)
	}
	if !known {
		return nil, false, nil
	}
	// Some apps write where they are, such as the path of a local state. That is the user's folder on both sides.
	here := strings.NewReplacer(out, filepath.Join(r.repo.dir, "cdktf.out"), r.checkout(), r.repo.root())
	if made, err = readOutput(out, here); err != nil {
		return nil, false, fmt.Errorf("the %s, %s, wrote what cannot be read: %w", name, side, err)
	}
	return made, true, nil
}

// inOrder is an output with its stacks in the order of deployment of the app in the folder.
func (r runner) inOrder(wrote output, dir string) synthesised {
	made := wrote.synthesised()
	var order []string
	if r.options.Order != nil && len(wrote) > 0 {
		r.ordering.Lock()
		defer r.ordering.Unlock()
		order = r.options.Order(dir)
	}
	made.sort(order)
	return made
}

// synthesise runs the app as the cdktf command does. An optional side may have no app yet: known is false then.
func (r runner) synthesise(ctx context.Context, dir, out string, fresh, optional bool) (known bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, projectFile))
	if errors.Is(err, fs.ErrNotExist) {
		if optional {
			return false, nil
		}
		return false, fmt.Errorf("has no %s in %s; run this in the folder of the app", projectFile, r.shown(dir))
	}
	if err != nil {
		return false, err
	}
	var project struct {
		App       string            `json:"app"`
		Providers []json.RawMessage `json:"terraformProviders"`
		Modules   []json.RawMessage `json:"terraformModules"`
	}
	if err := json.Unmarshal(text, &project); err != nil {
		return false, fmt.Errorf("has a %s that cannot be read: %w", projectFile, err)
	}
	if project.App == "" {
		return false, fmt.Errorf("has a %s without \"app\", the command that synthesises, such as \"go run .\"", projectFile)
	}
	variables := []string{"CDKTF_OUTDIR=" + out, appContext(project.Modules)}
	if fresh && r.options.Setup != "" {
		if err := r.shell(ctx, dir, r.options.Setup, variables); err != nil {
			return false, fmt.Errorf("cannot be set up: %w", err)
		}
	}
	run := []string{"sh", "-c", project.App}
	if fresh {
		if program, found := r.compiled(ctx, project.App); found {
			run = []string{program}
		}
	}
	if err := r.run(ctx, dir, project.App, variables, run...); err != nil {
		hint := ""
		if fresh && r.options.Setup == "" && (len(project.Providers)+len(project.Modules) > 0 || lacksPackages(dir)) {
			hint = "\nA fresh checkout lacks what is not committed: name the command that makes it with --setup, such as \"npm ci\" or \"cdktf get\"."
		}
		return false, fmt.Errorf("does not synthesise: %w%s", err, hint)
	}
	if _, err := os.Stat(filepath.Join(out, manifestFile)); err != nil {
		return false, fmt.Errorf("wrote no %s: its command %q must write to the folder that CDKTF_OUTDIR names", manifestFile, project.App)
	}
	return true, nil
}

// lacksPackages reports whether an app has packages to install that are not there.
func lacksPackages(dir string) bool {
	_, listed := os.Stat(filepath.Join(dir, "package.json"))
	_, installed := os.Stat(filepath.Join(dir, "node_modules"))
	return listed == nil && installed != nil
}

// appContext is the variable by which the cdktf command tells an app of the local modules in cdktf.json. Apps that use
// such a module do not synthesise without it.
func appContext(modules []json.RawMessage) string {
	var settings map[string]any
	if json.Unmarshal([]byte(os.Getenv("CDKTF_CONTEXT_JSON")), &settings) != nil || settings == nil {
		settings = map[string]any{}
	}
	local := []json.RawMessage{}
	for _, each := range modules {
		var module struct{ Source string }
		if json.Unmarshal(each, &module.Source) != nil {
			_ = json.Unmarshal(each, &module)
		}
		if strings.HasPrefix(module.Source, "./") || strings.HasPrefix(module.Source, "../") {
			local = append(local, each)
		}
	}
	settings["cdktfRelativeModules"] = local
	return "CDKTF_CONTEXT_JSON=" + text(settings)
}

// outputShown is how much of a failed command's output an error holds: its end, where the reason is.
const outputShown = 8_000

func (r runner) shell(ctx context.Context, dir, line string, variables []string) error {
	return r.run(ctx, dir, line, variables, "sh", "-c", line)
}

// run runs a program in a folder. An error calls it by the line that it stands for.
func (r runner) run(ctx context.Context, dir, line string, variables []string, program ...string) error {
	command := r.command(ctx, dir, program[0], program[1:]...)
	command.Env = append(command.Env, variables...)
	processgroup.Own(command)
	command.WaitDelay = 5 * time.Second // for what outlives an interrupt
	text, err := command.CombinedOutput()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	said := strings.TrimSpace(r.shown(string(text)))
	if cut := len(said) - outputShown; cut > 0 {
		said = "[...] " + strings.ToValidUTF8(said[cut:], "")
	}
	said = cmp.Or(said, "(it printed nothing)")
	return fmt.Errorf("%q ended with %w; it said:\n%s", line, err, said)
}

// command is a program in a folder. What an interrupted build of Go leaves goes with the checkout.
func (r runner) command(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, args...)
	command.Dir = dir
	command.Env = append(r.environment(), "PWD="+dir, "GOTMPDIR="+r.temp)
	return command
}

// environment is what the commands of both sides get.
func (r runner) environment() []string {
	variables := clean(os.Environ())
	if os.Getenv("NODE_OPTIONS") == "" {
		variables = append(variables, "NODE_OPTIONS=--max-old-space-size=4096") // as cdktf does, for large apps in TypeScript
	}
	return append(variables, r.options.Env...)
}

// shown is text without the path of the temporary checkout, which is gone by the time that people read it.
func (r runner) shown(text string) string {
	return strings.NewReplacer(r.checkout()+string(filepath.Separator), "", r.checkout(), ".").Replace(text)
}

// checkout is the folder of the commit that is being synthesised, and out that of what it writes.
func (r runner) checkout() string { return filepath.Join(r.temp, "checkout") }
func (r runner) out() string      { return filepath.Join(r.temp, "cdktf.out") }

// clean leaves out of an environment what belongs to the caller's machine or to another command: the settings of this
// project's app, of cdktf and of a git hook, and Terraform's variables, which cdktf does not hand on either.
func clean(environment []string) []string {
	var out []string
	for _, each := range environment {
		name, _, _ := strings.Cut(each, "=")
		switch {
		case strings.HasPrefix(name, "MLPLATFORM_"), strings.HasPrefix(name, "TF_VAR_"),
			name == "CDKTF_OUTDIR", name == "CDKTF_TARGET_STACK_ID", name == "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS", name == "SYNTH_HCL_OUTPUT",
			name == "GIT_DIR", name == "GIT_WORK_TREE", name == "GIT_INDEX_FILE", name == "GIT_PREFIX", name == "GIT_COMMON_DIR", name == "GIT_OBJECT_DIRECTORY":
			continue
		}
		out = append(out, each)
	}
	return out
}
