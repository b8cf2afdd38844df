package config_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// A case changes lines of an environment with services, and says what is wrong then, behind "environments/dev.yaml:LINE:COLUMN: ".
type servicesCase struct{ name, old, new, want string }

const servicesFile = `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16, nat: single }
storage: { models: {}, data: {} }
loadBalancer:
  hostedZoneId: Z0123456789ABCDEFGHIJ
  names: [a.example.com]
services:
  api:
    image: { repository: serving, tag: "1" }
    port: 8000
    cpu: 512
    memoryMB: 1024
    tasks: { min: 1, max: 2 }
    route: { priority: 10 }
    environment: { LEVEL: info }
    secrets:
      KEY: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3" }
    writablePaths: [/tmp]
  other:
    image: { repository: serving, tag: "1" }
    port: 8000
`

var servicesCases = []servicesCase{
	{"no network", "network: { cidr: 10.10.0.0/16, nat: single }\n", "", "4:1: loadBalancer: needs the network; add network: and its keys, or remove loadBalancer\n7:1: services: needs the network; add network: and its keys, or remove services"},
	{"no private subnets", "nat: single", "tiers: [public]", "5:1: loadBalancer: needs private subnets; add private to network.tiers, or name them in network.existing\n8:1: services: needs private subnets; add private to network.tiers, or name them in network.existing.privateSubnetIds"},
	{"one zone", "nat: single", "availabilityZones: 1, nat: single", "5:1: loadBalancer: needs private subnets in two zones; set network.availabilityZones to 2 or more, or name two subnets"},
	{"no way to images", "nat: single", "nat: none, endpoints: [s3]", "8:1: services: has no way to ecr, logs, secrets without NAT, so that no task could start; add ecr, logs, secrets to network.endpoints, or set network.nat to single or perZone"},
	{"public in the clear", "  names: [a.example.com]\n", "  names: [a.example.com]\n  public: true\n  noTls: true\n", "9:10: loadBalancer.noTls: does not go with public: what crosses the internet is encrypted; remove it, and give names or certificateArn"},
	{"no certificate", "  hostedZoneId: Z0123456789ABCDEFGHIJ\n  names: [a.example.com]\n", "  public: false\n", "5:1: loadBalancer: has no certificate; add hostedZoneId and names, for which one is made, or certificateArn, or noTls: true inside the network"},
	{"zone", "Z0123456789ABCDEFGHIJ", "example.com", `6:17: loadBalancer.hostedZoneId: "example.com" is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, as Route 53 shows it`},
	{"names without zone", "  hostedZoneId: Z0123456789ABCDEFGHIJ\n", "", "6:10: loadBalancer.names: need hostedZoneId, where their records are kept; add it"},
	{"zone without names", "  names: [a.example.com]\n", "  noTls: true\n", "6:17: loadBalancer.hostedZoneId: has no meaning without names; add names, or remove it"},
	{"name", "[a.example.com]", "[https://a]", `7:11: loadBalancer.names[0]: "https://a" is no domain name; write it like mlflow.dev.example.com, in lower case and without https://`},
	{"capitals", "[a.example.com]", "[A.example.com]", `7:11: loadBalancer.names[0]: "A.example.com" is no domain name; write it like mlflow.dev.example.com, in lower case and without https://`},
	{"many names", "[a.example.com]", "[a.x.io, b.x.io, c.x.io, d.x.io, e.x.io, f.x.io, g.x.io, h.x.io, i.x.io, j.x.io, k.x.io]", "7:10: loadBalancer.names: has 11 names; ACM allows 10 on a certificate, use a wildcard"},
	{"validation zone", "  names: [a.example.com]\n", "  names: [a.example.com]\n  validationZoneId: public\n", `8:21: loadBalancer.validationZoneId: "public" is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, as Route 53 shows it`},
	{"validation without certificate", "  names: [a.example.com]\n", "  names: [a.example.com]\n  validationZoneId: Z0123456789XYZ\n  noTls: true\n", "8:21: loadBalancer.validationZoneId: has no meaning where no certificate is made; remove it"},
	{"certificate", "  names: [a.example.com]\n", "  names: [a.example.com]\n  certificateArn: mine\n", `8:19: loadBalancer.certificateArn: "mine" is no ARN of a certificate; write it like arn:aws:acm:us-west-2:222222222222:certificate/ and its id`},
	{"certificate of others", "  names: [a.example.com]\n", "  names: [a.example.com]\n  certificateArn: arn:aws:acm:us-east-1:222222222222:certificate/11111111-2222-3333-4444-555555555555\n", `8:19: loadBalancer.certificateArn: "arn:aws:acm:us-east-1:222222222222:certificate/11111111-2222-3333-4444-555555555555" is in account 222222222222, us-east-1; use one of account 222222222222, us-west-2, where the load balancer is`},
	{"certificate and none", "  names: [a.example.com]\n", "  names: [a.example.com]\n  noTls: true\n  certificateArn: arn:aws:acm:us-west-2:222222222222:certificate/11111111-2222-3333-4444-555555555555\n", "8:10: loadBalancer.noTls: stands beside certificateArn; keep one of them"},
	{"access logs", "  names: [a.example.com]\n", "  names: [a.example.com]\n  accessLogBucket: s3://logs\n", `8:20: loadBalancer.accessLogBucket: "s3://logs" is no name of an S3 bucket; use 3 to 63 lower-case letters, digits and hyphens, no hyphen first or last; dots break TLS`},
	{"nobody", "  names: [a.example.com]\n", "  names: [a.example.com]\n  allowedCidrs: []\n", "8:17: loadBalancer.allowedCidrs: admits nobody; name the ranges of the clients"},
	{"everybody", "  names: [a.example.com]\n", "  names: [a.example.com]\n  allowedCidrs: [0.0.0.0/0]\n", "8:18: loadBalancer.allowedCidrs[0]: 0.0.0.0/0 admits the whole internet; name the ranges of the clients"},
	{"range", "  names: [a.example.com]\n", "  names: [a.example.com]\n  allowedCidrs: [10.10.0.1/16]\n", "8:18: loadBalancer.allowedCidrs[0]: 10.10.0.1/16 does not begin at its first address; write 10.10.0.0/16"},
	{"no range", "  names: [a.example.com]\n", "  names: [a.example.com]\n  allowedCidrs: [office]\n", `8:18: loadBalancer.allowedCidrs[0]: "office" is no IPv4 range; write it like 10.0.0.0/16, and a single address like 203.0.113.7/32`},
	{"service name", "  other:\n", "  Other:\n", `20:3: services.Other: "Other" is no name of a service here; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`},
	{"service name with hyphens", "  other:\n", "  a--b:\n", `20:3: services.a--b: "a--b" is no name of a service here; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`},
	{"long service name", "  other:\n", "  a-name-of-21-letters-x:\n", `20:3: services.a-name-of-21-letters-x: "a-name-of-21-letters-x" is no name of a service here; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`},
	{"repository", `    image: { repository: serving, tag: "1" }` + "\n    port: 8000\n    cpu", `    image: { repository: servin, tag: "1" }` + "\n    port: 8000\n    cpu", `10:26: services.api.image.repository: "servin" is no repository of the operations account; use serving (did you mean serving?), or add it to operations.images`},
	{"no version", `{ repository: serving, tag: "1" }` + "\n    port: 8000\n    cpu", "{ repository: serving }\n    port: 8000\n    cpu", "10:12: services.api.image: has neither tag nor digest; add tag: with the commit that the image was built from, or digest:"},
	{"latest", `tag: "1" }` + "\n    port: 8000\n    cpu", "tag: latest }\n    port: 8000\n    cpu", `10:40: services.api.image.tag: "latest" is another image after every push; use the commit that the image was built from`},
	{"digest", `tag: "1" }` + "\n    port: 8000\n    cpu", "digest: abc }\n    port: 8000\n    cpu", `10:43: services.api.image.digest: "abc" is no digest of an image; write sha256: and 64 hexadecimal digits in lower case`},
	{"image missing", `    image: { repository: serving, tag: "1" }` + "\n    port: 8000\n    cpu", "    port: 8000\n    cpu", "9:3: services.api.image: is missing; add image: and its keys below it, indented"},
	{"port missing", "    port: 8000\n    cpu", "    cpu", "9:3: services.api.port: is missing; add port: 8000"},
	{"port", "    port: 8000\n    cpu", "    port: 70000\n    cpu", "11:11: services.api.port: 70000 is not allowed; use 1 to 65535"},
	{"port zero", "    port: 8000\n    cpu", "    port: 0\n    cpu", "11:11: services.api.port: 0 is not allowed; use 1 to 65535"},
	{"cpu", "cpu: 512", "cpu: 500", "12:10: services.api.cpu: 500 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384"},
	{"small cpu", "cpu: 512", "cpu: 128", "12:10: services.api.cpu: 128 is not allowed; use 256 to 16384"},
	{"memory", "memoryMB: 1024", "memoryMB: 512", "13:15: services.api.memoryMB: 512 does not go with cpu 512 on Fargate; use 1024 to 4096 in steps of 1024"},
	{"memory between", "memoryMB: 1024", "memoryMB: 1536", "13:15: services.api.memoryMB: 1536 does not go with cpu 512 on Fargate; use 1024 to 4096 in steps of 1024"},
	{"architecture", "cpu: 512", "cpu: 512\n    architecture: arm", `13:19: services.api.architecture: "arm" is not allowed; use x86 or arm64 (did you mean arm64?)`},
	{"two processors", "cpu: 512", "cpu: 512\n    architecture: arm64", "22:12: services.other.image: serving runs on x86 here and on arm64 in services.api of dev (environments/dev.yaml:13:19), and the workflow images builds it for one of them; use the same architecture, or another repository of operations.images"},
	{"max below min", "{ min: 1, max: 2 }", "{ min: 3, max: 2 }", "14:27: services.api.tasks.max: 2 is less than min, 3; make it larger, or min smaller"},
	{"no task", "{ min: 1, max: 2 }", "{ min: 0, max: 2 }", "14:19: services.api.tasks.min: 0 is not allowed; use 1 to 1000"},
	{"scaling of one", "{ min: 1, max: 2 }", "{ min: 1, cpuPercent: 50 }", "14:34: services.api.tasks.cpuPercent: has no meaning where max is not more than min; raise max, or remove it"},
	{"requests of one", "{ min: 1, max: 2 }", "{ min: 1, requestsPerMinute: 50 }", "14:41: services.api.tasks.requestsPerMinute: has no meaning where max is not more than min; raise max, or remove it"},
	{"cpu target", "{ min: 1, max: 2 }", "{ max: 2, cpuPercent: 5 }", "14:34: services.api.tasks.cpuPercent: 5 is not allowed; use 10 to 95"},
	{"spot", "{ min: 1, max: 2 }", "{ max: 2, spotPercent: 101 }", "14:35: services.api.tasks.spotPercent: 101 is not allowed; use 0 to 100"},
	{"route without load balancer", "loadBalancer:\n  hostedZoneId: Z0123456789ABCDEFGHIJ\n  names: [a.example.com]\n", "", "12:12: services.api.route: needs the load balancer; add loadBalancer: and its keys, or remove route"},
	{"priority missing", "{ priority: 10 }", "{ health: /health }", "15:12: services.api.route.priority: is missing; add priority: 100"},
	{"priority", "{ priority: 10 }", "{ priority: 50001 }", "15:24: services.api.route.priority: 50001 is not allowed; use 1 to 50000"},
	{"no request", "{ priority: 10 }", "{ priority: 10, paths: [] }", "15:12: services.api.route: fits no request; name hosts or paths, such as paths: [/*]"},
	{"many values", "{ priority: 10 }", "{ priority: 10, hosts: [\"*.a\", \"*.b\", \"*.c\"], paths: [/a, /b, /c] }", "15:12: services.api.route: has 6 hosts and paths together; a load balancer takes 5, use wildcards"},
	{"host", "{ priority: 10 }", "{ priority: 10, hosts: [https://a] }", `15:36: services.api.route.hosts[0]: "https://a" is no host; write it like api.example.com or *.example.com, in lower case`},
	{"host without certificate", "{ priority: 10 }", "{ priority: 10, hosts: [b.example.com] }", `15:36: services.api.route.hosts[0]: "b.example.com" is none of the names that the certificate of the load balancer has; add it to loadBalancer.names`},
	{"route that is never reached", "  other:\n", "  other:\n    route: { priority: 11, hosts: [a.example.com] }\n", `21:24: services.other.route.priority: 11 comes after services.api.route, which takes all of its requests with 10; use a lower number, or other hosts or paths`},
	{"path", "{ priority: 10 }", "{ priority: 10, paths: [api] }", `15:36: services.api.route.paths[0]: "api" is no path; begin it with a slash, such as /api/*`},
	{"health", "{ priority: 10 }", "{ priority: 10, health: health }", `15:36: services.api.route.health: "health" is no path; begin it with a slash, such as /health`},
	{"health with wildcard", "{ priority: 10 }", "{ priority: 10, health: /* }", `15:36: services.api.route.health: "/*" is no path; begin it with a slash, such as /health`},
	{"errors", "{ priority: 10 }", "{ priority: 10, errorPercent: 100 }", "15:42: services.api.route.errorPercent: 100 is not allowed; use 1 to 99"},
	{"latency", "{ priority: 10 }", "{ priority: 10, latencyMilliseconds: 0 }", "15:49: services.api.route.latencyMilliseconds: 0 is not allowed; use 1 to 60000"},
	{"variable", "{ LEVEL: info }", "{ 1LEVEL: info }", `16:28: services.api.environment.1LEVEL: "1LEVEL" is no name of a variable; use letters, digits and underscores`},
	{"long variable", "{ LEVEL: info }", "{ LEVEL: " + strings.Repeat("x", 57344) + " }", "9:3: services.api: makes 57694 bytes of a task definition with its command, variables and secrets; keep them below 57344 of the 65536 that ECS takes, let the program read a file"},
	{"password", "{ LEVEL: info }", "{ DB_PASSWORD: hunter2 }", "16:33: services.api.environment.DB_PASSWORD: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it"},
	{"token", "{ LEVEL: info }", "{ GITHUB_TOKEN: hunter2 }", "16:34: services.api.environment.GITHUB_TOKEN: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it"},
	{"key of AWS", "{ LEVEL: info }", "{ ID: AKIAIOSFODNN7EXAMPLE }", "16:24: services.api.environment.ID: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it"},
	{"secret and variable", "{ LEVEL: info }", "{ KEY2: a, KEY: b }", "18:12: services.api.secrets.KEY: is also among the environment variables; keep one of them"},
	{"value as secret", `"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3"`, "hunter2", "18:19: services.api.secrets.KEY.arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself"},
	{"secret without suffix", "wine-dev-api-a1b2c3", "wine", `18:19: services.api.secrets.KEY.arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine" does not end in the name and the six characters that Secrets Manager adds to it; copy the whole ARN`},
	{"secret of others", "wine-dev-api-a1b2c3", "wine-prod-api-a1b2c3", `18:19: services.api.secrets.KEY.arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-prod-api-a1b2c3" is none of this environment's, whose roles read no others; use a secret whose name begins with wine-dev-`},
	{"secret elsewhere", "secretsmanager:us-west-2:222222222222", "secretsmanager:us-west-2:333333333333", `18:19: services.api.secrets.KEY.arn: "arn:aws:secretsmanager:us-west-2:333333333333:secret:wine-dev-api-a1b2c3" is in another account or region; use one of account 222222222222, us-west-2`},
	{"parameter of others", "secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3", "ssm:us-west-2:222222222222:parameter/wine-dev", `18:19: services.api.secrets.KEY.arn: "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev" is none of this environment's, whose roles read no others; use a parameter whose name begins with /wine-dev/`},
	{"parameter of a neighbour", "secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3", "ssm:us-west-2:222222222222:parameter/wine-dev2/a", `18:19: services.api.secrets.KEY.arn: "arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev2/a" is none of this environment's, whose roles read no others; use a parameter whose name begins with /wine-dev/`},
	{"parameter elsewhere", "secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3", "ssm:eu-west-1:222222222222:parameter/wine-dev/a", `18:19: services.api.secrets.KEY.arn: "arn:aws:ssm:eu-west-1:222222222222:parameter/wine-dev/a" is in another account or region; use one of account 222222222222, us-west-2`},
	{"key of a parameter", `"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3"`, `"arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/a", jsonKey: a`, `18:87: services.api.secrets.KEY.jsonKey: "a" picks from a secret, and arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/a is a parameter, which is read as a whole; remove it`},
	{"json key", `a1b2c3" }`, `a1b2c3", jsonKey: "a:b" }`, `18:104: services.api.secrets.KEY.jsonKey: "a:b" is no key; use 1 to 128 letters, digits and _ . -`},
	{"key elsewhere", `a1b2c3" }`, `a1b2c3", keyArn: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555" }`, "18:103: services.api.secrets.KEY.keyArn: is in us-east-1; use a key in us-west-2"},
	{"key", `a1b2c3" }`, `a1b2c3", keyArn: alias/a }`, `18:103: services.api.secrets.KEY.keyArn: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
	{"credentials", "{ LEVEL: info }", "{ AWS_SESSION_TOKEN: \"\", AWS_ACCESS_KEY_ID: a }", "9:3: services.api: AWS_ACCESS_KEY_ID would take the place of the task's role; remove it: the program has the role of its task"},
	{"relative folder", "[/tmp]", "[tmp]", `19:21: services.api.writablePaths[0]: "tmp" is no folder for a volume; write it in full, such as /tmp`},
	{"whole disk", "[/tmp]", "[/]", `19:21: services.api.writablePaths[0]: "/" is no folder for a volume; write it in full, such as /tmp`},
	{"retention", "    writablePaths: [/tmp]\n", "    writablePaths: [/tmp]\n    logRetentionDays: 10\n", "20:23: services.api.logRetentionDays: 10 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653"},
	{"hours", "    writablePaths: [/tmp]\n", "    writablePaths: [/tmp]\n    hours: { from: 6am, until: rate(1 day), timeZone: Berlin }\n", `20:20: services.api.hours.from: "6am" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)
20:32: services.api.hours.until: "rate(1 day)" is no time that comes back; write it like cron(0 6 ? * MON-FRI *)
20:55: services.api.hours.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin`},
	{"unknown key", "    writablePaths: [/tmp]\n", "    writeablePaths: [/tmp]\n", "19:5: services.api.writeablePaths: is no key here; use enabled, image, command, port, cpu, memoryMB, architecture, tasks, hours, route, environment, secrets, writablePaths, readModels or logRetentionDays (did you mean writablePaths?)"},
	{"expression", "{ LEVEL: info }", `{ LEVEL: "${aws_x.y}" }`, `16:27: services.api.environment.LEVEL: "${aws_x.y}" would be evaluated, for its "${"; write the value itself`},
	{"programs without cognito", "{ priority: 10 }", "{ priority: 10, clientCidrs: [10.10.0.0/16] }", "15:41: services.api.route.clientCidrs: has no meaning without cognito; remove it, or add cognito:"},
	{"range of programs", "{ priority: 10 }", "{ priority: 10, clientCidrs: [10.10.0.1/16], cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine } }", "15:42: services.api.route.clientCidrs[0]: 10.10.0.1/16 does not begin at its first address; write 10.10.0.0/16"},
	{"many conditions", "{ priority: 10 }", "{ priority: 10, hosts: [a.example.com, \"*.example.com\"], clientCidrs: [10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16], cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine } }", "15:12: services.api.route: has 6 hosts, paths and clientCidrs together; a load balancer takes 5, use wildcards"},
	{"no number for people", "{ priority: 10 }", "{ priority: 50000, clientCidrs: [10.10.0.0/16], cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine } }", "15:24: services.api.route.priority: 50000 leaves no number for people who sign in; use up to 49999"},
	{"user pool", "{ priority: 10 }", "{ priority: 10, cognito: { userPoolArn: pool, clientId: a, domain: wine } }", `15:52: services.api.route.cognito.userPoolArn: "pool" is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi`},
	{"user pool with a hyphen", "{ priority: 10 }", "{ priority: 10, cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2-abcdefghi\", clientId: a, domain: wine } }", `15:52: services.api.route.cognito.userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2-abcdefghi" is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi`},
	{"user pool elsewhere", "{ priority: 10 }", "{ priority: 10, cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:333333333333:userpool/us-west-2_abcdefghi\", clientId: a, domain: wine } }", "15:52: services.api.route.cognito.userPoolArn: is in another region or account than the load balancer; name one in us-west-2 of 222222222222"},
	{"client missing", "{ priority: 10 }", "{ priority: 10, cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_a\", domain: wine } }", "15:37: services.api.route.cognito.clientId: is missing; add clientId: ..."},
	{"client secret", "{ priority: 10 }", "{ priority: 10, cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine, clientSecret: hunter2 } }", "15:169: services.api.route.cognito.clientSecret: is no key here; use userPoolArn, clientId or domain (clientSecret is a key of mlflow.ecs)"},
	{"idle", "  names: [a.example.com]\n", "  names: [a.example.com]\n  idleTimeoutSeconds: 5000\n", "8:23: loadBalancer.idleTimeoutSeconds: 5000 is not allowed; use 1 to 4000"},
}

func loadServices(text string) error {
	_, err := config.LoadFS(fstest.MapFS{
		"platform.yaml":         {Data: []byte("project: wine\nrepository: acme/wine\nregion: us-west-2\noperations: { account: \"111111111111\", images: [serving] }\n")},
		"environments/dev.yaml": {Data: []byte(text)},
	})
	return err
}

func TestBadServices(t *testing.T) {
	require.NoError(t, loadServices(strings.Replace(servicesFile, "secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3", "ssm:us-west-2:222222222222:parameter/wine-dev/api", 1)))
	off := strings.Replace(servicesFile, "  other:\n    image: { repository: serving, tag: \"1\" }\n    port: 8000\n", "  other: { enabled: false }\n", 1)
	require.NotEqual(t, servicesFile, off)
	require.NoError(t, loadServices(off), "what is off needs nothing")
	badServices(t, servicesFile, servicesCases)
}

// signInFile is the file with people who sign in before a service, and programs that do not.
var signInFile = strings.Replace(servicesFile, "{ priority: 10 }", `{ priority: 10, clientCidrs: [10.10.0.0/16], cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: wine } }`, 1)

var signInCases = []servicesCase{
	{"number of people", "  other:\n", "  other:\n    route: { priority: 11 }\n", "21:24: services.other.route.priority: 11 is that of services.api.route too; use another number"},
	{"in the clear", "  hostedZoneId: Z0123456789ABCDEFGHIJ\n  names: [a.example.com]\n", "  noTls: true\n", "14:66: services.api.route.cognito: needs TLS, and the load balancer has noTls; give the load balancer names or a certificate"},
	{"no way to the user pool", "nat: single", "nat: none, endpoints: [s3, ecr, logs, secrets]", "15:66: services.api.route.cognito: is out of the load balancer's reach, which asks the user pool's domain on the internet; set network.nat to single or perZone"},
}

func TestBadSignIn(t *testing.T) { badServices(t, signInFile, signInCases) }

// badServices tries cases of a file that is good without them.
func badServices(t *testing.T, file string, cases []servicesCase) {
	t.Helper()
	require.NoError(t, loadServices(file))
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, file, test.old)
			err := loadServices(strings.Replace(file, test.old, test.new, 1))
			var want []string
			for _, line := range strings.Split(test.want, "\n") {
				want = append(want, "environments/dev.yaml:"+line)
			}
			require.EqualError(t, err, strings.Join(want, "\n"))
			require.NotContains(t, fmt.Sprint(err), "hunter2")
		})
	}
}
