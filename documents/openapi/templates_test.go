package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/internal/vtltest"
)

// awkward are texts that break templates which do not escape.
var awkward = []string{
	``, `plain`, `it's`, `"quoted"`, `back\slash`, `\'`, `\\'`, `\"`, `a/b`, "two\nlines\tand\rmore", `né à 10 €`, `😀`, `$input.body`, `#set($x = 1)`, `#end`, `@@`, `{"a":"b"}`, `</script>`, "\x01",
}

// TestRequests executes the request templates and reads what Step Functions would get.
func TestRequests(t *testing.T) {
	d := everything()
	approve, _ := templates(t, d, "post", "/model/approve")
	read, _ := templates(t, d, "get", "/model/{name}")
	var requests []vtltest.Request
	for _, each := range awkward {
		body, err := json.Marshal(map[string]any{"name": each, each: []any{1.5, nil, true, map[string]any{"deep": each}}})
		require.NoError(t, err)
		requests = append(requests,
			vtltest.Request{Template: approve, Body: string(body), Context: map[string]any{"requestId": "r-1", "identity": map[string]any{"userArn": "arn:aws:sts::111111111111:assumed-role/dev/o'neil@acme.com"}}},
			vtltest.Request{Template: read, Params: map[string]string{"name": each, "X-Trace": each}, Context: map[string]any{"requestId": "r-2"}},
		)
	}
	answers := vtltest.Run(t, requests)
	for i, each := range awkward {
		type call struct {
			Machine string `json:"stateMachineArn"`
			Input   string `json:"input"`
		}
		var first, second call
		require.NoError(t, json.Unmarshal([]byte(answers[2*i].Output), &first), answers[2*i].Output)
		require.Equal(t, machine, first.Machine)
		require.JSONEq(t, `{"requestId":"r-1","caller":"arn:aws:sts::111111111111:assumed-role/dev/o'neil@acme.com","body":`+requests[2*i].Body+`}`, first.Input)
		require.NoError(t, json.Unmarshal([]byte(answers[2*i+1].Output), &second), answers[2*i+1].Output)
		quoted, err := json.Marshal(each)
		require.NoError(t, err)
		require.JSONEq(t, `{"requestId":"r-2","path":{"name":`+string(quoted)+`},"query":{"limit":""},"headers":{"X-Trace":`+string(quoted)+`}}`, second.Input)
	}
}

// TestAnswers executes the response templates over what Step Functions answers.
func TestAnswers(t *testing.T) {
	_, responses := templates(t, everything(), "post", "/model/approve")
	require.Len(t, responses, 3)
	output := func(status int, body string) string {
		inner, err := json.Marshal(map[string]any{"statusCode": status, "body": body})
		require.NoError(t, err)
		out, err := json.Marshal(map[string]any{"status": "SUCCEEDED", "output": string(inner), "executionArn": "secret"})
		require.NoError(t, err)
		return string(out)
	}
	hidden := `{"status":"FAILED","error":"secret","cause":"secret: 4111 1111 1111 1111"}`
	cases := []struct {
		name, pattern, body string
		status              int
		want                string
	}{
		{"success", "default", output(202, `{"model":"it's \"7\" $5 #1"}`), 202, `{"model":"it's \"7\" $5 #1"}`},
		{"an answer of the machine that is an error", "default", output(404, `{"error":"NotFound"}`), 404, `{"error":"NotFound"}`},
		{"a failure", "default", hidden, 500, `{"error":"InternalError","message":"the request could not be answered","requestId":"r-1"}`},
		{"a timeout", "default", `{"status":"TIMED_OUT","error":"States.Timeout"}`, 504, `{"error":"Timeout","message":"the request took too long","requestId":"r-1"}`},
		{"too large", `4\d{2}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"Value at 'input' failed to satisfy constraint"}`, 413,
			`{"error":"RequestTooLarge","message":"the request is larger than 256 KiB; divide it","requestId":"r-1"}`},
		{"no input", `4\d{2}`, `{"__type":"com.amazonaws.swf.service.v2.model#InvalidExecutionInput"}`, 413, `{"error":"RequestTooLarge","message":"the request is larger than 256 KiB; divide it","requestId":"r-1"}`},
		{"throttled", `4\d{2}`, `{"__type":"ThrottlingException"}`, 429, `{"error":"TooManyRequests","message":"there are too many requests; try again later","requestId":"r-1"}`},
		{"denied", `4\d{2}`, `{"__type":"AccessDeniedException","message":"secret"}`, 0, `{"error":"BadGateway","message":"the request could not be started; try again","requestId":"r-1"}`},
		{"no type", `4\d{2}`, `{}`, 0, `{"error":"BadGateway","message":"the request could not be started; try again","requestId":"r-1"}`},
		{"down", `5\d{2}`, `{"message":"secret"}`, 0, `{"error":"BadGateway","message":"the request could not be started; try again","requestId":"r-1"}`},
	}
	var requests []vtltest.Request
	for _, c := range cases {
		require.Contains(t, responses, c.pattern)
		requests = append(requests, vtltest.Request{Template: responses[c.pattern], Body: c.body, Context: map[string]any{"requestId": "r-1"}})
	}
	for i, got := range vtltest.Run(t, requests) {
		t.Run(cases[i].name, func(t *testing.T) {
			require.JSONEq(t, cases[i].want, got.Output)
			require.Equal(t, cases[i].status, got.Status)
			require.NotContains(t, got.Output, "secret")
		})
	}
}

// TestOtherIntegrations executes the templates of endpoints and of answers without a backend.
func TestOtherIntegrations(t *testing.T) {
	d := everything()
	infer, inferred := templates(t, d, "post", "/infer")
	d.Operations[3].Integration = openapi.InvokeEndpoint{Endpoint: "wine", RoleARN: role}
	whole, _ := templates(t, d, "post", "/infer")
	health, healthy := templates(t, d, "get", "/health")
	context := map[string]any{"requestId": "r-1"}
	got := vtltest.Run(t, []vtltest.Request{
		{Template: infer, Body: `{"row":[1,2.5]}`}, {Template: whole, Body: `{"row":[1,2.5]}`}, {Template: inferred["default"], Body: `{"score":0.5}`},
		{Template: inferred[`4\d{2}`], Body: `{"message":"secret"}`, Context: context}, {Template: health}, {Template: healthy["default"]},
	})
	var outputs []string
	for _, each := range got {
		outputs = append(outputs, each.Output)
	}
	require.Equal(t, []string{
		`[1,2.5]`, `{"row":[1,2.5]}`, `{"score":0.5}`, `{"error":"ModelError","message":"the endpoint refused the request","requestId":"r-1"}`, `{"statusCode":200}`, `{}`,
	}, outputs)
}
