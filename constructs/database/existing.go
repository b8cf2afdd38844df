package database

import (
	"cmp"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
	"github.com/mlplatform/mlplatform/internal/token"
)

// ExistingProps says what an existing PostgreSQL is like, because nothing is read from AWS. Host and SecretARN are required.
type ExistingProps struct {
	// Scope is where the database lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Host at which it is reached, such as wine.c1.us-west-2.rds.amazonaws.com.
	Host string
	// Port at which it listens. Default: 5432.
	Port int
	// DatabaseName is the database to use. Default: "main".
	DatabaseName string
	// SecretARN is the secret with the JSON keys username and password.
	SecretARN string
	// SecretKeyARN is the KMS key of the secret. Default: none of the customer's.
	SecretKeyARN string
	// SecurityGroupID lets Allow open the database. Default: not known.
	SecurityGroupID string
	// ResourceID of the instance or cluster, such as db-ABCDEFGHIJKL, lets GrantConnect be used. Default: not known.
	ResourceID string
}

var (
	hostPattern     = lazyregexp.New(`^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
	resourcePattern = lazyregexp.New(`^(?:db|cluster)-[A-Z0-9]{8,64}$`)
)

// Existing is a database that was made elsewhere. It is not changed, but for the rules that Allow adds to its security group.
func Existing(scope constructs.Construct, id string, props ExistingProps) (*Database, error) {
	props.Scope = site.Of(scope, props.Scope)
	props.Port = cmp.Or(props.Port, 5432)
	props.DatabaseName = cmp.Or(props.DatabaseName, "main")
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Database, error) {
		return &Database{
			construct: scope, id: id, scope: props.Scope, host: props.Host, port: props.Port, database: props.DatabaseName,
			secretARN: props.SecretARN, secretKey: props.SecretKeyARN, group: props.SecurityGroupID, resourceID: props.ResourceID,
		}, nil
	})
}

func (p ExistingProps) validate() error {
	var problems problem.List
	problems.Add("", site.Check(p.Scope))
	if !token.Is(p.Host) && (!hostPattern.MatchString(p.Host) || len(p.Host) > 253) {
		problems.Addf("host", "%q is no name of a host; write it like wine.c1.us-west-2.rds.amazonaws.com, without port", p.Host)
	}
	if p.Port < 1 || p.Port > 65535 {
		problems.Addf("port", "%d is out of range; use 1 to 65535", p.Port)
	}
	checkDatabaseName(&problems, p.DatabaseName)
	if !arn.Is(p.SecretARN, "secretsmanager", "secret:") {
		problems.Addf("secretARN", "%q is no ARN of a secret; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3", p.SecretARN)
	}
	problems.Add("", arn.CheckKey("secretKeyARN", p.SecretKeyARN))
	if p.SecurityGroupID != "" {
		firewall.CheckGroup(&problems, "securityGroupID", p.SecurityGroupID)
	}
	if p.ResourceID != "" && !token.Is(p.ResourceID) && !resourcePattern.MatchString(p.ResourceID) {
		problems.Addf("resourceID", "%q is no resource id of a database; write it like db-ABCDEFGHIJKL01234, as the console shows it", p.ResourceID)
	}
	return problems.Err()
}
