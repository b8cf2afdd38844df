package awsfacts

// An EKSVersion is a Kubernetes version as Amazon EKS offers it.
type EKSVersion struct {
	// Version is the minor version, such as 1.35.
	Version string
	// EndOfStandardSupport is the day, as YYYY-MM-DD in UTC, on which extended support begins and costs extra.
	EndOfStandardSupport string
}

// EKSAsOf is the day for which EKSVersions and EKSEndedVersions were written down.
const EKSAsOf = "2026-11-21"

// The calendar of https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, where a version has
// standard support for the first 14 months after its release on EKS.
//
// The dates of 1.32 to 1.34 were read in AWS's own source of that page, that of 1.35 in endoflife.date's copy of it.
// For 1.36 AWS's release notes were read, which list it under standard support; its date comes from two third-party
// copies of the calendar and fits the 14 months after its release on EKS on 2 June 2026. No word of 1.37 on EKS was
// found, so it is left out here although Kubernetes itself may have released it.
var eksVersions = []EKSVersion{
	{"1.34", "2026-12-02"},
	{"1.35", "2027-03-27"},
	{"1.36", "2027-08-02"},
}

// Versions whose standard support has ended. EKS still creates clusters of some of them, at a higher price.
var eksEndedVersions = []EKSVersion{
	{"1.28", "2024-11-26"},
	{"1.29", "2025-03-23"},
	{"1.30", "2025-07-23"},
	{"1.31", "2025-11-26"},
	{"1.32", "2026-03-23"},
	{"1.33", "2026-07-29"},
}

// EKSVersions are the versions in standard support on the day EKSAsOf, oldest first. The list does not follow the
// clock, so that a configuration that loads today still loads tomorrow.
func EKSVersions() []EKSVersion { return append([]EKSVersion(nil), eksVersions...) }

// EKSEndedVersions are versions whose standard support had ended by EKSAsOf, oldest first.
func EKSEndedVersions() []EKSVersion { return append([]EKSVersion(nil), eksEndedVersions...) }

// EKSVersionNames are the names of EKSVersions, oldest first.
func EKSVersionNames() []string {
	names := make([]string, len(eksVersions))
	for i, each := range eksVersions {
		names[i] = each.Version
	}
	return names
}
