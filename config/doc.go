// Package config reads what a platform and its environments are from YAML: one file for the organisation,
// platform.yaml, and one per environment, environments/<name>.yaml. It fills in every default, checks everything that
// can be checked without a call to AWS, within a file and between files, and reports all problems of all files
// together, each with file, line and column.
//
//	platform, err := config.Load("config")
//	var problems config.Problems
//	if errors.As(err, &problems) { ... }
//
// A part of an environment (network, cluster, storage, registry, training) whose section stands in the file is on, unless the
// section says "enabled: false"; a part without a section is off. GitHub's roles are the exception: they are on unless
// switched off, or codePipeline delivers. After Load, a part that is off is nil and everything else has its final value.
//
// docs/configuration.md lists every key. The same is in schema.json, which editors use to complete and check the files.
package config
