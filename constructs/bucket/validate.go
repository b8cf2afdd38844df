package bucket

import (
	"strings"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	reasonPattern = lazyregexp.New(`^[A-Za-z0-9 +=._:/@-]{1,256}$`)
)

// validate checks everything that can be known before the first resource is made.
func (p Props) validate() error {
	var problems problem.List
	checkName(&problems, "name", p.Name, false)
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	p.validateEncryption(&problems)
	if !p.versioned() && !reasonPattern.MatchString(p.UnversionedBecause) {
		problems.Addf("unversionedBecause", "%q cannot stand as a tag; use 1 to 256 letters, digits, spaces and + - = . _ : / @", p.UnversionedBecause)
	}
	_, err := folders("prefixes", p.Prefixes, nil)
	problems.Add("", err)
	p.validateShares(&problems)
	p.validateStatements(&problems)
	p.validateLifecycle(&problems)
	p.validateIntelligentTiering(&problems)
	p.validateAccessLogs(&problems)
	p.validateCORS(&problems)
	p.validateObjectLock(&problems)
	p.validateReplication(&problems)
	if p.DeleteObjectsOnDestroy && !p.AllowDestroy {
		problems.Addf("deleteObjectsOnDestroy", "has no effect while Terraform refuses to destroy the bucket; set allowDestroy too")
	}
	return problems.Err()
}

func checkName(problems *problem.List, path, name string, tokenAllowed bool) {
	if token.Is(name) {
		if !tokenAllowed {
			problems.Addf(path, "%q is known to Terraform only, and policies and limits are checked now; write the name out", name)
		}
		return
	}
	if wrong, fix := awsfacts.NewBucketName(name); wrong != "" {
		problems.Addf(path, "%q %s; %s", name, wrong, fix)
	}
}

func (p Props) validateEncryption(problems *problem.List) {
	if p.Encryption != KMS && p.Encryption != AES256 {
		problems.Addf("encryption", "%q is unknown; use %q or %q", p.Encryption, KMS, AES256)
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	if p.Encryption == AES256 {
		for _, field := range []struct {
			name string
			set  bool
		}{{"keyARN", p.KeyARN != ""}, {"keyPerObject", p.KeyPerObject}, {"allowOtherKeys", p.AllowOtherKeys}} {
			if field.set {
				problems.Addf(field.name, "has no effect with encryption %q; remove one of them", AES256)
			}
		}
	}
}

func (p Props) validateShares(problems *problem.List) {
	for i, share := range p.Shares {
		at := problem.Index("shares", i)
		if len(share.Accounts) == 0 && !share.Organization.Given() {
			problems.Addf(at+".accounts", "are missing; name at least one account, or an organization")
		}
		if share.Organization.Given() {
			problems.Add(at+".organization", share.Organization.Validate())
		}
		for j, account := range share.Accounts {
			if err := (arn.Scope{Partition: "aws", Region: "us-east-1", Account: account}).Validate(); err != nil {
				problems.Addf(problem.Index(at+".accounts", j), "%q is no AWS account id; write its 12 digits as a string", account)
			}
			if account == p.Scope.Account {
				problems.Addf(problem.Index(at+".accounts", j), "%q is the bucket's own account; use grants for its roles", account)
			}
		}
		_, err := folders("prefixes", share.Prefixes, p.Prefixes)
		problems.Add(at, err)
	}
}

// validateStatements checks that the caller's statements are about this bucket: S3 refuses a policy with any other
// resource.
func (p Props) validateStatements(problems *problem.List) {
	if len(p.Statements) == 0 {
		return
	}
	problems.Add("", policy.New(p.Statements...).Validate(policy.Resource))
	own := p.Scope.Bucket(p.Name)
	for i, statement := range p.Statements {
		for j, resource := range append(append([]string(nil), statement.Resources...), statement.NotResources...) {
			if resource != own && !strings.HasPrefix(resource, own+"/") && !token.Is(resource) {
				problems.Addf(problem.Index(problem.Index("statements", i)+".resources", j), "%q is not in this bucket; use %s or %s/*", resource, own, own)
			}
		}
	}
}
