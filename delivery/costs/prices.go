package costs

// Read is the day on which the prices were read.
const Read = "2026-11-21"

// Regions are those of the list prices. They have the same prices for everything here.
var Regions = []string{"us-east-1", "us-west-2"}

// HoursPerMonth is the month of AWS's own calculator.
const HoursPerMonth = 730

// Unit is what a price is for.
type Unit string

const (
	// Hour is an hour.
	Hour Unit = "hour"
	// Month is a month.
	Month Unit = "month"
)

// A Price is an on-demand list price in US dollars, without taxes and free tiers.
type Price struct {
	// Of says what costs it.
	Of string
	// USD is the price for a unit.
	USD float64
	// Unit is hour or month.
	Unit Unit
	// Page is where AWS publishes the price.
	Page string
	// Seen is where the figure was read, with the date of that page where it tells one. AWS's pages load their figures
	// by script, and the stored copies lack them.
	Seen string
}

// Monthly is the price of a month, for one.
func (p Price) Monthly() float64 {
	if p.Unit == Hour {
		return p.USD * HoursPerMonth
	}
	return p.USD
}

const (
	ec2Page       = "https://aws.amazon.com/ec2/pricing/on-demand/"
	sagemakerPage = "https://aws.amazon.com/sagemaker/ai/pricing/"
	vpcPage       = "https://aws.amazon.com/vpc/pricing/"
	watchPage     = "https://aws.amazon.com/cloudwatch/pricing/"
	watchSeen     = "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/ (June 2026)"
	fargatePage   = "https://aws.amazon.com/fargate/pricing/"
	fargateSeen   = "https://www.vantage.sh/blog/fargate-pricing"
	ec2Seen       = "https://www.factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026/ (June 2026)"
	rdsPage       = "https://aws.amazon.com/rds/postgresql/pricing/"
	rdsSeen       = "https://infratally.com/articles/aws-rds-pricing-explained-2026.html (2026)"
	tables        = "tables of list prices in several public repositories, which agree"
)

var (
	natGateway   = Price{"NAT gateway", 0.045, Hour, vpcPage, "https://www.zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint (June 2026)"}
	publicIPv4   = Price{"public IPv4 address", 0.005, Hour, vpcPage, "https://www.factualminds.com/blog/amazon-vpc-pricing-endpoints-peering-transit-gateway/ (June 2026)"}
	endpoint     = Price{"interface endpoint in a zone", 0.01, Hour, "https://aws.amazon.com/privatelink/pricing/", "https://www.zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint (June 2026)"}
	controlPlane = Price{"EKS control plane, version in standard support", 0.10, Hour, "https://aws.amazon.com/eks/pricing/", "https://cloudburn.io/blog/amazon-eks-pricing (April 2026)"}
	gp3          = Price{"GiB of gp3 volume", 0.08, Month, "https://aws.amazon.com/ebs/pricing/", "https://cloudburn.io/blog/amazon-ebs-pricing (2026)"}
	kmsKey       = Price{"KMS key", 1, Month, "https://aws.amazon.com/kms/pricing/", "AWS's page"}
	parameter    = Price{"advanced parameter of Systems Manager", 0.05, Month, "https://aws.amazon.com/systems-manager/pricing/", "AWS's page"}
	alarm        = Price{"CloudWatch alarm, for each metric", 0.10, Month, watchPage, watchSeen}
	balancer     = Price{"application load balancer, without use", 0.0225, Hour, "https://aws.amazon.com/elasticloadbalancing/pricing/", tables}
	webACL       = Price{"web ACL", 5, Month, "https://aws.amazon.com/waf/pricing/", "AWS's page"}
	webRule      = Price{"rule of a web ACL", 1, Month, "https://aws.amazon.com/waf/pricing/", "AWS's page"}
	fargateCPU   = Price{"Fargate processor, x86", 0.04048, Hour, fargatePage, fargateSeen}
	fargateGB    = Price{"Fargate GiB of memory, x86", 0.004445, Hour, fargatePage, fargateSeen}
	armCPU       = Price{"Fargate processor, ARM64", 0.03238, Hour, fargatePage, fargateSeen}
	armGB        = Price{"Fargate GiB of memory, ARM64", 0.00356, Hour, fargatePage, fargateSeen}
	secret       = Price{"secret", 0.40, Month, "https://aws.amazon.com/secrets-manager/pricing/", "AWS's page"}
	collector    = Price{"collector of Amazon Managed Prometheus, without samples", 0.04, Hour, "https://aws.amazon.com/prometheus/pricing/", "AWS's page"}
	rdsGB        = Price{"GiB of gp3 of a database", 0.115, Month, rdsPage, "https://www.usage.ai/blogs/aws/reserved-instances/rds/pricing-calculator/ (June 2026)"}
	dashboard    = Price{"CloudWatch dashboard", 3, Month, watchPage, watchSeen}
)

// instances are the prices of nodes, by their type.
var instances = map[string]Price{
	"m6i.large":  {"m6i.large", 0.096, Hour, ec2Page, tables},
	"m6i.xlarge": {"m6i.xlarge", 0.192, Hour, ec2Page, tables},
	"m6a.large":  {"m6a.large", 0.0864, Hour, ec2Page, tables},
	"m6a.xlarge": {"m6a.xlarge", 0.1728, Hour, ec2Page, tables},
	"g5.xlarge":  {"g5.xlarge", 1.006, Hour, ec2Page, ec2Seen},
	"g5.2xlarge": {"g5.2xlarge", 1.212, Hour, ec2Page, tables},
}

// hosting are the prices of the instances of SageMaker endpoints, by their type.
var hosting = map[string]Price{
	"ml.m5.large":  {"ml.m5.large of an endpoint", 0.115, Hour, sagemakerPage, tables},
	"ml.m5.xlarge": {"ml.m5.xlarge of an endpoint", 0.23, Hour, sagemakerPage, tables},
	"ml.g5.xlarge": {"ml.g5.xlarge of an endpoint", 1.408, Hour, sagemakerPage, tables},
}

// tracking are the prices of the MLflow servers that SageMaker runs, by their size. For Medium and Large no figure was found.
var tracking = map[string]Price{
	"Small": {"MLflow server of SageMaker, Small", 0.642, Hour, sagemakerPage, "https://github.com/londonaicentre/FLIP/issues/745 (July 2026), and public repositories that agree"},
}

// databases are the prices of PostgreSQL in one zone, by the class of the instance.
var databases = map[string]Price{
	"db.m7g.large":  {"db.m7g.large", 0.168, Hour, rdsPage, tables},
	"db.t4g.micro":  {"db.t4g.micro", 0.016, Hour, rdsPage, rdsSeen},
	"db.t4g.small":  {"db.t4g.small", 0.032, Hour, rdsPage, rdsSeen},
	"db.t4g.medium": {"db.t4g.medium", 0.065, Hour, rdsPage, rdsSeen},
}
