package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const workersFile = `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16, nat: single }
storage: { models: {}, data: {} }
services:
  api: { image: { repository: serving, tag: "1" }, port: 8000 }
workers:
  apiUrl: https://api.prefect.cloud/api/accounts/a/workspaces/b
  apiKey: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3" }
  pools:
    training:
      image: { repository: serving, tag: "1" }
      workers: 2
      hours: { from: "cron(0 6 ? * MON-FRI *)", until: "cron(0 20 ? * MON-FRI *)", timeZone: Europe/Berlin }
      flow: { cpu: 2048, memoryMB: 8192 }
      environment: { LEVEL: info }
      secrets: { TOKEN2: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-kaggle-a1b2c3" } }
      writeModels: true
    light: { type: process, image: { repository: serving, tag: "1" } }
`

var workerPools = workersFile[strings.Index(workersFile, "  pools:"):]

var workersCases = []servicesCase{
	{"api missing", "  apiUrl: https://api.prefect.cloud/api/accounts/a/workspaces/b\n", "", "7:1: workers.apiUrl: is missing; add apiUrl: https://api.prefect.cloud/api/accounts/ID/workspaces/ID, apiUrlFrom: with the ARN of a parameter that has it, or server: and its keys for a server of your own"},
	{"api in the clear", "https://api.prefect.cloud", "http://api.prefect.cloud", "8:11: workers.apiUrl: is no API of Prefect; write it like https://api.prefect.cloud/api/accounts/ID/workspaces/ID, or https://prefect.dev.example.com/api"},
	{"no api", "https://api.prefect.cloud/api/accounts/a/workspaces/b", "https://prefect.example.com", "8:11: workers.apiUrl: is no API of Prefect; write it like https://api.prefect.cloud/api/accounts/ID/workspaces/ID, or https://prefect.dev.example.com/api"},
	{"password in the url", "https://api.prefect.cloud", "https://me:hunter2@api.prefect.cloud", "8:11: workers.apiUrl: is no API of Prefect; write it like https://api.prefect.cloud/api/accounts/ID/workspaces/ID, or https://prefect.dev.example.com/api"},
	{"key missing", "  apiKey: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3\" }\n", "", "7:1: workers.apiKey: is missing, without which Prefect Cloud admits nobody; name a secret that has the key as apiKey: { arn: ... }"},
	{"key and auth string", "  pools:\n", "  authString: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3\" }\n  pools:\n", "10:15: workers.authString: stands beside apiKey; keep one of them: apiKey for Prefect Cloud, authString for a server of your own"},
	{"key as value", `"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3"`, "pnu_hunter2", "9:18: workers.apiKey.arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself"},
	{"key of others", "wine-dev-prefect", "wine-prod-prefect", `9:18: workers.apiKey.arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-prod-prefect-a1b2c3" is none of this environment's, whose roles read no others; use a secret whose name begins with wine-dev-`},
	{"key as parameter of others", "secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3", "ssm:us-west-2:222222222222:parameter/prefect", `9:18: workers.apiKey.arn: "arn:aws:ssm:us-west-2:222222222222:parameter/prefect" is none of this environment's, whose roles read no others; use a parameter whose name begins with /wine-dev/`},
	{"api twice", "  pools:\n", "  apiUrlFrom: { arn: \"arn:aws:ssm:us-west-2:222222222222:parameter/wine-dev/prefect-url\" }\n  pools:\n", "8:11: workers.apiUrl: stands beside apiUrlFrom; keep one of them"},
	{"api of others", "apiUrl: https://api.prefect.cloud/api/accounts/a/workspaces/b", "apiUrlFrom: { arn: \"arn:aws:ssm:us-west-2:222222222222:parameter/wine/url\" }", `8:22: workers.apiUrlFrom.arn: "arn:aws:ssm:us-west-2:222222222222:parameter/wine/url" is none of this environment's, whose roles read no others; use a parameter whose name begins with /wine-dev/`},
	{"api as value", "apiUrl: https://api.prefect.cloud/api/accounts/a/workspaces/b", "apiUrlFrom: { arn: https://api.prefect.cloud/api }", "8:22: workers.apiUrlFrom.arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself"},
	{"no pool", workerPools, "  pools: {}\n", "10:10: workers.pools: has no pool; add one by its name"},
	{"pools missing", workerPools, "", "7:1: workers.pools: is missing; add pools: ..."},
	{"pool name", "    light:", "    Light:", `19:12: workers.pools.Light: "Light" is no name of a pool here; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`},
	{"long pool name", "    light:", "    a-name-of-21-letters-x:", `19:29: workers.pools.a-name-of-21-letters-x: "a-name-of-21-letters-x" is no name of a pool here; use up to 20 lower-case letters, digits and single hyphens, beginning with a letter`},
	{"pool of a service", "    light:", "    api:", `19:10: workers.pools.api: "api" is the name of a service too; use another name`},
	{"no network", "network: { cidr: 10.10.0.0/16, nat: single }\n", "", "4:1: services: needs the network; add network: and its keys, or remove services\n6:1: workers: needs the network; add network: and its keys, or remove workers"},
	{"no way to secrets", "nat: single", "nat: none, endpoints: [s3, ecr, logs]", "7:1: workers: has no way to secrets without NAT, so that no task could start; add secrets to network.endpoints, or set network.nat to single or perZone"},
	{"type", "type: process", "type: docker", `19:20: workers.pools.light.type: "docker" is not allowed; use ecs or process`},
	{"image missing", `{ type: process, image: { repository: serving, tag: "1" } }`, "{ type: process }", "19:12: workers.pools.light.image: is missing; add image: and its keys below it, indented"},
	{"repository", "{ type: process, image: { repository: serving", "{ type: process, image: { repository: flows", `19:50: workers.pools.light.image.repository: "flows" is no repository of the operations account; use serving, or add it to operations.images`},
	{"latest", `{ type: process, image: { repository: serving, tag: "1" }`, "{ type: process, image: { repository: serving, tag: latest }", `19:64: workers.pools.light.image.tag: "latest" is another image after every push; use the commit that the image was built from`},
	{"no version", `{ type: process, image: { repository: serving, tag: "1" }`, "{ type: process, image: { repository: serving }", "19:36: workers.pools.light.image: has neither tag nor digest; add tag: with the commit that the image was built from, or digest:"},
	{"no worker", "workers: 2", "workers: 0", "13:16: workers.pools.training.workers: 0 is not allowed; use 1 to 100"},
	{"cpu", "workers: 2", "cpu: 700", "13:12: workers.pools.training.cpu: 700 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384"},
	{"memory", "workers: 2", "memoryMB: 512", "13:17: workers.pools.training.memoryMB: 512 does not go with cpu 512 on Fargate; use 1024 to 4096 in steps of 1024"},
	{"architecture", "workers: 2", "architecture: amd64", `13:21: workers.pools.training.architecture: "amd64" is not allowed; use x86 or arm64 (did you mean arm64?)`},
	{"flow of a process", "{ type: process, image", "{ type: process, flow: {}, image", "19:35: workers.pools.light.flow: has no meaning with type: process, whose flows run in the worker; remove it, or write type: ecs"},
	{"size of flows", "cpu: 2048, memoryMB: 8192", "cpu: 2048, memoryMB: 2048", "15:36: workers.pools.training.flow.memoryMB: 2048 does not go with cpu 2048 on Fargate; use 4096 to 16384 in steps of 1024"},
	{"from", `from: "cron(0 6 ? * MON-FRI *)"`, "from: 6am", `14:22: workers.pools.training.hours.from: "6am" is no schedule expression; write it like rate(12 hours), cron(0 1 ? * SAT *) or at(2030-01-31T08:00:00)`},
	{"rate", `from: "cron(0 6 ? * MON-FRI *)"`, "from: rate(1 day)", `14:22: workers.pools.training.hours.from: "rate(1 day)" is no time that comes back; write it like cron(0 6 ? * MON-FRI *)`},
	{"until missing", `, until: "cron(0 20 ? * MON-FRI *)"`, "", "14:14: workers.pools.training.hours.until: is missing; add until: cron(0 20 ? * MON-FRI *)"},
	{"never", `until: "cron(0 20 ? * MON-FRI *)"`, `until: "cron(0 6 ? * MON-FRI *)"`, "14:56: workers.pools.training.hours.until: is when they start; give another time"},
	{"time zone", "Europe/Berlin", "Berlin", `14:94: workers.pools.training.hours.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin`},
	{"no storage", "storage: { models: {}, data: {} }\n", "", "17:20: workers.pools.training.writeModels: needs storage; add storage: {}, or remove it"},
	{"password", "{ LEVEL: info }", "{ DB_PASSWORD: hunter2 }", "16:35: workers.pools.training.environment.DB_PASSWORD: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it"},
	{"credentials", "{ LEVEL: info }", "{ AWS_ACCESS_KEY_ID: a }", "16:41: workers.pools.training.environment.AWS_ACCESS_KEY_ID: would take the place of the task's role; remove it: the flow has the role of its task"},
	{"url as variable", "{ LEVEL: info }", "{ PREFECT_API_URL: a }", "16:39: workers.pools.training.environment.PREFECT_API_URL: is what the platform sets; remove it"},
	{"secret for the key", "TOKEN2:", "PREFECT_API_KEY:", "17:35: workers.pools.training.secrets.PREFECT_API_KEY: is what the platform sets; remove it"},
	{"secret and variable", "{ LEVEL: info }", "{ TOKEN2: a }", "17:26: workers.pools.training.secrets.TOKEN2: is also among the environment variables; keep one of them"},
	{"secret of others", "wine-dev-kaggle", "other-kaggle", `17:33: workers.pools.training.secrets.TOKEN2.arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:other-kaggle-a1b2c3" is none of this environment's, whose roles read no others; use a secret whose name begins with wine-dev-`},
	{"retention", "workers: 2", "logRetentionDays: 2", "13:25: workers.pools.training.logRetentionDays: 2 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653"},
	{"unknown key", "workers: 2", "replicas: 2", "13:7: workers.pools.training.replicas: is no key here; use type, image, cpu, memoryMB, architecture, workers, hours, flow, environment, secrets, writeModels, writeData or logRetentionDays (replicas is a key of serving.mlflow)"},
}

func TestBadWorkers(t *testing.T) {
	require.NoError(t, loadServices(strings.Replace(strings.Replace(workersFile, "api.prefect.cloud/api/accounts/a/workspaces/b", "prefect.example.com/api", 1), "apiKey", "authString", 1)))
	require.NoError(t, loadServices(strings.Replace(workersFile, "workers:\n  apiUrl", "workers:\n  enabled: false\n  apiUrl", 1)))
	badServices(t, workersFile, workersCases)
}

const prefectFile = `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16, nat: single }
storage: { models: {}, data: {} }
loadBalancer: { hostedZoneId: Z0123456789ABCDEFGHIJ, names: ["*.example.com"] }
services:
  api: { image: { repository: serving, tag: "1" }, port: 8000, route: { priority: 100 } }
mlflow: { server: ecs, ecs: { image: { repository: serving, tag: "1" }, host: mlflow.example.com, authentication: none } }
workers:
  server:
    image: { repository: serving, tag: "1" }
    host: prefect.example.com
    cpu: 1024
  authString: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3" }
  pools:
    training: { image: { repository: serving, tag: "1" } }
`

const prefectCognito = `    cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: wine }
    cpu: 1024
`

var prefectCases = []servicesCase{
	{"api and server", "workers:\n", "workers:\n  apiUrl: https://prefect.example.com/api\n", "10:11: workers.apiUrl: stands beside server; keep one of them"},
	{"key of Prefect Cloud", "  authString:", "  apiKey: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-cloud-a1b2c3\" }\n  authString:", "14:11: workers.apiKey: has no meaning with server: keys are those of Prefect Cloud; remove it, and name a secret with user:password as authString: { arn: ... }"},
	{"everybody", "  authString: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3\" }\n", "", "9:1: workers.authString: is missing, and everybody whom the load balancer admits could run code in the flows; make a secret with user:password and name it as authString: { arn: ... }"},
	{"auth string as value", `"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-prefect-a1b2c3"`, "admin:hunter2", "14:22: workers.authString.arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself"},
	{"image missing", "  server:\n    image: { repository: serving, tag: \"1\" }\n", "  server:\n", "10:3: workers.server.image: is missing; add image: and its keys below it, indented"},
	{"repository", "  server:\n    image: { repository: serving", "  server:\n    image: { repository: prefect", `11:26: workers.server.image.repository: "prefect" is no repository of the operations account; use serving, or add it to operations.images`},
	{"latest", "  server:\n    image: { repository: serving, tag: \"1\" }", "  server:\n    image: { repository: serving, tag: latest }", `11:40: workers.server.image.tag: "latest" is another image after every push; use the commit that the image was built from`},
	{"digest", "  server:\n    image: { repository: serving, tag: \"1\" }", "  server:\n    image: { repository: serving, digest: sha256:12 }", `11:43: workers.server.image.digest: "sha256:12" is no digest of an image; write sha256: and 64 hexadecimal digits in lower case`},
	{"host missing", "    host: prefect.example.com\n", "", "10:3: workers.server.host: is missing; add host: prefect.dev.example.com"},
	{"host", "host: prefect.example.com", "host: https://prefect.example.com", `12:11: workers.server.host: "https://prefect.example.com" is no name of a host; write it like mlflow.dev.example.com, in lower case and without https://`},
	{"host of others", "host: prefect.example.com", "host: prefect.dev.example.com", `12:11: workers.server.host: "prefect.dev.example.com" is none of the names that the certificate of the load balancer has; add it to loadBalancer.names`},
	{"host of MLflow", "host: prefect.example.com", "host: mlflow.example.com", `12:11: workers.server.host: "mlflow.example.com" is that of mlflow.ecs too; use another name`},
	{"priority", "    cpu: 1024\n", "    priority: 50000\n", "13:15: workers.server.priority: 50000 is not allowed; use 1 to 49999"},
	{"priority of MLflow", "    cpu: 1024\n", "    priority: 10\n", "13:15: workers.server.priority: 10 is that of mlflow.ecs too; use another number"},
	{"priority of a service", "priority: 100", "priority: 20", "7:83: services.api.route.priority: 20 is that of workers.server too; use another number"},
	{"priority of people", "    cpu: 1024\n", prefectCognito + "    priority: 99\n", "7:83: services.api.route.priority: 100 is that of workers.server too; use another number"},
	{"priority for people", "    cpu: 1024\n", prefectCognito + "    priority: 9\n", "15:15: workers.server.priority: 9 takes 10 for people who sign in, which is that of mlflow.ecs; use another number"},
	{"no load balancer", "loadBalancer: { hostedZoneId: Z0123456789ABCDEFGHIJ, names: [\"*.example.com\"] }\n", "", "6:71: services.api.route: needs the load balancer; add loadBalancer: and its keys, or remove route\n7:29: mlflow.ecs: needs the load balancer; add loadBalancer: and its keys\n9:3: workers.server: needs the load balancer; add loadBalancer: and its keys"},
	{"in the clear", "hostedZoneId: Z0123456789ABCDEFGHIJ, names: [\"*.example.com\"]", "noTls: true", "10:3: workers.server: would send the authentication string in the clear, because the load balancer has noTls; give the load balancer names or a certificate"},
	{"public", "loadBalancer: {", "loadBalancer: { public: true, allowedCidrs: [203.0.113.0/24],", "10:3: workers.server: is out of the workers' reach, who come to a public load balancer from addresses outside of the network; remove loadBalancer.public, or name another server by apiUrl"},
	{"not admitted", "loadBalancer: {", "loadBalancer: { allowedCidrs: [10.99.0.0/16],", "10:3: workers.server: is out of the workers' reach, because the load balancer does not admit the network; add the network's range to loadBalancer.allowedCidrs"},
	{"programs without cognito", "    cpu: 1024\n", "    clientCidrs: [10.10.0.0/16]\n", "13:18: workers.server.clientCidrs: has no meaning without cognito; remove it, or add cognito:"},
	{"workers among people", "    cpu: 1024\n", prefectCognito + "    clientCidrs: [10.99.0.0/16]\n", "15:18: workers.server.clientCidrs: does not have the network, whose workers cannot sign in; add the network's range"},
	{"nobody's programs", "    cpu: 1024\n", prefectCognito + "    clientCidrs: []\n", "15:18: workers.server.clientCidrs: does not have the network, whose workers cannot sign in; add the network's range"},
	{"many ranges", "    cpu: 1024\n", prefectCognito + "    clientCidrs: [10.10.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16]\n", "15:18: workers.server.clientCidrs: has 5 ranges; a load balancer takes 4 beside the host, join some"},
	{"user pool", "    cpu: 1024\n", "    cognito: { userPoolArn: us-west-2_abcdefghi, clientId: a, domain: wine }\n", `13:29: workers.server.cognito.userPoolArn: "us-west-2_abcdefghi" is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi`},
	{"domain missing", "    cpu: 1024\n", "    cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_a\", clientId: a }\n", "13:14: workers.server.cognito.domain: is missing; add domain: ..."},
	{"cpu", "cpu: 1024", "cpu: 1000", "13:10: workers.server.cpu: 1000 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384"},
	{"memory", "cpu: 1024", "memoryMB: 512", "13:15: workers.server.memoryMB: 512 does not go with cpu 1024 on Fargate; use 2048 to 8192 in steps of 1024"},
	{"architecture", "cpu: 1024", "architecture: amd64", `13:19: workers.server.architecture: "amd64" is not allowed; use x86 or arm64 (did you mean arm64?)`},
	{"instance class", "cpu: 1024", "database: { instanceClass: t4g.small }", `13:32: workers.server.database.instanceClass: "t4g.small" is no instance class of RDS; write it like db.t4g.small`},
	{"storage size", "cpu: 1024", "database: { storageGiB: 10 }", "13:29: workers.server.database.storageGiB: 10 is not allowed; use 20 to 59578"},
	{"retention", "cpu: 1024", "logRetentionDays: 10", "13:23: workers.server.logRetentionDays: 10 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653"},
	{"unknown key", "cpu: 1024", "tasks: 2", "13:5: workers.server.tasks: is no key here; use image, host, priority, cognito, clientCidrs, cpu, memoryMB, architecture, database or logRetentionDays (tasks is a key of services.<name> or mlflow.ecs)"},
	{"pool named as the server", "    training:", "    prefect:", `16:14: workers.pools.prefect: "prefect" is the name of the server of Prefect; use another name`},
	{"service named as MLflow", "  api:", "  mlflow:", `7:11: services.mlflow: "mlflow" is the name of the server of MLflow; use another name`},
	{"service named as flows", "  api:", "  training-flow:", `7:18: services.training-flow: "training-flow" is the name of what runs the flows of the pool training; use another name`},
	{"pool named as flows", "  pools:\n", "  pools:\n    training-flow: { image: { repository: serving, tag: \"1\" } }\n", `16:20: workers.pools.training-flow: "training-flow" is the name of what runs the flows of the pool training; use another name`},
	{"service named as the server", "  api:", "  prefect:", `7:12: services.prefect: "prefect" is the name of the server of Prefect; use another name`},
}

func TestBadPrefectServers(t *testing.T) {
	require.NoError(t, loadServices(strings.Replace(prefectFile, "    cpu: 1024\n", prefectCognito, 1)))
	badServices(t, prefectFile, prefectCases)
}
