package jsonata

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The functions on texts. https://docs.jsonata.org/2.0.0/string-functions
var textFunctions = map[string]definition{
	"string": {"<x-b?:s>", unlessMissing(func(_ *call, a []any) any {
		pretty, _ := at(a, 1).(bool)
		return written(a[0], pretty)
	})},
	"length": {"<s-:n>", unlessMissing(func(_ *call, a []any) any { return float64(utf8.RuneCountInString(a[0].(string))) })},
	"substring": {"<s-nn?:s>", unlessMissing(func(_ *call, a []any) any {
		return substring(a[0].(string), numberArgument(a, 1, 0), at(a, 2))
	})},
	"substringBefore": {"<s-s:s>", unlessMissing(func(_ *call, a []any) any {
		before, _, _ := strings.Cut(a[0].(string), textArgument(a, 1, ""))
		return before
	})},
	"substringAfter": {"<s-s:s>", unlessMissing(func(_ *call, a []any) any {
		if _, after, found := strings.Cut(a[0].(string), textArgument(a, 1, "")); found {
			return after
		}
		return a[0]
	})},
	"uppercase": {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return strings.ToUpper(a[0].(string)) })},
	"lowercase": {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return strings.ToLower(a[0].(string)) })},
	"trim":      {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return strings.Join(strings.FieldsFunc(a[0].(string), blank), " ") })},
	"pad": {"<s-ns?:s>", unlessMissing(func(_ *call, a []any) any {
		return padded(a[0].(string), int(numberArgument(a, 1, 0)), textArgument(a, 2, " "))
	})},
	"contains":           {"<s-(sf):b>", unlessMissing(contains)},
	"match":              {"<s-f<s:o>n?:a<o>>", unlessMissing(match)},
	"replace":            {"<s-(sf)(sf)n?:s>", unlessMissing(replace)},
	"split":              {"<s-(sf)n?:a<s>>", unlessMissing(split)},
	"join":               {"<a<s>s?:s>", unlessMissing(join)},
	"base64encode":       {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return base64.StdEncoding.EncodeToString([]byte(a[0].(string))) })},
	"base64decode":       {"<s-:s>", unlessMissing(base64decode)},
	"encodeUrlComponent": {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return escaped(a[0].(string), unreserved) })},
	"encodeUrl":          {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return escaped(a[0].(string), unreserved+";,/?:@&=+$#") })},
	"decodeUrlComponent": {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return unescaped(a[0].(string), "") })},
	"decodeUrl":          {"<s-:s>", unlessMissing(func(_ *call, a []any) any { return unescaped(a[0].(string), ";,/?:@&=+$#") })},
}

func blank(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }

// textOf is the value as a part of a longer text.
func textOf(v any) string {
	if v == nil {
		return ""
	}
	return written(v, false)
}

// written is the value as text: a text as it is, anything else as JSON.
func written(v any, pretty bool) string {
	switch v := v.(type) {
	case string:
		return v
	case *function:
		return ""
	}
	var out bytes.Buffer
	writeJSON(&out, v)
	if !pretty {
		return out.String()
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil {
		wrong(err.Error())
	}
	return indented.String()
}

func writeJSON(out *bytes.Buffer, v any) {
	switch v := v.(type) {
	case nil, nullValue:
		out.WriteString("null")
	case bool:
		if v {
			out.WriteString("true")
		} else {
			out.WriteString("false")
		}
	case float64:
		out.WriteString(numberText(finite(v)))
	case string:
		writeText(out, v)
	case *function:
		out.WriteString(`""`)
	case *list:
		out.WriteByte('[')
		for i, each := range v.items {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, each)
		}
		out.WriteByte(']')
	case *object:
		out.WriteByte('{')
		for i, key := range v.keys {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(out, key)
			out.WriteByte(':')
			writeJSON(out, v.fields[key])
		}
		out.WriteByte('}')
	}
}

func writeText(out *bytes.Buffer, s string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		wrong(err.Error())
	}
	out.Truncate(out.Len() - 1)
}

// substring counts characters, from the end where the start is negative.
func substring(s string, start float64, length any) string {
	runes := []rune(s)
	size := float64(len(runes))
	from := math.Trunc(start)
	if size+from < 0 {
		from = 0
	}
	to := size
	if n, given := length.(float64); given {
		if n <= 0 {
			return ""
		}
		end := from + n
		if from < 0 {
			end = size + from + n
		}
		to = min(math.Trunc(end), size)
	}
	if from < 0 {
		from += size
	}
	if from >= to {
		return ""
	}
	return string(runes[int(from):int(to)])
}

// padded fills up to the width: on the right, or on the left where it is negative.
func padded(s string, width int, with string) string {
	with = cmp.Or(with, " ")
	missing := max(width, -width) - utf8.RuneCountInString(s)
	if missing <= 0 {
		return s
	}
	if missing > maxRange {
		wrong("$pad makes a text of more than 10 million characters")
	}
	filling := string([]rune(strings.Repeat(with, missing/utf8.RuneCountInString(with)+1))[:missing])
	if width < 0 {
		return filling + s
	}
	return s + filling
}

func base64decode(_ *call, a []any) any {
	text, err := base64.StdEncoding.DecodeString(a[0].(string))
	if err != nil {
		wrong("$base64decode: " + err.Error())
	}
	return string(text)
}

const unreserved = "-_.!~*'()"

func escaped(s, keep string) string {
	if !utf8.ValidString(s) || strings.ContainsRune(s, unicode.ReplacementChar) {
		wrong("the text holds half a character, which no URL can")
	}
	var out strings.Builder
	for _, c := range []byte(s) {
		letterOrDigit := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if letterOrDigit || strings.IndexByte(keep, c) >= 0 {
			out.WriteByte(c)
		} else {
			out.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[c>>4])+string("0123456789abcdef"[c&15])))
		}
	}
	return out.String()
}

// unescaped is the text without escapes, but for those of the characters that are kept.
func unescaped(s, keep string) string {
	for _, c := range keep {
		code := strings.ToUpper(url.QueryEscape(string(c)))
		s = strings.NewReplacer(code, "%25"+code[1:], strings.ToLower(code), "%25"+strings.ToLower(code[1:])).Replace(s)
	}
	text, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(text) {
		wrongf("%q is no URL", s)
	}
	return text
}

func join(_ *call, a []any) any {
	var texts []string
	for _, each := range itemsOf(a[0]) {
		texts = append(texts, each.(string))
	}
	return strings.Join(texts, textArgument(a, 1, ""))
}

// A matched is what a regular expression found.
type matched struct {
	text       string
	start, end int
	groups     []any
}

// regexValue is a regular expression as a function: of a text, the first match, which knows the next.
func regexValue(pattern, flags string) *function {
	expression, err := regexp.Compile("(?" + flags + "s-s)" + pattern)
	if flags == "" {
		expression, err = regexp.Compile(pattern)
	}
	if err != nil {
		wrongf("the regular expression /%s/ cannot be evaluated here: %v", pattern, err)
	}
	f := &function{name: "the regular expression", arity: 1}
	f.native = func(_ *call, a []any) any {
		text, ok := at(a, 0).(string)
		if !ok {
			return nil
		}
		return matchOf(text, expression.FindAllStringSubmatchIndex(text, -1))
	}
	return f
}

// matchOf is the first of the matches, with a function that gives the next.
func matchOf(text string, all [][]int) any {
	if len(all) == 0 {
		return nil
	}
	at, rest := all[0], all[1:]
	if at[0] == at[1] {
		wrong("the regular expression matches an empty text")
	}
	groups := &list{items: []any{}}
	for i := 2; i < len(at); i += 2 {
		group := ""
		if at[i] >= 0 {
			group = text[at[i]:at[i+1]]
		}
		groups.items = append(groups.items, group)
	}
	out := newObject()
	out.set("match", text[at[0]:at[1]])
	out.set("start", float64(at[0]))
	out.set("end", float64(at[1]))
	out.set("groups", groups)
	out.set("next", &function{name: "next", native: func(*call, []any) any { return matchOf(text, rest) }})
	return out
}

// matches are all that a matcher finds in the text: a regular expression, or a function that does the same.
func (c *call) matches(matcher *function, text string) []matched {
	var out []matched
	found := c.run.invoke(matcher, []any{text}, c.input)
	for found != nil {
		o, ok := found.(*object)
		if !ok {
			wrong("a function that matches must return an object with match, start, end, groups and next")
		}
		m := matched{groups: itemsOf(o.fields["groups"])}
		start, startOK := o.fields["start"].(float64)
		end, endOK := o.fields["end"].(float64)
		next, nextOK := o.fields["next"].(*function)
		groups, groupsOK := o.fields["groups"].(*list)
		m.text, ok = o.fields["match"].(string)
		if !(ok && startOK && endOK && nextOK && groupsOK) {
			wrong("a function that matches must return an object with match, start, end, groups and next")
		}
		m.start, m.end, m.groups = int(start), int(end), groups.items
		out = append(out, m)
		found = c.run.invoke(next, nil, c.input)
	}
	return out
}

func contains(c *call, a []any) any {
	if matcher, ok := a[1].(*function); ok {
		return c.run.invoke(matcher, []any{a[0]}, c.input) != nil
	}
	return strings.Contains(a[0].(string), textArgument(a, 1, ""))
}

// limit is an optional number of times, which cannot be negative.
func limit(function string, a []any, i int) int {
	n := numberArgument(a, i, math.MaxInt32)
	if n < 0 {
		wrong("the limit of " + function + " is negative")
	}
	return int(min(n, math.MaxInt32))
}

func match(c *call, a []any) any {
	most := limit("$match", a, 2)
	matcher, _ := a[1].(*function)
	out := sequence()
	if most == 0 {
		return out
	}
	text := a[0].(string)
	for i, each := range c.matches(matcher, text) {
		if i >= most {
			break
		}
		o := newObject()
		o.set("match", each.text)
		o.set("index", float64(utf8.RuneCountInString(text[:min(each.start, len(text))])))
		o.set("groups", &list{items: each.groups})
		out.push(o)
	}
	return out
}

func replace(c *call, a []any) any {
	text := a[0].(string)
	most := limit("$replace", a, 3)
	replacement := func(m matched) string {
		if f, ok := a[2].(*function); ok {
			o := newObject()
			o.set("match", m.text)
			o.set("start", float64(m.start))
			o.set("end", float64(m.end))
			o.set("groups", &list{items: m.groups})
			s, ok := c.run.invoke(f, []any{o}, c.input).(string)
			if !ok {
				wrong("the function that replaces must return text")
			}
			return s
		}
		return filled(a[2].(string), m)
	}
	matcher, isFunction := a[1].(*function)
	if !isFunction {
		old := textArgument(a, 1, "")
		if old == "" {
			wrong("$replace cannot replace an empty text")
		}
		s, ok := a[2].(string)
		if !ok {
			wrong("$replace of a text needs a text to put there")
		}
		return strings.Replace(text, old, s, most)
	}
	var out strings.Builder
	end := 0
	for i, m := range c.matches(matcher, text) {
		if i >= most {
			break
		}
		out.WriteString(text[end:m.start] + replacement(m))
		end = m.end
	}
	return out.String() + text[end:]
}

// filled puts the groups of a match into the places $1, $2, ... of a replacement.
func filled(replacement string, m matched) string {
	var out strings.Builder
	for i := 0; i < len(replacement); i++ {
		if replacement[i] != '$' {
			out.WriteByte(replacement[i])
			continue
		}
		if i+1 < len(replacement) && replacement[i+1] == '$' {
			out.WriteByte('$')
			i++
			continue
		}
		if i+1 >= len(replacement) || replacement[i+1] < '0' || replacement[i+1] > '9' {
			out.WriteByte('$')
			continue
		}
		digits := 1
		if len(m.groups) > 0 {
			digits = int(math.Floor(math.Log10(float64(len(m.groups))))) + 1
		}
		n, used := 0, 0
		for used < digits && i+1+used < len(replacement) && replacement[i+1+used] >= '0' && replacement[i+1+used] <= '9' {
			n = n*10 + int(replacement[i+1+used]-'0')
			used++
		}
		if used > 1 && n > len(m.groups) {
			used--
			n /= 10
		}
		i += used
		switch {
		case n == 0:
			out.WriteString(m.text)
		case n <= len(m.groups):
			out.WriteString(m.groups[n-1].(string))
		}
	}
	return out.String()
}

func split(c *call, a []any) any {
	text := a[0].(string)
	most := limit("$split", a, 2)
	out := &list{items: []any{}}
	add := func(s string) {
		if len(out.items) < most {
			out.items = append(out.items, s)
		}
	}
	if matcher, ok := a[1].(*function); ok {
		end := 0
		for _, m := range c.matches(matcher, text) {
			add(text[end:m.start])
			end = m.end
		}
		add(text[end:])
		return out
	}
	for _, each := range strings.Split(text, textArgument(a, 1, "")) {
		add(each)
	}
	return out
}
