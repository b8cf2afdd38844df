package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/policy"
)

func TestJSON(t *testing.T) {
	document := policy.New(
		policy.Statement{
			Sid: "Read", Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: []string{"${aws_s3_bucket.b.arn}/*"},
			Conditions: []policy.Condition{policy.StringLike("s3:prefix", "a<b&c/*"), policy.Bool("aws:SecureTransport", true)},
		},
		policy.PassRole([]string{"sagemaker.amazonaws.com"}, "arn:aws:iam::111111111111:role/train"),
	)
	text, err := document.JSON(policy.Identity)
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[`+
		`{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"${aws_s3_bucket.b.arn}/*",`+
		`"Condition":{"Bool":{"aws:SecureTransport":"true"},"StringLike":{"s3:prefix":"a<b&c/*"}}},`+
		`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111111111111:role/train",`+
		`"Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}}]}`, text)
}

func TestPrincipals(t *testing.T) {
	text := policy.New(
		policy.DenyInsecureTransport("s3:*", "arn:aws:s3:::b"),
		policy.Statement{
			Principals: []policy.Principal{policy.AWS("111111111111"), policy.Service("lambda.amazonaws.com")},
			Actions:    []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::b/*"},
		},
	).MustJSON(policy.Resource)
	require.Contains(t, text, `"Principal":"*"`)
	require.Contains(t, text, `"Principal":{"AWS":"111111111111","Service":"lambda.amazonaws.com"}`)
}

func TestValidate(t *testing.T) {
	everything := []string{"arn:aws:s3:::b"}
	tests := map[string]struct {
		kind      policy.Kind
		statement policy.Statement
		want      string
	}{
		"every action": {policy.Identity, policy.Statement{Actions: []string{"*"}, Resources: everything},
			`statements[0].actions[0]: "*" allows everything; list the actions that are needed`},
		"wildcard action": {policy.Identity, policy.Statement{Actions: []string{"s3:Get*"}, Resources: everything},
			`statements[0].actions[0]: "s3:Get*" allows actions that nobody listed; write each action out`},
		"no action": {policy.Identity, policy.Statement{Resources: everything},
			"statements[0]: needs either actions or notActions, and not both"},
		"not actions": {policy.Identity, policy.Statement{NotActions: []string{"iam:PassRole"}, Resources: everything},
			"statements[0].notActions: in an Allow grants every action that is not listed; list the actions instead"},
		"malformed action": {policy.Identity, policy.Statement{Actions: []string{"GetObject"}, Resources: everything},
			`statements[0].actions[0]: "GetObject" is no action; write service:Action, such as "s3:GetObject"`},
		"pass role to anything": {policy.Identity, policy.Statement{Actions: []string{"iam:PassRole"}, Resources: everything},
			"statements[0].actions[0]: iam:PassRole without the condition iam:PassedToService lets the role be given to any service; use policy.PassRole"},
		"no resources": {policy.Identity, policy.Statement{Actions: []string{"s3:GetObject"}},
			"statements[0]: needs either resources or notResources, and not both"},
		"empty resource": {policy.Identity, policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{""}},
			"statements[0].resources[0]: is empty; give an ARN"},
		"principal in an identity policy": {policy.Identity, policy.Statement{Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"s3:GetObject"}, Resources: everything},
			"statements[0].principals: have no place in an identity policy; remove them"},
		"no principal": {policy.Resource, policy.Statement{Actions: []string{"s3:GetObject"}, Resources: everything},
			"statements[0].principals: are missing; say whom the statement is about"},
		"nobody": {policy.Resource, policy.Statement{Principals: []policy.Principal{policy.AWS()}, Actions: []string{"s3:GetObject"}, Resources: everything},
			"statements[0].principals[0]: names nobody; give at least one AWS identity"},
		"service": {policy.Trust, policy.Statement{Principals: []policy.Principal{policy.Service("lambda.amazonaws.com", "cks.kms.aws.internal", "${var.service}", "lambda")}, Actions: []string{"sts:AssumeRole"}},
			`statements[0].principals[0]: "lambda" is no AWS service; write it like "lambda.amazonaws.com"`},
		"everyone": {policy.Resource, policy.Statement{Principals: []policy.Principal{policy.Everyone()}, Actions: []string{"s3:GetObject"}, Resources: everything},
			"statements[0].principals: allow everyone without a condition; name the principals or add a condition"},
		"resources in a trust policy": {policy.Trust, policy.Statement{Principals: []policy.Principal{policy.AWS("111111111111")}, Actions: []string{"sts:AssumeRole"}, Resources: everything},
			"statements[0].resources: have no place in a trust policy; remove them"},
		"sid": {policy.Identity, policy.Statement{Sid: "read-it", Actions: []string{"s3:GetObject"}, Resources: everything},
			`statements[0].sid: "read-it" has characters that IAM refuses; use letters and digits`},
		"effect": {policy.Identity, policy.Statement{Effect: "Maybe", Actions: []string{"s3:GetObject"}, Resources: everything},
			`statements[0].effect: "Maybe" is unknown; use Allow or Deny`},
		"condition without values": {policy.Identity, policy.Statement{Actions: []string{"s3:GetObject"}, Resources: everything, Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount")}},
			"statements[0].conditions[0]: StringEquals aws:SourceAccount has no values and would never hold; give at least one"},
		"wildcard in a resource policy": {policy.Resource, policy.Statement{Principals: []policy.Principal{policy.AWS("111111111111")}, Actions: []string{"s3:*"}, Resources: everything},
			`statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, policy.New(test.statement).Validate(test.kind), test.want)
		})
	}
	t.Run("all at once", func(t *testing.T) {
		err := policy.New(policy.Statement{Sid: "A", Actions: []string{"*"}}, policy.Statement{Sid: "A", Actions: []string{"s3:GetObject"}, Resources: everything}).Validate(policy.Identity)
		require.EqualError(t, err, "statements[0].actions[0]: \"*\" allows everything; list the actions that are needed\n"+
			"statements[0]: needs either resources or notResources, and not both\n"+
			"statements[1].sid: \"A\" is used twice; make it unique within the document")
	})
	require.EqualError(t, policy.New().Validate(policy.Identity), "statements: are missing; a policy document needs at least one")
}

func TestWildcardsInDeniesAndBoundaries(t *testing.T) {
	deny := policy.Statement{Effect: policy.Deny, Actions: []string{"iam:*"}, Resources: []string{"*"}}
	require.NoError(t, policy.New(deny).Validate(policy.Identity))
	boundary := policy.Statement{Actions: []string{"s3:*"}, Resources: []string{"*"}}
	require.NoError(t, policy.New(boundary).Validate(policy.Boundary))
	require.NoError(t, policy.New(policy.KeyAdministration("aws", "111111111111")).Validate(policy.Key))
	require.Error(t, policy.New(policy.KeyAdministration("aws", "111111111111")).Validate(policy.Resource))
}

func TestMerge(t *testing.T) {
	get := func(resource string) policy.Statement {
		return policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{resource}}
	}
	put := policy.Statement{Actions: []string{"s3:PutObject"}, Resources: []string{"a"}}
	conditional := get("a")
	conditional.Conditions = []policy.Condition{policy.Bool("aws:SecureTransport", true)}
	require.Equal(t, []policy.Statement{
		{Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{"a"}},
		{Actions: []string{"s3:GetObject"}, Resources: []string{"b", "c"}},
		conditional,
	}, policy.Merge(put, get("a"), get("b"), conditional, get("c"), get("b")))
}

func TestSplitKeepsEveryPermission(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var statements []policy.Statement
		want := map[string]bool{}
		for i := range rapid.IntRange(0, 15).Draw(t, "statements") {
			s := policy.Statement{Sid: fmt.Sprintf("S%d", i)}
			for a := range rapid.IntRange(1, 20).Draw(t, "actions") {
				s.Actions = append(s.Actions, fmt.Sprintf("service%d:Action%d", i, a))
			}
			for r := range rapid.IntRange(1, 20).Draw(t, "resources") {
				s.Resources = append(s.Resources, fmt.Sprintf("arn:aws:service:::resource/%d/%s", r, strings.Repeat("x", i)))
			}
			for _, action := range s.Actions {
				for _, resource := range s.Resources {
					want[action+" "+resource] = true
				}
			}
			statements = append(statements, s)
		}
		documents, err := policy.Split(statements, 1000)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, document := range documents {
			text, err := document.JSON(policy.Identity)
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > 1000 {
				t.Fatalf("a document has %d characters", len(text))
			}
			for _, s := range document.Statements {
				for _, action := range s.Actions {
					for _, resource := range s.Resources {
						got[action+" "+resource] = true
					}
				}
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d permissions went in, %d came out", len(want), len(got))
		}
	})
}

// The pieces of a statement do not take the Sids of other statements.
func TestSplitNumbersPiecesAroundOtherSids(t *testing.T) {
	long := policy.Statement{Sid: "Read", Actions: []string{"s3:GetObject"}}
	for i := range 10 {
		long.Resources = append(long.Resources, fmt.Sprintf("arn:aws:s3:::models/%d/%s", i, strings.Repeat("x", 60)))
	}
	taken := policy.Statement{Sid: "Read2", Actions: []string{"s3:ListBucket"}, Resources: []string{"arn:aws:s3:::models"}}
	documents, err := policy.Split([]policy.Statement{long, taken}, 600)
	require.NoError(t, err)
	var sids []string
	for _, document := range documents {
		for _, s := range document.Statements {
			sids = append(sids, s.Sid)
		}
	}
	require.Equal(t, []string{"Read", "Read3", "Read2"}, sids)
}

func TestSplitRefusesWhatCannotBeDivided(t *testing.T) {
	_, err := policy.Split([]policy.Statement{{Sid: "Long", Actions: []string{"s3:GetObject"}, Resources: []string{strings.Repeat("x", 500)}}}, 300)
	require.EqualError(t, err, `statement "Long" is 608 characters long and cannot be divided, 300 are allowed; shorten its conditions or resource`)
}

func TestSizeCountsTokensAsLongARNs(t *testing.T) {
	plain := policy.New(policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{""}})
	token := policy.New(policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"${TfToken[TOKEN.1234]}"}})
	require.Equal(t, plain.Size()+120, token.Size())
}

func ExampleDocument_JSON() {
	text, _ := policy.New(policy.Statement{
		Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::models/*"},
	}).JSON(policy.Identity)
	fmt.Println(text)
	// Output: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::models/*"}]}
}

func FuzzMarshal(f *testing.F) {
	f.Add("s3:GetObject", "arn:aws:s3:::b/*", "aws:SourceAccount")
	f.Fuzz(func(t *testing.T, action, resource, key string) {
		text, err := policy.New(policy.Statement{Actions: []string{action}, Resources: []string{resource}, Conditions: []policy.Condition{policy.StringEquals(key, resource)}}).JSON(policy.Identity)
		if err == nil && !json.Valid([]byte(text)) {
			t.Fatalf("no JSON: %s", text)
		}
	})
}

// What managed policies have no room for goes to one inline policy, and nothing is lost or twice.
func TestSpread(t *testing.T) {
	var statements []policy.Statement
	for i := range 14 {
		statements = append(statements, policy.Statement{Sid: fmt.Sprintf("S%d", i), Actions: []string{"s3:GetObject"}, Resources: []string{fmt.Sprintf("arn:aws:s3:::%d-%s/*", i, strings.Repeat("x", 2900))}})
	}
	policies, rest, err := policy.Spread(statements, 7, 100)
	require.NoError(t, err)
	require.Len(t, policies, 7)
	require.Empty(t, rest)
	policies, rest, err = policy.Spread(statements, 6, 6300)
	require.NoError(t, err)
	var sids []string
	for _, each := range append(policies, policy.New(rest...)) {
		for _, s := range each.Statements {
			sids = append(sids, s.Sid)
		}
	}
	require.Len(t, policies, 6)
	require.Len(t, rest, 2)
	require.Len(t, sids, 14)
	_, _, err = policy.Spread(statements, 6, 3200)
	require.EqualError(t, err, "need 7 managed policies, a role may have 6; use fewer statements or several roles")
}
