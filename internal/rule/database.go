package rule

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// The engines of databases, as constructs and files name them.
const (
	EnginePostgreSQL       = "postgresql"
	EngineAuroraServerless = "auroraServerless"
)

// A DatabaseSize is how large a database is. Zero values are those that were not given.
type DatabaseSize struct {
	Engine, Version         string
	InstanceClass           string
	StorageGB, MaxStorageGB int
	MultiAZ                 bool
	Capacity                *Capacity
	Instances               int
}

// A Capacity is that of Aurora Serverless v2 in its units.
type Capacity struct {
	Min, Max          float64
	PauseAfterSeconds int
}

// Families are not listed, so that newer ones pass; their sizes are always these, and burstable ones end at 2xlarge.
var (
	classPattern     = lazyregexp.New(`^db\.[a-z][a-z0-9-]*\.(?:micro|small|medium|large|(?:[1-9][0-9]?)?xlarge)(?:\.[a-z0-9.]+)?$`)
	burstablePattern = lazyregexp.New(`^db\.t[0-9]+[a-z]*\.(?:micro|small|medium|large|xlarge|2xlarge)$`)
)

// InstanceClass reports whether text names a class of instances that has processors of its own.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
func InstanceClass(text string) bool {
	return classPattern.MatchString(text) && (!strings.HasPrefix(text, "db.t") || burstablePattern.MatchString(text))
}

// Report reports what RDS refuses, and what belongs to the other engine.
func (d DatabaseSize) Report(problems *problem.List, path string) {
	if !slices.Contains(awsfacts.PostgreSQLVersions(), d.Version) {
		problems.Addf(path+"version", "%q is no supported major version; use one of %s", d.Version, strings.Join(awsfacts.PostgreSQLVersions(), ", "))
	}
	switch d.Engine {
	case EnginePostgreSQL:
		d.instance(problems, path)
	case EngineAuroraServerless:
		d.cluster(problems, path)
	default:
		problems.Addf(path+"engine", "%q is unknown; use %s or %s", d.Engine, EnginePostgreSQL, EngineAuroraServerless)
	}
}

// instance is a size of PostgreSQL.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
func (d DatabaseSize) instance(problems *problem.List, path string) {
	if !InstanceClass(d.InstanceClass) {
		problems.Addf(path+"instanceClass", "%q is no class of an RDS instance; write it like db.t4g.small", d.InstanceClass)
	}
	if d.StorageGB < 20 || d.StorageGB > 65536 {
		problems.Addf(path+"storageGB", "%d is out of range; use 20 to 65536", d.StorageGB)
	} else if d.MaxStorageGB*10 < d.StorageGB*11 || d.MaxStorageGB > 65536 {
		problems.Addf(path+"maxStorageGB", "%d is out of range; use at least a tenth more than storageGB, and at most 65536", d.MaxStorageGB)
	}
	if d.Capacity != nil {
		problems.Addf(path+"capacity", "belongs to the engine %s; remove it, or change the engine", EngineAuroraServerless)
	}
	if d.Instances != 0 {
		problems.Addf(path+"instances", "belongs to the engine %s; remove it, or change the engine", EngineAuroraServerless)
	}
}

// cluster is a size of Aurora.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
func (d DatabaseSize) cluster(problems *problem.List, path string) {
	c := d.Capacity
	if c == nil {
		c = &Capacity{}
	}
	halves := func(value float64) bool { return value*2 == float64(int(value*2)) }
	if c.Min < 0 || c.Min > 256 || !halves(c.Min) {
		problems.Addf(path+"capacity.min", "%g is no capacity; use 0 to 256 in halves", c.Min)
	}
	if c.Max < 1 || c.Max > 256 || !halves(c.Max) {
		problems.Addf(path+"capacity.max", "%g is no capacity; use 1 to 256 in halves", c.Max)
	} else if c.Max < c.Min {
		problems.Addf(path+"capacity.max", "%g is less than the minimum of %g; raise it", c.Max, c.Min)
	}
	switch {
	case c.PauseAfterSeconds == 0:
	case c.Min > 0:
		problems.Addf(path+"capacity.pauseAfterSeconds", "has no meaning with a minimum of %g; set capacity.min to 0, or remove it", c.Min)
	case c.PauseAfterSeconds < 300 || c.PauseAfterSeconds > 86400:
		problems.Addf(path+"capacity.pauseAfterSeconds", "%d is out of range; use 300 to 86400", c.PauseAfterSeconds)
	}
	if d.Instances < 1 || d.Instances > 16 {
		problems.Addf(path+"instances", "%d is out of range; use 1 to 16", d.Instances)
	}
	for _, each := range []struct {
		name  string
		given bool
	}{{"instanceClass", d.InstanceClass != ""}, {"storageGB", d.StorageGB != 0}, {"maxStorageGB", d.MaxStorageGB != 0}, {"multiAZ", d.MultiAZ}} {
		if each.given {
			problems.Addf(path+each.name, "belongs to the engine %s; remove it, or change the engine", EnginePostgreSQL)
		}
	}
}
