package stacks

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/executionrole"
	"github.com/mlplatform/mlplatform/constructs/jobnetwork"
	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/constructs/schedule"
	"github.com/mlplatform/mlplatform/constructs/statemachine"
	"github.com/mlplatform/mlplatform/constructs/trigger"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/automation"
)

// learningPart is in the names of what belongs to the automatic learning.
const learningPart = "learning"

const learningJobs = learningPart + "-jobs"

// automation makes the state machine that learns by itself, and what starts it.
func (e *environmentStack) automation() error {
	c := e.env.Automation
	scope, data, group := tf.Group(e.made, "automation"), e.parts.Data, e.parts.ModelGroups[c.Register.ModelPackageGroup]
	images, err := e.image(scope, c.Image)
	if err != nil {
		return err
	}
	tuningImage, repositories := images.uri, []string{images.repositoryARN}
	if c.Tuning.Image != "" {
		tuningImage = c.Tuning.Image
		repositories = append(repositories, sagemaker.Repository(e.scope.Partition, c.Tuning.Image))
	}
	network, err := e.jobNetwork(scope, learningJobs, c.Network)
	if err != nil {
		return err
	}
	jobs, err := executionrole.New(scope, "jobs", executionrole.Props{
		Name: e.name(learningJobs), Description: "Runs the jobs of the state machine " + e.name(learningPart), PermissionsBoundary: e.boundary,
		RepositoryARNs: slices.Compact(repositories), VolumeKeyARNs: present(data.KeyARN()), Network: network.forRole(),
		Data: []executionrole.Data{{BucketARN: data.ARN(), Read: []string{c.DataPrefix, c.Folder}, Write: []string{c.Folder}, KeyARN: data.KeyARN()}},
	})
	if err != nil {
		return err
	}
	e.parts.LearningJobs = jobs
	learning := knownLearning(e.env, images.uri, tuningImage)
	learning.RoleARN, learning.Bucket, learning.KeyARN, learning.Network = jobs.ARN(), data.Name(), data.KeyARN(), network.forStates()
	learning.TopicARN, learning.TopicKeyARN = e.parts.Notifications.ARN(), e.parts.Notifications.KeyARN()
	// With the slash at its end, beginnings of other folders' names are not listed.
	learning.InputURI = data.URI(c.DataPrefix + "/")
	definition, err := learning.Definition()
	if err != nil {
		return err
	}
	machine, err := statemachine.New(scope, "machine", statemachine.Props{
		Name: e.name(learningPart), Definition: definition, PermissionsBoundary: e.boundary,
		Alarms: statemachine.Alarms{TopicARNs: []string{e.parts.Notifications.ARN()}}, Statements: approvals(c.Register.Approval, group),
	})
	if err != nil {
		return err
	}
	e.parts.Learning = machine
	e.drawMachine(learningPart, definition)
	tf.Output(e.made, "learning_state_machine_name", machine.Name(), "State machine that learns from new data")
	tf.Output(e.made, "learning_state_machine_arn", machine.ARN(), "ARN of that state machine")
	return e.learningStarts(scope, machine, data.Name(), e.parts.Notifications.ARN())
}

// LearningMachine is the state machine of the environment's automatic learning as far as it is known without AWS, for runs on
// this machine: without network and keys, which mean nothing there. It comes with its name.
func LearningMachine(env *config.Environment) (string, asl.Definition, error) {
	awsfacts.AllowInstanceTypes(env.Platform().InstanceTypes...)
	image := knownImage(env, env.Automation.Image)
	tuningImage := image
	if env.Automation.Tuning.Image != "" {
		tuningImage = env.Automation.Tuning.Image
	}
	definition, err := knownLearning(env, image, tuningImage).Definition()
	return env.Prefix() + "-" + learningPart, definition, err
}

// knownLearning says what the machine does, with the names that the configuration gives in place of what Terraform makes.
func knownLearning(env *config.Environment, image, tuningImage string) automation.Learning {
	c := env.Automation
	scope := arn.Scope{Region: env.Region, Account: env.Account}.WithDefaults()
	return automation.Learning{
		Prefix: jobPrefix(env.Prefix()), RoleARN: scope.Role(env.Prefix() + "-" + learningJobs), Bucket: env.Storage.Data.Name, Folder: c.Folder,
		TopicARN: scope.Regional("sns", env.Prefix()+"-"+notificationsPart), InputURI: "s3://" + env.Storage.Data.Name + "/" + c.DataPrefix + "/",
		Prepare: learningJob(image, c.Prepare), Evaluate: learningJob(image, c.Evaluate), Tuning: learningTuning(tuningImage, c.Tuning),
		TransformInstanceType: c.Transform.InstanceType, TransformInputFilter: c.Transform.InputFilter,
		Register: automation.Register{
			GroupName: c.Register.ModelPackageGroup, Metric: c.Register.Metric, Threshold: c.Register.Threshold,
			Minimize: c.Register.Goal == config.GoalAtMost, Approve: c.Register.Approval == config.ApprovalAutomatic,
		},
		Tracking: tracking(env, c.Experiment),
	}
}

// knownImage is the URI of an image in the operations account.
func knownImage(env *config.Environment, image config.TrainingImage) string {
	o := env.Platform().Operations
	reference := ":" + image.Tag
	if image.Digest != "" {
		reference = "@" + image.Digest
	}
	scope := arn.Scope{Region: o.Region, Account: o.Account}.WithDefaults()
	return scope.Registry() + "/" + config.RepositoryName(o.Prefix(), image.Repository) + reference
}

// learningStarts are the schedule and the arrival of new data.
func (e *environmentStack) learningStarts(scope tf.Construct, machine *statemachine.Machine, dataBucket, topicARN string) error {
	c := e.env.Automation
	var problems problem.List
	if s := c.Schedule; s != nil {
		_, err := schedule.New(scope, "schedule", schedule.Props{
			Name: e.name(learningPart), Description: "Starts the state machine " + e.name(learningPart),
			Expression: s.Expression, TimeZone: s.TimeZone, PermissionsBoundary: e.boundary, FailureTopicARNs: []string{topicARN},
			StateMachine: &schedule.StateMachine{ARN: machine.ARN()},
		})
		problems.Add("schedule", err)
	}
	if n := c.NewData; n != nil {
		event := eventpattern.ObjectCreated{Bucket: e.env.Storage.Data.Name, Prefixes: []string{c.DataPrefix + "/"}}
		if n.Suffix != "" {
			event.Suffixes = []string{n.Suffix}
		}
		_, err := trigger.New(scope, "new-data", trigger.Props{
			Name: e.name("new-data"), Description: "Starts the state machine " + e.name(learningPart) + " when raw data arrives",
			Event: event, PermissionsBoundary: e.boundary, FailureTopicARNs: []string{topicARN},
			// All raw data is read; the object is noted for people.
			StateMachine: &trigger.StateMachine{ARN: machine.ARN(), Input: `{"new_data":"s3://<$.detail.bucket.name>/<$.detail.object.key>"}`},
		})
		problems.Add("newData", err)
	}
	return problems.Err()
}

func learningJob(image string, c config.AutomationJob) automation.Job {
	return automation.Job{
		Image: image, EntryPoint: c.EntryPoint, Arguments: c.Arguments, InstanceType: c.InstanceType, VolumeGB: c.VolumeSizeGiB,
		Timeout: time.Duration(c.MaxRuntimeMinutes) * time.Minute,
	}
}

func learningTuning(image string, c config.AutomationTuning) automation.Tuning {
	ranges := c.Ranges()
	out := automation.Tuning{
		Image: image, Objective: asl.Objective{Metric: c.Objective.Metric, Maximize: c.Objective.Goal == config.Maximize},
		MaxJobs: c.MaxJobs, MaxParallelJobs: c.MaxParallelJobs, Static: c.Static, InstanceType: c.InstanceType, VolumeGB: c.VolumeSizeGiB, Spot: c.Spot,
		Timeout:  time.Duration(c.MaxRuntimeMinutes) * time.Minute,
		Strategy: c.Strategy.API(), Integers: ranges.Integers, Continuous: ranges.Continuous, Categorical: ranges.Categorical,
	}
	if c.Strategy == config.TuningGrid {
		out.MaxJobs = 0
	}
	for _, name := range slices.Sorted(maps.Keys(c.Metrics)) {
		out.Metrics = append(out.Metrics, asl.MetricDefinition{Name: name, Regex: c.Metrics[name]})
	}
	return out
}

// maxJobPrefix is how much of a name the jobs of a state machine can begin with.
const maxJobPrefix = 30

// jobPrefix begins the names of jobs. What is cut off is replaced by a hash, so that names of environments stay distinct.
func jobPrefix(prefix string) string {
	if len(prefix) <= maxJobPrefix {
		return prefix
	}
	hash := fmt.Sprintf("-%x", sha256.Sum256([]byte(prefix)))[:9]
	return strings.TrimRight(prefix[:maxJobPrefix-len(hash)], "-") + hash
}

// operationsImage is an image in the operations account.
type operationsImage struct{ uri, repositoryARN string }

func (e *environmentStack) image(scope tf.Construct, c config.TrainingImage) (operationsImage, error) {
	o := e.platform.Operations
	repository, err := registry.FromName(scope, "image", registry.ExistingProps{
		Name: config.RepositoryName(o.Prefix(), c.Repository), Scope: arn.Scope{Region: o.Region, Account: o.Account},
	})
	if err != nil {
		return operationsImage{}, err
	}
	uri, err := repository.ImageURI(c.Reference())
	return operationsImage{uri, repository.ARN()}, err
}

// jobPlace is where jobs run. Without ids, they run in SageMaker's own network.
type jobPlace struct{ subnets, groups []string }

func (e *environmentStack) jobNetwork(scope tf.Construct, part string, on bool) (jobPlace, error) {
	if !on {
		return jobPlace{}, nil
	}
	props := jobnetwork.Props{Name: e.name(part), VPCID: e.parts.Network.ID(), Destinations: e.env.Network.JobDestinations}
	// With endpoints for what jobs call, and S3's, they need no way into the world.
	if group, list := e.parts.Network.EndpointSecurityGroupID(), e.parts.Network.PrefixListID("s3"); group != "" && list != "" {
		props.SecurityGroups, props.PrefixLists = map[string]string{"endpoints": group}, map[string]string{"s3": list}
		if list := e.parts.Network.PrefixListID("dynamodb"); list != "" {
			props.PrefixLists["dynamodb"] = list
		}
	}
	// Where not everything may be reached, MLflow is named.
	if e.reachesMLflow(part) && len(props.Destinations)+len(props.SecurityGroups) > 0 {
		if props.SecurityGroups == nil {
			props.SecurityGroups = map[string]string{}
		}
		props.SecurityGroups["mlflow"] = e.parts.LoadBalancer.SecurityGroupID()
	}
	group, err := jobnetwork.New(scope, "network", props)
	if err != nil {
		return jobPlace{}, err
	}
	return jobPlace{e.parts.Network.PrivateSubnetIDs(), []string{group.SecurityGroupID()}}, nil
}

func (p jobPlace) forRole() *executionrole.Network {
	if len(p.subnets) == 0 {
		return nil
	}
	return &executionrole.Network{SubnetIDs: p.subnets, SecurityGroupIDs: p.groups}
}

func (p jobPlace) forStates() asl.SageMakerNetwork {
	return asl.SageMakerNetwork{Subnets: p.subnets, SecurityGroups: p.groups}
}

// present are the values that are not empty.
func present(values ...string) []string {
	return slices.DeleteFunc(values, func(value string) bool { return value == "" })
}
