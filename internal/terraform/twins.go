package terraform

import (
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"slices"
)

// twins are the digests of what is planned already. Stacks of tests are much alike, and what a plan takes beside the provider's start
// goes into its resources, most of it into Terraform's reading of their texts.
type twins map[string]bool

// strip takes out of a module the resources and outputs that an earlier one has too, letter by letter, with all that they refer to: they
// are planned there. What the others refer to stays. The setting is what else decides a plan: the provider.
func (t twins) strip(setting string, resources map[string]map[string]json.RawMessage, outputs map[string]json.RawMessage) {
	texts := references{}
	for kind, named := range resources {
		for name, text := range named {
			texts[kind+"."+name] = text
		}
	}
	for name, text := range outputs {
		texts["output."+name] = text
	}
	digests := map[string]string{}
	var digest func(address string) string
	digest = func(address string) string {
		known, is := digests[address]
		if !is {
			digests[address] = "" // for what names itself
			parts := []string{setting, address, string(texts[address])}
			for _, other := range texts.of(address) {
				parts = append(parts, digest(other))
			}
			text, _ := json.Marshal(parts)
			sum := sha256.Sum256(text)
			known = string(sum[:])
			digests[address] = known
		}
		return known
	}
	stays := map[string]bool{}
	var keep func(address string)
	keep = func(address string) {
		if !stays[address] {
			stays[address] = true
			for _, other := range texts.of(address) {
				keep(other)
			}
		}
	}
	for address := range texts {
		if !t[digest(address)] {
			keep(address)
		}
	}
	for _, each := range digests {
		t[each] = true
	}
	for kind, named := range resources {
		for name := range named {
			if !stays[kind+"."+name] {
				delete(named, name)
			}
		}
		if len(named) == 0 {
			delete(resources, kind)
		}
	}
	for name := range outputs {
		if !stays["output."+name] {
			delete(outputs, name)
		}
	}
}

// references are the texts of resources and outputs, by address.
type references map[string]json.RawMessage

// reference finds what may be the address of a resource, in expressions and in depends_on.
var reference = regexp.MustCompile(`[a-z0-9]+_[a-z0-9_]+\.[A-Za-z_][\w-]*`)

// of are the resources that a resource or an output names, in order.
func (r references) of(address string) []string {
	var out []string
	for _, match := range reference.FindAll(r[address], -1) {
		if _, is := r[string(match)]; is && string(match) != address {
			out = append(out, string(match))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
