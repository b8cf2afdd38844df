found() {
  aws ecr describe-images --repository-name "$REPOSITORY" --image-ids imageTag="$GITHUB_SHA" --query 'imageDetails[0].imageDigest' --output text
}
reference="$REGISTRY/$REPOSITORY:$GITHUB_SHA"
new=false
if digest=$(found 2> "$RUNNER_TEMP/problem"); then
  echo "$reference is there already."
elif ! grep --quiet ImageNotFoundException "$RUNNER_TEMP/problem"; then
  cat "$RUNNER_TEMP/problem"
  exit 1
else
  trap 'docker logout "$REGISTRY"' EXIT
  aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
  # Lambda and SageMaker run images of one platform, without attestations beside them, and SageMaker's models no manifests of OCI.
  docker buildx build --platform "$PLATFORM" --provenance=false --sbom=false --label "org.opencontainers.image.revision=$GITHUB_SHA" \
    --output "type=image,name=$reference,push=true,oci-mediatypes=false" "images/$IMAGE"
  digest=$(found)
  new=true
fi
printf 'digest=%s\nnew=%s\n' "$digest" "$new" >> "$GITHUB_OUTPUT"
{
  echo "### $IMAGE"
  echo "Commit $GITHUB_SHA is \`$REGISTRY/$REPOSITORY@$digest\`. An environment uses it with this in its file:"
  echo '```yaml'
  echo "image: { repository: $IMAGE, digest: \"$digest\" }"
  echo '```'
} | tee --append "$GITHUB_STEP_SUMMARY"
