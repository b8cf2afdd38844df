package asl

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// value reads a member that is data: literal, or computed.
func (p *importer) value(o *jsonObject, path, name string) Value {
	if !o.has(name) {
		return nil
	}
	return p.read(o.take(name), below(path, name))
}

// literal reads a member that only JSONPath has.
func (p *importer) literal(o *jsonObject, path, name string) Value {
	if p.language == JSONata || !o.has(name) {
		return nil
	}
	return p.read(o.take(name), below(path, name))
}

// either reads a text that is literal or computed: with JSONPath, under the name followed by .$ or Path.
func (p *importer) either(o *jsonObject, path, name string) Text {
	for _, suffix := range []string{".$", "Path"} {
		if p.language == JSONPath && o.has(name+suffix) {
			return p.path(p.text(o, path, name+suffix))
		}
	}
	o.read[name] = true
	if !o.has(name) {
		return ""
	}
	s := p.text(o, path, name)
	if p.language == JSONata && isJSONata(s) {
		return expressionText(s)
	}
	return Text(s)
}

// computed reads a number that is known or computed.
func (p *importer) computed(o *jsonObject, path, name string) (known int, from Text) {
	if p.language == JSONPath && o.has(name+"Path") {
		from = p.path(p.text(o, path, name+"Path"))
	}
	if s, isText := o.values[name].(string); isText && p.language == JSONata {
		o.read[name] = true
		if !isJSONata(s) {
			p.addf(below(path, name), "%q is neither a number nor an expression", s)
		}
		return 0, expressionText(s)
	}
	o.read[name] = true
	return p.whole(o, path, name), from
}

// positive reads a number that is known, and then more than zero, or computed.
func (p *importer) positive(o *jsonObject, path, name string) (known int, from Text) {
	p.notZero(o, path, name)
	return p.computed(o, path, name)
}

func (p *importer) read(v any, path string) Value {
	switch v := v.(type) {
	case string:
		return p.readText(v)
	case bool:
		return Bool(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return Int(n)
		}
		f, err := v.Float64()
		if err != nil {
			p.addf(path, "%s is out of range for a number", v)
		}
		return Float(f)
	case []any:
		out := make(List, len(v))
		for i, each := range v {
			out[i] = p.read(each, problem.Index(path, i))
		}
		return out
	case *jsonObject:
		for _, name := range v.twice {
			p.addf(below(path, name), "is given twice; keep one of them")
		}
		out := Object{}
		for _, name := range v.keys {
			stripped, computed := strings.CutSuffix(name, ".$")
			if p.language == JSONata || !computed {
				out[name] = p.read(v.values[name], below(path, name))
				continue
			}
			s, ok := v.values[name].(string)
			if !ok {
				p.addf(below(path, name), "is no path; a field whose name ends in .$ holds a path or an intrinsic function")
			}
			if v.has(stripped) {
				p.addf(below(path, stripped), "is given twice, with .$ and without; keep one of them")
			}
			out[stripped] = p.path(s)
		}
		return out
	}
	return Null
}

func (p *importer) readText(s string) Value {
	switch {
	case p.language == JSONata && isJSONata(s):
		return expressionText(s)
	case looksLikeJSONPath.MatchString(s):
		return Literal(s)
	}
	return Text(s)
}

var (
	statesPath   = lazyregexp.New(`^\$states\.(input|result|errorOutput|context)(?:\.(.*))?$`)
	variablePath = lazyregexp.New(`^\$([A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*(\.[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*)*)$`)
)

// expressionText is an expression of JSONata: by the function that has it, or as Expr.
func expressionText(s string) Text {
	e := Expr(s)
	inner := e.parts()[0].expression.JSONata
	if m := statesPath.FindStringSubmatch(inner); m != nil && (m[2] == "" || fieldsPattern.MatchString(m[2])) {
		made := map[string]func(string) Text{"input": Input, "result": Result, "errorOutput": ErrorOutput, "context": Context}[m[1]](m[2])
		if made.parts()[0].expression.JSONata == inner {
			return made
		}
	}
	if m := variablePath.FindStringSubmatch(inner); m != nil && !strings.HasPrefix(m[1], "states") {
		return Var(m[1])
	}
	return e
}

// path is a path or intrinsic function of JSONPath: by the function that has it, or as Path. What $ stands for depends on the
// field, so that such paths stay as they are.
func (p *importer) path(s string) Text {
	if rest, ours := strings.CutPrefix(s, "$$."); ours && fieldsPattern.MatchString(rest) {
		return Context(rest)
	}
	if m := variablePath.FindStringSubmatch(s); m != nil {
		return Var(m[1])
	}
	return Path(s)
}

// Literal is text as it is, which may look like an expression, such as a path in the language of a service.
func Literal(text string) Value { return verbatim(text) }
