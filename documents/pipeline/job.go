package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// Defaults are the settings that the jobs of all steps share. A step that sets the same field overrides it.
type Defaults struct {
	// Role is the ARN of the execution role of jobs and models. Default: each step names its own.
	Role String
	// OutputURI is the S3 prefix under which steps put what has no place of its own: outputs go to
	// <OutputURI>/<pipeline>/<execution id>/<step>. Default: each step names its outputs.
	OutputURI String
	// OutputKMSKey is the ARN or id of the KMS key of outputs. Default: the bucket's encryption.
	OutputKMSKey String
	// VolumeKMSKey is the ARN or id of the KMS key of the instances' volumes. Steps on instances with disks of their own,
	// which refuse one, leave it out. Default: a key of AWS.
	VolumeKMSKey String
	// Network says where jobs run. Default: no VPC, traffic between containers encrypted.
	Network Network
	// Tags are put on jobs and models. Default: none.
	Tags map[string]String
}

// Network says where the containers of a job run.
// https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
type Network struct {
	// Subnets are ids of subnets, at most 16, and given together with SecurityGroups. Default: no VPC; the job reaches
	// S3 and the internet through SageMaker's own network.
	Subnets []String
	// SecurityGroups are ids of security groups, at most 5.
	SecurityGroups []String
	// Isolated cuts the containers off the network. SageMaker still brings inputs and takes outputs. Default: false.
	Isolated bool
	// PlaintextBetweenContainers leaves the traffic between the instances of a job unencrypted, which makes
	// distributed training faster. Default: false, it is encrypted.
	PlaintextBetweenContainers bool
}

// Compute says on what a job runs.
type Compute struct {
	// InstanceType such as "ml.m5.xlarge". Default: "ml.m5.large".
	InstanceType String
	// InstanceCount is the number of instances, from 1, and up to 100 for processing. Default: 1.
	InstanceCount IntegerValue
	// VolumeGB is the size of each instance's volume in gigabytes, 1 to 16384. Default: 30.
	VolumeGB IntegerValue
	// VolumeKMSKey is the ARN or id of the volumes' KMS key. Instances with disks of their own take none, so that an instance
	// type which is a parameter needs allowed values, all of one kind. Default: the pipeline's default.
	VolumeKMSKey String
	// MaxRuntime stops the job, in whole seconds. Default: 24 hours.
	MaxRuntime time.Duration
}

const defaultInstanceType = String(sagemaker.DefaultInstanceType)

func (c *checker) instance(given Compute, instances sagemaker.NumberLimit) (instanceType String, count, volume any, key String) {
	given.InstanceType = cmp.Or(given.InstanceType, defaultInstanceType)
	given.VolumeKMSKey = c.volumeKey("compute.", given.InstanceType, given.VolumeKMSKey)
	return given.InstanceType,
		c.number("compute.instanceCount", given.InstanceCount, 1, instances),
		c.number("compute.volumeGB", given.VolumeGB, sagemaker.DefaultVolumeGB, sagemaker.VolumeGB),
		given.VolumeKMSKey
}

// volumeKey is the key of the volumes, where the instances have volumes that take one.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
func (c *checker) volumeKey(at string, instanceType, key String) String {
	volumes := c.volumes(instanceType)
	if key != "" {
		c.refusal(at+"volumeKMSKey", volumes.Refuse())
	} else {
		key = c.defaultVolumeKey(at+"instanceType", volumes)
	}
	c.access.VolumeKeys = c.note(c.access.VolumeKeys, key)
	return key
}

// defaultVolumeKey is the pipeline's key of volumes where the instances take it.
func (c *checker) defaultVolumeKey(instanceType string, volumes sagemaker.Volumes) String {
	key := c.p.props.Defaults.VolumeKMSKey
	if key != "" {
		c.refusal(instanceType, volumes.Undecided())
	}
	return String(volumes.Key(string(key)))
}

// volumes are those of an instance, as far as its type can be told before an execution.
func (c *checker) volumes(instanceType String) sagemaker.Volumes {
	if text, ok := instanceType.literal(); ok {
		return sagemaker.Volumes{Types: []string{text}}
	}
	if parts := instanceType.parts(); len(parts) == 1 {
		if reference, ok := parts[0].(get); ok {
			name, _ := strings.CutPrefix(reference.path, "Parameters.")
			if declared, ok := c.p.parameter(name); ok && len(declared.allowed) > 0 {
				return sagemaker.Volumes{Types: declared.allowed}
			}
		}
	}
	return sagemaker.Volumes{Open: `make it a parameter with the values that it may have, such as p.String("instance_type", "ml.m5.large", "ml.m5.large", "ml.m5.xlarge")`}
}

func (c *checker) refusal(field string, r *sagemaker.Refusal) {
	if r != nil {
		c.addf(field, "%s", r.Text())
	}
}

// network is the step's network or the default, checked.
func (c *checker) network(given *Network) Network {
	if given == nil {
		given = &c.p.props.Defaults.Network
	}
	subnets, groups := len(given.Subnets), len(given.SecurityGroups)
	if (subnets == 0) != (groups == 0) {
		c.addf("network", "has %d subnets and %d security groups; give both or neither", subnets, groups)
	}
	for _, each := range given.Subnets {
		c.access.Subnets = c.note(c.access.Subnets, each)
	}
	for _, each := range given.SecurityGroups {
		c.access.SecurityGroups = c.note(c.access.SecurityGroups, each)
	}
	return *given
}

func (n Network) vpc() object {
	out := object{}
	out.set("SecurityGroupIds", n.SecurityGroups)
	out.set("Subnets", n.Subnets)
	return out
}

func (c *checker) outputKey(given String) String {
	if given == "" {
		given = c.p.props.Defaults.OutputKMSKey
	}
	c.access.OutputKeys = c.note(c.access.OutputKeys, given)
	return given
}

// output is where a step puts something: the given place, or one below the pipeline's default.
func (c *checker) output(field string, s *step, given String, below string) String {
	if given != "" {
		return c.writes(field, given)
	}
	if c.p.props.Defaults.OutputURI == "" {
		c.addf(field, "is missing; give an S3 URI here, or defaults.outputURI to the pipeline")
	}
	c.s3URI("", c.p.props.Defaults.OutputURI)
	return c.writes(field, s.output(given, below))
}

// output is the place under which a step puts something.
func (s *step) output(given String, below string) String {
	if given != "" {
		return given
	}
	return String(strings.TrimSuffix(string(s.owner.props.Defaults.OutputURI), "/")) + "/" + String(s.owner.name) + "/" + ExecutionID + "/" + String(s.name+below)
}

// folder is the place without the slash at its end, to which SageMaker too adds one slash and the rest.
func (s *step) folder(given String, below string) String {
	return String(strings.TrimSuffix(string(s.output(given, below)), "/"))
}

// tags joins the defaults with those of the step, sorted by key.
func (c *checker) tags(own map[string]String) []object {
	all := map[string]String{}
	maps.Copy(all, c.p.props.Defaults.Tags)
	maps.Copy(all, own)
	return tagList(all)
}

func tagList(tags map[string]String) []object {
	var out []object
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, object{{"Key", key}, {"Value", tags[key].tree()}})
	}
	return out
}

// maxJobPrefix leaves room for what SageMaker appends to make the name of a job unique.
const maxJobPrefix = 32

// jobPrefix writes the name that SageMaker uses as the prefix of the job's name.
func (c *checker) jobPrefix(arguments *object, key, prefix string) {
	if prefix == "" {
		return
	}
	if !jobPrefixPattern.MatchString(prefix) || len(prefix) > maxJobPrefix {
		c.addf("jobNamePrefix", "%q is not allowed; use at most %d letters, digits and hyphens, with a letter or digit first and last", prefix, maxJobPrefix)
	}
	arguments.set(key, prefix)
}

func trialComponent(name String) object {
	out := object{}
	out.set("TrialComponentDisplayName", name)
	return out
}

func quotedKey(name string) string { return fmt.Sprintf("['%s']", name) }
