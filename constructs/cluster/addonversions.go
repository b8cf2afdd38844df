package cluster

// pinned are the add-on versions that belong to each Kubernetes version. An add-on without a version would get EKS's
// default of the day, which differs between two environments that are made a week apart.
//
// AWS lists versions by an API call only. These were read together, for their Kubernetes version, in public
// configurations and in AWS's documentation, and are not the newest: builds follow every few weeks. See
//
//	aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name vpc-cni
//
// and set Addon.Version to move ahead of this table.
// https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html
// https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html
// https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html
var pinned = map[string]map[string]string{
	"1.34": {
		"vpc-cni":                "v1.21.1-eksbuild.1",
		"kube-proxy":             "v1.34.1-eksbuild.2",
		"coredns":                "v1.12.4-eksbuild.1",
		"eks-pod-identity-agent": "v1.3.10-eksbuild.2",
		"aws-ebs-csi-driver":     "v1.54.0-eksbuild.1",
		"metrics-server":         "v0.9.0-eksbuild.5",
	},
	"1.35": {
		"vpc-cni":                "v1.21.1-eksbuild.7",
		"kube-proxy":             "v1.35.3-eksbuild.2",
		"coredns":                "v1.13.2-eksbuild.4",
		"eks-pod-identity-agent": "v1.3.10-eksbuild.3",
		"aws-ebs-csi-driver":     "v1.58.0-eksbuild.1",
		"metrics-server":         "v0.9.0-eksbuild.5",
	},
	"1.36": {
		"vpc-cni":                "v1.22.4-eksbuild.3",
		"kube-proxy":             "v1.36.0-eksbuild.25",
		"coredns":                "v1.14.3-eksbuild.23",
		"eks-pod-identity-agent": "v1.3.10-eksbuild.3",
		"aws-ebs-csi-driver":     "v1.66.0-eksbuild.1",
		"metrics-server":         "v0.9.0-eksbuild.11",
	},
}

// pinnedForAll are versions of add-ons that have the same builds for every Kubernetes version here. Builds appear region by
// region, so these are some that every region has had for months.
var pinnedForAll = map[string]string{
	"amazon-cloudwatch-observability": "v6.2.0-eksbuild.1",
	"aws-mountpoint-s3-csi-driver":    "v2.6.0-eksbuild.1",
	"cert-manager":                    "v1.19.3-eksbuild.2",
	"external-dns":                    "v0.20.0-eksbuild.3",
	"kube-state-metrics":              "v2.18.0-eksbuild.1",
	"prometheus-node-exporter":        "v1.10.2-eksbuild.8",
	"snapshot-controller":             "v8.5.0-eksbuild.3",
}
