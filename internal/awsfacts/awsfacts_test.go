package awsfacts_test

import (
	"regexp"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

func TestRegionsAreSortedAndTheirZonesBelongToThem(t *testing.T) {
	names := awsfacts.RegionNames()
	require.True(t, sort.StringsAreSorted(names))
	for i, region := range awsfacts.Regions() {
		require.Equal(t, names[i], region.Name)
		require.Equal(t, arn.PartitionOf(region.Name), region.Partition, region.Name)
		require.Equal(t, region.Partition, awsfacts.Partition(region.Name))
		require.GreaterOrEqual(t, len(region.AllZones()), 3, region.Name)
		seen := map[string]bool{}
		for _, zone := range region.AllZones() {
			require.Regexp(t, "^"+regexp.QuoteMeta(region.Name)+"[a-f]$", zone)
			require.False(t, seen[zone], zone)
			require.True(t, region.HasZone(zone))
			seen[zone] = true
		}
	}
}

func TestRegionNamed(t *testing.T) {
	oregon, ok := awsfacts.RegionNamed("us-west-2")
	require.True(t, ok)
	require.Equal(t, []string{"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"}, oregon.Zones)
	require.False(t, oregon.HasZone("us-west-1a"))

	california, ok := awsfacts.RegionNamed("us-west-1")
	require.True(t, ok)
	require.Empty(t, california.Zones, "accounts see different zones")
	require.Len(t, california.SomeZones, 3)

	_, ok = awsfacts.RegionNamed("us-west-3")
	require.False(t, ok)
	require.Empty(t, awsfacts.Partition("us-west-3"))
}

func TestEKSVersionsAreInStandardSupportAsOfTheirDate(t *testing.T) {
	asOf := date(t, awsfacts.EKSAsOf)
	supported, ended := awsfacts.EKSVersions(), awsfacts.EKSEndedVersions()
	require.GreaterOrEqual(t, len(supported), 3, "EKS keeps at least three versions in standard support")
	last := time.Time{}
	for _, version := range append(ended, supported...) {
		end := date(t, version.EndOfStandardSupport)
		require.True(t, end.After(last), "%s is out of order", version.Version)
		last = end
	}
	for _, version := range supported {
		require.True(t, date(t, version.EndOfStandardSupport).After(asOf), version.Version)
	}
	for _, version := range ended {
		require.True(t, date(t, version.EndOfStandardSupport).Before(asOf), version.Version)
	}
	require.Equal(t, supported[0].Version, awsfacts.EKSVersionNames()[0])
}

func date(t *testing.T, text string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return day
}

func TestParseInstanceType(t *testing.T) {
	for name, want := range map[string]awsfacts.InstanceType{
		"m6i.large":           {},
		"t3.medium":           {},
		"c7i-flex.xlarge":     {},
		"m7i.metal-24xl":      {},
		"u-6tb1.112xlarge":    {},
		"m7g.large":           {ARM64: true},
		"c7gn.xlarge":         {ARM64: true},
		"im4gn.large":         {ARM64: true},
		"a1.medium":           {ARM64: true},
		"g4dn.xlarge":         {Accelerator: awsfacts.NVIDIA},
		"g5.xlarge":           {Accelerator: awsfacts.NVIDIA},
		"gr6.4xlarge":         {Accelerator: awsfacts.NVIDIA},
		"p5en.48xlarge":       {Accelerator: awsfacts.NVIDIA},
		"p6-b200.48xlarge":    {Accelerator: awsfacts.NVIDIA},
		"g5g.xlarge":          {Accelerator: awsfacts.NVIDIA, ARM64: true},
		"p6e-gb200.36xlarge":  {Accelerator: awsfacts.NVIDIA, ARM64: true},
		"g4ad.xlarge":         {},
		"inf2.xlarge":         {Accelerator: awsfacts.Neuron},
		"trn1.2xlarge":        {Accelerator: awsfacts.Neuron},
		"trn2.48xlarge":       {Accelerator: awsfacts.Neuron},
		"hpc7g.16xlarge":      {ARM64: true},
		"mac2.metal":          {},
		"u7in-16tb.224xlarge": {},
		"x2gd.metal":          {ARM64: true},
		"r8gd.metal-48xl":     {ARM64: true},
		"m5dn.24xlarge":       {},
		"is4gen.medium":       {ARM64: true},
		"vt1.3xlarge":         {},
		"i4i.xlarge":          {},
		"dl1.24xlarge":        {},
		"f1.2xlarge":          {},
		"t4g.nano":            {ARM64: true},
		"p4d.24xlarge":        {Accelerator: awsfacts.NVIDIA},
	} {
		want.Name = name
		got, ok := awsfacts.ParseInstanceType(name)
		require.True(t, ok, name)
		require.Equal(t, want, got)
	}
	for _, name := range []string{"", "m6i", "m6i.", "large", "M6i.large", "ml.m5.large", "m6i.huge", "m6i.xxlarge", "m6i.large ", "*.large"} {
		_, ok := awsfacts.ParseInstanceType(name)
		require.False(t, ok, name)
	}
}

func TestListsAreCopies(t *testing.T) {
	awsfacts.LogRetentionDays()[0] = 99
	require.Equal(t, 1, awsfacts.LogRetentionDays()[0])
	require.True(t, sort.IntsAreSorted(awsfacts.LogRetentionDays()))
	awsfacts.EKSVersions()[0].Version = "9"
	require.NotEqual(t, "9", awsfacts.EKSVersions()[0].Version)
}
