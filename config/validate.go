package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/github"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// validate checks everything that can be known without AWS. The defaults are filled in by now.
func (l *loader) validate() {
	l.validatePlatform()
	for _, env := range l.environments {
		env.validate()
	}
	l.validateBetween()
}

var (
	projectPattern = lazyregexp.New(`^[a-z][a-z0-9-]{1,18}[a-z0-9]$`)
	accountPattern = lazyregexp.New(`^[0-9]{12}$`)
	profilePattern = lazyregexp.New(`^[A-Za-z0-9_.@/+=-]{1,128}$`)
	// The immutable ids of GitHub.
	idNumberPattern = lazyregexp.New(`^[1-9][0-9]{0,19}$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	policyNamePattern = lazyregexp.New(`^([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]{1,128}$`)
	// A login of GitHub, or an organization with the slug of a team.
	reviewerPattern = lazyregexp.New(`^[A-Za-z0-9](-?[A-Za-z0-9_]){0,38}(/[a-z0-9_]+(-[a-z0-9_]+)*)?$`)
	runnerPattern   = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)
	imagePattern    = lazyregexp.New(`^[a-z0-9]+(?:[._/-][a-z0-9]+)*$`)
)

const maxImageName = 200 // of the 256 characters of ECR, which leaves room for the prefix

// checkLabels checks the labels of machines on which GitHub runs jobs.
func (f *file) checkLabels(path string, labels []string, example string) {
	if len(labels) == 0 {
		f.add(path, "", "names no label of a machine", "write at least one, such as "+example+", or remove the line")
	}
	for i, label := range labels {
		if !runnerPattern.MatchString(label) {
			f.add(fmt.Sprintf("%s[%d]", path, i), label, quote(label)+" is no label of a machine", "use letters, digits and _.-")
		}
	}
}

func (l *loader) validatePlatform() {
	p, f := l.platform, l.platformFile
	repository := github.Repository{Name: p.Repository}
	if ids := p.RepositoryIDs; ids != nil {
		for _, each := range []struct{ path, id string }{{"repositoryIds.owner", ids.Owner}, {"repositoryIds.repository", ids.Repository}} {
			if !idNumberPattern.MatchString(each.id) {
				f.add(each.path, each.id, quote(each.id)+" is no GitHub id", "write its digits, gh api repos/OWNER/NAME shows them")
			}
		}
	}
	f.addErr("repository", p.Repository, repository.Validate())
	f.addErr("defaultBranch", p.DefaultBranch, replaced(github.Branch(p.DefaultBranch).Validate(), "use github.BranchPattern if every branch like it is meant", "name the one branch"))
	f.checkLabels("runsOn", p.RunsOn, "[self-hosted, linux]")
	f.checkLabels("runsOnArm64", p.RunsOnARM64, "[self-hosted, arm64]")
	l.validatePermissionsBoundary()
	l.validateInstanceTypes()
	l.validateOperations()
	l.validatePromotionOrder()
	f.checkTags("tags", p.Tags)
}

// maxPolicyPath is the longest path of a policy, its slashes included.
const maxPolicyPath = 512

func (l *loader) validatePermissionsBoundary() {
	const key = "permissionsBoundary"
	name, f := l.platform.PermissionsBoundary, l.platformFile
	if !f.has(key) {
		return
	}
	if !policyNamePattern.MatchString(name) || strings.LastIndex(name, "/")+len("//") > maxPolicyPath {
		f.add(key, name, quote(name)+" is no name of a managed policy", "write it like acme-boundary, or security/acme-boundary with its path; the ARN would be that of one account")
		return
	}
	prefixes := []string{l.platform.Operations.Prefix()}
	for _, env := range l.environments {
		prefixes = append(prefixes, env.Prefix())
	}
	for _, prefix := range prefixes {
		if known(prefix) && strings.HasPrefix(name, prefix+"-") {
			f.add(key, name, quote(name)+" begins like the policies that the deployment of "+prefix+" makes", "give the policy of your organisation another name, such as acme-boundary")
			return
		}
	}
}

func (l *loader) validateOperations() {
	o, f := &l.platform.Operations, l.platformFile
	f.checkProfile("operations.profile", o.Profile)
	f.checkAdministrators("operations.administrators", o.Administrators, o.Account, "the operations account", o.Partition())
	if o.GitHub != nil {
		f.checkGitHub("operations.github", o.GitHub)
		if f.has("operations.promotion") { // or it is the default branch, which has been checked
			f.checkPromotion("operations.promotion", o.Promotion, "add branches: [main]")
		}
		f.checkTrust("operations.promotion", l.platform, o.Promotion, *o.GitHub, o.Account, o.Partition())
		if after := o.Promotion.After; after != "" && after != NoEnvironment {
			f.add("operations.promotion.after", after, quote(after)+" comes after operations", "remove it")
		}
	}
	for i, image := range o.Images {
		f.checkImageName(fmt.Sprintf("operations.images[%d]", i), image)
	}
	for _, part := range []string{ArtifactsBucket, PipelinesBucket} {
		f.checkNameLength("project", o.BucketName(part), "shorten the project's name")
	}
}

func (l *loader) validatePromotionOrder() {
	p, f := l.platform, l.platformFile
	if !f.has("promotionOrder") || !f.readable("promotionOrder") {
		return
	}
	unknown := 0
	for i, name := range p.PromotionOrder {
		if !contains(l.names, name) {
			unknown++
			f.add(fmt.Sprintf("promotionOrder[%d]", i), name, quote(name)+" is no environment",
				"use "+problem.Choices(l.names)+didYouMean(name, l.names))
		}
	}
	var left []string
	for _, name := range l.names {
		if !contains(p.PromotionOrder, name) {
			left = append(left, name)
		}
	}
	if len(left) <= unknown {
		return // those that are misspelt
	}
	for _, name := range left {
		f.add("promotionOrder", "", "leaves out the environment "+name, "name each environment once, or remove promotionOrder for the alphabetical order")
	}
}

func (e environmentFile) validate() {
	f := e.file
	f.checkProfile("profile", e.Profile)
	f.checkAdministrators("administrators", e.Administrators, e.Account, "the environment's account", e.Partition())
	if e.GitHub != nil {
		f.checkGitHub("github", e.GitHub)
		f.checkPromotion("promotion", e.Promotion, "add branches or tags, such as promotion: { branches: [main] }, or github: { enabled: false }")
		f.checkTrust("promotion", e.platform, e.Promotion, *e.GitHub, e.Account, e.Partition())
	}
	if e.Network != nil {
		e.validateNetwork()
	}
	if e.Cluster != nil {
		e.validateCluster()
	}
	if e.Serving != nil {
		e.validateServingPart()
	}
	if e.Storage != nil {
		e.validateStorage()
	}
	if e.Registry != nil {
		e.validateRegistry()
	}
	if e.Training != nil {
		e.validateTraining()
	}
	if e.Automation != nil {
		e.validateAutomation()
	}
	if e.Endpoint != nil {
		e.validateEndpoint()
	}
	if e.LoadBalancer != nil {
		e.validateLoadBalancer()
	}
	if e.ServicesEnabled() {
		e.validateServices()
	}
	if e.MLflow != nil {
		e.validateMLflowPart()
	}
	if e.Workers != nil {
		e.validateWorkers()
	}
	e.checkPriorities()
	e.checkReached()
	if e.API != nil {
		e.validateAPI()
	}
	if e.Monitoring != nil {
		e.validateMonitoring()
	}
	if e.Notifications != nil {
		e.validateNotifications()
	}
	if e.CodePipeline != nil {
		e.validateCodePipeline()
	}
	f.checkTags("tags", e.Tags)
}

func (f *file) checkProject(name string) bool {
	switch {
	case !projectPattern.MatchString(name) || strings.Contains(name, "--"):
		f.add("project", name, fmt.Sprintf("%s cannot begin the names of resources", quote(name)),
			"use 3 to 20 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen")
	case strings.HasPrefix(name, "aws") || strings.HasPrefix(name, "ssm"):
		f.add("project", name, fmt.Sprintf("%s begins as AWS keeps for parameters of its own", quote(name)), "use a name that does not begin with aws or ssm")
	default:
		return true
	}
	return false
}

func (f *file) checkAccount(path, account string) bool {
	if accountPattern.MatchString(account) {
		return true
	}
	fix := "write its 12 digits in quotes, without hyphens"
	if strings.ContainsAny(account, "“”„‘’‚«»") {
		fix = `write its 12 digits in the straight quotes of a keyboard: "222222222222"`
	}
	f.add(path, account, fmt.Sprintf("%s is no AWS account id", quote(account)), fix)
	return false
}

func (f *file) checkRegion(path, region string) bool {
	if _, ok := awsfacts.RegionNamed(region); !ok {
		names := awsfacts.RegionNames()
		fix := "see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html"
		if nearest := didYouMean(region, names); nearest != "" {
			fix = "use an AWS region" + nearest
		}
		f.add(path, region, fmt.Sprintf("%s is no AWS region", quote(region)), fix)
		return false
	}
	if !awsfacts.ProviderKnows(region) {
		f.add(path, region, fmt.Sprintf("%s is newer than version %s of the AWS provider, which is the one used here and refuses it", quote(region), awsfacts.ProviderVersion), "use another region")
		return false
	}
	return true
}

func (f *file) checkProfile(path, profile string) {
	if profile != "" && !profilePattern.MatchString(profile) {
		f.add(path, profile, fmt.Sprintf("%s is no name of an AWS CLI profile", quote(profile)), "use letters, digits and _.@/+=-, as in ~/.aws/config behind the word profile")
	}
}

func (f *file) checkAdministrators(path string, roles []string, account, owner, partition string) {
	for i, role := range roles {
		at := fmt.Sprintf("%s[%d]", path, i)
		found, err := rule.RoleARN(role)
		example := fmt.Sprintf("write the ARN of one IAM role, such as arn:%s:iam::%s:role/platform-admin", cmp.Or(partition, "aws"), account)
		switch {
		case strings.ContainsAny(role, "*?"):
			f.add(at, role, quote(role)+" has a wildcard", example)
		case strings.Contains(role, ":assumed-role/"):
			f.add(at, role, quote(role)+" is a session of a role", "write the role itself: arn:aws:iam::ACCOUNT:role/NAME, with its path")
		case err != nil:
			f.add(at, role, quote(role)+" is no ARN of an IAM role", example)
		case known(account) && found.Account != account:
			f.add(at, role, fmt.Sprintf("%s belongs to account %s, %s is %s", quote(role), found.Account, owner, account), "use a role of that account")
		case partition != "" && found.Partition != partition:
			f.add(at, role, fmt.Sprintf("%s is in the partition %s, the region is in %s", quote(role), found.Partition, partition), "begin it with arn:"+partition+":")
		}
	}
}

func (f *file) checkGitHub(path string, g *GitHub) {
	f.addErr(path+".environment", g.Environment, github.Environment(g.Environment).Validate())
	if most := 6; len(g.Reviewers) > most {
		// https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#required-reviewers
		f.add(path+".reviewers", "", fmt.Sprintf("has %d names", len(g.Reviewers)), fmt.Sprintf("GitHub allows %d, name a team", most))
	}
	for i, reviewer := range g.Reviewers {
		if !reviewerPattern.MatchString(reviewer) {
			f.add(fmt.Sprintf("%s.reviewers[%d]", path, i), reviewer, quote(reviewer)+" is no user or team of GitHub", "write a user like alice, and a team with its organization, like acme/ml-leads")
		}
	}
}

func (f *file) checkPromotion(path string, p Promotion, example string) {
	if len(p.Branches)+len(p.Tags) == 0 {
		if !f.readable(path) {
			return
		}
		f.add(path, "", "names no branch and no tag, so that nothing could ever be deployed", example)
		return
	}
	check := func(field string, names []string, exact, pattern func(string) github.Subject) {
		for i, name := range names {
			subject := exact(name)
			if strings.ContainsAny(name, "*?") {
				subject = pattern(name)
			}
			at := fmt.Sprintf("%s.%s[%d]", path, field, i)
			if rest, ok := strings.CutPrefix(name, "refs/"); ok {
				_, short, _ := strings.Cut(rest, "/")
				f.add(at, name, quote(name)+" is a whole ref", "write the name alone: "+short)
				continue
			}
			f.addErr(at, name, subject.Validate())
		}
	}
	check("branches", p.Branches, github.Branch, github.BranchPattern)
	check("tags", p.Tags, github.Tag, github.TagPattern)
}

func (f *file) checkImageName(path, name string) {
	if !imagePattern.MatchString(name) || len(name) > maxImageName {
		f.add(path, name, quote(name)+" is no name of an ECR repository",
			fmt.Sprintf("use up to %d lower-case letters and digits, with single . _ - or / between them", maxImageName))
	}
}

// checkNameLength reports a bucket name that was put together and came out too long.
func (f *file) checkNameLength(path, name, fix string) {
	if len(name) > awsfacts.MaxBucketName && known(name) {
		f.add(path, "", fmt.Sprintf("makes the bucket name %s, which has %d characters where S3 allows %d", name, len(name), awsfacts.MaxBucketName), fix)
	}
}

var reservedTags = []string{"Project", "Environment", "Repository", "Stack", "ManagedBy"}

// checkTags checks tags against the rules that all services share.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
func (f *file) checkTags(path string, tags map[string]string) {
	if most := awsfacts.MaxTags - len(reservedTags) - 1; len(tags) > most { // one is left for Name
		f.add(path, "", fmt.Sprintf("has %d tags", len(tags)), fmt.Sprintf("AWS allows %d on a resource, of which %d are left here", awsfacts.MaxTags, most))
	}
	folded := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		at, value := join(path, key), tags[key]
		switch {
		case rule.TagKey(key) != nil:
			f.addErr(at, key, rule.TagKey(key))
		case containsFold(reservedTags, key):
			f.add(at, key, quote(key)+" is set on every resource already", "choose another key; "+problem.Choices(reservedTags)+" are reserved, and IAM does not tell upper from lower case")
		case folded[strings.ToLower(key)] != "":
			f.add(at, key, fmt.Sprintf("%s differs from %s only in upper and lower case", quote(key), quote(folded[strings.ToLower(key)])), "IAM does not tell them apart; keep one")
		}
		folded[strings.ToLower(key)] = key
		f.addErr(at, value, rule.TagValue(value))
	}
}

func containsFold(values []string, value string) bool {
	for _, each := range values {
		if strings.EqualFold(each, value) {
			return true
		}
	}
	return false
}
