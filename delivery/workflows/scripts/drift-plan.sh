# A line of a plan may look like a command to the runner, such as one that hides others.
show() {
  local mark="$RANDOM$RANDOM$RANDOM$RANDOM"
  echo "::stop-commands::$mark"
  cat "$STACK.txt"
  printf '\n::%s::\n' "$mark"
}
cd "stacks/$STACK"
options=(-input=false -no-color)
if [ -f .terraform.lock.hcl ]; then options+=(-lockfile=readonly); fi
terraform init "${options[@]}"
code=0
terraform plan -input=false -no-color -lock=false -detailed-exitcode -out=plan.tfplan > "$STACK.txt" 2>&1 || code=$?
show
case "$code" in
  0) echo "drift=false" >> "$GITHUB_OUTPUT" ;;
  2)
    echo "drift=true" >> "$GITHUB_OUTPUT"
    terraform show -no-color plan.tfplan > "$STACK.txt"
    ;;
  *) exit "$code" ;;
esac
