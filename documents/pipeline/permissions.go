package pipeline

import (
	"cmp"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// jobNames is how SageMaker names the jobs and models of pipelines that have no prefix of their own.
const jobNames = "pipelines-*"

// Permissions is what the role of the pipeline needs in order to run the steps: to start, watch and stop their jobs,
// to call functions and queues, to read what it compares and registers, and to pass on the roles of jobs. Resources are scoped to the names that pipelines
// give to jobs wherever those are known. What the jobs themselves need is JobPermissions. Raw steps are not covered.
// The error is that of Validate.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
func (p *Pipeline) Permissions(scope arn.Scope) ([]policy.Statement, error) {
	c, _, err := p.check()
	if err != nil {
		return nil, err
	}
	scope = scope.WithDefaults()
	var out []policy.Statement
	for _, each := range p.steps {
		out = append(out, c.runs(each, scope)...)
	}
	out = append(out, c.readsBack(scope)...)
	if !p.props.Experiment.Disabled {
		out = append(out, policy.Statement{
			Actions: []string{
				"sagemaker:AddTags", "sagemaker:AssociateTrialComponent", "sagemaker:CreateExperiment", "sagemaker:CreateTrial",
				"sagemaker:CreateTrialComponent", "sagemaker:DescribeExperiment", "sagemaker:DescribeTrial",
				"sagemaker:DescribeTrialComponent", "sagemaker:UpdateTrialComponent",
			},
			Resources: []string{
				scope.Regional("sagemaker", "experiment/*"), scope.Regional("sagemaker", "experiment-trial/*"),
				scope.Regional("sagemaker", "experiment-trial-component/*"),
			},
		})
	}
	for _, service := range passedServices {
		if roles := c.passed[service]; len(roles) > 0 {
			out = append(out, policy.PassRole([]string{service}, roles...))
		}
	}
	return policy.Merge(out...), nil
}

// The services to which roles are passed.
const (
	serviceSageMaker     = "sagemaker.amazonaws.com"
	serviceEMR           = "elasticmapreduce.amazonaws.com"
	serviceEMRServerless = "emr-serverless.amazonaws.com"
)

var passedServices = []string{serviceSageMaker, serviceEMR, serviceEMRServerless}

// runs is what starting, watching and stopping one step needs.
func (c *checker) runs(s Step, scope arn.Scope) []policy.Statement {
	job := func(kind, names string, actions ...string) []policy.Statement {
		full := []string{"sagemaker:AddTags"}
		for _, action := range actions {
			full = append(full, "sagemaker:"+action)
		}
		return []policy.Statement{{Actions: full, Resources: []string{scope.Regional("sagemaker", kind+"/"+names)}}}
	}
	switch v := s.(type) {
	case *ProcessingStep:
		return job("processing-job", named(v.args.JobNamePrefix), "CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob")
	case *QualityCheckStep:
		return append(c.readsBaseline(v.args.Group, scope), job("processing-job", jobNames, "CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob")...)
	case *ClarifyCheckStep:
		out := append(c.readsBaseline(v.args.Group, scope), job("processing-job", jobNames, "CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob")...)
		if v.args.Model != "" {
			model := c.resolve(v.args.Model)
			out = append(out, policy.Statement{Actions: []string{"sagemaker:DescribeModel"}, Resources: []string{scope.Regional("sagemaker", "model/"+model)}})
		}
		return out
	case *TrainingStep:
		return job("training-job", named(v.args.JobNamePrefix), "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob")
	case *NotebookStep:
		return job("training-job", "*", "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob")
	case *TuningStep:
		// The names of tuning jobs are too short for the prefix, and their training jobs are named after them.
		return append(job("hyper-parameter-tuning-job", "*", "CreateHyperParameterTuningJob", "DescribeHyperParameterTuningJob",
			"ListTrainingJobsForHyperParameterTuningJob", "StopHyperParameterTuningJob"),
			policy.Statement{Actions: []string{"sagemaker:DescribeTrainingJob"}, Resources: []string{scope.Regional("sagemaker", "training-job/*")}})
	case *TransformStep:
		return job("transform-job", named(v.args.JobNamePrefix), "CreateTransformJob", "DescribeTransformJob", "StopTransformJob")
	case *AutoMLStep:
		return append(job("automl-job", "*", "CreateAutoMLJob", "DescribeAutoMLJob", "StopAutoMLJob"),
			// AWS knows no resources for listing candidates.
			policy.Statement{Actions: []string{"sagemaker:ListCandidatesForAutoMLJob"}, Resources: []string{"*"}})
	case *ModelStep:
		return job("model", jobNames, "CreateModel", "DescribeModel")
	case *RegisterStep:
		return c.registers(v, scope)
	case *EndpointConfigStep:
		return append(job("endpoint-config", lower(c.resolve(v.args.ConfigName)), "CreateEndpointConfig", "DescribeEndpointConfig"), c.grantsVolumes(scope)...)
	case *EndpointStep:
		endpoint := lower(c.resolve(v.args.EndpointName))
		return append(append(job("endpoint", endpoint, "CreateEndpoint", "DescribeEndpoint", "UpdateEndpoint"), policy.Statement{
			Actions: []string{"sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"}, Resources: []string{scope.Regional("sagemaker", "endpoint-config/"+lower(c.resolve(v.args.ConfigName)))},
		}), c.grantsVolumes(scope)...)
	case *InferenceComponentStep:
		return append(job("inference-component", lower(c.resolve(v.args.ComponentName)), "CreateInferenceComponent", "DescribeInferenceComponent", "UpdateInferenceComponent"), policy.Statement{
			Actions: []string{"sagemaker:CreateInferenceComponent"}, Resources: []string{scope.Regional("sagemaker", "endpoint/"+lower(c.resolve(v.args.Endpoint)))},
		})
	case *LineageStep:
		return c.records(v, scope)
	case *LambdaStep:
		return []policy.Statement{{Actions: []string{"lambda:InvokeFunction"}, Resources: []string{c.resolve(v.args.FunctionARN)}}}
	case *CallbackStep:
		return []policy.Statement{{Actions: []string{"sqs:SendMessage"}, Resources: []string{queueARN(c.resolve(v.args.QueueURL), scope)}}}
	case *EMRStep:
		return c.runsEMR(v, scope)
	case *EMRServerlessStep:
		return c.runsEMRServerless(v, scope)
	}
	return nil
}

// grantsVolumes is for the keys of the endpoints that the pipeline configures.
func (c *checker) grantsVolumes(scope arn.Scope) []policy.Statement {
	if len(c.endpointKeys) == 0 {
		return nil
	}
	return []policy.Statement{sagemaker.GrantVolumes(keyARNs(scope, c.endpointKeys)...)}
}

func named(prefix string) string {
	if prefix == "" {
		return jobNames
	}
	return prefix + "-*"
}

// registers is what CreateModelPackage needs, and the group, which the step makes where it is missing.
func (c *checker) registers(s *RegisterStep, scope arn.Scope) []policy.Statement {
	registration := sagemaker.Registration{Group: c.resolve(s.args.Group)}
	var read Access
	for _, container := range s.args.Containers {
		if container.Image != "" {
			registration.Images = append(registration.Images, c.resolve(container.Image))
		}
		c.readModel(&read, container.ModelData)
	}
	registration.Models, registration.ModelKeys = read.Reads, keyARNs(scope, read.OutputKeys)
	group, packages := sagemaker.GroupARNs(scope, registration.Group)
	return append([]policy.Statement{
		{Actions: []string{"sagemaker:AddTags", "sagemaker:CreateModelPackageGroup", "sagemaker:DescribeModelPackageGroup"}, Resources: []string{group}},
		{Actions: []string{"sagemaker:AddTags", "sagemaker:DescribeModelPackage"}, Resources: []string{packages, group}},
	}, registration.Statements(scope)...)
}

// records is what a lineage step needs. AWS gives artifacts and the ends of associations names of its own.
func (c *checker) records(s *LineageStep, scope arn.Scope) []policy.Statement {
	var out []policy.Statement
	allow := func(kind LineageKind, entities []LineageEntity) {
		for _, each := range entities {
			name := lower(c.resolve(each.Name))
			if kind == LineageArtifact {
				name = "*"
			}
			out = append(out, policy.Statement{
				Actions:   []string{"sagemaker:AddTags", "sagemaker:Create" + string(kind), "sagemaker:Describe" + string(kind)},
				Resources: []string{scope.Regional("sagemaker", lower(string(kind))+"/"+name)},
			})
		}
	}
	allow(LineageAction, s.args.Actions)
	allow(LineageArtifact, s.args.Artifacts)
	allow(LineageContext, s.args.Contexts)
	if len(s.args.Associations) > 0 {
		out = append(out, policy.Statement{Actions: []string{"sagemaker:AddAssociation"}, Resources: []string{
			scope.Regional("sagemaker", "action/*"), scope.Regional("sagemaker", "artifact/*"), scope.Regional("sagemaker", "context/*"),
			scope.Regional("sagemaker", "experiment/*"), scope.Regional("sagemaker", "experiment-trial-component/*"),
		}})
	}
	return out
}

func (c *checker) readsBaseline(given String, scope arn.Scope) []policy.Statement {
	if given == "" {
		return nil
	}
	group, packages := sagemaker.GroupARNs(scope, c.resolve(given))
	return []policy.Statement{
		{Actions: []string{"sagemaker:DescribeModelPackage"}, Resources: []string{packages}},
		{Actions: []string{"sagemaker:DescribeModelPackageGroup"}, Resources: []string{group}},
		{Actions: []string{"sagemaker:ListModelPackages"}, Resources: []string{scope.Regional("sagemaker", "model-package/*")}},
	}
}

var queueURL = lazyregexp.New(`^https://sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([0-9]{12})/(.+)$`)

// queueARN is the ARN of the queue at the URL, or that of all queues where the URL is known only to Terraform.
func queueARN(url string, scope arn.Scope) string {
	parts := queueURL.FindStringSubmatch(url)
	if parts == nil {
		return scope.Regional("sqs", "*")
	}
	return arn.Scope{Partition: scope.Partition, Region: parts[1], Account: parts[2]}.Regional("sqs", parts[3])
}

func (c *checker) runsEMR(s *EMRStep, scope arn.Scope) []policy.Statement {
	adds := policy.Statement{Actions: []string{"elasticmapreduce:AddJobFlowSteps"}}
	if role := c.resolve(s.args.RuntimeRole); role != "" {
		adds.Conditions = []policy.Condition{policy.StringEquals("elasticmapreduce:ExecutionRoleArn", role)}
	}
	actions := []string{"elasticmapreduce:CancelSteps", "elasticmapreduce:DescribeCluster", "elasticmapreduce:DescribeStep", "elasticmapreduce:ListSteps"}
	cluster := c.resolve(s.args.ClusterID)
	rules := []string{scope.Regional("events", "rule/SageMakerPipelineExecutionEMRStepStatusUpdateRule")}
	if len(s.args.Cluster) > 0 {
		actions = append(actions, "elasticmapreduce:TerminateJobFlows")
		cluster = "*"
		rules = append(rules, scope.Regional("events", "rule/SageMakerPipelineExecutionEMRClusterStatusUpdateRule"))
	}
	clusters := []string{scope.Regional("elasticmapreduce", "cluster/"+cluster)}
	adds.Resources = clusters
	out := []policy.Statement{
		adds,
		{Actions: actions, Resources: clusters},
		{Actions: []string{"events:DescribeRule", "events:PutRule", "events:PutTargets"}, Resources: rules},
	}
	if len(s.args.Cluster) > 0 {
		// AWS knows no resources for starting clusters.
		out = append(out, policy.Statement{Actions: []string{"elasticmapreduce:RunJobFlow"}, Resources: []string{"*"}})
	}
	return out
}

func (c *checker) runsEMRServerless(s *EMRServerlessStep, scope arn.Scope) []policy.Statement {
	id := cmp.Or(c.resolve(s.args.ApplicationID), "*")
	application := scope.Regional("emr-serverless", "/applications/"+id)
	out := []policy.Statement{{
		Actions:   []string{"emr-serverless:CancelJobRun", "emr-serverless:GetApplication", "emr-serverless:GetJobRun", "emr-serverless:StartApplication", "emr-serverless:StartJobRun", "emr-serverless:TagResource"},
		Resources: []string{application, application + "/jobruns/*"},
	}}
	if len(s.args.Application) > 0 {
		out = append(out,
			policy.Statement{
				Actions:   []string{"emr-serverless:DeleteApplication", "emr-serverless:StopApplication"},
				Resources: []string{application},
			},
			// AWS knows no resources for making applications.
			policy.Statement{Actions: []string{"emr-serverless:CreateApplication"}, Resources: []string{"*"}})
	}
	return out
}
