package iamcheck

import (
	"strings"
	"testing"
)

// An Action is what AWS's list says of one.
type Action struct {
	// Name is written as AWS writes it, such as ec2:CreateVpc.
	Name string
	// Level is how AWS classes it, as AccessLevel says.
	Level string
	// Keys are the condition keys that come with it on any resource, such as aws:RequestTag/${TagKey}.
	Keys []string
	// Resources are the types of resources that it works on. Without any it works on "*".
	Resources []Resource
}

// A Resource is a type of resources of an action.
type Resource struct {
	// Type is its name in the list, ARN its form, such as arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}.
	Type, ARN string
	// Required says that every call of the action has one.
	Required bool
	// Keys are the condition keys that come with it beside those of the action.
	Keys []string
}

// Lookup finds an action, such as ec2:CreateVpc. Upper and lower case do not count, as in IAM.
func Lookup(t testing.TB, name string) (Action, bool) {
	t.Helper()
	db := open(t)
	service, verb, _ := strings.Cut(name, ":")
	found, ok := db.actions(service)[strings.ToLower(verb)]
	if !ok {
		return Action{}, false
	}
	out := Action{Name: found.id, Level: found.AccessLevel, Keys: found.ConditionKeys}
	for _, use := range found.ResourceTypes {
		kind := db.types(service)[strings.ToLower(use.Name)]
		keys := use.ConditionKeys
		if len(keys) == 0 { // EC2 lists the keys of each action and resource type, the other services those of the type
			keys = kind.ConditionKeys
		}
		out.Resources = append(out.Resources, Resource{Type: use.Name, ARN: kind.ARN, Required: use.Required, Keys: keys})
	}
	return out, true
}

// HasKey reports whether one of the listed condition keys, which may end with a name to be filled in, is this one.
func HasKey(listed []string, key string) bool { return alwaysThere(key) || hasKey(listed, key) }
