package asl

import (
	"encoding/json"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// common are fields that several kinds of states have.
type common struct {
	name, path, comment, next         string
	language                          QueryLanguage
	end                               bool
	inputPath, resultPath, outputPath DataPath
	assign, resultSelector            Object
	output                            Value
	retry                             []Retrier
	catch                             []Catcher
}

// kinds are the kinds of states, with the fields that each has beside its own: p paths, r results, a variables, o output, n next
// and end, e errors.
var kinds = map[string]string{"Task": "praone", "Parallel": "praone", "Map": "praone", "Pass": "pRaon", "Wait": "paon", "Choice": "pao", "Succeed": "po", "Fail": ""}

func (p *importer) state(name string, o *jsonObject) State {
	path := problem.Key("states", name)
	kind := p.text(o, path, "Type")
	has, known := kinds[kind]
	if !known {
		p.addf(path+".Type", "%q is no kind of state; %s", kind, suggest(kind, keysOf(kinds), "use Task, Choice, Parallel, Map, Wait, Pass, Succeed or Fail"))
		return nil
	}
	// The language of a state without the field is that of the machine, not of the state around it.
	c := common{name: name, path: path, comment: p.text(o, path, "Comment"), language: QueryLanguage(p.text(o, path, "QueryLanguage"))}
	around := p.language
	p.language = p.machine
	if c.language != "" {
		p.language = c.language
	} else if around != p.machine {
		c.language = p.machine
	}
	p.common(o, &c, has)
	var s State
	switch kind {
	case "Task":
		s = p.task(o, c)
	case "Parallel":
		s = p.parallel(o, c)
	case "Map":
		s = p.mapState(o, c)
	case "Pass":
		s = Pass{Name: name, Comment: c.comment, QueryLanguage: c.language, Output: c.output, Parameters: p.literal(o, path, "Parameters"), Result: p.literal(o, path, "Result"),
			InputPath: c.inputPath, ResultPath: c.resultPath, OutputPath: c.outputPath, Assign: c.assign, Next: c.next, End: c.end}
	case "Wait":
		w := Wait{Name: name, Comment: c.comment, QueryLanguage: c.language, Output: c.output, InputPath: c.inputPath, OutputPath: c.outputPath, Assign: c.assign, Next: c.next, End: c.end}
		n, from := p.computed(o, path, "Seconds")
		w.For, w.SecondsFrom = seconds(n), from
		_, known := o.values["Seconds"].(json.Number)
		w.NoDelay = known && n == 0
		w.Until = p.either(o, path, "Timestamp")
		s = w
	case "Choice":
		s = p.choice(o, c)
	case "Succeed":
		s = Succeed{Name: name, Comment: c.comment, QueryLanguage: c.language, Output: c.output, InputPath: c.inputPath, OutputPath: c.outputPath}
	default:
		s = Fail{Name: name, Comment: c.comment, QueryLanguage: c.language, Error: p.either(o, path, "Error"), Cause: p.either(o, path, "Cause")}
	}
	p.done(o, path, "a "+kind+" state with "+string(p.language))
	return s
}

func (p *importer) common(o *jsonObject, c *common, has string) {
	is := func(letter string) bool { return strings.Contains(has, letter) }
	if is("n") {
		c.next, c.end = p.text(o, c.path, "Next"), p.truth(o, c.path, "End")
	}
	if is("a") {
		c.assign = p.fields(o, c.path, "Assign")
	}
	if p.language == JSONata {
		if is("o") {
			c.output = p.value(o, c.path, "Output")
		}
	} else {
		if is("p") {
			c.inputPath, c.outputPath = p.dataPath(o, c.path, "InputPath"), p.dataPath(o, c.path, "OutputPath")
		}
		if is("r") || is("R") {
			c.resultPath = p.dataPath(o, c.path, "ResultPath")
		}
		if is("r") {
			c.resultSelector = p.fields(o, c.path, "ResultSelector")
		}
	}
	if is("e") {
		c.retry, c.catch = p.retry(o, c.path), p.catch(o, c.path)
	}
}

// fields reads a member that is data in an object.
func (p *importer) fields(o *jsonObject, path, name string) Object {
	if !o.has(name) {
		return nil
	}
	out, ok := p.value(o, path, name).(Object)
	if !ok {
		p.addf(below(path, name), "is no object")
	}
	return out
}

func (p *importer) dataPath(o *jsonObject, path, name string) DataPath {
	if !o.has(name) {
		return ""
	}
	switch v := o.take(name).(type) {
	case nil:
		return Discard
	case string:
		return DataPath(v)
	}
	p.addf(below(path, name), "is neither a path nor null")
	return ""
}

func (p *importer) retry(o *jsonObject, path string) []Retrier {
	var out []Retrier
	for i, each := range p.objects(o, path, "Retry") {
		path := problem.Index(path+".Retry", i)
		p.notZero(each, path, "BackoffRate")
		r := Retrier{Errors: p.texts(each, path, "ErrorEquals"), Interval: p.seconds(each, path, "IntervalSeconds"), Backoff: p.number(each, path, "BackoffRate"),
			MaxDelay: p.seconds(each, path, "MaxDelaySeconds"), Jitter: Jitter(p.text(each, path, "JitterStrategy")), Comment: p.text(each, path, "Comment")}
		if each.has("MaxAttempts") {
			r.MaxAttempts = Times(p.whole(each, path, "MaxAttempts"))
		}
		p.done(each, path, "a retrier")
		out = append(out, r)
	}
	return out
}

func (p *importer) catch(o *jsonObject, path string) []Catcher {
	var out []Catcher
	for i, each := range p.objects(o, path, "Catch") {
		path := problem.Index(path+".Catch", i)
		c := Catcher{Errors: p.texts(each, path, "ErrorEquals"), Next: p.text(each, path, "Next"), Assign: p.fields(each, path, "Assign"), Comment: p.text(each, path, "Comment")}
		if p.language == JSONata {
			c.Output = p.value(each, path, "Output")
		} else {
			c.ResultPath = p.dataPath(each, path, "ResultPath")
		}
		p.done(each, path, "a catcher with "+string(p.language))
		out = append(out, c)
	}
	return out
}

func (p *importer) parallel(o *jsonObject, c common) State {
	s := Parallel{Name: c.name, Comment: c.comment, QueryLanguage: c.language, Arguments: p.value(o, c.path, p.parameters()), Retry: c.retry, Catch: c.catch, Output: c.output,
		InputPath: c.inputPath, ResultSelector: c.resultSelector, ResultPath: c.resultPath, OutputPath: c.outputPath, Assign: c.assign, Next: c.next, End: c.end}
	for i, each := range p.objects(o, c.path, "Branches") {
		path := problem.Index(c.path+".Branches", i)
		b := Branch{Comment: p.text(each, path, "Comment")}
		b.StartAt, b.States = p.level(each, path)
		p.done(each, path, "a branch")
		s.Branches = append(s.Branches, b)
	}
	return s
}

func (p *importer) parameters() string {
	if p.language == JSONata {
		return "Arguments"
	}
	return "Parameters"
}

func (p *importer) mapState(o *jsonObject, c common) State {
	s := Map{Name: c.name, Comment: c.comment, QueryLanguage: c.language, Retry: c.retry, Catch: c.catch, Output: c.output, InputPath: c.inputPath,
		ResultSelector: c.resultSelector, ResultPath: c.resultPath, OutputPath: c.outputPath, Assign: c.assign, Next: c.next, End: c.end}
	s.MaxConcurrency, s.MaxConcurrencyFrom = p.computed(o, c.path, "MaxConcurrency")
	s.ItemSelector = p.value(o, c.path, "ItemSelector")
	if p.language == JSONata {
		s.Items = p.value(o, c.path, "Items")
	} else {
		if path := p.text(o, c.path, "ItemsPath"); path != "" {
			s.Items = p.path(path)
		}
		if s.ItemSelector == nil {
			s.ItemSelector = p.value(o, c.path, "Parameters") // its name before ItemSelector
		}
	}
	processor, path := p.object(o, c.path, "ItemProcessor"), c.path+".ItemProcessor"
	if processor == nil {
		processor, path = p.object(o, c.path, "Iterator"), c.path+".Iterator" // its name before ItemProcessor
	}
	if processor == nil {
		p.addf(c.path+".ItemProcessor", "is missing")
		return s
	}
	if config := p.object(processor, path, "ProcessorConfig"); config != nil {
		if mode := p.text(config, path+".ProcessorConfig", "Mode"); mode == "DISTRIBUTED" {
			s.Distributed = &Distributed{ExecutionType: WorkflowType(p.text(config, path+".ProcessorConfig", "ExecutionType"))}
			if s.Distributed.ExecutionType == "" {
				p.addf(path+".ProcessorConfig.ExecutionType", "is missing; a distributed map says STANDARD or EXPRESS")
			}
			p.distributed(o, c.path, s.Distributed)
		} else if mode != "INLINE" && mode != "" {
			p.addf(path+".ProcessorConfig.Mode", "%q is neither INLINE nor DISTRIBUTED", mode)
		}
		p.done(config, path+".ProcessorConfig", "the configuration of a processor")
	}
	s.StartAt, s.States = p.level(processor, path)
	p.text(processor, path, "Comment")
	p.done(processor, path, "a processor")
	return s
}

func (p *importer) distributed(o *jsonObject, path string, d *Distributed) {
	d.Label = p.text(o, path, "Label")
	d.ToleratedFailurePercentage, d.ToleratedFailurePercentageFrom = p.computed(o, path, "ToleratedFailurePercentage")
	d.ToleratedFailureCount, d.ToleratedFailureCountFrom = p.computed(o, path, "ToleratedFailureCount")
	if batcher := p.object(o, path, "ItemBatcher"); batcher != nil {
		path := path + ".ItemBatcher"
		d.MaxItemsPerBatch, d.MaxItemsPerBatchFrom = p.positive(batcher, path, "MaxItemsPerBatch")
		d.MaxInputBytesPerBatch, d.MaxInputBytesPerBatchFrom = p.positive(batcher, path, "MaxInputBytesPerBatch")
		d.BatchInput = p.fields(batcher, path, "BatchInput")
		if len(batcher.keys) == 0 {
			p.addf(path, "is empty; set MaxItemsPerBatch or MaxInputBytesPerBatch, or remove it")
		}
		p.done(batcher, path, "a batcher")
	}
	if reader := p.object(o, path, "ItemReader"); reader != nil {
		d.Reader = p.itemReader(reader, path+".ItemReader")
	}
	if writer := p.object(o, path, "ResultWriter"); writer != nil {
		d.Writer = p.resultWriter(writer, path+".ResultWriter")
	}
}

// bucket reads the name of a bucket. What it may be is not known where it is computed.
func (p *importer) bucket(o *jsonObject, path string) (known string, from Text) {
	bucket := p.either(o, path, "Bucket")
	if bucket.literal() {
		return string(bucket), ""
	}
	return "", bucket
}

func (p *importer) itemReader(o *jsonObject, path string) *ItemReader {
	r := &ItemReader{Source: ObjectListing}
	resource := p.text(o, path, "Resource")
	arguments := p.object(o, path, p.parameters())
	if arguments != nil {
		path := path + "." + p.parameters()
		r.Bucket, r.BucketFrom = p.bucket(arguments, path)
		r.PermissionsElsewhere = r.BucketFrom != ""
		r.Prefix, r.Key, r.VersionID = p.either(arguments, path, "Prefix"), p.either(arguments, path, "Key"), p.either(arguments, path, "VersionId")
		r.Extra = p.rest(arguments, path)
	}
	if config := p.object(o, path, "ReaderConfig"); config != nil {
		path := path + ".ReaderConfig"
		format := ItemSource(p.text(config, path, "InputType"))
		if p.text(config, path, "Transformation") == "LOAD_AND_FLATTEN" {
			r.Contents = format
		} else if format != "" {
			r.Source = format
		}
		p.text(config, path, "CSVHeaderLocation") // follows from the columns
		r.Columns = p.texts(config, path, "CSVHeaders")
		r.Delimiter, r.ItemsPointer = Delimiter(p.text(config, path, "CSVDelimiter")), p.text(config, path, "ItemsPointer")
		r.ManifestType = ManifestType(p.text(config, path, "ManifestType"))
		r.MaxItems, r.MaxItemsFrom = p.positive(config, path, "MaxItems")
		p.done(config, path, "the configuration of a reader")
	}
	if strings.HasSuffix(resource, ":s3:getObject") == (r.Source == ObjectListing) {
		p.addf(path+".Resource", "%q does not read %s; use s3:listObjectsV2 for listings and s3:getObject for objects", resource, r.Source)
	}
	p.done(o, path, "a reader")
	return r
}

// rest is what of the arguments has no field.
func (p *importer) rest(o *jsonObject, path string) Object {
	all, _ := p.read(o, path).(Object)
	var out Object
	for _, name := range o.keys {
		if stripped := strings.TrimSuffix(name, ".$"); !o.read[name] {
			if out == nil {
				out = Object{}
			}
			out[stripped] = all[stripped]
		}
	}
	return out
}

func (p *importer) resultWriter(o *jsonObject, path string) *ResultWriter {
	w := &ResultWriter{}
	p.text(o, path, "Resource")
	if arguments := p.object(o, path, p.parameters()); arguments != nil {
		path := path + "." + p.parameters()
		w.Bucket, w.BucketFrom = p.bucket(arguments, path)
		w.PermissionsElsewhere = w.BucketFrom != ""
		w.Prefix = p.either(arguments, path, "Prefix")
		w.Extra = p.rest(arguments, path)
	}
	if config := p.object(o, path, "WriterConfig"); config != nil {
		w.Transformation = Transformation(p.text(config, path+".WriterConfig", "Transformation"))
		w.Format = ResultFormat(p.text(config, path+".WriterConfig", "OutputType"))
		p.done(config, path+".WriterConfig", "the configuration of a writer")
	}
	p.done(o, path, "a writer")
	return w
}

func (p *importer) choice(o *jsonObject, c common) State {
	s := Choice{Name: c.name, Comment: c.comment, QueryLanguage: c.language, Default: p.text(o, c.path, "Default"), Output: c.output, InputPath: c.inputPath, OutputPath: c.outputPath, Assign: c.assign}
	s.MayFailUnmatched = s.Default == ""
	for i, each := range p.objects(o, c.path, "Choices") {
		path := problem.Index(c.path+".Choices", i)
		r := Rule{Next: p.text(each, path, "Next"), Comment: p.text(each, path, "Comment"), Assign: p.fields(each, path, "Assign")}
		if p.language == JSONata {
			r.Output = p.value(each, path, "Output")
			r.If = p.condition(each, path)
		} else {
			r.If = p.comparison(each, path)
		}
		p.done(each, path, "a rule with "+string(p.language))
		s.Rules = append(s.Rules, r)
	}
	return s
}

// condition is that of a rule with JSONata.
func (p *importer) condition(o *jsonObject, path string) Condition {
	switch v := o.take("Condition").(type) {
	case bool:
		return When(map[bool]string{true: "true", false: "false"}[v])
	case string:
		if isJSONata(v) {
			return When(v)
		}
	}
	p.addf(path+".Condition", "is no expression; write {%% $states.input.x > 1 %%}")
	return nil
}

// comparisons are the functions of this package by their names.
var comparisons = map[string]func(variable Text, value Value) Condition{
	"StringEquals":               func(v Text, to Value) Condition { return StringEquals(v, textValue(to)) },
	"StringLessThan":             func(v Text, to Value) Condition { return StringLessThan(v, textValue(to)) },
	"StringGreaterThan":          func(v Text, to Value) Condition { return StringGreaterThan(v, textValue(to)) },
	"StringLessThanEquals":       func(v Text, to Value) Condition { return StringLessThanEquals(v, textValue(to)) },
	"StringGreaterThanEquals":    func(v Text, to Value) Condition { return StringGreaterThanEquals(v, textValue(to)) },
	"NumericEquals":              NumericEquals,
	"NumericLessThan":            NumericLessThan,
	"NumericGreaterThan":         NumericGreaterThan,
	"NumericLessThanEquals":      NumericLessThanEquals,
	"NumericGreaterThanEquals":   NumericGreaterThanEquals,
	"TimestampEquals":            func(v Text, to Value) Condition { return TimestampEquals(v, textValue(to)) },
	"TimestampLessThan":          func(v Text, to Value) Condition { return TimestampLessThan(v, textValue(to)) },
	"TimestampGreaterThan":       func(v Text, to Value) Condition { return TimestampGreaterThan(v, textValue(to)) },
	"TimestampLessThanEquals":    func(v Text, to Value) Condition { return TimestampLessThanEquals(v, textValue(to)) },
	"TimestampGreaterThanEquals": func(v Text, to Value) Condition { return TimestampGreaterThanEquals(v, textValue(to)) },
	"BooleanEquals": func(v Text, to Value) Condition {
		if b, ok := to.(Bool); ok {
			return BooleanEquals(v, bool(b))
		}
		return BooleanEqualsPath(v, textValue(to))
	},
}

// tests are the functions that ask for the kind of a value.
var tests = map[string]func(variable Text) Condition{
	"IsPresent": IsPresent, "IsNull": IsNull, "IsString": IsString, "IsNumeric": IsNumeric, "IsBoolean": IsBoolean, "IsTimestamp": IsTimestamp,
}

func textValue(v Value) Text { t, _ := v.(Text); return t }

// comparison is the condition of a rule with JSONPath.
func (p *importer) comparison(o *jsonObject, path string) Condition {
	for _, name := range []string{"And", "Or"} {
		if !o.has(name) {
			continue
		}
		var inner []Condition
		for i, each := range p.objects(o, path, name) {
			path := problem.Index(below(path, name), i)
			inner = append(inner, p.comparison(each, path))
			p.done(each, path, "a condition")
		}
		return logical{name, strings.ToLower(name), inner}
	}
	if inner := p.object(o, path, "Not"); inner != nil {
		c := p.comparison(inner, path+".Not")
		p.done(inner, path+".Not", "a condition")
		return Not(c)
	}
	variable := p.path(p.text(o, path, "Variable"))
	for _, name := range o.keys {
		if test := tests[name]; test != nil {
			if yes := p.truth(o, path, name); !yes {
				return Not(test(variable))
			}
			return test(variable)
		}
		if name == matches {
			return StringMatches(variable, p.text(o, path, name))
		}
		operator, isPath := strings.CutSuffix(name, "Path")
		make := comparisons[operator]
		switch {
		case make == nil:
			continue
		case isPath:
			return make(variable, p.path(p.text(o, path, name)))
		}
		return make(variable, p.operand(o, path, name))
	}
	p.addf(path, "is no condition; it has no operator, such as StringEquals")
	return nil
}

// operand is the value that a variable is compared with, of the type that the operator has.
func (p *importer) operand(o *jsonObject, path, name string) Value {
	v := p.read(o.take(name), below(path, name))
	ok := false
	switch {
	case strings.HasPrefix(name, "Numeric"):
		switch v.(type) {
		case Int, Float:
			ok = true
		}
	case strings.HasPrefix(name, "Boolean"):
		_, ok = v.(Bool)
	default:
		_, ok = v.(Text)
	}
	if !ok {
		p.addf(below(path, name), "%s is of the wrong type", encode(o.values[name]))
		return Text("")
	}
	return v
}

// MarshalJSON writes the object as it was read.
func (o *jsonObject) MarshalJSON() ([]byte, error) { return json.Marshal(o.values) }
