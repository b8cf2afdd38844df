package config

// Network is the VPC of an environment: a new one, or an existing one by its ids.
type Network struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// CIDR is the IPv4 range of the VPC: private (RFC 1918), /16 to /24, and apart from the ranges of all other environments. Required for a new VPC. Default: none.
	CIDR string `yaml:"cidr" jsonschema:"pattern=^[0-9.]+/[0-9]+$,example=10.10.0.0/16"`
	// AvailabilityZones is in how many zones the network is, 1 to 6: the first ones of the region by name. Default: 2, or as many as zones names.
	AvailabilityZones int `yaml:"availabilityZones" jsonschema:"minimum=1,maximum=6"`
	// Zones names the zones instead of their number, such as [us-west-2a, us-west-2c]. Default: the first zones of the region.
	Zones []string `yaml:"zones" jsonschema:"uniqueItems=true"`
	// Tiers are the kinds of subnets in each zone. Default: [public, private].
	Tiers []Tier `yaml:"tiers" jsonschema:"uniqueItems=true"`
	// NAT says how private subnets reach the internet: one NAT gateway for all, one per zone, or not at all. Default: single, but none without a public and a private tier.
	NAT NAT `yaml:"nat"`
	// IPv6 adds an IPv6 range and makes the subnets dual stack. Default: false.
	IPv6 bool `yaml:"ipv6"`
	// Endpoints are groups of VPC endpoints. s3 and dynamodb are gateway endpoints and free; each service of the others costs by the hour and zone. Default: [s3, dynamodb], and none in an existing VPC.
	Endpoints []EndpointGroup `yaml:"endpoints" jsonschema:"uniqueItems=true"`
	// JobDestinations are IPv4 ranges that jobs and endpoints in the network reach at port 443, beside its VPC endpoints, such as 0.0.0.0/0. Default: none with the endpoint s3 and at least one interface endpoint, otherwise 0.0.0.0/0.
	JobDestinations []string `yaml:"jobDestinations" jsonschema:"uniqueItems=true"`
	// FlowLogs records the traffic of the VPC in CloudWatch Logs. Default: all traffic for 90 days.
	FlowLogs FlowLogs `yaml:"flowLogs"`
	// Existing uses a VPC that is already there. All other keys but enabled, endpoints and jobDestinations are then refused. Default: none.
	Existing *ExistingNetwork `yaml:"existing"`
}

// Tier is a kind of subnets.
type Tier string

const (
	// PublicTier has a route to the internet gateway: load balancers and NAT gateways.
	PublicTier Tier = "public"
	// PrivateTier reaches the internet only through NAT: clusters and jobs.
	PrivateTier Tier = "private"
	// IsolatedTier has no way to the internet: databases.
	IsolatedTier Tier = "isolated"
)

// Values are all tiers.
func (Tier) Values() []string {
	return []string{string(PublicTier), string(PrivateTier), string(IsolatedTier)}
}

// NAT says how many NAT gateways there are.
type NAT string

const (
	// NATNone is none: private subnets reach only the VPC and its endpoints.
	NATNone NAT = "none"
	// NATSingle is one for all zones: cheaper, and gone with its zone.
	NATSingle NAT = "single"
	// NATPerZone is one in each zone.
	NATPerZone NAT = "perZone"
)

// Values are all choices.
func (NAT) Values() []string {
	return []string{string(NATNone), string(NATSingle), string(NATPerZone)}
}

// EndpointGroup is a group of VPC endpoints that belong together.
type EndpointGroup string

const (
	// EndpointS3 is the gateway endpoint of S3.
	EndpointS3 EndpointGroup = "s3"
	// EndpointDynamoDB is the gateway endpoint of DynamoDB.
	EndpointDynamoDB EndpointGroup = "dynamodb"
	// EndpointECR is what pulling container images needs, beside s3.
	EndpointECR EndpointGroup = "ecr"
	// EndpointSTS is what assuming roles needs.
	EndpointSTS EndpointGroup = "sts"
	// EndpointLogs is CloudWatch Logs.
	EndpointLogs EndpointGroup = "logs"
	// EndpointSageMaker is the API and the runtime of SageMaker.
	EndpointSageMaker EndpointGroup = "sagemaker"
	// EndpointStepFunctions is the API of Step Functions.
	EndpointStepFunctions EndpointGroup = "stepFunctions"
	// EndpointEKS is what nodes of a private cluster need of EKS and EC2.
	EndpointEKS EndpointGroup = "eks"
	// EndpointMonitoring is CloudWatch metrics.
	EndpointMonitoring EndpointGroup = "monitoring"
	// EndpointStudio is SageMaker Studio, beside sagemaker.
	EndpointStudio EndpointGroup = "studio"
	// EndpointECS is what container instances call. Fargate does not need it.
	EndpointECS EndpointGroup = "ecs"
	// EndpointSessions opens shells in instances and containers.
	EndpointSessions EndpointGroup = "sessions"
	// EndpointExecuteAPI reaches private APIs of API Gateway, and keeps the default names of public ones from being reached.
	EndpointExecuteAPI EndpointGroup = "executeAPI"
	// EndpointEvents is EventBridge.
	EndpointEvents EndpointGroup = "events"
	// EndpointMessaging is SQS and SNS.
	EndpointMessaging EndpointGroup = "messaging"
	// EndpointLambda invokes functions.
	EndpointLambda EndpointGroup = "lambda"
	// EndpointEFS manages file systems. Mounting them needs no endpoint.
	EndpointEFS EndpointGroup = "efs"
	// EndpointSecrets is Secrets Manager, Systems Manager parameters and KMS.
	EndpointSecrets EndpointGroup = "secrets"
)

// Values are all groups.
func (EndpointGroup) Values() []string {
	return []string{
		string(EndpointS3), string(EndpointDynamoDB), string(EndpointECR), string(EndpointSTS), string(EndpointLogs),
		string(EndpointSageMaker), string(EndpointStepFunctions), string(EndpointEKS), string(EndpointSecrets),
		string(EndpointMonitoring), string(EndpointStudio), string(EndpointECS), string(EndpointSessions), string(EndpointExecuteAPI),
		string(EndpointEvents), string(EndpointMessaging), string(EndpointLambda), string(EndpointEFS),
	}
}

// gateway reports whether the endpoints are entries in route tables, and not network interfaces in subnets.
func (g EndpointGroup) gateway() bool { return g == EndpointS3 || g == EndpointDynamoDB }

// FlowLogs records the traffic of a VPC. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
type FlowLogs struct {
	// Enabled switches flow logs off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// RetentionDays is for how many days they are kept, one of the numbers that CloudWatch Logs knows. Default: 90.
	RetentionDays int `yaml:"retentionDays"`
	// TrafficType is ALL, ACCEPT or REJECT. Default: ALL.
	TrafficType TrafficType `yaml:"trafficType"`
}

// TrafficType is which traffic flow logs record.
type TrafficType string

const (
	// TrafficAll records all.
	TrafficAll TrafficType = "ALL"
	// TrafficAccept records what security groups and network ACLs let through.
	TrafficAccept TrafficType = "ACCEPT"
	// TrafficReject records what they refuse.
	TrafficReject TrafficType = "REJECT"
)

// Values are all types.
func (TrafficType) Values() []string {
	return []string{string(TrafficAll), string(TrafficAccept), string(TrafficReject)}
}

// ExistingNetwork is a VPC that is already there, by its ids.
type ExistingNetwork struct {
	// VPCID is the id of the VPC.
	VPCID string `yaml:"vpcId" jsonschema:"required,pattern=^vpc-[0-9a-f]+$,example=vpc-0123456789abcdef0"`
	// PrivateSubnetIDs are the subnets of clusters and jobs. Default: none.
	PrivateSubnetIDs []string `yaml:"privateSubnetIds" jsonschema:"uniqueItems=true"`
	// PublicSubnetIDs are the subnets of public load balancers. Default: none.
	PublicSubnetIDs []string `yaml:"publicSubnetIds" jsonschema:"uniqueItems=true"`
	// IsolatedSubnetIDs are the subnets of databases. Default: none.
	IsolatedSubnetIDs []string `yaml:"isolatedSubnetIds" jsonschema:"uniqueItems=true"`
	// CIDR is the IPv4 range of the VPC. Required for endpoints other than s3 and dynamodb, which admit it. Default: not known.
	CIDR string `yaml:"cidr" jsonschema:"pattern=^[0-9.]+/[0-9]+$,example=10.10.0.0/16"`
	// PrivateRouteTableIDs are the route tables of the private subnets. Required for the endpoints s3 and dynamodb. Default: none.
	PrivateRouteTableIDs []string `yaml:"privateRouteTableIds" jsonschema:"uniqueItems=true"`
}

func (n *Network) setDefaults() {
	*n = Network{
		Enabled: true, Tiers: []Tier{PublicTier, PrivateTier},
		Endpoints: []EndpointGroup{EndpointS3, EndpointDynamoDB},
	}
	n.FlowLogs.setDefaults()
}

func (f *FlowLogs) setDefaults() {
	*f = FlowLogs{Enabled: true, RetentionDays: 90, TrafficType: TrafficAll}
}

// Range is the IPv4 range of the VPC, new or existing, or "" if it is not known.
func (n *Network) Range() string {
	if n.Existing != nil {
		return n.Existing.CIDR
	}
	return n.CIDR
}

// HasTier reports whether the network has subnets of the tier.
func (n *Network) HasTier(tier Tier) bool {
	if n.Existing != nil {
		switch tier {
		case PublicTier:
			return len(n.Existing.PublicSubnetIDs) > 0
		case PrivateTier:
			return len(n.Existing.PrivateSubnetIDs) > 0
		case IsolatedTier:
			return len(n.Existing.IsolatedSubnetIDs) > 0
		}
	}
	return contains(n.Tiers, tier)
}
