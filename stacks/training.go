package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/bucket"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/jobnetwork"
	"github.com/mlplatform/mlplatform/constructs/modelregistry"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/constructs/sagemakerpipeline"
	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/training"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// trainingPart is in the names of what belongs to the training pipeline, and its folder in the bucket of models.
const trainingPart = "training"

// training makes the training pipeline with the group in which it registers models, and its schedule.
func (e *environmentStack) training(placed placement, buckets map[string]*bucket.Bucket) error {
	scope := tf.Group(e.made, trainingPart)
	group, err := modelregistry.New(scope, "models", modelregistry.Props{
		Name: e.env.Training.ModelPackageGroup, Scope: e.scope, AllowDestroy: !e.env.Protect,
		AllowAutomaticApproval: e.env.Training.Approval == config.ApprovalAutomatic,
	})
	if err != nil {
		return err
	}
	jobs, err := iam.NewRole(scope, "jobs", iam.RoleProps{
		Name: e.name("training-jobs"), Description: "Runs the jobs of the pipeline " + e.name(trainingPart),
		Trust: policy.TrustService(e.scope.Account, "sagemaker.amazonaws.com"), PermissionsBoundary: e.boundary,
	})
	if err != nil {
		return err
	}
	definition, err := e.trainingDefinition(scope, placed, buckets, group, jobs)
	if err != nil {
		return err
	}
	models, data := buckets[config.ModelsBucket], buckets[config.DataBucket]
	made, err := sagemakerpipeline.New(scope, "pipeline", sagemakerpipeline.Props{
		Scope: e.scope, Definition: definition, JobRole: jobs, Buckets: []sagemakerpipeline.Bucket{data, models},
		PermissionsBoundary: e.boundary, Statements: e.approvals(group),
	})
	if err != nil {
		return err
	}
	if err := e.draw(trainingPart+"-pipeline", definition); err != nil {
		return err
	}
	tf.Output(e.made, "training_pipeline_name", made.Name(), "SageMaker pipeline that trains, evaluates and registers models")
	tf.Output(e.made, "training_pipeline_arn", made.ARN(), "ARN of that pipeline")
	tf.Output(e.made, "model_package_group_name", group.Name(), "Group of the model registry with the trained models")
	return e.trainingSchedule(scope, made)
}

// trainingDefinition says what the pipeline does.
func (e *environmentStack) trainingDefinition(scope tf.Construct, placed placement, buckets map[string]*bucket.Bucket, group *modelregistry.Group, jobs *iam.Role) (*pipeline.Pipeline, error) {
	c, o := e.env.Training, e.platform.Operations
	repository, err := registry.FromName(scope, "image", registry.ExistingProps{
		Name: config.RepositoryName(o.Prefix(), c.Image.Repository), Scope: arn.Scope{Region: o.Region, Account: o.Account},
	})
	if err != nil {
		return nil, err
	}
	image, err := repository.ImageURI(c.Image.Reference())
	if err != nil {
		return nil, err
	}
	models, data := buckets[config.ModelsBucket], buckets[config.DataBucket]
	settings := training.Settings{
		Name: e.name(trainingPart), Image: image, Role: jobs.ARN(), Group: group.Name(),
		Data: data.URI(c.DataPrefix + "/"), Prepared: data.URI(config.PreparedPrefix), PreparedKey: data.KeyARN(),
		Models: models.URI(trainingPart), ModelsKey: models.KeyARN(),
		Compute: training.Compute{
			TrainingInstance: c.InstanceType, ProcessingInstance: c.ProcessingInstanceType, VolumeGB: c.VolumeSizeGiB,
			MaxRuntime: time.Duration(c.MaxRuntimeMinutes) * time.Minute,
		},
		Parameters:           training.Parameters{Epochs: c.Parameters.Epochs, BatchSize: c.Parameters.BatchSize, LearningRate: c.Parameters.LearningRate},
		Metric:               training.Metric{Name: c.Metric.Name, Path: c.Metric.Path, Threshold: &c.Metric.Threshold, SmallerIsBetter: c.Metric.Goal == config.GoalAtMost},
		ApproveAutomatically: c.Approval == config.ApprovalAutomatic,
		Repository:           e.platform.Repository, Commit: c.Image.Tag, Tags: e.tags(e.Stack),
	}
	if c.Network {
		group, err := jobnetwork.New(scope, "network", jobnetwork.Props{Name: e.name("training-jobs"), VPCID: placed.vpcID})
		if err != nil {
			return nil, err
		}
		settings.Network = &training.Network{SubnetIDs: placed.privateSubnets, SecurityGroupIDs: []string{group.SecurityGroupID()}}
	}
	return training.New(settings)
}

// approvals deny the pipeline to approve its own models where people do.
func (e *environmentStack) approvals(group *modelregistry.Group) []policy.Statement {
	if e.env.Training.Approval == config.ApprovalAutomatic {
		return nil
	}
	return []policy.Statement{{
		Sid: "PeopleApprove", Effect: policy.Deny, Actions: []string{"sagemaker:CreateModelPackage"}, Resources: group.PackageARNs(),
		Conditions: []policy.Condition{policy.StringEquals("sagemaker:ModelApprovalStatus", "Approved")},
	}}
}

func (e *environmentStack) trainingSchedule(scope tf.Construct, made *sagemakerpipeline.Pipeline) error {
	c := e.env.Training.Schedule
	if c == nil {
		return nil
	}
	_, err := schedule.New(scope, "schedule", schedule.Props{
		Name: e.name(trainingPart), Scope: e.scope, Description: "Starts the pipeline " + e.name(trainingPart),
		Expression: c.Expression, TimeZone: c.TimeZone, PermissionsBoundary: e.boundary,
		Pipeline: &schedule.Pipeline{ARN: made.ARN(), Definition: made.Definition()},
	})
	if err != nil {
		var problems problem.List
		problems.Add("schedule", err)
		return problems.Err()
	}
	return nil
}
