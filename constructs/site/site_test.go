package site_test

import (
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/constructs/kms"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

func TestMain(m *testing.M) { synthtest.Main(m) }

var (
	oregon = arn.Scope{Partition: "aws", Region: "us-west-2", Account: "222222222222"}
	none   = arn.Scope{}
)

func foreign(t *testing.T) cdktf.TerraformStack {
	return cdktf.NewTerraformStack(cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())}), jsii.String("foreign"))
}

func TestStackOfThePlatformIsKnown(t *testing.T) {
	require.Equal(t, oregon, site.Of(synthtest.Stack(t), none))
}

func TestForeignStackIsToldOnce(t *testing.T) {
	stack := foreign(t)
	before := constructs.NewConstruct(stack, jsii.String("before"))
	key := kms.KeyProps{Alias: "wine-dev", Description: "Models of wine-dev"}
	_, err := kms.NewKey(before, "key", key)
	require.EqualError(t, err, "scope: is missing, and that of the stack is not known; say it once for the whole stack with site.Set, or name region and account here")

	site.Set(stack, arn.Scope{Region: "us-west-2", Account: "222222222222"})
	require.Equal(t, oregon, site.Of(before, none), "made before, asked after")
	deep := constructs.NewConstruct(constructs.NewConstruct(stack, jsii.String("a")), jsii.String("b"))
	require.Equal(t, oregon, site.Of(deep, none), "below constructs of others")
	_, err = kms.NewKey(before, "key", key)
	require.NoError(t, err)
}

// A team is a stack that embeds one of CDKTF, as teams write them. It and what it embeds are one construct.
type team struct{ cdktf.TerraformStack }

func (t *team) ToString() *string { return jsii.String("team") }

func TestStackInside(t *testing.T) {
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})
	made := map[string]func(id string) *team{
		"override": func(id string) *team {
			stack := &team{}
			cdktf.NewTerraformStack_Override(stack, app, jsii.String(id))
			return stack
		},
		"embedded": func(id string) *team { return &team{cdktf.NewTerraformStack(app, jsii.String(id))} },
	}
	told := map[string]func(s *team) constructs.Construct{
		"outer": func(s *team) constructs.Construct { return s },
		"inner": func(s *team) constructs.Construct { return s.TerraformStack },
	}
	for how, create := range made {
		for which, of := range told {
			stack := create(how + which)
			site.Set(of(stack), oregon)
			require.Equal(t, oregon, site.Of(stack, none), how+which)
			require.Equal(t, oregon, site.Of(stack.TerraformStack, none), how+which)
			require.Equal(t, oregon, site.Of(constructs.NewConstruct(stack.TerraformStack, jsii.String("part")), none), how+which)
		}
	}
}

func TestNearestCountsAndPropsGoFirst(t *testing.T) {
	stack := foreign(t)
	site.Set(stack, oregon)
	part := constructs.NewConstruct(stack, jsii.String("replica"))
	require.Equal(t, oregon, site.Of(part, none))
	china := arn.Scope{Partition: "aws-cn", Region: "cn-north-1", Account: "333333333333"}
	site.Set(part, china)
	require.Equal(t, china, site.Of(part, none))
	require.Equal(t, oregon, site.Of(stack, none))

	require.Equal(t, arn.Scope{Partition: "aws", Region: "us-west-2", Account: "111111111111"}, site.Of(stack, arn.Scope{Account: "111111111111"}))
	require.Equal(t, arn.Scope{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "222222222222"}, site.Of(stack, arn.Scope{Region: "us-gov-west-1"}))
	require.Equal(t, china, site.Of(stack, china))
}

func TestCheck(t *testing.T) {
	require.NoError(t, site.Check(oregon))
	require.EqualError(t, site.Check(arn.Scope{Partition: "aws", Region: "us-west-2"}), `scope.account: "" is no AWS account id; write its 12 digits as a string`)
}

func TestNoStackAtAll(t *testing.T) {
	require.Equal(t, arn.Scope{Partition: "aws"}, site.Of(nil, none))
}
