package cluster

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ekspodidentityassociation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamopenidconnectprovider"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Identity is how pods get AWS roles.
type Identity string

// The ways in which pods get AWS roles.
const (
	// PodIdentity is by the agent of EKS on each node. Nothing in Kubernetes names the role.
	// https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
	PodIdentity Identity = "podIdentity"
	// IRSA is by an IAM identity provider for the cluster, which also works on Fargate and outside EKS. The service
	// account must have the annotation eks.amazonaws.com/role-arn.
	// https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
	IRSA Identity = "irsa"
)

// ServiceAccount is a Kubernetes service account with what its pods may do in AWS.
type ServiceAccount struct {
	// Namespace and Name of the service account, both exact.
	Namespace, Name string
	// RoleName is the name of the role. Default: <cluster>-<namespace>-<name>, cut with a hash where it is too long.
	RoleName string
	// Statements are the role's permissions; more come by Grant. Default: none.
	Statements []policy.Statement
	// ManagedPolicyARNs are existing policies to attach. Default: none.
	ManagedPolicyARNs []string
}

// A name of a service account has dots where a namespace has none:
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
var (
	kubernetesLabel     = lazyregexp.New(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	kubernetesSubdomain = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
)

func validateServiceAccount(namespace, name string) error {
	var problems problem.List
	if !kubernetesLabel.MatchString(namespace) {
		problems.Addf("namespace", "%q is no Kubernetes namespace; use 1 to 63 lower-case letters, digits and hyphens, no wildcard", namespace)
	}
	if !kubernetesSubdomain.MatchString(name) {
		problems.Addf("serviceAccount", "%q is no name of a service account; use lower-case letters, digits, hyphens and dots, no wildcard", name)
	}
	return problems.Err()
}

// makeIdentity makes the identity provider. It has no thumbprint: IAM trusts the certificate authorities of EKS itself.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
func (c *Cluster) makeIdentity() error {
	if c.props.Identity != IRSA {
		return nil
	}
	c.issuerHost = tf.WithoutScheme(c.construct, "oidc-issuer", c.issuer)
	provider := iamopenidconnectprovider.NewIamOpenidConnectProvider(c.construct, tf.Str("oidc-provider"), &iamopenidconnectprovider.IamOpenidConnectProviderConfig{
		Url: tf.Str(c.issuer), ClientIdList: tf.Strs([]string{"sts.amazonaws.com"}),
	})
	c.providerARN = tf.Attr(provider, "arn")
	return nil
}

// podTrust lets the pods of one service account of this cluster assume a role, and nobody else. With Pod Identity the
// session tags say which pod asks: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
func (c *Cluster) podTrust(namespace, serviceAccount string) policy.Document {
	if c.props.Identity == IRSA {
		return policy.New(policy.Statement{
			Principals: []policy.Principal{policy.Federated(c.providerARN)}, Actions: []string{"sts:AssumeRoleWithWebIdentity"},
			Conditions: []policy.Condition{
				policy.StringEquals(c.issuerHost+":aud", "sts.amazonaws.com"),
				policy.StringEquals(c.issuerHost+":sub", "system:serviceaccount:"+namespace+":"+serviceAccount),
			},
		})
	}
	return policy.New(policy.Statement{
		Principals: []policy.Principal{policy.Service("pods.eks.amazonaws.com")}, Actions: []string{"sts:AssumeRole", "sts:TagSession"},
		Conditions: []policy.Condition{
			policy.StringEquals("aws:SourceAccount", c.props.Scope.Account),
			policy.StringEquals("aws:RequestTag/eks-cluster-arn", c.clusterARN()),
			policy.StringEquals("aws:RequestTag/kubernetes-namespace", namespace),
			policy.StringEquals("aws:RequestTag/kubernetes-service-account", serviceAccount),
		},
	})
}

// GrantPodIdentity makes a role with the statements for the pods of a service account. The role can be given more, by the
// grants of other constructs. With IRSA, annotate the service account with the role's ARN. It is an error if a name is
// not valid or the service account has a role already.
func (c *Cluster) GrantPodIdentity(namespace, serviceAccount string, statements ...policy.Statement) (*iam.Role, error) {
	return c.ServiceAccountRole(ServiceAccount{Namespace: namespace, Name: serviceAccount, Statements: statements})
}

// ServiceAccountRole is GrantPodIdentity with every choice.
func (c *Cluster) ServiceAccountRole(account ServiceAccount) (*iam.Role, error) {
	fail := func(err error) (*iam.Role, error) {
		return nil, fmt.Errorf("service account %s/%s: %w", account.Namespace, account.Name, err)
	}
	if err := c.take(account.Namespace, account.Name); err != nil {
		return fail(err)
	}
	name := account.RoleName
	if name == "" {
		name = limited(c.props.Name+"-"+account.Namespace+"-"+account.Name, maxRoleName)
	}
	id := podID(account.Namespace, account.Name)
	role, err := c.role(id+"-role", iam.RoleProps{
		Name:        name,
		Description: fmt.Sprintf("Pods of the service account %s in %s of the EKS cluster %s", account.Name, account.Namespace, c.props.Name),
		Trust:       c.podTrust(account.Namespace, account.Name),
		Statements:  account.Statements, ManagedPolicyARNs: account.ManagedPolicyARNs,
	})
	if err != nil {
		delete(c.accounts, account.Namespace+"/"+account.Name)
		return fail(err)
	}
	if err := c.associate(id, account.Namespace, account.Name, role.ARN()); err != nil {
		return fail(err)
	}
	return role, nil
}

// AssociatePodIdentity gives the pods of a service account an existing role, whose trust policy admits
// pods.eks.amazonaws.com. With IRSA, annotate the service account instead.
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
func (c *Cluster) AssociatePodIdentity(namespace, serviceAccount, roleARN string) error {
	var problems problem.List
	if c.props.Identity == IRSA {
		problems.Addf("identity", "is irsa, which has no associations; annotate the service account with eks.amazonaws.com/role-arn")
	}
	if !arn.Is(roleARN, "iam", "role/") {
		problems.Addf("roleARN", "%q is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name", roleARN)
	}
	err := problems.Err()
	if err == nil {
		err = c.take(namespace, serviceAccount)
	}
	if err == nil {
		err = c.associate(podID(namespace, serviceAccount), namespace, serviceAccount, roleARN)
	}
	if err != nil {
		return fmt.Errorf("service account %s/%s: %w", namespace, serviceAccount, err)
	}
	return nil
}

// podID has an underscore where neither name can have one, so that no two service accounts share an id.
func podID(namespace, name string) string { return "pod-" + namespace + "_" + name }

// take remembers the service account, which can have one role only.
func (c *Cluster) take(namespace, name string) error {
	if err := validateServiceAccount(namespace, name); err != nil {
		return err
	}
	if c.accounts[namespace+"/"+name] {
		return fmt.Errorf("has a role already; give that role the further permissions")
	}
	c.accounts[namespace+"/"+name] = true
	return nil
}

func (c *Cluster) associate(id, namespace, serviceAccount, roleARN string) error {
	if c.props.Identity == IRSA {
		return nil
	}
	return tf.Guard(id, func() error {
		ekspodidentityassociation.NewEksPodIdentityAssociation(c.construct, tf.Str(id), &ekspodidentityassociation.EksPodIdentityAssociationConfig{
			ClusterName: tf.Str(c.name), Namespace: tf.Str(namespace), ServiceAccount: tf.Str(serviceAccount), RoleArn: tf.Str(roleARN),
		})
		return nil
	})
}
