# What is signed of a statement: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
payload_type=application/vnd.in-toto+json
signed_digest() {
  { printf 'DSSEv1 %d %s %d ' "${#payload_type}" "$payload_type" "$(wc -c < "$1")"; cat "$1"; } | openssl dgst -sha256 -binary
}
