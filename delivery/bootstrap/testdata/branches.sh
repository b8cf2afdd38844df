# From empty accounts to a first deployment of mlopspltf (mlops-pltf/mlopspltf-infra).
# Made by: go run . bootstrap --format shell
# Run it command by command and read what each one says. Only this machine was looked at: what others did from elsewhere is not seen here, nor what AWS and GitHub have.

# 1. Install the tools (open)
# Makes nothing in AWS; the commands below need Go 1.24 or later, Node.js 22 (20 warns of its end of life, 24 crashes cdktf-cli 0.21), Terraform 1.11 or later, for locks in S3, cdktf-cli 0.21, AWS CLI 2, git 2, GitHub CLI 2
# Login: none
# Undo: `npm uninstall --global cdktf-cli`.
npm install --global cdktf-cli@0.21.0

# 2. Write the configuration (open)
# Seen: the configuration is valid, but has account ids of the examples, 555555555555, 666666666666, 777777777777, 888888888888: write your own
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
# Makes the private repository mlops-pltf/mlopspltf-infra with this checkout in it; Actions stay off until the accounts are ready. If it is there already, git remote add origin https://github.com/mlops-pltf/mlopspltf-infra.git takes the place of gh repo create
# Login: gh auth login, as someone who may make repositories for mlops-pltf
# Undo: `git remote remove origin`, `gh repo delete mlops-pltf/mlopspltf-infra`.
gh repo create mlops-pltf/mlopspltf-infra --private --source . --remote origin
gh api --method PUT repos/mlops-pltf/mlopspltf-infra/actions/permissions --field enabled=false
gh api repos/mlops-pltf/mlopspltf-infra --jq '"repositoryIds: { owner: \"\(.owner.id)\", repository: \"\(.id)\" }"'   # write this into platform.yaml and commit it, so that AWS trusts the ids
git push --set-upstream origin main
git push origin main:develop

# 5. Log in to AWS (open)
# Seen: the configuration names no profile for 555555555555, 666666666666, 777777777777, 888888888888: the commands take the credentials around them
# Makes nothing in AWS; the last command for each account must print the account's id
# Login: yours, in the browser; no keys are made or typed
# Undo: `aws sso logout`.
aws sts get-caller-identity --query Account --output text   # 555555555555, operations
aws sts get-caller-identity --query Account --output text   # 666666666666, dev
aws sts get-caller-identity --query Account --output text   # 777777777777, tst
aws sts get-caller-identity --query Account --output text   # 888888888888, prd

# 6. Make the state bucket: stack state-operations (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket mlopspltf-operations-s3-tf-backend with the lock table mlopspltf-operations-ddb-tf-backend and the roles that reach it; its own state stays in terraform.state-operations.tfstate for now: keep that file
# Login: account 555555555555, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-operations`, `MLPLATFORM_LOCAL_STATE=true cdktf destroy state-operations`.
MLPLATFORM_LOCAL_STATE=true cdktf deploy state-operations

# 7. Move that state into the bucket: stack state-operations (open)
# Makes the state of the stack state-operations in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 555555555555, with a role that may do everything
# Undo: `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-operations --migrate-state`.
cdktf deploy state-operations --migrate-state
rm terraform.state-operations.tfstate*   # only after it said No changes

# 8. Make the state bucket: stack state-dev (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket mlopspltf-dev-s3-tf-backend with the lock table mlopspltf-dev-ddb-tf-backend and the roles that reach it; its own state stays in terraform.state-dev.tfstate for now: keep that file
# Login: account 666666666666, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-dev`, `MLPLATFORM_LOCAL_STATE=true cdktf destroy state-dev`.
MLPLATFORM_LOCAL_STATE=true cdktf deploy state-dev

# 9. Move that state into the bucket: stack state-dev (open)
# Makes the state of the stack state-dev in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 666666666666, with a role that may do everything
# Undo: `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-dev --migrate-state`.
cdktf deploy state-dev --migrate-state
rm terraform.state-dev.tfstate*   # only after it said No changes

# 10. Make the state bucket: stack state-tst (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket mlopspltf-tst-s3-tf-backend with the lock table mlopspltf-tst-ddb-tf-backend and the roles that reach it; its own state stays in terraform.state-tst.tfstate for now: keep that file
# Login: account 777777777777, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-tst`, `MLPLATFORM_LOCAL_STATE=true cdktf destroy state-tst`.
MLPLATFORM_LOCAL_STATE=true cdktf deploy state-tst

# 11. Move that state into the bucket: stack state-tst (open)
# Makes the state of the stack state-tst in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 777777777777, with a role that may do everything
# Undo: `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-tst --migrate-state`.
cdktf deploy state-tst --migrate-state
rm terraform.state-tst.tfstate*   # only after it said No changes

# 12. Make the state bucket: stack state-prd (open)
# Seen: nothing here; if a colleague has made it, skip this step and the next
# Makes the bucket mlopspltf-prd-s3-tf-backend with the lock table mlopspltf-prd-ddb-tf-backend and the roles that reach it; its own state stays in terraform.state-prd.tfstate for now: keep that file
# Login: account 888888888888, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-prd`, `MLPLATFORM_LOCAL_STATE=true cdktf destroy state-prd`.
MLPLATFORM_LOCAL_STATE=true cdktf deploy state-prd

# 13. Move that state into the bucket: stack state-prd (open)
# Makes the state of the stack state-prd in its own bucket; Terraform says No changes. If a role cannot be assumed, wait half a minute and repeat
# Login: account 888888888888, with a role that may do everything
# Undo: `MLPLATFORM_LOCAL_STATE=true cdktf deploy state-prd --migrate-state`.
cdktf deploy state-prd --migrate-state
rm terraform.state-prd.tfstate*   # only after it said No changes

# 14. Deploy operations-access (open)
# Makes the roles that deploy operations, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 555555555555, with a role that may do everything
# Undo: after operations is destroyed, then `cdktf destroy operations-access`.
cdktf diff operations-access
cdktf deploy operations-access

# 15. Deploy operations (open)
# Makes what the environments share: container repositories, buckets for artifacts and pipelines
# Login: account 555555555555, with a role that may do everything
# Undo: set operations: { protect: false } in platform.yaml, then `cdktf deploy operations`, `cdktf destroy operations`.
cdktf diff operations
cdktf deploy operations

# 16. Deploy dev-access (open)
# Makes the roles that deploy dev, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 666666666666, with a role that may do everything
# Undo: after dev is destroyed, then `cdktf destroy dev-access`.
cdktf diff dev-access
cdktf deploy dev-access

# 17. Deploy the environment dev (open)
# Makes the environment dev: github, network, storage, registry
# Login: account 666666666666, with a role that may do everything
# Undo: what docs/teardown.md says comes first, then `cdktf destroy dev`.
cdktf diff dev
cdktf deploy dev

# 18. Deploy tst-access (open)
# Makes the roles that deploy tst, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 777777777777, with a role that may do everything
# Undo: after tst is destroyed, then `cdktf destroy tst-access`.
cdktf diff tst-access
cdktf deploy tst-access

# 19. Deploy the environment tst (open)
# Makes the environment tst: github, network, storage, registry
# Login: account 777777777777, with a role that may do everything
# Undo: what docs/teardown.md says comes first, set protect: false in environments/tst.yaml, then `cdktf deploy tst`, `cdktf destroy tst`.
cdktf diff tst
cdktf deploy tst

# 20. Deploy prd-access (open)
# Makes the roles that deploy prd, their permissions, and the boundary of all other roles: what only administrators change, now and later
# Login: account 888888888888, with a role that may do everything
# Undo: after prd is destroyed, then `cdktf destroy prd-access`.
cdktf diff prd-access
cdktf deploy prd-access

# 21. Deploy the environment prd (open)
# Makes the environment prd: github, network, storage, registry
# Login: account 888888888888, with a role that may do everything
# Undo: what docs/teardown.md says comes first, set protect: false in environments/prd.yaml, then `cdktf deploy prd`, `cdktf destroy prd`.
cdktf diff prd
cdktf deploy prd

# 22. Hand over to GitHub (open)
# Seen: nobody is asked before a deployment to operations, tst, prd: github.reviewers names who approves
# Makes GitHub environments (operations, dev, tst, prd) with reviewers, branches and tags; rules for the branches and tags that deploy; Actions on. The first command prints what the second one runs
# Login: gh auth login, as an administrator of mlops-pltf/mlopspltf-infra
# Undo: delete the rulesets that begin with mlplatform under Settings, Rules, and `gh api --method PUT repos/mlops-pltf/mlopspltf-infra/actions/permissions --field enabled=false`.
go run . setup github
go run . setup github | bash
