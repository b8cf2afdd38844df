execution=$(aws sagemaker start-pipeline-execution --pipeline-name "$PIPELINE" --client-request-token "$GITHUB_SHA-$GITHUB_RUN_ID" \
  --pipeline-execution-description "Deployment of $GITHUB_SHA" --query PipelineExecutionArn --output text)
echo "Training started: $execution" | tee --append "$GITHUB_STEP_SUMMARY"
