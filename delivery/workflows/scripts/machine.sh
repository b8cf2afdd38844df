# Neither the project nor the permission to see it is there before the first deployment.
if ! found=$(aws codebuild batch-get-projects --names "$PROJECT" --query 'projects[0].name' --output text 2> "$RUNNER_TEMP/problem"); then
  if ! grep --quiet 'AccessDenied' "$RUNNER_TEMP/problem"; then
    cat "$RUNNER_TEMP/problem"
    exit 1
  fi
  found=None
fi
if [ "$found" = "$PROJECT" ]; then
  echo "there=yes" >> "$GITHUB_OUTPUT"
else
  echo "::notice::$STACK is not planned: the machines of $PROJECT, which reach the Kubernetes API, come with the first deployment"
fi
