package stacks_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// manyEnvironments are the files of that many environments in accounts of their own in place of those of the example, with lines in operations.
func manyEnvironments(environments int, lines string) map[string]string {
	files := map[string]string{"platform.yaml": `project: wine
repository: acme/wine-ml
region: us-west-2
operations:
  account: "111111111111"
` + lines}
	for _, name := range []string{"dev", "staging", "prod"} {
		files["environments/"+name+".yaml"] = ""
	}
	for i := range environments {
		files[fmt.Sprintf("environments/e%03d.yaml", i)] = fmt.Sprintf("account: \"2222222%05d\"\npromotion: { branches: [release/%d] }\n", i, i)
	}
	return files
}

// TestManyEnvironmentsFitTheLimits: the stacks that know of all environments fit what AWS takes, with the accounts named as long as
// config accepts that, and shared with an organisation.
func TestManyEnvironmentsFitTheLimits(t *testing.T) {
	accepts := func(environments int) bool {
		files := fstest.MapFS{}
		for name, text := range manyEnvironments(environments, "") {
			if text != "" {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		_, err := config.LoadFS(files)
		return err == nil
	}
	most := 1
	for accepts(most + 1) {
		most++
	}
	require.Greater(t, most, 80)
	const organization = "  organization: { id: o-a1b2c3d4e5, paths: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*] }\n"
	for _, each := range []struct {
		environments int
		lines        string
	}{{1, ""}, {40, ""}, {most, ""}, {1, organization}, {40, organization}, {100, organization}} {
		for _, stack := range []string{"state", "operations"} {
			text := builtOne(t, configurations[0], manyEnvironments(each.environments, each.lines), stack)
			requireLimits(t, fmt.Sprintf("%s of %d environments", stack, each.environments), synthtest.Parse(t, string(text)))
		}
	}
}

// TestOrganizationInPlaceOfAccounts: what is shared names the organisation in each policy, and no account but its own.
func TestOrganizationInPlaceOfAccounts(t *testing.T) {
	const organization = "  organization: { id: o-a1b2c3d4e5, paths: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*] }\n"
	template := synthtest.Parse(t, string(builtOne(t, configurations[0], manyEnvironments(1, organization), "operations")))
	for resourceType, action := range map[string]string{"aws_ecr_repository_policy": "ecr:BatchGetImage", "aws_s3_bucket_policy": "s3:GetObject", "aws_kms_key": "kms:Decrypt"} {
		found := 0
		for address, resource := range template.Resources(resourceType) {
			require.NotContains(t, resource["policy"], "222222200000", address)
			for _, statement := range template.Allowing(resource["policy"], action) {
				principal, _ := statement.Principal.(map[string]any)
				whose := "aws:Principal"
				if principal["Service"] != nil {
					whose = "aws:Source"
				}
				if statement.Principal != "*" && statement.Condition["StringEquals"][whose+"OrgID"] == nil {
					continue // those of the own account
				}
				found++
				require.Equal(t, "o-a1b2c3d4e5", statement.Condition["StringEquals"][whose+"OrgID"], address)
				require.Equal(t, map[string]any{whose + "OrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}, statement.Condition["ForAnyValue:StringLike"], address)
			}
		}
		require.GreaterOrEqual(t, found, 2, resourceType)
	}
}
