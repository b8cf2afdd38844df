package statebackend_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// fakeAWS answers what Terraform's S3 backend asks of S3, DynamoDB and STS, as far as the policies of a template allow
// it. Conditions that no case here knows fail the test.
type fakeAWS struct {
	t       *testing.T
	server  *httptest.Server
	mu      sync.Mutex
	objects map[string][]byte
	items   map[string]map[string]any
	// used are the actions that policies of roles allowed.
	used         map[string]bool
	bucketPolicy []synthtest.Statement
	// trust and permissions are by role ARN.
	trust, permissions map[string][]synthtest.Statement
	// sessions are the roles behind the access keys that AssumeRole gave out.
	sessions map[string]string
}

// caller is whose credentials Terraform starts with, a role of the environment's account.
const (
	caller   = "arn:aws:iam::333333333333:role/wine-dev-apply"
	tableARN = "arn:aws:dynamodb:us-west-2:222222222222:table/wine-locks"
)

var (
	tableToken = regexp.MustCompile(`\$\{aws_dynamodb_table\.[^.]+\.arn\}`)
	roleToken  = regexp.MustCompile(`^\$\{aws_iam_role\.([^.]+)\.name\}$`)
	credential = regexp.MustCompile(`Credential=([^/]+)/`)
)

func startFakeAWS(t *testing.T, template synthtest.Template) *fakeAWS {
	f := &fakeAWS{
		t: t, objects: map[string][]byte{}, items: map[string]map[string]any{}, used: map[string]bool{}, sessions: map[string]string{},
		bucketPolicy: template.Statements(template.One("aws_s3_bucket_policy")["policy"]),
		trust:        map[string][]synthtest.Statement{}, permissions: map[string][]synthtest.Statement{},
	}
	roles := template.Resources("aws_iam_role")
	arnOf := func(resource string) string { return scope.WithDefaults().Role(roles[resource]["name"].(string)) }
	for resource, role := range roles {
		f.trust[arnOf(resource)] = template.Statements(role["assume_role_policy"])
	}
	for _, attached := range template.Resources("aws_iam_role_policy") {
		role := arnOf(roleToken.FindStringSubmatch(attached["role"].(string))[1])
		text := tableToken.ReplaceAllString(attached["policy"].(string), tableARN)
		f.permissions[role] = append(f.permissions[role], template.Statements(text)...)
	}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

// matches reports whether a statement is about the request.
func (f *fakeAWS) matches(s synthtest.Statement, action, resource string, context map[string]string) bool {
	return like(s.Actions, action) && (resource == "" || like(s.Resources, resource)) && f.conditionsHold(s.Condition, context)
}

func (f *fakeAWS) conditionsHold(conditions map[string]map[string]any, context map[string]string) bool {
	for operator, keys := range conditions {
		for key, want := range keys {
			got, given := context[key]
			var holds bool
			switch operator {
			case "Null":
				holds = given == (want == "false")
			case "Bool":
				holds = given && got == want
			case "StringEquals", "StringLike", "ArnLike":
				holds = given && like(values(want), got)
			case "StringNotEquals":
				holds = !given || !like(values(want), got)
			case "ForAllValues:StringLike":
				holds = !given || like(values(want), got)
			case "NumericLessThan":
				a, _ := strconv.ParseFloat(got, 64)
				b, _ := strconv.ParseFloat(want.(string), 64)
				holds = given && a < b
			default:
				f.t.Errorf("the test does not know the operator %s", operator)
			}
			if !holds {
				return false
			}
		}
	}
	return true
}

func values(value any) []string {
	if one, ok := value.(string); ok {
		return []string{one}
	}
	var out []string
	for _, each := range value.([]any) {
		out = append(out, each.(string))
	}
	return out
}

func like(patterns []string, value string) bool {
	for _, pattern := range patterns {
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		if regexp.MustCompile("(?s)^" + expression + "$").MatchString(value) {
			return true
		}
	}
	return false
}

// bucketRefuses reports whether the bucket policy denies a request over TLS 1.3.
func (f *fakeAWS) bucketRefuses(action, resource string, context map[string]string) bool {
	context["aws:SecureTransport"], context["s3:TlsVersion"] = "true", "1.3"
	return slices.ContainsFunc(f.bucketPolicy, func(s synthtest.Statement) bool { return s.Effect == "Deny" && f.matches(s, action, resource, context) })
}

// allowed decides as AWS does: a deny of the bucket policy first, then what the role's policies allow.
func (f *fakeAWS) allowed(request *http.Request, action, resource string, context map[string]string) bool {
	if strings.HasPrefix(action, "s3:") && f.bucketRefuses(action, resource, context) {
		return false
	}
	key := credential.FindStringSubmatch(request.Header.Get("Authorization"))
	if key == nil {
		return false
	}
	for _, s := range f.permissions[f.sessions[key[1]]] {
		if s.Effect == "Allow" && f.matches(s, action, resource, context) {
			f.used[s.Sid+" "+action] = true
			return true
		}
	}
	return false
}

// useKey decides about the KMS key that encrypts an object.
func (f *fakeAWS) useKey(request *http.Request, action string) bool {
	return f.allowed(request, action, keyARN, map[string]string{
		"kms:ViaService": "s3.us-west-2.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": bucketARN,
	})
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, _ := io.ReadAll(request.Body)
	switch target := request.Header.Get("X-Amz-Target"); {
	case strings.HasPrefix(target, "DynamoDB_"):
		f.dynamoDB(w, request, target[strings.Index(target, ".")+1:], body)
	case strings.Contains(string(body), "Action=AssumeRole"):
		f.assumeRole(w, body)
	case strings.Contains(string(body), "Action=GetCallerIdentity"):
		fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>%s</Arn><UserId>u</UserId><Account>333333333333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, caller)
	default:
		f.s3(w, request, body)
	}
}

func (f *fakeAWS) assumeRole(w http.ResponseWriter, body []byte) {
	form, _ := http.NewRequest(http.MethodPost, "/?"+string(body), nil)
	role := form.URL.Query().Get("RoleArn")
	for _, s := range f.trust[role] {
		if s.Principal.(map[string]any)["AWS"] != "arn:aws:iam::333333333333:root" || !f.matches(s, "sts:AssumeRole", "", map[string]string{"aws:PrincipalArn": caller}) {
			continue
		}
		key := fmt.Sprintf("ASIA%016d", len(f.sessions))
		f.sessions[key] = role
		fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId>`+
			`<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`+
			`<AssumedRoleUser><Arn>%s</Arn><AssumedRoleId>r:s</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`, key, role)
		return
	}
	refuse(w, http.StatusForbidden, "AccessDenied")
}

func (f *fakeAWS) s3(w http.ResponseWriter, request *http.Request, body []byte) {
	key, found := strings.CutPrefix(request.URL.Path, "/"+bucketName+"/")
	if !found || key == "" {
		prefix := request.URL.Query().Get("prefix")
		if request.Method != http.MethodGet || !f.allowed(request, "s3:ListBucket", bucketARN, map[string]string{"s3:prefix": prefix}) {
			refuse(w, http.StatusForbidden, "AccessDenied")
			return
		}
		fmt.Fprintf(w, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>%s</Name><IsTruncated>false</IsTruncated></ListBucketResult>`, bucketName)
		return
	}
	resource := bucketARN + "/" + key
	switch request.Method {
	case http.MethodHead, http.MethodGet:
		f.getObject(w, request, key, resource)
	case http.MethodPut:
		f.putObject(w, request, key, resource, body)
	case http.MethodDelete:
		if !f.allowed(request, "s3:DeleteObject", resource, map[string]string{}) {
			refuse(w, http.StatusForbidden, "AccessDenied")
			return
		}
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (f *fakeAWS) getObject(w http.ResponseWriter, request *http.Request, key, resource string) {
	content, exists := f.objects[key]
	switch {
	case !f.allowed(request, "s3:GetObject", resource, map[string]string{}):
		refuse(w, http.StatusForbidden, "AccessDenied")
	case !exists && !f.allowed(request, "s3:ListBucket", bucketARN, map[string]string{"s3:prefix": key}):
		// Who may not list may not know either that there is nothing.
		refuse(w, http.StatusForbidden, "AccessDenied")
	case !exists:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case !f.useKey(request, "kms:Decrypt"):
		refuse(w, http.StatusForbidden, "AccessDenied")
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Header().Set("ETag", `"e"`)
		_, _ = w.Write(content)
	}
}

func (f *fakeAWS) putObject(w http.ResponseWriter, request *http.Request, key, resource string, body []byte) {
	context := map[string]string{}
	for _, header := range []string{"x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm"} {
		if value := request.Header.Get(header); value != "" {
			context["s3:"+header] = value
		}
	}
	if !f.allowed(request, "s3:PutObject", resource, context) || !f.useKey(request, "kms:GenerateDataKey") {
		refuse(w, http.StatusForbidden, "AccessDenied")
		return
	}
	if _, exists := f.objects[key]; exists && request.Header.Get("If-None-Match") == "*" {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	if strings.Contains(request.Header.Get("Content-Encoding"), "aws-chunked") {
		f.t.Errorf("PUT %s comes in chunks, which the test does not know", key)
	}
	f.objects[key] = body
	w.Header().Set("ETag", `"e"`)
}

func (f *fakeAWS) dynamoDB(w http.ResponseWriter, request *http.Request, operation string, body []byte) {
	var input struct {
		Key, Item           map[string]map[string]any
		ConditionExpression string
	}
	_ = json.Unmarshal(body, &input)
	key := fmt.Sprint(input.Key["LockID"]["S"])
	if operation == "PutItem" {
		key = fmt.Sprint(input.Item["LockID"]["S"])
	}
	if !f.allowed(request, "dynamodb:"+operation, tableARN, map[string]string{"dynamodb:LeadingKeys": key}) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"not authorized"}`)
		return
	}
	output := map[string]any{}
	item, exists := f.items[key]
	switch operation {
	case "GetItem":
		if exists {
			output["Item"] = item
		}
	case "PutItem":
		if exists && input.ConditionExpression != "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}`)
			return
		}
		f.items[key] = map[string]any{}
		for name, value := range input.Item {
			f.items[key][name] = value
		}
	case "DeleteItem":
		delete(f.items, key)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(output)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
}
