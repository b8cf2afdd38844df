package eventtarget

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A Parameter is a value for a parameter of a pipeline.
type Parameter struct {
	Name, Value string
	// Late is set where the value is known when the pipeline starts, and not before.
	Late bool
}

// The limits of parameters.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SageMakerPipelineParameter.html
const (
	maxParameters     = 200
	maxParameterValue = 1024
)

var parameterPattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)

// A declared parameter, as it stands in the definition of a pipeline.
type declared struct {
	Name         string
	Type         string
	DefaultValue json.RawMessage
	EnumValues   []string
}

// checkParameters reports parameters that the pipeline would not take. What it takes is read from its definition in
// JSON; without one, only limits are checked.
func checkParameters(problems *problem.List, path string, parameters []Parameter, definition string) {
	if n := len(parameters); n > maxParameters {
		problems.Addf(path+".parameters", "are %d, %d are allowed; put some into a file in S3", n, maxParameters)
	}
	seen := map[string]bool{}
	for i, p := range parameters {
		at := problem.Index(path+".parameters", i)
		switch {
		case !parameterPattern.MatchString(p.Name):
			problems.Addf(at+".name", "%q is no name of a parameter; use 1 to 64 letters, digits, - and _", p.Name)
		case seen[p.Name]:
			problems.Addf(at+".name", "%q is given twice; drop one", p.Name)
		}
		seen[p.Name] = true
		if n := len(p.Value); n < 1 || n > maxParameterValue && !token.Is(p.Value) {
			problems.Addf(at+".value", "has %d characters, 1 to %d are allowed; pass long text as a file in S3", n, maxParameterValue)
		}
	}
	if definition == "" {
		return
	}
	var parsed struct{ Parameters []declared }
	if err := json.Unmarshal([]byte(definition), &parsed); err != nil {
		problems.Addf(path+".definition", "is no definition of a pipeline in JSON: %v", err)
		return
	}
	for i, p := range parameters {
		if parameterPattern.MatchString(p.Name) {
			checkDeclared(problems, problem.Index(path+".parameters", i), p, parsed.Parameters)
		}
	}
	for _, d := range parsed.Parameters {
		if d.DefaultValue == nil && !seen[d.Name] {
			problems.Addf(path+".parameters", "lack %q, which has no default in the pipeline; give it a value", d.Name)
		}
	}
}

func checkDeclared(problems *problem.List, at string, p Parameter, all []declared) {
	i := slices.IndexFunc(all, func(d declared) bool { return d.Name == p.Name })
	if i < 0 {
		problems.Addf(at+".name", "%q is no parameter of the pipeline%s", p.Name, advise(p.Name, all))
		return
	}
	if p.Late || token.Is(p.Value) {
		return
	}
	d := all[i]
	if !fits(d.Type, p.Value) {
		problems.Addf(at+".value", "%q is no %s, which the parameter %s is; give such a value", p.Value, d.Type, p.Name)
	}
	if len(d.EnumValues) > 0 && !slices.Contains(d.EnumValues, p.Value) {
		problems.Addf(at+".value", "%q is none of the values that the parameter %s allows; use one of %s", p.Value, p.Name, strings.Join(d.EnumValues, ", "))
	}
}

// advise names the parameter that was probably meant, or all.
func advise(name string, all []declared) string {
	if len(all) == 0 {
		return ", which has none; drop it"
	}
	best, distance := "", 4
	var names []string
	for _, d := range all {
		names = append(names, d.Name)
		if n := levenshtein.Distance(name, d.Name, nil); n < distance {
			best, distance = d.Name, n
		}
	}
	if best != "" {
		return "; did you mean " + strconv.Quote(best) + "?"
	}
	return "; use one of " + strings.Join(names, ", ")
}

func fits(kind, value string) bool {
	var err error
	switch kind {
	case "Integer":
		_, err = strconv.ParseInt(value, 10, 64)
	case "Float":
		_, err = strconv.ParseFloat(value, 64)
	case "Boolean":
		return value == "true" || value == "false"
	}
	return err == nil
}
