package config

import (
	"fmt"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// GitHubRepository is the repository whose jobs the roles trust.
func (p *Platform) GitHubRepository() github.Repository {
	repository := github.Repository{Name: p.Repository}
	if ids := p.RepositoryIDs; ids != nil {
		repository.OwnerID, repository.ID = ids.Owner, ids.Repository
	}
	return repository
}

// Refs are the branches and tags that are deployed.
func (p Promotion) Refs() []github.Subject {
	return append(github.Branches(p.Branches...), github.Tags(p.Tags...)...)
}

// PlanTrust is which jobs of GitHub Actions may plan.
func (p *Platform) PlanTrust(promotion Promotion, g GitHub) github.Trust {
	trust := github.Trust{Repository: p.GitHubRepository(), Subjects: promotion.Refs()}
	if g.PullRequests {
		trust.Subjects = append(trust.Subjects, github.PullRequest())
	}
	if g.Drift && !slices.Contains(promotion.Branches, p.DefaultBranch) {
		// GitHub runs on the default branch what is scheduled.
		trust.Subjects = append(trust.Subjects, github.Branch(p.DefaultBranch))
	}
	return trust
}

// ApplyTrust is which jobs may apply: those that pass the protection rules of the GitHub environment, and for one of its
// branches or tags, too. STS compares that claim in commercial regions only.
func (p *Platform) ApplyTrust(promotion Promotion, g GitHub, partition string) github.Trust {
	trust := github.Trust{Repository: p.GitHubRepository(), Subjects: []github.Subject{github.Environment(g.Environment)}}
	if ComparesClaims(partition) {
		trust.Refs = promotion.Refs()
	}
	return trust
}

// ComparesClaims reports whether STS compares more of a token of GitHub than its subject and audience.
func ComparesClaims(partition string) bool { return partition == "aws" }

// checkTrust reports trust policies that are longer than IAM takes. What else is wrong with them has been reported.
func (f *file) checkTrust(path string, p *Platform, promotion Promotion, g GitHub, account, partition string) {
	provider := arn.Scope{Account: account, Partition: partition}.Global("iam", "oidc-provider/"+github.Issuer)
	if g.Provider == CreateProvider {
		provider = "${TfToken[TOKEN.0]}" // known to Terraform only, and counted as such
	}
	for _, each := range []struct {
		role  string
		trust github.Trust
	}{{"plan", p.PlanTrust(promotion, g)}, {"apply", p.ApplyTrust(promotion, g, partition)}} {
		if each.trust.WithDefaults().Validate() != nil {
			continue
		}
		if size := each.trust.Document(provider).Size(); size > policy.MaxTrust {
			f.add(path, "", fmt.Sprintf("makes the trust policy of the %s role %d characters long, where IAM takes %d", each.role, size, policy.MaxTrust),
				"name fewer branches and tags, or one pattern such as release/* for several")
		}
	}
}
