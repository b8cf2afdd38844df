package loadbalancer

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclassociation"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// Firewall filters requests by a web ACL of AWS WAF. Either ACLARN, or the settings of one that is made.
// https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html
type Firewall struct {
	// ACLARN is an existing regional web ACL. Default: one is made.
	ACLARN string
	// ManagedRuleGroups are groups of rules that AWS maintains, in order. Default: AWSManagedRulesAmazonIpReputationList,
	// AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesCommonRuleSet.
	// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
	ManagedRuleGroups []string
	// AllowLargeBodies lets bodies pass that are larger than 8 KB, which AWSManagedRulesCommonRuleSet refuses: artifacts and batches of
	// records need it. Default: false.
	AllowLargeBodies bool
	// RequestsPer5Minutes is how many requests one address may send, 10 to 2,000,000,000. Default: 2000.
	RequestsPer5Minutes int
	// CountOnly counts what would be blocked and lets it pass, to try the rules. Default: false.
	CountOnly bool
}

const commonRules = "AWSManagedRulesCommonRuleSet"

func (f Firewall) withDefaults() Firewall {
	if f.ACLARN != "" {
		return f
	}
	if len(f.ManagedRuleGroups) == 0 {
		f.ManagedRuleGroups = []string{"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", commonRules}
	}
	f.RequestsPer5Minutes = cmp.Or(f.RequestsPer5Minutes, 2000)
	return f
}

func (l *LoadBalancer) newFirewall() {
	f := l.props.Firewall
	if f == nil {
		return
	}
	acl := f.ACLARN
	if acl == "" {
		acl = tf.Attr(wafv2webacl.NewWafv2WebAcl(l.construct, tf.Str("firewall"), &wafv2webacl.Wafv2WebAclConfig{
			Name: tf.Str(l.props.Name), Description: tf.Str("Requests to the load balancer " + l.props.Name), Scope: tf.Str("REGIONAL"),
			DefaultAction: &wafv2webacl.Wafv2WebAclDefaultAction{Allow: &wafv2webacl.Wafv2WebAclDefaultActionAllow{}},
			VisibilityConfig: &wafv2webacl.Wafv2WebAclVisibilityConfig{
				CloudwatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: tf.Str(l.props.Name),
			},
			RuleJson: tf.Str(f.rules(l.props.Name)), Tags: tf.StrMap(l.props.Tags),
		}), "arn")
	}
	wafv2webaclassociation.NewWafv2WebAclAssociation(l.construct, tf.Str("firewall-association"), &wafv2webaclassociation.Wafv2WebAclAssociationConfigA{
		ResourceArn: tf.Str(l.arn), WebAclArn: tf.Str(acl),
	})
}

// rules are those of the web ACL as WAF's own JSON, because the bindings' types of statements within statements would cost each
// program more to load than all else of a load balancer.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
func (f Firewall) rules(name string) string {
	type object = map[string]any
	action := func(what string) object { return object{what: object{}} }
	visibility := func(rule string) object {
		return object{"CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": true, "MetricName": name + "-" + rule}
	}
	block, override := "Block", "None"
	if f.CountOnly {
		block, override = "Count", "Count"
	}
	rules := []object{{
		"Name": "rate", "Priority": 0, "Action": action(block), "VisibilityConfig": visibility("rate"),
		"Statement": object{"RateBasedStatement": object{"Limit": f.RequestsPer5Minutes, "AggregateKeyType": "IP"}},
	}}
	for i, group := range f.ManagedRuleGroups {
		statement := object{"VendorName": "AWS", "Name": group}
		if group == commonRules && f.AllowLargeBodies {
			statement["RuleActionOverrides"] = []object{{"Name": "SizeRestrictions_BODY", "ActionToUse": action("Count")}}
		}
		rules = append(rules, object{
			"Name": group, "Priority": i + 1, "OverrideAction": action(override), "VisibilityConfig": visibility(group),
			"Statement": object{"ManagedRuleGroupStatement": statement},
		})
	}
	text, err := json.Marshal(rules)
	if err != nil {
		panic(fmt.Sprintf("rules of %s: %v", name, err))
	}
	return string(text)
}
