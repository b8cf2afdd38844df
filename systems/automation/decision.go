package automation

import (
	"strconv"

	"github.com/mlplatform/mlplatform/documents/asl"
)

// decision reads the evaluation and the champion, and registers the model if it is better. A champion is the newest
// approved version of the group, with its metric among its metadata. One without that is no measure for others.
func (l Learning) decision() []asl.State {
	g := l.Register
	metric := "$states.result.CustomerMetadataProperties." + g.Metric
	worse, notBetter := " < ", " <= "
	if g.Minimize {
		worse, notBetter = " > ", " >= "
	}
	threshold := strconv.FormatFloat(g.Threshold, 'f', -1, 64)
	approval := asl.PendingManualApproval
	if g.Approve {
		approval = asl.Approved
	}
	return []asl.State{
		l.task(readEvaluation, findChampion, asl.S3GetObject{Bucket: l.Bucket, Key: l.evaluation() + "/evaluation.json", KeyARN: l.KeyARN},
			asl.Object{"value": asl.Expr("$number($parse($states.result.Body).metrics." + g.Metric + ".value)")}),
		l.task(findChampion, hasChampion, asl.SageMakerListModelPackages{GroupName: g.GroupName, Approval: asl.Approved, MaxResults: 1},
			asl.Object{
				"champion":      asl.Expr(`$count($states.result.ModelPackageSummaryList) > 0 ? $states.result.ModelPackageSummaryList[0].ModelPackageArn : ""`),
				"championValue": asl.Null,
			}),
		asl.Choice{
			Name: hasChampion, Default: describeChampion,
			Rules: []asl.Rule{{If: asl.StringEquals(asl.Var("champion"), ""), Next: goodEnough}},
		},
		l.task(describeChampion, goodEnough, asl.SageMakerDescribeModelPackage{ModelPackage: asl.Var("champion"), GroupName: g.GroupName},
			asl.Object{"championValue": asl.Expr("$exists(" + metric + ") ? $number(" + metric + ") : null")}),
		asl.Choice{
			Name: goodEnough, Default: register,
			Rules: []asl.Rule{
				{If: asl.When("$value" + worse + threshold), Next: tellRejected, Comment: "The threshold is not reached"},
				{If: asl.When("$championValue = null ? false : $value" + notBetter + "$championValue"), Next: tellRejected, Comment: "The champion is as good or better"},
			},
		},
		l.task(register, tellRegistered, asl.SageMakerCreateModelPackage{
			GroupName: g.GroupName, Approval: approval, Image: asl.Text(l.Tuning.Image), ModelDataURL: asl.Var("modelData"), ModelFolder: "s3://" + l.Bucket + "/" + l.Folder, ModelKeyARN: l.KeyARN,
			ModelStatistics: asl.Text("s3://"+l.Bucket+"/") + l.evaluation() + "/evaluation.json",
			Metadata:        map[string]asl.Text{g.Metric: asl.Expr("$string($value)"), "model_name": asl.Var("bestJob"), "execution": asl.ExecutionID()},
		}, asl.Object{"package": asl.Result("ModelPackageArn")}),
	}
}
