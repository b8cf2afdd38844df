package approval

import (
	"errors"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// validate reports everything that is wrong with settings that have their defaults.
func (s Settings) validate() error {
	var problems problem.List
	problems.Add("scope", s.Scope.Validate())
	if !groupPattern.MatchString(s.Group) {
		problems.Addf("group", "%q is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them", s.Group)
	}
	if !endpointPattern.MatchString(s.Endpoint) {
		problems.Addf("endpoint", "%q is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them", s.Endpoint)
	}
	if !endpointPattern.MatchString(s.Variant) {
		problems.Addf("variant", "%q is no name of a variant; use 1 to 63 letters, digits and hyphens between them", s.Variant)
	}
	s.validateInstances(&problems)
	s.validateTimes(&problems)
	for _, key := range []struct{ path, arn string }{{"keyARN", s.KeyARN}, {"topicKeyARN", s.TopicKeyARN}} {
		if key.arn != "" && !arn.Is(key.arn, "kms", "key/") {
			problems.Addf(key.path, "%q is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:111111111111:key/id", key.arn)
		}
	}
	if s.Deployment != nil && len(s.Deployment.Alarms) == 0 {
		problems.Addf("deployment.alarms", "are missing, so that nothing would make the deployment go back; name alarms, or leave Deployment out")
	}
	if s.Rolling != nil && len(s.Rolling.Alarms) == 0 {
		problems.Addf("rolling.alarms", "are missing, so that nothing would make the deployment go back; name alarms, or leave Rolling out")
	}
	s.validateStates(&problems)
	return problems.Err()
}

func (s Settings) validateInstances(problems *problem.List) {
	if s.Serverless == nil {
		if s.InstanceType == "" {
			return // said by the definition
		}
		if s.Autoscaling != nil {
			s.Autoscaling.validate(problems)
		}
		if strings.HasPrefix(s.InstanceType, "ml.inf1.") {
			const wrong = "does not work with %s; leave it out, or use other instances"
			if s.Deployment != nil {
				problems.Addf("deployment", wrong, s.InstanceType)
			}
			if s.Rolling != nil {
				problems.Addf("rolling", wrong, s.InstanceType)
			}
		}
		s.validateBatches(problems)
		return
	}
	const without = "is not possible with a serverless endpoint; remove it, or use instances"
	for _, each := range []struct {
		path  string
		given bool
	}{
		{"instanceCount", s.InstanceCount != 0}, {"resetInstanceCount", s.ResetInstanceCount}, {"autoscaling", s.Autoscaling != nil},
		{"dataCapture", s.DataCapture != nil}, {"subnets", len(s.Subnets) > 0}, {"rolling", s.Rolling != nil},
	} {
		if each.given {
			problems.Addf(each.path, without)
		}
	}
}

// validateBatches: a batch is a part of the instances, and an instance cannot be divided.
func (s Settings) validateBatches(problems *problem.List) {
	if s.Rolling == nil {
		return
	}
	fewest := s.InstanceCount
	if s.Autoscaling != nil {
		fewest = min(fewest, s.Autoscaling.Min)
	}
	switch step := stepOf(*s.Rolling); {
	case fewest < 1: // said before
	case fewest == 1:
		problems.Addf("rolling", "replaces half of the instances at most, and there may be only one; use 2 or more")
	case step*fewest < 100:
		problems.Addf("rolling.stepPercent", "%d %% of %d instances is less than one; use %d or more", step, fewest, (100+fewest-1)/fewest)
	}
}

func (s Settings) validateTimes(problems *problem.List) {
	if s.Poll < 10*time.Second || s.Poll > 10*time.Minute || s.Poll%time.Second != 0 {
		problems.Addf("poll", "%s is not allowed; use 10s to 10m0s in whole seconds", s.Poll)
	}
	if s.MaxWait < s.Poll || s.MaxWait > maxWait || s.MaxWait%time.Second != 0 {
		problems.Addf("maxWait", "%s is not allowed; use whole seconds, from one poll to %s", s.MaxWait, maxWait)
	}
	least, most := s.takes()
	if least > maxDeployment {
		path := "deployment"
		if s.Rolling != nil {
			path = "rolling"
		}
		problems.Addf(path, "takes %s, SageMaker allows %s; use larger steps, or watch the alarms for less long", least, maxDeployment)
	} else if s.MaxWait < most {
		problems.Addf("maxWait", "%s is less than the %s that the deployment may take; make it longer", s.MaxWait, most)
	}
}

// places are where the fields of settings stand in the definition, whose own checks name those.
var places = strings.NewReplacer(
	`states["Create configuration"].call.variants[0].`, "",
	`states["Create configuration"].call.`, "",
	`states["Create model"].call.network:`, "subnets:",
	`states["Create model"].call.network.`, "",
	`states["Create model"].call.`, "",
	`states["Update endpoint"].call.`, "",
	`states["Notify"].call.`, "",
	`states["Announce failure"].call.events[0].source`, "eventSource",
)

// validateStates lets the definition check what it holds. What several states hold is reported once.
func (s Settings) validateStates(problems *problem.List) {
	// What is reported already does not make more problems.
	if !endpointPattern.MatchString(s.Endpoint) {
		if s.Name == s.Endpoint+"-approval" {
			s.Name = ""
		}
		s.Endpoint = "endpoint"
	}
	if !endpointPattern.MatchString(s.Variant) {
		s.Variant = "variant"
	}
	s.Scope.Partition = "aws"
	var elsewhere []error
	for _, each := range problem.Split(s.machine().Validate()) {
		text := places.Replace(each.Error())
		if strings.HasPrefix(text, "states[") {
			elsewhere = append(elsewhere, each) // the same problem in another state
			continue
		}
		problems.Add("", errors.New(text))
	}
	if problems.Err() == nil {
		problems.Add("", errors.Join(elsewhere...))
	}
}
