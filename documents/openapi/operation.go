package openapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Method is the method of HTTP.
type Method string

// The methods.
const (
	Get    Method = "GET"
	Post   Method = "POST"
	Put    Method = "PUT"
	Patch  Method = "PATCH"
	Delete Method = "DELETE"
)

// An Operation is what a method does at a path. Required are Method, Path, ID, Responses, Integration, and one of IAM,
// APIKey and Anonymous.
type Operation struct {
	// Method and Path, such as Post and "/model/approve". Parts of a path in braces are path parameters: "/model/{name}".
	// Required.
	Method Method
	Path   string
	// ID is the name of the operation for clients: unique, letters, digits and underscores. Required.
	ID string
	// Summary in a few words, and Description. Default: none.
	Summary, Description string
	// Parameters in the path, the query and the headers. Default: none.
	Parameters []Parameter
	// Body is the name of the model of the request's body, which is JSON. Requests whose body does not fit are refused
	// with 400 before anything runs, those of another content type with 415. Default: none, the body is not looked at.
	Body string
	// Responses that clients get, the first one of 200 to 299 where nothing else is said. Required.
	Responses []Response
	// Integration is what answers. Required.
	Integration Integration

	// IAM asks for a signature of IAM, of somebody who may execute-api:Invoke the method. Default: false.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
	IAM bool
	// APIKey asks for a key of a usage plan. A key says who is counted, it is no proof of who calls. Default: false.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
	APIKey bool
	// Anonymous answers to everybody whom the API's policy lets in. Default: false.
	Anonymous bool
}

// In is where a parameter stands.
type In string

// The places of parameters.
const (
	InQuery  In = "query"
	InHeader In = "header"
	InPath   In = "path"
)

// A Parameter of a request. API Gateway checks that required ones are there, and nothing else of them.
type Parameter struct {
	// Name of the parameter: letters, digits and ._-. Required.
	Name string
	// In says where it stands. Default: InQuery.
	In In
	// Required refuses requests without it. Parameters in the path always are. Default: false.
	Required bool
	// Description for people. Default: none.
	Description string
}

// A Response that clients get.
type Response struct {
	// Status: 200 to 599. Required.
	Status int
	// Description for people. Required.
	Description string
	// Model is the name of the model of its body. Default: none.
	Model string
}

type jsonOperation struct {
	ID          string                  `json:"operationId"`
	Summary     string                  `json:"summary,omitempty"`
	Description string                  `json:"description,omitempty"`
	Parameters  []jsonParameter         `json:"parameters,omitempty"`
	Body        *jsonBody               `json:"requestBody,omitempty"`
	Responses   map[string]jsonResponse `json:"responses"`
	Security    []map[string][]string   `json:"security,omitempty"`
	Validator   string                  `json:"x-amazon-apigateway-request-validator,omitempty"`
	Integration jsonIntegration         `json:"x-amazon-apigateway-integration"`
}

type jsonParameter struct {
	Name        string     `json:"name"`
	In          In         `json:"in"`
	Description string     `json:"description,omitempty"`
	Required    bool       `json:"required,omitempty"`
	Schema      jsonSchema `json:"schema"`
}

type jsonBody struct {
	Content  map[string]jsonContent `json:"content"`
	Required bool                   `json:"required"`
}

type jsonContent struct {
	Schema jsonSchema `json:"schema"`
}

type jsonResponse struct {
	Description string                 `json:"description"`
	Content     map[string]jsonContent `json:"content,omitempty"`
}

const jsonType = "application/json"

func (o Operation) method() string { return strings.ToLower(string(o.Method)) }

func (o Operation) requiresParameters() bool {
	return slices.ContainsFunc(o.Parameters, func(p Parameter) bool { return p.Required && p.In != InPath })
}

// validator names what is checked before the integration is asked.
func (o Operation) validator() string {
	switch {
	case o.Body != "" && o.requiresParameters():
		return "all"
	case o.Body != "":
		return "body"
	case o.requiresParameters():
		return "parameters"
	}
	return ""
}

// success is the status of the response where the integration does not choose another.
func (o Operation) success() int {
	for _, r := range o.Responses {
		if r.Status >= 200 && r.Status < 300 {
			return r.Status
		}
	}
	return 0
}

func (o Operation) json(d Document) jsonOperation {
	out := jsonOperation{
		ID: o.ID, Summary: o.Summary, Description: o.Description, Responses: map[string]jsonResponse{},
		Validator: o.validator(), Integration: o.Integration.integration(o, d.Scope),
	}
	for _, p := range o.Parameters {
		out.Parameters = append(out.Parameters, jsonParameter{p.Name, p.place(), p.Description, p.Required || p.In == InPath, jsonSchema{Type: String}})
	}
	if o.Body != "" {
		out.Body = &jsonBody{content(o.Body), true}
	}
	for _, r := range o.Responses {
		response := jsonResponse{Description: r.Description}
		if r.Model != "" {
			response.Content = content(r.Model)
		}
		out.Responses[strconv.Itoa(r.Status)] = response
	}
	schemes := map[string][]string{}
	if o.IAM {
		schemes[iamScheme] = []string{}
	}
	if o.APIKey {
		schemes[apiKeyScheme] = []string{}
	}
	if len(schemes) > 0 {
		out.Security = []map[string][]string{schemes}
	}
	return out
}

func (p Parameter) place() In {
	return cmp.Or(p.In, InQuery)
}

func content(model string) map[string]jsonContent {
	return map[string]jsonContent{jsonType: {Schema{Ref: model}.json()}}
}
