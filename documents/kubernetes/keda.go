package kubernetes

import (
	"strconv"

	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A ScaledObject lets KEDA set the number of replicas by triggers, down to none.
// https://keda.sh/docs/2.18/reference/scaledobject-spec/
type ScaledObject struct {
	Metadata `json:"-"`
	// ScaleTargetRef is what is scaled.
	ScaleTargetRef ScaleTarget `json:"scaleTargetRef"`
	// MinReplicaCount and MaxReplicaCount bound the replicas. Default: 0 and 100.
	MinReplicaCount *int `json:"minReplicaCount,omitempty"`
	MaxReplicaCount *int `json:"maxReplicaCount,omitempty"`
	// IdleReplicaCount is how many there are while no trigger is active: 0, the only number that KEDA takes. Default: MinReplicaCount.
	IdleReplicaCount *int `json:"idleReplicaCount,omitempty"`
	// PollingInterval in seconds. Default: 30.
	PollingInterval int `json:"pollingInterval,omitempty"`
	// CooldownPeriod in seconds from the last active trigger until there are none. Default: 300.
	CooldownPeriod *int `json:"cooldownPeriod,omitempty"`
	// Advanced is what becomes of the replicas otherwise. Default: none.
	Advanced *ScalingAdvanced `json:"advanced,omitempty"`
	// Triggers: the highest number that one of them wants is taken.
	Triggers []Trigger `json:"triggers"`
}

// ScalingAdvanced is what becomes of the replicas otherwise.
type ScalingAdvanced struct {
	// RestoreToOriginalReplicaCount gives the target the replicas that it had at first once the ScaledObject is removed. Default: false, it keeps those that it has, be
	// it none.
	RestoreToOriginalReplicaCount bool `json:"restoreToOriginalReplicaCount,omitempty"`
}

// A ScaleTarget is an object with replicas. Default: a Deployment.
type ScaleTarget struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Name       string `json:"name"`
}

// A Trigger says how many replicas there should be.
type Trigger struct {
	// Type such as cron, prometheus or aws-sqs-queue: https://keda.sh/docs/2.18/scalers/
	Type string `json:"type"`
	// Name in the object. Default: none.
	Name string `json:"name,omitempty"`
	// Metadata are settings of the type, all of them texts.
	Metadata map[string]string `json:"metadata"`
	// MetricType is AverageValue, Value or Utilization. Default: AverageValue.
	MetricType string `json:"metricType,omitempty"`
	// AuthenticationRef is how to log in. Default: none.
	AuthenticationRef *TriggerAuth `json:"authenticationRef,omitempty"`
}

// A TriggerAuth names a TriggerAuthentication, or a ClusterTriggerAuthentication. Default: a TriggerAuthentication.
type TriggerAuth struct {
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// A TriggerAuthentication is how triggers log in to AWS: as KEDA's own operator, by Pod Identity or IRSA.
// https://keda.sh/docs/2.18/authentication-providers/aws/
type TriggerAuthentication struct {
	Metadata `json:"-"`
	// PodIdentity is AWS's.
	PodIdentity TriggerIdentity `json:"podIdentity"`
}

// A TriggerIdentity is the identity of the operator.
type TriggerIdentity struct {
	// Provider is aws.
	Provider string `json:"provider"`
	// RoleARN is a role to take on. Default: the operator's.
	RoleARN string `json:"roleArn,omitempty"`
}

// Cron wants replicas from one time to another, each as a cron expression of five fields.
// https://keda.sh/docs/2.18/scalers/cron/
func Cron(timezone, start, end string, replicas int) Trigger {
	return Trigger{Type: "cron", Metadata: map[string]string{"timezone": timezone, "start": start, "end": end, "desiredReplicas": strconv.Itoa(replicas)}}
}

// CPU wants replicas so that each uses this percentage of the processors that its containers ask for, all of which must ask for some. KEDA
// looks for the target and what it asks for when the ScaledObject is made, so that the target is to be there first.
// https://keda.sh/docs/2.18/scalers/cpu/
func CPU(percent int) Trigger {
	return Trigger{Type: "cpu", MetricType: "Utilization", Metadata: map[string]string{"value": strconv.Itoa(percent)}}
}

// Prometheus wants one replica for each threshold that the query yields.
// https://keda.sh/docs/2.18/scalers/prometheus/
func Prometheus(server, query, threshold string) Trigger {
	return Trigger{Type: "prometheus", Metadata: map[string]string{"serverAddress": server, "query": query, "threshold": threshold}}
}

// Describe is keda.sh/v1alpha1 ScaledObject.
func (ScaledObject) Describe() Kind {
	return Kind{APIVersion: "keda.sh/v1alpha1", Kind: "ScaledObject"}
}

// Describe is keda.sh/v1alpha1 TriggerAuthentication.
func (TriggerAuthentication) Describe() Kind {
	return Kind{APIVersion: "keda.sh/v1alpha1", Kind: "TriggerAuthentication"}
}

// needed are the settings of the types of triggers that are known here.
var needed = map[string][]string{
	"cron": {"timezone", "start", "end", "desiredReplicas"}, "prometheus": {"serverAddress", "query", "threshold"}, "aws-sqs-queue": {"queueURL", "awsRegion"},
	"aws-cloudwatch": {"awsRegion"}, "cpu": {"value"}, "memory": {"value"},
}

// Validate reports everything that is wrong. Settings of triggers are known of cron, prometheus, cpu, memory, aws-sqs-queue and
// aws-cloudwatch.
func (s ScaledObject) Validate() error {
	problems := begin(s)
	if len(s.Name) > maxScaledName {
		problems.Addf("name", "%q has %d characters, and the name that KEDA makes of it has more than 63; use at most %d", s.Name, len(s.Name), maxScaledName)
	}
	checkName(problems, "scaleTargetRef.name", s.ScaleTargetRef.Name)
	low, high := 0, 100
	if s.MinReplicaCount != nil {
		low = *s.MinReplicaCount
	}
	if s.MaxReplicaCount != nil {
		high = *s.MaxReplicaCount
	}
	if low < 0 {
		problems.Addf("minReplicaCount", "%d is negative; use 0 or more", low)
	}
	if high < 1 || high < low {
		problems.Addf("maxReplicaCount", "%d is less than 1 or than minReplicaCount, %d; raise it", high, low)
	}
	if idle := s.IdleReplicaCount; idle != nil && (*idle != 0 || low == 0) {
		problems.Addf("idleReplicaCount", "%d is not 0, or not less than minReplicaCount; use 0 with a minReplicaCount of 1 or more", *idle)
	}
	if s.PollingInterval < 0 {
		problems.Addf("pollingInterval", "%d is negative; use seconds", s.PollingInterval)
	}
	if s.CooldownPeriod != nil && *s.CooldownPeriod < 0 {
		problems.Addf("cooldownPeriod", "%d is negative; use seconds", *s.CooldownPeriod)
	}
	if len(s.Triggers) == 0 {
		problems.Addf("triggers", "are missing; give at least one")
	}
	resources := 0
	for i, each := range s.Triggers {
		at := problem.Index("triggers", i)
		if each.Type == "" {
			problems.Addf(at+".type", "is missing; use one such as cron or prometheus")
		}
		for _, name := range needed[each.Type] {
			if each.Metadata[name] == "" {
				problems.Addf(problem.Key(at+".metadata", name), "is missing; a trigger %s needs it", each.Type)
			}
		}
		if each.Type == "cron" {
			checkCron(problems, at+".metadata", each.Metadata)
		}
		oneOf(problems, at+".metricType", each.MetricType, "AverageValue", "Value", "Utilization")
		if each.Type == "cpu" || each.Type == "memory" {
			resources++
		}
		if a := each.AuthenticationRef; a != nil {
			checkName(problems, at+".authenticationRef.name", a.Name)
			oneOf(problems, at+".authenticationRef.kind", a.Kind, "TriggerAuthentication", "ClusterTriggerAuthentication")
		}
	}
	if low == 0 && len(s.Triggers) > 0 && resources == len(s.Triggers) {
		problems.Addf("minReplicaCount", "is 0, which no trigger on cpu or memory can wake; use 1, or add another trigger")
	}
	return problems.Err()
}

// maxScaledName leaves room for keda-hpa- in the name of the autoscaler, which is a label, too.
const maxScaledName = 63 - len("keda-hpa-")

// checkCron reports what KEDA would only find once the trigger is there: it then scales by nothing. What is missing is told elsewhere.
func checkCron(problems *problem.List, path string, of map[string]string) {
	if n := of["desiredReplicas"]; n != "" && !digits.MatchString(n) {
		problems.Addf(problem.Key(path, "desiredReplicas"), "%q is no number; use 1 or more", n)
	}
	if zone := of["timezone"]; zone != "" {
		if err := scheduleexpression.ValidateTimeZone(zone); err != nil {
			problems.Addf(problem.Key(path, "timezone"), "%v", err)
		}
	}
	for _, name := range []string{"start", "end"} {
		if expression := of[name]; expression != "" && !cronPattern.MatchString(expression) {
			problems.Addf(problem.Key(path, name), "%q is no cron expression of five fields; write it like 0 8 * * 1-5", expression)
		}
	}
	if start := of["start"]; start != "" && start == of["end"] {
		problems.Addf(problem.Key(path, "end"), "%q is when it starts; give another time", start)
	}
}

// cronPattern is five fields of numbers, names, lists, ranges and steps.
var cronPattern = lazyregexp.New(`^[0-9*?,/A-Za-z-]+( [0-9*?,/A-Za-z-]+){4}$`)

// Validate reports everything that is wrong.
func (a TriggerAuthentication) Validate() error {
	problems := begin(a)
	if a.PodIdentity.Provider != "aws" {
		problems.Addf("podIdentity.provider", "%q is not known here; use aws", a.PodIdentity.Provider)
	}
	if arn := a.PodIdentity.RoleARN; arn != "" && !roleARNPattern.MatchString(arn) {
		problems.Addf("podIdentity.roleArn", "%q is no ARN of a role; write it like arn:aws:iam::111111111111:role/name", arn)
	}
	return problems.Err()
}
