package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// served is an environment with an endpoint, to which the API belongs.
const served = `network: { cidr: 10.10.0.0/16 }
storage: {}
training: { image: { tag: a }, metric: { threshold: 0.5 } }
endpoint: {}
`

func withAPI(api string) files { return dev(served + "api:" + api + "\n") }

func TestAPIDefaults(t *testing.T) {
	api := withAPI(" {}").must(t).Environments[0].API
	require.Equal(t, &config.API{
		Enabled: true, Stage: "live", ClientCIDRs: []string{"10.10.0.0/16"}, Inference: config.APIInference{Threshold: 0.6, Label: "is_fraud", Score: "fraud_chance"},
		Throttle: config.APIThrottle{Rate: 50, Burst: 100}, Logs: config.APILogs{RetentionDays: 90}, Alarms: config.APIAlarms{Errors: 5, LatencyMilliseconds: 10000, Throttled: 100},
	}, api)
	require.Nil(t, withAPI(" { enabled: false }").must(t).Environments[0].API)
	require.Nil(t, dev("api: { enabled: false }\n").must(t).Environments[0].API, "what is off needs nothing")
	all := withAPI(`
  stage: v1
  clientCidrs: [10.10.0.0/16, 10.99.0.0/24]
  privateDns: true
  inference:
    features: [{ field: amount }, { field: new, minus: old }, { field: type, in: [CASH_OUT] }, { field: type, notIn: [CASH_OUT, TRANSFER] }]
    threshold: 0.75
    label: suspicious
    score: chance
  throttle: { rate: 5, burst: 10 }
  quota: { requests: 1000, period: month }
  logs: { retentionDays: 30, accountRole: true }
  alarms: { errors: 1, latencyMilliseconds: 500, throttled: 10 }`).must(t).Environments[0].API
	require.Equal(t, &config.APIQuota{Requests: 1000, Period: config.QuotaMonth}, all.Quota)
	require.Len(t, all.Inference.Rules().Features, 4)
	existing := dev(strings.Replace(served, "/16 }", "/16, endpoints: [s3, executeAPI] }", 1) + "api: {}\n").must(t).Environments[0]
	require.False(t, existing.API.MakesVPCEndpoint(existing.Network))
	require.Empty(t, existing.API.ClientCIDRs)
	given := withAPI(" { vpcEndpointId: vpce-0123456789abcdef0 }").must(t).Environments[0]
	require.False(t, given.API.MakesVPCEndpoint(given.Network))
}

// badAPIs are sections that must not load, with what is said about them.
var badAPIs = []struct{ name, api, want string }{
	{"text", ` yes please`, `environments/dev.yaml:7:6: api: is the text "yes please" where keys and values are needed; write its keys below it, indented, or {} for all defaults`},
	{"list", ` [a]`, `environments/dev.yaml:7:6: api: is a list where keys and values are needed; write its keys below it, indented, or {} for all defaults`},
	{"unknown key", ` { stages: v1 }`, `environments/dev.yaml:7:8: api.stages: is no key here; use enabled, stage, vpcEndpointId, clientCidrs, privateDns, inference, throttle, quota, logs or alarms (did you mean stage?)`},
	{"key of another section", ` { cidr: 10.0.0.0/16 }`, `environments/dev.yaml:7:8: api.cidr: is no key here; use enabled, stage, vpcEndpointId, clientCidrs, privateDns, inference, throttle, quota, logs or alarms (cidr is a key of network or network.existing)`},
	{"enabled", ` { enabled: 1 }`, `environments/dev.yaml:7:17: api.enabled: is the number 1 where a boolean is needed; write true or false, without quotes`},
	{"stage with a dot", ` { stage: v1.0 }`, `environments/dev.yaml:7:15: api.stage: "v1.0" is no name of a stage; use 1 to 32 letters, digits, hyphens and underscores`},
	{"empty stage", ` { stage: "" }`, `environments/dev.yaml:7:15: api.stage: is an empty text; write a value, or remove the line to get the default`},
	{"stage without value", ` { stage: }`, `environments/dev.yaml:7:15: api.stage: has no value; write one, or remove the line to get the default`},
	{"stage as a number", ` { stage: 1 }`, `environments/dev.yaml:7:15: api.stage: 1 without quotes is a number where a text is needed; quote it: "1"`},
	{"long stage", ` { stage: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }`, `environments/dev.yaml:7:15: api.stage: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no name of a stage; use 1 to 32 letters, digits, hyphens and underscores`},
	{"stage with a slash", ` { stage: a/b }`, `environments/dev.yaml:7:15: api.stage: "a/b" is no name of a stage; use 1 to 32 letters, digits, hyphens and underscores`},
	{"VPC for its endpoint", ` { vpcEndpointId: vpc-0123456789abcdef0 }`, `environments/dev.yaml:7:23: api.vpcEndpointId: "vpc-0123456789abcdef0" is no id of a VPC endpoint; write it like vpce-0123456789abcdef0`},
	{"short VPC endpoint", ` { vpcEndpointId: vpce-012 }`, `environments/dev.yaml:7:23: api.vpcEndpointId: "vpce-012" is no id of a VPC endpoint; write it like vpce-0123456789abcdef0`},
	{"capitals in the VPC endpoint", ` { vpcEndpointId: vpce-0123456789ABCDEF0 }`, `environments/dev.yaml:7:23: api.vpcEndpointId: "vpce-0123456789ABCDEF0" is no id of a VPC endpoint; write it like vpce-0123456789abcdef0`},
	{"empty VPC endpoint", ` { vpcEndpointId: "" }`, `environments/dev.yaml:7:23: api.vpcEndpointId: is an empty text; write a value, or remove the line to get the default`},
	{"expression", ` { vpcEndpointId: "${aws_vpc_endpoint.a.id}" }`, `environments/dev.yaml:7:23: api.vpcEndpointId: "${aws_vpc_endpoint.a.id}" would be evaluated, for its "${"; write the value itself`},
	{"ranges of an existing VPC endpoint", ` { vpcEndpointId: vpce-0123456789abcdef0, clientCidrs: [10.0.0.0/16] }`, `environments/dev.yaml:7:60: api.clientCidrs: is of a VPC endpoint that is made for the API, and there is one already; remove it`},
	{"names of an existing VPC endpoint", ` { vpcEndpointId: vpce-0123456789abcdef0, privateDns: true }`, `environments/dev.yaml:7:59: api.privateDns: is of a VPC endpoint that is made for the API, and there is one already; remove it`},
	{"private DNS as a text", ` { privateDns: "true" }`, `environments/dev.yaml:7:20: api.privateDns: is the text "true" where a boolean is needed; write true or false, without quotes`},
	{"range as a text", ` { clientCidrs: 10.0.0.0/16 }`, `environments/dev.yaml:7:21: api.clientCidrs: is the text "10.0.0.0/16" where a list is needed; write it in brackets: [10.0.0.0/16]`},
	{"no ranges", ` { clientCidrs: [] }`, `environments/dev.yaml:7:21: api.clientCidrs: is empty, so that nobody could reach the API; name the ranges of your clients, or remove it for the network's`},
	{"everybody", ` { clientCidrs: [0.0.0.0/0] }`, `environments/dev.yaml:7:22: api.clientCidrs[0]: "0.0.0.0/0" is everybody; give the ranges of your clients`},
	{"range in the middle", ` { clientCidrs: [10.0.0.1/16] }`, `environments/dev.yaml:7:22: api.clientCidrs[0]: 10.0.0.1/16 does not begin at its first address; write 10.0.0.0/16`},
	{"no range", ` { clientCidrs: [ten] }`, `environments/dev.yaml:7:22: api.clientCidrs[0]: "ten" is no IPv4 range; write it like 10.10.0.0/16`},
	{"address", ` { clientCidrs: [10.0.0.1] }`, `environments/dev.yaml:7:22: api.clientCidrs[0]: "10.0.0.1" is no IPv4 range; write it like 10.10.0.0/16`},
	{"IPv6", ` { clientCidrs: ["fd00::/8"] }`, `environments/dev.yaml:7:22: api.clientCidrs[0]: "fd00::/8" is no IPv4 range; write it like 10.10.0.0/16`},
	{"range twice", ` { clientCidrs: [10.0.0.0/16, 10.0.0.0/16] }`, `environments/dev.yaml:7:35: api.clientCidrs[1]: "10.0.0.0/16" stands twice in the list; remove one; the first is api.clientCidrs[0]`},
	{"threshold of none", ` { inference: { threshold: 0 } }`, `environments/dev.yaml:7:32: api.inference.threshold: 0 is not allowed; use more than 0 and less than 1`},
	{"threshold of all", ` { inference: { threshold: 1 } }`, `environments/dev.yaml:7:32: api.inference.threshold: 1 is not allowed; use more than 0 and less than 1`},
	{"threshold in percent", ` { inference: { threshold: 60 } }`, `environments/dev.yaml:7:32: api.inference.threshold: 60 is not allowed; use more than 0 and less than 1`},
	{"negative threshold", ` { inference: { threshold: -0.5 } }`, `environments/dev.yaml:7:32: api.inference.threshold: -0.5 is not allowed; use more than 0 and less than 1`},
	{"threshold as a text", ` { inference: { threshold: "0.6" } }`, `environments/dev.yaml:7:32: api.inference.threshold: is the text "0.6" where a number is needed; write it like 0.7, without quotes`},
	{"label with a space", ` { inference: { label: is fraud } }`, `environments/dev.yaml:7:28: api.inference.label: "is fraud" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
	{"empty label", ` { inference: { label: "" } }`, `environments/dev.yaml:7:28: api.inference.label: is an empty text; write a value, or remove the line to get the default`},
	{"label and score the same", ` { inference: { label: score, score: score } }`, `environments/dev.yaml:7:42: api.inference.score: "score" is the label too; rename one`},
	{"score with a hyphen", ` { inference: { score: fraud-chance } }`, `environments/dev.yaml:7:28: api.inference.score: "fraud-chance" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
	{"features as texts", ` { inference: { features: [amount] } }`, `environments/dev.yaml:7:32: api.inference.features[0]: is the text "amount" where keys and values are needed; write its keys below it, indented, or {} for all defaults`},
	{"features as one", ` { inference: { features: { field: amount } } }`, `environments/dev.yaml:7:31: api.inference.features: is a mapping where a list is needed; write it in brackets: [a, b]`},
	{"feature without field", ` { inference: { features: [{ minus: a }] } }`, `environments/dev.yaml:7:32: api.inference.features[0].field: is missing; add field: amount`},
	{"feature with a bad field", ` { inference: { features: [{ field: a-b }] } }`, `environments/dev.yaml:7:41: api.inference.features[0].field: "a-b" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
	{"feature that takes off a bad field", ` { inference: { features: [{ field: a, minus: "1b" }] } }`, `environments/dev.yaml:7:51: api.inference.features[0].minus: "1b" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
	{"feature of two kinds", ` { inference: { features: [{ field: a, in: [x], notIn: [y] }] } }`, `environments/dev.yaml:7:32: api.inference.features[0]: has more than one of minus, in and notIn; keep one`},
	{"feature of a number and a text", ` { inference: { features: [{ field: a }, { field: a, in: [x] }] } }`, `environments/dev.yaml:7:55: api.inference.features[1].field: "a" is a number in one feature and a text in another; make it one of them`},
	{"feature that takes off a text", ` { inference: { features: [{ field: a, in: [x] }, { field: b, minus: a }] } }`, `environments/dev.yaml:7:74: api.inference.features[1].minus: "a" is a text in another feature; take a number off`},
	{"feature of an empty text", ` { inference: { features: [{ field: a, in: [""] }] } }`, `environments/dev.yaml:7:49: api.inference.features[0].in[0]: is an empty text; write a value, or remove the line to get the default`},
	{"feature of a text twice", ` { inference: { features: [{ field: a, in: [x, x] }] } }`, `environments/dev.yaml:7:52: api.inference.features[0].in[1]: "x" stands twice in the list; remove one; the first is api.inference.features[0].in[0]`},
	{"unknown key of a feature", ` { inference: { features: [{ name: a }] } }`, `environments/dev.yaml:7:32: api.inference.features[0].field: is missing; add field: amount
environments/dev.yaml:7:34: api.inference.features[0].name: is no key here; use field, minus, in or notIn (name is a key of storage.models, storage.data or training.metric)`},
	{"no requests", ` { throttle: { rate: 0 } }`, `environments/dev.yaml:7:26: api.throttle.rate: 0 is not allowed; use 1 to 10000`},
	{"too many requests", ` { throttle: { rate: 10001 } }`, `environments/dev.yaml:7:26: api.throttle.rate: 10001 is not allowed; use 1 to 10000`},
	{"too many at once", ` { throttle: { burst: 5001 } }`, `environments/dev.yaml:7:27: api.throttle.burst: 5001 is not allowed; use 1 to 5000`},
	{"rate in words", ` { throttle: { rate: fast } }`, `environments/dev.yaml:7:26: api.throttle.rate: is the text "fast" where a whole number is needed; write 1 to 10000, without quotes`},
	{"part of a request", ` { throttle: { rate: 1.5 } }`, `environments/dev.yaml:7:26: api.throttle.rate: is the number 1.5 where a whole number is needed; write 1 to 10000, without quotes`},
	{"quota without requests", ` { quota: {} }`, `environments/dev.yaml:7:15: api.quota.requests: is missing; add requests: 100000`},
	{"quota of none", ` { quota: { requests: 0 } }`, `environments/dev.yaml:7:27: api.quota.requests: 0 is not allowed; use 1 to 1000000000`},
	{"quota of a year", ` { quota: { requests: 1, period: year } }`, `environments/dev.yaml:7:38: api.quota.period: "year" is not allowed; use day, week or month`},
	{"quota in capitals", ` { quota: { requests: 1, period: DAY } }`, `environments/dev.yaml:7:38: api.quota.period: "DAY" is not allowed; use day, week or month (did you mean day?)`},
	{"retention", ` { logs: { retentionDays: 31 } }`, `environments/dev.yaml:7:31: api.logs.retentionDays: 31 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653`},
	{"role as a text", ` { logs: { accountRole: "yes" } }`, `environments/dev.yaml:7:29: api.logs.accountRole: is the text "yes" where a boolean is needed; write true or false, without quotes`},
	{"no errors", ` { alarms: { errors: 0 } }`, `environments/dev.yaml:7:26: api.alarms.errors: 0 is not allowed; use 1 to 100000`},
	{"slow", ` { alarms: { latencyMilliseconds: 30000 } }`, `environments/dev.yaml:7:39: api.alarms.latencyMilliseconds: 30000 is not allowed; use 1 to 29000`},
	{"never throttled", ` { alarms: { throttled: 0 } }`, `environments/dev.yaml:7:29: api.alarms.throttled: 0 is not allowed; use 1 to 1000000`},
	{"several at once", ` { stage: "a b", inference: { threshold: 2, label: "" }, throttle: { burst: 0 } }`, `environments/dev.yaml:7:15: api.stage: "a b" is no name of a stage; use 1 to 32 letters, digits, hyphens and underscores
environments/dev.yaml:7:46: api.inference.threshold: 2 is not allowed; use more than 0 and less than 1
environments/dev.yaml:7:56: api.inference.label: is an empty text; write a value, or remove the line to get the default
environments/dev.yaml:7:81: api.throttle.burst: 0 is not allowed; use 1 to 5000`},
}

// init has them checked with all others.
func init() {
	for _, each := range badAPIs {
		badInputs = append(badInputs, struct {
			name  string
			files files
			want  string
		}{"api: " + each.name, withAPI(each.api), each.want})
	}
	without := func(part string) string { return strings.Replace(served, part, "", 1) }
	badInputs = append(badInputs, []struct {
		name  string
		files files
		want  string
	}{
		{"api without anything", dev("api: {}\n"), `environments/dev.yaml:3:6: api: needs endpoint, whose models it is about; add endpoint: and its keys, or remove api
environments/dev.yaml:3:6: api: needs network, from where clients reach it; add network: and its keys, or remove api`},
		{"api without network", dev(without("network: { cidr: 10.10.0.0/16 }\n") + "api: {}\n"), `environments/dev.yaml:6:6: api: needs network, from where clients reach it; add network: and its keys, or remove api`},
		{"api without endpoint", dev(without("endpoint: {}\n") + "api: {}\n"), `environments/dev.yaml:6:6: api: needs endpoint, whose models it is about; add endpoint: and its keys, or remove api`},
		{"api in public subnets", dev(strings.Replace(served, "/16 }", "/16, tiers: [public] }", 1) + "api: {}\n"), `environments/dev.yaml:7:6: api: needs private or isolated subnets for its VPC endpoint; add a tier to the network, or give vpcEndpointId`},
		{"api beside the endpoint of the network", dev(strings.Replace(served, "/16 }", "/16, endpoints: [s3, executeAPI] }", 1) + "api: { vpcEndpointId: vpce-0123456789abcdef0 }\n"), `environments/dev.yaml:7:23: api.vpcEndpointId: stands beside executeAPI in network.endpoints, which is the endpoint of this API; remove one of them`},
		{"api with ranges beside the endpoint of the network", dev(strings.Replace(served, "/16 }", "/16, endpoints: [s3, executeAPI] }", 1) + "api: { clientCidrs: [10.0.0.0/16], privateDns: true }\n"), `environments/dev.yaml:7:21: api.clientCidrs: is of a VPC endpoint that is made for the API, and there is one already; remove it
environments/dev.yaml:7:48: api.privateDns: is of a VPC endpoint that is made for the API, and there is one already; remove it`},
		{"api in an existing network of unknown range", dev(strings.Replace(served, "{ cidr: 10.10.0.0/16 }", "{ existing: { vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0] } }", 1) + "api: {}\n"), `environments/dev.yaml:7:6: api.clientCidrs: is missing, and the range of the existing network is not known; add clientCidrs, or network.existing.cidr`},
		{"roles for the logs of one account", small(files{
			"environments/dev.yaml":  smallDev + served + "api: { logs: { accountRole: true } }\n",
			"environments/prod.yaml": "account: \"222222222222\"\npromotion: { tags: [prod] }\ngithub: { provider: existing }\n" + strings.Replace(served, "10.10.", "10.20.", 1) + "api: { logs: { accountRole: true } }\n",
		}), `environments/prod.yaml:8:29: api.logs.accountRole: sets the one role of the account and region for the logs of API Gateway, which dev sets (environments/dev.yaml:7:29); set it in one environment, by an administrator where both need logs`},
		{"feature of too many", withAPI(" { inference: { features: [" + many("{ field: f%d }", 501) + "] } }"), `environments/dev.yaml:7:31: api.inference.features: are 501, 500 are allowed; let clients send rows of numbers instead`},
	}...)
}
