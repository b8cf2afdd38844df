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
