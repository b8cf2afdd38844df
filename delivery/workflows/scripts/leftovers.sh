cd "stacks/$STACK"
# The arguments are those of the command that the stack gives to people.
command=$(terraform output -json | jq --raw-output '.kubernetes_leftovers_command.value // ""')
if [ -z "$command" ]; then
  echo "::notice::the state of $STACK has no cluster any more; look for what Kubernetes left yourself if the network does not go"
  exit 0
fi
read -r _ _ cluster vpc region <<< "$command"
set -- "$cluster" "$vpc" "$region"
