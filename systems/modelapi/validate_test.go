package modelapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/systems/modelapi"
)

func TestErrors(t *testing.T) {
	feature := func(features ...modelapi.Feature) func(*modelapi.Settings) {
		return func(s *modelapi.Settings) { s.Features = features }
	}
	for name, c := range map[string]struct {
		change func(*modelapi.Settings)
		want   string
	}{
		"empty": {func(s *modelapi.Settings) { *s = modelapi.Settings{} }, "scope.region: \"\" is no AWS region; write it like us-west-2\nscope.account: \"\" is no AWS account id; write its 12 digits as a string\n" +
			"endpoint: \"\" is no name of an endpoint; use 1 to 63 letters, digits and hyphens between them\n" +
			"group: \"\" is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them\n" +
			"deploymentARN: \"\" is no ARN of a state machine; give the one that deploys approved models\n" +
			"made: \"\" cannot begin the names of what approvals make; give it as approval.Made does, with a hyphen at its end\n" +
			"tags: are missing; give those that tell the platform's endpoint from others, such as Project and Environment"},
		"name":             {func(s *modelapi.Settings) { s.Name = "wine_api" }, `name: "wine_api" cannot begin the names of the state machines; use 1 to 60 letters, digits and hyphens between them`},
		"long name":        {func(s *modelapi.Settings) { s.Name = strings.Repeat("a", 61) }, `name: "` + strings.Repeat("a", 61) + `" cannot begin the names of the state machines; use 1 to 60 letters, digits and hyphens between them`},
		"group":            {func(s *modelapi.Settings) { s.Group = "Wine" }, `group: "Wine" is no name of a model package group whose packages can be told; use 1 to 63 small letters, digits and hyphens between them`},
		"threshold":        {func(s *modelapi.Settings) { s.Threshold = 1 }, `threshold: 1 is not allowed; use more than 0 and less than 1`},
		"negative":         {func(s *modelapi.Settings) { s.Threshold = -0.5 }, `threshold: -0.5 is not allowed; use more than 0 and less than 1`},
		"label":            {func(s *modelapi.Settings) { s.Label = "is fraud" }, `label: "is fraud" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
		"the same":         {func(s *modelapi.Settings) { s.Score = "is_fraud" }, `score: "is_fraud" is the label too; rename one`},
		"no field":         {feature(modelapi.Feature{}), `features[0].field: "" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
		"minus":            {feature(modelapi.Feature{Field: "a", Minus: "b c"}), `features[0].minus: "b c" is no name of a field; begin with a letter or underscore, and use up to 64 letters, digits and underscores`},
		"two":              {feature(modelapi.Feature{Field: "a", In: []string{"x"}, NotIn: []string{"y"}}), `features[0]: has more than one of minus, in and notIn; keep one`},
		"text":             {feature(modelapi.Feature{Field: "a", In: []string{""}, NotIn: nil}), `features[0].in[0]: "" is no text to compare with; use 1 to 256 characters without ${ and %}`},
		"end":              {feature(modelapi.Feature{Field: "a", NotIn: []string{"x", "%}"}}), `features[0].notIn[1]: "%}" is no text to compare with; use 1 to 256 characters without ${ and %}`},
		"both":             {feature(modelapi.Feature{Field: "a"}, modelapi.Feature{Field: "a", In: []string{"x"}}), `features[1].field: "a" is a number in one feature and a text in another; make it one of them`},
		"taken off":        {feature(modelapi.Feature{Field: "a", In: []string{"x"}}, modelapi.Feature{Field: "b", Minus: "a"}), `features[1].minus: "a" is a text in another feature; take a number off`},
		"taken off before": {feature(modelapi.Feature{Field: "b", Minus: "a"}, modelapi.Feature{Field: "a", In: []string{"x"}}), `features[1].field: "a" is a number in one feature and a text in another; make it one of them`},
	} {
		t.Run(name, func(t *testing.T) {
			s := minimal()
			c.change(&s)
			require.EqualError(t, s.Validate(), c.want)
			_, err := s.Machines()
			require.EqualError(t, err, c.want)
		})
	}
	s := minimal()
	for range 501 {
		s.Features = append(s.Features, modelapi.Feature{Field: "a"})
	}
	require.EqualError(t, s.Validate(), "features: are 501, 500 are allowed; let clients send rows of numbers instead")
}

func TestDocumentErrors(t *testing.T) {
	a := api()
	delete(a.Machines, modelapi.List)
	a.Machines["lists"] = "arn:aws:states:us-west-2:111111111111:stateMachine:wine"
	_, err := minimal().Document(a)
	require.EqualError(t, err, "machines[\"list\"]: is missing; give the ARN of the state machine of this route\n"+
		"machines[\"lists\"]: is no route; use one of infer, list, approve, deploy, delete and describe")
	a = api()
	a.Title, a.RoleARN = "", "role"
	_, err = minimal().Document(a)
	require.ErrorContains(t, err, "title: is missing; name the API")
	require.ErrorContains(t, err, `operations["POST /infer"].integration.roleARN: "role" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`)
}
