package helmvalues

import (
	"cmp"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
)

// KServeValues are those of KServe's controller. https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-resources/values.yaml
type KServeValues struct {
	// Mode is how KServe runs predictors.
	Mode inferenceservice.Mode
	// Domain is that of models: <name>-<namespace>.<domain>.
	Domain string
	// Gateway is namespace/name of the gateway of the Gateway API that leads to models. Standard mode only.
	Gateway string
	Extra   Values
}

// Values for Helm. Gateways are made beside the chart, and routes by KServe. In Knative mode the gateways are those of Knative.
func (v KServeValues) Values() Values {
	gateway := Values{"domain": v.Domain, "urlScheme": "https"}
	if v.Mode == inferenceservice.Standard {
		gateway["disableIstioVirtualHost"] = true
		gateway["ingressGateway"] = Values{"enableGatewayApi": true, "createGateway": false, "kserveGateway": v.Gateway}
	}
	return merge(Values{"kserve": Values{"controller": Values{"deploymentMode": string(v.Mode), "gateway": gateway}}}, v.Extra)
}

// MLServerVersion is the version of MLServer that the runtime of MLflow's models gets. The chart's own is older.
const MLServerVersion = "1.7.1"

// KServeRuntimesValues are those of KServe's runtimes.
// https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-runtime-configs/values.yaml
type KServeRuntimesValues struct {
	// MLServer is the version of MLServer. Default: MLServerVersion.
	MLServer string
	Extra    Values
}

// Values for Helm. Runtimes are off by the chart's default, without which no model finds one.
func (v KServeRuntimesValues) Values() Values {
	v.MLServer = cmp.Or(v.MLServer, MLServerVersion)
	return merge(Values{"kserve": Values{"servingruntime": Values{"enabled": true, "mlserver": Values{"tag": v.MLServer}}}}, v.Extra)
}
