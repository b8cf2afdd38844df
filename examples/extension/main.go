// The program is a platform with two things of a team's own: tables in which an endpoint looks features up, configured
// in the environments' files, and a further stack with a dashboard.
//
//	go run ./examples/extension --config examples/extension/config
package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchdashboard"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/platform"
)

func main() { platform.Main(options()...) }

func options() []platform.Option {
	return []platform.Option{
		platform.Extension("lookup", lookup),
		platform.Stack("board", func(env *config.Environment) bool { return env.TrainingEnabled() }, board),
	}
}

// Lookup is the section extensions.lookup of an environment's file.
type Lookup struct {
	// Keys has one table each.
	Keys []string `yaml:"keys" jsonschema:"required,uniqueItems=true,example=customer,description=What features are looked up by: one table each."`
	// CapacityUnits is how many reads and writes each table serves in a second.
	CapacityUnits int `yaml:"capacityUnits" jsonschema:"minimum=1,maximum=500,default=5,description=Reads and writes that each table serves in a second. Default: 5."`
}

// SetDefaults fills in what a file may leave out.
func (l *Lookup) SetDefaults() { l.CapacityUnits = 5 }

// Validate reports what the types cannot say.
func (l *Lookup) Validate() error {
	var problems []error
	for i, key := range l.Keys {
		if len(key) > 40 {
			problems = append(problems, fmt.Errorf("keys[%d]: %q has %d characters; use at most 40", i, key, len(key)))
		}
	}
	return errors.Join(problems...)
}

// lookup makes the tables. The jobs of the training pipeline read them, where the environment trains.
func lookup(stack *platform.EnvironmentStack, c *Lookup) error {
	location := stack.Location()
	table := func(key string) string { return location.Regional("dynamodb", "table/"+stack.Name("lookup-"+key)) }
	for _, key := range c.Keys {
		dynamodbtable.NewDynamodbTable(stack.Scope(), jsii.String(key), &dynamodbtable.DynamodbTableConfig{
			Name: jsii.String(stack.Name("lookup-" + key)), BillingMode: jsii.String("PROVISIONED"), HashKey: jsii.String("id"),
			Attribute:            []*dynamodbtable.DynamodbTableAttribute{{Name: jsii.String("id"), Type: jsii.String("S")}},
			ServerSideEncryption: &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: jsii.Bool(true)},
			PointInTimeRecovery:  &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: jsii.Bool(true)},
			ReadCapacity:         jsii.Number(c.CapacityUnits), WriteCapacity: jsii.Number(c.CapacityUnits),
			DeletionProtectionEnabled: jsii.Bool(stack.Environment().Protect),
		})
	}
	if err := stack.Output("lookup_table_prefix", stack.Name("lookup-"), "How the names of the tables begin"); err != nil {
		return err
	}
	if jobs := stack.TrainingJobs; jobs != nil {
		read := policy.Statement{Sid: "Lookup", Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}, Resources: []string{table("*")}}
		if err := jobs.Grant("lookup", read); err != nil {
			return err
		}
	}
	return stack.Allow(platform.Permissions{
		Plan: []policy.Statement{{
			Sid: "ReadTables", Resources: []string{table("*")},
			Actions: []string{"dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"},
		}},
		Apply: []policy.Statement{{
			Sid: "Tables", Resources: []string{table("*")},
			Actions: []string{
				"dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable",
			},
		}},
		Workloads: []policy.Statement{{Sid: "UseTables", Actions: []string{"dynamodb:GetItem", "dynamodb:Query"}, Resources: []string{table("*")}}},
	})
}

// board makes a dashboard of the training pipeline in a stack of its own.
func board(stack *platform.ExtraStack) error {
	location, pipeline := stack.Location(), stack.Environment().TrainingPipelineName()
	body, err := json.Marshal(map[string]any{"widgets": []any{map[string]any{
		"type": "metric", "width": 12, "height": 6,
		"properties": map[string]any{
			"title": "Executions of " + pipeline, "region": location.Region, "stat": "Sum", "period": 3600,
			"metrics": [][]string{
				{"AWS/Sagemaker/ModelBuildingPipeline", "ExecutionSucceeded", "PipelineName", pipeline},
				{"AWS/Sagemaker/ModelBuildingPipeline", "ExecutionFailed", "PipelineName", pipeline},
			},
		},
	}}})
	if err != nil {
		return err
	}
	cloudwatchdashboard.NewCloudwatchDashboard(stack.Scope(), jsii.String("training"), &cloudwatchdashboard.CloudwatchDashboardConfig{
		DashboardName: jsii.String(stack.Name("training")), DashboardBody: jsii.String(string(body)),
	})
	dashboard := []string{location.Global("cloudwatch", "dashboard/"+stack.Name("*"))}
	return stack.Allow(platform.Permissions{
		Plan:  []policy.Statement{{Sid: "ReadBoard", Actions: []string{"cloudwatch:GetDashboard", "cloudwatch:ListDashboards"}, Resources: dashboard}},
		Apply: []policy.Statement{{Sid: "Board", Actions: []string{"cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"}, Resources: dashboard}},
	})
}
