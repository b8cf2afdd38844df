package local

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// records say how a transform job cuts its input into requests, and what it makes of the answers.
// https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
type records struct {
	contentType, accept string
	lines               bool // an object is cut into lines
	single              bool // one line in each request
	breaks              bool // between the answers
	payload             int  // bytes of a request
	input, output       filter
	join                bool
}

const defaultPayload = 6 << 20

func newRecords(arguments map[string]any) (*records, error) {
	r := &records{
		contentType: textAt(arguments, "TransformInput.ContentType"), accept: textAt(arguments, "TransformOutput.Accept"),
		single: textAt(arguments, "BatchStrategy") == "SingleRecord", breaks: textAt(arguments, "TransformOutput.AssembleWith") == "Line",
		join: textAt(arguments, "DataProcessing.JoinSource") == "Input", payload: defaultPayload,
	}
	if megabytes := intAt(arguments, "MaxPayloadInMB"); megabytes > 0 {
		r.payload = megabytes << 20
	}
	switch split := textAt(arguments, "TransformInput.SplitType"); split {
	case "", "None":
	case "Line":
		r.lines = true
	default:
		return nil, fmt.Errorf("the input is split by %s, which is not cut here; split by Line, or not at all", split)
	}
	var err error
	if r.input, err = newFilter(textAt(arguments, "DataProcessing.InputFilter")); err != nil {
		return nil, err
	}
	if r.output, err = newFilter(textAt(arguments, "DataProcessing.OutputFilter")); err != nil {
		return nil, err
	}
	if r.filters() && !r.csv() && r.contentType != "application/json" && r.contentType != "application/jsonlines" {
		return nil, fmt.Errorf("records of %q are neither filtered nor joined; use text/csv, application/json or application/jsonlines", r.contentType)
	}
	return r, nil
}

func (r *records) filters() bool { return r.input != nil || r.output != nil || r.join }

func (r *records) csv() bool { return strings.HasPrefix(r.contentType, "text/csv") }

// transform makes the output of one object.
func (r *records) transform(content []byte, ask func([]byte) ([]byte, error)) ([]byte, error) {
	if !r.lines && !r.filters() {
		return ask(content)
	}
	all := bytes.SplitAfter(content, []byte("\n"))
	if !r.csv() && !r.lines {
		all = [][]byte{content}
	}
	var out bytes.Buffer
	var batch [][]byte
	size := 0
	send := func() error {
		if len(batch) == 0 {
			return nil
		}
		answers, err := r.request(batch, ask)
		batch, size = nil, 0
		out.Write(answers)
		if r.breaks && len(answers) > 0 && !bytes.HasSuffix(answers, []byte("\n")) {
			out.WriteByte('\n')
		}
		return err
	}
	for _, line := range all {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if r.single && r.lines || size+len(line) > r.payload {
			if err := send(); err != nil {
				return nil, err
			}
		}
		batch, size = append(batch, line), size+len(line)
	}
	err := send()
	return out.Bytes(), err
}

// request filters, asks, and filters and joins the answers.
func (r *records) request(lines [][]byte, ask func([]byte) ([]byte, error)) ([]byte, error) {
	if !r.filters() {
		return ask(bytes.Join(lines, nil))
	}
	var body bytes.Buffer
	for _, line := range lines {
		record, err := r.parse(line)
		if err != nil {
			return nil, err
		}
		if record, err = r.input.apply(record); err != nil {
			return nil, err
		}
		if err := r.write(&body, record); err != nil {
			return nil, err
		}
	}
	answers, err := ask(body.Bytes())
	if err != nil || r.output == nil && !r.join {
		return answers, err
	}
	found := nonEmpty(answers)
	if len(found) != len(lines) {
		return nil, fmt.Errorf("the model gave %d answers for %d records, so that they can neither be filtered nor joined", len(found), len(lines))
	}
	var out bytes.Buffer
	for i, each := range found {
		answer, err := r.parse(each)
		if err != nil {
			return nil, err
		}
		if r.join {
			record, err := r.parse(lines[i])
			if err != nil {
				return nil, err
			}
			answer = joined(record, answer)
		}
		if answer, err = r.output.apply(answer); err != nil {
			return nil, err
		}
		if err := r.write(&out, answer); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func nonEmpty(text []byte) [][]byte {
	var out [][]byte
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		if len(bytes.TrimSpace(line)) > 0 {
			out = append(out, line)
		}
	}
	return out
}

// parse reads a record: a list of the fields of CSV, or JSON.
func (r *records) parse(line []byte) (any, error) {
	if !r.csv() {
		var out any
		return out, decode(line, &out)
	}
	fields, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return nil, err
	}
	out := make([]any, len(fields))
	for i, each := range fields {
		out[i] = each
	}
	return out, nil
}

func (r *records) write(out *bytes.Buffer, record any) error {
	if !r.csv() {
		text, err := json.Marshal(record)
		out.Write(append(text, '\n'))
		return err
	}
	list, ok := record.([]any)
	if !ok {
		list = []any{record}
	}
	var fields []string
	for _, each := range list {
		fields = append(fields, fmt.Sprint(each))
	}
	writer := csv.NewWriter(out)
	if err := writer.Write(fields); err != nil {
		return err
	}
	writer.Flush()
	return writer.Error()
}

// joined is a record with the answer: behind the fields of CSV, or under the key that SageMaker gives it.
func joined(record, answer any) any {
	switch v := record.(type) {
	case []any:
		if list, ok := answer.([]any); ok {
			return append(v, list...)
		}
		return append(v, answer)
	case map[string]any:
		out := maps.Clone(v)
		out["SageMakerOutput"] = answer
		return out
	}
	return map[string]any{"SageMakerInput": record, "SageMakerOutput": answer}
}

// A filter is a JSONPath of SageMaker: $, keys, positions, lists and ranges of positions.
type filter []string

func newFilter(path string) (filter, error) {
	if path == "" || path == "$" {
		return nil, nil
	}
	rest, ok := strings.CutPrefix(path, "$")
	if !ok || strings.ContainsAny(path, "?@*") || strings.Contains(path, "..") {
		return nil, fmt.Errorf("the filter %q is not understood here; use $ with keys, positions and ranges", path)
	}
	return splitPath(rest), nil
}

func (f filter) apply(record any) (any, error) {
	for _, key := range f {
		list, isList := record.([]any)
		inside := strings.Trim(key, "[]")
		switch {
		case isList && strings.Contains(inside, ":"):
			first, last, _ := strings.Cut(inside, ":")
			from, to := position(first, 0, len(list)), position(last, len(list), len(list))
			record = list[from:max(from, to)]
		case isList && strings.HasPrefix(key, "["):
			var chosen []any
			for _, each := range strings.Split(inside, ",") {
				at := position(strings.TrimSpace(each), -1, len(list))
				if at < 0 || at >= len(list) {
					return nil, fmt.Errorf("the filter takes field %s of a record with %d", each, len(list))
				}
				chosen = append(chosen, list[at])
			}
			record = any(chosen)
			if len(chosen) == 1 {
				record = chosen[0]
			}
		default:
			next, ok := element(record, key)
			if !ok {
				return nil, fmt.Errorf("the filter takes %q, which a record does not have", key)
			}
			record = next
		}
	}
	return record, nil
}

// position is a position in a list, from its end where it is negative.
func position(text string, otherwise, length int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return otherwise
	}
	if n < 0 {
		n += length
	}
	return min(max(n, 0), length)
}
