#!/usr/bin/env bash
# What Kubernetes has made in AWS for a cluster and would keep its network from being destroyed: load balancers, their security groups and
# network interfaces, volumes, instances of Karpenter. Terraform knows nothing of them.
#
#   leftovers.sh CLUSTER VPC REGION
#
# Run it after the stack with the software of the cluster was destroyed, and before that of the cluster. It only looks, and fails where it
# finds something, or where it cannot look.
set -euo pipefail
if [ $# -ne 3 ]; then echo "usage: leftovers.sh CLUSTER VPC REGION" >&2; exit 2; fi
cluster=$1 vpc=$2 region=$3
found=0

# look WHAT WAY_OUT COMMAND...: prints what the command finds, one a line.
look() {
  local what=$1 way=$2 lines
  shift 2
  lines=$("$@" --region "$region" --output text)
  lines=$(tr -s '\t ' '\n' <<<"$lines" | sed '/^$/d; /^None$/d')
  if [ -z "$lines" ]; then return; fi
  found=1
  echo "$what of the cluster $cluster:"
  while IFS= read -r line; do echo "  $line"; done <<<"$lines"
  echo "  -> $way"
}

# The controllers put these tags on what they make: the AWS Load Balancer Controller the first one, the cloud provider the second.
for tag in "elbv2.k8s.aws/cluster=$cluster" "kubernetes.io/cluster/$cluster=owned"; do
  look "load balancers" "kubectl get services,ingresses,gateways --all-namespaces shows whose they are: delete those objects while the cluster is there" \
    aws resourcegroupstaggingapi get-resources --resource-type-filters elasticloadbalancing:loadbalancer elasticloadbalancing:targetgroup \
    --tag-filters "Key=${tag%=*},Values=${tag#*=}" --query 'ResourceTagMappingList[].ResourceARN'
  look "security groups" "delete them when their load balancers are gone" \
    aws ec2 describe-security-groups --filters "Name=vpc-id,Values=$vpc" "Name=tag:${tag%=*},Values=${tag#*=}" \
    --query "SecurityGroups[?!starts_with(GroupName, 'eks-cluster-sg-')].GroupId"
done
look "network interfaces of load balancers that no stack made" "they go with their load balancers" \
  aws ec2 describe-network-interfaces --filters "Name=vpc-id,Values=$vpc" 'Name=description,Values=ELB *k8s-*' --query 'NetworkInterfaces[].NetworkInterfaceId'
look "instances of Karpenter" "kubectl delete nodepools --all, and wait until kubectl get nodeclaims shows none" \
  aws ec2 describe-instances --filters "Name=tag:eks:eks-cluster-name,Values=$cluster" 'Name=tag-key,Values=karpenter.sh/nodepool' \
  'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId'
look "volumes" "keep or delete them: aws ec2 delete-volume. They cost, and hinder nothing" \
  aws ec2 describe-volumes --filters "Name=tag:kubernetes.io/cluster/$cluster,Values=owned" 'Name=status,Values=available' --query 'Volumes[].VolumeId'

if [ "$found" = 0 ]; then echo "Kubernetes has left nothing of the cluster $cluster"; fi
exit "$found"
