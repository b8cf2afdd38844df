package config

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/prometheus"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var (
	ruleNamePattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9]{0,62}$`)
	// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Group.html
	identityGroupPattern = lazyregexp.New(`^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
)

func (e environmentFile) validateMonitoring() {
	const path = "monitoring"
	f, m := e.file, e.Monitoring
	e.validateMetrics()
	e.validateRules()
	if m.Grafana != nil {
		e.validateGrafana()
	}
	if m.Budget != nil && e.Partition() == "aws-us-gov" {
		f.add(path+".budget", "", "is not to be had in "+e.Region+": budgets of GovCloud are in the account that pays", "remove it")
	}
	if f.readable(path) && m.Metrics == MetricsNone && m.Grafana == nil && m.Budget == nil {
		f.add(path, "", "makes nothing: there is no cluster, no grafana and no budget", "add one of them, or remove "+path)
	}
}

func (e environmentFile) validateMetrics() {
	const path = "monitoring.metrics"
	f, m := e.file, e.Monitoring
	store := string(m.Metrics)
	if e.Cluster == nil && m.Metrics != MetricsNone && m.Metrics != "" {
		f.add(path, store, "needs a cluster, whose metrics it keeps", f.provide("cluster")+", or write none")
	} else if e.Cluster != nil {
		e.checkAddons(path+": "+store, m.Addons()...)
	}
	switch {
	case m.Metrics == MetricsManaged && e.Partition() == "aws-cn":
		f.add(path, store, "is not to be had in "+e.Region, "use cloudWatch or selfHosted")
	case m.Metrics == MetricsSelfHosted && e.Serving == nil:
		f.add(path, store, "needs serving, whose stack installs it in the cluster", f.provide("serving")+", or use managed")
	}
	if m.KeyARN != "" {
		if m.Metrics != MetricsManaged {
			f.add("monitoring.keyArn", m.KeyARN, "is the key of Amazon Managed Prometheus alone", "remove it, or write metrics: managed")
		}
		e.checkKey("monitoring.keyArn", m.KeyARN)
	}
	// What another store would do with a key, this one does not.
	prometheus := m.Metrics == MetricsManaged || m.Metrics == MetricsSelfHosted
	for _, each := range []struct {
		key   string
		works bool
		with  string
	}{
		{"scrapeSeconds", prometheus, "managed and selfHosted"}, {"alerts.errorPercent", prometheus, "managed and selfHosted"},
		{"alerts.latencyMilliseconds", prometheus, "managed and selfHosted"}, {"alerts.repeatHours", prometheus, "managed and selfHosted"},
		{"rules", prometheus, "managed and selfHosted"}, {"alerts.nodePercent", m.Metrics == MetricsCloudWatch, "cloudWatch"},
		{"selfHosted", m.Metrics == MetricsSelfHosted, "selfHosted"},
	} {
		if key := "monitoring." + each.key; !each.works && f.has(key) && f.readable(path) {
			f.add(key, "", fmt.Sprintf("does nothing with metrics: %s", store), "remove it; it is for "+each.with)
		}
	}
}

func (e environmentFile) validateRules() {
	f, m := e.file, e.Monitoring
	for _, name := range m.RuleNames() {
		at := join("monitoring.rules", name)
		if !ruleNamePattern.MatchString(name) {
			f.add(at, name, quote(name)+" is no name of an alert", "use up to 63 letters and digits, beginning with a letter")
		}
		if expr := m.Rules[name].Expr; f.readable(at + ".expr") {
			f.addErr(at+".expr", expr, prometheus.CheckExpr(expr))
		}
		if text := m.Rules[name].Summary; strings.ContainsAny(text, "\n") {
			f.add(at+".summary", text, "has several lines, and is a subject", "write one line")
		}
	}
}

func (e environmentFile) validateGrafana() {
	const path = "monitoring.grafana"
	f, g := e.file, e.Monitoring.Grafana
	if e.Partition() == "aws-cn" {
		f.add(path, "", "is not to be had in "+e.Region, "remove it, or use metrics: selfHosted, which has one in the cluster")
	}
	for _, each := range []struct {
		key string
		ids []string
	}{{"admins", g.Admins}, {"editors", g.Editors}, {"viewers", g.Viewers}} {
		if g.Authentication == GrafanaSAML && len(each.ids) > 0 {
			f.add(path+"."+each.key, "", "has no meaning with saml, whose assertions say who may do what", "remove it")
			continue
		}
		for i, id := range each.ids {
			if !identityGroupPattern.MatchString(id) {
				f.add(fmt.Sprintf("%s.%s[%d]", path, each.key, i), id, quote(id)+" is no id of a group", "write it as aws identitystore list-groups prints it")
			}
		}
	}
}
