package applied_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
)

// allowedActions are the actions that the statements of apply roles allow, with the statement's name.
func allowedActions(t *testing.T, roles *awsemulator.Roles) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, arn := range roles.ARNs() {
		if !strings.HasSuffix(arn, "-github-apply") && !strings.HasSuffix(arn, "-codebuild-apply") {
			continue
		}
		identity, _, err := roles.Statements(arn)
		require.NoError(t, err)
		for _, statement := range identity {
			if statement.Effect == policy.Deny {
				continue
			}
			for _, action := range statement.Actions {
				out[statement.Sid+" "+action] = true
			}
		}
	}
	return out
}

// checkNeeded holds what apply roles allow against what was called: each is needed, or there is a reason for it.
func checkNeeded(t *testing.T, allowed, needed map[string]bool) {
	t.Helper()
	reasoned := map[string]string{}
	for _, each := range unneeded {
		for _, action := range strings.Fields(each.actions) {
			reasoned[each.service+":"+action] = each.reason
		}
	}
	neededAnywhere, unexplained := map[string]bool{}, map[string][]string{}
	for each := range needed {
		_, action, _ := strings.Cut(each, " ")
		neededAnywhere[action] = true
	}
	for _, each := range slices.Sorted(maps.Keys(allowed)) {
		sid, action, _ := strings.Cut(each, " ")
		if !needed[each] && reasoned[action] == "" {
			unexplained[sid] = append(unexplained[sid], action)
		}
	}
	for _, sid := range slices.Sorted(maps.Keys(unexplained)) {
		t.Errorf("%s allows what no apply needed: %s; remove it, or give the reason in unneeded", sid, strings.Join(unexplained[sid], " "))
	}
	for action := range reasoned {
		if neededAnywhere[action] {
			t.Logf("%s has a reason and is needed", action)
		}
	}
}
