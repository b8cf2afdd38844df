package changes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// A Difference is one place where two values differ. The values are what encoding/json decodes.
type Difference struct {
	// Path is where, such as policy.Statement[ReadObjects].Action: names of elements that have one, else their index.
	// What is inside JSON in a text is written like what is outside.
	Path string
	// Old and New are the values. For two lists of texts or numbers: only the elements that the other has not.
	Old, New any
	// Kind says how to read Old and New.
	Kind DifferenceKind
}

// DifferenceKind says how two values differ.
type DifferenceKind int

const (
	// Altered: Old became New.
	Altered DifferenceKind = iota
	// Appeared: there was no value.
	Appeared
	// Vanished: there is no value any more.
	Vanished
	// Elements: a list lost what is in Old and got what is in New.
	Elements
	// Order: the same elements in another order.
	Order
	// Spelling: a document with the same content, in other spaces or another order of keys.
	Spelling
)

// walk compares two values by structure. A line-based comparison of text would show where the JSON differs, this shows
// what: paths are those that a person would name, and a document inside a text is compared as a document.
func walk(path string, before, after any) []Difference {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	switch before := before.(type) {
	case map[string]any:
		if after, ok := after.(map[string]any); ok {
			return walkObjects(path, before, after)
		}
	case []any:
		switch after := after.(type) {
		case []any:
			return walkLists(path, before, after)
		case string:
			if scalars(before) {
				return walkLists(path, before, []any{after}) // a policy may write a list of one as a text
			}
		}
	case string:
		switch after := after.(type) {
		case []any:
			if scalars(after) {
				return walkLists(path, []any{before}, after)
			}
		case string:
			oldDocument, newDocument := document(before), document(after)
			if oldDocument != nil && newDocument != nil {
				if inside := walk(path, oldDocument, newDocument); len(inside) > 0 {
					return inside
				}
				return []Difference{{Path: path, Kind: Spelling}}
			}
		}
	}
	return []Difference{{Path: path, Old: before, New: after}}
}

// document is the JSON object or list in a text, or nil.
func document(text string) any {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(trimmed))
	decoder.UseNumber()
	var out any
	if decoder.Decode(&out) != nil || decoder.More() {
		return nil
	}
	return out
}

func walkObjects(path string, before, after map[string]any) []Difference {
	return walkKeys(before, after, func(key string) string { return join(path, key) })
}

// walkKeys compares what stands under the same key, at the path that the key has.
func walkKeys(before, after map[string]any, pathOf func(key string) string) []Difference {
	var out []Difference
	for _, key := range keysOf(before, after) {
		at := pathOf(key)
		old, was := before[key]
		value, is := after[key]
		switch {
		case !was:
			out = append(out, Difference{Path: at, New: value, Kind: Appeared})
		case !is:
			out = append(out, Difference{Path: at, Old: old, Kind: Vanished})
		default:
			out = append(out, walk(at, old, value)...)
		}
	}
	return out
}

func walkLists(path string, before, after []any) []Difference {
	if len(before)+len(after) > 0 && scalars(before) && scalars(after) {
		gone, come := without(before, after), without(after, before)
		if len(gone)+len(come) == 0 {
			return []Difference{{Path: path, Kind: Order}}
		}
		return []Difference{{Path: path, Old: gone, New: come, Kind: Elements}}
	}
	if key := identity(before, after); key != "" {
		oldNames, oldElements := named(before, key)
		newNames, newElements := named(after, key)
		out := walkElements(path, oldElements, newElements)
		if len(out) == 0 && !slices.Equal(oldNames, newNames) {
			return []Difference{{Path: path, Kind: Order}}
		}
		return out
	}
	gone, come := without(before, after), without(after, before)
	if len(gone)+len(come) == 0 {
		return []Difference{{Path: path, Kind: Order}}
	}
	if len(before) == 1 && len(after) == 1 {
		return walk(path, before[0], after[0]) // a nested block, which Terraform writes as a list of one
	}
	var out []Difference
	for _, each := range alike(gone, come) {
		switch {
		case each.after == nil:
			out = append(out, Difference{Path: path + "[]", Old: *each.before, Kind: Vanished})
		case each.before == nil:
			out = append(out, Difference{Path: path + "[]", New: *each.after, Kind: Appeared})
		default:
			at := slices.IndexFunc(after, func(other any) bool { return reflect.DeepEqual(other, *each.after) })
			out = append(out, walk(path+"["+strconv.Itoa(at)+"]", *each.before, *each.after)...)
		}
	}
	return out
}

// walkElements compares the elements of two lists by name.
func walkElements(path string, before, after map[string]any) []Difference {
	return walkKeys(before, after, func(name string) string { return path + "[" + segment(name) + "]" })
}

// keysOf are the keys of either, sorted.
func keysOf(before, after map[string]any) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// identities are keys that name an element of a list, in AWS's and Terraform's documents.
var identities = []string{"Sid", "sid", "id", "Id", "ID", "name", "Name", "rule_id", "key", "Key", "device_name"}

// identity is the key by which the elements of both lists have names of their own, or "".
func identity(before, after []any) string {
	for _, key := range identities {
		if hasNames(before, key) && hasNames(after, key) {
			return key
		}
	}
	return ""
}

func hasNames(elements []any, key string) bool {
	seen := map[string]bool{}
	for _, each := range elements {
		object, _ := each.(map[string]any)
		name, ok := object[key].(string)
		if !ok || seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

func named(elements []any, key string) (names []string, out map[string]any) {
	out = map[string]any{}
	for _, each := range elements {
		name := each.(map[string]any)[key].(string)
		names = append(names, name)
		out[name] = each
	}
	return names, out
}

// without are the elements of a list that other has not, as often as it has them more.
func without(elements, other []any) []any {
	left := slices.Clone(other)
	var out []any
	for _, each := range elements {
		if i := slices.IndexFunc(left, func(o any) bool { return reflect.DeepEqual(o, each) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		out = append(out, each)
	}
	return out
}

func scalars(elements []any) bool {
	for _, each := range elements {
		switch each.(type) {
		case map[string]any, []any:
			return false
		}
	}
	return true
}

var plainKey = lazyregexp.New(`^[A-Za-z0-9_-]+$`)

func join(path, key string) string {
	switch {
	case !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

func segment(name string) string {
	if plainKey.MatchString(name) {
		return name
	}
	return strconv.Quote(name)
}

// argument is the first name of a path.
func argument(path string) string {
	if i := strings.IndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return path
}

// text is a value as compact JSON with its characters as they are.
func text(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
