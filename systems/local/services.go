package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A serviceCall answers a task of a state machine, as the service does.
type serviceCall func(ctx context.Context, folder string, arguments map[string]any) (any, error)

// call is what answers the resource of a task, or nil where nothing does.
func (r *machineRun) call(resource string) serviceCall {
	_, action, _ := strings.Cut(resource, ":::")
	action = strings.TrimPrefix(action, "aws-sdk:")
	start := func(name string, run func(ctx context.Context, j *job, arguments map[string]any) (map[string]any, error)) serviceCall {
		return func(ctx context.Context, folder string, arguments map[string]any) (any, error) {
			j, err := r.site.newJob(folder, textAt(arguments, name), r.note)
			if err != nil {
				return nil, err
			}
			defer j.log.file.Close()
			described, err := run(ctx, j, arguments)
			r.remember(described)
			return described, err
		}
	}
	plain := func(run func(arguments map[string]any) (any, error)) serviceCall {
		return func(_ context.Context, _ string, arguments map[string]any) (any, error) { return run(arguments) }
	}
	switch action {
	case "sagemaker:createProcessingJob.sync":
		return start("ProcessingJobName", r.site.processing)
	case "sagemaker:createTrainingJob.sync":
		return start("TrainingJobName", r.site.training)
	case "sagemaker:createTransformJob.sync":
		return start("TransformJobName", r.site.transform)
	case "sagemaker:createHyperParameterTuningJob.sync":
		return start("HyperParameterTuningJobName", r.site.tuning)
	case "sagemaker:createModel":
		return start("ModelName", func(_ context.Context, j *job, arguments map[string]any) (map[string]any, error) {
			return r.site.model(j, arguments)
		})
	case "sagemaker:deleteModel":
		return plain(func(arguments map[string]any) (any, error) {
			return map[string]any{}, os.Remove(filepath.Join(r.site.options.Folder, "models", filepath.Base(textAt(arguments, "ModelName"))+".json"))
		})
	case "sagemaker:describeTrainingJob":
		return plain(r.describeTraining)
	case "sagemaker:createModelPackage":
		return plain(func(arguments map[string]any) (any, error) {
			described, made, err := r.site.register(arguments)
			if err == nil {
				r.mutex.Lock()
				r.made = append(r.made, *made)
				r.mutex.Unlock()
			}
			return described, err
		})
	case "sagemaker:listModelPackages":
		return plain(r.site.listPackages)
	case "sagemaker:describeModelPackage":
		return plain(func(arguments map[string]any) (any, error) {
			return r.site.describePackage(textAt(arguments, "ModelPackageName"))
		})
	case "s3:getObject":
		return plain(func(arguments map[string]any) (any, error) {
			file, err := r.site.artifact("s3://" + textAt(arguments, "Bucket") + "/" + textAt(arguments, "Key"))
			if err != nil {
				return nil, TaskError{"S3.NoSuchKeyException", err.Error()}
			}
			content, err := os.ReadFile(file)
			return map[string]any{"Body": string(content), "ContentLength": len(content)}, err
		})
	case "sns:publish":
		return plain(r.message)
	}
	return nil
}

// remember keeps what training jobs describe, those of a tuning job too, for tasks that ask for it.
func (r *machineRun) remember(described map[string]any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	known := normal(described)
	if name := textAt(known, "TrainingJobName"); name != "" {
		r.jobs[name] = known
	}
	for _, each := range listAt(known, "TrainingJobSummaries") {
		summary, _ := each.(map[string]any)
		output := textAt(known, "TrainingJobDefinition.OutputDataConfig.S3OutputPath")
		job := map[string]any{"ModelArtifacts": map[string]any{"S3ModelArtifacts": strings.TrimSuffix(output, "/") + "/" + textAt(summary, "TrainingJobName") + "/output/model.tar.gz"}}
		maps.Copy(job, summary)
		r.jobs[textAt(summary, "TrainingJobName")] = job
	}
}

func (r *machineRun) describeTraining(arguments map[string]any) (any, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	name := textAt(arguments, "TrainingJobName")
	if known := r.jobs[name]; known != nil {
		return known, nil
	}
	return nil, TaskError{"SageMaker.ResourceNotFoundException", fmt.Sprintf("the training job %q did not run in this execution", name)}
}

// listPackages lists the versions of a group, the newest first.
func (s *site) listPackages(arguments map[string]any) (any, error) {
	group := filepath.Base(textAt(arguments, "ModelPackageGroupName"))
	folders, err := os.ReadDir(filepath.Join(s.options.Folder, "registry", group))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var versions []int
	for _, each := range folders {
		if n, err := strconv.Atoi(each.Name()); err == nil {
			versions = append(versions, n)
		}
	}
	slices.Sort(versions)
	slices.Reverse(versions)
	list := []any{}
	most := intAt(arguments, "MaxResults")
	for _, version := range versions {
		described, err := s.describePackage(fmt.Sprintf("%s/%d", group, version))
		if err != nil {
			return nil, err
		}
		if wanted := textAt(arguments, "ModelApprovalStatus"); wanted == "" || textAt(described, "ModelApprovalStatus") == wanted {
			list = append(list, described)
		}
		if most > 0 && len(list) == most {
			break
		}
	}
	return map[string]any{"ModelPackageSummaryList": list}, nil
}

// describePackage reads a version by its ARN.
func (s *site) describePackage(name string) (map[string]any, error) {
	parts := strings.Split(name, "/")
	if len(parts) < 2 {
		return nil, TaskError{"SageMaker.ResourceNotFoundException", fmt.Sprintf("%q names no version", name)}
	}
	content, err := os.ReadFile(filepath.Join(s.options.Folder, "registry", filepath.Base(parts[len(parts)-2]), filepath.Base(parts[len(parts)-1]), "package.json"))
	if err != nil {
		return nil, TaskError{"SageMaker.ResourceNotFoundException", fmt.Sprintf("%q was not registered here", name)}
	}
	var described map[string]any
	return described, decode(content, &described)
}

var notPartOfFolder = lazyregexp.New(`[^a-zA-Z0-9]+`)

// folderName is the folder of an attempt of a state.
func folderName(folder, state string, attempt int) string {
	name := strings.ToLower(strings.Trim(notPartOfFolder.ReplaceAllString(state, "-"), "-"))
	if attempt > 1 {
		name += fmt.Sprintf("-attempt-%d", attempt)
	}
	return filepath.Join(folder, name)
}
