package config_test

import (
	"fmt"
	"strings"
)

// many writes n values in which a number stands for %d.
func many(format string, n int) string {
	values := make([]string, n)
	for i := range values {
		values[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(values, ", ")
}

// What was accepted once, and refused later by a construct, by Terraform or by AWS.
func init() {
	badInputs = append(badInputs, []struct {
		name  string
		files files
		want  string
	}{
		{
			"numbers far out of range", dev(`
network: { cidr: 10.10.0.0/16, availabilityZones: -1 }
storage: { data: { noncurrentVersionDays: -2147483648 } }
`),
			`environments/dev.yaml:3:51: network.availabilityZones: -1 is not allowed; use 1 to 6
environments/dev.yaml:4:43: storage.data.noncurrentVersionDays: -2147483648 is not allowed; use 1 to 3650`,
		},
		{
			"serving on a network of unknown range", dev(`
network: { existing: { vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567, subnet-89abcdef] } }
storage: {}
administrators: [arn:aws:iam::222222222222:role/admin]
cluster: { version: "1.35", runner: {}, nodePools: { general: { instanceTypes: [m6i.large], max: 3 } } }
serving: { domain: serving.example.com, hostedZone: Z0123456789ABCDEFGHIJ, mlflow: { database: { storageGiB: 60000 } } }
`),
			`environments/dev.yaml:7:10: serving: needs the range of the existing network, which its models admit for metrics; add network.existing.cidr
environments/dev.yaml:7:110: serving.mlflow.database.storageGiB: 60000 is not allowed; use 20 to 59578`,
		},
		{
			"folders of models that are others to some clients, or many", dev(`
network: { cidr: 10.10.0.0/16 }
storage: {}
administrators: [arn:aws:iam::222222222222:role/admin]
cluster: { version: "1.35", runner: {}, nodePools: { general: { instanceTypes: [m6i.large], max: 3 } } }
serving:
  domain: serving.example.com
  hostedZone: Z0123456789ABCDEFGHIJ
  models:
    a: { path: ./a, question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
    b: { path: a/../b, question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
    c: { path: a*, question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
    d: { path: .a/b..c/1.2, question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
`),
			`environments/dev.yaml:11:16: serving.models.a.path: "./a" is no folder of the bucket; write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..
environments/dev.yaml:12:16: serving.models.b.path: "a/../b" is no folder of the bucket; write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..
environments/dev.yaml:13:16: serving.models.c.path: "a*" is no folder of the bucket; write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..`,
		},
		{
			"expressions of Terraform", dev(`
tags: { "${a}": b, c: "%{d}" }
github: { reviewers: ["#{e}"] }
storage: { data: { name: "$${f}" } }
`),
			`environments/dev.yaml:3:9: tags.${a}: "${a}" would be evaluated, for its "${"; write the value itself
environments/dev.yaml:3:23: tags.c: "%{d}" would be evaluated, for its "%{"; write the value itself
environments/dev.yaml:4:23: github.reviewers[0]: "#{e}" would be evaluated, for its "#{"; write the value itself
environments/dev.yaml:5:26: storage.data.name: "$${f}" would be evaluated, for its "${"; write the value itself`,
		},
		{
			"expressions in a list", dev(`
codePipeline:
  source: { codeCommit: wine }
  approval: { emails: ["${a}@example.com"] }
`),
			`environments/dev.yaml:5:24: codePipeline.approval.emails[0]: "${a}@example.com" would be evaluated, for its "${"; write the value itself`,
		},
		{
			"names that are expressions", dev(`
storage: {}
automation:
  image: { tag: a }
  tuning: { objective: { metric: $.x }, metrics: { $.x: "x=(.*)" }, integers: { depth: { min: 1, max: 3 } } }
  register: { threshold: 0.8 }
`),
			`environments/dev.yaml:6:34: automation.tuning.objective.metric: "$.x" would be evaluated, for its "$."; write it otherwise, or keep it in a file of the image
environments/dev.yaml:6:57: automation.tuning.metrics.$.x: "$.x" would be evaluated, for its "$."; write it otherwise, or keep it in a file of the image`,
		},
		{
			"control characters", dev(`
tags: { Team: "a\u001bb" }
`),
			`environments/dev.yaml:3:15: tags.Team: "a\x1bb" holds the control character "\x1b"; leave it out`,
		},
		{
			"labels that nodes cannot have", dev(`
administrators: ["arn:aws:iam::222222222222:role/x"]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general:
      instanceTypes: [m6i.large]
      max: 3
      labels:
        kubernetes.io/role: a
        eks.amazonaws.com/nodegroup: a
        a-very-long-name-of-a-department-of-acme.example.com/the-team-that-owns-it: a
        a..b/c: a
        empty: ""
`),
			`environments/dev.yaml:12:29: cluster.nodePools.general.labels.kubernetes.io/role: "kubernetes.io/role" is in a domain in which nodes may not label themselves; use one of your own, such as example.com/team
environments/dev.yaml:13:38: cluster.nodePools.general.labels.eks.amazonaws.com/nodegroup: "eks.amazonaws.com/nodegroup" is in a domain in which nodes may not label themselves; use one of your own, such as example.com/team
environments/dev.yaml:14:85: cluster.nodePools.general.labels.a-very-long-name-of-a-department-of-acme.example.com/the-team-that-owns-it: "a-very-long-name-of-a-department-of-acme.example.com/the-team-that-owns-it" is longer than the 63 characters that EKS takes, the part before the slash included; shorten it
environments/dev.yaml:15:17: cluster.nodePools.general.labels.a..b/c: "a..b/c" is no Kubernetes label key; write it like team or example.com/team
environments/dev.yaml:16:16: cluster.nodePools.general.labels.empty: has no value, which EKS does not take; write one, such as "true"`,
		},
		{
			"taints that stand twice", dev(`
administrators: ["arn:aws:iam::222222222222:role/x"]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], max: 3 }
    tainted:
      instanceTypes: [m6i.large]
      max: 3
      taints: [{ key: a, effect: NoSchedule }, { key: a, effect: NoExecute }, { key: a, value: b, effect: NoSchedule }]
`),
			`environments/dev.yaml:12:86: cluster.nodePools.tainted.taints[2].key: "a" has the effect NoSchedule already; keep one of the two, the first is cluster.nodePools.tainted.taints[0]`,
		},
		{
			"too many taints", dev(`
administrators: ["arn:aws:iam::222222222222:role/x"]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], max: 3 }
    tainted: { instanceTypes: [m6i.large], max: 3, taints: [` + many("{ key: a%d, effect: NoSchedule }", 51) + `] }
`),
			`environments/dev.yaml:9:60: cluster.nodePools.tainted.taints: has 51 taints; EKS allows 50`,
		},
		{
			"public access from most of the internet", dev(`
administrators: ["arn:aws:iam::222222222222:role/x"]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  compute: autoMode
  publicAccessCidrs: [128.0.0.0/1, 224.0.0.0/8, 100.64.0.0/10, 203.0.113.0/024]
`),
			`environments/dev.yaml:8:23: cluster.publicAccessCidrs[0]: 128.0.0.0/1 opens the Kubernetes API to much of the internet; name the ranges that need it, /8 or smaller, or set allowPublicAccessFromAnywhere: true
environments/dev.yaml:8:36: cluster.publicAccessCidrs[1]: 224.0.0.0/8 is multicast or reserved, from which nobody comes; remove it
environments/dev.yaml:8:49: cluster.publicAccessCidrs[2]: 100.64.0.0/10 is private address space, which never arrives at a public endpoint; remove it: the VPC reaches the private endpoint anyway
environments/dev.yaml:8:64: cluster.publicAccessCidrs[3]: "203.0.113.0/024" is no IPv4 range; write it like 203.0.113.0/24, and a single address like 203.0.113.7/32`,
		},
		{
			"more administrators than a trust policy holds", dev("administrators: [" + many("arn:aws:iam::222222222222:role/platform-administrator-%d", 40) + "]\n"),
			`environments/dev.yaml:3:17: administrators: makes the trust policy of the role wine-dev-state 2588 characters long, where IAM takes 2048; name fewer roles, such as one that all of them assume`,
		},
		{
			"administrators with impossible names", dev(`
administrators:
  - arn:aws:iam::222222222222:role//x
  - arn:aws:iam::222222222222:role/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  - arn:aws:iam::222222222222:role/a/
`),
			`environments/dev.yaml:4:5: administrators[0]: "arn:aws:iam::222222222222:role//x" is no ARN of an IAM role; write the ARN of one IAM role, such as arn:aws:iam::222222222222:role/platform-admin
environments/dev.yaml:5:5: administrators[1]: "arn:aws:iam::222222222222:role/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no ARN of an IAM role; write the ARN of one IAM role, such as arn:aws:iam::222222222222:role/platform-admin
environments/dev.yaml:6:5: administrators[2]: "arn:aws:iam::222222222222:role/a/" is no ARN of an IAM role; write the ARN of one IAM role, such as arn:aws:iam::222222222222:role/platform-admin`,
		},
		{
			"more accounts than a repository policy holds", dev("registry: { repositories: { a: { pullAccounts: [" + many(`"555555555%03d"`, 500) + "] } } }\n"),
			`environments/dev.yaml:3:48: registry.repositories.a.pullAccounts: has 500 accounts, which make a repository policy of 16686 characters where ECR allows 10240; name fewer`,
		},
		{
			"locked objects that are to be deleted", dev(`
protect: false
storage: { models: { objectLockDays: 7 } }
`),
			`environments/dev.yaml:4:38: storage.models.objectLockDays: locks versions, which protect: false wants to be deleted with the environment; set it to 0, or remove protect: false`,
		},
		{
			"access logs in the state bucket", platform(`
state: { accessLogBucket: wine-terraform-state-111111111111-us-west-2 }
`),
			`platform.yaml:6:27: state.accessLogBucket: "wine-terraform-state-111111111111-us-west-2" is the state bucket, whose logs would be logged without end; name another bucket`,
		},
		{
			"range with a leading zero", dev(`
network: { cidr: 10.10.0.0/016 }
`),
			`environments/dev.yaml:3:18: network.cidr: "10.10.0.0/016" is no range of addresses; write it like 10.0.0.0/16`,
		},
		{
			"interface endpoints without a tier for them", dev(`
network: { cidr: 10.10.0.0/16, tiers: [public], endpoints: [s3, ecr] }
`),
			`environments/dev.yaml:3:65: network.endpoints[1]: ecr is an interface endpoint and needs private or isolated subnets; add a tier, or remove it`,
		},
		{
			"time zones of the machine", dev(`
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, schedule: { expression: rate(1 day), timeZone: localtime } }
`),
			`environments/dev.yaml:4:105: training.schedule.timeZone: "localtime" is no time zone; use a name of the IANA database, such as Europe/Berlin`,
		},
		{
			"time zone that is none", dev(`
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, schedule: { expression: rate(1 day), timeZone: Factory } }
`),
			`environments/dev.yaml:4:105: training.schedule.timeZone: "Factory" is no time zone; use a name of the IANA database, such as Europe/Berlin`,
		},
		{
			"connection of no real form", dev(`
codePipeline: { source: { connectionArn: "arn:aws:codeconnections:us-west-2:222222222222:connection/------------------------------------" } }
`),
			`environments/dev.yaml:3:42: codePipeline.source.connectionArn: "arn:aws:codeconnections:us-west-2:222222222222:connection/------------------------------------" is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:222222222222:connection/ and its id, as the console shows it under Developer Tools, Connections`,
		},
		{
			"connection in a region that is none", dev(`
codePipeline: { source: { connectionArn: "arn:aws:codeconnections:mars-1:222222222222:connection/01234567-89ab-4def-8123-456789abcdef" } }
`),
			`environments/dev.yaml:3:42: codePipeline.source.connectionArn: "arn:aws:codeconnections:mars-1:222222222222:connection/01234567-89ab-4def-8123-456789abcdef" is no ARN of a connection; write it like arn:aws:codeconnections:us-west-2:222222222222:connection/ and its id, as the console shows it under Developer Tools, Connections`,
		},
		{
			"topic of another partition, key of another region", dev(`
codePipeline:
  source: { codeCommit: wine }
  approval:
    topicArn: arn:aws-cn:sns:us-west-2:222222222222:delivery
    topicKeyArn: arn:aws:kms:us-east-1:222222222222:key/01234567-89ab-4def-8123-456789abcdef
`),
			`environments/dev.yaml:6:15: codePipeline.approval.topicArn: "arn:aws-cn:sns:us-west-2:222222222222:delivery" is in the partition aws-cn, the region is in aws; use a topic of that partition
environments/dev.yaml:7:18: codePipeline.approval.topicKeyArn: "arn:aws:kms:us-east-1:222222222222:key/01234567-89ab-4def-8123-456789abcdef" is in us-east-1, and keys encrypt topics of their own region only, here us-west-2; use the key of the topic`,
		},
		{
			"e-mail addresses", dev(`
codePipeline:
  source: { codeCommit: wine }
  approval: { emails: ["a@b", "a@@example.com", "Ann <ann@example.com>", "a..b@example.com", "a@example..com"] }
`),
			`environments/dev.yaml:5:24: codePipeline.approval.emails[0]: "a@b" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:5:31: codePipeline.approval.emails[1]: "a@@example.com" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:5:49: codePipeline.approval.emails[2]: "Ann <ann@example.com>" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:5:74: codePipeline.approval.emails[3]: "a..b@example.com" is no e-mail address; write it like ml-team@example.com
environments/dev.yaml:5:94: codePipeline.approval.emails[4]: "a@example..com" is no e-mail address; write it like ml-team@example.com`,
		},
		{
			"default branch HEAD", platform(`defaultBranch: HEAD
`),
			`platform.yaml:6:16: defaultBranch: branch "HEAD" means the commit that is checked out, and git allows no branch of that name; write the name itself`,
		},
		{
			"branch @", swap("environments/dev.yaml", "[main]", `["@"]`),
			`environments/dev.yaml:2:25: promotion.branches[0]: branch "@" means the commit that is checked out, and git allows no branch of that name; write the name itself`,
		},
		{
			"default branch that is too long", platform("defaultBranch: " + strings.Repeat("a", 245) + "\n"),
			`platform.yaml:6:16: defaultBranch: branch "aaaaaaaaaaaaaaaaaaaa"... has 245 characters, GitHub allows 244; shorten it`,
		},
		{
			"GitHub environment that is a place", dev(`
github: { environment: .. }
`),
			`environments/dev.yaml:3:24: github.environment: environment ".." stands for another place in addresses; use letters and digits`,
		},
		{
			"GitHub environment with blanks", dev(`
github: { environment: " dev" }
`),
			`environments/dev.yaml:3:24: github.environment: environment " dev" begins or ends with a blank; leave it out`,
		},
		{
			"blank key of a tag", dev(`
tags: { "  ": a }
`),
			`environments/dev.yaml:3:15: tags.  : "  " is no key of a tag; use 1 to 128 letters, digits, spaces and _.:/=+-@`,
		},
	}...)
}
