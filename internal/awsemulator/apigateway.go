package awsemulator

import (
	"net/http"
	"strings"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// apiGateway is what a call of API Gateway asks for: a method on a path. What is below an API has the API's tags beside its own.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html
func (a *Authorizer) apiGateway(c *Call) []Request {
	base := "arn:aws:apigateway:" + c.Region + "::"
	request := iamcheck.Request{
		Action: "apigateway:" + c.Method, Resource: base + c.Path,
		Keys: map[string]string{"aws:RequestedRegion": c.Region, "aws:PrincipalAccount": c.Account, "aws:SecureTransport": "true"}, Lists: map[string][]string{},
	}
	tags := tagsIn(c.Arguments)
	for key, value := range tags {
		request.Keys["aws:RequestTag/"+key] = value
	}
	if keys := append(sortedKeys(tags), named(c.Arguments, "tagKeys")...); len(keys) > 0 {
		request.Lists["aws:TagKeys"] = keys
	}
	parts := strings.Split(strings.TrimPrefix(c.Path, "/"), "/")
	for i := range parts {
		for key, value := range a.tags[base+"/"+strings.Join(parts[:i+1], "/")] {
			request.Keys["aws:ResourceTag/"+key] = value
		}
	}
	if c.Status < 300 {
		a.learnAPI(c, base, tags)
	}
	return []Request{{Request: request}}
}

// learnAPI notes the tags of APIs, stages and usage plans.
func (a *Authorizer) learnAPI(c *Call, base string, tags map[string]string) {
	about := text(c.Arguments, "resourceArn")
	if answer, _ := c.Answer.(object); c.Method == http.MethodPost && about == "" {
		about = base + c.Path + "/" + text(answer, "id")
		if name := text(answer, "stageName"); name != "" {
			about = base + c.Path + "/" + name
		}
	}
	a.tag(about, tags)
	for _, key := range named(c.Arguments, "tagKeys") {
		delete(a.tags[about], key)
	}
}
