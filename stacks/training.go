package stacks

import (
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/notification"
	"github.com/mlplatform/mlplatform/constructs/sagemakerpipeline"
	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/training"
)

// trainingPart is in the names of what belongs to the training pipeline, and its folder in the bucket of models.
const trainingPart = "training"

const trainingJobs = trainingPart + "-jobs"

// training makes the training pipeline and its schedule.
func (e *environmentStack) training() error {
	scope, group := tf.Group(e.made, trainingPart), e.parts.ModelGroups[e.env.Training.ModelPackageGroup]
	jobs, err := iam.NewRole(scope, "jobs", iam.RoleProps{
		Name: e.name(trainingJobs), Description: "Runs the jobs of the pipeline " + e.env.TrainingPipelineName(),
		Trust: policy.TrustService(e.scope.Account, "sagemaker.amazonaws.com"), PermissionsBoundary: e.boundary,
	})
	if err != nil {
		return err
	}
	settings, err := e.trainingSettings(scope, jobs)
	if err != nil {
		return err
	}
	definition, err := training.New(settings)
	if err != nil {
		return err
	}
	published, err := e.publishTraining(settings)
	if err != nil {
		return err
	}
	props := sagemakerpipeline.Props{
		Definition: definition, JobRole: jobs,
		Buckets:             []sagemakerpipeline.Bucket{e.parts.Data, e.parts.Models},
		PermissionsBoundary: e.boundary, Statements: append(approvals(e.env.Training.Approval, group), e.readDefinition()...),
	}
	var arguments []training.Argument
	if d := e.env.Training.Definition; d != nil {
		props.Object = &sagemakerpipeline.Object{Bucket: e.platform.Operations.BucketName(config.PipelinesBucket), Key: config.DefinitionKey(e.env.TrainingPipelineName(), d.Commit)}
		arguments = settings.Arguments()
	}
	made, err := sagemakerpipeline.New(scope, "pipeline", props)
	if err != nil {
		return err
	}
	e.parts.TrainingJobs, e.parts.Training = jobs, made
	if err := e.draw(trainingPart+"-pipeline", definition); err != nil {
		return err
	}
	if err := e.tellOfFailures(scope, made.ARN(), e.parts.Notifications); err != nil {
		return err
	}
	tf.Output(e.made, "training_pipeline_name", made.Name(), "SageMaker pipeline that trains, evaluates and registers models")
	tf.Output(e.made, "training_pipeline_arn", made.ARN(), "ARN of that pipeline")
	if len(arguments) > 0 {
		values := map[string]string{}
		for _, each := range arguments {
			values[each.Name] = each.Value
		}
		tf.MapOutput(e.made, "training_pipeline_parameters", values, "Parameters that each execution of that pipeline needs")
		return e.trainingSchedule(scope, made.ARN(), published, arguments, e.parts.Notifications)
	}
	return e.trainingSchedule(scope, made.ARN(), made.Definition(), nil, e.parts.Notifications)
}

// publishTraining is the definition as the default branch publishes it: with nothing in it that only AWS knows. It hands
// it to whoever asked for definitions.
func (e *environmentStack) publishTraining(settings training.Settings) (string, error) {
	settings.Portable = true
	known := knownTraining(e.env, settings.Image)
	settings.Role, settings.Group, settings.Data, settings.Prepared, settings.Models = known.Role, known.Group, known.Data, known.Prepared, known.Models
	definition, err := training.New(settings)
	if err != nil {
		return "", err
	}
	text, err := definition.JSON()
	if err == nil && e.options.Definition != nil {
		e.options.Definition(e.env.Name, e.env.TrainingPipelineName(), text)
	}
	return text, err
}

// TrainingPipeline is the training pipeline of the environment as far as it is known without AWS, for runs on this machine:
// without network, keys and tags, which mean nothing there.
func TrainingPipeline(env *config.Environment) (*pipeline.Pipeline, error) {
	awsfacts.AllowInstanceTypes(env.Platform().InstanceTypes...)
	return training.New(knownTraining(env, knownImage(env, env.Training.Image)))
}

// knownTraining says what the pipeline does, with the names that the configuration gives in place of what Terraform makes.
func knownTraining(env *config.Environment, image string) training.Settings {
	c := env.Training
	models, data := "s3://"+env.Storage.Models.Name+"/", "s3://"+env.Storage.Data.Name+"/"
	return training.Settings{
		Name: env.TrainingPipelineName(), Image: image, Group: c.ModelPackageGroup,
		Role: arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults().Role(env.Prefix() + "-" + trainingJobs),
		Data: data + c.DataPrefix + "/", Prepared: data + config.PreparedPrefix, Models: models + trainingPart,
		Compute: training.Compute{
			TrainingInstance: c.InstanceType, ProcessingInstance: c.ProcessingInstanceType, VolumeGB: c.VolumeSizeGiB,
			MaxRuntime: time.Duration(c.MaxRuntimeMinutes) * time.Minute,
		},
		Parameters:           training.Parameters{Epochs: c.Parameters.Epochs, BatchSize: c.Parameters.BatchSize, LearningRate: c.Parameters.LearningRate},
		Metric:               training.Metric{Name: c.Metric.Name, Path: c.Metric.Path, Threshold: &c.Metric.Threshold, SmallerIsBetter: c.Metric.Goal == config.GoalAtMost},
		ApproveAutomatically: c.Approval == config.ApprovalAutomatic, Tracking: tracking(env, c.Experiment),
		Repository: env.Platform().Repository, Commit: c.Image.Tag,
	}
}

// readDefinition lets a role read the published definition, which lies in the operations account.
func (e *environmentStack) readDefinition() []policy.Statement {
	if !e.env.TrainingEnabled() || e.env.Training.Definition == nil {
		return nil
	}
	o := e.platform.Operations
	shared := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	bucket := shared.Bucket(o.BucketName(config.PipelinesBucket))
	key := useKeyOf(bucket, false, shared)
	key.Sid = "DefinitionKey"
	return []policy.Statement{
		{Sid: "Definition", Actions: []string{"s3:GetObject"}, Resources: []string{bucket + "/" + config.DefinitionKey(e.env.TrainingPipelineName(), "*")}}, key,
	}
}

// useKeyOf lets objects of a bucket in another stack be read or written: nobody knows its key's id here, but what it encrypts.
func useKeyOf(bucketARN string, write bool, scope arn.Scope) policy.Statement {
	key := policy.UseKey(write, "s3."+scope.Region+"."+scope.DNSSuffix(), scope.Regional("kms", "key/*"))
	key.Conditions = append(key.Conditions, policy.StringLike("kms:EncryptionContext:aws:s3:arn", bucketARN, bucketARN+"/*"))
	return key
}

// trainingSettings say what the pipeline does.
func (e *environmentStack) trainingSettings(scope tf.Construct, jobs *iam.Role) (training.Settings, error) {
	c := e.env.Training
	image, err := e.image(scope, c.Image)
	if err != nil {
		return training.Settings{}, err
	}
	models, data := e.parts.Models, e.parts.Data
	settings := knownTraining(e.env, image.uri)
	settings.Role, settings.Group, settings.Tags = jobs.ARN(), e.parts.ModelGroups[c.ModelPackageGroup].Name(), e.tags(e.Stack)
	settings.Data, settings.Prepared, settings.PreparedKey = data.URI(c.DataPrefix+"/"), data.URI(config.PreparedPrefix), data.KeyARN()
	settings.Models, settings.ModelsKey = models.URI(trainingPart), models.KeyARN()
	place, err := e.jobNetwork(scope, trainingJobs, c.Network)
	if len(place.subnets) > 0 {
		settings.Network = &training.Network{SubnetIDs: place.subnets, SecurityGroupIDs: place.groups}
	}
	return settings, err
}

// tellOfFailures tells people of executions that fail. Those that somebody stopped are no news.
func (e *environmentStack) tellOfFailures(scope tf.Construct, pipelineARN string, topic *notification.Topic) error {
	if topic == nil {
		return nil
	}
	return topic.OnEvent(scope, "failed", notification.EventProps{
		Name: e.name(trainingPart + "-failed"), Description: "Tells of executions of the pipeline " + e.env.TrainingPipelineName() + " that fail",
		Event: eventpattern.PipelineExecutionChange{PipelineARNs: []string{pipelineARN}, Statuses: []eventpattern.ExecutionStatus{eventpattern.Failed}},
		Text: "The training pipeline " + e.env.TrainingPipelineName() + " failed, or its model missed the threshold. The reason is in: aws sagemaker list-pipeline-execution-steps --region " +
			e.scope.Region + " --pipeline-execution-arn <$.detail.pipelineExecutionArn>",
	})
}

// trainingSchedule starts the pipeline with the arguments that its definition needs. Where the environment has a topic, it
// hears of starts that failed.
func (e *environmentStack) trainingSchedule(scope tf.Construct, pipelineARN, definition string, arguments []training.Argument, topic *notification.Topic) error {
	c := e.env.Training.Schedule
	if c == nil {
		return nil
	}
	var parameters []schedule.Parameter
	for _, each := range arguments {
		parameters = append(parameters, schedule.String(each.Name, each.Value))
	}
	var topics []string
	if topic != nil {
		topics = []string{topic.ARN()}
	}
	_, err := schedule.New(scope, "schedule", schedule.Props{
		Name: e.name(trainingPart), Description: "Starts the pipeline " + e.env.TrainingPipelineName(),
		Expression: c.Expression, TimeZone: c.TimeZone, PermissionsBoundary: e.boundary, FailureTopicARNs: topics,
		Pipeline: &schedule.Pipeline{ARN: pipelineARN, Parameters: parameters, Definition: definition},
	})
	if err != nil {
		var problems problem.List
		problems.Add("schedule", err)
		return problems.Err()
	}
	return nil
}
