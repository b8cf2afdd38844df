package githubrunner_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/githubrunner"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/buildspec"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	connection = "arn:aws:codeconnections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef"
	subnet     = "subnet-0123456789abcdef0"
	group      = "sg-0123456789abcdef0"
)

func plain() githubrunner.Props {
	return githubrunner.Props{Name: "wine-dev-runner", Repository: "acme/wine-ml", VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{subnet}, SecurityGroupIDs: []string{group}}
}

func build(t *testing.T, props githubrunner.Props) (*githubrunner.Runner, synthtest.Template) {
	t.Helper()
	stack := synthtest.Stack(t)
	made, err := githubrunner.New(stack, "runner", props)
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	iamcheck.Check{}.Template(t, template.Root())
	return made, template
}

func TestPlain(t *testing.T) {
	made, template := build(t, plain())
	template.Golden("plain")
	require.Equal(t, "codebuild-wine-dev-runner-${{ github.run_id }}-${{ github.run_attempt }}", made.Label())
	for _, each := range []string{made.ProjectName(), made.RoleARN(), made.LogGroupName()} {
		require.Contains(t, each, "${")
	}
	require.NotNil(t, made.Construct())
}

func TestEverything(t *testing.T) {
	props := plain()
	props.ConnectionARN, props.Image, props.Compute, props.Timeout, props.QueueTimeout = connection, buildspec.Ubuntu, buildspec.Large, 13*time.Hour, time.Hour
	props.KeyARN, props.LogRetentionDays = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555", 30
	props.RoleName, props.PermissionsBoundary, props.Tags = "runner", "arn:aws:iam::222222222222:policy/wine-dev-boundary", map[string]string{"Team": "wine"}
	_, template := build(t, props)
	template.Golden("everything")
}

// A job can read the credentials of its machine, so that the role must be of no use but for what CodeBuild itself does with it.
func TestRoleCanDoNothingElse(t *testing.T) {
	_, template := build(t, plain())
	statements, err := iamcheck.Parse(template.One("aws_iam_role_policy")["policy"].(string))
	require.NoError(t, err)
	var all []string
	for _, each := range statements {
		all = append(all, each.Actions...)
	}
	require.ElementsMatch(t, strings.Fields(`logs:CreateLogStream logs:PutLogEvents ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups
		ec2:DescribeSubnets ec2:DescribeVpcs ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:CreateNetworkInterfacePermission`), all)
	const ec2 = "arn:aws:ec2:us-west-2:222222222222:"
	for _, test := range []struct {
		action, resource string
		keys             map[string]string
		want             bool
	}{
		{"logs:PutLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/codebuild/wine-dev-runner:log-stream:1", nil, true},
		{"logs:PutLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/codebuild/wine-prod-runner:log-stream:1", nil, false},
		{"ec2:CreateNetworkInterface", ec2 + "subnet/" + subnet, nil, true},
		{"ec2:CreateNetworkInterface", ec2 + "subnet/subnet-00000000000000000", nil, false},
		{"ec2:CreateNetworkInterface", ec2 + "security-group/sg-00000000000000000", nil, false},
		{"ec2:CreateNetworkInterfacePermission", ec2 + "network-interface/eni-1", map[string]string{"ec2:AuthorizedService": "codebuild.amazonaws.com", "ec2:Subnet": ec2 + "subnet/" + subnet}, true},
		{"ec2:CreateNetworkInterfacePermission", ec2 + "network-interface/eni-1", map[string]string{"ec2:Subnet": ec2 + "subnet/" + subnet}, false},
	} {
		require.Equal(t, test.want, iamcheck.Allows(statements, iamcheck.Request{Action: test.action, Resource: test.resource, Keys: test.keys}), "%s on %s", test.action, test.resource)
	}
	trust, err := iamcheck.Parse(template.One("aws_iam_role")["assume_role_policy"].(string))
	require.NoError(t, err)
	require.Contains(t, trust[0].Conditions, policy.ARNEquals("aws:SourceArn", "arn:aws:codebuild:us-west-2:222222222222:project/wine-dev-runner"))
}

func TestExistingRole(t *testing.T) {
	props := plain()
	props.RoleARN = "arn:aws:iam::222222222222:role/runner"
	made, template := build(t, props)
	require.Equal(t, props.RoleARN, made.RoleARN())
	require.Empty(t, template.Resources("aws_iam_role"))
	props.Scope = arn.Scope{Region: "us-west-2", Account: "222222222222"}.WithDefaults()
	props.ConnectionARN = strings.Replace(connection, "codeconnections", "codestar-connections", 1)
	statements := githubrunner.Permissions(props)
	require.Equal(t, []string{"codestar-connections:GetConnection", "codestar-connections:GetConnectionToken"}, statements[len(statements)-1].Actions)
}

func TestErrors(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := githubrunner.New(stack, "runner", githubrunner.Props{
		Name: "w", Repository: "wine-ml", ConnectionARN: "wine", SubnetIDs: []string{""}, Image: buildspec.AmazonLinuxARM, Compute: "HUGE", Timeout: time.Minute,
		QueueTimeout: 9 * time.Hour, KeyARN: "key", LogRetentionDays: 2, RoleARN: "runner", RoleName: "runner",
	})
	require.EqualError(t, err, `name: "w" is no name of a project, written out; use 2 to 150 letters, digits, _ and -
repository: "wine-ml" is no GitHub repository; write it as owner/name, such as acme/wine-ml
connectionARN: "wine" is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:123456789012:connection/id
vpcID: is missing; give the id of the VPC
securityGroupIDs: are 0, 1 to 5 are allowed; give ids of security groups
subnetIDs[0]: is empty; give an id
image: "aws/codebuild/amazonlinux-aarch64-standard:4.0" is not one of CodeBuild's own for x86_64; use aws/codebuild/amazonlinux-x86_64-standard:6.0 or aws/codebuild/standard:8.0
compute: "HUGE" is unknown; use BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM, BUILD_GENERAL1_LARGE, BUILD_GENERAL1_XLARGE or BUILD_GENERAL1_2XLARGE
timeout: 1m0s is out of range; use 5m to 36h in whole minutes
queueTimeout: 9h0m0s is out of range; use 5m to 8h in whole minutes
keyARN: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
logRetentionDays: 2 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
roleARN: "runner" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name
roleName: "runner" names a role to make, but roleARN gives an existing one; keep one of them`)
}
