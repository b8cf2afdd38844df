# All jobs of a run share its artifacts, and here each job runs the code of another commit. None of them can change what
# this one says of its own files.
cd "cdktf.out/stacks/$STACK"
echo "digest=$(digest)" >> "$GITHUB_OUTPUT"
