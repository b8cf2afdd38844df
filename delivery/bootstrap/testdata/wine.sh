# From empty accounts to a first deployment of wine (acme/wine-ml).
# Made by: go run . bootstrap --format shell
# Run it command by command and read what each one says. Only this machine was looked at: what others did from elsewhere is not seen here, nor what AWS and GitHub have.

# 1. Install the tools (open)
# Makes nothing in AWS; the commands below need Go 1.24 or later, Node.js 22 (20 warns of its end of life, 24 crashes cdktf-cli 0.21), Terraform 1.11 or later, for locks in S3, cdktf-cli 0.21, AWS CLI 2, git 2, GitHub CLI 2
# Login: none
# Undo: `npm uninstall --global cdktf-cli`.
npm install --global cdktf-cli@0.21.0

# 2. Write the configuration (open)
# Seen: the configuration is valid, but has account ids of the examples, 111111111111, 222222222222, 333333333333, 444444444444: write your own
# Makes your names and account ids in platform.yaml and environments/*.yaml, checked; the stacks in the order of their first deployment
# Login: none
# Undo: the files are all there is.
go run . validate
go run . list

# 3. Generate the workflows (open)
# Makes the GitHub workflows of this configuration, in .github
# Login: none
# Undo: `git revert HEAD`.
go run . workflows
git add config .github
git commit --message "Configuration and workflows"

# 4. Make the repository (open)
# Makes the private repository acme/wine-ml with this checkout in it; Actions stay off until the accounts are ready. If it is there already, git remote add origin https://github.com/acme/wine-ml.git takes the place of gh repo create
# Login: gh auth login, as someone who may make repositories for acme
# Undo: `git remote remove origin`, `gh repo delete acme/wine-ml`.
gh repo create acme/wine-ml --private --source . --remote origin
gh api --method PUT repos/acme/wine-ml/actions/permissions --field enabled=false
gh api repos/acme/wine-ml --jq '"repositoryIds: { owner: \"\(.owner.id)\", repository: \"\(.id)\" }"'   # write this into platform.yaml and commit it, so that AWS trusts the ids
git push --set-upstream origin main

# 5. Log in to AWS (open)
# Makes nothing in AWS; the last command for each account must print the account's id
# Login: yours, in the browser; no keys are made or typed
# Undo: `aws sso logout`.
aws configure sso --profile operations
aws sts get-caller-identity --profile operations --query Account --output text   # 111111111111, operations
aws configure sso --profile dev
aws sts get-caller-identity --profile dev --query Account --output text   # 222222222222, dev
aws configure sso --profile staging
aws sts get-caller-identity --profile staging --query Account --output text   # 333333333333, staging
aws configure sso --profile prod
aws sts get-caller-identity --profile prod --query Account --output text   # 444444444444, prod

# 6. Make the state bucket: stack state (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket wine-terraform-state-111111111111-us-west-2 and the roles that reach it; its own state stays in terraform.state.tfstate for now: keep that file
# Login: account 111111111111, as platform-admin, by the profile operations
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true AWS_PROFILE=operations cdktf deploy state`, `MLPLATFORM_LOCAL_STATE=true AWS_PROFILE=operations cdktf destroy state`.
MLPLATFORM_LOCAL_STATE=true AWS_PROFILE=operations cdktf deploy state

# 7. Move that state into the bucket: stack state (open)
# Makes the state of the stack state in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 111111111111, as platform-admin, by the profile operations
# Undo: `MLPLATFORM_LOCAL_STATE=true AWS_PROFILE=operations cdktf deploy state --migrate-state`.
AWS_PROFILE=operations cdktf deploy state --migrate-state
rm terraform.state.tfstate*   # only after it said No changes

# 8. Deploy operations-access (open)
# Makes the roles that deploy operations, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 111111111111, as platform-admin, by the profile operations
# Undo: after operations is destroyed, then `AWS_PROFILE=operations cdktf destroy operations-access`.
AWS_PROFILE=operations cdktf diff operations-access
AWS_PROFILE=operations cdktf deploy operations-access

# 9. Deploy operations (open)
# Makes what the environments share: container repositories, buckets for artifacts and pipelines
# Login: account 111111111111, as platform-admin, by the profile operations
# Undo: set operations: { protect: false } in platform.yaml, then `AWS_PROFILE=operations cdktf deploy operations`, `AWS_PROFILE=operations cdktf destroy operations`.
AWS_PROFILE=operations cdktf diff operations
AWS_PROFILE=operations cdktf deploy operations

# 10. Deploy dev-access (open)
# Makes the roles that deploy dev, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 222222222222, as platform-admin, by the profile dev
# Undo: after dev is destroyed, then `AWS_PROFILE=dev cdktf destroy dev-access`.
AWS_PROFILE=dev cdktf diff dev-access
AWS_PROFILE=dev cdktf deploy dev-access

# 11. Deploy the environment dev (open)
# Makes the environment dev: github, network, cluster, storage, registry, training, automation, endpoint, notifications. The cluster takes about 15 minutes; the last command is for kubectl, from inside the network
# Login: account 222222222222, as platform-admin, by the profile dev
# Undo: what docs/teardown.md says comes first, then `AWS_PROFILE=dev cdktf destroy dev`.
AWS_PROFILE=dev cdktf diff dev
AWS_PROFILE=dev cdktf deploy dev
AWS_PROFILE=dev aws eks update-kubeconfig --region us-west-2 --name wine-dev-cluster

# 12. Deploy staging-access (open)
# Makes the roles that deploy staging, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 333333333333, as platform-admin, by the profile staging
# Undo: after staging is destroyed, then `AWS_PROFILE=staging cdktf destroy staging-access`.
AWS_PROFILE=staging cdktf diff staging-access
AWS_PROFILE=staging cdktf deploy staging-access

# 13. Deploy the environment staging (open)
# Makes the environment staging: github, network, cluster, storage, registry, training, automation, endpoint, notifications. The cluster takes about 15 minutes; the last command is for kubectl, from inside the network
# Login: account 333333333333, as platform-admin, by the profile staging
# Undo: what docs/teardown.md says comes first, set protect: false in environments/staging.yaml, then `AWS_PROFILE=staging cdktf deploy staging`, `AWS_PROFILE=staging cdktf destroy staging`.
AWS_PROFILE=staging cdktf diff staging
AWS_PROFILE=staging cdktf deploy staging
AWS_PROFILE=staging aws eks update-kubeconfig --region us-west-2 --name wine-staging-cluster

# 14. Deploy prod-access (open)
# Makes the roles that deploy prod, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 444444444444, as platform-admin, by the profile prod
# Undo: after prod is destroyed, then `AWS_PROFILE=prod cdktf destroy prod-access`.
AWS_PROFILE=prod cdktf diff prod-access
AWS_PROFILE=prod cdktf deploy prod-access

# 15. Deploy the environment prod (open)
# Makes the environment prod: github, network, cluster, storage, registry, training, automation, endpoint, notifications. The cluster takes about 15 minutes; the last command is for kubectl, from inside the network
# Login: account 444444444444, as platform-admin, by the profile prod
# Undo: what docs/teardown.md says comes first, set protect: false in environments/prod.yaml, then `AWS_PROFILE=prod cdktf deploy prod`, `AWS_PROFILE=prod cdktf destroy prod`.
AWS_PROFILE=prod cdktf diff prod
AWS_PROFILE=prod cdktf deploy prod
AWS_PROFILE=prod aws eks update-kubeconfig --region us-west-2 --name wine-prod-cluster

# 16. Hand over to GitHub (open)
# Seen: nobody is asked before a deployment to operations, staging: github.reviewers names who approves
# Makes GitHub environments (operations, dev, staging, prod) with reviewers, branches and tags; rules for the branches and tags that deploy; Actions on. The first command prints what the second one runs
# Login: gh auth login, as an administrator of acme/wine-ml
# Undo: delete the rulesets that begin with mlplatform under Settings, Rules, and `gh api --method PUT repos/acme/wine-ml/actions/permissions --field enabled=false`.
go run . setup github
go run . setup github | bash
