# What was deployed is there no more: no drift is looked for until the next deployment.
# shellcheck disable=SC2016 # the variables are those of GraphQL
query='query($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { state databaseId } }
  }
}'
ids=$(gh api graphql -f query="$query" -f owner="${GITHUB_REPOSITORY%/*}" -f name="${GITHUB_REPOSITORY#*/}" -f environment="$ENVIRONMENT" \
  --jq '.data.repository.deployments.nodes[] | select(.state == "ACTIVE" or .state == "SUCCESS") | .databaseId')
for id in $ids; do
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/deployments/$id/statuses" -f state=inactive -f description="destroyed by run $GITHUB_RUN_ID"
done
{
  echo "$ENVIRONMENT is destroyed but for the roles by which GitHub deploys. A deployment makes it again."
  echo "To remove these too, an administrator runs \`cdktf destroy $STACK\`."
} >> "$GITHUB_STEP_SUMMARY"
