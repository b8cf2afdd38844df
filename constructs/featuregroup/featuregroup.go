// Package featuregroup makes feature groups of SageMaker Feature Store: typed features, an offline store in S3 for
// training, an online store for inference, and the role with which the one is filled from the other.
package featuregroup

import (
	"cmp"
	"fmt"
	"unicode/utf8"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerfeaturegroup"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a feature group. Name, Scope, RecordIdentifier, EventTime, Features and one of the stores are
// required. AWS changes hardly anything of a group in place: a change of anything but tags, throughput and the online
// store's TTL replaces it, which Terraform refuses unless AllowDestroy is set.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_feature_group
type Props struct {
	// Name of the group: 1 to 64 letters, digits, _ and -, beginning with a letter or digit.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html
	Name string
	// Scope is where the group lives. Default: where the stack is, see package site.
	Scope arn.Scope
	// Description for people, at most 128 characters. Default: none.
	Description string
	// Tags of the group, beside those of the stack. Default: none.
	Tags map[string]string

	// Features are the columns, at most 2,500, in the order in which they stay.
	Features []Feature
	// RecordIdentifier is the name of the feature that says what a record is about, such as customer_id.
	RecordIdentifier string
	// EventTime is the name of the feature that says when the record came to be: String in the form
	// 2024-05-01T12:00:00Z, or Fractional in seconds since 1970.
	EventTime string

	// Offline is the store for training. Default: none.
	Offline *OfflineStore
	// Online is the store for inference. Default: none.
	Online *OnlineStore
	// Throughput is provisioned capacity. Default: on demand.
	Throughput *Throughput

	// RoleARN is an existing role with which Feature Store writes the offline store. Default: a role is made.
	RoleARN string
	// RoleName is the name of the role that is made. Default: the group's name and "-feature-store".
	RoleName string
	// PermissionsBoundary is the ARN of the managed policy that limits the role that is made. Default: none.
	PermissionsBoundary string

	// AllowDestroy lets Terraform destroy the group, or replace it after a change, and with it the online store. What
	// is in S3 stays in any case. Default: Terraform refuses.
	AllowDestroy bool
}

// A FeatureGroup is a feature group.
type FeatureGroup struct {
	construct tf.Construct
	id        string
	props     Props
	arn, name string
	roleARN   string
}

// New makes a feature group.
func New(scope constructs.Construct, id string, props Props) (*FeatureGroup, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*FeatureGroup, error) {
		made := &FeatureGroup{construct: scope, id: id, props: props, roleARN: props.RoleARN}
		config := props.config()
		if made.roleARN == "" {
			role, err := iam.NewRole(scope, "role", props.role())
			if err != nil {
				return nil, fmt.Errorf("role: %w", err)
			}
			made.roleARN = role.ARN()
			// Feature Store tries the role while it makes the group.
			config.DependsOn = tf.After(role.Policies()...)
		}
		config.RoleArn = tf.Str(made.roleARN)
		group := sagemakerfeaturegroup.NewSagemakerFeatureGroup(scope, tf.Str("group"), config)
		made.arn, made.name = tf.Attr(group, "arn"), tf.Attr(group, "featureGroupName")
		return made, nil
	})
}

func (p Props) withDefaults() Props {
	if p.Offline != nil {
		offline := *p.Offline
		offline.Format = cmp.Or(offline.Format, Glue)
		p.Offline = &offline
	}
	if p.Online != nil {
		online := *p.Online
		online.Storage = cmp.Or(online.Storage, Standard)
		p.Online = &online
	}
	return p
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a feature group; use 1 to 64 letters, digits, _ and -, beginning with a letter or digit", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if n := utf8.RuneCountInString(p.Description); n > 128 {
		problems.Addf("description", "has %d characters, 128 are allowed; shorten it", n)
	}
	p.validateFeatures(&problems)
	if p.Offline == nil && p.Online == nil {
		problems.Addf("offline", "and online are both missing; give the group at least one store")
	}
	if p.Offline != nil {
		p.Offline.validate(&problems)
	}
	if p.Online != nil {
		p.Online.validate(&problems)
	}
	p.validateThroughput(&problems)
	problems.Add("", p.roleChoice().Validate())
	return problems.Err()
}

// config is the resource without its role.
func (p Props) config() *sagemakerfeaturegroup.SagemakerFeatureGroupConfig {
	var features []*sagemakerfeaturegroup.SagemakerFeatureGroupFeatureDefinition
	for _, each := range p.Features {
		definition := &sagemakerfeaturegroup.SagemakerFeatureGroupFeatureDefinition{
			FeatureName: tf.Str(each.Name), FeatureType: tf.Str(string(each.Type)), CollectionType: tf.OptStr(string(each.Collection)),
		}
		if each.Collection == Vector {
			definition.CollectionConfig = &sagemakerfeaturegroup.SagemakerFeatureGroupFeatureDefinitionCollectionConfig{
				VectorConfig: &sagemakerfeaturegroup.SagemakerFeatureGroupFeatureDefinitionCollectionConfigVectorConfig{Dimension: tf.Num(each.Dimension)},
			}
		}
		features = append(features, definition)
	}
	config := &sagemakerfeaturegroup.SagemakerFeatureGroupConfig{
		FeatureGroupName: tf.Str(p.Name), Description: tf.OptStr(p.Description), Tags: tf.StrMap(p.Tags),
		RecordIdentifierFeatureName: tf.Str(p.RecordIdentifier), EventTimeFeatureName: tf.Str(p.EventTime),
		FeatureDefinition: features, Lifecycle: tf.Protect(!p.AllowDestroy),
	}
	if p.Offline != nil {
		config.OfflineStoreConfig = p.Offline.config()
	}
	if p.Online != nil {
		config.OnlineStoreConfig = p.Online.config()
	}
	if p.Throughput != nil {
		config.ThroughputConfig = &sagemakerfeaturegroup.SagemakerFeatureGroupThroughputConfig{
			ThroughputMode: tf.Str("Provisioned"), ProvisionedReadCapacityUnits: tf.Num(p.Throughput.ReadUnits),
			ProvisionedWriteCapacityUnits: tf.Num(p.Throughput.WriteUnits),
		}
	}
	return config
}

func (s OfflineStore) config() *sagemakerfeaturegroup.SagemakerFeatureGroupOfflineStoreConfig {
	config := &sagemakerfeaturegroup.SagemakerFeatureGroupOfflineStoreConfig{
		S3StorageConfig: &sagemakerfeaturegroup.SagemakerFeatureGroupOfflineStoreConfigS3StorageConfig{S3Uri: tf.Str(s.URI), KmsKeyId: tf.OptStr(s.KeyARN)},
		TableFormat:     tf.Str(string(s.Format)), DisableGlueTableCreation: s.WithoutTable || s.Table != nil,
	}
	if s.Table != nil {
		config.DataCatalogConfig = &sagemakerfeaturegroup.SagemakerFeatureGroupOfflineStoreConfigDataCatalogConfig{
			Catalog: tf.Str("AwsDataCatalog"), Database: tf.Str(s.Table.Database), TableName: tf.Str(s.Table.Name),
		}
	}
	return config
}

func (s OnlineStore) config() *sagemakerfeaturegroup.SagemakerFeatureGroupOnlineStoreConfig {
	config := &sagemakerfeaturegroup.SagemakerFeatureGroupOnlineStoreConfig{EnableOnlineStore: true, StorageType: tf.Str(string(s.Storage))}
	if s.KeyARN != "" {
		config.SecurityConfig = &sagemakerfeaturegroup.SagemakerFeatureGroupOnlineStoreConfigSecurityConfig{KmsKeyId: tf.Str(s.KeyARN)}
	}
	if s.TTL > 0 {
		unit, value := ttl(s.TTL)
		config.TtlDuration = &sagemakerfeaturegroup.SagemakerFeatureGroupOnlineStoreConfigTtlDuration{Unit: tf.Str(unit), Value: tf.Num(value)}
	}
	return config
}

// trust has no condition on the account: AWS lists the SageMaker features that send one, and Feature Store is not among
// them. Who may pass the role is decided by iam:PassRole.
// https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
var trust = policy.TrustService("", "sagemaker.amazonaws.com")

// Name of the group.
func (g *FeatureGroup) Name() string { return g.name }

// ARN of the group.
func (g *FeatureGroup) ARN() string { return g.arn }

// RoleARN is the role with which Feature Store writes the offline store.
func (g *FeatureGroup) RoleARN() string { return g.roleARN }

// Construct holds the group's resources.
func (g *FeatureGroup) Construct() constructs.Construct { return g.construct }
