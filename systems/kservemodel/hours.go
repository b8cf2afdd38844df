package kservemodel

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Hours are when a model has its replicas: outside of them it has fewer, or none and then answers nobody. KEDA counts by the clock. Standard mode with the
// autoscaler External only, so that KServe leaves the number to it.
type Hours struct {
	// From and Until are when they begin and end, as cron expressions of five fields, such as 0 7 * * 1-5.
	From, Until string
	// TimeZone of both in the IANA database. Default: UTC.
	TimeZone string
	// Outside is the number of replicas outside of them. Default: 0.
	Outside int
	// TargetCPUPercent is the use of requested processors at which KEDA adds replicas up to MaxReplicas, 1 to 100. Default: none are added.
	TargetCPUPercent int
}

// scaled is a Deployment whose replicas are counted by the clock.
type scaled struct {
	component string
	extension inferenceservice.Extension
}

// components are those of the service that have replicas of their own.
func components(s inferenceservice.InferenceService) []scaled {
	all := []scaled{{"predictor", s.Predictor.Extension}}
	if s.Transformer != nil {
		all = append(all, scaled{"transformer", s.Transformer.Extension})
	}
	if s.Explainer != nil {
		all = append(all, scaled{"explainer", s.Explainer.Extension})
	}
	return all
}

// scaledObject has the name of the service for its predictor: with that of the Deployment the autoscaler's would be too long.
func scaledObject(service, component string) string {
	if component == "predictor" {
		return service
	}
	return service + "-" + component
}

// HoursChart is the release of the hours, hours-NAME, which is to come after that of the model: KEDA refuses to count by processors what is not there
// yet, and whatever another autoscaler counts still. It has no object without Hours.
func (m Model) HoursChart() (chart.Chart, error) {
	if err := m.Validate(); err != nil {
		return chart.Chart{}, err
	}
	made := chart.Chart{Name: "hours-" + m.Service.Name, Description: "When the model " + m.Service.Name + " has its replicas."}
	for _, each := range m.scaledObjects() {
		made.Objects = append(made.Objects, each)
	}
	return made, nil
}

func (m Model) scaledObjects() []kubernetes.ScaledObject {
	if m.Hours == nil {
		return nil
	}
	services := []inferenceservice.InferenceService{m.Service}
	if m.Route != nil && m.Route.Next != nil {
		services = append(services, m.Route.Next.Service)
	}
	zone := cmp.Or(m.Hours.TimeZone, "UTC")
	var objects []kubernetes.ScaledObject
	for _, service := range services {
		for _, each := range components(service) {
			low := 1
			if each.extension.MinReplicas != nil {
				low = *each.extension.MinReplicas
			}
			object := kubernetes.ScaledObject{
				Metadata:        m.named(scaledObject(service.Name, each.component)),
				ScaleTargetRef:  kubernetes.ScaleTarget{APIVersion: "apps/v1", Kind: "Deployment", Name: service.Name + "-" + each.component},
				MinReplicaCount: kubernetes.Ptr(m.Hours.Outside), MaxReplicaCount: kubernetes.Ptr(max(low, each.extension.MaxReplicas)),
				// Without hours the model must not sleep on: no other autoscaler wakes what has no replica.
				Advanced: &kubernetes.ScalingAdvanced{RestoreToOriginalReplicaCount: true},
				Triggers: []kubernetes.Trigger{kubernetes.Cron(zone, m.Hours.From, m.Hours.Until, low)},
			}
			if m.Hours.TargetCPUPercent > 0 {
				object.Triggers = append(object.Triggers, kubernetes.CPU(m.Hours.TargetCPUPercent))
			}
			objects = append(objects, object)
		}
	}
	return objects
}

// scalers are the ScaledObjects by which the hook wakes the components of a service.
func (m Model) scalers(s inferenceservice.InferenceService) map[string]string {
	if m.Hours == nil {
		return nil
	}
	out := map[string]string{}
	for _, each := range components(s) {
		out[each.component] = scaledObject(s.Name, each.component)
	}
	return out
}

func (m Model) checkHours(problems *problem.List) {
	if m.Hours == nil {
		return
	}
	if m.Service.Mode != inferenceservice.Standard {
		problems.Addf("hours", "are for the mode Standard; leave them out, and use minReplicas 0 in the mode %s", m.Service.Mode)
	}
	check := func(path string, s inferenceservice.InferenceService) {
		if s.Mode == inferenceservice.Standard && s.Autoscaler != inferenceservice.External {
			problems.Addf(path+".autoscaler", "%q counts replicas, and so do the hours; use external", s.Autoscaler)
		}
	}
	check("service", m.Service)
	if m.Route != nil && m.Route.Next != nil {
		check("route.next.service", m.Route.Next.Service)
	}
	if m.Hours.TargetCPUPercent < 0 || m.Hours.TargetCPUPercent > 100 {
		problems.Addf("hours.targetCPUPercent", "%d is no percentage; use 1 to 100, or leave it out", m.Hours.TargetCPUPercent)
	}
	if m.Hours.Outside < 0 {
		problems.Addf("hours.outside", "%d is negative; use 0 or more", m.Hours.Outside)
	}
	// What KEDA's object says of itself is told of the fields here, once: the next version has the same hours.
	told := map[string]bool{}
	for _, object := range m.scaledObjects() {
		within := object.Triggers[0].Metadata["desiredReplicas"]
		if n, err := strconv.Atoi(within); err == nil && m.Hours.Outside >= n && !told["outside"] {
			told["outside"] = true
			problems.Addf("hours.outside", "%d is not less than minReplicas of %s, %s; lower it, or leave the hours out", m.Hours.Outside, object.ScaleTargetRef.Name, within)
		}
		for _, each := range problem.Split(object.Validate()) {
			p, ok := each.(problem.Problem)
			if !ok {
				continue
			}
			for theirs, ours := range map[string]string{
				problem.Key("triggers[0].metadata", "start"): "hours.from", problem.Key("triggers[0].metadata", "end"): "hours.until", problem.Key("triggers[0].metadata", "timezone"): "hours.timeZone",
			} {
				if p.Path == theirs && !told[ours] {
					told[ours] = true
					problems.Addf(ours, "%s", strings.TrimSuffix(p.Message, "; a trigger cron needs it"))
				}
			}
			if p.Path == "name" && object.Name != "" {
				problems.Addf("service.name", "%s", p.Message)
			}
		}
	}
}
