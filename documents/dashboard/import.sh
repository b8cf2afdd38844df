#!/usr/bin/env bash
# Puts the dashboards beside this file, and the data sources that they ask, into a workspace of Amazon Managed Grafana:
#
#   import.sh WORKSPACE_ID REGION [PROMETHEUS_ENDPOINT]
#
# DASHBOARDS names another folder than that of this file. What is there already under the same names is replaced, all else stays. It needs aws, curl and jq, and permissions to make a service
# account of the workspace. The account and its token are gone when it ends.
set -euo pipefail
if [ $# -lt 2 ]; then echo "usage: import.sh WORKSPACE_ID REGION [PROMETHEUS_ENDPOINT]" >&2; exit 2; fi
workspace=$1 region=$2 prometheus=${3:-}
folder=${DASHBOARDS:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
for program in aws curl jq; do
  command -v "$program" >/dev/null || { echo "$program is not installed; install it and try again" >&2; exit 1; }
done

grafana() { aws grafana "$@" --workspace-id "$workspace" --region "$region" --output text; }
host=$(grafana describe-workspace --query workspace.endpoint)
account=$(grafana create-workspace-service-account --grafana-role ADMIN --name "import-$(date +%s)-$$" --query id)
trap 'grafana delete-workspace-service-account --service-account-id "$account" >/dev/null' EXIT
token=$(grafana create-workspace-service-account-token --service-account-id "$account" --name import --seconds-to-live 600 --query serviceAccountToken.key)

# ask METHOD PATH: sends what comes in, and prints the answer. The token stays out of the list of processes.
ask() {
  curl --silent --show-error --fail-with-body --max-time 60 --retry 3 --request "$1" --header 'Content-Type: application/json' \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$token") --data-binary @- "https://$host/api/$2"
}

# source_of UID: makes the data source, or brings it up to date.
source_of() {
  if ask GET "datasources/uid/$1" </dev/null >/dev/null 2>&1; then
    ask PUT "datasources/uid/$1" >/dev/null
  else
    ask POST datasources >/dev/null
  fi
  echo "data source $1"
}

jq -n --arg region "$region" '{uid: "cloudwatch", name: "CloudWatch", type: "cloudwatch", access: "proxy", jsonData: {authType: "workspace-iam-role", defaultRegion: $region}}' |
  source_of cloudwatch
if [ -n "$prometheus" ]; then
  jq -n --arg region "$region" --arg url "$prometheus" '{uid: "prometheus", name: "Prometheus", type: "prometheus", access: "proxy", isDefault: true, url: $url,
    jsonData: {httpMethod: "POST", sigV4Auth: true, sigV4AuthType: "workspace-iam-role", sigV4Region: $region}}' | source_of prometheus
fi
for file in "$folder"/*.json; do
  [ -e "$file" ] || continue
  jq '{dashboard: ., overwrite: true}' "$file" | ask POST dashboards/db >/dev/null
  echo "dashboard $(basename "$file" .json)"
done
