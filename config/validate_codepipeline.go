package config

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/rule"
)

var codeCommitPattern = lazyregexp.New(`^[A-Za-z0-9_.-]{1,100}$`)

// What a trigger of CodePipeline may have at most.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
const (
	maxTriggerPatterns = 8
	maxTriggerPattern  = 255
)

func (e environmentFile) validateCodePipeline() {
	const path = "codePipeline"
	f, c := e.file, e.CodePipeline
	if e.GitHub == nil {
		f.checkPromotion("promotion", e.Promotion, "add branches or tags, such as promotion: { branches: [main] }, or codePipeline: { enabled: false }")
	}
	f.checkNameLength(path, e.BucketName(BuildsBucket), "shorten the name of the project or the environment")
	f.checkRetention(path+".logRetentionDays", c.LogRetentionDays)
	if f.readable(path + ".source") {
		e.validateCodePipelineSource()
	}
	e.validateCodePipelineApproval()
	switch n := e.Network; {
	case !c.Network:
	case n == nil:
		f.add(path+".network", "true", "needs a network", f.provide("network")+", or remove this line")
	case !f.readable("network"):
	case !n.hasPrivateSubnets():
		f.add(path+".network", "true", "needs private subnets", "add private to network.tiers, or name them in network.existing.privateSubnetIds")
	case n.Existing == nil && n.NAT == NATNone:
		f.add(path+".network", "true", "has no way to the internet, from which builds load Terraform, its providers and Go modules", "set network.nat to single or perZone")
	}
}

func (e environmentFile) validateCodePipelineSource() {
	const path = "codePipeline.source"
	f, source, promotion := e.file, e.CodePipeline.Source, e.Promotion
	switch connection, err := rule.ConnectionARN(source.ConnectionARN); {
	case source.ConnectionARN == "" && source.CodeCommit == "":
		if !f.has(path+".connectionArn") && !f.has(path+".codeCommit") && f.has(path) {
			f.add(path, "", "has neither connectionArn nor codeCommit", "add connectionArn: with a connection of AWS CodeConnections to GitHub, or codeCommit: with the name of a repository")
		}
		return
	case source.ConnectionARN != "" && source.CodeCommit != "":
		f.add(path+".codeCommit", source.CodeCommit, "stands beside connectionArn", "keep one of them")
		return
	case source.CodeCommit != "":
		e.validateCodeCommit()
		return
	case e.elsewhere(connection):
		f.add(path+".connectionArn", source.ConnectionARN, fmt.Sprintf("%s is in the partition %s, the region is in %s", quote(source.ConnectionARN), connection.Partition, e.Partition()), "use a connection of that partition")
	case err != nil:
		f.add(path+".connectionArn", source.ConnectionARN, quote(source.ConnectionARN)+" is no ARN of a connection",
			fmt.Sprintf("write it like arn:aws:codeconnections:%s:%s:connection/ and its id, as the console shows it under Developer Tools, Connections", e.Region, e.Account))
	}
	for _, each := range []struct {
		path     string
		patterns []string
	}{
		{"promotion.branches", promotion.Branches}, {"promotion.tags", promotion.Tags},
		{path + ".paths.include", source.Paths.Include}, {path + ".paths.exclude", source.Paths.Exclude},
	} {
		if len(each.patterns) > maxTriggerPatterns {
			f.add(each.path, "", fmt.Sprintf("has %d patterns", len(each.patterns)), fmt.Sprintf("CodePipeline allows %d; join some in one with a wildcard", maxTriggerPatterns))
		}
		for i, pattern := range each.patterns {
			if pattern == "" || len(pattern) > maxTriggerPattern || strings.HasPrefix(pattern, "/") && strings.HasPrefix(each.path, path) {
				f.add(fmt.Sprintf("%s[%d]", each.path, i), pattern, quote(pattern)+" is no pattern for CodePipeline", fmt.Sprintf("use 1 to %d characters, files from the top of the repository without a slash at the front", maxTriggerPattern))
			}
		}
	}
	if len(source.Paths.Include)+len(source.Paths.Exclude) > 0 && len(promotion.Branches) == 0 && len(promotion.Tags) > 0 {
		f.add(path+".paths", "", "has no effect on tags, and no branch is deployed", "remove it, or add promotion.branches")
	}
}

// validateCodeCommit: a source of CodeCommit follows one branch.
func (e environmentFile) validateCodeCommit() {
	const path = "codePipeline.source"
	f, source, promotion := e.file, e.CodePipeline.Source, e.Promotion
	if !codeCommitPattern.MatchString(source.CodeCommit) || strings.HasSuffix(source.CodeCommit, ".git") {
		f.add(path+".codeCommit", source.CodeCommit, quote(source.CodeCommit)+" is no name of a CodeCommit repository", "use up to 100 letters, digits and ._-, not ending in .git")
	}
	switch {
	case len(promotion.Tags) > 0:
		f.add("promotion.tags", "", "cannot be deployed from CodeCommit, whose source follows one branch", "remove them and name one branch in promotion.branches")
	case len(promotion.Branches) > 1 || len(promotion.Branches) == 1 && strings.ContainsAny(promotion.Branches[0], "*?"):
		f.add("promotion.branches", "", "are more than CodeCommit's source follows", "name one branch, without wildcards")
	}
	if f.has(path + ".paths") {
		f.add(path+".paths", "", "is unknown to CodeCommit's source, which starts at each push to its branch", "remove it")
	}
}

func (e environmentFile) validateCodePipelineApproval() {
	const path = "codePipeline.approval"
	f, approval := e.file, e.CodePipeline.Approval
	f.checkEmails(path+".emails", approval.Emails)
	topic, err := rule.TopicARN(approval.TopicARN)
	switch {
	case approval.TopicARN == "":
		if approval.TopicKeyARN != "" {
			f.add(path+".topicKeyArn", approval.TopicKeyARN, "is the key of no topic", "add topicArn, or remove it")
		}
	case len(approval.Emails) > 0:
		f.add(path+".topicArn", approval.TopicARN, "stands beside emails", "subscribe the addresses to that topic where it was made, or remove it")
	case e.elsewhere(topic):
		f.add(path+".topicArn", approval.TopicARN, fmt.Sprintf("%s is in the partition %s, the region is in %s", quote(approval.TopicARN), topic.Partition, e.Partition()), "use a topic of that partition")
	case err != nil:
		f.add(path+".topicArn", approval.TopicARN, quote(approval.TopicARN)+" is no ARN of an SNS topic", fmt.Sprintf("write it like arn:aws:sns:%s:%s:name", e.Region, e.Account))
	case !e.inRegion(topic.Region):
		f.add(path+".topicArn", approval.TopicARN, fmt.Sprintf("%s is in %s, the pipeline is in %s, and publishes there only", quote(approval.TopicARN), topic.Region, e.Region), "use a topic of that region")
	}
	if key := approval.TopicKeyARN; approval.TopicARN != "" && key != "" {
		if found, err := rule.KeyARN(key); err != nil {
			f.add(path+".topicKeyArn", key, quote(key)+" is no ARN of a KMS key", fmt.Sprintf("write it like arn:aws:kms:%s:%s:key/id", e.Region, e.Account))
		} else if !e.inRegion(found.Region) {
			f.add(path+".topicKeyArn", key, fmt.Sprintf("%s is in %s, and keys encrypt topics of their own region only, here %s", quote(key), found.Region, e.Region), "use the key of the topic")
		}
	}
}

// elsewhere reports whether an ARN is that of another partition.
func (e environmentFile) elsewhere(of rule.ARN) bool {
	return of.Partition != "" && e.Partition() != "" && of.Partition != e.Partition()
}
