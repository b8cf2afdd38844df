// Package github describes which GitHub Actions jobs an AWS role trusts: the repository, the branch, tag, environment
// or pull request that a job runs for, and the trust policy that says so. It is pure Go and reaches neither GitHub nor
// AWS.
//
// References: https://docs.github.com/en/actions/reference/security/oidc and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
package github

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Repository is one GitHub repository. Only Name is required.
//
// GitHub writes a repository into the subject of a token in one of two formats: by name alone, acme/wine-ml, or by name
// and immutable id, acme@123/wine-ml@456. Repositories that were created, renamed or transferred since 15 July 2026, or
// opted in, have the second. Both are trusted, so that nothing breaks on the day a repository changes.
// https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
type Repository struct {
	// Name is owner/name, exactly as GitHub shows it: IAM compares upper and lower case.
	Name string
	// OwnerID and ID are the immutable numbers of the owner and the repository, as "gh api repos/OWNER/NAME" shows
	// them. With them every subject is matched exactly. Without them any numbers are accepted beside the exact names.
	// Both are given or neither. Default: none.
	OwnerID string
	ID      string
}

var (
	ownerPattern = lazyregexp.New(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?(?:_[A-Za-z0-9]+)?$`)
	namePattern  = lazyregexp.New(`^[A-Za-z0-9._-]{1,100}$`)
	idPattern    = lazyregexp.New(`^[1-9][0-9]{0,19}$`)
)

// Validate reports everything that is wrong with the repository.
func (r Repository) Validate() error {
	var problems problem.List
	owner, name, found := strings.Cut(r.Name, "/")
	switch {
	case strings.ContainsAny(r.Name, "*?"):
		problems.Addf("name", "%q has a wildcard, with which repositories of others could get in; name one repository, such as acme/wine-ml", r.Name)
	case !found || !ownerPattern.MatchString(owner) || !namePattern.MatchString(name) || name == "." || name == "..":
		problems.Addf("name", "%q is no GitHub repository; write it as owner/name, such as acme/wine-ml", r.Name)
	}
	for _, each := range []struct{ field, id string }{{"ownerID", r.OwnerID}, {"id", r.ID}} {
		if each.id != "" && !idPattern.MatchString(each.id) {
			problems.Addf(each.field, "%q is no GitHub id; write its digits as a string, gh api repos/%s shows them", each.id, r.Name)
		}
	}
	if (r.OwnerID == "") != (r.ID == "") {
		problems.Addf("id", "ownerID %q and id %q belong together; give both or neither", r.OwnerID, r.ID)
	}
	return problems.Err()
}

// byName is how subjects begin that hold names only.
func (r Repository) byName() string { return "repo:" + r.Name }

// byID is how subjects begin that hold names and ids. Without known ids it is a pattern. That is safe: no GitHub name
// contains the character @, so the pattern fits only subjects of this very owner and name.
func (r Repository) byID() string {
	owner, name, _ := strings.Cut(r.Name, "/")
	if !r.hasIDs() {
		return "repo:" + owner + "@*/" + name + "@*"
	}
	return "repo:" + owner + "@" + r.OwnerID + "/" + name + "@" + r.ID
}

func (r Repository) hasIDs() bool { return r.OwnerID != "" && r.ID != "" }
