package changes

import (
	"reflect"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// reference is how a text names a resource: an address as it stands in depends_on and in ${...}.
var reference = lazyregexp.New(`(?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_-]*`)

// renames finds what became of addresses: those that moved blocks name, which are declared, and those that were replaced
// by one equal resource of the same type. Equal is equal but for references to other renamed resources, since a
// construct that is renamed renames all that is in it.
func renames(before, after stack) (moved map[string]string, declared map[string]bool) {
	moved, declared = map[string]string{}, map[string]bool{}
	taken := map[string]bool{}
	for from, to := range after.moved {
		_, was := before.resources[from]
		_, remains := after.resources[from]
		_, existed := before.resources[to]
		_, is := after.resources[to]
		if was && is && !remains && !existed {
			moved[from], declared[from], taken[to] = to, true, true
		}
	}
	gone, come := map[string]string{}, map[string]string{} // address to what stands for it while we do not know
	for address := range before.resources {
		if _, remains := after.resources[address]; !remains && moved[address] == "" {
			gone[address] = placeholder(address)
		}
	}
	for address := range after.resources {
		if _, existed := before.resources[address]; !existed && !taken[address] {
			come[address] = placeholder(address)
		}
	}
	old, fresh := map[string][]string{}, map[string][]string{}
	for address := range gone {
		body := rename(rename(before.resources[address], moved), gone)
		old[placeholder(address)+text(body)] = append(old[placeholder(address)+text(body)], address)
	}
	for address := range come {
		body := rename(after.resources[address], come)
		fresh[placeholder(address)+text(body)] = append(fresh[placeholder(address)+text(body)], address)
	}
	for body, addresses := range old {
		pair(addresses, fresh[body], moved)
	}
	// Now that names are known, references must fit too. A pair that does not can take others with it.
	for again := true; again; {
		again = false
		for from, to := range moved {
			if !declared[from] && !reflect.DeepEqual(rename(before.resources[from], moved), after.resources[to]) {
				delete(moved, from)
				again = true
			}
		}
	}
	return moved, declared
}

// pair matches equal resources one for one. Of several equal ones, those match whose names end alike, as all names do in
// a construct that is renamed; for others there is no telling which became which.
func pair(old, fresh []string, moved map[string]string) {
	if len(old) == 1 && len(fresh) == 1 {
		moved[old[0]] = fresh[0]
		return
	}
	before, after := byEnd(old), byEnd(fresh)
	for end, addresses := range before {
		if len(addresses) == 1 && len(after[end]) == 1 {
			moved[addresses[0]] = after[end][0]
		}
	}
}

// cdktfHash ends the names that cdktf makes of paths; parts of the path are before it, with underscores between.
// https://developer.hashicorp.com/terraform/cdktf/concepts/resources
var cdktfHash = lazyregexp.New(`_[0-9A-F]{8}$`)

func byEnd(addresses []string) map[string][]string {
	out := map[string][]string{}
	for _, each := range addresses {
		name := cdktfHash.ReplaceAllString(each, "")
		end := name[strings.LastIndexAny(name, "._")+1:]
		out[end] = append(out[end], each)
	}
	return out
}

func placeholder(address string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(address, "data."), ".")
	if strings.HasPrefix(address, "data.") {
		kind = "data." + kind
	}
	return kind + ".\x00"
}

// rename writes a value with other addresses. The value itself stays as it is.
func rename(value any, names map[string]string) any {
	if len(names) == 0 {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, each := range value {
			out[key] = rename(each, names)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, each := range value {
			out[i] = rename(each, names)
		}
		return out
	case string:
		return reference.ReplaceAllStringFunc(value, func(address string) string {
			if other, found := names[address]; found {
				return other
			}
			return address
		})
	}
	return value
}
