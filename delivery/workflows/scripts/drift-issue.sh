marker="<!-- mlplatform: drift of $STACK -->"
issues="repos/$GITHUB_REPOSITORY/issues"
numbers=$(gh api --paginate --method GET "$issues" -f state=open -f labels=drift -f per_page=100 \
  --jq ".[] | select(.pull_request == null and (.body // \"\" | startswith(\"$marker\"))) | .number")
number=${numbers%%$'\n'*}
if [ "$DRIFT" = false ]; then
  if [ -n "$number" ]; then
    gh api --silent --method POST "$issues/$number/comments" -f body="AWS is again as $COMMIT says: [run]($RUN)."
    gh api --silent --method PATCH "$issues/$number" -f state=closed -f state_reason=completed
  fi
  exit 0
fi
{
  echo "$marker"
  echo "What is in AWS for \`$STACK\` differs from $COMMIT, which was deployed last. [The run]($RUN) found:"
  printf '\n~~~~text\n'
  sed 's/~~~/~~ ~/g' "$STACK.txt" | LC_ALL=C awk '{ size += length($0) + 1 } size <= 58000; size > 58000 && !cut++ { print "... shortened, the run has the rest" }'
  printf '~~~~\n\nDeploy again to undo it, or write it into the configuration. The next daily plan without a difference closes this issue.\n'
} > issue.md
if [ -n "$number" ]; then
  gh api --silent --method PATCH "$issues/$number" -F body=@issue.md
else
  gh api --silent --method POST "$issues" -f title="Drift in $STACK" -f 'labels[]=drift' -F body=@issue.md
fi
echo "::warning::$STACK has drifted"
