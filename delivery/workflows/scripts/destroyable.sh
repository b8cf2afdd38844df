stacks=$(go run . targets --destroy --ref "$GITHUB_REF" --stack "$TYPED")
echo "stacks=$stacks" >> "$GITHUB_OUTPUT"
