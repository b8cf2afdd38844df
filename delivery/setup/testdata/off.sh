#!/usr/bin/env bash
# Sets up GitHub for the deployments of acme/wine-ml. Made from the configuration by: go run . setup github
# Read it, then run it as an administrator of the repository: go run . setup github | bash
# It can be run again at any time, and then changes what differs. It neither makes nor reads a secret.
set -euo pipefail

# GitHub is switched off for operations and all environments (github: { enabled: false }): there is nothing to set up.
