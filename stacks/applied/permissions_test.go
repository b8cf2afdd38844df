package applied_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/awsemulator"
	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// deployers are the roles that plan and apply a stack.
type deployers struct{ apply, plan string }

// deployersOf finds them by their names: those of GitHub's jobs or of builds in the stack's account, under its prefix.
func deployersOf(platform *config.Platform, stack config.Stack, roles *awsemulator.Roles) (out deployers) {
	prefix := platform.Project + "-" + config.OperationsName
	if stack.Environment != nil {
		prefix = stack.Environment.Prefix()
	}
	for _, kind := range []string{"-github-", "-codebuild-"} {
		for _, each := range roles.ARNs() {
			begins := "arn:aws:iam::" + stack.Account + ":role/" + prefix + kind
			if each == begins+"apply" && out.apply == "" {
				out.apply = each
			}
			if each == begins+"plan" && out.plan == "" {
				out.plan = each
			}
		}
	}
	return out
}

// ofDeployment are what no apply role may change: who deploys, with which permissions, after whose approval.
var ofDeployment = regexp.MustCompile(`:(role|policy)/[a-z0-9-]+-(github|codebuild|codepipeline)-|:policy/[a-z0-9-]+-boundary$|:oidc-provider/token\.actions\.|^arn:aws:code(build|pipeline):|^arn:aws:s3:::[a-z0-9-]+-builds-\d{12}`)

// ofDelivery belongs to a pipeline of CodePipeline too, and an environment that has no other rules has no permission for it: people change it.
// An environment with other rules may, which is no harm, since a rule approves nothing.
var ofDelivery = regexp.MustCompile(`:rule/[a-z0-9-]+-delivery-notify$`)

// granted are the actions of statements of apply roles that a call needed, of all sets.
var granted = struct {
	sync.Mutex
	needed map[string]bool
}{needed: map[string]bool{}}

// checkPermissions holds what Terraform called against the roles that deploy. The calls are all that a set made, in their order.
func checkPermissions(t *testing.T, platform *config.Platform, phases []phase) (checked map[string]int) {
	t.Helper()
	authorizer := awsemulator.NewAuthorizer(t)
	stacks := map[string]config.Stack{}
	for _, stack := range platform.Stacks() {
		stacks[stack.Name] = stack
	}
	problems := map[string]int{}
	checked = map[string]int{}
	for _, p := range phases {
		for _, call := range p.calls {
			requests, err := authorizer.Requests(call)
			stack, known := stacks[call.Label]
			if !known && call.Role == "" { // what AWS does itself, and what is made elsewhere
				continue
			}
			if err != nil {
				problems[fmt.Sprintf("nobody can tell what %s asks for: %v", call.Operation, err)]++
				continue
			}
			if call.Role != "" { // a state machine
				for _, r := range requests {
					checked["state machines"]++
					if !allow(t, p.roles, call.Role, r, false) {
						problems[fmt.Sprintf("%s: denied %s on %s with %v %v (%s)", call.Role, r.Action, r.Resource, r.Keys, r.Lists, r.Because)]++
					}
				}
				continue
			}
			if stack.Administered() {
				continue // people apply them
			}
			by := deployersOf(platform, stack, p.roles)
			if by.apply == "" {
				problems[stack.Name+": no role applies it"]++
				continue
			}
			for _, r := range requests {
				checked[stack.Name]++
				level := iamcheck.AccessLevel(t, r.Action)
				reads := level == "Read" || level == "List"
				allowed := allow(t, p.roles, by.apply, r, true)
				// The machines of an environment's jobs in its network are a part of the environment.
				switch own := ofDeployment.MatchString(r.Resource) && !strings.HasSuffix(r.Resource, "-runner") && !reads; {
				case own && allowed && r.Action != "s3:CreateBucket": // changes nothing about one that is there
					problems[fmt.Sprintf("%s: %s may change what deploys it: %s on %s", stack.Name, by.apply, r.Action, r.Resource)]++
				case !own && !allowed && !ofDelivery.MatchString(r.Resource):
					problems[fmt.Sprintf("%s: %s: denied %s on %s with %v %v (%s)", p.name, by.apply, r.Action, r.Resource, r.Keys, r.Lists, r.Because)]++
				}
				if reads && p.name == "plan" && !allow(t, p.roles, by.plan, r, false) {
					problems[fmt.Sprintf("%s: %s: denied %s on %s", p.name, by.plan, r.Action, r.Resource)]++
				}
			}
		}
	}
	for _, problem := range slices.Sorted(maps.Keys(problems)) {
		t.Errorf("%s (%d times)", problem, problems[problem])
	}
	return checked
}

// allow reports whether the role may do it, and notes which statements say so.
func allow(t *testing.T, roles *awsemulator.Roles, role string, r awsemulator.Request, note bool) bool {
	t.Helper()
	r.Keys = maps.Clone(r.Keys)
	r.Keys["aws:PrincipalArn"] = role // the boundary of an organisation has denials for some roles
	by, err := roles.Allows(role, r.Request)
	require.NoError(t, err)
	if note {
		granted.Lock()
		defer granted.Unlock()
		for _, statement := range by {
			granted.needed[statement.Sid+" "+r.Action] = true
		}
	}
	return len(by) > 0
}
