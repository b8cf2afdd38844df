package platform

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/bootstrap"
	"github.com/mlplatform/mlplatform/delivery/workflows"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// findFacts looks around. What cannot be read counts as not there.
func findFacts(ctx context.Context, platform *config.Platform, o *options) bootstrap.Facts {
	out := fromEnvironment("CDKTF_OUTDIR", "cdktf.out")
	return bootstrap.Facts{
		Folder: filepath.ToSlash(o.config), Tools: findTools(ctx), Profiles: findProfiles(),
		LocalStates: findLocalStates(filepath.Dir(out)), Backends: findBackends(out),
		Workflows: findWorkflows(platform, o.config, filepath.Dir(out)), Remote: findRemote(ctx), NoGit: repositoryAround(filepath.Dir(out)) == "",
	}
}

var versionPattern = lazyregexp.New(`\d+\.\d+(?:\.\d+)?`)

// versionTimeout is long enough for a program in JavaScript on a busy machine.
const versionTimeout = 20 * time.Second

func findTools(ctx context.Context) []bootstrap.Tool {
	programs := bootstrap.Programs()
	found := make([]*bootstrap.Tool, len(programs))
	var waiting sync.WaitGroup
	for i, name := range programs {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			argument := "--version"
			if name == "go" {
				argument = "version"
			}
			found[i] = &bootstrap.Tool{Name: name, Version: versionPattern.FindString(printed(ctx, path, argument))}
		}()
	}
	waiting.Wait()
	var all []bootstrap.Tool
	for _, each := range found {
		if each != nil {
			all = append(all, *each)
		}
	}
	return all
}

// printed is what a program prints, without asking its maker for news.
func printed(ctx context.Context, name string, arguments ...string) string {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "GH_NO_UPDATE_NOTIFIER=1", "NO_UPDATE_NOTIFIER=1")
	out, err := command.Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// findProfiles reads the configuration file of the AWS CLI, which holds no keys. The file with keys is left alone.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
func findProfiles() []bootstrap.Profile {
	file := os.Getenv("AWS_CONFIG_FILE")
	if file == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil
		}
		file = filepath.Join(home, ".aws", "config")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var all []bootstrap.Profile
	inside := false
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if section, is := strings.CutPrefix(line, "["); is {
			section, _, _ = strings.Cut(section, "]")
			fields := strings.Fields(section)
			inside = len(fields) == 2 && fields[0] == "profile" || len(fields) == 1 && fields[0] == "default"
			if inside {
				all = append(all, bootstrap.Profile{Name: strings.Trim(fields[len(fields)-1], `"'`)})
			}
			continue
		}
		key, _, _ := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); inside && (key == "sso_session" || key == "sso_start_url") {
			all[len(all)-1].SSO = true
		}
	}
	return all
}

// findLocalStates reads what Terraform keeps beside the output folder while MLPLATFORM_LOCAL_STATE is on.
func findLocalStates(dir string) []bootstrap.LocalState {
	files, _ := filepath.Glob(filepath.Join(dir, "terraform.*.tfstate"))
	var all []bootstrap.LocalState
	for _, file := range files {
		var state struct {
			Resources []struct {
				Instances []json.RawMessage `json:"instances"`
			} `json:"resources"`
		}
		if !readJSON(file, &state) {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "terraform."), ".tfstate")
		found := bootstrap.LocalState{Stack: name}
		for _, resource := range state.Resources {
			found.Resources += len(resource.Instances)
		}
		all = append(all, found)
	}
	return all
}

// findBackends reads what terraform init wrote down in the folder of each stack.
func findBackends(out string) []bootstrap.Backend {
	files, _ := filepath.Glob(filepath.Join(out, "stacks", "*", ".terraform", "terraform.tfstate"))
	var all []bootstrap.Backend
	for _, file := range files {
		var data struct {
			Backend struct {
				Type   string `json:"type"`
				Config struct {
					Bucket string `json:"bucket"`
				} `json:"config"`
			} `json:"backend"`
		}
		if readJSON(file, &data) {
			stack := filepath.Base(filepath.Dir(filepath.Dir(file)))
			all = append(all, bootstrap.Backend{Stack: stack, Type: data.Backend.Type, Bucket: data.Backend.Config.Bucket})
		}
	}
	return all
}

func readJSON(file string, into any) bool {
	text, err := os.ReadFile(file)
	return err == nil && json.Unmarshal(text, into) == nil
}

var originPattern = lazyregexp.New(`[/:]([A-Za-z0-9_-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?$`)

// findRemote is the repository that git's remote origin names.
func findRemote(ctx context.Context) string {
	parts := originPattern.FindStringSubmatch(strings.TrimSpace(printed(ctx, "git", "config", "--get", "remote.origin.url")))
	if parts == nil {
		return ""
	}
	return parts[1]
}

// findWorkflows compares the files in .github with what the configuration generates.
func findWorkflows(platform *config.Platform, folder, repository string) bootstrap.Workflows {
	folder, err := configFolder(folder, repository)
	if err != nil {
		return bootstrap.WorkflowsUnknown
	}
	manifests, err := workflows.Manifests(repository)
	if err != nil {
		return bootstrap.WorkflowsUnknown
	}
	files, err := workflows.Generate(platform, workflows.Options{Config: folder, Manifests: manifests})
	if err != nil {
		return bootstrap.WorkflowsUnknown
	}
	differing, err := workflows.Compare(repository, files)
	if err != nil {
		return bootstrap.WorkflowsUnknown
	}
	missing := 0
	for _, each := range differing {
		if each.Kind == "new" {
			missing++
		}
	}
	switch {
	case len(differing) == 0:
		return bootstrap.WorkflowsCurrent
	case missing == len(files):
		return bootstrap.WorkflowsMissing
	}
	return bootstrap.WorkflowsStale
}
