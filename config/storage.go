package config

// The buckets of an environment, as given to Environment.BucketName.
const (
	// ModelsBucket holds trained models.
	ModelsBucket = "models"
	// DataBucket holds data sets and what jobs make of them.
	DataBucket = "data"
	// AccessLogsBucket holds the records of requests to the two, where it is made.
	AccessLogsBucket = "logs"
)

// Storage is the buckets of an environment. Both are made if the section stands in the file.
type Storage struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// KeyARN is an existing KMS key in the region that encrypts the buckets whose encryption is kms. Set it when they are made. Default: a key is made for each.
	KeyARN string `yaml:"keyArn"`
	// AccessLogs records each request to the buckets. Default: off.
	AccessLogs *AccessLogs `yaml:"accessLogs"`
	// Models is the bucket of trained models. Default: a bucket with the defaults below.
	Models Bucket `yaml:"models"`
	// Data is the bucket of data sets. Default: a bucket with the defaults below.
	Data Bucket `yaml:"data"`
}

// AccessLogs are the server access logs of S3: who asked for which object, and what S3 answered.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
type AccessLogs struct {
	// Bucket is an existing bucket in the account and region, encrypted with AES256, whose policy lets S3 deliver below <project>-<environment>/. Default: a bucket is made.
	Bucket string `yaml:"bucket" jsonschema:"example=acme-access-logs"`
	// RetentionDays is for how many days the bucket that is made keeps the records, 1 to 3650. Default: 365.
	RetentionDays int `yaml:"retentionDays" jsonschema:"minimum=1,maximum=3650"`
}

// Bucket is an S3 bucket: private, versioned, encrypted, reached by TLS only.
type Bucket struct {
	// Name of the bucket, unique in the partition. Default: <project>-<environment>-models-<account>-<region>, or -data-.
	Name string `yaml:"name" jsonschema:"pattern=^[a-z0-9][a-z0-9.-]*[a-z0-9]$,minLength=3,maxLength=63"`
	// Encryption is kms for a customer managed KMS key or aes256 for S3's own. Default: kms.
	Encryption Encryption `yaml:"encryption"`
	// NoncurrentVersionDays is for how many days overwritten and deleted objects are kept, 1 to 3650. Default: 90.
	NoncurrentVersionDays int `yaml:"noncurrentVersionDays" jsonschema:"minimum=1,maximum=3650"`
	// TransitionToInfrequentAccessDays is the age in days, 30 or more, at which objects move to the class Standard-IA. Default: 0, never.
	TransitionToInfrequentAccessDays int `yaml:"transitionToInfrequentAccessDays" jsonschema:"minimum=0,maximum=36500"`
	// ExpirationDays is the age in days at which objects are deleted. Default: 0, never.
	ExpirationDays int `yaml:"expirationDays" jsonschema:"minimum=0,maximum=36500"`
	// EventNotifications sends events of the bucket to EventBridge. Default: false.
	EventNotifications bool `yaml:"eventNotifications"`
	// ObjectLockDays is for how many days nobody can delete or overwrite a version without the permission to bypass governance mode. Set it when the bucket is made. Default: 0, no object lock.
	ObjectLockDays int `yaml:"objectLockDays" jsonschema:"minimum=0,maximum=36500"`
}

func (s *Storage) setDefaults() {
	s.Enabled = true
	s.Models.setDefaults()
	s.Data.setDefaults()
}

func (a *AccessLogs) setDefaults() { a.RetentionDays = 365 }

func (b *Bucket) setDefaults() { *b = Bucket{Encryption: EncryptionKMS, NoncurrentVersionDays: 90} }
