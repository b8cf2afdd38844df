// Package terraform runs the real Terraform with the real AWS provider over synthesised stacks in tests, with no AWS
// behind it: a plan of new resources needs nothing of AWS but the caller's identity, which a local server tells.
package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// ConfigVariable names the environment variable that points at a Terraform CLI configuration whose dev_overrides hold
// the AWS provider, for machines that reach no provider registry.
// https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
const ConfigVariable = "AWS_PROVIDER_TFRC"

// A Runner runs Terraform in one working directory after another.
type Runner struct {
	t         testing.TB
	binary    string
	overrides string
}

// registry remembers, for one test binary, whether terraform init reaches a provider registry.
var registry struct {
	once    sync.Once
	problem string
	cache   string
}

// RequireVariable names the environment variable that, when set, makes a missing Terraform or provider a failure.
const RequireVariable = "REQUIRE_TERRAFORM"

// New finds Terraform and the AWS provider. Where one of them cannot be had it skips the test and says what is missing.
func New(t testing.TB) *Runner {
	t.Helper()
	binary := Program(t, "stacks are not planned")
	runner := &Runner{t: t, binary: binary, overrides: os.Getenv(ConfigVariable)}
	if runner.overrides == "" {
		registry.once.Do(runner.tryRegistry)
		if registry.problem != "" {
			missing(t, fmt.Sprintf("no provider registry can be reached, so stacks are not planned; set %s to a Terraform CLI configuration with dev_overrides for hashicorp/aws (%s)", ConfigVariable, registry.problem))
		}
	}
	return runner
}

// Program finds Terraform, for what needs no provider. Where it cannot be had it skips the test and says what is not done
// for that, or fails where RequireVariable is set.
func Program(t testing.TB, without string) string {
	t.Helper()
	binary, err := exec.LookPath("terraform")
	if err != nil {
		missing(t, "terraform is not installed, so "+without+"; install Terraform 1.11 or later")
	}
	return binary
}

// For is the runner for a subtest.
func (r Runner) For(t testing.TB) *Runner { r.t = t; return &r }

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(RequireVariable) != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// tryRegistry downloads the provider once, into a plugin cache that all later inits of this user share.
func (r *Runner) tryRegistry() {
	home, err := os.UserCacheDir()
	if err == nil {
		registry.cache = filepath.Join(home, "mlplatform", "terraform-plugins")
		err = os.MkdirAll(registry.cache, 0o755)
	}
	if err != nil {
		registry.problem = err.Error()
		return
	}
	dir, err := os.MkdirTemp("", "mlplatform-init-")
	if err != nil {
		registry.problem = err.Error()
		return
	}
	defer os.RemoveAll(dir)
	probe := `{"terraform":{"required_providers":{"aws":{"source":"hashicorp/aws","version":"5.99.1"}}}}`
	if err := os.WriteFile(filepath.Join(dir, "main.tf.json"), []byte(probe), 0o644); err != nil {
		registry.problem = err.Error()
		return
	}
	if out, err := r.command(dir, "", "init", "-backend=false", "-input=false", "-no-color").CombinedOutput(); err != nil {
		registry.problem = "terraform init failed"
		for _, line := range strings.Split(string(out), "\n") {
			if _, message, found := strings.Cut(line, "Error: "); found {
				registry.problem = message
				break
			}
		}
	}
}

// Validate runs terraform validate on Terraform JSON.
func (r *Runner) Validate(stack []byte) {
	r.t.Helper()
	r.run(r.prepare(stack), "", "validate", "-no-color")
}

var summary = regexp.MustCompile(`Plan: (\d+) to add, (\d+) to change, (\d+) to destroy`)

// Plan runs terraform plan on Terraform JSON as this account, with local state in place of the stack's backend. It
// fails the test unless the plan adds each resource of the stack. It returns what Terraform printed.
func (r *Runner) Plan(stack []byte, account string) string {
	r.t.Helper()
	dir := r.prepare(stack)
	server := identity(account)
	defer server.Close()
	out := r.run(dir, server.URL, "plan", "-no-color", "-input=false", "-lock=false")
	match := summary.FindStringSubmatch(out)
	require.NotNil(r.t, match, "the plan has no summary:\n%s", out)
	added, _ := strconv.Atoi(match[1])
	require.Equal(r.t, countResources(r.t, stack), added, "resources that the plan adds:\n%s", out)
	return out
}

// prepare puts the stack into a directory of its own, without its backend.
func (r *Runner) prepare(stack []byte) string {
	r.t.Helper()
	var root map[string]any
	require.NoError(r.t, json.Unmarshal(stack, &root))
	if settings, ok := root["terraform"].(map[string]any); ok {
		delete(settings, "backend")
	}
	text, err := json.Marshal(root)
	require.NoError(r.t, err)
	dir := r.t.TempDir()
	require.NoError(r.t, os.WriteFile(filepath.Join(dir, "cdk.tf.json"), text, 0o644))
	if r.overrides == "" {
		r.run(dir, "", "init", "-input=false", "-no-color")
	}
	return dir
}

func countResources(t testing.TB, stack []byte) int {
	t.Helper()
	var root struct {
		Resource map[string]map[string]json.RawMessage
	}
	require.NoError(t, json.Unmarshal(stack, &root))
	n := 0
	for _, ofType := range root.Resource {
		n += len(ofType)
	}
	return n
}

func (r *Runner) run(dir, awsEndpoint string, args ...string) string {
	r.t.Helper()
	out, err := r.command(dir, awsEndpoint, args...).CombinedOutput()
	require.NoError(r.t, err, "terraform %s:\n%s", strings.Join(args, " "), out)
	return string(out)
}

func (r *Runner) command(dir, awsEndpoint string, args ...string) *exec.Cmd {
	command := exec.Command(r.binary, args...)
	command.Dir = dir
	for _, variable := range os.Environ() {
		// Nothing of the developer's AWS or Terraform set-up may reach the run.
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env,
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if awsEndpoint != "" {
		command.Env = append(command.Env, "AWS_ENDPOINT_URL="+awsEndpoint)
	}
	if r.overrides != "" {
		command.Env = append(command.Env, "TF_CLI_CONFIG_FILE="+r.overrides)
	} else {
		command.Env = append(command.Env, "TF_PLUGIN_CACHE_DIR="+registry.cache)
	}
	return command
}

// identity is a server that answers STS GetCallerIdentity, finds every definition of a state machine valid, about which
// the provider asks before it plans one, and refuses everything else.
func identity(account string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(request.Body)
		if request.Header.Get("X-Amz-Target") == "AWSStepFunctions.ValidateStateMachineDefinition" {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			fmt.Fprint(w, `{"result":"OK","diagnostics":[],"truncated":false}`)
			return
		}
		if !strings.Contains(body.String(), "Action=GetCallerIdentity") {
			http.Error(w, "no AWS here", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>arn:aws:sts::%[1]s:assumed-role/test/test</Arn><UserId>test</UserId><Account>%[1]s</Account>`+
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`, account)
	}))
}
