package policy

import (
	"maps"
	"slices"
	"strings"
)

// PassRole allows giving the roles to the services, and to no other service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func PassRole(services []string, roleARNs ...string) Statement {
	return Statement{
		Actions:    []string{"iam:PassRole"},
		Resources:  roleARNs,
		Conditions: []Condition{StringEquals("iam:PassedToService", services...)},
	}
}

// TrustService lets the services assume a role. Where account is given, only on behalf of resources of that account,
// which closes the confused deputy gap: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func TrustService(account string, services ...string) Document {
	s := Statement{Principals: []Principal{Service(services...)}, Actions: []string{"sts:AssumeRole"}}
	if account != "" {
		s.Conditions = []Condition{StringEquals("aws:SourceAccount", account)}
	}
	return New(s)
}

// TrustPrincipals lets the roles and users with these ARNs assume a role. They are named in a condition, because a
// principal that does not exist when the role is made would be refused, and one that is made anew would no longer be the
// same. * and ? are wildcards behind the account id. What is no ARN is left out.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
func TrustPrincipals(partition string, arns ...string) Document {
	byAccount := map[string][]string{}
	for _, each := range arns {
		if parts := strings.SplitN(each, ":", 6); len(parts) == 6 {
			byAccount[parts[4]] = append(byAccount[parts[4]], each)
		}
	}
	var statements []Statement
	for _, account := range slices.Sorted(maps.Keys(byAccount)) {
		statements = append(statements, Statement{
			Principals: []Principal{AWS("arn:" + partition + ":iam::" + account + ":root")}, Actions: []string{"sts:AssumeRole"},
			Conditions: []Condition{ARNLike("aws:PrincipalArn", byAccount[account]...)},
		})
	}
	return New(statements...)
}

// DenyInsecureTransport refuses requests without TLS to the resources, for buckets, queues and topics.
func DenyInsecureTransport(action string, resources ...string) Statement {
	return Statement{
		Sid: "DenyInsecureTransport", Effect: Deny, Principals: []Principal{Everyone()},
		Actions: []string{action}, Resources: resources,
		Conditions: []Condition{Bool("aws:SecureTransport", false)},
	}
}

// UseKey allows what reading (and, with write, writing) data under the KMS keys needs.
// Where viaService is given, such as "s3.us-west-2.amazonaws.com", only through that service.
func UseKey(write bool, viaService string, keyARNs ...string) Statement {
	s := Statement{Actions: []string{"kms:Decrypt"}, Resources: keyARNs}
	if write {
		s.Actions = []string{"kms:Decrypt", "kms:GenerateDataKey"}
	}
	if viaService != "" {
		s.Conditions = []Condition{StringEquals("kms:ViaService", viaService)}
	}
	return s
}

// KeyAdministration is the statement of a KMS key policy with which the account's IAM policies govern the key.
// Without it, nobody but the listed principals, not even the account's administrators, could change the key.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func KeyAdministration(partition, account string) Statement {
	return Statement{
		Sid: "AccountAdministration", Principals: []Principal{AWS("arn:" + partition + ":iam::" + account + ":root")},
		Actions: []string{"kms:*"}, Resources: []string{"*"},
	}
}
