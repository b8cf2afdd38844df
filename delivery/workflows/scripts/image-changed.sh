folder="images/$IMAGE"
build=true
if [ ! -d "$folder" ]; then
  echo "::notice::there is no folder $folder, so nothing is built for the repository $REPOSITORY"
  build=false
elif [ -n "${BEFORE//0/}" ] && git cat-file -e "$BEFORE^{commit}" 2> /dev/null && git diff --quiet "$BEFORE" "$GITHUB_SHA" -- "$folder"; then
  echo "$folder is as it was in $BEFORE; nothing is built."
  build=false
fi
echo "build=$build" >> "$GITHUB_OUTPUT"
