package permissions

import "github.com/mlplatform/mlplatform/documents/policy"

// encryption: aws_kms_key, aws_kms_alias.
func encryption() part {
	return part{
		service: Encryption,
		grants: func(s Scope) []grant {
			keys := []string{s.Regional("kms", "key/*")}
			var aliases []string
			for _, each := range ownAliases(s) {
				aliases = append(aliases, s.Regional("kms", each))
			}
			return []grant{
				{name: "KeysAll", on: []string{"*"}, read: of("kms", "ListAliases"), when: s.inRegion()},
				{name: "KeysCreate", on: []string{"*"}, write: of("kms", "CreateKey"), when: s.inRegion(), whenWriting: s.asOurs()},
				{
					// Rotation and aliases are set right after creation, while it can take minutes until KMS goes by a key's tags.
					// https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
					name: "Keys", on: keys,
					read:  of("kms", "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"),
					write: of("kms", "CreateAlias DeleteAlias EnableKeyRotation UpdateAlias"),
				},
				{
					// A new key has neither tags nor aliases. One of others mostly has an alias, and whoever could tag it could delete it.
					name: "KeysCreateTags", on: keys, write: of("kms", "TagResource"),
					whenWriting: append(s.claiming(), policy.Condition{Operator: "ForAllValues:StringLike", Key: "kms:ResourceAliases", Values: ownAliases(s)}),
				},
				{
					name: "KeysChange", on: keys, whenWriting: s.ours(),
					write: of("kms", "CancelKeyDeletion DisableKey DisableKeyRotation EnableKey PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription"),
				},
				{
					// ECR and others use a key through grants that they make in the name of the caller.
					name: "KeysForServices", on: keys, write: of("kms", "CreateGrant"),
					whenWriting: []policy.Condition{policy.Bool("kms:GrantIsForAWSResource", true)},
				},
				{name: "KeyAliases", on: aliases, write: of("kms", "CreateAlias DeleteAlias UpdateAlias")},
			}
		},
		workloads: useKeys(),
	}
}

// ownAliases are the names of the deployment's aliases.
func ownAliases(s Scope) []string {
	return []string{"alias/" + s.Prefix + "-*", "alias/" + s.Prefix, "alias/" + s.Prefix + "/*"}
}

// logs: aws_cloudwatch_log_group.
func logs() part {
	return part{
		service: Logs,
		grants: func(s Scope) []grant {
			// A star stands for slashes, too: /aws/eks/<prefix>-cluster, /ecs/<prefix>-api.
			groups := append(s.named("logs", "log-group:", "log-group:/", "log-group:/*/"),
				s.Regional("logs", "log-group:/"+s.Prefix+"/*"), s.Regional("logs", "log-group:/*/"+s.Prefix+"/*"))
			return []grant{
				{
					name: "LogsAll", on: []string{"*"}, when: s.inRegion(), read: of("logs", "DescribeLogGroups"),
				},
				{
					name: "LogGroups", on: groups, read: of("logs", "ListTagsForResource"),
					write: of("logs", "AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey PutRetentionPolicy TagResource UntagResource"),
				},
			}
		},
		// Deliveries and the policies for them have no name.
		workloads: of("logs", "*LogDeliver* *ResourcePolic* DescribeLogGroups"),
		own:       of("logs", "*"),
		ownOn: func(s Scope) []string {
			own := append(s.named("logs", "log-group:", "log-group:*/"), s.Regional("logs", "log-group:*/"+s.Prefix+"/*"))
			// What jobs and Studio of SageMaker write goes to groups that all of an account share; endpoints have their own.
			return append(own, s.Regional("logs", "log-group:/aws/sagemaker/*Jobs*"), s.Regional("logs", "log-group:/aws/sagemaker/studio*"))
		},
	}
}

// gitHub: aws_iam_openid_connect_provider of GitHub, the deployment roles with their policies, and the boundary, as far
// as they can be seen.
func gitHub() part {
	return part{
		service: GitHub,
		grants: func(s Scope) []grant {
			roles, policies := []string{s.Role(s.Prefix + "-github-*")}, []string{s.policy(s.Prefix + "-github-*"), s.Boundary}
			return []grant{
				{name: "GitHubProvider", on: []string{s.oidcProvider()}, read: of("iam", "GetOpenIDConnectProvider ListOpenIDConnectProviderTags")},
				{name: "DeploymentRoles", on: roles, read: roleReads()},
				{name: "DeploymentPolicies", on: policies, read: policyReads()},
			}
		},
	}
}

// access: aws_ssm_parameter, read by the AWS CLI and not by Terraform.
func access() part {
	return part{
		service: Access,
		grants: func(s Scope) []grant {
			return []grant{{name: "Access", on: []string{s.Regional("ssm", "parameter/"+s.Prefix+"/access")}, read: of("ssm", "GetParameter")}}
		},
	}
}
