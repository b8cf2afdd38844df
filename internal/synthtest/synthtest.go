// Package synthtest runs constructs in tests: one jsii kernel with the trimmed provider per test binary, synthesis of
// one stack, and assertions on what came out.
package synthtest

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/awsprovider"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Facts about the stack that Stack makes.
const (
	Region  = "us-west-2"
	Account = "222222222222"
)

// Main is the TestMain of a package that tests constructs.
func Main(m *testing.M) {
	if err := awsprovider.Load(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	tf.CloseRuntime()
	os.Exit(code)
}

// Stack makes a stack named "test" with a local backend and the AWS provider.
func Stack(t testing.TB) tf.Stack {
	t.Helper()
	stack, err := tf.NewStack(tf.NewApp(t.TempDir()), "test", tf.StackProps{
		Region: Region, Account: Account, Backend: tf.LocalBackend("terraform.tfstate"),
	})
	require.NoError(t, err)
	return stack
}

// Synth validates and synthesises the stack.
func Synth(t testing.TB, stack tf.Stack) Template {
	t.Helper()
	var text string
	require.NoError(t, tf.Guard("synthesis", func() error {
		stack.PrepareStack()
		text = *cdktf.Testing_Synth(stack, jsii.Bool(true))
		return nil
	}))
	return Parse(t, text)
}
