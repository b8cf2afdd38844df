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
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// ConfigVariable names the environment variable that points at a Terraform CLI configuration whose dev_overrides hold
// the AWS provider, for machines that reach no provider registry.
// https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
const ConfigVariable = "AWS_PROVIDER_TFRC"

// Account is that of configurations that name none.
const Account = "111111111111"

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

// New finds Terraform and the AWS provider. Where one of them cannot be had, and under -short, it skips the test and says
// what is missing.
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
// for that, or fails where RequireVariable is set. It also skips the test under -short, because Terraform takes seconds.
func Program(t testing.TB, without string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("Terraform is not run under -short, so " + without)
	}
	binary, err := exec.LookPath("terraform")
	if err != nil {
		missing(t, "terraform is not installed, so "+without+"; install Terraform 1.11 or later")
	}
	return binary
}

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
	probe, err := json.Marshal(map[string]any{"terraform": map[string]any{"required_providers": requiredProviders}})
	if err != nil {
		registry.problem = err.Error()
		return
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf.json"), probe, 0o644); err != nil {
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

// requiredProviders pins the provider as stacks do.
var requiredProviders = map[string]any{"aws": map[string]any{"source": "hashicorp/aws", "version": "5.99.1"}}

// initialise fetches modules and, where the provider comes from a registry, the provider.
func (r *Runner) initialise(dir string) {
	r.t.Helper()
	if r.overrides == "" {
		r.run(dir, "", "init", "-input=false", "-no-color")
	} else {
		r.run(dir, "", "get", "-no-color")
	}
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
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "TF_") && !strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env,
		"GOGC=400", // a provider lives for seconds: a fifth more memory saves a quarter of its processor time
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID="+Account, "AWS_SECRET_ACCESS_KEY=test", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
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

// credential finds the access key that a request is signed with.
var credential = regexp.MustCompile(`Credential=(\d{12})/`)

// identity is a server that answers STS GetCallerIdentity with the access key as account, finds every definition of a
// state machine valid, about which the provider asks before it plans one, and refuses everything else.
func identity() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(request.Body)
		if request.Header.Get("X-Amz-Target") == "AWSStepFunctions.ValidateStateMachineDefinition" {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			fmt.Fprint(w, `{"result":"OK","diagnostics":[],"truncated":false}`)
			return
		}
		account := credential.FindStringSubmatch(request.Header.Get("Authorization"))
		if account == nil || !strings.Contains(body.String(), "Action=GetCallerIdentity") {
			http.Error(w, "no AWS here", http.StatusForbidden)
			return
		}
		writeIdentity(w, account[1])
	}))
}
