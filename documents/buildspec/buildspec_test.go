package buildspec_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func everything() buildspec.Spec {
	return buildspec.Spec{
		Shell: buildspec.Sh, Variables: []buildspec.Variable{{Name: "STAGE", Value: "dev"}, {Name: "COUNT", Value: "1"}, {Name: "ON", Value: "yes"}},
		ParameterStore: []buildspec.Variable{{Name: "IMAGE", Value: "/wine/dev/image"}},
		SecretsManager: []buildspec.Variable{{Name: "TOKEN", Value: "wine/dev:token"}},
		Exported:       []string{"VERSION"},
		Install:        buildspec.Phase{Runtimes: []buildspec.Runtime{{Language: buildspec.Python, Version: "3.13"}, {Language: buildspec.Go, Version: "1.26"}}, RunAs: "builder"},
		PreBuild:       buildspec.Phase{Commands: []string{"echo \"a: b\"", "- dash", "#{not.a.comment}"}},
		Build:          buildspec.Phase{OnFailure: buildspec.Continue, Commands: []string{buildspec.Strict("make\nmake test")}, Finally: []string{"make clean"}},
		PostBuild:      buildspec.Phase{Commands: []string{"VERSION=1; export VERSION"}},
		Reports:        []buildspec.Report{{Group: "tests", Files: []string{"*.xml"}, BaseDirectory: "out"}, {Group: "coverage", Files: []string{"c.xml"}, Format: "COBERTURAXML"}},
		Artifacts:      buildspec.Artifacts{Files: []string{"**/*"}, Exclude: []string{"*.tmp"}, BaseDirectory: "out", DiscardPaths: true},
		CachePaths:     []string{"/root/.cache/go-build/**/*"},
	}
}

func TestYAML(t *testing.T) {
	text, err := everything().YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/everything.yml", []byte(text))
	again, err := everything().YAML()
	require.NoError(t, err)
	require.Equal(t, text, again)

	// What the file says is what was meant: texts stay texts, and no command loses a character.
	var parsed struct {
		Env    struct{ Variables map[string]any }
		Phases map[string]struct{ Commands, Finally []any }
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &parsed))
	require.Equal(t, map[string]any{"STAGE": "dev", "COUNT": "1", "ON": "yes"}, parsed.Env.Variables)
	require.Equal(t, []any{"echo \"a: b\"", "- dash", "#{not.a.comment}"}, parsed.Phases["pre_build"].Commands)
	require.Equal(t, []any{"(\nset -euo pipefail\nmake\nmake test\n)"}, parsed.Phases["build"].Commands)

	text, err = buildspec.Spec{Build: buildspec.Phase{Commands: []string{"make"}}}.YAML()
	require.NoError(t, err)
	require.Equal(t, "version: 0.2\nenv:\n  shell: bash\nphases:\n  build:\n    commands:\n      - make\n", text)

	_, err = buildspec.Spec{}.YAML()
	require.EqualError(t, err, "build.commands: are missing in all phases; give at least one command")
}

// TestEveryCommandSurvives: whatever a command or a value holds, the build gets the very same.
func TestEveryCommandSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		command, value := rapid.String().Draw(t, "command"), rapid.String().Draw(t, "value")
		text, err := buildspec.Spec{Variables: []buildspec.Variable{{Name: "A", Value: value}}, Build: buildspec.Phase{Commands: []string{command}}}.YAML()
		if err != nil {
			return // refused
		}
		var parsed struct {
			Env    struct{ Variables map[string]string }
			Phases struct{ Build struct{ Commands []string } }
		}
		require.NoError(t, yaml.Unmarshal([]byte(text), &parsed))
		require.Equal(t, []string{command}, parsed.Phases.Build.Commands)
		require.Equal(t, map[string]string{"A": value}, parsed.Env.Variables)
	})
}

func TestProblems(t *testing.T) {
	tests := map[string]struct {
		change func(*buildspec.Spec)
		want   string
	}{
		"shell": {func(s *buildspec.Spec) { s.Shell = "powershell.exe" }, `shell: "powershell.exe" is no shell of a Linux image; use bash or /bin/sh`},
		"variables": {func(s *buildspec.Spec) {
			s.Variables = []buildspec.Variable{{Name: "a-b"}, {Name: "CODEBUILD_X"}, {Name: "A"}, {Name: "AWS_SECRET_ACCESS_KEY"}}
			s.ParameterStore = []buildspec.Variable{{Name: "A", Value: "a b"}}
			s.SecretsManager = []buildspec.Variable{{Name: "B", Value: ""}}
			s.Exported = []string{"a-b", "A", "A", "B"}
		}, `variables[0].name: "a-b" is no name of a variable; use a letter or _, then letters, digits and _
variables[1].name: "CODEBUILD_X" begins with CODEBUILD_, as CodeBuild's own do; use another name
variables[3].name: "AWS_SECRET_ACCESS_KEY" is a credential, which must not stand in clear text; use the build's role, or secretsManager
parameterStore[0].name: "A" is given twice; drop one
parameterStore[0].value: "a b" is no name of a parameter; write it like /wine/dev/token
secretsManager[0].value: "" is no secret; write it like wine/dev:token, the name of the secret and the key in it
exported[0]: "a-b" is no name of a variable; use a letter or _, then letters, digits and _
exported[1]: "A" is a secret, which everybody who sees the pipeline could read; leave it out
exported[2]: "A" is given twice; drop one
exported[3]: "B" is a secret, which everybody who sees the pipeline could read; leave it out`},
		"phases": {func(s *buildspec.Spec) {
			s.Install = buildspec.Phase{RunAs: "Root User", Runtimes: []buildspec.Runtime{{Language: "rust", Version: "1"}, {Language: buildspec.Go, Version: "1.18"}, {Language: buildspec.Go, Version: "1.26"}}}
			s.PreBuild = buildspec.Phase{OnFailure: "RETRY", Finally: []string{"make clean"}}
			s.Build = buildspec.Phase{Runtimes: []buildspec.Runtime{{Language: buildspec.NodeJS, Version: "22"}}, Commands: []string{" "}, Finally: []string{""}}
		}, `install.runAs: "Root User" is no Linux user; use up to 32 lower-case letters, digits, _ and -
install.runtimes[0].language: "rust" is on none of CodeBuild's images; use dotnet, golang, java, nodejs, php, python or ruby
install.runtimes[1].version: "1.18" is no version of golang that is supported; use 1.26
install.runtimes[2].language: "golang" is given twice; drop one
preBuild.onFailure: "RETRY" is unknown; use ABORT or CONTINUE
preBuild.finally: comes after commands, of which there are none; move it to commands
build.runtimes: are chosen in the phase install only; move them there
build.commands[0]: " " is no command; write one for the shell
build.finally[0]: "" is no command; write one for the shell`},
		"reports": {func(s *buildspec.Spec) {
			s.Reports = []buildspec.Report{{Format: "TAP"}, {Group: "a", Files: []string{"/a.xml"}, BaseDirectory: "/"}, {Group: "a", Files: []string{"a.xml"}}}
		}, `reports[0].group: is missing; give the name or the ARN of a report group
reports[0].files: are missing; give patterns such as **/*
reports[0].format: "TAP" is unknown; use CUCUMBERJSON, JUNITXML, NUNITXML, NUNIT3XML, TESTNGXML, VISUALSTUDIOTRX, CLOVERXML, COBERTURAXML, JACOCOXML or SIMPLECOV
reports[1].files[0]: "/a.xml" is no file below the base directory; write it like reports/*.xml
reports[1].baseDirectory: "/" is outside of the build; name a directory below the source
reports[2].group: "a" is given twice; drop one`},
		"artifacts": {func(s *buildspec.Spec) {
			s.Artifacts = buildspec.Artifacts{Files: []string{"/tmp/a"}, Exclude: []string{""}, BaseDirectory: "/tmp"}
			s.CachePaths = []string{""}
		}, `artifacts.files[0]: "/tmp/a" is no file below the base directory; write it like reports/*.xml
artifacts.exclude[0]: "" is no file below the base directory; write it like reports/*.xml
artifacts.baseDirectory: "/tmp" is outside of the build; name a directory below the source
cachePaths[0]: is empty; give a pattern such as /root/.cache/go-build/**/*`},
		"artifacts without files": {func(s *buildspec.Spec) { s.Artifacts = buildspec.Artifacts{BaseDirectory: "out"} },
			"artifacts.files: are missing; give patterns such as **/*"},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			spec := buildspec.Spec{Build: buildspec.Phase{Commands: []string{"make"}}}
			test.change(&spec)
			require.EqualError(t, spec.Validate(), test.want)
		})
	}
	require.NoError(t, everything().Validate())
}

func TestImages(t *testing.T) {
	for _, image := range buildspec.Images() {
		require.NoError(t, image.Validate())
		require.True(t, image.Managed())
		require.NoError(t, everything().ValidateOn(image))
	}
	require.True(t, buildspec.AmazonLinuxARM.ARM())
	require.False(t, buildspec.Ubuntu.ARM())
	const own = buildspec.Image("222222222222.dkr.ecr.us-west-2.amazonaws.com/build:1")
	require.NoError(t, own.Validate())
	require.False(t, own.Managed())
	require.EqualError(t, everything().ValidateOn(own), "install.runtimes: are chosen on CodeBuild's own images only, not on 222222222222.dkr.ecr.us-west-2.amazonaws.com/build:1; install them in the image")
	const choice = "use aws/codebuild/amazonlinux-x86_64-standard:6.0, aws/codebuild/amazonlinux-aarch64-standard:4.0 or aws/codebuild/standard:8.0"
	require.EqualError(t, buildspec.Image("aws/codebuild/standard:4.0").Validate(), `image: "aws/codebuild/standard:4.0" is not among the newest of CodeBuild's images; `+choice)
	require.NoError(t, (buildspec.Ubuntu + "-26.05.06").Validate(), "one release of it")
	require.NoError(t, everything().ValidateOn(buildspec.AmazonLinuxARM+"-26.05.06"))
	require.True(t, (buildspec.AmazonLinuxARM + "-26.05.06").ARM())
	require.EqualError(t, (buildspec.Ubuntu + "-latest").Validate(), `image: "aws/codebuild/standard:8.0-latest" is not among the newest of CodeBuild's images; `+choice)
	require.EqualError(t, buildspec.Image("ubuntu").Validate(), `image: "ubuntu" is no image that builds can be given; `+choice+" or the URI of an image in ECR, with a tag or digest")
	require.EqualError(t, buildspec.Image("222222222222.dkr.ecr.us-west-2.amazonaws.com/build:latest").Validate(),
		`image: "222222222222.dkr.ecr.us-west-2.amazonaws.com/build:latest" is another image after every push; name a tag that stays, or a digest`)
	account, region, name := own.Repository()
	require.Equal(t, []string{"222222222222", "us-west-2", "build"}, []string{account, region, name})
	account, _, _ = buildspec.Ubuntu.Repository()
	require.Empty(t, account)
	require.EqualError(t, buildspec.Image("").Validate(), "image: is missing; "+choice+" or the URI of an image in ECR")
}
