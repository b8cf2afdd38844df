package setup

// functions are those of the script.
const functions = `
api() { gh api --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: ` + APIVersion + `' "$@"; }

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
`
