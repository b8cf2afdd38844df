package pipeline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// message is the JSON of the String as the message of a Fail step.
func message(t require.TestingT, p *pipeline.Pipeline, s pipeline.String) string {
	p.Fail("stop", pipeline.FailArgs{Message: s})
	text, err := p.JSON()
	require.NoError(t, err)
	_, rest, _ := strings.Cut(text, `{"ErrorMessage":`)
	return strings.TrimSuffix(rest, "}}]}")
}

func TestString(t *testing.T) {
	p := pipeline.New("p", pipeline.Props{})
	bucket, n, f, b := p.String("bucket", "x"), p.Integer("n", 1), p.Float("f", 1), p.Boolean("b", true)
	tests := map[string]struct {
		value pipeline.String
		want  string
	}{
		"empty":             {"", `""`},
		"literal":           {"<a> & ${b}", `"<a> & ${b}"`},
		"reference":         {bucket, `{"Get":"Parameters.bucket"}`},
		"concatenation":     {"s3://" + bucket + "/x", `{"Std:Join":{"On":"","Values":["s3://",{"Get":"Parameters.bucket"},"/x"]}}`},
		"a number as text":  {n.Text(), `{"Std:Join":{"On":"","Values":[{"Get":"Parameters.n"}]}}`},
		"numbers as text":   {f.Text() + b.Text(), `{"Std:Join":{"On":"","Values":[{"Get":"Parameters.f"},{"Get":"Parameters.b"}]}}`},
		"join":              {pipeline.Join("/", "s3:/", bucket, n.Text()), `{"Std:Join":{"On":"/","Values":["s3:/",{"Get":"Parameters.bucket"},{"Get":"Parameters.n"}]}}`},
		"join in join":      {pipeline.Join("/", pipeline.Join("-", "a", bucket), "b"), `{"Std:Join":{"On":"/","Values":[{"Std:Join":{"On":"-","Values":["a",{"Get":"Parameters.bucket"}]}},"b"]}}`},
		"mixture in a join": {pipeline.Join("/", "a"+bucket, ""), `{"Std:Join":{"On":"/","Values":[{"Std:Join":{"On":"","Values":["a",{"Get":"Parameters.bucket"}]}},""]}}`},
		"join of nothing":   {pipeline.Join("/"), `{"Std:Join":{"On":"/","Values":[]}}`},
		"execution":         {pipeline.ExecutionID, `{"Get":"Execution.PipelineExecutionId"}`},
		"unicode":           {"größer ≥ \u2028", `"größer ≥ \u2028"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			q := pipeline.New("p", pipeline.Props{})
			q.String("bucket", "x")
			q.Integer("n", 1)
			q.Float("f", 1)
			q.Boolean("b", true)
			require.Equal(t, test.want, message(t, q, test.value))
		})
	}
}

// TestConcatenationJoins: however literals and references are mixed, the Join has them in this order, and nothing else.
func TestConcatenationJoins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		literal := rapid.StringMatching(`[a-z0-9/$<>"\\{}']{1,8}`)
		var value pipeline.String
		want := ""
		references := 0
		for range rapid.IntRange(1, 8).Draw(t, "pieces") {
			if rapid.Bool().Draw(t, "reference") {
				value += pipeline.ExecutionID
				want += "{Execution.PipelineExecutionId}"
				references++
				continue
			}
			text := literal.Draw(t, "text")
			value += pipeline.String(text)
			want += text
		}
		var tree any
		require.NoError(t, json.Unmarshal([]byte(message(t, pipeline.New("p", pipeline.Props{}), value)), &tree))
		require.Equal(t, want, flatten(t, tree))
		if _, plain := tree.(string); plain != (references == 0) {
			t.Fatalf("%q became %v", string(value), tree)
		}
	})
}

// flatten writes the tree as text, references in braces.
func flatten(t require.TestingT, tree any) string {
	switch v := tree.(type) {
	case string:
		return v
	case map[string]any:
		if path, ok := v["Get"]; ok {
			return "{" + path.(string) + "}"
		}
		out := ""
		for _, each := range v["Std:Join"].(map[string]any)["Values"].([]any) {
			out += flatten(t, each)
		}
		return out
	}
	require.Fail(t, "unexpected", "%v", tree)
	return ""
}

// FuzzString: whatever text stands in a step, building neither panics nor writes what is no JSON, and control
// characters of references never get out.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "a", "\x02", "\x03\x02", "\x02g\x03", "\x02gString\x1fExecution.PipelineName\x03", "\x02o/\x1fa\x1f\x02gString\x1fx\x03\x03", "\x02j\x1f\x1f\x03", "\x02j\x1f\x1f\x1f\x03", "\x02j\x1f\x1fp\x1fs3://b/\x02gString\x1fx\x03\x03", "\x02z\x03", "\x1f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := pipeline.New("p", pipeline.Props{})
		p.Fail("stop", pipeline.FailArgs{Message: pipeline.String(text)})
		definition, err := p.JSON()
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(definition)))
		for _, escaped := range []string{`\u0002`, `\u0003`, `\u001f`} {
			require.NotContains(t, definition, escaped)
		}
	})
}

// TestKinds: what does not belong somewhere does not compile there, because its type does not implement the interface.
func TestKinds(t *testing.T) {
	p := pipeline.New("p", pipeline.Props{})
	text, integer, float, boolean := p.String("s", ""), p.Integer("n", 1), p.Float("f", 1), p.Boolean("b", true)
	json := fine(p, "a").JSONGet("f", "a")
	tests := []struct {
		value                   pipeline.Value
		integer, float, boolean bool
	}{
		{text, false, false, false}, {integer, true, true, false}, {float, false, true, false}, {boolean, false, false, true},
		{pipeline.Int(1), true, true, false}, {pipeline.Float(1), false, true, false}, {pipeline.Bool(true), false, false, true},
		{json, true, true, true}, {pipeline.Fields{}, false, false, false}, {pipeline.List{}, false, false, false},
	}
	for _, test := range tests {
		_, isInteger := test.value.(pipeline.IntegerValue)
		_, isFloat := test.value.(pipeline.FloatValue)
		_, isBoolean := test.value.(pipeline.BooleanValue)
		require.Equal(t, []bool{test.integer, test.float, test.boolean}, []bool{isInteger, isFloat, isBoolean}, "%T", test.value)
	}
}

func TestDeepJoinsStayFast(t *testing.T) {
	value := pipeline.ExecutionID
	for range 200 {
		value = pipeline.Join("/", "a", value)
	}
	require.Equal(t, 200, strings.Count(message(t, pipeline.New("p", pipeline.Props{}), value), "Std:Join"))
}

func TestCacheFor(t *testing.T) {
	for age, want := range map[time.Duration]string{
		30 * 24 * time.Hour: "P30D", 12 * time.Hour: "PT12H", 108 * time.Hour: "P4DT12H", 90 * time.Minute: "PT1H30M", 61 * time.Minute: "PT1H1M",
	} {
		p := newPipeline()
		p.Processing("a", pipeline.ProcessingArgs{Image: testImage, CacheFor: age})
		text, err := p.JSON()
		require.NoError(t, err)
		require.Contains(t, text, `"CacheConfig":{"Enabled":true,"ExpireAfter":"`+want+`"}`)
	}
}

func TestNestedStepsLeaveTheTopLevel(t *testing.T) {
	p := newPipeline()
	a, b := fine(p, "a"), fine(p, "b")
	inner := p.Condition("inner", pipeline.ConditionArgs{If: []pipeline.Condition{pipeline.Equals(pipeline.Int(1), pipeline.Int(1))}, Else: []pipeline.Step{b}})
	p.Condition("outer", pipeline.ConditionArgs{If: []pipeline.Condition{pipeline.Equals(pipeline.Int(1), pipeline.Int(1))}, Then: []pipeline.Step{a, inner}})
	text, err := p.JSON()
	require.NoError(t, err)
	var definition struct{ Steps []struct{ Name string } }
	require.NoError(t, json.Unmarshal([]byte(text), &definition))
	require.Len(t, definition.Steps, 1)
	require.Equal(t, "outer", definition.Steps[0].Name)
	for _, name := range []string{"a", "b", "inner"} {
		require.Equal(t, 1, strings.Count(text, `"Name":"`+name+`"`))
	}
}

func TestProps(t *testing.T) {
	p := pipeline.New("wine", pipeline.Props{MaxParallelSteps: 3})
	require.Equal(t, "wine", p.Name())
	require.Equal(t, pipeline.Props{DisplayName: "wine", MaxParallelSteps: 3, StepQuota: 50}, p.Props())

	p = pipeline.New("wine", pipeline.Props{Experiment: pipeline.Experiment{Disabled: true}})
	p.Fail("stop", pipeline.FailArgs{})
	text, err := p.JSON()
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2020-12-01","Metadata":{},"Parameters":[],"PipelineExperimentConfig":null,`+
		`"Steps":[{"Name":"stop","Type":"Fail","Arguments":{"ErrorMessage":""}}]}`, text)
}

func BenchmarkJSON(b *testing.B) {
	for b.Loop() {
		p := newPipeline()
		for _, name := range []string{"a", "b", "c", "d"} {
			fine(p, name)
		}
		if _, err := p.JSON(); err != nil {
			b.Fatal(err)
		}
	}
}
