# GitHub makes an environment without rules for the first job that names one that is not there.
name=$(jq --raw-output --null-input --arg name "$ENVIRONMENT" '$name | @uri')
if ! rules=$(gh api "repos/$GITHUB_REPOSITORY/environments/$name" --jq '.protection_rules[].type' 2> "$RUNNER_TEMP/problem"); then
  if ! grep --quiet 'HTTP 404' "$RUNNER_TEMP/problem"; then
    cat "$RUNNER_TEMP/problem"
    exit 1
  fi
  rules=""
  echo "::warning::there is no GitHub environment $ENVIRONMENT, and GitHub makes one without rules; run: go run . setup github"
fi
for guard in $GUARDS; do
  if ! grep --quiet --line-regexp "$guard" <<< "$rules"; then
    echo "::error::the GitHub environment $ENVIRONMENT has no rule $guard, which the configuration asks for; run: go run . setup github"
    exit 1
  fi
done
