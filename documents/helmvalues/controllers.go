package helmvalues

// LoadBalancerControllerValues are those of the AWS Load Balancer Controller, which here registers pods at target groups and makes no
// load balancers. https://github.com/aws/eks-charts/blob/master/stable/aws-load-balancer-controller/values.yaml
type LoadBalancerControllerValues struct {
	ClusterName string `json:"clusterName"`
	// Region and VPCID must be given where pods do not reach the metadata of their node.
	Region         string  `json:"region"`
	VPCID          string  `json:"vpcId"`
	ServiceAccount Account `json:"serviceAccount"`
	ReplicaCount   int     `json:"replicaCount"`
	Extra          Values  `json:"-"`
}

// Values for Helm. No ingress class is made, no service becomes a load balancer without being told, and nothing of WAF or Shield is
// asked for.
func (v LoadBalancerControllerValues) Values() Values {
	values := written(v, nil)
	return merge(merge(values, Values{
		"createIngressClassResource": false, "enableServiceMutatorWebhook": false, "enableShield": false, "enableWaf": false, "enableWafv2": false,
		"resources": Values{"requests": Values{"cpu": "100m", "memory": "128Mi"}, "limits": Values{"memory": "256Mi"}},
	}), v.Extra)
}

// ExternalSecretsValues are those of the External Secrets Operator.
// https://github.com/external-secrets/external-secrets/blob/main/deploy/charts/external-secrets/values.yaml
type ExternalSecretsValues struct {
	ServiceAccount Account `json:"serviceAccount"`
	ReplicaCount   int     `json:"replicaCount"`
	Extra          Values  `json:"-"`
}

// Values for Helm. The kinds of whole clusters that push secrets out of the cluster are off.
func (v ExternalSecretsValues) Values() Values {
	return merge(merge(written(v, nil), Values{
		"installCRDs": true, "leaderElect": v.ReplicaCount > 1, "processClusterPushSecret": false, "processPushSecret": false,
		"resources": Values{"requests": Values{"cpu": "50m", "memory": "128Mi"}, "limits": Values{"memory": "256Mi"}},
	}), v.Extra)
}

// KEDAValues are those of KEDA, which scales by events and schedules. https://github.com/kedacore/charts/blob/main/keda/values.yaml
type KEDAValues struct {
	// Region is that of metrics in AWS.
	Region string
	Extra  Values
}

// Values for Helm.
func (v KEDAValues) Values() Values {
	values := Values{"crds": Values{"install": true}}
	if v.Region != "" {
		values["env"] = []any{Values{"name": "AWS_REGION", "value": v.Region}}
	}
	return merge(values, v.Extra)
}

// KarpenterValues are those of Karpenter. https://github.com/aws/karpenter-provider-aws/blob/main/charts/karpenter/values.yaml
type KarpenterValues struct {
	Settings       KarpenterSettings `json:"settings"`
	ServiceAccount Account           `json:"serviceAccount"`
	Replicas       int               `json:"replicas"`
	Extra          Values            `json:"-"`
}

// KarpenterSettings say which cluster it makes nodes for.
type KarpenterSettings struct {
	ClusterName       string `json:"clusterName"`
	InterruptionQueue string `json:"interruptionQueue"`
}

// Values for Helm.
func (v KarpenterValues) Values() Values {
	return merge(merge(written(v, nil), Values{
		"controller": Values{"resources": Values{"requests": Values{"cpu": "250m", "memory": "512Mi"}, "limits": Values{"memory": "1Gi"}}},
	}), v.Extra)
}

// EnvoyGatewayValues are those of Envoy Gateway. https://gateway.envoyproxy.io/docs/install/gateway-helm-api/
type EnvoyGatewayValues struct{ Extra Values }

// Values for Helm: the chart's own.
func (v EnvoyGatewayValues) Values() Values { return merge(Values{}, v.Extra) }

// IstioValues are those of istiod. https://github.com/istio/istio/blob/1.27.1/manifests/charts/istio-control/istio-discovery/values.yaml
type IstioValues struct{ Extra Values }

// Values for Helm: no telemetry leaves, and access logs go to the pods' own output.
func (v IstioValues) Values() Values {
	return merge(Values{
		"meshConfig": Values{"accessLogFile": "/dev/stdout", "enableTracing": false},
		"pilot":      Values{"resources": Values{"requests": Values{"cpu": "200m", "memory": "512Mi"}}},
	}, v.Extra)
}

// IstioGatewayValues are those of an Istio ingress gateway behind a load balancer of Terraform.
// https://github.com/istio/istio/blob/1.27.1/manifests/charts/gateway/values.yaml
type IstioGatewayValues struct{ Extra Values }

// Values for Helm.
func (v IstioGatewayValues) Values() Values {
	return merge(Values{"service": Values{"type": "ClusterIP"}, "labels": Values{"istio": "ingressgateway", "app": "istio-ingressgateway"}}, v.Extra)
}
