// Package githuboidc lets GitHub Actions work in an AWS account without stored keys: the account's OpenID Connect
// provider for GitHub, roles that only certain jobs of one repository can assume, and the pair of roles, with their
// permissions boundary, that plans and applies a deployment.
//
// References: https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
package githuboidc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamopenidconnectprovider"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// Props configures the OpenID Connect provider. The zero value makes one for github.com.
type Props struct {
	// ExistingARN is the ARN of a provider that the account has already; none is made then. An account can have only one
	// provider for each issuer. Default: one is made.
	ExistingARN string
	// Audiences are the aud claims that the provider accepts, at most 100. Only for a provider that is made here.
	// Default: sts.amazonaws.com.
	Audiences []string
	// Issuer of the tokens, without https://. Set it for an enterprise with an issuer of its own, such as
	// token.actions.githubusercontent.com/acme or token.actions.acme.ghe.com. Default: that of github.com.
	Issuer string
}

// A Provider is the account's OpenID Connect provider for GitHub Actions. It holds no thumbprint: AWS checks GitHub's
// certificate with its own list of authorities.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
type Provider struct {
	construct tf.Construct
	arn       string
	issuer    string
	audiences []string
}

// New makes the provider, or takes the one that exists.
func New(scope constructs.Construct, id string, props Props) (*Provider, error) {
	if err := props.validate(); err != nil {
		return nil, err
	}
	props = props.withDefaults()
	return tf.Build(scope, id, func(scope constructs.Construct) (*Provider, error) {
		made := &Provider{construct: scope, arn: props.ExistingARN, issuer: props.Issuer, audiences: props.Audiences}
		if props.ExistingARN == "" {
			provider := iamopenidconnectprovider.NewIamOpenidConnectProvider(scope, tf.Str("provider"), &iamopenidconnectprovider.IamOpenidConnectProviderConfig{
				Url: tf.Str("https://" + props.Issuer), ClientIdList: tf.Strs(props.Audiences),
			})
			made.arn = tf.Attr(provider, "arn")
		}
		return made, nil
	})
}

func (p Props) withDefaults() Props {
	p.Issuer = cmp.Or(p.Issuer, github.Issuer)
	if len(p.Audiences) == 0 && p.ExistingARN == "" {
		p.Audiences = []string{github.Audience}
	}
	return p
}

func (p Props) validate() error {
	var problems problem.List
	if p.ExistingARN != "" && len(p.Audiences) > 0 {
		problems.Addf("audiences", "%s can not be given to an existing provider; leave them out, or leave existingARN out", strings.Join(p.Audiences, ", "))
	}
	p = p.withDefaults()
	if err := github.ValidateIssuer(p.Issuer); err != nil {
		problems.Addf("issuer", "%v", err)
	}
	switch {
	case p.ExistingARN == "" || token.Is(p.ExistingARN):
	case !arn.Is(p.ExistingARN, "iam", "oidc-provider/"):
		problems.Addf("existingARN", "%q is no ARN of an OpenID Connect provider; write it like arn:aws:iam::123456789012:oidc-provider/%s", p.ExistingARN, p.Issuer)
	case !strings.HasSuffix(p.ExistingARN, ":oidc-provider/"+p.Issuer):
		problems.Addf("existingARN", "%q is the provider of another issuer than %s; give that one's ARN, or set issuer", p.ExistingARN, p.Issuer)
	}
	if len(p.Audiences) > 100 {
		problems.Addf("audiences", "has %d entries, 100 are allowed; remove some", len(p.Audiences))
	}
	for i, each := range p.Audiences {
		if err := github.ValidateAudience(each); err != nil {
			problems.Addf(problem.Index("audiences", i), "%v", err)
		} else if slices.Contains(p.Audiences[:i], each) {
			problems.Addf(problem.Index("audiences", i), "%q is listed twice; remove one", each)
		}
	}
	return problems.Err()
}

// ARN of the provider.
func (p *Provider) ARN() string { return p.arn }

// Issuer of the tokens that the provider accepts, without https://.
func (p *Provider) Issuer() string { return p.issuer }

// Construct holds the provider's resources.
func (p *Provider) Construct() constructs.Construct { return p.construct }
