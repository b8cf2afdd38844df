# A line of a plan may look like a command to the runner, such as one that hides others.
show() {
  local mark="$RANDOM$RANDOM$RANDOM$RANDOM"
  echo "::stop-commands::$mark"
  cat "$STACK.txt"
  printf '\n::%s::\n' "$mark"
}
cd "stacks/$STACK"
options=(-input=false -no-color)
# Where checksums of providers are committed, no others are accepted.
if [ -f .terraform.lock.hcl ]; then options+=(-lockfile=readonly); fi
terraform init "${options[@]}"
