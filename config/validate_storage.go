package config

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

func (e environmentFile) validateStorage() {
	f := e.file
	if key := e.Storage.KeyARN; key != "" {
		e.checkKey("storage.keyArn", key)
		if e.Storage.Models.Encryption == EncryptionAES256 && e.Storage.Data.Encryption == EncryptionAES256 {
			f.add("storage.keyArn", key, "encrypts nothing, as both buckets have encryption: aes256", "remove it, or one of these")
		}
	}
	e.validateAccessLogs()
	for _, each := range []struct {
		part   string
		bucket Bucket
	}{{ModelsBucket, e.Storage.Models}, {DataBucket, e.Storage.Data}} {
		path, b := "storage."+each.part, each.bucket
		if f.has(path + ".name") {
			f.checkBucketName(path+".name", b.Name)
		} else {
			f.checkNameLength(path, b.Name, "set "+path+".name, or shorten the name of the project or the environment")
		}
		if days := b.TransitionToInfrequentAccessDays; days > 0 && days < minInfrequentAccessDays {
			f.add(path+".transitionToInfrequentAccessDays", fmt.Sprint(days), fmt.Sprintf("%d is too soon: S3 moves objects after %d days at the earliest", days, minInfrequentAccessDays),
				fmt.Sprintf("use %d or more, or 0 for never", minInfrequentAccessDays))
		}
		if b.ObjectLockDays > 0 && !e.Protect {
			f.add(path+".objectLockDays", fmt.Sprint(b.ObjectLockDays), "locks versions, which protect: false wants to be deleted with the environment", "set it to 0, or remove protect: false")
		}
		if b.ExpirationDays > 0 && b.TransitionToInfrequentAccessDays >= b.ExpirationDays {
			f.add(path+".expirationDays", fmt.Sprint(b.ExpirationDays), fmt.Sprintf("%d deletes objects before they move after %d days", b.ExpirationDays, b.TransitionToInfrequentAccessDays),
				"make it more than transitionToInfrequentAccessDays, or set that to 0")
		}
	}
	if e.Storage.Models.Name == e.Storage.Data.Name && e.Storage.Data.Name != "" {
		f.add("storage.data.name", e.Storage.Data.Name, quote(e.Storage.Data.Name)+" is the name of storage.models too", "give each bucket a name of its own")
	}
}

func (e environmentFile) validateAccessLogs() {
	f, logs, path := e.file, e.Storage.AccessLogs, "storage.accessLogs"
	if logs == nil {
		return
	}
	name := e.AccessLogsName()
	if logs.Bucket == "" {
		f.checkNameLength(path, name, "set "+path+".bucket, or shorten the name of the project or the environment")
	} else {
		path += ".bucket"
		f.checkBucketName(path, name)
		if f.has("storage.accessLogs.retentionDays") {
			f.add("storage.accessLogs.retentionDays", fmt.Sprint(logs.RetentionDays), "is for the bucket that is made, and "+path+" names another", "remove one of them; an existing bucket has its own lifecycle")
		}
	}
	for _, each := range []struct{ part, logged string }{{ModelsBucket, e.Storage.Models.Name}, {DataBucket, e.Storage.Data.Name}} {
		if name == each.logged {
			f.add(path, name, quote(name)+" is the bucket of storage."+each.part+", whose logs would be logged without end", "name another bucket")
		}
	}
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
const minInfrequentAccessDays = 30

func (f *file) checkBucketName(path, name string) {
	if wrong, fix := awsfacts.NewBucketName(name); wrong != "" {
		f.add(path, name, quote(name)+" "+wrong, fix)
	}
}

func (e environmentFile) validateRegistry() {
	f, r := e.file, e.Registry
	if len(r.Repositories)+len(r.PullThrough) == 0 && f.readable("registry") {
		f.add("registry", "", "names no repository and no cache", "add repositories: or pullThrough:, or remove registry")
	}
	if r.KeyARN != "" {
		e.checkKey("registry.keyArn", r.KeyARN)
		if len(r.Repositories) == 0 && f.readable("registry") {
			f.add("registry.keyArn", r.KeyARN, "encrypts nothing: the repositories of caches have a key of AWS", "remove it, or add repositories")
		}
	}
	for i, upstream := range r.PullThrough {
		// An unknown registry is reported already.
		if prefix := e.CachePrefix(upstream); cachePrefixes[upstream] != "" && len(prefix) > awsfacts.MaxCachePrefix && known(prefix) {
			f.add(fmt.Sprintf("registry.pullThrough[%d]", i), string(upstream),
				fmt.Sprintf("makes the prefix %s of cached repositories, which has %d characters where ECR allows %d", prefix, len(prefix), awsfacts.MaxCachePrefix),
				"shorten the name of the project or the environment, or remove the cache")
		}
	}
	for _, name := range r.RepositoryNames() {
		path := join("registry.repositories", name)
		f.checkImageName(path, name)
		accounts := r.Repositories[name].PullAccounts
		if size := policy.New(ecr.Pullers{Accounts: accounts}.Statements(arn.Scope{Region: e.Region, Account: e.Account}.WithDefaults())...).Size(); size > ecr.MaxPolicy {
			f.add(path+".pullAccounts", "", fmt.Sprintf("has %d accounts, which make a repository policy of %d characters where ECR allows %d", len(accounts), size, ecr.MaxPolicy), "name fewer")
		}
		for i, account := range accounts {
			at := fmt.Sprintf("%s.pullAccounts[%d]", path, i)
			f.checkAccount(at, account)
			if account != "" && account == e.Account {
				f.add(at, account, quote(account)+" is the environment's own account", "remove it: roles of the account need no permission of the repository")
			}
		}
	}
}
