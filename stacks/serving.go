package stacks

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/cluster"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/loadbalancer"
	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/documents/mlflowserver"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/systems/leftovers"
)

// Namespaces of the software that serves models, and the service accounts of what has a role.
const (
	controllersNamespace = "kube-system"
	secretsNamespace     = "external-secrets"
	gatewayNamespace     = "gateway"
	mlflowNamespace      = "mlflow"
	modelsNamespace      = "models"

	balancerAccount = "aws-load-balancer-controller"
	secretsAccount  = "external-secrets"
	mlflowAccount   = "mlflow"
)

// gatewayPort is where the load balancer meets pods of models.
const gatewayPort = 8080

// mlflowDatabase is the name of the database of MLflow.
func mlflowDatabase(env *config.Environment) string { return shortened(env.Prefix()+"-mlflow", 60) }

// servingBalancerName is the name of the load balancer, with which those of its targets begin.
func servingBalancerName(env *config.Environment) string {
	return shortened(env.Prefix()+"-serving", 32)
}

// servingRoleName is the role of a service account, known before it is made, for annotations with IRSA.
func servingRoleName(env *config.Environment, namespace, account string) string {
	if namespace == modelsNamespace {
		account = "model-" + account
	}
	return shortened(env.Prefix()+"-serving-"+account, awsfacts.MaxRoleName)
}

// shortened cuts a name that is too long and ends it with a hash of the whole.
func shortened(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	return fmt.Sprintf("%s-%x", strings.TrimRight(name[:longest-7], "-"), sha256.Sum256([]byte(name)))[:longest]
}

// serving makes what AWS has of the software that serves models: identities, the database of MLflow, the load balancer. The software
// itself is in a further stack, see servingStack.
func (e *environmentStack) serving() error {
	scope := tf.Group(e.made, "serving")
	var problems problem.List
	problems.Add("", e.servingAccess())
	problems.Add("", e.servingBalancer(scope))
	problems.Add("models", e.modelIdentities())
	if e.env.Serving.MLflow != nil {
		problems.Add("mlflow", e.mlflow(scope))
	}
	problems.Add("", e.leftovers())
	return problems.Err()
}

// leftovers writes the script beside the stack that looks for what Kubernetes made, before the stack is destroyed.
func (e *environmentStack) leftovers() error {
	tf.Output(e.made, "kubernetes_leftovers_command", "bash scripts/leftovers.sh "+e.clusterName()+" "+e.parts.Network.ID()+" "+e.Region,
		"Command, in the folder of this stack, that looks for what Kubernetes made and would hinder the destruction of the network")
	return e.writeBeside("scripts", "leftovers.sh", leftovers.Script)
}

// writeBeside writes a file into a folder beside the stack.
func (e *environmentStack) writeBeside(folder, name, text string) error {
	return writeInto(filepath.Join(tf.StackFolder(e.app, e.Name), folder), name, text)
}

func writeInto(folder, name, text string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if strings.HasSuffix(name, ".sh") {
		mode = 0o755
	}
	return os.WriteFile(filepath.Join(folder, name), []byte(text), mode)
}

// servingAccess lets the roles that deploy into the cluster. Charts make roles for the whole cluster and may give only what who installs
// them has, so that nothing less than an administrator can; who plans reads the releases, which Helm keeps in Secrets.
func (e *environmentStack) servingAccess() error {
	if !e.env.GitHubEnabled() {
		return nil
	}
	return e.clusterAccess("github", e.scope.Role(github.PlanRole(e.env.Prefix())), e.scope.Role(github.ApplyRole(e.env.Prefix())))
}

// clusterAccess lets two roles of a deployment in.
func (e *environmentStack) clusterAccess(name, plan, apply string) error {
	var problems problem.List
	for _, each := range []struct {
		name, role string
		policy     cluster.PolicyName
	}{{name + "-apply", apply, cluster.ClusterAdminPolicy}, {name + "-plan", plan, cluster.AdminViewPolicy}} {
		problems.Add("", e.parts.Cluster.GrantAccess(each.name, cluster.AccessEntry{PrincipalARN: each.role, Policies: []cluster.AccessPolicy{{Name: each.policy}}}))
	}
	return problems.Err()
}

func (e *environmentStack) servingStackName() string { return e.env.ServingStack().Stack(e.env).Name }

// account makes the role of a service account.
func (e *environmentStack) account(namespace, name string, statements ...policy.Statement) (*iam.Role, error) {
	return e.parts.Cluster.ServiceAccountRole(cluster.ServiceAccount{
		Namespace: namespace, Name: name, RoleName: servingRoleName(e.env, namespace, name), Statements: statements,
	})
}

// servingBalancer makes the load balancer with the targets that Kubernetes registers, and the role of the controller that does it. That
// one makes no load balancers, so that none is left when the cluster goes.
func (e *environmentStack) servingBalancer(scope tf.Construct) error {
	s, network := e.env.Serving, e.parts.Network
	props := loadbalancer.Props{
		Name: servingBalancerName(e.env), VPCID: network.ID(), SubnetIDs: network.PrivateSubnetIDs(), Public: s.Public,
		AllowedCIDRs: s.AllowedCIDRs, AllowAnyone: slices.Contains(s.AllowedCIDRs, "0.0.0.0/0"), CertificateARN: s.CertificateARN, AllowDestroy: !e.env.Protect,
		// Answers of models may take a minute, and uploads to MLflow longer.
		IdleTimeoutSeconds: 300,
	}
	if s.Public {
		props.SubnetIDs = network.PublicSubnetIDs()
	}
	if s.HostedZone != "" {
		props.Domain = &loadbalancer.Domain{HostedZoneID: s.HostedZone, ValidationZoneID: s.ValidationZone, Names: []string{"*." + s.Domain}}
	}
	if s.Firewall {
		props.Firewall = &loadbalancer.Firewall{}
	}
	props.Alarms.TopicARNs = e.topics()
	balancer, err := loadbalancer.New(scope, "balancer", props)
	if err != nil {
		return err
	}
	nodes := map[string]string{"cluster": e.parts.Cluster.SecurityGroupID()}
	arns := []string{}
	targets := func(name string, port int, path, codes string, routes ...loadbalancer.Route) error {
		made, err := balancer.AddTargets(loadbalancer.TargetProps{
			Name: name, Port: port, SecurityGroupIDs: nodes, Routes: routes, Health: loadbalancer.Health{Path: path, Codes: codes},
		})
		if err == nil {
			arns = append(arns, made.ARN())
		}
		return err
	}
	var problems problem.List
	if s.MLflow != nil {
		problems.Add("mlflow", targets(mlflowNamespace, mlflowserver.Port, mlflowserver.HealthPath, "200", loadbalancer.Route{Priority: 100, Hosts: []string{s.MLflowHost()}}))
	}
	// The gateway knows no host of the question whether it is well, and says so.
	problems.Add("models", targets(modelsNamespace, gatewayPort, "/", "200-404", loadbalancer.Route{Priority: 1000, Hosts: []string{"*." + s.Domain}}))
	if err := problems.Err(); err != nil {
		return err
	}
	if _, err := e.account(controllersNamespace, balancerAccount,
		policy.Statement{Sid: "RegisterPods", Actions: []string{"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"}, Resources: arns},
		// Neither service has a resource level for what describes.
		policy.Statement{Sid: "Describe", Resources: []string{"*"}, Actions: []string{
			"ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
			"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags",
			"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
		}},
	); err != nil {
		return err
	}
	tf.Output(e.made, "serving_load_balancer", balancer.DNSName(), "Load balancer of models and MLflow, for records of your own")
	tf.Output(e.made, "serving_models_url", "https://<model>-"+modelsNamespace+"."+s.Domain, "Where models answer")
	return nil
}

// modelIdentities make a role for the service account of each model, which reads the folder of that model alone, and that of its next
// version.
func (e *environmentStack) modelIdentities() error {
	var problems problem.List
	for _, name := range e.env.Serving.ModelNames() {
		folders := e.env.Serving.Models[name].Paths()
		if len(folders) == 0 {
			continue // it is in its image, and needs nothing of AWS
		}
		// KServe's storage initializer asks first whether the bucket is there, and then lists what begins like the folder without the slash at its end. The former
		// names no prefix, so that no condition on prefixes lets it pass: the model sees the names of all objects, and reads its own.
		role, err := e.account(modelsNamespace, name, policy.Statement{Actions: []string{"s3:ListBucket"}, Resources: []string{e.parts.Models.ARN()}})
		if err == nil {
			err = e.parts.Models.GrantRead(role, folders...)
		}
		problems.Add(name, err)
	}
	return problems.Err()
}

// mlflow makes the database, and the roles of the server and of who reads the password.
func (e *environmentStack) mlflow(scope tf.Construct) error {
	// Pods read the password when they start, so that a new one is a matter of restarting them: see docs/kubernetes-serving.md.
	made, err := e.postgres(scope, mlflowDatabase(e.env), mlflowserver.Database, e.env.Serving.MLflow.Database, 365)
	if err != nil {
		return err
	}
	if err := made.Allow("cluster", e.parts.Cluster.SecurityGroupID()); err != nil {
		return err
	}
	server, err := e.account(mlflowNamespace, mlflowAccount)
	if err != nil {
		return err
	}
	if err := e.parts.Models.GrantReadWrite(server, mlflowserver.Folder); err != nil {
		return err
	}
	secrets, err := e.account(secretsNamespace, secretsAccount)
	if err != nil {
		return err
	}
	if err := made.GrantReadSecret(secrets); err != nil {
		return err
	}
	tf.Output(e.made, "mlflow_url", "https://"+e.env.Serving.MLflowHost(), "MLflow")
	return nil
}
