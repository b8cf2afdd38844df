package automation

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/mlflowclient"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// The names of the states.
const (
	nameRun          = "Name the run"
	choosePlaces     = "Choose places"
	prepare          = "Prepare data"
	tune             = "Tune"
	describeBest     = "Find the best model"
	createModel      = "Create model"
	predict          = "Predict test data"
	deleteModel      = "Delete model"
	evaluate         = "Evaluate"
	readEvaluation   = "Read evaluation"
	findChampion     = "Find the champion"
	hasChampion      = "Is there a champion"
	describeChampion = "Read the champion"
	goodEnough       = "Is it good enough"
	register         = "Register"
	tellRegistered   = "Tell of the new model"
	tellRejected     = "Tell that the champion stays"
	tellFailure      = "Tell of the failure"
	done             = "Done"
	failed           = "Failed"
)

// Definition is the state machine. All problems of the settings are returned at once.
func (l Learning) Definition() (asl.Definition, error) {
	l = l.withDefaults()
	if err := l.validate(); err != nil {
		return asl.Definition{}, err
	}
	d := asl.Definition{Comment: "From new data to a registered model", QueryLanguage: asl.JSONata, States: l.states()}
	var problems problem.List
	for _, each := range problem.Split(d.Validate()) {
		problems.Addf("", "%s", settings.Replace(each.Error()))
	}
	return d, problems.Err()
}

// settings calls the fields of tasks by the names that the settings have for them.
var settings = strings.NewReplacer(
	`states["`+tune+`"].call.training.`, "tuning.", `states["`+tune+`"].call.`, "tuning.",
	`states["`+prepare+`"].call.`, "prepare.", `states["`+evaluate+`"].call.`, "evaluate.",
)

func (l Learning) states() []asl.State {
	states := []asl.State{
		asl.Pass{Name: nameRun, Assign: asl.Object{"run": asl.NamePerExecution(l.Prefix, asl.MaxJobName)}, Next: choosePlaces},
		l.choosePlaces(),
		l.job(prepare, tune, l.Prepare,
			[]asl.ProcessingInput{{Name: "raw", S3URI: asl.Var("inputURI")}},
			[]asl.ProcessingOutput{{Name: "train", S3URI: asl.Var("trainURI")}, {Name: "validation", S3URI: asl.Var("validationURI")}, {Name: "test", S3URI: asl.Var("testURI")}}),
		l.tune(),
		l.task(describeBest, createModel, asl.SageMakerDescribeTrainingJob{Name: asl.Var("bestJob")},
			asl.Object{"modelData": asl.Result("ModelArtifacts.S3ModelArtifacts")}),
		l.task(createModel, predict, asl.SageMakerCreateModel{
			Name: l.model(), RoleARN: l.RoleARN, Network: l.Network,
			Containers: []asl.ModelContainer{{Image: asl.Text(l.Tuning.Image), ModelDataURL: asl.Var("modelData")}},
		}, nil),
		l.predict(),
		l.task(deleteModel, evaluate, asl.SageMakerDeleteModel{Name: l.model()}, nil),
		l.job(evaluate, readEvaluation, l.Evaluate,
			[]asl.ProcessingInput{{Name: "predictions", S3URI: asl.Var("batchOutputPath")}, {Name: "test", S3URI: asl.Var("testURI")}},
			[]asl.ProcessingOutput{{Name: "evaluation", S3URI: asl.Text("s3://"+l.Bucket+"/") + l.evaluation()}}),
	}
	states = append(states, l.decision()...)
	return append(states,
		l.tell(tellRegistered, done, "registered", asl.Object{"package": asl.Var("package")}),
		l.tell(tellRejected, done, "rejected", nil),
		asl.Succeed{Name: done},
		asl.Task{
			Name: tellFailure, Next: failed, Retry: throttled, Catch: asl.CatchAll(failed),
			Call: l.publish("Learning failed", asl.Object{
				"execution": asl.ExecutionID(), "error": asl.Expr("$states.input.Error"), "cause": asl.Expr("$states.input.Cause"),
			}),
		},
		asl.Fail{Name: failed, Error: "Learning.Failed", Cause: "A step failed; the notification and the history of this execution say which"},
	)
}

// throttled repeats what AWS had no room for. Jobs that failed are not repeated.
var throttled = []asl.Retrier{asl.RetrySageMaker()}

// task is a call that is repeated when AWS is busy, and whose failure is told.
func (l Learning) task(name, next string, call asl.Action, assign asl.Object) asl.Task {
	return asl.Task{Name: name, Call: call, Retry: throttled, Catch: asl.CatchAll(tellFailure), Assign: assign, Next: next}
}

// waiting is a task that goes on when its job has ended. The job ends itself at its timeout; the task gives it the time
// to start, stop and be heard of.
func (l Learning) waiting(t asl.Task, timeout time.Duration) asl.Task {
	t.Pattern, t.Timeout = asl.Sync, timeout+time.Hour
	return t
}

// choosePlaces takes what the execution was started with, and fills in the rest.
func (l Learning) choosePlaces() asl.State {
	at := func(key, folder, inside string) asl.Text {
		uri := strconv.Quote("s3://"+l.Bucket+"/"+l.Folder+"/"+folder+"/") + " & $run"
		if inside != "" {
			uri += " & " + strconv.Quote("/"+inside)
		}
		return given(key, uri)
	}
	return asl.Pass{Name: choosePlaces, Next: prepare, Assign: asl.Object{
		"inputURI":          given("input_uri", strconv.Quote(l.InputURI)),
		"trainURI":          at("train_uri", "data", "train"),
		"validationURI":     at("validation_uri", "data", "validation"),
		"testURI":           at("test_uri", "data", "test"),
		"outputPath":        at("output_path", "models", ""),
		"batchOutputPath":   at("batch_output_path", "predictions", ""),
		"instanceType":      given("instance_type", strconv.Quote(l.Tuning.InstanceType)),
		"batchInstanceType": given("batch_instance_type", strconv.Quote(l.TransformInstanceType)),
	}}
}

// given is a key of the execution's input, or otherwise what the expression says.
func given(key, otherwise string) asl.Text {
	input := "$states.context.Execution.Input." + key
	return asl.Expr("$exists(" + input + ") ? " + input + " : " + otherwise)
}

// model is the name of the model of this execution.
func (l Learning) model() asl.Text { return asl.NamePerExecution(l.Prefix, asl.MaxJobName) }

// evaluation is the folder of this execution's evaluation in the bucket.
func (l Learning) evaluation() asl.Text {
	return asl.Text(l.Folder+"/evaluation/") + asl.Var("run")
}

func (l Learning) job(name, next string, j Job, inputs []asl.ProcessingInput, outputs []asl.ProcessingOutput) asl.State {
	return l.waiting(l.task(name, next, asl.SageMakerCreateProcessingJob{
		Name: asl.JobName(l.Prefix, asl.MaxJobName), RoleARN: l.RoleARN, Image: asl.Text(j.Image), EntryPoint: texts(j.EntryPoint), Arguments: texts(j.Arguments),
		Inputs: inputs, Outputs: outputs, OutputKeyARN: l.KeyARN, VolumeKeyARN: sagemaker.Volumes{Types: []string{j.InstanceType}}.Key(l.KeyARN), InstanceType: asl.Text(j.InstanceType), VolumeGB: j.VolumeGB,
		MaxRuntime: j.Timeout, Network: l.Network, Environment: mlflowclient.Variables[asl.Text](l.Tracking),
	}, nil), j.Timeout)
}

func (l Learning) tune() asl.State {
	t := l.Tuning
	short := strings.TrimRight(l.Prefix[:min(len(l.Prefix), 15)], "-")
	static := map[string]asl.Text{}
	for name, value := range t.Static {
		static[name] = asl.Text(value)
	}
	return l.waiting(l.task(tune, describeBest, asl.SageMakerCreateHyperParameterTuningJob{
		Name: asl.JobName(short, asl.MaxTuningJobName), Strategy: t.Strategy, Objective: t.Objective, MaxJobs: t.MaxJobs, MaxParallelJobs: t.MaxParallelJobs,
		MaxRuntime: t.Timeout, Integers: t.Integers, Continuous: t.Continuous, Categorical: t.Categorical, StaticHyperParameters: static,
		Environment: mlflowclient.Variables[asl.Text](l.Tracking),
		Training: asl.Training{
			RoleARN: l.RoleARN, Image: asl.Text(t.Image), Metrics: t.Metrics, OutputPath: asl.Var("outputPath"), OutputKeyARN: l.KeyARN, VolumeKeyARN: l.KeyARN,
			Channels: []asl.Channel{
				{Name: "train", S3URI: asl.Var("trainURI"), ContentType: "text/csv"}, {Name: "validation", S3URI: asl.Var("validationURI"), ContentType: "text/csv"},
			},
			InstanceType: asl.Var("instanceType"), VolumeGB: t.VolumeGB, MaxRuntime: t.Timeout, Spot: t.Spot, Network: l.Network,
		},
	}, asl.Object{"bestJob": asl.Result("BestTrainingJob.TrainingJobName")}), t.Timeout)
}

func (l Learning) predict() asl.State {
	return l.waiting(l.task(predict, deleteModel, asl.SageMakerCreateTransformJob{
		Name: asl.JobName(l.Prefix, asl.MaxJobName), ModelName: l.model(), InputURI: asl.Var("testURI"), ContentType: "text/csv", InputFilter: l.TransformInputFilter,
		OutputURI: asl.Var("batchOutputPath"), OutputKeyARN: l.KeyARN, VolumeKeyARN: l.KeyARN, InstanceType: asl.Var("batchInstanceType"),
	}, nil), l.Tuning.Timeout)
}

// tell publishes what became of the model.
func (l Learning) tell(name, next, outcome string, more asl.Object) asl.State {
	message := asl.Object{
		"execution": asl.ExecutionID(), "outcome": asl.Text(outcome), "job": asl.Var("bestJob"), l.Register.Metric: asl.Var("value"), "champion": asl.Var("champion"),
	}
	maps.Copy(message, more)
	return l.task(name, next, l.publish("Learning: "+outcome, message), nil)
}

func (l Learning) publish(subject string, message asl.Object) asl.Action {
	return asl.SNSPublish{TopicARN: l.TopicARN, KeyARN: l.TopicKeyARN, Subject: asl.Text(subject), Message: message}
}

func texts(values []string) []asl.Text {
	var out []asl.Text
	for _, each := range values {
		out = append(out, asl.Text(each))
	}
	return out
}
