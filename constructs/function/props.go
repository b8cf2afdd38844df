// Package function makes Lambda functions: code by digest or hash, a role with exactly what follows from the rest, a log group with an end,
// failures that go somewhere, and callers that are named by ARN.
package function

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Props configures a function. Name and one of Image and Zip are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
type Props struct {
	// Name of the function: 1 to 64 letters, digits, hyphens and underscores. A change replaces it.
	Name string
	// Scope is where the function lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, up to 256 characters. Default: none.
	Description string
	// Tags of all resources, beside those of the stack. Default: none.
	Tags map[string]string

	// Image is a container image that answers Lambda's runtime interface. Either Image or Zip is given.
	Image *Image
	// Zip is an archive with the code.
	Zip *Zip
	// Architecture of the code. Default: X86.
	Architecture Architecture
	// MemoryMB is the memory, and with it the processor's share, 128 to 10,240 MiB. Default: 256.
	MemoryMB int
	// DiskMB is the size of /tmp, 512 to 10,240 MiB. Default: 512.
	DiskMB int
	// Timeout after which a call is given up, 1 second to 15 minutes in whole seconds. Default: 30 seconds.
	Timeout time.Duration
	// ReservedConcurrency is how many calls run at once, at most and for sure, 0 to 1,000; 0 stops the function. Default: nil, what the
	// account has left.
	ReservedConcurrency *int
	// Environment variables. Values that are secret do not belong here: let the function read a secret. Default: none.
	Environment map[string]string
	// KeyARN is the KMS key of the variables, whose policy lets the role decrypt. Default: a key of Lambda.
	KeyARN string
	// Tracing sends traces to X-Ray. Default: false.
	Tracing bool

	// Network puts the function into a VPC. Default: nil, outside of any.
	Network *Network

	// Failures is where events go that a call without an answer could not process, after the retries. Default: a queue is made,
	// <Name>-failures, that keeps them for 14 days.
	// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
	Failures *Destination
	// Successes is where results of such calls go. Default: nowhere.
	Successes *Destination
	// Retries of such calls, 0 to 2. Default: nil, 2.
	Retries *int
	// MaxAge after which such a call is given up, 1 minute to 6 hours in whole seconds. Default: 6 hours.
	MaxAge time.Duration

	// LogRetentionDays is for how many days the log group keeps what the function writes, one of the numbers that CloudWatch Logs knows.
	// Default: 30.
	LogRetentionDays int
	// LogKeyARN is the KMS key of the log group, whose policy must let CloudWatch Logs use it. Default: a key of CloudWatch Logs.
	LogKeyARN string
	// Alarms tell of errors, throttles and failed events.
	Alarms Alarms

	// Statements are what the code may do, beside what follows from the rest. Default: nothing.
	Statements []policy.Statement
	// RoleARN is an existing role of the function, which must be able to do what a role made here could. Default: one is made.
	RoleARN string
	// RoleName names the role that is made. Default: the function's name and "-function".
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string
}

// Architecture is the processor that the code is built for.
type Architecture string

// The architectures of Lambda. ARM64 costs a fifth less.
const (
	X86   Architecture = "x86_64"
	ARM64 Architecture = "arm64"
)

// An Image of a function. URI is required.
type Image struct {
	// URI by digest, such as 111111111111.dkr.ecr.us-west-2.amazonaws.com/answer@sha256:... The repository's policy must let Lambda pull.
	URI string
	// ImmutableTag says that the image is named by a tag of a repository in which tags cannot be moved. Default: false.
	ImmutableTag bool
	// Command in place of the image's. Default: the image's.
	Command []string
	// EntryPoint in place of the image's. Default: the image's.
	EntryPoint []string
}

// A Zip is an archive: an Object in S3, or a File beside the stack. Handler, Runtime, and Hash with File, are required.
type Zip struct {
	// Object in a bucket of the same region. Either Object or File is given.
	Object *Object
	// File is the path of the archive where Terraform runs.
	File string
	// Hash is the SHA-256 of the archive in base64, as FileHash gives it. With Object, it or Version is given, without which Terraform
	// does not see that the code has changed.
	Hash string
	// Handler is what is called, such as app.handler.
	Handler string
	// Runtime, such as python3.13.
	// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
	Runtime string
	// LayerARNs are up to 5 versions of layers. Default: none.
	LayerARNs []string
}

// An Object in S3.
type Object struct {
	// Bucket and Key of the object.
	Bucket, Key string
	// Version of the object. Default: the newest, with Hash.
	Version string
}

// FileHash is the Hash of a file.
func FileHash(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("hash of the archive: %w", err)
	}
	sum := sha256.Sum256(content)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

// A Network is where in a VPC the function runs. All but Destinations is required.
type Network struct {
	// VPCID is the VPC.
	VPCID string
	// SubnetIDs are private subnets, one in each zone. A function in public ones has no way to the internet.
	SubnetIDs []string
	// Destinations are the IPv4 ranges that the function reaches at port 443. Default: 0.0.0.0/0; routes decide what of it can be reached.
	Destinations []string
}

// A Destination is where records of calls go. Type and ARN are required.
type Destination struct {
	// Type of what the ARN names.
	Type DestinationType
	// ARN of the queue, topic, bus or function.
	ARN string
	// KeyARN is the KMS key of a queue or topic, which the function's role uses. Default: none of the customer's.
	KeyARN string
}

// DestinationType is what takes records.
type DestinationType string

// The types of destinations.
const (
	Queue  DestinationType = "sqs"
	Topic  DestinationType = "sns"
	Bus    DestinationType = "events"
	Lambda DestinationType = "lambda"
)

// Alarms look at five minutes.
type Alarms struct {
	// Disabled makes no alarms. Default: false.
	Disabled bool
	// Errors is how many failed calls set off an alarm, 1 or more. Default: 1.
	Errors int
	// TopicARNs are SNS topics that are told. Default: none.
	TopicARNs []string
}

func (p Props) withDefaults() Props {
	p.Architecture = cmp.Or(p.Architecture, X86)
	for value, otherwise := range map[*int]int{&p.MemoryMB: 256, &p.DiskMB: 512, &p.LogRetentionDays: 30, &p.Alarms.Errors: 1} {
		if *value == 0 {
			*value = otherwise
		}
	}
	p.Timeout = cmp.Or(p.Timeout, 30*time.Second)
	p.MaxAge = cmp.Or(p.MaxAge, 6*time.Hour)
	if p.Retries == nil {
		two := 2
		p.Retries = &two
	}
	if n := p.Network; n != nil {
		network := *n
		if len(network.Destinations) == 0 {
			network.Destinations = []string{"0.0.0.0/0"}
		}
		p.Network = &network
	}
	return p
}
