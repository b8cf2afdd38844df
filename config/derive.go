package config

import (
	"maps"
	"reflect"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

const defaultZones = 2

// setDerived fills in the zones and the NAT, which follow from the region and the tiers.
func (n *Network) setDerived(f *file, region string) {
	if n.Existing != nil {
		n.Tiers, n.FlowLogs, n.NAT, n.AvailabilityZones, n.Zones = nil, FlowLogs{}, NATNone, 0, nil
		if !f.has("network.endpoints") {
			n.Endpoints = nil
		}
		return
	}
	switch {
	case f.has("network.zones"):
		n.AvailabilityZones = len(n.Zones)
	case !f.has("network.availabilityZones"):
		n.AvailabilityZones = defaultZones
		fallthrough
	default:
		if found, ok := awsfacts.RegionNamed(region); ok && n.AvailabilityZones <= len(found.Zones) {
			n.Zones = found.Zones[:n.AvailabilityZones:n.AvailabilityZones]
		}
	}
	if n.NAT == "" {
		n.NAT = NATNone
		if n.HasTier(PublicTier) && n.HasTier(PrivateTier) {
			n.NAT = NATSingle
		}
	}
}

// setDerived fills in what follows for each node pool from its instance types.
func (c *Cluster) setDerived(f *file) {
	maps.DeleteFunc(c.Addons, func(_ string, addon ClusterAddon) bool { return !addon.Enabled })
	dropOff(c)
	for _, name := range c.NodePoolNames() {
		pool, path := c.NodePools[name], join("cluster.nodePools", name)
		if pool.AMI == "" {
			pool.AMI = pool.neededAMI()
		}
		if !f.has(path + ".desired") {
			pool.Desired = pool.Min
		}
		if pool.DiskSizeGiB == 0 {
			pool.DiskSizeGiB = 50
			if pool.accelerated() {
				pool.DiskSizeGiB = 100
			}
		}
		if pool.accelerated() && !f.has(path+".taints") {
			pool.Taints = []Taint{{Key: acceleratorTaints[pool.AMI], Value: "true", Effect: NoSchedule}}
		}
		c.NodePools[name] = pool
	}
}

// The taints by which the device plugins of NVIDIA and Neuron, and pods that ask for a device, know such nodes.
var acceleratorTaints = map[AMI]string{AMINVIDIA: "nvidia.com/gpu", AMINeuron: "aws.amazon.com/neuron"}

func (n NodePool) accelerated() bool { return n.AMI == AMINVIDIA || n.AMI == AMINeuron }

// neededAMI is the image that the first instance type needs. The others are held against it in the validation.
func (n NodePool) neededAMI() AMI {
	for _, each := range n.InstanceTypes {
		found, ok := awsfacts.ParseInstanceType(each)
		if ok {
			return amiOf(found)
		}
	}
	return AMIStandard
}

func amiOf(instance awsfacts.InstanceType) AMI {
	switch {
	case instance.Accelerator == awsfacts.NVIDIA:
		return AMINVIDIA
	case instance.Accelerator == awsfacts.Neuron:
		return AMINeuron
	case instance.ARM64:
		return AMIARM64
	}
	return AMIStandard
}

// dropOff removes the sections of a section that enabled: false switches off. Serving does without it: that its gpus are off is remembered.
func dropOff(section any) {
	fields := reflect.ValueOf(section).Elem()
	for i := range fields.NumField() {
		each := fields.Field(i)
		if each.Kind() != reflect.Pointer || each.IsNil() || !each.CanSet() || each.Elem().Kind() != reflect.Struct {
			continue
		}
		if enabled := each.Elem().FieldByName("Enabled"); enabled.IsValid() && !enabled.Bool() {
			each.SetZero()
		}
	}
}
