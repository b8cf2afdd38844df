package stacks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/stacks"
)

// randomConfigurations is how many are tried, the same each time.
const randomConfigurations = 20

// TestRandomConfigurations: what the loader accepts can be built, and AWS takes its names and policies.
func TestRandomConfigurations(t *testing.T) {
	drawn := rapid.Custom(drawConfiguration)
	for i := range randomConfigurations {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			files := drawn.Example(i)
			t.Cleanup(func() {
				for _, name := range slices.Sorted(maps.Keys(files)) {
					if t.Failed() {
						t.Logf("%s:\n%s", name, files[name].Data)
					}
				}
			})
			platform, err := config.LoadFS(files)
			require.NoError(t, err, "only what is allowed is drawn")
			for name, text := range synthesise(t, platform, stacks.Options{}) {
				requireLimits(t, name, synthtest.Parse(t, string(text)))
			}
		})
	}
}

type values = map[string]any

// draws makes the files of a configuration.
type draws struct{ *rapid.T }

func (d draws) yes(what string) bool { return rapid.Bool().Draw(d.T, what) }

func pick[V any](d draws, what string, from ...V) V { return rapid.SampledFrom(from).Draw(d.T, what) }

func drawConfiguration(t *rapid.T) fstest.MapFS {
	d := draws{t}
	project := pick(d, "project", "abc", "wine", "a-b-c", "abcdefghijklmnopqrs")
	region := pick(d, "region", "us-west-2", "us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-northwest-1")
	if len(project) > 14 {
		region = "us-west-2" // the names of buckets hold both
	}
	files := fstest.MapFS{}
	put := func(name string, content any) {
		text, err := yaml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	operations := values{"account": "111111111111", "protect": d.yes("protect"), "images": pick(d, "images", []string{"training-image"}, []string{"training-image", "team/" + strings.Repeat("a", 190)})}
	if d.yes("no github") {
		operations["github"] = values{"enabled": false}
	}
	platform := values{
		"project":    project,
		"repository": pick(d, "repository", "acme/wine-ml", strings.Repeat("a", 20)+"/"+strings.Repeat("B", 30), "acme/x.y_z"),
		"region":     region, "operations": operations,
		"tags": pick(d, "tags", nil, map[string]string{"CostCenter": "ml"}, map[string]string{"Owner": strings.Repeat("é", 256), "a b": "c/d"}),
	}
	state := values{}
	if d.yes("state scope") {
		state["scope"] = "environment"
	}
	state["lock"] = pick(d, "lock", "native", "dynamodb", "both")
	if len(project) > 10 {
		state["bucket"] = "<environment>-tf-<account>-<region>"
		if state["scope"] == nil {
			state["bucket"] = "terraform-<account>-<region>"
		}
	}
	state["encryption"] = pick(d, "state encryption", "kms", "aes256")
	platform["state"] = state
	if d.yes("ids") {
		platform["repositoryIds"] = values{"owner": "1234567890", "repository": "98765432109"}
	}
	names := pick(d, "environments", []string{"dev"}, []string{"a", "b"}, []string{"abcdefghijkl", "mnopqrstuvwx"}, []string{"dev", "hml", "prd"})
	oneAccount := d.yes("one account")
	for i, name := range names {
		account := "222222222222"
		if !oneAccount {
			account = strings.Repeat(fmt.Sprint(i+2), 12)
		}
		put("environments/"+name+".yaml", d.environment(project+"-"+name, region, account, i, oneAccount, operations))
	}
	if oneAccount && d.yes("operations there too") {
		operations["account"] = "222222222222"
	}
	put("platform.yaml", platform)
	return files
}

func (d draws) environment(prefix, region, account string, i int, oneAccount bool, operations values) values {
	short := len(prefix) < 16
	env := values{"account": account, "protect": d.yes("protect")}
	env["promotion"] = values{pick(d, "ref", "branches", "tags"): []string{fmt.Sprintf("%c*", 'a'+i), strings.Repeat(string(rune('k'+i)), 40)}}
	partition := "aws"
	if strings.HasPrefix(region, "cn-") {
		partition = "aws-cn"
	} else if strings.HasPrefix(region, "us-gov-") {
		partition = "aws-us-gov"
	}
	cluster := d.yes("cluster")
	if cluster || d.yes("administrators") {
		env["administrators"] = []string{"arn:" + partition + ":iam::" + account + ":role/platform/admin", "arn:" + partition + ":iam::" + account + ":role/other"}
	}
	delivery := pick(d, "delivery", "github", "github", "codePipeline", "both", "none")
	if !short && region != "us-west-2" && delivery != "none" {
		delivery = "github"
	}
	if delivery == "codePipeline" || delivery == "both" {
		env["promotion"] = values{"branches": []string{string(rune('k' + i))}}
	}
	switch delivery {
	case "github":
		if oneAccount && i > 0 {
			env["github"] = values{"provider": "existing"}
		}
	case "codePipeline":
		env["codePipeline"] = d.codePipeline(region, account, partition)
	case "both":
		env["codePipeline"] = d.codePipeline(region, account, partition)
		env["github"] = values{"provider": "existing"}
	case "none":
		env["github"] = values{"enabled": false}
	}
	switch pick(d, "network", "new", "rich", "existing", "none", "isolated") {
	case "new":
		env["network"] = values{"cidr": fmt.Sprintf("10.%d.0.0/16", i)}
	case "rich":
		env["network"] = values{
			"cidr": fmt.Sprintf("10.%d.0.0/16", i), "availabilityZones": pick(d, "zones", 2, 3), "tiers": []string{"public", "private", "isolated"}, "nat": pick(d, "nat", "single", "perZone"),
			"ipv6": d.yes("ipv6"), "endpoints": []string{"s3", "dynamodb", "ecr", "sts", "logs", "sagemaker", "stepFunctions", "secrets", "monitoring", "events"},
		}
	case "existing":
		env["network"] = values{"existing": values{"vpcId": "vpc-0123456789abcdef0", "privateSubnetIds": []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}}}
	case "isolated":
		env["network"] = values{"cidr": fmt.Sprintf("10.%d.0.0/20", i), "tiers": []string{"private"}, "endpoints": []string{"s3", "ecr", "logs", "sts", "sagemaker", "eks"}}
	}
	if d.yes("storage") || d.yes("storage again") {
		env["storage"] = values{
			"models": values{"encryption": pick(d, "models", "kms", "aes256"), "eventNotifications": d.yes("events")},
			"data":   values{"encryption": pick(d, "data", "kms", "aes256"), "noncurrentVersionDays": pick(d, "versions", 1, 200)},
		}
		if !short {
			for part, each := range env["storage"].(values) {
				each.(values)["name"] = prefix + "-" + part
			}
		}
	}
	_, network := env["network"]
	_, storage := env["storage"]
	if network && cluster {
		cluster := values{"version": "1.35", "identity": pick(d, "identity", "podIdentity", "irsa")}
		if d.yes("auto mode") {
			cluster["compute"] = "autoMode"
		} else {
			cluster["nodePools"] = values{
				"general": values{"instanceTypes": []string{"m6i.large"}, "min": 1, "max": 3, "capacity": pick(d, "capacity", "spot", "onDemand")},
				pick(d, "pool", "gpu", "abcdefghijklmnopqrst"): values{"instanceTypes": []string{"g5.xlarge"}, "min": 0, "max": 1},
			}
			if d.yes("karpenter") {
				cluster["karpenter"] = values{}
			}
		}
		env["cluster"] = cluster
	}
	if d.yes("registry") {
		env["registry"] = values{"repositories": values{"wine-model": values{"keepLast": 10}, "team/" + strings.Repeat("b", 100): values{"pullAccounts": []string{"555555555555"}}}}
		if short && d.yes("pull through") {
			env["registry"].(values)["pullThrough"] = []string{"kubernetes"}
		}
	}
	image := pick(d, "image", values{"tag": "4f2a9c1"}, values{"digest": "sha256:" + strings.Repeat("0f1e2d3c", 8)})
	if storage && d.yes("training") {
		training := values{"image": image, "metric": values{"threshold": pick(d, "threshold", 0.5, -3.0, 1e-9), "goal": pick(d, "goal", "atLeast", "atMost"), "name": pick(d, "metric", "accuracy", strings.Repeat("m", 64))},
			"approval": pick(d, "approval", "manual", "automatic")}
		if d.yes("schedule") {
			training["schedule"] = values{"expression": pick(d, "expression", "rate(3 days)", "cron(0 1 ? * SAT *)"), "timeZone": "Europe/Berlin"}
		}
		if d.yes("definition") {
			training["definition"] = values{"commit": strings.Repeat("4f2a9c1d", 5)}
		}
		if delivery == "github" && d.yes("run") {
			training["runAfterDeploy"] = true
		}
		env["training"] = training
	}
	if storage && d.yes("automation") {
		env["automation"] = d.automation(image)
	}
	_, trains := env["training"]
	_, learns := env["automation"]
	if (trains || learns) && d.yes("endpoint") {
		env["endpoint"] = d.endpoint(partition)
	}
	if d.yes("notifications") {
		env["notifications"] = values{"emails": []string{"ml-team@example.com", "on.call+x@example.com"}}
	}
	if d.yes("tags") {
		env["tags"] = map[string]string{"Team": "ml", "Cost Center": strings.Repeat("x", 256)}
	}
	return env
}

func (d draws) codePipeline(region, account, partition string) values {
	source := values{"connectionArn": "arn:" + partition + ":codeconnections:" + region + ":" + account + ":connection/01234567-89ab-4def-8123-456789abcdef"}
	if d.yes("codecommit") {
		source = values{"codeCommit": strings.Repeat("w", pick(d, "length", 4, 100))}
	} else if d.yes("paths") {
		source["paths"] = values{"include": []string{"**"}, "exclude": []string{"docs/**", "**/*.md"}}
	}
	return values{"source": source, "executionMode": pick(d, "mode", "superseded", "queued"), "approval": values{"required": d.yes("required"), "emails": []string{"a@example.com"}}}
}

func (d draws) automation(image values) values {
	tuning := values{"objective": values{"metric": "f1"}, "strategy": pick(d, "strategy", "bayesian", "random", "hyperband", "grid"), "metrics": values{"f1": "f1=([0-9.]+)"}, "spot": d.yes("spot")}
	switch tuning["strategy"] {
	case "grid":
		tuning["categorical"] = values{"depth": []string{"1", "2"}, "kind": []string{"a", "b c"}}
	default:
		tuning["integers"] = values{"max_depth": values{"min": -2, "max": 10}}
		tuning["continuous"] = values{"eta": values{"min": 0.1, "max": 0.5, "scaling": pick(d, "scaling", "auto", "logarithmic", "reverseLogarithmic", "linear")}, strings.Repeat("é", 100): values{"min": -1e-12, "max": 1e12}}
		tuning["maxJobs"] = pick(d, "jobs", 1, 20, 750)
	}
	if d.yes("static") {
		tuning["static"] = map[string]string{"objective": "binary:logistic", "quoted": `a "b" \ 'c' $d {% e %} <f>`}
	}
	out := values{
		"image": image, "tuning": tuning, "register": values{"threshold": pick(d, "register", 0.5, 0, -1.5), "goal": pick(d, "goal", "atLeast", "atMost"), "approval": pick(d, "approval", "manual", "automatic")},
		"prepare": values{"arguments": pick(d, "arguments", nil, []string{"--ratio", "10", "--text", `a "b" $c {% $d %} 'e' $.f`}), "maxRuntimeMinutes": pick(d, "minutes", 1, 7200)},
	}
	if d.yes("new data") {
		out["newData"] = pick(d, "suffix", values{}, values{"suffix": "_SUCCESS"}, values{"suffix": ".csv"})
	}
	if d.yes("schedule") {
		out["schedule"] = values{"expression": "rate(7 days)"}
	}
	if d.yes("filter") {
		out["transform"] = values{"inputFilter": "$[1:]"}
	}
	if d.yes("folders") {
		out["dataPrefix"], out["folder"] = "raw/wine.csv!('x')", "made/by=machine"
	}
	return out
}

func (d draws) endpoint(partition string) values {
	out := values{"dashboard": d.yes("dashboard"), "notifySuccess": d.yes("notify"), "alarms": values{"errorPercent": pick(d, "percent", 1, 99), "latencyMilliseconds": pick(d, "latency", 1, 60000)}}
	out["deployment"] = values{"traffic": pick(d, "traffic", "allAtOnce", "canary", "linear"), "bakingMinutes": pick(d, "baking", 1, 60), "keepOldMinutes": pick(d, "keep", 0, 60)}
	if d.yes("variables") {
		out["environment"] = map[string]string{"MODE": "fast", "TEXT": `a "b" $c {% d %} 'e'`}
	}
	if partition != "aws-cn" && d.yes("serverless") {
		out["serverless"] = values{"memoryMB": pick(d, "memory", 1024, 6144), "provisionedConcurrency": pick(d, "provisioned", 0, 5)}
		return out
	}
	if d.yes("autoscaling") {
		out["autoscaling"] = values{"min": pick(d, "min", 1, 2), "max": pick(d, "max", 2, 100), "invocationsPerInstance": pick(d, "invocations", 1, 1000000)}
	}
	if d.yes("capture") {
		out["dataCapture"] = values{"percent": pick(d, "captured", 1, 100)}
	}
	return out
}
