package prometheus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/prometheus"
	"github.com/mlplatform/mlplatform/documents/policy"
	rules "github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

func TestDefaults(t *testing.T) {
	stack := synthtest.Stack(t)
	_, err := prometheus.New(stack, "metrics", prometheus.Props{Name: "wine-dev"})
	require.NoError(t, err)
	synthtest.Synth(t, stack).Golden("defaults")
}

func everything() prometheus.Props {
	return prometheus.Props{
		Name: "wine-dev", KeyARN: "arn:aws:kms:us-west-2:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", LogRetentionDays: 7,
		Rules:  map[string]rules.Rules{"platform": rules.Platform(rules.Thresholds{}), "own": {Groups: []rules.Group{{Name: "a", Rules: []rules.Rule{{Record: "a:b", Expr: "up"}}}}}},
		Alerts: &rules.Alerts{TopicARN: "arn:aws:sns:us-west-2:222222222222:wine-dev", Region: "us-west-2"},
		Scraper: &prometheus.Scraper{
			ClusterARN: "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev-cluster", SubnetIDs: []string{"subnet-1", "subnet-2"}, SecurityGroupIDs: []string{"sg-1"},
			Scrape: rules.Scrape{Cluster: "wine-dev-cluster", Interval: 30 * time.Second},
		},
	}
}

func TestEverything(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := prometheus.New(stack, "metrics", everything())
	require.NoError(t, err)
	role, err := iam.NewRole(stack, "reader", iam.RoleProps{Name: "reader", Trust: policy.TrustService("", "ec2.amazonaws.com")})
	require.NoError(t, err)
	require.NoError(t, made.GrantQuery(role))
	require.NoError(t, made.GrantWrite(role))
	require.EqualError(t, made.GrantQuery(nil), "workspace metrics: grant query: the grantee is missing; pass a role")
	template := synthtest.Synth(t, stack)
	template.Golden("everything")
	for _, each := range template.Resources("aws_iam_role_policy") {
		iamcheck.Check{}.Policy(t, policy.Identity, each["policy"].(string))
	}
	// Replacements of Prometheus and templates of alerts reach it as they are.
	require.Contains(t, template.One("aws_prometheus_scraper")["scrape_configuration"], "/api/v1/nodes/$1/proxy/metrics/cadvisor")
	require.Contains(t, template.Where("aws_prometheus_rule_group_namespace", "name", "wine-dev-platform")["data"], "{{ $labels.namespace }}")
}

func TestProblems(t *testing.T) {
	props := everything()
	props.Name, props.KeyARN = "wine dev", "key"
	props.Rules["a b"] = rules.Rules{}
	props.Alerts.TopicARN = ""
	props.Scraper = &prometheus.Scraper{SubnetIDs: []string{"a"}}
	_, err := prometheus.New(synthtest.Stack(t), "metrics", props)
	text := strings.Split(err.Error(), "\n")
	require.Equal(t, `name: "wine dev" is no alias; use up to 100 letters, digits, - _ and .`, text[0])
	require.Contains(t, text[1], `keyARN: "key" is no ARN`)
	require.Equal(t, []string{
		`rules["a b"]: is no name; use letters, digits and - _ .`,
		`rules["a b"].groups: are missing; give at least one`,
		"alerts.topicARN: is missing, or its region; give the topic that is told",
		"scraper.clusterARN: is missing; name the cluster",
		"scraper.subnetIDs: are 1; give at least 2, in different zones",
		"scraper.securityGroupIDs: are missing; give one that reaches the API and the pods, such as the cluster's own",
		"scraper.cluster: is missing; give its name, by which metrics of several are told apart",
	}, text[2:])
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		_, err := prometheus.New(stack, "metrics", prometheus.Props{
			Name:  "wine-dev",
			Rules: map[string]rules.Rules{"platform": rules.Platform(rules.Thresholds{Latency: time.Second})},
			Scraper: &prometheus.Scraper{
				ClusterARN: "arn:aws:eks:us-west-2:222222222222:cluster/wine-dev-cluster",
				SubnetIDs:  []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, SecurityGroupIDs: []string{"sg-0123456789abcdef0"},
				Scrape: rules.Scrape{Cluster: "wine-dev-cluster"},
			},
		})
		return err
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_prometheus_rule_group_namespace 1
	// aws_prometheus_scraper 1
	// aws_prometheus_workspace 1
}
