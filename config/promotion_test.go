package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const manyBranches = "[team-of-the-red-wines, team-of-the-white-wines, team-of-the-rose-wines, team-of-the-sparkling-wines, team-of-the-fortified-wines, " +
	"team-of-the-orange-wines, team-of-the-natural-wines, team-of-the-dessert-wines, team-of-the-table-wines, team-of-the-organic-wines, team-of-the-vegan-wines]"

func init() {
	staging := func(promotion string) files {
		return small(files{"environments/staging.yaml": `account: "333333333333"
promotion: ` + promotion + `
`})
	}
	badInputs = append(badInputs, []struct {
		name  string
		files files
		want  string
	}{
		{
			"default branch that is a ref", platform("defaultBranch: refs/heads/main\n"),
			`platform.yaml:6:16: defaultBranch: branch "refs/heads/main" is a whole ref; write the name alone, without refs/heads/ or refs/tags/`,
		},
		{
			"default branch that is a pattern", platform("defaultBranch: release/*\n"),
			`platform.yaml:6:16: defaultBranch: branch "release/*" has a wildcard and would match nothing; name the one branch`,
		},
		{
			"machines without a label", platform("runsOn: []\n"),
			`platform.yaml:6:9: runsOn: names no label of a machine; write at least one, such as [self-hosted, linux], or remove the line`,
		},
		{
			"machines for images without a label", platform("runsOnArm64: []\n"),
			`platform.yaml:6:14: runsOnArm64: names no label of a machine; write at least one, such as [self-hosted, arm64], or remove the line`,
		},
		{
			"machines by an expression", platform("runsOn: [self-hosted, \"${{ inputs.machine }}\"]\n"),
			`platform.yaml:6:23: runsOn[1]: "${{ inputs.machine }}" would be evaluated, for its "${"; write the value itself`,
		},
		{
			"after an environment that is not there", staging(`{ tags: [staging], after: deb }`),
			`environments/staging.yaml:2:38: promotion.after: "deb" is no environment; use dev or none (did you mean dev?)`,
		},
		{
			"after itself", staging(`{ tags: [staging], after: staging }`),
			`environments/staging.yaml:2:38: promotion.after: "staging" does not come before staging in the promotion order: dev, staging; use dev or none, or change promotionOrder`,
		},
		{
			"after nothing", staging(`{ tags: [staging], after: "" }`),
			`environments/staging.yaml:2:38: promotion.after: is an empty text; write a value, or remove the line to get the default`,
		},
		{
			"after an environment that comes later", small(files{
				"environments/dev.yaml":  "account: \"222222222222\"\npromotion: { branches: [main], after: prod }\n",
				"environments/prod.yaml": "account: \"333333333333\"\npromotion: { tags: [prod] }\n",
			}),
			`environments/dev.yaml:2:39: promotion.after: "prod" does not come before dev in the promotion order: dev, prod; use none, or change promotionOrder`,
		},
		{
			"after an environment without GitHub", small(files{
				"environments/dev.yaml":     "account: \"222222222222\"\ngithub: { enabled: false }\n",
				"environments/staging.yaml": "account: \"333333333333\"\npromotion: { tags: [staging], after: dev }\n",
			}),
			`environments/staging.yaml:2:38: promotion.after: "dev" is not deployed by GitHub, so that GitHub does not know what was deployed there; use dev or none, or switch github on there`,
		},
		{
			"operations after an environment", platform("  promotion: { branches: [main], after: dev }\n"),
			`platform.yaml:6:41: operations.promotion.after: "dev" comes after operations; remove it`,
		},
		{
			"reviewers of several kinds", dev("github: { reviewers: [alice, \"@bob\", acme/ML, a b, acme/ml-leads] }\n"),
			`environments/dev.yaml:3:30: github.reviewers[1]: "@bob" is no user or team of GitHub; write a user like alice, and a team with its organization, like acme/ml-leads
environments/dev.yaml:3:38: github.reviewers[2]: "acme/ML" is no user or team of GitHub; write a user like alice, and a team with its organization, like acme/ml-leads
environments/dev.yaml:3:47: github.reviewers[3]: "a b" is no user or team of GitHub; write a user like alice, and a team with its organization, like acme/ml-leads`,
		},
		{
			"too many reviewers", dev("github: { reviewers: [a, b, c, d, e, f, g] }\n"),
			`environments/dev.yaml:3:22: github.reviewers: has 7 names; GitHub allows 6, name a team`,
		},
		{
			"more branches than a trust policy holds", swap("environments/dev.yaml", "[main]", manyBranches),
			`environments/dev.yaml:2:12: promotion: makes the trust policy of the plan role 2236 characters long, where IAM takes 2048; name fewer branches and tags, or one pattern such as release/* for several`,
		},
		{
			"longer than GitHub waits", dev("github: { waitMinutes: 43201 }\n"),
			`environments/dev.yaml:3:24: github.waitMinutes: 43201 is not allowed; use 0 to 43200`,
		},
	}...)
}

// TestAfter: what comes before is found out where it can be known.
func TestAfter(t *testing.T) {
	of := func(dev, staging, prod string) map[string]string {
		environment := func(account, lines string) string { return "account: \"" + account + "\"\n" + lines + "\n" }
		p := files{
			"platform.yaml":             smallPlatform + "promotionOrder: [dev, staging, prod]\n",
			"environments/dev.yaml":     environment("222222222222", dev),
			"environments/staging.yaml": environment("333333333333", staging),
			"environments/prod.yaml":    environment("444444444444", prod),
		}.must(t)
		after := map[string]string{}
		for _, e := range p.Environments {
			after[e.Name] = e.Promotion.After
		}
		return after
	}
	tags := of("promotion: { branches: [main] }", "promotion: { tags: [staging] }", "promotion: { tags: [prod] }")
	require.Equal(t, map[string]string{"dev": "", "staging": "", "prod": "staging"}, tags, "staging and prod are deployed by tags only")
	branches := of("promotion: { branches: [dev] }", "promotion: { branches: [tst] }", "promotion: { branches: [main], tags: [v*] }")
	require.Equal(t, map[string]string{"dev": "", "staging": "", "prod": ""}, branches, "merges make new commits")
	given := of("promotion: { tags: [dev] }", "promotion: { tags: [staging], after: none }", "promotion: { branches: [main], after: dev }")
	require.Equal(t, map[string]string{"dev": "", "staging": "", "prod": "dev"}, given)
	without := of("promotion: { branches: [main] }", "github: { enabled: false }", "promotion: { tags: [prod] }")
	require.Equal(t, map[string]string{"dev": "", "staging": "", "prod": ""}, without)
}

func TestOperationsFollowTheDefaultBranch(t *testing.T) {
	require.Equal(t, []string{"main"}, platform("").must(t).Operations.Promotion.Branches)
	require.Equal(t, []string{"trunk"}, platform("defaultBranch: trunk\n").must(t).Operations.Promotion.Branches)
	require.Equal(t, []string{"ops"}, platform("  promotion: { branches: [ops] }\ndefaultBranch: trunk\n").must(t).Operations.Promotion.Branches)
}

func TestImmutableTags(t *testing.T) {
	for promotion, want := range map[string]bool{
		"{ branches: [main] }":                  false,
		"{ tags: [prod] }":                      false,
		"{ tags: [v*] }":                        true,
		"{ tags: [v*, \"release-?\"] }":         true,
		"{ tags: [v*, prod] }":                  false,
		"{ tags: [prod], immutableTags: true }": true,
		"{ tags: [v*], immutableTags: false }":  false,
		"{ branches: [main], tags: [\"v?\"] }":  true,
	} {
		p := small(files{"environments/dev.yaml": "account: \"222222222222\"\npromotion: " + promotion + "\n"}).must(t)
		require.Equal(t, want, p.Environments[0].Promotion.ImmutableTags, promotion)
	}
}
