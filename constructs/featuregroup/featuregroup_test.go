package featuregroup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/featuregroup"
	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const (
	keyARN   = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"
	otherKey = "arn:aws:kms:us-west-2:222222222222:key/99999999-2222-3333-4444-555555555555"
	roleARN  = "arn:aws:iam::222222222222:role/train"
)

// customers is a group with both stores.
func customers() featuregroup.Props {
	return featuregroup.Props{
		Name: "wine-dev-customers", RecordIdentifier: "customer_id", EventTime: "event_time",
		Features: []featuregroup.Feature{
			{Name: "customer_id", Type: featuregroup.String},
			{Name: "event_time", Type: featuregroup.Fractional},
			{Name: "orders", Type: featuregroup.Integral},
		},
		Offline: &featuregroup.OfflineStore{URI: "s3://wine-dev-features/customers", KeyARN: keyARN},
		Online:  &featuregroup.OnlineStore{},
	}
}

func build(t *testing.T, props featuregroup.Props) (*featuregroup.FeatureGroup, synthtest.Template) {
	t.Helper()
	return synthtest.Build(t, "customers", props, featuregroup.New)
}

func TestFeatureGroup(t *testing.T) {
	_, template := build(t, customers())
	require.Equal(t, map[string]int{"aws_iam_role": 1, "aws_iam_role_policy": 1, "aws_sagemaker_feature_group": 1}, template.Counts())
	template.Golden("group")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func everything() featuregroup.Props {
	props := customers()
	props.Description, props.Tags = "Customers by day", map[string]string{"Data": "personal"}
	props.Features = append(props.Features,
		featuregroup.Feature{Name: "segments", Type: featuregroup.String, Collection: featuregroup.Set},
		featuregroup.Feature{Name: "last-orders", Type: featuregroup.Integral, Collection: featuregroup.List},
		featuregroup.Feature{Name: "embedding", Type: featuregroup.Fractional, Collection: featuregroup.Vector, Dimension: 128},
	)
	props.Offline.Format = featuregroup.Iceberg
	props.Offline.Table = &featuregroup.Table{Database: "features", Name: "customers"}
	props.Online = &featuregroup.OnlineStore{KeyARN: otherKey, Storage: featuregroup.InMemory, TTL: 36 * time.Hour}
	props.RoleName, props.PermissionsBoundary = "features", "arn:aws:iam::222222222222:policy/boundary"
	props.AllowDestroy = true
	return props
}

func TestEverything(t *testing.T) {
	_, template := build(t, everything())
	template.Golden("everything")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })
}

func TestStores(t *testing.T) {
	onlyOnline := customers()
	onlyOnline.Offline, onlyOnline.Throughput = nil, &featuregroup.Throughput{ReadUnits: 5, WriteUnits: 1}
	_, template := build(t, onlyOnline)
	group := template.One("aws_sagemaker_feature_group")
	require.NotContains(t, group, "offline_store_config")
	require.Equal(t, map[string]any{"throughput_mode": "Provisioned", "provisioned_read_capacity_units": 5.0, "provisioned_write_capacity_units": 1.0}, group["throughput_config"])
	require.Empty(t, template.Resources("aws_iam_role_policy"), "without an offline store there is nothing to allow")

	withoutTable := customers()
	withoutTable.Online, withoutTable.RoleARN = nil, roleARN
	withoutTable.Offline = &featuregroup.OfflineStore{URI: "s3://wine-dev-features", WithoutTable: true}
	made, template := build(t, withoutTable)
	require.Equal(t, roleARN, made.RoleARN())
	group = template.One("aws_sagemaker_feature_group")
	require.NotContains(t, group, "online_store_config")
	require.Equal(t, map[string]any{"disable_glue_table_creation": true, "table_format": "Glue", "s3_storage_config": map[string]any{"s3_uri": "s3://wine-dev-features"}}, group["offline_store_config"])
	require.Equal(t, map[string]int{"aws_sagemaker_feature_group": 1}, template.Counts())
}

func TestTTL(t *testing.T) {
	tests := map[time.Duration]map[string]any{
		0:                   nil,
		90 * time.Second:    {"unit": "Seconds", "value": 90.0},
		15 * time.Minute:    {"unit": "Minutes", "value": 15.0},
		36 * time.Hour:      {"unit": "Hours", "value": 36.0},
		72 * time.Hour:      {"unit": "Days", "value": 3.0},
		14 * 24 * time.Hour: {"unit": "Weeks", "value": 2.0},
	}
	for duration, want := range tests {
		props := customers()
		props.Online.TTL = duration
		_, template := build(t, props)
		got, _ := template.One("aws_sagemaker_feature_group")["online_store_config"].(map[string]any)["ttl_duration"].(map[string]any)
		require.Equal(t, want, got, duration)
	}
}

func TestGrants(t *testing.T) {
	stack := synthtest.Stack(t)
	props := customers()
	props.Online.KeyARN = otherKey
	made, err := featuregroup.New(stack, "customers", props)
	require.NoError(t, err)
	role, err := iam.FromARN(stack, "train", roleARN)
	require.NoError(t, err)
	require.NoError(t, made.GrantGetRecord(role))
	require.NoError(t, made.GrantPutRecord(role))
	require.NoError(t, made.GrantReadOffline(role))
	template := synthtest.Synth(t, stack)
	template.Golden("grants")
	t.Run("permissions", func(t *testing.T) { iamcheck.Check{}.Template(t, template.Root()) })

	get := template.Where("aws_iam_role_policy", "name", "customers-get")["policy"]
	require.Empty(t, template.Allowing(get, "sagemaker:PutRecord"))
	require.Equal(t, []string{otherKey}, template.Allowing(get, "kms:Decrypt")[0].Resources)
	put := template.Where("aws_iam_role_policy", "name", "customers-put")["policy"]
	require.Empty(t, template.Allowing(put, "sagemaker:GetRecord"))
	offline := template.Where("aws_iam_role_policy", "name", "customers-offline")["policy"]
	require.Equal(t, []string{"arn:aws:s3:::wine-dev-features/customers/222222222222/sagemaker/us-west-2/offline-store/wine-dev-customers-*"}, template.Allowing(offline, "s3:GetObject")[0].Resources)
	require.Equal(t, map[string]map[string]any{"StringLike": {"s3:prefix": "customers/222222222222/sagemaker/us-west-2/offline-store/wine-dev-customers-*"}}, template.Allowing(offline, "s3:ListBucket")[0].Condition)
}

func TestGrantsWithoutStore(t *testing.T) {
	stack := synthtest.Stack(t)
	role, err := iam.FromARN(stack, "train", roleARN)
	require.NoError(t, err)
	props := customers()
	props.Online = nil
	offline, err := featuregroup.New(stack, "offline", props)
	require.NoError(t, err)
	require.EqualError(t, offline.GrantGetRecord(role), "feature group offline: grant get: the group has no online store; add one, or use GrantReadOffline")
	require.EqualError(t, offline.GrantPutRecord(nil), "feature group offline: grant put: the grantee is missing; pass a role")
	props = customers()
	props.Offline = nil
	online, err := featuregroup.New(stack, "online", props)
	require.NoError(t, err)
	require.EqualError(t, online.GrantReadOffline(role), "feature group online: grant offline: the group has no offline store; add one, or use GrantGetRecord")
}

func TestOutputsAndTokens(t *testing.T) {
	stack := synthtest.Stack(t)
	props := customers()
	props.Offline.URI = "s3://${aws_s3_bucket.features.bucket}/customers"
	made, err := featuregroup.New(stack, "customers", props)
	require.NoError(t, err)
	for name, value := range map[string]string{"arn": made.ARN(), "name": made.Name(), "role": made.RoleARN()} {
		tf.Output(stack, name, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	group := "aws_sagemaker_feature_group." + template.Names("aws_sagemaker_feature_group")[0]
	require.Equal(t, "${"+group+".arn}", template.Output("arn"))
	require.Equal(t, "${"+group+".feature_group_name}", template.Output("name"))
	require.Equal(t, "${aws_iam_role."+template.Names("aws_iam_role")[0]+".arn}", template.Output("role"))
	require.Equal(t, []string{"arn:aws:s3:::${aws_s3_bucket.features.bucket}/customers/*"}, template.Allowing(template.One("aws_iam_role_policy")["policy"], "s3:PutObject")[0].Resources)
}

func TestProblems(t *testing.T) {
	synthtest.Refuse(t, synthtest.Stack(t), customers, featuregroup.New, map[string]synthtest.Refusal[featuregroup.Props]{
		"name":        {func(p *featuregroup.Props) { p.Name = "-customers" }, `name: "-customers" is no name of a feature group; use 1 to 64 letters, digits, _ and -, beginning with a letter or digit`},
		"scope":       {func(p *featuregroup.Props) { p.Scope.Account = "2" }, `scope.account: "2" is no AWS account id; write its 12 digits as a string`},
		"description": {func(p *featuregroup.Props) { p.Description = strings.Repeat("x", 129) }, "description: has 129 characters, 128 are allowed; shorten it"},
		"no features": {func(p *featuregroup.Props) { p.Features = nil }, "features: are 0, 1 to 2500 are allowed; list the columns, the identifier and the event time among them\n" +
			"recordIdentifier: \"customer_id\" is none of the features; use the name of one of them\neventTime: \"event_time\" is none of the features; use the name of one of them"},
		"feature": {func(p *featuregroup.Props) {
			p.Features = append(p.Features, featuregroup.Feature{Name: "a b", Type: "Float"}, featuregroup.Feature{Name: "write_time", Type: featuregroup.String}, p.Features[2])
		}, `features[3].name: "a b" is no feature name; use 1 to 64 letters, digits, _ and -, beginning with a letter or digit
features[3].type: "Float" is unknown; use "String", "Integral" or "Fractional"
features[4].name: "write_time" is a column that the offline store adds itself; use another name
features[5].name: "orders" is used twice; make it unique within the group`},
		"collections": {func(p *featuregroup.Props) {
			p.Online.Storage = featuregroup.InMemory
			p.Features = append(p.Features, featuregroup.Feature{Name: "a", Type: featuregroup.String, Collection: "Map"}, featuregroup.Feature{Name: "b", Type: featuregroup.String, Collection: featuregroup.Vector},
				featuregroup.Feature{Name: "c", Type: featuregroup.String, Dimension: 3})
		}, `features[3].collection: "Map" is unknown; use "List", "Set" or "Vector"
features[4].type: "String" cannot be in a "Vector"; use "Fractional"
features[4].dimension: 0 is out of range; use 1 to 8192
features[5].dimension: is for a "Vector" only; remove it`},
		"collection in Standard": {func(p *featuregroup.Props) { p.Features[2].Collection = featuregroup.List }, `features[2].collection: needs the online store "InMemory"; set online.storage or store one value`},
		"identifier collection": {func(p *featuregroup.Props) {
			p.Online.Storage, p.Features[0].Collection = featuregroup.InMemory, featuregroup.Set
		}, `recordIdentifier: "customer_id" is a Set; use a feature with one value`},
		"integral time": {func(p *featuregroup.Props) { p.Features[1].Type = featuregroup.Integral }, `eventTime: "event_time" is Integral; make it Fractional with seconds since 1970, or String with a time like 2024-05-01T12:00:00Z`},
		"same feature":  {func(p *featuregroup.Props) { p.RecordIdentifier = p.EventTime }, `eventTime: "event_time" is the record identifier too; use two features`},
		"no store":      {func(p *featuregroup.Props) { p.Online, p.Offline = nil, nil }, "offline: and online are both missing; give the group at least one store"},
		"offline": {func(p *featuregroup.Props) {
			p.Offline = &featuregroup.OfflineStore{URI: "wine/*", KeyARN: "alias/a", Format: "Delta", WithoutTable: true, Table: &featuregroup.Table{Database: "Features", Name: "a-b"}}
		}, `offline.uri: "wine/*" is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards
offline.keyARN: "alias/a" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
offline.format: "Delta" is unknown; use "Glue" or "Iceberg"
offline.withoutTable: contradicts the table "a-b"; keep one of them
offline.table.database: "Features" is no name of a Glue database; use 1 to 255 lower-case letters, digits and _
offline.table.name: "a-b" is no name of a Glue table; use 1 to 255 lower-case letters, digits and _`},
		"online": {func(p *featuregroup.Props) {
			p.Online = &featuregroup.OnlineStore{KeyARN: "key", Storage: "Redis", TTL: time.Millisecond}
		}, `online.keyARN: "key" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases
online.storage: "Redis" is unknown; use "Standard" or "InMemory"
online.ttl: 1ms is out of range; use whole seconds, at most 596523h14m7s, or leave it out`},
		"throughput": {func(p *featuregroup.Props) { p.Throughput = &featuregroup.Throughput{WriteUnits: 10_000_001} },
			"throughput.readUnits: 0 is out of range; use 1 to 10,000,000\nthroughput.writeUnits: 10000001 is out of range; use 1 to 10,000,000"},
		"throughput in memory": {func(p *featuregroup.Props) {
			p.Online.Storage, p.Throughput = featuregroup.InMemory, &featuregroup.Throughput{ReadUnits: 1, WriteUnits: 1}
		}, `throughput: cannot be provisioned for the online store "InMemory"; remove it`},
		"role": {func(p *featuregroup.Props) { p.RoleARN, p.RoleName = roleARN, "features" }, `roleName: "features" names a role to make, but roleARN gives an existing one; keep one of them`},
	})
}
