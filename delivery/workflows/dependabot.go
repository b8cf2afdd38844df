package workflows

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/workflow"
)

// dependabotFile is where GitHub looks for it.
const dependabotFile = ".github/dependabot.yml"

// ecosystems are what Dependabot calls the files that name dependencies.
// https://docs.github.com/en/code-security/reference/supply-chain-security/supported-ecosystems-and-repositories
var ecosystems = map[string]string{
	"go.mod": "gomod", "package-lock.json": "npm", "Dockerfile": "docker", "requirements.txt": "pip", "Chart.yaml": "helm", "docker-compose.yml": "docker-compose",
}

const (
	// cooldownDays lets others find out what is wrong with a release. Updates for security do not wait.
	cooldownDays = 7
	pullRequests = 5
)

// Manifests are the files below the top of a repository that name dependencies, with slashes and sorted.
func Manifests(top string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(top, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && file != top && (name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".out")) {
			return fs.SkipDir
		}
		if _, known := ecosystems[name]; !known || !entry.Type().IsRegular() {
			return nil
		}
		relative, err := filepath.Rel(top, file)
		found = append(found, filepath.ToSlash(relative))
		return err
	})
	if os.IsNotExist(err) {
		return nil, nil
	}
	slices.Sort(found)
	return found, err
}

// https://docs.github.com/en/code-security/reference/supply-chain-security/dependabot-options-reference
type dependabot struct {
	Version int
	Updates []dependabotUpdate
}

type dependabotUpdate struct {
	Ecosystem   string `yaml:"package-ecosystem"`
	Directories []string
	Schedule    struct{ Interval string }
	Cooldown    struct {
		Days int `yaml:"default-days"`
	}
	Limit  int `yaml:"open-pull-requests-limit"`
	Groups map[string]struct{ Patterns []string }
	Ignore []dependabotIgnore `yaml:",omitempty"`
}

type dependabotIgnore struct {
	Name string `yaml:"dependency-name"`
}

// dependabot proposes newer dependencies of all kinds that the repository has, each week, those of one kind together.
func (g generator) dependabot() ([]byte, error) {
	folders := map[string][]string{"github-actions": {"/"}}
	for _, each := range g.options.Manifests {
		if kind := ecosystems[path.Base(each)]; kind != "" {
			folders[kind] = append(folders[kind], path.Join("/", path.Dir(each)))
		}
	}
	out := dependabot{Version: 2}
	for _, kind := range slices.Sorted(maps.Keys(folders)) {
		slices.Sort(folders[kind])
		update := dependabotUpdate{Ecosystem: kind, Directories: slices.Compact(folders[kind]), Limit: pullRequests}
		update.Schedule.Interval, update.Cooldown.Days = "weekly", cooldownDays
		update.Groups = map[string]struct{ Patterns []string }{kind: {[]string{"*"}}}
		if kind == "github-actions" {
			// Those of the generated files come with this module.
			for _, action := range actions() {
				update.Ignore = append(update.Ignore, dependabotIgnore{action.Name})
			}
		}
		out.Updates = append(out.Updates, update)
	}
	var text bytes.Buffer
	text.WriteString(comment(header + "\n\nProposes newer dependencies. The actions that the generated workflows use are not among them: they come with newer versions of mlplatform."))
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(out)
	return text.Bytes(), err
}

// actions are all actions that are used and are not the repository's own.
func actions() []workflow.Action {
	return []workflow.Action{
		checkoutAction, goAction, nodeAction, cacheAction, uploadAction, downloadAction, terraformAction, credentialsAction,
	}
}

// comment writes lines as those of a comment.
func comment(text string) string {
	var out strings.Builder
	for _, line := range strings.Split(text, "\n") {
		out.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	return out.String()
}
