package permissions

// serving: what the operator does that hands the password of the database to pods. All else that models on a cluster need beside it are
// parts of their own.
func serving() part {
	return part{
		service: Serving, needs: []Service{Cluster, LoadBalancers, Databases},
		grants: func(Scope) []grant { return nil },
		own:    of("secretsmanager", "Get*"), ownOn: func(s Scope) []string { return []string{s.Regional("secretsmanager", "secret:rds!*")} },
	}
}
