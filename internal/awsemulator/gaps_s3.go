package awsemulator

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// policyOfBucket is the kind under which policies of buckets are kept.
const policyOfBucket = "s3/policy"

func bucketPolicyGap() Gap {
	return Gap{
		Service: "s3", Operations: []string{"PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"},
		What:   "does not evaluate what bucket policies deny as AWS does",
		How:    "policies stay with the proxy, which holds every call of S3 against their denials, with the version of TLS that it came over and the headers for encryption that it has",
		answer: (*Emulator).bucketPolicy,
	}
}

// bucketPolicy keeps the policies of buckets.
func (e *Emulator) bucketPolicy(r *request) *response {
	bucket := r.text("Bucket")
	if !e.hasBucket(r, bucket) {
		return refuse(r, http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	kept, has := e.store.kept[r.key(policyOfBucket, bucket)].(string)
	switch r.Operation {
	case "PutBucketPolicy":
		document := r.text("Policy")
		if _, err := parse(document); err != nil {
			return refuse(r, http.StatusBadRequest, "MalformedPolicy", err.Error())
		}
		e.keep(r, policyOfBucket, bucket, document)
		return &response{http.StatusNoContent, http.Header{}, nil}
	case "DeleteBucketPolicy":
		e.drop(r, policyOfBucket, bucket)
		return &response{http.StatusNoContent, http.Header{}, nil}
	}
	if !has {
		return refuse(r, http.StatusNotFound, "NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	return &response{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, []byte(kept)}
}

// hasBucket reports whether there is such a bucket for whoever makes the call.
func (e *Emulator) hasBucket(r *request, bucket string) bool {
	return e.ask(&request{Call: r.Call, http: &http.Request{Method: http.MethodHead, URL: &url.URL{}, Header: r.http.Header}, path: "/" + bucket}).status != http.StatusNotFound
}

// deniedByBucket reports whether the bucket's policy denies a call of S3.
func (e *Emulator) deniedByBucket(r *request) bool {
	bucket := r.text("Bucket")
	e.store.mutex.Lock()
	document, has := "", false
	for _, key := range sortedKeys(e.store.kept) { // the bucket may be another account's
		if strings.HasSuffix(key, "|"+policyOfBucket+"|"+bucket) {
			document, has = e.store.kept[key].(string)
		}
	}
	e.store.mutex.Unlock()
	if !has || bucket == "" {
		return false
	}
	statements, err := parse(document)
	if err != nil {
		return false
	}
	denials := slices.DeleteFunc(slices.Clone(statements), func(each policy.Statement) bool { return each.Effect != policy.Deny })
	request := iamcheck.Request{Resource: "arn:aws:s3:::" + bucket, Keys: map[string]string{"aws:SecureTransport": "false"}}
	if key := r.text("Key"); key != "" {
		request.Resource += "/" + key
	}
	if r.http.TLS != nil {
		request.Keys["aws:SecureTransport"] = "true"
		request.Keys["s3:TlsVersion"] = map[uint16]string{tls.VersionTLS10: "1.0", tls.VersionTLS11: "1.1", tls.VersionTLS12: "1.2", tls.VersionTLS13: "1.3"}[r.http.TLS.Version]
	}
	for name := range r.http.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-server-side-encryption") {
			request.Keys["s3:"+lower] = r.http.Header.Get(name)
		}
	}
	for _, verb := range verbs(r.Call) {
		request.Action = "s3:" + verb
		for _, denial := range denials {
			denial.Effect = policy.Allow
			if iamcheck.Allows([]policy.Statement{denial}, request) {
				return true
			}
		}
	}
	return false
}
