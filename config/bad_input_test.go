package config_test

import "strings"

// echoes are sections with names and ARNs of the project wine, account 222222222222, and one ARN of another region.
const echoes = `network: { cidr: 10.10.0.0/16 }
storage: {}
training: { image: { tag: "1" }, metric: { threshold: 1 } }
endpoint: {}
loadBalancer: { noTls: false, certificateArn: "arn:aws:acm:eu-west-1:222222222222:certificate/11111111-2222-3333-4444-555555555555" }
services:
  api:
    image: { repository: training-image, tag: "1" }
    port: 80
    secrets: { KEY: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3" } }
`

// badInputs are texts that must not load, with all that is said about them.
var badInputs = []struct {
	name  string
	files files
	want  string
}{
	{
		"account id without quotes",
		swap("environments/dev.yaml", `"222222222222"`, `222222222222`),
		`environments/dev.yaml:1:10: account: 222222222222 without quotes is a number where a text is needed; quote it: "222222222222"`,
	},
	{
		"account id with a leading zero, without quotes",
		swap("environments/dev.yaml", `"222222222222"`, `012345678901`),
		`environments/dev.yaml:1:10: account: 012345678901 without quotes is a number and loses its leading zero; quote it: "012345678901"`,
	},
	{
		"account id with a leading zero that YAML takes for octal",
		swap("environments/dev.yaml", `"222222222222"`, `012345670123`),
		`environments/dev.yaml:1:10: account: 012345670123 without quotes is a number and loses its leading zero; quote it: "012345670123"`,
	},
	{
		"account id too short",
		swap("environments/dev.yaml", `222222222222`, `2222`),
		`environments/dev.yaml:1:10: account: "2222" is no AWS account id; write its 12 digits in quotes, without hyphens`,
	},
	{
		"account id with hyphens",
		swap("environments/dev.yaml", `222222222222`, `2222-2222-2222`),
		`environments/dev.yaml:1:10: account: "2222-2222-2222" is no AWS account id; write its 12 digits in quotes, without hyphens`,
	},
	{
		"account id missing",
		small(files{"environments/dev.yaml": `promotion: { branches: [main] }
`}),
		`environments/dev.yaml:1:1: account: is missing; add account: "222222222222"`,
	},
	{
		"account id without value",
		small(files{"environments/dev.yaml": `account:
promotion: { branches: [main] }
`}),
		`environments/dev.yaml:1:9: account: has no value; write account: "222222222222"`,
	},
	{
		"project in capitals",
		swap("platform.yaml", `wine`, `Wine`),
		`platform.yaml:1:10: project: "Wine" cannot begin the names of resources; use 3 to 20 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen`,
	},
	{
		"project missing, which is told once",
		small(files{"platform.yaml": strings.Replace(smallPlatform, "project: wine\n", "", 1), "environments/dev.yaml": smallDev + echoes}),
		`platform.yaml:1:1: project: is missing; add project: wine
environments/dev.yaml:7:47: loadBalancer.certificateArn: "arn:aws:acm:eu-west-1:222222222222:certificate/11111111-2222-3333-4444-555555555555" is in account 222222222222, eu-west-1; use one of account 222222222222, us-west-2, where the load balancer is`,
	},
	{
		"account with quotes of a text, which is told once",
		small(files{"environments/dev.yaml": strings.Replace(smallDev, `"222222222222"`, "“222222222222”", 1) + echoes}),
		`environments/dev.yaml:1:10: account: "“222222222222”" is no AWS account id; write its 12 digits in the straight quotes of a keyboard: "222222222222"
environments/dev.yaml:7:47: loadBalancer.certificateArn: "arn:aws:acm:eu-west-1:222222222222:certificate/11111111-2222-3333-4444-555555555555" is in account 222222222222, eu-west-1; use one of account <account>, us-west-2, where the load balancer is`,
	},
	{
		"region misspelt, which is told once",
		small(files{"platform.yaml": strings.Replace(smallPlatform, "us-west-2", "us-west2", 1), "environments/dev.yaml": smallDev + echoes}),
		`platform.yaml:3:9: region: "us-west2" is no AWS region; use an AWS region (did you mean us-west-2?)`,
	},
	{
		"project wrong, beside names that are none for another reason",
		files{
			"platform.yaml":            strings.Replace(smallPlatform, "wine", "Wine", 1),
			"environments/dev.yaml":    smallDev + "storage: {}\ntraining: { image: { tag: \"1\" }, metric: { threshold: 1 }, modelPackageGroup: Wine-Dev-Models }\nendpoint: { name: wine_dev }\n",
			"environments/dev-eu.yaml": strings.Replace(smallDev, "main", "eu", 1),
		},
		`platform.yaml:1:10: project: "Wine" cannot begin the names of resources; use 3 to 20 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen
environments/dev.yaml: the environments dev and dev-eu share an account, and a role limited to names like <project>-dev-* would reach both; rename one, so that neither name begins with the other and a hyphen
environments/dev.yaml:1:1: github.provider: would make a second GitHub OIDC provider in account 222222222222, where dev-eu makes it (environments/dev-eu.yaml:1:10) and AWS allows one; set github: { provider: existing } here, and deploy dev-eu first
environments/dev.yaml:4:79: training.modelPackageGroup: "Wine-Dev-Models" is no name of a model package group here; use up to 63 lower-case letters, digits and hyphens, beginning with <project>-dev-, which is what the environment's deployment may make
environments/dev.yaml:5:19: endpoint.name: "wine_dev" is no name of an endpoint here; use up to 63 lower-case letters, digits and hyphens, beginning with <project>-dev-, which is what the environment's deployment may make`,
	},
	{
		"account and region wrong, beside ARNs that are none",
		small(files{"environments/dev.yaml": "region: us-west2\n" + strings.Replace(smallDev, "222222222222", "2222", 1) + `network: { cidr: 10.10.0.0/16 }
administrators: [admin]
loadBalancer: { certificateArn: here }
services:
  api:
    image: { repository: training-image, tag: "1" }
    port: 80
    secrets: { KEY: { arn: "arn:aws:secretsmanager:eu-west-1:333333333333:secret:other-dev-api-a1b2c3" } }
`}),
		`environments/dev.yaml:1:9: region: "us-west2" is no AWS region; use an AWS region (did you mean us-west-2?)
environments/dev.yaml:2:10: account: "2222" is no AWS account id; write its 12 digits in quotes, without hyphens
environments/dev.yaml:5:18: administrators[0]: "admin" is no ARN of an IAM role; write the ARN of one IAM role, such as arn:aws:iam::<account>:role/platform-admin
environments/dev.yaml:6:33: loadBalancer.certificateArn: "here" is no ARN of a certificate; write it like arn:aws:acm:<region>:<account>:certificate/ and its id
environments/dev.yaml:11:28: services.api.secrets.KEY.arn: "arn:aws:secretsmanager:eu-west-1:333333333333:secret:other-dev-api-a1b2c3" is none of this environment's, whose roles read no others; use a secret whose name begins with wine-dev-`,
	},
	{
		"account right in a region that is none",
		small(files{"environments/dev.yaml": "region: us-west2\n" + smallDev + `network: { cidr: 10.10.0.0/16 }
loadBalancer: { certificateArn: "arn:aws:acm:us-west-2:333333333333:certificate/11111111-2222-3333-4444-555555555555" }
monitoring: { grafana: {} }
`}),
		`environments/dev.yaml:1:9: region: "us-west2" is no AWS region; use an AWS region (did you mean us-west-2?)
environments/dev.yaml:5:33: loadBalancer.certificateArn: "arn:aws:acm:us-west-2:333333333333:certificate/11111111-2222-3333-4444-555555555555" is in account 333333333333, us-west-2; use one of account 222222222222, <region>, where the load balancer is`,
	},
	{
		"platform.yml",
		files{"platform.yml": smallPlatform, "environments/dev.yaml": smallDev},
		`platform.yaml: the file does not exist; rename platform.yml to it`,
	},
	{
		"project with two hyphens in a row",
		swap("platform.yaml", `project: wine`, `project: wi--ne`),
		`platform.yaml:1:10: project: "wi--ne" cannot begin the names of resources; use 3 to 20 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen`,
	},
	{
		"project that begins as AWS's own parameters",
		swap("platform.yaml", `project: wine`, `project: aws-wine`),
		`platform.yaml:1:10: project: "aws-wine" begins as AWS keeps for parameters of its own; use a name that does not begin with aws or ssm`,
	},
	{
		"project that makes bucket names too long",
		swap("platform.yaml", `project: wine`, `project: wine-quality-grading`),
		`platform.yaml:1:10: project: makes the bucket name wine-quality-grading-operations-artifacts-111111111111-us-west-2, which has 64 characters where S3 allows 63; shorten the project's name
platform.yaml:1:10: project: makes the bucket name wine-quality-grading-operations-pipelines-111111111111-us-west-2, which has 64 characters where S3 allows 63; shorten the project's name`,
	},
	{
		"repository with a wildcard",
		swap("platform.yaml", `acme/wine-ml`, `"acme/*"`),
		`platform.yaml:2:13: repository: "acme/*" has a wildcard, with which repositories of others could get in; name one repository, such as acme/wine-ml`,
	},
	{
		"repository without owner",
		swap("platform.yaml", `acme/wine-ml`, `wine-ml`),
		`platform.yaml:2:13: repository: "wine-ml" is no GitHub repository; write it as owner/name, such as acme/wine-ml`,
	},
	{
		"repository as URL",
		swap("platform.yaml", `acme/wine-ml`, `https://github.com/acme/wine-ml`),
		`platform.yaml:2:13: repository: "https://github.com/acme/wine-ml" is no GitHub repository; write it as owner/name, such as acme/wine-ml`,
	},
	{
		"repository id that is a number",
		platform(`
repositoryIds: { owner: 1234, repository: "x1" }
`),
		`platform.yaml:6:25: repositoryIds.owner: 1234 without quotes is a number where a text is needed; quote it: "1234"
platform.yaml:6:43: repositoryIds.repository: "x1" is no GitHub id; write its digits, gh api repos/OWNER/NAME shows them`,
	},
	{
		"unknown region",
		swap("platform.yaml", `us-west-2`, `us-west-3`),
		`platform.yaml:3:9: region: "us-west-3" is no AWS region; use an AWS region (did you mean us-west-1?)`,
	},
	{
		"zone for a region",
		swap("platform.yaml", `us-west-2`, `eu-central-1a`),
		`platform.yaml:3:9: region: "eu-central-1a" is no AWS region; use an AWS region (did you mean eu-central-1?)`,
	},
	{
		"region far from all",
		swap("platform.yaml", `us-west-2`, `mars`),
		`platform.yaml:3:9: region: "mars" is no AWS region; see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html`,
	},
	{
		"unknown region of an environment",
		dev(`
region: eu-west-9
`),
		`environments/dev.yaml:3:9: region: "eu-west-9" is no AWS region; use an AWS region (did you mean eu-west-1?)`,
	},
	{
		"another partition",
		dev(`
region: cn-north-1
`),
		`environments/dev.yaml:3:9: region: "cn-north-1" is in the partition aws-cn, the operations account is in aws (us-west-2); keep all accounts of a platform in one partition`,
	},
	{
		"unknown key with a near one",
		dev(`
promotoin: { branches: [main] }
`),
		`environments/dev.yaml:3:1: promotoin: is no key here; use account, region, profile, administrators, promotion, protect, github, network, cluster, serving, storage, registry, training, automation, endpoint, api, loadBalancer, services, mlflow, workers, monitoring, notifications, codePipeline, extensions or tags (did you mean promotion?)`,
	},
	{
		"unknown key of another section",
		dev(`
cidr: 10.10.0.0/16
`),
		`environments/dev.yaml:3:1: cidr: is no key here; use account, region, profile, administrators, promotion, protect, github, network, cluster, serving, storage, registry, training, automation, endpoint, api, loadBalancer, services, mlflow, workers, monitoring, notifications, codePipeline, extensions or tags (cidr is a key of network or network.existing)`,
	},
	{
		"unknown key below",
		dev(`
network: { cidr: 10.10.0.0/16, availabilityZone: 3 }
`),
		`environments/dev.yaml:3:32: network.availabilityZone: is no key here; use enabled, cidr, availabilityZones, zones, tiers, nat, ipv6, endpoints, jobDestinations, flowLogs or existing (did you mean availabilityZones?)`,
	},
	{
		"unknown key with nothing near",
		platform(`
zzzzzzzzzzzzzzz: 1
`),
		`platform.yaml:6:1: zzzzzzzzzzzzzzz: is no key here; use project, repository, repositoryIds, defaultBranch, runsOn, runsOnArm64, region, operations, state, permissionsBoundary, instanceTypes, promotionOrder or tags`,
	},
	{
		"key twice",
		dev(`
protect: true
protect: false
`),
		`environments/dev.yaml:4:1: protect: stands twice in the file, first in line 3; remove one`,
	},
	{
		"key twice in a section",
		dev(`
network:
  cidr: 10.10.0.0/16
  cidr: 10.11.0.0/16
`),
		`environments/dev.yaml:5:3: network.cidr: stands twice in the file, first in line 4; remove one`,
	},
	{
		"text for a boolean",
		dev(`
protect: "yes"
`),
		`environments/dev.yaml:3:10: protect: is the text "yes" where a boolean is needed; write true or false, without quotes`,
	},
	{
		"yes for a boolean",
		dev(`
protect: yes
`),
		`environments/dev.yaml:3:10: protect: is the text "yes" where a boolean is needed; write true or false, without quotes`,
	},
	{
		"text for a number",
		dev(`
github: { maxSessionMinutes: an hour }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: is the text "an hour" where a whole number is needed; write 60 to 720, without quotes`,
	},
	{
		"number in quotes",
		dev(`
github: { maxSessionMinutes: "60" }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: is the text "60" where a whole number is needed; write 60 to 720, without quotes`,
	},
	{
		"list and number for one of some values, list for a boolean",
		dev("network: { cidr: 10.10.0.0/16, nat: [single] }\ngithub: { provider: 1 }\nstorage: { models: { eventNotifications: [true] } }\n"),
		`environments/dev.yaml:3:37: network.nat: is a list where a text is needed; use none, single or perZone
environments/dev.yaml:4:21: github.provider: 1 without quotes is a number where a text is needed; use create or existing
environments/dev.yaml:5:42: storage.models.eventNotifications: is a list where a boolean is needed; write true or false, without quotes`,
	},
	{
		"key misspelt, which is told once",
		dev("adminstrators: [\"arn:aws:iam::222222222222:role/platform-admin\"]\nnetwork: { cidr: 10.10.0.0/16 }\ncluster: { version: \"1.35\", nodePools: { general: { instanceTypes: [m6i.large], min: 1, max: 3 } } }\n"),
		`environments/dev.yaml:3:1: adminstrators: is no key here; use account, region, profile, administrators, promotion, protect, github, network, cluster, serving, storage, registry, training, automation, endpoint, api, loadBalancer, services, mlflow, workers, monitoring, notifications, codePipeline, extensions or tags (did you mean administrators?)`,
	},
	{
		"section of an environment in platform.yaml, and the other way round",
		small(files{"platform.yaml": smallPlatform + "network: { cidr: 10.10.0.0/16 }\n", "environments/dev.yaml": smallDev + "state: { lock: native }\n"}),
		`platform.yaml:6:1: network: is no key here; use project, repository, repositoryIds, defaultBranch, runsOn, runsOnArm64, region, operations, state, permissionsBoundary, instanceTypes, promotionOrder or tags (network is a key of the files of environments, training or automation)
environments/dev.yaml:3:1: state: is no key here; use account, region, profile, administrators, promotion, protect, github, network, cluster, serving, storage, registry, training, automation, endpoint, api, loadBalancer, services, mlflow, workers, monitoring, notifications, codePipeline, extensions or tags (state is a key of platform.yaml)`,
	},
	{
		"range that is none, which is told once",
		small(files{
			"environments/dev.yaml":  smallDev + "network: { cidr: 10.60.0.0/12 }\nstorage: {}\ntraining: { image: { tag: \"1\" }, metric: { threshold: 1 } }\nendpoint: {}\napi: {}\n",
			"environments/prod.yaml": "account: \"333333333333\"\npromotion: { tags: [\"v*\"] }\nnetwork: { cidr: 10.61.0.0/16 }\n",
		}),
		`environments/dev.yaml:3:18: network.cidr: 10.60.0.0/12 has a prefix of /12, /16 to /24 are allowed; use for example 10.60.0.0/16`,
	},
	{
		"sections that are switched off",
		dev("storage: { enabled: false }\nloadBalancer: { enabled: false }\nnetwork: { cidr: 10.10.0.0/16 }\nservices:\n  api:\n    image: { repository: training-image, tag: \"1\" }\n    port: 80\n    readModels: true\n    route: { priority: 1, paths: [/*] }\n"),
		`environments/dev.yaml:10:17: services.api.readModels: needs storage; remove enabled: false from storage, or remove it
environments/dev.yaml:11:12: services.api.route: needs the load balancer; remove enabled: false from loadBalancer, or remove route`,
	},
	{
		"fraction for a number",
		dev(`
github: { maxSessionMinutes: 60.5 }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: is the number 60.5 where a whole number is needed; write 60 to 720, without quotes`,
	},
	{
		"hexadecimal number",
		dev(`
github: { maxSessionMinutes: 0x40 }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: 0x40 is no plain decimal number; write 60 to 720 in digits only, without leading zeros`,
	},
	{
		"huge number",
		dev(`
github: { maxSessionMinutes: 99999999999999999999 }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: 99999999999999999999 is not allowed; use 60 to 720`,
	},
	{
		"number beyond 32 bits",
		dev(`
github: { maxSessionMinutes: 4294967356 }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: 4294967356 is not allowed; use 60 to 720`,
	},
	{
		"number out of range",
		dev(`
github: { maxSessionMinutes: 30 }
`),
		`environments/dev.yaml:3:30: github.maxSessionMinutes: 30 is not allowed; use 60 to 720`,
	},
	{
		"list for a section",
		dev(`
network: [10.10.0.0/16]
`),
		`environments/dev.yaml:3:10: network: is a list where keys and values are needed; write its keys below it, indented, or {} for all defaults`,
	},
	{
		"text for a section",
		dev(`
storage: on
`),
		`environments/dev.yaml:3:10: storage: is the text "on" where keys and values are needed; write its keys below it, indented, or {} for all defaults`,
	},
	{
		"section without keys",
		dev(`
network:
`),
		`environments/dev.yaml:3:9: network: has no value; write its keys below it, indented, {} for all defaults, or remove the line`,
	},
	{
		"text for a list",
		dev(`
administrators: arn:aws:iam::222222222222:role/admin
`),
		`environments/dev.yaml:3:17: administrators: is the text "arn:aws:iam::222222222222:role/admin" where a list is needed; write it in brackets: [arn:aws:iam::222222222222:role/admin]`,
	},
	{
		"list for a text",
		dev(`
profile: [dev]
`),
		`environments/dev.yaml:3:10: profile: is a list where a text is needed; write one value`,
	},
	{
		"section for a text",
		dev(`
profile: { name: dev }
`),
		`environments/dev.yaml:3:10: profile: is a mapping where a text is needed; write one value`,
	},
	{
		"empty text",
		dev(`
profile: ""
`),
		`environments/dev.yaml:3:10: profile: is an empty text; write a value, or remove the line to get the default`,
	},
	{
		"list item without value",
		dev(`
administrators:
  -
`),
		`environments/dev.yaml:4:4: administrators[0]: has no value; write one, or remove it from the list`,
	},
	{
		"the same twice in a list",
		dev(`
network: { cidr: 10.10.0.0/16, tiers: [private, private] }
`),
		`environments/dev.yaml:3:49: network.tiers[1]: "private" stands twice in the list; remove one; the first is network.tiers[0]`,
	},
	{
		"date for a text",
		dev(`
profile: 2026-11-21
`),
		`environments/dev.yaml:3:10: profile: is the date 2026-11-21 where a text is needed; quote it: "2026-11-21"`,
	},
	{
		"tag that is a number",
		dev(`
tags: { CostCenter: 042 }
`),
		`environments/dev.yaml:3:21: tags.CostCenter: 042 without quotes is a number and loses its leading zero; quote it: "042"`,
	},
	{
		"unknown value",
		dev(`
network: { cidr: 10.10.0.0/16, nat: perzone }
`),
		`environments/dev.yaml:3:37: network.nat: "perzone" is not allowed; use none, single or perZone (did you mean perZone?)`,
	},
	{
		"file missing",
		small(files{"platform.yaml": ``}),
		`platform.yaml: the file does not exist; create it with at least project, repository, region and operations`,
	},
	{
		"no environment",
		small(files{"environments/dev.yaml": ``}),
		`environments: there is no environment; create a file for each, such as environments/dev.yaml`,
	},
	{
		"file empty",
		small(files{"environments/dev.yaml": `# nothing yet
`}),
		`environments/dev.yaml: the file is empty; docs/configuration.md shows what belongs into it`,
	},
	{
		"file holds a list",
		small(files{"environments/dev.yaml": `- a
`}),
		`environments/dev.yaml:1:1: the file holds a list; write keys and values, such as region: us-west-2`,
	},
	{
		"file holds a text",
		small(files{"platform.yaml": `hello
`}),
		`platform.yaml:1:1: the file holds the text "hello"; write keys and values, such as region: us-west-2`,
	},
	{
		"environment file named yml",
		small(files{"environments/prod.yml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/prod.yml: the file would be ignored; rename it to prod.yaml`,
	},
	{
		"YAML that is broken",
		dev(`
network: { cidr: 10.10.0.0/16
`),
		`environments/dev.yaml:3: not YAML: did not find expected ',' or '}'; check the quotes, brackets, colons and indentation of this line and the one before`,
	},
	{
		"YAML with a colon too much",
		dev(`
profile: a: b
`),
		`environments/dev.yaml:3: not YAML: mapping values are not allowed in this context; check the quotes, brackets, colons and indentation of this line and the one before`,
	},
	{
		"tab",
		dev(`
network:
	cidr: 10.10.0.0/16
`),
		`environments/dev.yaml:4:1: the line is indented with a tab; YAML allows only spaces there`,
	},
	{
		"anchor and alias",
		dev(`
network: &net { cidr: 10.10.0.0/16 }
storage: *net
`),
		`environments/dev.yaml:3:10: the anchor &net is not allowed; write the value itself: each file must be readable line by line
environments/dev.yaml:4:10: the alias *net is not allowed; write the value itself: each file must be readable line by line`,
	},
	{
		"merge key",
		dev(`
network:
  <<: { cidr: 10.10.0.0/16 }
  cidr: 10.10.0.0/16
`),
		`environments/dev.yaml:4:3: the merge key << is not allowed; write the keys themselves: each file must be readable line by line`,
	},
	{
		"alias of nothing",
		dev(`
promotion: *branches
`),
		`environments/dev.yaml:3:12: not YAML: unknown anchor 'branches' referenced; aliases are not allowed; write the value itself, or quote it if it begins with *`,
	},
	{
		"tag of YAML",
		dev(`
protect: !!str true
`),
		`environments/dev.yaml:3:10: the tag !!str is not allowed; remove it`,
	},
	{
		"two documents",
		dev(`
---
protect: true
`),
		`environments/dev.yaml:3:1: a second YAML document begins here; one file holds one document; remove the line ---`,
	},
	{
		"environment with a capital",
		small(files{"environments/Prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/Prod.yaml: "Prod" is no name for an environment; use up to 12 lower-case letters, digits and single hyphens, beginning with a letter`,
	},
	{
		"environment with a long name",
		small(files{"environments/acceptance-tests.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/acceptance-tests.yaml: "acceptance-tests" is no name for an environment; use up to 12 lower-case letters, digits and single hyphens, beginning with a letter`,
	},
	{
		"environment called operations",
		small(files{"environments/operations.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/operations.yaml: "operations" is the name of a stack of the platform; choose another name for the environment`,
	},
	{
		"environment called state-x",
		small(files{"environments/state-x.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/state-x.yaml: "state-x" is the name of a stack of the platform; choose another name for the environment`,
	},
	{
		"environment called x-access",
		small(files{"environments/x-access.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/x-access.yaml: "x-access" ends in -access, as the stacks do with the roles that deploy others; choose another name for the environment`,
	},
	{
		"environment called x-serving",
		small(files{"environments/x-serving.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`environments/x-serving.yaml: "x-serving" ends in -serving, as the stack does that serves models of an environment; choose another name for the environment`,
	},
	{
		"names of which one begins the other, in one account",
		small(files{"environments/dev-2.yaml": `account: "222222222222"
promotion: { tags: [prod] }
github: { provider: existing }
`}),
		`environments/dev.yaml: the environments dev and dev-2 share an account, and a role limited to names like wine-dev-* would reach both; rename one, so that neither name begins with the other and a hyphen`,
	},
	{
		"public CIDR",
		dev(`
network: { cidr: 8.8.0.0/16 }
`),
		`environments/dev.yaml:3:18: network.cidr: 8.8.0.0/16 is not private; use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`,
	},
	{
		"CIDR too large",
		dev(`
network: { cidr: 10.0.0.0/8 }
`),
		`environments/dev.yaml:3:18: network.cidr: 10.0.0.0/8 has a prefix of /8, /16 to /24 are allowed; use for example 10.0.0.0/16`,
	},
	{
		"CIDR too small",
		dev(`
network: { cidr: 10.10.0.0/25 }
`),
		`environments/dev.yaml:3:18: network.cidr: 10.10.0.0/25 has a prefix of /25, /16 to /24 are allowed; use for example 10.10.0.0/24`,
	},
	{
		"CIDR that does not begin at its first address",
		dev(`
network: { cidr: 10.10.1.0/16 }
`),
		`environments/dev.yaml:3:18: network.cidr: 10.10.1.0/16 does not begin at its first address; write 10.10.0.0/16`,
	},
	{
		"no CIDR",
		dev(`
network: { nat: single }
`),
		`environments/dev.yaml:3:10: network.cidr: is missing; add cidr: 10.10.0.0/16, or existing: with the ids of a VPC that is there`,
	},
	{
		"something else for a CIDR",
		dev(`
network: { cidr: ten }
`),
		`environments/dev.yaml:3:18: network.cidr: "ten" is no range of addresses; write it like 10.0.0.0/16`,
	},
	{
		"CIDRs that overlap",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16 }
`, "environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
network:
  nat: single
  cidr: 10.10.128.0/20
`}),
		`environments/prod.yaml:5:9: network.cidr: 10.10.128.0/20 overlaps 10.10.0.0/16 of dev (environments/dev.yaml:3:18); use another range, so that the networks can be connected one day`,
	},
	{
		"what two environments collide with is told with the first",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16 }
`, "environments/prod.yaml": `account: "444444444444"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16 }
`, "environments/test.yaml": `account: "333333333333"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16 }
`}),
		`environments/prod.yaml:2:25: promotion.branches[0]: the branch "main" is claimed by dev already (environments/dev.yaml:2:25); deploy each branch to one environment
environments/prod.yaml:3:18: network.cidr: 10.10.0.0/16 overlaps 10.10.0.0/16 of dev (environments/dev.yaml:3:18); use another range, so that the networks can be connected one day
environments/test.yaml:2:25: promotion.branches[0]: the branch "main" is claimed by dev already (environments/dev.yaml:2:25); deploy each branch to one environment
environments/test.yaml:3:18: network.cidr: 10.10.0.0/16 overlaps 10.10.0.0/16 of dev (environments/dev.yaml:3:18); use another range, so that the networks can be connected one day`,
	},
	{
		"more zones than the region has",
		dev(`
network: { cidr: 10.10.0.0/16, availabilityZones: 5 }
`),
		`environments/dev.yaml:3:51: network.availabilityZones: 5 is more than the 4 zones of us-west-2; use 1 to 4`,
	},
	{
		"more zones than any region has",
		dev(`
network: { cidr: 10.10.0.0/16, availabilityZones: 7 }
`),
		`environments/dev.yaml:3:51: network.availabilityZones: 7 is not allowed; use 1 to 6`,
	},
	{
		"zone of another region",
		dev(`
network: { cidr: 10.10.0.0/16, zones: [us-west-2a, us-east-1b] }
`),
		`environments/dev.yaml:3:52: network.zones[1]: "us-east-1b" is no zone of us-west-2; use us-west-2a, us-west-2b, us-west-2c or us-west-2d`,
	},
	{
		"zones and their number",
		dev(`
network: { cidr: 10.10.0.0/16, zones: [us-west-2a], availabilityZones: 2 }
`),
		`environments/dev.yaml:3:39: network.zones: stands beside availabilityZones; keep one of them: zones gives the names, availabilityZones the number`,
	},
	{
		"region whose zones differ by account",
		dev(`
region: us-west-1
network: { cidr: 10.10.0.0/16 }
`),
		`environments/dev.yaml:4:10: network.zones: is missing, and in us-west-1 accounts see different zones; name those of the account: aws ec2 describe-availability-zones --region us-west-1 shows them`,
	},
	{
		"too small for the zones and tiers",
		dev(`
region: us-east-1
network: { cidr: 10.10.0.0/24, availabilityZones: 6, tiers: [public, private, isolated] }
`),
		`environments/dev.yaml:4:18: network.cidr: 10.10.0.0/24 is too small for 6 zones with 3 tiers; use a larger range, up to /16, or fewer zones or tiers`,
	},
	{
		"NAT without a public tier",
		dev(`
network: { cidr: 10.10.0.0/16, nat: single, tiers: [private] }
`),
		`environments/dev.yaml:3:37: network.nat: single needs a public tier; add it to tiers, or set nat: none`,
	},
	{
		"no tier",
		dev(`
network: { cidr: 10.10.0.0/16, tiers: [] }
`),
		`environments/dev.yaml:3:39: network.tiers: is empty; use [public, private], or remove the line`,
	},
	{
		"retention that CloudWatch does not know",
		dev(`
network: { cidr: 10.10.0.0/16, flowLogs: { retentionDays: 100 } }
`),
		`environments/dev.yaml:3:59: network.flowLogs.retentionDays: 100 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653`,
	},
	{
		"existing network with a CIDR",
		dev(`
network: { cidr: 10.10.0.0/16, existing: { vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567] } }
`),
		`environments/dev.yaml:3:18: network.cidr: describes a new VPC beside existing; remove it, or remove existing`,
	},
	{
		"existing network with wrong ids",
		dev(`
network: { existing: { vpcId: subnet-01234567, privateSubnetIds: [subnet-1, subnet-01234567], publicSubnetIds: [subnet-01234567] } }
`),
		`environments/dev.yaml:3:31: network.existing.vpcId: "subnet-01234567" is no id of a VPC; write it like vpc-0123456789abcdef0
environments/dev.yaml:3:67: network.existing.privateSubnetIds[0]: "subnet-1" is no id of a subnet; write it like subnet-0123456789abcdef0
environments/dev.yaml:3:113: network.existing.publicSubnetIds[0]: "subnet-01234567" stands in privateSubnetIds too; a subnet is either private, public or isolated`,
	},
	{
		"existing network without subnets",
		dev(`
network: { existing: { vpcId: vpc-01234567 } }
`),
		`environments/dev.yaml:3:22: network.existing: names no subnet; add privateSubnetIds, and publicSubnetIds if there are public ones`,
	},
	{
		"no promotion",
		small(files{"environments/dev.yaml": `account: "222222222222"
`}),
		`environments/dev.yaml:1:1: promotion: names no branch and no tag, so that nothing could ever be deployed; add branches or tags, such as promotion: { branches: [main] }, or github: { enabled: false }`,
	},
	{
		"promotion of nothing",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [] }
`}),
		`environments/dev.yaml:2:12: promotion: names no branch and no tag, so that nothing could ever be deployed; add branches or tags, such as promotion: { branches: [main] }, or github: { enabled: false }`,
	},
	{
		"branch as a whole ref",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [refs/heads/main] }
`}),
		`environments/dev.yaml:2:25: promotion.branches[0]: "refs/heads/main" is a whole ref; write the name alone: main`,
	},
	{
		"pattern for every branch",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: ["*"] }
`}),
		`environments/dev.yaml:2:25: promotion.branches[0]: branch pattern "*" fits every branch of the repository; begin it with the characters that the trusted ones share, such as "feature/*"`,
	},
	{
		"branch that git does not allow",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: ["a..b"] }
`}),
		`environments/dev.yaml:2:25: promotion.branches[0]: branch "a..b" is no name that git allows for a branch; use letters, digits, - and _, with single . and / between them, see git check-ref-format`,
	},
	{
		"one branch for two environments",
		small(files{"environments/prod.yaml": `account: "444444444444"
promotion: { branches: [release, main] }
`}),
		`environments/prod.yaml:2:34: promotion.branches[1]: the branch "main" is claimed by dev already (environments/dev.yaml:2:25); deploy each branch to one environment`,
	},
	{
		"one tag for two environments",
		small(files{"environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`, "environments/staging.yaml": `account: "333333333333"
promotion: { tags: [prod] }
`}),
		`environments/staging.yaml:2:21: promotion.tags[0]: the tag "prod" is claimed by prod already (environments/prod.yaml:2:21); deploy each tag to one environment`,
	},
	{
		"patterns that overlap",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [feature/*] }
`, "environments/prod.yaml": `account: "444444444444"
promotion: { branches: ["feat*/x"] }
`}),
		`environments/prod.yaml:2:25: promotion.branches[0]: "feat*/x" and "feature/*" of dev (environments/dev.yaml:2:25) both match some branch; deploy each branch to one environment`,
	},
	{
		"administrator of another account",
		dev(`
administrators: [arn:aws:iam::444444444444:role/admin]
`),
		`environments/dev.yaml:3:18: administrators[0]: "arn:aws:iam::444444444444:role/admin" belongs to account 444444444444, the environment's account is 222222222222; use a role of that account`,
	},
	{
		"administrator with a wildcard",
		dev(`
administrators: ["arn:aws:iam::222222222222:role/*"]
`),
		`environments/dev.yaml:3:18: administrators[0]: "arn:aws:iam::222222222222:role/*" has a wildcard; write the ARN of one IAM role, such as arn:aws:iam::222222222222:role/platform-admin`,
	},
	{
		"administrator that is a user",
		dev(`
administrators: [arn:aws:iam::222222222222:user/ann]
`),
		`environments/dev.yaml:3:18: administrators[0]: "arn:aws:iam::222222222222:user/ann" is no ARN of an IAM role; write the ARN of one IAM role, such as arn:aws:iam::222222222222:role/platform-admin`,
	},
	{
		"administrator that is a session",
		dev(`
administrators: [arn:aws:sts::222222222222:assumed-role/admin/ann]
`),
		`environments/dev.yaml:3:18: administrators[0]: "arn:aws:sts::222222222222:assumed-role/admin/ann" is a session of a role; write the role itself: arn:aws:iam::ACCOUNT:role/NAME, with its path`,
	},
	{
		"administrator of another partition",
		dev(`
administrators: [arn:aws-cn:iam::222222222222:role/admin]
`),
		`environments/dev.yaml:3:18: administrators[0]: "arn:aws-cn:iam::222222222222:role/admin" is in the partition aws-cn, the region is in aws; begin it with arn:aws:`,
	},
	{
		"profile with a space",
		dev(`
profile: my profile
`),
		`environments/dev.yaml:3:10: profile: "my profile" is no name of an AWS CLI profile; use letters, digits and _.@/+=-, as in ~/.aws/config behind the word profile`,
	},
	{
		"two makers of the OIDC provider",
		small(files{"environments/prod.yaml": `account: "222222222222"
promotion: { tags: [prod] }
`}),
		`environments/prod.yaml:1:1: github.provider: would make a second GitHub OIDC provider in account 222222222222, where dev makes it (environments/dev.yaml:1:10) and AWS allows one; set github: { provider: existing } here, and deploy dev first`,
	},
	{
		"environment makes the OIDC provider of operations",
		small(files{"environments/dev.yaml": `account: "111111111111"
promotion: { branches: [main] }
github: { provider: create }
`}),
		`environments/dev.yaml:3:21: github.provider: would make a second GitHub OIDC provider in account 111111111111, where operations makes it (platform.yaml:5:12) and AWS allows one; set github: { provider: existing } here, and deploy operations first`,
	},
	{
		"one GitHub environment for two",
		small(files{"environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
github: { environment: Dev }
`}),
		`environments/prod.yaml:3:24: github.environment: the GitHub environment "Dev" is that of dev already, whose jobs could deploy here; give each its own, and protect it in the settings of the repository`,
	},
	{
		"Kubernetes without standard support",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: "1.33", compute: autoMode }
`),
		`environments/dev.yaml:5:21: cluster.version: standard support of Kubernetes 1.33 on EKS ended on 2026-07-29; use "1.34", "1.35" or "1.36", which EKS has in standard support`,
	},
	{
		"Kubernetes as a number",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: 1.30, compute: autoMode }
`),
		`environments/dev.yaml:5:21: cluster.version: 1.30 without quotes is a number and loses its last zero; quote it: "1.30"`,
	},
	{
		"Kubernetes unknown",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: "2.0", compute: autoMode }
`),
		`environments/dev.yaml:5:21: cluster.version: "2.0" is no Kubernetes version known here to have standard support on EKS; use "1.34", "1.35" or "1.36", which EKS has in standard support`,
	},
	{
		"cluster without network",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
cluster: { version: "1.35", compute: autoMode }
`),
		`environments/dev.yaml:4:10: cluster: needs a network; add network: and its keys, new or existing`,
	},
	{
		"cluster in one zone without private subnets",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16, availabilityZones: 1, tiers: [public] }
cluster: { version: "1.35", compute: autoMode }
`),
		`environments/dev.yaml:5:10: cluster: needs private subnets; add private to network.tiers
environments/dev.yaml:5:10: cluster: needs subnets in at least 2 zones; set network.availabilityZones to 2 or more
environments/dev.yaml:5:10: cluster: has no way to AWS without NAT, so that its nodes could not join; add ecr, sts, eks to network.endpoints, or set network.nat to single or perZone`,
	},
	{
		"cluster without NAT and endpoints",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16, nat: none }
cluster: { version: "1.35", compute: autoMode }
`),
		`environments/dev.yaml:5:10: cluster: has no way to AWS without NAT, so that its nodes could not join; add ecr, sts, eks to network.endpoints, or set network.nat to single or perZone`,
	},
	{
		"destinations of jobs",
		dev(`network: { cidr: 10.10.0.0/16, jobDestinations: [10.20.0.1/16, "::/0", 0.0.0.0/0] }
`),
		`environments/dev.yaml:3:50: network.jobDestinations[0]: 10.20.0.1/16 does not begin at its first address; write 10.20.0.0/16
environments/dev.yaml:3:64: network.jobDestinations[1]: "::/0" is no IPv4 range; write it like 10.0.0.0/16`,
	},
	{
		"cluster open to all",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: "1.35", compute: autoMode, publicAccessCidrs: [0.0.0.0/0, 10.0.0.0/8, 203.0.113.7, 203.0.113.7/24] }
`),
		`environments/dev.yaml:5:68: cluster.publicAccessCidrs[0]: 0.0.0.0/0 opens the Kubernetes API to the whole internet; name the ranges that need it, or set allowPublicAccessFromAnywhere: true
environments/dev.yaml:5:79: cluster.publicAccessCidrs[1]: 10.0.0.0/8 is private address space, which never arrives at a public endpoint; remove it: the VPC reaches the private endpoint anyway
environments/dev.yaml:5:91: cluster.publicAccessCidrs[2]: "203.0.113.7" is no IPv4 range; write it like 203.0.113.0/24, and a single address like 203.0.113.7/32
environments/dev.yaml:5:104: cluster.publicAccessCidrs[3]: 203.0.113.7/24 does not begin at its first address; write 203.0.113.0/24`,
	},
	{
		"cluster without nodes",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster: { version: "1.35" }
`),
		`environments/dev.yaml:5:10: cluster.nodePools: is missing, so that no pod could run; add a pool, such as general: { instanceTypes: [m6i.large], max: 3 }, or set compute: autoMode`,
	},
	{
		"Auto Mode with nodes",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  compute: autoMode
  karpenter: {}
  nodePools:
    general: { instanceTypes: [m6i.large], max: 3 }
`),
		`environments/dev.yaml:8:14: cluster.karpenter: stands beside compute: autoMode, which has a Karpenter of its own; remove karpenter, or set compute: nodeGroups
environments/dev.yaml:9:3: cluster.nodePools: stands beside compute: autoMode, which brings its own nodes; remove nodePools, or set compute: nodeGroups`,
	},
	{
		"serving without what it needs",
		dev(`
serving:
  domain: Serving
  public: true
  certificateArn: arn:aws:acm:eu-west-1:222222222222:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0
  allowedCidrs: [10.0.0.1/8, everybody]
  chartRegistry: "oci://x"
  charts: { kserve: { version: latest }, kserve-crd: { version: v1 }, keda: { version: 2.1.0, digest: "sha256:1" } }
  mlflow: { tag: latest, database: { instanceClass: small } }
  nodePools: { GPU: { categories: [G5], imageVersion: latest } }
`),
		`environments/dev.yaml:3:1: serving: needs a cluster; add cluster: and its keys
environments/dev.yaml:3:1: serving: needs storage, whose bucket has the models; add storage: {}
environments/dev.yaml:3:1: serving: needs the network; add network: and its keys, or remove serving
environments/dev.yaml:4:11: serving.domain: "Serving" is no domain; write it like serving.dev.example.com, in lower case
environments/dev.yaml:6:19: serving.certificateArn: is in another region or account than the environment; name one in us-west-2 of 222222222222
environments/dev.yaml:7:18: serving.allowedCidrs[0]: "10.0.0.1/8" has bits outside its mask; write 10.0.0.0/8
environments/dev.yaml:7:30: serving.allowedCidrs[1]: "everybody" is no IPv4 range; write it like 10.10.0.0/16
environments/dev.yaml:8:18: serving.chartRegistry: "oci://x" is no registry; write it like 222222222222.dkr.ecr.us-west-2.amazonaws.com/charts, without oci://
environments/dev.yaml:9:21: serving.charts.kserve: "kserve" is no chart of the platform; use aws-load-balancer-controller, base, dcgm-exporter, external-secrets, gateway, gateway-helm, istiod, karpenter, keda, knative-operator, kserve-crd, kserve-resources, kserve-runtime-configs, kube-prometheus-stack, mlflow or nvidia-device-plugin
environments/dev.yaml:9:65: serving.charts.kserve-crd.version: "v1" is no exact version; write it like v0.20.0
environments/dev.yaml:9:103: serving.charts.keda.digest: "sha256:1" is no digest; write sha256: and 64 hexadecimal digits
environments/dev.yaml:10:18: serving.mlflow.tag: "latest" is no tag of a full image; write it like v3.15.1-full, without which there is no driver for the database
environments/dev.yaml:10:53: serving.mlflow.database.instanceClass: "small" is no instance class of RDS; write it like db.t4g.small
environments/dev.yaml:11:21: serving.nodePools.GPU: "GPU" is no name of a pool; use up to 30 lower-case letters, digits and hyphens, beginning with a letter
environments/dev.yaml:11:36: serving.nodePools.GPU.categories[0]: "G5" is no family of instance types; write its letters, such as m or g
environments/dev.yaml:11:55: serving.nodePools.GPU.imageVersion: "latest" is no version of AWS's image; write the day of a release, such as v20261120: https://github.com/awslabs/amazon-eks-ami/releases`,
	},
	{
		"models that cannot be served",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster: { version: "1.35", runner: {},
  nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }
}
serving:
  domain: serving.example.com
  hostedZone: zone
  models:
    Wine:
      format: mlfow
      path: s3://bucket/wine/
      image: wine:latest
      minReplicas: 0
      maxReplicas: 2
      canaryPercent: 10
      question: { inputs: {}, tolerance: 1 }
      hours: { from: rate(1 day), until: "cron(0 20 L * ? *)", timeZone: Berlin }
    beer: { path: beer, minReplicas: 5, hours: { from: "cron(0 7 * * ? *)", until: "cron(0 7 * * ? *)", outside: 5 }, question: { inputs: { a: 1 } } }
`),
		`environments/dev.yaml:11:15: serving.hostedZone: "zone" is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, without /hostedzone/
environments/dev.yaml:13:5: serving.models.Wine: "Wine" is no name of a model; use up to 45 lower-case letters, digits and hyphens, beginning with a letter
environments/dev.yaml:15:13: serving.models.Wine.path: "s3://bucket/wine/" is no folder of the bucket; write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..
environments/dev.yaml:16:14: serving.models.Wine.image: "wine:latest" names no image by its digest; write it like registry/name@sha256: and 64 digits
environments/dev.yaml:17:20: serving.models.Wine.minReplicas: is 0, which mode standard makes 1 without a word; set it to 1 and give hours, or set serving.mode: knative
environments/dev.yaml:19:22: serving.models.Wine.canaryPercent: stands in mode standard, in which KServe ignores it; remove it, or set serving.mode: knative
environments/dev.yaml:20:27: serving.models.Wine.question.inputs: is empty; give the features of one row that the model knows the answer to
environments/dev.yaml:20:42: serving.models.Wine.question.tolerance: is negative, or there is no answer that it could be of; use 0 or more beside an answer
environments/dev.yaml:21:14: serving.models.Wine.hours: needs serving.keda, which counts by the clock; add keda: {} to serving
environments/dev.yaml:21:22: serving.models.Wine.hours.from: "rate(1 day)" is no time that comes back; write it like cron(0 6 ? * MON-FRI *)
environments/dev.yaml:21:42: serving.models.Wine.hours.until: "cron(0 20 L * ? *)" has the day of month "L", which only AWS knows; list the days
environments/dev.yaml:21:74: serving.models.Wine.hours.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin
environments/dev.yaml:22:38: serving.models.beer.minReplicas: 5 is more than maxReplicas, 3; lower it or raise maxReplicas
environments/dev.yaml:22:48: serving.models.beer.hours: needs serving.keda, which counts by the clock; add keda: {} to serving
environments/dev.yaml:22:84: serving.models.beer.hours.until: is when they begin; give another time
environments/dev.yaml:22:114: serving.models.beer.hours.outside: 5 is not less than minReplicas, 5; lower it, raise minReplicas, or remove hours
environments/dev.yaml:22:129: serving.models.beer.question.image: is missing, and the model has no image of its own; name one with python3 by its digest, such as docker.io/seldonio/mlserver@sha256:...`,
	},
	{
		"tokens that anybody would have, and GPUs that nobody has",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster: { version: "1.35", runner: {}, nodePools: { general: { instanceTypes: [m6i.large], max: 3 } } }
serving:
  domain: serving.example.com
  hostedZone: Z0123456789ABCDEFGHIJ
  tokens: { issuer: login.example.com, keysUrl: "http://login.example.com/keys" }
  models:
    wine:
      path: wine
      gpus: 1
      question: { image: "a/b@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", inputs: { a: 1 } }
`),
		`environments/dev.yaml:10:11: serving.tokens: names neither audiences nor scopes, and every token of the issuer would do; name the audience that tokens for these models have, or a scope
environments/dev.yaml:10:21: serving.tokens.issuer: "login.example.com" is no address that begins with https://; write it like https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab12Cd34E
environments/dev.yaml:10:49: serving.tokens.keysUrl: "http://login.example.com/keys" is no address that begins with https://; write it like https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab12Cd34E
environments/dev.yaml:14:13: serving.models.wine.gpus: 1 has no node that it could run on: none has GPUs of NVIDIA; add a pool with gpu: true to serving.nodePools, or one with such instance types to cluster.nodePools`,
	},
	{
		"scopes that are none",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster: { version: "1.35", runner: {}, nodePools: { general: { instanceTypes: [m6i.large], max: 3 } } }
serving: { domain: serving.example.com, hostedZone: Z0123456789ABCDEFGHIJ, tokens: { issuer: "https://login.example.com", scopes: ["models ask"] } }
`),
		`environments/dev.yaml:7:132: serving.tokens.scopes[0]: "models ask" is empty or has spaces; write it as it stands in the token`,
	},
	{
		"hours in mode knative",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster:
  version: "1.34"
  runner: {}
  nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }
serving:
  mode: knative
  domain: serving.example.com
  hostedZone: Z0123456789ABCDEFGHIJ
  models:
    wine:
      path: wine
      hours: { from: "cron(0 7 * * ? *)", until: "cron(0 20 * * ? *)" }
      question: { image: "a/b@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", inputs: { a: 1 } }
`),
		"environments/dev.yaml:17:14: serving.models.wine.hours: is for mode standard; remove it: in mode knative minReplicas: 0 lets a model sleep while nobody asks",
	},
	{
		"model packages that cannot be served",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster:
  version: "1.35"
  runner: {}
  nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }
serving:
  domain: serving.example.com
  hostedZone: Z0123456789ABCDEFGHIJ
  models:
    one:
      path: one
      package: { arn: "one/7", image: "one:7", data: "s3://elsewhere/one/model.tar.gz", environment: { PYTHONPATH: "/x", DB_PASSWORD: "hunter2" } }
      question: { inputs: { a: 1 } }
    two:
      package: { arn: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7", image: "a/b@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", data: "s3://wine-dev-models-222222222222-us-west-2/model.tar.gz" }
      next: { path: two, percent: 1 }
      question: { body: "1,2" }
    three:
      path: three
      question: { image: "a/b@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", body: "1,2", contentType: text/csv }
    four:
      package: { arn: "arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7", image: "a/b@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", data: "s3://wine-dev-models-222222222222-us-west-2/four/model.pkl" }
      question: { body: "1,2" }
`),
		`environments/dev.yaml:15:13: serving.models.one.path: stands beside package, which says what is served; remove it
environments/dev.yaml:16:23: serving.models.one.package.arn: "one/7" is no ARN of a model package; write it like arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7
environments/dev.yaml:16:39: serving.models.one.package.image: "one:7" names no image by its digest; write it like registry/name@sha256: and 64 digits
environments/dev.yaml:16:54: serving.models.one.package.data: "s3://elsewhere/one/model.tar.gz" is not in the bucket of models, which is what a model may read; copy it to a folder of s3://wine-dev-models-222222222222-us-west-2/
environments/dev.yaml:16:116: serving.models.one.package.environment.PYTHONPATH: is refused by KServe, for whoever sets it changes the program; remove it, and put the code into the image or the archive
environments/dev.yaml:16:135: serving.models.one.package.environment.DB_PASSWORD: looks like a secret, which everybody can read who may look at the task; leave it out, and have the program read it from Secrets Manager
environments/dev.yaml:17:17: serving.models.one.question.body: is missing, by which a model package is asked; give one row that the model knows the answer to, such as "14.23,1.71,2.43"
environments/dev.yaml:17:27: serving.models.one.question.inputs: is not how a model package is asked; remove it, and give body
environments/dev.yaml:19:191: serving.models.two.package.data: "s3://wine-dev-models-222222222222-us-west-2/model.tar.gz" is in no folder, and the model would have to read the whole bucket; copy it into a folder
environments/dev.yaml:20:13: serving.models.two.next: is a model package and the model is none, or the other way round; both answer to the same requests; give the same kind, or make it a model of another name
environments/dev.yaml:24:17: serving.models.three.question.inputs: is empty; give the features of one row that the model knows the answer to
environments/dev.yaml:24:111: serving.models.three.question.body: is not how this model is asked; remove it, and give inputs
environments/dev.yaml:24:131: serving.models.three.question.contentType: is not how this model is asked; remove it, and give inputs
environments/dev.yaml:26:191: serving.models.four.package.data: "s3://wine-dev-models-222222222222-us-west-2/four/model.pkl" is neither an archive nor a folder; name a .tar.gz, or a folder with a slash at its end`,
	},
	{
		"models without a place, and next versions that are none",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
storage: {}
cluster: { version: "1.35", runner: {},
  nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }
}
serving:
  domain: serving.example.com
  hostedZone: Z0123456789ABCDEFGHIJ
  models:
    beer: { question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
    wine:
      path: wine/1
      run: { experiment: first, model: m-1, artifact: model }
      next: { percent: 101 }
      question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" }
    wine-next: { run: { experiment: "1" }, next: { path: /a, image: "a:1", percent: 5 }, question: { inputs: { a: 1 }, image: "docker.io/library/python@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0" } }
`),
		`environments/dev.yaml:13:11: serving.models.beer: has neither path, run, image nor package; say where the model is
environments/dev.yaml:15:13: serving.models.wine.path: stands beside run, which says where the model is; keep one of them
environments/dev.yaml:16:12: serving.models.wine.run: needs serving.mlflow, whose artifacts are in the bucket of models; add mlflow: {} to serving, or write path
environments/dev.yaml:16:26: serving.models.wine.run.experiment: "first" is no id of an experiment; write its digits in quotes, as MLflow shows them
environments/dev.yaml:16:40: serving.models.wine.run.model: "m-1" is no id of a logged model; write it like m-0123456789abcdef0123456789abcdef
environments/dev.yaml:17:13: serving.models.wine.next: is called wine-next, which is another model; rename one of them
environments/dev.yaml:17:24: serving.models.wine.next.percent: 101 is not allowed; use 0 to 100
environments/dev.yaml:19:23: serving.models.wine-next.run: needs serving.mlflow, whose artifacts are in the bucket of models; add mlflow: {} to serving, or write path
environments/dev.yaml:19:23: serving.models.wine-next.run: names a logged model and a run, or neither; give model or run
environments/dev.yaml:19:58: serving.models.wine-next.next.path: "/a" is no folder of the bucket; write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..
environments/dev.yaml:19:69: serving.models.wine-next.next.image: "a:1" names no image by its digest; write it like registry/name@sha256: and 64 digits`,
	},
	{
		"add-ons",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools: { general: { instanceTypes: [m6i.large], max: 3 } }
  addons:
    certmanager: {}
    metrics-server: { version: latest, configuration: "{", hostedZones: [Z0123456789ABCDEFGHIJ] }
    external-dns: {}
    snapshot-controller: { enabled: false, version: nothing }
`),
		`environments/dev.yaml:9:18: cluster.addons.certmanager: "certmanager" is no further add-on; use amazon-cloudwatch-observability, cert-manager, external-dns, kube-state-metrics, metrics-server, prometheus-node-exporter or snapshot-controller (did you mean cert-manager?)
environments/dev.yaml:10:32: cluster.addons.metrics-server.version: "latest" is no version of an add-on; write it like v1.2.3-eksbuild.4
environments/dev.yaml:10:55: cluster.addons.metrics-server.configuration: is no JSON; write the values of the add-on's schema as a JSON object
environments/dev.yaml:10:73: cluster.addons.metrics-server.hostedZones: has no meaning for metrics-server; remove it, or give it to external-dns
environments/dev.yaml:11:19: cluster.addons.external-dns.hostedZones: is missing, and without a zone there is nothing to keep; name the ids of zones, such as [Z0123456789ABCDEFGHIJ]`,
	},
	{
		"node pool upside down",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], min: 4, max: 3 }
`),
		`environments/dev.yaml:8:49: cluster.nodePools.general.min: 4 is more than max, 3; lower min or raise max`,
	},
	{
		"node pool with too many desired",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], desired: 4, max: 3 }
`),
		`environments/dev.yaml:8:53: cluster.nodePools.general.desired: 4 is not between min, 1, and max, 3; set it between them, or remove it`,
	},
	{
		"node pool without keys",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: {}
`),
		`environments/dev.yaml:8:14: cluster.nodePools.general.instanceTypes: is missing; add instanceTypes: [m6i.large]
environments/dev.yaml:8:14: cluster.nodePools.general.max: is missing; add max: 3`,
	},
	{
		"node pool with a wrong name",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    GPU_pool: { instanceTypes: [g5.xlarge], max: 3 }
`),
		`environments/dev.yaml:7:3: cluster.nodePools: has no node for the add-ons: each pool begins with none or has a taint; add a pool without taint and with desired 1 or more
environments/dev.yaml:8:15: cluster.nodePools.GPU_pool: "GPU_pool" is no name for a node pool; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`,
	},
	{
		"node pool of a GPU with the standard image",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    gpu: { ami: standard, instanceTypes: [g5.xlarge], max: 3 }
`),
		`environments/dev.yaml:8:43: cluster.nodePools.gpu.instanceTypes[0]: g5.xlarge does not run the image standard; set ami: nvidia, or remove ami to get the right one`,
	},
	{
		"node pool of two processors",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large, m7g.large], max: 3 }
`),
		`environments/dev.yaml:8:43: cluster.nodePools.general.instanceTypes[1]: m7g.large needs the image arm64, the first instance type standard; put it into a node pool of its own`,
	},
	{
		"node pool with an ARM GPU",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    gpu: { instanceTypes: [g5g.xlarge], max: 3 }
`),
		`environments/dev.yaml:7:3: cluster.nodePools: has no node for the add-ons: each pool begins with none or has a taint; add a pool without taint and with desired 1 or more
environments/dev.yaml:8:28: cluster.nodePools.gpu.instanceTypes[0]: g5g.xlarge has a GPU and an ARM processor, for which there is no image here; use a type with an x86 processor, such as g5.xlarge`,
	},
	{
		"node pool with a SageMaker type",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [ml.m5.large], max: 3 }
`),
		`environments/dev.yaml:8:32: cluster.nodePools.general.instanceTypes[0]: "ml.m5.large" is no EC2 instance type; write it as EC2 does: m5.large`,
	},
	{
		"node pool with a wrong label and taint",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], max: 3, labels: { "a b": "c d" }, taints: [{ key: gpu }] }
`),
		`environments/dev.yaml:8:69: cluster.nodePools.general.labels.a b: "a b" is no Kubernetes label key; write it like team or example.com/team
environments/dev.yaml:8:69: cluster.nodePools.general.labels.a b: "c d" is no Kubernetes label value; use up to 63 letters, digits and .-_ between letters or digits
environments/dev.yaml:8:87: cluster.nodePools.general.taints[0].effect: is missing; add effect: NoSchedule`,
	},
	{
		"boundary by its ARN",
		platform("permissionsBoundary: arn:aws:iam::222222222222:policy/acme-boundary\n"),
		`platform.yaml:6:22: permissionsBoundary: "arn:aws:iam::222222222222:policy/acme-boundary" is no name of a managed policy; write it like acme-boundary, or security/acme-boundary with its path; the ARN would be that of one account`,
	},
	{
		"boundary without a name",
		platform("permissionsBoundary: /security/\n"),
		`platform.yaml:6:22: permissionsBoundary: "/security/" is no name of a managed policy; write it like acme-boundary, or security/acme-boundary with its path; the ARN would be that of one account`,
	},
	{
		"boundary with a path that is too long",
		platform("permissionsBoundary: " + strings.Repeat("a", 511) + "/b\n"),
		`platform.yaml:6:22: permissionsBoundary: "` + strings.Repeat("a", 120) + `..." is no name of a managed policy; write it like acme-boundary, or security/acme-boundary with its path; the ARN would be that of one account`,
	},
	{
		"boundary of a deployment",
		platform("permissionsBoundary: wine-dev-boundary\n"),
		`platform.yaml:6:22: permissionsBoundary: "wine-dev-boundary" begins like the policies that the deployment of wine-dev makes; give the policy of your organisation another name, such as acme-boundary`,
	},
	{
		"boundary of operations",
		platform("permissionsBoundary: wine-operations-boundary/a\n"),
		`platform.yaml:6:22: permissionsBoundary: "wine-operations-boundary/a" begins like the policies that the deployment of wine-operations makes; give the policy of your organisation another name, such as acme-boundary`,
	},
	{
		"bucket name with capitals",
		dev(`
storage: { models: { name: Models } }
`),
		`environments/dev.yaml:3:28: storage.models.name: "Models" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`,
	},
	{
		"bucket name of two buckets",
		dev(`
storage: { models: { name: wine-all }, data: { name: wine-all } }
`),
		`environments/dev.yaml:3:54: storage.data.name: "wine-all" is the name of storage.models too; give each bucket a name of its own`,
	},
	{
		"bucket name of two environments",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
storage: { data: { name: wine-all } }
`, "environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
storage: { data: { name: wine-all } }
`}),
		`environments/prod.yaml:3:26: storage.data.name: "wine-all" is the name of a bucket of dev too; give each bucket a name of its own`,
	},
	{
		"bucket name too long",
		small(files{"platform.yaml": `project: wine-qualities-ml
repository: acme/wine-ml
region: us-east-1
operations:
  account: "111111111111"
`, "environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`, "environments/development.yaml": `account: "222222222222"
promotion: { branches: [main] }
region: ap-southeast-2
storage: {}
`, "environments/dev.yaml": ``}),
		`environments/development.yaml:4:10: storage.models: makes the bucket name wine-qualities-ml-development-models-222222222222-ap-southeast-2, which has 64 characters where S3 allows 63; set storage.models.name, or shorten the name of the project or the environment`,
	},
	{
		"objects that move too soon",
		dev(`
storage: { data: { transitionToInfrequentAccessDays: 7 } }
`),
		`environments/dev.yaml:3:54: storage.data.transitionToInfrequentAccessDays: 7 is too soon: S3 moves objects after 30 days at the earliest; use 30 or more, or 0 for never`,
	},
	{
		"objects that go before they move",
		dev(`
storage: { data: { transitionToInfrequentAccessDays: 60, expirationDays: 30 } }
`),
		`environments/dev.yaml:3:74: storage.data.expirationDays: 30 deletes objects before they move after 60 days; make it more than transitionToInfrequentAccessDays, or set that to 0`,
	},
	{
		"registry of nothing",
		dev(`
registry: {}
`),
		`environments/dev.yaml:3:11: registry: names no repository and no cache; add repositories: or pullThrough:, or remove registry`,
	},
	{
		"cache whose prefix is too long",
		small(files{"platform.yaml": strings.Replace(smallPlatform, "project: wine", "project: wine-quality-grades", 1),
			"environments/dev.yaml": smallDev + `registry:
  pullThrough:
    - quay
    - ecrPublic
`}),
		`environments/dev.yaml:6:7: registry.pullThrough[1]: makes the prefix wine-quality-grades-dev/ecr-public of cached repositories, which has 34 characters where ECR allows 30; shorten the name of the project or the environment, or remove the cache`,
	},
	{
		"repository with a wrong name",
		dev(`
registry: { repositories: { Wine: {} } }
`),
		`environments/dev.yaml:3:35: registry.repositories.Wine: "Wine" is no name of an ECR repository; use up to 200 lower-case letters and digits, with single . _ - or / between them`,
	},
	{
		"pull accounts",
		dev(`
registry: { repositories: { wine: { pullAccounts: ["222222222222", "1"] } } }
`),
		`environments/dev.yaml:3:52: registry.repositories.wine.pullAccounts[0]: "222222222222" is the environment's own account; remove it: roles of the account need no permission of the repository
environments/dev.yaml:3:68: registry.repositories.wine.pullAccounts[1]: "1" is no AWS account id; write its 12 digits in quotes, without hyphens`,
	},
	{
		"reserved tag",
		dev(`
tags: { project: x, "aws:x": y, a: b, A: c, "ä!": z }
`),
		`environments/dev.yaml:3:18: tags.project: "project" is set on every resource already; choose another key; Project, Environment, Repository, Stack or ManagedBy are reserved, and IAM does not tell upper from lower case
environments/dev.yaml:3:30: tags.aws:x: "aws:x" begins with aws:, which AWS keeps for itself; choose another key
environments/dev.yaml:3:36: tags.a: "a" differs from "A" only in upper and lower case; IAM does not tell them apart; keep one
environments/dev.yaml:3:51: tags.ä!: "ä!" is no key of a tag; use 1 to 128 letters, digits, spaces and _.:/=+-@`,
	},
	{
		"promotion order",
		small(files{"platform.yaml": `project: wine
repository: acme/wine-ml
region: us-west-2
operations:
  account: "111111111111"
promotionOrder: [prd, dev]
`, "environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
`}),
		`platform.yaml:6:18: promotionOrder[0]: "prd" is no environment; use dev or prod (did you mean prod?)`,
	},
	{
		"images",
		platform(`
  images: [Lambda_Image]
`),
		`platform.yaml:6:12: operations.images[0]: "Lambda_Image" is no name of an ECR repository; use up to 200 lower-case letters and digits, with single . _ - or / between them`,
	},
	{
		"state table without a table",
		platform(`
state: { table: locks }
`),
		`platform.yaml:6:17: state.table: names a lock table beside lock: native, which has none; remove it, or set lock: dynamodb or lock: both`,
	},
	{
		"state bucket for two environments",
		platform(`
state: { scope: environment, bucket: my-state }
`),
		`platform.yaml:6:38: state.bucket: makes "my-state" for both operations and dev; put <environment> into it`,
	},
	{
		"state table for two environments",
		small(files{"platform.yaml": `project: wine
repository: acme/wine-ml
region: us-west-2
operations:
  account: "111111111111"
state: { scope: environment, lock: both, table: locks }
`, "environments/dev.yaml": `account: "111111111111"
promotion: { branches: [main] }
`}),
		`platform.yaml:6:49: state.table: makes "locks" for both operations and dev in one account; put <environment> into it`,
	},
	{
		"state table with a slash",
		platform(`
state: { lock: dynamodb, table: a/b }
`),
		`platform.yaml:6:33: state.table: makes "a/b", which is no name of a DynamoDB table; use 3 to 255 letters, digits and _.-`,
	},
	{
		"YAML with wrong indentation",
		small(files{"environments/dev.yaml": `# dev
account: "222222222222"
promotion: { branches: [main] }
network:
   cidr: 10.10.0.0/16
  nat: single
`}),
		`environments/dev.yaml:6: not YAML: did not find expected key; check the quotes, brackets, colons and indentation of this line and the one before`,
	},
	{
		"YAML with a quote too few",
		dev(`
profile: "dev
protect: true
`),
		`environments/dev.yaml:3: not YAML: found unexpected end of stream; check the quotes, brackets, colons and indentation of this line and the one before`,
	},
	{
		"value that begins with @",
		dev(`
profile: @dev
`),
		"environments/dev.yaml:3: not YAML: found character that cannot start any token; quote a value that begins with @, ` or %",
	},
	{
		"not UTF-8",
		dev("profile: d\xe9v\n"),
		`environments/dev.yaml:3:11: the file is not UTF-8; save it as UTF-8`,
	},
	{
		"too large a file",
		dev(strings.Repeat("#", 1<<18)),
		`environments/dev.yaml: the file has 262200 bytes; at most 262144 are read; is it the right file?`,
	},
	{
		"section of null",
		dev(`
storage: ~
`),
		`environments/dev.yaml:3:10: storage: has no value; write its keys below it, indented, {} for all defaults, or remove the line`,
	},
	{
		"existing without id",
		dev(`
network: { existing: { privateSubnetIds: [subnet-01234567] } }
`),
		`environments/dev.yaml:3:22: network.existing.vpcId: is missing; add vpcId: vpc-0123456789abcdef0`,
	},
	{
		"list as a key",
		dev(`
? [a, b]
: c
`),
		`environments/dev.yaml:3:3: has a list as a key; keys are names`,
	},
	{
		"state bucket with an unknown placeholder",
		platform(`
state: { bucket: "<project>-<env>-state" }
`),
		`platform.yaml:6:18: state.bucket: "<env>" is no placeholder; use <project>, <environment>, <account> or <region>`,
	},
	{
		"state bucket with an environment where it is shared",
		platform(`
state: { bucket: "<project>-<environment>-state" }
`),
		`platform.yaml:6:18: state.bucket: <environment> has no value where all environments share the state; remove it, or set scope: environment`,
	},
	{
		"state bucket with a capital",
		platform(`
state: { bucket: "My-<project>" }
`),
		`platform.yaml:6:18: state.bucket: makes "My-wine", which has 7 characters and is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`,
	},
	{
		"access log bucket",
		platform(`
state: { accessLogBucket: s3://logs }
`),
		`platform.yaml:6:27: state.accessLogBucket: "s3://logs" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`,
	},
	{
		"problems of several files",
		small(files{"platform.yaml": `project: wine
repository: acme/wine-ml
region: us-west-2
operations:
  account: "111111111111"
colour: red
`, "environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
protect: 1
region: x
`, "environments/prod.yaml": `
`}),
		`platform.yaml:6:1: colour: is no key here; use project, repository, repositoryIds, defaultBranch, runsOn, runsOnArm64, region, operations, state, permissionsBoundary, instanceTypes, promotionOrder or tags
environments/dev.yaml:3:10: protect: is the number 1 where a boolean is needed; write true or false, without quotes
environments/dev.yaml:4:9: region: "x" is no AWS region; see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
environments/prod.yaml: the file is empty; docs/configuration.md shows what belongs into it`,
	},
	{
		"cluster without administrators",
		dev(`
network: { cidr: 10.10.0.0/16 }
cluster: { version: "1.35", compute: autoMode }
`),
		`environments/dev.yaml:1:1: administrators: is missing, and nobody else gets into the cluster, not even who creates it; add administrators: [arn:aws:iam::222222222222:role/platform-admin], with a role that is there`,
	},
	{
		"cluster whose nodes all have taints",
		dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { instanceTypes: [m6i.large], min: 0, max: 3 }
    gpu: { instanceTypes: [g5.xlarge], max: 3 }
`),
		`environments/dev.yaml:7:3: cluster.nodePools: has no node for the add-ons: each pool begins with none or has a taint; add a pool without taint and with desired 1 or more`,
	},
	{
		"existing network with endpoints and nothing to put them in",
		dev(`
network: { endpoints: [s3, sts], existing: { vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567] } }
`),
		`environments/dev.yaml:3:24: network.endpoints[0]: s3 is a gateway endpoint and needs route tables; add network.existing.privateRouteTableIds, or remove it
environments/dev.yaml:3:28: network.endpoints[1]: sts is an interface endpoint and needs the range of the VPC, which it admits; add network.existing.cidr, or remove it`,
	},
	{
		"existing network with a wrong range",
		dev(`
network: { existing: { cidr: 10.1.2.3/16, vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567] } }
`),
		`environments/dev.yaml:3:30: network.existing.cidr: 10.1.2.3/16 does not begin at its first address; write 10.1.0.0/16`,
	},
	{
		"new network in the range of an existing one",
		small(files{"environments/dev.yaml": `account: "222222222222"
promotion: { branches: [main] }
network: { existing: { cidr: 10.10.0.0/16, vpcId: vpc-01234567, privateSubnetIds: [subnet-01234567] } }
`, "environments/prod.yaml": `account: "444444444444"
promotion: { tags: [prod] }
network: { cidr: 10.10.128.0/20 }
`}),
		`environments/prod.yaml:3:18: network.cidr: 10.10.128.0/20 overlaps 10.10.0.0/16 of dev (environments/dev.yaml:3:30); use another range, so that the networks can be connected one day`,
	},
	{
		"value of several lines",
		dev(`
network: { cidr: "10.10.0.0

/16" }
`),
		`environments/dev.yaml:3:18: network.cidr: "10.10.0.0\n/16" is no range of addresses; write it like 10.0.0.0/16`,
	},
	{
		"training that needs more",
		dev(`
training: { image: {}, metric: {} }
`),
		`environments/dev.yaml:3:11: training: needs storage; add storage: {}, for the data that it reads and the models that it makes
environments/dev.yaml:3:20: training.image: has neither tag nor digest; add tag: with the commit that the image was built from, or digest:
environments/dev.yaml:3:32: training.metric.threshold: is missing; add threshold: 0.8`,
	},
	{
		"training without its keys",
		dev(`
storage: {}
training: {}
`),
		`environments/dev.yaml:4:11: training.image: is missing; add image: and its keys below it, indented
environments/dev.yaml:4:11: training.metric: is missing; add metric: and its keys below it, indented`,
	},
	{
		"training with an image that changes",
		dev(`
storage: {}
training: { image: { repository: trainig-image, tag: latest }, metric: { threshold: 0.7 } }
`),
		`environments/dev.yaml:4:34: training.image.repository: "trainig-image" is no repository of the operations account; use lambda-image or training-image (did you mean training-image?), or add it to operations.images
environments/dev.yaml:4:54: training.image.tag: "latest" is another image after every push; use the commit that the image was built from`,
	},
	{
		"training with two images",
		dev(`
storage: {}
training: { image: { tag: a, digest: b }, metric: { threshold: 0.7 } }
`),
		`environments/dev.yaml:4:27: training.image.tag: stands beside digest, which says it all; keep one of them`,
	},
	{
		"training with a digest that is none",
		dev(`
storage: {}
training: { image: { digest: sha256:0f }, metric: { threshold: 0.7 } }
`),
		`environments/dev.yaml:4:30: training.image.digest: "sha256:0f" is no digest of an image; write sha256: and 64 hexadecimal digits in lower case`,
	},
	{
		"training in another region than its image",
		dev(`
region: eu-west-1
storage: {}
training: { image: { tag: a:b }, metric: { threshold: 0.7 } }
`),
		`environments/dev.yaml:5:11: training: runs in eu-west-1, and its image lies in the operations account's region, us-west-2, from which SageMaker cannot pull; train in that region, or remove training
environments/dev.yaml:5:27: training.image.tag: "a:b" is no tag of an image; use up to 128 letters, digits and ._-, not beginning with . or -`,
	},
	{
		"training with values out of range",
		dev(`
storage: {}
training:
  image: { tag: 4f2a9c1 }
  instanceType: g5.xlarge
  processingInstanceType: large
  volumeSizeGiB: 0
  maxRuntimeMinutes: 20000
  dataPrefix: prepared/x
  modelPackageGroup: models
  metric: { name: f 1, threshold: "0.7", goal: more }
  parameters: { epochs: 0, batchSize: 1.5, learningRate: -0.1 }
  schedule: { expression: rate(7 day), timeZone: Berlin }
`),
		`environments/dev.yaml:6:17: training.instanceType: "g5.xlarge" is no SageMaker instance type; write it as SageMaker does: ml.g5.xlarge
environments/dev.yaml:7:27: training.processingInstanceType: "large" is no SageMaker instance type; write it like ml.m5.large
environments/dev.yaml:8:18: training.volumeSizeGiB: 0 is not allowed; use 1 to 16384
environments/dev.yaml:9:22: training.maxRuntimeMinutes: 20000 is not allowed; use 1 to 12960
environments/dev.yaml:10:15: training.dataPrefix: "prepared/x" is where training keeps what it makes of the raw data; use another folder
environments/dev.yaml:11:22: training.modelPackageGroup: "models" is no name of a model package group here; use up to 63 lower-case letters, digits and hyphens, beginning with wine-dev-, which is what the environment's deployment may make
environments/dev.yaml:12:19: training.metric.name: "f 1" is no name of a metric; use up to 64 letters, digits, - and _
environments/dev.yaml:12:35: training.metric.threshold: is the text "0.7" where a number is needed; write it like 0.7, without quotes
environments/dev.yaml:12:48: training.metric.goal: "more" is not allowed; use atLeast or atMost
environments/dev.yaml:13:25: training.parameters.epochs: 0 is not allowed; use 1 to 100000
environments/dev.yaml:13:39: training.parameters.batchSize: is the number 1.5 where a whole number is needed; write 1 to 1000000, without quotes
environments/dev.yaml:13:58: training.parameters.learningRate: -0.1 is not allowed; use a number above 0, such as 0.001
environments/dev.yaml:14:27: training.schedule.expression: "rate(7 day)" is refused by AWS; write rate(7 days)
environments/dev.yaml:14:50: training.schedule.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin`,
	},
	{
		"training with a path that is none",
		dev(`
storage: {}
training: { image: { tag: a }, dataPrefix: /raw, metric: { path: $.accuracy, threshold: 010 }, parameters: { learningRate: .inf } }
`),
		`environments/dev.yaml:4:44: training.dataPrefix: "/raw" is no folder of a bucket; write it like raw or wine/red, without wildcards and without a slash at the front
environments/dev.yaml:4:66: training.metric.path: "$.accuracy" is no path in a JSON file; write keys with dots between them, such as metrics.accuracy.value
environments/dev.yaml:4:89: training.metric.threshold: 010 is no plain decimal number; write it like 0.7 or 1e-5
environments/dev.yaml:4:124: training.parameters.learningRate: .inf is no plain decimal number; write it like 0.7 or 1e-5`,
	},
	{
		"training in a network that is not there",
		dev(`
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, network: true }
`),
		`environments/dev.yaml:4:67: training.network: needs a network; add network: and its keys, or remove this line`,
	},
	{
		"training in a network without private subnets",
		dev(`
network: { cidr: 10.10.0.0/16, tiers: [public] }
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, network: true }
`),
		`environments/dev.yaml:5:67: training.network: needs private subnets; add private to network.tiers, or name them in network.existing.privateSubnetIds`,
	},
	{
		"training in a network without a way to S3",
		dev(`
network: { cidr: 10.10.0.0/16, nat: none, endpoints: [dynamodb] }
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, network: true }
`),
		`environments/dev.yaml:5:67: training.network: has no way to S3 without NAT, so that jobs could read no data; add s3 to network.endpoints, or set network.nat to single or perZone`,
	},
}
