package loadbalancer

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistenerrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lbtargetgroup"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// TargetProps configures a group of targets, by address: tasks of ECS, or pods that Kubernetes registers by a TargetGroupBinding. Name,
// Port and Routes are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_target_group
type TargetProps struct {
	// Name of the targets, unique for the load balancer and part of the ids of their resources: up to 63 letters, digits and hyphens. The
	// target group is named after the load balancer, it and what cannot be changed, within 32 characters.
	Name string
	// Port at which the targets listen, 1 to 65535. A change makes another group before the old one goes.
	Port int
	// TLS speaks HTTPS with the targets, whose certificates are not checked. Default: false.
	TLS bool
	// Protocol between load balancer and targets. Default: HTTP1.
	Protocol ProtocolVersion
	// Health says when a target gets requests.
	Health Health
	// DeregistrationSeconds is how long a target that leaves finishes its requests, 0 to 3600. Default: nil, 30 seconds.
	DeregistrationSeconds *int
	// SlowStartSeconds is over how long a new target gets up to its share of requests, 30 to 900. Default: at once.
	SlowStartSeconds int
	// StickySeconds keeps a client at its target by a cookie for that long, 1 to 604,800. Default: no.
	StickySeconds int
	// LeastOutstanding gives requests to the target with the fewest, which suits answers that take unequal time. Not with
	// SlowStartSeconds. Default: each target in turn.
	LeastOutstanding bool

	// Routes are the requests that go to the targets.
	Routes []Route
	// SecurityGroupIDs are the groups of the targets, by the name of who runs there, into which the load balancer is let at Port. Default:
	// none, Allow does it later.
	SecurityGroupIDs map[string]string
	// Alarms in place of those of the load balancer. Default: nil, as the load balancer.
	Alarms *Alarms
}

// ProtocolVersion is the version of HTTP that targets speak.
type ProtocolVersion string

// The versions.
const (
	HTTP1 ProtocolVersion = "HTTP1"
	HTTP2 ProtocolVersion = "HTTP2"
	GRPC  ProtocolVersion = "GRPC"
)

// Health is how the load balancer asks targets whether they are well.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
type Health struct {
	// Path that is asked. Default: "/", or "/AWS.ALB/healthcheck" with GRPC.
	Path string
	// Port that is asked. Default: that of requests.
	Port int
	// Codes are the statuses of a healthy target, such as "200" or "200-299". Default: "200", or "12" with GRPC.
	Codes string
	// IntervalSeconds between two questions, 5 to 300. Default: 15.
	IntervalSeconds int
	// TimeoutSeconds for an answer, 2 to 120 and less than the interval. Default: 5.
	TimeoutSeconds int
	// Healthy answers in a row make a target healthy, 2 to 10. Default: 2.
	Healthy int
	// Unhealthy answers in a row make it unhealthy, 2 to 10. Default: 3.
	Unhealthy int
}

// A Route is a set of requests: those that fit all of what is given. At least one of Hosts, Paths and Sources is given.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
type Route struct {
	// Priority of the route among all of the load balancer, 1 to 50000; the lowest that fits counts.
	Priority int
	// Hosts of the request, with * and ?. Default: any.
	Hosts []string
	// Paths of the request, with * and ?, such as /api/*. Default: any.
	Paths []string
	// Sources are IPv4 ranges that the request comes from. Default: any.
	Sources []string
	// SignIn lets only people through who have signed in, which programs cannot: give them a route of their own. It needs TLS.
	// Default: nil, everybody passes.
	SignIn *Cognito
}

// Cognito is where people sign in: an existing user pool, which may itself ask an OIDC or SAML provider. Its app client has a secret, the
// code grant with the scope openid, and https://HOST/oauth2/idpresponse as callback. The load balancer must reach the pool's domain on the
// internet. An OIDC provider cannot be named directly, because Terraform would keep its client secret in the state.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
type Cognito struct {
	// UserPoolARN is the user pool.
	UserPoolARN string
	// ClientID of the app client.
	ClientID string
	// Domain is the prefix of the pool's domain, or its own full domain.
	Domain string
	// SessionSeconds is how long people stay signed in, 1 to 604,800. Default: 43,200, half a day.
	SessionSeconds int
}

// A Target is a group of targets.
type Target struct {
	balancer  *LoadBalancer
	construct tf.Construct
	name      string
	port      int
	arn, tail string
	rule      tf.Dependable
	alarms    []string
	names     []string
}

// AddTargets makes a target group and the rules that send requests to it.
func (l *LoadBalancer) AddTargets(props TargetProps) (*Target, error) {
	props = props.withDefaults()
	if err := l.validateTargets(props); err != nil {
		return nil, err
	}
	l.targets[props.Name] = true
	for _, route := range props.Routes {
		l.priorities[route.Priority] = props.Name
	}
	made, err := tf.Build(l.construct, props.Name, func(scope tf.Construct) (*Target, error) {
		made := &Target{balancer: l, construct: scope, name: props.Name, port: props.Port}
		made.newGroup(props)
		for i, route := range props.Routes {
			rule := made.newRule(route)
			if i == 0 {
				made.rule = rule
			}
		}
		made.addAlarms(props)
		return made, nil
	})
	if err != nil {
		return nil, err
	}
	for _, client := range sortedKeys(props.SecurityGroupIDs) {
		if err := made.Allow(client, props.SecurityGroupIDs[client]); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (p TargetProps) withDefaults() TargetProps {
	p.Protocol = cmp.Or(p.Protocol, HTTP1)
	if p.DeregistrationSeconds == nil {
		delay := 30
		p.DeregistrationSeconds = &delay
	}
	path, codes := "/", "200"
	if p.Protocol == GRPC {
		path, codes = "/AWS.ALB/healthcheck", "12"
	}
	p.Health.Path = cmp.Or(p.Health.Path, path)
	p.Health.Codes = cmp.Or(p.Health.Codes, codes)
	for value, otherwise := range map[*int]int{&p.Health.IntervalSeconds: 15, &p.Health.TimeoutSeconds: 5, &p.Health.Healthy: 2, &p.Health.Unhealthy: 3} {
		if *value == 0 {
			*value = otherwise
		}
	}
	return p
}

// groupName ends in a hash of what cannot be changed, so that a change makes another group under another name before the old one
// goes: a listener keeps a group that it uses.
func (p TargetProps) groupName(balancer string) string {
	hash := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s %s %d %t %s", balancer, p.Name, p.Port, p.TLS, p.Protocol)))[:6]
	name := balancer + "-" + p.Name
	return strings.TrimRight(name[:min(len(name), 32-len(hash)-1)], "-") + "-" + hash
}

func (t *Target) newGroup(props TargetProps) {
	protocol := "HTTP"
	if props.TLS {
		protocol = "HTTPS"
	}
	health, port := props.Health, "traffic-port"
	if health.Port != 0 {
		port = fmt.Sprint(health.Port)
	}
	config := &lbtargetgroup.LbTargetGroupConfig{
		Name: tf.Str(props.groupName(t.balancer.props.Name)), TargetType: tf.Str("ip"), VpcId: tf.Str(t.balancer.props.VPCID), Port: tf.Num(props.Port),
		Protocol: tf.Str(protocol), ProtocolVersion: tf.Str(string(props.Protocol)), DeregistrationDelay: tf.Str(fmt.Sprint(*props.DeregistrationSeconds)),
		SlowStart: tf.OptNum(props.SlowStartSeconds),
		HealthCheck: &lbtargetgroup.LbTargetGroupHealthCheck{
			Path: tf.Str(health.Path), Port: tf.Str(port), Protocol: tf.Str(protocol), Matcher: tf.Str(health.Codes), Interval: tf.Num(health.IntervalSeconds),
			Timeout: tf.Num(health.TimeoutSeconds), HealthyThreshold: tf.Num(health.Healthy), UnhealthyThreshold: tf.Num(health.Unhealthy),
		},
		Tags: tf.Name(t.balancer.props.Name+"-"+props.Name, t.balancer.props.Tags), Lifecycle: tf.CreateFirst(),
	}
	if props.LeastOutstanding {
		config.LoadBalancingAlgorithmType = tf.Str("least_outstanding_requests")
	}
	if props.StickySeconds > 0 {
		config.Stickiness = &lbtargetgroup.LbTargetGroupStickiness{Type: tf.Str("lb_cookie"), CookieDuration: tf.Num(props.StickySeconds), Enabled: true}
	}
	group := lbtargetgroup.NewLbTargetGroup(t.construct, tf.Str("targets"), config)
	t.arn, t.tail = tf.Attr(group, "arn"), tf.Attr(group, "arnSuffix")
}

func (t *Target) newRule(route Route) tf.Dependable {
	var conditions []*lblistenerrule.LbListenerRuleCondition
	if len(route.Hosts) > 0 {
		conditions = append(conditions, &lblistenerrule.LbListenerRuleCondition{HostHeader: &lblistenerrule.LbListenerRuleConditionHostHeader{Values: tf.Strs(route.Hosts)}})
	}
	if len(route.Paths) > 0 {
		conditions = append(conditions, &lblistenerrule.LbListenerRuleCondition{PathPattern: &lblistenerrule.LbListenerRuleConditionPathPattern{Values: tf.Strs(route.Paths)}})
	}
	if len(route.Sources) > 0 {
		conditions = append(conditions, &lblistenerrule.LbListenerRuleCondition{SourceIp: &lblistenerrule.LbListenerRuleConditionSourceIp{Values: tf.Strs(route.Sources)}})
	}
	var actions []*lblistenerrule.LbListenerRuleAction
	if c := route.SignIn; c != nil {
		session := cmp.Or(c.SessionSeconds, 43200)
		actions = append(actions, &lblistenerrule.LbListenerRuleAction{Type: tf.Str("authenticate-cognito"), Order: tf.Num(1), AuthenticateCognito: &lblistenerrule.LbListenerRuleActionAuthenticateCognito{
			UserPoolArn: tf.Str(c.UserPoolARN), UserPoolClientId: tf.Str(c.ClientID), UserPoolDomain: tf.Str(c.Domain),
			OnUnauthenticatedRequest: tf.Str("authenticate"), Scope: tf.Str("openid"), SessionTimeout: tf.Num(session),
		}})
		t.balancer.reachSignIn()
	}
	actions = append(actions, &lblistenerrule.LbListenerRuleAction{Type: tf.Str("forward"), Order: tf.Num(len(actions) + 1), TargetGroupArn: tf.Str(t.arn)})
	return lblistenerrule.NewLbListenerRule(t.construct, tf.Str(fmt.Sprintf("rule-%d", route.Priority)), &lblistenerrule.LbListenerRuleConfig{
		ListenerArn: tf.Str(t.balancer.listener), Priority: tf.Num(route.Priority), Condition: conditions, Action: actions,
		Tags: tf.Name(t.name, t.balancer.props.Tags),
	})
}

// reachSignIn lets the load balancer ask Cognito for the tokens of who signs in, once.
func (l *LoadBalancer) reachSignIn() {
	if l.signsIn {
		return
	}
	l.signsIn = true
	firewall.Egress(l.construct, "egress-sign-in", l.group, firewall.Rule{
		Description: "Cognito", CIDR: "0.0.0.0/0", From: 443, To: 443, Name: l.props.Name, Tags: l.props.Tags,
	})
}

// Allow lets the load balancer reach the members of a security group at the targets' port: a rule out of its own group, and one into
// theirs. The name of who runs there, unique for the target, is part of the ids of the rules: up to 63 letters, digits and hyphens.
func (t *Target) Allow(client, securityGroupID string) error {
	var problems problem.List
	firewall.CheckRuleID(&problems, "client", client)
	firewall.CheckGroup(&problems, "securityGroupID", securityGroupID)
	if err := problems.Err(); err != nil {
		return err
	}
	return tf.Guard(client, func() error {
		firewall.Between(t.construct, client, t.balancer.group, securityGroupID, firewall.Rule{
			Description: "Load balancer", From: t.port, To: t.port, Name: t.name, Tags: t.balancer.props.Tags,
		})
		return nil
	})
}

// ARN of the target group, for services of ECS and for TargetGroupBindings.
func (t *Target) ARN() string { return t.arn }

// Port at which the targets listen.
func (t *Target) Port() int { return t.port }

// ResourceLabel names load balancer and targets for scaling by ALBRequestCountPerTarget.
func (t *Target) ResourceLabel() string { return t.balancer.suffix + "/" + t.tail }

// Rule is the first route, without which ECS refuses a service with this target group: let the service come after it.
func (t *Target) Rule() tf.Dependable { return t.rule }

// AlarmNames are the names of the alarms on errors and latency, by which deployments go back.
func (t *Target) AlarmNames() []string { return slices.Clone(t.names) }

// AlarmARNs are the ARNs of the alarms of the targets: errors, latency, unhealthy.
func (t *Target) AlarmARNs() []string { return slices.Clone(t.alarms) }
