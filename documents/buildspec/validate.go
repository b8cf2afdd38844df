package buildspec

import (
	"path"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	variablePattern  = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)
	userPattern      = lazyregexp.New(`^[a-z_][a-z0-9_-]{0,31}$`)
	parameterPattern = lazyregexp.New(`^[A-Za-z0-9_./-]+$`)
	secretPattern    = lazyregexp.New(`^[^\s:]+(:[^\s:]*){0,3}$|^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^\s:]+(:[^\s:]*){0,3}$`)
)

// credentials are variables whose values nobody may read.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "GH_TOKEN", "TF_TOKEN_app_terraform_io"}

// formats of reports: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.reports
var formats = []string{
	"CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX", "CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV",
}

// Validate reports everything that CodeBuild would refuse, or ignore, or that gives a secret away.
func (s Spec) Validate() error {
	s = s.withDefaults()
	var problems problem.List
	if s.Shell != Bash && s.Shell != Sh {
		problems.Addf("shell", "%q is no shell of a Linux image; use %s", s.Shell, problem.Choices([]Shell{Bash, Sh}))
	}
	s.validateVariables(&problems)
	commands := 0
	for _, each := range []struct {
		name  string
		phase Phase
	}{{"install", s.Install}, {"preBuild", s.PreBuild}, {"build", s.Build}, {"postBuild", s.PostBuild}} {
		each.phase.validate(each.name, &problems)
		commands += len(each.phase.Commands)
	}
	if commands == 0 {
		problems.Addf("build.commands", "are missing in all phases; give at least one command")
	}
	s.validateReports(&problems)
	s.Artifacts.validate(&problems)
	for i, each := range s.CachePaths {
		if each == "" {
			problems.Addf(problem.Index("cachePaths", i), "is empty; give a pattern such as /root/.cache/go-build/**/*")
		}
	}
	return problems.Err()
}

func (s Spec) validateVariables(problems *problem.List) {
	seen := map[string]bool{}
	secret := map[string]bool{}
	for _, list := range []struct {
		path      string
		variables []Variable
		check     func(path, value string)
	}{
		{"variables", s.Variables, func(string, string) {}},
		{"parameterStore", s.ParameterStore, func(path, value string) {
			if !parameterPattern.MatchString(value) {
				problems.Addf(path, "%q is no name of a parameter; write it like /wine/dev/token", value)
			}
		}},
		{"secretsManager", s.SecretsManager, func(path, value string) {
			if !secretPattern.MatchString(value) {
				problems.Addf(path, "%q is no secret; write it like wine/dev:token, the name of the secret and the key in it", value)
			}
		}},
	} {
		for i, each := range list.variables {
			at := problem.Index(list.path, i)
			switch {
			case !variablePattern.MatchString(each.Name):
				problems.Addf(at+".name", "%q is no name of a variable; use a letter or _, then letters, digits and _", each.Name)
			case strings.HasPrefix(each.Name, "CODEBUILD_"):
				problems.Addf(at+".name", "%q begins with CODEBUILD_, as CodeBuild's own do; use another name", each.Name)
			case seen[each.Name]:
				problems.Addf(at+".name", "%q is given twice; drop one", each.Name)
			case list.path == "variables" && slices.Contains(credentials, each.Name):
				problems.Addf(at+".name", "%q is a credential, which must not stand in clear text; use the build's role, or secretsManager", each.Name)
			}
			seen[each.Name] = true
			secret[each.Name] = list.path != "variables"
			list.check(at+".value", each.Value)
		}
	}
	exported := map[string]bool{}
	for i, each := range s.Exported {
		at := problem.Index("exported", i)
		switch {
		case !variablePattern.MatchString(each):
			problems.Addf(at, "%q is no name of a variable; use a letter or _, then letters, digits and _", each)
		case exported[each]:
			problems.Addf(at, "%q is given twice; drop one", each)
		case secret[each] || slices.Contains(credentials, each):
			problems.Addf(at, "%q is a secret, which everybody who sees the pipeline could read; leave it out", each)
		}
		exported[each] = true
	}
}

func (p Phase) validate(path string, problems *problem.List) {
	if p.RunAs != "" && !userPattern.MatchString(p.RunAs) {
		problems.Addf(path+".runAs", "%q is no Linux user; use up to 32 lower-case letters, digits, _ and -", p.RunAs)
	}
	if p.OnFailure != "" && p.OnFailure != Abort && p.OnFailure != Continue {
		problems.Addf(path+".onFailure", "%q is unknown; use %s", p.OnFailure, problem.Choices([]OnFailure{Abort, Continue}))
	}
	if len(p.Runtimes) > 0 && path != "install" {
		problems.Addf(path+".runtimes", "are chosen in the phase install only; move them there")
	}
	seen := map[Language]bool{}
	for i, each := range p.Runtimes {
		at := problem.Index(path+".runtimes", i)
		each.validate(at, problems)
		if seen[each.Language] {
			problems.Addf(at+".language", "%q is given twice; drop one", each.Language)
		}
		seen[each.Language] = true
	}
	if len(p.Finally) > 0 && len(p.Commands) == 0 {
		problems.Addf(path+".finally", "comes after commands, of which there are none; move it to commands")
	}
	for _, list := range []struct {
		path     string
		commands []string
	}{{path + ".commands", p.Commands}, {path + ".finally", p.Finally}} {
		for i, each := range list.commands {
			if strings.TrimSpace(each) == "" || strings.ContainsRune(each, 0) {
				problems.Addf(problem.Index(list.path, i), "%q is no command; write one for the shell", each)
			}
		}
	}
}

func (s Spec) validateReports(problems *problem.List) {
	seen := map[string]bool{}
	for i, each := range s.Reports {
		at := problem.Index("reports", i)
		switch {
		case each.Group == "":
			problems.Addf(at+".group", "is missing; give the name or the ARN of a report group")
		case seen[each.Group]:
			problems.Addf(at+".group", "%q is given twice; drop one", each.Group)
		}
		seen[each.Group] = true
		checkFiles(problems, at+".files", each.Files, true)
		checkDirectory(problems, at+".baseDirectory", each.BaseDirectory)
		if !slices.Contains(formats, each.Format) {
			problems.Addf(at+".format", "%q is unknown; use %s", each.Format, problem.Choices(formats))
		}
	}
}

func (a Artifacts) validate(problems *problem.List) {
	if len(a.Files) == 0 {
		if len(a.Exclude) > 0 || a.BaseDirectory != "" || a.DiscardPaths {
			problems.Addf("artifacts.files", "are missing; give patterns such as **/*")
		}
		return
	}
	checkFiles(problems, "artifacts.files", a.Files, true)
	checkFiles(problems, "artifacts.exclude", a.Exclude, false)
	checkDirectory(problems, "artifacts.baseDirectory", a.BaseDirectory)
}

func checkFiles(problems *problem.List, at string, files []string, required bool) {
	if len(files) == 0 && required {
		problems.Addf(at, "are missing; give patterns such as **/*")
	}
	for i, each := range files {
		if each == "" || path.IsAbs(each) {
			problems.Addf(problem.Index(at, i), "%q is no file below the base directory; write it like reports/*.xml", each)
		}
	}
}

func checkDirectory(problems *problem.List, at, directory string) {
	if path.IsAbs(directory) {
		problems.Addf(at, "%q is outside of the build; name a directory below the source", directory)
	}
}
