package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// environments are the example's environment stacks.
func environments(t *testing.T) map[string]synthtest.Template {
	t.Helper()
	out := map[string]synthtest.Template{}
	for name, text := range example(t) {
		if name == "dev" || name == "staging" || name == "prod" {
			out[name] = synthtest.Parse(t, string(text))
		}
	}
	return out
}

func TestTraining(t *testing.T) {
	for name, template := range environments(t) {
		made := template.One("aws_sagemaker_pipeline")
		require.Equal(t, "wine-"+name+"-training", made["pipeline_name"])
		require.Contains(t, template.Output("training_pipeline_name"), "aws_sagemaker_pipeline.training_pipeline_")
		require.Contains(t, template.Output("training_pipeline_arn"), "aws_sagemaker_pipeline.training_pipeline_")
		require.Contains(t, template.Output("model_package_group_name"), "aws_sagemaker_model_package_group.model-groups_models_")
		group := template.One("aws_sagemaker_model_package_group")
		require.Equal(t, "wine-"+name+"-models", group["model_package_group_name"])
		require.Equal(t, name != "dev", group["lifecycle"] != nil, "%s: what is protected stays", name)

		definition := made["pipeline_definition"].(string)
		require.NotContains(t, definition, ":latest")
		image := "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine-operations/training-image"
		require.Equal(t, name == "prod", strings.Contains(definition, `"`+image+"@sha256:"))
		require.Equal(t, name != "prod", strings.Contains(definition, `"`+image+`:4f2a9c1"`))
		require.Equal(t, 3, strings.Count(definition, `"VpcConfig"`), "all jobs run in the network")
		require.NotContains(t, definition, `"KmsKeyId":""`)
		require.Equal(t, 3, strings.Count(definition, `"KmsKeyId":"${aws_kms_key.`), "the bucket policies refuse uploads without the bucket's key")
		require.Equal(t, 3, strings.Count(definition, `"RoleArn":"${aws_iam_role.training_jobs_role_`))

		// Only prod trains by the clock.
		var schedules []string
		for address, schedule := range template.Resources("aws_scheduler_schedule") {
			if strings.HasPrefix(address, "training_") {
				schedules = append(schedules, schedule["schedule_expression"].(string)+" "+schedule["state"].(string))
			}
		}
		require.Equal(t, map[string][]string{"prod": {"rate(3 days) ENABLED"}}[name], schedules, name)
	}
}

// TestOnlyPeopleApproveModels unless the environment's file says otherwise.
func TestOnlyPeopleApproveModels(t *testing.T) {
	for name, template := range environments(t) {
		for address, each := range template.Resources("aws_iam_role_policy") {
			if !strings.HasPrefix(address, "training_pipeline_role_") {
				continue
			}
			statements, err := iamcheck.Parse(each["policy"].(string))
			require.NoError(t, err)
			for i := range statements {
				for j, resource := range statements[i].Resources {
					statements[i].Resources[j] = strings.ReplaceAll(resource, reference(template), "wine-"+name+"-models")
				}
			}
			account := map[string]string{"dev": "222222222222", "staging": "333333333333", "prod": "444444444444"}[name]
			register := func(status string) bool {
				return iamcheck.Allows(statements, iamcheck.Request{
					Action:   "sagemaker:CreateModelPackage",
					Resource: "arn:aws:sagemaker:us-west-2:" + account + ":model-package/wine-" + name + "-models/7",
					Keys:     map[string]string{"sagemaker:ModelApprovalStatus": status},
				})
			}
			require.True(t, register("PendingManualApproval"), name)
			require.Equal(t, name == "dev", register("Approved"), name)
		}
	}
}

// reference is how a stack refers to the name of its model package group.
func reference(template synthtest.Template) string {
	return "${aws_sagemaker_model_package_group." + template.Names("aws_sagemaker_model_package_group")[0] + ".model_package_group_name}"
}

// TestWhatTrainingJobsReach: the role of the jobs reads the raw data, writes what is made of it and models, and nothing
// of what it writes to reaches the registry.
func TestWhatTrainingJobsReach(t *testing.T) {
	template := environments(t)["dev"]
	jobs := template.Where("aws_iam_role_policy", "name", "pipeline-jobs")["policy"]
	var read, written []string
	for _, s := range template.Allowing(jobs, "s3:GetObject") {
		read = append(read, s.Resources...)
	}
	for _, s := range template.Allowing(jobs, "s3:PutObject") {
		written = append(written, s.Resources...)
	}
	require.Len(t, written, 5)
	for _, each := range written {
		require.Regexp(t, `^arn:aws:s3:::\$\{aws_s3_bucket\.(data_bucket_\w+\.bucket\}/prepared|models_bucket_\w+\.bucket\}/training)/wine-dev-training/\*/`, each)
	}
	require.Len(t, read, 6)
	require.Regexp(t, `^arn:aws:s3:::\$\{aws_s3_bucket\.data_bucket_\w+\.bucket\}/raw/\*$`, read[0])
	require.Equal(t, []string{"arn:aws:ecr:us-west-2:111111111111:repository/wine-operations/training-image"}, template.Allowing(jobs, "ecr:BatchGetImage")[0].Resources)
	for _, action := range []string{"sagemaker:CreateModelPackage", "iam:PassRole", "s3:DeleteObject"} {
		require.Empty(t, template.Allowing(jobs, action), action)
	}
}

func TestTrainingWithoutNetwork(t *testing.T) {
	text, err := os.ReadFile(configurations[0] + "/environments/dev.yaml")
	require.NoError(t, err)
	changed := strings.Replace(string(text), "  approval: automatic\n", "  network: false\n", 1)
	require.NotEqual(t, string(text), changed)
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], map[string]string{"environments/dev.yaml": changed}, "dev")))
	require.NotContains(t, template.One("aws_sagemaker_pipeline")["pipeline_definition"], "VpcConfig")
	for _, name := range template.Names("aws_security_group") {
		require.False(t, strings.HasPrefix(name, "training_"), name)
	}
}
