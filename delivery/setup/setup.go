// Package setup writes what GitHub must know before its workflows can deploy: environments with their reviewers, and
// the branches and tags that may deploy to them, rules for these branches and tags, what Actions may run, and the form of
// the tokens that AWS trusts. It is a shell script of gh commands, made from the configuration, so that GitHub and the
// trust policies of AWS name the same branches and tags.
package setup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery"
	"github.com/mlplatform/mlplatform/internal/shell"
)

// Checks are the jobs of the workflow pull-request.yml that must have passed before a pull request can be merged.
var Checks = []string{"check"}

// Actions are the actions of others than GitHub that the workflows use. Actions runs no others.
var Actions = []string{"aws-actions/configure-aws-credentials", "hashicorp/setup-terraform"}

// APIVersion is the version of GitHub's REST API that the script speaks.
// https://docs.github.com/en/rest/about-the-rest-api/api-versions
const APIVersion = "2026-03-10"

const (
	// actionsApp is the id of GitHub Actions as an app: nobody else can report a check in its name.
	actionsApp = 15368
	// Roles of people in a repository, as rulesets number them.
	maintainRole, adminRole = 2, 5
)

// The names of the rulesets. Rulesets of other names are left alone.
const (
	branchRules = "mlplatform: branches that deploy"
	tagRules    = "mlplatform: tags that deploy"
	moveRules   = "mlplatform: tags that never move"
)

// Script is the shell script for the platform. It can be run again at any time: it then changes what differs from the
// configuration, and nothing else. Where GitHub deploys nothing the script says so and does nothing.
func Script(p *config.Platform) string {
	s := &script{platform: p, stages: delivery.Stages(p), delivered: delivered(p)}
	s.head()
	if len(s.delivered) == 0 {
		s.comment("GitHub is switched off for operations and all environments (github: { enabled: false }): there is nothing to set up.")
		return s.String()
	}
	s.WriteString(functions)
	s.repository()
	if len(s.stages) > 0 {
		s.token()
	}
	for _, stage := range s.stages {
		if !stage.Further {
			s.environment(stage)
		}
	}
	s.branches()
	s.tags()
	if len(s.stages) > 0 {
		s.actions()
	}
	return s.String()
}

// A deployment is what is deployed from the repository, be it by GitHub or by a pipeline inside AWS that reads it.
type deployment struct {
	stack         string
	branches      []string
	tags          []string
	immutableTags bool
}

func delivered(p *config.Platform) []deployment {
	var all []deployment
	for _, stage := range delivery.Stages(p) {
		if !stage.Further {
			all = append(all, deployment{stage.Stack, stage.Branches, stage.Tags, stage.ImmutableTags})
		}
	}
	for _, e := range p.Environments {
		if e.GitHub == nil && e.CodePipelineEnabled() && e.CodePipeline.Source.ConnectionARN != "" {
			all = append(all, deployment{e.Name, e.Promotion.Branches, e.Promotion.Tags, e.Promotion.ImmutableTags})
		}
	}
	return all
}

type script struct {
	strings.Builder
	platform  *config.Platform
	stages    []delivery.Stage
	delivered []deployment
}

func (s *script) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// comment begins a new part of the script.
func (s *script) comment(lines ...string) {
	s.line("")
	for _, line := range lines {
		s.line("# %s", strings.Join(strings.Fields(line), " ")) // a line break in a name would end the comment
	}
}

func (s *script) head() {
	s.line("#!/usr/bin/env bash")
	s.line("# Sets up GitHub for the deployments of %s. Made from the configuration by: go run . setup github", s.platform.Repository)
	s.line("# Read it, then run it as an administrator of the repository: go run . setup github | bash")
	s.line("# It can be run again at any time, and then changes what differs. It neither makes nor reads a secret.")
	s.line("set -euo pipefail")
}

// send is a call with JSON that the shell leaves as it is.
func (s *script) send(command string, body any) {
	s.line("%s <<'JSON'\n%s\nJSON", command, indented(body))
}

func indented(body any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(body); err != nil {
		panic(err) // the types below have nothing that cannot be encoded
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// repository makes sure that the repository is the one of the configuration. GitHub also answers to former names and to
// other letter case; AWS does not.
func (s *script) repository() {
	s.line("")
	s.line("repository=%s", shell.Quote("repos/"+s.platform.Repository))
	s.comment("AWS trusts the repository by its name in these very letters, and GitHub runs what is scheduled on its default branch.")
	s.mustBe("name of the repository", ".full_name", s.platform.Repository, "repository")
	s.mustBe("default branch", ".default_branch", s.platform.DefaultBranch, "defaultBranch")
	if ids := s.platform.RepositoryIDs; ids != nil {
		s.comment("The roles in AWS trust this very repository, by the ids that the configuration has.")
		s.mustBe("pair of ids of owner and repository", `"\(.owner.id) \(.id)"`, ids.Owner+" "+ids.Repository, "repositoryIds")
	}
}

// mustBe stops the script where a fact of the repository is not what a key of platform.yaml says.
func (s *script) mustBe(what, query, configured, key string) {
	s.line(`found=$(api "$repository" --jq %s)`, shell.Quote(query))
	s.line(`must_be %s "$found" %s %s`, shell.Quote(what), shell.Quote(configured), key)
}

// environment makes a GitHub environment. https://docs.github.com/en/rest/deployments/environments
func (s *script) environment(stage delivery.Stage) {
	s.comment(
		fmt.Sprintf("GitHub environment %s: deploys %s to account %s, from %s.", stage.GitHubEnvironment, stage.Stack, stage.Account, stage.Refs()),
		approval(stage),
		"https://docs.github.com/en/rest/deployments/environments",
	)
	reviewers := ""
	for i, reviewer := range stage.Reviewers {
		call := "user " + shell.Quote(reviewer)
		if organization, team, isTeam := strings.Cut(reviewer, "/"); isTeam {
			call = "team " + shell.Quote(organization) + " " + shell.Quote(team)
		}
		s.line("reviewer_%d=$(%s)", i+1, call)
		reviewers += fmt.Sprintf(` "$reviewer_%d"`, i+1)
	}
	// Between double quotes a dollar is all that this encoding leaves with a meaning for the shell.
	path := `"$repository/environments/` + strings.ReplaceAll(url.PathEscape(stage.GitHubEnvironment), "$", "%24") + `"`
	s.line("environment %s %d%s", path, stage.WaitMinutes, reviewers)
	policies := ""
	for _, branch := range stage.Branches {
		policies += quoted("branch ", gitHubPatterns(branch))
	}
	for _, tag := range stage.Tags {
		policies += quoted("tag ", gitHubPatterns(tag))
	}
	s.line("policies %s%s", path, policies)
}

// quoted writes words for the shell, each with a prefix and behind a space.
func quoted(prefix string, words []string) string {
	var out strings.Builder
	for _, word := range words {
		out.WriteString(" " + shell.Quote(prefix+word))
	}
	return out.String()
}

// approval says who lets a deployment through.
func approval(stage delivery.Stage) string {
	var waits string
	if stage.WaitMinutes > 0 {
		waits = fmt.Sprintf(" It waits %d minutes first.", stage.WaitMinutes)
	}
	switch len(stage.Reviewers) {
	case 0:
		return "Nobody is asked: no github.reviewers are configured." + waits
	case 1:
		return fmt.Sprintf("%s approves the plan, but nobody their own deployment.%s", stage.Reviewers[0], waits)
	}
	return fmt.Sprintf("One of %s approves the plan, but nobody their own deployment.%s", strings.Join(stage.Reviewers, ", "), waits)
}
