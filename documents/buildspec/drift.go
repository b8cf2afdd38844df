package buildspec

// DriftSpec plans what an action of a pipeline applied last, from the artifact that it took, and fails where that changes anything: AWS
// then differs from what was deployed. The plan stands in the log. It runs no code of the repository.
//
// Its role needs codepipeline:ListActionExecutions on the pipeline, s3:GetObject on the artifacts and s3:ListBucket on their bucket, and
// what a plan needs.
// https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html
func (t Terraform) DriftSpec(pipeline, action string) Spec {
	t = t.withDefaults()
	return Spec{
		Variables: append(t.variables(t.StatePlanRoleARN), Variable{"STACK", t.Stack}, Variable{"PIPELINE", pipeline}, Variable{"ACTION", action}),
		Install:   Phase{Commands: []string{installTerraform}},
		PreBuild:  Phase{Commands: append([]string{writeProfile}, t.logIn()...)},
		Build: Phase{OnFailure: Abort, Commands: []string{Strict(`folder="$(mktemp -d)"
cd "$folder"
aws codepipeline list-action-executions --pipeline-name "$PIPELINE" --max-items 500 --output json > executions.json
applied() { jq -r --arg action "$ACTION" "[.actionExecutionDetails[] | select(.actionName == \$action)] | $1" executions.json; }
if [ "$(applied '.[0].status // ""')" = InProgress ]; then
  echo "$STACK is being deployed right now; its drift is looked for the next time."
  exit 0
fi
place="$(applied '[.[] | select(.status == "Succeeded")][0].input.inputArtifacts[0].s3location | select(.) | "\(.bucket) \(.key)"')"
if [ -z "$place" ]; then
  echo "Nothing of $STACK was deployed, as far as $PIPELINE remembers, so there is nothing that could drift."
  exit 0
fi
read -r bucket key <<< "$place"
if ! aws s3api get-object --bucket "$bucket" --key "$key" artifact.zip > /dev/null 2> problem.txt; then
  if ! grep -q NoSuchKey problem.txt; then
    cat problem.txt >&2
    exit 1
  fi
  echo "What was applied last to $STACK is kept no more, and cannot be compared: deploy again."
  exit 0
fi
mkdir plan
cd plan
unzip -q ../artifact.zip
cp terraform.lock.hcl .terraform.lock.hcl
"$TOOLS/terraform" init -no-color -lockfile=readonly
code=0
"$TOOLS/terraform" plan -no-color -lock=false -detailed-exitcode || code=$?
if [ "$code" = 2 ]; then
  echo "What is in AWS for $STACK differs from what was deployed last. Deploy again to undo it, or write it into the configuration." >&2
fi
[ "$code" = 0 ]`)}},
	}
}
