package loadbalancer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	topicARN       = "arn:aws:sns:us-west-2:222222222222:wine-dev"
	certificateARN = "arn:aws:acm:us-west-2:222222222222:certificate/11111111-2222-3333-4444-555555555555"
	group          = "sg-0123456789abcdef0"
)

func typical() loadbalancer.Props {
	return loadbalancer.Props{
		Name: "wine-dev", VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
		AllowedCIDRs: []string{"10.10.0.0/16"}, Domain: &loadbalancer.Domain{HostedZoneID: "Z0123456789ABC", Names: []string{"mlflow.dev.example.com"}},
	}
}

func targets() loadbalancer.TargetProps {
	return loadbalancer.TargetProps{
		Name: "mlflow", Port: 5000, Health: loadbalancer.Health{Path: "/health"},
		Routes: []loadbalancer.Route{{Priority: 10, Hosts: []string{"mlflow.dev.example.com"}}},
	}
}

func build(t *testing.T, props loadbalancer.Props, all ...loadbalancer.TargetProps) (*loadbalancer.LoadBalancer, synthtest.Template) {
	t.Helper()
	stack := synthtest.Stack(t)
	made, err := loadbalancer.New(stack, "web", props)
	require.NoError(t, err)
	for _, each := range all {
		_, err := made.AddTargets(each)
		require.NoError(t, err)
	}
	return made, synthtest.Synth(t, stack)
}

func TestLoadBalancer(t *testing.T) {
	_, template := build(t, typical(), targets())
	template.Golden("load-balancer")
	require.Equal(t, true, template.One("aws_lb")["internal"])
	require.Equal(t, true, template.One("aws_lb")["enable_deletion_protection"])
	served := template.Where("aws_lb_listener", "protocol", "HTTPS")
	require.Equal(t, "${aws_acm_certificate_validation."+template.Names("aws_acm_certificate_validation")[0]+".certificate_arn}", served["certificate_arn"])
}

func everything() (loadbalancer.Props, []loadbalancer.TargetProps) {
	props := typical()
	props.Tags, props.Public, props.AllowedCIDRs, props.AllowAnyone = map[string]string{"Team": "ml"}, true, []string{"0.0.0.0/0"}, true
	props.Domain = &loadbalancer.Domain{HostedZoneID: "Z0123456789ABC", ValidationZoneID: "Z0123456789XYZ", Names: []string{"dev.example.com", "*.dev.example.com"}}
	props.TLSPolicy, props.IdleTimeoutSeconds, props.AllowDestroy = loadbalancer.TLS13Only, 300, true
	props.AccessLogs = &loadbalancer.AccessLogs{Bucket: "wine-dev-logs"}
	props.Firewall = &loadbalancer.Firewall{AllowLargeBodies: true, RequestsPer5Minutes: 500}
	props.Alarms = loadbalancer.Alarms{ErrorPercent: 2, Errors: 1, LatencyMilliseconds: 1500, TopicARNs: []string{topicARN}}
	people := targets()
	people.Name, people.SecurityGroupIDs, people.StickySeconds, people.LeastOutstanding = "people", map[string]string{"mlflow": group}, 3600, true
	people.Routes = []loadbalancer.Route{
		{Priority: 20, Hosts: []string{"mlflow.dev.example.com"}, Sources: []string{"10.10.0.0/16"}},
		{Priority: 21, Hosts: []string{"mlflow.dev.example.com"}, SignIn: &loadbalancer.Cognito{
			UserPoolARN: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_AbCdEfGhI", ClientID: "1h57kf5cpq17m0eml12EXAMPLE", Domain: "wine-dev",
		}},
	}
	zero := 0
	grpc := loadbalancer.TargetProps{
		Name: "grpc", Port: 9000, Protocol: loadbalancer.GRPC, TLS: true, SlowStartSeconds: 60, DeregistrationSeconds: &zero,
		Routes: []loadbalancer.Route{{Priority: 30, Paths: []string{"/inference.GRPCInferenceService/*"}}}, Alarms: &loadbalancer.Alarms{Disabled: true},
	}
	return props, []loadbalancer.TargetProps{people, grpc}
}

func TestEverything(t *testing.T) {
	props, all := everything()
	made, template := build(t, props, all...)
	template.Golden("everything")
	require.Len(t, made.AlarmARNs(), 4)
	// All leave the load balancer by a way of their own, and Cognito is reached once.
	require.Len(t, template.Resources("aws_vpc_security_group_egress_rule"), 2)
}

func TestWithoutTLS(t *testing.T) {
	props := typical()
	props.Domain, props.NoTLS, props.Alarms.Disabled = nil, true, true
	made, template := build(t, props, targets())
	template.Golden("plain")
	require.Empty(t, made.AlarmARNs())
	require.Equal(t, "HTTP", template.One("aws_lb_listener")["protocol"])
}

// Whatever is public speaks TLS: its only listener in the clear sends clients to the other one.
func TestNothingPublicInTheClear(t *testing.T) {
	for _, certificate := range []string{"", certificateARN} {
		props := typical()
		props.Public, props.CertificateARN = true, certificate
		_, template := build(t, props)
		for _, listener := range template.Resources("aws_lb_listener") {
			action := listener["default_action"].([]any)[0].(map[string]any)
			require.True(t, listener["protocol"] == "HTTPS" || action["type"] == "redirect", listener)
		}
		require.Len(t, template.Resources("aws_lb_listener"), 2)
	}
}

// The group that a change makes has another name, or AWS would refuse it while the old one is there.
func TestNamesOfTargetGroups(t *testing.T) {
	names := map[string]bool{}
	props := typical()
	props.Name = "a-load-balancer-of-32-characters"
	for _, change := range []func(*loadbalancer.TargetProps){
		func(*loadbalancer.TargetProps) {}, func(p *loadbalancer.TargetProps) { p.Port = 5001 }, func(p *loadbalancer.TargetProps) { p.TLS = true },
		func(p *loadbalancer.TargetProps) { p.Protocol = loadbalancer.HTTP2 }, func(p *loadbalancer.TargetProps) { p.Name = "other" },
	} {
		each := targets()
		change(&each)
		_, template := build(t, props, each)
		name := template.One("aws_lb_target_group")["name"].(string)
		require.LessOrEqual(t, len(name), 32)
		require.NotContains(t, name, "--")
		names[name] = true
	}
	require.Len(t, names, 5)
	same := targets()
	same.Health.Path, same.StickySeconds = "/", 60
	_, template := build(t, props, same)
	require.True(t, names[template.One("aws_lb_target_group")["name"].(string)])
}

func TestAccessLogDelivery(t *testing.T) {
	scope := arn.Scope{Region: "us-west-2", Account: "222222222222"}
	document, err := policy.New(loadbalancer.AccessLogDelivery(scope, "arn:aws:s3:::wine-dev-logs", "web", "api")).JSON(policy.Resource)
	require.NoError(t, err)
	require.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Sid":"LoadBalancerAccessLogs","Effect":"Allow",
		"Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject",
		"Resource":["arn:aws:s3:::wine-dev-logs/web/AWSLogs/222222222222/*","arn:aws:s3:::wine-dev-logs/api/AWSLogs/222222222222/*"],
		"Condition":{"StringEquals":{"aws:SourceAccount":"222222222222"}}}]}`, document)
	iamcheck.Check{}.Policy(t, policy.Resource, document)
}

func TestFirewall(t *testing.T) {
	props := typical()
	props.Firewall = &loadbalancer.Firewall{CountOnly: true}
	_, template := build(t, props)
	var rules []struct {
		Name                   string
		Priority               int
		Action, OverrideAction map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(template.One("aws_wafv2_web_acl")["rule_json"].(string)), &rules))
	require.Len(t, rules, 4)
	for i, rule := range rules {
		require.Equal(t, i, rule.Priority)
		require.True(t, rule.Action["Count"] != nil || rule.OverrideAction["Count"] != nil, rule.Name)
	}
	props.Firewall = &loadbalancer.Firewall{ACLARN: "arn:aws:wafv2:us-west-2:222222222222:regional/webacl/all/11111111-2222-3333-4444-555555555555"}
	_, template = build(t, props)
	require.Empty(t, template.Resources("aws_wafv2_web_acl"))
	require.Equal(t, props.Firewall.ACLARN, template.One("aws_wafv2_web_acl_association")["web_acl_arn"])
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), typical, loadbalancer.New, map[string]synthtest.Refusal[loadbalancer.Props]{
		"name":         {func(p *loadbalancer.Props) { p.Name = "internal-wine" }, `name: "internal-wine" is no name of a load balancer; use 1 to 32 letters, digits and hyphens, neither beginning nor ending with a hyphen, nor beginning with internal-`},
		"scope":        {func(p *loadbalancer.Props) { p.Scope.Region = "west" }, `scope.region: "west" is no AWS region; write it like us-west-2`},
		"vpc":          {func(p *loadbalancer.Props) { p.VPCID = "vpc" }, `vpcID: "vpc" is no id of a VPC; write it like vpc-0123456789abcdef0`},
		"subnets":      {func(p *loadbalancer.Props) { p.SubnetIDs = nil }, `subnetIDs: names 0 subnets, a load balancer needs two in different zones; name one in each zone`},
		"nobody":       {func(p *loadbalancer.Props) { p.AllowedCIDRs = nil }, `allowedCIDRs: is missing, and nobody could connect; name the ranges of the clients, such as the VPC's`},
		"everybody":    {func(p *loadbalancer.Props) { p.AllowedCIDRs = []string{"0.0.0.0/0"} }, `allowedCIDRs: admits everybody; name the ranges of the clients, or set allowAnyone`},
		"range":        {func(p *loadbalancer.Props) { p.AllowedCIDRs = []string{"10.10.0.1/16"} }, `allowedCIDRs[0]: "10.10.0.1/16" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address`},
		"public clear": {func(p *loadbalancer.Props) { p.Public, p.NoTLS = true, true }, `noTLS: does not go with public: what crosses the internet is encrypted; give a domain or certificateARN`},
		"both":         {func(p *loadbalancer.Props) { p.NoTLS, p.CertificateARN = true, certificateARN }, `noTLS: does not go with certificateARN; keep one of them`},
		"no TLS":       {func(p *loadbalancer.Props) { p.Domain = nil }, `certificateARN: is missing; give it or a domain, or set noTLS for a load balancer inside the VPC`},
		"certificate":  {func(p *loadbalancer.Props) { p.CertificateARN = "id" }, `certificateARN: "id" is no ARN of a certificate; write it like arn:aws:acm:us-west-2:123456789012:certificate/id`},
		"policy":       {func(p *loadbalancer.Props) { p.TLSPolicy = "ELBSecurityPolicy-2016-08" }, `tlsPolicy: "ELBSecurityPolicy-2016-08" is unknown or has no TLS 1.3; use "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" or "ELBSecurityPolicy-TLS13-1-3-2021-06"`},
		"domain": {func(p *loadbalancer.Props) {
			p.Domain = &loadbalancer.Domain{HostedZoneID: "example.com", ValidationZoneID: "public", Names: []string{"https://x", "a.example.com", "a.example.com"}}
		}, `domain.hostedZoneID: "example.com" is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, as Route 53 shows it
domain.validationZoneID: "public" is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, as Route 53 shows it
domain.names[0]: "https://x" is no domain name; write it like mlflow.dev.example.com, in lower case and without https://
domain.names[2]: "a.example.com" is given twice; drop one`},
		"no names": {func(p *loadbalancer.Props) { p.Domain.Names = nil }, `domain.names: has 0 names; use 1 to 10, as ACM allows`},
		"idle":     {func(p *loadbalancer.Props) { p.IdleTimeoutSeconds = 5000 }, `idleTimeoutSeconds: 5000 is out of range; use 1 to 4000`},
		"logs":     {func(p *loadbalancer.Props) { p.AccessLogs = &loadbalancer.AccessLogs{Bucket: "B", Prefix: "/logs"} }, "accessLogs.bucket: \"B\" is no name of a bucket; write the name of one that is there\naccessLogs.prefix: \"/logs\" is no folder; write it like logs/web, without a slash at either end and without AWSLogs"},
		"acl":      {func(p *loadbalancer.Props) { p.Firewall = &loadbalancer.Firewall{ACLARN: "acl", CountOnly: true} }, "firewall.aclARN: \"acl\" is no ARN of a regional web ACL; write it like arn:aws:wafv2:us-west-2:123456789012:regional/webacl/name/id\nfirewall.aclARN: stands beside settings of a web ACL to make; keep one of them"},
		"rules": {func(p *loadbalancer.Props) {
			p.Firewall = &loadbalancer.Firewall{ManagedRuleGroups: []string{"Core", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesSQLiRuleSet"}, RequestsPer5Minutes: 1}
		}, "firewall.managedRuleGroups[0]: \"Core\" is no group of AWS's rules; write it like AWSManagedRulesCommonRuleSet\nfirewall.managedRuleGroups[2]: \"AWSManagedRulesSQLiRuleSet\" is given twice; drop one\nfirewall.requestsPer5Minutes: 1 is out of range; use 10 to 2000000000"},
		"alarms": {func(p *loadbalancer.Props) {
			p.Alarms = loadbalancer.Alarms{ErrorPercent: 100, Errors: -1, LatencyMilliseconds: -1, TopicARNs: []string{"t"}}
		}, "alarms.topicARNs[0]: \"t\" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name\nalarms.errorPercent: 100 is out of range; use 1 to 99\nalarms.errors: -1 is out of range; use 1 or more\nalarms.latencyMilliseconds: -1 is out of range; use 1 or more"},
	})
}

func TestProblemsOfTargets(t *testing.T) {
	route := func(change func(*loadbalancer.Route)) func(*loadbalancer.TargetProps) {
		return func(p *loadbalancer.TargetProps) {
			p.Routes = []loadbalancer.Route{{Priority: 1, Paths: []string{"/*"}}}
			change(&p.Routes[0])
		}
	}
	tests := map[string]struct {
		change func(*loadbalancer.TargetProps)
		want   string
	}{
		"name":     {func(p *loadbalancer.TargetProps) { p.Name = "ml flow" }, `name: "ml flow" is no name of a client; use up to 63 letters, digits and hyphens`},
		"twice":    {func(p *loadbalancer.TargetProps) { p.Name = "first" }, `name: "first" are targets of this load balancer already; use another name`},
		"port":     {func(p *loadbalancer.TargetProps) { p.Port = 0 }, `port: 0 is out of range; use 1 to 65535`},
		"protocol": {func(p *loadbalancer.TargetProps) { p.Protocol = "HTTP3" }, `protocol: "HTTP3" is unknown; use "HTTP1", "HTTP2" or "GRPC"`},
		"health": {func(p *loadbalancer.TargetProps) {
			p.Health = loadbalancer.Health{Path: "health", Port: -1, Codes: "OK", IntervalSeconds: 5, TimeoutSeconds: 5, Healthy: 1, Unhealthy: 11}
		}, `health.path: "health" is no path; begin it with a slash
health.port: -1 is out of range; use 1 to 65535
health.codes: "OK" are no statuses; write them like 200, 200-299 or 200,301
health.timeoutSeconds: 5 is not less than the interval of 5; shorten it
health.healthy: 1 is out of range; use 2 to 10
health.unhealthy: 11 is out of range; use 2 to 10`},
		"times": {func(p *loadbalancer.TargetProps) {
			delay := 3601
			p.DeregistrationSeconds, p.SlowStartSeconds, p.StickySeconds, p.LeastOutstanding = &delay, 10, -1, true
		}, `deregistrationSeconds: 3601 is out of range; use 0 to 3600
slowStartSeconds: 10 is out of range; use 30 to 900
leastOutstanding: does not go with slowStartSeconds; drop one of them
stickySeconds: -1 is out of range; use 1 to 604800`},
		"groups":   {func(p *loadbalancer.TargetProps) { p.SecurityGroupIDs = map[string]string{"a b": "g"} }, "securityGroupIDs[\"a b\"]: \"a b\" is no name of a client; use up to 63 letters, digits and hyphens\nsecurityGroupIDs[\"a b\"]: \"g\" is no id of a security group; write it like sg-0123456789abcdef0"},
		"no route": {func(p *loadbalancer.TargetProps) { p.Routes = nil }, `routes: is missing, and no request would come; give at least one route`},
		"taken":    {route(func(r *loadbalancer.Route) { r.Priority = 10 }), `routes[0].priority: 10 is that of a route to first; use another one`},
		"priority": {route(func(r *loadbalancer.Route) { r.Priority = 50001 }), `routes[0].priority: 50001 is out of range; use 1 to 50000`},
		"all":      {route(func(r *loadbalancer.Route) { r.Paths = nil }), `routes[0]: fits every request; give hosts, paths or sources, or the path /*`},
		"many":     {route(func(r *loadbalancer.Route) { r.Paths = strings.Split("/a /b /c /d /e /f", " ") }), `routes[0]: has 6 hosts, paths and sources together; a rule takes 5, use several routes`},
		"values": {route(func(r *loadbalancer.Route) {
			r.Hosts, r.Paths, r.Sources = []string{"a b"}, []string{"api"}, []string{"10.0.0.1"}
		}),
			"routes[0].hosts[0]: \"a b\" is no host; write it like mlflow.example.com or *.example.com\nroutes[0].paths[0]: \"api\" is no path; begin it with a slash, such as /api/*\nroutes[0].sources[0]: \"10.0.0.1\" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address"},
		"sign-in": {route(func(r *loadbalancer.Route) {
			r.SignIn = &loadbalancer.Cognito{UserPoolARN: "pool", ClientID: "a b", Domain: "https://x", SessionSeconds: -1}
		}), `routes[0].signIn.userPoolARN: "pool" is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_AbCdEfGhI
routes[0].signIn.clientID: "a b" is no id of an app client; copy it from the user pool
routes[0].signIn.domain: "https://x" is no domain of a user pool; write its prefix, or its own domain in full, without https://
routes[0].signIn.sessionSeconds: -1 is out of range; use 1 to 604800`},
	}
	made, err := loadbalancer.New(synthtest.Stack(t), "web", typical())
	require.NoError(t, err)
	first := targets()
	first.Name = "first"
	target, err := made.AddTargets(first)
	require.NoError(t, err)
	require.EqualError(t, target.Allow("", "g"), "client: \"\" is no name of a client; use up to 63 letters, digits and hyphens\nsecurityGroupID: \"g\" is no id of a security group; write it like sg-0123456789abcdef0")
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := targets()
			props.Routes[0].Priority = 11
			test.change(&props)
			_, err := made.AddTargets(props)
			require.EqualError(t, err, test.want)
		})
	}

	plain := typical()
	plain.Domain, plain.NoTLS = nil, true
	made, err = loadbalancer.New(synthtest.Stack(t), "web", plain)
	require.NoError(t, err)
	props := targets()
	props.Protocol, props.Routes[0].SignIn = loadbalancer.GRPC, &loadbalancer.Cognito{UserPoolARN: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_AbCdEfGhI", ClientID: "a", Domain: "a"}
	_, err = made.AddTargets(props)
	require.EqualError(t, err, "protocol: \"GRPC\" needs TLS between clients and load balancer; use \"HTTP1\", or give the load balancer a certificate\nroutes[0].signIn: needs TLS; give the load balancer a domain or a certificate")
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := loadbalancer.New(stack, "web", loadbalancer.Props{
			Name: "wine-dev", VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			AllowedCIDRs: []string{"10.10.0.0/16"},
			Domain:       &loadbalancer.Domain{HostedZoneID: "Z0123456789ABC", Names: []string{"mlflow.dev.example.com"}},
		})
		if err != nil {
			return err
		}
		targets, err := made.AddTargets(loadbalancer.TargetProps{
			Name: "mlflow", Port: 5000, Health: loadbalancer.Health{Path: "/health"},
			Routes: []loadbalancer.Route{{Priority: 10, Hosts: []string{"mlflow.dev.example.com"}}},
		})
		if err != nil {
			return err
		}
		return targets.Allow("mlflow", "sg-0123456789abcdef0")
	})
	// Output:
	// aws_acm_certificate 1
	// aws_acm_certificate_validation 1
	// aws_cloudwatch_metric_alarm 4
	// aws_lb 1
	// aws_lb_listener 2
	// aws_lb_listener_rule 1
	// aws_lb_target_group 1
	// aws_route53_record 2
	// aws_security_group 1
	// aws_vpc_security_group_egress_rule 1
	// aws_vpc_security_group_ingress_rule 3
}
