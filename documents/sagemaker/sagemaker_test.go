package sagemaker_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var scope = arn.Scope{Region: "us-west-2", Account: "222222222222"}.WithDefaults()

func TestParseInstance(t *testing.T) {
	for name, want := range map[string]sagemaker.Instance{
		"ml.m5.large": {Family: "m5"}, "ml.g5.2xlarge": {Family: "g5", LocalStorage: true}, "ml.g4dn.xlarge": {Family: "g4dn", LocalStorage: true},
		"ml.p4de.24xlarge": {Family: "p4de", LocalStorage: true}, "ml.c6i.large": {Family: "c6i"}, "ml.trn1.2xlarge": {Family: "trn1", LocalStorage: true},
	} {
		got, ok := sagemaker.ParseInstance(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "m5.large", "ml.m5", "ml.large", "ml.m5.huge"} {
		_, ok := sagemaker.ParseInstance(name)
		require.False(t, ok, name)
	}
}

func TestRepository(t *testing.T) {
	const repository = "arn:aws:ecr:eu-west-1:111111111111:repository/team/serving"
	for _, tag := range []string{"", ":1.0", "@sha256:" + digest, ":1.0@sha256:" + digest} {
		require.Equal(t, repository, sagemaker.Repository("aws", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/serving"+tag))
	}
	require.Equal(t, repository, sagemaker.Repository("aws", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/serving:${var.tag}"), "its repository is known")
	require.Empty(t, sagemaker.Repository("aws", "${local.image}"))
	require.Equal(t, []string{repository, "arn:aws:ecr:us-west-2:222222222222:repository/*"}, sagemaker.Repositories(scope, []string{"111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/serving", "${local.image}", "python:3"}))
}

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestCheckImage(t *testing.T) {
	for _, image := range []string{
		"111111111111.dkr.ecr.us-west-2.amazonaws.com/a:1.0", "111111111111.dkr.ecr.us-west-2.amazonaws.com/a/b@sha256:" + digest, "${local.repository}:1.0",
	} {
		var problems problem.List
		problems.Add("", sagemaker.CheckImage("image", image, "us-west-2"))
		require.NoError(t, problems.Err(), image)
	}
}

func TestCheckURI(t *testing.T) {
	for _, uri := range []string{"s3://bucket/a/b.tar.gz", "s3://${aws_s3_bucket.a.bucket}/a/", "${local.uri}", "s3://bucket/"} {
		var problems problem.List
		problems.Add("", sagemaker.CheckURI("uri", uri, 1024))
		require.NoError(t, problems.Err(), uri)
	}
	var problems problem.List
	problems.Add("", sagemaker.CheckURI("uri", "s3://bucket/longer", 10))
	require.EqualError(t, problems.Err(), "uri: has 18 characters, 10 are allowed; shorten it")
}

func TestStatements(t *testing.T) {
	const key, other = "arn:aws:kms:us-west-2:222222222222:key/1", "arn:aws:kms:us-west-2:222222222222:key/2"
	statements := sagemaker.Access{
		Reads: []string{"s3://models/a/model.tar.gz", "s3://models/b/", "${local.opaque}", "s3://models/b/", "s3://models/c*"}, Writes: []string{"s3://capture", "s3://out/x", "s3://out/y/*"},
		ReadKeys: []string{key, other}, WriteKeys: []string{key}, VolumeKeys: []string{key},
		Images: []string{"222222222222.dkr.ecr.us-west-2.amazonaws.com/a:1"}, Repositories: []string{"arn:aws:ecr:us-west-2:222222222222:repository/a"},
		Subnets: []string{"subnet-1"}, SecurityGroups: []string{"sg-1"}, Topics: []string{"arn:aws:sns:us-west-2:222222222222:t"}, LogGroup: "/aws/sagemaker/x",
	}.Statements(scope)
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Statements(t, statements...)
	allowed := map[string][]string{}
	for _, s := range statements {
		for _, action := range s.Actions {
			allowed[action] = append(allowed[action], s.Resources...)
		}
	}
	require.Equal(t, []string{"arn:aws:s3:::models/a/model.tar.gz", "arn:aws:s3:::models/b/*", "arn:aws:s3:::models/c*"}, allowed["s3:GetObject"])
	require.Equal(t, []string{"arn:aws:s3:::capture/*", "arn:aws:s3:::out/x/*", "arn:aws:s3:::out/y/*"}, allowed["s3:PutObject"])
	require.Equal(t, []string{key, other}, allowed["kms:Decrypt"])
	require.Equal(t, []string{key}, allowed["kms:GenerateDataKey"])
	require.Equal(t, []string{"arn:aws:ecr:us-west-2:222222222222:repository/a"}, allowed["ecr:BatchGetImage"])
	require.NoError(t, policy.New(statements...).Validate(policy.Identity))
}

// TestRegistrationIsOne: a pipeline and a state machine that register the same model may look at the same things.
func TestRegistrationIsOne(t *testing.T) {
	const image, model = "111111111111.dkr.ecr.us-west-2.amazonaws.com/serving:1.0", "s3://models/wine/model.tar.gz"
	p := pipeline.New("wine", pipeline.Props{})
	p.Register("register", pipeline.RegisterArgs{
		Group: "wine", Containers: []pipeline.Container{{Image: image, ModelData: model}}, ContentTypes: []pipeline.String{"text/csv"}, ResponseTypes: []pipeline.String{"text/csv"},
	})
	ofPipeline, err := p.Permissions(scope)
	require.NoError(t, err)
	ofMachine, err := asl.Definition{States: []asl.State{asl.Task{
		Name: "Register", End: true, Call: asl.SageMakerCreateModelPackage{GroupName: "wine", Image: image, ModelDataURL: model},
	}}}.Permissions(scope)
	require.NoError(t, err)

	for _, request := range []iamcheck.Request{
		{Action: "sagemaker:CreateModelPackage", Resource: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine/7"},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::models/wine/model.tar.gz"},
		{Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:us-west-2:111111111111:repository/serving"},
		{Action: "ecr:DescribeImages", Resource: "arn:aws:ecr:us-west-2:111111111111:repository/serving"},
	} {
		require.True(t, iamcheck.Allows(ofPipeline, request), "the pipeline: %v", request)
		require.True(t, iamcheck.Allows(ofMachine, request), "the state machine: %v", request)
	}
	for _, request := range []iamcheck.Request{
		{Action: "sagemaker:CreateModelPackage", Resource: "arn:aws:sagemaker:us-west-2:222222222222:model-package/other/7"},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::models/wine/model.tar.gz.old"},
		{Action: "ecr:BatchGetImage", Resource: "arn:aws:ecr:us-west-2:111111111111:repository/other"},
	} {
		require.False(t, iamcheck.Allows(ofPipeline, request), "the pipeline: %v", request)
		require.False(t, iamcheck.Allows(ofMachine, request), "the state machine: %v", request)
	}
}

// TestThePatternOfDisksIsTheRule for all types that SageMaker has.
func TestThePatternOfDisksIsTheRule(t *testing.T) {
	pattern, with := regexp.MustCompile(sagemaker.DisksPattern()), 0
	table, err := os.ReadFile("../../internal/awsfacts/instances.txt")
	require.NoError(t, err)
	for _, line := range strings.Split(string(table), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" || fields[0] == "ec2" {
			continue
		}
		for _, size := range fields[2:] {
			name := "ml." + fields[1] + "." + size
			require.Equal(t, sagemaker.HasDisks(name), pattern.MatchString(name), name)
			if sagemaker.HasDisks(name) {
				with++
			}
		}
	}
	require.Greater(t, with, 100)
}

// TestStrategies: what Terraform fills in is not known to be wrong.
func TestStrategies(t *testing.T) {
	ranges := sagemaker.Ranges{Integers: []sagemaker.IntegerRange{{Name: "depth", Max: 9, Scaling: "${var.scaling}"}}}
	require.Empty(t, sagemaker.Search{Strategy: "${var.strategy}", Ranges: ranges}.Refusals())
	require.Equal(t, []sagemaker.Refusal{{Field: "strategy", Message: `"Luck" is unknown`, Fix: "use Bayesian, Random, Hyperband or Grid"}},
		sagemaker.Search{Strategy: "Luck", Ranges: sagemaker.Ranges{Integers: []sagemaker.IntegerRange{{Name: "depth", Max: 9}}}}.Refusals())
}

func TestVolumes(t *testing.T) {
	for _, test := range []struct {
		volumes            sagemaker.Volumes
		takes              bool
		refuses, undecided string
	}{
		{volumes: sagemaker.Volumes{}, takes: true},
		{volumes: sagemaker.Volumes{Types: []string{"ml.m5.large", "${var.type}"}}, takes: true},
		{volumes: sagemaker.Volumes{Types: []string{"ml.g5.xlarge"}}, refuses: "is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it"},
		{
			volumes: sagemaker.Volumes{Types: []string{"ml.m5.large", "ml.g5.xlarge"}}, refuses: "is given, but ml.g5.xlarge has disks of its own, which encrypt themselves and take no key; remove it",
			undecided: "may be ml.m5.large, which takes the key of volumes, or ml.g5.xlarge, which has disks of its own and refuses it; allow one kind",
		},
		{volumes: sagemaker.Volumes{Serverless: true}, refuses: "is given, but a serverless variant has no volume that takes a key; remove it"},
		{
			volumes: sagemaker.Volumes{Open: "close it"}, takes: true,
			refuses:   "is given, but the instance type is chosen at run time and may be one that has disks of its own, such as ml.g5.xlarge, and takes no key; close it, or remove the key",
			undecided: "is chosen at run time, and whether it takes the key of volumes is not: one with disks of its own, such as ml.g5.xlarge, refuses it; close it",
		},
	} {
		require.Equal(t, test.takes, test.volumes.Key("key") == "key")
		for want, got := range map[string]*sagemaker.Refusal{test.refuses: test.volumes.Refuse(), test.undecided: test.volumes.Undecided()} {
			if got != nil {
				require.Equal(t, want, got.Text())
			}
		}
		require.Equal(t, test.refuses == "", test.volumes.Refuse() == nil)
		require.Equal(t, test.undecided == "", test.volumes.Undecided() == nil)
	}
}
