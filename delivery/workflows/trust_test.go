package workflows_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// claims are what a token of GitHub says of a job.
type claims struct{ subject, ref, workflow string }

// A role of the synthesised stacks, with its trust policy.
type role struct {
	arn    string
	policy policyDocument
}

type policyDocument struct {
	Statement []struct {
		Effect    string
		Action    texts
		Principal map[string]texts
		Condition map[string]map[string]texts
	}
}

// texts are one text or several.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// trustPolicy is a policy as it stands in a stack: a text, which snapshots show as what it holds.
type trustPolicy struct{ policyDocument }

func (p *trustPolicy) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		return json.Unmarshal([]byte(text), &p.policyDocument)
	}
	return json.Unmarshal(data, &struct{ JSON *policyDocument }{&p.policyDocument})
}

// roles of all synthesised stacks by ARN.
func roles(t *testing.T, snapshots map[string][]byte) map[string]role {
	t.Helper()
	out := map[string]role{}
	for file, content := range snapshots {
		if path.Ext(file) != ".json" || path.Dir(file) != "." {
			continue
		}
		var stack struct {
			Provider struct {
				AWS []struct {
					Accounts []string `json:"allowed_account_ids"`
				}
			}
			Resource struct {
				Roles map[string]struct {
					Name  string
					Trust trustPolicy `json:"assume_role_policy"`
				} `json:"aws_iam_role"`
			}
		}
		require.NoError(t, json.Unmarshal(content, &stack), file)
		require.Len(t, stack.Provider.AWS, 1, file)
		require.Len(t, stack.Provider.AWS[0].Accounts, 1, file)
		for _, each := range stack.Resource.Roles {
			name := fmt.Sprintf("arn:aws:iam::%s:role/%s", stack.Provider.AWS[0].Accounts[0], each.Name)
			require.NotContains(t, out, name)
			require.NotEmpty(t, each.Trust.Statement, name)
			out[name] = role{arn: name, policy: each.Trust.policyDocument}
		}
	}
	require.NotEmpty(t, out)
	return out
}

// trusts evaluates a trust policy as IAM does: some statement with all of its conditions, each with some of its values.
func (r role) trusts(t *testing.T, action, kind string, keys map[string]string) bool {
	t.Helper()
	for _, statement := range r.policy.Statement {
		require.Equal(t, "Allow", statement.Effect, r.arn)
		if _, ok := statement.Principal[kind]; !ok || !slices.Contains(statement.Action, action) {
			continue
		}
		met := true
		for operator, conditions := range statement.Condition {
			for key, wanted := range conditions {
				value := keys[key]
				met = met && slices.ContainsFunc(wanted, func(each string) bool {
					switch operator {
					case "StringEquals":
						return each == value
					case "StringLike", "ArnLike":
						return policy.Match(each, value)
					}
					t.Fatalf("%s: the operator %s is not known here", r.arn, operator)
					return false
				})
			}
		}
		if met {
			return true
		}
	}
	return false
}

// trustsJob reports whether a job may assume the role by OpenID Connect.
func (r role) trustsJob(t *testing.T, c claims) bool {
	t.Helper()
	issuer := "token.actions.githubusercontent.com:"
	return r.trusts(t, "sts:AssumeRoleWithWebIdentity", "Federated", map[string]string{issuer + "aud": "sts.amazonaws.com", issuer + "sub": c.subject, issuer + "ref": c.ref, issuer + "job_workflow_ref": c.workflow})
}

// trustsRole reports whether another role may assume the role.
func (r role) trustsRole(t *testing.T, arn string) bool {
	t.Helper()
	return r.trusts(t, "sts:AssumeRole", "AWS", map[string]string{"aws:PrincipalArn": arn})
}

// open are the names of all roles that a job may assume, sorted.
func open(t *testing.T, all map[string]role, c claims) []string {
	t.Helper()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].trustsJob(t, c) {
			out = append(out, short(name))
		}
	}
	return out
}

func short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
