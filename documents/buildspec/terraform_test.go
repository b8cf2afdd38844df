package buildspec_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/attestation"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

var delivery = buildspec.Terraform{
	Stack: "dev", StateRegion: "us-west-2",
	StatePlanRoleARN: "arn:aws:iam::111111111111:role/wine-dev-state-plan", StateRoleARN: "arn:aws:iam::111111111111:role/wine-dev-state",
}

// withAccess is the same with a stack of the roles beside it.
func withAccess() buildspec.Terraform {
	of := delivery
	of.Access = "dev-access"
	return of
}

func specs(of buildspec.Terraform) map[string]buildspec.Spec {
	return map[string]buildspec.Spec{"test": of.TestSpec(), "plan": of.PlanSpec(), "apply": of.ApplySpec()}
}

func TestTerraformSpecs(t *testing.T) {
	require.NoError(t, withAccess().Validate())
	scripts := map[string]string{}
	for name, spec := range specs(withAccess()) {
		require.NoError(t, spec.ValidateOn(buildspec.AmazonLinux))
		text, err := spec.YAML()
		require.NoError(t, err)
		golden.Assert(t, "testdata/terraform-"+name+".yml", []byte(text))
		for _, phase := range []buildspec.Phase{spec.Install, spec.PreBuild, spec.Build, spec.PostBuild} {
			for _, command := range phase.Commands {
				scripts[fmt.Sprintf("%s-%d", name, len(scripts))] = "#!/usr/bin/env bash\n" + command + "\n"
			}
		}
	}
	shellcheck.Check(t, scripts)
}

// TestTrustedImages: a plan looks at the signatures of the images first.
func TestTrustedImages(t *testing.T) {
	signed := delivery
	signed.Images = &attestation.Trust{
		KeyARN: "arn:aws:kms:us-west-2:111111111111:alias/wine-images", Bucket: "wine-artifacts", Region: "us-west-2", FailOn: attestation.High,
		Builder: "https://github.com/acme/wine-ml/.github/workflows/images.yml@refs/heads/main", Exceptions: []attestation.Exception{{ID: "CVE-2026-1", Until: "2027-01-31"}},
	}
	require.NoError(t, signed.Validate())
	spec := signed.PlanSpec()
	require.Subset(t, spec.Variables, []buildspec.Variable{
		{"STACK_FILE", "cdk.tf.json"}, {"KEY", signed.Images.KeyARN}, {"BUCKET", "wine-artifacts"}, {"REGION", "us-west-2"}, {"BUILDER", signed.Images.Builder},
		{"FAIL_ON", "high"}, {"EXCEPTIONS", `[{"id":"CVE-2026-1","until":"2027-01-31"}]`},
	})
	last := spec.PreBuild.Commands[len(spec.PreBuild.Commands)-1]
	require.Equal(t, buildspec.Strict(attestation.VerifyScript()), last)
	shellcheck.Check(t, map[string]string{"images": "#!/bin/bash\n" + last})
	_, err := spec.YAML()
	require.NoError(t, err)
	require.Equal(t, delivery.ApplySpec(), signed.ApplySpec())
	signed.Images.FailOn = ""
	require.EqualError(t, signed.Validate(), `images.failOn: "" is no severity; use critical, high, medium, low, none`)
}

func TestTerraformProblems(t *testing.T) {
	require.EqualError(t, buildspec.Terraform{}.Validate(), `stack: "" is no name of a stack; use up to 64 letters, digits, _ and -
stateRegion: "" is no AWS region; write it like us-west-2
statePlanRoleARN: "" is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name
stateRoleARN: "" is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name`)
	bad := delivery
	bad.Stack, bad.Version, bad.StateProfile, bad.StateRoleARN, bad.Administered, bad.Access = `dev"; rm -rf /`, "latest", "a b", "${aws_iam_role.a.arn}", ".*", "a/b"
	require.EqualError(t, bad.Validate(), `stack: "dev\"; rm -rf /" is no name of a stack; use up to 64 letters, digits, _ and -
version: "latest" is no version of Terraform; write it like 1.11.4
sha256: "" is no checksum; give the 64 hexadecimal digits of terraform_<version>_linux_amd64.zip
stateProfile: "a b" is no name of a profile; use up to 64 letters, digits and _ . -
access: "a/b" is no name of a stack; use up to 64 letters, digits, _ and -
administered: ".*" is no beginning of a name; use up to 64 letters, digits, _ and -
stateRoleARN: "${aws_iam_role.a.arn}" is no ARN of a role, written out; write it like arn:aws:iam::123456789012:role/name`)
}

// A build is a machine on which a specification runs: its commands in one shell, as CodeBuild does, with stand-ins for
// what reaches the outside.
type build struct {
	t    *testing.T
	root string
	env  []string
	// output is what the commands wrote when a specification ran last.
	output string
}

func newBuild(t *testing.T) *build {
	t.Helper()
	b := &build{t: t, root: t.TempDir()}
	for _, dir := range []string{"bin", "tools", "tmp", "source"} {
		require.NoError(t, os.Mkdir(filepath.Join(b.root, dir), 0o755))
	}
	log := filepath.Join(b.root, "log")
	b.env = []string{
		"PATH=" + filepath.Join(b.root, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + b.root, "TMPDIR=" + filepath.Join(b.root, "tmp"),
		"LOG=" + log, "CODEBUILD_BUILD_URL=https://example.com/build/1",
	}
	b.fake("go", `echo "go $*" >> "$LOG"
if [ "$*" = "run ." ]; then mkdir -p cdktf.out/stacks/dev; echo "{\"profile\":\"$MLPLATFORM_STATE_PROFILE\"}" > cdktf.out/stacks/dev/cdk.tf.json; fi`)
	b.fake("gofmt", `echo "gofmt $*" >> "$LOG"`)
	b.fake("node", `echo "node $*" >> "$LOG"`)
	// The archive holds a Terraform that writes down what it is asked and with which role.
	b.fake("curl", `echo "curl ${*: -1}" >> "$LOG"; while [ $# -gt 1 ]; do if [ "$1" = --output ]; then echo archive > "$2"; fi; shift; done`)
	b.fake("unzip", `echo "unzip $(cat "$3")" >> "$LOG"
cat > "${*: -1}/terraform" <<'END'
#!/usr/bin/env bash
role="$(sed -n 's/^role_arn = .*role.//p' "$AWS_CONFIG_FILE" 2> /dev/null || true)"
echo "terraform $* as $role on $(cat cdk.tf.json 2> /dev/null || true)" >> "$LOG"
case "$1" in
  init) [ -f .terraform.lock.hcl ] || echo lock > .terraform.lock.hcl ;;
  plan) if [ -n "${FAIL:-}" ]; then echo "Error: no"; exit "$FAIL"; fi; echo "planned" > plan.tfplan ;;
  output) echo '{"grafana_workspace_id": {"value": "g-0123456789"}}' ;;
  show) printf '%s\n' "Terraform will perform the following actions:" "${SUMMARY-Plan: 1 to add, 0 to change, 0 to destroy.}" ;;
  apply) echo "applied $(cat "${*: -1}")" >> "$LOG" ;;
esac
END
chmod +x "${*: -1}/terraform"`)
	return b
}

func (b *build) fake(name, script string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.root, "bin", name), []byte("#!/usr/bin/env bash\nset -euo pipefail\n"+script+"\n"), 0o755))
}

// run executes a specification in the directory and gives back its exported variables, and whether it went well.
func (b *build) run(spec buildspec.Spec, dir string, more ...string) (exported map[string]string, ok bool) {
	b.t.Helper()
	var script strings.Builder
	for _, each := range spec.Variables {
		value := each.Value
		switch each.Name {
		case "TOOLS":
			value = filepath.Join(b.root, "tools")
		case "TF_DATA_DIR":
			value = filepath.Join(b.root, "tmp", "terraform-data")
		case "AWS_CONFIG_FILE":
			value = filepath.Join(b.root, "tmp", "aws-config")
		case "TERRAFORM_SHA256":
			// Of the archive that the stand-in for curl brings.
			value = fmt.Sprintf("%x", sha256.Sum256([]byte("archive\n")))
		}
		fmt.Fprintf(&script, "export %s='%s'\n", each.Name, value)
	}
	for _, each := range more {
		fmt.Fprintf(&script, "export %s\n", each)
	}
	for _, phase := range []buildspec.Phase{spec.Install, spec.PreBuild, spec.Build, spec.PostBuild} {
		for _, command := range phase.Commands {
			fmt.Fprintf(&script, "%s\n[ $? = 0 ] || exit 1\n", command)
		}
	}
	for _, each := range spec.Exported {
		fmt.Fprintf(&script, "printf 'exported %s=%%s\\n' \"$%s\"\n", each, each)
	}
	command := exec.Command("bash", "-c", script.String())
	command.Dir, command.Env = dir, b.env
	out, err := command.CombinedOutput()
	b.t.Logf("%s", out)
	b.output = string(out)
	exported = map[string]string{}
	for _, line := range strings.Split(string(out), "\n") {
		if rest, found := strings.CutPrefix(line, "exported "); found {
			name, value, _ := strings.Cut(rest, "=")
			exported[name] = value
		}
	}
	return exported, err == nil
}

// handOn copies the artifacts of a build into the directory of the next one.
func (b *build) handOn(spec buildspec.Spec, from, to string) {
	b.t.Helper()
	require.NoError(b.t, os.MkdirAll(to, 0o755))
	base := filepath.Join(from, spec.Artifacts.BaseDirectory)
	for _, pattern := range spec.Artifacts.Files {
		if directory, all := strings.CutSuffix(pattern, "**/*"); all {
			base, to := filepath.Join(base, directory), filepath.Join(to, directory)
			require.NoError(b.t, filepath.WalkDir(base, func(path string, entry os.DirEntry, err error) error {
				if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
					return err // what is hidden is not relied upon
				}
				content, err := os.ReadFile(path)
				require.NoError(b.t, err)
				relative, err := filepath.Rel(base, path)
				require.NoError(b.t, err)
				require.NoError(b.t, os.MkdirAll(filepath.Dir(filepath.Join(to, relative)), 0o755))
				return os.WriteFile(filepath.Join(to, relative), content, 0o644)
			}))
			continue
		}
		files, err := filepath.Glob(filepath.Join(base, pattern))
		require.NoError(b.t, err)
		require.NotEmpty(b.t, files, "%s matches nothing", pattern)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(b.t, err)
			require.NoError(b.t, os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o644))
		}
	}
}

func (b *build) log() string {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.root, "log"))
	require.NoError(b.t, err)
	return string(text)
}

// TestDelivery runs the three builds one after another, each with nothing but what the one before handed on.
func TestDelivery(t *testing.T) {
	for _, locked := range []string{"", ".terraform.lock.hcl", "cdktf.out/stacks/dev/.terraform.lock.hcl"} {
		t.Run("locked="+locked, func(t *testing.T) {
			b := newBuild(t)
			source, stack, plan := filepath.Join(b.root, "source"), filepath.Join(b.root, "stack"), filepath.Join(b.root, "plan")
			init, lock := "init -no-color", "lock"
			if locked != "" {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(source, locked)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(source, locked), []byte("committed"), 0o644))
				init, lock = "init -no-color -lockfile=readonly", "committed"
			}
			_, ok := b.run(delivery.TestSpec(), source)
			require.True(t, ok)
			b.handOn(delivery.TestSpec(), source, stack)
			exported, ok := b.run(delivery.PlanSpec(), stack)
			require.True(t, ok)
			require.Equal(t, map[string]string{buildspec.PlanSummary: "Plan: 1 to add, 0 to change, 0 to destroy.", buildspec.PlanURL: "https://example.com/build/1"}, exported)
			b.handOn(delivery.PlanSpec(), stack, plan)
			_, ok = b.run(delivery.ApplySpec(), plan)
			require.True(t, ok)
			text, err := os.ReadFile(filepath.Join(plan, ".terraform.lock.hcl"))
			require.NoError(t, err)
			require.Equal(t, lock, strings.TrimSpace(string(text)), "the providers of the plan apply it")

			const on, url = ` on {"profile":"state"}`, "curl https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_linux_amd64.zip"
			install := url + "\nunzip archive\nterraform version as  on "
			again := url + "\nunzip archive\nterraform version as wine-dev-state-plan on "
			require.Equal(t, strings.Join([]string{
				"go version", "node --version", "gofmt -l .", "go vet ./...", "go test ./...", "go run .",
				install + `{"profile":"state"}`,
				"terraform " + init + " as wine-dev-state-plan" + on,
				"terraform plan -no-color -lock=false -out=plan.tfplan as wine-dev-state-plan" + on,
				"terraform show -no-color plan.tfplan as wine-dev-state-plan" + on,
				again + `{"profile":"state"}`,
				"terraform init -no-color -lockfile=readonly as wine-dev-state" + on,
				"terraform apply -no-color -lock-timeout=5m plan.tfplan as wine-dev-state" + on,
				"applied planned", "",
			}, "\n"), b.log())
		})
	}
}

// TestDashboards: those that were planned with the stack go into its Grafana, and the application has succeeded without them, too.
func TestDashboards(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("no dashboard was imported, because there is no jq: install it")
	}
	of := delivery
	of.Dashboards = true
	for name, test := range map[string]struct {
		curl, says string
	}{
		"imported": {"cat > /dev/null; exit 0", "dashboard wine-dev-cluster\n"},
		"refused":  {"exit 22", "The stack is applied, but its dashboards are not in Grafana.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuild(t)
			b.fake("go", `if [ "$*" = "run ." ]; then
  mkdir -p cdktf.out/stacks/dev/dashboards
  echo '{}' > cdktf.out/stacks/dev/cdk.tf.json
  echo '{}' > cdktf.out/stacks/dev/dashboards/wine-dev-cluster.json
  echo 'exit 1' > cdktf.out/stacks/dev/dashboards/import.sh
fi`)
			b.fake("aws", `echo "aws $*" >> "$LOG"; case "$2" in describe-workspace) echo g-1.example ;; *) echo 7 ;; esac`)
			source, stack, plan := filepath.Join(b.root, "source"), filepath.Join(b.root, "stack"), filepath.Join(b.root, "plan")
			_, ok := b.run(of.TestSpec(), source)
			require.True(t, ok)
			b.handOn(of.TestSpec(), source, stack)
			_, ok = b.run(of.PlanSpec(), stack)
			require.True(t, ok)
			b.handOn(of.PlanSpec(), stack, plan)
			require.FileExists(t, filepath.Join(plan, "dashboards/wine-dev-cluster.json"))
			// What fetches Terraform is the first to call it.
			fetch, err := os.ReadFile(filepath.Join(b.root, "bin", "curl"))
			require.NoError(t, err)
			b.fake("curl", `if [[ "$*" = *example/api* ]]; then `+test.curl+`; fi
`+string(fetch))
			_, ok = b.run(of.ApplySpec(), plan, "AWS_REGION=us-west-2")
			require.True(t, ok)
			require.Contains(t, b.output, test.says)
			require.Contains(t, b.log(), "aws grafana describe-workspace --query workspace.endpoint --workspace-id g-0123456789 --region us-west-2 --output text\n")
			require.Contains(t, b.log(), "aws grafana delete-workspace-service-account --service-account-id 7 ")
		})
	}
	scripts := map[string]string{}
	for name, spec := range map[string]buildspec.Spec{"test": of.TestSpec(), "plan": of.PlanSpec(), "apply": of.ApplySpec()} {
		for i, command := range spec.Build.Commands {
			scripts[fmt.Sprintf("%s-%d", name, i)] = "#!/usr/bin/env bash\n" + command + "\n"
		}
	}
	shellcheck.Check(t, scripts)
	require.Equal(t, delivery.ApplySpec(), of.Of("dev-serving").ApplySpec(), "a further stack has none")
}

// TestCharts: a build whose stack takes charts from Amazon ECR logs Helm in before Terraform runs.
func TestCharts(t *testing.T) {
	of := delivery
	of.Charts = "222222222222.dkr.ecr.us-west-2.amazonaws.com"
	for name, spec := range map[string]buildspec.Spec{"plan": of.PlanSpec(), "apply": of.ApplySpec(), "drift": of.DriftSpec("a", "b")} {
		found := strings.Join(spec.PreBuild.Commands, "\n")
		require.Contains(t, found, "aws ecr get-login-password --region us-west-2", name)
		require.Contains(t, found, `{"auths":{"222222222222.dkr.ecr.us-west-2.amazonaws.com":{"auth":"%s"}}}`, name)
	}
	of.Charts = "ghcr.io"
	require.EqualError(t, of.Validate(), `charts: "ghcr.io" is no registry of Amazon ECR; write it like 222222222222.dkr.ecr.us-west-2.amazonaws.com`)
}

// TestFurther: a further stack is planned and applied from the artifact of the first one, with the charts beside it.
func TestFurther(t *testing.T) {
	of := delivery
	of.Further = []string{"dev-serving"}
	require.NoError(t, of.Validate())
	further := of.Of("dev-serving")
	require.NoError(t, further.Validate())
	for _, locked := range []string{"", ".terraform.lock.hcl", "cdktf.out/stacks/dev-serving/.terraform.lock.hcl"} {
		t.Run("locked="+locked, func(t *testing.T) {
			b := newBuild(t)
			b.fake("go", `echo "go $*" >> "$LOG"
if [ "$*" = "run ." ]; then
  mkdir -p cdktf.out/stacks/dev cdktf.out/stacks/dev-serving/charts/models/templates
  echo first > cdktf.out/stacks/dev/cdk.tf.json
  echo further > cdktf.out/stacks/dev-serving/cdk.tf.json
  echo object > cdktf.out/stacks/dev-serving/charts/models/templates/a.yaml
fi`)
			source, stack, plan := filepath.Join(b.root, "source"), filepath.Join(b.root, "stack"), filepath.Join(b.root, "plan")
			want := "init -no-color"
			if locked != "" {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(source, locked)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(source, locked), []byte("committed"), 0o644))
				want += " -lockfile=readonly"
			}
			_, ok := b.run(of.TestSpec(), source)
			require.True(t, ok)
			b.handOn(of.TestSpec(), source, stack)
			require.FileExists(t, filepath.Join(stack, "cdk.tf.json"))
			exported, ok := b.run(further.PlanSpec(), stack)
			require.True(t, ok)
			require.Equal(t, "Plan: 1 to add, 0 to change, 0 to destroy.", exported[buildspec.PlanSummary])
			b.handOn(further.PlanSpec(), stack, plan)
			require.FileExists(t, filepath.Join(plan, "charts/models/templates/a.yaml"))
			require.FileExists(t, filepath.Join(plan, "plan.txt"))
			_, ok = b.run(further.ApplySpec(), plan)
			require.True(t, ok)
			require.Contains(t, b.log(), "terraform "+want+" as wine-dev-state-plan on further\n")
			require.Contains(t, b.log(), "terraform apply -no-color -lock-timeout=5m plan.tfplan as wine-dev-state on further\napplied planned\n")
			require.NotContains(t, b.log(), "on first\nterraform plan", "the first stack has builds of its own")
		})
	}
	scripts := map[string]string{}
	for name, spec := range map[string]buildspec.Spec{"test": of.TestSpec(), "plan": further.PlanSpec()} {
		for i, command := range spec.Build.Commands {
			scripts[fmt.Sprintf("%s-%d", name, i)] = "#!/usr/bin/env bash\n" + command + "\n"
		}
	}
	shellcheck.Check(t, scripts)

	of.Further = []string{"dev", "a b"}
	require.EqualError(t, of.Validate(), `further[0]: "dev" is no name of a further stack; use up to 64 letters, digits, _ and -
further[1]: "a b" is no name of a further stack; use up to 64 letters, digits, _ and -`)
	signed := withAccess()
	signed.Images, signed.Administered = &attestation.Trust{}, "deployment_"
	signed.After = &buildspec.Predecessor{}
	spec := signed.Of("dev-serving").PlanSpec()
	require.Contains(t, spec.Variables, buildspec.Variable{"STACK_FILE", "dev-serving/cdk.tf.json"})
	require.Len(t, spec.PreBuild.Commands, 2, "the profile and the images")
}

// TestRealTerraform runs plan and apply with the real Terraform, on a stack that needs no provider and no AWS.
func TestRealTerraform(t *testing.T) {
	real := terraform.Program(t, "only its stand-in was run")
	b := newBuild(t)
	b.fake("unzip", `ln -sf `+real+` "${*: -1}/terraform"`)
	state := filepath.Join(b.root, "state.tfstate")
	stack := func(name, input string) string {
		dir := filepath.Join(b.root, name)
		require.NoError(t, os.Mkdir(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "cdk.tf.json"), []byte(fmt.Sprintf(
			`{"terraform":{"backend":{"local":{"path":%q}}},"resource":{"terraform_data":{"a":{"input":%q}}},"output":{"a":{"value":"${terraform_data.a.output}"}}}`, state, input)), 0o644))
		return dir
	}
	plan := func(name, input, summary string) string {
		dir, to := stack(name, input), filepath.Join(b.root, name+"-plan")
		exported, ok := b.run(delivery.PlanSpec(), dir)
		require.True(t, ok)
		require.Equal(t, summary, exported[buildspec.PlanSummary])
		b.handOn(delivery.PlanSpec(), dir, to)
		text, err := os.ReadFile(filepath.Join(to, "plan.txt"))
		require.NoError(t, err)
		require.Contains(t, string(text), summary)
		return to
	}
	first := plan("first", "one", "Plan: 1 to add, 0 to change, 0 to destroy.")
	late := plan("late", "two", "Plan: 1 to add, 0 to change, 0 to destroy.")
	_, ok := b.run(delivery.ApplySpec(), first)
	require.True(t, ok)
	_, ok = b.run(delivery.ApplySpec(), late)
	require.False(t, ok, "the state has changed since the plan")
	text, err := os.ReadFile(state)
	require.NoError(t, err)
	require.Contains(t, string(text), `"value": "one"`)
	administered := delivery
	administered.Administered = "a"
	dir := stack("administered", "three")
	_, ok = b.run(administered.PlanSpec(), dir)
	require.False(t, ok, "before anything is applied")
	require.Contains(t, b.output, "Only an administrator may change these, deploy this commit by hand:\n  # terraform_data.a will be updated in-place\n")
	administered.Administered = "b"
	_, ok = b.run(administered.PlanSpec(), stack("others", "three"))
	require.True(t, ok)
	administered.Administered = "a"
	_, ok = b.run(administered.PlanSpec(), stack("untouched", "one"))
	require.True(t, ok, "without changes")

	plan("same", "one", "No changes. Your infrastructure matches the configuration.")
	again := plan("again", "two", "Plan: 0 to add, 1 to change, 0 to destroy.")
	_, ok = b.run(delivery.ApplySpec(), again)
	require.True(t, ok)
}

func TestAdministratorComesFirst(t *testing.T) {
	for name, row := range map[string]struct {
		aws, says string
		ok        bool
	}{
		"applied":            {"echo digest", "", true},
		"another one":        {"echo older", "An administrator must apply dev-access first: cdktf deploy dev-access.", false},
		"not there yet":      {"echo 'An error occurred (ParameterNotFound)' >&2; exit 254", "must apply dev-access first", false},
		"not to be read yet": {"echo 'An error occurred (AccessDeniedException)' >&2; exit 254", "must apply dev-access first", false},
		"no connection":      {"echo 'Could not connect' >&2; exit 255", "Could not connect", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuild(t)
			b.fake("aws", `[ "$*" = "ssm get-parameter --name /wine-dev/access --query Parameter.Value --output text" ]`+"\n"+row.aws)
			// As jq would, whose name is the path into the file.
			b.fake("jq", `case "$2" in *.name) echo /wine-dev/access ;; *.value) echo digest ;; esac; [ -f "$3" ]`)
			source, stack := filepath.Join(b.root, "source"), filepath.Join(b.root, "stack")
			folder := filepath.Join(source, "cdktf.out/stacks/dev-access")
			require.NoError(t, os.MkdirAll(folder, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "cdk.tf.json"), []byte("{}"), 0o644))
			_, ok := b.run(withAccess().TestSpec(), source)
			require.True(t, ok)
			b.handOn(withAccess().TestSpec(), source, stack)
			_, ok = b.run(withAccess().PlanSpec(), stack)
			require.Equal(t, row.ok, ok)
			require.Contains(t, b.output, row.says)
			if !row.ok {
				require.NoFileExists(t, filepath.Join(stack, "plan/plan.tfplan"))
			}
		})
	}
}

func TestBuildsFail(t *testing.T) {
	t.Run("another archive", func(t *testing.T) {
		b := newBuild(t)
		b.fake("curl", `while [ $# -gt 1 ]; do if [ "$1" = --output ]; then echo evil > "$2"; fi; shift; done`)
		_, ok := b.run(delivery.PlanSpec(), filepath.Join(b.root, "source"))
		require.False(t, ok)
		_, err := os.Stat(filepath.Join(b.root, "log"))
		require.True(t, os.IsNotExist(err), "nothing of it was run")
	})
	t.Run("another machine", func(t *testing.T) {
		b := newBuild(t)
		b.fake("uname", "echo aarch64")
		_, ok := b.run(delivery.PlanSpec(), filepath.Join(b.root, "source"))
		require.False(t, ok)
		require.Contains(t, b.output, "Terraform is fetched for x86_64, this machine is aarch64: use an image for x86_64.")
		require.NoFileExists(t, filepath.Join(b.root, "log"), "nothing was fetched")
	})
	t.Run("not formatted", func(t *testing.T) {
		b := newBuild(t)
		b.fake("gofmt", "echo stacks/a.go")
		_, ok := b.run(delivery.TestSpec(), filepath.Join(b.root, "source"))
		require.False(t, ok)
		require.Contains(t, b.output, "Not formatted, see gofmt -d:\nstacks/a.go\n")
	})
	t.Run("no Go at all", func(t *testing.T) {
		b := newBuild(t)
		b.fake("gofmt", "exit 2")
		_, ok := b.run(delivery.TestSpec(), filepath.Join(b.root, "source"))
		require.False(t, ok)
		require.Equal(t, "go version\nnode --version\n", b.log())
	})
	for name, row := range map[string]struct {
		line string
		ok   bool
	}{
		"created":      {"  # aws_iam_role.deployment_apply_1 will be created", false},
		"updated":      {"  # aws_codebuild_project.deployment_test_1 will be updated in-place", false},
		"destroyed":    {"  # aws_codepipeline.deployment_pipeline_1 will be destroyed", false},
		"replaced":     {"  # aws_iam_policy.deployment_boundary_1 must be replaced", false},
		"tainted":      {"  # aws_iam_role.deployment_apply_1 is tainted, so must be replaced", false},
		"deposed":      {"  # aws_iam_role.deployment_apply_1 (deposed object 1a2b) will be destroyed", false},
		"another":      {"  # aws_iam_role.network_deployment_1 will be created", true},
		"in a value":   {`      + description = "x.deployment_ will be created"`, true},
		"only read":    {"  # data.aws_iam_role.deployment_a will be read during apply", true},
		"only a state": {"  # aws_iam_role.deployment_apply_1 has moved to aws_iam_role.deployment_b", true},
	} {
		t.Run("administered, "+name, func(t *testing.T) {
			b := newBuild(t)
			source := filepath.Join(b.root, "source")
			require.NoError(t, os.WriteFile(filepath.Join(source, "cdk.tf.json"), []byte("{}"), 0o644))
			administered := delivery
			administered.Administered = "deployment_"
			_, ok := b.run(administered.PlanSpec(), source, "SUMMARY='"+row.line+"'")
			require.Equal(t, row.ok, ok, row.line)
		})
	}
	t.Run("tests", func(t *testing.T) {
		b := newBuild(t)
		b.fake("go", `echo "go $*" >> "$LOG"; [ "$1" != vet ]`)
		_, ok := b.run(delivery.TestSpec(), filepath.Join(b.root, "source"))
		require.False(t, ok)
		require.Equal(t, "go version\nnode --version\ngofmt -l .\ngo vet ./...\n", b.log())
	})
	t.Run("plan", func(t *testing.T) {
		b := newBuild(t)
		source := filepath.Join(b.root, "source")
		require.NoError(t, os.WriteFile(filepath.Join(source, "cdk.tf.json"), []byte("{}"), 0o644))
		_, ok := b.run(delivery.PlanSpec(), source, "FAIL=1")
		require.False(t, ok)
		require.NotContains(t, b.log(), "show")
	})
	t.Run("a summary that nobody knows", func(t *testing.T) {
		b := newBuild(t)
		source := filepath.Join(b.root, "source")
		require.NoError(t, os.WriteFile(filepath.Join(source, "cdk.tf.json"), []byte("{}"), 0o644))
		exported, ok := b.run(delivery.PlanSpec(), source, "SUMMARY=Something else.")
		require.True(t, ok)
		require.Equal(t, "The log has the plan.", exported[buildspec.PlanSummary])
	})
}
