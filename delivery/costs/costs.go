// Package costs estimates what a synthesised stack costs when nobody uses it: what AWS charges by the hour or month for
// what is there, at list prices. What is charged by use counts as nothing.
package costs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A Line is one kind of thing that costs.
type Line struct {
	// What it is.
	What string
	// Number of them.
	Number float64
	// Price of one.
	Price Price
}

// Monthly is what the line costs in a month.
func (l Line) Monthly() float64 { return l.Number * l.Price.Monthly() }

// An Estimate is what a stack costs when it is idle.
type Estimate struct {
	// Region of the stack.
	Region string
	// Lines, the dearest first.
	Lines []Line
	// Unpriced is what may cost and was not counted, because its price is not in this package: addresses, each with the reason.
	Unpriced []string
}

// Monthly is the sum of the lines.
func (e Estimate) Monthly() float64 {
	sum := 0.0
	for _, line := range e.Lines {
		sum += line.Monthly()
	}
	return sum
}

type body map[string]any

// resources by type and name.
type resources map[string]map[string]body

// Of estimates a stack from its Terraform JSON.
func Of(stack []byte) (Estimate, error) {
	var template struct {
		Resource resources `json:"resource"`
		Provider struct {
			AWS []struct {
				Region string `json:"region"`
			} `json:"aws"`
		} `json:"provider"`
	}
	if err := json.Unmarshal(stack, &template); err != nil {
		return Estimate{}, fmt.Errorf("the stack is no Terraform JSON: %w", err)
	}
	if len(template.Provider.AWS) == 0 {
		return Estimate{}, fmt.Errorf("the stack names no AWS provider, whose region decides on the prices")
	}
	e := &estimator{all: template.Resource, lines: map[string]*Line{}}
	e.estimate.Region = template.Provider.AWS[0].Region
	for _, kind := range slices.Sorted(maps.Keys(template.Resource)) {
		for _, name := range slices.Sorted(maps.Keys(template.Resource[kind])) {
			e.add(kind, kind+"."+name, template.Resource[kind][name])
		}
	}
	for _, what := range slices.Sorted(maps.Keys(e.lines)) {
		if line := e.lines[what]; line.Number > 0 {
			e.estimate.Lines = append(e.estimate.Lines, *line)
		}
	}
	e.estimate.sort()
	return e.estimate, nil
}

// AddEndpoint adds the instances of an endpoint that no stack has, because a state machine makes it when the first model is
// approved. Without a type it is provisioned concurrency of a serverless one.
func (e *Estimate) AddEndpoint(instanceType string, number int) {
	switch {
	case number == 0:
		return
	case instanceType == "":
		e.unknown("endpoint", "provisioned concurrency")
		return
	}
	price, known := hosting[instanceType]
	if !known {
		e.unknown("endpoint", "instance type %s", instanceType)
		return
	}
	e.Lines = append(e.Lines, Line{What: "endpoint instance " + instanceType + ", once a model is approved", Number: float64(number), Price: price})
	e.sort()
}

// unknown notes what has no price here.
func (e *Estimate) unknown(address, format string, args ...any) {
	e.Unpriced = append(e.Unpriced, address+": "+fmt.Sprintf(format, args...))
}

func (e *Estimate) sort() {
	slices.SortStableFunc(e.Lines, func(a, b Line) int { return cmp.Compare(b.Monthly(), a.Monthly()) })
}

type estimator struct {
	all      resources
	lines    map[string]*Line
	estimate Estimate
}

func (e *estimator) line(what string, number float64, price Price) {
	if e.lines[what] == nil {
		e.lines[what] = &Line{What: what, Price: price}
	}
	e.lines[what].Number += number
}

func (e *estimator) add(kind, address string, r body) {
	switch kind {
	case "aws_nat_gateway":
		e.line("NAT gateway", 1, natGateway)
	case "aws_eip":
		e.line("public IPv4 address", 1, publicIPv4)
	case "aws_eks_cluster":
		e.line("EKS control plane", 1, controlPlane)
	case "aws_eks_node_group":
		e.nodes(address, r)
	case "aws_kms_key":
		e.line("KMS key", 1, kmsKey)
	case "aws_ssm_parameter":
		if r["tier"] == "Advanced" {
			e.line("advanced parameter of Systems Manager", 1, parameter)
		}
	case "aws_vpc_endpoint":
		if r["vpc_endpoint_type"] == "Interface" {
			e.line("interface endpoint in a zone", float64(len(list(r["subnet_ids"]))), endpoint)
		}
	case "aws_cloudwatch_dashboard":
		e.line("CloudWatch dashboard", 1, dashboard)
	case "aws_cloudwatch_metric_alarm":
		e.line("CloudWatch alarm", metrics(r), alarm)
	case "aws_appautoscaling_policy":
		if r["policy_type"] == "TargetTrackingScaling" {
			// Application Auto Scaling makes an alarm for each direction.
			e.line("CloudWatch alarm", 2, alarm)
		}
	case "aws_sagemaker_endpoint_configuration":
		e.variants(address, r)
	case "aws_sagemaker_mlflow_tracking_server":
		size, _ := r["tracking_server_size"].(string)
		price, known := tracking[size]
		if !known {
			e.estimate.unknown(address, "size %s", cmp.Or(size, "that is not given"))
			return
		}
		e.line("MLflow server of SageMaker, "+size, 1, price)
	case "aws_prometheus_scraper":
		e.line("collector of Prometheus", 1, collector)
	case "aws_lb":
		e.line("load balancer", 1, balancer)
	case "aws_secretsmanager_secret":
		e.line("secret", 1, secret)
	case "aws_wafv2_web_acl":
		var rules []any
		if text, ok := r["rule_json"].(string); ok && json.Unmarshal([]byte(text), &rules) == nil {
			e.line("rule of a web ACL", float64(len(rules)), webRule)
		}
		e.line("web ACL", 1, webACL)
	case "aws_ecs_service":
		e.tasks(address, r)
	case "aws_db_instance":
		e.database(address, r)
	case "helm_release":
		// Pods cost by the nodes that they run on, and load balancers are in the stack of the environment.
		for _, values := range list(r["values"]) {
			text, _ := values.(string)
			var of any
			if json.Unmarshal([]byte(text), &of) == nil {
				e.claims(address, of)
			}
		}
	default:
		if !byUse[kind] && !free[kind] {
			e.estimate.unknown(address, "type %s", kind)
		}
	}
}

// metrics is how many metrics an alarm watches: AWS charges for each.
func metrics(r body) float64 {
	watched := 0.0
	for _, query := range blocks(r["metric_query"]) {
		if query["metric"] != nil {
			watched++
		}
	}
	return max(watched, 1)
}

var reference = lazyregexp.New(`^\$\{aws_launch_template\.([^.]+)\.`)

// nodes counts the nodes of a group at its smallest, and their volumes.
func (e *estimator) nodes(address string, r body) {
	number := 0.0
	for _, scaling := range blocks(r["scaling_config"]) {
		number, _ = scaling["min_size"].(float64)
	}
	if number == 0 {
		return
	}
	instance := ""
	if types := list(r["instance_types"]); len(types) > 0 {
		instance, _ = types[0].(string)
	}
	price, known := instances[instance]
	if !known {
		e.estimate.unknown(address, "instance type %s", cmp.Or(instance, "that is not given"))
		return
	}
	what := "node " + instance
	if r["capacity_type"] == "SPOT" {
		what += " (spot, at most)"
	}
	e.line(what, number, price)
	size := 20.0 // GiB, as EKS makes them without a launch template
	if given, ok := r["disk_size"].(float64); ok {
		size = given
	}
	for _, template := range blocks(r["launch_template"]) {
		id, _ := template["id"].(string)
		if parts := reference.FindStringSubmatch(id); parts != nil {
			for _, device := range blocks(e.all["aws_launch_template"][parts[1]]["block_device_mappings"]) {
				for _, volume := range blocks(device["ebs"]) {
					if volume["volume_type"] != "gp3" {
						e.estimate.unknown(address, "volumes of type %v", volume["volume_type"])
						return
					}
					size, _ = volume["volume_size"].(float64)
				}
			}
		}
	}
	e.line("GiB of gp3 volume", number*size, gp3)
}

// database counts an instance and its storage, and the same again for a standby.
func (e *estimator) database(address string, r body) {
	class, _ := r["instance_class"].(string)
	price, known := databases[class]
	if !known {
		e.estimate.unknown(address, "instance class %s", cmp.Or(class, "that is not given"))
		return
	}
	number := 1.0
	if r["multi_az"] == true {
		number = 2
	}
	size, _ := r["allocated_storage"].(float64)
	e.line("database "+class, number, price)
	e.line("GiB of gp3 of a database", number*size, rdsGB)
}

// claims counts the volumes that the values of a chart ask for.
func (e *estimator) claims(address string, values any) {
	switch of := values.(type) {
	case []any:
		for _, each := range of {
			e.claims(address, each)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(of)) {
			if key != "volumeClaimTemplate" {
				e.claims(address, of[key])
				continue
			}
			var claim struct {
				Spec struct {
					Resources struct{ Requests struct{ Storage string } }
				}
			}
			text, _ := json.Marshal(of[key])
			size, err := 0, json.Unmarshal(text, &claim)
			if number, ok := strings.CutSuffix(claim.Spec.Resources.Requests.Storage, "Gi"); ok && err == nil {
				size, err = strconv.Atoi(number)
			}
			if size == 0 || err != nil {
				e.estimate.unknown(address, "a volume of %q", claim.Spec.Resources.Requests.Storage)
				continue
			}
			e.line("GiB of gp3 volume", float64(size), gp3)
		}
	}
}

var definition = lazyregexp.New(`^\$\{aws_ecs_task_definition\.([^.]+)\.`)

// tasks counts the processors and memory of a service's tasks, at the number with which it begins. On Spot they cost less.
func (e *estimator) tasks(address string, r body) {
	number, _ := r["desired_count"].(float64)
	text, _ := r["task_definition"].(string)
	parts := definition.FindStringSubmatch(text)
	if parts == nil {
		e.estimate.unknown(address, "a task definition that is not in the stack")
		return
	}
	of := e.all["aws_ecs_task_definition"][parts[1]]
	units, memory := amount(of["cpu"])/1024, amount(of["memory"])/1024
	if platform := blocks(of["runtime_platform"]); len(platform) > 0 && platform[0]["cpu_architecture"] == "ARM64" {
		e.line("Fargate processor (ARM64)", number*units, armCPU)
		e.line("Fargate GiB of memory (ARM64)", number*memory, armGB)
		return
	}
	e.line("Fargate processor", number*units, fargateCPU)
	e.line("Fargate GiB of memory", number*memory, fargateGB)
}

// amount is a number that is written as a text.
func amount(value any) float64 {
	text, _ := value.(string)
	number, _ := strconv.ParseFloat(text, 64)
	return number
}

// variants counts the instances of an endpoint. A serverless variant costs by use.
func (e *estimator) variants(address string, r body) {
	for _, variant := range append(blocks(r["production_variants"]), blocks(r["shadow_production_variants"])...) {
		if serverless := blocks(variant["serverless_config"]); len(serverless) > 0 {
			if serverless[0]["provisioned_concurrency"] != nil {
				e.estimate.unknown(address, "provisioned concurrency")
			}
			continue
		}
		instance, _ := variant["instance_type"].(string)
		price, known := hosting[instance]
		if !known {
			e.estimate.unknown(address, "instance type %s", cmp.Or(instance, "that is not given"))
			continue
		}
		number, _ := variant["initial_instance_count"].(float64)
		e.line("endpoint instance "+instance, number, price)
	}
}

func list(value any) []any {
	values, _ := value.([]any)
	return values
}

// blocks are the nested blocks that Terraform JSON writes as an object where there is one.
func blocks(value any) []body {
	switch v := value.(type) {
	case map[string]any:
		return []body{v}
	case []any:
		var all []body
		for _, each := range v {
			if block, ok := each.(map[string]any); ok {
				all = append(all, block)
			}
		}
		return all
	}
	return nil
}
