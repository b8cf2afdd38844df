package prometheus_test

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/golden"
)

func TestPlatform(t *testing.T) {
	for name, thresholds := range map[string]prometheus.Thresholds{"rules": {}, "rules-strict": {ErrorPercent: 1, Latency: 250 * time.Millisecond}} {
		text, err := prometheus.Platform(thresholds).YAML()
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+name+".yaml", []byte(text))
	}
	// Terraform would read these as its own.
	text, err := prometheus.Platform(prometheus.Thresholds{}).YAML()
	require.NoError(t, err)
	require.NotContains(t, text, "${")
	require.NotContains(t, text, "%{")
}

func TestEveryAlertSaysHowSevereItIsAndWhatHappened(t *testing.T) {
	alerts := 0
	for _, group := range prometheus.Platform(prometheus.Thresholds{}).Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			alerts++
			require.Contains(t, []string{"warning", "critical"}, rule.Labels["severity"], rule.Alert)
			require.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
			require.GreaterOrEqual(t, rule.For, 5*time.Minute, "%s: a single bad scrape wakes nobody", rule.Alert)
		}
	}
	require.GreaterOrEqual(t, alerts, 12)
}

func TestScrape(t *testing.T) {
	text, err := prometheus.Scrape{Cluster: "wine-dev-cluster"}.YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/scrape.yaml", []byte(text))
	require.NotContains(t, text, "${")
	_, err = prometheus.Scrape{Cluster: "a", Interval: time.Second}.YAML()
	require.EqualError(t, err, "interval: 1s is out of range; use 30s to 1h, in whole seconds")
	_, err = prometheus.Scrape{}.YAML()
	require.EqualError(t, err, "cluster: is missing; give its name, by which metrics of several are told apart")
}

func TestAlerts(t *testing.T) {
	text, err := prometheus.Alerts{TopicARN: "arn:aws:sns:us-west-2:222222222222:wine-dev", Region: "us-west-2"}.YAML()
	require.NoError(t, err)
	golden.Assert(t, "testdata/alerts.yaml", []byte(text))
	_, err = prometheus.Alerts{Region: "us-west-2"}.YAML()
	require.EqualError(t, err, "topicARN: is missing, or its region; give the topic that is told")
}

func TestProblems(t *testing.T) {
	rules := prometheus.Rules{Groups: []prometheus.Group{
		{Name: "a", Interval: time.Millisecond, Rules: []prometheus.Rule{
			{Record: "1x", Expr: "up"}, {Alert: "A b", Expr: "up", For: time.Millisecond}, {Expr: "up"}, {Record: "a", Alert: "B"},
			{Record: "a:b", Expr: "up", For: time.Minute}, {Alert: "C", Expr: "up", Labels: map[string]string{"a-b": "c"}},
		}},
		{Name: "a"}, {},
	}}
	require.EqualError(t, rules.Validate(), `groups[0].interval: 1ms is no interval; use whole seconds
groups[0].rules[0].record: "1x" is no name of a metric; use letters, digits, _ and :, beginning with no digit
groups[0].rules[1].alert: "A b" is no name of an alert; use letters and digits, beginning with a letter
groups[0].rules[1].for: 1ms is no duration; use whole seconds
groups[0].rules[2]: needs one of record and alert; give one
groups[0].rules[3]: needs one of record and alert; give one
groups[0].rules[3].expr: is missing; write an expression of PromQL
groups[0].rules[4]: is recorded and has for or annotations, which alerts have; remove them
groups[0].rules[5].labels["a-b"]: is no name of a label; use letters, digits and _, beginning with no digit
groups[1].name: "a" is the name of another group; choose one
groups[1].rules: are missing; give at least one, or leave the group out
groups[2].name: is missing; name the group
groups[2].rules: are missing; give at least one, or leave the group out`)
	require.EqualError(t, prometheus.Rules{}.Validate(), "groups: are missing; give at least one")
	_, err := rules.YAML()
	require.Error(t, err)
}

// The parsers of Prometheus are in a module of their own.
func TestParsersOfPrometheus(t *testing.T) {
	if testing.Short() {
		t.Skip("rules and dashboards are not read by Prometheus' own parsers under -short")
	}
	command := exec.Command("go", "test", "./...")
	command.Dir = "../../internal/promqlcheck"
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
}
