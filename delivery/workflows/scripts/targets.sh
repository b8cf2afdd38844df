stacks=$(go run . targets --ref "$GITHUB_REF" --stack "$STACK")
echo "stacks=$stacks" >> "$GITHUB_OUTPUT"
echo "$GITHUB_REF_NAME at $GITHUB_SHA deploys: $stacks" | tee --append "$GITHUB_STEP_SUMMARY"
