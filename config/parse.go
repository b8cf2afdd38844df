package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// maxFileSize is far above what a configuration needs, and keeps a wrong file from being read into memory.
const maxFileSize = 1 << 18

var yamlErrorPattern = lazyregexp.New(`^yaml: (?:line ([0-9]+): )?(.*)$`)

// parse reads the text of a file into its top mapping, or returns nil and records why that cannot be.
func (f *file) parse(text []byte) *yaml.Node {
	if len(text) > maxFileSize {
		f.whole(0, 0, fmt.Sprintf("the file has %d bytes", len(text)), fmt.Sprintf("at most %d are read; is it the right file?", maxFileSize))
		return nil
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if line, column, ok := invalidUTF8(text); ok {
		f.whole(line, column, "the file is not UTF-8", "save it as UTF-8")
		return nil
	}
	documents, err := decodeYAML(text)
	if err != nil {
		f.syntax(text, err)
		return nil
	}
	if len(documents) == 0 || documents[0].Kind != yaml.DocumentNode || len(documents[0].Content) == 0 || isNull(documents[0].Content[0]) {
		f.whole(0, 0, "the file is empty", "docs/configuration.md shows what belongs into it")
		return nil
	}
	if len(documents) > 1 {
		f.whole(documents[1].Line, documents[1].Column, "a second YAML document begins here", "one file holds one document; remove the line ---")
	}
	top := documents[0].Content[0]
	f.refuseReferences(top)
	if top.Kind == yaml.AliasNode {
		return nil
	}
	if top.Kind != yaml.MappingNode {
		f.whole(top.Line, top.Column, "the file holds "+describe(top), "write keys and values, such as region: us-west-2")
		return nil
	}
	return top
}

// whole records a problem of the file and not of a key.
func (f *file) whole(line, column int, message, fix string) {
	f.addPlace(place{line, column}, "", "", message, fix)
}

// decodeYAML reads all documents of the text. A panic of the parser is as good as an error of it.
func decodeYAML(text []byte) (documents []*yaml.Node, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			documents, err = nil, errors.New("yaml: the text cannot be read")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return documents, nil
		case err != nil:
			return nil, err
		}
		documents = append(documents, &document)
	}
}

// syntax records what the parser says, in our words where people stumble most.
func (f *file) syntax(text []byte, err error) {
	line, message := 0, err.Error()
	if parts := yamlErrorPattern.FindStringSubmatch(message); parts != nil {
		line, _ = strconv.Atoi(parts[1])
		message = parts[2]
	}
	if tabLine, column, ok := tabIndent(text); ok {
		f.whole(tabLine, column, "the line is indented with a tab", "YAML allows only spaces there")
		return
	}
	column := 0
	fix := "check the quotes, brackets, colons and indentation of this line and the one before"
	if alias := unknownAliasPattern.FindStringSubmatch(message); alias != nil {
		fix = "aliases are not allowed; write the value itself, or quote it if it begins with *"
		line, column = find(text, "*"+alias[1])
	} else if found := brokenLine(text); found > 0 {
		line = found
	}
	switch {
	case strings.Contains(message, "alphabetic or numeric character"):
		fix = "quote a value that begins with * or &, such as \"*.example.com\""
	case strings.Contains(message, "cannot start any token"):
		fix = "quote a value that begins with @, ` or %"
	}
	f.whole(line, column, "not YAML: "+message, fix)
}

var unknownAliasPattern = lazyregexp.New(`^unknown anchor '(.*)' referenced$`)

// find is where the text contains the part first.
func find(text []byte, part string) (line, column int) {
	for i, each := range strings.Split(string(text), "\n") {
		if at := strings.Index(each, part); at >= 0 {
			return i + 1, utf8.RuneCountInString(each[:at]) + 1
		}
	}
	return 0, 0
}

// mostLines keeps brokenLine from parsing a long text too often.
const mostLines = 500

// brokenLine is the line behind the longest beginning of the text that is YAML, or 0 if the text is too long. What the
// parser itself reports is often the line before, or the one where the surrounding mapping begins.
func brokenLine(text []byte) int {
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) > mostLines {
		return 0
	}
	for good := len(lines) - 1; good > 0; good-- {
		if _, err := decodeYAML([]byte(strings.Join(lines[:good], ""))); err == nil {
			return good + 1
		}
	}
	return 1
}

// tabIndent finds the first line with a tab before its text.
func tabIndent(text []byte) (line, column int, found bool) {
	for i, each := range strings.Split(string(text), "\n") {
		indent := each[:len(each)-len(strings.TrimLeft(each, " \t"))]
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 && strings.TrimSpace(each) != "" {
			return i + 1, tab + 1, true
		}
	}
	return 0, 0, false
}

func invalidUTF8(text []byte) (line, column int, found bool) {
	line, column = 1, 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			return line, column, true
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
		text = text[size:]
	}
	return 0, 0, false
}

// refuseReferences reports anchors, aliases, merge keys and tags. Each file has to be readable on its own, from top to
// bottom, by whoever reviews a change of it.
func (f *file) refuseReferences(node *yaml.Node) {
	const fix = "write the value itself: each file must be readable line by line"
	where := place{node.Line, node.Column}
	if node.Anchor != "" && node.Kind != yaml.AliasNode {
		f.addPlace(where, "", "&"+node.Anchor, fmt.Sprintf("the anchor &%s is not allowed", node.Anchor), fix)
	}
	switch {
	case node.Kind == yaml.AliasNode:
		f.addPlace(where, "", "*"+node.Value, fmt.Sprintf("the alias *%s is not allowed", node.Value), fix)
		return
	case node.ShortTag() == "!!merge":
		f.addPlace(where, "", "<<", "the merge key << is not allowed", "write the keys themselves: each file must be readable line by line")
	case node.Style&yaml.TaggedStyle != 0:
		f.addPlace(where, "", node.Tag, fmt.Sprintf("the tag %s is not allowed", node.Tag), "remove it")
	}
	for _, each := range node.Content {
		f.refuseReferences(each)
	}
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// describe says what a node is, for "is ..." and "holds ...".
func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch node.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "the boolean " + node.Value
	case "!!int", "!!float":
		return "the number " + node.Value
	case "!!timestamp":
		return "the date " + node.Value
	}
	return "the text " + quote(node.Value)
}

// quote writes a value into a message. Nobody needs to see all of a very long one.
func quote(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "..."
	}
	return strconv.Quote(text)
}
