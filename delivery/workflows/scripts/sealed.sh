cd "stacks/$STACK"
found=$(digest)
if [ "$found" != "$DIGEST" ]; then
  echo "::error::the files of $STACK are not those that were synthesised for it; another job of this run has replaced them"
  exit 1
fi
