marker='<!-- mlplatform: plans -->'
# GitHub takes 65,536 characters. Whole lines are left out, so that no character is cut in two.
room=60000
shorten() {
  LC_ALL=C awk -v room="$1" '{ size += length($0) + 1 } size <= room; size > room && !cut++ { print "... shortened, the run has the rest" }'
}
{
  echo "$marker"
  cat changes.md
  room=$((room - $(wc --bytes < changes.md)))
  count=$(jq --argjson jobs "$NEEDS" 'map(select($jobs["plan-" + .])) | length' <<< "$PLANNED")
  for stack in $(jq --raw-output '.[]' <<< "$PLANNED"); do
    result=$(jq --raw-output --arg job "plan-$stack" '.[$job].result // "skipped"' <<< "$NEEDS")
    if [ "$result" = skipped ]; then
      if jq --exit-status --arg job "machine-$stack" '.[$job].result == "success"' <<< "$NEEDS" > /dev/null; then
        printf '\n**%s**: no plan before the first deployment, which makes the machines that reach the Kubernetes API.\n' "$stack"
      fi
      continue
    fi
    plan="plans/$stack.txt"
    if [ "$result" != success ] && [ ! -f "$plan" ]; then
      printf '\n**%s**: no plan, [see the run](%s).\n' "$stack" "$RUN"
      continue
    fi
    line=$(grep --extended-regexp --max-count=1 '^(Plan:|No changes)' "$plan" || true)
    if [ "$result" != success ]; then line="the plan failed"; fi
    printf '\n<details><summary>%s: %s</summary>\n\n~~~~text\n' "$stack" "${line:-changes outputs only}"
    sed 's/~~~/~~ ~/g' "$plan" | shorten "$((room / count))"
    printf '~~~~\n\n</details>\n'
  done
  # What deploys cannot change what it is itself allowed.
  for stack in $ADMINISTERED; do
    if jq --exit-status --arg stack "$stack" 'index($stack)' <<< "$PLANNED" > /dev/null; then
      printf "\n**%s changes: an administrator applies it,** \`cdktf deploy %s\`, before the rest, or after it where something goes.\n" "$stack" "$stack"
    fi
  done
  if [ -n "$REMOVED" ]; then
    printf '\n**Removed: %s.** What they made stays in AWS, until it is destroyed.\n' "$REMOVED"
  fi
  printf '\n[Run](%s) for %s.\n' "$RUN" "$HEAD_SHA"
} > comment.md
comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
ids=$(gh api --paginate --method GET "$comments" -f per_page=100 \
  --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id")
id=${ids%%$'\n'*}
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F body=@comment.md
else
  gh api --silent --method POST "$comments" -F body=@comment.md
fi
