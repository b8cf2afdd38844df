package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

const connection = "arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef"

func TestCodePipeline(t *testing.T) {
	small := func(more string) *config.Environment {
		return dev("codePipeline: { source: { connectionArn: " + connection + " } }\n" + more).must(t).Environment("dev")
	}
	env := small("")
	require.Nil(t, env.GitHub, "one of the two deploys")
	require.Equal(t, &config.CodePipeline{
		Enabled: true, Source: config.CodePipelineSource{ConnectionARN: connection}, ExecutionMode: config.ExecutionSuperseded,
		ComputeType: config.ComputeMedium, LogRetentionDays: 365, Approval: config.CodePipelineApproval{Required: true, TimeoutHours: 168},
	}, env.CodePipeline)
	require.True(t, env.CodePipelineEnabled())
	require.Equal(t, "wine-dev-builds-222222222222-us-west-2", env.BucketName(config.BuildsBucket))

	require.False(t, small("protect: false\n").CodePipeline.Approval.Required, "what may be destroyed may be changed")
	require.NotNil(t, small("github: {}\n").GitHub, "both, where both are asked for")

	off := dev("codePipeline: { enabled: false }\n").must(t).Environment("dev")
	require.False(t, off.CodePipelineEnabled())
	require.NotNil(t, off.GitHub)
	require.True(t, dev("protect: false\ncodePipeline: { source: { codeCommit: a }, approval: { required: true } }\n").must(t).Environment("dev").CodePipeline.Approval.Required)
}

func TestCodePipelineProblems(t *testing.T) {
	long := strings.Repeat("a", 256)
	tests := map[string]struct {
		lines, want string
	}{
		"nothing": {"codePipeline: {}",
			`environments/dev.yaml:3:15: codePipeline.source: is missing; add source: and its keys below it, indented`},
		"no source": {"codePipeline: { source: {} }",
			`environments/dev.yaml:3:25: codePipeline.source: has neither connectionArn nor codeCommit; add connectionArn: with a connection of AWS CodeConnections to GitHub, or codeCommit: with the name of a repository`},
		"two sources": {"codePipeline: { source: { codeCommit: a, connectionArn: " + connection + " } }",
			`environments/dev.yaml:3:39: codePipeline.source.codeCommit: stands beside connectionArn; keep one of them`},
		"no connection": {"codePipeline: { source: { connectionArn: acme } }",
			`environments/dev.yaml:3:42: codePipeline.source.connectionArn: "acme" is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:222222222222:connection/ and its id, as the console shows it under Developer Tools, Connections`},
		"partition": {"codePipeline: { source: { connectionArn: " + strings.Replace(connection, "aws", "aws-cn", 1) + " } }",
			`environments/dev.yaml:3:42: codePipeline.source.connectionArn: "` + strings.Replace(connection, "aws", "aws-cn", 1) + `" is in the partition aws-cn, the region is in aws; use a connection of that partition`},
		"patterns": {"codePipeline: { source: { connectionArn: " + connection + ", paths: { include: [/a, " + long + "], exclude: [a, b, c, d, e, f, g, h, i] } } }",
			`environments/dev.yaml:3:157: codePipeline.source.paths.include[0]: "/a" is no pattern for CodePipeline; use 1 to 255 characters, files from the top of the repository without a slash at the front
environments/dev.yaml:3:161: codePipeline.source.paths.include[1]: "` + long[:120] + `..." is no pattern for CodePipeline; use 1 to 255 characters, files from the top of the repository without a slash at the front
environments/dev.yaml:3:429: codePipeline.source.paths.exclude: has 9 patterns; CodePipeline allows 8; join some in one with a wildcard`},
		"no CodeCommit": {"codePipeline: { source: { codeCommit: wine.git, paths: { include: [a] } } }",
			`environments/dev.yaml:3:39: codePipeline.source.codeCommit: "wine.git" is no name of a CodeCommit repository; use up to 100 letters, digits and ._-, not ending in .git
environments/dev.yaml:3:56: codePipeline.source.paths: is unknown to CodeCommit's source, which starts at each push to its branch; remove it`},
		"network": {"codePipeline: { source: { codeCommit: a }, network: true }",
			`environments/dev.yaml:3:53: codePipeline.network: needs a network; add network: and its keys, or remove this line`},
		"public network": {"codePipeline: { source: { codeCommit: a }, network: true }\nnetwork: { cidr: 10.10.0.0/16, tiers: [public] }",
			`environments/dev.yaml:3:53: codePipeline.network: needs private subnets; add private to network.tiers, or name them in network.existing.privateSubnetIds`},
		"closed network": {"codePipeline: { source: { codeCommit: a }, network: true }\nnetwork: { cidr: 10.10.0.0/16, nat: none }",
			`environments/dev.yaml:3:53: codePipeline.network: has no way to the internet, from which builds load Terraform, its providers and Go modules; set network.nat to single or perZone`},
		"values": {"codePipeline: { source: { codeCommit: a }, computeType: tiny, executionMode: parallel, logRetentionDays: 2, approval: { timeoutHours: 1441, emails: [ml] } }",
			`environments/dev.yaml:3:57: codePipeline.computeType: "tiny" is not allowed; use small, medium or large
environments/dev.yaml:3:78: codePipeline.executionMode: "parallel" is not allowed; use superseded or queued
environments/dev.yaml:3:106: codePipeline.logRetentionDays: 2 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653
environments/dev.yaml:3:135: codePipeline.approval.timeoutHours: 1441 is not allowed; use 1 to 1440
environments/dev.yaml:3:150: codePipeline.approval.emails[0]: "ml" is no e-mail address; write it like ml-team@example.com`},
		"topic": {"codePipeline: { source: { codeCommit: a }, approval: { topicArn: delivery, topicKeyArn: alias/a } }",
			`environments/dev.yaml:3:66: codePipeline.approval.topicArn: "delivery" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:222222222222:name
environments/dev.yaml:3:89: codePipeline.approval.topicKeyArn: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:222222222222:key/id`},
		"topic elsewhere": {"codePipeline: { source: { codeCommit: a }, approval: { topicArn: \"arn:aws:sns:eu-west-1:222222222222:delivery\" } }",
			`environments/dev.yaml:3:66: codePipeline.approval.topicArn: "arn:aws:sns:eu-west-1:222222222222:delivery" is in eu-west-1, the pipeline is in us-west-2, and publishes there only; use a topic of that region`},
		"topic and emails": {"codePipeline: { source: { codeCommit: a }, approval: { emails: [ml@example.com], topicArn: \"arn:aws:sns:us-west-2:222222222222:delivery\" } }",
			`environments/dev.yaml:3:92: codePipeline.approval.topicArn: stands beside emails; subscribe the addresses to that topic where it was made, or remove it`},
		"key alone": {"codePipeline: { source: { codeCommit: a }, approval: { topicKeyArn: \"arn:aws:kms:us-west-2:222222222222:key/a\" } }",
			`environments/dev.yaml:3:69: codePipeline.approval.topicKeyArn: is the key of no topic; add topicArn, or remove it`},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			_, err := dev(test.lines + "\n").load()
			require.EqualError(t, err, test.want)
		})
	}
	for title, test := range map[string]struct{ promotion, source, want string }{
		"nothing to deploy": {"{}", "codeCommit: a",
			`environments/dev.yaml:2:12: promotion: names no branch and no tag, so that nothing could ever be deployed; add branches or tags, such as promotion: { branches: [main] }, or codePipeline: { enabled: false }`},
		"tags of CodeCommit": {"{ tags: [v1] }", "codeCommit: a",
			`environments/dev.yaml:2:20: promotion.tags: cannot be deployed from CodeCommit, whose source follows one branch; remove them and name one branch in promotion.branches`},
		"branches of CodeCommit": {"{ branches: [feature/*] }", "codeCommit: a",
			`environments/dev.yaml:2:24: promotion.branches: are more than CodeCommit's source follows; name one branch, without wildcards`},
		"paths of tags": {"{ tags: [v1] }", "{ connectionArn: " + connection + ", paths: { include: [a] } }",
			`environments/dev.yaml:3:145: codePipeline.source.paths: has no effect on tags, and no branch is deployed; remove it, or add promotion.branches`},
		"many branches": {"{ branches: [a, b, c, d, e, f, g, h, i] }", "connectionArn: " + connection,
			`environments/dev.yaml:2:24: promotion.branches: has 9 patterns; CodePipeline allows 8; join some in one with a wildcard`},
	} {
		t.Run(title, func(t *testing.T) {
			source := test.source
			if !strings.HasPrefix(source, "{") {
				source = "{ " + source + " }"
			}
			_, err := small(files{"environments/dev.yaml": "account: \"222222222222\"\npromotion: " + test.promotion + "\ncodePipeline: { source: " + source + " }\n"}).load()
			require.EqualError(t, err, test.want)
		})
	}
	_, err := small(files{
		"environments/dev.yaml": smallDev + "codePipeline: { source: { codeCommit: a } }\n",
		"environments/tst.yaml": strings.Replace(smallDev, "222222222222", "333333333333", 1),
	}).load()
	require.EqualError(t, err, `environments/tst.yaml:2:25: promotion.branches[0]: the branch "main" is claimed by dev already (environments/dev.yaml:2:25); deploy each branch to one environment`)
}
