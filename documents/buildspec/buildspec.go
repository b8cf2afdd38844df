// Package buildspec writes build specifications for AWS CodeBuild from typed Go values: validated, and in YAML that is
// the same every time. It knows version 0.2 for Linux, CodeBuild's images with the runtimes on them, and how a stack of
// Terraform is tested, planned and applied. It is pure Go.
//
// Reference: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
package buildspec

import (
	"bytes"
	"cmp"

	"go.yaml.in/yaml/v3"
)

// Version is the version of the format: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec-ref-versions
const Version = "0.2"

// A Spec says what a build does. At least one phase has commands.
type Spec struct {
	// Shell runs the commands. Default: Bash.
	Shell Shell
	// Variables are set before the commands run. They stand in clear text in the specification. Default: none.
	Variables []Variable
	// ParameterStore are variables whose values are names of parameters of Systems Manager, which the build's role reads.
	// Default: none.
	ParameterStore []Variable
	// SecretsManager are variables whose values are <secret>:<json key>:<version stage>:<version id> of Secrets Manager,
	// of which the secret is enough. Default: none.
	SecretsManager []Variable
	// Exported are names of variables that later actions of a pipeline can use. Default: none.
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-variables.html
	Exported []string

	// Install chooses runtimes and installs tools.
	Install Phase
	// PreBuild prepares, Build builds. PostBuild runs even where Build failed, unless that ends the build.
	PreBuild, Build, PostBuild Phase

	// Reports are files with results of tests or of code coverage. Default: none.
	Reports []Report
	// Artifacts are the files that the build hands on. Default: none.
	Artifacts Artifacts
	// CachePaths are directories that the next build on the same machine may find again, as patterns such as
	// /root/.cache/go-build/**/*. A build in a VPC has no cache. Default: none.
	CachePaths []string
}

// Shell is a shell of the build's image.
type Shell string

// The shells of Linux images.
const (
	Bash Shell = "bash"
	Sh   Shell = "/bin/sh"
)

// A Variable is an environment variable.
type Variable struct {
	// Name is a letter or _, then letters, digits and _. CODEBUILD_ begins the names of CodeBuild's own.
	Name string
	// Value is its value, or where it is found.
	Value string
}

// A Phase is a part of a build. A phase that fails ends the build, but for PostBuild after Build.
type Phase struct {
	// RunAs is the Linux user of the commands. Default: root.
	RunAs string
	// Runtimes are the languages of CodeBuild's own images to use. In Install only. Default: those of the image.
	Runtimes []Runtime
	// OnFailure says whether later phases run after one that failed. Default: as described above.
	OnFailure OnFailure
	// Commands run one after another in one shell, so that each finds the directory and the variables that those before
	// it left. Default: none.
	Commands []string
	// Finally are commands that run after the others, even where one of these failed. Default: none.
	Finally []string
}

// OnFailure is what becomes of a build after a phase that failed.
type OnFailure string

const (
	// Abort ends the build.
	Abort OnFailure = "ABORT"
	// Continue goes on with the next phase.
	Continue OnFailure = "CONTINUE"
)

// A Report is files with results.
// https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
type Report struct {
	// Group is the name or the ARN of the report group.
	Group string
	// Files are patterns in BaseDirectory.
	Files []string
	// BaseDirectory of the files. Default: the source's.
	BaseDirectory string
	// Format of the files, such as JUNITXML or COBERTURAXML. Default: JUNITXML.
	Format string
}

// Artifacts are files that a build hands on.
type Artifacts struct {
	// Files are patterns in BaseDirectory, such as **/*.
	Files []string
	// Exclude are patterns of files to leave out. Default: none.
	Exclude []string
	// BaseDirectory of the files, below the source's. Default: the source's.
	BaseDirectory string
	// DiscardPaths puts all files into one folder. Default: false.
	DiscardPaths bool
}

// Strict is a script for a phase: its lines run in a shell of their own, which ends with the first command that fails, also
// within a pipe, or with the first variable that is not set. What it exports ends with it.
func Strict(lines string) string { return "(\nset -euo pipefail\n" + lines + "\n)" }

// YAML is the specification as CodeBuild reads it. It is an error if the specification is not valid.
func (s Spec) YAML() (string, error) {
	if err := s.Validate(); err != nil {
		return "", err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(s.document()); err != nil {
		return "", err
	}
	return out.String(), nil
}

// document is the specification in the order in which AWS's reference has it.
type document struct {
	Version   *yaml.Node            `yaml:"version"`
	Env       env                   `yaml:"env"`
	Phases    phases                `yaml:"phases"`
	Reports   map[string]reportYAML `yaml:"reports,omitempty"`
	Artifacts *artifactsYAML        `yaml:"artifacts,omitempty"`
	Cache     *cacheYAML            `yaml:"cache,omitempty"`
}

type env struct {
	Shell          Shell             `yaml:"shell"`
	Variables      map[string]string `yaml:"variables,omitempty"`
	ParameterStore map[string]string `yaml:"parameter-store,omitempty"`
	SecretsManager map[string]string `yaml:"secrets-manager,omitempty"`
	Exported       []string          `yaml:"exported-variables,omitempty"`
}

type phases struct {
	Install   *phaseYAML `yaml:"install,omitempty"`
	PreBuild  *phaseYAML `yaml:"pre_build,omitempty"`
	Build     *phaseYAML `yaml:"build,omitempty"`
	PostBuild *phaseYAML `yaml:"post_build,omitempty"`
}

type phaseYAML struct {
	RunAs     string            `yaml:"run-as,omitempty"`
	OnFailure OnFailure         `yaml:"on-failure,omitempty"`
	Runtimes  map[string]string `yaml:"runtime-versions,omitempty"`
	Commands  []string          `yaml:"commands,omitempty"`
	Finally   []string          `yaml:"finally,omitempty"`
}

type reportYAML struct {
	Files         []string `yaml:"files"`
	BaseDirectory string   `yaml:"base-directory,omitempty"`
	Format        string   `yaml:"file-format"`
}

type artifactsYAML struct {
	Files         []string `yaml:"files"`
	Exclude       []string `yaml:"exclude-paths,omitempty"`
	BaseDirectory string   `yaml:"base-directory,omitempty"`
	DiscardPaths  string   `yaml:"discard-paths,omitempty"`
}

type cacheYAML struct {
	Paths []string `yaml:"paths"`
}

func (s Spec) document() document {
	s = s.withDefaults()
	made := document{
		// A number, as in all of AWS's examples.
		Version: &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: Version},
		Env: env{
			Shell: s.Shell, Variables: byName(s.Variables), ParameterStore: byName(s.ParameterStore), SecretsManager: byName(s.SecretsManager),
			Exported: s.Exported,
		},
		Phases: phases{Install: s.Install.yaml(), PreBuild: s.PreBuild.yaml(), Build: s.Build.yaml(), PostBuild: s.PostBuild.yaml()},
	}
	for _, each := range s.Reports {
		if made.Reports == nil {
			made.Reports = map[string]reportYAML{}
		}
		made.Reports[each.Group] = reportYAML{Files: each.Files, BaseDirectory: each.BaseDirectory, Format: each.Format}
	}
	if a := s.Artifacts; len(a.Files) > 0 {
		made.Artifacts = &artifactsYAML{Files: a.Files, Exclude: a.Exclude, BaseDirectory: a.BaseDirectory}
		if a.DiscardPaths {
			made.Artifacts.DiscardPaths = "yes"
		}
	}
	if len(s.CachePaths) > 0 {
		made.Cache = &cacheYAML{s.CachePaths}
	}
	return made
}

func (s Spec) withDefaults() Spec {
	s.Shell = cmp.Or(s.Shell, Bash)
	s.Reports = append([]Report(nil), s.Reports...)
	for i := range s.Reports {
		if s.Reports[i].Format == "" {
			s.Reports[i].Format = "JUNITXML"
		}
	}
	return s
}

func (p Phase) yaml() *phaseYAML {
	if p.empty() {
		return nil
	}
	made := &phaseYAML{RunAs: p.RunAs, OnFailure: p.OnFailure, Commands: p.Commands, Finally: p.Finally}
	for _, each := range p.Runtimes {
		if made.Runtimes == nil {
			made.Runtimes = map[string]string{}
		}
		made.Runtimes[string(each.Language)] = each.Version
	}
	return made
}

func (p Phase) empty() bool {
	return p.RunAs == "" && p.OnFailure == "" && len(p.Runtimes)+len(p.Commands)+len(p.Finally) == 0
}

func byName(variables []Variable) map[string]string {
	if len(variables) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, each := range variables {
		out[each.Name] = each.Value
	}
	return out
}
