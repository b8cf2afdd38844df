package awsemulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// A Refusal is an error of AWS.
type Refusal struct {
	Status        int
	Code, Message string
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Assume is an access key of a role.
func (e *Emulator) Assume(role string) (accessKey string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	accessKey = fmt.Sprintf("ASIA%016d", len(e.sessions))
	e.sessions[accessKey] = role
	return accessKey
}

// Invoke makes a call as whoever the access key is of, such as an account's id or the answer of Assume. The host is the first word of
// the service's, such as api.sagemaker. Arguments and answer are as JSON, also where the service speaks otherwise.
func (e *Emulator) Invoke(accessKey, region, host, service, operation string, arguments map[string]any) (map[string]any, error) {
	m, err := e.models.of(host)
	if err != nil {
		return nil, err
	}
	r := httptest.NewRequest(http.MethodPost, "https://"+host+"."+region+".amazonaws.com/", nil)
	body := ""
	switch m.Metadata.Protocol {
	case "json":
		text, err := json.Marshal(arguments)
		if err != nil {
			return nil, err
		}
		body = string(text)
		r.Header.Set("X-Amz-Target", m.Metadata.TargetPrefix+"."+operation)
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	case "query", "ec2":
		form := url.Values{"Action": {operation}, "Version": {"2010-03-31"}}
		for name, value := range arguments {
			form.Set(name, fmt.Sprint(value))
		}
		body = form.Encode()
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "rest-json":
		op, inside := m.Operations[operation], object{}
		path := op.HTTP.RequestURI
		for member, value := range arguments {
			if ref := m.Shapes[op.Input.Shape].Members[member]; ref.Location == "uri" {
				path = strings.Replace(path, "{"+ref.wireName(member)+"}", url.PathEscape(fmt.Sprint(value)), 1)
			} else {
				inside[ref.wireName(member)] = value
			}
		}
		text, err := json.Marshal(inside)
		if err != nil {
			return nil, err
		}
		r = httptest.NewRequest(op.HTTP.Method, "https://"+host+"."+region+".amazonaws.com"+path, nil)
		body = string(text)
	default:
		path := "/" + text(arguments, "Bucket")
		if key := text(arguments, "Key"); key != "" {
			path += "/" + key
		}
		r.Method, r.URL.Path = m.Operations[operation].HTTP.Method, path
		_, r.URL.RawQuery, _ = strings.Cut(m.Operations[operation].HTTP.RequestURI, "?")
		body = text(arguments, "Body")
	}
	r.Body = readCloser{strings.NewReader(body)}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20260101/"+region+"/"+service+"/aws4_request")
	w := httptest.NewRecorder()
	e.answer(w, r)
	out := object{}
	text := w.Body.Bytes()
	switch trimmed := strings.TrimSpace(string(text)); {
	case m.Metadata.Protocol == "rest-xml" && w.Code < 300:
		return object{"Body": string(text)}, nil
	case strings.HasPrefix(trimmed, "{"):
		if err := json.Unmarshal(text, &out); err != nil {
			return nil, err
		}
	case strings.HasPrefix(trimmed, "<"):
		tree, _, err := parseXML(text)
		if err != nil {
			return nil, err
		}
		out, _ = tree.plain().(object)
	}
	if w.Code >= 300 {
		code, message := "", ""
		texts(out, func(path, text string) {
			switch strings.ToLower(path[strings.LastIndexByte(path, '.')+1:]) {
			case "__type", "code":
				code = text[strings.LastIndexByte(text, '#')+1:]
			case "message":
				message = text
			}
		})
		return nil, &Refusal{w.Code, code, message}
	}
	return out, nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
