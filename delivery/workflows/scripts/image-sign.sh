# Who built the image, from which commit.
jq --null-input --arg builder "$BUILDER" --arg url "https://github.com/$GITHUB_REPOSITORY" --arg commit "$GITHUB_SHA" --arg ref "$GITHUB_REF" --arg run "$RUN" '{
    buildDefinition: {
      buildType: "https://actions.github.io/buildtypes/workflow/v1",
      externalParameters: {workflow: {ref: $ref, repository: $url, path: ".github/workflows/images.yml"}},
      resolvedDependencies: [{uri: "git+\($url)@\($ref)", digest: {gitCommit: $commit}}]
    },
    runDetails: {builder: {id: $builder}, metadata: {invocationId: $run}}
  }' > "$RUNNER_TEMP/attestations/provenance.json"
attest() {
  local name=$1 type=$2
  jq --compact-output --arg name "$REGISTRY/$REPOSITORY" --arg digest "${DIGEST#sha256:}" --arg type "$type" \
    '{_type: "https://in-toto.io/Statement/v1", subject: [{name: $name, digest: {sha256: $digest}}], predicateType: $type, predicate: .}' \
    "$RUNNER_TEMP/attestations/$name.json" > "$RUNNER_TEMP/statement.json"
  signed_digest "$RUNNER_TEMP/statement.json" > "$RUNNER_TEMP/digest"
  signature=$(aws kms sign --key-id "$KEY" --message "fileb://$RUNNER_TEMP/digest" --message-type DIGEST --signing-algorithm ECDSA_SHA_256 --query Signature --output text)
  base64 --wrap=0 "$RUNNER_TEMP/statement.json" > "$RUNNER_TEMP/payload"
  jq --null-input --rawfile payload "$RUNNER_TEMP/payload" --arg type "$payload_type" --arg key "$KEY" --arg signature "$signature" \
    '{payloadType: $type, payload: $payload, signatures: [{keyid: $key, sig: $signature}]}' > "$RUNNER_TEMP/envelope.json"
  aws s3api put-object --bucket "$BUCKET" --key "attestations/$REPOSITORY/$DIGEST/$name.json" --body "$RUNNER_TEMP/envelope.json" --content-type application/json > /dev/null
  echo "s3://$BUCKET/attestations/$REPOSITORY/$DIGEST/$name.json" | tee --append "$GITHUB_STEP_SUMMARY"
}
attest sbom https://spdx.dev/Document
attest vulnerabilities https://in-toto.io/attestation/vulns/v0.1
# The last one: without it, nothing is deployed.
attest provenance https://slsa.dev/provenance/v1
