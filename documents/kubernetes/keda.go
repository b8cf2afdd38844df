package kubernetes

import (
	"strconv"

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
	// Triggers: the highest number that one of them wants is taken.
	Triggers []Trigger `json:"triggers"`
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
		if n, given := each.Metadata["desiredReplicas"]; each.Type == "cron" && given && !digits.MatchString(n) {
			problems.Addf(problem.Key(at+".metadata", "desiredReplicas"), "%q is no number; use 1 or more", n)
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
