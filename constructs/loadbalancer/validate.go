package loadbalancer

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern     = lazyregexp.New(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$`)
	prefixPattern   = lazyregexp.New(`^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$`)
	groupPattern    = lazyregexp.New(`^AWSManagedRules[A-Za-z0-9]{1,100}$`)
	pathPattern     = lazyregexp.New(`^/[\x21-\x7e]{0,127}$`)
	codesPattern    = lazyregexp.New(`^[0-9]{1,3}(?:-[0-9]{1,3})?(?:,[0-9]{1,3}(?:-[0-9]{1,3})?)*$`)
	hostPattern     = lazyregexp.New(`^[A-Za-z0-9.*?-]{1,128}$`)
	clientIDPattern = lazyregexp.New(`^[\w+]{1,128}$`)
	poolPattern     = lazyregexp.New(`^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$`)
)

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) || strings.HasPrefix(p.Name, "internal-") {
		problems.Addf("name", "%q is no name of a load balancer; use 1 to 32 letters, digits and hyphens, neither beginning nor ending with a hyphen, nor beginning with internal-", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	firewall.CheckVPC(&problems, "vpcID", p.VPCID)
	firewall.CheckSubnets(&problems, "subnetIDs", p.SubnetIDs, 2, "a load balancer needs two in different zones")
	if len(p.AllowedCIDRs) == 0 {
		problems.Addf("allowedCIDRs", "is missing, and nobody could connect; name the ranges of the clients, such as the VPC's")
	}
	firewall.CheckRanges(&problems, "allowedCIDRs", p.AllowedCIDRs)
	if slices.Contains(p.AllowedCIDRs, "0.0.0.0/0") && !p.AllowAnyone {
		problems.Addf("allowedCIDRs", "admits everybody; name the ranges of the clients, or set allowAnyone")
	}
	p.validateTLS(&problems)
	if p.IdleTimeoutSeconds < 1 || p.IdleTimeoutSeconds > 4000 {
		problems.Addf("idleTimeoutSeconds", "%d is out of range; use 1 to 4000", p.IdleTimeoutSeconds)
	}
	if logs := p.AccessLogs; logs != nil {
		if !token.Is(logs.Bucket) && !awsfacts.IsBucketName(logs.Bucket) {
			problems.Addf("accessLogs.bucket", "%q is no name of a bucket; write the name of one that is there", logs.Bucket)
		}
		if !prefixPattern.MatchString(logs.Prefix) || strings.Contains(logs.Prefix, "AWSLogs") {
			problems.Addf("accessLogs.prefix", "%q is no folder; write it like logs/web, without a slash at either end and without AWSLogs", logs.Prefix)
		}
	}
	if p.Firewall != nil {
		p.Firewall.validate(&problems)
	}
	p.Alarms.validate(&problems, "alarms")
	return problems.Err()
}

func (p Props) validateTLS(problems *problem.List) {
	switch {
	case p.NoTLS && p.Public:
		problems.Addf("noTLS", "does not go with public: what crosses the internet is encrypted; give a domain or certificateARN")
	case p.NoTLS && p.CertificateARN != "":
		problems.Addf("noTLS", "does not go with certificateARN; keep one of them")
	case !p.NoTLS && p.CertificateARN == "" && p.Domain == nil:
		problems.Addf("certificateARN", "is missing; give it or a domain, or set noTLS for a load balancer inside the VPC")
	}
	if p.CertificateARN != "" && !arn.Is(p.CertificateARN, "acm", "certificate/") {
		problems.Addf("certificateARN", "%q is no ARN of a certificate; write it like arn:aws:acm:us-west-2:123456789012:certificate/id", p.CertificateARN)
	}
	if policies := []TLSPolicy{TLS13And12, TLS13And12Restricted, TLS13Only}; !slices.Contains(policies, p.TLSPolicy) {
		problems.Addf("tlsPolicy", "%q is unknown or has no TLS 1.3; use %q, %q or %q", p.TLSPolicy, policies[0], policies[1], policies[2])
	}
	if d := p.Domain; d != nil {
		for _, zone := range []struct{ path, id string }{{"domain.hostedZoneID", d.HostedZoneID}, {"domain.validationZoneID", d.ValidationZoneID}} {
			if (zone.path == "domain.hostedZoneID" || d.ValidationZoneID != d.HostedZoneID) && !token.Is(zone.id) {
				if err := rule.HostedZone(zone.id); err != nil {
					problems.Addf(zone.path, "%v", err)
				}
			}
		}
		if len(d.Names) == 0 || len(d.Names) > 10 {
			problems.Addf("domain.names", "has %d names; use 1 to 10, as ACM allows", len(d.Names))
		}
		seen := map[string]bool{}
		for i, name := range d.Names {
			at := problem.Index("domain.names", i)
			if err := rule.DomainName(name); err != nil {
				problems.Addf(at, "%v", err)
			} else if seen[name] {
				problems.Addf(at, "%q is given twice; drop one", name)
			}
			seen[name] = true
		}
	}
}

func (f Firewall) validate(problems *problem.List) {
	if f.ACLARN != "" {
		if !arn.Is(f.ACLARN, "wafv2", "regional/webacl/") {
			problems.Addf("firewall.aclARN", "%q is no ARN of a regional web ACL; write it like arn:aws:wafv2:us-west-2:123456789012:regional/webacl/name/id", f.ACLARN)
		}
		if len(f.ManagedRuleGroups) > 0 || f.RequestsPer5Minutes != 0 || f.CountOnly || f.AllowLargeBodies {
			problems.Addf("firewall.aclARN", "stands beside settings of a web ACL to make; keep one of them")
		}
		return
	}
	seen := map[string]bool{}
	for i, group := range f.ManagedRuleGroups {
		if at := problem.Index("firewall.managedRuleGroups", i); !groupPattern.MatchString(group) {
			problems.Addf(at, "%q is no group of AWS's rules; write it like %s", group, commonRules)
		} else if seen[group] {
			problems.Addf(at, "%q is given twice; drop one", group)
		}
		seen[group] = true
	}
	if f.RequestsPer5Minutes < 10 || f.RequestsPer5Minutes > 2_000_000_000 {
		problems.Addf("firewall.requestsPer5Minutes", "%d is out of range; use 10 to 2000000000", f.RequestsPer5Minutes)
	}
}

func (a Alarms) validate(problems *problem.List, path string) {
	problems.Add("", arn.CheckTopics(path+".topicARNs", a.TopicARNs))
	if a.Disabled {
		return
	}
	if a.ErrorPercent < 1 || a.ErrorPercent > 99 {
		problems.Addf(path+".errorPercent", "%d is out of range; use 1 to 99", a.ErrorPercent)
	}
	if a.Errors < 1 {
		problems.Addf(path+".errors", "%d is out of range; use 1 or more", a.Errors)
	}
	if a.LatencyMilliseconds < 1 {
		problems.Addf(path+".latencyMilliseconds", "%d is out of range; use 1 or more", a.LatencyMilliseconds)
	}
}

func (l *LoadBalancer) validateTargets(p TargetProps) error {
	var problems problem.List
	between := func(path string, value, low, high int) {
		if value < low || value > high {
			problems.Addf(path, "%d is out of range; use %d to %d", value, low, high)
		}
	}
	firewall.CheckRuleID(&problems, "name", p.Name)
	if l.targets[p.Name] {
		problems.Addf("name", "%q are targets of this load balancer already; use another name", p.Name)
	}
	between("port", p.Port, 1, 65535)
	if p.Protocol != HTTP1 && p.Protocol != HTTP2 && p.Protocol != GRPC {
		problems.Addf("protocol", "%q is unknown; use %q, %q or %q", p.Protocol, HTTP1, HTTP2, GRPC)
	}
	if p.Protocol == GRPC && l.props.NoTLS {
		problems.Addf("protocol", "%q needs TLS between clients and load balancer; use %q, or give the load balancer a certificate", GRPC, HTTP1)
	}
	h := p.Health
	if !pathPattern.MatchString(h.Path) {
		problems.Addf("health.path", "%q is no path; begin it with a slash", h.Path)
	}
	if h.Port != 0 {
		between("health.port", h.Port, 1, 65535)
	}
	if !codesPattern.MatchString(h.Codes) {
		problems.Addf("health.codes", "%q are no statuses; write them like 200, 200-299 or 200,301", h.Codes)
	}
	between("health.intervalSeconds", h.IntervalSeconds, 5, 300)
	between("health.timeoutSeconds", h.TimeoutSeconds, 2, 120)
	if h.TimeoutSeconds >= h.IntervalSeconds {
		problems.Addf("health.timeoutSeconds", "%d is not less than the interval of %d; shorten it", h.TimeoutSeconds, h.IntervalSeconds)
	}
	between("health.healthy", h.Healthy, 2, 10)
	between("health.unhealthy", h.Unhealthy, 2, 10)
	between("deregistrationSeconds", *p.DeregistrationSeconds, 0, 3600)
	if p.SlowStartSeconds != 0 {
		between("slowStartSeconds", p.SlowStartSeconds, 30, 900)
		if p.LeastOutstanding {
			problems.Addf("leastOutstanding", "does not go with slowStartSeconds; drop one of them")
		}
	}
	if p.StickySeconds != 0 {
		between("stickySeconds", p.StickySeconds, 1, 604800)
	}
	for _, name := range sortedKeys(p.SecurityGroupIDs) {
		at := problem.Key("securityGroupIDs", name)
		firewall.CheckRuleID(&problems, at, name)
		firewall.CheckGroup(&problems, at, p.SecurityGroupIDs[name])
	}
	if p.Alarms != nil {
		p.Alarms.validate(&problems, "alarms")
	}
	l.validateRoutes(&problems, p.Routes)
	return problems.Err()
}

func (l *LoadBalancer) validateRoutes(problems *problem.List, routes []Route) {
	if len(routes) == 0 {
		problems.Addf("routes", "is missing, and no request would come; give at least one route")
	}
	taken := maps.Clone(l.priorities)
	for i, route := range routes {
		at := problem.Index("routes", i)
		if other, twice := taken[route.Priority]; twice {
			problems.Addf(at+".priority", "%d is that of a route to %s; use another one", route.Priority, other)
		} else if route.Priority < 1 || route.Priority > 50000 {
			problems.Addf(at+".priority", "%d is out of range; use 1 to 50000", route.Priority)
		}
		taken[route.Priority] = "these targets"
		values := len(route.Hosts) + len(route.Paths) + len(route.Sources)
		if values == 0 {
			problems.Addf(at, "fits every request; give hosts, paths or sources, or the path /*")
		} else if values > 5 {
			problems.Addf(at, "has %d hosts, paths and sources together; a rule takes 5, use several routes", values)
		}
		for j, host := range route.Hosts {
			if !hostPattern.MatchString(host) {
				problems.Addf(problem.Index(at+".hosts", j), "%q is no host; write it like mlflow.example.com or *.example.com", host)
			}
		}
		for j, path := range route.Paths {
			if !pathPattern.MatchString(path) {
				problems.Addf(problem.Index(at+".paths", j), "%q is no path; begin it with a slash, such as /api/*", path)
			}
		}
		firewall.CheckRanges(problems, at+".sources", route.Sources)
		if c := route.SignIn; c != nil {
			c.validate(problems, at+".signIn", l.props.NoTLS)
		}
	}
}

func (c Cognito) validate(problems *problem.List, path string, noTLS bool) {
	if noTLS {
		problems.Addf(path, "needs TLS; give the load balancer a domain or a certificate")
	}
	if !arn.Is(c.UserPoolARN, "cognito-idp", "userpool/") {
		problems.Addf(path+".userPoolARN", "%q is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_AbCdEfGhI", c.UserPoolARN)
	}
	if !token.Is(c.ClientID) && !clientIDPattern.MatchString(c.ClientID) {
		problems.Addf(path+".clientID", "%q is no id of an app client; copy it from the user pool", c.ClientID)
	}
	if !token.Is(c.Domain) && !poolPattern.MatchString(c.Domain) {
		problems.Addf(path+".domain", "%q is no domain of a user pool; write its prefix, or its own domain in full, without https://", c.Domain)
	}
	if c.SessionSeconds < 0 || c.SessionSeconds > 604800 {
		problems.Addf(path+".sessionSeconds", "%d is out of range; use 1 to 604800", c.SessionSeconds)
	}
}

func sortedKeys(of map[string]string) []string { return slices.Sorted(maps.Keys(of)) }
