unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
  echo "::error::not formatted, run gofmt -w: ${unformatted//$'\n'/ }"
  exit 1
fi
go vet ./...
