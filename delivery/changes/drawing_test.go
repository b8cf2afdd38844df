package changes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDrawing: arrows lead from a part that differs to those that use it and differ too.
func TestDrawing(t *testing.T) {
	before := map[string]string{"dev": resources(`{
		"aws_s3_bucket": {"data_bucket_1A": {"bucket": "a"}},
		"aws_iam_role": {"training_jobs_2B": {"name": "jobs"}},
		"aws_vpc": {"network_vpc_3C": {"cidr_block": "10.0.0.0/16"}}
	}`)}
	after := map[string]string{"dev": resources(`{
		"aws_s3_bucket": {"data_bucket_1A": {"bucket": "b"}},
		"aws_iam_role": {"training_jobs_2B": {"name": "jobs", "description": "${aws_s3_bucket.data_bucket_1A.arn} in ${aws_vpc.network_vpc_3C.id}"}},
		"aws_vpc": {"network_vpc_3C": {"cidr_block": "10.0.0.0/16"}}
	}`)}
	page := reportOf(t, before, after).Markdown(0)
	require.Contains(t, page, "```mermaid\nflowchart LR\n  subgraph g1[\"dev, changed\"]\n    n1[\"data<br/>1 replaced?\"]\n    n2[\"training<br/>1 changed\"]\n  end\n  n1 --> n2\n```\n")
	require.NotContains(t, page, "network<br/>", "it does not differ")

	delete(before, "dev")
	require.Contains(t, reportOf(t, before, after).Markdown(0), `n3["training<br/>1 added"]`)
	require.NotContains(t, reportOf(t, before, map[string]string{"dev": resources(`{"aws_vpc": {"network_vpc_3C": {}}}`)}).Markdown(0), "mermaid", "one part needs no drawing")
}

// TestDrawingIsLeftOut where it would say less than the table, and where the page is too short for it.
func TestDrawingIsLeftOut(t *testing.T) {
	var many []string
	for i := range mostParts + 1 {
		many = append(many, fmt.Sprintf(`"part%d_bucket": {"bucket": "b%d"}`, i, i))
	}
	after := func(n int) map[string]string {
		return map[string]string{"dev": resources(`{"aws_s3_bucket": {` + strings.Join(many[:n], ",") + `}}`)}
	}
	require.Contains(t, reportOf(t, nil, after(mostParts)).Markdown(0), "mermaid")
	require.NotContains(t, reportOf(t, nil, after(mostParts+1)).Markdown(0), "mermaid")
	require.NotContains(t, reportOf(t, nil, after(mostParts)).Markdown(2_000), "mermaid")
}

func TestPart(t *testing.T) {
	for address, want := range map[string]string{
		"aws_s3_bucket.data_bucket_F0368B94": "data", "data.aws_caller_identity.me": "me", "aws_vpc.network": "network",
		"aws_sagemaker_model_package_group.model-groups_models_group_7DC62219": "model-groups",
	} {
		require.Equal(t, want, part(address))
	}
}
