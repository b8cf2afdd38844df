package training

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// codeFolder is where the image holds its programs.
const codeFolder = "/opt/ml/code/"

// The outputs of preprocessing, which are the splits of the data, and the report of the evaluation.
const (
	splitTrain      = "train"
	splitValidation = "validation"
	splitTest       = "test"
	evaluation      = "evaluation"
	reportFile      = "evaluation.json"
)

// inputs are the references to the parameters.
type inputs struct {
	data                 pipeline.String
	epochs, batchSize    pipeline.IntegerRef
	learningRate         pipeline.FloatRef
	training, processing pipeline.String
	threshold            pipeline.FloatRef
	approval             pipeline.Approval
}

func (s Settings) declare(p *pipeline.Pipeline) inputs {
	in := inputs{
		data:         p.String(ParameterInputData, s.Data),
		epochs:       p.Integer(ParameterEpochs, s.Parameters.Epochs),
		batchSize:    p.Integer(ParameterBatchSize, s.Parameters.BatchSize),
		learningRate: p.Float(ParameterLearningRate, s.Parameters.LearningRate),
		training:     p.String(ParameterTrainingInstance, s.Compute.TrainingInstance),
		processing:   p.String(ParameterProcessingInstance, s.Compute.ProcessingInstance),
		threshold:    p.Float(ParameterThreshold, *s.Metric.Threshold),
	}
	// Whoever may start an execution chooses its parameters, so that Approved is no choice where people approve.
	pending, approved, rejected := string(pipeline.PendingManualApproval), string(pipeline.Approved), string(pipeline.Rejected)
	if s.ApproveAutomatically {
		in.approval = p.String(ParameterApproval, approved, approved, pending, rejected)
	} else {
		in.approval = p.String(ParameterApproval, pending, pending, rejected)
	}
	return in
}

func (s Settings) build() *pipeline.Pipeline {
	s, late := s.opened()
	p := pipeline.New(s.Name, pipeline.Props{Description: s.Description, Defaults: s.defaults(), MLflow: s.noted()})
	in := s.declare(p)
	for _, each := range late {
		p.RequiredString(each)
	}
	image := pipeline.String(s.Image)

	data := p.Processing(StepPreprocess, pipeline.ProcessingArgs{
		StepOptions: pipeline.StepOptions{Description: "Splits the data into train, validation and test"},
		Image:       image, Entrypoint: program("preprocess.py"), Compute: s.compute(in.processing), Retry: retry(), Environment: mlflowclient.Variables[pipeline.String](s.Tracking),
		Inputs: []pipeline.ProcessingInput{{Name: "raw", S3URI: in.data}},
		Outputs: []pipeline.ProcessingOutput{
			{Name: splitTrain, S3URI: s.prepared(splitTrain)}, {Name: splitValidation, S3URI: s.prepared(splitValidation)},
			{Name: splitTest, S3URI: s.prepared(splitTest)},
		},
		OutputKMSKey: pipeline.String(s.PreparedKey),
	})
	train := p.Training(StepTrain, pipeline.TrainingArgs{
		StepOptions: pipeline.StepOptions{Description: "Trains without the test split"},
		Image:       image, Entrypoint: program("train.py"), Compute: s.compute(in.training), Retry: retry(), Environment: mlflowclient.Variables[pipeline.String](s.Tracking),
		HyperParameters: map[string]pipeline.String{
			ParameterEpochs: in.epochs.Text(), ParameterBatchSize: in.batchSize.Text(), ParameterLearningRate: in.learningRate.Text(),
		},
		Inputs: []pipeline.Channel{
			{Name: splitTrain, S3URI: data.Output(splitTrain)}, {Name: splitValidation, S3URI: data.Output(splitValidation)},
		},
	})
	evaluate := p.Processing(StepEvaluate, pipeline.ProcessingArgs{
		StepOptions: pipeline.StepOptions{Description: "Measures the model on the test split"},
		Image:       image, Entrypoint: program("evaluate.py"), Compute: s.compute(in.training), Retry: retry(), Environment: mlflowclient.Variables[pipeline.String](s.Tracking),
		Inputs: []pipeline.ProcessingInput{
			{Name: "model", S3URI: train.ModelArtifacts()}, {Name: splitTest, S3URI: data.Output(splitTest)},
		},
		Outputs:       []pipeline.ProcessingOutput{{Name: evaluation}},
		PropertyFiles: []pipeline.PropertyFile{{Name: evaluation, Output: evaluation, Path: reportFile}},
	})
	s.decide(p, in, train, evaluate)
	return p
}

// decide registers the model if it is good enough, and ends the execution as failed otherwise: a schedule whose models
// get worse must not look well.
func (s Settings) decide(p *pipeline.Pipeline, in inputs, train *pipeline.TrainingStep, evaluate *pipeline.ProcessingStep) {
	metric := evaluate.JSONGet(evaluation, s.Metric.Path)
	passes, misses := pipeline.GreaterThanOrEqualTo(metric, in.threshold), " is under the threshold of "
	if s.Metric.SmallerIsBetter {
		passes, misses = pipeline.LessThanOrEqualTo(metric, in.threshold), " is over the threshold of "
	}
	var contentTypes []pipeline.String
	for _, each := range s.ContentTypes {
		contentTypes = append(contentTypes, pipeline.String(each))
	}
	p.Condition(StepDecide, pipeline.ConditionArgs{
		If: []pipeline.Condition{passes},
		Then: []pipeline.Step{p.Register(StepRegister, pipeline.RegisterArgs{
			Group: pipeline.String(s.Group), Approval: in.approval,
			Containers:   []pipeline.Container{{Image: pipeline.String(s.Image), ModelData: train.ModelArtifacts()}},
			ContentTypes: contentTypes, ResponseTypes: contentTypes,
			Metrics: pipeline.ModelMetrics{QualityStatistics: evaluate.Output(evaluation) + "/" + reportFile},
			Source:  pipeline.Source{Repository: pipeline.String(s.Repository), CommitID: pipeline.String(s.Commit), GeneratedBy: pipeline.ExecutionARN},
			Metadata: map[string]pipeline.String{
				ParameterInputData: in.data, ParameterEpochs: in.epochs.Text(), ParameterBatchSize: in.batchSize.Text(),
				ParameterLearningRate: in.learningRate.Text(),
			},
		})},
		Else: []pipeline.Step{p.Fail(StepReject, pipeline.FailArgs{
			Message: pipeline.String(s.Metric.Name) + " " + metric.Text() + pipeline.String(misses) + in.threshold.Text() + ", so that the model is not registered",
		})},
	})
}

func (s Settings) defaults() pipeline.Defaults {
	out := pipeline.Defaults{
		Role: pipeline.String(s.Role), OutputURI: pipeline.String(s.Models), OutputKMSKey: pipeline.String(s.ModelsKey),
	}
	if s.Network != nil {
		for _, each := range s.Network.SubnetIDs {
			out.Network.Subnets = append(out.Network.Subnets, pipeline.String(each))
		}
		for _, each := range s.Network.SecurityGroupIDs {
			out.Network.SecurityGroups = append(out.Network.SecurityGroups, pipeline.String(each))
		}
	}
	for key, value := range s.Tags {
		if out.Tags == nil {
			out.Tags = map[string]pipeline.String{}
		}
		out.Tags[key] = pipeline.String(value)
	}
	return out
}

// prepared is where a split of the execution goes.
func (s Settings) prepared(split string) pipeline.String {
	return pipeline.String(s.Prepared+"/"+s.Name+"/") + pipeline.ExecutionID + pipeline.String("/"+split)
}

func (s Settings) compute(instance pipeline.String) pipeline.Compute {
	return pipeline.Compute{InstanceType: instance, VolumeGB: pipeline.Int(s.Compute.VolumeGB), MaxRuntime: s.Compute.MaxRuntime}
}

func program(name string) []pipeline.String {
	return []pipeline.String{"python3", pipeline.String(codeFolder + name)}
}

// retry waits where AWS has no instance at the moment, and tries again where the service itself failed.
func retry() []pipeline.RetryPolicy {
	return []pipeline.RetryPolicy{
		{On: []pipeline.RetryError{pipeline.RetryServiceFault, pipeline.RetryThrottling, pipeline.RetryJobInternalError}, Interval: 30 * time.Second, MaxAttempts: 5},
		{On: []pipeline.RetryError{pipeline.RetryCapacityError}, Interval: 5 * time.Minute, BackoffRate: 1.5, ExpireAfter: 6 * time.Hour},
	}
}

// noted is where SageMaker itself notes executions, nothing where it does not manage the server.
func (s Settings) noted() *pipeline.MLflow {
	if !s.Tracking.Managed() {
		return nil
	}
	return &pipeline.MLflow{ARN: pipeline.String(s.Tracking.URI), Experiment: pipeline.String(s.Tracking.Experiment)}
}
