# The state of a deployment stays known for ever, unlike its single statuses, which GitHub keeps for 90 days.
# shellcheck disable=SC2016 # the variables are those of GraphQL
query='query($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { state commitOid } }
  }
}'
nodes=$(gh api graphql -f query="$query" -f owner="${GITHUB_REPOSITORY%/*}" -f name="${GITHUB_REPOSITORY#*/}" -f environment="$ENVIRONMENT" \
  --jq '.data.repository.deployments.nodes')
if jq --exit-status '.[0].state == "IN_PROGRESS" or .[0].state == "QUEUED"' <<< "$nodes" > /dev/null; then
  echo "::notice::$ENVIRONMENT is being deployed right now; its drift is looked for the next time"
  exit 0
fi
commit=$(jq --raw-output 'first(.[] | select(.state == "ACTIVE" or .state == "SUCCESS") | .commitOid) // ""' <<< "$nodes")
if [ -z "$commit" ]; then
  echo "::notice::nothing is deployed to $ENVIRONMENT, so there is nothing that could drift"
  exit 0
fi
if [ "$UNMERGED" = refuse ]; then
  # Anyone who can push a branch deploys this. What follows runs as the default branch, with all that it may read.
  status=$(gh api "repos/$GITHUB_REPOSITORY/compare/$GITHUB_SHA...$commit?per_page=1" --jq .status)
  if [ "$status" != behind ] && [ "$status" != identical ]; then
    echo "::notice::$ENVIRONMENT has $commit, which is not merged; its drift is looked for when it is"
    exit 0
  fi
fi
echo "commit=$commit" | tee --append "$GITHUB_OUTPUT"
