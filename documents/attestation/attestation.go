// Package attestation says what is signed about a container image and where it is kept, and has the scripts that make and verify it: in-toto
// statements in DSSE envelopes, signed by a key of KMS, one file each in a bucket. Their only tools are bash, jq, openssl and the
// AWS CLI. It is pure Go.
//
// References: https://slsa.dev/spec/v1.0/provenance https://github.com/in-toto/attestation https://github.com/secure-systems-lab/dsse
package attestation

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// Folder of the bucket in which the attestations lie: <Folder>/<repository>/<digest>/<name>.json.
const Folder = "attestations"

// Output is the output of a stack that lists its images, <repository>@<digest>.
const Output = "image_digests"

//go:embed scripts/blocked.sh
var blocked string

//go:embed scripts/dsse.sh
var dsse string

//go:embed scripts/verify.sh
var verify string

// Helpers are the functions that scripts which scan and sign need: blocked, tell, signed_digest.
func Helpers() string { return blocked + dsse }

// VerifyScript ends with an error unless each image of the stack in STACK_FILE has its attestations, for bash with -e and pipefail. Its
// variables are those of Trust, and STACK_FILE.
func VerifyScript() string { return Helpers() + verify }

// Severity of a finding, as ECR calls it.
type Severity string

// The severities, and None for a gate that no finding closes.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	None     Severity = "none"
)

// Values are all severities.
func (Severity) Values() []string {
	return []string{string(Critical), string(High), string(Medium), string(Low), string(None)}
}

// An Exception lets a finding pass for a time.
type Exception struct {
	// ID of the finding, such as CVE-2026-12345.
	ID string `json:"id"`
	// Image is the name of the only image that it is for. Default: all.
	Image string `json:"image,omitempty"`
	// Until is its last day, in UTC, as 2026-12-31.
	Until string `json:"until"`
}

// Trust says which images may be deployed. All but Exceptions are required.
type Trust struct {
	// KeyARN is the ARN of the alias of the key that signs.
	KeyARN string
	// Bucket and Region are where the attestations lie, and the key.
	Bucket, Region string
	// Builder is the workflow that may have built an image, with the ref, as a URL.
	Builder string
	// FailOn is the severity from which on findings stop an image.
	FailOn Severity
	// Exceptions let findings pass.
	Exceptions []Exception
}

var aliasPattern = lazyregexp.New(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:alias/[A-Za-z0-9/_-]+$`)

// Validate reports everything that is wrong.
func (t Trust) Validate() error {
	var problems problem.List
	if !aliasPattern.MatchString(t.KeyARN) {
		problems.Addf("keyARN", "%q is no ARN of an alias; write it like arn:aws:kms:us-west-2:123456789012:alias/name", t.KeyARN)
	}
	for _, each := range []struct{ path, value string }{{"bucket", t.Bucket}, {"region", t.Region}, {"builder", t.Builder}} {
		if each.value == "" || strings.ContainsAny(each.value, " \n\"'$") {
			problems.Addf(each.path, "%q is missing or has a character that it cannot have", each.value)
		}
	}
	if !slices.Contains(t.FailOn.Values(), string(t.FailOn)) {
		problems.Addf("failOn", "%q is no severity; use %s", t.FailOn, strings.Join(t.FailOn.Values(), ", "))
	}
	return problems.Err()
}

// ExceptionsJSON is how scripts read the exceptions.
func (t Trust) ExceptionsJSON() string {
	if len(t.Exceptions) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(t.Exceptions) // texts alone
	return string(text)
}
