package executionrole_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/executionrole"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const keyARN = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-4333-8444-555555555555"

var (
	// AWS could limit metrics to a dataset, which is something else than a namespace; the condition limits these.
	check = iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}
)

func TestPlain(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := executionrole.New(stack, "training", executionrole.Props{Name: "wine-dev-training"})
	require.NoError(t, err)
	require.Contains(t, role.ARN(), "${")
	require.Contains(t, role.Name(), "${")
	require.Len(t, role.Policies(), 1)
	require.NotNil(t, role.Construct())
	template := synthtest.Synth(t, stack)
	template.Golden("plain")
	check.Template(t, template.Root())
}

func everything() executionrole.Props {
	return executionrole.Props{
		Name: "wine-dev-training", Description: "Trains on wine", Path: "/ml/", MaxSession: 2 * time.Hour,
		PermissionsBoundary: "arn:aws:iam::222222222222:policy/wine-dev-boundary",
		RepositoryARNs:      []string{"arn:aws:ecr:us-west-2:111111111111:repository/training-image"},
		Data: []executionrole.Data{
			{BucketARN: "arn:aws:s3:::wine-dev-data", Read: []string{"raw", "features/"}, Write: []string{"features", "models"}, KeyARN: keyARN},
			{BucketARN: "arn:aws:s3:::shared-data", Read: []string{"*"}},
		},
		VolumeKeyARNs:    []string{keyARN},
		Network:          &executionrole.Network{SubnetIDs: []string{"subnet-0123456789abcdef0"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"}},
		MetricNamespaces: []string{"wine/*"}, PassToSageMaker: true,
		Statements:        []policy.Statement{{Sid: "Own", Actions: []string{"dynamodb:GetItem"}, Resources: []string{"arn:aws:dynamodb:us-west-2:222222222222:table/wine"}}},
		ManagedPolicyARNs: []string{"arn:aws:iam::222222222222:policy/shared"},
	}
}

func TestEveryOption(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := executionrole.New(stack, "training", everything())
	require.NoError(t, err)
	require.NoError(t, role.Grant("more", policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::more/*"}}))
	starter, err := iam.FromARN(stack, "starter", "arn:aws:iam::222222222222:role/starter")
	require.NoError(t, err)
	require.NoError(t, role.GrantPass(starter))
	require.EqualError(t, role.GrantPass(nil), "execution role training: grant pass: the grantee is missing; pass a role")
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	check.Template(t, template.Root())

	passing := template.Where("aws_iam_role_policy", "name", "training-pass")
	require.Equal(t, map[string]map[string]any{"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}, template.Allowing(passing["policy"], "iam:PassRole")[0].Condition)
}

func TestWhatContainersMay(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := executionrole.New(stack, "training", everything())
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	statements, err := iamcheck.Parse(template.Where("aws_iam_role_policy", "name", "permissions")["policy"].(string))
	require.NoError(t, err)
	may := func(action, resource string, keys ...string) bool {
		request := iamcheck.Request{Action: action, Resource: resource, Keys: map[string]string{}}
		for i := 0; i < len(keys); i += 2 {
			request.Keys[keys[i]] = keys[i+1]
		}
		return iamcheck.Allows(statements, request)
	}
	data, self := "arn:aws:s3:::wine-dev-data", "arn:aws:iam::222222222222:role/ml/wine-dev-training"
	require.True(t, may("s3:GetObject", data+"/raw/a.csv"))
	require.True(t, may("s3:GetObject", data+"/features/a.csv"))
	require.False(t, may("s3:GetObject", data+"/raw-old/a.csv"))
	require.False(t, may("s3:GetObject", data+"/models/a"), "what is only written is not read")
	require.True(t, may("s3:PutObject", data+"/models/a"))
	require.False(t, may("s3:PutObject", data+"/raw/a.csv"))
	require.False(t, may("s3:DeleteObject", data+"/models/a"))
	require.True(t, may("s3:ListBucket", data, "s3:prefix", "raw/2026"))
	require.False(t, may("s3:ListBucket", data, "s3:prefix", "secret/"))
	require.False(t, may("s3:ListBucket", data))
	require.True(t, may("s3:ListBucket", "arn:aws:s3:::shared-data"))
	require.False(t, may("s3:PutObject", "arn:aws:s3:::shared-data/a"))
	require.True(t, may("kms:GenerateDataKey", keyARN, "kms:ViaService", "s3.us-west-2.amazonaws.com"))
	require.False(t, may("kms:Decrypt", keyARN, "kms:ViaService", "secretsmanager.us-west-2.amazonaws.com"))
	require.True(t, may("kms:CreateGrant", keyARN, "kms:GrantIsForAWSResource", "true"))
	require.False(t, may("kms:CreateGrant", keyARN, "kms:GrantIsForAWSResource", "false"))
	require.True(t, may("iam:PassRole", self, "iam:PassedToService", "sagemaker.amazonaws.com"))
	require.False(t, may("iam:PassRole", self, "iam:PassedToService", "lambda.amazonaws.com"))
	require.False(t, may("iam:PassRole", self+"-2", "iam:PassedToService", "sagemaker.amazonaws.com"))
	require.True(t, may("cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "wine/quality"))
	require.False(t, may("cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "AWS/Billing"))
	require.True(t, may("logs:PutLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/sagemaker/TrainingJobs:log-stream:job/1"))
	require.False(t, may("logs:PutLogEvents", "arn:aws:logs:us-west-2:222222222222:log-group:/aws/lambda/f:log-stream:1"))
	require.True(t, may("ecr:BatchGetImage", "arn:aws:ecr:us-west-2:111111111111:repository/training-image"))
	require.False(t, may("ecr:BatchGetImage", "arn:aws:ecr:us-west-2:111111111111:repository/other"))
	require.True(t, may("ec2:CreateNetworkInterface", "arn:aws:ec2:us-west-2:999999999999:subnet/subnet-0123456789abcdef0"), "a shared subnet belongs to its owner")
	require.False(t, may("ec2:CreateNetworkInterface", "arn:aws:ec2:us-west-2:222222222222:subnet/subnet-99999999"))
}

func TestProblems(t *testing.T) {
	_, err := executionrole.New(synthtest.Stack(t), "training", executionrole.Props{
		Name: "a b", Path: "ml", MaxSession: time.Minute, PermissionsBoundary: "boundary", RepositoryARNs: []string{"training-image"},
		Data: []executionrole.Data{
			{BucketARN: "wine"}, {BucketARN: "arn:aws:s3:::wine/raw", Read: []string{"/raw", "a*"}, Write: []string{""}, KeyARN: "alias/wine"},
			{BucketARN: "arn:aws:s3:::data", Read: []string{"*"}}, {BucketARN: "arn:aws:s3:::data", Write: []string{"out"}},
		},
		VolumeKeyARNs: []string{"key"}, Network: &executionrole.Network{SecurityGroupIDs: []string{"group"}}, MetricNamespaces: []string{"*"},
		Statements:        []policy.Statement{{Actions: []string{"s3:*"}, Resources: []string{"*"}}},
		ManagedPolicyARNs: []string{"arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"},
	})
	require.EqualError(t, err, `repositoryARNs[0]: "training-image" is no ARN of an ECR repository; write it like arn:aws:ecr:us-west-2:222222222222:repository/name
data[0].bucketARN: "wine" is no ARN of a bucket; write it like arn:aws:s3:::name
data[0]: needs read or write; name folders, or "*" for the whole bucket
data[1].bucketARN: "arn:aws:s3:::wine/raw" is no ARN of a bucket; write it like arn:aws:s3:::name
data[1].read[0]: "/raw" is no folder; write it like "raw" or "models/wine", without wildcards and without a slash at the front
data[1].read[1]: "a*" is no folder; write it like "raw" or "models/wine", without wildcards and without a slash at the front
data[1].write[0]: "" is no folder; write it like "raw" or "models/wine", without wildcards and without a slash at the front
data[1].keyARN: "alias/wine" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
data[3].bucketARN: "arn:aws:s3:::data" is given twice; list all its folders in one place
volumeKeyARNs[0]: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
network.subnetIDs: has 0 subnets, 1 to 16 are allowed; give at least one and no more
network.securityGroupIDs[0]: "group" is no id; write it like sg-0123456789abcdef0
metricNamespaces[0]: "*" is any namespace; name one, such as wine/*
statements[0].actions[0]: "s3:*" allows actions that nobody listed; write each action out
name: "a b" is no role name; use 1 to 64 letters, digits and +=,.@_-
path: "ml" is no IAM path; begin and end it with a slash, such as /service/
maxSession: 1m0s is out of range; use 1h to 12h in whole seconds
permissionsBoundary: "boundary" is no ARN of a managed policy; write it like arn:aws:iam::123456789012:policy/name
managedPolicyARNs[0]: "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess" allows far more than one role needs; list the permissions in statements`)
	_, err = executionrole.New(synthtest.Stack(t), "training", executionrole.Props{
		Name: "training", Statements: []policy.Statement{{Sid: "Logs", Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::b/*"}}},
	})
	require.EqualError(t, err, `permissions.statements[2].sid: "Logs" is used twice; make it unique within the document`)
}

func TestTokens(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := executionrole.New(stack, "training", executionrole.Props{
		Name: "wine-dev-training", VolumeKeyARNs: []string{"${aws_kms_key.k.arn}"},
		RepositoryARNs: []string{"${aws_ecr_repository.r.arn}"}, Data: []executionrole.Data{{BucketARN: "${aws_s3_bucket.b.arn}", Read: []string{"raw"}, KeyARN: "${aws_kms_key.k.arn}"}},
		Network: &executionrole.Network{SubnetIDs: []string{"${aws_subnet.s.id}"}, SecurityGroupIDs: []string{"${aws_security_group.g.id}"}},
	})
	require.NoError(t, err)
	template := synthtest.Synth(t, stack)
	read := template.Allowing(template.One("aws_iam_role_policy")["policy"], "s3:GetObject")[0]
	require.Equal(t, []string{"${aws_s3_bucket.b.arn}/raw/*"}, read.Resources)
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := executionrole.New(stack, "training", executionrole.Props{
			Name:           "wine-dev-training",
			Scope:          arn.Scope{Region: "us-west-2", Account: "222222222222"},
			RepositoryARNs: []string{"arn:aws:ecr:us-west-2:111111111111:repository/training-image"},
			Data:           []executionrole.Data{{BucketARN: "arn:aws:s3:::wine-dev-data", Read: []string{"raw"}, Write: []string{"models"}}},
		})
		return err
	})
	// Output:
	// aws_iam_role 1
	// aws_iam_role_policy 1
}
