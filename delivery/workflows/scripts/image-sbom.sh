# What is in the image, in SPDX. The program that looks has neither credentials of AWS nor a login to the registry.
trap 'docker logout "$REGISTRY"' EXIT
aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
docker pull --quiet "$REGISTRY/$REPOSITORY@$DIGEST"
docker logout "$REGISTRY"
docker save --output "$RUNNER_TEMP/image.tar" "$REGISTRY/$REPOSITORY@$DIGEST"
mkdir -p "$RUNNER_TEMP/attestations"
# Go compares what it builds with its database of checksums.
env --unset AWS_ACCESS_KEY_ID --unset AWS_SECRET_ACCESS_KEY --unset AWS_SESSION_TOKEN SYFT_CHECK_FOR_APP_UPDATE=false \
  go run github.com/anchore/syft/cmd/syft@v1.57.1 scan "docker-archive:$RUNNER_TEMP/image.tar" --source-name "$REPOSITORY" --source-version "$DIGEST" \
  --output "spdx-json=$RUNNER_TEMP/attestations/sbom.json"
rm -f "$RUNNER_TEMP/image.tar"
