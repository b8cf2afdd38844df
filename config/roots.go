package config

import (
	"slices"
	"strings"
)

// Names, ARNs, zones and partitions follow from the project, the accounts and the regions. One of these that is wrong is told alone, and
// then unknown: nothing is held against it, and messages show where it belongs.
const (
	unknownProject = "<project>"
	unknownAccount = "<account>"
	unknownRegion  = "<region>"
)

// known reports whether none of the texts follows from what is unknown.
func known(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(text, unknownProject) || strings.Contains(text, unknownAccount) || strings.Contains(text, unknownRegion)
	})
}

// checkRoots checks them, before anything is derived from them.
func (l *loader) checkRoots() {
	p, f := l.platform, l.platformFile
	if !f.checkProject(p.Project) {
		p.Project = unknownProject
	}
	if !f.checkRegion("region", p.Region) {
		p.Region = unknownRegion
	}
	if !f.checkAccount("operations.account", p.Operations.Account) {
		p.Operations.Account = unknownAccount
	}
	if f.has("operations.region") && !f.checkRegion("operations.region", p.Operations.Region) {
		p.Operations.Region = unknownRegion
	}
	for _, env := range l.environments {
		if !env.file.checkAccount("account", env.Account) {
			env.Account = unknownAccount
		}
		if env.file.has("region") && !env.file.checkRegion("region", env.Region) {
			env.Region = unknownRegion
		}
	}
}

// inAccount reports whether the account is the environment's, as far as that is known.
func (e environmentFile) inAccount(account string) bool {
	return account == e.Account || !known(e.Account)
}

// inRegion reports whether the region is the environment's, as far as that is known.
func (e environmentFile) inRegion(region string) bool { return region == e.Region || !known(e.Region) }

// begins reports whether a name begins with the prefix of the environment and what stands behind it, as far as that is known.
func (e environmentFile) begins(name, behind string) bool {
	return strings.HasPrefix(name, e.Prefix()+behind) || !known(e.Prefix())
}
