# Each image of the stack was built by the workflow of the default branch, has a list of what is in it, and nothing in it is known to be
# vulnerable but for what has an exception. Who could change an attestation could not sign it.
work=$(mktemp -d)
refuse() {
  echo "::error::$1" >&2
  exit 1
}
# The statement about an image, in $work/statement.json.
statement() {
  local repository=$1 digest=$2 name=$3 type=$4
  if ! aws s3api get-object --region "$REGION" --bucket "$BUCKET" --key "attestations/$repository/$digest/$name.json" "$work/envelope.json" > /dev/null 2> "$work/problem"; then
    cat "$work/problem" >&2
    refuse "$repository@$digest has no attestation $name. Only images that $BUILDER built may be deployed; run the workflow images"
  fi
  jq --join-output .payload "$work/envelope.json" | base64 --decode > "$work/statement.json"
  jq --join-output '.signatures[0].sig' "$work/envelope.json" | base64 --decode > "$work/signature"
  signed_digest "$work/statement.json" > "$work/digest"
  if [ "$(aws kms verify --region "$REGION" --key-id "$KEY" --message "fileb://$work/digest" --message-type DIGEST --signature "fileb://$work/signature" \
    --signing-algorithm ECDSA_SHA_256 --query SignatureValid --output text)" != True ]; then
    refuse "the attestation $name of $repository@$digest is not signed by $KEY"
  fi
  if ! jq --exit-status --arg digest "${digest#sha256:}" --arg type "$type" '.predicateType == $type and any(.subject[]; .digest.sha256 == $digest)' "$work/statement.json" > /dev/null; then
    refuse "the attestation $name of $repository@$digest is about something else"
  fi
}
images=$(jq --raw-output '.output.image_digests.value // {} | [.[]] | unique[]' "$STACK_FILE")
for image in $images; do
  repository=${image%@*} digest=${image#*@}
  statement "$repository" "$digest" provenance https://slsa.dev/provenance/v1
  built_by=$(jq --raw-output .predicate.runDetails.builder.id "$work/statement.json")
  if [ "$built_by" != "$BUILDER" ]; then refuse "$image was built by $built_by and not by $BUILDER"; fi
  statement "$repository" "$digest" sbom https://spdx.dev/Document
  statement "$repository" "$digest" vulnerabilities https://in-toto.io/attestation/vulns/v0.1
  stop=$(jq '[.predicate.scanner.result[] | {id, severity: .severity[0].score}]' "$work/statement.json" | blocked "${repository#*/}")
  if [ "$stop" != '[]' ]; then
    tell "$repository" <<< "$stop" >&2
    refuse "$image has vulnerabilities that stop it; build it anew without them, or write exceptions with an end into operations.imageTrust"
  fi
  echo "$image is what $BUILDER built."
done
