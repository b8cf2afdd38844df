package helmrelease

import (
	"fmt"
	"regexp"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// ProviderVersion is the constraint on the Helm provider. 3.0 made blocks attributes and brought values that are written and
// never kept; 3.1 is the line that is maintained. https://github.com/hashicorp/terraform-provider-helm/blob/main/CHANGELOG.md
const ProviderVersion = "~> 3.1"

// ProviderSource is the Helm provider's full address.
const ProviderSource = "registry.terraform.io/hashicorp/helm"

// ProviderProps say which EKS cluster the Helm provider of a stack works in. ClusterName and Region are required, and
// Endpoint with CAData unless Kubeconfig is given.
type ProviderProps struct {
	// ClusterName is the name of the EKS cluster, and Region where it is.
	ClusterName, Region string
	// Endpoint is the URL of the Kubernetes API, and CAData the certificate of its authority, in base64. Both must be known
	// before the stack is planned: a cluster in the same state is not. https://developer.hashicorp.com/terraform/language/providers/configuration
	Endpoint, CAData string
	// TLSServerName is the name in the API's certificate where Endpoint is another, such as a tunnel's. Default: that of Endpoint.
	TLSServerName string
	// RoleARN is assumed for the cluster. Default: the credentials of the surroundings.
	RoleARN string
	// Profile is the AWS CLI profile of the credentials. Default: none.
	Profile string
	// Registries is the file with the credentials of private registries, as `helm registry login` writes it. Default: Helm's own,
	// and then that of Docker. https://registry.terraform.io/providers/hashicorp/helm/latest/docs#registry_config_path
	Registries string
}

var (
	clusterPattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	regionPattern  = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

func (p ProviderProps) validate() error {
	var problems problem.List
	if !clusterPattern.MatchString(p.ClusterName) && !token.Is(p.ClusterName) {
		problems.Addf("clusterName", "%q is no name of an EKS cluster; use 1 to 100 letters, digits, _ and -", p.ClusterName)
	}
	if !regionPattern.MatchString(p.Region) {
		problems.Addf("region", "%q is no region; write it like us-west-2", p.Region)
	}
	if !token.Is(p.Endpoint) && !regexp.MustCompile(`^https://[^/]+$`).MatchString(p.Endpoint) {
		problems.Addf("endpoint", "%q is no address of a Kubernetes API; write it like https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com", p.Endpoint)
	}
	if p.CAData == "" {
		problems.Addf("caData", "is missing; give the certificate authority of the cluster in base64")
	}
	return problems.Err()
}

// Connect puts the Helm provider into the stack, once. Tokens for the cluster are made anew for each run by `aws eks get-token`,
// so that none is in a plan or state; whoever runs Terraform needs the AWS CLI and an access entry of the cluster.
func Connect(stack tf.Stack, props ProviderProps) error {
	if err := props.validate(); err != nil {
		return err
	}
	args := []string{"eks", "get-token", "--cluster-name", props.ClusterName, "--region", props.Region, "--output", "json"}
	if props.RoleARN != "" {
		args = append(args, "--role-arn", props.RoleARN)
	}
	if props.Profile != "" {
		args = append(args, "--profile", props.Profile)
	}
	kubernetes := map[string]any{
		"host": props.Endpoint,
		"exec": map[string]any{"api_version": "client.authentication.k8s.io/v1beta1", "command": "aws", "args": args},
	}
	if props.TLSServerName != "" {
		kubernetes["tls_server_name"] = props.TLSServerName
	}
	arguments := map[string]any{"kubernetes": kubernetes}
	if props.Registries != "" {
		arguments["registry_config_path"] = props.Registries
	}
	return tf.Guard("helm", func() error {
		authority, err := tf.Base64Decode(props.CAData)
		if err != nil {
			return fmt.Errorf("caData: is no base64; give certificateAuthority.data as EKS describes it")
		}
		kubernetes["cluster_ca_certificate"] = authority
		return tf.AddProvider(stack, tf.BareProvider{Name: "helm", Source: ProviderSource, Version: ProviderVersion, Arguments: arguments})
	})
}
