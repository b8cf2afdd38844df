package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/mlflow"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/constructs/sagemakerpipeline"
	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// An environment is where the pipeline runs.
type environment struct {
	name, account string
	commit        string // from which examples/tutorial/image was built and pushed
	maxError      float64
	schedule      string // when it starts by itself; empty for never
	protect       bool   // keeps Terraform from destroying data and models
	mlflow        string // tracking server of the platform that SageMaker manages; empty for none
}

// The image is in the repository that the platform's operations stack made.
const (
	repository    = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine-operations/training-image"
	repositoryARN = "arn:aws:ecr:us-west-2:111111111111:repository/wine-operations/training-image"
)

var environments = []environment{
	{name: "dev", account: "222222222222", commit: "4f2a9c1", maxError: 0.6},
	{name: "prod", account: "444444444444", commit: "4f2a9c1", maxError: 0.5, schedule: "cron(0 1 ? * SAT *)", protect: true},
}

// prefix begins the names of what the environment has.
func (e environment) prefix() string { return "quality-" + e.name }

// addStack adds the stack of an environment.
func addStack(app cdktf.App, env environment) error {
	scope := arn.Scope{Region: "us-west-2", Account: env.account}
	name := env.prefix()
	stack := cdktf.NewTerraformStack(app, jsii.String(name))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(scope.Region), AllowedAccountIds: jsii.Strings(scope.Account),
	})
	site.Set(stack, scope)

	store, err := bucket.New(stack, "store", bucket.Props{
		Name: name + "-" + scope.Account + "-" + scope.Region, Prefixes: []string{"raw", "results"}, AllowDestroy: !env.protect,
	})
	if err != nil {
		return err
	}
	group, err := modelregistry.New(stack, "models", modelregistry.Props{Name: name, AllowDestroy: !env.protect})
	if err != nil {
		return err
	}
	jobs, err := iam.NewRole(stack, "jobs", iam.RoleProps{
		Name: name + "-jobs", Trust: policy.TrustService(env.account, "sagemaker.amazonaws.com"),
	})
	if err != nil {
		return err
	}
	tracked, err := track(stack, env, jobs)
	if err != nil {
		return err
	}
	training, err := sagemakerpipeline.New(stack, "training", sagemakerpipeline.Props{
		Definition: qualityPipeline(name, settings{
			image: repository + ":" + env.commit, group: group.Name(), role: jobs.ARN(), bucket: store.URI(""), key: store.KeyARN(), maxError: env.maxError,
			mlflow: tracked,
		}),
		JobRole: jobs, Buckets: []sagemakerpipeline.Bucket{store}, // gets what the steps touch, and nothing else
	})
	if err != nil {
		return err
	}
	if env.schedule != "" {
		_, err = schedule.New(stack, "retrain", schedule.Props{
			Name: name + "-retrain", Expression: env.schedule, TimeZone: "Europe/Berlin",
			Pipeline: &schedule.Pipeline{ARN: training.ARN(), Definition: training.Definition()},
		})
		if err != nil {
			return err
		}
	}
	output(stack, "pipeline_name", training.Name())
	output(stack, "data_uri", store.URI("raw/"))
	return addDeployment(stack, env, scope, store)
}

// track lets the jobs note their runs in the environment's MLflow, if it names one.
func track(stack cdktf.TerraformStack, env environment, jobs *iam.Role) (*mlflowclient.Server, error) {
	if env.mlflow == "" {
		return nil, nil
	}
	server, err := mlflow.FromName(stack, "mlflow", mlflow.ExistingProps{Name: env.mlflow})
	if err != nil {
		return nil, err
	}
	return &mlflowclient.Server{URI: server.ARN(), Experiment: env.prefix()}, server.GrantTrack(jobs)
}

func output(stack cdktf.TerraformStack, name, value string) {
	cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: value, StaticId: jsii.Bool(true)})
}
