package modelapi_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/internal/aslnode"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

func taskNames(states []asl.State) []string {
	var names []string
	for _, state := range states {
		switch s := state.(type) {
		case asl.Task:
			names = append(names, s.Name)
		case asl.Map:
			names = append(names, taskNames(s.States)...)
		}
	}
	return names
}

func scores(body any) attempts { return gives(object{"Body": body, "ContentType": "text/csv"}) }

func score(transactions any, more ...string) object {
	body := object{"transactions": transactions}
	for i := 0; i < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	return object{"requestId": "r-1", "body": body}
}

func rows(rows ...any) object {
	out := object{}
	for i, row := range rows {
		out[fmt.Sprint("t", i)] = row
	}
	return out
}

func fraud(is int, chance float64) object { return object{"is_fraud": is, "fraud_chance": chance} }

var (
	noTransactions = wrong("BadRequest", "are missing; give an object of transactions by keys of your own", "transactions")
	modelError     = wrong("ModelError", "the model did not answer with a score for each transaction")
	two            = rows([]any{1, 2.5}, []any{3, 4})
)

func badRow(field string) object {
	return wrong("BadRequest", "is no list of numbers; give the model's features in their order", field)
}

const invoke = "Invoke endpoint"

var inferences = []execution{
	{"infer", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("0.98765\n0.1\n")}, invoke, 200, object{"t0": fraud(1, 98.76), "t1": fraud(0, 10)}},
	{"infer one", modelapi.Infer, score(rows([]any{1}), "endpoint_name", "wine"), tasks{invoke: scores("0.6")}, invoke, 200, object{"t0": fraud(1, 60)}},
	{"infer with commas", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("5.9e-1,1")}, invoke, 200, object{"t0": fraud(0, 59), "t1": fraud(1, 100)}},
	{"infer with a version", modelapi.Infer, score(two, "model_package_arn", packageARN), tasks{"Read package": gives(live()), "Read endpoint": gives(endpoint("InService", configuration)), invoke: scores("0\n1")},
		"Read package, Read endpoint, " + invoke, 200, object{"t0": fraud(0, 0), "t1": fraud(1, 100)}},
	{"infer with a version that waits", modelapi.Infer, score(two, "model_package_arn", packageARN), tasks{"Read package": gives(pending())}, "Read package", 409,
		wrong("NotDeployed", "the model is not deployed to wine; deploy it, or wait until it is")},
	{"infer with a version that was replaced", modelapi.Infer, score(two, "model_package_arn", packageARN), tasks{"Read package": gives(live()), "Read endpoint": gives(endpoint("InService", "wine-approved-9"))},
		"Read package, Read endpoint", 409, wrong("NotDeployed", "the endpoint wine serves another model by now; deploy this one again, or ask for that one")},
	{"infer with an unknown version", modelapi.Infer, score(two, "model_package_arn", packageARN), tasks{"Read package": refuses(noPackage)}, "Read package", 404, wrong("NotFound", "there is no such model or endpoint")},
	{"infer with a bad version", modelapi.Infer, score(two, "model_package_arn", "7"), nil, "", 400, badARN},
	{"infer with both, one wrong", modelapi.Infer, score(two, "model_package_arn", "7", "endpoint_name", "wine"), nil, "", 400, badARN},
	{"infer at another endpoint", modelapi.Infer, score(two, "endpoint_name", "beer"), nil, "", 404, wrong("NotFound", "there is no such endpoint; the endpoint is wine", "endpoint_name")},
	{"infer nowhere", modelapi.Infer, score(two), nil, "", 400, wrong("BadRequest", "is missing; give endpoint_name or model_package_arn", "endpoint_name")},
	{"infer without transactions", modelapi.Infer, ask(object{"endpoint_name": "wine"}), nil, "", 400, noTransactions},
	{"infer a list", modelapi.Infer, score([]any{1}, "endpoint_name", "wine"), nil, "", 400, noTransactions},
	{"infer no transactions", modelapi.Infer, score(object{}, "endpoint_name", "wine"), nil, "", 400, noTransactions},
	{"infer a text", modelapi.Infer, score(rows([]any{1}, []any{"4111 1111"}), "endpoint_name", "wine"), nil, "", 400, badRow("transactions.t1")},
	{"infer null", modelapi.Infer, score(rows([]any{1, nil}), "endpoint_name", "wine"), nil, "", 400, badRow("transactions.t0")},
	{"infer an empty row", modelapi.Infer, score(rows([]any{}), "endpoint_name", "wine"), nil, "", 400, badRow("transactions.t0")},
	{"infer an object", modelapi.Infer, score(rows(object{"a": 1}), "endpoint_name", "wine"), nil, "", 400, badRow("transactions.t0")},
	{"infer a number", modelapi.Infer, score(rows(1), "endpoint_name", "wine"), nil, "", 400, badRow("transactions.t0")},
	{"too few scores", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("0.5")}, invoke, 502, modelError},
	{"too many scores", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("0.5,0.5,0.5")}, invoke, 502, modelError},
	{"scores that are none", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("0.5,high")}, invoke, 502, modelError},
	{"no scores", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores("")}, invoke, 502, modelError},
	{"scores in JSON", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: scores(object{"scores": []any{1, 2}})}, invoke, 502, modelError},
	{"the model fails", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("SageMakerRuntime.ModelErrorException", "secret row")}, invoke, 502, wrong("ModelError", "the model could not score the transactions")},
	{"the model starts", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("SageMakerRuntime.ModelNotReadyException", "")}, invoke, 503, wrong("NotReady", "the model is starting; try again later")},
	{"no endpoint", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("SageMakerRuntime.ValidationErrorException", "Endpoint wine of account 1 not found.")}, invoke, 409,
		wrong("NotDeployed", "no model is deployed to wine yet, or it takes no such request")},
	{"the model is slow", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("States.Timeout", "")}, invoke, 504, wrong("Timeout", "the model took too long; send fewer transactions")},
	{"too many requests", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("SageMakerRuntime.SageMakerRuntimeException", noTime)}, invoke, 429,
		wrong("TooManyRequests", "SageMaker has too many requests; try again later")},
	{"infer without permission", modelapi.Infer, score(two, "endpoint_name", "wine"), tasks{invoke: fails("SageMakerRuntime.SageMakerRuntimeException", denied)}, invoke, 502, wrong("BadGateway", "SageMaker could not do it")},
}

// payment is one of the data set of the first such API, which is public.
func payment(change ...any) object {
	out := object{
		"step": 668, "type": "TRANSFER", "amount": 307455.42, "nameOrig": "C1775746074", "oldbalanceOrg": 307455.42, "newbalanceOrig": 0,
		"nameDest": "C746009679", "oldbalanceDest": 0, "newbalanceDest": 0, "isFlaggedFraud": 0,
	}
	for i := 0; i < len(change); i += 2 {
		if out[change[i].(string)] = change[i+1]; change[i+1] == nil {
			delete(out, change[i].(string))
		}
	}
	return out
}

func TestFeatures(t *testing.T) {
	odd := func(field string) object {
		return wrong("BadRequest", "is missing or of another type; give a number, or a text where the feature is one of texts", field)
	}
	chance := func(is int, chance float64) object { return object{"suspicious": is, "chance": chance} }
	run(t, paysim(), []execution{
		{"infer", modelapi.Infer, score(rows(payment()), "endpoint_name", "wine"), tasks{invoke: scores("0.75")}, invoke, 200, object{"t0": chance(1, 75)}},
		{"below", modelapi.Infer, score(rows(payment()), "endpoint_name", "wine"), tasks{invoke: scores("0.7499")}, invoke, 200, object{"t0": chance(0, 74.99)}},
		{"a field is missing", modelapi.Infer, score(rows(payment(), payment("amount", nil)), "endpoint_name", "wine"), nil, "", 400, odd("transactions.t1.amount")},
		{"a field that is taken off is missing", modelapi.Infer, score(rows(payment("newbalanceDest", nil)), "endpoint_name", "wine"), nil, "", 400, odd("transactions.t0.newbalanceDest")},
		{"a text for a number", modelapi.Infer, score(rows(payment("step", "1")), "endpoint_name", "wine"), nil, "", 400, odd("transactions.t0.step")},
		{"a number for a text", modelapi.Infer, score(rows(payment("type", 1)), "endpoint_name", "wine"), nil, "", 400, odd("transactions.t0.type")},
		{"a row of numbers", modelapi.Infer, score(rows([]any{1, 2}), "endpoint_name", "wine"), nil, "", 400, odd("transactions.t0")},
	})
}

// TestRows compares what the model gets with a computation of its own, over random transactions.
func TestRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var requests []aslnode.Request
	var want []string
	m := definition(t, machines(t, paysim())[modelapi.Infer])
	for n := 1; n <= 20; n++ {
		transactions, lines := object{}, []string{}
		for i := range n {
			kind := []string{"CASH_OUT", "TRANSFER", "PAYMENT", "it's \"other\""}[random.IntN(4)]
			amount := func() float64 { return float64(random.IntN(100000)) / 4 }
			p := payment("step", random.IntN(700), "type", kind, "amount", amount(), "oldbalanceOrg", amount(), "newbalanceOrig", amount(), "oldbalanceDest", amount(), "newbalanceDest", amount())
			transactions[fmt.Sprintf("key %02d", i)] = p
			is := func(yes bool) int {
				if yes {
					return 1
				}
				return 0
			}
			cells := []any{p["step"], p["amount"], p["oldbalanceOrg"], p["oldbalanceDest"], is(kind == "CASH_OUT"), is(kind != "CASH_OUT" && kind != "TRANSFER"), is(kind == "TRANSFER"),
				p["newbalanceOrig"].(float64) - p["oldbalanceOrg"].(float64), p["newbalanceDest"].(float64) - p["oldbalanceDest"].(float64)}
			var texts []string
			for _, cell := range cells {
				text, err := json.Marshal(cell)
				require.NoError(t, err)
				texts = append(texts, string(text))
			}
			lines = append(lines, strings.Join(texts, ","))
		}
		// The model answers with what it got, which is no score: so the rows are read from the arguments of the call.
		input := score(transactions, "endpoint_name", "wine")
		requests = append(requests, aslnode.Request{Run: endingWith(t, m, invoke), Input: input, Tasks: tasks{}, Context: object{"Execution": object{"Input": input}}})
		want = append(want, strings.Join(lines, "\n"))
	}
	for i, got := range aslnode.Node(t, requests) {
		require.Empty(t, got.Error, got.Cause)
		require.Equal(t, object{"EndpointName": "wine", "ContentType": "text/csv", "Accept": "text/csv", "Body": want[i]}, got.Output)
	}
}

// endingWith is the machine that ends with a task, whose output is what it was called with.
func endingWith(t *testing.T, text json.RawMessage, task string) json.RawMessage {
	t.Helper()
	var machine object
	require.NoError(t, json.Unmarshal(text, &machine))
	call := machine["States"].(object)[task].(object)
	for _, name := range []string{"Next", "Assign", "Output"} {
		delete(call, name)
	}
	call["End"] = true
	out, err := json.Marshal(machine)
	require.NoError(t, err)
	return out
}
