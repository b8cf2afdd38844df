package applied_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/terraform"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/stacks"
)

// small is a platform that has little but its state: an environment in another account than operations.
func small(protect string) fstest.MapFS {
	return fstest.MapFS{
		"platform.yaml": {Data: []byte(`{project: wine, repository: acme/wine-ml, region: us-west-2, promotionOrder: [dev],
operations: {account: "111111111111", protect: ` + protect + `, administrators: ["arn:aws:iam::111111111111:role/platform-admin"]}}`)},
		"environments/dev.yaml": {Data: []byte(`{account: "222222222222", protect: false, administrators: ["arn:aws:iam::222222222222:role/platform-admin"],
storage: {models: {}}, promotion: {branches: [main]}}`)},
	}
}

func stacksOf(t *testing.T, files fstest.MapFS, options stacks.Options) map[string]terraform.Stack {
	t.Helper()
	platform, err := config.LoadFS(files)
	require.NoError(t, err)
	dir := t.TempDir()
	app := tf.NewApp(dir)
	require.NoError(t, stacks.Build(app, platform, options))
	require.NoError(t, tf.Synth(app))
	out := map[string]terraform.Stack{}
	for _, name := range platform.StackNames() {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile))
		require.NoError(t, err)
		out[name] = terraform.Stack{Name: name, JSON: text}
	}
	return out
}

// TestBootstrap goes through README's five minutes and back: a state on disk, moved into the bucket that it makes, over TLS and under the
// policy of the bucket; an environment of another account that reaches its state through its role; a run that is killed; and the way out.
func TestBootstrap(t *testing.T) {
	if os.Getenv(awsemulator.Variable) == "" {
		awsemulator.Start(t)
	}
	iamcheck.AccessLevel(t, "ec2:CreateVpc")
	local := stacksOf(t, small("true"), stacks.Options{LocalState: true})
	attached := stacksOf(t, small("true"), stacks.Options{})
	open := stacksOf(t, small("false"), stacks.Options{})
	localOpen := stacksOf(t, small("false"), stacks.Options{LocalState: true})
	t.Parallel()

	emulator := awsemulator.Start(t)
	run := terraform.New(t)
	home := t.TempDir()
	as := func(account, label string) []string { return emulator.Environment(account, label) }

	// MLPLATFORM_LOCAL_STATE=true cdktf deploy state; cdktf deploy state --migrate-state
	state := run.Root(filepath.Join(home, "cdktf.out", "stacks", "state"), as("111111111111", "state"), local["state"])
	state.Init()
	state.Apply()
	require.FileExists(t, filepath.Join(home, "terraform.state.tfstate"))
	state.Replace(attached["state"])
	state.Init("-migrate-state", "-force-copy")
	require.Empty(t, state.Plan("-lock=true"), "the state has moved, and nothing else")

	// An environment of another account.
	dev := run.Root(filepath.Join(home, "cdktf.out", "stacks", "dev"), as("222222222222", "dev"), attached["dev"])
	dev.Init()
	id := kill(t, emulator, dev)
	unlock, err := dev.Command("force-unlock", "-force", id).CombinedOutput()
	require.NoError(t, err, "%s", unlock)
	before := resources(t, dev)
	require.NotZero(t, before, "what was made before the run was killed is known")
	dev.Apply("-lock=true")
	require.GreaterOrEqual(t, resources(t, dev), before)
	require.Empty(t, dev.Plan("-lock=true"))
	checkState(t, emulator)

	// docs/teardown.md
	dev.Apply("-lock=true", "-destroy")
	state.Replace(open["state"])
	state.Apply("-lock=true")
	state.Replace(localOpen["state"])
	state.Init("-migrate-state", "-force-copy")
	state.Apply("-destroy")
	for _, call := range emulator.Calls() {
		require.Empty(t, call.Problems, "%s %s", call.Service, call.Operation)
	}
}

var lockID = regexp.MustCompile(`ID:\s+([0-9a-f-]{36})`)

// kill begins an apply, kills it without mercy right after Terraform has saved its state for the first time, and returns the id of the
// lock that it leaves.
func kill(t *testing.T, emulator *awsemulator.Emulator, w *terraform.Workspace) string {
	t.Helper()
	running := w.Command("apply", "-auto-approve", "-input=false", "-no-color")
	running.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, running.Start())
	t.Cleanup(func() { _ = syscall.Kill(-running.Process.Pid, syscall.SIGKILL) })
	saved := func() bool {
		for _, call := range emulator.Calls() {
			key, _ := call.Arguments["Key"].(string)
			if call.Operation == "PutObject" && call.Status == 200 && strings.Contains(call.Role, "-dev-state") && strings.HasSuffix(key, "/dev/terraform.tfstate") {
				return true
			}
		}
		return false
	}
	for range 30000 { // it does so every 20 seconds, on a machine that is not busy
		if saved() {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	require.True(t, saved(), "Terraform saves its state while it applies")
	require.NoError(t, syscall.Kill(-running.Process.Pid, syscall.SIGSTOP)) // so that it is not done before the second one comes
	second, err := w.Command("plan", "-input=false", "-no-color").CombinedOutput()
	require.Error(t, err, "the lock keeps a second run out")
	match := lockID.FindSubmatch(second)
	require.NotNil(t, match, "%s", second)
	require.NoError(t, syscall.Kill(-running.Process.Pid, syscall.SIGKILL))
	require.Error(t, running.Wait())
	after, err := w.Command("plan", "-input=false", "-no-color").CombinedOutput()
	require.Error(t, err, "the lock is still there")
	require.Contains(t, string(after), string(match[1]))
	return string(match[1])
}

// resources is how many resources the state knows.
func resources(t *testing.T, w *terraform.Workspace) int {
	t.Helper()
	text, err := w.Command("state", "pull").Output()
	require.NoError(t, err)
	var content struct{ Resources []any }
	require.NoError(t, json.Unmarshal(text, &content))
	return len(content.Resources)
}

// checkState holds what was called through the roles of the state against these roles, and who assumed them against their trust.
func checkState(t *testing.T, emulator *awsemulator.Emulator) {
	t.Helper()
	var roles awsemulator.Roles
	calls := emulator.Calls()
	roles.Learn(calls)
	authorizer := awsemulator.NewAuthorizer(t)
	used := map[string]bool{}
	for _, call := range calls {
		requests, err := authorizer.Requests(call)
		require.NoError(t, err)
		if call.Service == "sts" && call.Operation == "AssumeRole" {
			role := call.Arguments["RoleArn"].(string)
			trust, err := roles.Trust(role)
			require.NoError(t, err)
			deployer := map[string]string{"dev": "wine-dev-github-apply", "state": "platform-admin"}[call.Label]
			require.True(t, iamcheck.Allows(trust, iamcheck.Request{Action: "sts:AssumeRole", Keys: map[string]string{
				"aws:PrincipalArn": "arn:aws:iam::" + call.Account + ":role/" + deployer,
			}}), "%s of %s assumes %s", deployer, call.Account, role)
		}
		if call.Role == "" {
			continue
		}
		for _, r := range requests {
			used[call.Role+" "+r.Action] = true
			by, err := roles.Allows(call.Role, r.Request)
			require.NoError(t, err)
			if r.Keys["s3:prefix"] == "env:/" { // Terraform looks for other workspaces, and goes on with the one that it has where that is denied
				require.Empty(t, by, "%s sees other workspaces", call.Role)
				continue
			}
			require.NotEmpty(t, by, "%s: %s on %s with %v", call.Role, r.Action, r.Resource, r.Keys)
		}
	}
	require.True(t, used["arn:aws:iam::111111111111:role/wine-dev-state s3:PutObject"])
	require.True(t, used["arn:aws:iam::111111111111:role/wine-operations-state-admin s3:PutObject"])
}
