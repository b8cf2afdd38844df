package config

// LoadBalancer is the application load balancer that brings requests to the services. It needs the network.
type LoadBalancer struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Public gives it addresses on the internet, which needs a domain or a certificate. Default: false, inside the network.
	Public bool `yaml:"public"`
	// AllowedCIDRs are the IPv4 ranges that may connect. Default: the network's range.
	AllowedCIDRs []string `yaml:"allowedCidrs" jsonschema:"uniqueItems=true"`
	// HostedZoneID is the zone of Route 53 that gets a record for each name. Default: none.
	HostedZoneID string `yaml:"hostedZoneId" jsonschema:"example=Z0123456789ABCDEFGHIJ"`
	// ValidationZoneID is the public zone in which the certificate is validated, where hostedZoneId is a private one. Default: hostedZoneId.
	ValidationZoneID string `yaml:"validationZoneId"`
	// Names are up to 10 names in the zone, for which a certificate is made. Default: none.
	Names []string `yaml:"names" jsonschema:"uniqueItems=true"`
	// CertificateARN is an existing certificate of ACM. Default: one is made for names.
	CertificateARN string `yaml:"certificateArn"`
	// NoTLS serves in the clear, inside the network only. Default: false.
	NoTLS bool `yaml:"noTls"`
	// Firewall filters requests by AWS WAF: bad addresses, known attacks, too many requests. Default: false.
	Firewall bool `yaml:"firewall"`
	// AccessLogBucket is an existing bucket in the region, encrypted with AES256, that gets a record of each request below <project>-<environment>-web/. Its policy must let load balancers of the account write there. Default: none.
	AccessLogBucket string `yaml:"accessLogBucket" jsonschema:"example=acme-access-logs"`
	// IdleTimeoutSeconds is how long a connection may be silent, 1 to 4000. Default: 60.
	IdleTimeoutSeconds int `yaml:"idleTimeoutSeconds" jsonschema:"minimum=1,maximum=4000"`
}

func (l *LoadBalancer) setDefaults() { *l = LoadBalancer{Enabled: true, IdleTimeoutSeconds: 60} }

// LoadBalancerEnabled reports whether the environment has a load balancer.
func (e *Environment) LoadBalancerEnabled() bool { return e.LoadBalancer != nil }

// setDerived fills in what follows from the network.
func (l *LoadBalancer) setDerived(f *file, e *Environment) {
	if !f.has("loadBalancer.allowedCidrs") {
		l.AllowedCIDRs = e.networkRange()
	}
}

// LoadBalancerName is the name of the load balancer: <project>-<environment>-web.
func (e *Environment) LoadBalancerName() string { return e.Prefix() + "-web" }

// Zones are the hosted zones in which its records are kept.
func (l *LoadBalancer) Zones() []string {
	var zones []string
	for _, id := range []string{l.HostedZoneID, l.ValidationZoneID} {
		if id != "" && !contains(zones, id) {
			zones = append(zones, id)
		}
	}
	return zones
}
