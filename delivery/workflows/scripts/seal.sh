# All jobs of a run share its artifacts, and here each job runs the code of another commit. None of them can change what
# this one says of its own files.
cd "cdktf.out/stacks/$STACK"
digest=$(find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum | cut --delimiter=' ' --fields=1)
echo "digest=$digest" >> "$GITHUB_OUTPUT"
