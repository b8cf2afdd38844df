package awsemulator

import (
	"fmt"
	"net/http"
	"strings"
)

func endpointGap() Gap {
	return Gap{
		Service: "sagemaker", Operations: []string{"CreateEndpoint", "DescribeEndpoint", "UpdateEndpoint", "DeleteEndpoint"},
		What: "updates no endpoints, and has those that it makes in service at once",
		How: "an endpoint is Creating or Updating while it is looked at a dozen times, and refuses another update meanwhile; it goes back where a test " +
			"says so; configurations are moto's",
		answer: (*Emulator).endpoint,
	}
}

// BreakNext lets the next update of an endpoint fail.
func (e *Emulator) BreakNext(account, region, endpoint string) {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	e.store.kept["break|"+account+"|"+region+"|"+endpoint] = true
}

// looks are how often an endpoint is looked at before it is in service.
const looks = 12

func (e *Emulator) endpoint(r *request) *response {
	name, configuration := r.text("EndpointName"), r.text("EndpointConfigName")
	if configuration != "" {
		inner := *r.Call
		inner.Operation = "DescribeEndpointConfig"
		header := r.http.Header.Clone()
		header.Set("X-Amz-Target", "SageMaker.DescribeEndpointConfig")
		out := e.ask(&request{Call: &inner, http: &http.Request{Method: http.MethodPost, URL: r.http.URL, Header: header}, body: []byte(fmt.Sprintf(`{"EndpointConfigName": %q}`, configuration)), path: "/"})
		if out.status != http.StatusOK {
			return refuse(r, http.StatusBadRequest, "ValidationException", fmt.Sprintf("Could not find endpoint configuration %q.", configuration))
		}
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	breaking := "break|" + r.Account + "|" + r.Region + "|" + name
	fails := e.store.kept[breaking] != nil
	arn := "arn:aws:sagemaker:" + r.Region + ":" + r.Account + ":endpoint/" + name
	found := e.object(r, "sagemaker/endpoint", name)
	if found == nil && r.Operation != "CreateEndpoint" {
		return refuse(r, http.StatusBadRequest, "ValidationException", fmt.Sprintf("Could not find endpoint %q.", arn))
	}
	busy := found != nil && found["looks"].(int) < looks
	if strings.HasSuffix(r.Operation, "ateEndpoint") && !busy {
		delete(e.store.kept, breaking)
	}
	switch r.Operation {
	case "CreateEndpoint":
		if found != nil {
			return refuse(r, http.StatusBadRequest, "ValidationException", fmt.Sprintf("Cannot create already existing endpoint %q.", arn))
		}
		e.keep(r, "sagemaker/endpoint", name, object{"name": name, "configuration": configuration, "next": configuration, "status": "Creating", "fails": fails, "looks": 0, "made": now()})
	case "UpdateEndpoint":
		if busy {
			return refuse(r, http.StatusBadRequest, "ValidationException", fmt.Sprintf("Cannot update in-progress endpoint %q.", arn))
		}
		found["next"], found["status"], found["fails"], found["looks"] = configuration, "Updating", fails, 0
	case "DeleteEndpoint":
		e.drop(r, "sagemaker/endpoint", name)
		return reply(object{})
	default:
		return reply(look(found, arn))
	}
	return reply(object{"EndpointArn": arn})
}

// look describes an endpoint, which takes it a step further.
func look(found object, arn string) object {
	seen := found["looks"].(int) + 1
	found["looks"] = seen
	out := object{"EndpointName": found["name"], "EndpointArn": arn, "CreationTime": found["made"], "LastModifiedTime": found["made"]}
	if seen == looks {
		switch {
		case found["fails"] == true && found["status"] == "Creating":
			found["status"], found["reason"] = "Failed", "the container does not answer"
		case found["fails"] == true:
			found["status"], found["next"], found["reason"] = "InService", found["configuration"], "the container does not answer"
		default:
			found["status"], found["configuration"] = "InService", found["next"]
			delete(found, "reason")
		}
	}
	out["EndpointStatus"], out["EndpointConfigName"] = found["status"], found["configuration"]
	if found["status"] != "Creating" && found["status"] != "Updating" && found["reason"] != nil {
		out["FailureReason"] = found["reason"]
	}
	return out
}
