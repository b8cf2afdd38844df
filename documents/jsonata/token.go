package jsonata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// An Error says what is wrong with an expression, and where.
type Error struct {
	// Position is the offset in bytes of what is wrong.
	Position int
	// Message says what is wrong, in lower case and without a final period.
	Message string
}

// Error is the message behind the number of the character, counted from 1.
func (e *Error) Error() string { return fmt.Sprintf("character %d: %s", e.Position+1, e.Message) }

func fail(position int, format string, args ...any) {
	panic(&Error{position, fmt.Sprintf(format, args...)})
}

type tokenKind int

const (
	endToken tokenKind = iota
	operatorToken
	nameToken
	variableToken
	stringToken
	numberToken
	constantToken // true, false and null
	regexToken
)

type token struct {
	kind     tokenKind
	text     string
	number   float64
	flags    string
	position int
}

func (t token) String() string {
	switch t.kind {
	case endToken:
		return "the end"
	case variableToken:
		return strconv.Quote("$" + t.text)
	case regexToken:
		return strconv.Quote("/" + t.text + "/")
	case numberToken:
		return strconv.FormatFloat(t.number, 'g', -1, 64)
	}
	return strconv.Quote(t.text)
}

const (
	space       = " \t\n\r\v"
	punctuation = ".[]{}(),@#;:?+-*/%|=<>^&!~"
)

var (
	doubleOperators = []string{"..", ":=", "!=", ">=", "<=", "**", "~>"}
	numberPattern   = lazyregexp.New(`^(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)
)

// A scanner cuts an expression into tokens.
type scanner struct {
	text string
	at   int
}

// next is the next token. After a value a slash divides; elsewhere it begins a regular expression.
func (s *scanner) next(afterValue bool) token {
	s.skip()
	start := s.at
	if s.at >= len(s.text) {
		return token{kind: endToken, position: start}
	}
	rest := s.text[s.at:]
	if rest[0] == '/' && !afterValue {
		return s.regex()
	}
	for _, operator := range doubleOperators {
		if strings.HasPrefix(rest, operator) {
			s.at += 2
			return token{kind: operatorToken, text: operator, position: start}
		}
	}
	switch c := rest[0]; {
	case strings.IndexByte(punctuation, c) >= 0:
		s.at++
		return token{kind: operatorToken, text: rest[:1], position: start}
	case c == '"' || c == '\'':
		return s.quoted(c)
	case c == '`':
		end := strings.IndexByte(rest[1:], '`')
		if end < 0 {
			fail(start, "the name in backquotes has no end; close it with `")
		}
		s.at += end + 2
		return token{kind: nameToken, text: rest[1 : end+1], position: start}
	}
	if number := numberPattern.FindString(rest); number != "" {
		s.at += len(number)
		value, err := strconv.ParseFloat(number, 64)
		if err != nil || math.IsInf(value, 0) {
			fail(start, "%s is out of range for a number", number)
		}
		return token{kind: numberToken, number: value, text: number, position: start}
	}
	return s.name()
}

// skip passes over spaces and comments.
func (s *scanner) skip() {
	for s.at < len(s.text) {
		switch {
		case strings.IndexByte(space, s.text[s.at]) >= 0:
			s.at++
		case strings.HasPrefix(s.text[s.at:], "/*"):
			end := strings.Index(s.text[s.at+2:], "*/")
			if end < 0 {
				fail(s.at, "the comment has no end; close it with */")
			}
			s.at += end + 4
		default:
			return
		}
	}
}

func (s *scanner) name() token {
	start := s.at
	for s.at < len(s.text) && strings.IndexByte(space+punctuation, s.text[s.at]) < 0 {
		s.at++
	}
	text := s.text[start:s.at]
	t := token{kind: nameToken, text: text, position: start}
	switch {
	case text[0] == '$':
		t.kind, t.text = variableToken, text[1:]
	case text == "and" || text == "or" || text == "in":
		t.kind = operatorToken
	case text == "true" || text == "false" || text == "null":
		t.kind = constantToken
	}
	return t
}

var escapes = map[byte]string{'"': `"`, '\\': `\`, '/': "/", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t"}

func (s *scanner) quoted(quote byte) token {
	start := s.at
	var out strings.Builder
	for s.at++; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		switch {
		case c == quote:
			s.at++
			return token{kind: stringToken, text: out.String(), position: start}
		case c != '\\':
			out.WriteByte(c)
			continue
		}
		s.at++
		if s.at >= len(s.text) {
			break
		}
		switch escape := s.text[s.at]; {
		case escapes[escape] != "":
			out.WriteString(escapes[escape])
		case escape == 'u':
			out.WriteString(s.unicode())
		default:
			fail(s.at-1, `\%c is no escape in a text; use \", \\, \/, \b, \f, \n, \r, \t or \u0000`, escape)
		}
	}
	fail(start, "the text has no end; close it with %c", quote)
	return token{}
}

// unicode reads the digits of \u, and those of the second half of a pair.
func (s *scanner) unicode() string {
	first := s.hex()
	if utf16.IsSurrogate(first) && strings.HasPrefix(s.text[s.at+1:], `\u`) {
		before := s.at
		s.at += 2
		if both := utf16.DecodeRune(first, s.hex()); both != utf8.RuneError {
			return string(both)
		}
		s.at = before
	}
	return string(first)
}

func (s *scanner) hex() rune {
	digits := s.text[s.at+1 : min(s.at+5, len(s.text))]
	value, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || len(digits) != 4 {
		fail(s.at-1, `\u needs four hexadecimal digits, not %q`, digits)
	}
	s.at += 4
	return rune(value)
}

func (s *scanner) regex() token {
	start, depth := s.at, 0
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case '\\':
			s.at++
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '/':
			if depth != 0 {
				continue
			}
			pattern := s.text[start+1 : s.at]
			if pattern == "" {
				fail(start, "the regular expression is empty")
			}
			s.at++
			flags := s.at
			for s.at < len(s.text) && (s.text[s.at] == 'i' || s.text[s.at] == 'm') {
				s.at++
			}
			return token{kind: regexToken, text: pattern, flags: s.text[flags:s.at], position: start}
		}
	}
	fail(start, "the regular expression has no end; close it with /")
	return token{}
}
