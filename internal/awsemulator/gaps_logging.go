package awsemulator

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

const loggingKind = "s3/logging"

func bucketLoggingGap() Gap {
	return Gap{
		Service: "s3", Operations: []string{"PutBucketLogging", "GetBucketLogging"},
		What:   "forgets the format of keys, and does not see the bucket policies that stay with the proxy",
		How:    "what was put is what is got; the target must be in the account and region, and its policy must let S3 deliver from this bucket",
		answer: (*Emulator).bucketLogging,
	}
}

// bucketLogging keeps where buckets log to. S3 tries whether it may deliver there.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general
func (e *Emulator) bucketLogging(r *request) *response {
	bucket := r.text("Bucket")
	if !e.hasBucket(r, bucket) {
		return refuse(r, http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	}
	status, _ := r.Arguments["BucketLoggingStatus"].(object)
	enabled, _ := status["LoggingEnabled"].(object)
	target := text(enabled, "TargetBucket")
	if r.Operation == "PutBucketLogging" && target != "" && !e.hasBucket(r, target) {
		return refuse(r, http.StatusBadRequest, "InvalidTargetBucketForLogging", "The target bucket for logging does not exist")
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	switch {
	case r.Operation == "GetBucketLogging":
		kept, has := e.store.kept[r.key(loggingKind, bucket)].([]byte)
		if !has {
			kept = []byte(`<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`)
		}
		return &response{http.StatusOK, http.Header{"Content-Type": {"application/xml"}}, kept}
	case target == "":
		e.drop(r, loggingKind, bucket)
	default:
		document, _ := e.store.kept[r.key(policyOfBucket, target)].(string)
		if !delivers(document, iamcheck.Request{
			Action: "s3:PutObject", Resource: "arn:aws:s3:::" + target + "/" + text(enabled, "TargetPrefix") + "record",
			Keys: map[string]string{"aws:SourceAccount": r.Account, "aws:SourceArn": "arn:aws:s3:::" + bucket},
		}) {
			return refuse(r, http.StatusBadRequest, "InvalidTargetBucketForLogging", "The policy of "+target+" does not let logging.s3.amazonaws.com write for "+bucket)
		}
		e.keep(r, loggingKind, bucket, plainBody(r.http, r.body))
	}
	return &response{http.StatusOK, http.Header{}, nil}
}

// delivers reports whether a bucket policy allows the request to S3's delivery of logs.
func delivers(document string, request iamcheck.Request) bool {
	var all struct{ Statement []json.RawMessage }
	if json.Unmarshal([]byte(document), &all) != nil {
		return false
	}
	return slices.ContainsFunc(all.Statement, func(each json.RawMessage) bool {
		var of struct{ Principal any }
		if json.Unmarshal(each, &of) != nil {
			return false
		}
		forDelivery := false
		texts(of.Principal, func(path, text string) {
			forDelivery = forDelivery || path == "Service" && text == "logging.s3.amazonaws.com"
		})
		statements, err := parse(`{"Statement": [` + string(each) + `]}`)
		return forDelivery && err == nil && iamcheck.Allows(statements, request)
	})
}
