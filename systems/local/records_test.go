package local

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRecords(t *testing.T) {
	// The model answers each line with how many fields it has.
	count := func(body []byte) ([]byte, error) {
		var out bytes.Buffer
		for _, line := range nonEmpty(body) {
			out.WriteString(string(rune('0'+strings.Count(string(line), ",")+1)) + "\n")
		}
		return out.Bytes(), nil
	}
	whole := func(body []byte) ([]byte, error) { return []byte("<" + string(body) + ">"), nil }
	score := func(body []byte) ([]byte, error) {
		return bytes.Repeat([]byte(`{"score":0.5,"label":"a"}`+"\n"), len(nonEmpty(body))), nil
	}
	for name, test := range map[string]struct {
		arguments, content, want string
		ask                      func([]byte) ([]byte, error)
	}{
		"whole":       {`{}`, "1,2\n3,4\n", "<1,2\n3,4\n>", whole},
		"lines":       {`{"TransformInput": {"SplitType": "Line"}, "BatchStrategy": "SingleRecord"}`, "1\n2", "<1\n><2>", whole},
		"with breaks": {`{"TransformInput": {"SplitType": "Line"}, "BatchStrategy": "SingleRecord", "TransformOutput": {"AssembleWith": "Line"}}`, "1\n2", "<1\n>\n<2>\n", whole},
		"batches":     {`{"TransformInput": {"SplitType": "Line"}}`, "1\n2\n", "<1\n2\n>", whole},
		"label first": {`{"TransformInput": {"ContentType": "text/csv", "SplitType": "Line"}, "DataProcessing": {"InputFilter": "$[1:]"}}`, "0,1,2\n1,1,2\n", "2\n2\n", count},
		"last two":    {`{"TransformInput": {"ContentType": "text/csv"}, "DataProcessing": {"InputFilter": "$[-2:]"}}`, "0,1,2\n", "2\n", count},
		"joined": {`{"TransformInput": {"ContentType": "text/csv", "SplitType": "Line"}, "DataProcessing": {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}}`,
			"7,1,2\n8,\"a,b\",2\n", "7,2\n8,3\n", count},
		"json": {`{"TransformInput": {"ContentType": "application/jsonlines", "SplitType": "Line"}, "DataProcessing": {"JoinSource": "Input", "OutputFilter": "$.SageMakerOutput.score"}}`,
			`{"x": 1}` + "\n", "0.5\n", score},
	} {
		t.Run(name, func(t *testing.T) {
			var arguments map[string]any
			require.NoError(t, decode([]byte(test.arguments), &arguments))
			r, err := newRecords(arguments)
			require.NoError(t, err)
			got, err := r.transform([]byte(test.content), test.ask)
			require.NoError(t, err)
			require.Equal(t, test.want, string(got))
		})
	}
	for arguments, want := range map[string]string{
		`{"TransformInput": {"SplitType": "RecordIO"}}`:                                                   "the input is split by RecordIO, which is not cut here; split by Line, or not at all",
		`{"TransformInput": {"ContentType": "text/csv"}, "DataProcessing": {"InputFilter": "$[?(@.a)]"}}`: `the filter "$[?(@.a)]" is not understood here; use $ with keys, positions and ranges`,
		`{"TransformInput": {"ContentType": "image/png"}, "DataProcessing": {"JoinSource": "Input"}}`:     `records of "image/png" are neither filtered nor joined; use text/csv, application/json or application/jsonlines`,
	} {
		var parsed map[string]any
		require.NoError(t, json.Unmarshal([]byte(arguments), &parsed))
		_, err := newRecords(parsed)
		require.EqualError(t, err, want)
	}
}

func TestConditions(t *testing.T) {
	for text, want := range map[string]any{
		`{"Type": "Equals", "LeftValue": 1, "RightValue": 1.0}`:                                                                                      true,
		`{"Type": "Equals", "LeftValue": "a", "RightValue": "b"}`:                                                                                    false,
		`{"Type": "Equals", "LeftValue": true, "RightValue": true}`:                                                                                  true,
		`{"Type": "Equals", "LeftValue": "1", "RightValue": 1}`:                                                                                      `"1" and 1 are not of the same type; compare two numbers, two texts or two truth values`,
		`{"Type": "GreaterThan", "LeftValue": "2026-12-02T00:00:00.000Z", "RightValue": "2026-12-01"}`:                                               true,
		`{"Type": "GreaterThanOrEqualTo", "LeftValue": 2, "RightValue": 2}`:                                                                          true,
		`{"Type": "LessThan", "LeftValue": 10, "RightValue": 9}`:                                                                                     false,
		`{"Type": "LessThanOrEqualTo", "LeftValue": 9, "RightValue": 10}`:                                                                            true,
		`{"Type": "In", "QueryValue": "b", "Values": ["a", "b"]}`:                                                                                    true,
		`{"Type": "In", "QueryValue": "c", "Values": ["a", 1]}`:                                                                                      false,
		`{"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": 1, "RightValue": 2}}`:                                                          true,
		`{"Type": "Or", "Conditions": [{"Type": "LessThan", "LeftValue": 2, "RightValue": 1}, {"Type": "Equals", "LeftValue": 1, "RightValue": 1}]}`: true,
		`{"Type": "Like", "LeftValue": 1, "RightValue": 1}`:                                                                                          `"Like" is no condition that is known here`,
	} {
		var condition any
		require.NoError(t, decode([]byte(text), &condition))
		got, err := holds([]any{condition})
		if message, wrong := want.(string); wrong {
			require.EqualError(t, err, message)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

func TestLookup(t *testing.T) {
	var document any
	require.NoError(t, decode([]byte(`{"a": {"b c": [{"OutputName": "train", "S3Output": {"S3Uri": "s3://x"}}, 7]}, "m": {"x": 1}}`), &document))
	for path, want := range map[string]any{
		"a['b c']['train'].S3Output.S3Uri": "s3://x", "a['b c'][1]": json.Number("7"), `m["x"]`: json.Number("1"), "m.x": json.Number("1"),
	} {
		got, err := lookup(document, path)
		require.NoError(t, err)
		require.Equal(t, want, got, path)
	}
	for _, path := range []string{"a.b", "a['b c'][2]", "a['b c']['test']", "a['b", "m.x.y"} {
		_, err := lookup(document, path)
		require.EqualError(t, err, "there is no "+path)
	}
}

func TestStore(t *testing.T) {
	s := newStore("root", map[string]string{"s3://data/raw/": "here", "s3://data/raw/deep": "there"})
	for uri, want := range map[string]string{
		"s3://data/raw": "here", "s3://data/raw/": "here", "s3://data/raw/a/b": "here/a/b", "s3://data/raw/deep/c": "there/c", "s3://data/rawer": "root/data/rawer",
		"s3://data/raw/../../x": "here/x",
	} {
		got, err := s.path(uri)
		require.NoError(t, err)
		require.Equal(t, filepath.FromSlash(want), got, uri)
	}
	for _, uri := range []string{"data", "s3://", "s3://../x", "/etc/passwd"} {
		_, err := s.path(uri)
		require.Error(t, err, uri)
	}
	_, err := s.path("s3://data/raw//a")
	require.EqualError(t, err, `"s3://data/raw//a" has // in it, which S3 takes for another place than /; write a single /, and no / at the end of what more is added to`)
}

func TestDockerfile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "Dockerfile")
	require.NoError(t, os.WriteFile(name, []byte("FROM a AS build\nENV A=1\nENTRYPOINT [\"build\"]\nFROM b\n# ENV C=2\nENV B=2 \\\n  D=\"x y\"\nENTRYPOINT [\"python3\", \"/opt/ml/code/serve.py\"]\n"), 0o644))
	got, err := readDockerfile(name)
	require.NoError(t, err)
	require.Equal(t, dockerfile{[]string{"python3", "/opt/ml/code/serve.py"}, map[string]string{"B": "2", "D": "x y"}}, got)
	require.NoError(t, os.WriteFile(name, []byte("FROM a\nENTRYPOINT exec serve\n"), 0o644))
	got, err = readDockerfile(name)
	require.NoError(t, err)
	require.Equal(t, []string{"/bin/sh", "-c", "exec serve"}, got.entrypoint)
}

func TestAge(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{"P30D": 30 * day, "30d": 30 * day, "T16m": 16 * time.Minute, "P1DT2H3M": day + 2*time.Hour + 3*time.Minute, "5y": 5 * 365 * day} {
		got, err := parseAge(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	_, err := parseAge("soon")
	require.EqualError(t, err, `"soon" is no duration like P30D or PT12H`)
}
