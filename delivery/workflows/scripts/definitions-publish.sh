# DIR/<environment>/<pipeline>.json becomes <pipeline>/<commit>.json. What is stored once is never replaced.
stored=0
for file in definitions/*/*.json; do
  key="$(basename "$file" .json)/$GITHUB_SHA.json"
  if problem=$(aws s3api put-object --bucket "$BUCKET" --key "$key" --body "$file" --content-type application/json --if-none-match '*' 2>&1); then
    echo "s3://$BUCKET/$key" | tee --append "$GITHUB_STEP_SUMMARY"
  elif grep --quiet PreconditionFailed <<< "$problem"; then
    echo "s3://$BUCKET/$key is there already."
  else
    echo "$problem"
    exit 1
  fi
  stored=$((stored + 1))
done
echo "$stored definitions are stored."
