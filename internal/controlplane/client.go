package controlplane

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// An Object is an object of the cluster, as JSON.
type Object map[string]any

// at is what stands at a path of fields, or nil.
func (o Object) at(path ...string) any {
	var value any = map[string]any(o)
	for _, each := range path {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[each]
	}
	return value
}

// Text is the text at a path of fields, or "".
func (o Object) Text(path ...string) string {
	text, _ := o.at(path...).(string)
	return text
}

// Number is the number at a path of fields, or 0.
func (o Object) Number(path ...string) int {
	number, _ := o.at(path...).(float64)
	return int(number)
}

// List are the objects at a path of fields.
func (o Object) List(path ...string) []Object {
	all, _ := o.at(path...).([]any)
	var out []Object
	for _, each := range all {
		if fields, ok := each.(map[string]any); ok {
			out = append(out, fields)
		}
	}
	return out
}

// Condition is the status of a condition, such as True, or "".
func (o Object) Condition(name string) string {
	for _, each := range o.List("status", "conditions") {
		if each.Text("type") == name {
			return each.Text("status")
		}
	}
	return ""
}

// Name is the object's kind and name, for messages.
func (o Object) Name() string { return o.Text("kind") + " " + o.Text("metadata", "name") }

// A Refused is an answer of the API server that is no success.
type Refused struct {
	Code    int
	Message string
}

// Error is what the API server says.
func (r Refused) Error() string { return fmt.Sprintf("%d: %s", r.Code, r.Message) }

// YAML is a body as it was written.
type YAML []byte

// A Client speaks to an API server as one user.
type Client struct {
	address string
	http    *http.Client
	token   string
	mutex   sync.Mutex
	kinds   map[string]kind
}

// A kind is where objects of a kind are.
type kind struct {
	plural     string
	namespaced bool
}

func newClient(address string, authority []byte, certificate *tls.Certificate, token string) *Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	config := &tls.Config{RootCAs: pool}
	if certificate != nil {
		config.Certificates = []tls.Certificate{*certificate}
	}
	return &Client{
		address: address, token: token, kinds: map[string]kind{},
		http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 20}},
	}
}

// Do calls a path, and gives what it answers.
func (c *Client) Do(ctx context.Context, method, path string, query url.Values, body any) (Object, error) {
	var sent io.Reader
	if body != nil {
		text, isText := body.(YAML)
		if !isText {
			var err error
			if text, err = json.Marshal(body); err != nil {
				return nil, err
			}
		}
		sent = bytes.NewReader(text)
	}
	target := c.address + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, sent)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if _, isText := body.(YAML); isText {
		request.Header.Set("Content-Type", "application/yaml")
	}
	request.Header.Set("Accept", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var object Object
	jsonErr := json.Unmarshal(text, &object)
	if response.StatusCode >= 300 {
		message := object.Text("message")
		if message == "" {
			message = string(text)
		}
		return nil, Refused{response.StatusCode, message}
	}
	if jsonErr != nil {
		return Object{"text": string(text)}, nil
	}
	return object, nil
}

// find is where objects of a kind are, as the API server says.
func (c *Client) find(ctx context.Context, apiVersion, name string) (kind, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if known, found := c.kinds[apiVersion+" "+name]; found {
		return known, nil
	}
	all, err := c.resources(ctx, apiVersion)
	if err != nil {
		return kind{}, err
	}
	for _, each := range all {
		plural := each.Text("name")
		if strings.Contains(plural, "/") {
			continue
		}
		c.kinds[apiVersion+" "+each.Text("kind")] = kind{plural, each.at("namespaced") == true}
	}
	known, found := c.kinds[apiVersion+" "+name]
	if !found {
		return kind{}, Refused{http.StatusNotFound, fmt.Sprintf("no kind %s in %s", name, apiVersion)}
	}
	return known, nil
}

func (c *Client) resources(ctx context.Context, apiVersion string) ([]Object, error) {
	list, err := c.Do(ctx, http.MethodGet, root(apiVersion), nil, nil)
	if err != nil {
		return nil, err
	}
	return list.List("resources"), nil
}

func root(apiVersion string) string {
	if strings.Contains(apiVersion, "/") {
		return "/apis/" + apiVersion
	}
	return "/api/" + apiVersion
}

// Path is where the objects of a kind are, in a namespace or in all.
func (c *Client) Path(ctx context.Context, apiVersion, name, namespace string) (string, error) {
	known, err := c.find(ctx, apiVersion, name)
	if err != nil {
		return "", err
	}
	path := root(apiVersion)
	if known.namespaced && namespace != "" {
		path += "/namespaces/" + namespace
	}
	return path + "/" + known.plural, nil
}

func (c *Client) pathOf(ctx context.Context, o Object) (string, error) {
	return c.Path(ctx, o.Text("apiVersion"), o.Text("kind"), o.Text("metadata", "namespace"))
}

// Create makes the object with strict validation: fields that are not known are refused. With dry, nothing is kept of it.
func (c *Client) Create(ctx context.Context, o Object, dry bool) error {
	path, err := c.pathOf(ctx, o)
	if err != nil {
		return err
	}
	query := url.Values{"fieldValidation": {"Strict"}}
	if dry {
		query.Set("dryRun", "All")
	}
	_, err = c.Do(ctx, http.MethodPost, path, query, o)
	return err
}

// Get reads an object.
func (c *Client) Get(ctx context.Context, apiVersion, name, namespace, object string) (Object, error) {
	path, err := c.Path(ctx, apiVersion, name, namespace)
	if err != nil {
		return nil, err
	}
	return c.Do(ctx, http.MethodGet, path+"/"+object, nil, nil)
}

// All lists the objects of a kind, in a namespace or in all.
func (c *Client) All(ctx context.Context, apiVersion, name, namespace string) ([]Object, error) {
	path, err := c.Path(ctx, apiVersion, name, namespace)
	if err != nil {
		return nil, err
	}
	list, err := c.Do(ctx, http.MethodGet, path, nil, nil)
	return list.List("items"), err
}

// PutStatus writes the status of an object.
func (c *Client) PutStatus(ctx context.Context, o Object) (Object, error) {
	path, err := c.pathOf(ctx, o)
	if err != nil {
		return nil, err
	}
	return c.Do(ctx, http.MethodPut, path+"/"+o.Text("metadata", "name")+"/status", nil, o)
}

// Put writes an object.
func (c *Client) Put(ctx context.Context, o Object) error {
	path, err := c.pathOf(ctx, o)
	if err != nil {
		return err
	}
	_, err = c.Do(ctx, http.MethodPut, path+"/"+o.Text("metadata", "name"), nil, o)
	return err
}

// Delete removes an object and what it owns.
func (c *Client) Delete(ctx context.Context, o Object) error {
	path, err := c.pathOf(ctx, o)
	if err != nil {
		return err
	}
	_, err = c.Do(ctx, http.MethodDelete, path+"/"+o.Text("metadata", "name"), url.Values{"propagationPolicy": {"Foreground"}}, nil)
	return err
}

// Everything lists what there is in the namespace, by kind and name, without what the cluster itself makes there.
func (c *Client) Everything(ctx context.Context, namespace string) ([]string, error) {
	var out []string
	err := c.each(ctx, namespace, func(name string, _ Object) {
		if name != "ConfigMap kube-root-ca.crt" && name != "ServiceAccount default" {
			out = append(out, name)
		}
	})
	return out, err
}

// Left lists what there is of a release of Helm in the cluster, without what its chart says is to stay.
func (c *Client) Left(ctx context.Context, r Release) ([]string, error) {
	var out []string
	err := c.each(ctx, "", func(name string, object Object) {
		annotations, _ := object.at("metadata", "annotations").(map[string]any)
		if annotations["meta.helm.sh/release-name"] == r.Name && annotations["meta.helm.sh/release-namespace"] == r.Namespace && annotations["helm.sh/resource-policy"] != "keep" {
			out = append(out, name)
		}
	})
	return out, err
}

// each visits every object in the namespace, or in all of the cluster, but for events.
func (c *Client) each(ctx context.Context, namespace string, visit func(name string, object Object)) error {
	groups, err := c.Do(ctx, http.MethodGet, "/apis", nil, nil)
	if err != nil {
		return err
	}
	versions := []string{"v1"}
	for _, each := range groups.List("groups") {
		versions = append(versions, each.Text("preferredVersion", "groupVersion"))
	}
	for _, version := range versions {
		if strings.HasPrefix(version, "metrics.k8s.io/") {
			continue // no server answers for it here
		}
		resources, err := c.resources(ctx, version)
		if err != nil {
			return err
		}
		for _, each := range resources {
			if strings.Contains(each.Text("name"), "/") || !strings.Contains(fmt.Sprint(each.at("verbs")), "list") || each.Text("kind") == "Event" {
				continue
			}
			path := root(version) + "/" + each.Text("name")
			if namespace != "" {
				if each.at("namespaced") != true {
					continue
				}
				path = root(version) + "/namespaces/" + namespace + "/" + each.Text("name")
			}
			list, err := c.Do(ctx, http.MethodGet, path, nil, nil)
			if err != nil {
				return err
			}
			for _, object := range list.List("items") {
				visit(each.Text("kind")+" "+object.Text("metadata", "name"), object)
			}
		}
	}
	return nil
}
