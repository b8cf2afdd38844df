package dashboard

import _ "embed"

// ImportScript puts the dashboards beside it, and the data sources that they ask, into a workspace of Amazon Managed Grafana. It is bash,
// and needs aws, curl and jq. Terraform could do it only with a token of Grafana in its state.
//
//go:embed import.sh
var ImportScript string
