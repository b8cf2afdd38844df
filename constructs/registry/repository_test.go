package registry_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/registry"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/synthtest"
	"github.com/mlplatform/mlplatform/internal/tf"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

const keyARN = "arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555"

// build makes a repository with the construct id "train" and synthesises its stack.
func build(t *testing.T, props registry.Props) (*registry.Repository, synthtest.Template) {
	t.Helper()
	props.Name = cmp.Or(props.Name, "wine/train.image")
	return synthtest.Build(t, "train", props, registry.New)
}

func TestRepository(t *testing.T) {
	_, template := build(t, registry.Props{})
	template.Golden("repository")
}

func TestEverything(t *testing.T) {
	made, template := build(t, registry.Props{
		Tags: map[string]string{"Team": "ml"}, MutableTags: true, SkipScanOnPush: true, KeyARN: keyARN,
		Lifecycle: registry.Lifecycle{
			Protect: []string{"prod-*"}, ExpireUntaggedAfterDays: 1, OthersKeepLast: 100,
			Tagged: []registry.TagRule{{Pattern: "*", ExpireAfterDays: 90}, {Pattern: "v*", KeepLast: 20}},
		},
		PullAccounts: []string{"333333333333", "444444444444"},
		PullServices: []registry.Service{registry.Lambda, registry.SageMaker},
		PushRoleARNs: []string{"arn:aws:iam::333333333333:role/build"},
		Statements: []policy.Statement{{
			Sid: "Audit", Principals: []policy.Principal{policy.AWS("arn:aws:iam::555555555555:role/audit")}, Actions: []string{"ecr:DescribeImageScanFindings"},
		}},
		AllowDestroy: true, DeleteImagesOnDestroy: true,
	})
	require.Equal(t, keyARN, made.KeyARN())
	template.Golden("everything")
}

func TestAES256(t *testing.T) {
	made, template := build(t, registry.Props{Encryption: registry.AES256, Lifecycle: registry.Lifecycle{KeepUntagged: true}})
	require.Empty(t, made.KeyARN())
	require.Equal(t, map[string]int{"aws_ecr_repository": 1}, template.Counts())
	require.Equal(t, []any{map[string]any{"encryption_type": "AES256"}}, template.One("aws_ecr_repository")["encryption_configuration"])
}

// A repository policy without conditions would let anyone's function pull the image.
func TestServicesPullForKnownAccountsOnly(t *testing.T) {
	_, template := build(t, registry.Props{PullServices: []registry.Service{registry.Lambda, registry.SageMaker}, PullAccounts: []string{"333333333333"}})
	pulled := template.Allowing(template.One("aws_ecr_repository_policy")["policy"], "ecr:BatchGetImage")
	require.Len(t, pulled, 3)
	require.Empty(t, pulled[0].Condition)
	require.Equal(t, map[string]any{"AWS": "arn:aws:iam::333333333333:root"}, pulled[0].Principal)
	require.Equal(t, map[string]map[string]any{"StringLike": {"aws:SourceArn": []any{
		"arn:aws:lambda:us-west-2:222222222222:function:*", "arn:aws:lambda:us-west-2:333333333333:function:*",
	}}}, pulled[1].Condition)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"aws:SourceAccount": []any{"222222222222", "333333333333"}}}, pulled[2].Condition)
}

// With an organisation the policy is the same whoever is in it, and Lambda still finds this account's own functions in it.
func TestOrganizationPulls(t *testing.T) {
	organization := policy.Organization{ID: "o-a1b2c3d4e5", Paths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}
	_, template := build(t, registry.Props{PullServices: []registry.Service{registry.Lambda, registry.SageMaker}, PullOrganization: organization})
	pulled := template.Allowing(template.One("aws_ecr_repository_policy")["policy"], "ecr:BatchGetImage")
	require.Len(t, pulled, 4)
	require.Equal(t, "*", pulled[0].Principal)
	require.Equal(t, map[string]map[string]any{
		"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"},
	}, pulled[0].Condition)
	require.Equal(t, map[string]map[string]any{"StringLike": {"aws:SourceArn": "arn:aws:lambda:us-west-2:222222222222:function:*"}}, pulled[1].Condition)
	require.Equal(t, map[string]map[string]any{"StringEquals": {"aws:SourceAccount": "222222222222"}}, pulled[2].Condition)
	require.Equal(t, map[string]any{"Service": []any{"lambda.amazonaws.com", "sagemaker.amazonaws.com"}}, pulled[3].Principal)
	require.Equal(t, map[string]map[string]any{
		"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}, "ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"},
	}, pulled[3].Condition)
}

func TestOutputs(t *testing.T) {
	stack := synthtest.Stack(t)
	made, err := registry.New(stack, "train", registry.Props{Name: "wine/train"})
	require.NoError(t, err)
	image, err := made.ImageURI("3f2a1c9")
	require.NoError(t, err)
	for output, value := range map[string]string{
		"name": made.Name(), "arn": made.ARN(), "url": made.URL(), "registry": made.RegistryID(), "key": made.KeyARN(), "image": image,
	} {
		tf.Output(stack, output, value, "Test")
	}
	template := synthtest.Synth(t, stack)
	const resource = "aws_ecr_repository.train_repository_65DDDA9A."
	require.Equal(t, "${"+resource+"name}", template.Output("name"))
	require.Equal(t, "${"+resource+"arn}", template.Output("arn"))
	require.Equal(t, "${"+resource+"repository_url}", template.Output("url"))
	require.Equal(t, "${"+resource+"registry_id}", template.Output("registry"))
	require.Equal(t, "${aws_kms_key.train_key_3FEF8BCB.arn}", template.Output("key"))
	require.Equal(t, "${"+resource+"repository_url}:3f2a1c9", template.Output("image"))
}

func TestImageURI(t *testing.T) {
	made, err := registry.FromName(synthtest.Stack(t), "train", registry.ExistingProps{Name: "wine/train", Scope: arn.Scope{Region: "cn-north-1", Account: "111111111111"}})
	require.NoError(t, err)
	const url = "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/wine/train"
	require.Equal(t, []string{"wine/train", "arn:aws-cn:ecr:cn-north-1:111111111111:repository/wine/train", url, "111111111111", ""},
		[]string{made.Name(), made.ARN(), made.URL(), made.RegistryID(), made.KeyARN()})
	digest := "sha256:" + strings.Repeat("0a", 32)
	for reference, want := range map[string]string{"v1.2_x-3": url + ":v1.2_x-3", digest: url + "@" + digest, "${var.tag}": url + ":${var.tag}", "sha256:${var.d}": url + "@sha256:${var.d}"} {
		got, err := made.ImageURI(reference)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for reference, want := range map[string]string{
		"latest":     `image of train: "latest" is a different image after every push; name the tag of a commit or a digest`,
		"":           `image of train: "" is a different image after every push; name the tag of a commit or a digest`,
		"a b":        `image of train: "a b" is neither a tag nor a digest; use up to 128 letters, digits and . _ -, or "sha256:" and 64 hexadecimal digits`,
		"sha256:0a1": `image of train: "sha256:0a1" is neither a tag nor a digest; use up to 128 letters, digits and . _ -, or "sha256:" and 64 hexadecimal digits`,
	} {
		_, err := made.ImageURI(reference)
		require.EqualError(t, err, want)
	}
}

// grantee remembers what it was granted.
type grantee map[string]string

func (g grantee) Grant(id string, statements ...policy.Statement) error {
	text, err := policy.New(statements...).JSON(policy.Identity)
	g[id] = text
	return err
}

func TestGrants(t *testing.T) {
	made, err := registry.FromName(synthtest.Stack(t), "train", registry.ExistingProps{Name: "wine/train"})
	require.NoError(t, err)
	got := grantee{}
	require.NoError(t, made.GrantPull(got))
	require.NoError(t, made.GrantPush(got))
	const signIn = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},{"Effect":"Allow","Action":[`
	const resource = `],"Resource":"arn:aws:ecr:us-west-2:222222222222:repository/wine/train"}]}`
	require.Equal(t, grantee{
		"train-pull": signIn + `"ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"` + resource,
		"train-push": signIn + `"ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:CompleteLayerUpload","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"` + resource,
	}, got)
	require.EqualError(t, made.GrantPull(nil), "repository train: grant pull: the grantee is missing; pass a role")
}

func TestProblems(t *testing.T) {
	lifecycle := func(l registry.Lifecycle) registry.Props { return registry.Props{Lifecycle: l} }
	var accounts []string
	for i := 0; i < 400; i++ {
		accounts = append(accounts, fmt.Sprintf("333333333%03d", i))
	}
	var many []string
	for i := 0; i < 50; i++ {
		many = append(many, strings.Repeat("a", i+1))
	}
	tests := map[string]struct {
		props registry.Props
		want  string
	}{
		"name":       {registry.Props{Name: "Wine/train"}, `name: "Wine/train" is no repository name; use 2 to 256 lower-case letters, digits, and . _ - / between them`},
		"slash":      {registry.Props{Name: "wine/"}, `name: "wine/" is no repository name; use 2 to 256 lower-case letters, digits, and . _ - / between them`},
		"token name": {registry.Props{Name: "${var.name}"}, `name: "${var.name}" is known to Terraform only, and policies and limits are checked now; write the name out`},
		"encryption": {registry.Props{Encryption: "aws:kms"}, `encryption: "aws:kms" is unknown; use "KMS" or "AES256"`},
		"alias":      {registry.Props{KeyARN: "alias/ecr"}, `keyARN: "alias/ecr" is no ARN of a KMS key; write it like arn:aws:kms:us-west-2:123456789012:key/id, policies know no aliases`},
		"unused key": {registry.Props{KeyARN: keyARN, Encryption: registry.AES256}, `keyARN: has no effect with encryption "AES256"; remove one of them`},
		"destroy":    {registry.Props{DeleteImagesOnDestroy: true}, "deleteImagesOnDestroy: has no effect while Terraform refuses to destroy the repository; set allowDestroy too"},

		"accounts": {registry.Props{PullAccounts: []string{"12", "222222222222"}}, "pullAccounts[0]: \"12\" is no AWS account id; write its 12 digits as a string\n" +
			"pullAccounts[1]: \"222222222222\" is the repository's own account; use GrantPull for its roles"},
		"organization": {registry.Props{PullOrganization: policy.Organization{ID: "acme"}}, `pullOrganization.id: "acme" is no id of an organisation; write it like o-a1b2c3d4e5, aws organizations describe-organization shows it`},
		"services": {registry.Props{PullServices: []registry.Service{"ecs.amazonaws.com", registry.Lambda, registry.Lambda}},
			"pullServices[0]: \"ecs.amazonaws.com\" is unknown; use \"lambda.amazonaws.com\" or \"sagemaker.amazonaws.com\", other services pull with a role\n" +
				"pullServices[2]: \"lambda.amazonaws.com\" is named twice; name it once"},
		"push":      {registry.Props{PushRoleARNs: []string{"build"}}, `pushRoleARNs[0]: "build" is no ARN of an IAM role; write it like arn:aws:iam::123456789012:role/name`},
		"statement": {registry.Props{Statements: []policy.Statement{{Actions: []string{"ecr:*"}, Resources: []string{"*"}}}}, "statements[0].actions[0]: \"ecr:*\" allows actions that nobody listed; write each action out\nstatements[0].resources: have no place in a repository policy; remove them\nstatements[0].principals: are missing; say whom the statement is about"},
		"size":      {registry.Props{PullAccounts: accounts}, "statements: make a repository policy of 13386 characters, 10240 are allowed; use an organization in place of accounts, or fewer statements"},

		"pattern": {lifecycle(registry.Lifecycle{Protect: []string{"a b", "a*b*c*d*e*f", "v*"}, Tagged: []registry.TagRule{{Pattern: "v*", KeepLast: 1}}}),
			`lifecycle.protect[0]: "a b" is no pattern of a tag; use letters, digits and . _ - with up to four *, such as "prod-*"
lifecycle.protect[1]: "a*b*c*d*e*f" is no pattern of a tag; use letters, digits and . _ - with up to four *, such as "prod-*"
lifecycle.tagged[0].pattern: "v*" is used in lifecycle.protect[2] already; use each pattern once`},
		"neither": {lifecycle(registry.Lifecycle{Tagged: []registry.TagRule{{Pattern: "v*"}, {Pattern: "w*", KeepLast: 1, ExpireAfterDays: 1}, {Pattern: "x*", KeepLast: -1}}}),
			"lifecycle.tagged[0]: needs either keepLast or expireAfterDays, 1 or more, and not both\n" +
				"lifecycle.tagged[1]: needs either keepLast or expireAfterDays, 1 or more, and not both\n" +
				"lifecycle.tagged[2]: needs either keepLast or expireAfterDays, 1 or more, and not both"},
		"protected": {lifecycle(registry.Lifecycle{Protect: []string{"prod-*"}, Tagged: []registry.TagRule{{Pattern: "prod-v*", KeepLast: 1}}}),
			`lifecycle.tagged[0].pattern: "prod-v*" never deletes an image, all that match it are protected by "prod-*"; remove one of them`},
		"rest": {lifecycle(registry.Lifecycle{KeepUntagged: true, ExpireUntaggedAfterDays: -1, OthersKeepLast: -1, OthersExpireAfterDays: -1}),
			"lifecycle.expireUntaggedAfterDays: does not go with keepUntagged; drop one of them\nlifecycle.expireUntaggedAfterDays: -1 is out of range; use 1 or more\n" +
				"lifecycle.othersKeepLast: -1 is out of range; use 1 or more\nlifecycle.othersExpireAfterDays: -1 is out of range; use 1 or more"},
		"others": {lifecycle(registry.Lifecycle{KeepUntagged: true, OthersKeepLast: 1, OthersExpireAfterDays: 1}),
			"lifecycle.othersExpireAfterDays: does not go with othersKeepLast, ECR takes one rule about all images; drop one of them\n" +
				"lifecycle.keepUntagged: does not go with a rule about all other images, untagged ones are among them; drop one of them"},
		"too many rules": {lifecycle(registry.Lifecycle{Protect: many}), "lifecycle: has 51 rules, 50 are allowed; join some patterns"},
	}
	stack := synthtest.Stack(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			props := test.props
			props.Name = cmp.Or(props.Name, "wine/train")
			_, err := registry.New(stack, "train", props)
			require.EqualError(t, err, test.want)
		})
	}
	_, err := registry.FromName(stack, "train", registry.ExistingProps{Name: "T", Scope: arn.Scope{Account: "2"}})
	require.EqualError(t, err, `name: "T" is no repository name; use 2 to 256 lower-case letters, digits, and . _ - / between them
scope.account: "2" is no AWS account id; write its 12 digits as a string`)
}

// TestRuleOrder checks the order in which ECR applies the rules, whatever the order in which they were given.
func TestRuleOrder(t *testing.T) {
	_, template := build(t, registry.Props{Lifecycle: registry.Lifecycle{
		Protect: []string{"prod-*"}, OthersExpireAfterDays: 365,
		Tagged: []registry.TagRule{
			{Pattern: "*", ExpireAfterDays: 90}, {Pattern: "v*", KeepLast: 50}, {Pattern: "dev-*", KeepLast: 5}, {Pattern: "v*-rc", ExpireAfterDays: 14}, {Pattern: "v1*-rc", KeepLast: 1},
		},
	}})
	var document struct {
		Rules []struct {
			RulePriority int
			Description  string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(template.One("aws_ecr_lifecycle_policy")["policy"].(string)), &document))
	var got []string
	for i, rule := range document.Rules {
		require.Equal(t, i+1, rule.RulePriority)
		got = append(got, rule.Description)
	}
	require.Equal(t, []string{
		"Keep all images tagged prod-*",
		"Keep the last 1 image tagged v1*-rc", "Delete images tagged v*-rc after 14 days", "Keep the last 50 images tagged v*", "Keep the last 5 images tagged dev-*",
		"Delete images tagged * after 90 days",
		"Delete untagged images after 7 days",
		"Delete all other images after 365 days",
	}, got)
}
