cd "stacks/$STACK"
# A definition that is stored by commit takes as parameters what only AWS knows.
terraform output -json | jq '[.training_pipeline_parameters.value // {} | to_entries[] | {Name: .key, Value: .value}]' > "$RUNNER_TEMP/parameters.json"
execution=$(aws sagemaker start-pipeline-execution --pipeline-name "$PIPELINE" --client-request-token "$GITHUB_SHA-$GITHUB_RUN_ID" \
  --pipeline-parameters "file://$RUNNER_TEMP/parameters.json" --pipeline-execution-description "Deployment of $GITHUB_SHA" \
  --query PipelineExecutionArn --output text)
echo "Training started: $execution" | tee --append "$GITHUB_STEP_SUMMARY"
