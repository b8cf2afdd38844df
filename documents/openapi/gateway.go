package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// GatewayResponseType is why API Gateway answers itself.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
type GatewayResponseType string

// The reasons.
const (
	AccessDenied                 GatewayResponseType = "ACCESS_DENIED"
	APIConfigurationError        GatewayResponseType = "API_CONFIGURATION_ERROR"
	AuthorizerConfigurationError GatewayResponseType = "AUTHORIZER_CONFIGURATION_ERROR"
	AuthorizerFailure            GatewayResponseType = "AUTHORIZER_FAILURE"
	BadRequestBody               GatewayResponseType = "BAD_REQUEST_BODY"
	BadRequestParameters         GatewayResponseType = "BAD_REQUEST_PARAMETERS"
	Default4xx                   GatewayResponseType = "DEFAULT_4XX"
	Default5xx                   GatewayResponseType = "DEFAULT_5XX"
	ExpiredToken                 GatewayResponseType = "EXPIRED_TOKEN"
	IntegrationFailure           GatewayResponseType = "INTEGRATION_FAILURE"
	IntegrationTimeout           GatewayResponseType = "INTEGRATION_TIMEOUT"
	InvalidAPIKey                GatewayResponseType = "INVALID_API_KEY"
	InvalidSignature             GatewayResponseType = "INVALID_SIGNATURE"
	MissingAuthentication        GatewayResponseType = "MISSING_AUTHENTICATION_TOKEN"
	QuotaExceeded                GatewayResponseType = "QUOTA_EXCEEDED"
	RequestTooLarge              GatewayResponseType = "REQUEST_TOO_LARGE"
	ResourceNotFound             GatewayResponseType = "RESOURCE_NOT_FOUND"
	Throttled                    GatewayResponseType = "THROTTLED"
	Unauthorized                 GatewayResponseType = "UNAUTHORIZED"
	UnsupportedMediaType         GatewayResponseType = "UNSUPPORTED_MEDIA_TYPE"
	WAFFiltered                  GatewayResponseType = "WAF_FILTERED"
)

var gatewayResponseTypes = []GatewayResponseType{
	AccessDenied, APIConfigurationError, AuthorizerConfigurationError, AuthorizerFailure, BadRequestBody, BadRequestParameters, Default4xx, Default5xx,
	ExpiredToken, IntegrationFailure, IntegrationTimeout, InvalidAPIKey, InvalidSignature, MissingAuthentication, QuotaExceeded, RequestTooLarge,
	ResourceNotFound, Throttled, Unauthorized, UnsupportedMediaType, WAFFiltered,
}

// A GatewayResponse is what API Gateway answers itself.
type GatewayResponse struct {
	// Status: 400 to 599. Default: 0, that of AWS for the reason.
	Status int
	// Body is JSON, in which variables of the context are filled in: $context.error.messageString is a text with its
	// quotes, all others stand inside of quotes. Required.
	Body string
}

type jsonGatewayResponse struct {
	Status    string            `json:"statusCode,omitempty"`
	Templates map[string]string `json:"responseTemplates"`
}

func (r GatewayResponse) json() jsonGatewayResponse {
	out := jsonGatewayResponse{Templates: map[string]string{jsonType: r.Body}}
	if r.Status != 0 {
		out.Status = strconv.Itoa(r.Status)
	}
	return out
}

// StandardResponses are what is answered where a document says nothing else: bodies like those of the integrations,
// {"error", "message", "requestId"}. What is wrong with a request stands in "detail".
func StandardResponses() map[GatewayResponseType]GatewayResponse {
	return map[GatewayResponseType]GatewayResponse{
		BadRequestBody:        {Body: `{"error":"BadRequest","message":"the body of the request is not valid","detail":"$context.error.validationErrorString","requestId":"$context.requestId"}`},
		BadRequestParameters:  {Body: `{"error":"BadRequest","message":"the parameters of the request are not valid","detail":$context.error.messageString,"requestId":"$context.requestId"}`},
		Default4xx:            {Body: `{"error":"$context.error.responseType","message":$context.error.messageString,"requestId":"$context.requestId"}`},
		Default5xx:            {Body: failure("InternalError", "the request could not be answered")},
		IntegrationTimeout:    {Status: 504, Body: failure("Timeout", "the request took too long")},
		MissingAuthentication: {Body: failure("Forbidden", "there is no such method and path, or the signature is missing")},
	}
}

// contextVariable is a variable that is filled in.
var contextVariable = lazyregexp.New(`"\$context\.[A-Za-z.]+"|\$context\.error\.messageString`)

func validateGatewayResponses(problems *problem.List, responses map[GatewayResponseType]GatewayResponse) {
	for _, kind := range slices.Sorted(maps.Keys(responses)) {
		path, response := problem.Key("gatewayResponses", string(kind)), responses[kind]
		if !slices.Contains(gatewayResponseTypes, kind) {
			problems.Addf(path, "%q is no reason for which API Gateway answers itself; use a constant such as openapi.Throttled", kind)
		}
		if response.Status != 0 && (response.Status < 400 || response.Status > 599) {
			problems.Addf(path+".status", "%d is not allowed; use 400 to 599", response.Status)
		}
		if !json.Valid(contextVariable.ReplaceAll([]byte(response.Body), []byte(`""`))) {
			problems.Addf(path+".body", "%q is no JSON when its variables are filled in; put quotes around all of them but $context.error.messageString", response.Body)
		}
	}
}
