package network

import (
	"sort"

	"github.com/mlplatform/mlplatform/internal/token"
)

// EndpointGroup names the endpoints that one use of AWS needs together.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
type EndpointGroup string

// The groups of endpoints. S3 and DynamoDB have gateway endpoints, which are free; the others have interface
// endpoints, which cost by the hour, per service and zone.
const (
	// S3 also holds the layers of ECR images, so ECR needs it.
	S3 EndpointGroup = "s3"
	// DynamoDB is the tables.
	DynamoDB EndpointGroup = "dynamodb"
	// ECR pulls and pushes images: ecr.api and ecr.dkr. It needs S3 too.
	ECR EndpointGroup = "ecr"
	// STS hands out credentials of roles.
	STS EndpointGroup = "sts"
	// Logs is CloudWatch Logs.
	Logs EndpointGroup = "logs"
	// Monitoring is CloudWatch metrics.
	Monitoring EndpointGroup = "monitoring"
	// SageMaker is its API and the invocation of its endpoints: sagemaker.api and sagemaker.runtime.
	SageMaker EndpointGroup = "sagemaker"
	// Studio is SageMaker Studio, for domains in VPC-only mode. It needs SageMaker too.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
	Studio EndpointGroup = "studio"
	// StepFunctions starts executions, also synchronously: states and sync-states.
	StepFunctions EndpointGroup = "stepFunctions"
	// EKS is what the nodes and controllers of a cluster call: eks, eks-auth (Pod Identity), ec2, elasticloadbalancing
	// and autoscaling. Without NAT, a cluster needs ECR, STS, Logs and S3 too.
	// https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
	EKS EndpointGroup = "eks"
	// ECS is what container instances call: ecs, ecs-agent and ecs-telemetry. Fargate does not need it.
	ECS EndpointGroup = "ecs"
	// Secrets is secrets, parameters and the keys that encrypt them: secretsmanager, ssm and kms.
	Secrets EndpointGroup = "secrets"
	// Sessions opens shells in instances and containers: ssm, ssmmessages and ec2messages.
	Sessions EndpointGroup = "sessions"
	// ExecuteAPI reaches private APIs of API Gateway. Private DNS then answers for all of API Gateway, so that the
	// default names of public APIs can no longer be reached from the network.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
	ExecuteAPI EndpointGroup = "executeAPI"
	// Events is EventBridge.
	Events EndpointGroup = "events"
	// Messaging is queues and topics: sqs and sns.
	Messaging EndpointGroup = "messaging"
	// Lambda invokes functions.
	Lambda EndpointGroup = "lambda"
	// EFS manages file systems. Mounting them needs no endpoint.
	EFS EndpointGroup = "efs"
)

// services are the short names of the endpoint services of each group.
var services = map[EndpointGroup][]string{
	S3:            {"s3"},
	DynamoDB:      {"dynamodb"},
	ECR:           {"ecr.api", "ecr.dkr"},
	STS:           {"sts"},
	Logs:          {"logs"},
	Monitoring:    {"monitoring"},
	SageMaker:     {"sagemaker.api", "sagemaker.runtime"},
	Studio:        {"studio"},
	StepFunctions: {"states", "sync-states"},
	EKS:           {"autoscaling", "ec2", "eks", "eks-auth", "elasticloadbalancing"},
	ECS:           {"ecs", "ecs-agent", "ecs-telemetry"},
	Secrets:       {"kms", "secretsmanager", "ssm"},
	Sessions:      {"ec2messages", "ssm", "ssmmessages"},
	ExecuteAPI:    {"execute-api"},
	Events:        {"events"},
	Messaging:     {"sns", "sqs"},
	Lambda:        {"lambda"},
	EFS:           {"elasticfilesystem"},
}

// EndpointGroups are all groups, in alphabetical order.
func EndpointGroups() []EndpointGroup {
	var out []EndpointGroup
	for group := range services {
		out = append(out, group)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// isGateway reports whether the endpoint is a target of routes and not a network interface.
func isGateway(service string) bool { return service == "s3" || service == "dynamodb" }

// inChina are the services whose endpoints in the Chinese regions have names that begin with cn.
// aws ec2 describe-vpc-endpoint-services --region cn-north-1 lists them.
var inChina = map[string]bool{
	"athena": true, "autoscaling": true, "ec2": true, "ecr.api": true, "ecr.dkr": true, "eks": true,
	"elasticfilesystem": true, "execute-api": true, "lambda": true, "monitoring": true, "rds": true,
	"sagemaker.api": true, "sagemaker.featurestore-runtime": true, "sagemaker.runtime": true, "sqs": true,
	"states": true, "sts": true, "sync-states": true, "xray": true,
}

func (n *Network) serviceName(service string) string {
	switch region := n.scope.Region; {
	case service == "studio" || service == "notebook":
		return "aws.sagemaker." + region + "." + service
	case n.scope.Partition == "aws-cn" && inChina[service] && !token.Is(region):
		return "cn.com.amazonaws." + region + "." + service
	default:
		return "com.amazonaws." + region + "." + service
	}
}
