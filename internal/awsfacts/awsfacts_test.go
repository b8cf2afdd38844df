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

func TestListsAreCopies(t *testing.T) {
	awsfacts.LogRetentionDays()[0] = 99
	require.Equal(t, 1, awsfacts.LogRetentionDays()[0])
	require.True(t, sort.IntsAreSorted(awsfacts.LogRetentionDays()))
	awsfacts.EKSVersions()[0].Version = "9"
	require.NotEqual(t, "9", awsfacts.EKSVersions()[0].Version)
}
