package changes

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// values are what a stack file can hold.
func values(depth int) *rapid.Generator[any] {
	scalars := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.IntRange(0, 3), func(n int) any { return json.Number(string(rune('0' + n))) }),
		rapid.Map(rapid.SampledFrom([]string{"", "a", "b", "{}", `{"a":1}`, `["a","b"]`, "[", "`", "${aws_vpc.v.id}"}), func(s string) any { return s }),
	)
	if depth == 0 {
		return scalars
	}
	keys := rapid.SampledFrom([]string{"a", "b", "Sid", "name", "x.y", "password"})
	return rapid.OneOf(scalars,
		rapid.Map(rapid.SliceOfN(values(depth-1), 0, 3), func(list []any) any { return list }),
		rapid.Map(rapid.MapOfN(keys, values(depth-1), 0, 3), func(object map[string]any) any { return object }),
	)
}

// TestWalkFindsEveryDifference: there are differences exactly where values differ, and the values stay as they are.
func TestWalkFindsEveryDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := values(3).Draw(t, "before"), values(3).Draw(t, "after")
		copies := text(before) + text(after)
		there, back := walk("", before, after), walk("", after, before)
		require.Equal(t, reflect.DeepEqual(before, after), len(there) == 0)
		require.Equal(t, len(there) == 0, len(back) == 0)
		require.Empty(t, walk("", before, before))
		for _, each := range there {
			require.NotEmpty(t, plain(each))
		}
		conceal(there)
		require.Equal(t, copies, text(before)+text(after))
	})
}

// outsideCode is what remains of Markdown without its code spans, by CommonMark's rule: a run of backticks opens one,
// and the next run of the same length closes it.
func outsideCode(markdown string) string {
	var out strings.Builder
	for markdown != "" {
		start := strings.IndexByte(markdown, '`')
		if start < 0 {
			break
		}
		out.WriteString(markdown[:start])
		markdown = markdown[start:]
		fence := len(markdown) - len(strings.TrimLeft(markdown, "`"))
		rest, end := markdown[fence:], -1
		for at := 0; at < len(rest); {
			if rest[at] != '`' {
				at++
				continue
			}
			run := len(rest[at:]) - len(strings.TrimLeft(rest[at:], "`"))
			if run == fence {
				end = at + run
				break
			}
			at += run
		}
		if end < 0 {
			out.WriteString(markdown[:fence])
			markdown = rest
			continue
		}
		markdown = rest[end:]
	}
	return out.String() + markdown
}

// TestNothingEscapes: no name and no value gets out of its code span, whatever is in it.
func TestNothingEscapes(t *testing.T) {
	names := rapid.StringOfN(rapid.SampledFrom([]rune("`@<>|[]()!\\\n\r\t\" *_#-~$&;:/ab\u202e\u2028\u200b")), 1, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		name, value := "@evil"+names.Draw(t, "name"), "<evil>"+names.Draw(t, "value")
		body := func(v string) map[string]any { return map[string]any{"tags": map[string]any{name: v}, "bucket": v} }
		with := func(v string) synthesised {
			made := synthesised{stacks: map[string]stack{name: {
				resources: map[string]any{"aws_s3_bucket." + name: body(v)},
				outputs:   map[string]any{name: map[string]any{"value": v}},
				settings:  map[string]any{"provider." + name: map[string]any{"region": v}},
				files:     map[string]string{name: v},
				backend:   map[string]any{"s3": map[string]any{name: v}},
			}}}
			if v == value {
				made.stacks["new"+name] = made.stacks[name]
			} else {
				made.stacks["old"+name] = made.stacks[name]
			}
			made.sort(nil)
			return made
		}
		report := Report{Base: Side{Ref: name, Commit: strings.Repeat("a", 40)}, Stacks: compare(with("x"), with(value))}
		got := report.Markdown(0)
		require.Contains(t, got, "evil")
		rest := outsideCode(got)
		require.NotContains(t, rest, "evil")
		require.NotContains(t, rest, "@")
		require.NotContains(t, rest, "`")
		require.NotContains(t, strings.NewReplacer("<details>", "", "<summary>", "", "</summary>", "", "</details>", "").Replace(rest), "<")
		require.NotContains(t, got, "\u202e")
		require.Equal(t, strings.Count(got, "\n> - "), len(report.warnings()))
	})
}

func TestAppContext(t *testing.T) {
	modules := func(texts ...string) (out []json.RawMessage) {
		for _, each := range texts {
			out = append(out, json.RawMessage(each))
		}
		return out
	}
	for _, each := range []struct {
		before  string
		modules []json.RawMessage
		want    string
	}{
		{"", nil, `{"cdktfRelativeModules":[]}`},
		{"null", nil, `{"cdktfRelativeModules":[]}`},
		{`{"mine":1}`, modules(`"./a"`, `{"name":"b","source":"../b"}`, `"terraform-aws-modules/vpc/aws@3"`, `{"name":"c","source":"acme/c"}`, `7`),
			`{"cdktfRelativeModules":["./a",{"name":"b","source":"../b"}],"mine":1}`},
	} {
		t.Setenv("CDKTF_CONTEXT_JSON", each.before)
		require.Equal(t, "CDKTF_CONTEXT_JSON="+each.want, appContext(each.modules))
	}
}
