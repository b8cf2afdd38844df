#!/usr/bin/env bash
# Sets up GitHub for the deployments of acme/wine-ml. Made from the configuration by: go run . setup github
# Read it, then run it as an administrator of the repository: go run . setup github | bash
# It can be run again at any time, and then changes what differs. It neither makes nor reads a secret.
set -euo pipefail

api() { gh api --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2026-03-10' "$@"; }

# send METHOD PATH: sends the JSON on its standard input.
send() { api --silent --method "$1" "$2" --input -; }

# must_be WHAT FOUND CONFIGURED KEY: stops where GitHub and platform.yaml differ.
must_be() {
  if [ "$2" != "$3" ]; then
    echo "the $1 is $2, and the configuration has $3: correct $4 in platform.yaml" >&2
    exit 1
  fi
}

# user NAME and team ORGANIZATION NAME: a reviewer. GitHub knows reviewers by their ids.
user() { api "users/$1" --jq '{type: "User", id}'; }
team() { api "orgs/$1/teams/$2" --jq '{type: "Team", id}'; }

# environment PATH MINUTES REVIEWER...: makes the environment. Nobody goes round its rules, not even an administrator.
environment() {
  local path=$1 minutes=$2 ask refs self=false
  shift 2
  if [ $# -gt 0 ]; then self=true; fi
  ask="\"wait_timer\": $minutes, \"prevent_self_review\": $self, \"reviewers\": [$(IFS=,; echo "$*")], \"can_admins_bypass\": false"
  refs='"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}'
  if [ "$minutes" -gt 0 ] || [ $# -gt 0 ]; then
    send PUT "$path" <<<"{$ask, $refs}"
  else
    # Private repositories without Enterprise have no reviewers, and refuse even a request for none: then it is left out.
    send PUT "$path" <<<"{$ask, $refs}" 2>/dev/null || send PUT "$path" <<<"{$refs}"
  fi
}

# line_of TEXT LINE: whether the text has the line.
line_of() { grep --quiet --line-regexp --fixed-strings -e "$2" <<<"$1"; }

# policies PATH "KIND PATTERN"...: makes these branches and tags, and no others, those that may deploy to the environment.
policies() {
  local path="$1/deployment-branch-policies" found there wanted id policy
  shift
  found=$(api --paginate "$path?per_page=100" --jq '.branch_policies[] | "\(.id) \(.type // "branch") \(.name)"')
  there=$(cut -d ' ' -f 2- <<<"$found")
  wanted=$(printf '%s\n' "$@")
  while read -r id policy; do
    if [ -n "$id" ] && ! line_of "$wanted" "$policy"; then api --silent --method DELETE "$path/$id"; fi
  done <<<"$found"
  for policy in "$@"; do
    if ! line_of "$there" "$policy"; then
      api --silent --method POST "$path" --raw-field "type=${policy%% *}" --raw-field "name=${policy#* }"
    fi
  done
}

# ruleset_id NAME: the id of the repository's own ruleset of that name, or nothing.
ruleset_id() { api --paginate "$repository/rulesets?includes_parents=false&per_page=100" --jq ".[] | select(.name == \"$1\") | .id"; }

# ruleset NAME: makes the ruleset whose JSON is on standard input, or brings the one of that name to this form.
ruleset() {
  local id
  id=$(ruleset_id "$1")
  if [ -n "$id" ]; then send PUT "$repository/rulesets/$id"; else send POST "$repository/rulesets"; fi
}

# no_ruleset NAME: removes the ruleset of that name if there is one.
no_ruleset() {
  local id
  id=$(ruleset_id "$1")
  if [ -n "$id" ]; then api --silent --method DELETE "$repository/rulesets/$id"; fi
}

repository=repos/acme/wine-ml

# AWS trusts the repository by its name in these very letters, and GitHub runs what is scheduled on its default branch.
found=$(api "$repository" --jq .full_name)
must_be 'name of the repository' "$found" acme/wine-ml repository
found=$(api "$repository" --jq .default_branch)
must_be 'default branch' "$found" main defaultBranch

# The subject of a token has GitHub's own form: AWS trusts no other template. Write repositoryIds into platform.yaml to trust
# this very repository and not only its name: gh api repos/acme/wine-ml --jq '"repositoryIds: { owner: \"\(.owner.id)\", repository: \"\(.id)\" }"'
# https://docs.github.com/en/rest/actions/oidc
send PUT "$repository/actions/oidc/customization/sub" <<'JSON'
{
  "use_default": true
}
JSON

# GitHub environment operations: deploys operations to account 111111111111, from branch main.
# Nobody is asked: no github.reviewers are configured.
# https://docs.github.com/en/rest/deployments/environments
environment "$repository/environments/operations" 0
policies "$repository/environments/operations" 'branch main'

# GitHub environment dev: deploys dev to account 222222222222, from branch main, branch feature/*.
# Nobody is asked: no github.reviewers are configured.
# https://docs.github.com/en/rest/deployments/environments
environment "$repository/environments/dev" 0
policies "$repository/environments/dev" 'branch main' 'branch feature/**/*'

# GitHub environment staging: deploys staging to account 333333333333, from tag staging.
# Nobody is asked: no github.reviewers are configured.
# https://docs.github.com/en/rest/deployments/environments
environment "$repository/environments/staging" 0
policies "$repository/environments/staging" 'tag staging'

# GitHub environment prod: deploys prod to account 444444444444, from tag prod.
# acme/ml-leads approves the plan, but nobody their own deployment.
# https://docs.github.com/en/rest/deployments/environments
reviewer_1=$(team acme ml-leads)
environment "$repository/environments/prod" 0 "$reviewer_1"
policies "$repository/environments/prod" 'tag prod'

# Branches that deploy, and the default branch: changes by pull request only, with an approval and the checks of the workflow.
# Not for feature/* (dev): whoever can push such a branch deploys it, as far as the environment lets them.
# https://docs.github.com/en/rest/repos/rules
ruleset 'mlplatform: branches that deploy' <<'JSON'
{
  "name": "mlplatform: branches that deploy",
  "target": "branch",
  "enforcement": "active",
  "bypass_actors": [],
  "conditions": {
    "ref_name": {
      "include": [
        "~DEFAULT_BRANCH"
      ],
      "exclude": []
    }
  },
  "rules": [
    {
      "type": "deletion"
    },
    {
      "type": "non_fast_forward"
    },
    {
      "type": "pull_request",
      "parameters": {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": true,
        "require_code_owner_review": false,
        "require_last_push_approval": true,
        "required_review_thread_resolution": true
      }
    },
    {
      "type": "required_status_checks",
      "parameters": {
        "strict_required_status_checks_policy": true,
        "required_status_checks": [
          {
            "context": "check",
            "integration_id": 15368
          }
        ]
      }
    }
  ]
}
JSON

# Tags that deploy: only people with the role Maintain or Admin make, move or delete them.
ruleset 'mlplatform: tags that deploy' <<'JSON'
{
  "name": "mlplatform: tags that deploy",
  "target": "tag",
  "enforcement": "active",
  "bypass_actors": [
    {
      "actor_id": 2,
      "actor_type": "RepositoryRole",
      "bypass_mode": "always"
    },
    {
      "actor_id": 5,
      "actor_type": "RepositoryRole",
      "bypass_mode": "always"
    }
  ],
  "conditions": {
    "ref_name": {
      "include": [
        "refs/tags/staging",
        "refs/tags/prod"
      ],
      "exclude": []
    }
  },
  "rules": [
    {
      "type": "creation"
    },
    {
      "type": "update"
    },
    {
      "type": "deletion"
    }
  ]
}
JSON

# Tags that never move (promotion.immutableTags): nobody moves or deletes them.
no_ruleset 'mlplatform: tags that never move'

# Actions of GitHub and those that the workflows name, each pinned by its full commit SHA, and no others.
# https://docs.github.com/en/rest/actions/permissions
send PUT "$repository/actions/permissions" <<'JSON'
{
  "enabled": true,
  "allowed_actions": "selected",
  "sha_pinning_required": true
}
JSON
send PUT "$repository/actions/permissions/selected-actions" <<'JSON'
{
  "github_owned_allowed": true,
  "verified_allowed": false,
  "patterns_allowed": [
    "aws-actions/configure-aws-credentials@*",
    "hashicorp/setup-terraform@*"
  ]
}
JSON

# A job may read the repository unless its workflow says more, and no job approves a pull request.
send PUT "$repository/actions/permissions/workflow" <<'JSON'
{
  "default_workflow_permissions": "read",
  "can_approve_pull_request_reviews": false
}
JSON
