// Package prometheus makes an Amazon Managed Prometheus workspace for a cluster: metrics are scraped by AWS without an agent, kept
// for 150 days, watched by rules, and alerts are published to an SNS topic.
package prometheus

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/prometheusalertmanagerdefinition"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/prometheusrulegroupnamespace"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/prometheusscraper"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/prometheusworkspace"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a workspace. Name is required.
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-onboard-create-workspace.html
type Props struct {
	// Name is the alias of the workspace: up to 100 letters, digits, - _ and .
	Name string
	// Scope is where the workspace lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// KeyARN is a KMS key that encrypts the metrics. It cannot be changed later. Default: a key that AWS owns.
	KeyARN string
	// LogRetentionDays is how long errors of rules and alerts are kept in CloudWatch Logs, one of the numbers that CloudWatch knows.
	// Default: 30.
	LogRetentionDays int
	// Rules by the names of their files, letters, digits and - _ . In AWS the name of the workspace stands before, so that permissions can tell whose
	// they are; both together have at most 64 characters. Default: none.
	Rules map[string]prometheus.Rules
	// Alerts says where alerts go. Its topic must admit notification.Prometheus. Default: nowhere, they are seen in Grafana only.
	Alerts *prometheus.Alerts
	// Scraper collects the metrics of an EKS cluster. Default: none, metrics are written by others.
	Scraper *Scraper
}

// A Scraper is run by AWS, in the subnets of the cluster. It costs by the hour and by sample. The role and the access entry that it
// has in the cluster, AWS makes. https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-collector-how-to.html
type Scraper struct {
	// ClusterARN is the EKS cluster, whose authentication mode is API or API_AND_CONFIG_MAP.
	ClusterARN string
	// SubnetIDs are those of the cluster, in at least two zones, and SecurityGroupIDs groups that reach its API and its pods, such as
	// the cluster's own.
	SubnetIDs, SecurityGroupIDs []string
	// Scrape says what is collected. A change replaces the scraper, and metrics are missing for minutes.
	Scrape prometheus.Scrape
	// After is what the scraper comes after, such as the exporters. Default: nothing.
	After []tf.Resource
}

// A Workspace keeps metrics.
type Workspace struct {
	construct          tf.Construct
	id                 string
	arn, wid, endpoint string
	scraper            string
}

var (
	aliasPattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	filePattern  = lazyregexp.New(`^[A-Za-z0-9._-]{1,64}$`)
)

func (p Props) validate() error {
	var problems problem.List
	if !aliasPattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no alias; use up to 100 letters, digits, - _ and .", p.Name)
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	for _, name := range slices.Sorted(maps.Keys(p.Rules)) {
		if !filePattern.MatchString(name) {
			problems.Addf(problem.Key("rules", name), "is no name; use letters, digits and - _ .")
		}
		if together := p.Name + "-" + name; len(together) > 64 {
			problems.Addf(problem.Key("rules", name), "would be called %q, with %d characters, and AWS takes 64; shorten it or the name of the workspace", together, len(together))
		}
		problems.Add(problem.Key("rules", name), p.Rules[name].Validate())
	}
	if p.Alerts != nil {
		_, err := p.Alerts.YAML()
		problems.Add("alerts", err)
	}
	if s := p.Scraper; s != nil {
		if s.ClusterARN == "" {
			problems.Addf("scraper.clusterARN", "is missing; name the cluster")
		}
		if len(s.SubnetIDs) < 2 {
			problems.Addf("scraper.subnetIDs", "are %d; give at least 2, in different zones", len(s.SubnetIDs))
		}
		if len(s.SecurityGroupIDs) == 0 {
			problems.Addf("scraper.securityGroupIDs", "are missing; give one that reaches the API and the pods, such as the cluster's own")
		}
		_, err := s.Scrape.YAML()
		problems.Add("scraper", err)
	}
	return problems.Err()
}

// New makes the workspace.
func New(scope constructs.Construct, id string, props Props) (*Workspace, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.LogRetentionDays = cmp.Or(props.LogRetentionDays, 30)
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Workspace, error) {
		logs := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str("/aws/vendedlogs/prometheus/" + props.Name), RetentionInDays: tf.Num(props.LogRetentionDays),
		})
		workspace := prometheusworkspace.NewPrometheusWorkspace(scope, tf.Str("workspace"), &prometheusworkspace.PrometheusWorkspaceConfig{
			Alias: tf.Str(props.Name), KmsKeyArn: tf.OptStr(props.KeyARN),
			LoggingConfiguration: &prometheusworkspace.PrometheusWorkspaceLoggingConfiguration{LogGroupArn: tf.Str(tf.Attr(logs, "arn") + ":*")},
		})
		w := &Workspace{construct: scope, id: id, arn: tf.Attr(workspace, "arn"), wid: tf.Attr(workspace, "id"), endpoint: tf.Attr(workspace, "prometheusEndpoint")}
		for _, name := range slices.Sorted(maps.Keys(props.Rules)) {
			text, err := props.Rules[name].YAML()
			if err != nil {
				return nil, err
			}
			prometheusrulegroupnamespace.NewPrometheusRuleGroupNamespace(scope, tf.Str("rules-"+name), &prometheusrulegroupnamespace.PrometheusRuleGroupNamespaceConfig{
				Name: tf.Str(props.Name + "-" + name), WorkspaceId: tf.Str(w.wid), Data: tf.Str(text),
			})
		}
		if props.Alerts != nil {
			text, err := props.Alerts.YAML()
			if err != nil {
				return nil, err
			}
			prometheusalertmanagerdefinition.NewPrometheusAlertManagerDefinition(scope, tf.Str("alerts"), &prometheusalertmanagerdefinition.PrometheusAlertManagerDefinitionConfig{
				WorkspaceId: tf.Str(w.wid), Definition: tf.Str(text),
			})
		}
		return w, w.scrape(props)
	})
}

func (w *Workspace) scrape(props Props) error {
	s := props.Scraper
	if s == nil {
		return nil
	}
	text, err := s.Scrape.YAML()
	if err != nil {
		return err
	}
	var after []tf.Dependable
	for _, each := range s.After {
		after = append(after, each)
	}
	scraper := prometheusscraper.NewPrometheusScraper(w.construct, tf.Str("scraper"), &prometheusscraper.PrometheusScraperConfig{
		Alias: tf.Str(props.Name), ScrapeConfiguration: tf.Str(text), DependsOn: tf.After(after...),
		Source: []*prometheusscraper.PrometheusScraperSource{{Eks: []*prometheusscraper.PrometheusScraperSourceEks{{
			ClusterArn: tf.Str(s.ClusterARN), SubnetIds: tf.Strs(s.SubnetIDs), SecurityGroupIds: tf.Strs(s.SecurityGroupIDs),
		}}}},
		Destination: []*prometheusscraper.PrometheusScraperDestination{{Amp: []*prometheusscraper.PrometheusScraperDestinationAmp{{WorkspaceArn: tf.Str(w.arn)}}}},
	})
	w.scraper = tf.Attr(scraper, "roleArn")
	return nil
}

// ARN of the workspace.
func (w *Workspace) ARN() string { return w.arn }

// ID of the workspace.
func (w *Workspace) ID() string { return w.wid }

// Endpoint is the address that Grafana and other clients of Prometheus ask, with requests signed for the service aps.
func (w *Workspace) Endpoint() string { return w.endpoint }

// ScraperRoleARN is the role that AWS made for the scraper. Empty without one.
func (w *Workspace) ScraperRoleARN() string { return w.scraper }

// GrantQuery lets a role ask for metrics and see rules and alerts.
func (w *Workspace) GrantQuery(grantee iam.Grantee) error {
	return iam.Grant(grantee, "workspace", w.id, "query", policy.Statement{
		Actions:   []string{"aps:DescribeWorkspace", "aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:ListAlerts", "aps:ListRules", "aps:QueryMetrics"},
		Resources: []string{w.arn},
	})
}

// GrantWrite lets a role write metrics, such as that of an agent.
func (w *Workspace) GrantWrite(grantee iam.Grantee) error {
	return iam.Grant(grantee, "workspace", w.id, "write", policy.Statement{Actions: []string{"aps:RemoteWrite"}, Resources: []string{w.arn}})
}

// Construct holds the workspace.
func (w *Workspace) Construct() constructs.Construct { return w.construct }
