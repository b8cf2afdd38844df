package studio_test

import (
	"testing"
	"time"

	"github.com/mlplatform/mlplatform/constructs/studio"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestProblems(t *testing.T) {
	set := func(s studio.Settings) func(*studio.Props) { return func(p *studio.Props) { p.Settings = s } }
	user := func(u studio.User) func(*studio.Props) {
		return func(p *studio.Props) { u.Name = "ada"; p.Users = []studio.User{u} }
	}
	synthtest.Refuse(t, synthtest.Stack(t), typical, studio.New, map[string]synthtest.Refusal[studio.Props]{
		"name":  {func(p *studio.Props) { p.Name = "wine dev" }, `name: "wine dev" is no name of a domain; use 1 to 63 letters, digits and hyphens, with a letter or digit at both ends`},
		"scope": {func(p *studio.Props) { p.Scope.Account = "22222222222" }, `scope.account: "22222222222" is no AWS account id; write its 12 digits as a string`},
		"auth":  {func(p *studio.Props) { p.AuthMode = "OIDC" }, `authMode: "OIDC" is unknown; use "IAM" or "SSO"`},
		"network": {func(p *studio.Props) { p.VPCID, p.SubnetIDs, p.SecurityGroupIDs = "vpc", nil, []string{"sg"} },
			`vpcID: "vpc" is no id; write it like vpc-0123456789abcdef0
subnetIDs: are 0, 1 to 16 are allowed; list private subnets
securityGroupIDs[0]: "sg" is no id; write it like sg-0123456789abcdef0`},
		"subnet": {func(p *studio.Props) { p.SubnetIDs[1] = "sg-0123456789abcdef0" }, `subnetIDs[1]: "sg-0123456789abcdef0" is no id; write it like subnet-0123456789abcdef0`},
		"groups": {func(p *studio.Props) {
			p.SecurityGroupIDs, p.Egress = []string{"sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005"}, []studio.Egress{}
		}, "securityGroupIDs: are 5, 4 are allowed beside SageMaker's own; list fewer\negress: is for the group that is made, but securityGroupIDs give existing ones; keep one of them"},
		"egress": {func(p *studio.Props) {
			p.Egress = []studio.Egress{{CIDR: "10.0.0.1/16", Port: 443}, {CIDR: "10.0.0.0/16"}, {CIDR: "10.0.0.0/16", Port: 80, LastPort: 79}, {CIDR: "10.1.0.0/16", Port: 80}, {CIDR: "10.1.0.0/16", Port: 80, LastPort: 80}}
		}, `egress[0].cidr: "10.0.0.1/16" is no range; write it like 10.0.0.0/16, with zeros after the prefix
egress[1].port: 0 is out of range; use 1 to 65535
egress[2].lastPort: 79 is out of range; use 80, the first port, to 65535
egress[4]: is there twice; remove one`},
		"key": {func(p *studio.Props) { p.KeyARN = "alias/studio" }, `keyARN: "alias/studio" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"role": {func(p *studio.Props) {
			p.RoleARN, p.PermissionsBoundary, p.Statements = roleARN, boundary, []policy.Statement{readData()}
		},
			"permissionsBoundary: limits a role to make, but roleARN gives an existing one; keep one of them\nstatements: are for a role to make, but roleARN gives an existing one; keep one of them"},
		"statements": {func(p *studio.Props) {
			p.Statements = []policy.Statement{{Actions: []string{"s3:*"}, Resources: []string{"*"}}}
		}, `statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out`},
		"boundary of own roles": {func(p *studio.Props) {
			p.RoleARN, p.PermissionsBoundary, p.Users = roleARN, "boundary", []studio.User{{Name: "ada", OwnRole: true}}
		},
			`permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name`},

		"idle":      {set(studio.Settings{IdleTimeout: 59 * time.Minute}), "settings.idleTimeout: 59m0s is out of range; use 1h to 8760h in whole minutes"},
		"idle max":  {set(studio.Settings{IdleTimeout: 3 * time.Hour, MaxIdleTimeout: 2 * time.Hour}), "settings.maxIdleTimeout: 2h0m0s is out of range; use 3h0m0s, the idle timeout, to 8760h in whole minutes"},
		"never":     {set(studio.Settings{IdleTimeout: time.Hour, NeverShutDownIdle: true}), "settings.neverShutDownIdle: contradicts the idle timeout; keep one of them"},
		"volume":    {set(studio.Settings{VolumeGB: 4}), "settings.volumeGB: 4 is out of range; use 5 to 16384"},
		"large":     {set(studio.Settings{VolumeGB: 50, MaxVolumeGB: 40}), "settings.maxVolumeGB: 40 is out of range; use 50, the size of a new volume, to 16384"},
		"instance":  {set(studio.Settings{InstanceType: "t3.large"}), `settings.instanceType: "t3.large" is no SageMaker instance type; write it as SageMaker does: ml.t3.large`},
		"graphics":  {set(studio.Settings{InstanceType: "ml.p2.xlarge"}), `settings.instanceType: "ml.p2.xlarge" runs no app of Studio; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		"lifecycle": {set(studio.Settings{LifecycleConfigARNs: []string{"setup"}}), `settings.lifecycleConfigARNs[0]: "setup" is no ARN of a lifecycle configuration; write it like arn:aws:sagemaker:us-west-2:123456789012:studio-lifecycle-config/name`},
		"repository": {set(studio.Settings{CodeRepositories: []string{"git@github.com:acme/a.git", "https://a.example.com/1", "https://a.example.com/2", "https://a.example.com/3", "https://a.example.com/4",
			"https://a.example.com/5", "https://a.example.com/6", "https://a.example.com/7", "https://a.example.com/8", "https://a.example.com/9", "https://a.example.com/10"}}),
			"settings.codeRepositories: are 11, 10 are allowed; list fewer\nsettings.codeRepositories[0]: \"git@github.com:acme/a.git\" is no https:// URL of a repository; write it like https://github.com/acme/notebooks.git"},

		"users": {func(p *studio.Props) { p.Users = []studio.User{{Name: "ada_l"}, {Name: "bob"}, {Name: "bob"}} },
			"users[0].name: \"ada_l\" is no name of a user profile; use 1 to 63 letters, digits and hyphens, with a letter or digit at both ends\nusers[2].name: \"bob\" is used twice; make it unique within the domain"},
		"SSO user":        {func(p *studio.Props) { p.AuthMode = studio.SSO }, `users[0].ssoUser: is missing; give the user name in IAM Identity Center, or use authMode "IAM"`},
		"IAM user":        {user(studio.User{SSOUser: "ada@example.com"}), `users[0].ssoUser: "ada@example.com" is for authMode "SSO"; remove it`},
		"two roles":       {user(studio.User{OwnRole: true, RoleARN: roleARN}), "users[0].ownRole: contradicts roleARN; keep one of them"},
		"no own role":     {user(studio.User{Statements: []policy.Statement{readData()}}), "users[0]: has a role name or statements, but no own role to put them into; set ownRole"},
		"user role":       {user(studio.User{RoleARN: "science"}), `users[0].roleARN: "science" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name`},
		"own role name":   {user(studio.User{OwnRole: true, RoleName: "a b"}), `users[0].roleName: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-`},
		"user statements": {user(studio.User{OwnRole: true, Statements: []policy.Statement{{Actions: []string{"*"}, Resources: []string{"*"}}}}), `users[0].statements[0].actions[0]: "*" allows everything; list the actions that are needed`},
		"user settings":   {user(studio.User{Settings: &studio.Settings{VolumeGB: 1}}), "users[0].settings.volumeGB: 1 is out of range; use 5 to 16384"},

		"Docker accounts": {func(p *studio.Props) { p.DockerAccounts = []string{"1"} }, "dockerAccounts: have no effect without Docker; set allowDocker or remove them\ndockerAccounts[0]: \"1\" is no AWS account id; write its 12 digits as a string"},
		"many accounts":   {func(p *studio.Props) { p.AllowDocker, p.DockerAccounts = true, many("111111111111", 21) }, "dockerAccounts: are 21, 20 are allowed; list fewer"},
		"hidden": {func(p *studio.Props) { p.HiddenApps, p.HiddenTools = []studio.App{"Vim"}, []studio.Tool{"Magic"} },
			"hiddenApps[0]: \"Vim\" is unknown; use JupyterLab, CodeEditor, Canvas, RStudioServerPro, JupyterServer\n" +
				"hiddenTools[0]: \"Magic\" is unknown; use AutoMl, DataWrangler, EmrClusters, Endpoints, Experiments, FeatureStore, InferenceRecommender, JumpStart, ModelEvaluation, Models, Pipelines, Projects, Training"},
		"homes":        {func(p *studio.Props) { p.DeleteHomesOnDestroy = true }, "deleteHomesOnDestroy: has no effect while Terraform refuses to destroy the domain; set allowDestroy too"},
		"key of homes": {func(p *studio.Props) { p.AllowDestroy, p.KeyARN = true, "" }, "allowDestroy: deletes the key that is made here, and with it the homes that stay; set deleteHomesOnDestroy too, or give keyARN"},
	})
}

func many(value string, n int) []string {
	var out []string
	for range n {
		out = append(out, value)
	}
	return out
}
