package featuregroup

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
)

func (p Props) roleChoice() iam.RoleChoice {
	return iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}
}

// role is the role that is made for Feature Store.
func (p Props) role() iam.RoleProps {
	return iam.RoleProps{
		Name: p.roleChoice().NameFor(p.Name, "-feature-store"), Description: "Feature Store writes the offline store of " + p.Name, Trust: trust,
		Statements: p.offlineStatements(), PermissionsBoundary: p.PermissionsBoundary,
	}
}

// offlineStatements are what AWS's policy AmazonSageMakerFeatureStoreAccess allows, for this store alone. There are
// none for a group without an offline store, whose role is a formality.
// https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-feature-store.html
func (p Props) offlineStatements() []policy.Statement {
	if p.Offline == nil {
		return nil
	}
	bucket, _, _ := split(p.Offline.URI)
	statements := []policy.Statement{
		{Actions: []string{"s3:PutObject", "s3:PutObjectAcl"}, Resources: []string{p.objects("*")}},
		{Actions: []string{"s3:GetObject"}, Resources: []string{p.objects("*/metadata/*")}},
		{Actions: []string{"s3:GetBucketAcl"}, Resources: []string{p.Scope.Bucket(bucket)}},
	}
	if !p.Offline.WithoutTable {
		statements = append(statements, policy.Statement{Actions: []string{"glue:GetTable", "glue:UpdateTable"}, Resources: p.tables()})
	}
	if p.Offline.KeyARN != "" {
		// No kms:ViaService here: Feature Store also asks for the permission itself, not through S3.
		statements = append(statements, policy.UseKey(true, "", p.Offline.KeyARN))
	}
	return statements
}

// objects is the ARN of what the pattern matches below the store's URI.
func (p Props) objects(pattern string) string {
	bucket, folder, _ := split(p.Offline.URI)
	if folder != "" {
		folder += "/"
	}
	return p.Scope.Bucket(bucket) + "/" + folder + pattern
}

// tables are the ARNs that Glue checks for the store's table: catalog, database and table. The name of a table that
// Feature Store makes holds the time of its making.
func (p Props) tables() []string {
	database, table := "sagemaker_featurestore", "*"
	if p.Offline.Table != nil {
		database, table = p.Offline.Table.Database, p.Offline.Table.Name
	}
	return []string{
		p.Scope.Regional("glue", "catalog"), p.Scope.Regional("glue", "database/"+database), p.Scope.Regional("glue", "table/"+database+"/"+table),
	}
}

// GrantGetRecord lets the grantee read records from the online store, as inference does, and use its key for that. The
// policy's name is the group's construct id and "get". It is an error if the group has no online store.
// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-security.html#feature-store-accessing-data-online-store
func (g *FeatureGroup) GrantGetRecord(grantee iam.Grantee) error {
	if g.props.Online == nil {
		return fmt.Errorf("feature group %s: grant get: the group has no online store; add one, or use GrantReadOffline", g.id)
	}
	return g.grant(grantee, "get", append(g.recordStatements("sagemaker:BatchGetRecord", "sagemaker:GetRecord"), g.useOnlineKey()...)...)
}

// GrantPutRecord lets the grantee write and delete records, which reach the offline store too, and use the online
// store's key for that. It does not include reading. The policy's name is the group's construct id and "put".
func (g *FeatureGroup) GrantPutRecord(grantee iam.Grantee) error {
	return g.grant(grantee, "put", append(g.recordStatements("sagemaker:BatchWriteRecord", "sagemaker:DeleteRecord", "sagemaker:PutRecord"), g.useOnlineKey()...)...)
}

// GrantReadOffline lets the grantee read the offline store's files and its table, as training does, and use its key for
// that. Athena and its results bucket are not included. The policy's name is the group's construct id and "offline". It
// is an error if the group has no offline store.
func (g *FeatureGroup) GrantReadOffline(grantee iam.Grantee) error {
	if g.props.Offline == nil {
		return fmt.Errorf("feature group %s: grant offline: the group has no offline store; add one, or use GrantGetRecord", g.id)
	}
	p := g.props
	bucket, _, _ := split(p.Offline.URI)
	// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-create-a-dataset.html
	folder := fmt.Sprintf("%s/sagemaker/%s/offline-store/%s-*", p.Scope.Account, p.Scope.Region, p.Name)
	listed := strings.TrimPrefix(p.objects(folder), p.Scope.Bucket(bucket)+"/")
	statements := []policy.Statement{
		{Actions: []string{"sagemaker:DescribeFeatureGroup"}, Resources: []string{g.arn}},
		{Actions: []string{"s3:GetObject"}, Resources: []string{p.objects(folder)}},
		{Actions: []string{"s3:ListBucket"}, Resources: []string{p.Scope.Bucket(bucket)}, Conditions: []policy.Condition{policy.StringLike("s3:prefix", listed)}},
		{Actions: []string{"s3:GetBucketLocation"}, Resources: []string{p.Scope.Bucket(bucket)}},
	}
	if !p.Offline.WithoutTable {
		statements = append(statements, policy.Statement{Actions: []string{"glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"}, Resources: p.tables()})
	}
	if p.Offline.KeyARN != "" {
		statements = append(statements, policy.UseKey(false, fmt.Sprintf("s3.%s.%s", p.Scope.Region, p.Scope.DNSSuffix()), p.Offline.KeyARN))
	}
	return g.grant(grantee, "offline", statements...)
}

func (g *FeatureGroup) grant(grantee iam.Grantee, access string, statements ...policy.Statement) error {
	return iam.Grant(grantee, "feature group", g.id, access, statements...)
}

// recordStatements allow the actions on the group, and describing it, which the SDKs do first.
func (g *FeatureGroup) recordStatements(actions ...string) []policy.Statement {
	return []policy.Statement{{Actions: append(actions, "sagemaker:DescribeFeatureGroup"), Resources: []string{g.arn}}}
}

// useOnlineKey is what every caller of the online store needs of its key.
func (g *FeatureGroup) useOnlineKey() []policy.Statement {
	p := g.props
	if p.Online == nil || p.Online.KeyARN == "" {
		return nil
	}
	return []policy.Statement{policy.UseKey(false, fmt.Sprintf("sagemaker.%s.%s", p.Scope.Region, p.Scope.DNSSuffix()), p.Online.KeyARN)}
}
