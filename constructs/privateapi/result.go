package privateapi

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/openapi"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// ID of the API.
func (a *API) ID() string { return a.apiID }

// ExecutionARN is what the ARNs of its methods begin with.
func (a *API) ExecutionARN() string { return a.executionARN }

// Stage is the name of the stage.
func (a *API) Stage() string { return a.stage }

// InvokeURL begins the URLs of all routes, for clients that reach the VPC endpoint. It needs no private DNS.
func (a *API) InvokeURL() string {
	return "https://" + a.apiID + "-" + a.endpointID + ".execute-api." + a.scope.Region + "." + a.scope.DNSSuffix() + "/" + a.stage
}

// VPCEndpointID is the VPC endpoint, made here or given.
func (a *API) VPCEndpointID() string { return a.endpointID }

// SecurityGroupID is that of the VPC endpoint that was made. Empty for an existing one.
func (a *API) SecurityGroupID() string { return a.securityGroup }

// UsagePlanID is the usage plan that keys belong to. Keys are made by command, because Terraform would keep their values in its
// state: see KeyCommands.
func (a *API) UsagePlanID() string { return a.usagePlanID }

// KeyCommands make a key of this name and put it into the usage plan.
func (a *API) KeyCommands(name string) []string {
	return []string{
		"aws apigateway create-api-key --name " + name + " --enabled --query id --output text",
		"aws apigateway create-usage-plan-key --usage-plan-id " + a.usagePlanID + " --key-type API_KEY --key-id ID",
	}
}

// RoleARN is the role of the integrations, made here or given. Empty where no integration needs one.
func (a *API) RoleARN() string { return a.roleARN }

// LogGroupARN and LogGroupName are those of the access logs. Empty without logs.
func (a *API) LogGroupARN() string { return a.logGroupARN }

// LogGroupName is the name of the log group of the access logs. Empty without logs.
func (a *API) LogGroupName() string { return a.logGroupName }

// AlarmNames are the names of the alarms: errors, latency, throttled. Empty without alarms.
func (a *API) AlarmNames() []string { return append([]string(nil), a.alarms...) }

// Construct holds the API's resources.
func (a *API) Construct() constructs.Construct { return a.construct }

// A Call is a method at a path, such as openapi.Post and "/model/approve". Parts in braces stand for anything.
type Call struct {
	Method openapi.Method
	Path   string
}

var braces = lazyregexp.New(`\{[^}]*\}`)

// GrantInvoke lets the grantee make the calls that ask for a signature: all, where none are named. The policy's name is the
// API's construct id and "invoke".
func (a *API) GrantInvoke(grantee iam.Grantee, calls ...Call) error {
	resources := []string{}
	for _, call := range calls {
		if !strings.HasPrefix(call.Path, "/") || call.Method == "" {
			return fmt.Errorf("api %s: grant invoke: %s %q is no method and path; write it like openapi.Post and /model/approve", a.id, call.Method, call.Path)
		}
		resources = append(resources, a.executionARN+"/"+a.stage+"/"+string(call.Method)+braces.ReplaceAllString(call.Path, "*"))
	}
	if len(resources) == 0 {
		resources = []string{a.executionARN + "/" + a.stage + "/*"}
	}
	return iam.Grant(grantee, "api", a.id, "invoke", policy.Statement{Actions: []string{"execute-api:Invoke"}, Resources: resources})
}
