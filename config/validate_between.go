package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/subnets"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// validateBetween checks what no file shows on its own. A problem is reported in the later file and names the place in
// the earlier one.
func (l *loader) validateBetween() {
	l.validateState()
	l.validateAuditTrail()
	l.validateImageTrust()
	l.validateImages()
	l.validateSharing()
	l.validatePartitions()
	l.validateProviders()
	l.validateGitHubEnvironments()
	l.validateAfter()
	for i, b := range l.environments {
		for _, a := range l.environments[:i] {
			a.validateAgainst(b)
		}
	}
	l.validateBucketNames()
}

// validateAfter: the environment that must have deployed a commit before comes before, and GitHub deploys it.
func (l *loader) validateAfter() {
	const path = "promotion.after"
	order := l.platform.PromotionOrder
	if len(order) == 0 {
		order = slices.Sorted(slices.Values(l.names))
	}
	for _, e := range l.environments {
		f, after := e.file, e.Promotion.After
		if !f.has(path) || !f.readable(path) || after == NoEnvironment {
			continue
		}
		choices := []string{NoEnvironment}
		if own := slices.Index(order, e.Name); own > 0 {
			choices = append(slices.Clone(order[:own]), NoEnvironment)
		}
		switch {
		case !contains(l.names, after):
			f.add(path, after, quote(after)+" is no environment", "use "+problem.Choices(choices)+didYouMean(after, choices))
		case !contains(choices, after):
			f.add(path, after, fmt.Sprintf("%s does not come before %s in the promotion order: %s", quote(after), e.Name, strings.Join(order, ", ")), "use "+problem.Choices(choices)+", or change promotionOrder")
		case e.GitHub != nil && l.without(after, (*Environment).GitHubEnabled):
			f.add(path, after, quote(after)+" is not deployed by GitHub, so that GitHub does not know what was deployed there", "use "+problem.Choices(choices)+", or switch github on there")
		case e.CodePipeline != nil && l.without(after, (*Environment).CodePipelineEnabled):
			f.add(path, after, quote(after)+" is not deployed by CodePipeline, so that no pipeline knows what was deployed there", "use "+problem.Choices(choices)+", or switch codePipeline on there")
		}
	}
}

// without reports whether an environment is known not to be deployed in a way.
func (l *loader) without(name string, by func(*Environment) bool) bool {
	for _, e := range l.environments {
		if e.Name == name {
			return !by(e.Environment)
		}
	}
	return false
}

// validateAgainst compares an environment with a later one.
func (a environmentFile) validateAgainst(b environmentFile) {
	if a.Network != nil && b.Network != nil && a.file.readable("network") && b.file.readable("network") && !sameVPC(a.Network, b.Network) && subnets.Overlap(a.Network.Range(), b.Network.Range()) {
		b.file.addFirst(rangePath(b.Network), b.Network.Range(), fmt.Sprintf("%s overlaps %s of %s (%s)", b.Network.Range(), a.Network.Range(), a.Name, a.file.position(rangePath(a.Network))),
			"use another range, so that the networks can be connected one day")
	}
	claims(a, b, "branch", "promotion.branches", a.Promotion.Branches, b.Promotion.Branches)
	claims(a, b, "tag", "promotion.tags", a.Promotion.Tags, b.Promotion.Tags)
	if a.Account != b.Account || !known(a.Account) {
		return
	}
	if a.Region == b.Region && known(a.Region) && a.API != nil && b.API != nil && a.API.Logs.AccountRole && b.API.Logs.AccountRole {
		const path = "api.logs.accountRole"
		b.file.addFirst(path, "true", fmt.Sprintf("sets the one role of the account and region for the logs of API Gateway, which %s sets (%s)", a.Name, a.file.position(path)),
			"set it in one environment, by an administrator where both need logs")
	}
	shorter, longer := a.Name, b.Name
	if len(shorter) > len(longer) {
		shorter, longer = longer, shorter
	}
	if strings.HasPrefix(longer, shorter+"-") {
		b.file.whole(0, 0, fmt.Sprintf("the environments %s and %s share an account, and a role limited to names like %s-%s-* would reach both", shorter, longer, a.platform.Project, shorter),
			"rename one, so that neither name begins with the other and a hyphen")
	}
}

// sameVPC reports whether two environments share one existing VPC.
func sameVPC(a, b *Network) bool {
	return a.Existing != nil && b.Existing != nil && a.Existing.VPCID == b.Existing.VPCID
}

func rangePath(n *Network) string {
	if n.Existing != nil {
		return "network.existing.cidr"
	}
	return "network.cidr"
}

// maxPatterns bounds the work of comparing two patterns. GitHub allows names of at most 244 bytes.
const maxPatterns = 2 * 255

// addFirst adds a problem where the field has none yet: what collides with one environment often does with all, and one of them is enough to mend it.
func (f *file) addFirst(path, value, message, fix string) {
	if !slices.ContainsFunc(f.problems, func(p Problem) bool { return p.Field == path }) {
		f.add(path, value, message, fix)
	}
}

// claims reports branches or tags that two environments want.
func claims(a, b environmentFile, kind, path string, ofA, ofB []string) {
	if !a.delivered() || !b.delivered() {
		return
	}
	for j, second := range ofB {
		for i, first := range ofA {
			if first == "" || len(first)+len(second) > maxPatterns || !globsOverlap(first, second) {
				continue
			}
			at := fmt.Sprintf("%s[%d]", path, j)
			where := a.file.position(fmt.Sprintf("%s[%d]", path, i))
			if first == second {
				b.file.addFirst(at, second, fmt.Sprintf("the %s %s is claimed by %s already (%s)", kind, quote(second), a.Name, where), "deploy each "+kind+" to one environment")
			} else {
				b.file.addFirst(at, second, fmt.Sprintf("%s and %s of %s (%s) both match some %s", quote(second), quote(first), a.Name, where, kind), "deploy each "+kind+" to one environment")
			}
		}
	}
}

// delivered reports whether anything deploys the environment by itself.
func (e environmentFile) delivered() bool { return e.GitHub != nil || e.CodePipeline != nil }

// globsOverlap reports whether some text fits both patterns, in which * stands for any characters and ? for one.
func globsOverlap(a, b string) bool {
	type pair struct{ i, j int }
	seen := map[pair]bool{}
	var walk func(i, j int) bool
	walk = func(i, j int) bool {
		if i == len(a) && j == len(b) {
			return true
		}
		if seen[pair{i, j}] {
			return false
		}
		seen[pair{i, j}] = true
		// A star is nothing, or takes one more character of the other side.
		if i < len(a) && a[i] == '*' && (walk(i+1, j) || j < len(b) && walk(i, j+1)) {
			return true
		}
		if j < len(b) && b[j] == '*' && (walk(i, j+1) || i < len(a) && walk(i+1, j)) {
			return true
		}
		if i == len(a) || j == len(b) || a[i] == '*' || b[j] == '*' {
			return false
		}
		return (a[i] == b[j] || a[i] == '?' || b[j] == '?') && walk(i+1, j+1)
	}
	return walk(0, 0)
}

func (f *file) position(path string) string {
	where := f.at(path)
	return fmt.Sprintf("%s:%d:%d", f.name, where.line, where.column)
}

// validatePartitions keeps the platform in one partition, for roles of one cannot be assumed from another.
func (l *loader) validatePartitions() {
	operations := l.platform.Operations.Region
	partition := awsfacts.Partition(operations)
	for _, env := range l.environments {
		own := awsfacts.Partition(env.Region)
		if own != "" && partition != "" && own != partition {
			env.file.add("region", env.Region, fmt.Sprintf("%s is in the partition %s, the operations account is in %s (%s)", quote(env.Region), own, partition, operations),
				"keep all accounts of a platform in one partition")
		}
	}
}

// validateProviders sees to it that each account has at most one maker of GitHub's OIDC provider.
func (l *loader) validateProviders() {
	type maker struct {
		name, where string
	}
	makers := map[string]maker{}
	if o := &l.platform.Operations; o.GitHub != nil && o.GitHub.Provider == CreateProvider && known(o.Account) {
		makers[o.Account] = maker{OperationsName, l.platformFile.position("operations.account")}
	}
	for _, env := range l.environments {
		if env.GitHub == nil || env.GitHub.Provider != CreateProvider || !known(env.Account) {
			continue
		}
		if first, used := makers[env.Account]; used {
			env.file.add("github.provider", "", fmt.Sprintf("would make a second GitHub OIDC provider in account %s, where %s makes it (%s) and AWS allows one", env.Account, first.name, first.where),
				"set github: { provider: existing } here, and deploy "+first.name+" first")
			continue
		}
		makers[env.Account] = maker{env.Name, env.file.position("account")}
	}
}

// validateGitHubEnvironments keeps a job that names one GitHub environment from being trusted by two apply roles.
func (l *loader) validateGitHubEnvironments() {
	users := map[string]string{}
	if g := l.platform.Operations.GitHub; g != nil {
		users[strings.ToLower(g.Environment)] = OperationsName
	}
	for _, env := range l.environments {
		if env.GitHub == nil || env.GitHub.Environment == "" || env.Name == OperationsName {
			continue
		}
		name := strings.ToLower(env.GitHub.Environment) // GitHub does not tell upper from lower case
		if first, used := users[name]; used {
			env.file.add("github.environment", env.GitHub.Environment, fmt.Sprintf("the GitHub environment %s is that of %s already, whose jobs could deploy here", quote(env.GitHub.Environment), first),
				"give each its own, and protect it in the settings of the repository")
			continue
		}
		users[name] = env.Name
	}
}

// validateBucketNames finds bucket names that are used twice: they are unique in a whole partition.
func (l *loader) validateBucketNames() {
	owners := map[string]string{}
	for _, store := range l.stateStores() {
		owners[store.Bucket] = "the state"
		if l.platform.Operations.AuditTrail != nil {
			owners[l.platform.AuditBucket(store)] = "the audit trail"
		}
	}
	for _, part := range []string{ArtifactsBucket, PipelinesBucket} {
		owners[l.platform.Operations.BucketName(part)] = "operations"
	}
	for _, env := range l.environments {
		if env.Storage == nil {
			continue
		}
		for _, each := range []struct{ part, name string }{{ModelsBucket, env.Storage.Models.Name}, {DataBucket, env.Storage.Data.Name}} {
			path := "storage." + each.part + ".name"
			if owner, used := owners[each.name]; used && owner != env.Name {
				env.file.add(path, each.name, fmt.Sprintf("%s is the name of a bucket of %s too", quote(each.name), owner), "give each bucket a name of its own")
			}
			owners[each.name] = env.Name
		}
	}
	l.validateAccessLogBuckets(owners)
}

// validateAccessLogBuckets finds buckets of access logs that are for something else. Environments may share an existing one.
func (l *loader) validateAccessLogBuckets(owners map[string]string) {
	for _, env := range l.environments {
		name, path := env.AccessLogsName(), "storage.accessLogs"
		if name == "" {
			continue
		}
		if env.Storage.AccessLogs.Bucket != "" {
			path += ".bucket"
		}
		if owner, used := owners[name]; used && owner != env.Name {
			env.file.add(path, name, fmt.Sprintf("%s is a bucket of %s, which takes no access logs", quote(name), owner), "name a bucket that is for logs")
		}
	}
}
