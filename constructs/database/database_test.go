package database_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/database"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	topicARN = "arn:aws:sns:us-west-2:222222222222:wine-dev"
	roleARN  = "arn:aws:iam::222222222222:role/tracking"
	client   = "sg-0123456789abcdef0"
)

func typical() database.Props {
	return database.Props{Name: "wine-dev-mlflow", VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}}
}

func build(t *testing.T, props database.Props) (*database.Database, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "database", props, database.New)
}

func TestInstance(t *testing.T) {
	_, template := build(t, typical())
	template.Golden("instance")
	instance := template.One("aws_db_instance")
	require.Equal(t, true, instance["manage_master_user_password"])
	require.Equal(t, false, instance["publicly_accessible"])
	require.NotContains(t, instance, "password")
	require.Equal(t, map[string]any{"prevent_destroy": true}, instance["lifecycle"])
}

func everything() database.Props {
	props := typical()
	props.Tags, props.Port, props.Version, props.DatabaseName, props.MasterUsername = map[string]string{"Team": "ml"}, 6432, "16", "mlflow", "mlflow"
	props.AllowMajorUpgrade, props.ExtendedSupport, props.PasswordRotationDays = true, true, 90
	props.InstanceClass, props.StorageGB, props.MaxStorageGB, props.MultiAZ = "db.m7g.large", 100, 500, true
	props.BackupRetentionDays, props.BackupWindow, props.MaintenanceWindow = 30, "23:45-00:15", "sun:04:00-sun:05:00"
	props.KeyARN, props.LogKeyARN, props.LogRetentionDays, props.InsightsRetentionDays = keyARN, keyARN, 365, 62
	props.Parameters = map[string]database.Parameter{"log_min_duration_statement": {Value: "500"}, "max_connections": {Value: "200", AtReboot: true}}
	props.Alarms = database.Alarms{CPUPercent: 70, FreeStorageGB: 10, Connections: 180, TopicARNs: []string{topicARN}}
	props.AllowDestroy, props.NoFinalSnapshot = true, true
	return props
}

func TestEverything(t *testing.T) {
	made, template := build(t, everything())
	template.Golden("everything")
	require.Len(t, made.AlarmARNs(), 3)
	require.NotContains(t, template.One("aws_db_instance"), "lifecycle")
	require.NotContains(t, template.One("aws_db_instance"), "final_snapshot_identifier")
}

func TestCluster(t *testing.T) {
	props := typical()
	props.Engine, props.Instances, props.Capacity = database.AuroraServerless, 2, &database.Capacity{Min: 0, Max: 8}
	made, template := build(t, props)
	template.Golden("cluster")
	require.Len(t, made.AlarmARNs(), 3)
}

// Connections without TLS are refused whatever else is set.
func TestTLSIsForced(t *testing.T) {
	for _, engine := range []database.Engine{database.PostgreSQL, database.AuroraServerless} {
		for _, version := range database.Versions() {
			props := typical()
			props.Engine, props.Version = engine, version
			_, template := build(t, props)
			kind := map[database.Engine]string{database.PostgreSQL: "aws_db_parameter_group", database.AuroraServerless: "aws_rds_cluster_parameter_group"}[engine]
			text, err := json.Marshal(template.One(kind)["parameter"])
			require.NoError(t, err)
			require.JSONEq(t, `[{"name":"rds.force_ssl","value":"1","apply_method":"immediate"}]`, string(text))
		}
	}
}

func TestAccess(t *testing.T) {
	for _, engine := range []database.Engine{database.PostgreSQL, database.AuroraServerless} {
		props := typical()
		props.Engine, props.KeyARN = engine, keyARN
		stack := synthtest.Stack(t)
		made, err := database.New(stack, "database", props)
		require.NoError(t, err)
		role, err := iam.FromARN(stack, "tracking", roleARN)
		require.NoError(t, err)
		require.NoError(t, made.Allow("mlflow", client))
		require.NoError(t, made.GrantReadSecret(role))
		require.NoError(t, made.GrantConnect(role, "mlflow_app"))
		tf.Output(stack, "host", made.Host(), "Test")
		template := synthtest.Synth(t, stack)
		iamcheck.Check{}.Template(t, template.Root())

		in, out := template.One("aws_vpc_security_group_ingress_rule"), template.One("aws_vpc_security_group_egress_rule")
		require.Equal(t, "${aws_security_group."+template.Names("aws_security_group")[0]+".id}", in["security_group_id"])
		require.Equal(t, client, in["referenced_security_group_id"])
		require.Equal(t, client, out["security_group_id"])
		require.Equal(t, in["security_group_id"], out["referenced_security_group_id"])
		require.EqualValues(t, 5432, in["from_port"])

		address, id := "aws_db_instance.", "resource_id"
		if engine == database.AuroraServerless {
			address, id = "aws_rds_cluster.", "cluster_resource_id"
		}
		kind := address[:len(address)-1]
		address += template.Names(kind)[0]
		secret := template.Where("aws_iam_role_policy", "name", "database-secret")["policy"]
		require.Equal(t, []string{"${" + address + ".master_user_secret[0].secret_arn}"}, template.Allowing(secret, "secretsmanager:GetSecretValue")[0].Resources)
		require.Equal(t, map[string]map[string]any{"StringEquals": {"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"}}, template.Allowing(secret, "kms:Decrypt")[0].Condition)
		connect := template.Where("aws_iam_role_policy", "name", "database-connect-mlflow_app")["policy"]
		require.Equal(t, []string{"arn:aws:rds-db:us-west-2:222222222222:dbuser:${" + address + "." + id + "}/mlflow_app"}, template.Allowing(connect, "rds-db:connect")[0].Resources)
	}
}

func TestExisting(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := database.Existing(stack, "database", database.ExistingProps{
		Host: "wine.c1.us-west-2.rds.amazonaws.com", SecretARN: "arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-a1b2c3",
	})
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "tracking", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantReadSecret(role))
	require.EqualError(t, made.Allow("mlflow", client), "database database: securityGroupID: is not known; give it to let clients in")
	require.EqualError(t, made.GrantConnect(role, "app"), "database database: grant connect: resourceID: is not known; give it to let roles sign in")
	require.EqualError(t, made.Allow("ml flow", "group"), "client: \"ml flow\" is no name of a client; use up to 63 letters, digits and hyphens\n"+
		"securityGroupID: \"group\" is no id of a security group; write it like sg-0123456789abcdef0")
	require.EqualError(t, made.GrantReadSecret(nil), "database database: grant secret: the grantee is missing; pass a role")
	require.Equal(t, 5432, made.Port())
	require.Equal(t, "main", made.DatabaseName())
	require.Equal(t, map[string]int{"aws_iam_role_policy": 1}, synthtest.Synth(t, stack).Counts())

	_, err = database.Existing(stack, "wrong", database.ExistingProps{Host: "https://wine", Port: 70000, DatabaseName: "1", SecretARN: "password", SecretKeyARN: "alias/x", SecurityGroupID: "g", ResourceID: "wine"})
	require.EqualError(t, err, `host: "https://wine" is no name of a host; write it like wine.c1.us-west-2.rds.amazonaws.com, without port
port: 70000 is out of range; use 1 to 65535
databaseName: "1" is no name of a database in PostgreSQL; use 1 to 63 letters, digits and underscores, beginning with a letter
secretARN: "password" is no ARN of a secret; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3
secretKeyARN: "alias/x" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
securityGroupID: "g" is no id of a security group; write it like sg-0123456789abcdef0
resourceID: "wine" is no resource id of a database; write it like db-ABCDEFGHIJKL01234, as the console shows it`)
}

func TestProblems(t *testing.T) {
	aurora := func(p *database.Props) { p.Engine = database.AuroraServerless }
	synthtest.Refuse(t, synthtest.Stack(t), typical, database.New, map[string]synthtest.Refusal[database.Props]{
		"name":            {func(p *database.Props) { p.Name = "wine--dev" }, `name: "wine--dev" is no name of a database; use 1 to 60 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen`},
		"scope":           {func(p *database.Props) { p.Scope.Region = "west" }, `scope.region: "west" is no AWS region; write it like us-west-2`},
		"vpc":             {func(p *database.Props) { p.VPCID = "default" }, `vpcID: "default" is no id of a VPC; write it like vpc-0123456789abcdef0`},
		"zone":            {func(p *database.Props) { p.SubnetIDs = p.SubnetIDs[:1] }, `subnetIDs: names 1 subnets, RDS needs two in different zones; name one in each zone`},
		"subnet":          {func(p *database.Props) { p.SubnetIDs[1] = "a" }, `subnetIDs[1]: "a" is no id of a subnet; write it like subnet-0123456789abcdef0`},
		"twice":           {func(p *database.Props) { p.SubnetIDs[1] = p.SubnetIDs[0] }, `subnetIDs[1]: "subnet-0123456789abcdef0" is given twice; drop one`},
		"group":           {func(p *database.Props) { p.SecurityGroupID = "g" }, `securityGroupID: "g" is no id of a security group; write it like sg-0123456789abcdef0`},
		"port":            {func(p *database.Props) { p.Port = 80 }, `port: 80 is out of range; use 1150 to 65535`},
		"engine":          {func(p *database.Props) { p.Engine = "mysql" }, `engine: "mysql" is unknown; use postgresql or auroraServerless`},
		"version":         {func(p *database.Props) { p.Version = "17.2" }, `version: "17.2" is no supported major version; use one of 14, 15, 16, 17, 18`},
		"database":        {func(p *database.Props) { p.DatabaseName = "ml-flow" }, `databaseName: "ml-flow" is no name of a database in PostgreSQL; use 1 to 63 letters, digits and underscores, beginning with a letter`},
		"user":            {func(p *database.Props) { p.MasterUsername = "Admin" }, `masterUsername: "Admin" is no name of a master user; use 1 to 16 letters, digits and underscores, beginning with a letter, and no name that RDS or PostgreSQL keeps`},
		"size of a class": {func(p *database.Props) { p.InstanceClass = "db.t4g.mediun" }, `instanceClass: "db.t4g.mediun" is no class of an RDS instance; write it like db.t4g.small`},
		"static": {func(p *database.Props) {
			p.Parameters = map[string]database.Parameter{"max_connections": {Value: "200"}}
		}, `parameters["max_connections"].atReboot: is needed: PostgreSQL reads max_connections when it starts, and RDS refuses to set it at once; set atReboot, and reboot`},
		"value": {func(p *database.Props) { p.Parameters = map[string]database.Parameter{"work_mem": {}} }, `parameters["work_mem"].value: is missing; write the value as RDS shows it`},
		"key elsewhere": {func(p *database.Props) {
			p.KeyARN = "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"
		}, `keyARN: "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555" is in us-east-1, and what uses it is in us-west-2; use one of that region`},
		"class":   {func(p *database.Props) { p.InstanceClass = "t4g.small" }, `instanceClass: "t4g.small" is no class of an RDS instance; write it like db.t4g.small`},
		"storage": {func(p *database.Props) { p.StorageGB, p.Alarms.FreeStorageGB = 10, 1 }, `storageGB: 10 is out of range; use 20 to 65536`},
		"growth":  {func(p *database.Props) { p.MaxStorageGB = 21 }, `maxStorageGB: 21 is out of range; use at least a tenth more than storageGB, and at most 65536`},
		"foreign": {func(p *database.Props) { p.Capacity, p.Instances = &database.Capacity{Max: 2}, 2 },
			"capacity: belongs to the engine auroraServerless; remove it, or change the engine\ninstances: belongs to the engine auroraServerless; remove it, or change the engine"},
		"foreign to aurora": {func(p *database.Props) {
			aurora(p)
			p.InstanceClass, p.StorageGB, p.MaxStorageGB, p.MultiAZ = "db.t4g.small", 20, 100, true
		}, `instanceClass: belongs to the engine postgresql; remove it, or change the engine
storageGB: belongs to the engine postgresql; remove it, or change the engine
maxStorageGB: belongs to the engine postgresql; remove it, or change the engine
multiAZ: belongs to the engine postgresql; remove it, or change the engine`},
		"capacity": {func(p *database.Props) {
			aurora(p)
			p.Capacity, p.Instances = &database.Capacity{Min: 0.7, Max: 300}, 17
		}, `capacity.min: 0.7 is no capacity; use 0 to 256 in halves
capacity.max: 300 is no capacity; use 1 to 256 in halves
instances: 17 is out of range; use 1 to 16`},
		"small": {func(p *database.Props) { aurora(p); p.Capacity = &database.Capacity{Min: 4, Max: 2} }, `capacity.max: 2 is less than the minimum of 4; raise it`},
		"no pause": {func(p *database.Props) {
			aurora(p)
			p.Capacity = &database.Capacity{Min: 1, Max: 2, PauseAfterSeconds: 300}
		}, `capacity.pauseAfterSeconds: has no meaning with a minimum of 1; set capacity.min to 0, or remove it`},
		"pause":       {func(p *database.Props) { aurora(p); p.Capacity = &database.Capacity{Max: 2, PauseAfterSeconds: 60} }, `capacity.pauseAfterSeconds: 60 is out of range; use 300 to 86400`},
		"rotation":    {func(p *database.Props) { p.PasswordRotationDays = 1001 }, `passwordRotationDays: 1001 is out of range; use 1 to 1000`},
		"backups":     {func(p *database.Props) { p.BackupRetentionDays = 36 }, `backupRetentionDays: 36 is out of range; use 1 to 35`},
		"backup":      {func(p *database.Props) { p.BackupWindow = "3:00-3:30" }, `backupWindow: "3:00-3:30" is no daily window; write it like 03:00-03:30, in UTC`},
		"maintenance": {func(p *database.Props) { p.MaintenanceWindow = "Sun:04:00-Sun:05:00" }, `maintenanceWindow: "Sun:04:00-Sun:05:00" is no weekly window; write it like sun:04:00-sun:05:00, in UTC`},
		"overlap":     {func(p *database.Props) { p.BackupWindow, p.MaintenanceWindow = "23:45-00:30", "sun:00:15-sun:01:00" }, `maintenanceWindow: "sun:00:15-sun:01:00" overlaps with the backups at 23:45-00:30, which RDS refuses; move one of them`},
		"key":         {func(p *database.Props) { p.KeyARN = "alias/data" }, `keyARN: "alias/data" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"retention":   {func(p *database.Props) { p.LogRetentionDays = 10 }, `logRetentionDays: 10 is not offered by CloudWatch Logs; use one of 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653`},
		"insights":    {func(p *database.Props) { p.InsightsRetentionDays = 30 }, `insightsRetentionDays: 30 is not possible; use 7, a multiple of 31 up to 713, or 731`},
		"TLS off":     {func(p *database.Props) { p.Parameters = map[string]database.Parameter{"rds.force_ssl": {Value: "0"}} }, `parameters["rds.force_ssl"]: is always on; remove it`},
		"parameter":   {func(p *database.Props) { p.Parameters = map[string]database.Parameter{"Log": {}} }, `parameters["Log"]: "Log" is no name of a parameter; write it like log_min_duration_statement`},
		"alarms": {func(p *database.Props) {
			p.Alarms = database.Alarms{CPUPercent: 101, CapacityPercent: -1, FreeStorageGB: 20, Connections: -1, TopicARNs: []string{"topic"}}
		}, `alarms.topicARNs[0]: "topic" is no ARN of an SNS topic; write it like arn:aws:sns:us-west-2:123456789012:name
alarms.cpuPercent: 101 is out of range; use 1 to 100
alarms.capacityPercent: -1 is out of range; use 1 to 100
alarms.freeStorageGB: 20 is out of range; use 1 or more, and less than storageGB
alarms.connections: -1 is out of range; use 1 or more`},
		"snapshot": {func(p *database.Props) { p.NoFinalSnapshot = true }, `noFinalSnapshot: has no meaning while the database may not be destroyed; set allowDestroy too, or remove it`},
	})
}

func ExampleNew() {
	synthtest.PrintCounts(func(stack synthtest.ExampleStack) error {
		made, err := database.New(stack, "mlflow", database.Props{
			Name: "wine-dev-mlflow", VPCID: "vpc-0123456789abcdef0", SubnetIDs: []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
		})
		if err != nil {
			return err
		}
		role, err := iam.FromARN(stack, "tracking", "arn:aws:iam::222222222222:role/tracking")
		if err != nil {
			return err
		}
		if err := made.Allow("tracking", "sg-0123456789abcdef0"); err != nil {
			return err
		}
		return made.GrantReadSecret(role)
	})
	// Output:
	// aws_cloudwatch_log_group 2
	// aws_cloudwatch_metric_alarm 3
	// aws_db_instance 1
	// aws_db_parameter_group 1
	// aws_db_subnet_group 1
	// aws_iam_role_policy 1
	// aws_security_group 1
	// aws_vpc_security_group_egress_rule 1
	// aws_vpc_security_group_ingress_rule 1
}
