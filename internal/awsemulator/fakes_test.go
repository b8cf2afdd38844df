package awsemulator

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFakes: what moto lacks is there as in AWS: made once, described as it was asked for, refused where the model or what is there says so.
func TestFakes(t *testing.T) {
	e := &Emulator{moto: "127.0.0.1:1", models: newModels(t), store: newStore(), sessions: map[string]string{}}
	invoke := func(host, service, operation string, arguments object) (object, error) {
		return e.Invoke("222222222222", "us-west-2", host, service, operation, arguments)
	}
	eks := func(operation string, arguments object) (object, error) {
		return invoke("eks", "eks", operation, arguments)
	}
	do := func(answer object, err error) object {
		t.Helper()
		require.NoError(t, err)
		return answer
	}
	_, err := eks("CreateAddon", object{"clusterName": "c", "addonName": "vpc-cni"})
	require.EqualError(t, err, "ResourceNotFoundException: No cluster found for name: c.")
	_, err = eks("CreateCluster", object{"name": "c", "roleArn": "arn:aws:iam::222222222222:role/c"})
	require.EqualError(t, err, "ValidationException: resourcesVpcConfig: is missing, and CreateClusterRequest requires it")
	made := do(eks("CreateCluster", object{"name": "c", "roleArn": "arn:aws:iam::222222222222:role/c", "resourcesVpcConfig": object{"endpointPublicAccess": false}, "tags": object{"a": "b"}}))["cluster"].(object)
	require.Equal(t, object{"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true}, made["accessConfig"])
	require.Equal(t, false, made["resourcesVpcConfig"].(object)["endpointPublicAccess"])
	_, err = eks("CreateCluster", object{"name": "c", "roleArn": "arn:aws:iam::222222222222:role/c", "resourcesVpcConfig": object{}})
	require.EqualError(t, err, "ResourceInUseException: Cluster already exists with name: c")

	group := object{"clusterName": "c", "nodegroupName": "n", "subnets": []any{"subnet-1"}, "nodeRole": "arn:aws:iam::222222222222:role/n", "labels": object{"a": "1", "b": "2"}}
	arn := do(eks("CreateNodegroup", group))["nodegroup"].(object)["nodegroupArn"]
	do(eks("UpdateNodegroupConfig", object{"clusterName": "c", "nodegroupName": "n", "labels": object{"addOrUpdateLabels": object{"c": "3"}, "removeLabels": []any{"a"}}}))
	require.Equal(t, object{"b": "2", "c": "3"}, do(eks("DescribeNodegroup", object{"clusterName": "c", "nodegroupName": "n"}))["nodegroup"].(object)["labels"])
	do(eks("TagResource", object{"resourceArn": arn, "tags": object{"x": "y"}}))
	require.Equal(t, object{"tags": object{"x": "y"}}, do(eks("ListTagsForResource", object{"resourceArn": arn})))
	_, err = eks("DeleteCluster", object{"name": "c"})
	require.EqualError(t, err, "ResourceInUseException: Cluster has nodegroups attached")

	_, err = eks("AssociateAccessPolicy", object{"clusterName": "c", "principalArn": "arn:aws:iam::222222222222:role/a", "policyArn": "p", "accessScope": object{"type": "cluster"}})
	require.ErrorContains(t, err, "The specified principalArn could not be found")
	do(eks("CreateAccessEntry", object{"clusterName": "c", "principalArn": "arn:aws:iam::222222222222:role/a"}))
	do(eks("AssociateAccessPolicy", object{"clusterName": "c", "principalArn": "arn:aws:iam::222222222222:role/a", "policyArn": "p", "accessScope": object{"type": "cluster"}}))
	require.Len(t, do(eks("ListAssociatedAccessPolicies", object{"clusterName": "c", "principalArn": "arn:aws:iam::222222222222:role/a"}))["associatedAccessPolicies"], 1)
	do(eks("DeleteNodegroup", object{"clusterName": "c", "nodegroupName": "n"}))
	do(eks("DeleteCluster", object{"name": "c"}))
	_, err = eks("DescribeAccessEntry", object{"clusterName": "c", "principalArn": "arn:aws:iam::222222222222:role/a"})
	require.ErrorContains(t, err, "No cluster found")

	ecr := func(operation string, arguments object) (object, error) {
		return invoke("api.ecr", "ecr", operation, arguments)
	}
	rule := object{"ecrRepositoryPrefix": "wine-dev/quay", "upstreamRegistryUrl": "quay.io"}
	do(ecr("CreatePullThroughCacheRule", rule))
	_, err = ecr("CreatePullThroughCacheRule", rule)
	require.ErrorContains(t, err, "PullThroughCacheRuleAlreadyExistsException")
	require.Len(t, do(ecr("DescribePullThroughCacheRules", object{"ecrRepositoryPrefixes": []any{"wine-dev/quay"}}))["pullThroughCacheRules"], 1)
	_, err = ecr("DescribeRepositoryCreationTemplates", object{"prefixes": []any{"none"}})
	require.ErrorContains(t, err, "TemplateNotFoundException")

	build := func(operation string, arguments object) (object, error) {
		return invoke("codebuild", "codebuild", operation, arguments)
	}
	do(build("CreateProject", object{
		"name": "build", "source": object{"type": "CODEPIPELINE"}, "artifacts": object{"type": "CODEPIPELINE"}, "serviceRole": "arn:aws:iam::222222222222:role/b", "concurrentBuildLimit": 1,
		"environment": object{"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
	}))
	projects := do(build("BatchGetProjects", object{"names": []any{"build", "other"}}))
	require.Equal(t, []any{"other"}, projects["projectsNotFound"])
	require.Equal(t, 1.0, projects["projects"].([]any)[0].(object)["concurrentBuildLimit"])

	_, err = invoke("states", "states", "DescribeEverything", object{})
	require.Error(t, err)
}
