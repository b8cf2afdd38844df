# Vulnerabilities that are known of Go and of the modules, and that the code reaches.
govulncheck=(go run golang.org/x/vuln/cmd/govulncheck@v1.9.0)
if ! curl --fail --silent --max-time 20 --output /dev/null https://vuln.go.dev/index/db.json; then
  # The same database is a Go module too, which is some days older.
  module=$(cd "$(mktemp -d)" && go mod download -json golang.org/x/vulndb@latest) || true
  folder=$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' <<< "$module")
  if [ -z "$folder" ]; then
    echo "::warning::not checked for known vulnerabilities: neither https://vuln.go.dev nor the Go module golang.org/x/vulndb is in reach"
    exit 0
  fi
  echo "https://vuln.go.dev is not in reach; the database is $(basename "$folder")."
  govulncheck+=(-db "file://$folder/data/osv")
fi
"${govulncheck[@]}" ./...
