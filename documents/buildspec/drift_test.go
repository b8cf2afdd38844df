package buildspec_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

// TestDrift plans what the pipeline applied last, and fails where AWS differs.
func TestDrift(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("the script of drift was not run, because there is no jq: install it")
	}
	const (
		other  = `{"actionName": "plan", "status": "InProgress"}`
		failed = `{"actionName": "apply", "status": "Failed", "input": {"inputArtifacts": [{"s3location": {"bucket": "b", "key": "newer"}}]}}`
		done   = `{"actionName": "apply", "status": "Succeeded", "input": {"inputArtifacts": [{"s3location": {"bucket": "builds", "key": "wine-dev-delivery/plan/a1"}}]}}`
		older  = `{"actionName": "apply", "status": "Succeeded", "input": {"inputArtifacts": [{"s3location": {"bucket": "b", "key": "older"}}]}}`
		runs   = `{"actionName": "apply", "status": "InProgress"}`
	)
	for name, test := range map[string]struct {
		executions []string
		fail       string // exit code of the plan
		object     string // what S3 says
		says       string
		ok, plans  bool
	}{
		"as deployed":    {[]string{other, failed, done, older}, "", "", "", true, true},
		"drift":          {[]string{done}, "2", "", "What is in AWS for dev differs from what was deployed last.", false, true},
		"no plan":        {[]string{done}, "1", "", "Error: no", false, true},
		"being deployed": {[]string{runs, done}, "", "", "dev is being deployed right now", true, false},
		"never deployed": {[]string{other, failed}, "", "", "Nothing of dev was deployed", true, false},
		"nothing at all": {nil, "", "", "Nothing of dev was deployed", true, false},
		"long ago":       {[]string{done}, "", "An error occurred (NoSuchKey) when calling the GetObject operation", "is kept no more", true, false},
		"out of reach":   {[]string{done}, "", "An error occurred (AccessDenied) when calling the GetObject operation", "(AccessDenied)", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuild(t)
			artifact := filepath.Join(b.root, "artifact")
			require.NoError(t, os.Mkdir(artifact, 0o755))
			for file, text := range map[string]string{"cdk.tf.json": "deployed", "terraform.lock.hcl": "committed"} {
				require.NoError(t, os.WriteFile(filepath.Join(artifact, file), []byte(text), 0o644))
			}
			unzip, err := os.ReadFile(filepath.Join(b.root, "bin", "unzip"))
			require.NoError(t, err)
			b.fake("unzip", `if [ "${*: -1}" = ../artifact.zip ]; then cp `+artifact+`/* .; exit; fi
`+string(unzip))
			b.fake("aws", `case "$*" in
  "codepipeline list-action-executions --pipeline-name wine-dev-delivery --max-items 500 --output json") echo '{"actionExecutionDetails": [`+strings.Join(test.executions, ", ")+`]}' ;;
  "s3api get-object --bucket builds --key wine-dev-delivery/plan/a1 artifact.zip") if [ -n "`+test.object+`" ]; then echo "`+test.object+`" >&2; exit 254; fi ;;
  *) echo "unexpected: $*" >&2; exit 99 ;;
esac`)
			_, ok := b.run(delivery.DriftSpec("wine-dev-delivery", "apply"), filepath.Join(b.root, "source"), "FAIL="+test.fail)
			require.Equal(t, test.ok, ok)
			require.Contains(t, b.output, test.says)
			const plan = "terraform init -no-color -lockfile=readonly as wine-dev-state-plan on deployed\nterraform plan -no-color -lock=false -detailed-exitcode as wine-dev-state-plan on deployed\n"
			require.Equal(t, test.plans, strings.Contains(b.log(), plan), b.log())
			require.NotContains(t, b.log(), "apply")
		})
	}
}

func TestDriftSpec(t *testing.T) {
	spec := delivery.DriftSpec("wine-dev-delivery", "apply")
	require.NoError(t, spec.ValidateOn(buildspec.AmazonLinux))
	text, err := spec.YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/terraform-drift.yml", []byte(text))
	shellcheck.Check(t, map[string]string{"drift": "#!/usr/bin/env bash\n" + spec.Build.Commands[0] + "\n"})
}
