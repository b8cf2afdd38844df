# A pipeline inside AWS and its roles stay, which this role cannot remove: an administrator does it at the end. So do the roles that
# deploy where they are in this state still, as versions before the stacks of such roles had them.
if ! addresses=$(terraform state list 2> "$RUNNER_TEMP/problem"); then
  if ! grep --quiet 'No state file was found' "$RUNNER_TEMP/problem"; then
    cat "$RUNNER_TEMP/problem"
    exit 1
  fi
  addresses=""
fi
targets=()
while read -r address; do
  case "$address" in
    '' | data.* | *.deployment_* | *.github_*) ;;
    *) targets+=("-target=$address") ;;
  esac
done <<< "$addresses"
if [ "${#targets[@]}" -eq 0 ] && [ -n "$FURTHER" ]; then
  echo "::notice::nothing of $STACK is there, so nothing of it is destroyed"
  echo "nothing=yes" >> "$GITHUB_OUTPUT"
  exit 0
fi
if [ "${#targets[@]}" -eq 0 ]; then
  echo "::error::$STACK has no resources that GitHub may destroy; nothing is left to destroy here"
  exit 1
fi
if ! terraform plan -destroy -input=false -no-color -lock=false -out=plan.tfplan "${targets[@]}" > "$STACK.txt" 2>&1; then
  show
  exit 1
fi
terraform show -no-color plan.tfplan > "$STACK.txt"
show
echo "digest=$(digest)" >> "$GITHUB_OUTPUT"
{
  echo "### What is destroyed of $STACK: ${#targets[@]} resources"
  echo '~~~~text'
  sed 's/~~~/~~ ~/g' "$STACK.txt" | LC_ALL=C awk '{ size += length($0) + 1 } size <= 900000; size > 900000 && !cut++ { print "... the log has the rest" }'
  echo '~~~~'
} >> "$GITHUB_STEP_SUMMARY"
