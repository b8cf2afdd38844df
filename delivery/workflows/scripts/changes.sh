# A pull request is checked out as GitHub would merge it, so that the first parent is what it is merged into.
changed=$(go run . changed --base 'HEAD^1' --format github)
echo "$changed"
{
  echo "stacks=$(jq --compact-output '.stacks' <<< "$changed")"
  echo "removed=$(jq --raw-output '.removed | join(", ")' <<< "$changed")"
} >> "$GITHUB_OUTPUT"
# A comment has room for this and the plans.
go run . diff --base 'HEAD^1' --max-length 30000 > changes.md
cat changes.md >> "$GITHUB_STEP_SUMMARY"
