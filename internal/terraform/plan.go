package terraform

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Stack is Terraform JSON, and the name under which a test tells of it.
type Stack struct {
	Name string
	JSON []byte
	// After names the stacks without which this one cannot be made. Where all are applied together, it comes after them, and goes
	// before.
	After []string
}

// Plan runs one terraform plan over all stacks and tests each under its name: Terraform finds it valid, and the plan
// adds each of its resources and does nothing else. Stacks of other providers than AWS's are left out and say so. It is skipped under -short, and where Terraform or the provider
// cannot be had.
func Plan(t *testing.T, stacks ...Stack) {
	t.Helper()
	stacks = slices.DeleteFunc(slices.Clone(stacks), func(stack Stack) bool {
		other := stack.otherProviders()
		if len(other) > 0 {
			t.Run(stack.Name, func(t *testing.T) {
				t.Skipf("%s is not planned: it is of the providers %s too, whose plan asks the cluster and the registries of charts; plan it once its environment is there", stack.Name, strings.Join(other, ", "))
			})
		}
		return len(other) > 0
	})
	if len(stacks) == 0 {
		return
	}
	faults := New(t).faults(stacks)
	for i, stack := range stacks {
		t.Run(stack.Name, func(t *testing.T) { require.Empty(t, faults[i], strings.Join(faults[i], "\n")) })
	}
}

// otherProviders are those of the stack beside AWS's.
func (s Stack) otherProviders() []string {
	var content struct{ Provider map[string]any }
	if json.Unmarshal(s.JSON, &content) != nil {
		return nil // which is told when the stack is read
	}
	delete(content.Provider, "aws")
	return slices.Sorted(maps.Keys(content.Provider))
}

// faults are what is wrong with the plan of each stack. Nearly all of a plan's time goes into the start of the provider
// and its schema, so the stacks are modules of one root, without their backends, and one instance of the provider serves
// all of a region, see sharedProvider. What stacks have in common is planned once, see twins, and its faults are told with the first.
func (r *Runner) faults(stacks []Stack) [][]string {
	r.t.Helper()
	dir := r.t.TempDir()
	root := r.modules(dir, stacks, root{planned: twins{}})
	r.initialise(dir)
	server := identity()
	defer server.Close()
	out, failure := r.command(dir, server.URL, "plan", "-json", "-input=false", "-lock=false", "-refresh=false").Output()
	plan, err := readPlan(out)
	require.NoError(r.t, err)
	require.Empty(r.t, plan.problems[""], "problems of no stack")
	require.Equal(r.t, failure != nil, len(plan.problems) > 0, "terraform plan: %v\n%s", failure, out)

	faults := make([][]string, len(stacks))
	for i := range stacks {
		name := moduleName(i)
		faults[i] = append(plan.problems[name], plan.others[name]...)
		if failure == nil { // or else the plan is not complete
			for _, address := range root.resources[i] {
				if !slices.Contains(plan.added[name], address) {
					faults[i] = append(faults[i], address+": the plan does not add it")
				}
			}
			if more := len(plan.added[name]) - len(root.resources[i]); more > 0 {
				faults[i] = append(faults[i], fmt.Sprintf("the plan adds %d resources more than there are in the stack", more))
			}
		}
	}
	return faults
}

// modules writes a root module that calls those of the stacks.
func (r *Runner) modules(dir string, stacks []Stack, root root) root {
	r.t.Helper()
	root.modules = map[string]string{}
	for i, stack := range stacks {
		root.modules[stack.Name] = moduleName(i)
	}
	for _, stack := range stacks {
		require.NoError(r.t, root.add(dir, stack), stack.Name)
	}
	require.NoError(r.t, write(filepath.Join(dir, "main.tf.json"), map[string]any{
		"terraform": map[string]any{"required_providers": requiredProviders},
		"provider":  map[string]any{"aws": root.blocks()},
	}))
	return root
}

// root is the module that calls those of the stacks, each from a file of its own.
type root struct {
	token     func(stack string) string // that the requests of a stack come with, or nil
	planned   twins                     // of which each is planned once, or nil where all of each stack is wanted
	providers []*sharedProvider
	modules   map[string]string // by the name of the stack
	resources [][]string
}

// A sharedProvider is one instance of the provider for all stacks whose provider blocks are equal but for accounts and default
// tags: an instance costs a second or two of processor time, and of these two a plan of new resources shows only that the provider
// takes them. So it gets all of them.
type sharedProvider struct {
	key      string // the block without accounts and tags
	block    map[string]any
	accounts []any
	tags     map[string]any
}

func moduleName(i int) string { return fmt.Sprintf("stack-%d", i) }

// add writes the stack as a module of its own.
func (r *root) add(dir string, stack Stack) error {
	var content struct {
		Provider struct{ AWS []map[string]any }
		Output   map[string]json.RawMessage
		Resource map[string]map[string]json.RawMessage
	}
	var module map[string]any
	for _, into := range []any{&content, &module} {
		if err := json.Unmarshal(stack.JSON, into); err != nil {
			return err
		}
	}
	var alias string
	own := []any{} // what is no default stays in the module
	for _, block := range content.Provider.AWS {
		accounts, _ := block["allowed_account_ids"].([]any)
		if len(accounts) != 1 {
			return fmt.Errorf("provider: allowed_account_ids are %v; a stack is for one account", accounts)
		}
		block["secret_key"] = "test"
		block["skip_region_validation"] = true // the provider at hand may be older than a region that AWS has
		if r.token != nil {
			block["token"] = r.token(stack.Name)
		}
		if block["alias"] != nil {
			block["access_key"] = accounts[0] // with which identity answers
			own = append(own, block)
			continue
		}
		var err error
		if alias, err = r.provider(block); err != nil {
			return err
		}
	}
	if alias == "" {
		return errors.New("provider: there is no AWS provider that resources use unless they say otherwise")
	}
	module["provider"].(map[string]any)["aws"] = own
	if settings, has := module["terraform"].(map[string]any); has {
		delete(settings, "backend")
	}
	if r.planned != nil {
		for _, section := range []string{"//", "resource", "output"} {
			delete(module, section)
		}
		setting, err := json.Marshal([]any{alias, module})
		if err != nil {
			return err
		}
		r.planned.strip(string(setting), content.Resource, content.Output)
		if len(content.Resource) > 0 {
			module["resource"] = content.Resource
		}
		if len(content.Output) > 0 {
			module["output"] = content.Output
		}
	}
	name := moduleName(len(r.resources))
	// Terraform refuses a secret in an output that does not say so in the root module alone.
	outputs := map[string]any{}
	for output, text := range content.Output {
		var each struct{ Sensitive bool }
		if err := json.Unmarshal(text, &each); err != nil {
			return err
		}
		outputs[name+"-"+output] = map[string]any{"value": "${module." + name + "." + output + "}", "sensitive": each.Sensitive}
	}
	body := map[string]any{"source": "./" + name, "providers": map[string]any{"aws": "aws." + alias}}
	var after []string
	for _, each := range stack.After {
		after = append(after, "module."+r.modules[each])
	}
	if len(after) > 0 {
		body["depends_on"] = after
	}
	call := map[string]any{"module": map[string]any{name: body}}
	if len(outputs) > 0 {
		call["output"] = outputs
	}
	if err := write(filepath.Join(dir, name+".tf.json"), call); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
		return err
	}
	if err := write(filepath.Join(dir, name, "cdk.tf.json"), module); err != nil {
		return err
	}
	addresses := []string{}
	for resourceType, named := range content.Resource {
		for each := range named {
			addresses = append(addresses, resourceType+"."+each)
		}
	}
	r.resources = append(r.resources, addresses)
	return nil
}

func write(file string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// provider is the alias of the provider for a block like this one.
func (r *root) provider(block map[string]any) (alias string, err error) {
	accounts := block["allowed_account_ids"].([]any)
	delete(block, "allowed_account_ids")
	tags := map[string]any{}
	if blocks, _ := block["default_tags"].([]any); len(blocks) == 1 {
		if only, _ := blocks[0].(map[string]any); len(only) == 1 {
			if given, are := only["tags"].(map[string]any); are {
				tags = given
				delete(block, "default_tags")
			}
		}
	}
	key, err := json.Marshal(block)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(r.providers, func(each *sharedProvider) bool { return each.key == string(key) })
	if i < 0 {
		i = len(r.providers)
		r.providers = append(r.providers, &sharedProvider{key: string(key), block: block, tags: map[string]any{}})
	}
	shared := r.providers[i]
	if !slices.Contains(shared.accounts, accounts[0]) {
		shared.accounts = append(shared.accounts, accounts[0])
	}
	for name, value := range tags {
		for taken, is := shared.tags[name]; is && !reflect.DeepEqual(taken, value); taken, is = shared.tags[name] {
			name += "'"
		}
		shared.tags[name] = value
	}
	return "p" + strconv.Itoa(i), nil
}

// blocks are the provider blocks of the root module.
func (r *root) blocks() (all []map[string]any) {
	for i, each := range r.providers {
		block := maps.Clone(each.block)
		block["alias"], block["allowed_account_ids"], block["access_key"] = "p"+strconv.Itoa(i), each.accounts, each.accounts[0]
		if len(each.tags) > 0 {
			block["default_tags"] = []any{map[string]any{"tags": each.tags}}
		}
		all = append(all, block)
	}
	return all
}

// planned is what terraform plan -json says, by the module that it says it of.
type planned struct{ problems, added, others map[string][]string }

var moduleOf = regexp.MustCompile(`^(?:module\.)?(stack-\d+)[./]`)

// readPlan tells what the messages of a plan say.
func readPlan(text []byte) (planned, error) {
	out := planned{map[string][]string{}, map[string][]string{}, map[string][]string{}}
	messages, err := readMessages(text)
	if err != nil {
		return out, err
	}
	for _, message := range messages {
		switch found := message.Diagnostic; message.Type {
		case "diagnostic":
			if found.Severity != "error" {
				continue
			}
			module := ""
			for _, place := range []string{found.Address, found.Range.Filename} {
				if match := moduleOf.FindStringSubmatch(place); match != nil {
					module = match[1]
					break
				}
			}
			where := strings.TrimPrefix(found.Address, "module."+module+".")
			if where == "" {
				where = found.Snippet.Context
			}
			out.problems[module] = append(out.problems[module], strings.TrimSuffix(where+": "+found.Summary+": "+found.Detail, ": "))
		case "planned_change":
			module := strings.TrimPrefix(message.Change.Resource.Module, "module.")
			if address := message.Change.Resource.ResourceAddr; message.Change.Action == "create" {
				out.added[module] = append(out.added[module], address)
			} else {
				out.others[module] = append(out.others[module], address+": the plan is to "+message.Change.Action+" it")
			}
		}
	}
	return out, nil
}
