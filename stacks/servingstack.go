package stacks

import (
	"cmp"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsdbinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsekscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawslbtargetgroup"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/helmrelease"
	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// servingStack is the stack with the software in the cluster while it is being made: Helm releases, in the order in which they need each
// other, which Terraform removes the other way round.
type servingStack struct {
	*environmentStack
	stack config.Stack
	root  tf.Stack
	// facts are what is looked up, as references of Terraform.
	facts    map[string]string
	problems problem.List
	// before is what every release comes after: the namespaces.
	before *helmrelease.Release
	// controller registers pods at target groups, and must outlive what asks it to.
	controller *helmrelease.Release
	// secrets is the External Secrets operator, once something asked for it.
	secrets *helmrelease.Release
	// others are the charts of others, as their makers publish them.
	others []helmrelease.Chart
}

// servingSoftware makes the stack.
func (e *environmentStack) servingSoftware(of config.Stack) error {
	root, err := e.newStack(of)
	if err != nil {
		return err
	}
	s := &servingStack{environmentStack: e, stack: of, root: root}
	if err := tf.Guard(of.Name, s.lookUp); err != nil {
		return err
	}
	if err := helmrelease.Connect(root, helmrelease.ProviderProps{
		ClusterName: e.clusterName(), Region: of.Region, Endpoint: s.fact("endpoint"), CAData: s.fact("authority"), Profile: e.profile(of),
	}); err != nil {
		return err
	}
	s.before = s.own("namespaces", s.namespaces(), nil)
	s.controller = s.install(helmvalues.LoadBalancerController, controllersNamespace, s.balancerValues())
	s.nodes()
	s.gpus()
	var keda *helmrelease.Release
	if e.env.Serving.KEDA != nil {
		keda = s.install(helmvalues.KEDA, "keda", helmvalues.KEDAValues{Region: of.Region}.Values())
	}
	s.models(s.kserve(), keda)
	if e.env.Serving.MLflow != nil {
		s.mlflowServer()
	}
	if e.env.KeepsMetrics(config.MetricsSelfHosted) {
		s.selfHostedMetrics()
	}
	s.problems.Add("chartRegistry", s.copyCharts())
	return s.problems.Err()
}

// readCharts lets who plans and applies take charts from copies in Amazon ECR.
func (e *environmentStack) readCharts() []policy.Statement {
	if !e.env.ServingEnabled() {
		return nil
	}
	registry := e.env.Serving.ChartRegistry
	host, region, ok := config.ECRHost(registry)
	if !ok {
		return nil
	}
	folder := strings.TrimPrefix(strings.TrimPrefix(registry, host), "/")
	var repositories []string
	for _, name := range helmvalues.ChartNames() {
		repositories = append(repositories, "arn:"+e.scope.Partition+":ecr:"+region+":"+host[:12]+":repository/"+path.Join(folder, name))
	}
	return []policy.Statement{
		// ECR has no resource level for who logs in.
		{Sid: "LogInForCharts", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
		{Sid: "TakeCharts", Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, Resources: repositories},
	}
}

// copyCharts writes the script beside the stack that copies its charts into the registry from which they are installed.
func (s *servingStack) copyCharts() error {
	registry := s.env.Serving.ChartRegistry
	if registry == "" {
		return nil
	}
	lines := []string{"#!/usr/bin/env bash", "# Copies the charts of " + s.stack.Name + " that are not there yet to " + registry + ". It needs Helm, the AWS CLI, and whoever may push there.", "set -euo pipefail", `cd "$(mktemp -d)"`}
	if host, region, ok := config.ECRHost(registry); ok {
		lines = append(lines, "aws ecr get-login-password --region "+region+" | helm registry login --username AWS --password-stdin "+host)
	}
	for _, each := range s.others {
		lines = append(lines, "if ! helm show chart oci://"+registry+"/"+each.Name+" --version "+each.Version+" > /dev/null 2>&1; then")
		for _, command := range each.MirrorCommands(registry) {
			lines = append(lines, "  "+command)
		}
		lines = append(lines, "fi")
	}
	return writeInto(filepath.Join(tf.StackFolder(s.app, s.stack.Name), "scripts"), "copy-charts.sh", strings.Join(lines, "\n")+"\n")
}

// lookUp finds what the environment's stack made, by its names: a provider must not be configured from resources of its own state, and
// stacks do not read each other's. These are the only data sources of the platform, in the one stack whose plan asks a cluster anyway.
func (s *servingStack) lookUp() error {
	s.facts = map[string]string{}
	cluster := tf.DataAddress(dataawsekscluster.NewDataAwsEksCluster(s.root, tf.Str("cluster"), &dataawsekscluster.DataAwsEksClusterConfig{Name: tf.Str(s.clusterName())}))
	s.facts["endpoint"], s.facts["authority"] = cluster+".endpoint", cluster+".certificate_authority[0].data"
	s.facts["vpc"], s.facts["subnets"] = cluster+".vpc_config[0].vpc_id", "sort(tolist("+cluster+".vpc_config[0].subnet_ids))"
	targets := func(name string) {
		group := dataawslbtargetgroup.NewDataAwsLbTargetGroup(s.root, tf.Str(name+"-targets"), &dataawslbtargetgroup.DataAwsLbTargetGroupConfig{
			Tags: tf.StrMap(map[string]string{"Name": servingBalancerName(s.env) + "-" + name, "Stack": s.Name}),
		})
		s.facts[name+"Targets"] = tf.DataAddress(group) + ".arn"
	}
	targets(modelsNamespace)
	if s.env.Serving.MLflow != nil {
		targets(mlflowNamespace)
		database := tf.DataAddress(dataawsdbinstance.NewDataAwsDbInstance(s.root, tf.Str("database"), &dataawsdbinstance.DataAwsDbInstanceConfig{DbInstanceIdentifier: tf.Str(mlflowDatabase(s.env))}))
		s.facts["databaseHost"], s.facts["databaseSecret"] = database+".address", database+".master_user_secret[0].secret_arn"
	}
	return nil
}

// fact is what lookUp found, as an expression of Terraform, and what stands behind it.
func (s *servingStack) fact(name string, behind ...string) string {
	return "${" + s.facts[name] + strings.Join(behind, "") + "}"
}

// chartOf is the chart of this name, in the version and from where the file says.
func (s *servingStack) chartOf(name string) helmrelease.Chart {
	known, _ := helmvalues.Find(name)
	made := helmrelease.Chart{Repository: known.Repository, Name: known.Name, Version: known.Version}
	if chosen, ok := s.env.Serving.Charts[name]; ok {
		made.Version, made.Digest = chosen.Version, chosen.Digest
	}
	s.others = append(s.others, made)
	return made.From(s.env.Serving.ChartRegistry)
}

// install releases a chart of others, under the chart's name.
func (s *servingStack) install(name, namespace string, values helmvalues.Values, after ...*helmrelease.Release) *helmrelease.Release {
	return s.release(name, helmrelease.Props{Name: name, Namespace: namespace, Chart: s.chartOf(name), Values: values}, after)
}

// own writes a chart of our own objects beside the stack and releases it. The values are what only Terraform knows.
func (s *servingStack) own(name string, objects []kubernetes.Object, values map[string]any, after ...*helmrelease.Release) *helmrelease.Release {
	return s.ownChart(chart.Chart{Name: name, Description: "Objects of " + s.stack.Name + ".", Objects: objects}, controllersNamespace, 0, values, after)
}

func (s *servingStack) ownChart(made chart.Chart, namespace string, timeout time.Duration, values map[string]any, after []*helmrelease.Release) *helmrelease.Release {
	version, err := made.Write(filepath.Join(tf.StackFolder(s.app, s.stack.Name), "charts", made.Name))
	if err != nil {
		s.problems.Add(made.Name, err)
		return nil
	}
	return s.release(made.Name, helmrelease.Props{
		Name: made.Name, Namespace: namespace, Timeout: timeout, Values: values,
		Chart: helmrelease.Chart{Path: "charts/" + made.Name, Version: version},
	}, after)
}

func (s *servingStack) release(id string, props helmrelease.Props, after []*helmrelease.Release) *helmrelease.Release {
	for _, each := range append([]*helmrelease.Release{s.before}, after...) {
		if each != nil {
			props.After = append(props.After, each.Dependable())
		}
	}
	made, err := helmrelease.New(s.root, id, props)
	s.problems.Add(id, err)
	return made
}

// secretsOperator installs External Secrets, which hands secrets to pods. It has a role where there are secrets in AWS.
func (s *servingStack) secretsOperator() *helmrelease.Release {
	if s.secrets == nil {
		account := helmvalues.Account{Create: true, Name: secretsAccount}
		if s.env.Serving.MLflow != nil {
			account = s.identity(secretsNamespace, secretsAccount)
		}
		s.secrets = s.install(helmvalues.ExternalSecrets, secretsNamespace, helmvalues.ExternalSecretsValues{ServiceAccount: account, ReplicaCount: 2}.Values())
	}
	return s.secrets
}

// identity is the service account of a chart that has a role: by Pod Identity nothing in Kubernetes names it.
func (s *servingStack) identity(namespace, name string) helmvalues.Account {
	account := helmvalues.Account{Create: true, Name: name}
	if role := s.irsa(namespace, name); role != "" {
		account.Annotations = map[string]string{kubernetes.RoleARN: role}
	}
	return account
}

// irsa is the role that a service account must name. Empty with Pod Identity.
func (s *servingStack) irsa(namespace, name string) string {
	if s.env.Cluster.Identity != config.IdentityIRSA {
		return ""
	}
	return s.scope.Role(servingRoleName(s.env, namespace, name))
}

// namespaces of all that follows. Their pods meet the standard "baseline" of Kubernetes, and those of MLflow "restricted".
func (s *servingStack) namespaces() []kubernetes.Object {
	levels := map[string]kubernetes.PodSecurity{gatewayNamespace: kubernetes.Baseline, "kserve": kubernetes.Baseline, modelsNamespace: kubernetes.Baseline}
	if s.env.Serving.MLflow != nil {
		levels[mlflowNamespace], levels[secretsNamespace] = kubernetes.Restricted, kubernetes.Restricted
	}
	if s.env.KeepsMetrics(config.MetricsSelfHosted) {
		levels[monitoringNamespace], levels[secretsNamespace] = kubernetes.Baseline, kubernetes.Restricted
	}
	if s.env.Serving.KEDA != nil {
		levels["keda"] = kubernetes.Restricted
	}
	if s.env.Serving.Mode == config.ServingKnative {
		levels[mesh], levels["knative-operator"], levels["knative-serving"] = kubernetes.Baseline, kubernetes.Baseline, kubernetes.Baseline
	}
	var objects []kubernetes.Object
	for _, name := range sorted(levels) {
		objects = append(objects, kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: name, Labels: kubernetes.PodSecurityLabels(levels[name])}})
	}
	return objects
}

func (s *servingStack) balancerValues() helmvalues.Values {
	return helmvalues.LoadBalancerControllerValues{
		ClusterName: s.clusterName(), Region: s.stack.Region, VPCID: s.fact("vpc"), ReplicaCount: 2,
		ServiceAccount: s.identity(controllersNamespace, balancerAccount),
	}.Values()
}

// nodes installs Karpenter and its pools.
func (s *servingStack) nodes() {
	if s.env.Cluster.Karpenter == nil {
		return
	}
	account := helmvalues.Account{Create: true, Name: "karpenter"}
	if s.env.Cluster.Identity == config.IdentityIRSA {
		account.Annotations = map[string]string{kubernetes.RoleARN: s.scope.Role(s.clusterName() + "-karpenter")}
	}
	karpenter := s.install(helmvalues.Karpenter, controllersNamespace, helmvalues.KarpenterValues{
		Settings: helmvalues.KarpenterSettings{ClusterName: s.clusterName(), InterruptionQueue: s.clusterName() + "-karpenter"}, ServiceAccount: account, Replicas: 2,
	}.Values())
	values := map[string]any{}
	var subnets []kubernetes.SelectorTerm
	for i := range s.parts.Network.PrivateSubnetIDs() {
		name := "subnet" + strconv.Itoa(i)
		values[name] = s.fact("subnets", "["+strconv.Itoa(i)+"]")
		subnets = append(subnets, kubernetes.SelectorTerm{ID: kubernetes.Value(name)})
	}
	var objects []kubernetes.Object
	tags := s.tags(s.stack)
	for _, name := range s.env.Serving.NodePoolNames() {
		objects = append(objects, s.nodePool(name, subnets, tags)...)
	}
	if len(objects) > 0 {
		s.own("nodes", objects, values, karpenter)
	}
}

// gpus installs what Kubernetes knows GPUs by, and where Prometheus reads pods, what tells of them.
func (s *servingStack) gpus() {
	if !s.env.ServingGPUs() {
		return
	}
	nodes := helmvalues.GPUNodes{InstanceTypes: s.env.GPUInstanceTypes()}
	s.install(helmvalues.NVIDIADevicePlugin, controllersNamespace, helmvalues.NVIDIADevicePluginValues{Nodes: nodes}.Values())
	if s.env.KeepsMetrics(config.MetricsManaged) || s.env.KeepsMetrics(config.MetricsSelfHosted) {
		s.install(helmvalues.DCGMExporter, controllersNamespace, helmvalues.DCGMExporterValues{Nodes: nodes}.Values())
	}
}

func (s *servingStack) nodePool(name string, subnets []kubernetes.SelectorTerm, tags map[string]string) []kubernetes.Object {
	of := s.env.Serving.NodePools[name]
	version := cmp.Or(of.ImageVersion, "latest")
	capacity := map[config.Capacity]string{config.CapacityOnDemand: "on-demand", config.CapacitySpot: "spot"}[of.Capacity]
	pool := kubernetes.NodePool{
		Metadata: kubernetes.Metadata{Name: name},
		Limits:   kubernetes.Resources{"cpu": kubernetes.Quantity(strconv.Itoa(of.MaxCPUs))},
		Disruption: &kubernetes.Disruption{
			ConsolidationPolicy: "WhenEmptyOrUnderutilized", ConsolidateAfter: kubernetes.Duration(5 * time.Minute), Budgets: []kubernetes.Budget{{Nodes: "10%"}},
		},
		Template: kubernetes.NodeTemplate{Spec: kubernetes.NodeSpec{
			NodeClassRef: kubernetes.NodeClassRef{Name: name}, ExpireAfter: kubernetes.Duration(30 * 24 * time.Hour), TerminationGracePeriod: kubernetes.Duration(time.Hour),
			Requirements: []kubernetes.NodeRequirement{
				kubernetes.Require("karpenter.k8s.aws/instance-category", of.Categories...), kubernetes.Require("karpenter.sh/capacity-type", capacity),
				kubernetes.Require("kubernetes.io/arch", "amd64"), kubernetes.Require("kubernetes.io/os", "linux"),
				// Older types cannot have the blocks of addresses that the network plugin gives to nodes; bare metal, which has no hypervisor, is left out, too.
				kubernetes.Require("karpenter.k8s.aws/instance-hypervisor", "nitro"),
			},
		}},
	}
	if of.GPU {
		pool.Template.Spec.Taints = []kubernetes.Taint{{Key: "nvidia.com/gpu", Value: "true", Effect: "NoSchedule"}}
	}
	return []kubernetes.Object{pool, kubernetes.EC2NodeClass{
		Metadata: kubernetes.Metadata{Name: name}, Role: s.clusterName() + "-karpenter-node", Tags: tags,
		AMISelectorTerms: []kubernetes.AMITerm{{Alias: "al2023@" + version}}, SubnetSelectorTerms: subnets,
		SecurityGroupSelectorTerms: []kubernetes.SelectorTerm{{Tags: map[string]string{"karpenter.sh/discovery": s.clusterName()}}},
		BlockDeviceMappings: []kubernetes.BlockDevice{{DeviceName: "/dev/xvda", EBS: kubernetes.EBS{
			VolumeSize: kubernetes.Quantity(strconv.Itoa(of.DiskSizeGiB) + "Gi"), VolumeType: "gp3", Encrypted: true,
		}}},
	}}
}
