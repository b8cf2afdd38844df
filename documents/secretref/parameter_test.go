package secretref_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/secretref"
)

var prefectURL = secretref.Parameter{Name: "/wine-dev/prefect", Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}}

func TestParameter(t *testing.T) {
	require.NoError(t, prefectURL.Validate())
	require.NoError(t, prefectURL.Ref().Validate())
	require.Equal(t, "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/prefect", prefectURL.Ref().ValueFrom())
	for name, want := range map[string]string{
		"prefect":                     `name: "prefect" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`,
		"/a b":                        `name: "/a b" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`,
		"/wine/":                      `name: "/wine/" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`,
		strings.Repeat("/a", 16):      `name: "` + strings.Repeat("/a", 16) + `" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`,
		"/AWSparameters/wine":         `name: "/AWSparameters/wine" begins as AWS keeps for itself; begin it otherwise`,
		"/wine-dev/$(rm -rf)/prefect": `name: "/wine-dev/$(rm -rf)/prefect" is no name of a parameter in full; begin it with a slash and use up to 15 levels of letters, digits and _.-`,
	} {
		require.EqualError(t, secretref.Parameter{Name: name}.Validate(), want)
	}
	require.EqualError(t, secretref.Parameter{Name: "/a", Description: strings.Repeat("a", 1025), KeyARN: "alias/a"}.Validate(),
		"description: has 1025 characters, up to 1,024 are allowed; shorten it\nkeyARN: \"alias/a\" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases")
}

// The command hands the value on as it was typed, and neither argument nor terminal has it. The AWS CLI is a stand-in.
func TestFillCommand(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the printed commands are not run: there is no bash; install it")
	}
	const stand = `#!/bin/sh
case "$2" in
get-random-password) echo made-up ;;
*) printf '%s\n' "$@" >>"$LOG"; printf 'value: ' >>"$LOG"; cat >>"$LOG" ;;
esac
`
	described := prefectURL
	described.Description, described.KeyARN = "Ana's key", key
	random := prefectURL
	random.Random = true
	const put = "ssm\nput-parameter\n--region\nus-west-2\n--type\nSecureString\n--overwrite\n--name\n/wine-dev/prefect\n"
	for name, test := range map[string]struct {
		parameter secretref.Parameter
		want      string
	}{
		"typed":     {prefectURL, put + "--value\nfile:///dev/stdin\nvalue: s3cr'et \\$x"},
		"described": {described, put + "--description\nAna's key\n--key-id\n" + key + "\n--value\nfile:///dev/stdin\nvalue: s3cr'et \\$x"},
		"random":    {random, put + "--value\nfile:///dev/stdin\nvalue: made-up"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "aws"), []byte(stand), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "stty"), []byte("#!/bin/sh\n"), 0o700))
			command := exec.Command(bash, "-c", test.parameter.FillCommand())
			command.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "LOG=" + filepath.Join(dir, "log")}
			command.Stdin = strings.NewReader("s3cr'et \\$x\n")
			output, err := command.CombinedOutput()
			require.NoError(t, err, string(output))
			require.NotContains(t, string(output), "s3cr")
			text, err := os.ReadFile(filepath.Join(dir, "log"))
			require.NoError(t, err)
			require.Equal(t, test.want, string(text))
		})
	}
}

func ExampleParameter_FillCommand() {
	fmt.Println(secretref.Parameter{Name: "/wine-dev/prefect", Scope: arn.Scope{Region: "us-west-2", Account: "222222222222"}, Random: true}.FillCommand())
	// Output: aws secretsmanager get-random-password --password-length 40 --exclude-punctuation --query RandomPassword --output text --region us-west-2 | tr -d '\n' | aws ssm put-parameter --region us-west-2 --type SecureString --overwrite --name /wine-dev/prefect --value file:///dev/stdin
}
