// Package local executes SageMaker pipelines on this machine, without AWS: processing, training and transform jobs are
// programs in folders that are laid out as in SageMaker's containers, or containers where the machine has an engine for them.
// What a step refers to, which branch a condition takes, what is retried or taken from the cache, and what a failure stops
// follow the pipeline's definition, as SageMaker reads it. docs/local-runs.md says what differs from AWS.
//
//	result, err := local.Run(ctx, p, local.Options{
//		Images:     map[string]local.Image{"": {Folder: "image"}}, // programs of image/ in place of every image
//		Data:       map[string]string{"s3://wine-data/raw": "data"},
//		Parameters: map[string]string{"epochs": "2"},
//	})
//	fmt.Print(result.Summary())
package local
