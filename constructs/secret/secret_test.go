package secret_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/secret"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN  = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	roleARN = "arn:aws:iam::222222222222:role/worker"
)

func typical() secret.Props {
	return secret.Props{Name: "wine-dev/prefect", Description: "API key of the work pool, from Prefect Cloud"}
}

func TestSecret(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := secret.New(stack, "prefect", typical())
	require.NoError(t, err)
	require.Equal(t, "wine-dev/prefect", made.Name())
	template := synthtest.Synth(t, stack)
	template.Golden("secret")
	// No value, of whatever kind: Terraform would keep it in its state.
	require.Equal(t, map[string]int{"aws_secretsmanager_secret": 1}, template.Counts())
}

func TestEverything(t *testing.T) {
	props := typical()
	props.Tags, props.KeyARN, props.JSONKeys, props.RecoveryDays, props.AllowDestroy = map[string]string{"Team": "ml"}, keyARN, []string{"url", "key"}, 7, true
	props.Rotation = &secret.Rotation{FunctionARN: "arn:aws:lambda:us-west-2:222222222222:function:rotate"}
	stack := synthtest.Stack(t)
	made, err := secret.New(stack, "prefect", props)
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "worker", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantRead(role))
	require.NoError(t, made.GrantFill(role))
	require.EqualError(t, made.GrantRead(nil), "secret prefect: grant read: the grantee is missing; pass a role")
	require.Equal(t, made.ARN()+":key::", made.Ref("key").ValueFrom())
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	iamcheck.Check{}.Template(t, template.Root())
	require.Empty(t, template.Allowing(template.Where("aws_iam_role_policy", "name", "prefect-fill")["policy"], "secretsmanager:GetSecretValue"))
}

// The command is run by a shell, with a stand-in of the AWS CLI that keeps what it is told and given.
func TestFillCommand(t *testing.T) {
	for _, each := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(each); err != nil {
			t.Skipf("%s is not installed; what the command puts into the secret is not checked", each)
		}
	}
	tests := map[string]struct {
		change func(*secret.Props)
		typed  string
		want   string
	}{
		"text":        {func(*secret.Props) {}, `p'a"s$s \n` + "\n", `p'a"s$s \n`},
		"keys":        {func(p *secret.Props) { p.JSONKeys = []string{"url", "key"} }, "https://x\n" + `p'a"s$s \n` + "\n", `{"url":"https://x","key":"p'a\"s$s \\n"}` + "\n"},
		"random":      {func(p *secret.Props) { p.Random = true }, "", "madeup"},
		"random keys": {func(p *secret.Props) { p.Random, p.JSONKeys = true, []string{"username", "password"} }, "", `{"username":"madeup","password":"madeup"}` + "\n"},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := typical()
			test.change(&props)
			made, err := secret.New(stack, strings.ReplaceAll(name, " ", "-"), props)
			require.NoError(t, err)
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "aws"), []byte("#!/bin/sh\nprintf '%s\\n' \"$*\" >>"+dir+"/arguments\ncase $2 in get-random-password) echo madeup ;; *) cat >"+dir+"/given ;; esac\n"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "stty"), []byte("#!/bin/sh\n"), 0o755))
			command := exec.Command("sh", "-euc", made.FillCommand())
			command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
			command.Stdin = strings.NewReader(test.typed)
			out, err := command.CombinedOutput()
			require.NoError(t, err, string(out))
			given, err := os.ReadFile(filepath.Join(dir, "given"))
			require.NoError(t, err)
			require.Equal(t, test.want, string(given))
			arguments, err := os.ReadFile(filepath.Join(dir, "arguments"))
			require.NoError(t, err)
			require.Contains(t, string(arguments), "put-secret-value --region us-west-2 --secret-id wine-dev/prefect --secret-string file:///dev/stdin")
			require.NotContains(t, string(arguments)+string(out), "p'a")
			if len(props.JSONKeys) > 0 {
				require.True(t, json.Valid(given))
			}
		})
	}
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, secret.New, map[string]synthtest.Refusal[secret.Props]{
		"name":        {func(p *secret.Props) { p.Name = "wine dev" }, `name: "wine dev" is no name of a secret; use 1 to 512 letters, digits and /_+=.@-`},
		"tail":        {func(p *secret.Props) { p.Name = "wine-worker" }, `name: "wine-worker" ends in a hyphen and six characters, which looks like what Secrets Manager adds to names in ARNs; write another end`},
		"description": {func(p *secret.Props) { p.Description = "" }, `description: has 0 characters, 1 to 2,048 are allowed; say what the value is and where it comes from`},
		"scope":       {func(p *secret.Props) { p.Scope.Region = "west" }, `scope.region: "west" is no AWS region; write it like us-west-2`},
		"key":         {func(p *secret.Props) { p.KeyARN = "alias/a" }, `keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"json keys": {func(p *secret.Props) { p.JSONKeys = []string{"a", "a", "b-c"} },
			"jsonKeys[1]: \"a\" is given twice; drop one\njsonKeys[2]: \"b-c\" is no key; use up to 128 letters, digits and underscores, beginning with a letter or underscore"},
		"rotation": {func(p *secret.Props) { p.Rotation = &secret.Rotation{FunctionARN: "rotate", Days: 1001} },
			"rotation.functionARN: \"rotate\" is no ARN of a function; write it like arn:aws:lambda:us-west-2:123456789012:function:name\nrotation.days: 1001 is out of range; use 1 to 1000"},
		"recovery": {func(p *secret.Props) { p.RecoveryDays = 3 }, `recoveryDays: 3 is out of range; use 7 to 30`},
	})
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := secret.New(stack, "prefect", secret.Props{
			Name: "wine-dev/prefect", Description: "API key of the work pool, from Prefect Cloud",
		})
		if err != nil {
			return err
		}
		_ = made.FillCommand() // print it for who knows the value
		return nil
	})
	// Output: aws_secretsmanager_secret 1
}
