package executionrole

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

const service = "sagemaker.amazonaws.com"

// statements are the role's permissions, named after what they are for.
// https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
func (p Props) statements() []policy.Statement {
	group := p.Scope.Regional("logs", "log-group:/aws/sagemaker/*")
	out := []policy.Statement{
		{
			Sid: "Logs", Actions: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []string{group, group + ":log-stream:*"},
		},
		{
			// Metrics have no resource level but their namespaces.
			Sid: "Metrics", Actions: []string{"cloudwatch:PutMetricData"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.StringLike("cloudwatch:namespace", p.MetricNamespaces...)},
		},
	}
	out = append(out, p.pull()...)
	for i, data := range p.Data {
		out = append(out, p.data(number(i), data)...)
	}
	out = append(out, p.volumes()...)
	out = append(out, p.network()...)
	if p.PassToSageMaker {
		pass := policy.PassRole([]string{service}, p.Scope.Global("iam", "role"+p.Path+p.Name))
		pass.Sid = "PassItself"
		out = append(out, pass)
	}
	return append(out, p.Statements...)
}

// number tells the Sids of several buckets apart.
func number(i int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprint(i + 1)
}

func (p Props) pull() []policy.Statement {
	if len(p.RepositoryARNs) == 0 {
		return nil
	}
	return []policy.Statement{
		{Sid: "PullImages", Actions: ecr.PullActions(), Resources: p.RepositoryARNs},
		// The token of the registry has no resource level.
		{Sid: "SignInToRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
	}
}

func (p Props) data(number string, d Data) []policy.Statement {
	var out []policy.Statement
	listed := append(append([]string(nil), d.Read...), d.Write...)
	list := policy.Statement{Sid: "ListData" + number, Actions: []string{"s3:ListBucket"}, Resources: []string{d.BucketARN}}
	if patterns := keys(listed); !whole(listed) {
		list.Conditions = []policy.Condition{policy.StringLike("s3:prefix", patterns...)}
	}
	out = append(out, list, policy.Statement{Sid: "LocateData" + number, Actions: []string{"s3:GetBucketLocation"}, Resources: []string{d.BucketARN}})
	if len(d.Read) > 0 {
		out = append(out, policy.Statement{Sid: "ReadData" + number, Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: objects(d.BucketARN, d.Read)})
	}
	if len(d.Write) > 0 {
		out = append(out, policy.Statement{Sid: "WriteData" + number, Actions: []string{"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"}, Resources: objects(d.BucketARN, d.Write)})
	}
	if d.KeyARN == "" {
		return out
	}
	use := policy.UseKey(len(d.Write) > 0, "s3."+p.Scope.Region+"."+p.Scope.DNSSuffix(), d.KeyARN)
	use.Sid = "UseDataKey" + number
	out = append(out, use)
	return out
}

// keys are patterns for the keys in the folders, each once.
func keys(folders []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, folder := range folders {
		key := "*"
		if folder != "*" {
			key = strings.TrimSuffix(folder, "/") + "/*"
		}
		if !seen[key] {
			out = append(out, key)
		}
		seen[key] = true
	}
	return out
}

func whole(folders []string) bool {
	return slices.Contains(folders, "*")
}

func objects(bucketARN string, folders []string) []string {
	out := keys(folders)
	for i := range out {
		out[i] = bucketARN + "/" + out[i]
	}
	return out
}

// volumes is what encrypting the volumes of instances needs: SageMaker makes a grant on the key for them.
// https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
func (p Props) volumes() []policy.Statement {
	if len(p.VolumeKeyARNs) == 0 {
		return nil
	}
	grant := sagemaker.GrantVolumes(p.VolumeKeyARNs...)
	grant.Sid = "EncryptVolumes"
	return []policy.Statement{{Sid: "DescribeVolumeKeys", Actions: []string{"kms:DescribeKey"}, Resources: p.VolumeKeyARNs}, grant}
}

func (p Props) network() []policy.Statement {
	if p.Network == nil {
		return nil
	}
	out := sagemaker.AttachToNetwork(p.Scope, p.Network.SubnetIDs, p.Network.SecurityGroupIDs)
	for i, sid := range []string{"AttachToNetwork", "UseInterfaces", "DescribeNetwork"} {
		out[i].Sid = sid
	}
	return out[:]
}
