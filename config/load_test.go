package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// The smallest platform, to which the cases add what is wrong.
const (
	smallPlatform = `project: wine
repository: acme/wine-ml
region: us-west-2
operations:
  account: "111111111111"
`
	smallDev = `account: "222222222222"
promotion: { branches: [main] }
`
)

// files are the text of a configuration by path.
type files map[string]string

// small is the smallest platform with what the given files add or replace. "" removes a file.
func small(over files) files {
	all := files{"platform.yaml": smallPlatform, "environments/dev.yaml": smallDev}
	for name, text := range over {
		all[name] = text
		if text == "" {
			delete(all, name)
		}
	}
	return all
}

func (f files) load() (*config.Platform, error) {
	fsys := fstest.MapFS{}
	for name, text := range f {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.LoadFS(fsys)
}

// must loads what is known to be right.
func (f files) must(t *testing.T) *config.Platform {
	t.Helper()
	platform, err := f.load()
	require.NoError(t, err)
	return platform
}

// dev is the smallest dev environment with lines at its end.
func dev(lines string) files {
	return small(files{"environments/dev.yaml": smallDev + strings.TrimPrefix(lines, "\n")})
}

// platform is the smallest platform.yaml with lines at its end.
func platform(lines string) files {
	return small(files{"platform.yaml": smallPlatform + strings.TrimPrefix(lines, "\n")})
}

// swap is the smallest platform with one text in place of another.
func swap(name, before, after string) files {
	all := small(nil)
	if !strings.Contains(all[name], before) {
		panic(name + " does not contain " + before)
	}
	all[name] = strings.Replace(all[name], before, after, 1)
	return all
}

func TestExampleOfTheRepository(t *testing.T) {
	p, err := config.Load(".")
	require.NoError(t, err)
	require.Equal(t, []string{"state", "operations-access", "operations", "dev-access", "dev", "staging-access", "staging", "prod-access", "prod"}, p.StackNames())
	require.Equal(t, []string{"dev", "staging", "prod"}, p.EnvironmentNames())

	require.Equal(t, []config.StateStore{{
		Stack: "state", Account: "111111111111", Region: "us-west-2", Bucket: "wine-terraform-state-111111111111-us-west-2",
	}}, p.StateStores())
	require.Equal(t, "acme/wine-ml/dev/terraform.tfstate", p.StateKey("dev"))
	require.Equal(t, "wine-operations", p.Operations.Prefix())
	require.Equal(t, "wine-operations-artifacts-111111111111-us-west-2", p.Operations.BucketName(config.ArtifactsBucket))
	require.Equal(t, []string{"lambda-image", "training-image"}, p.Operations.Images)
	require.Equal(t, []string{"main"}, p.Operations.Promotion.Branches)
	require.Equal(t, &config.GitHub{Enabled: true, Environment: "operations", Reviewers: []string{"acme/platform"}, Drift: true, MaxSessionMinutes: 180, Provider: config.CreateProvider}, p.Operations.GitHub)
	require.NotNil(t, p.RepositoryIDs, "the roles trust this very repository")
	for _, each := range []string{"staging", "prod"} {
		require.NotEmpty(t, p.Environment(each).GitHub.Reviewers, each)
	}

	development, production := p.Environment("dev"), p.Environment("prod")
	require.Equal(t, "wine-dev", development.Prefix())
	require.Equal(t, "aws", development.Partition())
	require.Equal(t, "us-west-2", development.Region)
	require.False(t, development.Protect)
	require.True(t, production.Protect)
	require.Equal(t, []string{"main", "feature/*"}, development.Promotion.Branches)
	require.Equal(t, []string{"us-west-2a", "us-west-2b"}, development.ZoneNames())
	require.Equal(t, []string{"us-west-2a", "us-west-2b", "us-west-2c"}, production.ZoneNames())
	require.Equal(t, config.NATPerZone, production.Network.NAT)
	require.Equal(t, map[string]string{"CostCenter": "ml"}, production.Tags)
	require.Equal(t, "wine-prod-models-444444444444-us-west-2", production.Storage.Models.Name)
	require.Equal(t, []string{"general", "gpu"}, production.Cluster.NodePoolNames())
	require.Equal(t, config.NodePool{
		InstanceTypes: []string{"g5.xlarge", "g5.2xlarge"}, AMI: config.AMINVIDIA, Max: 4, Capacity: config.CapacityOnDemand, DiskSizeGiB: 200,
		Taints: []config.Taint{{Key: "nvidia.com/gpu", Value: "true", Effect: config.NoSchedule}},
	}, production.Cluster.NodePools["gpu"])
	require.NotNil(t, production.Cluster.Karpenter)
	require.Nil(t, development.Cluster.Karpenter)
	require.Equal(t, []string{"wine-model"}, production.Registry.RepositoryNames())
	require.True(t, production.NetworkEnabled() && production.ClusterEnabled() && production.StorageEnabled() && production.RegistryEnabled() && production.GitHubEnabled())
	require.Nil(t, p.Environment("nowhere"))
	require.Same(t, p, production.Platform())
}

func TestExampleBranches(t *testing.T) {
	p, err := config.Load("../examples/configurations/branches")
	require.NoError(t, err)
	require.Equal(t, []string{"state-operations", "state-dev", "state-tst", "state-prd", "operations-access", "operations", "dev-access", "dev", "tst-access", "tst", "prd-access", "prd"}, p.StackNames())
	require.Equal(t, config.StateStore{
		Stack: "state-tst", Environment: "tst", Account: "777777777777", Region: "us-east-1",
		Bucket: "mlopspltf-tst-s3-tf-backend", Table: "mlopspltf-tst-ddb-tf-backend",
	}, p.StateStoreOf("tst"))
	require.True(t, p.State.HasTable())
	require.Nil(t, p.Environment("dev").Cluster)
	require.Equal(t, config.StateStack, p.Stacks()[1].Kind)
	require.Equal(t, "dev", p.Stacks()[1].Environment.Name)
	require.Nil(t, p.Stacks()[0].Environment)
}

func TestExampleOneAccount(t *testing.T) {
	p, err := config.Load("../examples/configurations/one-account")
	require.NoError(t, err)
	require.Equal(t, []string{"state", "operations-access", "operations", "dev-access", "dev", "hml-access", "hml", "prd-access", "prd"}, p.StackNames())
	require.Equal(t, config.CreateProvider, p.Operations.GitHub.Provider)
	for _, env := range p.Environments {
		require.True(t, env.CodePipelineEnabled())
		require.False(t, env.GitHubEnabled())
		require.Equal(t, env.Name != "dev", env.CodePipeline.Approval.Required)
	}
	shared := swap("environments/dev.yaml", "222222222222", "111111111111").must(t).Environment("dev")
	require.Equal(t, config.ExistingProvider, shared.GitHub.Provider, "operations makes the provider of the account")
}

func TestSmallestPlatform(t *testing.T) {
	p := small(nil).must(t)
	env := p.Environment("dev")
	require.False(t, env.NetworkEnabled() || env.ClusterEnabled() || env.StorageEnabled() || env.RegistryEnabled() || env.TrainingEnabled())
	require.True(t, env.GitHubEnabled())
	require.True(t, env.Protect)
	require.Nil(t, env.ZoneNames())
	require.Equal(t, config.State{
		Scope: config.SharedState, Lock: config.LockNative, Encryption: config.EncryptionKMS,
		Bucket: "<project>-terraform-state-<account>-<region>", NoncurrentVersionDays: 90,
	}, p.State)
}

func TestDefaultsOfParts(t *testing.T) {
	env := dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m7g.large], max: 3 }
    neuron: { instanceTypes: [inf2.xlarge], min: 0, max: 3, taints: [] }
storage: {}
registry: { repositories: { wine-model: {} } }
`).must(t).Environment("dev")
	require.Equal(t, &config.Network{
		Enabled: true, CIDR: "10.10.0.0/16", AvailabilityZones: 2, Zones: []string{"us-west-2a", "us-west-2b"},
		Tiers: []config.Tier{config.PublicTier, config.PrivateTier}, NAT: config.NATSingle,
		Endpoints: []config.EndpointGroup{config.EndpointS3, config.EndpointDynamoDB},
		FlowLogs:  config.FlowLogs{Enabled: true, RetentionDays: 90, TrafficType: config.TrafficAll},
	}, env.Network)
	require.Equal(t, &config.Cluster{
		Enabled: true, Version: "1.35", Compute: config.ComputeNodeGroups, LogRetentionDays: 90, Identity: config.IdentityPodIdentity,
		LogTypes: []config.ClusterLogType{config.LogAPI, config.LogAudit, config.LogAuthenticator},
		NodePools: map[string]config.NodePool{
			"general": {InstanceTypes: []string{"m7g.large"}, AMI: config.AMIARM64, Min: 1, Desired: 1, Max: 3, Capacity: config.CapacityOnDemand, DiskSizeGiB: 50},
			"neuron":  {InstanceTypes: []string{"inf2.xlarge"}, AMI: config.AMINeuron, Max: 3, Capacity: config.CapacityOnDemand, DiskSizeGiB: 100, Taints: []config.Taint{}},
		},
	}, env.Cluster)
	bucket := config.Bucket{Name: "wine-dev-models-222222222222-us-west-2", Encryption: config.EncryptionKMS, NoncurrentVersionDays: 90}
	require.Equal(t, bucket, env.Storage.Models)
	bucket.Name = "wine-dev-data-222222222222-us-west-2"
	require.Equal(t, bucket, env.Storage.Data)
	require.Equal(t, config.Repository{KeepLast: 30, UntaggedDays: 14}, env.Registry.Repositories["wine-model"])
}

func TestTraining(t *testing.T) {
	const required = "storage: {}\ntraining: { image: { tag: 4f2a9c1 }, metric: { threshold: 0.7 } }\n"
	env := dev(required).must(t).Environment("dev")
	require.True(t, env.TrainingEnabled())
	require.Equal(t, &config.Training{
		Enabled: true, InstanceType: "ml.m5.xlarge", ProcessingInstanceType: "ml.m5.large", VolumeSizeGiB: 30, MaxRuntimeMinutes: 1440,
		Image:      config.TrainingImage{Repository: "training-image", Tag: "4f2a9c1"},
		Metric:     config.TrainingMetric{Name: "accuracy", Path: "metrics.accuracy.value", Threshold: 0.7, Goal: config.GoalAtLeast},
		Parameters: config.TrainingParameters{Epochs: 1, BatchSize: 10, LearningRate: 1e-5},
		DataPrefix: "raw", ModelPackageGroup: "wine-dev-models", Approval: config.ApprovalManual,
	}, env.Training)
	require.Equal(t, "4f2a9c1", env.Training.Image.Reference())

	for network, want := range map[string]bool{
		"network: { cidr: 10.10.0.0/16 }":                                                     true,
		"network: { cidr: 10.10.0.0/16, nat: none }":                                          true,
		"network: { cidr: 10.10.0.0/16, nat: none, endpoints: [] }":                           false,
		"network: { cidr: 10.10.0.0/16, tiers: [isolated] }":                                  false,
		"network: { existing: { vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567] } }": false,
	} {
		require.Equal(t, want, dev(required+network+"\n").must(t).Environment("dev").Training.Network, network)
	}

	scheduled := strings.Replace(required, "0.7 } }", "7e-1 }, schedule: { expression: rate(7 days) } }", 1)
	require.Equal(t, &config.TrainingSchedule{Enabled: true, Expression: "rate(7 days)", TimeZone: "UTC"}, dev(scheduled).must(t).Environment("dev").Training.Schedule)
	off := strings.Replace(scheduled, "schedule: {", "schedule: { enabled: false,", 1)
	require.Nil(t, dev(off).must(t).Environment("dev").Training.Schedule)
}

func TestPartsSwitchedOffNeedNothing(t *testing.T) {
	env := dev(`
github: { enabled: false }
network: { enabled: false }
cluster: { enabled: false }
storage: { enabled: false }
registry: { enabled: false }
training: { enabled: false }
`).must(t).Environment("dev")
	require.False(t, env.GitHubEnabled() || env.NetworkEnabled() || env.ClusterEnabled() || env.StorageEnabled() || env.RegistryEnabled() || env.TrainingEnabled())
}

func TestNATFollowsTheTiers(t *testing.T) {
	for tiers, want := range map[string]config.NAT{
		"[public, private]": config.NATSingle, "[private]": config.NATNone, "[isolated]": config.NATNone, "[public]": config.NATNone,
		"[public, private, isolated]": config.NATSingle,
	} {
		env := dev("network: { cidr: 10.10.0.0/16, tiers: " + tiers + " }\n").must(t).Environment("dev")
		require.Equal(t, want, env.Network.NAT, tiers)
	}
}

func TestExistingNetwork(t *testing.T) {
	env := dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network:
  endpoints: [s3]
  existing:
    vpcId: vpc-0123456789abcdef0
    privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    privateRouteTableIds: [rtb-01234567]
cluster: { version: "1.36", compute: autoMode }
`).must(t).Environment("dev")
	require.Equal(t, &config.Network{
		Enabled: true, NAT: config.NATNone, Endpoints: []config.EndpointGroup{config.EndpointS3},
		Existing: &config.ExistingNetwork{
			VPCID: "vpc-0123456789abcdef0", PrivateSubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			PrivateRouteTableIDs: []string{"rtb-01234567"},
		},
	}, env.Network)
	require.True(t, env.Network.HasTier(config.PrivateTier))
	require.False(t, env.Network.HasTier(config.PublicTier) || env.Network.HasTier(config.IsolatedTier))
	require.Nil(t, env.ZoneNames())
}

func TestRegionsAndPartitions(t *testing.T) {
	p := files{
		"platform.yaml":         strings.Replace(smallPlatform, "us-west-2", "us-gov-west-1", 1) + "  region: us-gov-east-1\n",
		"environments/dev.yaml": smallDev + "administrators: [\"arn:aws-us-gov:iam::222222222222:role/team/platform-admin\"]\n",
	}.must(t)
	require.Equal(t, "us-gov-east-1", p.Operations.Region)
	require.Equal(t, "aws-us-gov", p.Operations.Partition())
	require.Equal(t, "us-gov-west-1", p.Environment("dev").Region)
	require.Equal(t, "us-gov-east-1", p.Stacks()[1].Region)
}

func TestTagsOfTheEnvironmentWin(t *testing.T) {
	all := platform("tags: { CostCenter: ml, Team: data, Note: \"\" }\n")
	all["environments/dev.yaml"] += "tags: { CostCenter: research }\n"
	require.Equal(t, map[string]string{"CostCenter": "research", "Team": "data", "Note": ""}, all.must(t).Environment("dev").Tags)
}

func TestPromotionOrderIsAlphabeticalByDefault(t *testing.T) {
	all := small(files{
		"environments/prod.yaml": "account: \"444444444444\"\npromotion: { tags: [\"v*\"] }\n",
		"environments/a.yaml":    "account: \"333333333333\"\npromotion: { branches: [next] }\n",
	})
	require.Equal(t, []string{"a", "dev", "prod"}, all.must(t).PromotionOrder)
}

func TestFilesThatAreNoEnvironments(t *testing.T) {
	all := small(files{"environments/README.md": "x", "environments/.dev.yaml.swp": "x", "environments/old/x.yaml": "x", "schema.json": "{}"})
	require.Equal(t, []string{"dev"}, all.must(t).EnvironmentNames())
}

func TestByteOrderMarkAndLineEndsOfWindows(t *testing.T) {
	all := small(files{"platform.yaml": "\ufeff" + strings.ReplaceAll(smallPlatform, "\n", "\r\n")})
	require.Equal(t, "wine", all.must(t).Project)
}

func TestProblemsAreTyped(t *testing.T) {
	_, err := dev("network: { cidr: 8.8.0.0/16 }\n").load()
	var problems config.Problems
	require.True(t, errors.As(err, &problems))
	require.Equal(t, config.Problems{{
		File: "environments/dev.yaml", Line: 3, Column: 18, Field: "network.cidr", Value: "8.8.0.0/16",
		Message: "8.8.0.0/16 is not private", Fix: "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
	}}, problems)
}

func TestLoadNamesFilesAsTheUserDid(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/platform.yaml", []byte(smallPlatform+"nat: single\n"), 0o644))
	t.Chdir(dir)
	_, err := config.Load("./")
	require.EqualError(t, err, `environments: there is no environment; create a file for each, such as environments/dev.yaml
platform.yaml:6:1: nat: is no key here; use project, repository, repositoryIds, defaultBranch, runsOn, runsOnArm64, region, operations, state, permissionsBoundary, instanceTypes, promotionOrder or tags (nat is a key of network)`)
	_, err = config.Load("nowhere")
	require.EqualError(t, err, "nowhere: there is no such folder; create it, or name another with --config")
}
