package awsemulator

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// A node is an element of XML.
type node struct {
	name     string
	text     string
	children []*node
}

func parseXML(text []byte) (root *node, name string, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	var stack []*node
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local}
			for _, attribute := range t.Attr {
				if attribute.Name.Local != "xmlns" && attribute.Name.Space != "xmlns" {
					n.children = append(n.children, &node{name: attribute.Name.Local, text: attribute.Value})
				}
			}
			if len(stack) > 0 {
				stack[len(stack)-1].children = append(stack[len(stack)-1].children, n)
			} else {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		}
	}
	if root == nil {
		return nil, "", io.ErrUnexpectedEOF
	}
	return root, root.name, nil
}

func (n *node) named(name string) []*node {
	var out []*node
	for _, each := range n.children {
		if each.name == name {
			out = append(out, each)
		}
	}
	return out
}

// fromXML gives an element the types and names of its shape.
func (m *model) fromXML(name string, n *node, flattened bool) any {
	s := m.Shapes[name]
	switch {
	case s == nil:
		return n.plain()
	case s.Type == "structure":
		out := map[string]any{}
		known := map[string]bool{}
		for member, ref := range s.Members {
			called := ref.wireName(member)
			if _, after, qualified := strings.Cut(called, ":"); qualified {
				called = after
			}
			inner := m.Shapes[ref.Shape]
			flat := ref.Flattened || inner != nil && inner.Flattened
			if flat && ref.LocationName == "" && inner.Member.LocationName != "" {
				called = inner.Member.LocationName
			}
			found := n.named(called)
			known[called] = true
			if len(found) == 0 {
				continue
			}
			if inner != nil && inner.Type == "list" && flat {
				list := []any{}
				for _, each := range found {
					list = append(list, m.fromXML(inner.Member.Shape, each, false))
				}
				out[member] = list
				continue
			}
			out[member] = m.fromXML(ref.Shape, found[0], false)
		}
		for _, each := range n.children {
			if !known[each.name] {
				out[each.name] = each.plain()
			}
		}
		return out
	case s.Type == "list":
		out := []any{}
		for _, each := range n.children {
			out = append(out, m.fromXML(s.Member.Shape, each, false))
		}
		return out
	case s.Type == "map":
		out := map[string]any{}
		for _, entry := range n.children {
			key, value := entry.named(s.Key.wireName("key")), entry.named(s.Value.wireName("value"))
			if len(key) > 0 && len(value) > 0 {
				out[key[0].text] = m.fromXML(s.Value.Shape, value[0], false)
			}
		}
		return out
	}
	return typed(s.Type, n.text)
}

// plain is an element without a shape.
func (n *node) plain() any {
	if len(n.children) == 0 {
		return strings.TrimSpace(n.text)
	}
	out := map[string]any{}
	for _, each := range n.children {
		value := each.plain()
		if before, twice := out[each.name]; twice {
			out[each.name] = append(lists(before), value)
		} else {
			out[each.name] = value
		}
	}
	return out
}
