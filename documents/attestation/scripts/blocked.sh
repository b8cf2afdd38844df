# The findings that stop an image: as severe as FAIL_ON or more, and without an exception that still holds.
blocked() {
  jq --arg on "$FAIL_ON" --arg image "$1" --arg today "$(date --utc +%F)" --argjson exceptions "$EXCEPTIONS" '
    ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as $order
    | ($on | ascii_upcase) as $on
    | [.[] | . as $finding | select($on != "NONE")
      | select(($order | index($finding.severity)) as $at | $at == null or $at >= ($order | index($on)))
      | select(any($exceptions[]; .id == $finding.id and ((.image // $image) == $image) and .until >= $today) | not)
      | . + {expired: [$exceptions[] | select(.id == $finding.id and ((.image // $image) == $image)) | .until][0]}]
    | unique_by(.id)'
}
# A line for each of them.
tell() { jq --raw-output --arg image "$1" '.[] | "\($image): \(.id), \(.severity)\(if .expired then ", whose exception ended on \(.expired)" else "" end)"'; }
