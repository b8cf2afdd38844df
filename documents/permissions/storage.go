package permissions

// storage: aws_s3_bucket and the resources beside it for versioning, encryption, policy, public access block, ownership,
// lifecycle, logging, notifications, replication, object lock, CORS, intelligent tiering, metrics, inventory.
func storage() part {
	return part{
		service: Storage, needs: []Service{Encryption}, passTo: []string{"s3"},
		grants: func(s Scope) []grant {
			buckets := []string{s.Bucket(s.Prefix + "-*")}
			for _, each := range s.Buckets {
				buckets = append(buckets, s.Bucket(each))
			}
			grants := []grant{{
				name: "Buckets", on: buckets,
				read: of("s3", `GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
					GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
					GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
					GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
					GetReplicationConfiguration ListBucket ListTagsForResource`),
				write: of("s3", `CreateBucket DeleteBucket DeleteBucketPolicy PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketCORS PutBucketLogging
					PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
					PutBucketTagging PutBucketVersioning PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
					PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource`),
			}}
			if s.AllowDestroyingData {
				grants = append(grants,
					grant{name: "BucketsEmpty", on: buckets, write: of("s3", "ListBucketVersions")},
					grant{name: "ObjectsDestroy", on: withObjects(buckets)[len(buckets):], write: of("s3", "BypassGovernanceRetention DeleteObject DeleteObjectVersion")})
			}
			return grants
		},
		workloads: []string{"kms:*", "s3:*"},
	}
}

// registry: aws_ecr_repository, its policy and lifecycle policy, aws_ecr_pull_through_cache_rule,
// aws_ecr_repository_creation_template, aws_ecr_registry_policy, aws_ecr_registry_scanning_configuration,
// aws_ecr_replication_configuration.
func registry() part {
	return part{
		service: Registry, needs: []Service{Encryption},
		linked: []string{"pullthroughcache.ecr.amazonaws.com", "replication.ecr.amazonaws.com"},
		grants: func(s Scope) []grant {
			repositories := []string{s.Regional("ecr", "repository/"+s.Prefix+"-*"), s.Regional("ecr", "repository/"+s.Prefix+"/*")}
			for _, each := range s.Repositories {
				repositories = append(repositories, s.Regional("ecr", "repository/"+each))
			}
			grants := []grant{
				{
					name: "Repositories", on: repositories,
					read: of("ecr", "DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource"),
					write: of("ecr", `CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy PutImageScanningConfiguration
						PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy TagResource UntagResource`),
				},
				{
					// The registry is one for the account and region, and has no ARN.
					name: "Registry", on: []string{"*"}, when: s.inRegion(),
					read: of("ecr", `DescribePullThroughCacheRules DescribeRegistry DescribeRepositoryCreationTemplates GetRegistryPolicy
						GetRegistryScanningConfiguration`),
					write: of("ecr", `CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule DeleteRegistryPolicy
						DeleteRepositoryCreationTemplate PutRegistryPolicy PutRegistryScanningConfiguration PutReplicationConfiguration
						UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule`),
				},
			}
			if s.AllowDestroyingData {
				grants = append(grants, grant{name: "ImagesDestroy", on: repositories, write: of("ecr", "BatchDeleteImage ListImages")})
			}
			return grants
		},
		workloads: of("ecr", "*"),
	}
}
