// Package leftovers finds what Kubernetes has made in AWS beside Terraform, which would keep a network from being destroyed. It is pure Go.
package leftovers

import _ "embed"

// Script looks for load balancers with their security groups and network interfaces, instances of Karpenter and volumes of a cluster, by the
// tags of who makes them, and fails where it finds some. It is bash, needs the AWS CLI, and only reads: tag:GetResources and ec2:Describe*.
//
//go:embed leftovers.sh
var Script string
