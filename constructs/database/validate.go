package database

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// forceTLS is the parameter that refuses connections without TLS.
const forceTLS = "rds.force_ssl"

var (
	namePattern     = lazyregexp.New(`^[a-z](?:-?[a-z0-9])*$`)
	databasePattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
	usernamePattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]{0,15}$`)
	// What PostgreSQL reads when it starts alone, those of the context postmaster, as far as RDS lets them be set.
	// https://www.postgresql.org/docs/current/view-pg-settings.html
	static = []string{
		"autovacuum_freeze_max_age", "autovacuum_multixact_freeze_max_age", "huge_pages", "max_connections", "max_files_per_process",
		"max_locks_per_transaction", "max_logical_replication_workers", "max_pred_locks_per_transaction", "max_prepared_transactions", "max_replication_slots",
		"max_wal_senders", "max_worker_processes", "rds.logical_replication", "shared_buffers", "shared_preload_libraries", "track_activity_query_size",
		"track_commit_timestamp", "wal_buffers",
	}
	parameterPattern = lazyregexp.New(`^[a-z][a-z0-9_.]{0,254}$`)
)

// reserved are names of users that RDS keeps for itself or PostgreSQL has as words.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
var reserved = []string{"admin", "rdsadmin", "rdsrepladmin", "rdstopmgr", "rds_superuser", "rds_iam", "rds_password", "rds_replication", "user", "public", "none", "all"}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) || len(p.Name) > 60 {
		problems.Addf("name", "%q is no name of a database; use 1 to 60 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	firewall.CheckVPC(&problems, "vpcID", p.VPCID)
	firewall.CheckSubnets(&problems, "subnetIDs", p.SubnetIDs, 2, "RDS needs two in different zones")
	if p.SecurityGroupID != "" {
		firewall.CheckGroup(&problems, "securityGroupID", p.SecurityGroupID)
	}
	if p.Port < 1150 || p.Port > 65535 {
		problems.Addf("port", "%d is out of range; use 1150 to 65535", p.Port)
	}
	size := rule.DatabaseSize{
		Engine: string(p.Engine), Version: p.Version, InstanceClass: p.InstanceClass, StorageGB: p.StorageGB, MaxStorageGB: p.MaxStorageGB,
		MultiAZ: p.MultiAZ, Instances: p.Instances,
	}
	if c := p.Capacity; c != nil {
		size.Capacity = &rule.Capacity{Min: c.Min, Max: c.Max, PauseAfterSeconds: c.PauseAfterSeconds}
	}
	size.Report(&problems, "")
	checkDatabaseName(&problems, p.DatabaseName)
	if !usernamePattern.MatchString(p.MasterUsername) || slices.Contains(reserved, strings.ToLower(p.MasterUsername)) || strings.HasPrefix(strings.ToLower(p.MasterUsername), "pg_") {
		problems.Addf("masterUsername", "%q is no name of a master user; use 1 to 16 letters, digits and underscores, beginning with a letter, and no name that RDS or PostgreSQL keeps", p.MasterUsername)
	}
	if p.PasswordRotationDays < 0 || p.PasswordRotationDays > 1000 {
		problems.Addf("passwordRotationDays", "%d is out of range; use 1 to 1000", p.PasswordRotationDays)
	}
	if p.BackupRetentionDays < 1 || p.BackupRetentionDays > 35 {
		problems.Addf("backupRetentionDays", "%d is out of range; use 1 to 35", p.BackupRetentionDays)
	}
	rule.Windows(&problems, "backupWindow", p.BackupWindow, "maintenanceWindow", p.MaintenanceWindow)
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	problems.Add("", p.Scope.CheckKey("logKeyARN", p.LogKeyARN))
	rule.LogRetention(&problems, "logRetentionDays", p.LogRetentionDays)
	if days := p.InsightsRetentionDays; days != 7 && days != 731 && (days%31 != 0 || days < 31 || days > 31*23) {
		problems.Addf("insightsRetentionDays", "%d is not possible; use 7, a multiple of 31 up to 713, or 731", days)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		switch at := problem.Key("parameters", name); {
		case name == forceTLS:
			problems.Addf(at, "is always on; remove it")
		case !parameterPattern.MatchString(name):
			problems.Addf(at, "%q is no name of a parameter; write it like log_min_duration_statement", name)
		case p.Parameters[name].Value == "":
			problems.Addf(at+".value", "is missing; write the value as RDS shows it")
		case slices.Contains(static, name) && !p.Parameters[name].AtReboot:
			problems.Addf(at+".atReboot", "is needed: PostgreSQL reads %s when it starts, and RDS refuses to set it at once; set atReboot, and reboot", name)
		}
	}
	p.validateAlarms(&problems)
	if p.NoFinalSnapshot && !p.AllowDestroy {
		problems.Addf("noFinalSnapshot", "has no meaning while the database may not be destroyed; set allowDestroy too, or remove it")
	}
	return problems.Err()
}

func checkDatabaseName(problems *problem.List, name string) {
	if !databasePattern.MatchString(name) {
		problems.Addf("databaseName", "%q is no name of a database in PostgreSQL; use 1 to 63 letters, digits and underscores, beginning with a letter", name)
	}
}

func (p Props) validateAlarms(problems *problem.List) {
	a := p.Alarms
	problems.Add("", arn.CheckTopics("alarms.topicARNs", a.TopicARNs))
	if a.Disabled {
		return
	}
	for _, each := range []struct {
		path  string
		value int
	}{{"alarms.cpuPercent", a.CPUPercent}, {"alarms.capacityPercent", a.CapacityPercent}} {
		if each.value < 1 || each.value > 100 {
			problems.Addf(each.path, "%d is out of range; use 1 to 100", each.value)
		}
	}
	if p.Engine == PostgreSQL && (a.FreeStorageGB < 1 || a.FreeStorageGB >= p.StorageGB) {
		problems.Addf("alarms.freeStorageGB", "%d is out of range; use 1 or more, and less than storageGB", a.FreeStorageGB)
	}
	if a.Connections < 1 {
		problems.Addf("alarms.connections", "%d is out of range; use 1 or more", a.Connections)
	}
}
