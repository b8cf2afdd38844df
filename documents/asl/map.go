package asl

import (
	"regexp"
)

// Map runs its processor once for each item of a list. Its result is the list of the outputs.
//
// Without Distributed, the items come from the state's input, at most 40 run at a time, and their history is part of
// the execution's. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
//
// With Distributed, each item, or batch of items, is an execution of its own, up to 10,000 at a time, and the items may
// come from S3. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
type Map struct {
	// Name is unique in the state machine: 1 to 80 characters. Required.
	Name string
	// Comment explains. Default: none.
	Comment string
	// QueryLanguage of the state. Default: that of the Map or Parallel around it, or of the definition.
	QueryLanguage QueryLanguage
	// Items is the list: asl.Input("files"), or a List. Default: the state's input is the list.
	Items Value
	// ItemSelector is what each run gets, with MapItem and MapIndex. Default: the item.
	ItemSelector Object
	// StartAt is the first state of the processor to run. Default: the first of the list.
	StartAt string
	// States are the processor. Required.
	States []State
	// MaxConcurrency is the most runs at a time. Default: 0, which is as many as possible.
	MaxConcurrency int
	// Distributed runs the items as executions of their own. Default: nil, which is inline.
	Distributed *Distributed
	// Retry repeats the whole state after errors. Default: none.
	Retry []Retrier
	// Catch goes on elsewhere after errors. Default: the execution fails.
	Catch []Catcher
	// Output is what the next state gets (JSONata). Default: the result.
	Output Value
	// InputPath, ResultSelector, ResultPath and OutputPath choose data (JSONPath). Default: everything.
	InputPath      DataPath
	ResultSelector Object
	ResultPath     DataPath
	OutputPath     DataPath
	// Assign sets variables. Default: none.
	Assign Object
	// Next is the state that goes on. Exactly one of Next and End is given.
	Next string
	// End ends the level.
	End bool
}

// Distributed is how a Map runs its items as executions of their own.
type Distributed struct {
	// Label begins the names of these executions: up to 40 characters. Default: made by AWS from the state's name.
	Label string
	// ExecutionType of the executions. Default: Standard.
	ExecutionType WorkflowType
	// Reader takes the items from S3. Default: nil, which takes them from Items.
	Reader *ItemReader
	// Writer puts the outputs into S3. Default: nil, which makes them the state's result.
	Writer *ResultWriter
	// MaxItemsPerBatch gives each run a batch of items, under the key Items. Default: 0, which is one item and no batch.
	MaxItemsPerBatch int
	// MaxInputBytesPerBatch limits a batch by its size: up to 262144. Default: 0, which is no such limit.
	MaxInputBytesPerBatch int
	// BatchInput is given to each batch, under the key BatchInput. Default: none.
	BatchInput Object
	// ToleratedFailurePercentage is how many runs may fail: 0 to 100. Default: 0.
	ToleratedFailurePercentage int
	// ToleratedFailureCount is how many runs may fail. Default: 0.
	ToleratedFailureCount int
}

// ItemSource is what an ItemReader reads.
type ItemSource string

// The sources. A listing gives the objects under a prefix, the others the records of one object.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
const (
	ObjectListing ItemSource = "LISTING"
	CSV           ItemSource = "CSV"
	JSONFile      ItemSource = "JSON"
	JSONLines     ItemSource = "JSONL"
	Manifest      ItemSource = "MANIFEST"
)

// ItemReader takes the items of a Map from S3. The state machine's role gets the permission to read them.
type ItemReader struct {
	// Source is what to read. Default: ObjectListing.
	Source ItemSource
	// Bucket is the name of the bucket. Required, and known before run time, because the permission names it.
	Bucket string
	// Prefix of the listed objects. Default: all objects.
	Prefix Text
	// Key of the object that is read, for all sources but ObjectListing.
	Key Text
	// Columns are the names of the columns of a CSV object without a header. Default: the first row is the header.
	Columns []string
	// MaxItems is the most items that are read. Default: 0, which is all.
	MaxItems int
}

// ResultWriter puts the outputs of a Map into S3. The state machine's role gets the permission to write them.
type ResultWriter struct {
	// Bucket is the name of the bucket. Required, and known before run time, because the permission names it.
	Bucket string
	// Prefix of the written objects. Default: none.
	Prefix Text
}

func (s Map) meta() meta {
	return meta{name: s.Name, kind: "Map", comment: s.Comment, language: s.QueryLanguage, next: s.Next, end: s.End,
		assigns: outcomeAssigns(s.Assign, s.Catch)}
}
func (s Map) edges() []edge { return outcomeEdges(s.Next, s.Assign, s.Catch) }

func (s Map) levels() []level {
	return []level{{path: "processor", label: "each item", startAt: s.StartAt, states: s.States, distributed: s.Distributed != nil, items: s.Distributed == nil}}
}

func (s Map) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	s.items(r, &o)
	if len(s.ItemSelector) > 0 {
		r.ofItems = true
		r.field(&o, r.path("itemSelector"), "ItemSelector", s.ItemSelector, ofInput)
		r.ofItems = false
	}
	if s.MaxConcurrency != 0 {
		limit := 40
		if s.Distributed != nil {
			limit = 10_000
		}
		r.between(r.path("maxConcurrency"), s.MaxConcurrency, 0, limit)
		o.set("MaxConcurrency", s.MaxConcurrency)
	}
	config := object{{"Mode", "INLINE"}}
	if d := s.Distributed; d != nil {
		config = d.render(r, &o)
	}
	processor := append(object{{"ProcessorConfig", config}}, r.level(s.levels()[0])...)
	o.set("ItemProcessor", processor)
	r.outcome(&o, outcome{s.ResultSelector, s.ResultPath, s.OutputPath, s.Assign, s.Output, s.Retry, s.Catch})
	return o
}

func (s Map) items(r *renderer, o *object) {
	if s.Items == nil {
		return
	}
	path := r.path("items")
	if s.Distributed != nil && s.Distributed.Reader != nil {
		r.addf(path, "cannot be given with a reader; keep one of them")
	}
	rendered, evaluated := r.value(path, s.Items, ofInput)
	if r.language == JSONPath {
		if !evaluated {
			r.addf(path, "is literal, but JSONPath allows a path here; use JSONata, or a Pass state before")
		}
		if text, ok := rendered.(string); ok {
			r.onlyReference(path, text)
		}
		o.set("ItemsPath", rendered)
		return
	}
	if _, isList := s.Items.(List); !isList && !evaluatedJSONata(rendered) {
		r.addf(path, "is no list; give a List, or text that is computed, such as asl.Input(\"files\")")
	}
	o.set("Items", rendered)
}

func evaluatedJSONata(rendered any) bool {
	text, ok := rendered.(string)
	return ok && len(text) > 4 && text[:2] == "{%"
}

var labelPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

func (d Distributed) render(r *renderer, o *object) object {
	if r.workflow == Express {
		r.addf(r.path("distributed"), "is not possible in an express workflow; use a standard one")
	}
	if r.machine == "" {
		r.addf("name", "is missing; the distributed map %q starts executions of the machine itself, which its permission names", r.state)
	}
	if d.Label != "" {
		if !labelPattern.MatchString(d.Label) {
			r.addf(r.path("distributed.label"), "%q is no label; use at most 40 letters, digits, hyphens and underscores", d.Label)
		}
		o.set("Label", d.Label)
	}
	if d.Reader != nil {
		o.set("ItemReader", d.Reader.render(r))
	}
	d.batch(r, o)
	if d.Writer != nil {
		o.set("ResultWriter", d.Writer.render(r))
	}
	if d.ToleratedFailurePercentage != 0 {
		r.between(r.path("distributed.toleratedFailurePercentage"), d.ToleratedFailurePercentage, 0, 100)
		o.set("ToleratedFailurePercentage", d.ToleratedFailurePercentage)
	}
	if d.ToleratedFailureCount != 0 {
		r.between(r.path("distributed.toleratedFailureCount"), d.ToleratedFailureCount, 0, maxInterval)
		o.set("ToleratedFailureCount", d.ToleratedFailureCount)
	}
	kind := d.ExecutionType
	if kind == "" {
		kind = Standard
	}
	oneOf(r, r.path("distributed.executionType"), kind, Standard, Express)
	return object{{"Mode", "DISTRIBUTED"}, {"ExecutionType", string(kind)}}
}

func (d Distributed) batch(r *renderer, o *object) {
	batcher := object{}
	if d.MaxItemsPerBatch != 0 {
		r.between(r.path("distributed.maxItemsPerBatch"), d.MaxItemsPerBatch, 1, maxInterval)
		batcher.set("MaxItemsPerBatch", d.MaxItemsPerBatch)
	}
	if d.MaxInputBytesPerBatch != 0 {
		r.between(r.path("distributed.maxInputBytesPerBatch"), d.MaxInputBytesPerBatch, 1, maxPayload)
		batcher.set("MaxInputBytesPerBatch", d.MaxInputBytesPerBatch)
	}
	if len(d.BatchInput) > 0 {
		if len(batcher) == 0 {
			r.addf(r.path("distributed.batchInput"), "needs batches; set MaxItemsPerBatch or MaxInputBytesPerBatch")
		}
		r.field(&batcher, r.path("distributed.batchInput"), "BatchInput", d.BatchInput, ofInput)
	}
	if len(batcher) > 0 {
		o.set("ItemBatcher", batcher)
	}
}

func (i ItemReader) source() ItemSource {
	if i.Source == "" {
		return ObjectListing
	}
	return i.Source
}

func (i ItemReader) render(r *renderer) object {
	path := r.path("distributed.reader")
	r.requiredString(path+".bucket", i.Bucket, "the name of a bucket")
	source := i.source()
	oneOf(r, path+".source", source, ObjectListing, CSV, JSONFile, JSONLines, Manifest)
	arguments := fields{{"Bucket", Text(i.Bucket)}}
	resource := "s3:getObject"
	if source == ObjectListing {
		resource = "s3:listObjectsV2"
		arguments.text("Prefix", i.Prefix)
		if i.Key != "" {
			r.addf(path+".key", "is not read by a listing; use Prefix, or another Source")
		}
	} else {
		r.required(path+".key", i.Key, "the key of the object")
		arguments.text("Key", i.Key)
		if i.Prefix != "" {
			r.addf(path+".prefix", "is for a listing; use Key, or Source ObjectListing")
		}
	}
	config := object{}
	if source != ObjectListing {
		config.set("InputType", string(source))
	}
	switch {
	case source == CSV && len(i.Columns) > 0:
		config.set("CSVHeaderLocation", "GIVEN")
		config.set("CSVHeaders", i.Columns)
	case source == CSV:
		config.set("CSVHeaderLocation", "FIRST_ROW")
	case len(i.Columns) > 0:
		r.addf(path+".columns", "are for CSV; remove them, or set Source to CSV")
	}
	if i.MaxItems != 0 {
		r.between(path+".maxItems", i.MaxItems, 1, 100_000_000)
		config.set("MaxItems", i.MaxItems)
	}
	o := object{{"Resource", "arn:" + r.partition + ":states:::" + resource}}
	if len(config) > 0 {
		o.set("ReaderConfig", config)
	}
	rendered, _ := r.value(path, arguments, ofInput)
	o.set(r.parameters(), rendered)
	return o
}

func (w ResultWriter) render(r *renderer) object {
	path := r.path("distributed.writer")
	r.requiredString(path+".bucket", w.Bucket, "the name of a bucket")
	arguments := fields{{"Bucket", Text(w.Bucket)}}
	arguments.text("Prefix", w.Prefix)
	rendered, _ := r.value(path, arguments, ofInput)
	return object{{"Resource", "arn:" + r.partition + ":states:::s3:putObject"}, {r.parameters(), rendered}}
}
