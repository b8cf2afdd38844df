package eventpattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/eventpattern"
)

// The events have the shape that AWS documents for each.
func objectCreated(bucket, key string) string {
	return fmt.Sprintf(`{"version":"0","detail-type":"Object Created","source":"aws.s3","account":"222222222222","region":"us-west-2",
		"resources":["arn:aws:s3:::%s"],"detail":{"version":"0","bucket":{"name":%q},"object":{"key":%q,"size":5,"version-id":"v1"},"reason":"PutObject"}}`, bucket, bucket, key)
}

func modelPackage(group, status, updated string) string {
	return fmt.Sprintf(`{"detail-type":"SageMaker Model Package State Change","source":"aws.sagemaker",
		"resources":["arn:aws:sagemaker:us-west-2:222222222222:model-package/%s/2"],
		"detail":{"ModelPackageGroupName":%q,"ModelPackageVersion":2,"ModelApprovalStatus":%q%s}}`, group, group, status, updated)
}

func execution(pipeline, status string) string {
	return fmt.Sprintf(`{"detail-type":"SageMaker Model Building Pipeline Execution Status Change","source":"aws.sagemaker",
		"detail":{"pipelineArn":"arn:aws:sagemaker:us-west-2:222222222222:pipeline/%s","previousPipelineExecutionStatus":"Executing","currentPipelineExecutionStatus":%q}}`, pipeline, status)
}

func alarm(name, state string) string {
	return fmt.Sprintf(`{"detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch",
		"detail":{"alarmName":%q,"previousState":{"value":"OK"},"state":{"value":%q,"reason":"Threshold Crossed"}}}`, name, state)
}

func TestEventsFit(t *testing.T) {
	csv := eventpattern.ObjectCreated{Bucket: "wine-dev-data", Prefixes: []string{"raw/", "odd*name/"}, Suffixes: []string{".csv", "_SUCCESS"}}
	approved := eventpattern.ModelPackageChange{Group: "wine", Statuses: []eventpattern.ApprovalStatus{eventpattern.Approved}}
	anyUpdate := approved
	anyUpdate.AnyUpdate = true
	failed := eventpattern.PipelineExecutionChange{
		PipelineARNs: []string{"arn:aws:sagemaker:us-west-2:222222222222:pipeline/wine"}, Statuses: []eventpattern.ExecutionStatus{eventpattern.Failed, eventpattern.Stopped},
	}
	drift := eventpattern.AlarmChange{Alarms: []string{"wine-quality"}, NamePrefixes: []string{"wine-drift-"}}
	tests := []struct {
		event  eventpattern.Event
		sample string
		want   bool
	}{
		{csv, objectCreated("wine-dev-data", "raw/2026/a.csv"), true},
		{csv, objectCreated("wine-dev-data", "raw/_SUCCESS"), true},
		{csv, objectCreated("wine-dev-data", "odd*name/a.csv"), true},
		{csv, objectCreated("wine-dev-data", "oddname/a.csv"), false},
		{csv, objectCreated("wine-dev-data", "raw/a.csv.tmp"), false},
		{csv, objectCreated("wine-dev-data", "models/a.csv"), false},
		{csv, objectCreated("wine-prod-data", "raw/a.csv"), false},
		{csv, approvedSample, false},
		{eventpattern.ObjectCreated{Bucket: "b-1"}, objectCreated("b-1", "anything"), true},
		{eventpattern.ObjectCreated{Bucket: "b-1", Prefixes: []string{"raw/"}}, objectCreated("b-1", "raw/x"), true},
		{eventpattern.ObjectCreated{Bucket: "b-1", Prefixes: []string{"raw/"}}, objectCreated("b-1", "raw-old/x"), false},
		{eventpattern.ObjectCreated{Bucket: "b-1", Suffixes: []string{".csv"}}, objectCreated("b-1", "x.csv"), true},
		{eventpattern.ObjectCreated{Bucket: "b-1", Reasons: []string{"CopyObject"}}, objectCreated("b-1", "x.csv"), false},
		{eventpattern.ObjectCreated{Bucket: "b-1", Reasons: []string{"CopyObject", "PutObject"}}, objectCreated("b-1", "x.csv"), true},

		{approved, approvedSample, true},
		{approved, modelPackage("wine", "Approved", ""), true},
		{approved, modelPackage("wine", "Approved", `,"UpdatedModelPackageFields":["CustomerMetadataProperties"]`), false},
		{anyUpdate, modelPackage("wine", "Approved", `,"UpdatedModelPackageFields":["CustomerMetadataProperties"]`), true},
		{approved, modelPackage("wine", "Rejected", `,"UpdatedModelPackageFields":["ModelApprovalStatus"]`), false},
		{approved, modelPackage("wine-2", "Approved", ""), false},

		{failed, execution("wine", "Failed"), true},
		{failed, execution("wine", "Stopped"), true},
		{failed, execution("wine", "Succeeded"), false},
		{failed, execution("beer", "Failed"), false},

		{drift, alarm("wine-quality", "ALARM"), true},
		{drift, alarm("wine-drift-alcohol", "ALARM"), true},
		{drift, alarm("wine-drift-alcohol", "OK"), false},
		{drift, alarm("wine-latency", "ALARM"), false},
		{eventpattern.AlarmChange{Alarms: []string{"a"}, States: []eventpattern.AlarmState{eventpattern.OK}}, alarm("a", "OK"), true},
	}
	for i, test := range tests {
		require.NoError(t, test.event.Validate())
		got, err := test.event.Pattern().Matches([]byte(test.sample))
		require.NoError(t, err)
		require.Equal(t, test.want, got, "case %d: %s", i, test.sample)
	}
}

var approvedSample = modelPackage("wine", "Approved", `,"UpdatedModelPackageFields":["ModelLifeCycle","ModelApprovalStatus"]`)

func TestOwnPattern(t *testing.T) {
	fits := func(value eventpattern.Value, sample string) bool {
		pattern := eventpattern.Pattern{Sources: []string{"acme.labels"}, Fields: []eventpattern.Field{{Path: "detail.kind", Values: []eventpattern.Value{value}}}}
		require.NoError(t, pattern.Validate())
		got, err := pattern.Matches([]byte(`{"source":"acme.labels","detail":{` + sample + `}}`))
		require.NoError(t, err)
		return got
	}
	require.True(t, fits(eventpattern.EqualsIgnoreCase("Batch"), `"kind":"BATCH"`))
	require.True(t, fits(eventpattern.AnythingBut("test", "dry-run"), `"kind":"batch"`))
	require.False(t, fits(eventpattern.AnythingBut("test", "dry-run"), `"kind":"test"`))
	require.False(t, fits(eventpattern.AnythingBut("test"), ``))
	require.True(t, fits(eventpattern.Present(), `"kind":1`))
	require.False(t, fits(eventpattern.Present(), `"other":1`))
	require.True(t, fits(eventpattern.Absent(), `"other":1`))
	require.True(t, fits(eventpattern.Wildcard(`a*c\*`), `"kind":"abbc*"`))
	require.False(t, fits(eventpattern.Wildcard(`a*c\*`), `"kind":"abbcd"`))
	require.True(t, fits(eventpattern.Equals("a"), `"kind":["b","a"]`))
	require.False(t, fits(eventpattern.Equals("1"), `"kind":1`), "a number is no text")

	_, err := eventpattern.Pattern{}.Matches([]byte(`[]`))
	require.ErrorContains(t, err, "the event is no JSON object: ")
}

func TestJSON(t *testing.T) {
	text, err := eventpattern.Pattern{
		Sources: []string{"acme.labels"},
		Fields: []eventpattern.Field{
			{Path: "account", Values: eventpattern.Each("222222222222")},
			{Path: "detail.job.name", Values: []eventpattern.Value{eventpattern.Prefix("a&b"), eventpattern.Suffix("z"), eventpattern.Wildcard("m*n"), eventpattern.EqualsIgnoreCase("q")}},
			{Path: "detail.job.state", Values: []eventpattern.Value{eventpattern.AnythingBut("x", "y"), eventpattern.Absent(), eventpattern.Equals("${aws_s3_bucket.b.id}")}},
			{Path: "detail.id", Values: []eventpattern.Value{eventpattern.Present()}},
		},
	}.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"source":["acme.labels"],"account":["222222222222"],"detail":{"job":{`+
		`"name":[{"prefix":"a&b"},{"suffix":"z"},{"wildcard":"m*n"},{"equals-ignore-case":"q"}],`+
		`"state":[{"anything-but":["x","y"]},{"exists":false},"${aws_s3_bucket.b.id}"]},"id":[{"exists":true}]}}`, text)
}

func TestProblems(t *testing.T) {
	tests := map[string]struct {
		event eventpattern.Event
		want  string
	}{
		"bucket": {eventpattern.ObjectCreated{Bucket: "Wine", Prefixes: []string{"/raw"}, Suffixes: []string{""}, Reasons: []string{"Put"}},
			`bucket: "Wine" is no name of a bucket; use 3 to 63 lower-case letters, digits and hyphens
prefixes[0]: "/raw" is no beginning of a key; write it like "raw/", without a slash at the front
suffixes[0]: is empty; write it like ".csv"
reasons[0]: "Put" is unknown; use one of PutObject, POST Object, CopyObject, CompleteMultipartUpload`},
		"double star": {eventpattern.Pattern{Sources: []string{"a"}, Fields: []eventpattern.Field{{Path: "detail.a", Values: []eventpattern.Value{eventpattern.Wildcard("a**")}}}},
			`fields[0].values[0]: "a**" has two wildcards in a row, which AWS refuses; write one`},
		"package": {eventpattern.ModelPackageChange{Group: "wine_models", Statuses: []eventpattern.ApprovalStatus{"approved"}},
			`group: "wine_models" is no name of a model package group; use 1 to 63 letters, digits and hyphens between them
statuses[0]: "approved" is unknown; use one of Approved, Rejected, PendingManualApproval`},
		"package without status": {eventpattern.ModelPackageChange{Group: "wine"}, `statuses: are missing; name at least one of Approved, Rejected, PendingManualApproval`},
		"execution": {eventpattern.PipelineExecutionChange{}, `pipelineARNs: are missing; name at least one pipeline
statuses: are missing; name at least one of Executing, Succeeded, Failed, Stopping, Stopped`},
		"execution of what": {eventpattern.PipelineExecutionChange{PipelineARNs: []string{"wine"}, Statuses: []eventpattern.ExecutionStatus{eventpattern.Failed}},
			`pipelineARNs[0]: "wine" is no ARN of a SageMaker pipeline; write it like arn:aws:sagemaker:us-west-2:123456789012:pipeline/name`},
		"alarm":       {eventpattern.AlarmChange{States: []eventpattern.AlarmState{"RED"}}, "alarms: are missing; name at least one alarm, or a prefix of names\n" + `states[0]: "RED" is unknown; use one of ALARM, OK, INSUFFICIENT_DATA`},
		"empty alarm": {eventpattern.AlarmChange{Alarms: []string{""}, NamePrefixes: []string{""}}, "alarms[0]: is empty; give the text\nnamePrefixes[0]: is empty; give the text"},
		"own": {eventpattern.Pattern{DetailTypes: []string{""}, Fields: []eventpattern.Field{
			{Path: "bucket"}, {Path: "detail.a", Values: eventpattern.Each("")}, {Path: "detail.a", Values: eventpattern.Each("b")},
			{Path: "detail.a.b", Values: []eventpattern.Value{eventpattern.AnythingBut()}},
		}}, `sources: are missing, so that events of anyone would fit; name at least one, such as "aws.s3"
detailTypes[0]: is empty; give the text
fields[0].path: "bucket" is no field of an event; use account, region, resources or a path in the detail, such as detail.bucket.name
fields[0].values: are missing; give at least one
fields[1].values[0]: is empty; give the text
fields[2].path: "detail.a" is given twice; list all its values in one field
fields[3].path: "detail.a.b" and "detail.a" are one inside the other, and a field is either a value or has fields; keep one
fields[3].values[0]: excludes nothing; name what the field must not be`},
		"too long": {eventpattern.ObjectCreated{Bucket: "wine-dev-data", Prefixes: []string{strings.Repeat("a", 4096)}},
			"fields: make a pattern of 4230 characters, 4096 are allowed; use prefixes or wildcards, or several rules"},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) { require.EqualError(t, test.event.Validate(), test.want) })
	}
	_, err := eventpattern.Pattern{}.JSON()
	require.Error(t, err)
}

func ExampleObjectCreated() {
	event := eventpattern.ObjectCreated{Bucket: "wine-dev-data", Prefixes: []string{"raw/"}, Suffixes: []string{".csv"}}
	text, err := event.Pattern().JSON()
	fmt.Println(text, err)
	// Output:
	// {"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["wine-dev-data"]},"object":{"key":[{"wildcard":"raw/*.csv"}]}}} <nil>
}
