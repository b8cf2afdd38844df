# What ECR knows of the image. A scan that was made on the push is waited for.
if [ "$NEW" != true ]; then
  # A newer look, once a day at most. Where scanning goes on by itself, AWS refuses it.
  aws ecr start-image-scan --repository-name "$REPOSITORY" --image-id imageDigest="$DIGEST" > /dev/null 2>&1 || true
fi
status=none
for _ in {1..90}; do
  status=$(aws ecr describe-image-scan-findings --repository-name "$REPOSITORY" --image-id imageDigest="$DIGEST" --query imageScanStatus.status \
    --max-items 1 --output text 2> "$RUNNER_TEMP/problem" | head -n 1) || status=none
  case "$status" in
    COMPLETE | ACTIVE) break ;;
    none | None | PENDING | IN_PROGRESS) sleep "${PAUSE:-10}" ;;
    *) break ;;
  esac
done
if [ "$status" != COMPLETE ] && [ "$status" != ACTIVE ]; then
  cat "$RUNNER_TEMP/problem"
  echo "::error::ECR has not scanned $REPOSITORY@$DIGEST: $status. It is not signed, so that no environment can deploy it; run this again"
  exit 1
fi
mkdir -p "$RUNNER_TEMP/attestations"
aws ecr describe-image-scan-findings --repository-name "$REPOSITORY" --image-id imageDigest="$DIGEST" --output json > "$RUNNER_TEMP/scan.json"
# Basic scanning and that by Inspector tell the same in two ways.
jq '[(.imageScanFindings.findings // [])[] | {id: .name, severity}]
  + [(.imageScanFindings.enhancedFindings // [])[] | select(.status == "ACTIVE" or .status == null) | {id: (.packageVulnerabilityDetails.vulnerabilityId // .title), severity}]
  | unique' "$RUNNER_TEMP/scan.json" > "$RUNNER_TEMP/findings.json"
jq --arg now "$(date --utc +%FT%TZ)" --slurpfile scan "$RUNNER_TEMP/scan.json" '{
    scanner: {uri: "https://aws.amazon.com/ecr/", db: {lastUpdate: ($scan[0].imageScanFindings.vulnerabilitySourceUpdatedAt // null)},
      result: map({id, severity: [{method: "nvd", score: .severity}]})},
    metadata: {scanStartedOn: ($scan[0].imageScanFindings.imageScanCompletedAt // $now), scanFinishedOn: ($scan[0].imageScanFindings.imageScanCompletedAt // $now)}
  }' "$RUNNER_TEMP/findings.json" > "$RUNNER_TEMP/attestations/vulnerabilities.json"
echo "$(jq length "$RUNNER_TEMP/findings.json") findings in $REPOSITORY@$DIGEST" >> "$GITHUB_STEP_SUMMARY"
stop=$(blocked "$IMAGE" < "$RUNNER_TEMP/findings.json")
if [ "$stop" != '[]' ]; then
  tell "$IMAGE" <<< "$stop" | tee --append "$GITHUB_STEP_SUMMARY"
  echo "::error::$IMAGE is not signed, so that no environment can deploy it: build it without these, or write exceptions with an end into operations.imageTrust"
  exit 1
fi
