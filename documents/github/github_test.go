package github_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
)

var (
	byName = github.Repository{Name: "acme/wine-ml"}
	byID   = github.Repository{Name: "acme/wine-ml", OwnerID: "123", ID: "456"}
)

func TestDocument(t *testing.T) {
	const provider = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
	tests := map[string]struct {
		trust github.Trust
		want  string
	}{
		"exact with ids": {
			github.Trust{Repository: byID, Subjects: []github.Subject{github.Environment("prod")}},
			`[{"Sid":"Subjects","Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity",
			"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":[
			"repo:acme/wine-ml:environment:prod","repo:acme@123/wine-ml@456:environment:prod"]}}}]`,
		},
		"exact without ids": {
			github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("main"), github.PullRequest()}},
			`[{"Sid":"Subjects","Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity",
			"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":[
			"repo:acme/wine-ml:ref:refs/heads/main","repo:acme/wine-ml:pull_request"]}}},
			{"Sid":"SubjectPatterns","Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity",
			"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":[
			"repo:acme@*/wine-ml@*:ref:refs/heads/main","repo:acme@*/wine-ml@*:pull_request"]}}}]`,
		},
		"everything": {
			github.Trust{
				Repository: byID, Subjects: []github.Subject{github.Environment("prod: eu"), github.BranchPattern("feature/*"), github.TagPattern("v?")},
				Refs: []github.Subject{github.Branch("main"), github.TagPattern("v*")}, Workflows: []string{"acme/ci/.github/workflows/deploy.yml@refs/heads/main"},
				Audience: "wine", Issuer: "token.actions.acme.ghe.com",
			},
			`[{"Sid":"Subjects","Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{
			"StringEquals":{"token.actions.acme.ghe.com:aud":"wine","token.actions.acme.ghe.com:job_workflow_ref":"acme/ci/.github/workflows/deploy.yml@refs/heads/main",
			"token.actions.acme.ghe.com:sub":["repo:acme/wine-ml:environment:prod%3A eu","repo:acme@123/wine-ml@456:environment:prod%3A eu"]},
			"StringLike":{"token.actions.acme.ghe.com:ref":["refs/heads/main","refs/tags/v*"]}}},
			{"Sid":"SubjectPatterns","Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{
			"StringEquals":{"token.actions.acme.ghe.com:aud":"wine","token.actions.acme.ghe.com:job_workflow_ref":"acme/ci/.github/workflows/deploy.yml@refs/heads/main"},
			"StringLike":{"token.actions.acme.ghe.com:ref":["refs/heads/main","refs/tags/v*"],"token.actions.acme.ghe.com:sub":[
			"repo:acme/wine-ml:ref:refs/heads/feature/*","repo:acme@123/wine-ml@456:ref:refs/heads/feature/*","repo:acme/wine-ml:ref:refs/tags/v?","repo:acme@123/wine-ml@456:ref:refs/tags/v?"]}}}]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, test.trust.WithDefaults().Validate())
			text, err := test.trust.Document(provider).JSON(policy.Trust)
			require.NoError(t, err)
			require.JSONEq(t, `{"Version":"2012-10-17","Statement":`+test.want+`}`, text)
		})
	}
}

func TestAllows(t *testing.T) {
	prod := []github.Subject{github.Environment("prod")}
	tests := []struct {
		name  string
		trust github.Trust
		token github.Token
		want  bool
	}{
		{"environment", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme/wine-ml:environment:prod"}, true},
		{"environment, ids unknown", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme@9/wine-ml@8:environment:prod"}, true},
		{"environment, ids known", github.Trust{Repository: byID, Subjects: prod}, github.Token{Subject: "repo:acme@123/wine-ml@456:environment:prod"}, true},
		{"name taken over by another repository", github.Trust{Repository: byID, Subjects: prod}, github.Token{Subject: "repo:acme@9/wine-ml@8:environment:prod"}, false},
		{"other environment", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme/wine-ml:environment:production"}, false},
		{"other repository", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme/wine-ml-fork:environment:prod"}, false},
		{"other owner", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:evil@1/wine-ml@2:environment:prod"}, false},
		{"a job with an environment has no branch subject", github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("main")}}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Ref: "refs/heads/main"}, false},
		{"pull request is not the branch", github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("main")}}, github.Token{Subject: "repo:acme/wine-ml:pull_request"}, false},
		{"tag is not the branch", github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("staging")}}, github.Token{Subject: "repo:acme/wine-ml:ref:refs/tags/staging"}, false},
		{"branch pattern", github.Trust{Repository: byName, Subjects: []github.Subject{github.BranchPattern("feature/*")}}, github.Token{Subject: "repo:acme/wine-ml:ref:refs/heads/feature/a/b"}, true},
		{"branch outside of the pattern", github.Trust{Repository: byName, Subjects: []github.Subject{github.BranchPattern("feature/*")}}, github.Token{Subject: "repo:acme/wine-ml:ref:refs/heads/features"}, false},
		{"other audience", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Audience: "https://github.com/acme"}, false},
		{"ref demanded and present", github.Trust{Repository: byName, Subjects: prod, Refs: []github.Subject{github.Branch("main")}}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Ref: "refs/heads/main"}, true},
		{"ref demanded and other", github.Trust{Repository: byName, Subjects: prod, Refs: []github.Subject{github.Branch("main")}}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Ref: "refs/heads/x"}, false},
		{"ref demanded and absent", github.Trust{Repository: byName, Subjects: prod, Refs: []github.Subject{github.TagPattern("v*")}}, github.Token{Subject: "repo:acme/wine-ml:environment:prod"}, false},
		{"workflow demanded and other", github.Trust{Repository: byName, Subjects: prod, Workflows: []string{"acme/ci/.github/workflows/deploy.yml@refs/heads/main"}}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Workflow: "acme/wine-ml/.github/workflows/evil.yml@refs/heads/x"}, false},
		{"other issuer", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme/wine-ml:environment:prod", Issuer: "token.actions.acme.ghe.com"}, false},
		{"colon in a name cannot make another subject", github.Trust{Repository: byName, Subjects: prod}, github.Token{Subject: "repo:acme@1/evil@2:environment:x/wine-ml@3%3Aenvironment%3Aprod"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, test.trust.WithDefaults().Validate())
			require.Equal(t, test.want, test.trust.Allows(test.token))
		})
	}
}

func TestValidate(t *testing.T) {
	main := []github.Subject{github.Branch("main")}
	tests := map[string]struct {
		trust github.Trust
		want  string
	}{
		"no subject": {github.Trust{Repository: byName},
			`subjects: are missing, which would trust every repository on GitHub; name the branches, tags or environments`},
		"zero subject": {github.Trust{Repository: byName, Subjects: []github.Subject{{}}},
			`subjects[0]: is empty; use github.Branch, Tag, Environment or PullRequest`},
		"whole owner": {github.Trust{Repository: github.Repository{Name: "acme/*"}, Subjects: main},
			`repository.name: "acme/*" has a wildcard, with which repositories of others could get in; name one repository, such as acme/wine-ml`},
		"no owner": {github.Trust{Repository: github.Repository{Name: "wine-ml"}, Subjects: main},
			`repository.name: "wine-ml" is no GitHub repository; write it as owner/name, such as acme/wine-ml`},
		"URL": {github.Trust{Repository: github.Repository{Name: "https://github.com/acme/wine-ml"}, Subjects: main},
			`repository.name: "https://github.com/acme/wine-ml" is no GitHub repository; write it as owner/name, such as acme/wine-ml`},
		"one id": {github.Trust{Repository: github.Repository{Name: "acme/wine-ml", ID: "456"}, Subjects: main},
			`repository.id: ownerID "" and id "456" belong together; give both or neither`},
		"wildcard id": {github.Trust{Repository: github.Repository{Name: "acme/wine-ml", OwnerID: "1", ID: "*"}, Subjects: main},
			`repository.id: "*" is no GitHub id; write its digits as a string, gh api repos/acme/wine-ml shows them`},
		"wildcard in an exact branch": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("feature/*")}},
			`subjects[0]: branch "feature/*" has a wildcard and would match nothing; use github.BranchPattern if every branch like it is meant`},
		"wildcard in an exact tag": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Tag("v*")}},
			`subjects[0]: tag "v*" has a wildcard and would match nothing; use github.TagPattern if every tag like it is meant`},
		"every branch": {github.Trust{Repository: byName, Subjects: []github.Subject{github.BranchPattern("*")}},
			`subjects[0]: branch pattern "*" fits every branch of the repository; begin it with the characters that the trusted ones share, such as "feature/*"`},
		"every tag": {github.Trust{Repository: byName, Subjects: []github.Subject{github.TagPattern("?*")}},
			`subjects[0]: tag pattern "?*" fits every tag of the repository; begin it with the characters that the trusted ones share, such as "v*"`},
		"double star": {github.Trust{Repository: byName, Subjects: []github.Subject{github.BranchPattern("feature/**")}},
			`subjects[0]: branch pattern "feature/**" has **, which IAM does not know; one * fits slashes too`},
		"pattern without wildcard": {github.Trust{Repository: byName, Subjects: []github.Subject{github.BranchPattern("main")}},
			`subjects[0]: branch pattern "main" has no wildcard; use github.Branch`},
		"whole ref": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("refs/heads/main")}},
			`subjects[0]: branch "refs/heads/main" is a whole ref; write the name alone, without refs/heads/ or refs/tags/`},
		"no branch name": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("")}},
			`subjects[0]: branch has no name; give one, such as "main"`},
		"no git name": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Tag("a..b")}},
			`subjects[0]: tag "a..b" is no name that git allows for a tag; use letters, digits, - and _, with single . and / between them, see git check-ref-format`},
		"branch expression": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Branch("${var.branch}")}},
			`subjects[0]: branch "${var.branch}" holds an expression; write the name itself`},
		"wildcard environment": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Environment("*")}},
			`subjects[0]: environment "*" has a wildcard; name each environment`},
		"no environment name": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Environment("")}},
			`subjects[0]: environment "" is no name of a GitHub environment; use 1 to 255 characters`},
		"environment with a line break": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Environment("prod\nid")}},
			`subjects[0]: environment "prod\nid" has a line break or another control character; leave it out`},
		"environment expression": {github.Trust{Repository: byName, Subjects: []github.Subject{github.Environment("%{if x}")}},
			`subjects[0]: environment "%{if x}" holds an expression; write the name itself`},
		"twice": {github.Trust{Repository: byName, Subjects: append(main, main...)},
			`subjects[1]: branch "main" is listed twice; remove one`},
		"environment as ref": {github.Trust{Repository: byName, Subjects: main, Refs: []github.Subject{github.Environment("prod")}},
			`refs[0]: environment "prod" is no ref; use branches and tags`},
		"bad ref": {github.Trust{Repository: byName, Subjects: main, Refs: []github.Subject{github.Branch("*")}},
			`refs[0]: branch "*" has a wildcard and would match nothing; use github.BranchPattern if every branch like it is meant`},
		"workflow of anyone": {github.Trust{Repository: byName, Subjects: main, Workflows: []string{"*/.github/workflows/deploy.yml@refs/heads/main"}},
			`workflows[0]: "*/.github/workflows/deploy.yml@refs/heads/main" is no workflow; write it as owner/repository/.github/workflows/file.yml@refs/heads/main, wildcards only behind refs/heads/ or refs/tags/`},
		"audience": {github.Trust{Repository: byName, Subjects: main, Audience: "*"},
			`audience: "*" is no audience; use 1 to 255 characters without spaces and wildcards, such as sts.amazonaws.com`},
		"issuer": {github.Trust{Repository: byName, Subjects: main, Issuer: "https://token.actions.githubusercontent.com"},
			`issuer: "https://token.actions.githubusercontent.com" is no issuer of GitHub Actions; use token.actions.githubusercontent.com, or that of your enterprise, such as token.actions.githubusercontent.com/acme or token.actions.acme.ghe.com`},
		"all at once": {github.Trust{Repository: github.Repository{Name: "x", OwnerID: "a"}, Audience: " "}, strings.Join([]string{
			`repository.name: "x" is no GitHub repository; write it as owner/name, such as acme/wine-ml`,
			`repository.ownerID: "a" is no GitHub id; write its digits as a string, gh api repos/x shows them`,
			`repository.id: ownerID "a" and id "" belong together; give both or neither`,
			`subjects: are missing, which would trust every repository on GitHub; name the branches, tags or environments`,
			`audience: " " is no audience; use 1 to 255 characters without spaces and wildcards, such as sts.amazonaws.com`,
		}, "\n")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, test.trust.WithDefaults().Validate(), test.want)
		})
	}
}

func TestListed(t *testing.T) {
	require.Equal(t, []github.Subject{github.Branch("main"), github.BranchPattern("feature/*")}, github.Branches("main", "feature/*"))
	require.Equal(t, []github.Subject{github.TagPattern("v?"), github.Tag("staging")}, github.Tags("v?", "staging"))
	require.Empty(t, github.Branches())
}

func TestSubjectString(t *testing.T) {
	for subject, want := range map[github.Subject]string{
		github.Branch("main"): `branch "main"`, github.TagPattern("v*"): `tag pattern "v*"`, github.Environment("prod"): `environment "prod"`, github.PullRequest(): "pull request",
	} {
		require.Equal(t, want, subject.String())
		require.Equal(t, subject == github.PullRequest(), subject.IsPullRequest())
	}
}

// Whatever the names are, a trust for one subject lets in that subject and none of another repository, environment or
// branch.
func TestNothingElseGetsIn(t *testing.T) {
	name := rapid.StringMatching(`[A-Za-z0-9._-]{1,12}`).Filter(func(s string) bool { return s != "." && s != ".." })
	rapid.Check(t, func(t *rapid.T) {
		repository := github.Repository{Name: "acme/" + name.Draw(t, "repository")}
		if rapid.Bool().Draw(t, "ids") {
			repository.OwnerID, repository.ID = "123", "456"
		}
		environment := name.Draw(t, "environment")
		trust := github.Trust{Repository: repository, Subjects: []github.Subject{github.Environment(environment)}}
		if err := trust.WithDefaults().Validate(); err != nil {
			t.Fatal(err)
		}
		context := ":" + rapid.SampledFrom([]string{"environment:", "ref:refs/heads/", "ref:refs/tags/"}).Draw(t, "kind") + name.Draw(t, "value")
		other := "acme/" + name.Draw(t, "other")
		want := other == repository.Name && context == ":environment:"+environment
		for _, prefix := range []string{"repo:" + other, "repo:acme@123/" + other[len("acme/"):] + "@456"} {
			if got := trust.Allows(github.Token{Subject: prefix + context}); got != want {
				t.Fatalf("%s: %v, want %v", prefix+context, got, want)
			}
		}
		if !trust.Allows(github.Token{Subject: "repo:" + repository.Name + ":environment:" + environment}) {
			t.Fatal("the trusted subject is refused")
		}
	})
}
