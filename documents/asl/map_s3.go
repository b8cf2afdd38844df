package asl

import (
	"cmp"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// ItemSource is what an ItemReader reads.
type ItemSource string

// The sources. A listing gives the objects under a prefix, the others the records of one object.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
const (
	ObjectListing ItemSource = "LISTING"
	CSV           ItemSource = "CSV"
	JSONFile      ItemSource = "JSON"
	JSONLines     ItemSource = "JSONL"
	Parquet       ItemSource = "PARQUET"
	Manifest      ItemSource = "MANIFEST"
)

// Delimiter separates the columns of a CSV object.
type Delimiter string

// The delimiters.
const (
	Comma     Delimiter = "COMMA"
	Pipe      Delimiter = "PIPE"
	Semicolon Delimiter = "SEMICOLON"
	Space     Delimiter = "SPACE"
	Tab       Delimiter = "TAB"
)

// ManifestType is who wrote a manifest.
type ManifestType string

// The kinds of manifests.
const (
	AthenaManifest    ManifestType = "ATHENA_DATA"
	InventoryManifest ManifestType = "S3_INVENTORY"
)

// ItemReader takes the items of a Map from S3. The state machine's role gets the permission to read them.
type ItemReader struct {
	// Source is what to read. Default: ObjectListing.
	Source ItemSource
	// Bucket is the name of the bucket. Required, unless BucketFrom is given.
	Bucket string
	// BucketFrom computes the name of the bucket. Buckets are those that it may be, which the permission names.
	BucketFrom Text
	Buckets    []string
	// PermissionsElsewhere says that the state machine's role has what it needs here by other means, so that nothing is derived.
	// Default: false.
	PermissionsElsewhere bool
	// Prefix of the listed objects. Default: all objects.
	Prefix Text
	// Contents reads the records of all listed objects, which are of this format: CSV, JSONFile, JSONLines or Parquet. Default: the
	// items are what S3 knows about the objects.
	Contents ItemSource
	// Key of the object that is read, for all sources but ObjectListing.
	Key Text
	// VersionID of the object in a bucket with versions. Default: the latest.
	VersionID Text
	// Columns are the names of the columns of a CSV object without a header. Default: the first row is the header.
	Columns []string
	// Delimiter of a CSV object. Default: Comma.
	Delimiter Delimiter
	// ItemsPointer leads to the list inside of a JSON object, such as "/data/items" (RFC 6901). Default: the object is the list.
	ItemsPointer string
	// ManifestType of a Manifest. Default: InventoryManifest.
	ManifestType ManifestType
	// MaxItems is the most items that are read: up to 100,000,000. Default: 0, which is all.
	MaxItems int
	// MaxItemsFrom computes MaxItems instead.
	MaxItemsFrom Text
	// Extra are further arguments of S3's ListObjectsV2 or GetObject, such as ExpectedBucketOwner. Default: none.
	Extra Object
}

// Transformation is what becomes of the outputs of the runs.
type Transformation string

// The transformations: none has the runs with their metadata, compact their outputs, flatten the items of outputs that are
// lists. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
const (
	NoTransformation Transformation = "NONE"
	Compact          Transformation = "COMPACT"
	Flatten          Transformation = "FLATTEN"
)

// ResultFormat is how outputs are written.
type ResultFormat string

// The formats.
const (
	JSONResult      ResultFormat = "JSON"
	JSONLinesResult ResultFormat = "JSONL"
)

// ResultWriter puts the outputs of a Map into S3. The state machine's role gets the permission to write them.
type ResultWriter struct {
	// Bucket is the name of the bucket. Required, unless BucketFrom is given, or Transformation alone, which then shapes the
	// state's result.
	Bucket string
	// BucketFrom computes the name of the bucket. Buckets are those that it may be, which the permission names.
	BucketFrom Text
	Buckets    []string
	// PermissionsElsewhere says that the state machine's role has what it needs here by other means, so that nothing is derived.
	// Default: false.
	PermissionsElsewhere bool
	// Prefix of the written objects. Default: none.
	Prefix Text
	// Transformation of the outputs. Default: NoTransformation.
	Transformation Transformation
	// Format of the outputs. Default: JSONResult.
	Format ResultFormat
	// Extra are further arguments of S3's PutObject, such as ExpectedBucketOwner. Default: none.
	Extra Object
}

func (i ItemReader) source() ItemSource {
	return cmp.Or(i.Source, ObjectListing)
}

// format is that of the records.
func (i ItemReader) format() ItemSource {
	if i.source() == ObjectListing {
		return i.Contents
	}
	return i.source()
}

// bucket is the name of a bucket, which may be computed.
func (r *renderer) bucket(path, known string, from Text, buckets []string, elsewhere bool) Text {
	if elsewhere && len(buckets) > 0 {
		r.addf(path+".buckets", "are given although PermissionsElsewhere is set; keep one of them")
	}
	switch {
	case known != "" && from != "":
		r.addf(path+".bucket", "is given twice; keep either Bucket or BucketFrom")
	case from != "" && len(buckets) == 0 && !elsewhere:
		r.addf(path+".buckets", "are missing; name the buckets that BucketFrom may give, which the permission names, or set PermissionsElsewhere")
	case from == "" && len(buckets) > 0:
		r.addf(path+".buckets", "are for a bucket that is computed; set BucketFrom, or Bucket alone")
	case from == "":
		r.requiredString(path+".bucket", known, "the name of a bucket")
	}
	return cmp.Or(from, Text(known))
}

func (i ItemReader) render(r *renderer) object {
	path := r.path("distributed.reader")
	source := i.source()
	oneOf(r, path+".source", source, ObjectListing, CSV, JSONFile, JSONLines, Parquet, Manifest)
	arguments := fields{{"Bucket", r.bucket(path, i.Bucket, i.BucketFrom, i.Buckets, i.PermissionsElsewhere)}}
	action := "getObject"
	if source == ObjectListing {
		action = "listObjectsV2"
		arguments.text("Prefix", i.Prefix)
		if i.Key != "" {
			r.addf(path+".key", "is not read by a listing; use Prefix, or another Source")
		}
		if i.VersionID != "" {
			r.addf(path+".versionID", "is that of an object, which a listing does not read; remove it, or use another Source")
		}
	} else {
		r.required(path+".key", i.Key, "the key of the object")
		arguments.text("Key", i.Key)
		arguments.text("VersionId", i.VersionID)
		if i.Prefix != "" {
			r.addf(path+".prefix", "is for a listing; use Key, or Source ObjectListing")
		}
		if i.Contents != "" {
			r.addf(path+".contents", "are those of a listing; set Source alone")
		}
	}
	config := i.config(r, path)
	o := object{{"Resource", "arn:" + r.partition + ":states:::s3:" + action}}
	if len(config) > 0 {
		o.set("ReaderConfig", config)
	}
	o.set(r.parameters(), r.s3Arguments(path, action, arguments, i.Extra))
	return o
}

// s3Arguments writes the arguments of a reader or writer with those that have no field.
func (r *renderer) s3Arguments(path, action string, arguments fields, extra Object) any {
	for _, name := range []string{"Bucket", "Key", "Prefix", "VersionId"} { // which permissions go by
		if _, given := extra[name]; given {
			r.addf(problem.Key(path+".extra", name), "has a field of the Go value; use that")
		}
	}
	servicemodel.CheckArguments(r.problems, path+".extra", "s3", action, settled(extra))
	rendered, _ := r.value(path, arguments.merge(extra), ofInput)
	return rendered
}

func (i ItemReader) config(r *renderer, path string) object {
	config := object{}
	if i.source() == ObjectListing && i.Contents != "" {
		oneOf(r, path+".contents", i.Contents, CSV, JSONFile, JSONLines, Parquet)
		config.set("Transformation", "LOAD_AND_FLATTEN")
	}
	format := i.format()
	if format != "" {
		config.set("InputType", string(format))
	}
	switch {
	case format == CSV && len(i.Columns) > 0:
		config.set("CSVHeaderLocation", "GIVEN")
		config.set("CSVHeaders", i.Columns)
	case format == CSV:
		config.set("CSVHeaderLocation", "FIRST_ROW")
	case len(i.Columns) > 0:
		r.addf(path+".columns", "are for CSV; remove them, or set Source to CSV")
	}
	if i.Delimiter != "" {
		if format != CSV {
			r.addf(path+".delimiter", "is for CSV; remove it, or set Source to CSV")
		}
		oneOf(r, path+".delimiter", i.Delimiter, Comma, Pipe, Semicolon, Space, Tab)
		config.set("CSVDelimiter", string(i.Delimiter))
	}
	if i.ItemsPointer != "" {
		if format != JSONFile {
			r.addf(path+".itemsPointer", "is for JSON; remove it, or set Source to JSONFile")
		}
		if !strings.HasPrefix(i.ItemsPointer, "/") {
			r.addf(path+".itemsPointer", "%q is no JSON pointer; write it like /data/items", i.ItemsPointer)
		}
		config.set("ItemsPointer", i.ItemsPointer)
	}
	if i.ManifestType != "" {
		if format != Manifest {
			r.addf(path+".manifestType", "is for manifests; remove it, or set Source to Manifest")
		}
		oneOf(r, path+".manifestType", i.ManifestType, AthenaManifest, InventoryManifest)
		config.set("ManifestType", string(i.ManifestType))
	}
	r.number(&config, path+".maxItems", "MaxItems", i.MaxItems, i.MaxItemsFrom, 1, 100_000_000)
	return config
}

func (w ResultWriter) render(r *renderer) object {
	path := r.path("distributed.writer")
	o := object{}
	if w.Bucket != "" || w.BucketFrom != "" || w.Transformation == "" {
		arguments := fields{{"Bucket", r.bucket(path, w.Bucket, w.BucketFrom, w.Buckets, w.PermissionsElsewhere)}}
		arguments.text("Prefix", w.Prefix)
		rendered := r.s3Arguments(path, "putObject", arguments, w.Extra)
		o = object{{"Resource", "arn:" + r.partition + ":states:::s3:putObject"}, {r.parameters(), rendered}}
	} else {
		if w.Prefix != "" {
			r.addf(path+".prefix", "needs a bucket; set Bucket")
		}
		if w.Extra != nil {
			r.addf(path+".extra", "needs a bucket; set Bucket")
		}
	}
	if w.Transformation == "" && w.Format == "" {
		return o
	}
	w.Transformation = cmp.Or(w.Transformation, NoTransformation)
	w.Format = cmp.Or(w.Format, JSONResult)
	oneOf(r, path+".transformation", w.Transformation, NoTransformation, Compact, Flatten)
	oneOf(r, path+".format", w.Format, JSONResult, JSONLinesResult)
	o.set("WriterConfig", object{{"Transformation", string(w.Transformation)}, {"OutputType", string(w.Format)}})
	return o
}

// bucketNames are the buckets whose permissions are derived.
func bucketNames(known string, buckets []string, elsewhere bool) []string {
	if elsewhere {
		return nil
	}
	if known != "" {
		return []string{known}
	}
	return buckets
}

func (i ItemReader) permissions(scope arn.Scope) []policy.Statement {
	var out []policy.Statement
	for _, name := range bucketNames(i.Bucket, i.Buckets, i.PermissionsElsewhere) {
		bucket := scope.Bucket(name)
		objects := bucket + "/" + pattern(i.Key)
		switch {
		case i.source() == ObjectListing:
			out = append(out, listBucket(bucket, i.Prefix))
			prefix, _ := i.Prefix.knownPrefix()
			objects = bucket + "/" + prefix + "*"
			if i.Contents == "" {
				continue
			}
		case i.source() == Manifest:
			objects = bucket + "/*" // the files that the manifest names
		}
		if i.VersionID != "" { // which asks for a permission of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
			out = append(out, policy.Statement{Actions: []string{"s3:GetObjectVersion"}, Resources: []string{bucket + "/" + pattern(i.Key)}})
			if i.source() != Manifest {
				continue
			}
		}
		out = append(out, policy.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{objects}})
	}
	return out
}

func (w ResultWriter) permissions(scope arn.Scope) []policy.Statement {
	prefix, _ := w.Prefix.knownPrefix()
	var out []policy.Statement
	for _, name := range bucketNames(w.Bucket, w.Buckets, w.PermissionsElsewhere) {
		out = append(out, policy.Statement{
			Actions:   []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"},
			Resources: []string{scope.Bucket(name) + "/" + prefix + "*"},
		})
	}
	return out
}
