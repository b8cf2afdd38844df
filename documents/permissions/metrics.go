package permissions

// metrics: aws_prometheus_workspace, aws_prometheus_rule_group_namespace, aws_prometheus_alert_manager_definition, aws_prometheus_scraper,
// aws_grafana_workspace, aws_grafana_role_association, aws_budgets_budget.
//
// Workspaces and scrapers have random ids, so that their tags say whose they are. Namespaces of rules are named, and get no tags from the
// provider.
func metrics() part {
	return part{
		service: Metrics, needs: []Service{Cluster, Monitoring, Notifications}, passedOnce: []string{"grafana"}, byApply: true,
		linked: []string{"grafana.amazonaws.com", "scraper.aps.amazonaws.com"},
		grants: func(s Scope) []grant {
			prometheus := []string{s.Regional("aps", "scraper/*"), s.Regional("aps", "workspace/*")}
			rules := s.named("aps", "rulegroupsnamespace/*/")
			grafana := s.Regional("grafana", "/workspaces/*")
			budgets := []string{s.Global("budgets", "budget/"+s.Prefix+"-*")}
			return []grant{
				{name: "MetricsCreate", on: []string{"*"}, when: s.inRegion(), write: []string{"aps:CreateWorkspace", "grafana:CreateWorkspace"}, whenWriting: s.asOurs()},
				{
					name: "Metrics", on: append(append(rules, prometheus...), grafana),
					read: append(of("aps", "DescribeAlertManagerDefinition DescribeLoggingConfiguration DescribeRuleGroupsNamespace DescribeScraper DescribeWorkspace ListTagsForResource"),
						of("grafana", "DescribeWorkspace DescribeWorkspaceAuthentication DescribeWorkspaceConfiguration ListPermissions ListTagsForResource")...),
				},
				{
					name: "MetricsChange", on: append(prometheus, grafana), whenWriting: s.ours(),
					write: append(of("aps", `CreateAlertManagerDefinition CreateLoggingConfiguration DeleteAlertManagerDefinition DeleteLoggingConfiguration
						DeleteScraper DeleteWorkspace PutAlertManagerDefinition TagResource UntagResource
						UpdateLoggingConfiguration UpdateScraper UpdateWorkspaceAlias`),
						of("grafana", "DeleteWorkspace TagResource UntagResource UpdatePermissions UpdateWorkspace UpdateWorkspaceAuthentication UpdateWorkspaceConfiguration")...),
				},
				{
					// Dashboards are imported with the token of an account of the workspace. Who may make its administrators gains nothing by that.
					name: "MetricsPictures", on: []string{grafana}, whenWriting: s.ours(),
					write: of("grafana", "CreateWorkspaceServiceAccount CreateWorkspaceServiceAccountToken DeleteWorkspaceServiceAccount"),
				},
				{
					// Scrapers are new, and the clusters that are scraped the deployment's own.
					name: "MetricsFill", on: append(s.named("eks", "cluster/"), prometheus[1]), write: of("aps", "CreateScraper"), whenWriting: s.asOurs(),
				},
				{name: "MetricsRules", on: rules, write: of("aps", "CreateRuleGroupsNamespace DeleteRuleGroupsNamespace PutRuleGroupsNamespace")},
				{
					// Errors of rules go to a log group by a delivery, which has no name.
					name: "MetricsLogs", on: []string{"*"}, when: s.inRegion(),
					write: of("logs", "CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery"),
				},
				{
					// Grafana looks up who signs in with the permissions of who makes a workspace. None of this has a resource.
					name: "MetricsSignIn", on: []string{"*"},
					read: append(of("sso", "DescribeRegisteredRegions GetManagedApplicationInstance GetProfile GetSharedSsoConfiguration ListDirectoryAssociations ListProfileAssociations ListProfiles"),
						"organizations:DescribeOrganization", "sso-directory:DescribeGroup"),
					write: of("sso", "AssociateProfile CreateManagedApplicationInstance DeleteManagedApplicationInstance DisassociateProfile"),
				},
				{name: "Budgets", on: budgets, read: of("budgets", "ListTagsForResource ViewBudget"), write: of("budgets", "ModifyBudget TagResource UntagResource")},
			}
		},
		// What Grafana asks for, and what agents write. Queries and remote writes are the only ones that begin so.
		workloads: append(of("aps", "Describe* Get* List* Query* Rem*"), "tag:GetRes*"),
	}
}
