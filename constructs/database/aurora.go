package database

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterparametergroup"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// newCluster makes an Aurora cluster with Serverless v2 instances.
func (d *Database) newCluster(props Props, subnets string) {
	var parameters []*rdsclusterparametergroup.RdsClusterParameterGroupParameter
	for _, each := range props.settings() {
		parameters = append(parameters, &rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: tf.Str(each.name), Value: tf.Str(each.Value), ApplyMethod: each.method()})
	}
	group := rdsclusterparametergroup.NewRdsClusterParameterGroup(d.construct, tf.Str("parameters"), &rdsclusterparametergroup.RdsClusterParameterGroupConfig{
		Name: tf.Str(props.Name + "-aurora-postgresql" + props.Version), Family: tf.Str("aurora-postgresql" + props.Version),
		Description: tf.Str("Parameters of the database " + props.Name), Parameter: parameters, Tags: tf.StrMap(props.Tags), Lifecycle: tf.CreateFirst(),
	})
	minimum, maximum := props.Capacity.Min, props.Capacity.Max
	cluster := rdscluster.NewRdsCluster(d.construct, tf.Str("cluster"), &rdscluster.RdsClusterConfig{
		ClusterIdentifier: tf.Str(props.Name), Engine: tf.Str("aurora-postgresql"), EngineMode: tf.Str("provisioned"), EngineVersion: tf.Str(props.Version),
		EngineLifecycleSupport: props.support(), AllowMajorVersionUpgrade: tf.OptBool(props.AllowMajorUpgrade),
		Serverlessv2ScalingConfiguration: &rdscluster.RdsClusterServerlessv2ScalingConfiguration{
			MinCapacity: &minimum, MaxCapacity: &maximum, SecondsUntilAutoPause: tf.OptNum(props.Capacity.PauseAfterSeconds),
		},
		DatabaseName: tf.Str(props.DatabaseName), MasterUsername: tf.Str(props.MasterUsername), ManageMasterUserPassword: true,
		MasterUserSecretKmsKeyId: tf.OptStr(props.KeyARN), IamDatabaseAuthenticationEnabled: true,
		Port: tf.Num(props.Port), DbSubnetGroupName: tf.Str(subnets), VpcSecurityGroupIds: tf.Strs([]string{d.group}),
		DbClusterParameterGroupName: tf.Str(tf.Attr(group, "name")), StorageEncrypted: true, KmsKeyId: tf.OptStr(props.KeyARN),
		BackupRetentionPeriod: tf.Num(props.BackupRetentionDays), PreferredBackupWindow: tf.OptStr(props.BackupWindow), PreferredMaintenanceWindow: tf.OptStr(props.MaintenanceWindow),
		CopyTagsToSnapshot: true, DeletionProtection: !props.AllowDestroy, SkipFinalSnapshot: props.NoFinalSnapshot, FinalSnapshotIdentifier: props.finalSnapshot(),
		EnabledCloudwatchLogsExports: tf.Strs([]string{"postgresql"}), Tags: tf.StrMap(props.Tags), Lifecycle: tf.Protect(!props.AllowDestroy),
		DependsOn: d.newLogGroups(props, "/aws/rds/cluster/", "postgresql"),
	})
	d.arn, d.host, d.resourceID = tf.Attr(cluster, "arn"), tf.Attr(cluster, "endpoint"), tf.Attr(cluster, "clusterResourceId")
	d.secretARN = masterSecret(cluster)
	for i := range props.Instances {
		instance := rdsclusterinstance.NewRdsClusterInstance(d.construct, tf.Str(fmt.Sprintf("instance-%d", i+1)), &rdsclusterinstance.RdsClusterInstanceConfig{
			Identifier: tf.Str(fmt.Sprintf("%s-%d", props.Name, i+1)), ClusterIdentifier: tf.Str(tf.Attr(cluster, "clusterIdentifier")),
			Engine: tf.Str("aurora-postgresql"), InstanceClass: tf.Str("db.serverless"), DbSubnetGroupName: tf.Str(subnets), PubliclyAccessible: false,
			AutoMinorVersionUpgrade: true, PromotionTier: tf.Num(min(i, 15)), PreferredMaintenanceWindow: tf.OptStr(props.MaintenanceWindow),
			PerformanceInsightsEnabled: true, PerformanceInsightsRetentionPeriod: tf.Num(props.InsightsRetentionDays), PerformanceInsightsKmsKeyId: tf.OptStr(props.KeyARN),
			CopyTagsToSnapshot: true, Tags: tf.StrMap(props.Tags),
		})
		if i == 0 {
			d.resource = instance
		}
	}
}
