package costs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/costs"
	"github.com/mlplatform/mlplatform/delivery/snapshots"
	"github.com/mlplatform/mlplatform/platform/platformtest"
)

func TestMain(m *testing.M) { platformtest.Main(m) }

func stack(resources string) []byte {
	return []byte(`{"provider":{"aws":[{"region":"us-west-2"}]},"resource":{` + resources + `}}`)
}

func TestOf(t *testing.T) {
	const nodes = `"aws_launch_template":{"small":{"block_device_mappings":[{"device_name":"/dev/xvda","ebs":{"volume_size":50,"volume_type":"gp3"}}]}},`
	for _, test := range []struct {
		name, resources string
		want            map[string]float64 // a month
	}{
		{"nothing", ``, map[string]float64{}},
		{"free", `"aws_vpc":{"v":{}},"aws_iam_role":{"r":{}}`, map[string]float64{}},
		{"parameters", `"aws_ssm_parameter":{"a":{},"b":{"tier":"Standard"},"c":{"tier":"Advanced"}}`, map[string]float64{"advanced parameter of Systems Manager": 0.05}},
		{"by use", `"aws_s3_bucket":{"b":{}},"aws_sfn_state_machine":{"m":{}}`, map[string]float64{}},
		{"a NAT gateway with its address", `"aws_nat_gateway":{"a":{},"b":{}},"aws_eip":{"a":{},"b":{}}`,
			map[string]float64{"NAT gateway": 2 * 0.045 * 730, "public IPv4 address": 2 * 0.005 * 730}},
		{"endpoints", `"aws_vpc_endpoint":{"s3":{"vpc_endpoint_type":"Gateway"},"sts":{"vpc_endpoint_type":"Interface","subnet_ids":["a","b","c"]},"logs":{"vpc_endpoint_type":"Interface","subnet_ids":["a"]}}`,
			map[string]float64{"interface endpoint in a zone": 4 * 0.01 * 730}},
		{"a cluster", `"aws_eks_cluster":{"c":{}},"aws_kms_key":{"k":{}}`, map[string]float64{"EKS control plane": 73, "KMS key": 1}},
		{"nodes at their smallest number", nodes + `"aws_eks_node_group":{"n":{"instance_types":["m6i.large","m6a.large"],"capacity_type":"ON_DEMAND","scaling_config":{"min_size":2,"desired_size":3,"max_size":9},"launch_template":{"id":"${aws_launch_template.small.id}"}}}`,
			map[string]float64{"node m6i.large": 2 * 0.096 * 730, "GiB of gp3 volume": 2 * 50 * 0.08}},
		{"spot nodes", `"aws_eks_node_group":{"n":{"instance_types":["m6i.large"],"capacity_type":"SPOT","scaling_config":{"min_size":1}}}`,
			map[string]float64{"node m6i.large (spot, at most)": 0.096 * 730, "GiB of gp3 volume": 20 * 0.08}},
		{"nodes that scale to nothing, whatever they are", `"aws_eks_node_group":{"n":{"instance_types":["p5.48xlarge"],"scaling_config":[{"min_size":0}]}}`, map[string]float64{}},
		{"alarms by their metrics", `"aws_cloudwatch_metric_alarm":{"one":{},"three":{"metric_query":[{"expression":"a/b"},{"metric":{}},{"metric":{}}]}},"aws_cloudwatch_dashboard":{"d":{}}`,
			map[string]float64{"CloudWatch alarm": 0.3, "CloudWatch dashboard": 3}},
		{"a database", `"aws_db_instance":{"d":{"instance_class":"db.t4g.small","allocated_storage":20,"multi_az":false},"m":{"instance_class":"db.t4g.medium","allocated_storage":50,"multi_az":true}}`,
			map[string]float64{"database db.t4g.small": 0.032 * 730, "database db.t4g.medium": 2 * 0.065 * 730, "GiB of gp3 of a database": 120 * 0.115}},
		{"a server of MLflow", `"aws_sagemaker_mlflow_tracking_server":{"m":{"tracking_server_size":"Small"}}`, map[string]float64{"MLflow server of SageMaker, Small": 0.642 * 730}},
		{"volumes of releases", `"helm_release":{"m":{"values":["{\"prometheus\":{\"storage\":[{\"volumeClaimTemplate\":{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"200Gi\"}}}}}]}}"]},"n":{"chart":"x"}},"aws_codebuild_webhook":{"w":{}}`,
			map[string]float64{"GiB of gp3 volume": 200 * 0.08}},
		{"alarms of autoscaling", `"aws_appautoscaling_policy":{"p":{"policy_type":"TargetTrackingScaling"},"q":{"policy_type":"StepScaling"}}`, map[string]float64{"CloudWatch alarm": 0.2}},
		{"an endpoint of a model", `"aws_sagemaker_endpoint_configuration":{"e":{"production_variants":[{"instance_type":"ml.m5.large","initial_instance_count":2},{"serverless_config":{"max_concurrency":5}}]}}`,
			map[string]float64{"endpoint instance ml.m5.large": 2 * 0.115 * 730}},
	} {
		t.Run(test.name, func(t *testing.T) {
			estimate, err := costs.Of(stack(test.resources))
			require.NoError(t, err)
			got, sum := map[string]float64{}, 0.0
			for i, line := range estimate.Lines {
				got[line.What] = line.Monthly()
				sum += line.Monthly()
				if i > 0 {
					require.GreaterOrEqual(t, estimate.Lines[i-1].Monthly(), line.Monthly(), "the dearest first")
				}
			}
			require.InDeltaMapValues(t, test.want, got, 1e-9)
			require.InDelta(t, sum, estimate.Monthly(), 1e-9)
		})
	}
}

func TestAddEndpoint(t *testing.T) {
	estimate, err := costs.Of(stack(`"aws_kms_key":{"k":{}}`))
	require.NoError(t, err)
	estimate.AddEndpoint("ml.m5.xlarge", 2)
	require.InDelta(t, 2*0.23*730+1, estimate.Monthly(), 1e-9)
	require.Equal(t, "endpoint instance ml.m5.xlarge, once a model is approved", estimate.Lines[0].What)
	estimate.AddEndpoint("ml.m5.large", 0)
	require.Len(t, estimate.Lines, 2, "an endpoint that scales to nothing costs nothing")
	estimate.AddEndpoint("ml.x9.huge", 1)
	estimate.AddEndpoint("", 1)
	require.Equal(t, []string{"endpoint: instance type ml.x9.huge", "endpoint: provisioned concurrency"}, estimate.Unpriced)
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{`:  "the stack is no Terraform JSON: unexpected end of JSON input",
		`{}`: "the stack names no AWS provider, whose region decides on the prices",
	} {
		_, err := costs.Of([]byte(text))
		require.EqualError(t, err, want)
	}
}

// TestUnpriced: what has no price is named, and the rest is counted all the same.
func TestUnpriced(t *testing.T) {
	estimate, err := costs.Of(stack(`"aws_mystery":{"m":{}},"helm_release":{"h":{"values":["{\"volumeClaimTemplate\":{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"1Ti\"}}}}}"]}},"aws_db_instance":{"d":{"instance_class":"db.x9.huge"}},"aws_kms_key":{"k":{}},
		"aws_eks_node_group":{"n":{"instance_types":["x9.huge"],"scaling_config":{"min_size":1}},"o":{"scaling_config":{"min_size":1}},
			"p":{"instance_types":["m6i.large"],"scaling_config":{"min_size":1},"launch_template":{"id":"${aws_launch_template.t.id}"}}},
		"aws_launch_template":{"t":{"block_device_mappings":[{"ebs":{"volume_type":"io2","volume_size":1}}]}},
		"aws_sagemaker_endpoint_configuration":{"e":{"production_variants":{"instance_type":"ml.x9.huge","initial_instance_count":1}},"f":{"production_variants":{"serverless_config":{"provisioned_concurrency":1}}}},
		"aws_sagemaker_mlflow_tracking_server":{"m":{"tracking_server_size":"Medium"}}`))
	require.NoError(t, err)
	require.Equal(t, []string{
		"aws_db_instance.d: instance class db.x9.huge",
		"aws_eks_node_group.n: instance type x9.huge",
		"aws_eks_node_group.o: instance type that is not given",
		"aws_eks_node_group.p: volumes of type io2",
		"aws_mystery.m: type aws_mystery",
		"aws_sagemaker_endpoint_configuration.e: instance type ml.x9.huge",
		"aws_sagemaker_endpoint_configuration.f: provisioned concurrency",
		"aws_sagemaker_mlflow_tracking_server.m: size Medium",
		`helm_release.h: a volume of "1Ti"`,
	}, estimate.Unpriced)
	require.Contains(t, costs.Markdown([]costs.Stack{{Name: "dev", Estimate: estimate}}), "\nNot counted, because there is no price here: `dev` aws_db_instance, instance class db.x9.huge; `dev` aws_eks_node_group, instance type")
	require.InDelta(t, 1+0.096*730, estimate.Monthly(), 1e-9, "the key and the node")
}

// TestExample: every resource of the example has a price or none, and the numbers are those of the addresses.
func TestExample(t *testing.T) {
	made := platformtest.Snapshots(t, "../../examples/configurations/wine")
	stacks := 0
	for file, text := range made {
		name, is := strings.CutSuffix(file, ".json")
		if !is || strings.Contains(name, "/") {
			continue
		}
		stacks++
		estimate, err := costs.Of(text)
		require.NoError(t, err, name)
		require.Empty(t, estimate.Unpriced, name)
		addresses := made[snapshots.Addresses]
		require.Equal(t, count(addresses, name, "aws_kms_key"), numberOf(estimate, "KMS key"), name)
		require.Equal(t, count(addresses, name, "aws_nat_gateway"), numberOf(estimate, "NAT gateway"), name)
		require.Equal(t, count(addresses, name, "aws_eks_cluster"), numberOf(estimate, "EKS control plane"), name)
	}
	require.Equal(t, 9, stacks)
}

func count(addresses []byte, stack, kind string) int {
	return len(regexp.MustCompile(fmt.Sprintf(`(?m)^%s %s\.`, stack, kind)).FindAll(addresses, -1))
}

func numberOf(estimate costs.Estimate, what string) int {
	for _, line := range estimate.Lines {
		if line.What == what {
			return int(line.Number)
		}
	}
	return 0
}

func TestText(t *testing.T) {
	estimate, err := costs.Of(stack(`"aws_kms_key":{"k":{},"l":{}},"aws_nat_gateway":{"n":{}}`))
	require.NoError(t, err)
	all := []costs.Stack{{Name: "dev", Estimate: estimate}, {Name: "prod", Estimate: estimate}}
	require.Equal(t, `                  number  USD a month
dev (us-west-2)                 34.85
  NAT gateway          1        32.85
  KMS key              2         2.00
prod (us-west-2)                34.85
  NAT gateway          1        32.85
  KMS key              2         2.00
all stacks                      69.70

List prices of us-east-1 and us-west-2, read 2026-11-21, may be stale. What is charged by use counts as nothing.
`, costs.Text(all))
	require.Equal(t, "| stack | region | USD a month | of which |\n|---|---|---|---|\n"+
		"| `dev` | us-west-2 | **34.85** | 1 × NAT gateway 32.85; 2 × KMS key 2.00 |\n| `prod` | us-west-2 | **34.85** | 1 × NAT gateway 32.85; 2 × KMS key 2.00 |\n| all | | **69.70** | |\n",
		costs.Markdown(all))
}

// TestTextOfElsewhere: another region is estimated, and the text says with which prices.
func TestTextOfElsewhere(t *testing.T) {
	estimate, err := costs.Of([]byte(`{"provider":{"aws":[{"region":"eu-west-1"}]},"resource":{"aws_kms_key":{"k":{}},"aws_mystery":{"m":{}}}}`))
	require.NoError(t, err)
	require.Equal(t, `                 number  USD a month
dev (eu-west-1)                 1.00
  KMS key             1         1.00
all stacks                      1.00

List prices of us-east-1 and us-west-2, read 2026-11-21, may be stale. What is charged by use counts as nothing.
Those of eu-west-1 differ: take the sums for their order of magnitude.
Not counted, because delivery/costs/prices.go has no price:
  dev aws_mystery.m: type aws_mystery
`, costs.Text([]costs.Stack{{Name: "dev", Estimate: estimate}}))
}

// TestPrices: each price has a page of AWS and says where it was read.
func TestPrices(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(costs.MarkdownPrices()), "\n")[2:]
	require.Len(t, rows, 33)
	for _, row := range rows {
		require.Regexp(t, `^\| [^|]+ \| \d+(\.\d+)? \| (hour|month) \| <https://aws\.amazon\.com/[^|]+> \| [^|]+ \|$`, row)
	}
}
