cd "stacks/$STACK"
outputs=$(terraform output -json)
export DASHBOARDS="$PWD/dashboards"
set -- "$(jq --raw-output .grafana_workspace_id.value <<< "$outputs")" "$GRAFANA_REGION" "$(jq --raw-output '.prometheus_endpoint.value // ""' <<< "$outputs")"
