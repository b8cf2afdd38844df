package function

import (
	"fmt"
	"time"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunctioneventinvokeconfig"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/internal/queue"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Function answers events.
type Function struct {
	construct tf.Construct
	id        string
	props     Props
	arn, name string
	group     string
	failures  string
	role      *iam.Role
}

// New makes a function.
func New(scope constructs.Construct, id string, props Props) (*Function, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Function, error) {
		made := &Function{construct: scope, id: id, props: props}
		if props.Failures == nil {
			failures, err := made.newQueue("failures")
			if err != nil {
				return nil, err
			}
			made.failures = failures
		} else {
			made.failures = props.Failures.ARN
		}
		var err error
		if props.RoleARN != "" {
			made.role, err = iam.FromARN(scope, "role", props.RoleARN)
		} else {
			made.role, err = iam.NewRole(scope, "role", props.role())
		}
		if err != nil {
			return nil, fmt.Errorf("role: %w", err)
		}
		logs := cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.Str("logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str(props.logGroup()), RetentionInDays: tf.Num(props.LogRetentionDays), KmsKeyId: tf.OptStr(props.LogKeyARN), Tags: tf.StrMap(props.Tags),
		})
		config := made.config()
		// Lambda makes a log group without an end where there is none, and tries the network when the function is made.
		config.DependsOn = tf.After(append(made.role.Policies(), logs)...)
		function := lambdafunction.NewLambdaFunction(scope, tf.Str("function"), config)
		made.arn, made.name = tf.Attr(function, "arn"), tf.Attr(function, "functionName")
		made.addDestinations()
		made.addAlarms()
		return made, nil
	})
}

func (p Props) logGroup() string { return "/aws/lambda/" + p.Name }

func (f *Function) config() *lambdafunction.LambdaFunctionConfig {
	p := f.props
	config := &lambdafunction.LambdaFunctionConfig{
		FunctionName: tf.Str(p.Name), Description: tf.OptStr(p.Description), Role: tf.Str(f.role.ARN()), Tags: tf.StrMap(p.Tags),
		Architectures: tf.Strs([]string{string(p.Architecture)}), MemorySize: tf.Num(p.MemoryMB), Timeout: tf.Num(int(p.Timeout / time.Second)),
		EphemeralStorage: &lambdafunction.LambdaFunctionEphemeralStorage{Size: tf.Num(p.DiskMB)}, KmsKeyArn: tf.OptStr(p.KeyARN),
	}
	if p.ReservedConcurrency != nil {
		config.ReservedConcurrentExecutions = tf.Num(*p.ReservedConcurrency)
	}
	if len(p.Environment) > 0 {
		config.Environment = &lambdafunction.LambdaFunctionEnvironment{Variables: tf.StrMap(p.Environment)}
	}
	if p.Tracing {
		config.TracingConfig = &lambdafunction.LambdaFunctionTracingConfig{Mode: tf.Str("Active")}
	}
	if i := p.Image; i != nil {
		config.PackageType, config.ImageUri = tf.Str("Image"), tf.Str(i.URI)
		if len(i.Command)+len(i.EntryPoint) > 0 {
			config.ImageConfig = &lambdafunction.LambdaFunctionImageConfig{}
			if len(i.Command) > 0 {
				config.ImageConfig.Command = tf.Strs(i.Command)
			}
			if len(i.EntryPoint) > 0 {
				config.ImageConfig.EntryPoint = tf.Strs(i.EntryPoint)
			}
		}
	}
	if z := p.Zip; z != nil {
		config.PackageType, config.Handler, config.Runtime, config.SourceCodeHash = tf.Str("Zip"), tf.Str(z.Handler), tf.Str(z.Runtime), tf.OptStr(z.Hash)
		if z.Object != nil {
			config.S3Bucket, config.S3Key, config.S3ObjectVersion = tf.Str(z.Object.Bucket), tf.Str(z.Object.Key), tf.OptStr(z.Object.Version)
		} else {
			config.Filename = tf.Str(z.File)
		}
		if len(z.LayerARNs) > 0 {
			config.Layers = tf.Strs(z.LayerARNs)
		}
	}
	if n := p.Network; n != nil {
		f.group = firewall.NewGroup(f.construct, p.Name, "Lambda function "+p.Name, n.VPCID, p.Tags)
		for _, cidr := range n.Destinations {
			firewall.Egress(f.construct, "egress-"+firewall.RangeID(cidr), f.group, firewall.Rule{Description: "TLS", CIDR: cidr, From: 443, To: 443, Name: p.Name, Tags: p.Tags})
		}
		config.VpcConfig = &lambdafunction.LambdaFunctionVpcConfig{SubnetIds: tf.Strs(n.SubnetIDs), SecurityGroupIds: tf.Strs([]string{f.group})}
	}
	return config
}

// maxQueueName is how many characters the name of a queue has at most.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
const maxQueueName = 80

// checkQueueName reports an id with which the queue would get too long a name.
func (f *Function) checkQueueName(id string) error {
	if name := f.props.Name + "-" + id; len(name) > maxQueueName {
		return fmt.Errorf("id: the queue for what fails would be called %q, with %d characters, and SQS takes %d; shorten the id or the function's name", name, len(name), maxQueueName)
	}
	return nil
}

// newQueue makes a queue for what failed, to which rules may send.
func (f *Function) newQueue(id string, rules ...string) (string, error) {
	name := f.props.Name + "-" + id
	literal := f.props.Scope.Regional("sqs", name)
	var senders []policy.Statement
	for _, rule := range rules {
		senders = append(senders, queue.FromRule(rule, literal))
	}
	made, err := queue.New(f.construct, id, literal, sqsqueue.SqsQueueConfig{
		Name: tf.Str(name), MessageRetentionSeconds: tf.Num(14 * 24 * 60 * 60), Tags: tf.StrMap(f.props.Tags),
	}, senders...)
	if err != nil {
		return "", err
	}
	f.watchQueue(id, name)
	return made, nil
}

func (f *Function) addDestinations() {
	p := f.props
	to := &lambdafunctioneventinvokeconfig.LambdaFunctionEventInvokeConfigDestinationConfig{
		OnFailure: &lambdafunctioneventinvokeconfig.LambdaFunctionEventInvokeConfigDestinationConfigOnFailure{Destination: tf.Str(f.failures)},
	}
	if p.Successes != nil {
		to.OnSuccess = &lambdafunctioneventinvokeconfig.LambdaFunctionEventInvokeConfigDestinationConfigOnSuccess{Destination: tf.Str(p.Successes.ARN)}
	}
	lambdafunctioneventinvokeconfig.NewLambdaFunctionEventInvokeConfig(f.construct, tf.Str("unanswered"), &lambdafunctioneventinvokeconfig.LambdaFunctionEventInvokeConfigConfig{
		FunctionName: tf.Str(f.name), MaximumRetryAttempts: tf.Num(*p.Retries), MaximumEventAgeInSeconds: tf.Num(int(p.MaxAge / time.Second)), DestinationConfig: to,
	})
}

func (f *Function) addAlarms() {
	p := f.props
	f.alarm("errors", "Errors", p.Alarms.Errors, fmt.Sprintf("The function %s failed %d times in five minutes; its log group %s says why", p.Name, p.Alarms.Errors, p.logGroup()))
	f.alarm("throttles", "Throttles", 1, "Calls of the function "+p.Name+" were refused, because too many ran at once")
}

func (f *Function) alarm(id, metric string, least int, description string) {
	f.newAlarm(id, "AWS/Lambda", metric, "Sum", map[string]string{"FunctionName": f.props.Name}, least, description)
}

// watchQueue tells that there is something in a queue of failures.
func (f *Function) watchQueue(id, name string) {
	f.newAlarm(id+"-alarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", map[string]string{"QueueName": name}, 1, "The function "+f.props.Name+" left events behind; the queue "+name+" has them")
}

func (f *Function) newAlarm(id, namespace, metric, statistic string, dimensions map[string]string, least int, description string) {
	a := f.props.Alarms
	if a.Disabled {
		return
	}
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(f.construct, tf.Str(id), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName: tf.Str(f.props.Name + "-" + id), AlarmDescription: tf.Str(description), AlarmActions: tf.Strs(a.TopicARNs), OkActions: tf.Strs(a.TopicARNs),
		Namespace: tf.Str(namespace), MetricName: tf.Str(metric), Dimensions: tf.StrMap(dimensions), Statistic: tf.Str(statistic), Period: tf.Num(300),
		EvaluationPeriods: tf.Num(1), ComparisonOperator: tf.Str("GreaterThanOrEqualToThreshold"), Threshold: tf.Num(least), TreatMissingData: tf.Str("notBreaching"),
		Tags: tf.StrMap(f.props.Tags),
	})
}

// Allow lets a service of AWS call the function for one source: service as apigateway.amazonaws.com, and the ARN of an API, a rule, a
// bucket, with * at its end where one part is open. The id, unique for the function, is part of addresses.
func (f *Function) Allow(id, service, sourceARN string) error {
	var problems problem.List
	checkID(&problems, id)
	if !servicePattern.MatchString(service) {
		problems.Addf("service", "%q is no service; write it like events.amazonaws.com", service)
	}
	if !token.Is(sourceARN) && !sourcePattern.MatchString(sourceARN) {
		problems.Addf("sourceARN", "%q is no ARN, and without one the service could call for anybody; write that of what calls", sourceARN)
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return tf.Guard(id, func() error {
		f.allow(id, service, sourceARN)
		return nil
	})
}

func (f *Function) allow(id, service, sourceARN string) {
	config := &lambdapermission.LambdaPermissionConfig{
		StatementId: tf.Str(id), Action: tf.Str("lambda:InvokeFunction"), FunctionName: tf.Str(f.name), Principal: tf.Str(service), SourceArn: tf.Str(sourceARN),
	}
	if service == "s3.amazonaws.com" {
		// The ARN of a bucket has no account, and its name can become somebody else's.
		config.SourceAccount = tf.Str(f.props.Scope.Account)
	}
	lambdapermission.NewLambdaPermission(f.construct, tf.Str("allow-"+id), config)
}

// GrantInvoke lets the grantee call the function. The policy's name is the construct's id and "invoke".
func (f *Function) GrantInvoke(grantee iam.Grantee) error {
	return iam.Grant(grantee, "function", f.id, "invoke", policy.Statement{Actions: []string{"lambda:InvokeFunction"}, Resources: []string{f.arn}})
}

// ARN of the function.
func (f *Function) ARN() string { return f.arn }

// Name of the function.
func (f *Function) Name() string { return f.name }

// Role of the function, for grants.
func (f *Function) Role() *iam.Role { return f.role }

// SecurityGroupID is empty outside of a VPC. Nobody gets in, and out at 443 only, until others add rules.
func (f *Function) SecurityGroupID() string { return f.group }

// FailuresARN is where events go that could not be processed.
func (f *Function) FailuresARN() string { return f.failures }

// LogGroupName of what the function writes.
func (f *Function) LogGroupName() string { return f.props.logGroup() }

// Construct holds the function's resources.
func (f *Function) Construct() constructs.Construct { return f.construct }
