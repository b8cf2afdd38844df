package stacks_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/stacks"
)

const xgboost = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"

// machine is the definition of a state machine of an environment, as text and parsed.
func machine(t *testing.T, template synthtest.Template, name string) (text string, states map[string]map[string]any) {
	t.Helper()
	text = template.Where("aws_sfn_state_machine", "name", name)["definition"].(string)
	var parsed struct{ States map[string]map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	return text, parsed.States
}

func TestAutomation(t *testing.T) {
	for name, template := range environments(t) {
		text, states := machine(t, template, "wine-"+name+"-learning")
		require.Contains(t, text, `"TrainingImage":"`+xgboost+`"`)
		require.Contains(t, text, `"ModelPackageGroupName":"wine-`+name+`-models"`)
		status := "PendingManualApproval"
		if name == "dev" {
			status = "Approved"
		}
		require.Equal(t, status, states["Register"]["Arguments"].(map[string]any)["ModelApprovalStatus"], name)
		require.Equal(t, 4, strings.Count(text, `"VpcConfig"`), "all jobs and the model, which predicts, are in the network")
		require.NotContains(t, text, `"KmsKeyId":""`)
		require.NotContains(t, text, ":latest")
		require.Equal(t, 4, strings.Count(text, `:"${aws_iam_role.automation_jobs_role_`))
		require.Contains(t, text, `"${aws_sns_topic.notifications_topic_`)
		require.Regexp(t, `input_uri : \\"s3://\$\{aws_s3_bucket\.data_bucket_\w+\.bucket\}/raw/\\"`, text)

		var starts []string
		for address := range template.Resources("aws_scheduler_schedule") {
			if strings.HasPrefix(address, "automation_") {
				starts = append(starts, "schedule")
			}
		}
		for address, rule := range template.Resources("aws_cloudwatch_event_rule") {
			if strings.HasPrefix(address, "automation_") {
				starts = append(starts, "new data")
				require.Equal(t, `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["wine-`+name+`-data-`+account[name]+`-us-west-2"]},`+
					`"object":{"key":[{"wildcard":"raw/*_SUCCESS"}]}}}`, rule["event_pattern"])
				addressOf(t, template, "aws_s3_bucket_notification", "data_") // the bucket sends its events
			}
		}
		require.ElementsMatch(t, map[string][]string{"dev": nil, "staging": {"new data"}, "prod": {"schedule", "new data"}}[name], starts, name)
		require.Contains(t, template.Output("learning_state_machine_name"), "aws_sfn_state_machine.automation_machine_")
		require.Contains(t, template.Output("learning_state_machine_arn"), "aws_sfn_state_machine.automation_machine_")
	}
}

var account = map[string]string{"dev": "222222222222", "staging": "333333333333", "prod": "444444444444"}

// roleStatements are the permissions of the role that was made at an address.
func roleStatements(t *testing.T, template synthtest.Template, address, environment string) []policy.Statement {
	t.Helper()
	var all []policy.Statement
	for at, each := range template.Resources("aws_iam_role_policy") {
		if strings.HasPrefix(at, address) {
			text := strings.ReplaceAll(each["policy"].(string), reference(template), "wine-"+environment+"-models")
			statements, err := iamcheck.Parse(text)
			require.NoError(t, err)
			all = append(all, statements...)
		}
	}
	require.NotEmpty(t, all, address)
	return all
}

// TestMachinesDoNotApprove: the one that learns registers as its environment says, and the one that deploys writes to
// versions what became of them, but approves none.
func TestMachinesDoNotApprove(t *testing.T) {
	for name, template := range environments(t) {
		allows := func(statements []policy.Statement, action, status string) bool {
			keys := map[string]string{}
			if status != "" {
				keys["sagemaker:ModelApprovalStatus"] = status
			}
			return iamcheck.Allows(statements, iamcheck.Request{Action: action, Keys: keys, Resource: "arn:aws:sagemaker:us-west-2:" + account[name] + ":model-package/wine-" + name + "-models/7"})
		}
		learning := roleStatements(t, template, "automation_machine_role_", name)
		require.True(t, allows(learning, "sagemaker:CreateModelPackage", "PendingManualApproval"), name)
		require.Equal(t, name == "dev", allows(learning, "sagemaker:CreateModelPackage", "Approved"), name)
		require.False(t, allows(learning, "sagemaker:UpdateModelPackage", "Approved"), name)
		deploying := roleStatements(t, template, "endpoint_machine_role_", name)
		require.True(t, allows(deploying, "sagemaker:UpdateModelPackage", ""), name)
		require.False(t, allows(deploying, "sagemaker:UpdateModelPackage", "Approved"), name)
		require.False(t, allows(deploying, "sagemaker:CreateModelPackage", "PendingManualApproval"), name)
	}
}

func TestEndpoint(t *testing.T) {
	for name, template := range environments(t) {
		endpoint := "wine-" + name + "-models"
		require.Empty(t, template.Resources("aws_sagemaker_endpoint"), "it comes with the first approved model")
		require.Equal(t, endpoint, template.Output("endpoint_name"))
		rule := template.Where("aws_cloudwatch_event_rule", "name", "wine-"+name+"-approval")
		require.Equal(t, `{"source":["aws.sagemaker"],"detail-type":["SageMaker Model Package State Change"],"detail":{"ModelPackageGroupName":["`+endpoint+`"],`+
			`"ModelApprovalStatus":["Approved"],"UpdatedModelPackageFields":["ModelApprovalStatus",{"exists":false}]}}`, rule["event_pattern"])
		target := template.Resources("aws_cloudwatch_event_target")[addressOf(t, template, "aws_cloudwatch_event_target", "endpoint_")]
		require.Nil(t, target["input_transformer"], "the whole event")
		require.NotNil(t, target["dead_letter_config"])

		text, states := machine(t, template, "wine-"+name+"-approval")
		require.Contains(t, states, "Is it approved")
		configuration, err := json.Marshal(states["Create configuration"]["Arguments"])
		require.NoError(t, err)
		require.Equal(t, name == "dev", strings.Contains(string(configuration), "ServerlessConfig"), name)
		require.Equal(t, name == "prod", strings.Contains(string(configuration), "DataCaptureConfig"), name)
		require.Equal(t, name == "prod", states["Register scaling"] != nil, name)
		require.Equal(t, map[string]string{"dev": "ALL_AT_ONCE", "staging": "ALL_AT_ONCE", "prod": "CANARY"}[name],
			regexp.MustCompile(`"TrafficRoutingConfiguration":\{"Type":"(\w+)"`).FindStringSubmatch(text)[1])
		require.Equal(t, 2, strings.Count(text, `{"AlarmName":"${aws_cloudwatch_metric_alarm.endpoint_watch_alarm-AllTraffic-`), "a bad model goes back")
		require.Equal(t, name == "prod", len(template.Resources("aws_cloudwatch_dashboard")) > 0, name)

		serving := roleStatements(t, template, "endpoint_serving_", name)
		var read, written []string
		for _, s := range serving {
			for _, action := range s.Actions {
				switch action {
				case "s3:GetObject":
					read = append(read, s.Resources...)
				case "s3:PutObject":
					written = append(written, s.Resources...)
				}
			}
		}
		require.Len(t, read, 2)
		require.Regexp(t, `^\$\{aws_s3_bucket\.models_bucket_\w+\.arn\}/training/\*$`, read[0])
		require.Regexp(t, `^\$\{aws_s3_bucket\.data_bucket_\w+\.arn\}/learning/models/\*$`, read[1])
		require.Len(t, written, map[string]int{"prod": 1}[name], name)
	}
}

// addressOf is the address of the only resource of a type below a construct.
func addressOf(t *testing.T, template synthtest.Template, resourceType, beginning string) string {
	t.Helper()
	var found []string
	for address := range template.Resources(resourceType) {
		if strings.HasPrefix(address, beginning) {
			found = append(found, address)
		}
	}
	require.Len(t, found, 1)
	return found[0]
}

// changed is the example's environment with one text in place of another.
func changed(t *testing.T, environment, before, after string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(configurations[0] + "/environments/" + environment + ".yaml")
	require.NoError(t, err)
	require.Contains(t, string(text), before)
	return map[string]string{"environments/" + environment + ".yaml": strings.Replace(string(text), before, after, 1)}
}

// Without training, the endpoint serves what the automation learns, and the group stays where it is.
func TestEndpointOfTheAutomationAlone(t *testing.T) {
	files := changed(t, "dev", "\ntraining:\n", "\ntraining:\n  enabled: false\n")
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], files, "dev")))
	addressOf(t, template, "aws_sagemaker_model_package_group", "model-groups_models_group")
	for _, s := range roleStatements(t, template, "endpoint_serving_", "dev") {
		for _, resource := range s.Resources {
			require.NotContains(t, resource, "/training/")
			require.NotContains(t, resource, "training-image")
		}
	}
	require.Empty(t, template.Resources("aws_sagemaker_pipeline"))
}

// Two groups are two resources, and models of the other are not deployed.
func TestGroupsOfTheirOwn(t *testing.T) {
	files := changed(t, "dev", "register: { metric: f1,", "register: { modelPackageGroup: wine-dev-learned, metric: f1,")
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], files, "dev")))
	require.Len(t, template.Resources("aws_sagemaker_model_package_group"), 2)
	require.Contains(t, template.Output("model_package_group_name"), "model-groups_models_")
	require.Contains(t, template.Output("learning_model_package_group_name"), "model-groups_learned_")
	rule := template.Where("aws_cloudwatch_event_rule", "name", "wine-dev-approval")
	require.Contains(t, rule["event_pattern"], `["wine-dev-models"]`)
	for _, s := range roleStatements(t, template, "endpoint_serving_", "dev") {
		require.NotContains(t, strings.Join(s.Resources, " "), "/learning/")
	}
}

const commit = "4f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b"

// TestDefinitionByCommit: the pipeline comes from the operations account, whoever starts it by the clock says what only AWS
// knew, and both roles that may be asked to read the definition can.
func TestDefinitionByCommit(t *testing.T) {
	files := changed(t, "prod", "  schedule: { expression: rate(3 days) }\n", "  schedule: { expression: rate(3 days) }\n  definition: { commit: "+commit+" }\n")
	published := map[string]string{}
	platform := load(t, configurations[0], files)
	before := example(t)
	made := synthesise(t, platform, stacks.Options{Definition: func(environment, pipeline, json string) { published[environment+"/"+pipeline] = json }})
	for name := range made {
		if name != "prod" && name != "prod-access" {
			require.Equal(t, string(before[name]), string(made[name]), "%s changed", name)
		}
	}
	template := withRoles(t, made, "prod")
	iamcheck.Check{AnyResource: []string{"cloudwatch:PutMetricData"}}.Template(t, template.Root())
	resource := template.One("aws_sagemaker_pipeline")
	require.Nil(t, resource["pipeline_definition"])
	bucket, key := "wine-operations-pipelines-111111111111-us-west-2", "wine-prod-training/"+commit+".json"
	require.Equal(t, map[string]any{"bucket": bucket, "object_key": key}, resource["pipeline_definition_s3_location"])

	keys := map[string]string{"aws:RequestedRegion": "us-west-2", "kms:ViaService": "s3.us-west-2.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::" + bucket}
	for tag, value := range defaultTags(t, synthtest.Parse(t, string(made["operations"]))) {
		keys["aws:ResourceTag/"+tag] = value
	}
	for role, statements := range map[string][]policy.Statement{
		"pipeline": roleStatements(t, template, "training_pipeline_role_", "prod"), "apply": applyStatements(t, template),
	} {
		for action, want := range map[string]bool{"kms:Decrypt": true, "kms:GenerateDataKey": false} {
			require.Equal(t, want, iamcheck.Allows(statements, iamcheck.Request{Action: action, Resource: "arn:aws:kms:us-west-2:111111111111:key/1", Keys: keys}), "%s %s", role, action)
		}
		for object, want := range map[string]bool{key: true, "wine-dev-training/" + commit + ".json": false} {
			require.Equal(t, want, iamcheck.Allows(statements, iamcheck.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + bucket + "/" + object, Keys: keys}), "%s %s", role, object)
		}
	}
	for action, resource := range map[string]string{"kms:Decrypt": "arn:aws:kms:us-west-2:111111111111:key/1", "s3:GetObject": "arn:aws:s3:::" + bucket + "/" + key} {
		require.True(t, iamcheck.Allows(boundaryStatements(t, template), iamcheck.Request{Action: action, Resource: resource, Keys: keys}), action)
	}

	require.ElementsMatch(t, []string{"dev/wine-dev-training", "staging/wine-staging-training", "prod/wine-prod-training"}, names(published))
	var definition struct {
		Parameters []struct{ Name, DefaultValue any }
	}
	require.NoError(t, json.Unmarshal([]byte(published["prod/wine-prod-training"]), &definition))
	var late []string
	for _, each := range definition.Parameters {
		if each.DefaultValue == nil {
			late = append(late, each.Name.(string))
		}
	}
	require.Equal(t, []string{"prepared_key", "models_key", "subnet_1", "subnet_2", "subnet_3", "security_group_1"}, late)
	for name, text := range published {
		require.NotContains(t, text, "${", "%s cannot be written before there is anything", name)
	}
	schedule := template.Where("aws_scheduler_schedule", "name", "wine-prod-training")
	parameters, err := json.Marshal(schedule["target"].(map[string]any)["sagemaker_pipeline_parameters"])
	require.NoError(t, err)
	for _, name := range late {
		require.Contains(t, string(parameters), `"`+name+`"`)
	}
	require.Contains(t, string(parameters), `"${aws_kms_key.data_`)
	require.Contains(t, string(made["prod"]), `"training_pipeline_parameters"`)
}

// definitionByCommit is an environment whose pipeline is read from the bucket by commit.
func definitionByCommit(t *testing.T) map[string]string {
	t.Helper()
	return changed(t, "dev", "  approval: automatic\n\n", "  approval: automatic\n  definition: { commit: "+commit+" }\n\n")
}

// TestLongestNames: the longest names that the configuration allows make names that AWS takes, and jobs of two
// environments do not begin alike.
func TestLongestNames(t *testing.T) {
	platform := load(t, configurations[0], map[string]string{
		"platform.yaml":             "project: abcdefghijklmnopqrs\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"111111111111\" }\n",
		"environments/staging.yaml": "", "environments/prod.yaml": "", "environments/dev.yaml": "",
		"environments/abcdefghijkl.yaml": long("222222222222", "a"), "environments/abcdefghijkm.yaml": long("333333333333", "b"),
	})
	begins := map[string]bool{}
	for name, text := range synthesise(t, platform, stacks.Options{}) {
		if !strings.HasPrefix(name, "abcdefghijk") {
			continue
		}
		template := synthtest.Parse(t, string(text))
		for resourceType, limit := range map[string]int{"aws_iam_role": 64, "aws_cloudwatch_event_rule": 64, "aws_scheduler_schedule": 64, "aws_sfn_state_machine": 80, "aws_sqs_queue": 80} {
			for address, resource := range template.Resources(resourceType) {
				require.LessOrEqual(t, len(resource["name"].(string)), limit, "%s %s", resourceType, address)
			}
		}
		if strings.HasSuffix(name, "-access") {
			continue
		}
		text, _ := machine(t, template, "abcdefghijklmnopqrs-"+name+"-learning")
		begin := regexp.MustCompile(`"run":"\{% \\"([a-z0-9-]+)-\\"`).FindStringSubmatch(text)[1]
		require.Len(t, begin, 30)
		begins[begin] = true
	}
	require.Len(t, begins, 2)
}

// long is an environment with all that learns and serves.
func long(account, branch string) string {
	return `account: "` + account + `"
promotion: { branches: [` + branch + `] }
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, schedule: { expression: rate(7 days) } }
automation:
  image: { tag: a }
  tuning: { image: "` + xgboost + `", objective: { metric: m }, integers: { a: { min: 1, max: 2 } } }
  register: { threshold: 1 }
  schedule: { expression: rate(7 days) }
  newData: {}
endpoint: { dashboard: true, autoscaling: { max: 2, invocationsPerInstance: 10 } }
`
}
