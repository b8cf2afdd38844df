# The roles that deploy, and what they may do, are a stack of their own. It wrote down with what an administrator applied it last.
record="stacks/$ACCESS/cdk.tf.json"
name=$(jq --raw-output '.resource.aws_ssm_parameter.applied.name' "$record")
wanted=$(jq --raw-output '.resource.aws_ssm_parameter.applied.value' "$record")
if ! applied=$(aws ssm get-parameter --name "$name" --query Parameter.Value --output text 2> "$RUNNER_TEMP/problem"); then
  # Neither the record nor the permission to read it is there before that stack is.
  if ! grep --quiet --extended-regexp 'ParameterNotFound|AccessDenied' "$RUNNER_TEMP/problem"; then
    cat "$RUNNER_TEMP/problem"
    exit 1
  fi
  applied=nothing
fi
if [ "$applied" != "$wanted" ]; then
  echo "::error::an administrator must apply $ACCESS first, at $GITHUB_SHA: cdktf deploy $ACCESS. This commit changes the roles that deploy $STACK, what they may do, or the boundary. Where it takes a part of $STACK away, for which they would then lack permissions, an administrator deploys $STACK before it"
  exit 1
fi
