package synthtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// ExampleStack is the stack of an example.
type ExampleStack = tf.Stack

// PrintCounts runs an example in a stack of its own and prints how many resources of which types it made.
func PrintCounts(example func(stack ExampleStack) error) {
	if err := printCounts(example); err != nil {
		fmt.Println(err)
	}
}

func printCounts(example func(stack ExampleStack) error) error {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	stack, err := tf.NewStack(tf.NewApp(dir), "example", tf.StackProps{Region: Region, Account: Account, Backend: tf.LocalBackend("terraform.tfstate")})
	if err != nil {
		return err
	}
	if err := example(stack); err != nil {
		return err
	}
	var root struct {
		Resource map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(*cdktf.Testing_Synth(stack, tf.Bool(true))), &root); err != nil {
		return err
	}
	types := slices.Sorted(maps.Keys(root.Resource))
	for _, each := range types {
		fmt.Println(each, len(root.Resource[each]))
	}
	return nil
}
