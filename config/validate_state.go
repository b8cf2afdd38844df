package config

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	placeholders       = []string{unknownProject, "<environment>", unknownAccount, unknownRegion}
	placeholderPattern = lazyregexp.New(`<[^<>]*>?|>`)
	tablePattern       = lazyregexp.New(`^[A-Za-z0-9_.-]+$`)
)

func (l *loader) validateState() {
	p, f := l.platform, l.platformFile
	s := p.State
	if f.has("state.table") && !s.HasTable() && f.readable("state.lock") {
		f.add("state.table", s.Table, "names a lock table beside lock: native, which has none", "remove it, or set lock: dynamodb or lock: both")
	}
	if s.AccessLogBucket != "" {
		f.checkBucketName("state.accessLogBucket", s.AccessLogBucket)
	}
	bucketOK := f.checkTemplate("state.bucket", s.Bucket, s.Scope)
	tableOK := s.HasTable() && f.checkTemplate("state.table", s.Table, s.Scope)

	buckets, tables := map[string]StateStore{}, map[string]StateStore{}
	for _, store := range l.stateStores() {
		l.validateStateAccess(store)
		if bucketOK {
			if wrong, fix := awsfacts.NewBucketName(store.Bucket); wrong != "" {
				f.add("state.bucket", s.Bucket, fmt.Sprintf("makes %s%s, which has %d characters and %s", quote(store.Bucket), forWhom(store), len(store.Bucket), wrong), fix)
			}
			if first, used := buckets[store.Bucket]; used {
				f.add("state.bucket", s.Bucket, fmt.Sprintf("makes %s for both %s and %s", quote(store.Bucket), first.Environment, store.Environment), "put <environment> into it")
			} else {
				buckets[store.Bucket] = store
			}
			if store.Bucket == s.AccessLogBucket {
				f.add("state.accessLogBucket", s.AccessLogBucket, quote(s.AccessLogBucket)+" is the state bucket"+forWhom(store)+", whose logs would be logged without end", "name another bucket")
			}
		}
		if tableOK {
			if n := len(store.Table); n < awsfacts.MinTableName || n > awsfacts.MaxTableName || !tablePattern.MatchString(store.Table) {
				f.add("state.table", s.Table, fmt.Sprintf("makes %s%s, which is no name of a DynamoDB table", quote(store.Table), forWhom(store)),
					fmt.Sprintf("use %d to %d letters, digits and _.-", awsfacts.MinTableName, awsfacts.MaxTableName))
			}
			key := store.Account + "/" + store.Region + "/" + store.Table
			if first, used := tables[key]; used {
				f.add("state.table", s.Table, fmt.Sprintf("makes %s for both %s and %s in one account", quote(store.Table), first.Environment, store.Environment), "put <environment> into it")
			} else {
				tables[key] = store
			}
		}
	}
}

func forWhom(store StateStore) string {
	if store.Environment == "" {
		return ""
	}
	return " for " + store.Environment
}

// checkTemplate reports whether the placeholders of a template can be filled in.
func (f *file) checkTemplate(path, template string, scope StateScope) bool {
	fine := !f.broken[path] && !f.broken["state"]
	for _, each := range placeholderPattern.FindAllString(template, -1) {
		switch {
		case !contains(placeholders, each):
			f.add(path, template, quote(each)+" is no placeholder", "use "+problem.Choices(placeholders)+didYouMean(each, placeholders))
			fine = false
		case each == "<environment>" && scope == SharedState && f.readable("state.scope"):
			f.add(path, template, "<environment> has no value where all environments share the state", "remove it, or set scope: environment")
			fine = false
		}
	}
	return fine
}

// stateStores are the stores with their names resolved. Those whose account, region or project is wrong are left out:
// their names would be wrong for that reason alone.
func (l *loader) stateStores() []StateStore {
	p := l.whole()
	var stores []StateStore
	for _, store := range p.StateStores() {
		if known(p.Project, store.Account, store.Region) {
			stores = append(stores, store)
		}
	}
	return stores
}

// whole is the platform with all environments that could be read.
func (l *loader) whole() *Platform {
	p := *l.platform
	for _, each := range l.environments {
		p.Environments = append(p.Environments, each.Environment)
	}
	return &p
}
