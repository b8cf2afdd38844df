cd "stacks/$STACK"
# The very plan that was shown, of the very configuration, with the very providers that made it.
if [ "$(digest)" != "$DIGEST" ]; then
  echo "::error::the files of $STACK are not those that were planned; another job of this run has replaced them"
  exit 1
fi
terraform init -input=false -no-color -lockfile=readonly
# Who cancels a run interrupts this process alone, and ends it 10 seconds later. Terraform stands in the place of bash, so that
# it stops by itself, writes the state and gives the lock back.
exec terraform apply -input=false -no-color -lock-timeout=5m plan.tfplan
