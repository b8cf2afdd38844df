package asl

import (
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// SDKCall is any operation of any AWS service, by its AWS SDK integration. Names of arguments and of the fields of the
// result begin with a capital, whatever the service's own API does. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
type SDKCall struct {
	// Service as Step Functions calls it: lower case, such as "sagemaker" or "servicequotas". Required.
	Service string
	// Action is the operation: such as "describeTrainingJob". Required.
	Action string
	// Arguments of the operation. Default: none.
	Arguments Object
	// Permissions that the call needs. Required, unless NoPermissions is set.
	Permissions []policy.Statement
	// NoPermissions says that the call needs none, such as sts:getCallerIdentity.
	NoPermissions bool
	// PermissionsElsewhere says that the role has what the call needs by other means, so that nothing is derived, as for a
	// machine that was imported with its role.
	PermissionsElsewhere bool
	// Unchecked gives up the comparison with AWS's models of the services, for services, operations and arguments that are
	// newer than those. Default: false: services and operations that AWS does not know are errors, and of the services that
	// machine learning calls most, arguments that the operation does not have, that it needs and does not get, of another kind,
	// or not in an enumeration. Of SageMaker, lengths, ranges and forms count too.
	Unchecked bool
}

var (
	sdkServicePattern = lazyregexp.New(`^[a-z0-9]+$`)
	sdkActionPattern  = lazyregexp.New(`^[a-z][A-Za-z0-9]*$`)
)

func (c SDKCall) integration(r *renderer, _ Pattern) integration {
	service, action := sdkServicePattern.MatchString(c.Service), sdkActionPattern.MatchString(c.Action)
	if !service {
		r.addf(r.path("call.service"), "%q is no service; write it in lower case, such as sagemaker", c.Service)
	}
	if !action {
		r.addf(r.path("call.action"), "%q is no operation; begin with a small letter, such as describeTrainingJob", c.Action)
	}
	checkArgumentNames(r, c.Arguments)
	if service && action && !c.Unchecked {
		r.wrongField("call.service", servicemodel.CheckService(c.Service))
		r.wrongField("call.action", servicemodel.CheckOperation(c.Service, c.Action))
		servicemodel.CheckMissing(r.problems, r.path("call.arguments"), c.Service, c.Action, settled(c.Arguments))
	}
	checkPermissions(r, c.Permissions, c.NoPermissions, c.PermissionsElsewhere)
	return integration{
		resource: "aws-sdk:" + c.Service + ":" + c.Action, extra: c.Arguments, extraField: "arguments", unchecked: c.Unchecked, patterns: []Pattern{WaitForToken},
		permissions: func(arn.Scope) []policy.Statement { return c.Permissions },
	}
}

// wrongField reports what is wrong with a field, where something is.
func (r *renderer) wrongField(field, what string) {
	if what != "" {
		r.addf(r.path(field), "%s", what)
	}
}

func checkArgumentNames(r *renderer, arguments Object) {
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		if name == "" || name[0] >= 'a' && name[0] <= 'z' {
			r.addf(problem.Key(r.path("call.arguments"), name), "begins with a small letter; Step Functions writes names of arguments with a capital")
		}
	}
}

func checkPermissions(r *renderer, statements []policy.Statement, none, elsewhere bool) {
	path := r.path("call.permissions")
	switch {
	case elsewhere && (none || len(statements) > 0):
		r.addf(path, "are given although PermissionsElsewhere is set; keep one of them")
	case elsewhere:
	case none && len(statements) > 0:
		r.addf(path, "are given although NoPermissions is set; keep one of them")
	case !none && len(statements) == 0:
		r.addf(path, "are missing; say what the role needs for this call, or set NoPermissions")
	case len(statements) > 0:
		r.problems.Add(path, policy.New(statements...).Validate(policy.Identity))
	}
}

// Integration is an optimized integration that has no type of its own here, such as "athena:startQueryExecution".
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
type Integration struct {
	// Resource follows arn:aws:states:::, without the suffix of the pattern. Required.
	Resource string
	// Patterns that the integration has beside RequestResponse. Default: those that Step Functions has; only with Unchecked are
	// there others.
	Patterns []Pattern
	// Arguments of the call. Default: none.
	Arguments Object
	// Permissions that the call needs, the events rule of Sync included. Required, unless NoPermissions is set.
	Permissions []policy.Statement
	// NoPermissions says that the call needs none.
	NoPermissions bool
	// PermissionsElsewhere says that the role has what the call needs by other means, so that nothing is derived.
	PermissionsElsewhere bool
	// SyncSuffix is that of the pattern Sync, where it is another than .sync, such as ".sync:2". Default: ".sync".
	SyncSuffix string
	// Unchecked gives up the comparison with Step Functions' list of optimized integrations and their patterns, and of the
	// arguments with AWS's models of the services. Default: false, what is not on the list is an error, and arguments are
	// compared as those of an SDKCall.
	Unchecked bool
}

var integrationPattern = lazyregexp.New(`^[a-z0-9-]+(:[a-zA-Z0-9-]+){1,2}$`)

func (c Integration) integration(r *renderer, pattern Pattern) integration {
	patterns := c.Patterns
	if !integrationPattern.MatchString(c.Resource) {
		r.addf(r.path("call.resource"), "%q is no integration; write service:operation, such as athena:startQueryExecution", c.Resource)
	} else if wrong := notOptimized(c.Resource); wrong != "" && !c.Unchecked {
		r.addf(r.path("call.resource"), "%q is no integration: Step Functions %s; SDKCall calls any operation of an API", c.Resource, wrong)
	} else if !c.Unchecked {
		patterns = c.known(r, pattern)
	}
	checkPermissions(r, c.Permissions, c.NoPermissions, c.PermissionsElsewhere)
	return integration{
		resource: c.Resource, extra: c.Arguments, extraField: "arguments", unchecked: c.Unchecked, patterns: patterns, syncSuffix: c.SyncSuffix,
		permissions: func(arn.Scope) []policy.Statement { return c.Permissions },
	}
}

// known are the patterns that Step Functions has. What the call says beyond those, and the task does not ask for, is reported here.
func (c Integration) known(r *renderer, pattern Pattern) []Pattern {
	patterns := patternsOf(c.Resource)
	for i, each := range c.Patterns {
		if each != pattern && each != RequestResponse && !slices.Contains(patterns, each) {
			r.addf(at(r.path("call.patterns"), i), "%s is no pattern of %s, which has %s; remove it", each, c.Resource, patternList(patterns))
		}
	}
	suffixes := synchronous[c.Resource]
	switch {
	case c.SyncSuffix == "" || slices.Contains(suffixes, c.SyncSuffix):
	case len(suffixes) == 0:
		if pattern != Sync { // which is no pattern of it anyway
			r.addf(r.path("call.syncSuffix"), "is given, but %s cannot wait for what it starts; remove it", c.Resource)
		}
	default:
		r.addf(r.path("call.syncSuffix"), "%q is no suffix of %s; use %s", c.SyncSuffix, c.Resource, problem.Choices(suffixes))
	}
	service, action := Called("arn:aws:states:::" + c.Resource)
	servicemodel.CheckMissing(r.problems, r.path("call.arguments"), service, action, settled(c.Arguments))
	return patterns
}

func patternList(patterns []Pattern) string {
	all := []string{string(RequestResponse)}
	for _, each := range patterns {
		all = append(all, string(each))
	}
	return strings.Join(all, ", ")
}
