package endpoint

import "cmp"

// Async makes the endpoint asynchronous: requests of up to 1 GB lie in S3, wait in a queue of SageMaker for up to 6 hours,
// may take up to 1 hour, and the answers go to S3.
// https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
type Async struct {
	// OutputURI is the S3 folder for answers.
	OutputURI string
	// FailureURI is the S3 folder for messages about requests that failed. Default: none are written.
	FailureURI string
	// InputURIs are the S3 folders from which requests come. Required where the execution role is made here.
	InputURIs []string
	// SuccessTopicARN is the SNS topic that is told of each answer. Default: none.
	SuccessTopicARN string
	// ErrorTopicARN is the SNS topic that is told of each failure. Default: none.
	ErrorTopicARN string
	// AnswerInTopics puts the answer itself into the messages, as far as it fits into 128 KB. Default: only where it lies.
	AnswerInTopics bool
	// MaxConcurrentPerInstance is how many requests a container gets at once, 1 to 1000. Default: chosen by AWS.
	MaxConcurrentPerInstance int
	// KeyARN is the KMS key of the answers. Default: the KeyARN of the endpoint.
	KeyARN string
}

// DataCapture stores requests and answers.
// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
type DataCapture struct {
	// DestinationURI is the S3 folder, in which SageMaker makes folders for the endpoint, the variant and the hour.
	DestinationURI string
	// Percent of the requests, 1 to 100. Default: 100.
	Percent int
	// Modes are what is stored. Default: Input and Output.
	Modes []CaptureMode
	// CSVContentTypes are stored as text lines, at most 10. Default: text/csv.
	CSVContentTypes []string
	// JSONContentTypes are stored as JSON, at most 10. All other content is stored as base64, which Model Monitor does
	// not read. Default: application/json.
	JSONContentTypes []string
	// KeyARN is the KMS key of the captured data. Default: the KeyARN of the endpoint.
	KeyARN string
}

// CaptureMode is what of an invocation is stored.
type CaptureMode string

// The capture modes.
const (
	// Input is the request.
	Input CaptureMode = "Input"
	// Output is the answer.
	Output CaptureMode = "Output"
)

func (a Async) withDefaults(keyARN string) Async {
	a.KeyARN = cmp.Or(a.KeyARN, keyARN)
	return a
}

func (d DataCapture) withDefaults(keyARN string) DataCapture {
	d.Percent = cmp.Or(d.Percent, 100)
	if len(d.Modes) == 0 {
		d.Modes = []CaptureMode{Input, Output}
	}
	if len(d.CSVContentTypes) == 0 {
		d.CSVContentTypes = []string{"text/csv"}
	}
	if len(d.JSONContentTypes) == 0 {
		d.JSONContentTypes = []string{"application/json"}
	}
	d.KeyARN = cmp.Or(d.KeyARN, keyARN)
	return d
}
