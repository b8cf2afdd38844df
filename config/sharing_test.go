package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// manyEnvironments is a platform with that many environments in accounts of their own, and lines in operations.
func manyEnvironments(environments int, lines string) files {
	all := small(files{"platform.yaml": smallPlatform + lines, "environments/dev.yaml": ""})
	for i := range environments {
		all[fmt.Sprintf("environments/e%03d.yaml", i)] = fmt.Sprintf("account: \"2222222%05d\"\npromotion: { branches: [release/%d] }\n", i, i)
	}
	return all
}

const inOrganization = "  organization: { id: o-a1b2c3d4e5 }\n"

// TestEnvironmentsShareAsFarAsPoliciesGo: from one to a hundred accounts, all are named as long as AWS takes the policies. From then on the
// way out is named, and works.
func TestEnvironmentsShareAsFarAsPoliciesGo(t *testing.T) {
	refused := 0
	for n := 1; n <= 100; n++ {
		named, err := manyEnvironments(n, "").load()
		if err == nil {
			require.Zero(t, refused, "%d environments are accepted and fewer are not", n)
			accounts, organization := named.SharedWith()
			require.Len(t, accounts, n)
			require.False(t, organization.Given())
		} else {
			require.ErrorContains(t, err, "platform.yaml:4:1: operations.organization: is missing")
			refused++
		}
		accounts, organization := manyEnvironments(n, inOrganization).must(t).SharedWith()
		require.Empty(t, accounts)
		require.Equal(t, policy.Organization{ID: "o-a1b2c3d4e5"}, organization)
	}
	require.Equal(t, 4, refused, "the limit is elsewhere than the documentation says")
}

func TestTooManyAccountsForThePolicies(t *testing.T) {
	for _, each := range []struct {
		name         string
		environments int
		lines, want  string
	}{
		{"images", 97, "", `platform.yaml:4:1: operations.organization: is missing, and the policy of each of the images, which names the 97 accounts of the environments, is 10251 characters long, where ECR takes 10240; add organization: { id: o-... }, with the id of your AWS organization, to share with its accounts instead`},
		{"buckets", 300, "  images: []\n", `platform.yaml:4:1: operations.organization: is missing, and the policy of the bucket of artifacts, which names the 300 accounts of the environments, is 22004 characters long, where S3 takes 20480; add organization: { id: o-... }, with the id of your AWS organization, to share with its accounts instead`},
		{"paths", 1, "  organization: { id: o-a1b2c3d4e5, paths: [" + strings.Join(units(200), ", ") + "] }\n",
			`platform.yaml:6:44: operations.organization.paths: make the policy of each of the images 17470 characters long, where ECR takes 10240; name fewer, such as a unit above them`},
	} {
		t.Run(each.name, func(t *testing.T) {
			_, err := manyEnvironments(each.environments, each.lines).load()
			require.EqualError(t, err, each.want)
		})
	}
}

// units are paths of that many organizational units.
func units(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("o-a1b2c3d4e5/r-ab12/ou-ab12-%08d/*", i))
	}
	return out
}

func TestOrganizationThatIsNone(t *testing.T) {
	for name, each := range map[string]struct{ lines, want string }{
		"no id": {"{}", `platform.yaml:6:17: operations.organization.id: is missing; add id: o-a1b2c3d4e5`},
		"an account": {`{ id: "222222222222" }`, `platform.yaml:6:23: operations.organization.id: "222222222222" is no id of an organisation; ` +
			`write it like o-a1b2c3d4e5, aws organizations describe-organization shows it`},
		"paths": {"{ id: o-a1b2c3d4e5, paths: [ou-ab12-11111111, o-a1b2c3d4e5/r-ab12/ou-ab12-11111111, o-zzzzzzzzzz/r-ab12/] }",
			`platform.yaml:6:45: operations.organization.paths[0]: "ou-ab12-11111111" is no path of an organisational unit; write it like o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ for the accounts in the unit, or with * at the end for those below too
platform.yaml:6:63: operations.organization.paths[1]: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111" is no path of an organisational unit; write it like o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ for the accounts in the unit, or with * at the end for those below too
platform.yaml:6:101: operations.organization.paths[2]: "o-zzzzzzzzzz/r-ab12/" is in another organisation than o-a1b2c3d4e5; use paths that begin with o-a1b2c3d4e5/`},
		"twice": {"{ id: o-a1b2c3d4e5, paths: [o-a1b2c3d4e5/r-ab12/, o-a1b2c3d4e5/r-ab12/] }",
			`platform.yaml:6:67: operations.organization.paths[1]: "o-a1b2c3d4e5/r-ab12/" stands twice in the list; remove one; the first is operations.organization.paths[0]`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := manyEnvironments(1, "  organization: "+each.lines+"\n").load()
			require.EqualError(t, err, each.want)
		})
	}
}

func TestOrganizationWithPaths(t *testing.T) {
	p := manyEnvironments(1, "  organization:\n    id: o-a1b2c3d4e5\n    paths: [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*, o-a1b2c3d4e5/r-ab12/]\n").must(t)
	require.Equal(t, &config.Organization{ID: "o-a1b2c3d4e5", Paths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*", "o-a1b2c3d4e5/r-ab12/"}}, p.Operations.Organization)
}
