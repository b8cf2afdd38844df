package asl

import (
	"cmp"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// Map runs its processor once for each item of a list, or for each field of an object. Its result is the list of the outputs.
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
	// Items is the list, or the object whose fields are the items: asl.Input("files"), a List or, with JSONata, an Object. The item of
	// a field is an object with its Key and Value. Default: the state's input.
	// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemspath.html
	Items Value
	// ItemSelector is what each run gets, with MapItem, MapIndex and MapKey. Default: the item.
	// With JSONata it can be an expression as a whole.
	ItemSelector Value
	// StartAt is the first state of the processor to run. Default: the first of the list.
	StartAt string
	// States are the processor. Required.
	States []State
	// MaxConcurrency is the most runs at a time. Default: 0, which is as many as possible.
	MaxConcurrency int
	// MaxConcurrencyFrom computes MaxConcurrency instead.
	MaxConcurrencyFrom Text
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
	// Extra is laid over the state, for fields that have none here. What leads elsewhere or assigns cannot be in it. Default:
	// none.
	Extra Object
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
	// MaxItemsPerBatchFrom and MaxInputBytesPerBatchFrom compute these limits instead.
	MaxItemsPerBatchFrom, MaxInputBytesPerBatchFrom Text
	// ToleratedFailurePercentage is how many runs may fail: 0 to 100. Default: 0.
	ToleratedFailurePercentage int
	// ToleratedFailureCount is how many runs may fail. Default: 0.
	ToleratedFailureCount int
	// ToleratedFailurePercentageFrom and ToleratedFailureCountFrom compute these instead.
	ToleratedFailurePercentageFrom, ToleratedFailureCountFrom Text
}

func (s Map) meta() meta {
	return meta{name: s.Name, kind: "Map", comment: s.Comment, language: s.QueryLanguage, extra: s.Extra, next: s.Next, end: s.End,
		assigns: outcomeAssigns(s.Assign, s.Catch)}
}
func (s Map) edges() []edge { return outcomeEdges(s.Next, s.Assign, s.Catch) }

func (s Map) levels() []level {
	l := level{path: "processor", label: "each item", startAt: s.StartAt, states: s.States, items: true}
	if s.Distributed != nil {
		l.items, l.executions = false, s.Distributed.executionType()
	}
	return []level{l}
}

func (d Distributed) executionType() WorkflowType {
	return cmp.Or(d.ExecutionType, Standard)
}

func (s Map) render(r *renderer) object {
	o := object{}
	r.inputPath(&o, s.InputPath)
	s.items(r, &o)
	if given(s.ItemSelector) {
		r.ofItems = true
		r.payload(&o, r.path("itemSelector"), "ItemSelector", s.ItemSelector)
		r.ofItems = false
	}
	limit := 40
	if s.Distributed != nil {
		limit = 10_000
	}
	r.number(&o, r.path("maxConcurrency"), "MaxConcurrency", s.MaxConcurrency, s.MaxConcurrencyFrom, 0, limit)
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
	if !given(s.Items) {
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
	_, isList := s.Items.(List)
	if _, isObject := s.Items.(Object); !isList && !isObject && !evaluatedJSONata(rendered) {
		r.addf(path, "is neither a list nor an object; give a List, an Object, or text that is computed, such as asl.Input(\"files\")")
	}
	o.set("Items", rendered)
}

func evaluatedJSONata(rendered any) bool {
	text, ok := rendered.(string)
	return ok && len(text) > 4 && text[:2] == "{%"
}

var labelPattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,40}$`)

func (d Distributed) render(r *renderer, o *object) object {
	r.notExpress(r.path("distributed"), "is not possible")
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
	r.number(o, r.path("distributed.toleratedFailurePercentage"), "ToleratedFailurePercentage", d.ToleratedFailurePercentage, d.ToleratedFailurePercentageFrom, 0, 100)
	r.number(o, r.path("distributed.toleratedFailureCount"), "ToleratedFailureCount", d.ToleratedFailureCount, d.ToleratedFailureCountFrom, 0, maxInterval)
	kind := d.executionType()
	oneOf(r, r.path("distributed.executionType"), kind, Standard, Express)
	return object{{"Mode", "DISTRIBUTED"}, {"ExecutionType", string(kind)}}
}

func (d Distributed) batch(r *renderer, o *object) {
	batcher := object{}
	r.number(&batcher, r.path("distributed.maxItemsPerBatch"), "MaxItemsPerBatch", d.MaxItemsPerBatch, d.MaxItemsPerBatchFrom, 1, maxInterval)
	r.number(&batcher, r.path("distributed.maxInputBytesPerBatch"), "MaxInputBytesPerBatch", d.MaxInputBytesPerBatch, d.MaxInputBytesPerBatchFrom, 1, maxPayload)
	if d.BatchInput != nil {
		if len(batcher) == 0 {
			r.addf(r.path("distributed.batchInput"), "needs batches; set MaxItemsPerBatch or MaxInputBytesPerBatch")
		}
		r.field(&batcher, r.path("distributed.batchInput"), "BatchInput", d.BatchInput, ofInput)
	}
	if len(batcher) > 0 {
		o.set("ItemBatcher", batcher)
	}
}
