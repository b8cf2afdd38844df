package applied_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// neededFile has what the steps of all sets needed: a line for each statement of apply roles, its name and its actions.
const neededFile = "testdata/needed.txt"

// TestNothingUnneededIsAllowed: each action that an apply role of a set is allowed was needed in a step of a set, or there is a reason for it.
func TestNothingUnneededIsAllowed(t *testing.T) {
	allowed, needed := map[string]bool{}, readNeeded(t)
	for _, dir := range exampleSets(t) {
		for _, stack := range synthesise(t, load(t, dir, nil)) {
			for address, resource := range synthtest.Parse(t, string(stack.JSON)).Resources("aws_iam_policy") {
				if !strings.HasPrefix(address, "deployment_apply_") && !strings.HasPrefix(address, "deployment_codepipeline_apply_") {
					continue
				}
				statements, err := iamcheck.Parse(resource["policy"].(string))
				require.NoError(t, err)
				for _, statement := range statements {
					for _, action := range statement.Actions {
						if statement.Effect != policy.Deny {
							allowed[statement.Sid+" "+action] = true
						}
					}
				}
			}
		}
	}
	require.Greater(t, len(allowed), 400)
	unexplained, used := map[string][]string{}, map[string]bool{} // by statement, and the actions of reasons by their place
	for each := range allowed {
		sid, action, _ := strings.Cut(each, " ")
		explained := needed[each]
		for i, reason := range unneeded {
			service, verb, _ := strings.Cut(action, ":")
			if !needed[each] && service == reason.service && slices.Contains(strings.Fields(reason.actions), verb) && strings.HasPrefix(sid, reason.statements) {
				used[fmt.Sprint(i, verb)], explained = true, true
			}
		}
		if !explained {
			unexplained[sid] = append(unexplained[sid], action)
		}
	}
	for _, sid := range slices.Sorted(maps.Keys(unexplained)) {
		slices.Sort(unexplained[sid])
		t.Errorf("%s allows what no apply needed: %s; remove it, or give the reason in unneeded", sid, strings.Join(unexplained[sid], " "))
	}
	for i, reason := range unneeded {
		for _, verb := range strings.Fields(reason.actions) {
			if !used[fmt.Sprint(i, verb)] {
				t.Errorf("%s:%s needs no reason: wherever it is allowed it was needed, or it is not allowed; take it out of unneeded", reason.service, verb)
			}
		}
	}
}

// checkNeeded holds what steps needed against what is known of that. Where all steps of all sets ran, that is all; otherwise more is known.
func checkNeeded(t *testing.T, needed map[string]bool, all bool) {
	t.Helper()
	if !all {
		needed = maps.Clone(needed)
		maps.Copy(needed, readNeeded(t))
	}
	bySid := map[string][]string{}
	for each := range needed {
		sid, action, _ := strings.Cut(each, " ")
		bySid[sid] = append(bySid[sid], action)
	}
	var out strings.Builder
	for _, sid := range slices.Sorted(maps.Keys(bySid)) {
		slices.Sort(bySid[sid])
		out.WriteString(sid + " " + strings.Join(bySid[sid], " ") + "\n")
	}
	golden.Assert(t, neededFile, []byte(out.String()))
}

func readNeeded(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(neededFile)
	require.NoError(t, err)
	out := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		sid, actions, _ := strings.Cut(line, " ")
		for _, action := range strings.Fields(actions) {
			out[sid+" "+action] = true
		}
	}
	return out
}
