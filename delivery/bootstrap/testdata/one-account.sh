# From empty accounts to a first deployment of churn (acme/churn-mlops).
# Made by: go run . bootstrap --format shell
# Run it command by command and read what each one says. Only this machine was looked at: what others did from elsewhere is not seen here, nor what AWS and GitHub have.

# 1. Install the tools (open)
# Makes nothing in AWS; the commands below need Go 1.24 or later, Node.js 22 (20 warns of its end of life, 24 crashes cdktf-cli 0.21), Terraform 1.11 or later, for locks in S3, cdktf-cli 0.21, AWS CLI 2, git 2, GitHub CLI 2
# Login: none
# Undo: `npm uninstall --global cdktf-cli`.
npm install --global cdktf-cli@0.21.0

# 2. Write the configuration (open)
# Seen: the configuration is valid, but has account ids of the examples, 999999999999: write your own
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
# Makes the private repository acme/churn-mlops with this checkout in it; Actions stay off until the accounts are ready. If it is there already, git remote add origin https://github.com/acme/churn-mlops.git takes the place of gh repo create
# Login: gh auth login, as someone who may make repositories for acme
# Undo: `git remote remove origin`, `gh repo delete acme/churn-mlops`.
gh repo create acme/churn-mlops --private --source . --remote origin
gh api --method PUT repos/acme/churn-mlops/actions/permissions --field enabled=false
gh api repos/acme/churn-mlops --jq '"repositoryIds: { owner: \"\(.owner.id)\", repository: \"\(.id)\" }"'   # write this into platform.yaml and commit it, so that AWS trusts the ids
git push --set-upstream origin main
git push origin main:prd
git push origin main:dev
git push origin main:hml

# 5. Log in to AWS (open)
# Seen: the configuration names no profile for 999999999999: the commands take the credentials around them
# Makes nothing in AWS; the last command for each account must print the account's id
# Login: yours, in the browser; no keys are made or typed
# Undo: `aws sso logout`.
aws sts get-caller-identity --query Account --output text   # 999999999999, operations

# 6. Connect account 999999999999 with GitHub (open)
# Makes the connection by which CodePipeline reads acme/churn-mlops: confirm it in the console (Developer Tools, Settings, Connections), and write its ARN into codePipeline.source.connectionArn; the last command then prints AVAILABLE
# Login: account 999999999999, with a role that may do everything
# Undo: `aws codeconnections delete-connection --region us-east-1 --connection-arn arn:aws:codeconnections:us-east-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef`.
aws codeconnections create-connection --region us-east-1 --provider-type GitHub --connection-name churn
aws codeconnections get-connection --region us-east-1 --connection-arn arn:aws:codeconnections:us-east-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef --query Connection.ConnectionStatus --output text

# 7. Make the state bucket: stack state (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket churn-terraform-state-999999999999-us-east-1 and the roles that reach it; its own state stays in terraform.state.tfstate for now: keep that file
# Login: account 999999999999, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true cdktf deploy state`, `MLPLATFORM_LOCAL_STATE=true cdktf destroy state`.
MLPLATFORM_LOCAL_STATE=true cdktf deploy state

# 8. Move that state into the bucket: stack state (open)
# Makes the state of the stack state in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 999999999999, with a role that may do everything
# Undo: `MLPLATFORM_LOCAL_STATE=true cdktf deploy state --migrate-state`.
cdktf deploy state --migrate-state
rm terraform.state.tfstate*   # only after it said No changes

# 9. Deploy operations-access (open)
# Makes the roles that deploy operations, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 999999999999, with a role that may do everything
# Undo: after operations is destroyed, then `cdktf destroy operations-access`.
cdktf diff operations-access
cdktf deploy operations-access

# 10. Deploy operations (open)
# Makes what the environments share: container repositories, buckets for artifacts and pipelines
# Login: account 999999999999, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `cdktf deploy operations`, `cdktf destroy operations`.
cdktf diff operations
cdktf deploy operations

# 11. Deploy dev-access (open)
# Makes the roles that deploy dev, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 999999999999, with a role that may do everything
# Undo: after dev is destroyed, then `cdktf destroy dev-access`.
cdktf diff dev-access
cdktf deploy dev-access

# 12. Deploy the environment dev (open)
# Makes the environment dev: network, storage, registry, automation, endpoint, codePipeline. AWS writes to ml-team@example.com: confirm it
# Login: account 999999999999, with a role that may do everything
# Undo: what docs/teardown.md says comes first, then `cdktf destroy dev`.
cdktf diff dev
cdktf deploy dev

# 13. Deploy hml-access (open)
# Makes the roles that deploy hml, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 999999999999, with a role that may do everything
# Undo: after hml is destroyed, then `cdktf destroy hml-access`.
cdktf diff hml-access
cdktf deploy hml-access

# 14. Deploy the environment hml (open)
# Makes the environment hml: network, storage, registry, codePipeline. AWS writes to ml-team@example.com: confirm it
# Login: account 999999999999, with a role that may do everything
# Undo: what docs/teardown.md says comes first, set protect: false in environments/hml.yaml, then `cdktf deploy hml`, `cdktf destroy hml`.
cdktf diff hml
cdktf deploy hml

# 15. Deploy prd-access (open)
# Makes the roles that deploy prd, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 999999999999, with a role that may do everything
# Undo: after prd is destroyed, then `cdktf destroy prd-access`.
cdktf diff prd-access
cdktf deploy prd-access

# 16. Deploy the environment prd (open)
# Makes the environment prd: network, storage, registry, automation, endpoint, codePipeline. AWS writes to ml-team@example.com, release@example.com: confirm it
# Login: account 999999999999, with a role that may do everything
# Undo: what docs/teardown.md says comes first, set protect: false in environments/prd.yaml, then `cdktf deploy prd`, `cdktf destroy prd`.
cdktf diff prd
cdktf deploy prd

# 17. Hand over to GitHub (open)
# Seen: nobody is asked before a deployment to operations: github.reviewers names who approves
# Makes GitHub environments (operations) with reviewers, branches and tags; rules for the branches and tags that deploy; Actions on. The first command prints what the second one runs
# Login: gh auth login, as an administrator of acme/churn-mlops
# Undo: delete the rulesets that begin with mlplatform under Settings, Rules, and `gh api --method PUT repos/acme/churn-mlops/actions/permissions --field enabled=false`.
go run . setup github
go run . setup github | bash
