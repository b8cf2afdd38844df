// Package loadbalancer makes application load balancers: internal unless said otherwise, TLS with a certificate that is made and
// validated, target groups by address for ECS and Kubernetes, sign-in before pages for people, a web firewall, and alarms.
package loadbalancer

import (
	"cmp"

	"github.com/mlplatform/mlplatform/documents/arn"
)

// TLSPolicy is the set of TLS versions and ciphers of the HTTPS listener.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
type TLSPolicy string

// The policies with TLS 1.3.
const (
	// TLS13And12 is TLS 1.3 and 1.2, as AWS recommends.
	TLS13And12 TLSPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
	// TLS13And12Restricted has of TLS 1.2 only ciphers with forward secrecy and authenticated encryption.
	TLS13And12Restricted TLSPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
	// TLS13Only is TLS 1.3 alone.
	TLS13Only TLSPolicy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
)

// Props configures a load balancer. Name, VPCID, SubnetIDs, AllowedCIDRs and either a domain, a certificate or NoTLS are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb
type Props struct {
	// Name of the load balancer: 1 to 32 letters, digits and hyphens, neither beginning nor ending with a hyphen, nor beginning with
	// "internal-". A change replaces it.
	Name string
	// Scope is where the load balancer lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of all resources, beside those of the stack. Default: none.
	Tags map[string]string

	// VPCID is the VPC.
	VPCID string
	// SubnetIDs are at least two subnets in different zones: private ones, or with Public such that have a way from the internet.
	SubnetIDs []string
	// Public has addresses on the internet. Default: false, only the VPC and what is connected with it reaches the load balancer.
	// A change replaces it.
	Public bool
	// AllowedCIDRs are the IPv4 ranges that may connect, such as the VPC's.
	AllowedCIDRs []string
	// AllowAnyone admits 0.0.0.0/0 among AllowedCIDRs. Default: false.
	AllowAnyone bool

	// Domain gives the load balancer names and, without CertificateARN, a certificate for them. Default: none.
	Domain *Domain
	// CertificateARN is an existing certificate of ACM in the same region. Default: one is made for the domain.
	CertificateARN string
	// NoTLS serves internal clients in the clear, without a certificate. It is refused with Public. Default: false.
	NoTLS bool
	// TLSPolicy of the HTTPS listener. Default: TLS13And12.
	TLSPolicy TLSPolicy

	// IdleTimeoutSeconds is how long a connection may be silent, 1 to 4000. Default: 60.
	IdleTimeoutSeconds int
	// AccessLogs keeps a record of each request. Default: none.
	AccessLogs *AccessLogs
	// Firewall filters requests by AWS WAF. Default: none.
	Firewall *Firewall
	// Alarms watch the load balancer and its targets.
	Alarms Alarms
	// AllowDestroy lets Terraform destroy the load balancer. Default: the load balancer refuses.
	AllowDestroy bool
}

// Domain is where the names of the load balancer are kept.
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
type Domain struct {
	// HostedZoneID is the zone of Route 53 that gets a record for each name.
	HostedZoneID string
	// ValidationZoneID is the public zone in which ACM looks whether the names are yours. It is needed where HostedZoneID is a private
	// zone. Default: HostedZoneID.
	ValidationZoneID string
	// Names are 1 to 10 names in the zone, such as mlflow.dev.example.com or *.dev.example.com.
	Names []string
}

// AccessLogs says where the record of requests goes.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
type AccessLogs struct {
	// Bucket is the name of a bucket in the same region, encrypted with AES256, whose policy has the statement of AccessLogDelivery.
	Bucket string
	// Prefix is the folder. Default: the name of the load balancer.
	Prefix string
}

// Alarms tell of requests that fail and targets that are ill. All look at single minutes and go off when three of five are bad.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
type Alarms struct {
	// Disabled makes no alarms, and gives up that deployments go back by them. Default: false.
	Disabled bool
	// ErrorPercent is the share of answers of targets with status 5xx above which an alarm goes off, 1 to 99. Default: 5.
	ErrorPercent int
	// Errors is how many requests of a minute the load balancer itself must fail (502, 503, 504) to set off its alarm. Default: 5.
	Errors int
	// LatencyMilliseconds is the time that 99 of 100 answers of targets take less than, above which an alarm goes off. Default: 5000.
	LatencyMilliseconds int
	// TopicARNs are SNS topics that are told when an alarm goes off and when all is well again. Default: none.
	TopicARNs []string
}

func (p Props) withDefaults() Props {
	p.TLSPolicy = cmp.Or(p.TLSPolicy, TLS13And12)
	number := func(value *int, otherwise int) {
		if *value == 0 {
			*value = otherwise
		}
	}
	number(&p.IdleTimeoutSeconds, 60)
	if p.AccessLogs != nil {
		logs := *p.AccessLogs
		logs.Prefix = cmp.Or(logs.Prefix, p.Name)
		p.AccessLogs = &logs
	}
	if p.Domain != nil && p.Domain.ValidationZoneID == "" {
		domain := *p.Domain
		domain.ValidationZoneID = domain.HostedZoneID
		p.Domain = &domain
	}
	if p.Firewall != nil {
		firewall := p.Firewall.withDefaults()
		p.Firewall = &firewall
	}
	if !p.Alarms.Disabled {
		number(&p.Alarms.ErrorPercent, 5)
		number(&p.Alarms.Errors, 5)
		number(&p.Alarms.LatencyMilliseconds, 5000)
	}
	return p
}
