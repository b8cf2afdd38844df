package database

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbparametergroup"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// newInstance makes a PostgreSQL instance.
func (d *Database) newInstance(props Props, subnets string) {
	var parameters []*dbparametergroup.DbParameterGroupParameter
	for _, each := range props.settings() {
		parameters = append(parameters, &dbparametergroup.DbParameterGroupParameter{Name: tf.Str(each.name), Value: tf.Str(each.Value), ApplyMethod: each.method()})
	}
	group := dbparametergroup.NewDbParameterGroup(d.construct, tf.Str("parameters"), &dbparametergroup.DbParameterGroupConfig{
		// The version is in the name, because an upgrade needs the new group beside the old one.
		Name: tf.Str(props.Name + "-postgres" + props.Version), Family: tf.Str("postgres" + props.Version),
		Description: tf.Str("Parameters of the database " + props.Name), Parameter: parameters, Tags: tf.StrMap(props.Tags), Lifecycle: tf.CreateFirst(),
	})
	instance := dbinstance.NewDbInstance(d.construct, tf.Str("instance"), &dbinstance.DbInstanceConfig{
		Identifier: tf.Str(props.Name), Engine: tf.Str("postgres"), EngineVersion: tf.Str(props.Version), EngineLifecycleSupport: props.support(),
		AutoMinorVersionUpgrade: true, AllowMajorVersionUpgrade: tf.OptBool(props.AllowMajorUpgrade),
		InstanceClass: tf.Str(props.InstanceClass), StorageType: tf.Str("gp3"), AllocatedStorage: tf.Num(props.StorageGB),
		MaxAllocatedStorage: tf.Num(props.MaxStorageGB), MultiAz: props.MultiAZ,
		DbName: tf.Str(props.DatabaseName), Username: tf.Str(props.MasterUsername), ManageMasterUserPassword: true,
		MasterUserSecretKmsKeyId: tf.OptStr(props.KeyARN), IamDatabaseAuthenticationEnabled: true,
		Port: tf.Num(props.Port), DbSubnetGroupName: tf.Str(subnets), VpcSecurityGroupIds: tf.Strs([]string{d.group}), PubliclyAccessible: false,
		ParameterGroupName: tf.Str(tf.Attr(group, "name")), StorageEncrypted: true, KmsKeyId: tf.OptStr(props.KeyARN),
		BackupRetentionPeriod: tf.Num(props.BackupRetentionDays), BackupWindow: tf.OptStr(props.BackupWindow), MaintenanceWindow: tf.OptStr(props.MaintenanceWindow),
		CopyTagsToSnapshot: true, DeletionProtection: !props.AllowDestroy, SkipFinalSnapshot: props.NoFinalSnapshot, FinalSnapshotIdentifier: props.finalSnapshot(),
		EnabledCloudwatchLogsExports: tf.Strs([]string{"postgresql", "upgrade"}),
		PerformanceInsightsEnabled:   true, PerformanceInsightsRetentionPeriod: tf.Num(props.InsightsRetentionDays), PerformanceInsightsKmsKeyId: tf.OptStr(props.KeyARN),
		Tags: tf.StrMap(props.Tags), Lifecycle: tf.Protect(!props.AllowDestroy),
		DependsOn: d.newLogGroups(props, "/aws/rds/instance/", "postgresql", "upgrade"),
	})
	d.arn, d.host, d.resourceID = tf.Attr(instance, "arn"), tf.Attr(instance, "address"), tf.Attr(instance, "resourceId")
	d.secretARN, d.resource = masterSecret(instance), instance
}

// masterSecret is the ARN of the secret that RDS made, which the provider gives as a list of one.
func masterSecret(resource tf.Resource) string {
	return "${" + tf.Address(resource) + ".master_user_secret[0].secret_arn}"
}
