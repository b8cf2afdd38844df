package changes

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Kind says what became of a stack.
type Kind string

const (
	// New stacks are in the head only.
	New Kind = "new"
	// Changed stacks are on both sides and differ.
	Changed Kind = "changed"
	// Removed stacks are in the base only.
	Removed Kind = "removed"
)

// A Stack is a stack that differs.
type Stack struct {
	Name string
	Kind Kind
	// Backend is what differs in the place of the state, for changed stacks.
	Backend []Difference
	// Resources and data sources that differ, sorted by address.
	Resources []Resource
	// References counts resources that differ in nothing but the names of renamed ones.
	References int
	// Outputs and Settings differ by name; settings are providers, modules, variables, versions and the like.
	Outputs, Settings []Block
	// Files that differ beside the stack file, such as assets.
	Files []Block

	uses []use
}

// Action says what becomes of a resource.
type Action string

const (
	// Add makes a resource.
	Add Action = "added"
	// Change alters a resource, in place as far as we know.
	Change Action = "changed"
	// Replace probably destroys a resource and makes it anew: only the plan knows for sure.
	Replace Action = "replaced"
	// Remove destroys a resource.
	Remove Action = "removed"
	// Rename is an equal resource under another address. Terraform destroys one and makes the other.
	Rename Action = "renamed"
	// Move is a rename that a moved block tells Terraform about: nothing is destroyed.
	Move Action = "moved"
	// Forget takes a resource out of the state and leaves it in AWS, by a removed block.
	Forget Action = "forgotten"
	// Import takes an existing resource into the state, by an import block.
	Import Action = "imported"
)

// A Resource is a resource or data source that differs.
type Resource struct {
	// Address in Terraform's words, such as aws_s3_bucket.data. From is the earlier one, if it was another.
	Address, From string
	// Type of the resource, such as aws_s3_bucket; data sources have theirs too.
	Type   string
	Action Action
	Group  Group
	// Differences of a resource that is on both sides.
	Differences []Difference
	// Forcing are the arguments because of which it is probably replaced.
	Forcing []string
	// Following are addresses that are probably replaced with it, as they refer to it where that forces replacement.
	Following []string
	// Loses says what is lost with it, if it is destroyed and holds what nothing can make anew.
	Loses string
	// Guarded resources have prevent_destroy and would have to be destroyed all the same, so that Terraform refuses.
	Guarded bool
	// Unguarded are protections that were there before and are not any more.
	Unguarded []string
}

// A Block is any other thing that differs.
type Block struct {
	Name        string
	Action      Action
	Differences []Difference
	// Tagged is how many resources the stack has, where new default tags of a provider may update each of them.
	Tagged int
}

func (s Stack) differs() bool {
	return s.Kind != Changed || len(s.Backend)+len(s.Resources)+s.References+len(s.Outputs)+len(s.Settings)+len(s.Files) > 0
}

// Count is the number of resources with one of these actions.
func (s Stack) Count(actions ...Action) int {
	count := 0
	for _, each := range s.Resources {
		if slices.Contains(actions, each.Action) {
			count++
		}
	}
	return count
}

func compareStack(name string, before, after stack, was, is bool) Stack {
	out := Stack{Name: name, Kind: Changed}
	switch {
	case !was:
		out.Kind = New
	case !is:
		out.Kind = Removed
	default:
		out.Backend = walk("", objectOrEmpty(before.backend), objectOrEmpty(after.backend))
		conceal(out.Backend)
	}
	out.compareResources(before, after)
	out.Outputs = compareBlocks(before.outputs, after.outputs)
	out.Settings = compareBlocks(before.settings, after.settings)
	for i, each := range out.Settings {
		if each.Action == Change && strings.HasPrefix(each.Name, "provider.") && slices.ContainsFunc(each.Differences, func(d Difference) bool { return strings.HasPrefix(d.Path, "default_tags") }) {
			out.Settings[i].Tagged = managed(after)
		}
	}
	out.Files = compareBlocks(anything(before.files), anything(after.files))
	for i := range out.Files {
		out.Files[i].Differences = nil // hashes tell nobody anything
	}
	return out
}

// managed is the number of resources, without data sources.
func managed(s stack) int {
	number := 0
	for address := range s.resources {
		if !strings.HasPrefix(address, "data.") {
			number++
		}
	}
	return number
}

func objectOrEmpty(value map[string]any) any {
	if value == nil {
		return map[string]any{}
	}
	return value
}

func anything(files map[string]string) map[string]any {
	out := map[string]any{}
	for name, hash := range files {
		out[name] = hash
	}
	return out
}

func compareBlocks(before, after map[string]any) []Block {
	var out []Block
	for _, name := range keysOf(before, after) {
		old, was := before[name]
		value, is := after[name]
		switch {
		case !was:
			out = append(out, Block{Name: name, Action: Add})
		case !is:
			out = append(out, Block{Name: name, Action: Remove})
		default:
			if differences := walk("", old, value); len(differences) > 0 {
				if object(old)["sensitive"] == true || object(value)["sensitive"] == true {
					differences = hide(differences)
				}
				conceal(differences)
				out = append(out, Block{Name: name, Action: Change, Differences: differences})
			}
		}
	}
	return out
}

func (s *Stack) compareResources(before, after stack) {
	moved, declared := renames(before, after)
	from := map[string]string{}
	for old, address := range moved {
		from[address] = old
	}
	for _, address := range sortedKeys(after.resources) {
		body := after.resources[address]
		source := cmp.Or(from[address], address)
		old, was := before.resources[source]
		r := Resource{Address: address, Type: resourceType(address)}
		switch {
		case !was:
			r.Action = Add
			if _, imported := after.imported[address]; imported {
				r.Action = Import
			}
			r.Group = groupOf(r.Type, nil)
			if r.Group != Other && s.Kind == Changed {
				r.Differences = introduce(body)
				conceal(r.Differences)
			}
			s.Resources = append(s.Resources, r)
			continue
		case source == address && reflect.DeepEqual(old, body):
			continue
		}
		rewritten := rename(old, moved)
		r.Differences = walk("", rewritten, body)
		conceal(r.Differences)
		switch {
		case source != address && declared[source]:
			r.Action, r.From = Move, source
		case source != address:
			r.Action, r.From, r.Loses = Rename, source, stateful[r.Type]
		case len(r.Differences) == 0:
			s.References++
			continue
		default:
			r.Action = Change
		}
		if forcing := forcingArguments(r.Type, r.Differences); len(forcing) > 0 && !strings.HasPrefix(address, "data.") {
			r.Forcing = forcing
			r.Loses = stateful[r.Type]
			if r.Action == Change {
				r.Action = Replace
			}
			r.Following = following(after, address, r.Differences)
		}
		r.Guarded = r.Action == Replace && at(body, "lifecycle.prevent_destroy") == true
		r.Unguarded = unguarded(rewritten, body)
		r.Group = groupOf(r.Type, r.Differences)
		s.Resources = append(s.Resources, r)
	}
	for _, address := range sortedKeys(before.resources) {
		_, remains := after.resources[address]
		if _, renamed := moved[address]; remains || renamed {
			continue
		}
		r := Resource{Address: address, Type: resourceType(address), Action: Remove}
		r.Group = groupOf(r.Type, nil)
		if after.forgotten[address] {
			r.Action = Forget
		} else if !strings.HasPrefix(address, "data.") {
			r.Loses = stateful[r.Type]
			r.Unguarded = unguarded(before.resources[address], map[string]any{})
		}
		s.Resources = append(s.Resources, r)
	}
	slices.SortStableFunc(s.Resources, func(a, b Resource) int { return strings.Compare(a.Address, b.Address) })
}

// introduce are the arguments of a new resource, with the statements of its policies apart.
func introduce(body any) []Difference {
	var out []Difference
	for _, name := range sortedKeys(object(body)) {
		if slices.Contains([]string{"depends_on", "lifecycle", "provider", "tags", "description"}, name) {
			continue
		}
		value := object(body)[name]
		if inside, ok := value.(string); ok {
			if policy, ok := document(inside).(map[string]any); ok && policy["Statement"] != nil {
				out = append(out, walkLists(name+".Statement", nil, list(policy["Statement"]))...)
				continue
			}
		}
		out = append(out, Difference{Path: name, New: value, Kind: Appeared})
	}
	return out
}

// resourceType is the type in an address.
func resourceType(address string) string {
	address = strings.TrimPrefix(address, "data.")
	kind, _, _ := strings.Cut(address, ".")
	return kind
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
