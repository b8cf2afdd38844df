// Package autoscaling holds what the targets of Application Auto Scaling have in common.
package autoscaling

import "slices"

// ScheduledLimits are the attributes of a target that its schedules change. Terraform leaves them alone, or the next plan would change
// them back.
func ScheduledLimits[S any](schedules []S, limits func(S) (lowest, highest *int)) []string {
	var changed []string
	for _, schedule := range schedules {
		lowest, highest := limits(schedule)
		if lowest != nil {
			changed = append(changed, "min_capacity")
		}
		if highest != nil {
			changed = append(changed, "max_capacity")
		}
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}
