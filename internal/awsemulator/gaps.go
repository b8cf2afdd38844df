package awsemulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Gap is what moto's server does not do as AWS does, and what the proxy does about it.
type Gap struct {
	// Service is the word of IAM's actions, Operations those of the service model.
	Service    string
	Operations []string
	// What moto lacks, and how the proxy fills it.
	What, How string

	answer func(*Emulator, *request) *response            // instead of moto, or nil to let it answer
	amend  func(*Emulator, *request, *response) *response // what moto answered, or nil to leave it
}

// Gaps are all of them.
func Gaps() []Gap {
	return slices.Concat(iamGaps(), eksGaps(), ecrGaps(), storageGaps(), messageGaps(), learningGaps(), ec2Gaps(), deliveryGaps(), route53Gaps(), ecsGaps(), autoscalingGaps(), servicesGaps(), monitoringGaps(), certificateGaps(), mlflowGaps())
}

var gapsByOperation = sync.OnceValue(func() map[string][]Gap {
	out := map[string][]Gap{}
	for _, gap := range Gaps() {
		for _, operation := range gap.Operations {
			out[gap.Service+":"+operation] = append(out[gap.Service+":"+operation], gap)
		}
	}
	return out
})

func (e *Emulator) fake(r *request) *response {
	if r.Service == "s3" && e.deniedByBucket(r) {
		return refuse(r, http.StatusForbidden, "AccessDenied", "Access Denied by the policy of the bucket")
	}
	for _, gap := range gapsByOperation()[r.Service+":"+r.Operation] {
		if gap.answer == nil {
			continue
		}
		if len(r.Problems) > 0 {
			return refuse(r, http.StatusBadRequest, "ValidationException", strings.Join(r.Problems, "; "))
		}
		if out := gap.answer(e, r); out != nil {
			return out
		}
	}
	return nil
}

func (e *Emulator) amend(r *request, out *response) *response {
	var amended *response
	for _, gap := range gapsByOperation()[r.Service+":"+r.Operation] {
		if gap.amend != nil {
			if changed := gap.amend(e, r, out); changed != nil {
				out, amended = changed, changed
			}
		}
	}
	return amended
}

// store is what the fakes remember, by account, region, kind and name.
type store struct {
	mutex sync.Mutex
	kept  map[string]any
	next  int
}

func newStore() *store { return &store{kept: map[string]any{}} }

type object = map[string]any

func (r *request) key(kind, name string) string {
	return strings.Join([]string{r.Account, r.Region, kind, name}, "|")
}

// object is what is kept under a name, or nil.
func (e *Emulator) object(r *request, kind, name string) object {
	found, _ := e.store.kept[r.key(kind, name)].(object)
	return found
}

func (e *Emulator) keep(r *request, kind, name string, value any) {
	e.store.kept[r.key(kind, name)] = value
}
func (e *Emulator) drop(r *request, kind, name string) { delete(e.store.kept, r.key(kind, name)) }

// all are the objects of a kind, by name.
func (e *Emulator) all(r *request, kind, begins string) []object {
	var out []object
	for _, key := range sortedKeys(e.store.kept) {
		if found, ok := e.store.kept[key].(object); ok && strings.HasPrefix(key, r.key(kind, begins)) {
			out = append(out, found)
		}
	}
	return out
}

// id is a new one in the form of EC2 and others.
func (e *Emulator) id() string {
	e.store.next++
	return fmt.Sprintf("%017x", 0xabc00000000+e.store.next)
}

func now() float64 { return float64(time.Now().UnixMilli()) / 1000 }

func reply(value any) *response {
	text, err := json.Marshal(value)
	if err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	return &response{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, text}
}

// refuse is an error as the service's protocol writes it.
func refuse(r *request, status int, code, message string) *response {
	if r.Service == "s3" || r.Service == "ec2" || r.Service == "iam" || r.Service == "sns" {
		inner := "<Code>" + code + "</Code><Message>" + escaped(message) + "</Message>"
		text := "<Error>" + inner + "</Error>"
		switch r.Service {
		case "ec2":
			text = "<Response><Errors><Error>" + inner + "</Error></Errors><RequestID>1</RequestID></Response>"
		case "iam", "sns":
			text = "<ErrorResponse><Error><Type>Sender</Type>" + inner + "</Error><RequestId>1</RequestId></ErrorResponse>"
		}
		return &response{status, http.Header{"Content-Type": {"text/xml"}}, []byte(text)}
	}
	out := reply(object{"__type": code, "message": message})
	out.status = status
	out.header.Set("X-Amzn-Errortype", code)
	return out
}

// escaped is a text as it stands in XML.
func escaped(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text))
	return out.String()
}

// asJSON is an answer of moto in JSON with a change.
func asJSON(out *response, change func(object)) *response {
	value := object{}
	if out.status != http.StatusOK || json.Unmarshal(out.body, &value) != nil {
		return nil
	}
	change(value)
	changed := reply(value)
	changed.header = out.header.Clone()
	return changed
}

// copyOf are the arguments that the shape of an object has too.
func (m *model) copyOf(shape string, arguments object) object {
	out := object{}
	for member := range m.Shapes[shape].Members {
		if value, given := arguments[member]; given {
			out[member] = value
		}
	}
	return out
}

func text(o object, member string) string { s, _ := o[member].(string); return s }

// setTags changes the tags of an object that has them as a map.
func setTags(o object, add object, remove []any) {
	tags, _ := o["tags"].(object)
	after := object{}
	for key, value := range tags {
		if !slices.Contains(remove, any(key)) {
			after[key] = value
		}
	}
	maps.Copy(after, add)
	o["tags"] = after
}
