package awsemulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// decode finds the operation that a request calls, and its arguments by the names of the model.
func (m *model) decode(r *http.Request, path string, body []byte) (name string, arguments map[string]any, err error) {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, name, _ = strings.Cut(target, ".")
		if m.Operations[name] == nil {
			return name, nil, fmt.Errorf("is no operation of this service")
		}
		arguments = map[string]any{}
		if len(body) > 0 {
			err = json.Unmarshal(body, &arguments)
		}
		return name, arguments, err
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return "", nil, err
		}
		name = form.Get("Action")
		op := m.Operations[name]
		if op == nil {
			return name, nil, fmt.Errorf("is no operation of this service")
		}
		tree := formTree(form)
		delete(tree, "Action")
		delete(tree, "Version")
		arguments, _ = m.fromForm(op.Input.Shape, tree).(map[string]any)
		return name, arguments, nil
	}
	op, labels := m.route(r, path)
	if op == nil {
		return r.Method + " " + path, nil, fmt.Errorf("is no operation of this service")
	}
	arguments, err = m.fromREST(op, labels, r, body)
	return op.Name, arguments, err
}

// formTree is a form with dots in its names as a tree.
func formTree(form url.Values) map[string]any {
	root := map[string]any{}
	for name, values := range form {
		at := root
		parts := strings.Split(name, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		if _, deeper := at[parts[len(parts)-1]].(map[string]any); !deeper {
			at[parts[len(parts)-1]] = values[0]
		}
	}
	return root
}

// fromForm gives a tree of a form the types and names of its shape. What the shape does not know stays under the name that
// it came with, so that the check finds it.
func (m *model) fromForm(name string, value any) any {
	s := m.Shapes[name]
	tree, isTree := value.(map[string]any)
	if s == nil {
		return value
	}
	switch s.Type {
	case "structure":
		if !isTree {
			return map[string]any{}
		}
		names := map[string]string{}
		for member, r := range s.Members {
			for _, called := range []string{r.QueryName, r.LocationName, upper(r.LocationName), member, upper(member)} {
				if called != "" && names[called] == "" {
					names[called] = member
				}
			}
		}
		out := map[string]any{}
		for key, each := range tree {
			if member := names[key]; member != "" {
				out[member] = m.fromForm(s.Members[member].Shape, each)
			} else {
				out[key] = each
			}
		}
		return out
	case "list":
		if !isTree {
			return []any{}
		}
		for _, wrapper := range []string{"member", s.Member.LocationName} {
			if inner, wrapped := tree[wrapper].(map[string]any); wrapped {
				tree = inner
			}
		}
		out := []any{}
		for _, key := range numbered(tree) {
			out = append(out, m.fromForm(s.Member.Shape, tree[key]))
		}
		return out
	case "map":
		if inner, wrapped := tree["entry"].(map[string]any); wrapped {
			tree = inner
		}
		out := map[string]any{}
		for _, key := range numbered(tree) {
			entry, _ := tree[key].(map[string]any)
			out[fmt.Sprint(entry[s.Key.wireName("key")])] = m.fromForm(s.Value.Shape, entry[s.Value.wireName("value")])
		}
		return out
	}
	text, _ := value.(string)
	return typed(s.Type, text)
}

func numbered(tree map[string]any) []string {
	keys := sortedKeys(tree)
	slices.SortFunc(keys, func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
	return keys
}

// typed is a text as the type of its shape. What is not of the type stays a text, and the check finds it.
func typed(kind, text string) any {
	switch kind {
	case "integer", "long", "float", "double":
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case "boolean":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	}
	return text
}

func upper(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// A route is what the requests of one operation of a REST service look like.
type route struct {
	*operation
	path     *regexp.Regexp
	query    url.Values // keys that must be there, and values where they are not empty
	required []reference
	says     int // how much of a request the route fixes: of several that fit, the one that says most is meant
}

var label = regexp.MustCompile(`\\\{(\w+)(\\\+)?\\\}`)

// routesOf are those of a model's operations, by name.
func routesOf(m *model) []route {
	var out []route
	for _, name := range sortedKeys(m.Operations) {
		op := m.Operations[name]
		if op.Deprecated {
			continue
		}
		template, query, _ := strings.Cut(op.HTTP.RequestURI, "?")
		each := route{operation: op, says: strings.Count(template, "/") - strings.Count(template, "{")}
		each.query, _ = url.ParseQuery(query)
		delete(each.query, "x-id")
		each.says += 10 * len(each.query)
		if input := m.Shapes[op.Input.Shape]; input != nil {
			for _, required := range input.Required {
				if ref := input.Members[required]; ref.Location == "querystring" || ref.Location == "header" {
					each.required = append(each.required, ref)
					each.says++
				}
			}
		}
		// SDKs leave a slash at the end out, or not.
		each.path = regexp.MustCompile("^" + label.ReplaceAllStringFunc(regexp.QuoteMeta(strings.TrimSuffix(template, "/")), func(found string) string {
			match := label.FindStringSubmatch(found)
			if match[2] != "" {
				return "(?P<" + match[1] + ">.+)"
			}
			return "(?P<" + match[1] + ">[^/]+)"
		}) + "/?$")
		out = append(out, each)
	}
	return out
}

// route finds the operation of a REST service by method, path and the keys of the query, the one that says most.
func (m *model) route(r *http.Request, path string) (*operation, map[string]string) {
	var best *operation
	var labels map[string]string
	most, given := -1, r.URL.Query()
	for _, each := range m.routes() {
		if each.HTTP.Method != r.Method || each.says <= most {
			continue
		}
		fits := true
		for key, values := range each.query {
			fits = fits && given.Has(key) && (values[0] == "" || given.Get(key) == values[0])
		}
		for _, ref := range each.required {
			fits = fits && (ref.Location == "querystring" && given.Has(ref.LocationName) || ref.Location == "header" && r.Header.Get(ref.LocationName) != "")
		}
		if !fits {
			continue
		}
		match := each.path.FindStringSubmatch(path)
		if match == nil {
			continue
		}
		most, best, labels = each.says, each.operation, map[string]string{}
		for i, name := range each.path.SubexpNames() {
			if name != "" {
				labels[name], _ = url.PathUnescape(match[i])
			}
		}
	}
	return best, labels
}

func (m *model) fromREST(op *operation, labels map[string]string, r *http.Request, body []byte) (map[string]any, error) {
	out := map[string]any{}
	input := m.Shapes[op.Input.Shape]
	if input == nil {
		return out, nil
	}
	inBody := map[string]reference{}
	for member, ref := range input.Members {
		kind := m.Shapes[ref.Shape].Type
		switch ref.Location {
		case "uri":
			if text, present := labels[ref.wireName(member)]; present {
				out[member] = typed(kind, text)
			}
		case "querystring":
			values := r.URL.Query()[ref.wireName(member)]
			switch {
			case kind == "map": // of all that are no members
			case kind == "list" && len(values) > 0:
				list := []any{}
				for _, each := range values {
					list = append(list, each)
				}
				out[member] = list
			case len(values) > 0:
				out[member] = typed(kind, values[0])
			}
		case "header":
			if text := r.Header.Get(ref.wireName(member)); text != "" {
				out[member] = typed(kind, text)
			}
		case "headers":
			prefixed := map[string]any{}
			for name := range r.Header {
				if key, found := strings.CutPrefix(strings.ToLower(name), strings.ToLower(ref.LocationName)); found {
					prefixed[key] = r.Header.Get(name)
				}
			}
			if len(prefixed) > 0 {
				out[member] = prefixed
			}
		default:
			inBody[member] = ref
		}
	}
	if len(body) == 0 {
		return out, nil
	}
	if input.Payload != "" {
		payload := input.Members[input.Payload]
		switch kind := m.Shapes[payload.Shape].Type; {
		case kind == "blob" || kind == "string":
			out[input.Payload] = string(body)
		case strings.Contains(m.Metadata.Protocol, "xml"):
			tree, _, err := parseXML(body)
			if err != nil {
				return nil, err
			}
			out[input.Payload] = m.fromXML(payload.Shape, tree, payload.Flattened)
		default:
			var value any
			if err := json.Unmarshal(body, &value); err != nil {
				return nil, err
			}
			out[input.Payload] = m.fromJSON(payload.Shape, value)
		}
		return out, nil
	}
	if strings.Contains(m.Metadata.Protocol, "xml") {
		tree, _, err := parseXML(body)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, m.fromXML(op.Input.Shape, tree, false).(map[string]any))
		return out, nil
	}
	fields := map[string]any{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	maps.Copy(out, m.fromJSON(op.Input.Shape, fields).(map[string]any))
	return out, nil
}

// fromJSON renames the members of a JSON body as the model names them.
func (m *model) fromJSON(name string, value any) any {
	s := m.Shapes[name]
	if s == nil {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		if s.Type == "map" {
			for key, each := range v {
				out[key] = m.fromJSON(s.Value.Shape, each)
			}
			return out
		}
		for key, each := range v {
			member := key
			for candidate, ref := range s.Members {
				if ref.LocationName == key {
					member = candidate
				}
			}
			out[member] = m.fromJSON(s.Members[member].Shape, each)
		}
		return out
	case []any:
		out := []any{}
		for _, each := range v {
			out = append(out, m.fromJSON(s.Member.Shape, each))
		}
		return out
	}
	return value
}
