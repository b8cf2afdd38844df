package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/workflows"
)

func TestTargets(t *testing.T) {
	const main, feature, staging, prod = "refs/heads/main", "refs/heads/feature/a/b", "refs/tags/staging", "refs/tags/prod"
	every := "  operations: branch main\n  dev: branch main, branch feature/*\n  staging: tag staging\n  prod: tag prod"
	tests := []struct {
		name    string
		request workflows.Request
		want    []string
		problem string
	}{
		{"push", workflows.Request{Ref: main}, []string{"operations", "dev"}, ""},
		{"push of a pattern", workflows.Request{Ref: feature}, []string{"dev"}, ""},
		{"push of a tag", workflows.Request{Ref: prod}, []string{"prod"}, ""},
		{"push of nothing", workflows.Request{Ref: "refs/tags/v1"}, []string{}, ""},
		{"a branch is no tag", workflows.Request{Ref: "refs/heads/prod"}, []string{}, ""},
		{"all", workflows.Request{Ref: main, Stack: workflows.AllStacks}, []string{"operations", "dev"}, ""},
		{"all of nothing", workflows.Request{Ref: "refs/heads/x", Stack: workflows.AllStacks}, nil, "refs/heads/x deploys nothing; choose one of these:\n" + every},
		{"one", workflows.Request{Ref: main, Stack: "operations"}, []string{"operations"}, ""},
		{"wrong ref", workflows.Request{Ref: main, Stack: "prod"}, nil, "refs/heads/main does not deploy prod, and its apply role would refuse; use one of these:\n  prod: tag prod"},
		{"unknown", workflows.Request{Ref: main, Stack: "Dev"}, nil, `"Dev" is no stack that GitHub deploys; use one of operations, dev, staging, prod`},
		{"state", workflows.Request{Ref: main, Stack: "state"}, nil, `"state" is no stack that GitHub deploys; use one of operations, dev, staging, prod`},
		{"no ref", workflows.Request{Ref: "main"}, nil, `"main" is no branch or tag; give a whole ref, such as refs/heads/main or refs/tags/v1`},
		{"pull request", workflows.Request{Ref: "refs/pull/7/merge"}, nil, `"refs/pull/7/merge" is no branch or tag; give a whole ref, such as refs/heads/main or refs/tags/v1`},
		{"destroy", workflows.Request{Ref: main, Stack: "dev", Destroy: true}, []string{"dev"}, ""},
		{"destroy from elsewhere", workflows.Request{Ref: staging, Stack: "dev", Destroy: true}, nil, "refs/tags/staging does not deploy dev, and its apply role would refuse; use one of these:\n  dev: branch main, branch feature/*"},
		{"destroy all", workflows.Request{Ref: main, Stack: workflows.AllStacks, Destroy: true}, nil, "it must be said which environment is destroyed; use one of dev"},
		{"destroy nothing", workflows.Request{Ref: main, Destroy: true}, nil, "it must be said which environment is destroyed; use one of dev"},
		{"destroy what is protected", workflows.Request{Ref: prod, Stack: "prod", Destroy: true}, nil, "prod is protected; set protect: false in its file and deploy that first"},
		{"destroy operations", workflows.Request{Ref: main, Stack: "operations", Destroy: true}, nil, "operations is not destroyed by GitHub, because all environments use what it holds; an administrator does it when they are gone"},
		{"destroy as typed", workflows.Request{Ref: main, Stack: "DEV", Destroy: true}, nil, `"DEV" is no stack that GitHub deploys; use one of operations, dev, staging, prod`},
	}
	p := load(t, configurations["wine"])
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := workflows.Targets(p, test.request)
			if test.problem != "" {
				require.EqualError(t, err, test.problem)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	p.Operations.GitHub = nil
	p.Environments = []*config.Environment{}
	_, err := workflows.Targets(p, workflows.Request{Ref: main, Stack: "dev"})
	require.EqualError(t, err, `"dev" is no stack that GitHub deploys; there is none`)
}
