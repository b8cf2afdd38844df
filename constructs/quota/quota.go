// Package quota asks AWS for higher service quotas. A request is a ticket: AWS may answer it in minutes, in days, or not
// at all, and Terraform does not wait. A quota can be raised this way, never lowered.
package quota

import (
	"fmt"
	"math"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/servicequotasservicequota"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Service is the code of a service in Service Quotas, which is not always the name in its ARNs.
// `aws service-quotas list-services` prints all.
type Service string

// Services with named quotas below.
const (
	SageMaker Service = "sagemaker"
	EC2       Service = "ec2"
	VPC       Service = "vpc"
)

// Code is the code of a quota, such as "L-3F53BF0F". `aws service-quotas list-service-quotas --service-code sagemaker`
// prints all of a service.
type Code string

// The quotas on which a first GPU training most often fails: in new accounts they are 0.
const (
	// TrainingG4DNXLarge is how many ml.g4dn.xlarge instances all training jobs may use together.
	TrainingG4DNXLarge Code = "L-3F53BF0F"
	// ProcessingG4DNXLarge is how many ml.g4dn.xlarge instances all processing jobs may use together.
	ProcessingG4DNXLarge Code = "L-2F1EB012"
	// TransformG4DNXLarge is how many ml.g4dn.xlarge instances all batch transform jobs may use together.
	TransformG4DNXLarge Code = "L-4C5C5CA8"
)

// named are the services of the codes above.
var named = map[Code]Service{TrainingG4DNXLarge: SageMaker, ProcessingG4DNXLarge: SageMaker, TransformG4DNXLarge: SageMaker}

// A Request asks for one quota. Code and Value are required.
type Request struct {
	// Service that the quota belongs to. Default: that of a code which is named in this package; else required.
	Service Service
	// Code of the quota.
	Code Code
	// Value to ask for, in the quota's own unit. It must be the account's present quota or more, otherwise the
	// deployment fails.
	Value float64
}

// Props lists what to ask for.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/servicequotas_service_quota
type Props struct {
	// Requests are the quotas, at least one, each at most once. They are of the provider's account and region.
	Requests []Request
}

// Quotas are the requests.
type Quotas struct {
	construct tf.Construct
	resources map[Code]servicequotasservicequota.ServicequotasServiceQuota
}

var (
	servicePattern = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]{0,62}$`)
	codePattern    = lazyregexp.New(`^L-[0-9A-F]{8}$`)
)

// maxValue is the highest value that Service Quotas takes.
// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
const maxValue = 1e10

// New requests the quotas.
func New(scope constructs.Construct, id string, props Props) (*Quotas, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Quotas, error) {
		made := &Quotas{construct: scope, resources: map[Code]servicequotasservicequota.ServicequotasServiceQuota{}}
		for _, each := range props.Requests {
			value := each.Value
			made.resources[each.Code] = servicequotasservicequota.NewServicequotasServiceQuota(scope, tf.Str(fmt.Sprintf("%s-%s", each.Service, each.Code)), &servicequotasservicequota.ServicequotasServiceQuotaConfig{
				ServiceCode: tf.Str(string(each.Service)), QuotaCode: tf.Str(string(each.Code)), Value: &value,
			})
		}
		return made, nil
	})
}

func (p Props) withDefaults() Props {
	requests := make([]Request, len(p.Requests))
	for i, each := range p.Requests {
		if each.Service == "" {
			each.Service = named[each.Code]
		}
		requests[i] = each
	}
	return Props{Requests: requests}
}

func (p Props) validate() error {
	var problems problem.List
	if len(p.Requests) == 0 {
		problems.Addf("requests", "are missing; list at least one quota, or leave the construct out")
	}
	seen := map[Code]bool{}
	for i, each := range p.Requests {
		at := problem.Index("requests", i)
		each.validate(at, &problems)
		if seen[each.Code] {
			problems.Addf(at+".code", "%q is requested twice; keep one", each.Code)
		}
		seen[each.Code] = true
	}
	return problems.Err()
}

func (r Request) validate(at string, problems *problem.List) {
	if !codePattern.MatchString(string(r.Code)) {
		problems.Addf(at+".code", `%q is no quota code; write it like "L-3F53BF0F", as aws service-quotas list-service-quotas prints it`, r.Code)
	}
	of, isNamed := named[r.Code]
	switch {
	case r.Service == "":
		problems.Addf(at+".service", `is missing, and %q is no quota that is named here; write the service's code, such as %q`, r.Code, SageMaker)
	case !servicePattern.MatchString(string(r.Service)):
		problems.Addf(at+".service", "%q is no service code; use 1 to 63 letters, digits and hyphens, as aws service-quotas list-services prints it", r.Service)
	case isNamed && !strings.EqualFold(string(r.Service), string(of)):
		problems.Addf(at+".service", "%q does not have the quota %s, which is one of %q; leave the service out", r.Service, r.Code, of)
	}
	if math.IsNaN(r.Value) || r.Value <= 0 || r.Value > maxValue {
		problems.Addf(at+".value", "%v is out of range; use more than 0, at most 10,000,000,000", r.Value)
	}
}

// Status of the request for the quota as of Terraform's last refresh: PENDING, CASE_OPENED, APPROVED, DENIED,
// CASE_CLOSED, or empty where the account had the quota already. Empty for a quota that was not requested here.
// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestedServiceQuotaChange.html
func (q *Quotas) Status(code Code) string {
	resource, ok := q.resources[code]
	if !ok {
		return ""
	}
	return tf.Attr(resource, "requestStatus")
}

// Construct holds the requests.
func (q *Quotas) Construct() constructs.Construct { return q.construct }
