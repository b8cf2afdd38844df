package function_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/function"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/eventpattern"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	queueARN = "arn:aws:sqs:us-west-2:222222222222:wine-dev-work"
	failed   = "arn:aws:sqs:us-west-2:222222222222:wine-dev-failed"
	topicARN = "arn:aws:sns:us-west-2:222222222222:wine-dev-news"
	hash     = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
)

var image = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/answer@sha256:" + strings.Repeat("0123456789abcdef", 4)

func plain() function.Props {
	return function.Props{Name: "wine-dev-answer", Image: &function.Image{URI: image}}
}

func build(t *testing.T, props function.Props, more ...func(*function.Function) error) (*function.Function, synthtest.Template) {
	t.Helper()
	stack := synthtest.Stack(t)
	made, err := function.New(stack, "answer", props)
	require.NoError(t, err)
	for _, each := range more {
		require.NoError(t, each(made))
	}
	return made, synthtest.Synth(t, stack)
}

// The role of a plain function writes its own log and its own queue, and nothing else.
func TestFunction(t *testing.T) {
	_, template := build(t, plain())
	template.Golden("function")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	role := template.Statements(template.One("aws_iam_role_policy")["policy"])
	require.Len(t, role, 2)
	require.Equal(t, []string{"arn:aws:logs:us-west-2:222222222222:log-group:/aws/lambda/wine-dev-answer:log-stream:*"}, role[0].Resources)
	require.Equal(t, []string{"arn:aws:sqs:us-west-2:222222222222:wine-dev-answer-failures"}, role[1].Resources)
}

func everything() function.Props {
	ten, none := 10, 0
	return function.Props{
		Name: "wine-dev-lookup", Description: "Looks features up", Tags: map[string]string{"Team": "ml"},
		Zip: &function.Zip{
			Object:  &function.Object{Bucket: "wine-dev-code", Key: "lookup.zip", Version: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"},
			Handler: "app.handler", Runtime: "python3.13", LayerARNs: []string{"arn:aws:lambda:us-west-2:222222222222:layer:numpy:4"},
		},
		Architecture: function.ARM64, MemoryMB: 1024, DiskMB: 2048, Timeout: 90 * time.Second, ReservedConcurrency: &ten,
		Environment: map[string]string{"TABLE": "wine-dev-features"}, KeyARN: keyARN, Tracing: true,
		Network:   &function.Network{VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, Destinations: []string{"10.0.0.0/8"}},
		Failures:  &function.Destination{Type: function.Queue, ARN: failed, KeyARN: keyARN},
		Successes: &function.Destination{Type: function.Bus, ARN: "arn:aws:events:us-west-2:222222222222:event-bus/wine-dev"},
		Retries:   &none, MaxAge: time.Hour, LogRetentionDays: 365, LogKeyARN: keyARN,
		Alarms:     function.Alarms{Errors: 5, TopicARNs: []string{topicARN}},
		Statements: []policy.Statement{{Actions: []string{"dynamodb:GetItem"}, Resources: []string{"arn:aws:dynamodb:us-west-2:222222222222:table/wine-dev-features"}}},
		RoleName:   "wine-dev-lookup", PermissionsBoundary: "arn:aws:iam::222222222222:policy/boundary",
	}
}

func sources(f *function.Function) error {
	two := 2
	if err := f.FromQueue("work", function.QueueSource{ARN: queueARN, KeyARN: keyARN, BatchSize: 100, Window: 5 * time.Second, MaxConcurrency: 5}); err != nil {
		return err
	}
	if err := f.FromStream("clicks", function.StreamSource{Type: function.Kinesis, ARN: "arn:aws:kinesis:us-west-2:222222222222:stream/clicks", Newest: true, Parallel: 4, Retries: &two, FailuresARN: failed}); err != nil {
		return err
	}
	if err := f.FromStream("changes", function.StreamSource{Type: function.DynamoDB, ARN: "arn:aws:dynamodb:us-west-2:222222222222:table/wine/stream/2026-01-01T00:00:00.000", KeyARN: keyARN, FailuresARN: failed}); err != nil {
		return err
	}
	if err := f.OnEvent("approved", function.Rule{Name: "wine-dev-lookup-approved", Event: eventpattern.ModelPackageChange{Group: "wine-dev", Statuses: []eventpattern.ApprovalStatus{eventpattern.Approved}}}); err != nil {
		return err
	}
	return f.Allow("api", "apigateway.amazonaws.com", "arn:aws:execute-api:us-west-2:222222222222:a1b2c3d4e5/*/POST/lookup")
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything(), sources, func(f *function.Function) error {
		role, err := iam.FromARN(f.Construct(), "caller", "arn:aws:iam::222222222222:role/caller")
		if err != nil {
			return err
		}
		return f.GrantInvoke(role)
	})
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
	require.Equal(t, "/aws/lambda/wine-dev-lookup", made.LogGroupName())
	require.Equal(t, failed, made.FailuresARN())
	for address, permission := range template.Resources("aws_lambda_permission") {
		require.NotEmpty(t, permission["source_arn"], address)
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "code.zip")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	sum, err := function.FileHash(path)
	require.NoError(t, err)
	require.Equal(t, hash, sum)
	_, err = function.FileHash(path + "x")
	require.ErrorContains(t, err, "hash of the archive: ")
	props := plain()
	props.Image, props.Zip = nil, &function.Zip{File: "code.zip", Hash: sum, Handler: "app.handler", Runtime: "python3.13"}
	_, template := build(t, props)
	require.Equal(t, sum, template.One("aws_lambda_function")["source_code_hash"])
}

// Who may change a bucket's name cannot call the function from another account.
func TestBucketsAreOfTheAccount(t *testing.T) {
	_, template := build(t, plain(), func(f *function.Function) error {
		return f.Allow("data", "s3.amazonaws.com", "arn:aws:s3:::wine-dev-data")
	})
	require.Equal(t, synthtest.Account, template.One("aws_lambda_permission")["source_account"])
}

func TestProblems(t *testing.T) {
	number := func(n int) *int { return &n }
	for name, test := range map[string]struct {
		change func(*function.Props)
		want   string
	}{
		"name":        {func(p *function.Props) { p.Name = "a b" }, `name: "a b" is no name of a function; use 1 to 64 letters, digits, hyphens and underscores`},
		"description": {func(p *function.Props) { p.Description = strings.Repeat("x", 257) }, "description: has 257 characters, 256 are allowed; shorten it"},
		"no code":     {func(p *function.Props) { p.Image = nil }, "image: and zip are both missing; give the code"},
		"two codes": {func(p *function.Props) {
			p.Zip = &function.Zip{File: "a.zip", Hash: hash, Handler: "a.b", Runtime: "python3.13"}
		}, "zip: does not go with image; drop one of them"},
		"latest":    {func(p *function.Props) { p.Image.URI = "111111111111.dkr.ecr.us-west-2.amazonaws.com/a:latest" }, `image.uri: "111111111111.dkr.ecr.us-west-2.amazonaws.com/a:latest" is another image whenever somebody pushes; write registry/name@sha256: and 64 digits`},
		"elsewhere": {func(p *function.Props) { p.Image = &function.Image{URI: "docker.io/a/b:1", ImmutableTag: true} }, `image.uri: "docker.io/a/b:1" is not in ECR, from which alone Lambda pulls; copy it into a repository`},
		"image of another region": {func(p *function.Props) {
			p.Image.URI = strings.Replace(p.Image.URI, "us-west-2", "us-east-1", 1)
		}, `image.uri: "arn:aws:ecr:us-east-1:111111111111:repository/wine/answer" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"ended runtime": {func(p *function.Props) {
			p.Image, p.Zip = nil, &function.Zip{File: "a.zip", Hash: hash, Handler: "a.b", Runtime: "nodejs14.x", LayerARNs: []string{
				"arn:aws:lambda:us-west-2:222222222222:layer:numpy", "arn:aws:lambda:us-east-1:222222222222:layer:numpy:1", "arn:aws:lambda:us-west-2:222222222222:layer:numpy:1",
			}}
		}, `zip.runtime: "nodejs14.x" has no support by Lambda any more; use a newer one, such as python3.13
zip.layerARNs[0]: "arn:aws:lambda:us-west-2:222222222222:layer:numpy" is no ARN of a version of a layer; write it like arn:aws:lambda:us-west-2:123456789012:layer:name:1
zip.layerARNs[1]: "arn:aws:lambda:us-east-1:222222222222:layer:numpy:1" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"many variables": {func(p *function.Props) { p.Environment = map[string]string{"LONG": strings.Repeat("x", 4093)} },
			`environment: has 4097 bytes, and Lambda takes 4096; let the function read a file or a parameter`},
		"archive": {func(p *function.Props) {
			p.Image, p.Zip = nil, &function.Zip{Handler: "a b", Runtime: "cobol", LayerARNs: []string{"numpy"}}
		}, `zip.object: and file are both missing; say where the archive is
zip.hash: is missing, and a change of the code would not be seen; give the SHA-256 of the archive in base64, see FileHash
zip.handler: "a b" is no handler; write it like app.handler
zip.runtime: "cobol" is no runtime; write it like python3.13
zip.layerARNs[0]: "numpy" is no ARN of a version of a layer; write it like arn:aws:lambda:us-west-2:123456789012:layer:name:1`},
		"object": {func(p *function.Props) {
			p.Image, p.Zip = nil, &function.Zip{File: "a.zip", Object: &function.Object{Bucket: "A"}, Hash: "abc", Handler: "a.b", Runtime: "provided.al2023"}
		}, `zip.file: does not go with object; drop one of them
zip.hash: "abc" is no SHA-256 in base64; see FileHash
zip.object.bucket: "A" is no name of a bucket; use 3 to 63 lower-case letters, digits, hyphens and dots
zip.object.key: has 0 characters, 1 to 1,024 are allowed; name the object`},
		"sizes": {func(p *function.Props) {
			p.Architecture, p.MemoryMB, p.DiskMB, p.Timeout, p.ReservedConcurrency = "mips", 64, 20_000, 20*time.Minute, number(-1)
		}, `architecture: "mips" is unknown; use x86_64 or arm64
memoryMB: 64 is out of range; use 128 to 10240
diskMB: 20000 is out of range; use 512 to 10240
timeout: 20m0s is out of range; use 1s to 15m in whole seconds
reservedConcurrency: -1 is out of range; use 0 to 1000`},
		"variables": {func(p *function.Props) {
			p.Environment = map[string]string{"AWS_REGION": "x", "API_TOKEN": "hunter2"}
		}, `environment["API_TOKEN"]: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it
environment["AWS_REGION"]: is a name that Lambda keeps for itself or does not take; use another, of two or more letters, digits and underscores, beginning with a letter`},
		"network": {func(p *function.Props) {
			p.Network = &function.Network{VPCID: "vpc", Destinations: []string{"10.0.0.1/8"}}
		}, `network.vpcID: "vpc" is no id of a VPC; write it like vpc-0123456789abcdef0
network.subnetIDs: names 0 subnets, and a function needs one; name one in each zone
network.destinations[0]: "10.0.0.1/8" is no IPv4 range; write it like 10.0.0.0/16, beginning at its first address`},
		"calls": {func(p *function.Props) {
			p.Failures, p.Successes, p.Retries, p.MaxAge = &function.Destination{Type: "s3"}, &function.Destination{Type: function.Topic, ARN: queueARN}, number(3), time.Second
		}, `failures.type: "s3" is unknown; use sqs, sns, events or lambda
successes.arn: "arn:aws:sqs:us-west-2:222222222222:wine-dev-work" is no ARN of sns; write it like arn:aws:sns:us-west-2:123456789012:name
retries: 3 is out of range; use 0 to 2
maxAge: 1s is out of range; use 1m to 6h in whole seconds`},
		"logs": {func(p *function.Props) {
			p.LogRetentionDays, p.Alarms.Errors, p.Alarms.TopicARNs = 8, -1, []string{"news"}
		}, `logRetentionDays: 8 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653
alarms.errors: -1 is out of range; use 1 or more
alarms.topicARNs[0]: "news" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name`},
		"keys": {func(p *function.Props) { p.KeyARN, p.LogKeyARN = "alias/a", "alias/b" }, `keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
logKeyARN: "alias/b" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
	} {
		t.Run(name, func(t *testing.T) {
			props := plain()
			test.change(&props)
			_, err := function.New(synthtest.Stack(t), "answer", props)
			require.EqualError(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestSourceProblems(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := function.New(stack, "answer", plain())
	require.NoError(t, err)
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"queue": {made.FromQueue("A", function.QueueSource{ARN: topicARN, BatchSize: 20_000, Window: time.Hour, MaxConcurrency: 1}), `id: "A" is no id; use 1 to 30 lower-case letters, digits and hyphens
arn: "arn:aws:sns:us-west-2:222222222222:wine-dev-news" is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name
batchSize: 20000 is out of range; use 1 to 10000
window: 1h0m0s is out of range; use 0 to 5m in whole seconds
maxConcurrency: 1 is out of range; use 2 to 1000`},
		"window":    {made.FromQueue("a", function.QueueSource{ARN: queueARN, BatchSize: 11}), "window: is missing, and Lambda wants a second or more where batches have more than 10 messages; give it, or a batchSize of 10"},
		"stream":    {made.FromStream("a", function.StreamSource{Type: function.Kinesis, ARN: queueARN, Parallel: 11, FailuresARN: topicARN}), "arn: \"arn:aws:sqs:us-west-2:222222222222:wine-dev-work\" is no ARN of a Kinesis stream; write it like arn:aws:kinesis:us-west-2:123456789012:stream/name\nparallel: 11 is out of range; use 1 to 10\nfailuresARN: \"arn:aws:sns:us-west-2:222222222222:wine-dev-news\" is no ARN of an SQS queue; write it like arn:aws:sqs:us-west-2:123456789012:name"},
		"no type":   {made.FromStream("a", function.StreamSource{ARN: queueARN, FailuresARN: failed}), `type: "" is unknown; use kinesis or dynamodb`},
		"rule":      {made.OnEvent("a", function.Rule{Name: "a b"}), "name: \"a b\" is no name of a rule; use 1 to 64 letters, digits and _ . -\nevent: is missing; say what must happen"},
		"no source": {made.Allow("a", "events", "*"), "service: \"events\" is no service; write it like events.amazonaws.com\nsourceARN: \"*\" is no ARN, and without one the service could call for anybody; write that of what calls"},
	} {
		t.Run(name, func(t *testing.T) { require.EqualError(t, test.err, test.want) })
	}
}

// The queue of a rule has the function's name and the id in its own, and SQS takes less than both may have.
func TestNameOfTheQueueOfARule(t *testing.T) {
	props := plain()
	props.Name = strings.Repeat("f", 60)
	made, err := function.New(synthtest.Stack(t), "answer", props)
	require.NoError(t, err)
	rule := function.Rule{Name: "approved", Event: eventpattern.ModelPackageChange{Group: "wine-dev", Statuses: []eventpattern.ApprovalStatus{eventpattern.Approved}}}
	require.EqualError(t, made.OnEvent(strings.Repeat("i", 20), rule),
		`id: the queue for what fails would be called "`+strings.Repeat("f", 60)+"-"+strings.Repeat("i", 20)+`", with 81 characters, and SQS takes 80; shorten the id or the function's name`)
	require.NoError(t, made.OnEvent(strings.Repeat("i", 19), rule))
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := function.New(stack, "answer", function.Props{
			Name:  "wine-dev-answer",
			Image: &function.Image{URI: "111111111111.dkr.ecr.us-west-2.amazonaws.com/answer:1.4.0", ImmutableTag: true},
		})
		if err != nil {
			return err
		}
		return made.FromQueue("work", function.QueueSource{ARN: "arn:aws:sqs:us-west-2:222222222222:wine-dev-work"})
	})
	// Output:
	// aws_cloudwatch_log_group 1
	// aws_cloudwatch_metric_alarm 3
	// aws_iam_role 1
	// aws_iam_role_policy 2
	// aws_lambda_event_source_mapping 1
	// aws_lambda_function 1
	// aws_lambda_function_event_invoke_config 1
	// aws_sqs_queue 1
	// aws_sqs_queue_policy 1
}
