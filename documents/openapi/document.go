// Package openapi writes REST APIs of Amazon API Gateway as OpenAPI 3.0.1 documents with its extensions, from typed Go
// values: routes, models, request validators, integrations with their mapping templates, authorization, the API's
// resource policy, and what the gateway itself answers. Everything that can be known before AWS sees the document is
// checked, and all problems are reported at once. The same values give the same bytes.
//
// Specification: https://spec.openapis.org/oas/v3.0.1.html
// AWS's extensions: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
// What API Gateway leaves out: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
package openapi

import (
	"encoding/json"
	"maps"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// A Document is an API. Required are Title, Version, Scope and Operations.
type Document struct {
	// Title is the name of the API in API Gateway. Required.
	Title string
	// Version of the API, such as "1.0". Required.
	Version string
	// Description for people. Default: none.
	Description string
	// Scope is where the API lives. Integrations name its region and partition. Required.
	Scope arn.Scope
	// Operations are the routes, in the order in which people should read them. Required.
	Operations []Operation
	// Models are what bodies look like, by name: letters and digits. Default: none.
	Models map[string]Schema
	// Policy says who may call the API at all: statements with principals, whose resources are written like
	// execute-api:/*. A private API without one can be called by nobody. Default: none.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
	Policy policy.Document
	// VPCEndpoints are ids of the VPC endpoints through which a private API is reached. Default: none.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/associate-private-api-with-vpc-endpoint.html
	VPCEndpoints []string
	// GatewayResponses are what API Gateway answers itself. Those of StandardResponses that are not here are added.
	GatewayResponses map[GatewayResponseType]GatewayResponse
}

// maxPolicy is the limit of a resource policy in characters.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
const maxPolicy = 8192

// JSON checks the document and returns it as compact JSON. Terraform references in it pass unchanged.
func (d Document) JSON() (string, error) {
	d = d.withDefaults()
	if err := d.validate(); err != nil {
		return "", err
	}
	return jsontext.Compact(d.document()), nil
}

// Validate reports everything that is wrong with the document.
func (d Document) Validate() error { return d.withDefaults().validate() }

// WithRole is the document with the role in all integrations that need one and have none.
func (d Document) WithRole(arn string) Document {
	operations := make([]Operation, len(d.Operations))
	for i, o := range d.Operations {
		if o.Integration != nil {
			o.Integration = o.Integration.withRole(arn)
		}
		operations[i] = o
	}
	d.Operations = operations
	return d
}

// Permissions are what the role of the integrations needs, merged: it starts these state machines and invokes these
// endpoints. None where no integration has a role.
func (d Document) Permissions() []policy.Statement {
	d = d.withDefaults()
	var statements []policy.Statement
	for _, o := range d.Operations {
		if o.Integration != nil {
			statements = append(statements, o.Integration.permissions(d.Scope)...)
		}
	}
	return policy.Merge(statements...)
}

func (d Document) withDefaults() Document {
	d.Scope = d.Scope.WithDefaults()
	responses := StandardResponses()
	maps.Copy(responses, d.GatewayResponses)
	d.GatewayResponses = responses
	return d
}

// The JSON of a document, in the order in which people read it.
type jsonDocument struct {
	OpenAPI           string                                      `json:"openapi"`
	Info              jsonInfo                                    `json:"info"`
	Paths             map[string]map[string]jsonOperation         `json:"paths"`
	Components        jsonComponents                              `json:"components"`
	Policy            json.RawMessage                             `json:"x-amazon-apigateway-policy,omitempty"`
	Endpoints         *jsonEndpoints                              `json:"x-amazon-apigateway-endpoint-configuration,omitempty"`
	APIKeySource      string                                      `json:"x-amazon-apigateway-api-key-source,omitempty"`
	RequestValidators map[string]jsonValidator                    `json:"x-amazon-apigateway-request-validators,omitempty"`
	GatewayResponses  map[GatewayResponseType]jsonGatewayResponse `json:"x-amazon-apigateway-gateway-responses"`
}

type jsonInfo struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version"`
}

type jsonEndpoints struct {
	VPCEndpoints []string `json:"vpcEndpointIds"`
}

type jsonComponents struct {
	Schemas         map[string]jsonSchema   `json:"schemas,omitempty"`
	SecuritySchemes map[string]jsonSecurity `json:"securitySchemes,omitempty"`
}

// jsonSecurity is always of type apiKey, the only one that API Gateway takes; the extension makes it one of IAM.
type jsonSecurity struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	In       string `json:"in"`
	AuthType string `json:"x-amazon-apigateway-authtype,omitempty"`
}

type jsonValidator struct {
	Body       bool `json:"validateRequestBody"`
	Parameters bool `json:"validateRequestParameters"`
}

// The names of the security schemes and of the validators in the document.
const (
	iamScheme    = "sigv4"
	apiKeyScheme = "api_key"
)

func (d Document) document() jsonDocument {
	out := jsonDocument{
		OpenAPI: "3.0.1", Info: jsonInfo{d.Title, d.Description, d.Version},
		Paths: map[string]map[string]jsonOperation{}, GatewayResponses: map[GatewayResponseType]jsonGatewayResponse{},
		Components: jsonComponents{Schemas: map[string]jsonSchema{}, SecuritySchemes: map[string]jsonSecurity{}},
	}
	for name, model := range d.Models {
		out.Components.Schemas[name] = model.json()
	}
	for _, o := range d.Operations {
		if out.Paths[o.Path] == nil {
			out.Paths[o.Path] = map[string]jsonOperation{}
		}
		out.Paths[o.Path][o.method()] = o.json(d)
		if o.IAM {
			out.Components.SecuritySchemes[iamScheme] = jsonSecurity{"apiKey", "Authorization", "header", "awsSigv4"}
		}
		if o.APIKey {
			out.Components.SecuritySchemes[apiKeyScheme] = jsonSecurity{"apiKey", "x-api-key", "header", ""}
			out.APIKeySource = "HEADER"
		}
		if name := o.validator(); name != "" {
			if out.RequestValidators == nil {
				out.RequestValidators = map[string]jsonValidator{}
			}
			out.RequestValidators[name] = jsonValidator{Body: o.Body != "", Parameters: o.requiresParameters()}
		}
	}
	if len(d.Policy.Statements) > 0 {
		out.Policy = json.RawMessage(d.Policy.MustJSON(policy.Resource))
	}
	if len(d.VPCEndpoints) > 0 {
		out.Endpoints = &jsonEndpoints{d.VPCEndpoints}
	}
	for kind, response := range d.GatewayResponses {
		out.GatewayResponses[kind] = response.json()
	}
	return out
}
