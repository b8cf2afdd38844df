package kubernetes

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A NodePool lets Karpenter make nodes for pods that have none, and take away what is not needed.
// https://karpenter.sh/docs/concepts/nodepools/
type NodePool struct {
	Metadata `json:"-"`
	// Template of the nodes.
	Template NodeTemplate `json:"template"`
	// Disruption says when nodes go. Default: those that are empty or underused, after 0 s, a tenth of them at a time.
	Disruption *Disruption `json:"disruption,omitempty"`
	// Limits of all nodes of the pool together, such as cpu and nvidia.com/gpu. Required here: a pool without is without bounds.
	Limits Resources `json:"limits"`
	// Weight of the pool among others, 1 to 100; the highest is tried first. Default: 0, the last.
	Weight int `json:"weight,omitempty"`
}

// A NodeTemplate is what nodes are made of.
type NodeTemplate struct {
	// Metadata are labels and annotations of the nodes.
	Metadata TemplateMetadata `json:"metadata,omitzero"`
	// Spec is the rest.
	Spec NodeSpec `json:"spec"`
}

// A NodeSpec is what nodes may be.
type NodeSpec struct {
	// NodeClassRef is the EC2NodeClass.
	NodeClassRef NodeClassRef `json:"nodeClassRef"`
	// Requirements on labels that Karpenter knows, such as karpenter.sh/capacity-type, karpenter.k8s.aws/instance-category and
	// kubernetes.io/arch.
	Requirements []NodeRequirement `json:"requirements"`
	// Taints keep other pods away; StartupTaints go when something else takes them off. Default: none.
	Taints        []Taint `json:"taints,omitempty"`
	StartupTaints []Taint `json:"startupTaints,omitempty"`
	// ExpireAfter replaces nodes of that age. Default: 720h.
	ExpireAfter Duration `json:"expireAfter,omitempty"`
	// TerminationGracePeriod is how long draining may take. Default: for ever.
	TerminationGracePeriod Duration `json:"terminationGracePeriod,omitempty"`
}

// A NodeClassRef names an EC2NodeClass.
type NodeClassRef struct {
	Name string
}

// MarshalJSON adds the group and the kind, which are always the same.
func (r NodeClassRef) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Group string `json:"group"`
		Kind  string `json:"kind"`
		Name  string `json:"name"`
	}{"karpenter.k8s.aws", "EC2NodeClass", r.Name})
}

// A NodeRequirement is a Requirement that at least MinValues values are to meet.
type NodeRequirement struct {
	Requirement
	// MinValues is 1 to 50. Default: none.
	MinValues int `json:"minValues,omitempty"`
}

// Require is a requirement on one of the values.
func Require(key string, values ...string) NodeRequirement {
	return NodeRequirement{Requirement: Requirement{Key: key, Operator: "In", Values: values}}
}

// A Taint keeps pods away that do not tolerate it.
type Taint struct {
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
	// Effect is NoSchedule, PreferNoSchedule or NoExecute.
	Effect string `json:"effect"`
}

// Disruption is when Karpenter takes nodes away.
type Disruption struct {
	// ConsolidationPolicy is WhenEmpty or WhenEmptyOrUnderutilized. Default: WhenEmptyOrUnderutilized.
	ConsolidationPolicy string `json:"consolidationPolicy,omitempty"`
	// ConsolidateAfter is how long nothing must have changed on the node. Default: 0s.
	ConsolidateAfter Duration `json:"consolidateAfter"`
	// Budgets bound how many nodes go at a time. Default: 10%.
	Budgets []Budget `json:"budgets,omitempty"`
}

// A Budget bounds how many nodes go at a time, always or from a time on for a while.
type Budget struct {
	// Nodes is a number or a share.
	Nodes string `json:"nodes"`
	// Schedule is when it begins, as a cron expression in UTC, and Duration how long it holds. Both or neither.
	Schedule string   `json:"schedule,omitempty"`
	Duration Duration `json:"duration,omitempty"`
	// Reasons are Underutilized, Empty and Drifted. Default: all.
	Reasons []string `json:"reasons,omitempty"`
}

// An EC2NodeClass is what Karpenter's nodes are on EC2. Those made here ask for IMDSv2 with one hop and encrypted disks.
// https://karpenter.sh/docs/concepts/nodeclasses/
type EC2NodeClass struct {
	Metadata `json:"-"`
	// AMISelectorTerms choose the image. An alias with a version, such as al2023@v20250920, stays; @latest replaces nodes whenever AWS
	// makes another.
	AMISelectorTerms []AMITerm `json:"amiSelectorTerms"`
	// AMIFamily is AL2023, Bottlerocket or Custom: how the user data of an image is written. Required without an alias, which says it.
	AMIFamily string `json:"amiFamily,omitempty"`
	// SubnetSelectorTerms and SecurityGroupSelectorTerms choose where the nodes are.
	SubnetSelectorTerms        []SelectorTerm `json:"subnetSelectorTerms"`
	SecurityGroupSelectorTerms []SelectorTerm `json:"securityGroupSelectorTerms"`
	// Role is the name of the role of the nodes, for which Karpenter makes an instance profile; or InstanceProfile. One of the two.
	Role            string `json:"role,omitempty"`
	InstanceProfile string `json:"instanceProfile,omitempty"`
	// Tags of the instances and disks. Default: none.
	Tags map[string]string `json:"tags,omitempty"`
	// BlockDeviceMappings are the disks. Default: that of the image, encrypted only where the account encrypts by default.
	BlockDeviceMappings []BlockDevice `json:"blockDeviceMappings,omitempty"`
	// InstanceStorePolicy is RAID0: local disks hold what pods write. Default: local disks are not used.
	InstanceStorePolicy string `json:"instanceStorePolicy,omitempty"`
	// MetadataOptions of the instances. Default: IMDSv2, one hop, so that pods have no way to the role of the node.
	MetadataOptions *MetadataOptions `json:"metadataOptions,omitempty"`
	// UserData is merged with that of Karpenter. Default: none.
	UserData string `json:"userData,omitempty"`
	// Kubelet are settings of the kubelet. Default: none.
	Kubelet *Kubelet `json:"kubelet,omitempty"`
	// DetailedMonitoring is metrics of EC2 each minute. Default: false.
	DetailedMonitoring bool `json:"detailedMonitoring,omitempty"`
}

// An AMITerm chooses images: by alias, or by id, or by name, owner and tags.
type AMITerm struct {
	// Alias is al2023, al2 or bottlerocket with a version.
	Alias string            `json:"alias,omitempty"`
	ID    string            `json:"id,omitempty"`
	Name  string            `json:"name,omitempty"`
	Owner string            `json:"owner,omitempty"`
	Tags  map[string]string `json:"tags,omitempty"`
}

// A SelectorTerm chooses subnets or security groups by id, or by tags.
type SelectorTerm struct {
	ID   string            `json:"id,omitempty"`
	Tags map[string]string `json:"tags,omitempty"`
}

// A BlockDevice is a disk.
type BlockDevice struct {
	// DeviceName such as /dev/xvda.
	DeviceName string `json:"deviceName"`
	EBS        EBS    `json:"ebs"`
}

// EBS is a volume.
type EBS struct {
	// VolumeSize such as 100Gi.
	VolumeSize Quantity `json:"volumeSize"`
	// VolumeType such as gp3.
	VolumeType string `json:"volumeType"`
	// Encrypted must be true.
	Encrypted bool `json:"encrypted"`
	// KMSKeyID is the key. Default: AWS's key for EBS.
	KMSKeyID string `json:"kmsKeyID,omitempty"`
	// IOPS and Throughput in MiB/s. Default: those of the type.
	IOPS       int `json:"iops,omitempty"`
	Throughput int `json:"throughput,omitempty"`
}

// MetadataOptions are those of EC2's instance metadata service.
type MetadataOptions struct {
	HTTPEndpoint            string `json:"httpEndpoint,omitempty"`
	HTTPTokens              string `json:"httpTokens,omitempty"`
	HTTPPutResponseHopLimit int    `json:"httpPutResponseHopLimit,omitempty"`
}

// Kubelet are settings of the kubelet.
type Kubelet struct {
	// MaxPods of a node. Default: by the addresses of the instance type.
	MaxPods int `json:"maxPods,omitempty"`
	// SystemReserved and KubeReserved are set aside. Default: by the instance type.
	SystemReserved Resources `json:"systemReserved,omitempty"`
	KubeReserved   Resources `json:"kubeReserved,omitempty"`
}

// Describe is karpenter.sh/v1 NodePool.
func (NodePool) Describe() Kind {
	return Kind{APIVersion: "karpenter.sh/v1", Kind: "NodePool", Cluster: true}
}

// Describe is karpenter.k8s.aws/v1 EC2NodeClass.
func (EC2NodeClass) Describe() Kind {
	return Kind{APIVersion: "karpenter.k8s.aws/v1", Kind: "EC2NodeClass", Cluster: true}
}

// Validate reports everything that is wrong.
func (p NodePool) Validate() error {
	problems := begin(p)
	p.Template.Metadata.check(problems, "template.metadata.")
	for _, key := range slices.Sorted(maps.Keys(p.Template.Metadata.Labels)) {
		if slices.Contains([]string{"karpenter.sh/nodepool", "kubernetes.io/hostname"}, key) || strings.HasPrefix(key, "kubernetes.io/cluster/") {
			problems.Addf(problem.Key("template.metadata.labels", key), "is Karpenter's own; use another label")
		}
	}
	spec := p.Template.Spec
	checkName(problems, "template.spec.nodeClassRef.name", spec.NodeClassRef.Name)
	if len(spec.Requirements) == 0 {
		problems.Addf("template.spec.requirements", "are missing, so that nodes may be of every type; require at least karpenter.sh/capacity-type and karpenter.k8s.aws/instance-category")
	}
	for i, each := range spec.Requirements {
		at := problem.Index("template.spec.requirements", i)
		each.Requirement.check(problems, at, true)
		if each.MinValues != 0 {
			between(problems, at+".minValues", each.MinValues, 1, 50)
			if each.Operator == "In" && len(each.Values) < each.MinValues {
				problems.Addf(at+".minValues", "%d is more than there are values, %d; lower it", each.MinValues, len(each.Values))
			}
		}
		if each.Key == "karpenter.sh/capacity-type" {
			for j, value := range each.Values {
				oneOf(problems, problem.Index(at+".values", j), value, "spot", "on-demand", "reserved")
			}
		}
		if each.Key == "karpenter.sh/nodepool" || each.Key == "kubernetes.io/hostname" {
			problems.Addf(at+".key", "%q is Karpenter's own; drop it", each.Key)
		}
	}
	for _, list := range []struct {
		name   string
		taints []Taint
	}{{"taints", spec.Taints}, {"startupTaints", spec.StartupTaints}} {
		for i, each := range list.taints {
			at := problem.Index("template.spec."+list.name, i)
			checkKey(problems, at+".key", each.Key)
			checkLabelValue(problems, at+".value", each.Value)
			if each.Effect == "" {
				problems.Addf(at+".effect", "is missing; use NoSchedule, PreferNoSchedule or NoExecute")
			}
			oneOf(problems, at+".effect", each.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute")
		}
	}
	checkKarpenterTime(problems, "template.spec.expireAfter", spec.ExpireAfter)
	checkKarpenterTime(problems, "template.spec.terminationGracePeriod", spec.TerminationGracePeriod)
	if len(p.Limits) == 0 {
		problems.Addf("limits", "are missing, so that nothing bounds the number of nodes and their price; give at least cpu")
	}
	p.Limits.check(problems, "limits")
	if p.Weight != 0 {
		between(problems, "weight", p.Weight, 1, 100)
	}
	if d := p.Disruption; d != nil {
		oneOf(problems, "disruption.consolidationPolicy", d.ConsolidationPolicy, "WhenEmpty", "WhenEmptyOrUnderutilized")
		checkKarpenterTime(problems, "disruption.consolidateAfter", d.ConsolidateAfter)
		for i, each := range d.Budgets {
			at := problem.Index("disruption.budgets", i)
			checkShare(problems, at+".nodes", IntOrString(each.Nodes))
			if (each.Schedule == "") != (each.Duration == 0) {
				problems.Addf(at+".schedule", "and duration belong together; give both or neither")
			}
			if each.Duration%60_000_000_000 != 0 {
				problems.Addf(at+".duration", "%s has seconds; use whole minutes", each.Duration)
			}
			for j, reason := range each.Reasons {
				oneOf(problems, problem.Index(at+".reasons", j), reason, "Underutilized", "Empty", "Drifted")
			}
		}
	}
	return problems.Err()
}

func checkKarpenterTime(problems *problem.List, path string, d Duration) {
	if d < 0 || d%1_000_000_000 != 0 {
		problems.Addf(path, "%s is negative, or has parts of a second; use a time such as 30s or 720h", d)
	}
}

var (
	aliasPattern  = lazyregexp.New(`^(al2|al2023|bottlerocket)@(latest|v[A-Za-z0-9.]+)$`)
	amiPattern    = lazyregexp.New(`^ami-[0-9a-f]{8,17}$`)
	subnetPattern = lazyregexp.New(`^subnet-[0-9a-f]{8,17}$`)
)

// Validate reports everything that is wrong.
func (c EC2NodeClass) Validate() error {
	problems := begin(c)
	if len(c.AMISelectorTerms) == 0 {
		problems.Addf("amiSelectorTerms", "are missing; give an alias such as al2023@v20250920")
	}
	for i, each := range c.AMISelectorTerms {
		at := problem.Index("amiSelectorTerms", i)
		ways := count(each.Alias != "", each.ID != "", each.Name != "" || len(each.Tags) > 0)
		switch {
		case ways != 1:
			problems.Addf(at, "chooses in %d ways; give one of alias, id, and name or tags", ways)
		case each.Alias != "" && !aliasPattern.MatchString(each.Alias):
			problems.Addf(at+".alias", "%q is no alias; write it like al2023@v20250920 or bottlerocket@v1.49.0", each.Alias)
		case each.Alias != "" && len(c.AMISelectorTerms) > 1:
			problems.Addf(at+".alias", "%q is given beside other terms; an alias stands alone", each.Alias)
		case each.ID != "" && !amiPattern.MatchString(each.ID):
			problems.Addf(at+".id", "%q is no image; write it like ami-0123456789abcdef0", each.ID)
		}
	}
	oneOf(problems, "amiFamily", c.AMIFamily, "AL2023", "Bottlerocket", "Custom")
	if aliased := slices.ContainsFunc(c.AMISelectorTerms, func(t AMITerm) bool { return t.Alias != "" }); c.AMIFamily == "" && !aliased && len(c.AMISelectorTerms) > 0 {
		problems.Addf("amiFamily", "is missing, which only an alias says; use AL2023, Bottlerocket or Custom")
	}
	checkTerms(problems, "subnetSelectorTerms", c.SubnetSelectorTerms, subnetPattern, "subnet-0123456789abcdef0")
	checkTerms(problems, "securityGroupSelectorTerms", c.SecurityGroupSelectorTerms, groupPattern, "sg-0123456789abcdef0")
	switch {
	case (c.Role == "") == (c.InstanceProfile == ""):
		problems.Addf("role", "and instanceProfile are both given, or neither is; give one of the two")
	case strings.HasPrefix(c.Role, "arn:"):
		problems.Addf("role", "%q is an ARN; give the name of the role", c.Role)
	}
	for i, each := range c.BlockDeviceMappings {
		at := problem.Index("blockDeviceMappings", i)
		if !strings.HasPrefix(each.DeviceName, "/dev/") {
			problems.Addf(at+".deviceName", "%q is no device; write it like /dev/xvda", each.DeviceName)
		}
		if size, ok := each.EBS.VolumeSize.amount(); !ok || size.Cmp(power(1024, 3)) < 0 {
			problems.Addf(at+".ebs.volumeSize", "%q is no size; write it like 100Gi", each.EBS.VolumeSize)
		}
		if each.EBS.VolumeType == "" {
			problems.Addf(at+".ebs.volumeType", "is missing; use gp3")
		}
		oneOf(problems, at+".ebs.volumeType", each.EBS.VolumeType, "gp3", "gp2", "io1", "io2", "st1", "sc1", "standard")
		if !each.EBS.Encrypted {
			problems.Addf(at+".ebs.encrypted", "is false; set it to true")
		}
	}
	oneOf(problems, "instanceStorePolicy", c.InstanceStorePolicy, "RAID0")
	if o := c.MetadataOptions; o != nil {
		oneOf(problems, "metadataOptions.httpEndpoint", o.HTTPEndpoint, "enabled", "disabled")
		if o.HTTPTokens == "optional" {
			problems.Addf("metadataOptions.httpTokens", "\"optional\" allows IMDSv1, with which a request that is led astray gets the node's role; use required")
		}
		oneOf(problems, "metadataOptions.httpTokens", o.HTTPTokens, "required", "optional")
		if o.HTTPPutResponseHopLimit != 0 {
			between(problems, "metadataOptions.httpPutResponseHopLimit", o.HTTPPutResponseHopLimit, 1, 64)
		}
	}
	if k := c.Kubelet; k != nil {
		if k.MaxPods < 0 {
			problems.Addf("kubelet.maxPods", "%d is negative; use 1 or more, or leave it out", k.MaxPods)
		}
		k.SystemReserved.check(problems, "kubelet.systemReserved")
		k.KubeReserved.check(problems, "kubelet.kubeReserved")
	}
	for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
		if key == "" || strings.HasPrefix(key, "kubernetes.io/cluster") || key == "karpenter.sh/nodepool" || key == "karpenter.sh/nodeclaim" || key == "karpenter.k8s.aws/ec2nodeclass" || key == "eks:eks-cluster-name" {
			problems.Addf(problem.Key("tags", key), "is Karpenter's own, or empty; use another tag")
		}
	}
	return problems.Err()
}

func checkTerms(problems *problem.List, path string, terms []SelectorTerm, pattern *lazyregexp.Regexp, example string) {
	if len(terms) == 0 {
		problems.Addf(path, "are missing; choose by id or by tags")
	}
	for i, each := range terms {
		at := problem.Index(path, i)
		switch {
		case (each.ID == "") == (len(each.Tags) == 0):
			problems.Addf(at, "chooses by id and by tags, or by neither; give one of the two")
		case each.ID != "" && !token.Is(each.ID) && !pattern.MatchString(each.ID):
			problems.Addf(at+".id", "%q is no id; write it like %s", each.ID, example)
		}
	}
}
