// Package database makes PostgreSQL databases in RDS, as an instance or as Aurora Serverless v2: private, encrypted, TLS only,
// backed up, with a master password that RDS makes and rotates, so that nobody and no state ever holds it.
package database

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// Engine is what runs the database.
type Engine string

const (
	// PostgreSQL is an RDS instance of a size that is chosen.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html
	PostgreSQL Engine = rule.EnginePostgreSQL
	// AuroraServerless is Aurora PostgreSQL with Serverless v2 instances, whose capacity follows the load.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
	AuroraServerless Engine = rule.EngineAuroraServerless
)

// Props configures a database. Name, VPCID and SubnetIDs are required.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster
type Props struct {
	// Name of the instance or cluster: 1 to 60 lower-case letters, digits and single hyphens, beginning with a letter and not
	// ending with a hyphen. A change replaces the database.
	Name string
	// Scope is where the database lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Tags of all resources, beside those of the stack. Default: none.
	Tags map[string]string

	// VPCID is the VPC.
	VPCID string
	// SubnetIDs are at least two subnets in different zones, best those without a way to the internet.
	SubnetIDs []string
	// SecurityGroupID is an existing security group of the database. Default: one without rules, which Allow opens.
	SecurityGroupID string
	// Port at which the database listens, 1150 to 65535. Default: 5432.
	Port int

	// Engine of the database. A change replaces it. Default: PostgreSQL.
	Engine Engine
	// Version is the major version, one of Versions. RDS keeps the minor version up to date. A change to a later one is an upgrade,
	// which AllowMajorUpgrade must allow. Default: "17".
	Version string
	// AllowMajorUpgrade lets Version be raised, which stops the database for minutes. Default: false.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
	AllowMajorUpgrade bool
	// ExtendedSupport keeps a version after the end of its standard support, at a price by vCPU and hour. Default: false, AWS
	// upgrades the database then.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html
	ExtendedSupport bool
	// DatabaseName is the first database: 1 to 63 letters, digits and underscores, beginning with a letter. A change replaces
	// everything. Default: "main".
	DatabaseName string
	// MasterUsername is the user whose password RDS manages: 1 to 16 letters, digits and underscores, beginning with a letter and
	// with no name that RDS keeps for itself. A change replaces everything. Default: "administrator".
	MasterUsername string

	// PasswordRotationDays is after how many days RDS makes another master password, 1 to 1000. Default: RDS's own seven.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
	PasswordRotationDays int

	// InstanceClass of PostgreSQL, such as db.m7g.large. Default: db.t4g.small.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
	InstanceClass string
	// StorageGB of PostgreSQL, 20 to 65,536 GiB of gp3. It grows and never shrinks. Default: 20.
	StorageGB int
	// MaxStorageGB is up to which size RDS enlarges the storage of PostgreSQL by itself, at least a tenth more than StorageGB.
	// Default: 100, or twice StorageGB where that is more.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
	MaxStorageGB int
	// MultiAZ keeps a standby of PostgreSQL in another zone, at twice the price. Default: false.
	MultiAZ bool

	// Capacity of AuroraServerless. Default: 0.5 to 4 units.
	Capacity *Capacity
	// Instances of AuroraServerless, 1 to 16: the first writes, the others read and take over. Default: 1.
	Instances int

	// BackupRetentionDays is how far back the database can be restored to any second, 1 to 35 days. Default: 14.
	BackupRetentionDays int
	// BackupWindow is the daily half hour or more in UTC for backups, such as 03:00-03:30. Default: RDS chooses.
	BackupWindow string
	// MaintenanceWindow is the weekly half hour or more in UTC in which RDS updates, such as sun:04:00-sun:05:00, apart from
	// BackupWindow. Default: RDS chooses.
	MaintenanceWindow string

	// KeyARN is the KMS key for storage, snapshots, insights and the secret of the master password. A change replaces the database.
	// Default: the account's keys aws/rds and aws/secretsmanager.
	KeyARN string
	// LogRetentionDays is for how many days the log groups keep the database's logs, one of the numbers that CloudWatch Logs
	// knows. Default: 90.
	LogRetentionDays int
	// LogKeyARN is the KMS key of the log groups, whose policy must let CloudWatch Logs use it. Default: a key of CloudWatch Logs.
	LogKeyARN string
	// InsightsRetentionDays is how long Performance Insights keeps what it measured: 7 days for free, or 31 times 1 to 23, or
	// 731. Default: 7.
	InsightsRetentionDays int
	// Parameters of the server, by name, beside rds.force_ssl, which is always on. Default: none.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
	Parameters map[string]Parameter

	// Alarms watch the database.
	Alarms Alarms
	// AllowDestroy lets Terraform destroy the database, after a final snapshot named "<Name>-final". Default: Terraform and RDS
	// refuse.
	AllowDestroy bool
	// NoFinalSnapshot gives up the final snapshot. It needs AllowDestroy. Default: false.
	NoFinalSnapshot bool
}

// Capacity is between how many Aurora capacity units, of about 2 GiB of memory each, the instances move.
type Capacity struct {
	// Min units, 0 to 256 in halves. With 0, an instance without connections pauses, and the next connection waits some 15 seconds.
	Min float64
	// Max units, 1 to 256 in halves.
	Max float64
	// PauseAfterSeconds is after how long without connections an instance pauses, 300 to 86,400. Only with Min 0. Default: 300.
	PauseAfterSeconds int
}

// A Parameter of the server.
type Parameter struct {
	// Value of the parameter.
	Value string
	// AtReboot is for static parameters, which count from the next reboot. Default: false, at once.
	AtReboot bool
}

// Versions are the major versions in standard support, oldest first.
func Versions() []string { return awsfacts.PostgreSQLVersions() }

func (p Props) withDefaults() Props {
	fallback := func(value *string, otherwise string) {
		if *value == "" {
			*value = otherwise
		}
	}
	number := func(value *int, otherwise int) {
		if *value == 0 {
			*value = otherwise
		}
	}
	fallback((*string)(&p.Engine), string(PostgreSQL))
	fallback(&p.Version, "17")
	fallback(&p.DatabaseName, "main")
	fallback(&p.MasterUsername, "administrator")
	number(&p.Port, 5432)
	number(&p.BackupRetentionDays, 14)
	number(&p.LogRetentionDays, 90)
	number(&p.InsightsRetentionDays, 7)
	if p.Engine == AuroraServerless {
		if p.Capacity == nil {
			p.Capacity = &Capacity{Min: 0.5, Max: 4}
		}
		capacity := *p.Capacity
		if capacity.Min == 0 {
			number(&capacity.PauseAfterSeconds, 300)
		}
		p.Capacity = &capacity
		number(&p.Instances, 1)
	} else {
		fallback(&p.InstanceClass, "db.t4g.small")
		number(&p.StorageGB, 20)
		number(&p.MaxStorageGB, max(100, 2*p.StorageGB))
	}
	p.Alarms = p.Alarms.withDefaults()
	return p
}
