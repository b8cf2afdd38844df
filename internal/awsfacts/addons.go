package awsfacts

// eksAddons are the EKS add-ons that a cluster may have beside those without which none works.
// https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
// https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html
var eksAddons = []string{
	"amazon-cloudwatch-observability", "cert-manager", "external-dns", "kube-state-metrics", "metrics-server", "prometheus-node-exporter", "snapshot-controller",
}

// EKSAddons are the names of optional add-ons for which every version of EKSVersions has a pinned version, sorted.
func EKSAddons() []string { return append([]string(nil), eksAddons...) }
