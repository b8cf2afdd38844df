// Command workload is the program that the benchmark measures: stacks of S3 buckets, with a fast start or,
// by FASTSTART_OFF, without parts of it. Its JavaScript twin is ../javascript/main.js.
//
//	workload -stacks N -resources N [OUTPUT]
//
// Without OUTPUT it writes where the cdktf command says, by the variable CDKTF_OUTDIR.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"

	"github.com/mlplatform/mlplatform/internal/awsprovider"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func main() {
	stacks := flag.Int("stacks", 3, "number of stacks")
	resources := flag.Int("resources", 50, "number of buckets in each stack")
	flag.Parse()
	output := flag.Arg(0)
	if output == "" {
		output = os.Getenv("CDKTF_OUTDIR")
	}
	err := run(*stacks, *resources, output)
	jsii.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(stacks, resources int, output string) error {
	if err := awsprovider.Load(); err != nil {
		return err
	}
	app := tf.NewApp(output)
	for s := range stacks {
		stack, err := tf.NewStack(app, fmt.Sprintf("stack%d", s), tf.StackProps{
			Region: "us-west-2", Account: "222222222222", Backend: tf.LocalBackend("terraform.tfstate"),
		})
		if err != nil {
			return err
		}
		for i := range resources {
			name := fmt.Sprintf("bucket-%d-%d", s, i)
			s3bucket.NewS3Bucket(stack, tf.Str(name), &s3bucket.S3BucketConfig{
				Bucket: tf.Str(name), Tags: tf.Name(name, map[string]string{"Number": fmt.Sprint(i)}),
			})
		}
	}
	return tf.Synth(app)
}
