package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const mlflowFile = `account: "222222222222"
promotion: { branches: [main] }
network: { cidr: 10.10.0.0/16, nat: single }
storage: { models: {}, data: {} }
loadBalancer:
  hostedZoneId: Z0123456789ABCDEFGHIJ
  names: ["*.example.com"]
training: { image: { repository: serving, tag: "1" }, metric: { threshold: 0.5 }, network: true, experiment: wine }
services:
  api: { image: { repository: serving, tag: "1" }, port: 8000, route: { priority: 100 } }
mlflow:
  server: ecs
  ecs:
    image: { repository: serving, tag: "1" }
    host: mlflow.example.com
    secret: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-mlflow-a1b2c3" }
    clientSecret: { arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-client-a1b2c3" }
    tasks: 2
`

const cognitoFile = `    authentication: cognito
    cognito: { userPoolArn: "arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi", clientId: 1example23456789, domain: wine }
`

var (
	mlflowSecrets = mlflowFile[strings.Index(mlflowFile, "    secret:"):strings.Index(mlflowFile, "    tasks:")]
	mlflowServer  = mlflowFile[strings.Index(mlflowFile, "mlflow:"):]
)

var mlflowCases = []servicesCase{
	{"server missing", "  server: ecs\n", "", "11:1: mlflow.server: is missing; add server: managed"},
	{"server", "server: ecs", "server: eks", `12:11: mlflow.server: "eks" is not allowed; use managed or ecs (did you mean ecs?)`},
	{"managed with ecs", "server: ecs", "server: managed", "13:3: mlflow.ecs: has no meaning with server: managed; remove it, or write server: ecs"},
	{"ecs with managed", "  ecs:\n", "  managed: {}\n  ecs:\n", "13:12: mlflow.managed: has no meaning with server: ecs; remove it, or write server: managed"},
	{"no ecs", mlflowServer, "mlflow: { server: ecs }\n", "11:9: mlflow.ecs: is missing; add ecs: with image, host and secret below it, or write server: managed"},
	{"size", mlflowServer, "mlflow: { server: managed, managed: { size: small } }\n", `11:45: mlflow.managed.size: "small" is no size; use Small, Medium or Large (did you mean Small?)`},
	{"version", mlflowServer, "mlflow: { server: managed, managed: { version: \"3.0.1\" } }\n", `11:48: mlflow.managed.version: "3.0.1" is no version; write major and minor, such as "3.0", without the patch level`},
	{"window", mlflowServer, "mlflow: { server: managed, managed: { maintenanceWindow: \"Sunday 3\" } }\n", `11:58: mlflow.managed.maintenanceWindow: "Sunday 3" is no day and time; write it like "Sun:03:30", in UTC`},
	{"no storage", "storage: { models: {}, data: {} }\n", "", "7:11: training: needs storage; add storage: {}, for the data that it reads and the models that it makes\n10:1: mlflow: needs storage, whose bucket of models keeps the artifacts; add storage: {}, or remove mlflow"},
	{"no network", "network: { cidr: 10.10.0.0/16, nat: single }\n", "", "4:1: loadBalancer: needs the network; add network: and its keys, or remove loadBalancer\n7:92: training.network: needs a network; add network: and its keys, or remove this line\n8:1: services: needs the network; add network: and its keys, or remove services\n12:3: mlflow.ecs: needs the network; add network: and its keys, or remove mlflow.ecs"},
	{"no way to secrets", "nat: single", "nat: none, endpoints: [s3, ecr, logs, sagemaker, sts]", "13:3: mlflow.ecs: has no way to secrets without NAT, so that no task could start; add secrets to network.endpoints, or set network.nat to single or perZone"},
	{"no load balancer", "loadBalancer:\n  hostedZoneId: Z0123456789ABCDEFGHIJ\n  names: [\"*.example.com\"]\n", "", "7:71: services.api.route: needs the load balancer; add loadBalancer: and its keys, or remove route\n10:3: mlflow.ecs: needs the load balancer; add loadBalancer: and its keys"},
	{"image missing", "    image: { repository: serving, tag: \"1\" }\n    host", "    host", "13:3: mlflow.ecs.image: is missing; add image: and its keys below it, indented"},
	{"repository", "    image: { repository: serving, tag: \"1\" }\n    host", "    image: { repository: mlflow, tag: \"1\" }\n    host", `14:26: mlflow.ecs.image.repository: "mlflow" is no repository of the operations account; use serving, or add it to operations.images`},
	{"latest", "    image: { repository: serving, tag: \"1\" }\n    host", "    image: { repository: serving, tag: latest }\n    host", `14:40: mlflow.ecs.image.tag: "latest" is another image after every push; use the commit that the image was built from`},
	{"host missing", "    host: mlflow.example.com\n", "", "13:3: mlflow.ecs.host: is missing; add host: mlflow.dev.example.com"},
	{"host", "host: mlflow.example.com", "host: https://mlflow.example.com", `15:11: mlflow.ecs.host: "https://mlflow.example.com" is no name of a host; write it like mlflow.dev.example.com, in lower case and without https://`},
	{"host with wildcard", "host: mlflow.example.com", `host: "*.example.com"`, `15:11: mlflow.ecs.host: "*.example.com" is no name of a host; write it like mlflow.dev.example.com, in lower case and without https://`},
	{"host of others", "host: mlflow.example.com", "host: mlflow.dev.example.com", `15:11: mlflow.ecs.host: "mlflow.dev.example.com" is none of the names that the certificate of the load balancer has; add it to loadBalancer.names`},
	{"priority", "    tasks: 2\n", "    tasks: 2\n    priority: 50000\n", "19:15: mlflow.ecs.priority: 50000 is not allowed; use 1 to 49999"},
	{"priority of a service", "priority: 100", "priority: 10", "10:83: services.api.route.priority: 10 is that of mlflow.ecs too; use another number"},
	{"authentication", "    tasks: 2\n", "    tasks: 2\n    authentication: ldap\n", `19:21: mlflow.ecs.authentication: "ldap" is not allowed; use basic, cognito or none`},
	{"secret missing", "    secret: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-mlflow-a1b2c3\" }\n", "", "13:3: mlflow.ecs.secret: is missing, and MLflow would make its administrator with a password that everybody knows; make a secret with the keys password and key and name it as secret: { arn: ... }, or choose another authentication"},
	{"secret of others", "wine-dev-mlflow-a1b2c3", "wine-prod-mlflow-a1b2c3", `16:20: mlflow.ecs.secret.arn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-prod-mlflow-a1b2c3" is none of this environment's, whose roles read no others; use a secret whose name begins with wine-dev-`},
	{"secret elsewhere", "us-west-2:222222222222:secret:wine-dev-client", "us-west-2:333333333333:secret:wine-dev-client", `17:26: mlflow.ecs.clientSecret.arn: "arn:aws:secretsmanager:us-west-2:333333333333:secret:wine-dev-client-a1b2c3" is in another account or region; use one of account 222222222222, us-west-2`},
	{"value as secret", `"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-mlflow-a1b2c3"`, "hunter2", "16:20: mlflow.ecs.secret.arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself"},
	{"parameter as secret", "secretsmanager:us-west-2:222222222222:secret:wine-dev-client-a1b2c3", "ssm:us-west-2:222222222222:parameter/wine", `17:26: mlflow.ecs.clientSecret.arn: "arn:aws:ssm:us-west-2:222222222222:parameter/wine" is a parameter of Systems Manager, which has no JSON keys; keep the value in Secrets Manager, under a name that begins with wine-dev-`},
	{"key of the secret", `client-a1b2c3" }`, `client-a1b2c3", keyArn: alias/a }`, `17:113: mlflow.ecs.clientSecret.keyArn: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, not an alias`},
	{"secret with none", "    tasks: 2\n", "    authentication: none\n", "16:13: mlflow.ecs.secret: has no meaning with authentication: none; remove it, or write authentication: basic\n17:19: mlflow.ecs.clientSecret: has no meaning with authentication: none; remove it, or write authentication: basic"},
	{"basic with cognito", "    tasks: 2\n", "    cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine }\n", "18:14: mlflow.ecs.cognito: has no meaning with authentication: basic; remove it, or write authentication: cognito"},
	{"cognito missing", mlflowSecrets, "    authentication: cognito\n", "13:3: mlflow.ecs.cognito: is missing; add cognito: with userPoolArn, clientId and domain, or choose another authentication"},
	{"cognito with secret", mlflowSecrets, cognitoFile + "    secret: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-mlflow-a1b2c3\" }\n", "18:13: mlflow.ecs.secret: has no meaning with authentication: cognito; remove it, or write authentication: basic"},
	{"user pool", mlflowSecrets, "    authentication: cognito\n    cognito: { userPoolArn: \"us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine }\n", `17:29: mlflow.ecs.cognito.userPoolArn: "us-west-2_abcdefghi" is no ARN of a user pool; write it like arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi`},
	{"user pool elsewhere", mlflowSecrets, "    authentication: cognito\n    cognito: { userPoolArn: \"arn:aws:cognito-idp:eu-west-1:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: wine }\n", "17:29: mlflow.ecs.cognito.userPoolArn: is in another region or account than the load balancer; name one in us-west-2 of 222222222222"},
	{"client", mlflowSecrets, "    authentication: cognito\n    cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: \"a b\", domain: wine }\n", `17:114: mlflow.ecs.cognito.clientId: "a b" is no id of an app client; copy it from the user pool, without its secret`},
	{"domain of the pool", mlflowSecrets, "    authentication: cognito\n    cognito: { userPoolArn: \"arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi\", clientId: 1example23456789, domain: https://wine }\n", `17:140: mlflow.ecs.cognito.domain: "https://wine" is no domain of a user pool; write its prefix, or its own domain without https://`},
	{"ranges", mlflowSecrets, cognitoFile + "    clientCidrs: [10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16]\n", "18:18: mlflow.ecs.clientCidrs: has 5 ranges; a load balancer takes 4 beside the host, join some"},
	{"range", mlflowSecrets, cognitoFile + "    clientCidrs: [10.0.0.1/16]\n", "18:19: mlflow.ecs.clientCidrs[0]: 10.0.0.1/16 does not begin at its first address; write 10.0.0.0/16"},
	{"ranges with basic", "    tasks: 2\n", "    clientCidrs: [10.0.0.0/16]\n", "18:18: mlflow.ecs.clientCidrs: has no meaning with authentication: basic; remove it, or write authentication: cognito"},
	{"passwords in the clear", "  hostedZoneId: Z0123456789ABCDEFGHIJ\n  names: [\"*.example.com\"]\n", "  noTls: true\n", "12:3: mlflow.ecs.authentication: would send passwords in the clear, because the load balancer has noTls; give the load balancer names or a certificate"},
	{"tasks", "tasks: 2", "tasks: 11", "18:12: mlflow.ecs.tasks: 11 is not allowed; use 1 to 10"},
	{"workers", "tasks: 2", "workers: 0", "18:14: mlflow.ecs.workers: 0 is not allowed; use 1 to 16"},
	{"cpu", "tasks: 2", "cpu: 1000", "18:10: mlflow.ecs.cpu: 1000 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384"},
	{"memory", "tasks: 2", "memoryMB: 1024", "18:15: mlflow.ecs.memoryMB: 1024 does not go with cpu 1024 on Fargate; use 2048 to 8192 in steps of 1024"},
	{"architecture", "tasks: 2", "architecture: arm", `18:19: mlflow.ecs.architecture: "arm" is not allowed; use x86 or arm64 (did you mean arm64?)`},
	{"instance class", "tasks: 2", "database: { instanceClass: t4g.small }", `18:32: mlflow.ecs.database.instanceClass: "t4g.small" is no instance class of RDS; write it like db.t4g.small`},
	{"storage size", "tasks: 2", "database: { storageGiB: 10 }", "18:29: mlflow.ecs.database.storageGiB: 10 is not allowed; use 20 to 59578"},
	{"backups", "tasks: 2", "database: { backupRetentionDays: 36 }", "18:38: mlflow.ecs.database.backupRetentionDays: 36 is not allowed; use 1 to 35"},
	{"retention", "tasks: 2", "logRetentionDays: 10", "18:23: mlflow.ecs.logRetentionDays: 10 days is no retention that CloudWatch Logs knows; use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653"},
	{"unknown key", "tasks: 2", "replicas: 2", "18:5: mlflow.ecs.replicas: is no key here; use image, host, priority, authentication, secret, clientSecret, cognito, clientCidrs, tasks, workers, cpu, memoryMB, architecture, database or logRetentionDays (replicas is a key of serving.mlflow)"},
	{"experiment without mlflow", mlflowServer, "", "8:110: training.experiment: needs mlflow; add mlflow: { server: managed }, or remove it"},
	{"experiment", "experiment: wine", `experiment: "${wine}"`, `8:110: training.experiment: "${wine}" would be evaluated, for its "${"; write the value itself`},
	{"name of the experiment", "experiment: wine", "experiment: /wine", `8:110: training.experiment: "/wine" is no name of an experiment; use up to 255 letters, digits, spaces and _./-, beginning with a letter or digit`},
	{"experiment outside", "network: true, experiment", "network: false, experiment", "8:111: training.experiment: needs a way to MLflow, which is inside the network; add network: true to training"},
	{"experiment without credentials", "    clientSecret: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-client-a1b2c3\" }\n", "", "8:110: training.experiment: needs mlflow.ecs.clientSecret, because MLflow asks for name and password; make a user in MLflow and name the secret that has them"},
	{"experiment behind the load balancer", "  names: [\"*.example.com\"]\n", "  names: [\"*.example.com\"]\n  allowedCidrs: [10.99.0.0/16]\n", "9:110: training.experiment: needs a way to MLflow, and the load balancer does not admit the network; add the network's range to loadBalancer.allowedCidrs"},
}

// learningFile is the file with automatic learning in place of training.
var learningFile = strings.Replace(mlflowFile, mlflowFile[strings.Index(mlflowFile, "training:"):strings.Index(mlflowFile, "services:")], `automation:
  image: { repository: serving, tag: "1" }
  tuning: { objective: { metric: f1 }, metrics: { f1: "f1=([0-9.]+)" }, integers: { depth: { min: 1, max: 3 } } }
  register: { threshold: 0.5 }
  network: true
  experiment: wine
`, 1)

var learningCases = []servicesCase{
	{"without mlflow", mlflowServer, "", "13:15: automation.experiment: needs mlflow; add mlflow: { server: managed }, or remove it"},
	{"name", "experiment: wine", "experiment: /wine", `13:15: automation.experiment: "/wine" is no name of an experiment; use up to 255 letters, digits, spaces and _./-, beginning with a letter or digit`},
	{"empty", "experiment: wine", `experiment: ""`, "13:15: automation.experiment: is an empty text; write a value, or remove the line to get the default"},
	{"outside", "network: true\n", "network: false\n", "13:15: automation.experiment: needs a way to MLflow, which is inside the network; add network: true to automation"},
	{"without credentials", "    clientSecret: { arn: \"arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-client-a1b2c3\" }\n", "", "13:15: automation.experiment: needs mlflow.ecs.clientSecret, because MLflow asks for name and password; make a user in MLflow and name the secret that has them"},
	{"behind the load balancer", "  names: [\"*.example.com\"]\n", "  names: [\"*.example.com\"]\n  allowedCidrs: [10.99.0.0/16]\n", "14:15: automation.experiment: needs a way to MLflow, and the load balancer does not admit the network; add the network's range to loadBalancer.allowedCidrs"},
}

func TestBadExperiments(t *testing.T) { badServices(t, learningFile, learningCases) }

func TestBadMLflow(t *testing.T) {
	for _, good := range []string{
		mlflowFile, strings.Replace(mlflowFile, mlflowSecrets, cognitoFile, 1), strings.Replace(mlflowFile, mlflowSecrets, "    authentication: none\n", 1),
		strings.Replace(mlflowFile, mlflowServer, "mlflow: { server: managed }\n", 1), strings.Replace(mlflowFile, "  server: ecs", "  enabled: false\n  server: ecs", 1),
	} {
		if strings.Contains(good, "enabled: false") {
			good = strings.Replace(good, ", experiment: wine", "", 1)
		}
		require.NoError(t, loadServices(good))
	}
	badServices(t, mlflowFile, mlflowCases)
}
