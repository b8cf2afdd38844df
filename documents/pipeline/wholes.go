package pipeline

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// wholes reports references to objects and lists of other steps where there is place for one value alone: within text, in messages
// and conditions, and in arguments of the API that are no objects.
func (c *checker) wholes(at string, reader Step, request any) {
	outer := c.at
	c.at = at
	defer func() { c.at = outer }()
	_, fails := reader.(*FailStep)
	_, decides := reader.(*ConditionStep)
	seen := map[string]bool{}
	report := func(node any) {
		if said := c.whole(node); said != "" && !seen[said] {
			seen[said] = true
			c.addf("", "%s", said)
		}
	}
	walk(request, func(node any) {
		if joined, ok := node.(join); ok {
			for _, each := range joined.values {
				report(each)
			}
		}
		if fails || decides {
			report(node)
		}
	})
	operation := operations[reader.core().typ]
	tree, isObject := request.(object)
	if operation == "" || !isObject || reader.core().options.Unchecked {
		return
	}
	arguments, _ := tree.get("Arguments")
	var found problem.List
	servicemodel.CheckArguments(&found, "arguments", "sagemaker", operation, c.onlyWholes(arguments))
	for _, each := range problem.Split(found.Err()) {
		if field, wrong, _ := strings.Cut(each.Error(), ": "); strings.HasPrefix(wrong, "refers to step ") && !seen[wrong] {
			c.addf(field, "%s", wrong)
		}
	}
}

// whole says what is wrong with the reference where a value is wanted, and "" if it is one.
func (c *checker) whole(node any) string {
	ref, ok := node.(get)
	if !ok || !strings.HasPrefix(ref.path, "Steps.") {
		return ""
	}
	name, property, _ := strings.Cut(strings.TrimPrefix(ref.path, "Steps."), ".")
	target, ok := c.byName[name]
	if !ok {
		return ""
	}
	kind, inside := servicemodel.Holds(property, answers[target.core().typ]...)
	if kind == "" {
		return ""
	}
	return `refers to step "` + name + `", for its ` + property + ", which is " + kind + " and no single value; go on to one of its values, such as " + inside
}

// onlyWholes is the tree with servicemodel.Unknown for all but references to objects and lists.
func (c *checker) onlyWholes(tree any) any {
	switch v := tree.(type) {
	case object:
		var out []servicemodel.Member
		for _, m := range v {
			out = append(out, servicemodel.Member{Key: m.key, Value: c.onlyWholes(m.value)})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = c.onlyWholes(each)
		}
		return out
	}
	if said := c.whole(tree); said != "" {
		return servicemodel.Whole(said)
	}
	return servicemodel.Unknown{}
}
