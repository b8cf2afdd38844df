package awsemulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// iamGaps are what makes the order of stacks matter: who names a role or a boundary before it is there is refused.
func iamGaps() []Gap {
	gaps := []Gap{{
		Service: "iam", Operations: []string{"CreateRole", "PutRolePermissionsBoundary", "DeletePolicy"},
		What: "lets roles have boundaries that do not exist, and deletes those that roles have", How: "both are refused",
		answer: (*Emulator).boundaries,
	}}
	for _, each := range []struct {
		service, code string
		operations    []string
	}{
		{"iam", "MalformedPolicyDocument", []string{"CreateRole", "UpdateAssumeRolePolicy"}},
		{"s3", "MalformedPolicy", []string{"PutBucketPolicy"}},
		{"kms", "MalformedPolicyDocumentException", []string{"CreateKey", "PutKeyPolicy"}},
		{"ecr", "InvalidParameterException", []string{"SetRepositoryPolicy", "PutRegistryPolicy"}},
		{"sqs", "InvalidAttributeValue", []string{"CreateQueue", "SetQueueAttributes"}},
		{"sns", "InvalidParameter", []string{"CreateTopic", "SetTopicAttributes"}},
	} {
		gaps = append(gaps, Gap{
			Service: each.service, Operations: each.operations,
			What: "takes policies whose principals do not exist", How: "roles that a policy names as principals must be there",
			answer: func(e *Emulator, r *request) *response {
				for _, role := range principals(r.Arguments) {
					e.mutex.Lock()
					exists := e.roles.Has(role)
					e.mutex.Unlock()
					if !exists {
						return refuse(r, http.StatusBadRequest, each.code, "Invalid principal in policy: "+role)
					}
				}
				return nil
			},
		})
	}
	return gaps
}

func (e *Emulator) boundaries(r *request) *response {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	boundary := r.text("PermissionsBoundary")
	switch {
	case boundary != "" && !strings.HasPrefix(boundary, "arn:aws:iam::aws:") && e.roles.policies[boundary] == "":
		return refuse(r, http.StatusNotFound, "NoSuchEntity", "Scope ARN: "+boundary+" does not exist or is not attachable.")
	case r.Operation == "DeletePolicy":
		for _, each := range e.roles.roles {
			if each.boundary == r.text("PolicyArn") {
				return refuse(r, http.StatusConflict, "DeleteConflict", "Cannot delete a policy attached to entities.")
			}
		}
	}
	return nil
}

// principals are the roles that policies among the arguments name as principals.
func principals(arguments map[string]any) []string {
	var found []string
	texts(arguments, func(_, text string) {
		var document struct {
			Statement []struct{ Principal any }
		}
		if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &document) != nil {
			return
		}
		for _, statement := range document.Statement {
			texts(statement.Principal, func(_, principal string) {
				if roleARN.MatchString(principal) && !slices.Contains(found, principal) {
					found = append(found, principal)
				}
			})
		}
	})
	return found
}
