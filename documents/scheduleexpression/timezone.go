package scheduleexpression

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/token"
)

//go:generate go run ./internal/generate

//go:embed zones.txt
var zonesText string

// zones are the names of the IANA time zone database, sorted. The database of the machine does not count: it may be old, and
// has names such as localtime that mean something else on each machine.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
var zones = strings.Fields(zonesText)

// ValidateTimeZone reports a name that is not in the IANA time zone database, such as Europe/Berlin. What only
// Terraform knows passes.
func ValidateTimeZone(name string) error {
	if token.Is(name) {
		return nil
	}
	if _, found := slices.BinarySearch(zones, name); !found {
		return fmt.Errorf("%q is no time zone; use a name of the IANA database, such as Europe/Berlin", name)
	}
	return nil
}
