package awsemulator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

func call(service, operation string, arguments object, answer any) *Call {
	return &Call{Service: service, Operation: operation, Account: "222222222222", Region: "us-west-2", Arguments: arguments, Answer: answer, Status: 200}
}

// TestRequests: calls ask IAM for what AWS asks, with the condition keys of its list and no others.
func TestRequests(t *testing.T) {
	a := NewAuthorizer(t)
	ask := func(c *Call) []Request {
		out, err := a.Requests(c)
		require.NoError(t, err)
		for i := range out {
			for _, everywhere := range []string{"aws:RequestedRegion", "aws:PrincipalAccount", "aws:ResourceAccount", "aws:SecureTransport"} {
				delete(out[i].Keys, everywhere)
			}
		}
		return out
	}
	request := func(action, resource, because string, keys map[string]string, lists map[string][]string) Request {
		if keys == nil {
			keys = map[string]string{}
		}
		if lists == nil {
			lists = map[string][]string{}
		}
		return Request{iamcheck.Request{Action: action, Resource: resource, Keys: keys, Lists: lists}, because}
	}
	const vpc, key = "arn:aws:ec2:us-west-2:222222222222:vpc/vpc-1", "arn:aws:kms:us-west-2:222222222222:key/1"
	tagged := object{"TagSpecifications": []any{object{"ResourceType": "vpc", "Tags": []any{object{"Key": "Project", "Value": "wine"}}}}}
	require.Equal(t, []Request{
		request("ec2:CreateVpc", vpc, "", map[string]string{"aws:RequestTag/Project": "wine"}, map[string][]string{"aws:TagKeys": {"Project"}}),
		request("ec2:CreateTags", vpc, "tags what it makes", map[string]string{"aws:RequestTag/Project": "wine", "ec2:CreateAction": "CreateVpc"}, map[string][]string{"aws:TagKeys": {"Project"}}),
	}, ask(call("ec2", "CreateVpc", tagged, object{"vpc": object{"vpcId": "vpc-1"}})))
	require.Equal(t, []Request{request("ec2:DeleteVpc", vpc, "", map[string]string{"aws:ResourceTag/Project": "wine"}, nil)},
		ask(call("ec2", "DeleteVpc", object{"VpcId": "vpc-1"}, nil)))

	ask(call("kms", "CreateKey", object{"Tags": []any{object{"TagKey": "Project", "TagValue": "wine"}}}, object{"KeyMetadata": object{"Arn": key}}))
	ask(call("kms", "CreateAlias", object{"AliasName": "alias/a", "TargetKeyId": "1"}, nil))
	require.Equal(t, []Request{request("kms:PutKeyPolicy", key, "", map[string]string{"aws:ResourceTag/Project": "wine"}, map[string][]string{"kms:ResourceAliases": {"alias/a"}})},
		ask(call("kms", "PutKeyPolicy", object{"KeyId": "1", "Policy": "{}"}, nil)))

	// An alias that goes leaves the tags of its key.
	ask(call("kms", "CreateAlias", object{"AliasName": "alias/b", "TargetKeyId": "1"}, nil))
	ask(call("kms", "DeleteAlias", object{"AliasName": "alias/a"}, nil))
	require.Equal(t, []Request{request("kms:ScheduleKeyDeletion", key, "", map[string]string{"aws:ResourceTag/Project": "wine"}, map[string][]string{"kms:ResourceAliases": {"alias/b"}})},
		ask(call("kms", "ScheduleKeyDeletion", object{"KeyId": "1"}, nil)))

	// Who asks for one by another id than its name asks for all.
	const rds, sagemaker = "arn:aws:rds:us-west-2:222222222222:db:", "arn:aws:sagemaker:us-west-2:222222222222:"
	require.Equal(t, []Request{request("rds:DescribeDBInstances", rds+"*", "", nil, nil)},
		ask(call("rds", "DescribeDBInstances", object{"Filters": []any{object{"Name": "dbi-resource-id", "Values": []any{"db-1"}}}}, nil)))
	require.Equal(t, []Request{request("rds:DescribeDBInstances", rds+"wine", "", nil, nil)},
		ask(call("rds", "DescribeDBInstances", object{"DBInstanceIdentifier": "wine"}, nil)))
	require.Equal(t, []Request{request("sagemaker:DescribeMlflowTrackingServer", sagemaker+"mlflow-tracking-server/wine", "", nil, nil)},
		ask(call("sagemaker", "DescribeMlflowTrackingServer", object{"TrackingServerName": "wine"}, nil)))

	const inEC2 = "arn:aws:ec2:us-west-2:222222222222:"
	ask(call("ec2", "AssociateRouteTable", object{"RouteTableId": "rtb-1", "SubnetId": "subnet-1"}, object{"associationId": "rtbassoc-1"}))
	require.Equal(t, []Request{request("ec2:DisassociateRouteTable", inEC2+"route-table/rtb-1", "", nil, nil), request("ec2:DisassociateRouteTable", inEC2+"subnet/subnet-1", "", nil, nil)},
		ask(call("ec2", "DisassociateRouteTable", object{"AssociationId": "rtbassoc-1"}, nil)))
	ask(call("ec2", "DescribeAddresses", object{}, object{"addressesSet": object{"item": []any{object{"allocationId": "eipalloc-1", "associationId": "eipassoc-1"}, object{"allocationId": "eipalloc-2"}}}}))
	require.Equal(t, []Request{request("ec2:DisassociateAddress", inEC2+"elastic-ip/eipalloc-1", "", nil, nil)},
		ask(call("ec2", "DisassociateAddress", object{"AssociationId": "eipassoc-1"}, nil)))

	const model = "arn:aws:sagemaker:us-west-2:222222222222:model-package/models/1"
	require.Equal(t, []Request{request("sagemaker:UpdateModelPackage", model, "", map[string]string{"sagemaker:ModelApprovalStatus": "Approved"}, nil)},
		ask(call("sagemaker", "UpdateModelPackage", object{"ModelPackageArn": model, "ModelApprovalStatus": "Approved"}, nil)))
	require.Equal(t, []Request{request("events:PutEvents", "arn:aws:events:us-west-2:222222222222:event-bus/default", "", map[string]string{"events:source": "mlplatform", "events:detail-type": "Deployed"}, nil)},
		ask(call("events", "PutEvents", object{"Entries": []any{object{"Source": "mlplatform", "DetailType": "Deployed"}}}, nil)))

	// EKS makes a grant in the name of the caller, and does not say that it is for a resource of AWS.
	role := "arn:aws:iam::222222222222:role/wine-dev-cluster"
	require.Equal(t, []Request{
		request("eks:CreateCluster", "*", "", nil, nil),
		request("iam:PassRole", role, "passes the role to eks.amazonaws.com", map[string]string{"iam:PassedToService": "eks.amazonaws.com"}, nil),
		request("kms:DescribeKey", key, "looks at the key", map[string]string{"aws:ResourceTag/Project": "wine"}, nil),
		request("kms:CreateGrant", key, "makes a grant on the key", map[string]string{"aws:ResourceTag/Project": "wine"}, nil),
	}, ask(call("eks", "CreateCluster", object{"name": "c", "roleArn": role, "encryptionConfig": []any{object{"provider": object{"keyArn": key}}}}, object{})))

	boundary := "arn:aws:iam::222222222222:policy/wine-dev-boundary"
	require.Equal(t, []Request{request("iam:CreateRole", role, "", map[string]string{"iam:PermissionsBoundary": boundary}, nil)},
		ask(call("iam", "CreateRole", object{"RoleName": "wine-dev-cluster", "PermissionsBoundary": boundary}, nil)))
	require.Equal(t, []Request{request("iam:PutRolePolicy", role, "", map[string]string{"iam:PermissionsBoundary": boundary}, nil)},
		ask(call("iam", "PutRolePolicy", object{"RoleName": "wine-dev-cluster", "PolicyName": "p"}, nil)))
	require.Equal(t, []Request{request("iam:TagRole", role, "", map[string]string{"aws:RequestTag/a": "b"}, map[string][]string{"aws:TagKeys": {"a"}})},
		ask(call("iam", "TagRole", object{"RoleName": "wine-dev-cluster", "Tags": []any{object{"Key": "a", "Value": "b"}}}, nil)))

	require.Equal(t, []Request{request("s3:PutLifecycleConfiguration", "arn:aws:s3:::b", "", nil, nil)},
		ask(call("s3", "PutBucketLifecycleConfiguration", object{"Bucket": "b"}, nil)))
	_, err := a.Requests(call("ec2", "DeleteVpc", object{}, nil))
	require.EqualError(t, err, "ec2:DeleteVpc: none of its resources is known from map[]")
}
