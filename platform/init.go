package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/lockfile"
	"github.com/mlplatform/mlplatform/delivery/scaffold"
	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/shell"
)

// initial are the flags of init, and what was asked in their place.
type initial struct {
	answers         scaffold.Answers
	environments    []string
	parts           []string
	version, source string
	target          string
	lock            bool
}

func newInit() *cobra.Command {
	var i initial
	command := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a repository of your own: a platform that imports this module",
		Long: `Writes a repository into the folder, by default one with the name of the repository: main.go, go.mod, cdktf.json, a configuration
with comments, the workflows, a test with its snapshots, .gitignore, README.md, and the checksums of Terraform's providers where Terraform and their registry can be had. On a terminal it asks for what no flag says.

Nothing that exists is overwritten: with any conflict or mistake all of them are listed, and nothing is written.

An environment is NAME:ACCOUNT and what is deployed to it: :branch=PATTERN,... or :tag=PATTERN,... or both. They are given in the
order in which a change passes through them.

Parts: ` + strings.Join(scaffold.Parts(), ", ") + `. "all" is all but codePipeline, which delivers in place of GitHub
Actions; "none" is none.`,
		Example: `  go run github.com/mlplatform/mlplatform@latest init
  go run github.com/mlplatform/mlplatform@latest init --project wine --repository acme/wine-ml --region us-west-2 --account 111111111111 \
    --environment dev:222222222222:branch=main --environment prod:333333333333:tag=v* --parts network,storage,training`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 1 {
				return mistake{fmt.Errorf("%q is one folder too many; see %s --help", args[1], command.CommandPath())}
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) == 1 {
				i.target = args[0]
			}
			return i.run(command)
		},
	}
	flags := command.Flags()
	flags.StringVar(&i.answers.Project, "project", "", "`name` that every name in AWS begins with")
	flags.StringVar(&i.answers.Repository, "repository", "", "GitHub repository whose workflows deploy, as `owner/name`")
	flags.StringVar(&i.answers.Region, "region", "", "AWS `region`")
	flags.StringVar(&i.answers.Account, "account", "", "`id` of the operations account, which holds what environments share")
	flags.StringArrayVar(&i.environments, "environment", nil, "`NAME:ACCOUNT:branch=PATTERN` of an environment; once for each, in order")
	flags.StringSliceVar(&i.parts, "parts", nil, "`parts` of every environment, with commas (default network,storage)")
	flags.BoolVar(&i.answers.Sample, "sample", false, "add an image for the part training, data to try it on with: run training --local, and an image for the part services")
	flags.BoolVar(&i.lock, "lock", true, "ask the registry of Terraform's providers for their checksums, for "+lockfile.Name)
	flags.StringVar(&i.version, "version", "", "`version` of the module (default: that of this program)")
	flags.StringVar(&i.source, "replace", "", "`folder` of a checkout of the module, in place of a version")
	return command
}

func (i *initial) run(command *cobra.Command) error {
	asked, err := i.ask(command)
	if err != nil {
		return err
	}
	var problems problem.List
	if len(i.environments) > 0 {
		i.answers.Environments, err = scaffold.ParseEnvironments(i.environments)
		problems.Add("", err)
	}
	i.answers.Parts = expandParts(i.parts)
	checked := i.answers
	if err != nil {
		checked.Environments = []scaffold.Environment{} // said already
	}
	for _, each := range problem.Split(checked.Check()) {
		if err == nil || !strings.HasPrefix(each.Error(), scaffold.EnvironmentFlag+": is missing") {
			problems.Add("", each)
		}
	}
	target := i.target
	if target == "" {
		target = filepath.Join(".", i.answers.Name())
	}
	module, err := i.module(target)
	problems.Add("", err)
	if err := atTop(target); err != nil {
		problems.Add("", err)
	}
	if asked {
		fmt.Fprintf(command.ErrOrStderr(), "\nThe same without questions:\n  %s\n\n", i.asCommand())
	}
	if err := problems.Err(); err != nil {
		return mistake{fmt.Errorf("%w\n\n%s; nothing was written", err, count(len(problem.Split(err)), "problem"))}
	}
	files, err := i.files(command.Context(), module, command.ErrOrStderr())
	if err != nil {
		return err
	}
	unlocked := ""
	if files[lockfile.Name] == nil {
		unlocked = "  go run . lock         # the checksums of Terraform's providers, " + lockfile.Name + ", which is not there yet\n"
	}
	if err := scaffold.Conflicts(target, files); err != nil {
		return mistake{fmt.Errorf("%w\n\n%s in %s; nothing was written", err, count(len(problem.Split(err)), "conflict"), target)}
	}
	if err := scaffold.Write(target, files); err != nil {
		return mistake{err}
	}
	fmt.Fprintf(command.OutOrStdout(), "%s written to %s. Next:\n\n  cd %s\n  go run .              # builds all stacks into cdktf.out\n"+
		"  go test ./...         # are the stacks those that were reviewed? Can Terraform plan them?\n%s  go run . bootstrap    # every step from empty accounts to the first deployment\n",
		count(len(files), "file"), target, shell.Quote(target), unlocked)
	return nil
}

// expandParts are the parts that the flag means.
func expandParts(given []string) []string {
	switch {
	case given == nil:
		return []string{"network", "storage"}
	case len(given) == 1 && given[0] == "none":
		return nil
	case len(given) == 1 && given[0] == "all":
		return scaffold.AllParts()
	}
	return given
}

// module is what the repository imports: the flags say, or this program knows its own version.
func (i *initial) module(target string) (scaffold.Module, error) {
	switch {
	case i.source != "" && i.version != "":
		return scaffold.Module{}, errors.New("--version: has no meaning beside --replace, which takes the place of every version; keep one of them")
	case i.source != "":
		relative, absolute, err := checkout(target, i.source)
		return scaffold.Module{Replace: relative, Folder: absolute}, err
	case i.version != "":
		return scaffold.Module{Version: i.version}, nil
	}
	version := built().version
	if version == "" {
		return scaffold.Module{}, errors.New("--version: is missing, for this program was built from a checkout; name a released version, or the checkout with --replace")
	}
	return scaffold.Module{Version: version}, nil
}

// checkout is the folder of a checkout of the module: as go.mod of a repository names it, and absolute.
func checkout(repository, folder string) (relative, absolute string, err error) {
	from, err := filepath.Abs(repository)
	if err != nil {
		return "", "", err
	}
	if absolute, err = filepath.Abs(folder); err != nil {
		return "", "", err
	}
	if _, err := os.Stat(filepath.Join(absolute, "go.mod")); err != nil {
		return "", "", fmt.Errorf("--replace: %s has no go.mod; name the folder of a checkout of %s", folder, scaffold.ModulePath)
	}
	if relative, err = filepath.Rel(from, absolute); err != nil {
		return "", "", err
	}
	if relative = filepath.ToSlash(relative); !strings.HasPrefix(relative, "../") && relative != ".." {
		relative = "./" + relative // or it would be the path of a module
	}
	return relative, absolute, nil
}

// files are all files of the repository.
func (i *initial) files(ctx context.Context, module scaffold.Module, problems io.Writer) (map[string][]byte, error) {
	files, err := i.answers.Files()
	if err != nil {
		return nil, err
	}
	imports, err := module.Files(ctx, i.answers.Repository)
	if err != nil {
		return nil, mistake{err}
	}
	maps.Copy(files, imports)
	// What is generated is made as the repository's own program will make it.
	dir, err := os.MkdirTemp("", "mlplatform-init-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := scaffold.Write(dir, files); err != nil {
		return nil, err
	}
	platform, err := config.Load(filepath.Join(dir, scaffold.Config))
	if err != nil {
		return nil, err
	}
	manifests, err := workflows.Manifests(dir)
	if err != nil {
		return nil, err
	}
	generated, err := workflows.Generate(platform, workflows.Options{Config: scaffold.Config, Manifests: manifests})
	if err != nil {
		return nil, err
	}
	for _, each := range generated {
		files[each.Path] = each.Content
	}
	drawings := map[[2]string]string{}
	out := filepath.Join(dir, "cdktf.out")
	if err := Synthesize(platform, out, Drawing(func(stack, name, mermaid string) { drawings[[2]string{stack, name}] = mermaid })); err != nil {
		return nil, err
	}
	reviewed, err := snapshots.Of(out, drawings)
	if err != nil {
		return nil, err
	}
	for name, text := range reviewed {
		files[snapshots.Folder+"/"+name] = text
	}
	if !i.lock {
		return files, nil
	}
	required, err := lockfile.All(out)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(problems, "asking for the checksums of Terraform's providers on "+strings.Join(lockfile.Platforms(), ", "))
	lock, err := lockfile.Make(ctx, required, lockfile.Platforms(), "")
	if err != nil {
		fmt.Fprintf(problems, "%s is not written: %v\n", lockfile.Name, err)
		return files, nil
	}
	files[lockfile.Name] = []byte(lock)
	return files, nil
}
