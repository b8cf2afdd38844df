package rule

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// Zone checks the name of an availability zone: no account sees it in the region otherwise. The zones of a region that is not known
// here are let through.
func Zone(region, zone string) error {
	found, known := awsfacts.RegionNamed(region)
	if known && !found.HasZone(zone) {
		zones := found.AllZones()
		last := len(zones) - 1
		return fmt.Errorf("%q is no zone of %s; use %s or %s", zone, region, strings.Join(zones[:last], ", "), zones[last])
	}
	return nil
}
