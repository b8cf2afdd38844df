package permissions

// serving: what the operator does that hands the password of the database to pods, and the look for what is left of it all. All else that models on a cluster need beside it are
// parts of their own.
func serving() part {
	return part{
		service: Serving, needs: []Service{Cluster, LoadBalancers, Databases},
		grants: func(s Scope) []grant {
			return []grant{{
				// What Kubernetes has left is looked for before the network goes. See systems/leftovers.
				name: "Leftovers", on: []string{"*"}, when: s.inRegion(),
				read: append(of("ec2", "DescribeInstances DescribeNetworkInterfaces DescribeSecurityGroups DescribeVolumes"), "tag:GetResources"),
			}}
		},
		own: of("secretsmanager", "Get*"), ownOn: func(s Scope) []string { return []string{s.Regional("secretsmanager", "secret:rds!*")} },
	}
}
