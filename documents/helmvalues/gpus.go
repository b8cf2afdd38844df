package helmvalues

// GPUNodes are the nodes with GPUs of NVIDIA, which carry no label of their own: those that Karpenter makes, and those of node groups by their instance types.
type GPUNodes struct {
	// InstanceTypes of node groups, such as g5.xlarge. Default: none, there are nodes of Karpenter alone.
	InstanceTypes []string
}

// affinity chooses the nodes by labels that Karpenter and Kubernetes give them, or by the one that says so.
func (n GPUNodes) affinity() Values {
	term := func(key string, values ...string) Values {
		return Values{"matchExpressions": []any{Values{"key": key, "operator": "In", "values": values}}}
	}
	terms := []any{term("nvidia.com/gpu.present", "true"), term("karpenter.k8s.aws/instance-gpu-manufacturer", "nvidia")}
	if len(n.InstanceTypes) > 0 {
		terms = append(terms, term("node.kubernetes.io/instance-type", n.InstanceTypes...))
	}
	return Values{"nodeAffinity": Values{"requiredDuringSchedulingIgnoredDuringExecution": Values{"nodeSelectorTerms": terms}}}
}

// gpuTaint is what keeps pods without a GPU away.
var gpuTaint = []any{Values{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}}

// NVIDIADevicePluginValues are those of NVIDIA's device plugin, without which Kubernetes knows of no GPU: Amazon Linux 2023 brings the driver alone.
// https://github.com/NVIDIA/k8s-device-plugin/blob/v0.18.0/deployments/helm/nvidia-device-plugin/values.yaml
type NVIDIADevicePluginValues struct {
	Nodes GPUNodes
	Extra Values
}

// Values for Helm.
func (v NVIDIADevicePluginValues) Values() Values {
	return merge(Values{
		"affinity": v.Nodes.affinity(), "tolerations": gpuTaint,
		"resources": Values{"requests": Values{"cpu": "20m", "memory": "64Mi"}, "limits": Values{"memory": "256Mi"}},
	}, v.Extra)
}

// DCGMExporterValues are those of the exporter of GPUs' metrics. https://github.com/NVIDIA/dcgm-exporter/blob/main/deployment/values.yaml
type DCGMExporterValues struct {
	Nodes GPUNodes
	Extra Values
}

// Values for Helm. It is found by its pods, so that no kind of the Prometheus operator is asked for.
func (v DCGMExporterValues) Values() Values {
	return merge(Values{
		"serviceMonitor": Values{"enabled": false}, "affinity": v.Nodes.affinity(), "tolerations": gpuTaint,
		"resources": Values{"requests": Values{"cpu": "50m", "memory": "256Mi"}, "limits": Values{"memory": "1Gi"}},
	}, v.Extra)
}
