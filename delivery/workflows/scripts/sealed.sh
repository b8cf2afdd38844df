cd "stacks/$STACK"
found=$(find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum | cut --delimiter=' ' --fields=1)
if [ "$found" != "$DIGEST" ]; then
  echo "::error::the files of $STACK are not those that were synthesised for it; another job of this run has replaced them"
  exit 1
fi
