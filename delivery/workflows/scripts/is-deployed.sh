# What is in AWS must be of this very commit. Another one may protect what this one does not, or have more.
# shellcheck disable=SC2016 # the variables are those of GraphQL
query='query($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { state commitOid } }
  }
}'
commit=$(gh api graphql -f query="$query" -f owner="${GITHUB_REPOSITORY%/*}" -f name="${GITHUB_REPOSITORY#*/}" -f environment="$ENVIRONMENT" \
  --jq 'first(.data.repository.deployments.nodes[] | select(.state == "ACTIVE" or .state == "SUCCESS") | .commitOid) // ""')
if [ -z "$commit" ]; then
  echo "::error::GitHub has deployed nothing to $ENVIRONMENT that is still there; deploy this commit first"
  exit 1
fi
if [ "$commit" != "$GITHUB_SHA" ]; then
  echo "::error::$ENVIRONMENT has $commit, and this is $GITHUB_SHA; start this where that commit is, or deploy this one first"
  exit 1
fi
