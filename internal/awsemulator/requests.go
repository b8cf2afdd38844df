package awsemulator

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/iamcheck"
)

// A Request is what IAM is asked for because of a call: for the call itself on each of its resources, or for what the service does in
// the caller's name.
type Request struct {
	iamcheck.Request
	// Because says what the service does in the caller's name. Empty for the call itself.
	Because string
}

// An Authorizer turns calls into the requests that IAM decides on, with the resources and condition keys that AWS fills in by its own
// list. It follows the calls in their order, and so knows the tags of resources, the boundaries of roles and the aliases of keys.
type Authorizer struct {
	t          testing.TB
	tags       map[string]map[string]string // by ARN
	boundaries map[string]string            // by ARN of a role
	aliases    map[string][]string          // by ARN of a key
	bucketKeys map[string]string            // ARNs of keys, by bucket
	ofCluster  map[string]string            // ARNs of what a cluster has, by account, cluster and name
	associated map[string][]string          // ARNs in EC2, by the id of what associates them
	actions    map[string]*iamcheck.Action
}

// NewAuthorizer is one that has seen no call.
func NewAuthorizer(t testing.TB) *Authorizer {
	return &Authorizer{
		t: t, tags: map[string]map[string]string{}, boundaries: map[string]string{}, aliases: map[string][]string{}, bucketKeys: map[string]string{},
		ofCluster: map[string]string{}, associated: map[string][]string{}, actions: map[string]*iamcheck.Action{},
	}
}

// Requests are those of the call. It must be given all calls, in their order.
func (a *Authorizer) Requests(c *Call) ([]Request, error) {
	if c.Service == "sts" && c.Operation == "GetCallerIdentity" {
		return nil, nil // needs no permission
	}
	if c.Service == "apigateway" {
		// Its actions are methods of HTTP, and its resources paths.
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
		return a.apiGateway(c), nil
	}
	var out []Request
	for _, verb := range verbs(c) {
		requests, err := a.request(c, c.Service+":"+verb, c.Arguments)
		if err != nil {
			return nil, err
		}
		out = append(out, requests...)
	}
	more, err := a.inTheCallersName(c)
	if err != nil {
		return nil, err
	}
	out = append(out, more...)
	if c.Status < 300 {
		a.learn(c, out)
	}
	return out, nil
}

func (a *Authorizer) action(name string) (*iamcheck.Action, error) {
	if found := a.actions[name]; found != nil {
		return found, nil
	}
	found, ok := iamcheck.Lookup(a.t, name)
	if !ok {
		return nil, fmt.Errorf("%s is no action of AWS's list", name)
	}
	a.actions[name] = &found
	return &found, nil
}

// request is what an action on the resources in the arguments asks for.
func (a *Authorizer) request(c *Call, name string, arguments map[string]any) ([]Request, error) {
	action, err := a.action(name)
	if err != nil {
		return nil, err
	}
	keys, several := a.keysOf(c, action, arguments)
	if len(action.Resources) == 0 {
		return []Request{{Request: iamcheck.Request{Action: action.Name, Resource: "*", Keys: only(action.Keys, nil, keys), Lists: only(action.Keys, nil, several)}}}, nil
	}
	var out []Request
	for _, resource := range action.Resources {
		for _, arn := range a.resources(c, resource, arguments) {
			withResource, lists := maps.Clone(keys), maps.Clone(several)
			for key, value := range a.tags[arn] {
				withResource["aws:ResourceTag/"+key] = value
			}
			if boundary := a.boundaries[arn]; boundary != "" && withResource["iam:PermissionsBoundary"] == "" {
				withResource["iam:PermissionsBoundary"] = boundary
			}
			if aliases := a.aliases[arn]; len(aliases) > 0 {
				lists["kms:ResourceAliases"] = aliases
			}
			if c.Service == "ec2" {
				a.ec2Tags(c, resource, arguments, withResource, lists)
			}
			out = append(out, Request{Request: iamcheck.Request{
				Action: action.Name, Resource: arn, Keys: only(action.Keys, resource.Keys, withResource), Lists: only(action.Keys, resource.Keys, lists),
			}})
		}
	}
	if len(out) == 0 {
		if !slices.ContainsFunc(action.Resources, func(r iamcheck.Resource) bool { return r.Required }) {
			return []Request{{Request: iamcheck.Request{Action: action.Name, Resource: "*", Keys: only(action.Keys, nil, keys), Lists: only(action.Keys, nil, several)}}}, nil
		}
		return nil, fmt.Errorf("%s: none of its resources is known from %v", action.Name, arguments)
	}
	return out, nil
}

// only keeps the keys that AWS's list says come with the action or the resource.
func only[V any](ofAction, ofResource []string, all map[string]V) map[string]V {
	out := map[string]V{}
	for key, value := range all {
		if iamcheck.HasKey(ofAction, key) || iamcheck.HasKey(ofResource, key) {
			out[key] = value
		}
	}
	return out
}

// keysOf are the condition keys that follow from the arguments alone.
func (a *Authorizer) keysOf(c *Call, action *iamcheck.Action, arguments map[string]any) (keys map[string]string, lists map[string][]string) {
	keys, lists = map[string]string{"aws:RequestedRegion": c.Region, "aws:PrincipalAccount": c.Account, "aws:ResourceAccount": c.Account, "aws:SecureTransport": "true"}, map[string][]string{}
	if c.Service != "ec2" {
		tags := tagsIn(arguments)
		removed := named(arguments, "TagKeys", "tagKeys")
		for key, value := range tags {
			keys["aws:RequestTag/"+key] = value
		}
		if all := append(sortedKeys(tags), removed...); len(all) > 0 {
			lists["aws:TagKeys"] = all
		}
	}
	if boundary, _ := arguments["PermissionsBoundary"].(string); boundary != "" {
		keys["iam:PermissionsBoundary"] = boundary
	}
	if prefix, given := arguments["Prefix"].(string); given && c.Service == "s3" {
		keys["s3:prefix"] = prefix
	}
	if name, _ := arguments["AWSServiceName"].(string); name != "" {
		keys["iam:AWSServiceName"] = name
	}
	argument := func(key, member string) {
		if value, _ := arguments[member].(string); value != "" {
			keys[key] = value
		}
	}
	switch c.Service {
	case "application-autoscaling":
		argument("application-autoscaling:service-namespace", "ServiceNamespace")
		argument("application-autoscaling:scalable-dimension", "ScalableDimension")
	case "sagemaker":
		argument("sagemaker:ModelApprovalStatus", "ModelApprovalStatus")
	case "events":
		entries, _ := arguments["Entries"].([]any)
		for _, each := range entries { // who puts several of different sources is asked for the last one here
			entry, _ := each.(map[string]any)
			keys["events:source"], keys["events:detail-type"] = text(entry, "Source"), text(entry, "DetailType")
		}
	}
	return keys, lists
}

// ec2Tags are the keys of tags in EC2, where a request says which of its resources it tags.
func (a *Authorizer) ec2Tags(c *Call, resource iamcheck.Resource, arguments map[string]any, keys map[string]string, several map[string][]string) {
	tags := tagsIn(arguments)
	for kind, each := range specified(arguments) {
		if kind == resource.Type {
			tags = each
		}
	}
	for key, value := range tags {
		keys["aws:RequestTag/"+key] = value
	}
	if len(tags) > 0 {
		several["aws:TagKeys"] = sortedKeys(tags)
	}
}

// specified are the tags that a request of EC2 puts on what it makes, by type.
func specified(arguments map[string]any) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, each := range append(lists(arguments["TagSpecifications"]), lists(arguments["TagSpecification"])...) {
		specification, _ := each.(map[string]any)
		kind, _ := specification["ResourceType"].(string)
		out[kind] = tagsIn(specification)
	}
	return out
}

// tagsIn are the tags among the arguments, in whichever of the forms of AWS.
func tagsIn(arguments map[string]any) map[string]string {
	out := map[string]string{}
	for _, member := range []string{"Tags", "tags", "TagList", "Tagging"} {
		switch v := arguments[member].(type) {
		case map[string]any:
			if set, wrapped := v["TagSet"]; wrapped {
				v = map[string]any{}
				maps.Copy(v, anyTags(lists(set)))
			}
			for key, value := range v {
				out[key] = fmt.Sprint(value)
			}
		case []any:
			for key, value := range anyTags(v) {
				out[key] = fmt.Sprint(value)
			}
		}
	}
	return out
}

func anyTags(list []any) map[string]any {
	out := map[string]any{}
	for _, each := range list {
		tag, _ := each.(map[string]any)
		for _, form := range [][2]string{{"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}} {
			if key, ok := tag[form[0]].(string); ok {
				out[key] = fmt.Sprint(orEmpty(tag[form[1]]))
			}
		}
	}
	return out
}

func orEmpty(value any) any {
	if value == nil {
		return ""
	}
	return value
}

// named are the texts of those arguments, each of which is one or many.
func named(arguments map[string]any, members ...string) []string {
	var out []string
	for _, member := range members {
		for _, each := range lists(arguments[member]) {
			if text, ok := each.(string); ok {
				out = append(out, text)
			}
		}
	}
	return out
}

var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// resources are the ARNs of one type that a call is about: given as ARN, as id of EC2, by name, or in its answer where it makes one.
func (a *Authorizer) resources(c *Call, resource iamcheck.Resource, arguments map[string]any) []string {
	form := fixedForm(c, resource.ARN)
	// What is given as an ARN may be another account's.
	expression := arnExpression(strings.NewReplacer("${Partition}", "aws", "${Region}", c.Region).Replace(resource.ARN))
	var found []string
	add := func(arn string) {
		if !slices.Contains(found, arn) {
			found = append(found, arn)
		}
	}
	if made, known := a.special(c, resource, arguments); known {
		return made
	}
	texts(arguments, func(path, text string) {
		if expression.MatchString(text) {
			add(text)
		}
	})
	if c.Service == "ec2" {
		prefix := ec2Ids[resource.Type]
		if prefix == "" {
			return found
		}
		visit := func(path, text string) {
			if isID(prefix, text) {
				add(variable.ReplaceAllString(form, text))
			}
		}
		texts(arguments, visit)
		for _, arn := range a.associated[text(arguments, "AssociationId")] {
			if strings.Contains(arn, ":"+resource.Type+"/") {
				add(arn)
			}
		}
		if len(found) == 0 && resource.Required && (strings.HasPrefix(c.Operation, "Create") || strings.HasPrefix(c.Operation, "Allocate") || strings.HasPrefix(c.Operation, "Run")) {
			texts(c.Answer, visit)
		}
		return found
	}
	if len(found) > 0 {
		return found
	}
	if arn := filled(form, arguments); arn != "" {
		return []string{arn}
	}
	if strings.HasPrefix(c.Operation, "Create") || strings.HasPrefix(c.Operation, "Put") || strings.HasPrefix(c.Operation, "Register") {
		texts(c.Answer, func(path, text string) {
			if expression.MatchString(text) {
				add(text)
			}
		})
	}
	return found
}

func arnExpression(form string) *regexp.Regexp {
	if found, ok := patterns.Load("arn " + form); ok {
		return found.(*regexp.Regexp)
	}
	var out strings.Builder
	rest := form
	for {
		at := variable.FindStringIndex(rest)
		if at == nil {
			break
		}
		out.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		if strings.Contains(rest[at[0]:at[1]], "WithPath") || strings.Contains(rest[at[0]:at[1]], "RepositoryName") || strings.Contains(rest[at[0]:at[1]], "ModelPackageName") {
			out.WriteString(".+")
		} else if strings.Contains(rest[at[0]:at[1]], "LogGroupName") {
			out.WriteString("[^:]+")
		} else {
			out.WriteString("[^/:]+")
		}
		rest = rest[at[1]:]
	}
	expression := regexp.MustCompile("^" + out.String() + regexp.QuoteMeta(rest) + "$")
	patterns.Store("arn "+form, expression)
	return expression
}

// filled is the form with its variables filled in by arguments of the same names. Empty if one is missing.
func filled(form string, arguments map[string]any) string {
	complete := true
	out := variable.ReplaceAllStringFunc(form, func(found string) string {
		name := strings.TrimSuffix(strings.ToLower(variable.FindStringSubmatch(found)[1]), "withpath")
		for _, member := range sortedKeys(arguments) {
			if text, ok := arguments[member].(string); ok && text != "" && same(name, strings.ToLower(member)) {
				return text
			}
		}
		complete = false
		return ""
	})
	if !complete {
		return ""
	}
	return out
}

// same reports whether an argument is what a variable stands for.
func same(variable, member string) bool {
	if variable == member || variable == member+"name" || variable+"name" == member {
		return true
	}
	return slices.Contains(synonyms[variable], member)
}

// learn notes what a call changed that later requests depend on.
func (a *Authorizer) learn(c *Call, requests []Request) {
	about := func(tagged func(arn string)) {
		for _, each := range requests {
			if each.Because == "" && strings.HasPrefix(each.Resource, "arn:") {
				tagged(each.Resource)
			}
		}
	}
	tags := tagsIn(c.Arguments)
	switch {
	case c.Service == "ec2":
		for kind, tags := range specified(c.Arguments) {
			prefix := ec2Ids[kind]
			if prefix == "" {
				continue
			}
			texts(c.Answer, func(_, text string) {
				if isID(prefix, text) {
					a.tag("arn:aws:ec2:"+c.Region+":"+c.Account+":"+kind+"/"+text, tags)
				}
			})
		}
		a.associate(c, requests)
		if c.Operation == "CreateTags" {
			about(func(arn string) { a.tag(arn, tags) })
		}
		if c.Operation == "DeleteTags" {
			about(func(arn string) {
				for key := range tags {
					delete(a.tags[arn], key)
				}
			})
		}
	case c.Service == "acm" && c.Operation == "RemoveTagsFromCertificate":
		about(func(arn string) {
			for key := range tags {
				delete(a.tags[arn], key)
			}
		})
	case strings.HasPrefix(c.Operation, "Untag"), c.Operation == "DeleteTags", c.Operation == "RemoveTags":
		about(func(arn string) {
			for _, key := range named(c.Arguments, "TagKeys", "tagKeys") {
				delete(a.tags[arn], key)
			}
		})
	case len(tags) > 0:
		about(func(arn string) { a.tag(arn, tags) })
		if c.Service == "kms" && c.Operation == "CreateKey" {
			texts(c.Answer, func(path, text string) {
				if path == "KeyMetadata.Arn" {
					a.tag(text, tags)
				}
			})
		}
		if slices.Contains([]string{"acm", "application-autoscaling", "aps", "eks", "elasticloadbalancing", "sagemaker"}, c.Service) {
			texts(c.Answer, func(path, text string) {
				if strings.HasSuffix(strings.ToLower(path), "arn") && strings.HasPrefix(text, "arn:aws:"+c.Service+":") {
					a.tag(text, tags)
				}
			})
		}
	}
	if c.Service == "grafana" && c.Operation == "CreateWorkspace" {
		texts(c.Answer, func(path, id string) {
			if path == "workspace.id" {
				a.tag("arn:aws:grafana:"+c.Region+":"+c.Account+":/workspaces/"+id, tags)
			}
		})
	}
	if c.Service == "eks" && strings.HasPrefix(c.Operation, "Create") {
		inside := object{}
		texts(c.Answer, func(path, text string) { inside[path[strings.LastIndexByte(path, '.')+1:]] = text })
		a.ofCluster[c.Account+"|"+text(inside, "clusterName")+"|"+nameOf(inside)] = arnOf(inside)
	}
	if c.Operation == "PutBucketEncryption" {
		texts(c.Arguments, func(path, key string) {
			if strings.HasSuffix(path, ".KMSMasterKeyID") {
				a.bucketKeys[text(c.Arguments, "Bucket")] = key
			}
		})
	}
	if c.Service == "iam" {
		if c.Operation == "DeleteRole" || c.Operation == "DeleteRolePermissionsBoundary" {
			about(func(arn string) { delete(a.boundaries, arn) })
		}
		if boundary, _ := c.Arguments["PermissionsBoundary"].(string); boundary != "" {
			about(func(arn string) { a.boundaries[arn] = boundary })
		}
	}
	if alias, _ := c.Arguments["AliasName"].(string); alias != "" && c.Service == "kms" {
		about(func(arn string) {
			if !strings.Contains(arn, ":key/") {
				return
			}
			a.aliases[arn] = slices.DeleteFunc(a.aliases[arn], func(each string) bool { return each == alias })
			if c.Operation != "DeleteAlias" {
				a.aliases[arn] = append(a.aliases[arn], alias)
			}
		})
	}
}

// tag notes tags of a resource.
func (a *Authorizer) tag(arn string, tags map[string]string) {
	if a.tags[arn] == nil {
		a.tags[arn] = map[string]string{}
	}
	maps.Copy(a.tags[arn], tags)
}

// associate notes what an association of EC2 is between: what was associated by the call, or an address that it tells of.
func (a *Authorizer) associate(c *Call, requests []Request) {
	if id := ""; strings.HasPrefix(c.Operation, "Associate") {
		texts(c.Answer, func(path, text string) {
			if strings.HasSuffix(path, "associationId") {
				id = text
			}
		})
		for _, each := range requests {
			a.associated[id] = append(a.associated[id], each.Resource)
		}
	}
	if c.Operation != "DescribeAddresses" {
		return
	}
	var address string
	texts(c.Answer, func(path, text string) { // in the order of the names
		switch {
		case strings.HasSuffix(path, "allocationId"):
			address = "arn:aws:ec2:" + c.Region + ":" + c.Account + ":elastic-ip/" + text
		case strings.HasSuffix(path, "associationId"):
			a.associated[text] = []string{address}
		}
	})
}
