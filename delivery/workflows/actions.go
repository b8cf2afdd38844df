package workflows

import "github.com/mlplatform/mlplatform/documents/workflow"

// The actions that are used, and what they install. Each is pinned by the whole commit of a release, because a tag can be
// moved to other code. Each pair of commit and release was found in several public repositories that have nothing to do
// with each other, with the same release behind the same commit, in November 2026; to update one, do the same, or run
//
//	gh api repos/actions/checkout/commits/v6.0.2 --jq .sha
var (
	// https://github.com/actions/checkout
	checkoutAction = workflow.Action{Name: "actions/checkout", SHA: "de0fac2e4500dabe0009e67214ff5f5447ce83dd", Version: "v6.0.2"}
	// https://github.com/actions/setup-go
	goAction = workflow.Action{Name: "actions/setup-go", SHA: "4a3601121dd01d1626a1e23e37211e3254c1c06c", Version: "v6.4.0"}
	// https://github.com/actions/setup-node
	nodeAction = workflow.Action{Name: "actions/setup-node", SHA: "6044e13b5dc448c55e2357c09f80417699197238", Version: "v6.2.0"}
	// https://github.com/actions/cache
	cacheAction = workflow.Action{Name: "actions/cache", SHA: "8b402f58fbc84540c8b491a91e594a4576fec3d7", Version: "v5.0.2"}
	// https://github.com/actions/upload-artifact
	uploadAction = workflow.Action{Name: "actions/upload-artifact", SHA: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", Version: "v7.0.0"}
	// https://github.com/actions/download-artifact
	downloadAction = workflow.Action{Name: "actions/download-artifact", SHA: "70fc10c6e5e1ce46ad2ea6f2b72d43f7d47b13c3", Version: "v8.0.0"}
	// https://github.com/hashicorp/setup-terraform
	terraformAction = workflow.Action{Name: "hashicorp/setup-terraform", SHA: "5e8dbf3c6d9deaf4193ca7a8fb23f2ac83bb6c85", Version: "v4.0.0"}
	// https://github.com/aws-actions/configure-aws-credentials
	credentialsAction = workflow.Action{Name: "aws-actions/configure-aws-credentials", SHA: "8df5847569e6427dd6c4fb1cf565c83acfa8afa7", Version: "v6.0.0"}
	// setupAction is the repository's own.
	setupAction = workflow.Action{Folder: "./.github/actions/setup"}
)

const (
	// terraformVersion is the one that the tests run with.
	terraformVersion = "1.11.4"
	// nodeVersion runs the part of cdktf that is not Go.
	nodeVersion = "22"
)

const (
	quickMinutes  = 10  // asks GitHub
	synthMinutes  = 30  // compiles and synthesises
	planMinutes   = 30  // downloads the provider and reads AWS
	testMinutes   = 60  // all tests of a large repository
	buildMinutes  = 120 // images with the libraries of machine learning, or shorter by the session of the role
	applyMinutes  = 180 // makes a cluster with everything around it, or shorter by the session of a role
	retentionDays = 7   // a plan older than that is made anew
)
