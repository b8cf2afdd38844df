package asl

import (
	"reflect"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

func (p *importer) task(o *jsonObject, c common) State {
	s := Task{Name: c.name, Comment: c.comment, QueryLanguage: c.language, Retry: c.retry, Catch: c.catch, Output: c.output, InputPath: c.inputPath,
		ResultSelector: c.resultSelector, ResultPath: c.resultPath, OutputPath: c.outputPath, Assign: c.assign, Next: c.next, End: c.end}
	n, from := p.positive(o, c.path, "TimeoutSeconds")
	s.Timeout, s.TimeoutFrom = seconds(n), from
	n, from = p.positive(o, c.path, "HeartbeatSeconds")
	s.Heartbeat, s.HeartbeatFrom = seconds(n), from
	if credentials := p.object(o, c.path, "Credentials"); credentials != nil {
		role := p.either(credentials, c.path+".Credentials", "RoleArn")
		if role.literal() {
			s.RoleARN = string(role)
		} else {
			s.RoleARNFrom, s.PermissionsElsewhere = role, true
		}
		p.done(credentials, c.path+".Credentials", "credentials")
	}
	resource := p.text(o, c.path, "Resource")
	if resource == "" {
		p.addf(c.path+".Resource", "is missing; name what the task calls")
		return s
	}
	payload := p.value(o, c.path, p.parameters())
	s.Call, s.Pattern = p.call(c.path, resource, payload)
	return s
}

// call is what the resource of a task names.
func (p *importer) call(path, resource string, payload Value) (Action, Pattern) {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		if strings.HasPrefix(resource, "${") { // a reference of Terraform, which older machines have for functions
			return LambdaFunction{FunctionARN: resource, Payload: payload}, ""
		}
		p.addf(path+".Resource", "%q is no ARN", resource)
		return nil, ""
	}
	switch {
	case parts[2] == "lambda":
		return LambdaFunction{FunctionARN: resource, Payload: payload}, ""
	case parts[2] == "states" && strings.HasPrefix(parts[5], "activity:"):
		return Activity{ARN: resource, Payload: payload}, ""
	case parts[2] != "states" || parts[3] != "" || parts[4] != "":
		p.addf(path+".Resource", "%q is no integration, function or activity", resource)
		return nil, ""
	}
	name, pattern := parts[5], Pattern("")
	for suffix, each := range map[string]Pattern{".sync": Sync, ".waitForTaskToken": WaitForToken} {
		if rest, ours := strings.CutSuffix(name, suffix); ours {
			name, pattern = rest, each
		}
	}
	suffix := ""
	if rest, ours := strings.CutSuffix(name, ".sync:2"); ours {
		name, pattern, suffix = rest, Sync, ".sync:2"
	}
	arguments, isObject := payload.(Object)
	if payload != nil && !isObject {
		p.addf(path+"."+p.parameters(), "is no object, which the call %s takes; write its arguments one by one", name)
	}
	if suffix != "" && synchronous[name] != nil && !slices.Contains(synchronous[name], suffix) {
		p.addf(path+".Resource", "%q is no suffix of %s; use %s", suffix, name, problem.Choices(synchronous[name]))
	}
	if typed := p.typed(name, pattern, suffix, arguments); typed != nil {
		return typed, pattern
	}
	if rest, ours := strings.CutPrefix(name, "aws-sdk:"); ours {
		service, action, _ := strings.Cut(rest, ":")
		return SDKCall{Service: service, Action: action, Arguments: arguments, PermissionsElsewhere: true}, pattern
	}
	call := Integration{Resource: name, Arguments: arguments, PermissionsElsewhere: true, SyncSuffix: suffix}
	if pattern != "" {
		call.Patterns = []Pattern{pattern}
	}
	return call, pattern
}

// typed is the call as a type of this package, if the type writes exactly these arguments, and this suffix of the pattern Sync, which is empty
// for .sync.
func (p *importer) typed(name string, pattern Pattern, suffix string, arguments Object) Action {
	text := func(key string) Text { t, _ := arguments[key].(Text); return t }
	known := func(key string) string {
		if t := text(key); t.literal() {
			return string(t)
		}
		return ""
	}
	var call Action
	switch name {
	case "lambda:invoke":
		call = LambdaInvoke{FunctionARN: known("FunctionName"), Payload: arguments["Payload"], Event: known("InvocationType") == "Event"}
	case "sns:publish":
		call = SNSPublish{TopicARN: known("TopicArn"), Message: arguments["Message"], Subject: text("Subject"), GroupID: text("MessageGroupId"), DeduplicationID: text("MessageDeduplicationId")}
	case "states:startExecution":
		call = StartExecution{StateMachineARN: known("StateMachineArn"), Input: arguments["Input"], Name: text("Name")}
	case "glue:startJobRun":
		call = GlueStartJobRun{JobName: known("JobName"), Arguments: texts(arguments["Arguments"])}
	case "aws-sdk:s3:getObject":
		call = S3GetObject{Bucket: known("Bucket"), Key: text("Key")}
	case "aws-sdk:s3:headObject":
		call = S3HeadObject{Bucket: known("Bucket"), Key: text("Key")}
	case "aws-sdk:s3:putObject":
		call = S3PutObject{Bucket: known("Bucket"), Key: text("Key"), Body: arguments["Body"], ContentType: known("ContentType")}
	case "aws-sdk:s3:deleteObject":
		call = S3DeleteObject{Bucket: known("Bucket"), Key: text("Key")}
	case "aws-sdk:s3:listObjectsV2":
		maxKeys, _ := arguments["MaxKeys"].(Int)
		call = S3ListObjects{Bucket: known("Bucket"), Prefix: text("Prefix"), MaxKeys: int(maxKeys)}
	case "aws-sdk:sagemaker:describeEndpoint":
		call = SageMakerDescribeEndpoint{Name: text("EndpointName")}
	case "aws-sdk:sagemaker:describeTrainingJob":
		call = SageMakerDescribeTrainingJob{Name: text("TrainingJobName")}
	case "sqs:sendMessage":
		call = SQSSendMessage{QueueURL: known("QueueUrl"), QueueARN: queueARN(known("QueueUrl")), Message: arguments["MessageBody"], GroupID: text("MessageGroupId"), DeduplicationID: text("MessageDeduplicationId")}
	default:
		if read := calls[name]; read != nil {
			call = read(arguments)
		}
	}
	if call == nil || len(arguments) == 0 {
		return nil
	}
	called := call.integration(p.trial(), pattern)
	extra, fits := beside(arguments, called.arguments)
	if !fits || pattern == Sync && called.syncSuffix != suffix {
		return nil
	}
	if len(extra) > 0 {
		with := reflect.New(reflect.TypeOf(call)).Elem()
		with.Set(reflect.ValueOf(call))
		field := with.FieldByName("Extra")
		if !field.IsValid() || grants(extra) {
			return nil
		}
		field.Set(reflect.ValueOf(extra))
		call = with.Interface().(Action)
	}
	r := p.trial()
	called = call.integration(r, pattern)
	var theirs, ours object
	r.payload(&theirs, "", "x", arguments)
	r.payload(&ours, "", "x", called.arguments.merge(called.extra))
	if r.problems.Err() != nil || !reflect.DeepEqual(plain(theirs[0].value), plain(ours[0].value)) {
		return nil
	}
	return call
}

// trial renders a call alone.
func (p *importer) trial() *renderer {
	return &renderer{problems: &problem.List{}, language: p.language, machineLanguage: p.machine, partition: "aws", workflow: Standard, state: "x"}
}

// beside is what of the arguments the call does not write. They do not fit if it writes more.
func beside(arguments Object, written []namedValue) (extra Object, fits bool) {
	for _, each := range written {
		if _, both := arguments[each.name]; !both {
			return nil, false
		}
	}
	extra = Object{}
	for name, value := range arguments {
		at := slices.IndexFunc(written, func(each namedValue) bool { return each.name == name })
		if at < 0 {
			extra[name] = value
			continue
		}
		inner, isObject := value.(Object)
		below, isFields := namedValues(written[at].value)
		if !isObject || !isFields {
			continue
		}
		more, fits := beside(inner, below)
		if !fits {
			return nil, false
		}
		if len(more) > 0 {
			extra[name] = more
		}
	}
	return extra, true
}

// grants reports whether something among the values decides about permissions, so that it must stand in a field.
func grants(v Value) bool {
	named, _ := namedValues(v)
	for _, each := range named {
		for _, end := range []string{"RoleArn", "KmsKeyId", "ModelPackageName"} {
			if strings.HasSuffix(each.name, end) {
				return true
			}
		}
		if grants(each.value) {
			return true
		}
	}
	list, _ := v.(List)
	return slices.ContainsFunc(list, grants)
}

// plain is a rendered value without the order of its fields.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		out := map[string]any{}
		for _, each := range v {
			out[each.key] = plain(each.value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = plain(each)
		}
		return out
	}
	return v
}

func texts(v Value) map[string]Text {
	object, _ := v.(Object)
	out := map[string]Text{}
	for name, each := range object {
		out[name], _ = each.(Text)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
