package permissions

import "slices"

// containers: aws_ecs_cluster, aws_ecs_cluster_capacity_providers, aws_ecs_task_definition, aws_ecs_service, aws_appautoscaling_target,
// aws_appautoscaling_policy, aws_appautoscaling_scheduled_action.
func containers() part {
	return part{
		service: Containers, needs: []Service{SecurityGroups, Logs, Monitoring}, passTo: []string{"ecs-tasks"},
		linked: []string{"ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com"}, byApply: true,
		grants: func(s Scope) []grant {
			targets := []string{s.Regional("application-autoscaling", "scalable-target/*")}
			return []grant{
				{
					// Task definitions are looked up and given up without naming them.
					name: "ContainersAll", on: []string{"*"}, when: s.inRegion(),
					read: append(of("ecs", "DescribeTaskDefinition"),
						of("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions")...),
					write: of("ecs", "DeregisterTaskDefinition"),
				},
				{
					name: "Containers", on: s.named("ecs", "cluster/", "service/*/", "task-definition/"),
					read: of("ecs", "DescribeClusters DescribeServices ListTagsForResource"),
					write: of("ecs", `CreateCluster CreateService DeleteCluster DeleteService PutClusterCapacityProviders RegisterTaskDefinition TagResource
						UntagResource UpdateCluster UpdateClusterSettings UpdateService`),
				},
				{
					// What Application Auto Scaling keeps of a service is named by a random id.
					name: "ServiceScaling", on: targets, read: of("application-autoscaling", "ListTagsForResource"),
					write: of("application-autoscaling", `DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction
						RegisterScalableTarget TagResource UntagResource`),
				},
			}
		},
		workloads: slices.Concat(useKeys(), imageReads(), []string{"ec2:Describe*", "ecs:DescribeTaskDefinition", "ssmmessages:*"}),
		own:       []string{"ecs:*", "secretsmanager:Get*", "ssm:GetParameter*"},
		// Secrets that RDS keeps are named by RDS; their own database's name is not in theirs. Parameters have the prefix for a folder.
		ownOn: func(s Scope) []string {
			return []string{
				s.Regional("ecs", "*/"+s.Prefix+"-*"), s.Regional("secretsmanager", "secret:"+s.Prefix+"-*"), s.Regional("secretsmanager", "secret:rds!*"),
				s.Regional("ssm", "parameter/"+s.Prefix+"/*"),
			}
		},
	}
}

// loadBalancers: aws_lb, aws_lb_listener, aws_lb_listener_rule, aws_lb_target_group, aws_acm_certificate, aws_acm_certificate_validation,
// aws_route53_record, aws_wafv2_web_acl, aws_wafv2_web_acl_association.
func loadBalancers() part {
	return part{
		service: LoadBalancers, needs: []Service{SecurityGroups, Monitoring}, linked: []string{"elasticloadbalancing.amazonaws.com"}, byApply: true,
		grants: func(s Scope) []grant {
			balancers := s.named("elasticloadbalancing", "listener-rule/*/", "listener/*/", "loadbalancer/*/", "targetgroup/")
			certificates := []string{s.Regional("acm", "certificate/*")}
			firewalls := s.named("wafv2", "regional/webacl/")
			return []grant{
				{
					name: "LoadBalancersAll", on: []string{"*"}, when: s.inRegion(),
					read: append(of("elasticloadbalancing", `DescribeListenerAttributes DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes
						DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth DescribeCapacityReservation`),
						of("ec2", "DescribeAvailabilityZones DescribeInternetGateways DescribeSubnets")...),
				},
				{
					name: "LoadBalancers", on: balancers,
					write: of("elasticloadbalancing", `AddTags CreateListener CreateLoadBalancer CreateRule CreateTargetGroup DeleteListener DeleteLoadBalancer DeleteRule
						DeleteTargetGroup ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes
						RemoveTags SetIpAddressType SetRulePriorities SetSecurityGroups SetSubnets`),
				},
				// A certificate has no ARN before it is there.
				{name: "CertificatesCreate", on: []string{"*"}, when: s.inRegion(), write: of("acm", "RequestCertificate"), whenWriting: s.asOurs()},
				{name: "Certificates", on: certificates, read: of("acm", "DescribeCertificate ListTagsForCertificate"), write: of("acm", "AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate UpdateCertificateOptions"), whenWriting: s.ours()},
				{
					name: "Zones", on: s.zones(), read: of("route53", "GetHostedZone ListResourceRecordSets"), write: of("route53", "ChangeResourceRecordSets"),
				},
				// Records are changed by requests with random ids.
				{name: "ZonesChanges", on: []string{"arn:" + s.Partition + ":route53:::change/*"}, read: of("route53", "GetChange")},
				{
					name: "Firewalls", on: firewalls, read: of("wafv2", "GetWebACL ListTagsForResource"),
					write: of("wafv2", "AssociateWebACL CreateWebACL DeleteWebACL TagResource UntagResource UpdateWebACL"),
				},
				{
					name: "FirewallsOfBalancers", on: append(s.named("elasticloadbalancing", "loadbalancer/app/"), s.Regional("wafv2", "regional/managedruleset/*/*")),
					read: of("wafv2", "GetWebACLForResource"), write: of("wafv2", "AssociateWebACL CreateWebACL DisassociateWebACL UpdateWebACL"),
				},
				{name: "FirewallsOnBalancers", on: []string{"*"}, when: s.inRegion(), write: of("elasticloadbalancing", "SetWebAcl")},
				// The load balancer asks for the client's secret with the permission of who makes the rule.
				{name: "SignIn", on: []string{s.Regional("cognito-idp", "userpool/*")}, write: of("cognito-idp", "DescribeUserPoolClient")},
			}
		},
	}
}

// databases: aws_db_instance, aws_rds_cluster, aws_rds_cluster_instance, aws_db_subnet_group, aws_db_parameter_group,
// aws_rds_cluster_parameter_group, and the secrets of master passwords, which RDS makes and keeps.
func databases() part {
	return part{
		service: Databases, needs: []Service{SecurityGroups, Logs, Encryption, Monitoring}, linked: []string{"rds.amazonaws.com"}, byApply: true,
		grants: func(s Scope) []grant {
			secrets := []string{s.Regional("secretsmanager", "secret:rds!*")}
			return []grant{
				{
					// One pattern for clusters, instances, snapshots and their groups, because a role has little room.
					name: "Databases", on: []string{s.Regional("rds", "*:"+s.Prefix+"-*")},
					read: of("rds", `DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusters DescribeDBParameterGroups
						DescribeDBParameters DescribeDBSubnetGroups ListTagsForResource`),
					write: of("rds", `AddTagsToResource CreateDBCluster CreateDBClusterParameterGroup CreateDBClusterSnapshot CreateDBInstance CreateDBParameterGroup
						CreateDBSnapshot CreateDBSubnetGroup DeleteDBCluster DeleteDBClusterParameterGroup DeleteDBInstance DeleteDBParameterGroup DeleteDBSubnetGroup
						ModifyDBCluster ModifyDBClusterParameterGroup ModifyDBInstance ModifyDBParameterGroup ModifyDBSubnetGroup RebootDBInstance
						RemoveTagsFromResource ResetDBClusterParameterGroup ResetDBParameterGroup`),
				},
				// Both have an option group, AWS's own where none is given.
				{name: "DatabaseOptions", on: []string{s.Regional("rds", "og:default:*")}, write: of("rds", "CreateDBCluster CreateDBInstance")},
				// The provider asks for every cluster whether it belongs to a global one, and names none. It looks for an instance among all, by an
				// id that RDS gave it.
				{
					name: "DatabasesAll", on: []string{s.Global("rds", "global-cluster:*"), s.Regional("rds", "db:*")},
					read: of("rds", "DescribeDBInstances DescribeGlobalClusters"),
				},
				{
					// RDS names them, and makes them with the permission of who makes the database.
					name: "MasterPasswords", on: secrets, read: of("secretsmanager", "DescribeSecret"),
					write: of("secretsmanager", "CancelRotateSecret CreateSecret RotateSecret TagResource"),
				},
			}
		},
	}
}

// secrets: aws_secretsmanager_secret, aws_secretsmanager_secret_rotation. No deployment reads a value or puts one in.
func secrets() part {
	return part{
		service: Secrets, needs: []Service{Encryption},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "Secrets", on: s.named("secretsmanager", "secret:"), read: of("secretsmanager", "DescribeSecret GetResourcePolicy"),
				write: of("secretsmanager", "CancelRotateSecret CreateSecret DeleteSecret RotateSecret TagResource UntagResource UpdateSecret"),
			}}
		},
		own: of("secretsmanager", "Get*"), ownOn: func(s Scope) []string { return s.named("secretsmanager", "secret:") },
	}
}

// zones are the hosted zones in which the deployment may keep records.
func (s Scope) zones() []string {
	if len(s.HostedZones) == 0 {
		return []string{"arn:" + s.Partition + ":route53:::hostedzone/*"}
	}
	var out []string
	for _, id := range s.HostedZones {
		out = append(out, "arn:"+s.Partition+":route53:::hostedzone/"+id)
	}
	return sorted(out)
}
