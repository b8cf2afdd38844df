package problem_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/problem"
)

func TestList(t *testing.T) {
	var none problem.List
	none.Add("path", nil)
	require.NoError(t, none.Err())

	var inner problem.List
	inner.Addf("name", "%q is taken; choose another", "a")
	inner.Addf("", "something else")
	var l problem.List
	l.Addf(problem.Index("list", 2), "is empty")
	l.Add("props", inner.Err())
	l.Add("", errors.Join(errors.New("one"), errors.Join(errors.New("two"), errors.New("three"))))
	l.Add(problem.Key("pools", "gpu"), errors.New("max: is missing"))
	require.EqualError(t, l.Err(), `list[2]: is empty
props.name: "a" is taken; choose another
props.something else
one
two
three
pools["gpu"].max: is missing`)
	require.Len(t, problem.Split(l.Err()), 7)
}

func TestRename(t *testing.T) {
	var list, outer problem.List
	list.Addf("trust.subjects[0]", "is empty; name one")
	list.Addf("name", "is missing; give one")
	list.Add("trust", errors.New("is none; give one"))
	require.EqualError(t, problem.Rename(list.Err(), "trust.", ""), "subjects[0]: is empty; name one\nname: is missing; give one\nis none; give one")
	outer.Add("plan", problem.Rename(list.Err(), "trust.", "role."))
	require.Equal(t, problem.Problem{Path: "plan.role.subjects[0]", Message: "is empty; name one"}, problem.Split(outer.Err())[0], "the path stays one")
	require.NoError(t, problem.Rename(nil, "a", "b"))
}

func TestChoices(t *testing.T) {
	require.Equal(t, "", problem.Choices[string](nil))
	require.Equal(t, "a", problem.Choices([]string{"a"}))
	require.Equal(t, "a, b or c", problem.Choices([]string{"a", "b", "c"}))
}
