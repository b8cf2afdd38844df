// Package awsemulator lets tests apply stacks with the real Terraform and the real AWS provider, with no AWS: moto's server
// answers, behind a proxy that Terraform takes for AWS itself. The proxy records every call with its arguments, holds them
// against AWS's own service models, and answers what moto lacks (Gaps).
//
// Terraform needs no change for it: the proxy is an HTTPS proxy with a certificate authority of its own, so that hosts, regions and
// TLS are those of AWS. A key of 12 digits is that account.
package awsemulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Call is one request that was made, and its answer.
type Call struct {
	// Label is who made it: the session token that came with the request.
	Label string
	// Role is the ARN of the role whose session made it, if it did not come from the account itself.
	Role string
	// Service is the word of IAM's actions, such as ec2, and Operation the name in the service model.
	Service, Operation string
	Account, Region    string
	// Method and Path are those of HTTP.
	Method, Path string
	// Arguments and Answer are trees of map[string]any, []any, string, float64 and bool. The arguments have the names of the model,
	// answers in XML those of the elements.
	Arguments map[string]any
	Answer    any
	Status    int
	// Faked says that the answer, or a part of it, is not moto's.
	Faked bool
	// Problems are what the service would refuse by its model.
	Problems []string
	At       time.Time
}

// An Emulator is a server of moto with its proxy.
type Emulator struct {
	moto   string // its address
	models *models
	store  *store
	proxy  *httptest.Server
	caFile string

	mutex    sync.Mutex
	calls    []*Call
	sessions map[string]string // role ARNs by access key
	roles    Roles
	forward  http.Client
}

// Variable names the environment variable without which no emulator is started, for it takes minutes.
const Variable = "EMULATOR"

// Start runs an emulator until the test ends. Where it was not asked for, it skips the test and says what is not done. Where it was and
// moto is not installed, the test fails and says how to get it.
func Start(t testing.TB) *Emulator {
	t.Helper()
	if os.Getenv(Variable) == "" {
		t.Skip("stacks are not applied to an emulator of AWS; make emulator does it, in minutes")
	}
	binary, err := exec.LookPath("moto_server")
	if err != nil {
		t.Fatal("stacks are not applied, for there is no moto_server in PATH; pip install 'moto[server]'")
	}
	models, err := findModels()
	require.NoError(t, err)
	e := &Emulator{
		models: models, store: newStore(), sessions: map[string]string{},
		forward: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	e.startMoto(t, binary)
	authority := newAuthority(t)
	e.caFile = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(e.caFile, authority.pem, 0o600))
	inner := authority.serve(t, http.HandlerFunc(e.answer))
	e.proxy = httptest.NewServer(connect(inner))
	t.Cleanup(e.proxy.Close)
	return e
}

func (e *Emulator) startMoto(t testing.TB, binary string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, listener.Close())
	command := exec.Command(binary, "-H", "127.0.0.1", "-p", port)
	command.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true", "MOTO_ACM_VALIDATION_WAIT=0", "PYTHONUNBUFFERED=1", "AWS_EC2_METADATA_DISABLED=true")
	log, err := os.Create(filepath.Join(t.TempDir(), "moto.log"))
	require.NoError(t, err)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if text, _ := os.ReadFile(log.Name()); t.Failed() && bytes.Contains(text, []byte("Traceback")) {
			t.Logf("moto said: %s", lastLines(text, 60))
		}
	})
	e.moto = "127.0.0.1:" + port
	for range 1200 { // a machine may be busy
		if answer, err := http.Get("http://" + e.moto + "/moto-api/"); err == nil {
			answer.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto_server does not answer")
}

func lastLines(text []byte, n int) string {
	var kept []string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if !strings.Contains(line, `HTTP/1.1" 200`) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-n):], "\n")
}

// Environment is what Terraform needs to take the emulator for AWS, as the account, with its calls under a label.
func (e *Emulator) Environment(account, label string) []string {
	return append(e.Proxy(), "AWS_ACCESS_KEY_ID="+account, "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN="+label)
}

// Proxy is the same without credentials, where the configuration has them.
func (e *Emulator) Proxy() []string {
	return []string{"HTTPS_PROXY=" + e.proxy.URL, "SSL_CERT_FILE=" + e.caFile, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
}

// Calls are all calls so far, in order.
func (e *Emulator) Calls() []*Call {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return append([]*Call(nil), e.calls...)
}

var credential = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request`)

// signedAs are the words of IAM's actions, where the services sign otherwise.
var signedAs = map[string]string{"monitoring": "cloudwatch"}

// target is what a request's host and signature say of it.
type target struct {
	prefix, service, region, account, role, path string
}

func (e *Emulator) targetOf(r *http.Request) (target, error) {
	match := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		return target{}, fmt.Errorf("the request is not signed")
	}
	out := target{region: match[2], service: match[3], path: r.URL.EscapedPath()}
	if named := signedAs[out.service]; named != "" {
		out.service = named
	}
	if len(match[1]) == 12 && strings.Trim(match[1], "0123456789") == "" {
		out.account = match[1]
	} else {
		e.mutex.Lock()
		out.role = e.sessions[match[1]]
		e.mutex.Unlock()
		if parts := strings.Split(out.role, ":"); len(parts) > 4 {
			out.account = parts[4]
		}
	}
	host, _, _ := strings.Cut(r.Host, ":")
	host = strings.TrimSuffix(strings.TrimSuffix(host, ".cn"), ".amazonaws.com")
	host = strings.TrimSuffix(strings.TrimSuffix(host, "."+out.region), ".dualstack")
	out.prefix = host
	for _, service := range []string{"s3-control", "s3"} {
		if bucket, found := strings.CutSuffix(host, "."+service); found {
			out.prefix = service
			if service == "s3" {
				out.path = "/" + bucket + out.path
			}
		}
	}
	return out, nil
}

func (e *Emulator) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	to, err := e.targetOf(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	call := &Call{Label: r.Header.Get("X-Amz-Security-Token"), Role: to.role, Service: to.service, Account: to.account, Region: to.region, Method: r.Method, Path: to.path, At: time.Now()}
	if to.role != "" {
		call.Label = ""
	}
	m, err := e.models.of(to.prefix)
	if err == nil {
		call.Operation, call.Arguments, err = m.decode(r, to.path, plainBody(r, body))
	}
	if err != nil {
		call.Problems = append(call.Problems, call.Operation+": "+err.Error())
	} else {
		call.Problems = m.check(call.Operation, call.Arguments)
	}
	e.mutex.Lock()
	e.calls = append(e.calls, call)
	e.mutex.Unlock()

	request := &request{Call: call, model: m, http: r, body: body, path: to.path}
	out := e.fake(request)
	if out == nil {
		out = e.ask(request)
		if amended := e.amend(request, out); amended != nil {
			out, call.Faked = amended, true
		}
	} else {
		call.Faked = true
	}
	e.finish(call, m, out)
	for name, values := range out.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.Header().Del("Connection")
	w.WriteHeader(out.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(out.body)
	}
}

// finish notes what a call was answered.
func (e *Emulator) finish(call *Call, m *model, out *response) {
	var answer any
	switch trimmed := bytes.TrimSpace(out.body); {
	case len(trimmed) == 0:
	case trimmed[0] == '{' || trimmed[0] == '[':
		_ = json.Unmarshal(trimmed, &answer)
	case trimmed[0] == '<':
		if tree, _, err := parseXML(trimmed); err == nil {
			answer = tree.plain()
		}
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	call.Answer, call.Status = answer, out.status
	e.roles.Learn([]*Call{call})
	if call.Service == "sts" && call.Operation == "AssumeRole" && out.status == http.StatusOK {
		texts(answer, func(path, text string) {
			if strings.HasSuffix(path, "Credentials.AccessKeyId") {
				e.sessions[text], _ = call.Arguments["RoleArn"].(string)
			}
		})
	}
}

// request is a call on its way.
type request struct {
	*Call
	model *model
	http  *http.Request
	body  []byte
	path  string
}

func (r *request) text(member string) string { s, _ := r.Arguments[member].(string); return s }

type response struct {
	status int
	header http.Header
	body   []byte
}

// ask lets moto answer.
func (e *Emulator) ask(r *request) *response {
	to := url.URL{Scheme: "http", Host: e.moto, RawQuery: r.http.URL.RawQuery}
	to.Path, _ = url.PathUnescape(r.path)
	to.RawPath = r.path
	forwarded, err := http.NewRequest(r.http.Method, to.String(), bytes.NewReader(r.body))
	if err != nil {
		return failure(http.StatusBadGateway, err.Error())
	}
	for name, values := range r.http.Header {
		if name != "Connection" && name != "Expect" {
			forwarded.Header[name] = values
		}
	}
	forwarded.Header.Set("X-Moto-Account-Id", r.Account)
	answer, err := e.forward.Do(forwarded)
	if err != nil {
		return failure(http.StatusBadGateway, err.Error())
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return failure(http.StatusBadGateway, err.Error())
	}
	return &response{answer.StatusCode, answer.Header, text}
}

func failure(status int, message string) *response {
	return &response{status, http.Header{"Content-Type": {"text/plain"}}, []byte(message)}
}

// plainBody is the body without the frames of aws-chunked.
func plainBody(r *http.Request, body []byte) []byte {
	if !strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") && !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return body
	}
	var out []byte
	for len(body) > 0 {
		line, rest, found := bytes.Cut(body, []byte("\r\n"))
		var size int
		if _, err := fmt.Sscanf(string(line), "%x", &size); !found || err != nil || size == 0 || size > len(rest) {
			break
		}
		out, body = append(out, rest[:size]...), bytes.TrimPrefix(rest[size:], []byte("\r\n"))
	}
	return out
}
