package awsemulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFakes: what moto lacks is there as in AWS: made once, described as it was asked for, refused where the model or what is there says so.
func TestFakes(t *testing.T) {
	e := &Emulator{moto: "127.0.0.1:1", models: modelsFor(t), store: newStore(), sessions: map[string]string{}}
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

	mlflow := func(operation string, arguments object) (object, error) {
		return invoke("api.sagemaker", "sagemaker", operation, arguments)
	}
	server := object{"TrackingServerName": "wine"}
	_, err = mlflow("DescribeMlflowTrackingServer", server)
	require.EqualError(t, err, "ResourceNotFound: Could not find Tracking Server with name wine")
	arn = do(mlflow("CreateMlflowTrackingServer", object{
		"TrackingServerName": "wine", "ArtifactStoreUri": "s3://wine", "RoleArn": "arn:aws:iam::222222222222:role/wine", "Tags": []any{object{"Key": "a", "Value": "b"}},
	}))["TrackingServerArn"]
	do(mlflow("UpdateMlflowTrackingServer", object{"TrackingServerName": "wine", "TrackingServerSize": "Medium"}))
	described := do(mlflow("DescribeMlflowTrackingServer", server))
	require.Equal(t, []any{"s3://wine", "Medium", "Updated", "3.0"}, []any{described["ArtifactStoreUri"], described["TrackingServerSize"], described["TrackingServerStatus"], described["MlflowVersion"]})
	do(mlflow("AddTags", object{"ResourceArn": arn, "Tags": []any{object{"Key": "c", "Value": "d"}}}))
	do(mlflow("DeleteTags", object{"ResourceArn": arn, "TagKeys": []any{"a"}}))
	require.Equal(t, object{"Tags": []any{object{"Key": "c", "Value": "d"}}}, do(mlflow("ListTags", object{"ResourceArn": arn})))
	do(mlflow("DeleteMlflowTrackingServer", server))
	_, err = mlflow("DeleteMlflowTrackingServer", server)
	require.ErrorContains(t, err, "ResourceNotFound")

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

// TestWhatIsNamedMustBeThere: boundaries and principals that do not exist are refused, and a boundary that a role has stays.
func TestWhatIsNamedMustBeThere(t *testing.T) {
	e := &Emulator{moto: "127.0.0.1:1", models: modelsFor(t), store: newStore(), sessions: map[string]string{}}
	const boundary, role = "arn:aws:iam::222222222222:policy/boundary", "arn:aws:iam::222222222222:role/reader"
	iam := func(operation string, arguments object) error {
		_, err := e.Invoke("222222222222", "us-west-2", "iam", "iam", operation, arguments)
		return err
	}
	made := object{"RoleName": "reader", "AssumeRolePolicyDocument": "{}", "PermissionsBoundary": boundary}
	require.EqualError(t, iam("CreateRole", made), "NoSuchEntity: Scope ARN: "+boundary+" does not exist or is not attachable.")
	policy := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::222222222222:root", "` + role + `"]}, "Action": "kms:*", "Resource": "*"}]}`
	keyPolicy := func() error {
		_, err := e.Invoke("222222222222", "us-west-2", "kms", "kms", "PutKeyPolicy", object{"KeyId": "k", "PolicyName": "default", "Policy": policy})
		return err
	}
	require.EqualError(t, keyPolicy(), "MalformedPolicyDocumentException: Invalid principal in policy: "+role)
	require.NotContains(t, iam("DeletePolicy", object{"PolicyArn": boundary}).Error(), "DeleteConflict", "moto is asked")

	e.roles.Learn([]*Call{
		{Service: "iam", Operation: "CreatePolicy", Account: "222222222222", Status: 200, Arguments: object{"PolicyDocument": "{}"}, Answer: object{"CreatePolicyResult": object{"Policy": object{"Arn": boundary}}}},
		{Service: "iam", Operation: "CreateRole", Account: "222222222222", Status: 200, Arguments: made},
	})
	require.EqualError(t, iam("DeletePolicy", object{"PolicyArn": boundary}), "DeleteConflict: Cannot delete a policy attached to entities.")
	require.NotContains(t, keyPolicy().Error(), "Invalid principal")
}

// modelsFor are AWS's service models. Where there are none, the test is skipped.
func modelsFor(t *testing.T) *models {
	t.Helper()
	found, err := findModels()
	if err != nil {
		t.Skip(err)
	}
	return found
}

// TestWhatMotoForgets: an answer of moto is completed with what was asked for before.
func TestWhatMotoForgets(t *testing.T) {
	said := ""
	moto := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, said) }))
	defer moto.Close()
	e := &Emulator{moto: strings.TrimPrefix(moto.URL, "http://"), models: modelsFor(t), store: newStore(), sessions: map[string]string{}}
	invoke := func(service, operation string, arguments object) object {
		t.Helper()
		answer, err := e.Invoke("222222222222", "us-west-2", service, service, operation, arguments)
		require.NoError(t, err)
		return answer
	}

	said = `{"service": {"serviceName": "s", "clusterArn": "arn:aws:ecs:us-west-2:222222222222:cluster/c", "status": "ACTIVE", "desiredCount": 2, "taskDefinition": "t:1", "deployments": [{"id": "1", "rolloutState": "IN_PROGRESS"}]}}`
	invoke("ecs", "CreateService", object{"cluster": "c", "serviceName": "s", "taskDefinition": "t", "enableECSManagedTags": true, "healthCheckGracePeriodSeconds": 60.0})
	said = strings.Replace(strings.Replace(said, `{"service": `, `{"services": [`, 1), `}]}}`, `}]}]}`, 1)
	service := invoke("ecs", "DescribeServices", object{"cluster": "c", "services": []any{"s"}})["services"].([]any)[0].(object)
	require.Equal(t, []any{2.0, 0.0, true, 60.0, "t:1"}, []any{service["runningCount"], service["pendingCount"], service["enableECSManagedTags"], service["healthCheckGracePeriodSeconds"], service["taskDefinition"]})
	require.Equal(t, "COMPLETED", service["deployments"].([]any)[0].(object)["rolloutState"])

	e.store.kept["222222222222|us-west-2|ec2/rule|sgr-1"] = "TLS to s3 & others"
	said = "<Response><securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId></item><item><securityGroupRuleId>sgr-2</securityGroupRuleId></item></securityGroupRuleSet></Response>"
	rules := invoke("ec2", "DescribeSecurityGroupRules", object{})
	var descriptions []string
	texts(rules, func(path, text string) {
		if strings.HasSuffix(path, "description") {
			descriptions = append(descriptions, text)
		}
	})
	require.Equal(t, []string{"TLS to s3 & others"}, descriptions)
}

// TestAccessLogsAreDelivered: only where the policy of their bucket lets S3.
func TestAccessLogsAreDelivered(t *testing.T) {
	e := &Emulator{moto: "127.0.0.1:1", models: modelsFor(t), store: newStore(), sessions: map[string]string{}}
	s3 := func(operation, bucket, body string) (object, error) {
		return e.Invoke("222222222222", "us-east-1", "s3", "s3", operation, object{"Bucket": bucket, "Body": body})
	}
	logging := func(prefix string) error {
		_, err := s3("PutBucketLogging", "models", `<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>`+prefix+`</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`)
		return err
	}
	require.EqualError(t, logging("dev/"), "InvalidTargetBucketForLogging: The policy of logs does not let logging.s3.amazonaws.com write for models")
	for _, statement := range []string{
		`"Principal": {"Service": "delivery.logs.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/*"`,
		`"Principal": {"Service": "logging.s3.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/*", "Condition": {"StringEquals": {"aws:SourceAccount": "333333333333"}}`,
		`"Principal": {"Service": "logging.s3.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/*", "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::data"}}`,
		`"Principal": {"Service": "logging.s3.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/dev/*", "Condition": {"StringEquals": {"aws:SourceAccount": "222222222222"}, "ArnEquals": {"aws:SourceArn": ["arn:aws:s3:::models", "arn:aws:s3:::data"]}}`,
	} {
		_, err := s3("PutBucketPolicy", "logs", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", `+statement+`}]}`)
		require.NoError(t, err)
		require.Equal(t, strings.Contains(statement, "logs/dev/"), logging("dev/") == nil, statement)
	}
	require.Error(t, logging("prod/"))
	kept, err := s3("GetBucketLogging", "models", "")
	require.NoError(t, err)
	require.Contains(t, kept["Body"], "<TargetPrefix>dev/</TargetPrefix>")
	_, err = s3("PutBucketLogging", "models", "<BucketLoggingStatus/>")
	require.NoError(t, err)
	kept, err = s3("GetBucketLogging", "models", "")
	require.NoError(t, err)
	require.NotContains(t, kept["Body"], "TargetPrefix")
}
