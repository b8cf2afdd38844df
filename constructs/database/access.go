package database

import (
	"fmt"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

var userPattern = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// Allow lets the members of a client's security group connect: a rule out of the client's group and one into the database's. The name
// of the client, unique for the database, becomes part of the ids of the rules: up to 63 letters, digits and hyphens.
func (d *Database) Allow(client, securityGroupID string) error {
	var problems problem.List
	firewall.CheckRuleID(&problems, "client", client)
	firewall.CheckGroup(&problems, "securityGroupID", securityGroupID)
	if err := problems.Err(); err != nil {
		return err
	}
	if d.group == "" {
		return fmt.Errorf("database %s: securityGroupID: is not known; give it to let clients in", d.id)
	}
	return tf.Guard(client, func() error {
		firewall.Between(d.construct, client, securityGroupID, d.group, firewall.Rule{
			Description: "PostgreSQL", From: d.port, To: d.port, Name: "postgresql-" + client, Tags: d.tags,
		})
		return nil
	})
}

// GrantReadSecret lets the grantee read the user name and password of the master user, with the secret's key. The policy's name is the
// database's construct id and "secret".
func (d *Database) GrantReadSecret(grantee iam.Grantee) error {
	if d.secretARN == "" {
		return fmt.Errorf("database %s: grant secret: secretARN: is not known; give it to let roles read it", d.id)
	}
	return iam.Grant(grantee, "database", d.id, "secret", d.ReadSecret()...)
}

// ReadSecret are the statements that reading the secret needs, for roles that are made with their permissions.
func (d *Database) ReadSecret() []policy.Statement {
	return secretref.Read(d.scope, d.Secret(""))
}

// Secret names the secret, or one of its JSON keys, for containers.
func (d *Database) Secret(jsonKey string) secretref.Ref {
	return secretref.Ref{ARN: d.secretARN, JSONKey: jsonKey, KeyARN: d.secretKey}
}

// GrantConnect lets the grantee sign in as this user of the database by IAM, without a password. The user must have been granted
// rds_iam in the database. The policy's name is the database's construct id, "connect" and the user.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
func (d *Database) GrantConnect(grantee iam.Grantee, user string) error {
	switch {
	case d.resourceID == "":
		return fmt.Errorf("database %s: grant connect: resourceID: is not known; give it to let roles sign in", d.id)
	case !userPattern.MatchString(user):
		return fmt.Errorf("database %s: grant connect: user: %q is no user of PostgreSQL; use 1 to 63 letters, digits and underscores", d.id, user)
	}
	return iam.Grant(grantee, "database", d.id, "connect-"+user, policy.Statement{
		Actions: []string{"rds-db:connect"}, Resources: []string{d.scope.Regional("rds-db", "dbuser:"+d.resourceID+"/"+user)},
	})
}
