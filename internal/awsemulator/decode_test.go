package awsemulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDecode: a request of each protocol of AWS is an operation with arguments as the model names them.
func TestDecode(t *testing.T) {
	all := modelsFor(t)
	tests := []struct {
		name, service, method, path, kind, target, body, operation string
		header                                                     map[string]string
		arguments                                                  map[string]any
	}{
		{
			name: "JSON", service: "kms", target: "TrentService.EnableKeyRotation", body: `{"KeyId": "k", "RotationPeriodInDays": 90}`,
			operation: "EnableKeyRotation", arguments: object{"KeyId": "k", "RotationPeriodInDays": 90.0},
		},
		{
			name: "forms", service: "iam", kind: "application/x-www-form-urlencoded", body: "Action=CreateRole&Version=2010-05-08&RoleName=r&MaxSessionDuration=3600&AssumeRolePolicyDocument=%7B%7D&Tags.member.1.Key=a&Tags.member.1.Value=b",
			operation: "CreateRole", arguments: object{"RoleName": "r", "MaxSessionDuration": 3600.0, "AssumeRolePolicyDocument": "{}", "Tags": []any{object{"Key": "a", "Value": "b"}}},
		},
		{
			name: "maps in forms", service: "sns", kind: "application/x-www-form-urlencoded", body: "Action=CreateTopic&Version=2010-03-31&Name=n&Attributes.entry.1.key=KmsMasterKeyId&Attributes.entry.1.value=k",
			operation: "CreateTopic", arguments: object{"Name": "n", "Attributes": object{"KmsMasterKeyId": "k"}},
		},
		{
			name: "EC2", service: "ec2", kind: "application/x-www-form-urlencoded",
			body:      "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b&AmazonProvidedIpv6CidrBlock=false",
			operation: "CreateVpc", arguments: object{"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": false, "TagSpecifications": []any{object{"ResourceType": "vpc", "Tags": []any{object{"Key": "a", "Value": "b"}}}}},
		},
		{
			name: "REST with JSON", service: "eks", method: http.MethodPost, path: "/clusters/c/node-groups/n/update-config", body: `{"scalingConfig": {"maxSize": 2}}`,
			operation: "UpdateNodegroupConfig", arguments: object{"clusterName": "c", "nodegroupName": "n", "scalingConfig": object{"maxSize": 2.0}},
		},
		{
			name: "REST with XML", service: "s3", method: http.MethodPut, path: "/b?versioning", header: map[string]string{"X-Amz-Expected-Bucket-Owner": "111111111111"},
			body:      `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>`,
			operation: "PutBucketVersioning", arguments: object{"Bucket": "b", "ExpectedBucketOwner": "111111111111", "VersioningConfiguration": object{"Status": "Enabled"}},
		},
		{
			name: "flat lists in XML", service: "s3", method: http.MethodPut, path: "/b?lifecycle",
			body:      `<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter></Filter></Rule><Rule><ID>b</ID><Status>Disabled</Status></Rule></LifecycleConfiguration>`,
			operation: "PutBucketLifecycleConfiguration", arguments: object{"Bucket": "b", "LifecycleConfiguration": object{"Rules": []any{
				object{"ID": "a", "Status": "Enabled", "Filter": object{}}, object{"ID": "b", "Status": "Disabled"},
			}}},
		},
		{
			name: "without the slash at the end", service: "route53", method: http.MethodPost, path: "/2013-04-01/hostedzone/Z1/rrset",
			body:      `<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Action>DELETE</Action><ResourceRecordSet><Name>a.</Name><Type>A</Type></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`,
			operation: "ChangeResourceRecordSets", arguments: object{"HostedZoneId": "Z1", "ChangeBatch": object{"Changes": []any{object{"Action": "DELETE", "ResourceRecordSet": object{"Name": "a.", "Type": "A"}}}}},
		},
		{name: "objects", service: "s3", method: http.MethodGet, path: "/b/a/b.txt?x-id=GetObject", operation: "GetObject", arguments: object{"Bucket": "b", "Key": "a/b.txt"}},
		{name: "lists of objects", service: "s3", method: http.MethodGet, path: "/b?list-type=2&prefix=a%2F", operation: "ListObjectsV2", arguments: object{"Bucket": "b", "Prefix": "a/"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.method == "" {
				test.method, test.path = http.MethodPost, "/"
			}
			r := httptest.NewRequest(test.method, "https://aws"+test.path, strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.kind)
			if test.target != "" {
				r.Header.Set("X-Amz-Target", test.target)
			}
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			m, err := all.of(test.service)
			require.NoError(t, err)
			operation, arguments, err := m.decode(r, r.URL.EscapedPath(), []byte(test.body))
			require.NoError(t, err)
			require.Equal(t, test.operation, operation)
			require.Equal(t, test.arguments, arguments)
			require.Empty(t, m.check(operation, arguments))
		})
	}
}

// TestCheck: what the service would refuse is found, all at once.
func TestCheck(t *testing.T) {
	m, err := modelsFor(t).of("eks")
	require.NoError(t, err)
	require.Equal(t, []string{
		"roleArn: is missing, and CreateClusterRequest requires it",
		"colour: is no member of CreateClusterRequest",
		"logging.clusterLogging[0].types[0]: is \"sound\", and LogType is one of api, audit, authenticator, controllerManager, scheduler",
		"name: is \"-\", and ClusterName matches ^[0-9A-Za-z][A-Za-z0-9\\-_]*",
		"resourcesVpcConfig.subnetIds: is string, and StringList is a list",
		"version: is float64, and String is a string",
	}, m.check("CreateCluster", object{
		"name": "-", "colour": "red", "version": 1.33, "resourcesVpcConfig": object{"subnetIds": "subnet-1"},
		"logging": object{"clusterLogging": []any{object{"types": []any{"sound"}, "enabled": true}}},
	}))
	m, err = modelsFor(t).of("kms")
	require.NoError(t, err)
	require.Equal(t, []string{"KeyId: has 0 characters, which KeyIdType does not allow", "RotationPeriodInDays: is 30, which RotationPeriodInDaysType does not allow"},
		m.check("EnableKeyRotation", object{"KeyId": "", "RotationPeriodInDays": 30.0}))
	require.Equal(t, []string{"RotationPeriodInDays: is float64, and RotationPeriodInDaysType is a whole number"}, m.check("EnableKeyRotation", object{"KeyId": "k", "RotationPeriodInDays": 90.5}))
}
