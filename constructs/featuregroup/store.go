package featuregroup

import (
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// TableFormat is how the offline store lays out its files.
type TableFormat string

// The formats of the offline store.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OfflineStoreConfig.html
const (
	// Glue writes Parquet files, ever more of them.
	Glue TableFormat = "Glue"
	// Iceberg writes an Apache Iceberg table, which can be compacted and queried as of a time.
	Iceberg TableFormat = "Iceberg"
)

// An OfflineStore keeps every record ever written, in S3, for training and batch inference. URI is required.
type OfflineStore struct {
	// URI is the bucket, or a folder of it, such as s3://features or s3://features/churn. The store adds
	// account, region and group below it.
	URI string
	// KeyARN is the KMS key that encrypts the files, that of the bucket. Default: none, the bucket's default with the
	// key that AWS manages for S3; a bucket with a key of yours refuses that.
	KeyARN string
	// Format of the table. Default: Glue.
	Format TableFormat
	// Table is an existing table of the Glue Data Catalog to describe the files with. Default: Feature Store makes one
	// in the database sagemaker_featurestore.
	Table *Table
	// WithoutTable makes no table in the Glue Data Catalog. It gives up querying the store with Athena. Default: false.
	WithoutTable bool
}

// A Table is a table of the Glue Data Catalog of the same account and region.
type Table struct {
	Database string
	Name     string
}

// Storage is the tier of an online store.
type Storage string

// The tiers of an online store.
// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-storage-configurations-online-store.html
const (
	Standard Storage = "Standard"
	// InMemory answers fastest, holds collections, and takes 10 to 15 minutes to make.
	InMemory Storage = "InMemory"
)

// An OnlineStore keeps the latest record of each identifier, for inference.
type OnlineStore struct {
	// KeyARN is the KMS key that encrypts the records. Default: a key that AWS owns. The role that deploys must be
	// allowed kms:CreateGrant and kms:DescribeKey on it.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-security.html
	KeyARN string
	// Storage tier. Default: Standard.
	Storage Storage
	// TTL is after how long from its event time a record is deleted, in whole seconds. Default: never.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html
	TTL time.Duration
}

// Throughput provisions the capacity of the online store Standard, or of a group without one.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ThroughputConfig.html
type Throughput struct {
	// ReadUnits and WriteUnits per second, 1 to 10,000,000 each.
	ReadUnits, WriteUnits int
}

// maxUnits is the most capacity units of a group.
const maxUnits = 10_000_000

var (
	tablePattern = lazyregexp.New(`^[a-z0-9_]{1,255}$`)
)

// split takes an S3 URI apart: bucket, and folder without slashes at its ends.
func split(uri string) (bucket, folder string, ok bool) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	bucket, folder, _ = strings.Cut(rest, "/")
	return bucket, strings.Trim(folder, "/"), ok && (token.Is(bucket) || awsfacts.IsBucketName(bucket))
}

func (s OfflineStore) validate(problems *problem.List) {
	if _, folder, ok := split(s.URI); !ok || strings.ContainsAny(folder, "*?") || len(s.URI) > 1024 {
		problems.Addf("offline.uri", "%q is no S3 URI; write it like s3://bucket/folder, at most 1,024 characters, without wildcards", s.URI)
	}
	problems.Add("", arn.CheckKey("offline.keyARN", s.KeyARN))
	if s.Format != Glue && s.Format != Iceberg {
		problems.Addf("offline.format", "%q is unknown; use %q or %q", s.Format, Glue, Iceberg)
	}
	if s.Table == nil {
		return
	}
	if s.WithoutTable {
		problems.Addf("offline.withoutTable", "contradicts the table %q; keep one of them", s.Table.Name)
	}
	if !token.Is(s.Table.Database) && !tablePattern.MatchString(s.Table.Database) {
		problems.Addf("offline.table.database", "%q is no name of a Glue database; use 1 to 255 lower-case letters, digits and _", s.Table.Database)
	}
	if !token.Is(s.Table.Name) && !tablePattern.MatchString(s.Table.Name) {
		problems.Addf("offline.table.name", "%q is no name of a Glue table; use 1 to 255 lower-case letters, digits and _", s.Table.Name)
	}
}

func (s OnlineStore) validate(problems *problem.List) {
	problems.Add("", arn.CheckKey("online.keyARN", s.KeyARN))
	if s.Storage != Standard && s.Storage != InMemory {
		problems.Addf("online.storage", "%q is unknown; use %q or %q", s.Storage, Standard, InMemory)
	}
	if s.TTL < 0 || s.TTL%time.Second != 0 || s.TTL > maxTTL {
		problems.Addf("online.ttl", "%s is out of range; use whole seconds, at most %s, or leave it out", s.TTL, maxTTL)
	}
}

// maxTTL keeps the value within what the API's unit and 32-bit number hold, for any multiple of a second.
const maxTTL = (1<<31 - 1) * time.Second

// ttl is a duration in the largest unit of the API that expresses it exactly.
func ttl(d time.Duration) (unit string, value int) {
	for _, each := range []struct {
		name string
		unit time.Duration
	}{{"Weeks", 7 * 24 * time.Hour}, {"Days", 24 * time.Hour}, {"Hours", time.Hour}, {"Minutes", time.Minute}} {
		if d%each.unit == 0 {
			return each.name, int(d / each.unit)
		}
	}
	return "Seconds", int(d / time.Second)
}

func (p Props) validateThroughput(problems *problem.List) {
	if p.Throughput == nil {
		return
	}
	if p.Online != nil && p.Online.Storage == InMemory {
		problems.Addf("throughput", "cannot be provisioned for the online store %q; remove it", InMemory)
	}
	for _, each := range []struct {
		path  string
		units int
	}{{"throughput.readUnits", p.Throughput.ReadUnits}, {"throughput.writeUnits", p.Throughput.WriteUnits}} {
		if each.units < 1 || each.units > maxUnits {
			problems.Addf(each.path, "%d is out of range; use 1 to 10,000,000", each.units)
		}
	}
}
