# The role that plans may not lock the state.
if ! terraform plan -input=false -no-color -lock=false -out=plan.tfplan > "$STACK.txt" 2>&1; then
  show
  exit 1
fi
terraform show -no-color plan.tfplan > "$STACK.txt"
show
echo "digest=$(digest)" >> "$GITHUB_OUTPUT"
{
  echo "### Plan of $STACK"
  echo '~~~~text'
  sed 's/~~~/~~ ~/g' "$STACK.txt" | LC_ALL=C awk '{ size += length($0) + 1 } size <= 900000; size > 900000 && !cut++ { print "... the log has the rest" }'
  echo '~~~~'
} >> "$GITHUB_STEP_SUMMARY"
