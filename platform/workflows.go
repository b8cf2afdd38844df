package platform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/workflows"
)

func newWorkflows(o *options) *cobra.Command {
	var check bool
	var repository string
	command := &cobra.Command{
		Use:   "workflows",
		Short: "Write the workflows of GitHub Actions for this configuration",
		Long: `Writes .github/workflows, .github/actions and .github/dependabot.yml: what is planned for pull requests, what branches and tags deploy with which
role, container images, definitions of pipelines, drift and destruction, and which dependencies GitHub's Dependabot proposes to update. Only files that it made itself are changed or
removed; their first line says so.`,
		Example: `  go run . workflows            write the files
  go run . workflows --check    write nothing, and fail if a file differs`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			platform, err := load(*o)
			if err != nil {
				return err
			}
			folder, err := configFolder(o.config, repository)
			if err != nil {
				return err
			}
			if err := atTop(repository); err != nil {
				return mistake{err}
			}
			manifests, err := workflows.Manifests(repository)
			if err != nil {
				return mistake{err}
			}
			files, err := workflows.Generate(platform, workflows.Options{Config: folder, Manifests: manifests})
			if err != nil {
				return err
			}
			act, word := workflows.Write, "written"
			if check {
				act, word = workflows.Compare, "not current"
			}
			changes, err := act(repository, files)
			if err != nil {
				return mistake{err}
			}
			out := command.OutOrStdout()
			for _, each := range changes {
				fmt.Fprintf(out, "%-7s  %s\n", each.Kind, each.Path)
				if check {
					fmt.Fprint(out, difference(string(each.Before), string(each.After)))
				}
			}
			switch {
			case len(changes) == 0:
				fmt.Fprintf(out, "%s current\n", count(len(files), "file"))
			case check:
				return mistake{fmt.Errorf("%s %s; run: go run . workflows", count(len(changes), "file"), word)}
			default:
				fmt.Fprintf(out, "%s %s, %d of %d as before\n", count(len(changes), "file"), word, len(files)-written(changes), len(files))
			}
			return nil
		},
	}
	command.Flags().BoolVar(&check, "check", false, "print what differs, write nothing, and fail if anything does")
	command.Flags().StringVar(&repository, "repository", ".", "top `folder` of the repository")
	return command
}

// configFolder is the folder of the configuration as workflows name it: from the top of the repository, with slashes.
func configFolder(folder, repository string) (string, error) {
	from, err := filepath.Abs(repository)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	// A repository may be behind a symbolic link.
	if real, err := filepath.EvalSymlinks(from); err == nil {
		from = real
	}
	if real, err := filepath.EvalSymlinks(to); err == nil {
		to = real
	}
	relative, err := filepath.Rel(from, to)
	if err != nil || relative == ".." || strings.HasPrefix(relative, ".."+string(os.PathSeparator)) {
		return "", mistake{fmt.Errorf("the configuration %s is outside of the repository %s, where workflows would not find it; give --repository", folder, repository)}
	}
	return filepath.ToSlash(relative), nil
}

// atTop refuses a folder inside of a repository. GitHub looks for workflows at the top, and they run this project from
// there.
func atTop(folder string) error {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if top := repositoryAround(absolute); top != "" && top != absolute {
		return fmt.Errorf("%s is not the top of its repository, %s is: GitHub finds workflows only there, and they run the project from there; give the project a repository of its own", absolute, top)
	}
	return nil
}

// repositoryAround is the top of the git repository that the folder is in, or will be in; "" where there is none.
func repositoryAround(folder string) string {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	for at := absolute; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

func written(changes []workflows.Change) int {
	n := 0
	for _, each := range changes {
		if each.Kind != "removed" {
			n++
		}
	}
	return n
}

// difference shows the lines that only one of two texts has, in between the beginnings and ends that they share.
func difference(before, after string) string {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out strings.Builder
	for _, side := range []struct {
		sign  string
		lines []string
	}{{"- ", a}, {"+ ", b}} {
		for _, line := range side.lines {
			if line != "" {
				out.WriteString("  " + side.sign + strings.TrimSuffix(line, "\n") + "\n")
			}
		}
	}
	return out.String()
}
