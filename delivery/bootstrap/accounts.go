package bootstrap

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/config"
)

// access is how the commands of an account get their credentials.
type access struct {
	profile, account string
	administrators   []string
}

func (b builder) operations() access {
	o := b.platform.Operations
	return access{o.Profile, o.Account, o.Administrators}
}

// of is the access to a store or stack of an environment, or of operations if there is no such environment.
func (b builder) of(environment string) access {
	if e := b.platform.Environment(environment); e != nil {
		return access{e.Profile, e.Account, e.Administrators}
	}
	return b.operations()
}

// prefix comes before commands that need the login.
func (a access) prefix() string {
	if a.profile == "" {
		return ""
	}
	return "AWS_PROFILE=" + a.profile + " "
}

func (a access) String() string {
	who := "account " + a.account + ", with a role that may do everything"
	if len(a.administrators) > 0 {
		var names []string
		for _, arn := range a.administrators {
			names = append(names, arn[strings.LastIndex(arn, "/")+1:])
		}
		who = "account " + a.account + ", as " + strings.Join(names, " or ")
	}
	if a.profile != "" {
		who += ", by the profile " + a.profile
	}
	return who
}

func (b builder) logins() Step {
	step := Step{
		// Sessions end after hours, which cannot be seen from here.
		Title: "Log in to AWS", Status: Begun, Login: "yours, in the browser; no keys are made or typed",
		Makes: "nothing in AWS; the last command for each account must print the account's id", UndoCommands: []string{"aws sso logout"},
	}
	var there, missing, plain []string
	done := map[string]bool{}
	names := append([]string{config.OperationsName}, b.platform.EnvironmentNames()...)
	for _, name := range names {
		a := b.of(name)
		key := a.profile + " " + a.account
		if done[key] {
			continue
		}
		done[key] = true
		flag := ""
		if a.profile == "" {
			plain = append(plain, a.account)
		} else {
			flag = " --profile " + a.profile
			switch profile, found := b.facts.profile(a.profile); {
			case !found:
				missing = append(missing, a.profile)
				step.Commands = append(step.Commands, "aws configure sso"+flag)
			case profile.SSO:
				there = append(there, a.profile)
				step.Commands = append(step.Commands, "aws sso login"+flag)
			default:
				there = append(there, a.profile)
			}
		}
		step.Commands = append(step.Commands, fmt.Sprintf("aws sts get-caller-identity%s --query Account --output text   # %s, %s", flag, a.account, name))
	}
	var seen []string
	if len(there) > 0 {
		seen = append(seen, "the AWS CLI has the profiles "+strings.Join(there, ", "))
	}
	if len(missing) > 0 && len(b.facts.Profiles) > 0 {
		seen = append(seen, "it lacks "+strings.Join(missing, ", "))
	}
	if len(missing)+len(plain) > 0 {
		step.Status = Open
	}
	if len(plain) > 0 {
		seen = append(seen, "the configuration names no profile for "+strings.Join(plain, ", ")+": the commands take the credentials around them")
	}
	step.Seen = strings.Join(seen, "; ")
	return step
}
