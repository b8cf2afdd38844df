package mutate

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// value draws a value for a place: mostly of its type, and then at the edges of what is allowed.
func (s *Source) value(at slot) *yaml.Node {
	switch s.Intn(20) {
	case 0:
		if at.node != nil {
			return nil
		}
	case 1:
		return pick(s, []*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, text(""), {Kind: yaml.MappingNode}, {Kind: yaml.SequenceNode},
			scalar("!!int", "-1"), scalar("!!bool", "true"), {Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}}},
		})
	case 2, 3, 4:
		if known := s.seen[at.kind]; len(known) > 0 {
			return pick(s, known)
		}
	}
	return s.typed(at, 0)
}

func (s *Source) typed(at slot, depth int) *yaml.Node {
	of := s.resolve(at.schema)
	at.schema = of
	switch {
	case of.Type == "boolean":
		return scalar("!!bool", pick(s, []string{"true", "false"}))
	case of.Type == "integer":
		return scalar("!!int", strconv.Itoa(s.integer(of)))
	case of.Type == "number":
		return s.number()
	case len(of.Enum) > 0 && s.Intn(10) > 0:
		return text(pick(s, of.Enum))
	case of.Type == "string":
		return s.text(at)
	case of.Type == "array":
		return s.list(at, depth)
	case of.values() != nil:
		return s.entries(at, depth)
	default:
		return s.section(at, depth)
	}
}

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func (s *Source) integer(of *schema) int {
	choices := []int{-1, 0, 1, 2, 3, 5, 7, 10, 14, 29, 30, 31, 60, 90, 100, 365, 400, math.MaxInt32, math.MinInt32}
	for _, limit := range []*int{of.Minimum, of.Maximum, of.Minimum, of.Maximum} {
		if limit != nil {
			choices = append(choices, *limit-1, *limit, *limit+1, *limit)
		}
	}
	if of.Minimum != nil && of.Maximum != nil {
		choices = append(choices, *of.Minimum+s.Intn(*of.Maximum-*of.Minimum+1), (*of.Minimum+*of.Maximum)/2)
	}
	return pick(s, choices)
}

func (s *Source) number() *yaml.Node {
	value := pick(s, []string{"0", "1", "-1", "0.5", "-0.0", "1e-300", "1e300", "1e308", "-1e308", "0.1", "123456789012345678901234567890", "1e-5", ".inf", "-.inf", ".nan", "0.30000000000000004"})
	return scalar("!!float", value)
}

// text draws a text: one that the key may have, one of another key, or one that is hostile everywhere.
func (s *Source) text(at slot) *yaml.Node {
	var choices []string
	for _, each := range s.seen[at.kind] {
		if each.Kind == yaml.ScalarNode {
			choices = append(choices, each.Value)
		}
	}
	for _, each := range at.schema.Examples {
		choices = append(choices, fmt.Sprint(each))
	}
	own := byKey[at.name()]
	switch n := s.Intn(10); {
	case n < 4 && len(own) > 0:
		return text(pick(s, own))
	case n < 6 && len(choices) > 0:
		return text(s.bent(pick(s, choices)))
	case n < 7:
		return text(pick(s, s.anyKey()))
	}
	return text(pick(s, hostile))
}

func (s *Source) anyKey() []string { return byKey[pick(s, keys)] }

// bent changes a text a little.
func (s *Source) bent(value string) string {
	runes := []rune(value)
	at := s.Intn(len(runes) + 1)
	switch s.Intn(6) {
	case 0:
		return string(runes[:at]) + pick(s, hostile) + string(runes[at:])
	case 1:
		return value + pick(s, hostile)
	case 2:
		return pick(s, hostile) + value
	case 3:
		if at < len(runes) {
			return string(runes[:at]) + string(runes[at+1:])
		}
	case 4:
		return value + value
	}
	return value
}

var digits = regexp.MustCompile(`[0-9]+`)

// numbered makes the i-th of many texts alike: with another number in it, or behind it.
func numbered(value string, i int) string {
	if found := digits.FindAllStringIndex(value, -1); len(found) > 0 {
		last := found[len(found)-1]
		if width := last[1] - last[0]; width >= 3 {
			number := fmt.Sprintf("%0*d", width, i)
			return value[:last[0]] + number[len(number)-width:] + value[last[1]:]
		}
	}
	return value + strconv.Itoa(i)
}

// list draws a list: short, or longer than is allowed.
func (s *Source) list(at slot, depth int) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	element := slot{kind: at.kind + "[]", schema: at.schema.Items}
	many := pick(s, []int{0, 1, 1, 1, 2, 2, 3, 7, 9, 20, 21, 40, 41, 51, 60, 500})
	first := s.typed(element, depth+1)
	if known := s.seen[element.kind]; len(known) > 0 && s.Intn(2) == 0 {
		first = pick(s, known)
	}
	for i := range many {
		switch {
		case first.Kind == yaml.ScalarNode && first.ShortTag() == "!!str" && i > 0 && len(s.resolve(element.schema).Enum) == 0:
			out.Content = append(out.Content, text(numbered(first.Value, i)))
		case i == 0 || s.Intn(30) == 0:
			out.Content = append(out.Content, first)
		default:
			out.Content = append(out.Content, s.typed(element, depth+1))
		}
	}
	return out
}

// entries draws a map with names that its author chose.
func (s *Source) entries(at slot, depth int) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	many := pick(s, []int{0, 1, 1, 2, 3, 5, 31, 46, 101})
	first := s.key(at)
	used := map[string]bool{}
	for i := range many {
		key := first
		if i > 0 {
			key = numbered(first, i)
		}
		if used[key] {
			continue
		}
		used[key] = true
		out.Content = append(out.Content, text(key), s.typed(slot{kind: at.kind + ".*", schema: at.schema.values()}, depth+1))
	}
	return out
}

// key draws a name for an entry of a map.
func (s *Source) key(at slot) string {
	if known := s.seen[at.kind]; len(known) > 0 && s.Intn(4) == 0 {
		if node := pick(s, known); node.Kind == yaml.MappingNode && len(node.Content) > 1 {
			return s.bent(node.Content[0].Value)
		}
	}
	own := byKey[at.name()]
	if len(own) > 0 && s.Intn(3) > 0 {
		return pick(s, own)
	}
	return pick(s, hostile)
}

// section draws a section with what it must have, and a little of what it may.
func (s *Source) section(at slot, depth int) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, key := range sortedKeys(at.schema.Properties) {
		below := slot{kind: at.kind + "." + key, schema: at.schema.Properties[key]}
		required := contains(at.schema.Required, key)
		if !required && (depth > 2 || s.Intn(len(at.schema.Properties)) > 1) {
			continue
		}
		value := s.typed(below, depth+1)
		if known := s.seen[below.kind]; required && len(known) > 0 && s.Intn(4) > 0 {
			value = pick(s, known)
		}
		out.Content = append(out.Content, text(key), value)
	}
	return out
}
