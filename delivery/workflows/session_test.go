package workflows_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

// What configure-aws-credentials asks for where no duration is given, and what a role allows where nothing is said.
const defaultSession = 3600

// Credentials that a job has taken once do not renew themselves: where they end before the job does, Terraform has made
// resources and cannot write the state any more.
func TestCredentialsOutliveTheirJobs(t *testing.T) {
	for name, folder := range configurations {
		for _, longest := range []int{0, 60, 130, 720} {
			t.Run(name+"/"+strconv.Itoa(longest), func(t *testing.T) {
				p := load(t, folder)
				roles := map[string]int{} // the longest session of each role, in seconds
				for _, env := range p.Environments {
					if longest > 0 && env.GitHub != nil {
						env.GitHub.MaxSessionMinutes = longest
					}
				}
				if longest > 0 && p.Operations.GitHub != nil {
					p.Operations.GitHub.MaxSessionMinutes = longest
				}
				for _, env := range p.Environments {
					note(roles, env.Prefix(), env.GitHub)
				}
				note(roles, p.Operations.Prefix(), p.Operations.GitHub)

				files, checked := parsed(t, generate(t, p)), 0
				eachStep(files, func(path, id string, j *job, s step) {
					if s.action() != "aws-actions/configure-aws-credentials" {
						return
					}
					for _, given := range callsOf(files, path, s.With["role-to-assume"], s.With["role-duration-seconds"]) {
						checked++
						_, role, _ := strings.Cut(given.role, ":role/")
						allowed := defaultSession
						if most, found := roles[role]; found {
							allowed = most
						}
						require.LessOrEqual(t, j.TimeoutMinutes*60, given.seconds, "%s/%s: %s", path, id, role)
						require.LessOrEqual(t, given.seconds, allowed, "%s/%s: STS refuses %s", path, id, role)
					}
				})
				require.NotZero(t, checked)
			})
		}
	}
}

func note(roles map[string]int, prefix string, g *config.GitHub) {
	if g != nil {
		roles[prefix+"-github-apply"], roles[prefix+"-github-publish"] = g.MaxSessionMinutes*60, g.MaxSessionMinutes*60
	}
}

type session struct {
	role    string
	seconds int
}

// callsOf are the role and duration as they stand in the step, or as the callers of the workflow give them.
func callsOf(files map[string]*file, path, role, duration string) []session {
	input := func(with map[string]string, value string) string {
		if name, found := strings.CutPrefix(value, "${{ inputs."); found {
			return with[strings.TrimSuffix(name, " }}")]
		}
		return value
	}
	seconds := func(text string) int {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
		return defaultSession
	}
	if !strings.HasPrefix(role, "${{ inputs.") {
		return []session{{role, seconds(duration)}}
	}
	var out []session
	for _, f := range files {
		for _, j := range f.Jobs {
			if strings.HasSuffix(j.Uses, "/"+path+".yml") {
				out = append(out, session{input(j.With, role), seconds(input(j.With, duration))})
			}
		}
	}
	return out
}
