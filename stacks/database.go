package stacks

import (
	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/database"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// postgres makes a PostgreSQL database in the subnets that are farthest from the internet. Its password changes after so many days, or as
// RDS has it with 0.
func (e *environmentStack) postgres(scope tf.Construct, name, first string, c config.Database, rotation int) (*database.Database, error) {
	network := e.parts.Network
	subnets := network.IsolatedSubnetIDs()
	if len(subnets) < 2 {
		subnets = network.PrivateSubnetIDs()
	}
	props := database.Props{
		Name: name, VPCID: network.ID(), SubnetIDs: subnets, DatabaseName: first,
		InstanceClass: c.InstanceClass, StorageGB: c.StorageGiB, MaxStorageGB: min(5*c.StorageGiB, 65536), MultiAZ: c.MultiAZ,
		BackupRetentionDays: c.BackupRetentionDays, AllowDestroy: !e.env.Protect, Alarms: database.Alarms{TopicARNs: e.topics()}, PasswordRotationDays: rotation,
	}
	return database.New(scope, "database", props)
}
