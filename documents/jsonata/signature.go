package jsonata

import (
	"regexp"
	"strings"
)

// A signature says which arguments a function takes: <s-n?:s> is text, which is the context where it is missing, and perhaps
// a number. https://docs.jsonata.org/2.0.0/programming#function-signatures
type signature struct {
	text       string
	parameters []parameter
	pattern    *regexp.Regexp
}

type parameter struct {
	kind     string // a letter, or several that are possible
	subtype  string // of the elements of a list
	optional bool
	context  bool // taken from the context where it is missing
	variadic bool
}

func parseSignature(text string, position int) *signature {
	s := &signature{text: text}
	inner := strings.TrimPrefix(text, "<")
	for i := 0; i < len(inner); i++ {
		c := inner[i]
		last := len(s.parameters) - 1
		switch {
		case strings.IndexByte("snblofajx", c) >= 0:
			s.parameters = append(s.parameters, parameter{kind: string(c)})
		case c == '(':
			end := strings.IndexByte(inner[i:], ')')
			if end < 0 || strings.Contains(inner[i:i+end], "<") {
				fail(position, "a choice in the signature %s cannot hold parameters of a type", text)
			}
			s.parameters = append(s.parameters, parameter{kind: inner[i+1 : i+end]})
			i += end
		case c == '<' && last >= 0:
			if kind := s.parameters[last].kind; kind != "a" && kind != "f" {
				fail(position, "only lists and functions have parameters of a type, in the signature %s", text)
			}
			depth, start := 1, i+1
			for i++; i < len(inner) && depth > 0; i++ {
				switch inner[i] {
				case '<':
					depth++
				case '>':
					depth--
				}
			}
			i--
			s.parameters[last].subtype = inner[start:i]
		case c == '?' && last >= 0:
			s.parameters[last].optional = true
		case c == '-' && last >= 0:
			s.parameters[last].context = true
		case c == '+' && last >= 0:
			s.parameters[last].variadic = true
		case c == ':' || c == '>':
			i = len(inner)
		}
	}
	var pattern strings.Builder
	for _, p := range s.parameters {
		pattern.WriteString("(" + p.class())
		switch {
		case p.variadic:
			pattern.WriteByte('+')
		case p.optional || p.context:
			pattern.WriteByte('?')
		}
		pattern.WriteByte(')')
	}
	s.pattern = regexp.MustCompile("^" + pattern.String() + "$")
	return s
}

// class is the letters of values that the parameter takes, with m for a missing one.
func (p parameter) class() string {
	switch p.kind {
	case "a", "x":
		return "[asnblfom]"
	case "j":
		return "[asnblom]"
	case "f":
		return "f"
	}
	return "[" + p.kind + "m]"
}

// arity is how many arguments are possible. most is -1 where there is no limit.
func (s *signature) arity() (least, most int) {
	for _, p := range s.parameters {
		if p.variadic {
			return least + 1, -1
		}
		if !p.optional && !p.context {
			least++
		}
		most++
	}
	return least, most
}

// validate puts arguments into the places of the parameters: the context where one is missing, a list where one is wanted.
func (s *signature) validate(function string, arguments []any, context any) []any {
	var given strings.Builder
	for _, each := range arguments {
		given.WriteByte(letter(each))
	}
	groups := s.pattern.FindStringSubmatch(given.String())
	if groups == nil {
		wrong(function + " does not take these arguments; its signature is " + s.text)
	}
	var out []any
	at := 0
	next := func() any {
		at++
		if at > len(arguments) {
			return nil
		}
		return arguments[at-1]
	}
	for i, p := range s.parameters {
		group := groups[i+1]
		if group == "" {
			if !p.context {
				out = append(out, next())
				continue
			}
			if strings.IndexByte(p.class(), letter(context)) < 0 {
				wrong("the context is no value that " + function + " takes; give it as an argument")
			}
			out = append(out, context)
			continue
		}
		for j := range group {
			value := next()
			if p.kind == "a" && group[j] != 'm' {
				value = p.list(function, value, group)
			}
			out = append(out, value)
		}
	}
	return out
}

// list is the value as the list that the parameter wants.
func (p parameter) list(function string, value any, group string) any {
	l, isList := value.(*list)
	ok := true
	switch {
	case p.subtype == "":
	case !isList:
		ok = group == p.subtype
	case len(l.items) > 0:
		for _, each := range l.items {
			ok = ok && letter(each) == p.subtype[0]
		}
	}
	if !ok {
		wrong(function + " takes a list of one type only, which is not given")
	}
	if isList {
		return value
	}
	return &list{items: []any{value}}
}

// letter is the type of a value as signatures write it.
func letter(v any) byte {
	switch v.(type) {
	case string:
		return 's'
	case float64:
		return 'n'
	case bool:
		return 'b'
	case nullValue:
		return 'l'
	case *list:
		return 'a'
	case *object:
		return 'o'
	case *function:
		return 'f'
	}
	return 'm'
}
