package config

// API is a private HTTP API over the endpoint and the models of its group: score, list, approve, deploy, delete, describe. It
// needs endpoint, and network with private or isolated subnets, where its VPC endpoint is.
type API struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Stage is in the path of all requests: up to 32 letters, digits, hyphens and underscores. Clients must follow a change. Default: live.
	Stage string `yaml:"stage"`
	// VPCEndpointID is an existing VPC endpoint of execute-api, by which clients reach the API. Default: that of the network where network.endpoints has executeAPI, and otherwise one is made for this API alone.
	VPCEndpointID string `yaml:"vpcEndpointId"`
	// ClientCIDRs are the IPv4 ranges from which clients reach the VPC endpoint that is made. Default: the range of the network.
	ClientCIDRs []string `yaml:"clientCidrs" jsonschema:"uniqueItems=true"`
	// PrivateDNS makes the usual names of all APIs of the region lead to the VPC endpoint that is made, in the whole network, from where public APIs are then out of reach by those. Default: false, clients use the URL that is an output.
	PrivateDNS bool `yaml:"privateDns"`
	// Inference is what transactions and answers look like. Default: the defaults below.
	Inference APIInference `yaml:"inference"`
	// Throttle is how fast requests may come, of all clients together and of each key. Default: the defaults below.
	Throttle APIThrottle `yaml:"throttle"`
	// Quota is how many requests each key may make. Default: none.
	Quota *APIQuota `yaml:"quota"`
	// Logs are the access logs, without bodies. Default: the defaults below.
	Logs APILogs `yaml:"logs"`
	// Alarms watch the API. Default: the defaults below.
	Alarms APIAlarms `yaml:"alarms"`
}

// APIInference is what transactions and answers look like.
type APIInference struct {
	// Features make the model's row of numbers of each transaction, in the model's order. Default: none, a transaction is a list of numbers.
	Features []APIFeature `yaml:"features"`
	// Threshold is the score from which on the label is 1, more than 0 and less than 1. Default: 0.6.
	Threshold float64 `yaml:"threshold"`
	// Label is the name of the answer's field that is 0 or 1. Default: is_fraud.
	Label string `yaml:"label"`
	// Score is the name of the answer's field with the score in percent. Default: fraud_chance.
	Score string `yaml:"score"`
}

// APIFeature makes one number of a transaction: the field itself, or by at most one of minus, in and notIn.
type APIFeature struct {
	// Field of the transaction: up to 64 letters, digits and underscores.
	Field string `yaml:"field" jsonschema:"required,example=amount"`
	// Minus is a field that is taken off. Default: none.
	Minus string `yaml:"minus"`
	// In makes 1 of these texts, and 0 of others. Default: none, the field is a number.
	In []string `yaml:"in" jsonschema:"uniqueItems=true"`
	// NotIn makes 0 of these texts, and 1 of others. Default: none.
	NotIn []string `yaml:"notIn" jsonschema:"uniqueItems=true"`
}

// APIThrottle is how fast requests may come.
type APIThrottle struct {
	// Rate is the number of requests a second, 1 to 10000. Default: 50.
	Rate int `yaml:"rate" jsonschema:"minimum=1,maximum=10000"`
	// Burst is how many may come at once, 1 to 5000. Default: 100.
	Burst int `yaml:"burst" jsonschema:"minimum=1,maximum=5000"`
}

// APIQuota is how many requests a key may make.
type APIQuota struct {
	// Requests in a period, 1 to 1000000000.
	Requests int `yaml:"requests" jsonschema:"required,minimum=1,maximum=1000000000,example=100000"`
	// Period is day, week or month. Default: day.
	Period QuotaPeriod `yaml:"period"`
}

// QuotaPeriod is what a quota is counted in.
type QuotaPeriod string

const (
	// QuotaDay counts from midnight, UTC.
	QuotaDay QuotaPeriod = "day"
	// QuotaWeek counts from Sunday.
	QuotaWeek QuotaPeriod = "week"
	// QuotaMonth counts from the first.
	QuotaMonth QuotaPeriod = "month"
)

// Values are all periods.
func (QuotaPeriod) Values() []string {
	return []string{string(QuotaDay), string(QuotaWeek), string(QuotaMonth)}
}

// APILogs are the access logs. API Gateway writes them with one role for the whole account and region.
type APILogs struct {
	// RetentionDays is how long they are kept, as CloudWatch offers. Default: 90.
	RetentionDays int `yaml:"retentionDays"`
	// AccountRole makes that role, for one environment of an account and region. It writes the logs of this environment only. Default: false, the account has the role, without which AWS refuses the API.
	AccountRole bool `yaml:"accountRole"`
}

// APIAlarms look at five minutes.
type APIAlarms struct {
	// Errors is how many answers of 500 and more set off an alarm, 1 to 100000. Default: 5.
	Errors int `yaml:"errors" jsonschema:"minimum=1,maximum=100000"`
	// LatencyMilliseconds is the time within which 99 of 100 answers come, 1 to 29000. Default: 10000.
	LatencyMilliseconds int `yaml:"latencyMilliseconds" jsonschema:"minimum=1,maximum=29000"`
	// Throttled is how many requests that are refused because there are too many set off an alarm, 1 to 1000000. Default: 100.
	Throttled int `yaml:"throttled" jsonschema:"minimum=1,maximum=1000000"`
}

func (a *API) setDefaults() {
	*a = API{Enabled: true, Stage: "live"}
	a.Inference.setDefaults()
	a.Throttle.setDefaults()
	a.Logs.setDefaults()
	a.Alarms.setDefaults()
}

func (i *APIInference) setDefaults() {
	*i = APIInference{Threshold: 0.6, Label: "is_fraud", Score: "fraud_chance"}
}

func (t *APIThrottle) setDefaults() { *t = APIThrottle{Rate: 50, Burst: 100} }

func (q *APIQuota) setDefaults() { *q = APIQuota{Period: QuotaDay} }

func (l *APILogs) setDefaults() { *l = APILogs{RetentionDays: 90} }

func (a *APIAlarms) setDefaults() {
	*a = APIAlarms{Errors: 5, LatencyMilliseconds: 10000, Throttled: 100}
}

// APIEnabled reports whether the environment has the API over its models.
func (e *Environment) APIEnabled() bool { return e.API != nil }

// MakesVPCEndpoint reports whether a VPC endpoint is made for the API alone.
func (a *API) MakesVPCEndpoint(n *Network) bool {
	return a.VPCEndpointID == "" && !(n != nil && contains(n.Endpoints, EndpointExecuteAPI))
}

// setDerived fills in what follows from the environment.
func (a *API) setDerived(f *file, e *Environment) {
	if e.Network != nil && !f.has("api.clientCidrs") && a.MakesVPCEndpoint(e.Network) && e.Network.Range() != "" {
		a.ClientCIDRs = []string{e.Network.Range()}
	}
}
