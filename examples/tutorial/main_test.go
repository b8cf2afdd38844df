package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

// sample is the pipeline as it is outside of Terraform.
var sample = settings{
	image: repository + ":4f2a9c1", group: "quality-dev", role: "arn:aws:iam::222222222222:role/quality-dev-jobs",
	bucket: "s3://quality-dev-222222222222-us-west-2", key: "arn:aws:kms:us-west-2:222222222222:key/1", maxError: 0.6,
}

func TestPipeline(t *testing.T) {
	p := qualityPipeline("quality-dev", sample)
	definition, err := p.IndentedJSON()
	require.NoError(t, err)
	golden.Assert(t, "testdata/pipeline.json", []byte(definition))
	drawing, err := p.Mermaid()
	require.NoError(t, err)
	golden.Assert(t, "testdata/pipeline.mmd", []byte(drawing))
}

// TestMistake holds the error that the tutorial shows.
func TestMistake(t *testing.T) {
	env := environments[1]
	env.schedule = "cron(0 1 * * SAT *)"
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir()), StackTraces: jsii.Bool(false)})
	require.EqualError(t, addStack(app, env), strings.TrimPrefix(mistake, "prod: "))
}

// With a server of MLflow the jobs that train and evaluate get its place, and their role what it asks for; the pipeline is the same otherwise.
func TestMLflow(t *testing.T) {
	dir := t.TempDir()
	env := environments[0]
	env.mlflow = "wine-dev-mlflow"
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir), StackTraces: jsii.Bool(false)})
	require.NoError(t, addStack(app, env))
	app.Synth()
	text, err := os.ReadFile(filepath.Join(dir, "stacks", "quality-dev", "cdk.tf.json"))
	require.NoError(t, err)
	template := synthtest.Parse(t, string(text))
	definition := template.One("aws_sagemaker_pipeline")["pipeline_definition"].(string)
	require.Equal(t, 2, strings.Count(definition, `"MLFLOW_TRACKING_URI":"arn:aws:sagemaker:us-west-2:222222222222:mlflow-tracking-server/wine-dev-mlflow"`), definition)
	require.Len(t, template.Allowing(template.Where("aws_iam_role_policy", "name", "mlflow-track")["policy"], "sagemaker-mlflow:LogMetric"), 1)
}

const mistake = `prod: expression: "cron(0 1 * * SAT *)": day of month and day of week are both set, and AWS takes one of them; write ? for the other`

func TestStacks(t *testing.T) {
	dir := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir), StackTraces: jsii.Bool(false)})
	for _, env := range environments {
		require.NoError(t, addStack(app, env))
	}
	app.Synth()
	written, parsed := map[string][]byte{}, map[string]synthtest.Template{}
	for _, env := range environments {
		text, err := os.ReadFile(filepath.Join(dir, "stacks", "quality-"+env.name, "cdk.tf.json"))
		require.NoError(t, err)
		written[env.name], parsed[env.name] = text, synthtest.Parse(t, string(text))
	}
	dev, prod := parsed["dev"], parsed["prod"]

	require.Equal(t, 1, dev.Counts()["aws_sagemaker_pipeline"])
	require.Zero(t, dev.Counts()["aws_scheduler_schedule"], "only prod trains by itself")
	require.Equal(t, 1, prod.Counts()["aws_scheduler_schedule"])
	require.Zero(t, dev.Counts()["aws_sagemaker_endpoint"], "the first approval makes the endpoint")

	reads := map[string][]string{} // by policy, the objects that it lets its role read
	for _, each := range dev.Resources("aws_iam_role_policy") {
		for _, statement := range dev.Allowing(each["policy"], "s3:GetObject") {
			for _, object := range statement.Resources {
				reads[each["name"].(string)] = append(reads[each["name"].(string)], object[strings.LastIndex(object, "/results/")+1:])
			}
		}
	}
	require.Equal(t, []string{"results/quality-dev/*/train/*", "results/quality-dev/*/evaluate/output/evaluation/evaluation.json"}, reads["permissions"], "the pipeline reads no data")
	require.Equal(t, []string{"results/*"}, reads["store-read-results"], "the endpoint reads models")
	require.Len(t, reads["training-jobs"], 6, "the jobs read what the steps name")

	golden.Assert(t, "testdata/addresses.txt", []byte(strings.Join(prod.Addresses(), "\n")+"\n"))
	var planned []terraform.Stack
	for _, env := range environments {
		planned = append(planned, terraform.Stack{Name: env.name, JSON: written[env.name]})
	}
	terraform.Plan(t, planned...)
}
