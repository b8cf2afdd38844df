package permissions

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/policy"
)

// storage: aws_s3_bucket and the resources beside it for versioning, encryption, policy, public access block, ownership,
// lifecycle, logging, notifications, object lock, CORS, intelligent tiering, metrics, inventory.
func storage() part {
	return part{
		service: Storage, needs: []Service{Encryption},
		grants: func(s Scope) []grant {
			buckets := s.buckets()
			grants := []grant{{
				name: "Buckets", on: buckets,
				read: bucketReads(),
				write: of("s3", `CreateBucket DeleteBucket DeleteBucketPolicy PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketCORS PutBucketLogging
					PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
					PutBucketTagging PutBucketVersioning PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
					PutLifecycleConfiguration PutMetricsConfiguration TagResource UntagResource`),
			}}
			if s.AllowDestroyingData {
				grants = append(grants,
					grant{name: "BucketsEmpty", on: buckets, write: of("s3", "ListBucketVersions")},
					grant{name: "ObjectsDestroy", on: withObjects(buckets)[len(buckets):], write: of("s3", "BypassGovernanceRetention DeleteObject DeleteObjectVersion")})
			}
			return grants
		},
		workloads: useKeys(), own: []string{"s3:*"}, ownOn: ownBuckets,
	}
}

// bucketReads are the calls that look at all settings of a bucket.
func bucketReads() []string {
	return of("s3", `GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
		GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
		GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
		GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
		GetReplicationConfiguration ListBucket ListTagsForResource`)
}

// ownBuckets are the deployment's buckets and all in them.
func ownBuckets(s Scope) []string {
	var out []string
	for _, each := range s.buckets() {
		out = append(out, each)
		// The * of IAM is for slashes too, so a name that ends with it is also its objects.
		if !strings.HasSuffix(each, "*") {
			out = append(out, each+"/*")
		}
	}
	return out
}

// replication: aws_s3_bucket_replication_configuration and its role.
func replication() part {
	return part{
		service: Replication, needs: []Service{Storage}, passTo: []string{"s3"},
		grants: func(s Scope) []grant {
			return []grant{{name: "BucketsReplicate", on: s.buckets(), write: of("s3", "PutReplicationConfiguration")}}
		},
	}
}

// registry: aws_ecr_repository, its policy and lifecycle policy, aws_ecr_pull_through_cache_rule,
// aws_ecr_repository_creation_template.
func registry() part {
	return part{
		service: Registry, needs: []Service{Encryption},
		linked: []string{"pullthroughcache.ecr.amazonaws.com"},
		grants: func(s Scope) []grant {
			repositories := s.repositories()
			grants := []grant{
				{
					name: "Repositories", on: repositories,
					read: of("ecr", "DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource"),
					write: of("ecr", `CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy PutImageScanningConfiguration
						PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy TagResource UntagResource`),
				},
				{
					// The registry is one for the account and region, and has no ARN; nor have its rules and templates.
					name: "Registry", on: []string{"*"}, when: s.inRegion(),
					read: of("ecr", "DescribePullThroughCacheRules DescribeRepositoryCreationTemplates"),
					write: of("ecr", `CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule
						DeleteRepositoryCreationTemplate UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule`),
				},
			}
			// ECR retires its grant on the key of a repository in the name of who deletes that.
			// https://github.com/aws/containers-roadmap/issues/1152
			grants = append(grants, grant{
				name: "KeysOfRepositories", on: []string{s.Regional("kms", "key/*")}, write: of("kms", "RetireGrant"),
				whenWriting: []policy.Condition{policy.StringEquals("kms:ViaService", "ecr."+s.Region+"."+s.DNSSuffix())},
			})
			if s.AllowDestroyingData {
				grants = append(grants, grant{name: "ImagesDestroy", on: repositories, write: of("ecr", "BatchDeleteImage ListImages")})
			}
			return grants
		},
		workloads: imageReads(), own: of("ecr", "*"), ownOn: Scope.repositories,
	}
}

// registrySettings: aws_ecr_registry_policy, aws_ecr_registry_scanning_configuration, aws_ecr_replication_configuration.
func registrySettings() part {
	return part{
		service: RegistrySettings, needs: []Service{Registry}, linked: []string{"replication.ecr.amazonaws.com"},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "RegistrySettings", on: []string{"*"}, when: s.inRegion(),
				read:  of("ecr", "DescribeRegistry GetRegistryPolicy GetRegistryScanningConfiguration"),
				write: of("ecr", "DeleteRegistryPolicy PutRegistryPolicy PutRegistryScanningConfiguration PutReplicationConfiguration"),
			}}
		},
	}
}
