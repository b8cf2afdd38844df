package approval_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/systems/approval"
)

var scope = arn.Scope{Region: "us-west-2", Account: "111111111111"}

const (
	role  = "arn:aws:iam::111111111111:role/serve"
	topic = "arn:aws:sns:us-west-2:111111111111:alerts"
	key   = "arn:aws:kms:us-west-2:111111111111:key/k"
)

func minimal() approval.Settings {
	return approval.Settings{
		Scope: scope, Group: "wine-quality", Endpoint: "wine", RoleARN: role, InstanceType: "ml.m5.large", TopicARN: topic,
	}
}

func everything() approval.Settings {
	s := minimal()
	s.Name, s.Variant, s.InstanceCount, s.ResetInstanceCount = "wine-deploy", "Main", 2, true
	s.Environment = map[string]string{"LOG_LEVEL": "info"}
	s.Subnets, s.SecurityGroups, s.AllowContainerNetwork = []string{"subnet-1", "subnet-2"}, []string{"sg-1"}, true
	s.KeyARN, s.TopicKeyARN = key, key
	s.DataCapture = &asl.DataCapture{S3URI: "s3://captured/wine", Percent: 10, KeyARN: key}
	s.Deployment = &asl.BlueGreen{Traffic: asl.LinearTraffic, StepPercent: 25, Baking: 5 * time.Minute, OldInstances: 10 * time.Minute, Alarms: []string{"wine-errors", "wine-latency"}}
	s.Autoscaling = &approval.Autoscaling{Min: 2, Max: 6, InvocationsPerInstance: 600, ScaleInCooldown: 10 * time.Minute}
	s.MaxWait, s.Poll = 2*time.Hour, 30*time.Second
	s.NotifySuccess, s.EventSource, s.Tags = true, "acme.wine", map[string]string{"team": "wine"}
	return s
}

func serverless() approval.Settings {
	s := minimal()
	s.InstanceType, s.Serverless, s.KeepReplaced = "", &asl.Serverless{MemoryMB: 4096, MaxConcurrency: 20}, true
	return s
}

func rolling() approval.Settings {
	s := minimal()
	s.InstanceCount = 4
	s.Rolling = &asl.Rolling{StepPercent: 25, Baking: 5 * time.Minute, RollbackPercent: 50, Alarms: []string{"wine-errors"}}
	return s
}

var examples = map[string]func() approval.Settings{"minimal": minimal, "everything": everything, "serverless": serverless, "rolling": rolling}

func definition(t *testing.T, s approval.Settings) asl.Definition {
	t.Helper()
	d, err := s.Definition()
	require.NoError(t, err)
	return d
}

func text(t *testing.T, s approval.Settings) json.RawMessage {
	t.Helper()
	out, err := definition(t, s).JSON()
	require.NoError(t, err)
	return json.RawMessage(out)
}

func taskName(state asl.State) (string, bool) {
	task, ok := state.(asl.Task)
	return task.Name, ok
}
