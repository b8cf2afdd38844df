package loadbalancer

import (
	"fmt"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lb"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistener"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A LoadBalancer is an application load balancer that answers 404 to all that no target takes.
type LoadBalancer struct {
	construct       tf.Construct
	id              string
	props           Props
	arn, suffix     string
	dns, zone       string
	group, listener string
	alarms          []string
	priorities      map[int]string
	targets         map[string]bool
	signsIn         bool
}

// New makes a load balancer without targets.
func New(scope constructs.Construct, id string, props Props) (*LoadBalancer, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*LoadBalancer, error) {
		made := &LoadBalancer{construct: scope, id: id, props: props, priorities: map[int]string{}, targets: map[string]bool{}}
		made.newGroup()
		config := &lb.LbConfig{
			Name: tf.Str(props.Name), Internal: !props.Public, LoadBalancerType: tf.Str("application"), Subnets: tf.Strs(props.SubnetIDs),
			SecurityGroups: tf.Strs([]string{made.group}), DropInvalidHeaderFields: true, EnableDeletionProtection: !props.AllowDestroy,
			IdleTimeout: tf.Num(props.IdleTimeoutSeconds), Tags: tf.StrMap(props.Tags),
		}
		if logs := props.AccessLogs; logs != nil {
			config.AccessLogs = &lb.LbAccessLogs{Bucket: tf.Str(logs.Bucket), Prefix: tf.Str(logs.Prefix), Enabled: true}
		}
		balancer := lb.NewLb(scope, tf.Str("load-balancer"), config)
		made.arn, made.suffix, made.dns, made.zone = tf.Attr(balancer, "arn"), tf.Attr(balancer, "arnSuffix"), tf.Attr(balancer, "dnsName"), tf.Attr(balancer, "zoneId")
		made.newListeners(made.newCertificate())
		made.newRecords()
		made.newFirewall()
		made.addAlarm("alarm-errors", "errors", made.errors())
		return made, nil
	})
}

// ports are those at which clients connect.
func (l *LoadBalancer) ports() []int {
	if l.props.NoTLS {
		return []int{80}
	}
	return []int{80, 443}
}

func (l *LoadBalancer) newGroup() {
	l.group = firewall.NewGroup(l.construct, l.props.Name, "Load balancer "+l.props.Name, l.props.VPCID, l.props.Tags)
	for _, cidr := range l.props.AllowedCIDRs {
		for _, port := range l.ports() {
			firewall.Ingress(l.construct, fmt.Sprintf("ingress-%d-%s", port, firewall.RangeID(cidr)), l.group, firewall.Rule{
				Description: map[int]string{80: "HTTP", 443: "HTTPS"}[port], CIDR: cidr, From: port, To: port, Name: l.props.Name, Tags: l.props.Tags,
			})
		}
	}
}

// newListeners makes the listener that serves, and where it is HTTPS, one that sends clients of port 80 there.
func (l *LoadBalancer) newListeners(certificateARN string) {
	nothing := []*lblistener.LbListenerDefaultAction{{Type: tf.Str("fixed-response"), FixedResponse: &lblistener.LbListenerDefaultActionFixedResponse{
		ContentType: tf.Str("text/plain"), MessageBody: tf.Str("Not found"), StatusCode: tf.Str("404"),
	}}}
	if certificateARN == "" {
		l.listener = tf.Attr(lblistener.NewLbListener(l.construct, tf.Str("http"), &lblistener.LbListenerConfig{
			LoadBalancerArn: tf.Str(l.arn), Port: tf.Num(80), Protocol: tf.Str("HTTP"), DefaultAction: nothing, Tags: tf.StrMap(l.props.Tags),
		}), "arn")
		return
	}
	lblistener.NewLbListener(l.construct, tf.Str("redirect"), &lblistener.LbListenerConfig{
		LoadBalancerArn: tf.Str(l.arn), Port: tf.Num(80), Protocol: tf.Str("HTTP"), Tags: tf.StrMap(l.props.Tags),
		DefaultAction: []*lblistener.LbListenerDefaultAction{{Type: tf.Str("redirect"), Redirect: &lblistener.LbListenerDefaultActionRedirect{
			Port: tf.Str("443"), Protocol: tf.Str("HTTPS"), StatusCode: tf.Str("HTTP_301"),
		}}},
	})
	l.listener = tf.Attr(lblistener.NewLbListener(l.construct, tf.Str("https"), &lblistener.LbListenerConfig{
		LoadBalancerArn: tf.Str(l.arn), Port: tf.Num(443), Protocol: tf.Str("HTTPS"), CertificateArn: tf.Str(certificateARN),
		SslPolicy: tf.Str(string(l.props.TLSPolicy)), DefaultAction: nothing, Tags: tf.StrMap(l.props.Tags),
	}), "arn")
}

// AccessLogDelivery is the statement of a bucket policy with which load balancers of this account write their access logs under
// these prefixes.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func AccessLogDelivery(scope arn.Scope, bucketARN string, prefixes ...string) policy.Statement {
	var resources []string
	for _, each := range prefixes {
		resources = append(resources, bucketARN+"/"+each+"/AWSLogs/"+scope.Account+"/*")
	}
	return policy.Statement{
		Sid: "LoadBalancerAccessLogs", Principals: []policy.Principal{policy.Service("logdelivery.elasticloadbalancing.amazonaws.com")},
		Actions: []string{"s3:PutObject"}, Resources: resources,
		Conditions: []policy.Condition{policy.StringEquals("aws:SourceAccount", scope.Account)},
	}
}

// ARN of the load balancer.
func (l *LoadBalancer) ARN() string { return l.arn }

// DNSName that AWS gave it.
func (l *LoadBalancer) DNSName() string { return l.dns }

// HostedZoneID is the zone of DNSName, for alias records.
func (l *LoadBalancer) HostedZoneID() string { return l.zone }

// ListenerARN is the listener that serves.
func (l *LoadBalancer) ListenerARN() string { return l.listener }

// SecurityGroupID of the load balancer.
func (l *LoadBalancer) SecurityGroupID() string { return l.group }

// AlarmARNs are the ARNs of the alarms of the load balancer and its targets, in the order in which they were made.
func (l *LoadBalancer) AlarmARNs() []string { return slices.Clone(l.alarms) }

// Construct holds the load balancer's resources.
func (l *LoadBalancer) Construct() constructs.Construct { return l.construct }
