// Package ecr is what policies of ECR repositories say, and how long they may be. It is pure Go.
package ecr

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// MaxPolicy is the size limit of a repository policy, in characters.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
const MaxPolicy = 10240

// PullActions are what pulling an image takes.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
func PullActions() []string {
	return []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
}

// Pull lets other accounts of the partition pull, if their own policies do so too.
func Pull(partition string, accounts ...string) policy.Statement {
	var roots []string
	for _, account := range accounts {
		roots = append(roots, arn.Scope{Partition: partition, Account: account}.Root())
	}
	return policy.Statement{Sid: "Pull", Principals: []policy.Principal{policy.AWS(roots...)}, Actions: PullActions()}
}
