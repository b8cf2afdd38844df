package endpoint_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/terraform"
)

type object = map[string]any

// fakeAWS is as much of SageMaker, Application Auto Scaling, CloudWatch Logs and STS as Terraform uses for an endpoint,
// with the rules of the service that updates trip over.
type fakeAWS struct {
	mutex  sync.Mutex
	server *httptest.Server
	kept   map[string]map[string]object
	// events are the changes, in order.
	events []string
	// broken is the instance type that does not come into service, so that an update is rolled back.
	broken string
}

func startFakeAWS(t *testing.T) *fakeAWS {
	fake := &fakeAWS{kept: map[string]map[string]object{"model": {}, "config": {}, "endpoint": {}, "target": {}, "policy": {}, "logs": {}}}
	fake.server = terraform.StandIn(t, synthtest.Account, &fake.mutex, fake.answer)
	return fake
}

func (f *fakeAWS) answer(operation string, in object) (object, *terraform.Refusal) {
	text := func(key string) string { s, _ := in[key].(string); return s }
	arn := func(kind, name string) string {
		return "arn:aws:sagemaker:" + synthtest.Region + ":" + synthtest.Account + ":" + kind + "/" + name
	}
	find := func(kind, name string) (object, *terraform.Refusal) {
		if found, ok := f.kept[kind][name]; ok {
			return found, nil
		}
		return nil, &terraform.Refusal{Kind: "ValidationException", Message: "Could not find " + map[string]string{"config": "endpoint configuration"}[kind] + kind + ` "` + name + `".`}
	}
	make := func(kind, label, name string) {
		in[label] = arn(kind, name)
		in["CreationTime"] = float64(time.Now().Unix())
		f.kept[kind][name] = in
		f.note("create", kind, name)
	}
	drop := func(kind, name string) { delete(f.kept[kind], name); f.note("delete", kind, name) }
	switch operation {
	case "CreateModel":
		make("model", "ModelArn", text("ModelName"))
		return object{"ModelArn": in["ModelArn"]}, nil
	case "DescribeModel":
		return find("model", text("ModelName"))
	case "DeleteModel":
		drop("model", text("ModelName"))
		return object{}, nil
	case "CreateEndpointConfig":
		make("config", "EndpointConfigArn", text("EndpointConfigName"))
		return object{"EndpointConfigArn": in["EndpointConfigArn"]}, nil
	case "DescribeEndpointConfig":
		return find("config", text("EndpointConfigName"))
	case "DeleteEndpointConfig":
		drop("config", text("EndpointConfigName"))
		return object{}, nil
	case "CreateEndpoint":
		if _, refused := find("config", text("EndpointConfigName")); refused != nil {
			return nil, refused
		}
		make("endpoint", "EndpointArn", text("EndpointName"))
		in["EndpointStatus"], in["LastModifiedTime"], in["LastDeploymentConfig"] = "InService", in["CreationTime"], in["DeploymentConfig"]
		return object{"EndpointArn": in["EndpointArn"]}, nil
	case "DescribeEndpoint":
		return find("endpoint", text("EndpointName"))
	case "UpdateEndpoint":
		return f.update(in)
	case "DeleteEndpoint":
		drop("endpoint", text("EndpointName"))
		return object{}, nil
	case "ListTags":
		for _, kind := range []string{"model", "config", "endpoint"} {
			for _, each := range f.kept[kind] {
				if tags, tagged := each["Tags"]; tagged && (each["ModelArn"] == text("ResourceArn") || each["EndpointConfigArn"] == text("ResourceArn")) {
					return object{"Tags": tags}, nil
				}
			}
		}
		return object{"Tags": []any{}}, nil
	case "RegisterScalableTarget":
		in["ScalableTargetARN"] = arn("scalable-target", "1")
		in["CreationTime"] = float64(time.Now().Unix())
		in["RoleARN"] = roleARN
		f.kept["target"][text("ResourceId")] = in
		f.note("create", "target", "")
		return object{"ScalableTargetARN": in["ScalableTargetARN"]}, nil
	case "DescribeScalableTargets":
		return object{"ScalableTargets": slices.Collect(maps.Values(f.kept["target"]))}, nil
	case "DeregisterScalableTarget":
		f.kept["policy"] = map[string]object{}
		drop("target", text("ResourceId"))
		return object{}, nil
	case "PutScalingPolicy":
		if len(f.kept["target"]) == 0 {
			return nil, &terraform.Refusal{Kind: "ObjectNotFoundException", Message: "No scalable target registered"}
		}
		in["PolicyARN"] = "arn:aws:autoscaling:" + synthtest.Region + ":" + synthtest.Account + ":scalingPolicy:1:policyName/" + text("PolicyName")
		in["CreationTime"], in["Alarms"] = float64(time.Now().Unix()), []any{}
		f.kept["policy"][text("PolicyName")] = in
		f.note("create", "policy", "")
		return object{"PolicyARN": in["PolicyARN"], "Alarms": []any{}}, nil
	case "DescribeScalingPolicies":
		return object{"ScalingPolicies": slices.Collect(maps.Values(f.kept["policy"]))}, nil
	case "DeleteScalingPolicy":
		if _, ok := f.kept["policy"][text("PolicyName")]; !ok {
			return nil, &terraform.Refusal{Kind: "ObjectNotFoundException", Message: "No scaling policy found"}
		}
		drop("policy", text("PolicyName"))
		return object{}, nil
	case "CreateLogGroup":
		f.kept["logs"][text("logGroupName")] = object{"logGroupName": in["logGroupName"], "arn": "arn:aws:logs:us-west-2:222222222222:log-group:" + text("logGroupName") + ":*", "logGroupClass": "STANDARD"}
		return object{}, nil
	case "PutRetentionPolicy":
		f.kept["logs"][text("logGroupName")]["retentionInDays"] = in["retentionInDays"]
		return object{}, nil
	case "DescribeLogGroups":
		return object{"logGroups": slices.Collect(maps.Values(f.kept["logs"]))}, nil
	case "DeleteLogGroup":
		delete(f.kept["logs"], text("logGroupName"))
		return object{}, nil
	case "ListTagsForResource":
		return object{"tags": object{}, "Tags": object{}}, nil
	}
	return nil, &terraform.Refusal{Kind: "UnknownOperationException", Message: operation + " is not in the fake"}
}

// update moves an endpoint to another configuration by the rules of SageMaker: the old one must still be there, variants
// that are scaled keep their instance type, and what does not come into service is rolled back.
func (f *fakeAWS) update(in object) (object, *terraform.Refusal) {
	endpoint := f.kept["endpoint"][in["EndpointName"].(string)]
	old, stillThere := f.kept["config"][endpoint["EndpointConfigName"].(string)]
	if !stillThere {
		return nil, &terraform.Refusal{Kind: "ValidationException", Message: fmt.Sprintf(`Could not find endpoint configuration "%s".`, endpoint["EndpointConfigName"])}
	}
	next := f.kept["config"][in["EndpointConfigName"].(string)]
	if instance(next) != instance(old) && len(f.kept["target"]) > 0 {
		return nil, &terraform.Refusal{Kind: "ValidationException", Message: "The variant(s) must be deregistered as scalable targets with AWS Application Auto Scaling before they can be removed or have their instance type updated."}
	}
	if instance(next) == f.broken {
		f.note("roll back", "endpoint", "")
		return object{"EndpointArn": endpoint["EndpointArn"]}, nil
	}
	endpoint["EndpointConfigName"] = in["EndpointConfigName"]
	f.note("update", "endpoint", "")
	return object{"EndpointArn": endpoint["EndpointArn"]}, nil
}

func instance(config object) string {
	return config["ProductionVariants"].([]any)[0].(object)["InstanceType"].(string)
}

func (f *fakeAWS) note(verb, kind, _ string) { f.events = append(f.events, verb+" "+kind) }

// changes are the events since the last call.
func (f *fakeAWS) changes() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	out := f.events
	f.events = nil
	return out
}

// serving is the instance type of the configuration that the endpoint has, empty if that is gone.
func (f *fakeAWS) serving() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	config, ok := f.kept["config"][f.kept["endpoint"][name]["EndpointConfigName"].(string)]
	if !ok {
		return ""
	}
	return instance(config)
}
