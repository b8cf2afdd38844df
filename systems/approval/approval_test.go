package approval_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/systems/approval"
)

func TestDefinitions(t *testing.T) {
	var requests []aslnode.Request
	for name, settings := range examples {
		t.Run(name, func(t *testing.T) {
			d := definition(t, settings())
			golden.AssertJSON(t, filepath.Join("testdata", name+".json"), text(t, settings()))
			require.Empty(t, d.Warnings())
			statements, err := d.Permissions(scope)
			require.NoError(t, err)
			iamcheck.Statements(t, statements...)
			document, err := policy.New(statements...).JSON(policy.Identity)
			require.NoError(t, err)
			golden.AssertJSON(t, filepath.Join("testdata", name+".permissions.json"), document)
		})
		requests = append(requests, aslnode.Request{Validate: text(t, settings())})
	}
	for _, got := range aslnode.Node(t, requests) {
		require.Empty(t, got.Problems)
	}
}

func TestDrawing(t *testing.T) {
	golden.Assert(t, filepath.Join("testdata", "minimal.md"), []byte("```mermaid\n"+strings.TrimRight(definition(t, minimal()).Mermaid(), "\n")+"\n```\n"))
}

// TestPermissionsAreNarrow asks for each action that changes something whether it may reach what is not the machine's.
func TestPermissionsAreNarrow(t *testing.T) {
	statements, err := definition(t, minimal()).Permissions(scope)
	require.NoError(t, err)
	reach := map[string][]string{}
	for _, s := range statements {
		for _, action := range s.Actions {
			reach[action] = append(reach[action], s.Resources...)
		}
	}
	at := "arn:aws:sagemaker:us-west-2:111111111111:"
	made := []string{at + "endpoint-config/wine-approved-*"}
	require.Equal(t, map[string][]string{
		"application-autoscaling:DeregisterScalableTarget": {"arn:aws:application-autoscaling:us-west-2:111111111111:scalable-target/*"}, // see TestTargetsThatAreDeregistered
		"application-autoscaling:DescribeScalingPolicies":  {"*"},
		"cloudwatch:DeleteAlarms":                          {"arn:aws:cloudwatch:us-west-2:111111111111:alarm:TargetTracking-endpoint/wine/variant/AllTraffic-*"},

		"events:PutEvents":               {"arn:aws:events:us-west-2:111111111111:event-bus/default"},
		"iam:PassRole":                   {role},
		"sagemaker:AddTags":              {at + "endpoint/wine", at + "model/wine-approved-*", made[0]},
		"sagemaker:CreateEndpoint":       {at + "endpoint/wine", made[0]},
		"sagemaker:CreateEndpointConfig": made,
		"sagemaker:CreateModel":          {at + "model/wine-approved-*"},
		"sagemaker:DeleteEndpoint":       {at + "endpoint/wine"},
		"sagemaker:DeleteEndpointConfig": made,
		"sagemaker:DeleteModel":          {at + "model/wine-approved-*"},
		"sagemaker:DescribeEndpoint":     {at + "endpoint/wine"},
		"sagemaker:DescribeModelPackage": {at + "model-package/wine-quality/*"},
		"sagemaker:UpdateEndpoint":       {at + "endpoint/wine", made[0]},
		"sagemaker:UpdateModelPackage":   {at + "model-package/wine-quality/*"},
		"sns:Publish":                    {topic},
	}, reach)
}

// TestTargetsThatAreDeregistered are instances of endpoints: targets have no names by which one could be told.
func TestTargetsThatAreDeregistered(t *testing.T) {
	statements, err := definition(t, minimal()).Permissions(scope)
	require.NoError(t, err)
	for dimension, want := range map[string]bool{"sagemaker:variant:DesiredInstanceCount": true, "sagemaker:variant:DesiredProvisionedConcurrency": false, "ecs:service:DesiredCount": false} {
		service, _, _ := strings.Cut(dimension, ":")
		require.Equal(t, want, iamcheck.Allows(statements, iamcheck.Request{
			Action: "application-autoscaling:DeregisterScalableTarget", Resource: "arn:aws:application-autoscaling:us-west-2:111111111111:scalable-target/0a1b",
			Keys: map[string]string{"application-autoscaling:service-namespace": service, "application-autoscaling:scalable-dimension": dimension},
		}), dimension)
	}
	document, err := policy.New(statements...).JSON(policy.Identity)
	require.NoError(t, err)
	require.NotContains(t, document, "PutScalingPolicy")
	require.NotContains(t, document, "CreateServiceLinkedRole")
}

func TestLongNames(t *testing.T) {
	s := minimal()
	s.Endpoint, s.Group = strings.Repeat("e", 63), strings.Repeat("g", 63)
	out := string(text(t, s))
	require.Contains(t, out, `"EndpointName":"`+s.Endpoint+`"`)
	// 37 characters, the infix of 10 and 16 digits are 63.
	require.Contains(t, out, `"ModelName":"{% \"`+strings.Repeat("e", 37)+`-approved-\" & $id %}"`)
	require.Contains(t, out, `\"SHA-256\"), 0, 16)`)
}

func TestPartition(t *testing.T) {
	s := minimal()
	s.Scope.Region = "cn-north-1"
	out := string(text(t, s))
	require.Contains(t, out, "arn:aws-cn:states:::sagemaker:createModel")
	require.Contains(t, out, "arn:aws-cn:sagemaker:cn-north-1:111111111111:model-package/wine-quality/")
}

// TestReferences holds that Terraform finds its references again.
func TestReferences(t *testing.T) {
	s := minimal()
	s.Scope.Account, s.RoleARN, s.TopicARN, s.InstanceType = "${var.account}", "${aws_iam_role.serve.arn}", "${aws_sns_topic.alerts.arn}", "${var.instance}"
	out := string(text(t, s))
	for _, reference := range []string{"us-west-2:${var.account}:model-package/wine-quality/", `"${aws_iam_role.serve.arn}"`, `"${aws_sns_topic.alerts.arn}"`, `"${var.instance}"`} {
		require.Contains(t, out, reference)
	}
	require.NotContains(t, out, `\\$`)
	statements, err := definition(t, s).Permissions(s.Scope)
	require.NoError(t, err)
	document, err := policy.New(statements...).JSON(policy.Identity)
	require.NoError(t, err)
	require.Contains(t, document, "arn:aws:sagemaker:us-west-2:${var.account}:endpoint/wine")
}

func TestVolumeKeyIsForVolumes(t *testing.T) {
	s := minimal()
	s.KeyARN = key
	require.Contains(t, string(text(t, s)), `"KmsKeyId":"`+key+`"`)
	s.InstanceType = "ml.g5.xlarge"
	require.NotContains(t, string(text(t, s)), key)
}

func TestMaxWaitFollowsDeployment(t *testing.T) {
	s := minimal()
	s.Deployment = &asl.BlueGreen{Traffic: asl.LinearTraffic, Baking: 20 * time.Minute, Alarms: []string{"a"}}
	require.Contains(t, string(text(t, s)), "$looks < 230") // ten steps of 20 minutes, and half an hour
	s.Deployment.MaxDuration = 8 * time.Hour
	require.Contains(t, string(text(t, s)), "$looks < 510")
}

func TestRolling(t *testing.T) {
	s := rolling()
	out := string(text(t, s))
	require.Contains(t, out, `"DeploymentConfig":{"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"CAPACITY_PERCENT","Value":25},"WaitIntervalInSeconds":300,`+
		`"RollbackMaximumBatchSize":{"Type":"CAPACITY_PERCENT","Value":50}},"AutoRollbackConfiguration":{"Alarms":[{"AlarmName":"wine-errors"}]}}`)
	require.Contains(t, out, "$looks < 90") // four batches that take 10 minutes to start and 5 to watch, and half an hour
	s.Rolling.MaxDuration = 8 * time.Hour
	require.Contains(t, string(text(t, s)), "$looks < 510")
	statements, err := definition(t, s).Permissions(scope)
	require.NoError(t, err)
	require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "cloudwatch:DescribeAlarms", Resource: "arn:aws:cloudwatch:us-west-2:111111111111:alarm:wine-errors"}))
}

func TestInstancesOfANewEndpointFollowAutoscaling(t *testing.T) {
	s := minimal()
	s.Autoscaling = &approval.Autoscaling{Min: 3, Max: 5, InvocationsPerInstance: 100}
	out := string(text(t, s))
	require.Contains(t, out, `"InitialInstanceCount":3`)
	require.Contains(t, out, `"ResourceId":"endpoint/wine/variant/AllTraffic"`)
	require.Contains(t, out, `"MinCapacity":3`)
	require.Contains(t, out, `"ScaleInCooldown":300`)
}

// TestConfigurationsThatAreRead are those of the machine and of constructs/endpoint, whose names are cut.
func TestConfigurationsThatAreRead(t *testing.T) {
	s := everything()
	s.Name, s.Endpoint = "deploy", strings.Repeat("e", 40)
	statements, err := definition(t, s).Permissions(scope)
	require.NoError(t, err)
	for _, name := range []string{strings.Repeat("e", 37) + "-approved-0123", strings.Repeat("e", 36) + "-20260101000000000000000001"} {
		require.True(t, iamcheck.Allows(statements, iamcheck.Request{Action: "sagemaker:DescribeEndpointConfig", Resource: "arn:aws:sagemaker:us-west-2:111111111111:endpoint-config/" + name}), name)
	}
	require.False(t, iamcheck.Allows(statements, iamcheck.Request{Action: "sagemaker:DescribeEndpointConfig", Resource: "arn:aws:sagemaker:us-west-2:111111111111:endpoint-config/other"}))
}

func TestEvent(t *testing.T) {
	require.NoError(t, minimal().Event().Validate())
	pattern, err := minimal().Event().Pattern().JSON()
	require.NoError(t, err)
	require.Equal(t, `{"source":["aws.sagemaker"],"detail-type":["SageMaker Model Package State Change"],"detail":{"ModelPackageGroupName":["wine-quality"],`+
		`"ModelApprovalStatus":["Approved"],"UpdatedModelPackageFields":["ModelApprovalStatus",{"exists":false}]}}`, pattern)
}

func TestErrors(t *testing.T) {
	cases := map[string]struct {
		change func(*approval.Settings)
		want   string
	}{
		"nothing": {func(s *approval.Settings) { *s = approval.Settings{} }, `scope.region: "" is no AWS region; write it like us-west-2
scope.account: "" is no AWS account id; write its 12 digits as a string
group: "" is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them
endpoint: "" is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them
roleARN: "" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name
instanceType: exactly one of InstanceType and Serverless is needed
topicARN: "" is no ARN of a topic; write it like arn:aws:sns:us-west-2:111111111111:name`},
		"names": {func(s *approval.Settings) {
			s.Group, s.Endpoint, s.Variant, s.Name, s.EventSource = "Wine", "wine_1", "-", "a b", "aws.wine"
			s.Scope = arn.Scope{Partition: "moon", Region: "west", Account: "1"}
		}, `scope.partition: "moon" is no AWS partition; use aws, aws-cn or aws-us-gov
scope.region: "west" is no AWS region; write it like us-west-2
scope.account: "1" is no AWS account id; write its 12 digits as a string
group: "Wine" is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them
endpoint: "wine_1" is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them
variant: "-" is no name of a variant; use 1 to 63 letters, digits and hyphens between them
name: "a b" is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores
eventSource: "aws.wine" begins with aws., which only AWS may use; use the name of your system`},
		"instances": {func(s *approval.Settings) {
			s.InstanceType, s.InstanceCount, s.KeyARN, s.TopicKeyARN = "m5", -1, "alias/k", "k"
		}, `keyARN: "alias/k" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:111111111111:key/id
topicKeyARN: "k" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:111111111111:key/id
instanceType: "m5" is no SageMaker instance type; write it like ml.m5.large
instanceCount: -1 is too small; use 1 or more`},
		"both": {func(s *approval.Settings) { s.Serverless = &asl.Serverless{} }, `instanceType: exactly one of InstanceType and Serverless is needed`},
		"serverless": {func(s *approval.Settings) {
			*s = everything()
			s.InstanceType, s.Serverless, s.Deployment = "", &asl.Serverless{MemoryMB: 1000, MaxConcurrency: 201}, nil
		}, `instanceCount: is not possible with a serverless endpoint; remove it, or use instances
resetInstanceCount: is not possible with a serverless endpoint; remove it, or use instances
autoscaling: is not possible with a serverless endpoint; remove it, or use instances
dataCapture: is not possible with a serverless endpoint; remove it, or use instances
subnets: is not possible with a serverless endpoint; remove it, or use instances
serverless.memoryMB: 1000 is no size that SageMaker offers; use 1024, 2048, 3072, 4096, 5120 or 6144
serverless.maxConcurrency: 201 is out of range; use 1 to 200
keyARN: is given, but a serverless variant has no volume that takes a key; remove it`},
		"autoscaling": {func(s *approval.Settings) {
			s.Autoscaling = &approval.Autoscaling{Min: -1, Max: -2, ScaleOutCooldown: time.Millisecond, ScaleInCooldown: 2 * time.Hour}
			s.InstanceCount = 1
		}, `autoscaling.min: -1 is too small; use 1 or more
autoscaling.max: -2 is less than the smallest number, -1; make it larger
autoscaling.invocationsPerInstance: 0 is too small; use the requests per minute that one instance takes
autoscaling.scaleOutCooldown: 1ms is not allowed; use 1s to 1h0m0s in whole seconds
autoscaling.scaleInCooldown: 2h0m0s is not allowed; use 1s to 1h0m0s in whole seconds`},
		"network": {func(s *approval.Settings) { s.Subnets = make([]string, 17) }, `subnets: needs subnets and security groups, or neither
subnets: has 17 elements, 16 are allowed; remove some`},
		"capture": {func(s *approval.Settings) { s.DataCapture = &asl.DataCapture{Percent: 101} }, `dataCapture.s3URI: is missing; give where captured data goes, such as s3://bucket/capture
dataCapture.percent: 101 is out of range; use 1 to 100`},
		"times": {func(s *approval.Settings) { s.Poll, s.MaxWait = time.Second, 13*time.Hour }, `poll: 1s is not allowed; use 10s to 10m0s in whole seconds
maxWait: 13h0m0s is not allowed; use whole seconds, from one poll to 12h0m0s`},
		"wait shorter than a poll": {func(s *approval.Settings) { s.MaxWait = 30 * time.Second }, `maxWait: 30s is not allowed; use whole seconds, from one poll to 12h0m0s`},
		"deployment": {func(s *approval.Settings) {
			s.InstanceType = "ml.inf1.xlarge"
			s.Deployment = &asl.BlueGreen{Traffic: "ROLLING", StepPercent: 200, Baking: 2 * time.Hour}
		}, `deployment: does not work with ml.inf1.xlarge; leave it out, or use other instances
deployment.alarms: are missing, so that nothing would make the deployment go back; name alarms, or leave Deployment out
deployment.traffic: "ROLLING" is unknown; use ALL_AT_ONCE, CANARY or LINEAR
deployment.baking: 2h0m0s is not allowed; use whole seconds, from 1s to 1h0m0s
deployment.stepPercent: is for Canary and LinearTraffic; remove it, or set Traffic`},
		"rolling": {func(s *approval.Settings) {
			s.InstanceType, s.Deployment, s.Rolling = "ml.inf1.xlarge", &asl.BlueGreen{Alarms: []string{"a"}}, &asl.Rolling{StepPercent: 60}
		}, `deployment: does not work with ml.inf1.xlarge; leave it out, or use other instances
rolling: does not work with ml.inf1.xlarge; leave it out, or use other instances
rolling: replaces half of the instances at most, and there may be only one; use 2 or more
rolling.alarms: are missing, so that nothing would make the deployment go back; name alarms, or leave Rolling out
rolling.stepPercent: 60 is out of range; use 5 to 50
rolling: stands beside Deployment, and an update is one of them; remove one`},
		"rolling, batches": {func(s *approval.Settings) {
			s.InstanceCount, s.Rolling = 3, &asl.Rolling{Alarms: []string{"a"}}
		}, `rolling.stepPercent: 20 % of 3 instances is less than one; use 34 or more`},
		"rolling, scaled": {func(s *approval.Settings) {
			*s = everything()
			s.Deployment, s.Rolling = nil, &asl.Rolling{StepPercent: 40, Alarms: []string{"a"}}
		}, `rolling.stepPercent: 40 % of 2 instances is less than one; use 50 or more`},
		"rolling, serverless": {func(s *approval.Settings) {
			*s = serverless()
			s.Rolling = &asl.Rolling{Alarms: []string{"a"}}
		}, `rolling: is not possible with a serverless endpoint; remove it, or use instances`},
		"rolling for days": {func(s *approval.Settings) {
			s.InstanceCount, s.Rolling = 20, &asl.Rolling{StepPercent: 5, Baking: time.Hour, Alarms: []string{"a"}}
		}, `rolling: takes 20h0m0s, SageMaker allows 8h0m0s; use larger steps, or watch the alarms for less long`},
		"deployment for days": {func(s *approval.Settings) {
			s.Deployment = &asl.BlueGreen{Traffic: asl.LinearTraffic, Baking: time.Hour, Alarms: []string{"a"}}
		}, `deployment: takes 10h0m0s, SageMaker allows 8h0m0s; use larger steps, or watch the alarms for less long`},
		"deployment longer than the wait": {func(s *approval.Settings) {
			s.Deployment = &asl.BlueGreen{Traffic: asl.Canary, Baking: 30 * time.Minute, OldInstances: 10 * time.Minute, Alarms: []string{"a"}}
			s.MaxWait = time.Hour
		}, `maxWait: 1h0m0s is less than the 1h10m0s that the deployment may take; make it longer`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := minimal()
			c.change(&s)
			_, err := s.Definition()
			require.EqualError(t, err, c.want)
		})
	}
}

// TestPage holds the drawing of the documentation against the states, and its settings against the fields.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "approval.md"))
	require.NoError(t, err)
	_, drawing, _ := strings.Cut(string(page), "```mermaid")
	drawing, _, _ = strings.Cut(drawing, "```")
	has := map[string]bool{}
	var machine struct{ States map[string]any }
	require.NoError(t, json.Unmarshal(text(t, minimal()), &machine))
	for _, match := range regexp.MustCompile(`[\[{]"([^"]+)"[\]}]`).FindAllStringSubmatch(drawing, -1) {
		has[match[1]] = true
		require.Contains(t, machine.States, match[1], "the drawing shows a state that the machine does not have")
	}
	require.Greater(t, len(has), 15)
	settings := reflect.TypeFor[approval.Settings]()
	for i := range settings.NumField() {
		require.Contains(t, string(page), "`"+settings.Field(i).Name+"`", "the page does not name the setting")
	}
}
