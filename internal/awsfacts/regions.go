// Package awsfacts holds facts about AWS that a configuration can be checked against without a call to AWS.
package awsfacts

import (
	"slices"
	"strings"
)

// A Region is an AWS region with what is public about it.
type Region struct {
	// Name is the region's code, such as us-west-2.
	Name string
	// Partition is aws, aws-cn or aws-us-gov.
	Partition string
	// Zones are the availability zones that every account sees, in order, such as us-west-2a.
	Zones []string
	// SomeZones are further zones that only some accounts see.
	SomeZones []string
}

// The regions with the letters of their zones; letters after a slash are zones that only some accounts see.
//
// The names and numbers of zones are those of
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html and
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html, which list zones by id.
// The letters were gathered from public Terraform and SDK sources, for AWS prints no list of them.
//
// In the oldest regions the letters stand for other buildings in each account that was created before November 2025,
// and us-west-1 shows each account two of its three zones:
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
var regionTable = []struct{ name, partition, letters string }{
	{"af-south-1", "aws", "abc"},
	{"ap-east-1", "aws", "abc"},
	{"ap-east-2", "aws", "abc"},
	{"ap-northeast-1", "aws", "acd/b"},
	{"ap-northeast-2", "aws", "abcd"},
	{"ap-northeast-3", "aws", "abc"},
	{"ap-south-1", "aws", "abc"},
	{"ap-south-2", "aws", "abc"},
	{"ap-southeast-1", "aws", "abc"},
	{"ap-southeast-2", "aws", "abc"},
	{"ap-southeast-3", "aws", "abc"},
	{"ap-southeast-4", "aws", "abc"},
	{"ap-southeast-5", "aws", "abc"},
	{"ap-southeast-6", "aws", "abc"},
	{"ap-southeast-7", "aws", "abc"},
	{"ca-central-1", "aws", "abd"},
	{"ca-west-1", "aws", "abc"},
	{"cn-north-1", "aws-cn", "abd"},
	{"cn-northwest-1", "aws-cn", "abc"},
	{"eu-central-1", "aws", "abc"},
	{"eu-central-2", "aws", "abc"},
	{"eu-north-1", "aws", "abc"},
	{"eu-south-1", "aws", "abc"},
	{"eu-south-2", "aws", "abc"},
	{"eu-west-1", "aws", "abc"},
	{"eu-west-2", "aws", "abc"},
	{"eu-west-3", "aws", "abc"},
	{"il-central-1", "aws", "abc"},
	{"me-central-1", "aws", "abc"},
	{"me-south-1", "aws", "abc"},
	{"mx-central-1", "aws", "abc"},
	{"sa-east-1", "aws", "abc"},
	{"us-east-1", "aws", "abcdef"},
	{"us-east-2", "aws", "abc"},
	{"us-gov-east-1", "aws-us-gov", "abc"},
	{"us-gov-west-1", "aws-us-gov", "abc"},
	{"us-west-1", "aws", "/abc"},
	{"us-west-2", "aws", "abcd"},
}

// ProviderVersion is the version of the AWS provider that the bindings pin.
const ProviderVersion = "5.99.1"

// newerThanProvider are the regions that this version of the provider refuses, for they are not in the list that it is
// built with: github.com/hashicorp/aws-sdk-go-base/v2 v2.0.0-beta.64, endpoints/endpoints_gen.go.
var newerThanProvider = []string{"ap-east-2", "ap-southeast-6"}

// ProviderKnows reports whether the provider works in the region.
func ProviderKnows(region string) bool { return !slices.Contains(newerThanProvider, region) }

// Regions are all regions known here, sorted by name.
func Regions() []Region {
	regions := make([]Region, len(regionTable))
	for i, each := range regionTable {
		regions[i] = newRegion(each.name, each.partition, each.letters)
	}
	return regions
}

// RegionNamed finds a region by its name.
func RegionNamed(name string) (Region, bool) {
	for _, each := range regionTable {
		if each.name == name {
			return newRegion(each.name, each.partition, each.letters), true
		}
	}
	return Region{}, false
}

// RegionNames are the names of all regions known here, sorted.
func RegionNames() []string {
	names := make([]string, len(regionTable))
	for i, each := range regionTable {
		names[i] = each.name
	}
	return names
}

// Partition is the partition of a region, and "" for a region that is not known.
func Partition(region string) string {
	found, _ := RegionNamed(region)
	return found.Partition
}

func newRegion(name, partition, letters string) Region {
	zones := func(letters string) []string {
		var names []string
		for _, letter := range letters {
			names = append(names, name+string(letter))
		}
		return names
	}
	common, some, _ := strings.Cut(letters, "/")
	return Region{Name: name, Partition: partition, Zones: zones(common), SomeZones: zones(some)}
}

// HasZone reports whether some account sees a zone of this name in the region.
func (r Region) HasZone(zone string) bool {
	return slices.Contains(r.AllZones(), zone)
}

// AllZones are the zones that every account sees, then those that only some do.
func (r Region) AllZones() []string {
	return append(append([]string(nil), r.Zones...), r.SomeZones...)
}
