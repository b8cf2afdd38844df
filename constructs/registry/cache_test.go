package registry_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

const secretARN = "arn:aws:secretsmanager:us-west-2:222222222222:secret:ecr-pullthroughcache/docker-hub-AbCdEf"

func TestCache(t *testing.T) {
	stack := synthtest.Stack(t)
	public, err := registry.NewCache(stack, "public", registry.CacheProps{Upstream: registry.ECRPublic})
	require.NoError(t, err)
	_, err = registry.NewCache(stack, "docker", registry.CacheProps{Upstream: registry.DockerHub, Prefix: "wine/hub", SecretARN: secretARN, ExpireAfterDays: 30})
	require.NoError(t, err)
	got := grantee{}
	require.NoError(t, public.GrantPull(got))
	require.Equal(t, grantee{"public-pull": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},{"Effect":"Allow","Action":[` +
		`"ecr:BatchImportUpstreamImage","ecr:CreateRepository","ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
		`"Resource":"arn:aws:ecr:us-west-2:222222222222:repository/ecr-public/*"}]}`}, got)
	require.EqualError(t, public.GrantPull(nil), "cache public: grant pull: the grantee is missing; pass a role")
	tf.Output(stack, "url", public.URL(), "Test")
	template := synthtest.Synth(t, stack)
	template.Golden("cache")
}

func TestCacheProblems(t *testing.T) {
	tests := map[string]struct {
		props registry.CacheProps
		want  string
	}{
		"upstream": {registry.CacheProps{Upstream: "docker.io"}, `upstream: "docker.io" is unknown; use one of public.ecr.aws, registry.k8s.io, quay.io, registry-1.docker.io, ghcr.io, registry.gitlab.com`},
		"prefix":   {registry.CacheProps{Upstream: registry.Quay, Prefix: "Quay", ExpireAfterDays: -1}, "prefix: \"Quay\" is no prefix of repositories; use 2 to 30 lower-case letters, digits, and . _ - / between them\nexpireAfterDays: -1 is out of range; use 1 or more"},
		"secret":   {registry.CacheProps{Upstream: registry.GitHub}, "secretARN: is missing, ghcr.io gives images to users only; give the ARN of a secret named ecr-pullthroughcache/..."},
		"useless":  {registry.CacheProps{Upstream: registry.Kubernetes, SecretARN: secretARN}, "secretARN: has no effect, registry.k8s.io asks for no user; remove it"},
		"misnamed": {registry.CacheProps{Upstream: registry.GitLab, SecretARN: "arn:aws:secretsmanager:us-west-2:222222222222:secret:gitlab"},
			`secretARN: "arn:aws:secretsmanager:us-west-2:222222222222:secret:gitlab" is no ARN of a secret named ecr-pullthroughcache/...; ECR reads no other`},
		"elsewhere": {registry.CacheProps{Upstream: registry.GitLab, SecretARN: "arn:aws:secretsmanager:us-east-1:222222222222:secret:ecr-pullthroughcache/gitlab-AbCdEf"},
			`secretARN: "arn:aws:secretsmanager:us-east-1:222222222222:secret:ecr-pullthroughcache/gitlab-AbCdEf" is in another account or region; ECR reads secrets of 222222222222 in us-west-2 only`},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := registry.NewCache(stack, "cache", test.props)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestScanning(t *testing.T) {
	tests := map[string]struct {
		props registry.ScanningProps
		want  map[string]any
	}{
		"default": {registry.ScanningProps{}, map[string]any{"scan_type": "ENHANCED", "rule": []any{scan("CONTINUOUS_SCAN", "*")}}},
		"basic":   {registry.ScanningProps{Type: registry.Basic}, map[string]any{"scan_type": "BASIC", "rule": []any{scan("SCAN_ON_PUSH", "*")}}},
		"both": {registry.ScanningProps{Continuous: []string{"wine-prod*", "serving"}, OnPush: []string{"*"}},
			map[string]any{"scan_type": "ENHANCED", "rule": []any{scan("CONTINUOUS_SCAN", "wine-prod*", "serving"), scan("SCAN_ON_PUSH", "*")}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stack := synthtest.Stack(t)
			_, err := registry.NewScanning(stack, "registry", test.props)
			require.NoError(t, err)
			template := synthtest.Synth(t, stack)
			require.Equal(t, test.want, template.One("aws_ecr_registry_scanning_configuration"))
			if name == "both" {
				template.Golden("scanning")
			}
		})
	}
	_, err := registry.NewScanning(synthtest.Stack(t), "registry", registry.ScanningProps{Type: registry.Basic, Continuous: []string{"*"}, OnPush: []string{"Wine"}})
	require.EqualError(t, err, "continuous: is for type \"ENHANCED\" only; use onPush\nonPush[0]: \"Wine\" is no pattern of repositories; use lower-case letters, digits, . _ - / and *, such as \"wine-*\"")
	_, err = registry.NewScanning(synthtest.Stack(t), "registry", registry.ScanningProps{Type: "FULL"})
	require.ErrorContains(t, err, `type: "FULL" is unknown; use "ENHANCED" or "BASIC"`)
}

// scan is a rule of the scanning configuration as Terraform takes it.
func scan(frequency string, patterns ...string) map[string]any {
	var filters []any
	for _, pattern := range patterns {
		filters = append(filters, map[string]any{"filter": pattern, "filter_type": "WILDCARD"})
	}
	return map[string]any{"scan_frequency": frequency, "repository_filter": filters}
}
