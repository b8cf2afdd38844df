package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/mlplatform/mlplatform/systems/local"
)

// runHere executes the pipeline on this machine, on the sample, and returns the exit code.
func runHere() int {
	s := settings{image: "quality", group: "quality", role: "arn:aws:iam::222222222222:role/quality", bucket: "s3://quality", maxError: 0.6}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	result, err := local.Run(ctx, qualityPipeline("quality", s), local.Options{
		Images:     map[string]local.Image{s.image: {Folder: "examples/tutorial/image"}},
		Data:       map[string]string{s.bucket + "/raw": "examples/tutorial/data"},
		Parameters: map[string]string{"model": "linear"}, // the forest needs scikit-learn
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Print(result.Summary())
	if result.Err() != nil {
		return 1
	}
	return 0
}
