package platform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// standInTerraform writes what Terraform would for the providers that it is asked for, from what is in the folder alone.
const standInTerraform = `#!/bin/sh
test "$1 $2" = "providers lock" || exit 1
echo "$*" >> "$CALLS"
version=$(sed 's/.*"version":"\([^"]*\)".*/\1/' main.tf.json)
printf '# head\n\nprovider "registry.terraform.io/hashicorp/aws" {\n  version     = "%s"\n  hashes = [\n    "h1:x=",\n  ]\n}\n' "$version" > .terraform.lock.hcl
`

// withTerraform puts the stand-in before all other programs.
func withTerraform(t *testing.T) (calls string) {
	t.Helper()
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "terraform"), []byte(standInTerraform), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	calls = filepath.Join(bin, "calls")
	t.Setenv("CALLS", calls)
	return calls
}

func TestLock(t *testing.T) {
	if testing.Short() {
		t.Skip("checksums are not written for a whole platform; run the tests without -short")
	}
	calls := withTerraform(t)
	top := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(top, "config"), os.DirFS(example)))
	t.Chdir(top)
	code, out, problems := run("lock", "--platform", "linux_amd64,darwin_arm64", "--mirror", "mirror")
	require.Zero(t, code, problems)
	require.Equal(t, ".terraform.lock.hcl: 1 provider on linux_amd64, darwin_arm64. Commit it.\n", out)
	asked, err := os.ReadFile(calls)
	require.NoError(t, err)
	require.Equal(t, "providers lock -no-color -fs-mirror="+filepath.Join(top, "mirror")+" -platform=linux_amd64 -platform=darwin_arm64\n", string(asked))

	code, _, problems = run("synth")
	require.Zero(t, code, problems)
	beside := filepath.Join("cdktf.out", "stacks", "dev", ".terraform.lock.hcl")
	text, err := os.ReadFile(beside)
	require.NoError(t, err)
	require.Contains(t, string(text), `version     = "5.99.1"`)

	// A provider that is not the committed one ends the synthesis, and with it every deployment.
	committed, err := os.ReadFile(".terraform.lock.hcl")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(".terraform.lock.hcl", []byte(strings.Replace(string(committed), "5.99.1", "5.99.0", 1)), 0o644))
	code, out, problems = run("synth")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, ".terraform.lock.hcl: has checksums of registry.terraform.io/hashicorp/aws 5.99.0, and dev needs 5.99.1; run: go run . lock\n", problems)
	again, err := os.ReadFile(beside)
	require.NoError(t, err)
	require.Equal(t, text, again, "earlier output stays")
}

func TestInitLocks(t *testing.T) {
	if testing.Short() {
		t.Skip("no repository is made with checksums and without Terraform; run the tests without -short")
	}
	withTerraform(t)
	arguments := []string{"--environment", "dev:222222222222:branch=main", "--parts", "none", "--lock=true"}
	locked := filepath.Join(t.TempDir(), "locked")
	code, out, problems := initialise(t, locked, arguments...)
	require.Zero(t, code, problems)
	require.NotContains(t, out, "go run . lock")
	require.Contains(t, contents(t, locked)["/.terraform.lock.hcl"], `version     = "5.99.1"`)

	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "terraform"), []byte("#!/bin/sh\necho no such host\nexit 1\n"), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	unlocked := filepath.Join(t.TempDir(), "unlocked")
	code, out, problems = initialise(t, unlocked, arguments...)
	require.Zero(t, code, problems)
	require.Contains(t, problems, ".terraform.lock.hcl is not written: terraform providers lock: exit status 1\nno such host\n")
	require.Contains(t, out, "  go run . lock         # the checksums of Terraform's providers, .terraform.lock.hcl, which is not there yet\n")
	require.NoFileExists(t, filepath.Join(unlocked, ".terraform.lock.hcl"))
}
