package statebackend_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/statebackend"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

const stateKey = "acme/wine-ml/dev/network/terraform.tfstate"

// decoration is how Terraform colours and frames what it prints.
var decoration = regexp.MustCompile("\x1b\\[[0-9;]*m|[│╷╵]")

// workingDirectory is a Terraform root module without providers, whose backend changes.
type workingDirectory struct {
	t        *testing.T
	dir      string
	endpoint string
	config   string // the file with the profiles of the AWS CLI
}

func newWorkingDirectory(t *testing.T, endpoint string) workingDirectory {
	t.Helper()
	terraform.Program(t, "no state is migrated")
	return workingDirectory{t, t.TempDir(), endpoint, os.DevNull}
}

// write makes the module: one resource with this content, and the backend.
func (d workingDirectory) write(content string, backend any) {
	d.t.Helper()
	text, err := json.Marshal(map[string]any{
		"terraform": map[string]any{"backend": backend},
		"resource":  map[string]any{"terraform_data": map[string]any{"vpc": map[string]any{"input": content}}},
	})
	require.NoError(d.t, err)
	require.NoError(d.t, os.WriteFile(filepath.Join(d.dir, "main.tf.json"), text, 0o644))
}

func (d workingDirectory) try(args ...string) (string, error) {
	command := exec.Command("terraform", args...)
	command.Dir = d.dir
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "AWS_EC2_METADATA_DISABLED=true", "NO_PROXY=127.0.0.1",
		"AWS_ACCESS_KEY_ID=AKIACALLER", "AWS_SECRET_ACCESS_KEY=secret", "AWS_CONFIG_FILE="+d.config, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_ENDPOINT_URL_S3="+d.endpoint, "AWS_ENDPOINT_URL_STS="+d.endpoint, "AWS_ENDPOINT_URL_DYNAMODB="+d.endpoint)
	out, err := command.CombinedOutput()
	return strings.Join(strings.Fields(decoration.ReplaceAllString(string(out), " ")), " "), err
}

func (d workingDirectory) run(args ...string) string {
	d.t.Helper()
	out, err := d.try(args...)
	require.NoError(d.t, err, "terraform %s: %s", strings.Join(args, " "), out)
	return out
}

func (d workingDirectory) fail(want string, args ...string) {
	d.t.Helper()
	out, err := d.try(args...)
	require.Error(d.t, err, "terraform %s: %s", strings.Join(args, " "), out)
	require.Contains(d.t, out, want)
}

func localState() any { return map[string]any{"local": map[string]any{"path": "state.tfstate"}} }

// attached is the backend that a stack gets. The fake has no host names for buckets.
func attached(t *testing.T, reference statebackend.Reference, key string) any {
	t.Helper()
	stack := stackWith(t, reference, key)
	backend := synthtest.Synth(t, stack).Root()["terraform"].(map[string]any)["backend"].(map[string]any)
	backend["s3"].(map[string]any)["use_path_style"] = true
	return backend
}

// TestTerraformWithTheRolesPermissions runs the real Terraform: a state that begins on disk moves into the bucket
// through the access role, is used there, and comes back. AWS is a fake that enforces the synthesised policies, so
// that the test shows that they suffice; and none allows what was never needed.
func TestTerraformWithTheRolesPermissions(t *testing.T) {
	tests := map[statebackend.Lock][]string{
		statebackend.Native: {
			"KeepStates s3:GetObject", "KeepStates s3:PutObject", "ListStates s3:ListBucket",
			"LockStates s3:DeleteObject", "LockStates s3:GetObject", "LockStates s3:PutObject", "UseKey kms:Decrypt", "UseKey kms:GenerateDataKey",
		},
		statebackend.DynamoDB: {
			"KeepStates s3:GetObject", "KeepStates s3:PutObject", "ListStates s3:ListBucket", "LockItems dynamodb:DeleteItem", "LockItems dynamodb:GetItem",
			"LockItems dynamodb:PutItem", "UseKey kms:Decrypt", "UseKey kms:GenerateDataKey",
		},
		statebackend.Both: {
			"KeepStates s3:GetObject", "KeepStates s3:PutObject", "ListStates s3:ListBucket", "LockItems dynamodb:DeleteItem", "LockItems dynamodb:GetItem",
			"LockItems dynamodb:PutItem", "LockStates s3:DeleteObject", "LockStates s3:GetObject", "LockStates s3:PutObject", "UseKey kms:Decrypt", "UseKey kms:GenerateDataKey",
		},
	}
	for lock, want := range tests {
		t.Run(string(lock), func(t *testing.T) {
			props := plain()
			props.KeyARN, props.Lock, props.Access = keyARN, lock, []statebackend.Access{dev()}
			if lock != statebackend.Native {
				props.TableName = "wine-locks"
			}
			_, template := build(t, props)
			aws := startFakeAWS(t, template)
			reference, err := props.Reference("dev")
			require.NoError(t, err)
			d := newWorkingDirectory(t, aws.server.URL)

			d.write("one", localState())
			d.run("init", "-input=false")
			d.run("apply", "-auto-approve")

			bucket := attached(t, reference, stateKey)
			d.write("one", bucket)
			d.run("init", "-input=false", "-migrate-state", "-force-copy")
			require.Contains(t, string(aws.objects[stateKey]), `"terraform_data"`)
			require.Contains(t, d.run("plan"), "No changes.")
			d.write("two", bucket)
			d.run("apply", "-auto-approve")
			require.Contains(t, string(aws.objects[stateKey]), `"two"`)
			require.Len(t, aws.objects, 1, "a lock file is left")
			require.NotContains(t, aws.items, bucketName+"/"+stateKey, "a lock is left")

			used := slices.Sorted(maps.Keys(aws.used))
			require.Equal(t, want, used)

			d.write("two", localState())
			d.run("init", "-input=false", "-migrate-state", "-force-copy")
			require.Contains(t, d.run("plan"), "No changes.")
		})
	}
}

// TestTerraformIsRefused shows what the roles do not allow.
func TestTerraformIsRefused(t *testing.T) {
	props := plain()
	auditor := statebackend.Access{Name: "audit", KeyPrefixes: []string{"acme/"}, ReadOnly: true, Principals: []string{"arn:aws:iam::333333333333:role/*"}}
	stranger := statebackend.Access{Name: "prod", KeyPrefixes: []string{"acme/wine-ml/prod/"}, Principals: []string{"arn:aws:iam::444444444444:role/wine-prod-apply"}}
	props.KeyARN, props.Lock, props.TableName, props.Access = keyARN, statebackend.Both, "wine-locks", []statebackend.Access{dev(), auditor, stranger}
	_, template := build(t, props)
	aws := startFakeAWS(t, template)
	reference := func(access string) statebackend.Reference {
		reference, err := props.Reference(access)
		require.NoError(t, err)
		return reference
	}
	d := newWorkingDirectory(t, aws.server.URL)
	d.write("one", attached(t, reference("dev"), stateKey))
	d.run("init", "-input=false")
	d.run("apply", "-auto-approve")

	t.Run("while another run holds the lock file", func(t *testing.T) {
		aws.objects[stateKey+".tflock"] = []byte(`{"ID":"other","Who":"someone@elsewhere"}`)
		defer delete(aws.objects, stateKey+".tflock")
		d.fail("Error acquiring the state lock", "plan")
	})
	t.Run("while an older Terraform holds the table's lock", func(t *testing.T) {
		lock := bucketName + "/" + stateKey
		aws.items[lock] = map[string]any{"LockID": map[string]any{"S": lock}, "Info": map[string]any{"S": `{"ID":"other","Who":"someone@elsewhere"}`}}
		defer delete(aws.items, lock)
		d.fail("Error acquiring the state lock", "plan")
	})
	t.Run("another environment's state", func(t *testing.T) {
		anyKey := reference("dev")
		anyKey.KeyPrefixes = nil
		aws.objects["acme/wine-ml/prod/network/terraform.tfstate"] = aws.objects[stateKey]
		d := newWorkingDirectory(t, aws.server.URL)
		d.write("one", attached(t, anyKey, "acme/wine-ml/prod/network/terraform.tfstate"))
		d.fail("StatusCode: 403", "init", "-input=false")
	})
	t.Run("another environment's role", func(t *testing.T) {
		d := newWorkingDirectory(t, aws.server.URL)
		d.write("one", attached(t, reference("prod"), "acme/wine-ml/prod/network/terraform.tfstate"))
		d.fail("Cannot assume IAM Role", "init", "-input=false")
	})
	t.Run("writing and locking through a read-only role", func(t *testing.T) {
		d := newWorkingDirectory(t, aws.server.URL)
		d.write("two", attached(t, reference("audit"), stateKey))
		d.run("init", "-input=false")
		require.Contains(t, d.run("plan", "-lock=false"), "1 to change")
		require.Contains(t, d.run("state", "pull"), `"lineage"`)
		d.fail("Error acquiring the state lock", "plan")
		d.fail("AccessDenied", "apply", "-auto-approve", "-lock=false")
	})
}

// TestTerraformReadsTheBackendFile gives terraform init the partial configuration of a project outside of this app.
func TestTerraformReadsTheBackendFile(t *testing.T) {
	props := plain()
	props.KeyARN, props.Access = keyARN, []statebackend.Access{dev()}
	_, template := build(t, props)
	aws := startFakeAWS(t, template)
	reference, err := props.Reference("dev")
	require.NoError(t, err)
	file, err := reference.BackendFile(stateKey)
	require.NoError(t, err)
	d := newWorkingDirectory(t, aws.server.URL)
	d.write("one", map[string]any{"s3": map[string]any{"use_path_style": true}})
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "dev.tfbackend"), []byte(file), 0o644))
	d.run("init", "-input=false", "-backend-config=dev.tfbackend")
	d.run("apply", "-auto-approve")
	require.Contains(t, string(aws.objects[stateKey]), `"one"`)

	config, err := reference.Config(stateKey)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "backend.tf"), []byte(config), 0o644))
	require.NoError(t, os.Remove(filepath.Join(d.dir, "main.tf.json")))
	d.run("fmt", "-check", "backend.tf")
	d.run("init", "-input=false", "-reconfigure", "-backend-config=use_path_style=true")
	require.Contains(t, d.run("state", "list"), "terraform_data.vpc")
}
