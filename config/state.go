package config

import (
	"cmp"
	"strings"
)

// State says where Terraform keeps its state, and how. https://developer.hashicorp.com/terraform/language/backend/s3
type State struct {
	// Scope is shared for one bucket in the operations account, or environment for a bucket in the account of each environment and in operations. Default: shared.
	Scope StateScope `yaml:"scope"`
	// Lock is native for lock files in the bucket, dynamodb for a table, or both while moving from one to the other. Default: native.
	Lock StateLock `yaml:"lock"`
	// Encryption is kms for a customer managed KMS key or aes256 for S3's own. Default: kms.
	Encryption Encryption `yaml:"encryption"`
	// Bucket is the template of bucket names. It may hold <project>, <environment>, <account> and <region>; in the scope environment it must hold <environment> or <account>. Default: <project>-terraform-state-<account>-<region>, and <project>-<environment>-terraform-state-<account>-<region> in the scope environment.
	Bucket string `yaml:"bucket"`
	// Table is the template of the names of DynamoDB lock tables, with the same placeholders. Default: <project>-terraform-locks, and <project>-<environment>-terraform-locks in the scope environment. Refused with lock native.
	Table string `yaml:"table"`
	// NoncurrentVersionDays is for how many days old versions of the state are kept, 1 to 3650. Default: 90.
	NoncurrentVersionDays int `yaml:"noncurrentVersionDays" jsonschema:"minimum=1,maximum=3650"`
	// AccessLogBucket is an existing bucket that gets the access logs of the state buckets. It must be in their account and region. Default: none, no access logs.
	AccessLogBucket string `yaml:"accessLogBucket"`
}

// StateScope says how many state buckets there are.
type StateScope string

const (
	// SharedState is one bucket in the operations account.
	SharedState StateScope = "shared"
	// EnvironmentState is one bucket in the account of each environment, and one in operations.
	EnvironmentState StateScope = "environment"
)

// Values are all scopes.
func (StateScope) Values() []string { return []string{string(SharedState), string(EnvironmentState)} }

// StateLock says how Terraform keeps two runs from writing at once.
type StateLock string

const (
	// LockNative is a lock file beside the state, by conditional writes of S3. Terraform 1.11 and later.
	LockNative StateLock = "native"
	// LockDynamoDB is an item in a table. Terraform deprecates it.
	LockDynamoDB StateLock = "dynamodb"
	// LockBoth takes both locks, so that old and new users keep each other out.
	LockBoth StateLock = "both"
)

// Values are all kinds of lock.
func (StateLock) Values() []string {
	return []string{string(LockNative), string(LockDynamoDB), string(LockBoth)}
}

// Encryption is how data at rest is encrypted in a bucket.
type Encryption string

const (
	// EncryptionKMS uses a customer managed KMS key.
	EncryptionKMS Encryption = "kms"
	// EncryptionAES256 uses keys that S3 manages. Whoever may read the bucket may decrypt.
	EncryptionAES256 Encryption = "aes256"
)

// Values are all kinds of encryption.
func (Encryption) Values() []string { return []string{string(EncryptionKMS), string(EncryptionAES256)} }

func (s *State) setDefaults() {
	*s = State{Scope: SharedState, Lock: LockNative, Encryption: EncryptionKMS, NoncurrentVersionDays: 90}
}

// setDerived fills in the templates, whose defaults follow from scope and lock.
func (s *State) setDerived() {
	owner := "<project>"
	if s.Scope == EnvironmentState {
		owner = "<project>-<environment>"
	}
	s.Bucket = cmp.Or(s.Bucket, owner+"-terraform-state-<account>-<region>")
	if s.Table == "" && s.HasTable() {
		s.Table = owner + "-terraform-locks"
	}
}

// HasTable reports whether locks are kept in DynamoDB.
func (s State) HasTable() bool { return s.Lock != LockNative }

// A StateStore is a place where state is kept, with its names resolved. One stack of its own makes it.
type StateStore struct {
	// Stack that makes the store: state, or state-<environment>.
	Stack string
	// Environment whose state it keeps, "operations", or "" if it keeps that of all.
	Environment string
	// Account and Region that it is in.
	Account, Region string
	// Bucket is the name of the bucket.
	Bucket string
	// Table is the name of the DynamoDB lock table, or "" if there is none.
	Table string
}

// owner is whose administrators make the store: its environment, or operations where it keeps the state of all.
func (s StateStore) owner() string { return cmp.Or(s.Environment, OperationsName) }

// StateStores are all places where state is kept. In the scope environment the store of operations comes first.
func (p *Platform) StateStores() []StateStore {
	if p.State.Scope == SharedState {
		return []StateStore{p.StateStoreOf(OperationsName)}
	}
	stores := []StateStore{p.StateStoreOf(OperationsName)}
	for _, each := range p.Environments {
		stores = append(stores, p.StateStoreOf(each.Name))
	}
	return stores
}

// StateStoreOf is where the state of an environment's stacks is kept, or of the operations stack if the name is
// OperationsName. An unknown name is taken for an environment in the operations account.
func (p *Platform) StateStoreOf(environment string) StateStore {
	store := StateStore{Stack: "state", Account: p.Operations.Account, Region: p.Operations.Region}
	if p.State.Scope == EnvironmentState {
		store.Stack, store.Environment = "state-"+environment, environment
		if env := p.Environment(environment); env != nil {
			store.Account, store.Region = env.Account, env.Region
		}
	}
	placeholders := strings.NewReplacer("<project>", p.Project, "<environment>", store.Environment,
		"<account>", store.Account, "<region>", store.Region)
	store.Bucket = placeholders.Replace(p.State.Bucket)
	if p.State.HasTable() {
		store.Table = placeholders.Replace(p.State.Table)
	}
	return store
}

// StateKey is the key of a stack's state in its bucket: <repository>/<stack>/terraform.tfstate. The repository is in it
// so that several repositories can share a bucket.
func (p *Platform) StateKey(stack string) string {
	return p.keyPrefix(stack) + "terraform.tfstate"
}

// keyPrefix begins the keys of a stack.
func (p *Platform) keyPrefix(stack string) string { return p.Repository + "/" + stack + "/" }
