refuse() {
  echo "::error::$1"
  exit 1
}
deployments="repos/$GITHUB_REPOSITORY/deployments"

if [ "$MOVED_TAGS" = refuse ] && [[ "$GITHUB_REF" == refs/tags/* ]]; then
  if [ -n "${BEFORE//0/}" ]; then
    refuse "the tag $GITHUB_REF_NAME was moved, and $ENVIRONMENT deploys no tag that was moved; make a new tag"
  fi
  # A tag that was removed and made again counts as moved too.
  for ref in "$GITHUB_REF_NAME" "$GITHUB_REF"; do
    commits=$(gh api --paginate --method GET "$deployments" -f ref="$ref" -f environment="$ENVIRONMENT" -f per_page=100 --jq '.[].sha')
    for commit in $commits; do
      if [ "$commit" != "$GITHUB_SHA" ]; then
        refuse "the tag $GITHUB_REF_NAME was $commit when $ENVIRONMENT deployed it before, and now is $GITHUB_SHA; make a new tag"
      fi
    done
  done
fi

if [ -n "$AFTER" ]; then
  ids=$(gh api --paginate --method GET "$deployments" -f sha="$GITHUB_SHA" -f environment="$AFTER" -f per_page=100 --jq '.[].id')
  for id in $ids; do
    states=$(gh api --paginate --method GET "$deployments/$id/statuses" -f per_page=100 --jq '.[].state')
    if grep --quiet --line-regexp success <<< "$states"; then
      echo "$AFTER has deployed $GITHUB_SHA."
      exit 0
    fi
  done
  refuse "$AFTER has not deployed $GITHUB_SHA in the last 90 days, which $ENVIRONMENT asks for; deploy this commit there first"
fi
