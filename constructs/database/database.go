package database

import (
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbsubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretrotation"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A Database is a PostgreSQL server with its first database, made here or existing.
type Database struct {
	construct  tf.Construct
	id, name   string
	scope      arn.Scope
	tags       map[string]string
	arn        string
	host       string
	port       int
	database   string
	resourceID string
	secretARN  string
	secretKey  string
	group      string
	alarms     []string
	resource   tf.Dependable
}

// New makes a database.
func New(scope constructs.Construct, id string, props Props) (*Database, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Database, error) {
		made := &Database{
			construct: scope, id: id, name: props.Name, scope: props.Scope, tags: props.Tags, port: props.Port, database: props.DatabaseName,
			group: props.SecurityGroupID, secretKey: props.KeyARN,
		}
		if made.group == "" {
			made.group = firewall.NewGroup(scope, props.Name+"-database", "Database "+props.Name, props.VPCID, props.Tags)
		}
		subnets := tf.Attr(dbsubnetgroup.NewDbSubnetGroup(scope, tf.Str("subnet-group"), &dbsubnetgroup.DbSubnetGroupConfig{
			Name: tf.Str(props.Name), Description: tf.Str("Subnets of the database " + props.Name), SubnetIds: tf.Strs(props.SubnetIDs), Tags: tf.StrMap(props.Tags),
		}), "name")
		if props.Engine == AuroraServerless {
			made.newCluster(props, subnets)
		} else {
			made.newInstance(props, subnets)
		}
		if props.PasswordRotationDays > 0 {
			secretsmanagersecretrotation.NewSecretsmanagerSecretRotation(scope, tf.Str("rotation"), &secretsmanagersecretrotation.SecretsmanagerSecretRotationConfig{
				SecretId: tf.Str(made.secretARN), RotateImmediately: false,
				RotationRules: &secretsmanagersecretrotation.SecretsmanagerSecretRotationRotationRules{AutomaticallyAfterDays: tf.Num(props.PasswordRotationDays)},
			})
		}
		made.addAlarms(props)
		return made, nil
	})
}

// newLogGroups makes the log groups that RDS writes into before it does so itself, without an end to what they keep.
func (d *Database) newLogGroups(props Props, prefix string, logs ...string) *[]tf.Dependable {
	var made []tf.Dependable
	for _, log := range logs {
		made = append(made, cloudwatchloggroup.NewCloudwatchLogGroup(d.construct, tf.Str("log-group-"+log), &cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name: tf.Str(prefix + props.Name + "/" + log), RetentionInDays: tf.Num(props.LogRetentionDays), KmsKeyId: tf.OptStr(props.LogKeyARN), Tags: tf.StrMap(props.Tags),
		}))
	}
	return tf.After(made...)
}

// A setting is a parameter with its name.
type setting struct {
	name string
	Parameter
}

// settings are the parameters, by name: connections without TLS are refused in all versions.
func (p Props) settings() []setting {
	all := maps.Clone(p.Parameters)
	if all == nil {
		all = map[string]Parameter{}
	}
	all[forceTLS] = Parameter{Value: "1"}
	var out []setting
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, setting{name, all[name]})
	}
	return out
}

func (p Parameter) method() *string {
	if p.AtReboot {
		return tf.Str("pending-reboot")
	}
	return tf.Str("immediate")
}

func (p Props) finalSnapshot() *string {
	if p.NoFinalSnapshot {
		return nil
	}
	return tf.Str(p.Name + "-final")
}

func (p Props) support() *string {
	if p.ExtendedSupport {
		return tf.Str("open-source-rds-extended-support")
	}
	return tf.Str("open-source-rds-extended-support-disabled")
}

// ARN of the instance or cluster. Empty for an existing database.
func (d *Database) ARN() string { return d.arn }

// Name of the instance or cluster. Empty for an existing database.
func (d *Database) Name() string { return d.name }

// Host is the name at which the database is reached; for a cluster, its writer.
func (d *Database) Host() string { return d.host }

// Port at which it listens.
func (d *Database) Port() int { return d.port }

// DatabaseName is the name of the first database.
func (d *Database) DatabaseName() string { return d.database }

// SecretARN is the secret with the JSON keys username and password of the master user. RDS makes another password every seven days, or
// PasswordRotationDays, so that who keeps one must read it again.
func (d *Database) SecretARN() string { return d.secretARN }

// SecretKeyARN is the customer's KMS key of the secret, empty where it has none.
func (d *Database) SecretKeyARN() string { return d.secretKey }

// SecurityGroupID of the database.
func (d *Database) SecurityGroupID() string { return d.group }

// AlarmARNs are the ARNs of the alarms.
func (d *Database) AlarmARNs() []string { return slices.Clone(d.alarms) }

// Resource is the instance, or the writer of the cluster, for others to come after. Nil for an existing database.
func (d *Database) Resource() tf.Dependable { return d.resource }

// Construct holds the database's resources.
func (d *Database) Construct() constructs.Construct { return d.construct }
