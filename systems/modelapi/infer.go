package modelapi

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// infer asks the endpoint for scores of transactions. No error of it carries any of their data.
func (s Settings) infer() asl.Definition {
	// The keys are kept as a list, because the order of an object's is nobody's promise.
	const transactions, keys, bad, rows, scores, packageARN = "transactions", "keys", "bad", "rows", "scores", "packageArn"
	const given = "$states.input.body"
	const invoke = "Invoke endpoint"
	named := asl.When("$exists(" + given + ".model_package_arn)")
	begin := asl.Object{transactions: asl.Expr(given + ".transactions"), keys: asl.Expr("[$keys(" + given + ".transactions)]"), bad: asl.Expr(s.badTransaction(given + ".transactions"))}
	withPackage := asl.Object{packageARN: asl.Expr(given + ".model_package_arn")}
	maps.Copy(withPackage, begin)
	without := asl.Object{packageARN: asl.Expr(`""`)}
	maps.Copy(without, begin)
	rules := []asl.Rule{
		{If: asl.When(`$not($type(` + given + `.transactions) = "object") or $count($keys(` + given + `.transactions)) = 0`), Next: refuse,
			Assign: refusal(400, "BadRequest", "are missing; give an object of transactions by keys of your own", `"transactions"`)},
		{If: asl.When("$not($exists(" + given + ".endpoint_name)) and $not($exists(" + given + ".model_package_arn))"), Next: refuse,
			Assign: refusal(400, "BadRequest", "is missing; give endpoint_name or model_package_arn", `"endpoint_name"`)},
		{If: asl.When("$exists(" + given + ".endpoint_name) and $not(" + given + `.endpoint_name = ` + jsontext.Compact(s.Endpoint) + ")"), Next: refuse,
			Assign: refusal(404, "NotFound", "there is no such endpoint; the endpoint is "+s.Endpoint, `"endpoint_name"`)},
	}
	for _, rule := range s.packageRules(given + ".model_package_arn") {
		rule.If = asl.And(named, rule.If)
		rules = append(rules, rule)
	}
	rules = append(rules, asl.Rule{If: named, Next: "Are they complete", Assign: withPackage})
	answerOf := asl.Expr(`$string($merge($map($` + keys + `, function($key, $i) {{$key: {` +
		jsontext.Compact(s.Label) + `: $number($scores[$i]) >= ` + number(s.Threshold) + ` ? 1 : 0, ` + jsontext.Compact(s.Score) + `: $round($number($scores[$i]) * 100, 2)}}})))`)
	return s.machine(Infer, "Scores transactions at the endpoint "+s.Endpoint,
		asl.Choice{Name: "Read request", Rules: rules, Default: "Are they complete", Assign: without},
		asl.Choice{
			Name: "Are they complete", Default: "Make rows",
			Rules: []asl.Rule{{If: asl.When("$" + bad + ` != ""`), Next: refuse, Assign: refusal(400, "BadRequest", s.expected(), "$"+bad)}},
		},
		asl.Pass{Name: "Make rows", Assign: asl.Object{rows: asl.Expr(s.rows("$" + transactions))}, Output: asl.Object{}, Next: "Which model"},
		asl.Choice{
			Name: "Which model", Default: invoke,
			Rules: []asl.Rule{{If: asl.When("$" + packageARN + ` != ""`), Next: "Read package", Assign: asl.Object{version: versionOf("$" + packageARN)}}},
		},
		s.readPackage("Is it deployed"),
		asl.Choice{Name: "Is it deployed", Rules: []asl.Rule{s.deployedRule()}, Default: "Read endpoint"},
		s.readEndpoint("Does it serve", nil),
		asl.Choice{Name: "Does it serve", Rules: []asl.Rule{s.servesRule()}, Default: invoke},
		asl.Task{
			Name: invoke, Timeout: 20 * time.Second, Next: "Are there scores", Output: asl.Object{},
			Call: asl.SDKCall{
				Service: "sagemakerruntime", Action: "invokeEndpoint",
				Arguments:   asl.Object{"EndpointName": asl.Text(s.Endpoint), "ContentType": asl.Text("text/csv"), "Accept": asl.Text("text/csv"), "Body": asl.Var(rows)},
				Permissions: []policy.Statement{{Actions: []string{"sagemaker:InvokeEndpoint"}, Resources: []string{s.endpointARN()}}},
			},
			Assign: asl.Object{scores: asl.Expr(`$type($states.result.Body) = "string" ? [$split($trim($states.result.Body), /[\s,]+/)] : []`)},
			Catch: []asl.Catcher{
				{Errors: []string{"SageMakerRuntime.ModelErrorException"}, Next: refuse, Output: asl.Object{}, Assign: refusal(502, "ModelError", "the model could not score the transactions", "")},
				{Errors: []string{"SageMakerRuntime.ModelNotReadyException", "SageMakerRuntime.ServiceUnavailableException"}, Next: refuse, Output: asl.Object{},
					Assign: refusal(503, "NotReady", "the model is starting; try again later", "")},
				{Errors: []string{"SageMakerRuntime.ValidationErrorException"}, Next: refuse, Output: asl.Object{},
					Assign: refusal(409, "NotDeployed", "no model is deployed to "+s.Endpoint+" yet, or it takes no such request", "")},
				{Errors: []string{asl.Timeout}, Next: refuse, Output: asl.Object{}, Assign: refusal(504, "Timeout", "the model took too long; send fewer transactions", "")},
				caught(why)[0],
			},
		},
		asl.Choice{
			Name: "Are there scores", Default: refuse, Assign: refusal(502, "ModelError", "the model did not answer with a score for each transaction", ""),
			Rules: []asl.Rule{{If: asl.When("$count($scores) = $count($" + keys + `) and $count($scores[$contains($, /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/)]) = $count($scores)`), Next: "Scored"}},
		},
		asl.Succeed{Name: "Scored", Output: respond(asl.Int(200), answerOf)},
	)
}

func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }

// expected says what a transaction must be.
func (s Settings) expected() string {
	if len(s.Features) == 0 {
		return "is no list of numbers; give the model's features in their order"
	}
	return "is missing or of another type; give a number, or a text where the feature is one of texts"
}

// badTransaction is an expression for the first field that is wrong, or the empty text.
func (s Settings) badTransaction(transactions string) string {
	check := `$type($row) = "array" and $count($row) > 0 and $count($row[$type($) = "number"]) = $count($row) ? [] : ["transactions." & $key]`
	if len(s.Features) > 0 {
		texts, numbers := []string{}, []string{}
		seen := map[string]bool{}
		add := func(list *[]string, field string) {
			if field != "" && !seen[field] {
				*list, seen[field] = append(*list, field), true
			}
		}
		for _, f := range s.Features {
			if f.isText() {
				add(&texts, f.Field)
			} else {
				add(&numbers, f.Field)
				add(&numbers, f.Minus)
			}
		}
		lacks := func(fields []string, kind string) string {
			return `$filter(` + jsontext.Compact(fields) + `, function($field) {$not($type($lookup($row, $field)) = "` + kind + `")})`
		}
		check = `$type($row) = "object" ? $append(` + lacks(numbers, "number") + ", " + lacks(texts, "string") + `).("transactions." & $key & "." & $) : ["transactions." & $key]`
	}
	return `$type(` + transactions + `) = "object" ? ($found := [$keys(` + transactions + `).($key := $; $row := $lookup(` + transactions + `, $key); ` + check + `)]; $count($found) > 0 ? $found[0] : "") : ""`
}

// rows is an expression for the model's input: a line of CSV for each transaction.
func (s Settings) rows(transactions string) string {
	row := "$row"
	if len(s.Features) > 0 {
		var cells []string
		for _, f := range s.Features {
			cells = append(cells, f.cell())
		}
		row = "[" + strings.Join(cells, ", ") + "]"
	}
	return `$join($map($keys, function($key) {($row := $lookup(` + transactions + `, $key); $join($map(` + row + `, function($cell) {$string($cell)}), ","))}), "\n")`
}

func (f Feature) cell() string {
	field := "$lookup($row, " + jsontext.Compact(f.Field) + ")"
	switch {
	case f.Minus != "":
		return "$round(" + field + " - $lookup($row, " + jsontext.Compact(f.Minus) + "), 6)"
	case len(f.In) > 0:
		return field + " in " + jsontext.Compact(f.In) + " ? 1 : 0"
	case len(f.NotIn) > 0:
		return field + " in " + jsontext.Compact(f.NotIn) + " ? 0 : 1"
	}
	return field
}
